// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/pace.hpp"

#include <algorithm>

namespace firsthand::notify {
namespace {

using std::chrono::minutes;

bool waited(const WaitingMail& mail) {
  return mail.pace == Pace::gather || mail.pace == Pace::quiet;
}

}  // namespace

MailPlan plan_mails(const std::vector<WaitingMail>& waiting, const MailWishes& wishes,
                    const PaceWindow& window, const PaceLimits& limits, Instant now) {
  MailPlan plan;
  plan.window = window;
  std::vector<const WaitingMail*> now_due;
  for (const WaitingMail& mail : waiting) {
    if (wishes.quiet_until && !mail.urgent) {
      plan.held.push_back({mail.id, Pace::quiet, *wishes.quiet_until});
    } else if (!mail.alert && !waited(mail)) {
      plan.singles.push_back(mail.id);
    } else {
      now_due.push_back(&mail);
    }
  }
  if (now_due.empty()) return plan;

  const bool window_open = window.from && now < *window.from + limits.window;
  const bool release = std::any_of(now_due.begin(), now_due.end(), [&](const WaitingMail* mail) {
    return mail->pace == Pace::quiet || (mail->pace == Pace::gather && !window_open);
  });
  if (release) {
    // A digest goes out anyway: what has just come goes with it. It counts into the next window, so
    // that a storm that lasts stays one digest a window; what came in the night does not.
    int recent = 0;
    for (const WaitingMail* mail : now_due) {
      plan.digest.push_back(mail->id);
      const bool old = mail->pace == Pace::quiet && mail->at <= now - limits.window;
      if (mail->alert && !old) ++recent;
    }
    if (plan.digest.size() == 1) {
      plan.singles.push_back(plan.digest.front());
      plan.digest.clear();
    }
    plan.window = {now, std::min(recent, limits.digest_after)};
    return plan;
  }
  if (!window_open) plan.window = {now, 0};
  const Instant end = *plan.window.from + limits.window;
  for (const WaitingMail* mail : now_due) {
    const bool gathers = mail->pace == Pace::gather || wishes.digests || mail->digest ||
                         plan.window.used >= limits.digest_after;
    if (gathers) {
      plan.held.push_back({mail->id, Pace::gather, end});
    } else {
      plan.singles.push_back(mail->id);
      ++plan.window.used;
    }
  }
  return plan;
}

std::optional<Instant> quiet_until(int from_min, int to_min, const Calendar& calendar,
                                   Instant now) {
  const Date today = calendar.local_date(now);
  const auto at = [&](Date day, int minute) { return calendar.at_local(day, minutes{minute}); };
  if (from_min < to_min) {
    const bool inside = at(today, from_min) <= now && now < at(today, to_min);
    return inside ? std::optional{at(today, to_min)} : std::nullopt;
  }
  if (now < at(today, to_min)) return at(today, to_min);
  if (now < at(today, from_min)) return std::nullopt;
  return at(Date{std::chrono::sys_days{today} + std::chrono::days{1}}, to_min);
}

}  // namespace firsthand::notify
