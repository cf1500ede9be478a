// SPDX-License-Identifier: Apache-2.0
#include "engine/clock_math.hpp"

#include <algorithm>
#include <utility>

namespace firsthand {
namespace {

// A budget beyond a hundred years is a mistake that must not overflow into a plausible answer.
constexpr std::int64_t kBudgetSecondsMax = 100LL * 366 * 24 * 3600;

Millis to_millis(std::int64_t seconds) {
  return Seconds{std::clamp<std::int64_t>(seconds, -kBudgetSecondsMax, kBudgetSecondsMax)};
}

Millis bounded(Millis time) {
  constexpr Millis most = Seconds{kBudgetSecondsMax};
  return std::clamp(time, -most, most);
}

// Calendar time is the working time of a calendar that never closes: one arithmetic for both.
const Calendar& own_time_of(BudgetKind kind, const Calendar& calendar) {
  static const Calendar never_closed;
  switch (kind) {
    case BudgetKind::calendar_time: return never_closed;
    case BudgetKind::working_time:
    case BudgetKind::working_days: return calendar;
  }
  return calendar;
}

// In order, overlapping and touching ones joined, empty ones gone. At most the last one is open.
std::vector<Pause> joined(std::vector<Pause> pauses) {
  std::erase_if(pauses, [](const Pause& pause) { return pause.to && *pause.to <= pause.from; });
  std::sort(pauses.begin(), pauses.end(),
            [](const Pause& a, const Pause& b) { return a.from < b.from; });
  std::vector<Pause> result;
  result.reserve(pauses.size());
  for (const Pause& pause : pauses) {
    if (result.empty() || (result.back().to && pause.from > *result.back().to)) {
      result.push_back(pause);
    } else if (!pause.to || !result.back().to) {
      result.back().to.reset();
    } else {
      result.back().to = std::max(*result.back().to, *pause.to);
    }
  }
  return result;
}

// What of the pauses lies after `start`.
std::vector<Pause> pauses_from(Instant start, std::span<const Pause> pauses) {
  std::vector<Pause> cut(pauses.begin(), pauses.end());
  for (Pause& pause : cut) pause.from = std::max(pause.from, start);
  return joined(std::move(cut));
}

// What of the pauses lies before `end`. Joined first: one that is open in the end stays open, also
// when it is written down in parts.
std::vector<Pause> pauses_until(Instant end, std::span<const Pause> pauses) {
  std::vector<Pause> result = joined({pauses.begin(), pauses.end()});
  std::erase_if(result, [end](const Pause& pause) { return pause.from >= end; });
  if (!result.empty() && result.back().to) result.back().to = std::min(*result.back().to, end);
  return result;
}

Due known(Instant at) {
  return {DueState::known, at, 0};
}
Due paused() {
  return {DueState::paused, {}, 0};
}
Due beyond() {
  return {DueState::beyond_coverage, {}, 0};
}

// A zero budget: the first instant at which the clock would run.
Due first_running(Instant start, const Calendar& calendar, std::span<const Pause> pauses) {
  auto at = calendar.next_working(start);
  for (const Pause& pause : pauses) {
    if (!at || *at < pause.from) break;
    if (!pause.to) return paused();
    if (*at < *pause.to) at = calendar.next_working(*pause.to);
  }
  return at ? known(*at) : beyond();
}

Due after_running(Instant start, Millis budget, const Calendar& calendar,
                  std::span<const Pause> pauses) {
  if (!calendar.covers(start)) return beyond();
  if (budget <= Millis::zero()) return first_running(start, calendar, pauses);
  Due result = beyond();
  Millis target = calendar.worked_before(start, &result.probes) + budget;
  for (const Pause& pause : pauses) {
    const Millis before = calendar.worked_before(pause.from, &result.probes);
    if (before >= target) break;
    if (!pause.to) {
      result.state = DueState::paused;
      return result;
    }
    target += calendar.worked_before(*pause.to, &result.probes) - before;
  }
  if (const auto at = calendar.when_worked(target, &result.probes)) {
    result.state = DueState::known;
    result.at = *at;
  }
  return result;
}

// The mirror image of after_running.
Due before_running(Instant end, Millis budget, const Calendar& calendar,
                   std::span<const Pause> pauses) {
  if (!calendar.covers(end)) return beyond();
  if (!pauses.empty() && !pauses.back().to) return paused();
  if (budget <= Millis::zero()) return known(end);
  Due result = beyond();
  Millis target = calendar.worked_before(end, &result.probes) - budget;
  for (std::size_t i = pauses.size(); i-- > 0;) {
    const Millis after = calendar.worked_before(*pauses[i].to, &result.probes);
    if (after <= target) break;
    target -= after - calendar.worked_before(pauses[i].from, &result.probes);
  }
  if (const auto at = calendar.when_worked_last(target, &result.probes)) {
    result.state = DueState::known;
    result.at = *at;
  }
  return result;
}

constexpr std::int64_t kBudgetDaysMax = 36'600;

Due after_working_days(Instant start, std::int64_t days, const Calendar& calendar,
                       std::span<const Pause> pauses) {
  if (!calendar.covers(start)) return beyond();
  const int wanted = static_cast<int>(std::clamp<std::int64_t>(days, 0, kBudgetDaysMax));
  const auto first = calendar.nth_working_day(start, pauses.empty() ? wanted : std::min(wanted, 1));
  if (!first) return beyond();
  int missing = pauses.empty() ? 1 : std::max(wanted, 1);
  auto pause = pauses.begin();
  for (std::int64_t day = *first;; ++day) {
    const auto closing = calendar.closing(day);
    if (!closing) return beyond();
    while (pause != pauses.end() && pause->to && *pause->to < *closing) ++pause;
    const bool stands = pause != pauses.end() && pause->from < *closing;
    if (stands && !pause->to) return paused();
    if (!stands && --missing == 0) return known(*closing);
  }
}

Due before_working_days(Instant end, std::int64_t days, const Calendar& calendar,
                        std::span<const Pause> pauses) {
  if (!calendar.covers(end)) return beyond();
  if (!pauses.empty() && !pauses.back().to) return paused();
  if (days <= 0) return known(end);
  const auto first = calendar.working_day_before(end);
  if (!first) return beyond();
  auto missing = std::min(days, kBudgetDaysMax);
  auto pause = pauses.rbegin();
  for (std::int64_t day = *first;; --day) {
    const auto closing = calendar.closing(day);
    if (!closing) return beyond();
    while (pause != pauses.rend() && pause->from >= *closing) ++pause;
    const bool stands = pause != pauses.rend() && *pause->to >= *closing;
    if (!stands && --missing == 0) return known(*closing);
  }
}

// By these pauses alone, which are joined and lie behind the start.
Due step_among(Instant start, Budget budget, StepPoint point, const Calendar& calendar,
               std::span<const Pause> pauses) {
  const std::int64_t at_due = point.kind == StepKind::percent ? 100 : 0;
  const bool by_days = budget.kind == BudgetKind::working_days;
  const Due whole =
      by_days || point.amount == at_due ? due(start, budget, calendar, pauses) : Due{};
  if (point.amount == at_due) return whole;
  if (by_days && !whole) return whole;
  const Millis total = by_days ? elapsed(start, whole.at, budget.kind, calendar, pauses)
                               : std::max(to_millis(budget.amount), Millis::zero());
  const Millis used = point.kind == StepKind::percent
                          ? total * std::clamp<std::int64_t>(point.amount, 0, 10'000) / 100
                          : total + to_millis(point.amount);
  return after_running(start, used, own_time_of(budget.kind, calendar), pauses);
}

void append(std::vector<ExplainSpan>& spans, ExplainSpan next) {
  if (!spans.empty() && spans.back().kind == next.kind && spans.back().name_zh == next.name_zh &&
      spans.back().name_en == next.name_en) {
    spans.back().span.to = next.span.to;
  } else {
    spans.push_back(std::move(next));
  }
}

// What the calendar says about [at, until): one kind, as far as it reaches.
ExplainSpan classify(Instant at, Instant until, const Calendar& calendar) {
  ExplainSpan result;
  bool named = false;
  const Day* day = calendar.day_at(at);
  Instant to = day != nullptr ? std::min(until, day->to) : until;
  if (!calendar.covers(at)) {
    result.kind = ExplainKind::uncovered;
    if (at < calendar.coverage().from) to = std::min(until, calendar.coverage().from);
  } else if (calendar.is_working(at)) {
    // The next closed instant: working time up to there is without a hole.
    if (!calendar.always()) {
      const auto spans = calendar.spans();
      const auto span = std::upper_bound(spans.begin(), spans.end(), at,
                                         [](Instant t, const Span& s) { return t < s.to; });
      to = std::min(to, span->to);
    }
    if (day != nullptr && day->date_specific) named = true;
  } else {
    const auto opening = calendar.next_working(at);
    to = std::min(to, opening.value_or(calendar.coverage().to));
    result.kind = ExplainKind::closed;
    if (day != nullptr && day->kind == DayKind::holiday) {
      result.kind = ExplainKind::holiday;
      named = true;
    }
  }
  if (named) {
    result.name_zh = day->name_zh;
    result.name_en = day->name_en;
  }
  result.span = {at, to};
  return result;
}

}  // namespace

Due due(Instant start, Budget budget, const Calendar& calendar, std::span<const Pause> pauses) {
  const auto standing = pauses_from(start, pauses);
  switch (budget.kind) {
    case BudgetKind::working_time:
    case BudgetKind::calendar_time:
      return after_running(start, to_millis(budget.amount), own_time_of(budget.kind, calendar),
                           standing);
    case BudgetKind::working_days:
      return after_working_days(start, budget.amount, calendar, standing);
  }
  return beyond();
}

Due due_after(Instant start, Millis own_time, BudgetKind kind, const Calendar& calendar,
              std::span<const Pause> pauses) {
  return after_running(start, bounded(own_time), own_time_of(kind, calendar),
                       pauses_from(start, pauses));
}

Due back_from(Instant end, Millis own_time, BudgetKind kind, const Calendar& calendar,
              std::span<const Pause> pauses) {
  return before_running(end, bounded(own_time), own_time_of(kind, calendar),
                        pauses_until(end, pauses));
}

Due back_from(Instant end, Budget budget, const Calendar& calendar, std::span<const Pause> pauses) {
  if (budget.kind == BudgetKind::working_days) {
    return before_working_days(end, budget.amount, calendar, pauses_until(end, pauses));
  }
  return back_from(end, to_millis(budget.amount), budget.kind, calendar, pauses);
}

Millis elapsed(Instant start, Instant until, BudgetKind kind, const Calendar& calendar,
               std::span<const Pause> pauses) {
  if (until <= start) return Millis::zero();
  const Calendar& own = own_time_of(kind, calendar);
  Millis result = own.worked_before(until) - own.worked_before(start);
  for (const Pause& pause : pauses_from(start, pauses)) {
    if (pause.from >= until) break;
    const Instant to = pause.to ? std::min(*pause.to, until) : until;
    result -= own.worked_before(to) - own.worked_before(pause.from);
  }
  return result;
}

Due step_at(Instant start, Budget budget, StepPoint point, const Calendar& calendar,
            std::span<const Pause> pauses) {
  const auto standing = pauses_from(start, pauses);
  if (budget.kind != BudgetKind::working_days)
    return step_among(start, budget, point, calendar, standing);
  // A share of working days is known by their end, which pauses move. What had come before a pause
  // began was due then and stays so; what had not comes when it is over, and not before.
  for (std::size_t begun = 0;; ++begun) {
    const std::span<const Pause> known_then{standing.data(), begun};
    Due at = step_among(start, budget, point, calendar, known_then);
    if (at && begun > 0 && standing[begun - 1].to) {
      const auto again = calendar.next_working(*standing[begun - 1].to);
      if (again) at.at = std::max(at.at, *again);
    }
    if (begun == standing.size() || (at && at.at <= standing[begun].from)) return at;
  }
}

Explanation explain(Instant start, Instant until, BudgetKind kind, const Calendar& calendar,
                    std::span<const Pause> pauses, std::size_t spans_max) {
  const Calendar& own = own_time_of(kind, calendar);
  const auto standing = pauses_from(start, pauses);
  Explanation result;
  result.elapsed = elapsed(start, until, kind, calendar, pauses);
  Millis used{0};
  auto pause = standing.begin();
  for (Instant at = start; at < until;) {
    ExplainSpan next = classify(at, until, own);
    next.used_up_before = used;
    if (next.kind == ExplainKind::running) {
      while (pause != standing.end() && pause->to && *pause->to <= at) ++pause;
      if (pause != standing.end() && pause->from <= at) {
        next.kind = ExplainKind::paused;
        next.name_zh.clear();
        next.name_en.clear();
        next.span.to = std::min(next.span.to, pause->to.value_or(next.span.to));
      } else {
        if (pause != standing.end()) next.span.to = std::min(next.span.to, pause->from);
        used += next.span.to - next.span.from;
      }
    }
    at = next.span.to;
    append(result.spans, std::move(next));
    if (result.spans.size() > spans_max) {
      result.spans.pop_back();
      result.truncated = true;
      break;
    }
  }
  return result;
}

}  // namespace firsthand
