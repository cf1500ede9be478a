// SPDX-License-Identifier: Apache-2.0
// SLA arithmetic: due = f(start, budget, calendar, pause intervals). Pure functions over stored
// intervals; there is no running total anywhere that could drift. Callable from any thread.
// Cost: one binary search per pause and one for the answer, whatever the length of the budget.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/calendar.hpp"
#include "engine/time.hpp"

namespace firsthand {

enum class BudgetKind { working_time, calendar_time, working_days };
BOOST_DESCRIBE_ENUM(BudgetKind, working_time, calendar_time, working_days)

/// How long a promise may take. `amount` is seconds, or days for working_days: until the end of the
/// nth working day after the day on which the clock starts.
struct Budget {
  BudgetKind kind = BudgetKind::working_time;
  std::int64_t amount = 0;

  static constexpr Budget working(Seconds time) { return {BudgetKind::working_time, time.count()}; }
  static constexpr Budget calendar(Seconds time) {
    return {BudgetKind::calendar_time, time.count()};
  }
  static constexpr Budget working_days(int days) { return {BudgetKind::working_days, days}; }
  friend bool operator==(const Budget&, const Budget&) = default;
};
BOOST_DESCRIBE_STRUCT(Budget, (), (kind, amount))

/// The clock stands still in [from, to); without `to` it is still standing.
struct Pause {
  Instant from;
  std::optional<Instant> to;
  friend bool operator==(const Pause&, const Pause&) = default;
};

enum class DueState { known, paused, beyond_coverage };
BOOST_DESCRIBE_ENUM(DueState, known, paused, beyond_coverage)

/// An instant, or the reason why there is none. Reads like an optional.
struct Due {
  DueState state = DueState::beyond_coverage;
  Instant at{};
  std::size_t probes = 0;  ///< calendar rows looked at: the cost of the answer

  constexpr explicit operator bool() const { return state == DueState::known; }
  constexpr Instant operator*() const { return at; }
  constexpr std::optional<Instant> value() const {
    return state == DueState::known ? std::optional{at} : std::nullopt;
  }
};

/// When the promise falls due. Paused: an open pause begins before the budget is used up.
/// Pauses may come unsorted and overlapping. A working_days clock passes a day at its closing time,
/// and does not pass it when it is paused at that moment.
Due due(Instant start, Budget budget, const Calendar& calendar, std::span<const Pause> pauses = {});

/// The same to the millisecond, for what is no budget of a policy: `own_time` of the clock's own
/// time after `start`. Not more than zero: the first instant at which the clock would run.
Due due_after(Instant start, Millis own_time, BudgetKind kind, const Calendar& calendar,
              std::span<const Pause> pauses = {});

/// Warn-ahead, the mirror image of `due`: the last instant from which the clock needs exactly
/// `own_time` (or the budget) to reach `end`; never after `end`. It is an instant at which the
/// clock runs: an opening time, not the closing time before it. Pauses are stepped over. Paused: an
/// open pause begins before `end`. Going forward again leads back to `end` whenever the clock was
/// running just before `end`.
/// A working_days budget: the closing time of the nth working day before the local date of `end`,
/// where days that were paused at their closing time, and closing times not before `end`, do not
/// count. Not more than zero: `end` itself.
Due back_from(Instant end, Millis own_time, BudgetKind kind, const Calendar& calendar,
              std::span<const Pause> pauses = {});
Due back_from(Instant end, Budget budget, const Calendar& calendar,
              std::span<const Pause> pauses = {});

/// The clock's own time that has run by `until`: working time, or calendar time, without pauses.
/// A working_days clock's own time is working time. Only the covered part of a calendar counts.
Millis elapsed(Instant start, Instant until, BudgetKind kind, const Calendar& calendar,
               std::span<const Pause> pauses = {});

enum class StepKind { percent, offset };
BOOST_DESCRIBE_ENUM(StepKind, percent, offset)

/// A point of the ladder: a percentage of the budget (100 is due), or seconds before (-) or after
/// (+) the due time, in the clock's own time.
struct StepPoint {
  StepKind kind = StepKind::offset;
  std::int64_t amount = 0;

  static constexpr StepPoint percent(int value) { return {StepKind::percent, value}; }
  static constexpr StepPoint offset(Seconds value) { return {StepKind::offset, value.count()}; }
  friend bool operator==(const StepPoint&, const StepPoint&) = default;
};
BOOST_DESCRIBE_STRUCT(StepPoint, (), (kind, amount))

/// When a ladder step fires. A step that would lie before the start fires with a zero budget.
/// A step at 100 % or at offset 0 is exactly `due`.
Due step_at(Instant start, Budget budget, StepPoint point, const Calendar& calendar,
            std::span<const Pause> pauses = {});

enum class ExplainKind { running, paused, closed, holiday, uncovered };
BOOST_DESCRIBE_ENUM(ExplainKind, running, paused, closed, holiday, uncovered)

struct ExplainSpan {
  Span span;
  ExplainKind kind = ExplainKind::running;
  std::string name_zh;  ///< of a holiday, or of date-specific working hours
  std::string name_en;
  Millis used_up_before{};  ///< the clock's own time run when the span begins
};

struct Explanation {
  std::vector<ExplainSpan> spans;  ///< gapless from start to until, neighbours differ
  Millis elapsed{};
  bool truncated = false;  ///< more than the limit; `elapsed` is still whole
};

inline constexpr std::size_t kExplainSpansMax = 2000;

/// Why the due time is what it is: everything between `start` and `until`, named. A pause outside
/// working time is shown as what it is without effect on: closed.
Explanation explain(Instant start, Instant until, BudgetKind kind, const Calendar& calendar,
                    std::span<const Pause> pauses = {}, std::size_t spans_max = kExplainSpansMax);

}  // namespace firsthand
