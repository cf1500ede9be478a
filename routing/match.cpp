// SPDX-License-Identifier: Apache-2.0
#include "routing/match.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace firsthand::routing {
namespace {

struct Seat {
  const Waiting* waiting = nullptr;
  const QueueRules* rules = nullptr;
  Instant place;
  RoutingPlan plan;
  UserId agent;
  std::size_t group = 0;  ///< of plan.groups, once `agent` is set
};

bool comes_before(const Seat& a, const Seat& b) {
  if (a.waiting->written != b.waiting->written) return b.waiting->written;
  if (a.place != b.place) return a.place < b.place;
  return a.waiting->interaction < b.waiting->interaction;
}

constexpr std::size_t kOthersMax = 16;

/// Interactions in the order of the line take agents. An earlier one may be moved to another agent
/// of the same group, never to a later group and never out.
class Table {
 public:
  explicit Table(std::vector<Seat>& seats) : seats_(seats) {}

  void take_owner(std::size_t seat) {
    for (std::size_t g = 0; g < seats_[seat].plan.groups.size(); ++g) {
      const CandidateGroup& group = seats_[seat].plan.groups[g];
      if (group.reason != OfferReason::owner) continue;
      for (const UserId agent : group.agents) {
        if (seat_of_.contains(agent)) continue;
        put(seat, agent, g);
        return;
      }
    }
  }

  void take_best(std::size_t seat) {
    if (seats_[seat].agent) return;
    for (std::size_t g = 0; g < seats_[seat].plan.groups.size(); ++g) {
      std::unordered_set<UserId> visited;
      if (place(seat, g, visited)) return;
    }
  }

 private:
  void put(std::size_t seat, UserId agent, std::size_t group) {
    seats_[seat].agent = agent;
    seats_[seat].group = group;
    seat_of_[agent] = seat;
  }

  bool place(std::size_t seat, std::size_t g, std::unordered_set<UserId>& visited) {
    const CandidateGroup& group = seats_[seat].plan.groups[g];
    for (const UserId agent : group.agents) {  // somebody free is better than moving anybody
      if (visited.contains(agent) || seat_of_.contains(agent)) continue;
      put(seat, agent, g);
      return true;
    }
    for (const UserId agent : group.agents) {
      if (!visited.insert(agent).second) continue;
      const std::size_t holder = seat_of_.at(agent);
      if (!place(holder, seats_[holder].group, visited)) continue;
      put(seat, agent, g);
      return true;
    }
    return false;
  }

  std::vector<Seat>& seats_;
  std::unordered_map<UserId, std::size_t> seat_of_;
};

}  // namespace

const QueueRules& rules_of(std::span<const QueueRules> rules, std::string_view queue) {
  static const QueueRules defaults;
  const auto at = std::find_if(rules.begin(), rules.end(),
                               [&](const QueueRules& r) { return r.code == queue; });
  return at == rules.end() ? defaults : *at;
}

Matching match_all(std::span<const Waiting> waiting, const Floor& floor,
                   std::span<const QueueRules> rules, Instant now) {
  Matching result;
  std::unordered_map<std::string_view, const QueueRules*> by_code;
  std::vector<Seat> seats;
  seats.reserve(waiting.size());
  for (const Waiting& one : waiting) {
    const QueueRules*& queue = by_code[one.queue];
    if (queue == nullptr) queue = &rules_of(rules, one.queue);
    seats.push_back({&one,
                     queue,
                     place_in_line(one, *queue),
                     plan(one, floor, *queue, now, waiting.size() + kOthersMax),
                     {},
                     0});
  }
  std::sort(seats.begin(), seats.end(), comes_before);

  const auto letter = std::find_if(seats.begin(), seats.end(),
                                   [](const Seat& seat) { return seat.waiting->written; });
  const auto callers = static_cast<std::size_t>(letter - seats.begin());
  Table table{seats};
  for (const auto [from, to] : {std::pair{std::size_t{0}, callers}, {callers, seats.size()}}) {
    for (std::size_t i = from; i < to; ++i) table.take_owner(i);
    for (std::size_t i = from; i < to; ++i) table.take_best(i);
  }

  for (const Seat& seat : seats) {
    if (seat.plan.exhausted) {
      result.exhausted.push_back({seat.waiting->interaction, *seat.plan.exhausted});
    } else if (seat.agent) {
      const CandidateGroup& group = seat.plan.groups[seat.group];
      const bool written = seat.waiting->written;
      const Seconds ring = written ? seat.rules->written_ring : seat.rules->ring;
      Pair pair{seat.waiting->interaction, seat.agent, group.reason, ring, written,
                steps(seat.plan),          {}};
      for (const UserId other : group.agents) {
        if (other != seat.agent && pair.others.size() < kOthersMax) pair.others.push_back(other);
      }
      result.pairs.push_back(std::move(pair));
    } else if (seat.plan.next_change_at &&
               (!result.next_change_at || *seat.plan.next_change_at < *result.next_change_at)) {
      result.next_change_at = seat.plan.next_change_at;
    }
  }
  return result;
}

std::vector<Pair> match(std::span<const Waiting> waiting, std::span<const AgentState> agents,
                        std::span<const QueueRules> rules, Instant now) {
  return match_all(waiting, Floor{agents}, rules, now).pairs;
}

}  // namespace firsthand::routing
