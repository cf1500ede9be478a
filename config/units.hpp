// SPDX-License-Identifier: Apache-2.0
// The small languages of the configuration files: durations, budgets, ladder points, times of day,
// dates. Each parser takes the whole text or refuses it. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/clock_math.hpp"
#include "engine/time.hpp"

namespace firsthand::config {

/// "90s", "15m", "2h", "1h 30m", "3d" (a day is 24 hours here). Not negative, at most ten years.
std::optional<Seconds> parse_duration(std::string_view text);
/// "2h working", "48h calendar", "3 working days". The kind is never guessed.
std::optional<Budget> parse_budget(std::string_view text);
/// "50%", "due", "-15m", "+1h".
std::optional<StepPoint> parse_step_point(std::string_view text);
/// "09:30" to "24:00", as minutes after midnight.
std::optional<int> parse_time_of_day(std::string_view text);

/// Working hours within a day; `to_min` beyond 1440 reaches into the next day.
struct Frame {
  int from_min = 0;
  int to_min = 0;
  friend bool operator==(const Frame&, const Frame&) = default;
};
/// "09:00-12:30"; "22:00-06:00" crosses midnight; "00:00-24:00" is the whole day.
std::optional<Frame> parse_frame(std::string_view text);

/// "2026-10-01", or "2026-10-01..2026-10-07" with both ends; at most 366 days.
std::optional<std::vector<Date>> parse_dates(std::string_view text);

/// As parse_frame reads it: "22:00-06:00".
std::string to_text(const Frame& frame);
std::string to_text(const Budget& budget);
std::string to_text(const StepPoint& point);
std::string to_text(Seconds duration);

}  // namespace firsthand::config
