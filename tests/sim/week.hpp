// SPDX-License-Identifier: Apache-2.0
// One virtual week of the company, from a seed. Build it, run it, read what the checkers found.
#pragma once

#include <memory>

#include "tests/sim/letters.hpp"
#include "tests/sim/people.hpp"
#include "tests/sim/records.hpp"
#include "tests/sim/rule_changes.hpp"

namespace firsthand::sim {

struct Plan {
  unsigned seed = 1;
  int days = 5;
  Mutant mutant = Mutant::none;
  Misfortune misfortune;
  bool rules_change = true;
  Committed committed = {};  ///< called with each batch
};

class Week {
 public:
  Week(const Rules& rules, Plan plan);
  void run();

  const std::vector<Violation>& violations() const { return checkers_.violations(); }
  const Counts& counts() const { return node_.counts(); }
  const test::MemoryRows& rows() const { return rows_; }
  std::size_t calls() const { return telephone_.calls(); }
  const RuleChanges& rule_changes() const { return rule_changes_; }
  const Records& records() const { return records_; }
  const RecordCheckers& seen_of_records() const { return checkers_.records(); }

 private:
  const Plan plan_;
  Rules rules_;  // in force; everybody below refers to them, and they change in the week
  Instant monday_;
  test::MemoryRows rows_;
  Random random_;
  Agenda agenda_;
  Checkers checkers_;
  Node node_;
  Telephone telephone_;
  People people_;
  Letters letters_;
  Records records_;
  RuleChanges rule_changes_;
};

}  // namespace firsthand::sim
