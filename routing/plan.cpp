// SPDX-License-Identifier: Apache-2.0
#include "routing/plan.hpp"

#include <algorithm>
#include <tuple>

namespace firsthand::routing {
namespace {

bool contains(const auto& list, const auto& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool has_all(const std::vector<std::string>& has, const std::vector<std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const std::string& skill) { return contains(has, skill); });
}

StageState why_absent(const AgentState& agent) {
  if (!agent.alive) return StageState::unreachable;
  switch (agent.presence) {
    case Presence::on_break: return StageState::on_break;
    case Presence::not_responding: return StageState::not_responding;
    case Presence::offline: return StageState::offline;
    case Presence::available:
    case Presence::offered:
    case Presence::talking:
    case Presence::wrap_up: return StageState::nobody;
  }
  return StageState::nobody;
}

/// Builds the plan stage by stage. `taken_` keeps an agent in the first group that names him.
class Planner {
 public:
  Planner(const Waiting& waiting, std::span<const AgentState> agents, const QueueRules& rules,
          Instant now)
      : waiting_(waiting), agents_(agents), rules_(rules), now_(now) {}

  RoutingPlan run() {
    if (now_ >= waits_since() + total_wait()) {
      plan_.exhausted = true;
      return std::move(plan_);
    }
    look_again_at(waits_since() + total_wait());
    for (const Exclusion& exclusion : waiting_.excluded) look_again_at(exclusion.until);

    const Seconds owner_wait =
        waiting_.slack ? std::min(rules_.owner_wait, *waiting_.slack) : rules_.owner_wait;
    // A stage that had nobody to wait for hands its start on: the wait is not added up for nothing.
    Instant stage_start = waits_since();
    if (waiting_.owner &&
        named_stage(OfferReason::owner, {&waiting_.owner, 1}, stage_start, owner_wait)) {
      return std::move(plan_);
    }
    if (named_stage(OfferReason::deputy, waiting_.deputies, stage_start, rules_.deputy_wait)) {
      return std::move(plan_);
    }
    if (named_stage(OfferReason::team, waiting_.team, stage_start, rules_.team_wait)) {
      return std::move(plan_);
    }
    skill_stage(OfferReason::skills, rules_.skills);
    if (!rules_.overflow.empty()) {
      const Instant opens = waits_since() + rules_.max_wait;
      if (now_ >= opens) {
        skill_stage(OfferReason::overflow, rules_.overflow_skills);
      } else {
        look_again_at(opens);
        plan_.notes.push_back({OfferReason::overflow, StageState::not_yet, {}, opens});
      }
    }
    return std::move(plan_);
  }

 private:
  void look_again_at(Instant at) {
    if (at <= now_) return;
    if (!plan_.next_change_at || at < *plan_.next_change_at) plan_.next_change_at = at;
  }

  Instant waits_since() const { return std::max(waiting_.enqueued_at, waiting_.waits_since); }

  bool excluded(UserId agent) const {
    return std::any_of(waiting_.excluded.begin(), waiting_.excluded.end(),
                       [&](const Exclusion& e) { return e.agent == agent && e.until > now_; });
  }

  const AgentState* find(UserId user) const {
    const auto at = std::find_if(agents_.begin(), agents_.end(),
                                 [&](const AgentState& a) { return a.user == user; });
    return at == agents_.end() ? nullptr : &*at;
  }

  bool has_skills(const AgentState& agent, const std::vector<std::string>& queue_skills) const {
    return has_all(agent.skills, queue_skills) && has_all(agent.skills, waiting_.skills);
  }

  const std::string& language() const {
    return waiting_.language.empty() ? rules_.language : waiting_.language;
  }

  bool speaks(const AgentState& agent) const {
    return language().empty() || contains(agent.languages, language());
  }

  /// A caller is never left to wait for a language nobody at work speaks.
  bool waive_language(const std::vector<std::string>& queue_skills) {
    if (language().empty()) return false;
    bool somebody = false;
    for (const AgentState& agent : agents_) {
      if (!has_skills(agent, queue_skills)) continue;
      if (!is_free(agent) && !is_expected(agent)) continue;
      if (speaks(agent)) return false;
      somebody = true;
    }
    if (somebody) plan_.language_waived = true;
    return somebody;
  }

  bool could_ever_answer(const AgentState& agent) const {
    if (!is_free(agent) && !is_expected(agent)) return false;
    if (agent.user == waiting_.owner || contains(waiting_.deputies, agent.user) ||
        contains(waiting_.team, agent.user)) {
      return true;
    }
    return has_skills(agent, rules_.skills) ||
           (!rules_.overflow.empty() && has_skills(agent, rules_.overflow_skills));
  }

  Seconds total_wait() const {
    if (!rules_.nobody_wait) return rules_.total_wait;
    const bool somebody = std::any_of(agents_.begin(), agents_.end(),
                                      [&](const AgentState& a) { return could_ever_answer(a); });
    return somebody ? rules_.total_wait : std::min(rules_.total_wait, *rules_.nobody_wait);
  }

  void add_group(OfferReason reason, std::vector<const AgentState*> found) {
    if (found.empty()) return;
    std::sort(found.begin(), found.end(), [](const AgentState* a, const AgentState* b) {
      return std::tie(a->misses, a->idle_since, a->user) <
             std::tie(b->misses, b->idle_since, b->user);
    });
    CandidateGroup group{reason, {}};
    for (const AgentState* agent : found) {
      group.agents.push_back(agent->user);
      taken_.push_back(agent->user);
    }
    plan_.groups.push_back(std::move(group));
  }

  /// Owner, deputies or team: people known by name. True: nobody after them is asked yet.
  /// Being free holds the plan too: should another interaction win them this very moment, the
  /// caller waits for them as for anybody who is busy.
  bool named_stage(OfferReason reason, std::span<const UserId> users, Instant& start,
                   Seconds wait) {
    if (users.empty()) return false;
    std::vector<const AgentState*> free;
    bool there = false;
    StageNote note{reason, StageState::nobody, users.size() == 1 ? users.front() : UserId{}, {}};
    for (const UserId user : users) {
      if (contains(taken_, user)) continue;
      const AgentState* agent = find(user);
      if (agent == nullptr) {
        if (note.state == StageState::nobody) note.state = StageState::offline;
      } else if (excluded(user)) {
        note.state = StageState::refused;
      } else if (is_free(*agent)) {
        free.push_back(agent);
        there = true;
      } else if (is_expected(*agent)) {
        if (agent->wrap_up_until) look_again_at(*agent->wrap_up_until);
        there = true;
      } else {
        note.state = why_absent(*agent);
      }
    }
    if (!there) {
      plan_.notes.push_back(note);
      return false;
    }
    // Waiting for somebody in particular ends when the overflow opens: everybody is asked then.
    const Instant until = std::min(start + wait, waits_since() + rules_.max_wait);
    const bool holds = now_ < until;
    if (holds) look_again_at(until);
    start = until;
    note.state = !free.empty() ? StageState::free
                 : holds       ? StageState::waited_for
                               : StageState::wait_over;
    if (holds) note.until = until;
    plan_.notes.push_back(note);
    add_group(reason, std::move(free));
    return holds;
  }

  void skill_stage(OfferReason reason, const std::vector<std::string>& queue_skills) {
    const bool any_language = waive_language(queue_skills);
    std::vector<const AgentState*> free;
    bool there = false;
    bool refused = false;
    for (const AgentState& agent : agents_) {
      if (contains(taken_, agent.user) || !has_skills(agent, queue_skills)) continue;
      if (!any_language && !speaks(agent)) continue;
      if (excluded(agent.user)) {
        refused = true;
      } else if (is_free(agent)) {
        free.push_back(&agent);
      } else if (is_expected(agent)) {
        there = true;
        if (agent.wrap_up_until) look_again_at(*agent.wrap_up_until);
      }
    }
    StageNote note{reason, StageState::nobody, {}, {}};
    if (!free.empty()) {
      note.state = StageState::free;
    } else if (there) {
      note.state = StageState::waited_for;
      note.until = waits_since() + total_wait();
    } else if (refused) {
      note.state = StageState::refused;
    }
    plan_.notes.push_back(note);
    add_group(reason, std::move(free));
  }

  const Waiting& waiting_;
  std::span<const AgentState> agents_;
  const QueueRules& rules_;
  Instant now_;
  RoutingPlan plan_;
  std::vector<UserId> taken_;
};

const char* name_of(OfferReason stage) {
  switch (stage) {
    case OfferReason::owner: return "owner";
    case OfferReason::deputy: return "deputy";
    case OfferReason::team: return "handler's team";
    case OfferReason::skills: return "queue's agents";
    case OfferReason::overflow: return "overflow";
    case OfferReason::transfer:
    case OfferReason::consult:
    case OfferReason::returned: return "colleague";  // never a stage of the plan
  }
  return "";
}

const char* state_of(StageState state) {
  switch (state) {
    case StageState::free: return " free: asked now";
    case StageState::waited_for: return " busy: waited for";
    case StageState::wait_over: return " busy, the wait is over: others are asked";
    case StageState::on_break: return " on a break: skipped";
    case StageState::offline: return " offline: skipped";
    case StageState::not_responding: return " not responding: skipped";
    case StageState::unreachable: return " lost the connection: skipped";
    case StageState::refused: return " declined or missed it: not asked again yet";
    case StageState::nobody: return ": nobody there";
    case StageState::not_yet: return ": not yet";
  }
  return "";
}

}  // namespace

RoutingPlan plan(const Waiting& waiting, std::span<const AgentState> agents,
                 const QueueRules& rules, Instant now) {
  return Planner{waiting, agents, rules, now}.run();
}

std::string sentence(const StageNote& note) {
  std::string out = name_of(note.stage);
  out += state_of(note.state);
  if (note.until) out += " until " + to_iso8601(*note.until);
  return out;
}

}  // namespace firsthand::routing
