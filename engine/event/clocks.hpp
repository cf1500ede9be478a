// SPDX-License-Identifier: Apache-2.0
// Clocks: paused and resumed, fired, acknowledged, computed again.
#pragma once

#include <string>

#include "engine/ids.hpp"
#include "engine/time.hpp"

namespace firsthand::event {

/// The version is the one the timer saw: every step and every change makes another.
struct ClockFired {
  ClockId clock;
  std::int64_t version;
};
struct AlertAcknowledged {
  AlertId alert;
};
/// The rules have changed: the live clocks of the case, the customer or the review action go by
/// those in force. Harmless to repeat.
struct ClocksRecomputed {
  CaseId case_id;
  CustomerId customer{};
  ReviewActionId review_action{};
};
struct ClocksPaused {
  CaseId case_id;
  std::string reason;
  Instant until;
};
struct ClocksResumed {
  CaseId case_id;
  bool by_itself = false;
};

}  // namespace firsthand::event
