// SPDX-License-Identifier: Apache-2.0
// When somebody is expected at work, and what that means for the calls he is asked to take. Pure;
// any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/time.hpp"

namespace firsthand {

struct Desk;
struct Rules;
struct User;

struct Shift {
  std::string code;
  std::string name_zh;
  std::string name_en;
  std::string calendar;             ///< its working time is the shift's
  std::vector<std::string> people;  ///< sign-in names, sorted
  int last_calls_s = 600;           ///< so long before the end only their own customers ring them
  friend bool operator==(const Shift&, const Shift&) = default;
};

/// A stretch of work without a gap, over all shifts that somebody has.
struct OnDuty {
  Instant until;
  Instant last_calls_from;
};

/// None: not within a shift now, or in none at all.
std::optional<OnDuty> on_duty(const Rules& rules, const User& person, Instant now);

/// on: also whoever has no shift, or has come back after its end; last_calls: only his own
/// customers ring him; over: he leaves.
enum class ShiftState { on, last_calls, over };
ShiftState shift_state(const Rules& rules, const User& person, const Desk& desk, Instant now);

}  // namespace firsthand
