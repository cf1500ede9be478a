// SPDX-License-Identifier: Apache-2.0
// Who is asked to take something written, and when it is done: people with other things to do.
#pragma once

#include <set>

#include "tests/sim/node.hpp"

namespace firsthand::sim {

class Letters {
 public:
  Letters(Agenda& agenda, Random& random, const Rules& rules, test::MemoryRows& rows, Node& node);

  /// After each commit: whoever has just been asked takes it, leaves it, or does not look.
  void look();
  void plan_day(Instant midnight);

 private:
  void click(UserId who, Happening what);
  void asked(const Offer& offer);
  void somebody_is_done();

  Agenda& agenda_;
  Random& random_;
  const Rules& rules_;
  test::MemoryRows& rows_;
  Node& node_;
  std::set<OfferId> seen_;
  int clicks_ = 0;
};

}  // namespace firsthand::sim
