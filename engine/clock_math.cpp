// SPDX-License-Identifier: Apache-2.0
#include "engine/clock_math.hpp"

#include <algorithm>

namespace firsthand {
namespace {

// A budget beyond a hundred years is a mistake that must not overflow into a plausible answer.
constexpr std::int64_t kBudgetSecondsMax = 100LL * 366 * 24 * 3600;

Millis to_millis(std::int64_t seconds) {
  return Seconds{std::clamp<std::int64_t>(seconds, -kBudgetSecondsMax, kBudgetSecondsMax)};
}

// Calendar time is the working time of a calendar that never closes: one arithmetic for both.
const Calendar& own_time(BudgetKind kind, const Calendar& calendar) {
  static const Calendar never_closed;
  switch (kind) {
    case BudgetKind::calendar_time: return never_closed;
    case BudgetKind::working_time:
    case BudgetKind::working_days: return calendar;
  }
  return calendar;
}

// Pauses in order, overlapping and touching ones joined, cut to begin no earlier than `start`;
// those that are over by then, or empty, are gone. At most the last one is open.
std::vector<Pause> pauses_from(Instant start, std::span<const Pause> pauses) {
  std::vector<Pause> sorted;
  sorted.reserve(pauses.size());
  for (Pause pause : pauses) {
    pause.from = std::max(pause.from, start);
    if (!pause.to || *pause.to > pause.from) sorted.push_back(pause);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const Pause& a, const Pause& b) { return a.from < b.from; });
  std::vector<Pause> joined;
  joined.reserve(sorted.size());
  for (const Pause& pause : sorted) {
    if (joined.empty() || (joined.back().to && pause.from > *joined.back().to)) {
      joined.push_back(pause);
    } else if (!pause.to || !joined.back().to) {
      joined.back().to.reset();
    } else {
      joined.back().to = std::max(*joined.back().to, *pause.to);
    }
  }
  return joined;
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

Due after_working_days(Instant start, std::int64_t days, const Calendar& calendar,
                       std::span<const Pause> pauses) {
  if (!calendar.covers(start)) return beyond();
  const int wanted = static_cast<int>(std::clamp<std::int64_t>(days, 0, 36'600));
  if (pauses.empty()) {
    const auto at = calendar.end_of_nth_working_day(start, wanted);
    return at ? known(*at) : beyond();
  }
  auto closing = calendar.end_of_nth_working_day(start, std::min(wanted, 1));
  int missing = std::max(wanted, 1);
  auto pause = pauses.begin();
  while (closing) {
    while (pause != pauses.end() && pause->to && *pause->to < *closing) ++pause;
    const bool stands = pause != pauses.end() && pause->from < *closing;
    if (stands && !pause->to) return paused();
    if (!stands && --missing == 0) return known(*closing);
    closing = calendar.next_closing(*closing);
  }
  return beyond();
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
      return after_running(start, to_millis(budget.amount), own_time(budget.kind, calendar),
                           standing);
    case BudgetKind::working_days:
      return after_working_days(start, budget.amount, calendar, standing);
  }
  return beyond();
}

Millis elapsed(Instant start, Instant until, BudgetKind kind, const Calendar& calendar,
               std::span<const Pause> pauses) {
  if (until <= start) return Millis::zero();
  const Calendar& own = own_time(kind, calendar);
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
  return after_running(start, used, own_time(budget.kind, calendar), pauses_from(start, pauses));
}

Explanation explain(Instant start, Instant until, BudgetKind kind, const Calendar& calendar,
                    std::span<const Pause> pauses, std::size_t spans_max) {
  const Calendar& own = own_time(kind, calendar);
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
