// SPDX-License-Identifier: Apache-2.0
// What always holds of the SLA arithmetic, over random calendars, zones, budgets and pauses. A
// failure prints how to repeat it (RC_PARAMS="reproduce=...").
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/clock_world.hpp"

// RC_ASSERT takes its condition apart to print it; && and || then look at both sides, hence the
// second parentheses.
namespace firsthand::test {
namespace {

BudgetKind random_kind() {
  return one_in(4) ? BudgetKind::calendar_time : BudgetKind::working_time;
}
// Also longer than any random world lasts, and rarely nothing.
Millis random_length() {
  return one_in(3) ? Millis{whole(1, 4'000'000)} : Millis{minutes{whole(1, 12'000)}};
}

void matches(const Due& due, const Due& wanted) {
  RC_ASSERT(due.state == wanted.state);
  if (due) RC_ASSERT(to_iso8601(*due) == to_iso8601(*wanted));
}

RC_GTEST_PROP(ClockProperty, due_is_monotone_in_budget, ()) {
  const World world = random_world();
  const BudgetKind kind = random_kind();
  const Millis less = random_length();
  const Due sooner = due_after(world.start, less, kind, world.calendar, world.pauses);
  const Due later =
      due_after(world.start, less + random_length(), kind, world.calendar, world.pauses);
  RC_PRE(static_cast<bool>(later));
  RC_ASSERT((sooner && *sooner < *later));
  const auto n = static_cast<int>(whole(0, 20));
  const auto day = due(world.start, Budget::working_days(n), world.calendar, world.pauses);
  const auto next = due(world.start, Budget::working_days(n + 1), world.calendar, world.pauses);
  RC_ASSERT((!next || (day && *day <= *next)));
}

RC_GTEST_PROP(ClockProperty, elapsed_until_due_is_the_budget, ()) {
  const World world = random_world();
  const BudgetKind kind = random_kind();
  const Millis length = random_length();
  const Due at = due_after(world.start, length, kind, world.calendar, world.pauses);
  RC_PRE(static_cast<bool>(at));
  RC_ASSERT(elapsed(world.start, *at, kind, world.calendar, world.pauses) == length);
  // And it is the first such instant.
  RC_ASSERT(elapsed(world.start, *at - Millis{1}, kind, world.calendar, world.pauses) ==
            length - Millis{1});
}

// A new pause moves due by exactly the clock's own time that it takes away.
RC_GTEST_PROP(ClockProperty, pausing_for_x_moves_due_by_x, ()) {
  const World world = random_world();
  const BudgetKind kind = random_kind();
  const Millis length = random_length();
  const Due before = due_after(world.start, length, kind, world.calendar, world.pauses);
  RC_PRE(static_cast<bool>(before));
  const Instant from = world.start + (*before - world.start) * whole(0, 1200) / 1000;
  const Pause pause{from, from + Millis{minutes{whole(0, 6000)}}};
  const bool in_time = elapsed(world.start, from, kind, world.calendar, world.pauses) < length;
  const Millis x =
      in_time ? elapsed(from, *pause.to, kind, world.calendar, world.pauses) : Millis{0};
  auto with = world.pauses;
  with.insert(with.begin() + whole(0, static_cast<std::int64_t>(with.size())), pause);
  matches(due_after(world.start, length, kind, world.calendar, with),
          due_after(world.start, length + x, kind, world.calendar, world.pauses));
  with.push_back({from, std::nullopt});
  RC_ASSERT((due_after(world.start, length, kind, world.calendar, with).state ==
             DueState::paused) == in_time);
}

// Split into parts that touch or overlap, in any order, with empty and doubled ones.
RC_GTEST_PROP(ClockProperty, splitting_a_pause_changes_nothing, ()) {
  World world = random_world();
  world.pauses = random_pauses(world.start, true);
  const BudgetKind kind = random_kind();
  const Millis length = random_length();
  std::vector<Pause> parts;
  for (const Pause& pause : world.pauses) {
    const Instant cut = pause.from + Millis{minutes{whole(0, 2000)}};
    if (pause.to && cut > *pause.to) {
      parts.push_back(pause);
      parts.push_back({pause.from, pause.from});
      continue;
    }
    parts.push_back({cut - std::min<Millis>(cut - pause.from, minutes{whole(0, 100)}), pause.to});
    parts.push_back({pause.from, cut});
    if (one_in(3)) parts.push_back(pause);
  }
  for (std::size_t i = parts.size(); i > 1; --i) {
    std::swap(parts[i - 1], parts[static_cast<std::size_t>(whole(0, static_cast<int>(i) - 1))]);
  }
  matches(due_after(world.start, length, kind, world.calendar, parts),
          due_after(world.start, length, kind, world.calendar, world.pauses));
  matches(back_from(world.start, length, kind, world.calendar, parts),
          back_from(world.start, length, kind, world.calendar, world.pauses));
  const Budget days_budget = Budget::working_days(static_cast<int>(whole(0, 12)));
  matches(due(world.start, days_budget, world.calendar, parts),
          due(world.start, days_budget, world.calendar, world.pauses));
  const Instant until = world.start + minutes{whole(0, 30 * 1440)};
  RC_ASSERT(elapsed(world.start, until, kind, world.calendar, parts) ==
            elapsed(world.start, until, kind, world.calendar, world.pauses));
}

// A share of working days: pauses that begin later take no step back, those before it never end
// behind it, and the steps keep their order.
RC_GTEST_PROP(ClockProperty, a_pause_takes_back_no_step_that_had_come, ()) {
  World world = random_world();
  const Budget budget = Budget::working_days(static_cast<int>(whole(1, 8)));
  const StepPoint point = StepPoint::percent(static_cast<int>(whole(1, 99)));
  const auto at = [&](StepPoint step) {
    return step_at(world.start, budget, step, world.calendar, world.pauses);
  };
  const Due before = at(point);
  RC_PRE(static_cast<bool>(before));
  for (const Pause& pause : world.pauses)
    RC_ASSERT((*before <= std::max(pause.from, world.start) || *before >= *pause.to));
  const StepPoint next = StepPoint::percent(static_cast<int>(whole(point.amount, 99)));
  if (const Due later = at(next)) RC_ASSERT(*later >= *before);
  const Instant from = *before + Millis{minutes{whole(0, 3000)}};
  const bool ends = one_in(2);
  world.pauses.push_back(
      {from, ends ? std::optional{from + minutes{whole(0, 5000)}} : std::nullopt});
  matches(at(point), before);
}

// Recomputing: from what is left at any moment on the way, as often as one likes.
RC_GTEST_PROP(ClockProperty, recomputing_changes_nothing, ()) {
  const World world = random_world();
  const BudgetKind kind = random_kind();
  const Millis length = random_length();
  const Due first = due_after(world.start, length, kind, world.calendar, world.pauses);
  RC_PRE(static_cast<bool>(first));
  Instant at = world.start;
  Millis left = length;
  for (int stop = 0; stop < 3; ++stop) {
    const Instant next = at + (*first - at) * whole(0, 999) / 1000;
    left -= elapsed(at, next, kind, world.calendar, world.pauses);
    at = next;
    if (left == Millis::zero()) break;  // the rest of the way is closed or paused
    matches(due_after(at, left, kind, world.calendar, world.pauses), first);
  }
  // What lies before the start does not matter.
  auto more = world.pauses;
  more.push_back({world.start - days{9}, world.start});
  matches(due_after(world.start, length, kind, world.calendar, more), first);
}

RC_GTEST_PROP(ClockProperty, looking_back_is_the_mirror_image, ()) {
  const World world = random_world();
  const BudgetKind kind = random_kind();
  const Millis length = random_length();
  const Instant end = world.start;
  const Due back = back_from(end, length, kind, world.calendar, world.pauses);
  RC_PRE(static_cast<bool>(back));
  RC_ASSERT(*back < end);
  RC_ASSERT(elapsed(*back, end, kind, world.calendar, world.pauses) == length);
  // It is the last such instant, and the clock runs there.
  RC_ASSERT(elapsed(*back + Millis{1}, end, kind, world.calendar, world.pauses) ==
            length - Millis{1});
  const Due forth = due_after(*back, length, kind, world.calendar, world.pauses);
  RC_ASSERT((forth && *forth <= end));
  RC_ASSERT(elapsed(*forth, end, kind, world.calendar, world.pauses) == Millis{0});
  const bool ran_to_the_end =
      elapsed(end - Millis{1}, end, kind, world.calendar, world.pauses) > Millis{0};
  if (ran_to_the_end) RC_ASSERT(*forth == end);
}

RC_GTEST_PROP(ClockProperty, working_days_there_and_back, ()) {
  World world = random_world();
  // Shifts end on their own day, before midnight: only then is a closing time of that day.
  for (auto& frames : world.definition.week) frames = {{540, 1020}};
  world.definition.dates.clear();
  const Date first = world.calendar.days().front().date;
  const Date last = world.calendar.days().back().date;
  world.calendar = config::compile_calendar(world.definition, first, last).value();
  const auto n = static_cast<int>(whole(1, 15));
  const Due there = due(world.start, Budget::working_days(n), world.calendar);
  RC_ASSERT(static_cast<bool>(there));
  const Due back = back_from(*there, Budget::working_days(n), world.calendar);
  RC_ASSERT(static_cast<bool>(back));
  matches(due(*back, Budget::working_days(n), world.calendar), there);
}

RC_GTEST_PROP(ClockProperty, an_explanation_has_no_gap_and_adds_up, ()) {
  World world = random_world();
  world.pauses = random_pauses(world.start, true);
  const BudgetKind kind = random_kind();
  const Instant until = world.start + minutes{whole(0, 40 * 1440)};
  const Explanation explained = explain(world.start, until, kind, world.calendar, world.pauses);
  Instant reached = world.start;
  Millis running{0};
  const ExplainSpan* before = nullptr;
  for (const ExplainSpan& next : explained.spans) {
    RC_ASSERT(next.span.from == reached);
    RC_ASSERT(next.span.from < next.span.to);
    RC_ASSERT(next.used_up_before == running);
    RC_ASSERT((before == nullptr || before->kind != next.kind || before->name_en != next.name_en));
    const Instant middle = next.span.from + (next.span.to - next.span.from) / 2;
    const bool open = kind == BudgetKind::calendar_time || world.calendar.is_working(middle);
    const bool runs = next.kind == ExplainKind::running;
    RC_ASSERT(((runs || next.kind == ExplainKind::paused) == open));
    RC_ASSERT(elapsed(middle, middle + Millis{1}, kind, world.calendar, world.pauses) ==
              Millis{runs ? 1 : 0});
    if (runs) running += next.span.to - next.span.from;
    reached = next.span.to;
    before = &next;
  }
  RC_ASSERT((explained.spans.empty() || reached == until));
  RC_ASSERT(running == explained.elapsed);
  RC_ASSERT(running == elapsed(world.start, until, kind, world.calendar, world.pauses));
}

// ------------------------------------------------------------------------------ the slow way
bool paused_at(Instant at, const std::vector<Pause>& pauses) {
  return std::any_of(pauses.begin(), pauses.end(), [at](const Pause& pause) {
    return pause.from <= at && at < pause.to.value_or(Instant::max());
  });
}

// Where the clock came to stand for good: pauses that lead up to an open one are part of it.
Instant open_since(const std::vector<Pause>& pauses) {
  Instant since = Instant::max();
  for (const Pause& pause : pauses) {
    if (!pause.to) since = std::min(since, pause.from);
  }
  for (std::size_t round = 0; round < pauses.size(); ++round) {
    for (const Pause& pause : pauses) {
      if (pause.to && *pause.to >= since) since = std::min(since, pause.from);
    }
  }
  return since;
}

RC_GTEST_PROP(ClockProperty, agrees_with_walking_the_wall_clock, ()) {
  World world = random_world();
  world.pauses = random_pauses(world.start, true);
  const Minutes wall{world.definition, world.start - days{3}, days{15}};
  const minutes length{whole(1, 1500)};
  // Forward: the minute in which the last of the budget passes; an open pause never ends here.
  minutes left = length;
  for (Instant at = world.start; at < wall.end() && left > minutes{0}; at += minutes{1}) {
    if (!wall.working(at) || paused_at(at, world.pauses)) continue;
    left -= minutes{1};
    if (left > minutes{0}) continue;
    const Due fast =
        due_after(world.start, length, BudgetKind::working_time, world.calendar, world.pauses);
    RC_ASSERT(fast.value().has_value());
    RC_ASSERT(to_iso8601(*fast) == to_iso8601(at + minutes{1}));
  }
  // Elapsed, at some minute.
  const Instant until = world.start + minutes{whole(0, 11 * 1440)};
  minutes ran{0};
  for (Instant at = world.start; at < until; at += minutes{1}) {
    if (wall.working(at) && !paused_at(at, world.pauses)) ran += minutes{1};
  }
  RC_ASSERT(elapsed(world.start, until, BudgetKind::working_time, world.calendar, world.pauses) ==
            Millis{ran});
  // Back.
  left = minutes{whole(1, 600)};
  const Due fast = back_from(until, left, BudgetKind::working_time, world.calendar, world.pauses);
  const bool open = open_since(world.pauses) < until;
  RC_ASSERT((fast.state == DueState::paused) == open);
  for (Instant at = until; !open && at > wall.end() - days{15} && left > minutes{0};) {
    at -= minutes{1};
    if (!wall.working(at) || paused_at(at, world.pauses)) continue;
    left -= minutes{1};
    if (left == minutes{0}) RC_ASSERT(to_iso8601(*fast) == to_iso8601(at));
  }
}

RC_GTEST_PROP(ClockProperty, working_days_agree_with_the_wall_clock, ()) {
  const World world = random_world();
  const Minutes wall{world.definition, world.start - days{3}, days{24}};
  const auto today = wall.local_date(world.start);
  const auto n = static_cast<int>(whole(0, 4));
  int missing = std::max(n, 1);
  Instant latest = Instant::min();  // two nights may end in the wrong order
  for (const auto& [date, closing] : wall.closings()) {
    // A frame that begins near the end may reach beyond what was looked at.
    if (date > wall.local_date(wall.end() - minutes{1}) - days{2}) break;
    latest = std::max(latest, closing);
    const bool counts = date > today || (n == 0 && date == today && closing > world.start);
    const bool stands = std::any_of(world.pauses.begin(), world.pauses.end(), [&](const Pause& p) {
      return p.from < latest && latest <= *p.to && *p.to > world.start && p.from < *p.to &&
             std::max(p.from, world.start) < latest;
    });
    if (!counts || stands || --missing > 0) continue;
    const Due fast = due(world.start, Budget::working_days(n), world.calendar, world.pauses);
    RC_ASSERT(fast.value().has_value());
    RC_ASSERT(to_iso8601(*fast) == to_iso8601(latest));
    return;
  }
}

}  // namespace
}  // namespace firsthand::test
