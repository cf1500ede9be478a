// SPDX-License-Identifier: Apache-2.0
// Who may be rung for one waiting interaction at this instant, and why: owner, deputy, the
// handler's team, the queue's skills, overflow, and at last a callback. Every stage waits only for
// people who are there, and only for a bounded time. Pure; any thread. Cost: a look
// at each stage, whose people the floor keeps in order.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "routing/floor.hpp"

namespace firsthand::routing {

/// Agents of equal standing, best first: fewest misses, then as the queue picks.
struct CandidateGroup {
  OfferReason reason = OfferReason::skills;
  std::vector<UserId> agents;
};

/// What became of a stage.
enum class StageState {
  free,            ///< somebody of it can be rung now
  waited_for,      ///< there, but busy; until `until` nobody after it is asked
  wait_over,       ///< there and busy, but the wait is used up
  on_break,        ///< the rest: skipped at once
  offline,         ///< signed out, or unknown
  not_responding,  ///< missed too many offers
  unreachable,     ///< the lease has run out
  refused,         ///< declined or missed this very interaction a moment ago
  full,            ///< free for callers; of what is written there is as much in hand as fits
  nobody,          ///< nobody qualified is there
  not_yet,         ///< its turn comes at `until`
  closed,          ///< the queue was closed when the caller came, or is now
  shift_ends,      ///< there, but soon to leave: only their own customers ring them
};
BOOST_DESCRIBE_ENUM(StageState, free, waited_for, wait_over, on_break, offline, not_responding,
                    unreachable, refused, full, nobody, not_yet, closed, shift_ends)

/// Why a caller is given a callback.
enum class Exhausted { wait_over, nobody_there, closed };
BOOST_DESCRIBE_ENUM(Exhausted, wait_over, nobody_there, closed)

struct StageNote {
  OfferReason stage = OfferReason::skills;
  StageState state = StageState::nobody;
  UserId user;                   ///< of the owner's stage
  std::optional<Instant> until;  ///< of waited_for and not_yet
};

/// "owner on a break: skipped".
std::string sentence(const StageNote& note);

struct RoutingPlan {
  std::vector<CandidateGroup> groups;  ///< in order; no agent twice, none who is not free
  /// Time alone changes the plan then: a wait ends, a wrap-up runs out, a refusal is forgiven.
  std::optional<Instant> next_change_at;
  std::optional<Exhausted> exhausted;  ///< the caller is given a callback; groups are empty
  bool language_waived = false;        ///< nobody at work speaks the wanted language
  std::vector<StageNote> notes;
};

/// "owner:on_break skills:free": the notes as the history keeps them.
std::string steps(const RoutingPlan& plan);

/// Names at most `most` agents, and asks no stage after those: enough for as many callers.
RoutingPlan plan(const Waiting& waiting, const Floor& floor, const QueueRules& rules, Instant now,
                 std::size_t most = 1000);
RoutingPlan plan(const Waiting& waiting, std::span<const AgentState> agents,
                 const QueueRules& rules, Instant now);

}  // namespace firsthand::routing
