// SPDX-License-Identifier: Apache-2.0
// Working calendars as they are written down, and their compilation to UTC spans. Pure apart from
// the system's time zone data; any thread.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/errors.hpp"
#include "config/toml.hpp"
#include "config/units.hpp"
#include "engine/calendar.hpp"

namespace firsthand::config {

struct HolidayDate {
  Date date;
  std::string name_zh;
  std::string name_en;
  friend bool operator==(const HolidayDate&, const HolidayDate&) = default;
};

/// Hours of one date; they win over its holiday and its weekday.
struct DateHours {
  Date date;
  std::vector<Frame> frames;
  std::string name_zh;
  std::string name_en;
  friend bool operator==(const DateHours&, const DateHours&) = default;
};

struct CalendarDefinition {
  std::string code;
  std::string name_zh;
  std::string name_en;
  std::string zone;                        ///< IANA name
  bool always = false;                     ///< 24x7: no frames, no holidays
  std::array<std::vector<Frame>, 7> week;  ///< Monday first
  std::vector<HolidayDate> holidays;       ///< by date, each date once
  std::vector<DateHours> dates;            ///< by date, each date once
  std::optional<Date> complete_until;      ///< last date whose holidays are known
  friend bool operator==(const CalendarDefinition&, const CalendarDefinition&) = default;
};

/// Reads and checks every calendar of a file (config/defaults/calendars.toml says how it looks).
Checked<std::vector<CalendarDefinition>> read_calendars(const Value& document,
                                                        const std::string& file);

inline constexpr int kCompiledDaysMax = 40 * 366;

/// The calendar over the local dates `first` to `last`, both included. A frame across midnight
/// belongs to the day on which it begins, also when the next day is a holiday.
Checked<Calendar> compile_calendar(const CalendarDefinition& definition, Date first, Date last);

}  // namespace firsthand::config
