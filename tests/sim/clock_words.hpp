// SPDX-License-Identifier: Apache-2.0
// How the checkers of clocks name what they have found, and how late a timer may be.
#pragma once

#include <optional>
#include <string>

#include "engine/model.hpp"
#include "engine/words.hpp"

namespace firsthand::sim {

inline constexpr Seconds kTimerSlack{150};  // late timers, rolled back batches, a crash

template <class Id>
std::string name(const char* what, Id id) {
  return std::string{what} + " " + std::to_string(id.value);
}

inline std::string of(const SlaClock& clock) {
  return name(" clock", clock.id) + " " + std::string{word(clock.kind)};
}

inline std::string when(const std::optional<Instant>& at) {
  return at ? to_iso8601(*at) : "never";
}

}  // namespace firsthand::sim
