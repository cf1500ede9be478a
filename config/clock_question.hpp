// SPDX-License-Identifier: Apache-2.0
// One question to the clock arithmetic, as a line of JSON puts it: calendar, start, budget, pauses.
// Reading stops at the first mistake and says which member it is. Pure apart from the system's time
// zone data; any thread.
#pragma once

#include <boost/describe/enum.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/calendars.hpp"
#include "engine/clock_math.hpp"

namespace firsthand::config {

/// Why a line has no answer. The names are a contract.
enum class ClockRefusal {
  bad_json,         ///< the line is not one JSON value, or too deep
  too_long,         ///< the line, or what would be its answer, exceeds a limit
  wrong_type,       ///< another kind of JSON value is wanted
  missing,          ///< a member that is needed
  unknown,          ///< no member of the contract
  duplicate,        ///< named twice
  bad_value,        ///< no such zone, date, time of day, instant, duration
  conflict,         ///< contradicts another member: two budgets, frames that overlap
  out_of_range,     ///< understood, and too early, too late, too long or too many
  no_working_time,  ///< the calendar has no hours, so nothing would ever fall due
  beyond_calendar,  ///< the answer lies further away than a calendar is computed for
};
BOOST_DESCRIBE_ENUM(ClockRefusal, bad_json, too_long, wrong_type, missing, unknown, duplicate,
                    bad_value, conflict, out_of_range, no_working_time, beyond_calendar)

struct ClockRefused {
  ClockRefusal code;
  std::string message;  ///< a sentence for people
  std::string field;    ///< "calendar.week.mon[0][1]"; empty: the whole line
};

template <class T>
using Asked = boost::system::result<T, ClockRefused>;

struct ClockQuestion {
  Instant start;
  BudgetKind kind = BudgetKind::working_time;
  Millis own_time{};      ///< of working_time and calendar_time; negative: back from `start`
  std::int64_t days = 0;  ///< of working_days; negative likewise
  std::vector<Pause> pauses;
  std::optional<Instant> until;

  bool backwards() const { return own_time < Millis::zero() || days < 0; }
};

/// Everything of the line but the calendar, whose presence is checked against the budget.
Asked<ClockQuestion> read_clock_question(const boost::json::object& line);

/// The member `calendar`, at the path of that name.
Asked<CalendarDefinition> read_clock_calendar(const boost::json::value& calendar);

}  // namespace firsthand::config
