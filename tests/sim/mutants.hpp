// SPDX-License-Identifier: Apache-2.0
// Engines with one mistake in them: the transaction of the simulation, and what each mutant does to
// it. The checkers must find every one; a checker that lets a mutant live checks nothing.
#pragma once

#include <boost/describe/enum.hpp>
#include <optional>
#include <set>

#include "tests/sim/agenda.hpp"
#include "tests/support/memory_tx.hpp"

namespace firsthand::sim {

enum class Mutant {
  none,
  stale_reads,   ///< reads without locks, behind the schema's keys: must be survived
  no_offer_key,  ///< the same without the unique keys of the offer table
  forgets_keys,  ///< no event is remembered
  answers_before_commit,
  fires_twice,           ///< a fired step's version is not saved
  skips_a_step,          ///< an armed clock is not saved as armed
  moves_a_breach,        ///< a breach fact follows the due time
  forgets_the_callback,  ///< an abandoned call is an unread row
  doubles_the_callback,  ///< each abandoned call makes one, whatever there is
  loses_the_call,        ///< a missed call does not go back to its place
  rings_the_absent,      ///< everybody looks available
  ignores_the_owner,     ///< the router knows no owners
  forgets_the_ledger,
  takes_the_case,  ///< whoever accepts the dispatch owns the case
  resolves_untold,
  loses_history,
  hands_stay_full,    ///< what is done is still counted as in hand
  orphans_a_promise,  ///< a departure forgets the follow-up calls
  // ---- clocks
  recompute_fires_again,       ///< a change of the rules begins a ladder anew
  recompute_forgets_a_breach,  ///< late by the old rules, not late by the new ones
  recompute_hides_lateness,    ///< what a change makes late is never said to be
  recompute_skips_a_clock,     ///< marked as done, left as it was
  moves_a_promise,             ///< a promised callback follows the calendar
  mails_skipped_steps,         ///< what is passed over is mailed all the same
  alerts_the_absent,
  alerts_nobody,
  never_restarts_progress,
  pauses_the_regulator,
  stage_not_bumped,
  escalation_takes_the_case,
  forgets_when_it_was_said,
  accepts_early_timers,           ///< a timer that comes before its step is due fires it
  climbs_regardless,              ///< a step for the unacknowledged fires for all
  forgets_the_follow_up,          ///< the call after the resolution has no clock
  forgets_clocks_without_a_case,  ///< an armed clock of a customer or an action is not saved as
                                  ///< armed
  // ---- records
  unmerge_forgets_a_call,
  merge_takes_the_cases,  ///< whoever merges two records owns the cases
  forgets_the_merged,     ///< a caller's cases are those of the kept record alone
  approver_is_the_proposer,
  reopens_without_a_clock,
};
BOOST_DESCRIBE_ENUM(Mutant, none, stale_reads, no_offer_key, forgets_keys, answers_before_commit,
                    fires_twice, skips_a_step, moves_a_breach, forgets_the_callback,
                    doubles_the_callback, loses_the_call, rings_the_absent, ignores_the_owner,
                    forgets_the_ledger, takes_the_case, resolves_untold, loses_history,
                    hands_stay_full, orphans_a_promise, recompute_fires_again,
                    recompute_forgets_a_breach, recompute_hides_lateness, recompute_skips_a_clock,
                    moves_a_promise, mails_skipped_steps, alerts_the_absent, alerts_nobody,
                    never_restarts_progress, pauses_the_regulator, stage_not_bumped,
                    escalation_takes_the_case, forgets_when_it_was_said, accepts_early_timers,
                    climbs_regardless, forgets_the_follow_up, forgets_clocks_without_a_case,
                    unmerge_forgets_a_call, merge_takes_the_cases, forgets_the_merged,
                    approver_is_the_proposer, reopens_without_a_clock)

/// What a batch had on its docket.
struct Touched {
  std::set<CaseId> cases;
  std::set<CustomerId> customers;  ///< with clocks of their own
  std::set<ReviewActionId> actions;
};

/// Prepares the schema for the mutant.
void prepare(test::MemoryRows& rows, Mutant mutant);

class SimTx {
 public:
  SimTx(test::MemoryRows& rows, Instant now, Mutant mutant, Random& random, const Rules& rules)
      : tx_(rows, now), mutant_(mutant), random_(random), rules_(rules) {}

  Instant now() const { return tx_.now(); }
  std::vector<Remembered> remember(std::span<const Event> events);
  Docket load(const Wanted& wanted);
  void save(Docket& docket, std::span<const Event> events, std::span<const Outcome> outcomes);
  void commit() { tx_.commit(); }
  const Touched& touched() const { return touched_; }

 private:
  void spoil(Docket& docket);
  void spoil_clocks(Docket& docket);
  void spoil_alerts(Docket& docket);
  void spoil_records(Docket& docket);
  bool misread_clocks(World& seen, const Wanted& wanted) const;
  std::optional<World> misread_records(const World& loaded, const Wanted& wanted);

  test::MemoryTx tx_;
  const Mutant mutant_;
  Random& random_;
  const Rules& rules_;
  bool only_offers_ = false;  ///< of this batch
  Touched touched_;
};

}  // namespace firsthand::sim
