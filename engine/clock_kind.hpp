// SPDX-License-Identifier: Apache-2.0
// The promises a case can be running. The enumerators are the words used in SQL, JSON and on
// screen.
#pragma once

#include <boost/describe/enum.hpp>

namespace firsthand {

enum class ClockKind {
  acknowledgement,
  first_response,
  callback,
  progress_update,
  dispatch,
  resolution,
  final_response,
};
BOOST_DESCRIBE_ENUM(ClockKind, acknowledgement, first_response, callback, progress_update, dispatch,
                    resolution, final_response)

/// Waiting for the customer pauses most clocks, but the customer still waits for a first response
/// and for the promised call, and a regulator's period runs on.
constexpr bool pausable(ClockKind kind) {
  switch (kind) {
    case ClockKind::acknowledgement:
    case ClockKind::first_response:
    case ClockKind::callback:
    case ClockKind::final_response: return false;
    case ClockKind::progress_update:
    case ClockKind::dispatch:
    case ClockKind::resolution: return true;
  }
  return false;
}

}  // namespace firsthand
