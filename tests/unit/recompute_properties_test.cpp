// SPDX-License-Identifier: Apache-2.0
// A change of the rules for a clock that runs, over random policies, ladders, calendars, pauses and
// lateness: the same rules again change nothing, a change that is taken back leaves no trace, and
// what has breached stays. A failure prints how to repeat it (RC_PARAMS="reproduce=...").
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/clock_rules.hpp"
#include "tests/unit/clock_world.hpp"

namespace firsthand::test {
namespace {

constexpr ClockKind kKinds[] = {ClockKind::resolution,      ClockKind::dispatch,
                                ClockKind::progress_update, ClockKind::first_response,
                                ClockKind::callback,        ClockKind::final_response};

Budget random_budget() {
  switch (whole(0, 2)) {
    case 0: return Budget::working(minutes{whole(0, 6000)});
    case 1: return Budget::calendar(minutes{whole(0, 12'000)});
    default: return Budget::working_days(static_cast<int>(whole(0, 9)));
  }
}

LadderStep step_of(std::string name, StepPoint at) {
  LadderStep step;
  step.name = std::move(name);
  step.at = at;
  return step;
}

/// In firing order. Names come back at other points and in other ladders.
Ladder random_ladder(std::string code) {
  std::vector<std::string> names{"a", "b", "c", "d", "e"};
  const auto name = [&] {
    const auto at = names.begin() + whole(0, static_cast<std::int64_t>(names.size()) - 1);
    const std::string taken = *at;
    names.erase(at);
    return taken;
  };
  const bool shares = one_in(2);
  std::vector<std::int64_t> points;
  for (auto count = whole(0, 3); count > 0; --count)
    points.push_back(shares ? whole(1, 99) : -60 * whole(1, 3000));
  std::sort(points.begin(), points.end());
  Ladder ladder{std::move(code), "", "", {}};
  for (const auto point : points)
    ladder.steps.push_back(step_of(name(), {shares ? StepKind::percent : StepKind::offset, point}));
  ladder.steps.push_back(step_of(one_in(4) ? name() : "breach", StepPoint::offset(Seconds{0})));
  if (one_in(2)) ladder.steps.push_back(step_of(name(), StepPoint::offset(minutes{whole(1, 600)})));
  return ladder;
}

CaseTraits no_traits() {
  return {};
}

class Recomputing {
 public:
  Recomputing() {
    kind_ = kKinds[whole(0, std::ssize(kKinds) - 1)];
    if (pausable(kind_)) pauses_ = random_pauses(world_.start, true);
    const Rules first = random_rules(false);
    start(first);
    for (auto steps = whole(0, 3); steps > 0; --steps) fire(first);
    now_ += minutes{one_in(3) ? whole(0, 6000) : whole(0, 60)};
  }

  Rules random_rules(bool may_drop = true) {
    Rules rules;
    rules.revision = ++revision_;
    rules.company_calendar = "random";
    rules.calendars.emplace("random", world_.calendar);
    rules.book.ladders = {random_ladder("one"), random_ladder("two")};
    PolicyClock clock{
        kind_, random_budget(), {}, one_in(3) ? "24x7" : "random", one_in(2) ? "one" : "two"};
    if (one_in(4)) clock.out_of_hours = random_budget();
    Policy policy;
    policy.code = one_in(2) ? "some" : "other";
    policy.version = static_cast<int>(revision_);
    if (!may_drop || !one_in(8)) policy.clocks = {clock};
    rules.book.policies = {policy};
    return rules;
  }

  Recomputed by(const Rules& rules) const { return by(rules, clock_); }
  Recomputed by(const Rules& rules, const SlaClock& clock) const {
    return recompute(clock, no_traits(), pauses_, fired_, rules, now_);
  }
  const SlaClock& clock() const { return clock_; }
  Instant now() const { return now_; }

 private:
  void start(const Rules& rules) {
    const auto terms = terms_for(rules, no_traits(), kind_, world_.start);
    clock_.id = ClockId{1};
    clock_.kind = kind_;
    clock_.started_at = world_.start;
    clock_.policy = terms->policy;
    clock_.policy_version = terms->policy_version;
    clock_.calendar = terms->calendar;
    clock_.budget = terms->budget;
    clock_.ladder = terms->ladder;
    if (one_in(5)) {
      clock_.policy.clear();
      clock_.policy_version = 0;  // granted
    }
    arm_new(clock_, pauses_, rules, world_.start);
    now_ = world_.start;
  }

  void fire(const Rules& rules) {
    const LadderStep* step = next_step(clock_, rules);
    if (!step || !clock_.fire_at) return;
    now_ = std::max(now_, *clock_.fire_at);
    fired_.push_back(step->name);
    if (step->is_breach()) {
      clock_.breached_at = clock_.due_at;
      clock_.state = ClockState::breached;
    }
    advance(clock_, pauses_, rules);
  }

  World world_ = random_world();
  ClockKind kind_ = ClockKind::resolution;
  std::vector<Pause> pauses_;
  SlaClock clock_;
  std::vector<std::string> fired_;
  Instant now_{};
  std::int64_t revision_ = 0;
};

/// Each change has a version, and a revision of its rules: all else is the same.
bool same_but_counted(SlaClock a, const SlaClock& b) {
  a.version = b.version;
  a.revision = b.revision;
  return a == b;
}

RC_GTEST_PROP(RecomputeProperty, the_same_rules_again_change_nothing, ()) {
  Recomputing some;
  const Rules rules = some.random_rules();
  const Recomputed once = some.by(rules);
  const Recomputed again = some.by(rules, once.clock);
  RC_ASSERT(again.dropped == once.dropped);
  RC_ASSERT(!again.moved);
  RC_ASSERT(!again.became_late);
  RC_ASSERT((again.clock == once.clock));
  if (once.dropped) RC_ASSERT((once.clock == some.clock()));
}

RC_GTEST_PROP(RecomputeProperty, rules_that_are_taken_back_leave_no_trace, ()) {
  Recomputing some;
  const Rules a = some.random_rules(false);
  const Rules b = some.random_rules(false);
  const Recomputed first = some.by(a);
  RC_PRE(!first.clock.breached_at);
  // A step that waits for a late timer is one that another ladder may pass over.
  RC_PRE(!first.clock.fire_at || *first.clock.fire_at > some.now());
  const Recomputed between = some.by(b, first.clock);
  RC_PRE(!between.clock.breached_at);
  const Recomputed back = some.by(a, between.clock);
  RC_ASSERT(!back.became_late);
  RC_ASSERT(back.moved == between.moved);
  RC_ASSERT((same_but_counted(back.clock, first.clock)));
}

RC_GTEST_PROP(RecomputeProperty, what_has_breached_stays, ()) {
  Recomputing some;
  const Recomputed first = some.by(some.random_rules(false));
  RC_PRE(first.clock.breached_at.has_value());
  const Recomputed next = some.by(some.random_rules(false), first.clock);
  RC_ASSERT(!next.moved);
  RC_ASSERT(!next.became_late);
  RC_ASSERT((next.clock.state == ClockState::breached));
  RC_ASSERT((next.clock.breached_at == first.clock.breached_at));
  RC_ASSERT((next.clock.due_at == first.clock.due_at));
}

}  // namespace
}  // namespace firsthand::test
