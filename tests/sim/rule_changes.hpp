// SPDX-License-Identifier: Apache-2.0
// The administrator's week: new budgets, other ladders, a day without working hours, people who are
// away, two people who leave. After each change every lagging case is sent through the door, in no
// order, a few at a time, now and then twice, while the week goes on. One thread.
#pragma once

#include "tests/sim/node.hpp"

namespace firsthand::sim {

class RuleChanges {
 public:
  RuleChanges(Agenda& agenda, Random& random, Rules& rules, test::MemoryRows& rows, Node& node,
              Checkers& checkers);

  /// Some changes between these two instants.
  void plan(Instant from, Instant to);
  std::size_t made() const { return made_; }
  std::size_t recomputed() const { return recomputed_; }
  std::size_t departed() const { return departed_; }
  std::size_t absences() const { return absences_; }

 private:
  void change();
  void change_budgets(Rules& next);
  void change_ladders(Rules& next);
  void close_a_day(Rules& next);
  void send_people_away(Rules& next);
  /// Somebody is away for some hours with a deputy, perhaps back sooner; no other rule changes.
  void absence();
  void come_back(UserId who);
  void run_job();
  /// Everything that is theirs goes to others; this node hears of it as the others do.
  void let_go(UserId who, UserId otherwise);
  void read_departures();

  Agenda& agenda_;
  Random& random_;
  Rules& rules_;
  test::MemoryRows& rows_;
  Node& node_;
  Checkers& checkers_;
  std::size_t made_ = 0;
  std::size_t recomputed_ = 0;
  std::size_t departed_ = 0;  ///< that the rules know of
  std::size_t absences_ = 0;
  bool job_runs_ = false;
};

}  // namespace firsthand::sim
