// SPDX-License-Identifier: Apache-2.0
// Everybody who is at a desk, kept in the order in which they are rung: put() takes a change,
// crew() answers who can do something. A change costs a few steps in each crew that anybody has
// asked for, however many people there are. Pure; one thread at a time.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "routing/rules.hpp"

namespace firsthand::routing {

/// Where somebody stands among those who are free: who is asked nothing first, then fewest misses,
/// then the queue's pick.
struct Standing {
  bool asked = false;  ///< about something written
  int misses = 0;
  int load = 0;
  Instant idle_since{};
  UserId user;
  friend auto operator<=>(const Standing&, const Standing&) = default;
};
Standing standing(const AgentState& agent, Pick pick);

/// The people who have certain skills and speak a language.
class Crew {
 public:
  const std::set<Standing>& free() const { return free_; }
  /// Busy, and worth a bounded wait.
  std::size_t expected() const { return expected_; }
  bool somebody() const { return expected_ > 0 || !free_.empty(); }
  /// The wrap-up that ends next after `now`.
  std::optional<Instant> next_wrap_up(Instant now) const;

 private:
  friend class Floor;
  std::vector<std::string> skills_;
  std::string language_;
  Pick pick_ = Pick::longest_idle;
  std::set<Standing> free_;
  std::multiset<Instant> wrap_ups_;
  std::size_t expected_ = 0;
};

class Floor {
 public:
  Floor() = default;
  explicit Floor(std::span<const AgentState> agents);

  void put(const AgentState& agent);
  void remove(UserId user);
  const AgentState* find(UserId user) const;
  std::size_t size() const { return agents_.size(); }
  /// Everybody, in no particular order.
  const std::unordered_map<UserId, AgentState>& agents() const { return agents_; }

  /// All of `skills`; the language too unless it is "". Kept from then on.
  const Crew& crew(const std::vector<std::string>& skills, const std::string& language,
                   Pick pick) const;

 private:
  static bool belongs(const Crew& crew, const AgentState& agent);
  static void enter(Crew& crew, const AgentState& agent);
  static void leave(Crew& crew, const AgentState& agent);

  std::unordered_map<UserId, AgentState> agents_;
  mutable std::unordered_map<std::string, Crew> crews_;
};

}  // namespace firsthand::routing
