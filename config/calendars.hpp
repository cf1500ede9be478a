// SPDX-License-Identifier: Apache-2.0
// Working calendars as they are written down, and their compilation to UTC spans. Pure apart from
// the system's time zone data; any thread.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
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

/// What several calendars of one country share.
struct HolidaySet {
  std::string code;
  std::vector<HolidayDate> holidays;   ///< by date, each date once
  std::vector<Date> make_up_days;      ///< by date; none is a holiday
  std::optional<Date> complete_until;  ///< last date whose holidays are known
  friend bool operator==(const HolidaySet&, const HolidaySet&) = default;
};

/// A calendar as it is written: its own days apart from those of its holiday set.
struct WrittenCalendar {
  CalendarDefinition own;            ///< complete_until: none takes the set's
  std::string holiday_set;           ///< a set's code, or ""
  std::vector<Frame> make_up_hours;  ///< of the set's make-up days
  friend bool operator==(const WrittenCalendar&, const WrittenCalendar&) = default;
};

/// The document of calendars.
struct CalendarBook {
  std::vector<HolidaySet> sets;
  std::vector<WrittenCalendar> calendars;

  const HolidaySet* set(std::string_view code) const;
  const WrittenCalendar* calendar(std::string_view code) const;
  friend bool operator==(const CalendarBook&, const CalendarBook&) = default;
};

inline constexpr std::array<std::string_view, 7> kWeekdays{"mon", "tue", "wed", "thu",
                                                           "fri", "sat", "sun"};

/// Reads and checks every calendar of a document (config/defaults/calendars.toml says how it
/// looks).
Checked<CalendarBook> read_calendar_book(const Value& document, const std::string& file);
/// The document that read_calendar_book reads back to the same book.
Value to_document(const CalendarBook& book);

/// The book with one calendar as an editor sends it, added when there is none of this code: the
/// document's entry, with a row for each date ("holidays":[{"date",...}], "days":[{"date","hours",
/// ...}]) and, in "shared", the holiday set's entry when that changes too. Errors carry the entry's
/// own keys.
Checked<CalendarBook> with_calendar(const CalendarBook& book, const std::string& code,
                                    const Value& entry);

/// What applies on which date: the calendar's own hours of a date, its own holidays, the set's
/// make-up days and holidays, the weekday. `set` may be null.
CalendarDefinition resolve(const WrittenCalendar& calendar, const HolidaySet* set);

/// Reads a document and resolves every calendar.
Checked<std::vector<CalendarDefinition>> read_calendars(const Value& document,
                                                        const std::string& file);

inline constexpr int kCompiledDaysMax = 40 * 366;

inline constexpr int kClosedDaysMax = 120;

/// An error when the compiled calendar has no working time for longer than kClosedDaysMax days: a
/// clock that runs into it would stand still.
Errors check_working_time(const Calendar& calendar);

/// The calendar over the local dates `first` to `last`, both included. A frame across midnight
/// belongs to the day on which it begins, also when the next day is a holiday.
Checked<Calendar> compile_calendar(const CalendarDefinition& definition, Date first, Date last);

}  // namespace firsthand::config
