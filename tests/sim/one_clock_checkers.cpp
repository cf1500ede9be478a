// SPDX-License-Identifier: Apache-2.0
// What must be true of one clock: its steps in time, its due time, the rules it was given by, its
// breach.
#include <algorithm>

#include "engine/clock_rules.hpp"
#include "tests/sim/clock_checkers.hpp"
#include "tests/sim/clock_words.hpp"

namespace firsthand::sim {
namespace {

bool same_terms(const SlaClock& a, const SlaClock& b) {
  return a.ladder == b.ladder && a.budget == b.budget && a.calendar == b.calendar &&
         a.policy == b.policy && a.policy_version == b.policy_version && a.revision == b.revision;
}

/// Told to a customer, or granted to a department: no rule gives it.
bool given_by_people(const SlaClock& clock) {
  return promised(clock.kind) || granted(clock);
}

}  // namespace

/// What lay ahead at the last look and has passed since is owed now; what is owed for too long is
/// missing.
void ClockCheckers::settle(const SlaClock& clock, Seen& seen, Instant now) {
  const Instant lived = clock.ended_at.value_or(now);
  const auto* fired = fired_.contains(clock.id) ? &fired_.at(clock.id) : nullptr;
  for (auto at = seen.ahead.begin(); at != seen.ahead.end();) {
    if (fired && fired->contains(at->first) && fired->at(at->first) < at->second)
      found_(8, "a step fired early:" + of(clock) + " " + at->first + " due " +
                    to_iso8601(at->second) + " fired " + to_iso8601(fired->at(at->first)));
    if (at->second > lived) {
      ++at;
      continue;
    }
    seen.owed.insert(*at);
    at = seen.ahead.erase(at);
  }
  std::erase_if(seen.owed, [&](const auto& step) { return fired && fired->contains(step.first); });
  for (const auto& [step, at] : seen.owed) {
    if (at + kTimerSlack < lived)
      found_(8, "a step never fired:" + of(clock) + " " + step + " due " + to_iso8601(at) +
                    ", next is " + clock.step + " at " + when(clock.fire_at));
  }
  if (clock.ended_at) {
    seen.owed.clear();
    seen.ahead.clear();
  }
}

void ClockCheckers::look_ahead(const Place& place, const SlaClock& clock, Seen& seen, Instant now) {
  seen.ahead.clear();
  const Ladder* ladder = rules_.book.ladder(clock.ladder);
  if (!clock.live() || !ladder || !by_rules_in_force(clock)) return;
  const auto pauses = stood(place, clock.kind);
  const auto* fired = fired_.contains(clock.id) ? &fired_.at(clock.id) : nullptr;
  for (const auto& step : ladder->steps) {
    if (step.if_unacknowledged || (fired && fired->contains(step.name))) continue;
    std::optional<Instant> at =
        step_at(clock.started_at, clock.budget, step.at, rules_.calendar(clock.calendar), pauses)
            .value();
    // What has breached was due when it was, and is climbed from there; a promise keeps its time.
    if (step.is_breach()) at = clock.due_at;
    const bool climbs = step.at.kind == StepKind::offset && step.at.amount > 0;
    if (clock.breached_at && climbs) {
      Budget after = clock.budget;
      if (after.kind == BudgetKind::working_days) after.kind = BudgetKind::working_time;
      after.amount = step.at.amount;
      at = due(*clock.due_at, after, rules_.calendar(clock.calendar), pauses).value();
    } else if (clock.breached_at) {
      at.reset();
    }
    const bool before = !step.is_breach() && !climbs;
    if (at && given_by_people(clock) && before) at = std::min(*at, *clock.due_at);
    if (at && *at > now) seen.ahead[step.name] = *at;
  }
}

void ClockCheckers::due_time(const Place& place, const SlaClock& clock, Instant now) {
  if (clock.kind == ClockKind::final_response) {
    if (clock.state == ClockState::paused || !clock.due_at)
      found_(8, "a regulator's period was paused:" + of(clock));
  }
  if (clock.kind == ClockKind::callback || clock.kind == ClockKind::follow_up) {
    const auto promise = rows_.world().callbacks.find(clock.callback);
    if (promise != rows_.world().callbacks.end() && promise->second.state == CallbackState::open &&
        clock.due_at != promise->second.due_at)
      found_(8, "the promised time has moved:" + of(clock) + " to " + when(clock.due_at) +
                    " from " + when(promise->second.due_at));
    return;
  }
  if (clock.kind == ClockKind::review_action) {
    const Millis off = clock.due_at.value_or(Instant{}) - place.action->due_at;
    if (std::chrono::abs(off) >= Seconds{1})
      found_(8, "the agreed day has moved:" + of(clock) + " to " + when(clock.due_at));
    return;
  }
  if (clock.breached_at || given_by_people(clock) || !by_rules_in_force(clock)) return;
  // A step that is due fires before a pause has its effect.
  if (clock.fire_at && *clock.fire_at <= now) return;
  const auto at = due_of(place, clock);
  if (clock.due_at != at)
    found_(8, "a wrong due time:" + of(clock) + " " + when(clock.due_at) + " not " + when(at));
}

CaseTraits ClockCheckers::traits(const Place& at, const SlaClock& clock) const {
  const World& world = rows_.world();
  const auto customer = world.customers.find(at.file ? at.file->facts.customer : at.customer);
  const Tier tier = customer == world.customers.end() ? Tier::standard : customer->second.tier;
  if (!at.file) {
    CaseTraits none;
    none.scope = at.action ? PolicyScope::reviews : PolicyScope::customers;
    none.tier = tier;
    const auto account = world.accounts.find(at.customer);
    const UserId whose = at.action                         ? at.action->assignee
                         : account != world.accounts.end() ? account->second.owner
                                                           : UserId{};
    if (const User* person = rules_.user(whose)) none.office = person->office;
    if (!rules_.company().is_working(clock.started_at)) none.arrival = Arrival::out_of_hours;
    return none;
  }
  const Case& c = at.file->facts;
  CaseTraits traits{c.kind, c.category, c.severity, tier, c.channel, "", {}};
  const User* owner = rules_.user(c.owner);
  if (owner) traits.office = owner->office;
  if (!rules_.company().is_working(c.opened_at)) traits.arrival = Arrival::out_of_hours;
  return traits;
}

/// Computed by the rules in force, it has what they give.
void ClockCheckers::terms(const Place& at, const SlaClock& clock) {
  if (clock.breached_at || !by_rules_in_force(clock) || given_by_people(clock)) return;
  const Policy* policy = rules_.book.policy_for(traits(at, clock));
  const PolicyClock* wanted = policy ? policy->clock(clock.kind) : nullptr;
  if (!wanted) return found_(8, "no rule gives it any more:" + of(clock));
  const Budget budget = budget_at(*wanted, clock.started_at, rules_.calendar(wanted->calendar));
  if (clock.budget != budget || clock.ladder != wanted->ladder ||
      clock.calendar != wanted->calendar || clock.policy != policy->code ||
      clock.policy_version != policy->version)
    found_(8, "not what the rules give:" + of(clock));
}

void ClockCheckers::breach(const SlaClock& clock, const Seen& seen, Instant now) {
  const Instant lived = clock.ended_at.value_or(now);
  if (clock.breached_at) {
    const auto [first, fresh] = breaches_.emplace(clock.id, *clock.breached_at);
    if (!fresh && first->second != *clock.breached_at)
      found_(8, "its breach has moved:" + of(clock));
    if (fresh && clock.due_at != clock.breached_at)
      found_(8, "it breached at another time than it was due:" + of(clock));
    return;
  }
  if (breaches_.contains(clock.id)) return found_(8, "its breach is gone:" + of(clock));
  if (clock.due_at && std::max(*clock.due_at, seen.since) + kTimerSlack < lived)
    found_(8, "late, and nobody knows:" + of(clock));
  const bool met_late = clock.state == ClockState::met && clock.due_at && *clock.due_at < lived;
  if (met_late) found_(8, "met in time, though it was late:" + of(clock));
}

void ClockCheckers::look_at_clock(const Place& at, const SlaClock& clock, Instant now) {
  const auto [known, fresh] = clocks_.try_emplace(clock.id);
  Seen& seen = known->second;
  if (!fresh && seen.row.ended_at) {
    // A clock that has ended has nothing more to say.
    if (!(seen.row == clock)) found_(8, "changed after its end:" + of(clock));
    return;
  }
  if (fresh) {
    seen.since = now;
  } else if (!same_terms(clock, seen.row) || !by_rules_in_force(clock)) {
    // Warnings that were due by other terms are passed over; a breach is not.
    const auto warnings = [&](const auto& step) { return step.first != "breach"; };
    std::erase_if(seen.owed, warnings);
    std::erase_if(seen.ahead, warnings);
    if (!same_terms(clock, seen.row)) {
      seen.since = now;
      seen.ahead.clear();
      seen.owed.clear();
    }
  }
  settle(clock, seen, now);
  look_ahead(at, clock, seen, now);
  if (clock.live()) {
    due_time(at, clock, now);
    terms(at, clock);
  }
  breach(clock, seen, now);
  if (clock.stage < seen.row.stage) found_(8, "its stage has gone back:" + of(clock));
  seen.row = clock;
}

}  // namespace firsthand::sim
