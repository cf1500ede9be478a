// SPDX-License-Identifier: Apache-2.0
#include "engine/clock_rules.hpp"

#include <algorithm>

namespace firsthand {
namespace {

// Where the ladder stands: the index of the clock's next step, or its end.
std::size_t position(const SlaClock& clock, const Ladder& ladder) {
  if (clock.step.empty()) {
    // Clocks armed by the first release count their steps and do not name them.
    return clock.fire_at ? std::min(static_cast<std::size_t>(clock.stage), ladder.steps.size())
                         : ladder.steps.size();
  }
  const auto found = std::find_if(ladder.steps.begin(), ladder.steps.end(),
                                  [&](const LadderStep& s) { return s.name == clock.step; });
  return static_cast<std::size_t>(found - ladder.steps.begin());
}

Due due_of(const SlaClock& clock, std::span<const Pause> pauses, const Rules& rules) {
  return due(clock.started_at, clock.budget, rules.calendar(clock.calendar), pauses);
}

// A promise beyond what the calendar covers counts on as calendar time: late is visible, lost is
// not.
Instant beyond_coverage(const SlaClock& clock) {
  const std::int64_t seconds = clock.budget.kind == BudgetKind::working_days
                                   ? clock.budget.amount * 86'400
                                   : clock.budget.amount;
  return clock.started_at + Seconds{seconds};
}

// A time that was told to somebody stays, whatever the rules and calendars say later.
bool told(const SlaClock& clock) {
  return promised(clock.kind) || granted(clock);
}
// Only a wait for the customer moves it, for those whose clocks it pauses.
bool stays(const SlaClock& clock) {
  return told(clock) && clock.due_at && !pausable(clock.kind);
}

// The first step from `from` on that still has to fire: the breach, if it has not been, and
// whatever lies ahead. What alerts only about the past is passed over.
void choose_step(SlaClock& clock, std::size_t from, std::span<const Pause> pauses,
                 std::span<const std::string> fired, const Rules& rules, Instant now) {
  const Ladder& ladder = ladder_of(clock, rules);
  clock.step.clear();
  for (std::size_t i = from; i < ladder.steps.size(); ++i) {
    const LadderStep& step = ladder.steps[i];
    const bool done = step.is_breach()
                          ? clock.breached_at.has_value()
                          : std::find(fired.begin(), fired.end(), step.name) != fired.end();
    if (done) continue;
    if (!step.is_breach()) {
      const auto at = step_due(clock, step, pauses, rules);
      if (at && *at <= now) continue;
    }
    clock.step = step.name;
    return;
  }
}

}  // namespace

CaseTraits traits_of(const Case& c, Tier tier, const Rules& rules) {
  const User* owner = rules.user(c.owner);
  return {c.kind,
          c.category,
          c.severity,
          tier,
          c.channel,
          owner ? owner->office : "",
          rules.company().is_working(c.opened_at) ? Arrival::in_hours : Arrival::out_of_hours};
}

CaseTraits traits_without_case(PolicyScope scope, Tier tier, UserId responsible, Instant began,
                               const Rules& rules) {
  const User* person = rules.user(responsible);
  CaseTraits traits;
  traits.scope = scope;
  traits.tier = tier;
  traits.office = person ? person->office : "";
  traits.arrival = rules.company().is_working(began) ? Arrival::in_hours : Arrival::out_of_hours;
  return traits;
}

std::optional<ClockTerms> terms_for(const Rules& rules, const CaseTraits& traits, ClockKind kind,
                                    Instant start) {
  const Policy* policy = rules.book.policy_for(traits);
  const PolicyClock* wanted = policy ? policy->clock(kind) : nullptr;
  // Policies without a clock for follow-up calls treat them as any promised call.
  if (policy && !wanted && kind == ClockKind::follow_up)
    wanted = policy->clock(ClockKind::callback);
  if (!wanted) return std::nullopt;
  return ClockTerms{policy->code, policy->version, wanted->calendar,
                    budget_at(*wanted, start, rules.calendar(wanted->calendar)), wanted->ladder};
}

const Ladder& ladder_of(const SlaClock& clock, const Rules& rules) {
  static const Ladder kBreachAlone{
      "", "", "", {LadderStep{"breach", StepPoint::offset(Seconds{0}), {}, {}, false, false, 0}}};
  const Ladder* ladder = rules.book.ladder(clock.ladder);
  return ladder ? *ladder : kBreachAlone;
}

const LadderStep* next_step(const SlaClock& clock, const Rules& rules) {
  const Ladder& ladder = ladder_of(clock, rules);
  const std::size_t at = position(clock, ladder);
  return at < ladder.steps.size() ? &ladder.steps[at] : nullptr;
}

std::optional<Instant> step_due(const SlaClock& clock, const LadderStep& step,
                                std::span<const Pause> pauses, const Rules& rules) {
  const Calendar& calendar = rules.calendar(clock.calendar);
  const bool settled = clock.due_at && (clock.breached_at || stays(clock));
  if (settled && step.is_breach()) return clock.due_at;
  const bool offset = step.at.kind == StepKind::offset;
  Due at = step_at(clock.started_at, clock.budget, step.at, calendar, pauses);
  // A due time that stays while calendars change keeps its steps around it.
  if (settled && offset && step.at.amount > 0) {
    const bool by_calendar = clock.budget.kind == BudgetKind::calendar_time;
    const Budget none = by_calendar ? Budget::calendar(Seconds{0}) : Budget::working(Seconds{0});
    at = step_at(*clock.due_at, none, step.at, calendar, pauses);
  } else if (settled && at && step.at.amount < (offset ? 0 : 100)) {
    at.at = std::min(at.at, *clock.due_at);
  }
  return at.state == DueState::beyond_coverage ? std::optional{beyond_coverage(clock)} : at.value();
}

void arm(SlaClock& clock, std::span<const Pause> pauses, const Rules& rules) {
  if (!clock.live()) return;
  // By a node that has not read the newest rules yet: to be computed again.
  clock.revision = std::min(clock.revision, rules.revision);
  // What has breached keeps the due time that it missed; what was promised is kept.
  if (!clock.breached_at && !stays(clock)) {
    const auto next_due = due_of(clock, pauses, rules);
    clock.due_at = next_due.state == DueState::beyond_coverage
                       ? std::optional{beyond_coverage(clock)}
                       : next_due.value();
    clock.state = clock.due_at ? ClockState::running : ClockState::paused;
  }
  if (const LadderStep* unnamed = clock.step.empty() ? next_step(clock, rules) : nullptr) {
    clock.step = unnamed->name;
  }
  clock.fire_at.reset();
  if (clock.step.empty()) return;
  // A step that the ladder has no more gives way to the breach, which must never be lost.
  const LadderStep* step = next_step(clock, rules);
  if (!step) {
    choose_step(clock, 0, pauses, {}, rules, clock.due_at.value_or(clock.started_at));
    step = next_step(clock, rules);
  }
  if (step) clock.fire_at = step_due(clock, *step, pauses, rules);
}

void arm_new(SlaClock& clock, std::span<const Pause> pauses, const Rules& rules, Instant now) {
  choose_step(clock, 0, pauses, {}, rules, now);
  clock.revision = rules.revision;
  arm(clock, pauses, rules);
}

void advance(SlaClock& clock, std::span<const Pause> pauses, const Rules& rules) {
  const Ladder& ladder = ladder_of(clock, rules);
  const std::size_t at = position(clock, ladder) + 1;
  clock.step = at < ladder.steps.size() ? ladder.steps[at].name : "";
  clock.fire_at.reset();  // armed without a name is what the first release left
  ++clock.stage;
  ++clock.version;
  arm(clock, pauses, rules);
}

std::vector<ClockKind> missing_kinds(const Rules& rules, const CaseTraits& traits, int cycle,
                                     std::span<const SlaClock> clocks) {
  std::vector<ClockKind> missing;
  const Policy* policy = rules.book.policy_for(traits);
  if (!policy) return missing;
  for (const ClockKind kind :
       {ClockKind::resolution, ClockKind::final_response, ClockKind::progress_update}) {
    const bool runs = std::any_of(clocks.begin(), clocks.end(), [&](const SlaClock& clock) {
      return clock.kind == kind && clock.state != ClockState::cancelled &&
             (clock.cycle == cycle || kind == ClockKind::final_response);
    });
    if (!runs && policy->clock(kind)) missing.push_back(kind);
  }
  return missing;
}

Recomputed recompute(const SlaClock& clock, const CaseTraits& traits, std::span<const Pause> pauses,
                     std::span<const std::string> fired, const Rules& rules, Instant now) {
  Recomputed result{clock, false, false, false};
  SlaClock& next = result.clock;
  if (!clock.live()) return result;
  const auto terms = terms_for(rules, traits, clock.kind, clock.started_at);
  const bool kept = told(clock);
  if (!terms && !kept) {
    result.dropped = true;
    return result;
  }
  if (terms) {
    next.ladder = terms->ladder;
    if (!clock.breached_at && !granted(clock)) {
      next.policy = terms->policy;
      next.policy_version = terms->policy_version;
    }
    if (!clock.breached_at && !kept) {
      next.calendar = terms->calendar;
      next.budget = terms->budget;
    }
  }
  if (!kept) arm(next, pauses, rules);
  next.revision = rules.revision;
  result.moved = next.due_at != clock.due_at;
  if (result.moved && !next.breached_at && next.due_at && *next.due_at <= now) {
    next.breached_at = next.due_at;
    next.state = ClockState::breached;
    result.became_late = true;
    ++next.stage;
  }
  // A step that is due and waits for its timer must still fire; otherwise the ladder is read anew.
  const LadderStep* current = next_step(next, rules);
  const auto current_at = current ? step_due(next, *current, pauses, rules) : std::nullopt;
  const bool about_to_fire = current_at && *current_at <= now && current_at == clock.fire_at;
  if (!about_to_fire) choose_step(next, 0, pauses, fired, rules, now);
  next.fire_at.reset();
  const LadderStep* step = next_step(next, rules);
  next.fire_at = step ? step_due(next, *step, pauses, rules) : std::nullopt;
  // Every change that a timer could have missed has a version of its own.
  SlaClock same = clock;
  same.revision = next.revision;
  if (!(next == same)) ++next.version;
  return result;
}

}  // namespace firsthand
