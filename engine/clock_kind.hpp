// SPDX-License-Identifier: Apache-2.0
// The promises that are kept by clocks: those of a case, and a few of a customer or a review. The
// enumerators are the words used in SQL, JSON and on screen.
#pragma once

#include <boost/describe/enum.hpp>

namespace firsthand {

enum class ClockKind {
  acknowledgement,
  first_response,
  callback,
  follow_up,  ///< of the call that asks whether the customer is satisfied; the case is resolved
  progress_update,
  dispatch,
  resolution,
  final_response,
  pool_hold,      ///< of a customer's account: until it lapses into the pool
  review_action,  ///< of what a review has given somebody to do
};
BOOST_DESCRIBE_ENUM(ClockKind, acknowledgement, first_response, callback, follow_up,
                    progress_update, dispatch, resolution, final_response, pool_hold, review_action)

/// Waiting for the customer pauses most clocks, but the customer still waits for a first response
/// and for the promised call, and a regulator's period runs on.
constexpr bool pausable(ClockKind kind) {
  switch (kind) {
    case ClockKind::acknowledgement:
    case ClockKind::first_response:
    case ClockKind::callback:
    case ClockKind::follow_up:
    case ClockKind::final_response:
    case ClockKind::pool_hold:
    case ClockKind::review_action: return false;
    case ClockKind::progress_update:
    case ClockKind::dispatch:
    case ClockKind::resolution: return true;
  }
  return false;
}

/// Whose due time was told to somebody, and therefore stays whatever the rules become.
constexpr bool promised(ClockKind kind) {
  return kind == ClockKind::callback || kind == ClockKind::follow_up ||
         kind == ClockKind::review_action;
}

}  // namespace firsthand
