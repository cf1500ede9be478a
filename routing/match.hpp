// SPDX-License-Identifier: Apache-2.0
// Who gets which interaction this instant. Pure and deterministic: the order of the input does not
// matter. Any thread. The pairs are proposals: the open offer in PostgreSQL is the fence.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "routing/plan.hpp"
#include "routing/rules.hpp"

namespace firsthand::routing {

struct Pair {
  InteractionId interaction;
  UserId agent;
  OfferReason reason = OfferReason::skills;
  Seconds ring{15};
  bool written = false;        ///< needs no telephone
  std::string steps;           ///< why: the stages of its plan
  std::vector<UserId> others;  ///< of the same group, should another node be quicker
  friend bool operator==(const Pair&, const Pair&) = default;
};

/// Its waits are used up.
struct Spent {
  InteractionId interaction;
  Exhausted why = Exhausted::wait_over;
  friend bool operator==(const Spent&, const Spent&) = default;
};

struct Matching {
  std::vector<Pair> pairs;  ///< in the order of the line
  std::vector<Spent> exhausted;
  std::optional<Instant> next_change_at;  ///< earliest of the plans of those still waiting
};

/// An interaction in a queue without rules is served by default rules: it is never lost.
const QueueRules& rules_of(std::span<const QueueRules> rules, std::string_view queue);

/// Callers before everything written. Owners are reserved for their own callers first. Then by
/// place_in_line() each interaction takes the best of its first group. When that agent is already
/// promised, somebody of the same group may step in for him: nobody stays without an agent because
/// another took the only one he could have.
Matching match_all(std::span<const Waiting> waiting, const Floor& floor,
                   std::span<const QueueRules> rules, Instant now);

/// Only the pairs.
std::vector<Pair> match(std::span<const Waiting> waiting, std::span<const AgentState> agents,
                        std::span<const QueueRules> rules, Instant now);

}  // namespace firsthand::routing
