// SPDX-License-Identifier: Apache-2.0
// Holidays and make-up working days from files that others publish: iCalendar (RFC 5545) and two
// shapes of JSON. Says what it understood and what it left out, and why; a person looks at that
// before anything is saved. Pure apart from the system's time zone data; any thread.
#pragma once

#include <boost/describe/enum.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/calendars.hpp"
#include "config/errors.hpp"

namespace firsthand::config {

inline constexpr std::size_t kImportBytesMax = 1024 * 1024;
inline constexpr std::size_t kImportEventsMax = 5000;
inline constexpr std::size_t kIgnoredShownMax = 200;

enum class ImportedKind {
  holiday,  ///< nobody works
  make_up,  ///< a working day although it falls on a weekend, with the make-up hours
  hours     ///< these very hours; none at all: closed
};
BOOST_DESCRIBE_ENUM(ImportedKind, holiday, make_up, hours)

struct ImportedDay {
  Date date;
  ImportedKind kind = ImportedKind::holiday;
  std::string name_zh;
  std::string name_en;
  std::vector<Frame> frames;
  friend bool operator==(const ImportedDay&, const ImportedDay&) = default;
};

enum class IgnoredReason {
  unmarked,           ///< other events of the file are marked as days off, this one is not
  observance,         ///< says itself that nobody is off
  cancelled,          ///< STATUS:CANCELLED
  part_of_day,        ///< begins or ends within a day
  no_date,            ///< no beginning that could be read
  too_long,           ///< more than a year
  repeats_too_often,  ///< a rule that is not yearly
  outside_window,     ///< before or after the years that are kept
  date_taken          ///< another event has said something else about this date
};
BOOST_DESCRIBE_ENUM(IgnoredReason, unmarked, observance, cancelled, part_of_day, no_date, too_long,
                    repeats_too_often, outside_window, date_taken)

struct Ignored {
  std::string what;  ///< the event's name
  IgnoredReason reason = IgnoredReason::unmarked;
  std::optional<Date> date;
  friend bool operator==(const Ignored&, const Ignored&) = default;
};

struct ImportOptions {
  Date first;  ///< the window, both included; yearly rules are expanded within it
  Date last;
  std::string zone = "UTC";  ///< whose dates: for events that are given in UTC
};

struct CalendarImport {
  std::string title;
  std::size_t events = 0;
  std::vector<ImportedDay> days;  ///< by date, each date once
  std::vector<Ignored> ignored;   ///< the first kIgnoredShownMax
  std::size_t ignored_total = 0;
  /// The last date whose holidays would be known, as far as the file lets one guess.
  std::optional<Date> complete_until;

  void ignore(std::string what, IgnoredReason reason, std::optional<Date> date = std::nullopt);
  /// Adds a day unless the date is taken: two holidays on one date share it by both names.
  void add(ImportedDay day);
};

/// All-day events and events of whole days; DTEND or DURATION, yearly RRULE, EXDATE, RDATE. Days
/// off and make-up days by X-APPLE-SPECIAL-DAY or by what the summary says: （休） （班） 补班 ...
Checked<CalendarImport> import_ical(std::string_view text, const ImportOptions& options);

/// {"holidays":["2026-01-01" or {"date","name"}],"days":{"2026-02-14":[["09:00","18:00"]]}} or
/// {"year":2026,"days":[{"name","date","isOffDay"}]}.
Checked<CalendarImport> import_json(std::string_view text, const ImportOptions& options);

/// What an event's summary says about the day, and the name that is left.
struct SummaryMark {
  std::string name;
  std::optional<ImportedKind> kind;
};
SummaryMark read_summary(std::string_view summary);
/// A holiday's names in both languages when it is a known one; the same name twice otherwise.
std::pair<std::string, std::string> both_names(const std::string& name);

enum class ImportMode {
  merge,   ///< other days stay
  replace  ///< other days of the years that the import speaks of go
};
BOOST_DESCRIBE_ENUM(ImportMode, merge, replace)

/// Puts the days into the calendar, or into the set that it shares when one is given; hours of a
/// single date always belong to the calendar.
void apply_import(const CalendarImport& import, ImportMode mode, WrittenCalendar& calendar,
                  HolidaySet* set);

}  // namespace firsthand::config
