// SPDX-License-Identifier: Apache-2.0
// Engines with one mistake in them: the transaction of the simulation, and what each mutant does to
// it. The checkers must find every one; a checker that lets a mutant live checks nothing.
#pragma once

#include <boost/describe/enum.hpp>

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
};
BOOST_DESCRIBE_ENUM(Mutant, none, stale_reads, no_offer_key, forgets_keys, answers_before_commit,
                    fires_twice, skips_a_step, moves_a_breach, forgets_the_callback,
                    doubles_the_callback, loses_the_call, rings_the_absent, ignores_the_owner,
                    forgets_the_ledger, takes_the_case, resolves_untold, loses_history)

/// Prepares the schema for the mutant.
void prepare(test::MemoryRows& rows, Mutant mutant);

class SimTx {
 public:
  SimTx(test::MemoryRows& rows, Instant now, Mutant mutant, Random& random)
      : tx_(rows, now), mutant_(mutant), random_(random) {}

  Instant now() const { return tx_.now(); }
  std::vector<Remembered> remember(std::span<const Event> events);
  Docket load(const Wanted& wanted);
  void save(Docket& docket, std::span<const Event> events, std::span<const Outcome> outcomes);
  void commit() { tx_.commit(); }

 private:
  void spoil(Docket& docket);

  test::MemoryTx tx_;
  const Mutant mutant_;
  Random& random_;
  bool only_offers_ = false;  ///< of this batch
};

}  // namespace firsthand::sim
