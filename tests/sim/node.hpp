// SPDX-License-Identifier: Apache-2.0
// An engine node in virtual time: the door with its batches, the clock loop, the routing loop, and
// the misfortunes of a real one: batches rolled back, crashes between commit and answer, timers
// that come early, late or twice, deliveries that come again. One thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "routing/match.hpp"
#include "tests/sim/checkers.hpp"
#include "tests/sim/mutants.hpp"

namespace firsthand::sim {

struct Misfortune {
  unsigned rollback_permille = 10;
  unsigned crash_permille = 10;  ///< after commit, before the answers
  unsigned duplicate_permille = 50;
  unsigned late_permille = 100;  ///< timers, by up to 20 s
  unsigned early_permille = 20;
  unsigned wrong_order_permille = 30;
  unsigned race_permille = 15;     ///< a pause at the very moment at which a step is due
  unsigned skew_percent = 30;      ///< of the hours, in which a node's clock is wrong by seconds
  unsigned roll_back_percent = 8;  ///< of the hours, in which the timers' index is an old one
};

struct Counts {
  std::size_t told = 0, granted = 0, refused = 0, duplicates = 0;
  std::size_t batches = 0, rollbacks = 0, crashes = 0, lost_races = 0;
  std::size_t old_timers = 0, skewed = 0, races = 0, decided_by_old_rules = 0;
};

/// A batch that was committed: what was asked, what was answered, when, and by which rules.
using Committed = std::function<void(std::span<const Event>, std::span<const Outcome>, Instant now,
                                     const Rules&)>;

class Node {
 public:
  using Done = std::function<void(const Outcome&)>;

  Node(Agenda& agenda, Random& random, const Rules& rules, test::MemoryRows& rows,
       Checkers& checkers, Mutant mutant, Misfortune misfortune);

  /// In order, once.
  void submit(Event event, Done done = {});
  /// From a machine that sends again when it is unsure: perhaps twice. Needs a key.
  void deliver(const Event& event, const Done& done = {});
  void on_commit(std::function<void()> hook) { committed_ = std::move(hook); }
  void on_batch(Committed hook) { batch_committed_ = std::move(hook); }
  /// One of the nodes goes by these rules until then.
  void lag_behind(Rules old, Instant until);
  /// Somebody has left at another node: the store refuses, and the rules are read again.
  void on_stale_rules(std::function<void()> read_again) {
    read_rules_again_ = std::move(read_again);
  }

  const Counts& counts() const { return counts_; }
  const Witness& witness() const { return witness_; }
  Witness& witness() { return witness_; }
  bool idle() const { return jobs_.empty(); }

 private:
  struct Job {
    Event event;
    Done done;
  };
  using Batch = std::vector<Job>;

  void open_door(Millis in);
  void run_door();
  void decide(Batch batch, bool lonely);
  void answer(Batch& batch, std::vector<Outcome>& outcomes);
  void note(const Event& event, const Outcome& outcome);
  std::vector<Outcome> apply_once(const Batch& batch, bool commit, Mutant mutant);

  void look_at(Instant when);
  void run_loops();
  void run_clocks();
  void misfortunes_of_the_hour();
  void pause_now(ClockId clock);
  const Rules& rules_of_this_node();
  void run_endings();
  void run_routing();
  routing::Waiting waiting(const Interaction& call) const;
  std::vector<routing::AgentState> agents() const;

  Agenda& agenda_;
  Random& random_;
  const Rules& rules_;
  test::MemoryRows& rows_;
  Checkers& checkers_;
  const Mutant mutant_;
  const Misfortune misfortune_;
  const std::vector<routing::QueueRules> queues_;
  std::function<void()> committed_;
  Committed batch_committed_;
  std::deque<Job> jobs_;
  bool door_is_open_ = false;
  Instant next_look_ = Instant::max();
  Millis skew_{0};
  Instant next_hour_{};
  Instant next_promises_{};
  Instant next_letters_{};
  std::map<CallbackId, Instant> stood_;  ///< for which due time each promise has been put in line
  std::vector<Event> timers_sent_;       // what an old index would send again
  Rules old_rules_;
  Instant lags_until_{};
  std::function<void()> read_rules_again_;
  std::set<std::pair<ClockId, std::int64_t>> timers_on_the_way_;
  std::set<InteractionId> routed_;
  std::set<std::pair<std::string, std::int64_t>> endings_on_the_way_;
  Counts counts_;
  Witness witness_;
};

}  // namespace firsthand::sim
