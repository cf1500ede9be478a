// SPDX-License-Identifier: Apache-2.0
// What the rules make of one clock: its terms, its due time, its next step; and what a change of
// the rules makes of a clock that runs. Pure; any thread. decide() and every preview ask here, so
// what is previewed is what happens.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/model.hpp"
#include "engine/rules.hpp"

namespace firsthand {

/// What a policy gives to a clock of some kind.
struct ClockTerms {
  std::string policy;
  int policy_version = 0;
  std::string calendar;
  Budget budget;
  std::string ladder;
};

/// A person has given this clock its time: no version of a policy stands behind it, and no change
/// of the rules moves it.
inline bool granted(const SlaClock& clock) {
  return clock.policy_version == 0;
}

/// The terms of a clock that starts at `start`; none when the policy has no clock of this kind.
std::optional<ClockTerms> terms_for(const Rules& rules, const CaseTraits& traits, ClockKind kind,
                                    Instant start);

/// The traits of a case: `tier` is its customer's.
CaseTraits traits_of(const Case& c, Tier tier, const Rules& rules);
/// Of what hangs on no case: `responsible` has the office, `began` the hour of arrival.
CaseTraits traits_without_case(PolicyScope scope, Tier tier, UserId responsible, Instant began,
                               const Rules& rules);

/// The ladder of a clock. One without a ladder has the breach alone, which alerts nobody.
const Ladder& ladder_of(const SlaClock& clock, const Rules& rules);
/// The step that fires next, or null.
const LadderStep* next_step(const SlaClock& clock, const Rules& rules);

/// When a step of this clock is due; none while it is paused.
std::optional<Instant> step_due(const SlaClock& clock, const LadderStep& step,
                                std::span<const Pause> pauses, const Rules& rules);

/// Computes due time and state of a live clock, and when its next step fires. The step stays.
void arm(SlaClock& clock, std::span<const Pause> pauses, const Rules& rules);

/// Arms a new clock. Warnings whose instants lie before `now` are passed over in silence, as when a
/// complaint is written down hours after it was made: what counts now is whether it is late.
void arm_new(SlaClock& clock, std::span<const Pause> pauses, const Rules& rules, Instant now);

/// Moves on to the step behind the one that has fired.
void advance(SlaClock& clock, std::span<const Pause> pauses, const Rules& rules);

struct Recomputed {
  SlaClock clock;
  bool moved = false;        ///< the due time is another one
  bool became_late = false;  ///< the new due time has passed; `clock` has breached
  bool dropped = false;      ///< the policy has no such clock any more; `clock` is as it was
};

/// The kinds of a case's own clocks that its policy wants and that have not run in this cycle (the
/// final response: at all): a change of the rules or of the case begins them.
std::vector<ClockKind> missing_kinds(const Rules& rules, const CaseTraits& traits, int cycle,
                                     std::span<const SlaClock> clocks);
/// From when such a clock counts: what the customer waits for from the beginning, from there.
inline Instant begins_at(ClockKind kind, const Case& c, Instant now) {
  const bool beginning =
      kind == ClockKind::final_response || (kind == ClockKind::resolution && c.cycle == 1);
  return beginning ? c.opened_at : now;
}

/// A live clock by the rules in force, from its start and with its pauses. What has breached stays
/// as it is, and the time promised to a customer for a callback stays promised. Steps named in
/// `fired` do not fire again; warnings whose instants have passed are passed over.
/// The same rules again change nothing.
Recomputed recompute(const SlaClock& clock, const CaseTraits& traits, std::span<const Pause> pauses,
                     std::span<const std::string> fired, const Rules& rules, Instant now);

}  // namespace firsthand
