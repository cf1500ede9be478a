// SPDX-License-Identifier: Apache-2.0
// Who waits and who is there, kept in memory: brought up to date by each commit of this node, and
// every second by a look at everything, which also knows what other nodes have done. So an offer
// costs the same however many people there are. It may be behind; the fence in PostgreSQL is not.
// One executor.
#pragma once

#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "adapters/runtime/routing_reads.hpp"
#include "routing/match.hpp"

namespace firsthand::runtime {

class RoutingPicture {
 public:
  /// A look is begun: what changes from here on is newer than its answer.
  void look_begins();
  /// `anew`: the rules have changed, so what anybody can do may have.
  void look_ends(FullLook seen, const Rules& rules, bool anew);
  /// Nobody knows what has changed until the next look.
  void look_failed();

  void desk_changed(const Desk& desk, const Rules& rules, Instant now);
  /// True: it waits, and its details are to be read.
  bool interaction_changed(const Interaction& call);
  void details(const std::vector<InteractionId>& asked, std::vector<InLine> found);

  /// Somebody is being asked to take this one: neither is paired again meanwhile.
  void offering(InteractionId interaction, UserId agent);
  /// `doubted`: the door knew better; this agent is left alone until the next look.
  void offered(InteractionId interaction, UserId agent, bool doubted);

  /// Those who wait and whom nobody is being asked for.
  std::vector<routing::Waiting> waiting() const;
  const std::unordered_map<InteractionId, InLine>& line() const { return line_; }
  const routing::Floor& floor() const { return floor_; }
  /// What is written and this agent is being asked about; none: nothing.
  InteractionId asked_about(UserId user) const;
  /// Wrap-ups and back-offs that end by `now`; nobody is named twice.
  std::vector<UserId> wrap_ups_over(Instant now);
  std::optional<Instant> next_wrap_up() const;

 private:
  void settle(UserId user);

  struct Place {
    Desk desk;
    routing::AgentState state;
  };
  std::unordered_map<UserId, Place> desks_;
  std::unordered_map<UserId, int> asked_;
  std::unordered_set<UserId> doubted_;
  std::map<UserId, int> loads_;
  std::set<std::pair<Instant, UserId>> wrap_ups_;
  std::unordered_map<InteractionId, InLine> line_;
  std::unordered_set<InteractionId> offering_;
  routing::Floor floor_;
  bool looking_ = false;
  std::unordered_set<UserId> desks_touched_;
  std::unordered_set<InteractionId> line_touched_;
};

}  // namespace firsthand::runtime
