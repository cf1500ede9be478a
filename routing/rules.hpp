// SPDX-License-Identifier: Apache-2.0
// What routing is told: who waits, who is there, and the queue's rules. Plain values, made by the
// runtime from the store and by config/ from the policy documents; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/ids.hpp"
#include "engine/model.hpp"
#include "engine/policy.hpp"
#include "engine/rules.hpp"
#include "engine/shift.hpp"
#include "engine/time.hpp"

namespace firsthand::routing {

/// After so long people with these skills are asked as well.
struct Widening {
  Seconds after{};
  std::vector<std::string> skills;
};

/// One queue's rules. All waits count from the interaction's enqueued_at, but for deputy_wait and
/// team_wait, which follow the stage before them.
struct QueueRules {
  std::string code;
  HeadStarts head_starts;           ///< who goes before others, and by how much
  std::string language;             ///< spoken in this queue, when the caller's is not known
  std::vector<std::string> skills;  ///< an agent needs all of them; empty: any agent
  Seconds owner_wait{25};           ///< for an owner who is talking or wrapping up
  Seconds deputy_wait{10};
  Seconds team_wait{10};
  std::vector<Widening> widening;  ///< in the order of their times
  Pick pick = Pick::longest_idle;
  Seconds max_wait{120};                     ///< then the overflow queue's agents are asked as well
  std::string overflow;                      ///< code of the overflow queue; "" = none
  std::vector<std::string> overflow_skills;  ///< of that queue
  Seconds total_wait{600};                   ///< then the caller is given a callback
  Seconds virtual_hold{3600};                ///< how long a place is kept for who has hung up
  /// A shorter total wait while nobody who could answer is at work; none: total_wait.
  std::optional<Seconds> nobody_wait;
  Seconds ring{15};          ///< how long one agent is rung
  Seconds written_ring{20};  ///< how long one agent is asked to take a contact in writing
  int slots = 3;             ///< how many of these an agent has in hand at most
  Seconds exclude_for{60};   ///< an agent who missed or declined is not asked again so long
};

/// The rules of one queue of the book. Without an overflow queue the callback comes when max_wait
/// is over; with one, its agents have their own max_wait before that.
QueueRules queue_rules(const RuleBook& book, const Queue& queue);

/// Of every queue of the book.
std::vector<QueueRules> queue_rules(const RuleBook& book);

/// This agent is not to be asked for this interaction before `until`.
struct Exclusion {
  UserId agent;
  Instant until{};
};

struct Waiting {
  InteractionId interaction;
  std::string queue;
  Tier tier = Tier::standard;
  int severity = 1;                 ///< 4 is the worst
  UserId owner;                     ///< of the caller's open case; none: nobody
  std::vector<UserId> deputies;     ///< of the owner today, nearest first
  std::vector<UserId> team;         ///< the current handler's team
  std::vector<std::string> skills;  ///< wanted besides the queue's
  std::string language;             ///< wanted; "" = any
  std::optional<Seconds> slack;     ///< until the case's next promise; shortens the owner's wait
  Instant enqueued_at{};            ///< all waits count from here
  /// The place in line, kept however often it is offered: enqueued_at, or earlier for whoever had
  /// waited before and came back soon.
  std::optional<Instant> place_at;
  bool closed = false;        ///< came outside the queue's opening hours
  bool virtual_hold = false;  ///< has hung up, and is called when the turn comes
  bool written = false;       ///< in writing: behind every call, and never let go unread
  std::vector<Exclusion> excluded;
};

/// The place in line with the head start that queue, tier, severity and a broken promise give. The
/// difference between two who wait never changes by waiting, so whoever came more than the largest
/// head start before somebody else is never overtaken by him.
Instant place_in_line(const Waiting& waiting, const QueueRules& rules);

struct AgentState {
  UserId user;
  Presence presence = Presence::offline;
  std::vector<std::string> skills;
  std::vector<std::string> languages;
  Instant idle_since{};
  std::optional<Instant> wrap_up_until;
  bool capacity_free = true;
  int in_hand = 0;  ///< contacts in writing that he works on
  /// What is written and he is asked to take just now: a caller goes before it.
  InteractionId asked_about;
  ShiftState shift = ShiftState::on;
  bool alive = true;  ///< the console's lease holds, or there is only a desk phone
  int misses = 0;     ///< offers missed in a row
  int load = 0;       ///< open cases; counts where a queue picks the least loaded
  friend bool operator==(const AgentState&, const AgentState&) = default;
};

/// A console is connected, or there never was one: a desk phone only.
bool is_alive(const Desk& desk, Instant now);
AgentState agent_state(const Desk& desk, const User& person, const Rules& rules, Instant now);

/// What the interaction itself and the rules say of who waits. Tier, severity, slack, team and
/// refusals come from the case and the offers.
Waiting waiting_of(const Interaction& call, const Rules& rules, Instant now);

/// Can be rung this instant.
inline bool is_free(const AgentState& agent) {
  if (!agent.alive || agent.shift == ShiftState::over) return false;
  return agent.asked_about || (agent.capacity_free && agent.presence == Presence::available);
}

/// Also for callers who are not his own.
inline bool takes_anybody(const AgentState& agent) {
  return agent.shift == ShiftState::on;
}

/// Is at work and will be free again soon: worth a bounded wait.
inline bool is_expected(const AgentState& agent) {
  if (!agent.alive || agent.shift == ShiftState::over) return false;
  switch (agent.presence) {
    case Presence::available: return !agent.capacity_free;
    case Presence::offered:
    case Presence::talking:
    case Presence::wrap_up: return true;
    case Presence::on_break:
    case Presence::offline:
    case Presence::not_responding: return false;
  }
  return false;
}

}  // namespace firsthand::routing
