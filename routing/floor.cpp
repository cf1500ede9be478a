// SPDX-License-Identifier: Apache-2.0
#include "routing/floor.hpp"

#include <algorithm>

namespace firsthand::routing {
namespace {

// Callers may want skills of their own besides their queue's. When there are more crews than this
// they are forgotten between two looks, and made again when they are asked for.
constexpr std::size_t kCrewsMax = 512;

}  // namespace

Standing standing(const AgentState& agent, Pick pick) {
  const int load = pick == Pick::least_loaded ? agent.load : 0;
  return {static_cast<bool>(agent.asked_about), agent.misses, load, agent.idle_since, agent.user};
}

std::optional<Instant> Crew::next_wrap_up(Instant now) const {
  const auto next = wrap_ups_.upper_bound(now);
  return next == wrap_ups_.end() ? std::nullopt : std::optional{*next};
}

Floor::Floor(std::span<const AgentState> agents) {
  agents_.reserve(agents.size());
  for (const AgentState& agent : agents) put(agent);
}

bool Floor::belongs(const Crew& crew, const AgentState& agent) {
  if (!takes_anybody(agent)) return false;
  const auto has = [](const std::vector<std::string>& list, const std::string& wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
  };
  if (!crew.language_.empty() && !has(agent.languages, crew.language_)) return false;
  return std::all_of(crew.skills_.begin(), crew.skills_.end(),
                     [&](const std::string& skill) { return has(agent.skills, skill); });
}

void Floor::enter(Crew& crew, const AgentState& agent) {
  if (!belongs(crew, agent)) return;
  if (is_free(agent)) {
    crew.free_.insert(standing(agent, crew.pick_));
  } else if (is_expected(agent)) {
    ++crew.expected_;
    if (agent.wrap_up_until) crew.wrap_ups_.insert(*agent.wrap_up_until);
  }
}

void Floor::leave(Crew& crew, const AgentState& agent) {
  if (!belongs(crew, agent)) return;
  if (is_free(agent)) {
    crew.free_.erase(standing(agent, crew.pick_));
  } else if (is_expected(agent)) {
    --crew.expected_;
    if (agent.wrap_up_until) crew.wrap_ups_.extract(*agent.wrap_up_until);
  }
}

void Floor::put(const AgentState& agent) {
  const auto [at, added] = agents_.try_emplace(agent.user, agent);
  if (!added && at->second == agent) return;
  if (crews_.size() > kCrewsMax) crews_.clear();
  for (auto& [key, crew] : crews_) {
    if (!added) leave(crew, at->second);
    enter(crew, agent);
  }
  at->second = agent;
}

void Floor::remove(UserId user) {
  const auto at = agents_.find(user);
  if (at == agents_.end()) return;
  for (auto& [key, crew] : crews_) leave(crew, at->second);
  agents_.erase(at);
}

const AgentState* Floor::find(UserId user) const {
  const auto at = agents_.find(user);
  return at == agents_.end() ? nullptr : &at->second;
}

const Crew& Floor::crew(const std::vector<std::string>& skills, const std::string& language,
                        Pick pick) const {
  std::string key = pick == Pick::least_loaded ? "load" : "idle";
  key += '\n';
  key += language;
  for (const std::string& skill : skills) {
    key += '\n';
    key += skill;
  }
  if (const auto known = crews_.find(key); known != crews_.end()) return known->second;
  Crew& crew = crews_[key];
  crew.skills_ = skills;
  crew.language_ = language;
  crew.pick_ = pick;
  for (const auto& [user, agent] : agents_) enter(crew, agent);
  return crew;
}

}  // namespace firsthand::routing
