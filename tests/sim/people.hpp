// SPDX-License-Identifier: Apache-2.0
// The people of the company and their week: agents with shifts, breaks and lost consoles, liaisons
// who accept, return, answer and forget, a supervisor, and customers who write. They know what a
// screen would show them, and click twice now and then. One thread.
#pragma once

#include <string>
#include <vector>

#include "tests/sim/node.hpp"
#include "tests/sim/telephone.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::sim {

class People {
 public:
  People(Agenda& agenda, Random& random, const Rules& rules, test::MemoryRows& rows, Node& node,
         Telephone& telephone);

  /// Plans a day that begins at midnight, local time.
  void plan_day(Instant midnight);

 private:
  void click(UserId who, Happening what, Node::Done done = {});
  std::string any_number();

  // ---- agents
  void plan_shift(UserId who, Instant midnight);
  void set_presence(UserId who, Presence presence, const std::string& reason);
  void beat(UserId who, Instant until);
  bool at_work(UserId who) const;
  void in_call(UserId who, InteractionId call);
  void after_talk(UserId who, CallbackId callback, InteractionId call);

  // ---- everybody's work
  void work_every(UserId who, Millis time, Instant until);
  void work(UserId who);
  void work_on(UserId who, const CaseFile& file);
  void own_case(UserId who, const CaseFile& file);
  void ask_the_owners_side(UserId who, const Dispatch& dispatch);
  void answer_the_department(UserId who, const CaseFile& file);
  void own_department(UserId who, const CaseFile& file);
  void call_back(UserId who, const Callback& promise);
  void read_alerts(UserId who, const Clockwork& works);
  void supervise(const CaseFile& file);
  void review();
  void work_on(UserId who, const ReviewActionFile& action);

  void write_complaint();

  Agenda& agenda_;
  Random& random_;
  const Rules& rules_;
  test::MemoryRows& rows_;
  Node& node_;
  Telephone& telephone_;
  std::map<UserId, Instant> away_until_;  // a lost console sends no beats
  int clicks_ = 0;
};

}  // namespace firsthand::sim
