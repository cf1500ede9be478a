// SPDX-License-Identifier: Apache-2.0
// SLA clocks with what they have alerted, and the pauses of a case. Value types; any thread.
#pragma once

#include <boost/describe/enum.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/clock_kind.hpp"
#include "engine/clock_math.hpp"
#include "engine/ids.hpp"
#include "engine/time.hpp"

namespace firsthand {

enum class ClockState { running, paused, met, breached, cancelled };
BOOST_DESCRIBE_ENUM(ClockState, running, paused, met, breached, cancelled)

/// Hangs on exactly one of a case, a customer and a review action.
struct SlaClock {
  ClockId id;
  CaseId case_id;
  CustomerId customer;
  ReviewActionId review_action;
  ClockKind kind = ClockKind::resolution;
  int cycle = 1;
  CallbackId callback;
  DispatchId dispatch;
  std::string policy;
  int policy_version = 0;
  std::string calendar;
  Budget budget;
  std::string ladder;
  Instant started_at{};
  std::optional<Instant> due_at;
  ClockState state = ClockState::running;
  std::optional<Instant> breached_at;
  std::optional<Instant> ended_at;
  int stage = 0;                   ///< how many steps have fired or were passed; only grows
  std::string step;                ///< the ladder's step that fires next, or ""
  std::optional<Instant> fire_at;  ///< none: nothing left to fire
  std::int64_t revision = 0;       ///< of the rules by which it was last computed
  std::int64_t version = 1;
  bool live() const { return !ended_at; }
  friend bool operator==(const SlaClock&, const SlaClock&) = default;
};

struct ClockPause {
  PauseId id;
  CaseId case_id;
  Instant from{};
  std::optional<Instant> until;
  Instant planned_until{};
  std::string reason;
  UserId by;
  friend bool operator==(const ClockPause&, const ClockPause&) = default;
};

struct Alert {
  AlertId id;
  ClockId clock;
  CaseId case_id;  ///< or one of the next two, as its clock
  CustomerId customer;
  ReviewActionId review_action;
  int cycle = 1;
  int stage = 0;
  std::string step;
  ClockKind clock_kind = ClockKind::resolution;
  UserId recipient;
  std::string role;
  bool needs_acknowledgement = true;
  Instant due_at{};
  Instant fired_at{};
  std::optional<Instant> acknowledged_at;
  UserId acknowledged_by;
  friend bool operator==(const Alert&, const Alert&) = default;
};

/// The clocks of a case, a customer or a review action, with what they have alerted.
struct Clockwork {
  std::vector<SlaClock> clocks;
  std::vector<Alert> alerts;
  friend bool operator==(const Clockwork&, const Clockwork&) = default;
};

}  // namespace firsthand
