// SPDX-License-Identifier: Apache-2.0
// What the tables of the clock arithmetic are written with.
#pragma once

#include <string>
#include <string_view>

#include "engine/clock_math.hpp"
#include "tests/unit/calendar_builder.hpp"

namespace firsthand::test {

inline Pause pause(std::string_view from, std::string_view to) {
  return {at(from), at(to)};
}
inline Pause open_pause(std::string_view from) {
  return {at(from), std::nullopt};
}

inline std::string text(const Due& due) {
  switch (due.state) {
    case DueState::known: return to_iso8601(due.at);
    case DueState::paused: return "paused";
    case DueState::beyond_coverage: return "beyond coverage";
  }
  return "";
}

// A row says its result in local time, or names the state.
inline std::string expected(std::string_view written) {
  const auto instant = parse_iso8601(written);
  return instant ? to_iso8601(*instant) : std::string{written};
}

inline Calendar office_2026() {
  return CalendarIn("Asia/Shanghai")
      .weekdays({"09:00-12:00", "13:00-18:00"})
      .holiday("2026-02-16", "春节")
      .holiday("2026-02-17", "春节")
      .hours_on("2026-02-14", {"09:00-12:00", "13:00-18:00"}, "调休")
      .from_to("2026-01-01", "2026-12-31");
}

}  // namespace firsthand::test
