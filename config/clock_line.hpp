// SPDX-License-Identifier: Apache-2.0
// The clock arithmetic as a function from one line of JSON to one line of JSON: the code behind
// `firsthand clock`, by which other programs check ours. It computes with the calendars, pauses and
// budgets of the engine itself (compile_calendar, clock_math) and knows no database and no setting.
// Pure apart from the system's time zone data; one thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "config/clock_question.hpp"

namespace firsthand::config {

inline constexpr std::size_t kClockLineBytesMax = 1024 * 1024;
/// Of an answer; more is refused rather than cut, so that what is answered is always whole.
inline constexpr std::size_t kClockSpansMax = 100'000;

/// A calendar that is compiled for the days that were asked for so far.
class CalendarWindow {
 public:
  explicit CalendarWindow(CalendarDefinition definition) : definition_(std::move(definition)) {}

  /// Covers both instants. Null: they are too far apart (kCompiledDaysMax), or the time zone cannot
  /// be compiled there. Valid until the next call.
  const Calendar* covering(Instant from, Instant to);
  bool has_hours() const;
  std::size_t days_held() const { return compiled_ ? compiled_->days().size() : 0; }

 private:
  CalendarDefinition definition_;
  std::optional<Calendar> compiled_;
  std::chrono::sys_days first_{};
  std::chrono::sys_days last_{};
};

/// Keeps the calendars of the last lines, by their text: many lines with one calendar are quick.
class ClockLines {
 public:
  /// One JSON object, without the line's end.
  ///   {"due","elapsed_s","explain":[{"from","to","kind","s"}]}
  /// or {"error":{"code","message","field"}}; ClockRefused lists the codes.
  ///
  /// `due` is null while an open pause that begins before the budget is used up holds the clock; a
  /// negative budget counts back from `start`. `elapsed_s` is the clock's own time from `start` to
  /// `until`; without `until` to `due`, or, while the clock stands, to the beginning of the open
  /// pause; of a negative budget from `due` to `start`. `explain` covers the same stretch in order,
  /// without a gap: kinds working (the clock runs), paused, closed, holiday; `s` is real seconds,
  /// and the seconds of `working` add up to `elapsed_s`. A holiday that was given a name has it.
  std::string answer(std::string_view line);
  static std::string refusal(const ClockRefused& refused);
  static std::string too_long();

 private:
  Asked<std::string> answer_object(const boost::json::object& line);
  Asked<CalendarWindow*> window_for(const boost::json::value& calendar);

  std::unordered_map<std::string, std::unique_ptr<CalendarWindow>> windows_;
};

}  // namespace firsthand::config
