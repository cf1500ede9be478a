// SPDX-License-Identifier: Apache-2.0
// In which mails one person's news goes out: singly, gathered into a digest, or after the quiet
// hours. A pure decision over the mails that wait; the delivery room writes it down. A storm is
// delivered as digests: nothing is dropped, nobody gets a wave. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/calendar.hpp"
#include "engine/time.hpp"

namespace firsthand::notify {

struct PaceLimits {
  int digest_after = 5;  ///< single mails about alerts in a window
  Millis window{600'000};
};

/// How a mail goes. The words are the database's.
enum class Pace {
  fresh,   ///< not looked at yet
  single,  ///< goes as a mail of its own, also when it has to be tried again
  gather,  ///< waits for the end of the window
  quiet,   ///< waits for the end of the quiet hours
};

/// What one person wants.
struct MailWishes {
  bool digests = false;
  std::optional<Instant> quiet_until;  ///< it is quiet now, and until then
};

/// The window that was begun last, and the single mails in it.
struct PaceWindow {
  std::optional<Instant> from;
  int used = 0;
  friend bool operator==(const PaceWindow&, const PaceWindow&) = default;
};

struct WaitingMail {
  std::int64_t id = 0;
  Instant at{};  ///< when it came up
  Pace pace = Pace::fresh;
  bool alert = false;   ///< a step of a clock's ladder; other news is rare and never counted
  bool urgent = false;  ///< the breach of a case of severity 4: not for the quiet hours
  bool digest = false;  ///< caused by a change of rules: never one by one
};

struct MailPlan {
  std::vector<std::int64_t> singles;
  std::vector<std::int64_t> digest;  ///< in the order in which they came
  struct Hold {
    std::int64_t id = 0;
    Pace pace = Pace::gather;
    Instant until{};
    friend bool operator==(const Hold&, const Hold&) = default;
  };
  std::vector<Hold> held;
  PaceWindow window;
};

/// `waiting` are the mails whose time has come, in the order in which they came. Asked again with
/// nothing changed it decides the same; a hold that is looked at too early is held again.
MailPlan plan_mails(const std::vector<WaitingMail>& waiting, const MailWishes& wishes,
                    const PaceWindow& window, const PaceLimits& limits, Instant now);

/// The end of the quiet hours that `now` lies in; nothing outside of them. Minutes after midnight
/// on the calendar's wall clock; from > to spans midnight.
std::optional<Instant> quiet_until(int from_min, int to_min, const Calendar& calendar, Instant now);

}  // namespace firsthand::notify
