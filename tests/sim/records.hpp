// SPDX-License-Identifier: Apache-2.0
// Those who keep the records in order: records of one customer become one and turn out to be two
// after all; complaint records are written; compensation is proposed by one and decided by another,
// who tries it with his own as well; closed cases come back. One thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/sim/node.hpp"

namespace firsthand::sim {

class Records {
 public:
  Records(Agenda& agenda, Random& random, const Rules& rules, test::MemoryRows& rows, Node& node)
      : agenda_(agenda), random_(random), rules_(rules), rows_(rows), node_(node) {}

  /// Plans a day that begins at midnight, local time.
  void plan_day(Instant midnight);
  /// How often each was granted.
  std::size_t granted(const std::string& what) const;

 private:
  void something();
  void merge();
  void unmerge();
  void write_record(const CaseFile& file, UserId who);
  void propose(const CaseFile& file, UserId who);
  void decide(const CaseFile& file);
  void customer_returns();
  void click(const char* what, UserId who, Happening happening);
  UserId somebody();
  const CaseFile* some_case(bool live);
  CustomerId whoever_was_in_touch();

  Agenda& agenda_;
  Random& random_;
  const Rules& rules_;
  test::MemoryRows& rows_;
  Node& node_;
  int clicks_ = 0;
  std::map<std::string, std::size_t> granted_;
};

}  // namespace firsthand::sim
