// SPDX-License-Identifier: Apache-2.0
#include "routing/plan.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "engine/words.hpp"

namespace firsthand::routing {
namespace {

StageState why_absent(const AgentState& agent) {
  if (!agent.alive) return StageState::unreachable;
  if (agent.shift == ShiftState::over) return StageState::offline;
  if (agent.shift == ShiftState::last_calls) return StageState::shift_ends;
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
  Planner(const Waiting& waiting, const Floor& floor, const QueueRules& rules, Instant now,
          std::size_t most)
      : waiting_(waiting), floor_(floor), rules_(rules), now_(now), room_(most) {}

  RoutingPlan run() {
    if (!waiting_.written) {
      const Instant end = waiting_.enqueued_at + total_wait();
      if (now_ >= end) return spent(nobody_there_ ? Exhausted::nobody_there : Exhausted::wait_over);
      look_again_at(end);
    }
    for (const Exclusion& exclusion : waiting_.excluded) look_again_at(exclusion.until);
    if (waiting_.closed) return out_of_hours();

    const Seconds owner_wait =
        waiting_.slack ? std::min(rules_.owner_wait, *waiting_.slack) : rules_.owner_wait;
    // A stage that had nobody to wait for hands its start on: the wait is not added up for nothing.
    Instant stage_start = waiting_.enqueued_at;
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
    for (const Widening& step : rules_.widening) {
      later_stage(OfferReason::skills, step.skills, waiting_.enqueued_at + step.after);
    }
    if (!rules_.overflow.empty()) {
      later_stage(OfferReason::overflow, rules_.overflow_skills,
                  waiting_.enqueued_at + rules_.max_wait);
    }
    return std::move(plan_);
  }

 private:
  RoutingPlan spent(Exhausted why) {
    plan_.groups.clear();
    plan_.next_change_at.reset();
    plan_.exhausted = why;
    return std::move(plan_);
  }

  /// The queue is closed: only whoever knows the case and is there all the same is asked.
  RoutingPlan out_of_hours() {
    Instant start = waiting_.enqueued_at;
    if (waiting_.owner) named_stage(OfferReason::owner, {&waiting_.owner, 1}, start, Seconds{0});
    named_stage(OfferReason::deputy, waiting_.deputies, start, Seconds{0});
    if (plan_.groups.empty() && !waiting_.written) return spent(Exhausted::closed);
    plan_.notes.push_back({OfferReason::skills, StageState::closed, {}, {}});
    return std::move(plan_);
  }

  void look_again_at(Instant at) {
    if (at <= now_) return;
    if (!plan_.next_change_at || at < *plan_.next_change_at) plan_.next_change_at = at;
  }

  bool excluded(UserId agent) const {
    return std::any_of(waiting_.excluded.begin(), waiting_.excluded.end(),
                       [&](const Exclusion& e) { return e.agent == agent && e.until > now_; });
  }

  bool has_room(const AgentState& agent) const {
    return !waiting_.written || (!agent.asked_about && agent.in_hand < rules_.slots);
  }

  const std::string& language() const {
    return waiting_.language.empty() ? rules_.language : waiting_.language;
  }

  /// Who has the queue's skills and those that this caller wants besides.
  const Crew& crew(const std::vector<std::string>& queue_skills, const std::string& spoken) const {
    if (waiting_.skills.empty()) return floor_.crew(queue_skills, spoken, rules_.pick);
    std::vector<std::string> wanted = queue_skills;
    wanted.insert(wanted.end(), waiting_.skills.begin(), waiting_.skills.end());
    return floor_.crew(wanted, spoken, rules_.pick);
  }

  bool somebody_could_answer() const {
    const auto there = [this](UserId user) {
      const AgentState* agent = floor_.find(user);
      return agent != nullptr && (is_free(*agent) || is_expected(*agent));
    };
    if (waiting_.owner && there(waiting_.owner)) return true;
    if (std::any_of(waiting_.deputies.begin(), waiting_.deputies.end(), there)) return true;
    if (std::any_of(waiting_.team.begin(), waiting_.team.end(), there)) return true;
    if (crew(rules_.skills, "").somebody()) return true;
    for (const Widening& step : rules_.widening) {
      if (crew(step.skills, "").somebody()) return true;
    }
    return !rules_.overflow.empty() && crew(rules_.overflow_skills, "").somebody();
  }

  Seconds total_wait() {
    if (waiting_.virtual_hold) return rules_.virtual_hold;
    if (!rules_.nobody_wait || somebody_could_answer()) return rules_.total_wait;
    nobody_there_ = *rules_.nobody_wait < rules_.total_wait;
    return std::min(rules_.total_wait, *rules_.nobody_wait);
  }

  /// Of those who are free, in order: nobody twice, nobody who has refused.
  void add_group(OfferReason reason, const std::set<Standing>& free) {
    CandidateGroup group{reason, {}};
    for (const Standing& one : free) {
      if (room_ == 0) break;
      if (taken_.contains(one.user) || excluded(one.user)) continue;
      if (!has_room(*floor_.find(one.user))) continue;
      group.agents.push_back(one.user);
      taken_.insert(one.user);
      --room_;
    }
    if (!group.agents.empty()) plan_.groups.push_back(std::move(group));
  }

  /// Owner, deputies or team: people known by name. True: nobody after them is asked yet.
  /// Being free holds the plan too: should another interaction win them this very moment, the
  /// caller waits for them as for anybody who is busy.
  bool named_stage(OfferReason reason, std::span<const UserId> users, Instant& start,
                   Seconds wait) {
    if (users.empty()) return false;
    std::set<Standing> free;
    bool there = false;
    StageNote note{reason, StageState::nobody, users.size() == 1 ? users.front() : UserId{}, {}};
    for (const UserId user : users) {
      if (taken_.contains(user)) continue;
      const AgentState* agent = floor_.find(user);
      if (agent == nullptr) {
        if (note.state == StageState::nobody) note.state = StageState::offline;
      } else if (excluded(user)) {
        note.state = StageState::refused;
      } else if (reason != OfferReason::owner && !takes_anybody(*agent)) {
        note.state = why_absent(*agent);
      } else if (is_free(*agent) && has_room(*agent)) {
        free.insert(standing(*agent, rules_.pick));
        there = true;
      } else if (is_expected(*agent) || is_free(*agent)) {
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
    const Instant until = std::min(start + wait, waiting_.enqueued_at + rules_.max_wait);
    const bool holds = now_ < until;
    if (holds) look_again_at(until);
    start = until;
    note.state = !free.empty() ? StageState::free
                 : holds       ? StageState::waited_for
                               : StageState::wait_over;
    if (holds) note.until = until;
    plan_.notes.push_back(note);
    add_group(reason, free);
    return holds;
  }

  void later_stage(OfferReason reason, const std::vector<std::string>& skills, Instant opens) {
    if (now_ >= opens) return skill_stage(reason, skills);
    look_again_at(opens);
    plan_.notes.push_back({reason, StageState::not_yet, {}, opens});
  }

  void skill_stage(OfferReason reason, const std::vector<std::string>& queue_skills) {
    const Crew* people = &crew(queue_skills, language());
    if (!people->somebody() && !language().empty()) {
      // A caller is never left to wait for a language nobody at work speaks.
      people = &crew(queue_skills, "");
      if (people->somebody()) plan_.language_waived = true;
    }
    const std::size_t before = plan_.groups.size();
    add_group(reason, people->free());
    if (people->expected() > 0) {
      if (const auto next = people->next_wrap_up(now_)) look_again_at(*next);
    }
    StageNote note{reason, StageState::nobody, {}, {}};
    if (plan_.groups.size() > before) {
      note.state = StageState::free;
    } else if (people->expected() > 0) {
      note.state = StageState::waited_for;
      note.until = waiting_.enqueued_at + total_wait();
    } else if (!people->free().empty()) {
      const auto full = [&](const Standing& one) { return !has_room(*floor_.find(one.user)); };
      const bool nobody_has_room = std::all_of(people->free().begin(), people->free().end(), full);
      // Those who are asked about another letter stand behind the others.
      const bool asked = waiting_.written && people->free().rbegin()->asked;
      note.state = asked             ? StageState::waited_for
                   : nobody_has_room ? StageState::full
                                     : StageState::refused;
    }
    plan_.notes.push_back(note);
  }

  const Waiting& waiting_;
  const Floor& floor_;
  const QueueRules& rules_;
  Instant now_;
  std::size_t room_;
  bool nobody_there_ = false;
  RoutingPlan plan_;
  std::unordered_set<UserId> taken_;
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
    case StageState::full: return " have as much in hand as fits";
    case StageState::nobody: return ": nobody there";
    case StageState::not_yet: return ": not yet";
    case StageState::closed: return ": closed";
    case StageState::shift_ends: return " about to leave: only own customers";
  }
  return "";
}

}  // namespace

RoutingPlan plan(const Waiting& waiting, const Floor& floor, const QueueRules& rules, Instant now,
                 std::size_t most) {
  return Planner{waiting, floor, rules, now, most}.run();
}

RoutingPlan plan(const Waiting& waiting, std::span<const AgentState> agents,
                 const QueueRules& rules, Instant now) {
  return plan(waiting, Floor{agents}, rules, now);
}

std::string steps(const RoutingPlan& plan) {
  std::string out;
  for (const StageNote& note : plan.notes) {
    if (note.state == StageState::not_yet) continue;
    if (!out.empty()) out += ' ';
    out += word(note.stage);
    out += ':';
    out += word(note.state);
  }
  return out;
}

std::string sentence(const StageNote& note) {
  std::string out = name_of(note.stage);
  out += state_of(note.state);
  if (note.until) out += " until " + to_iso8601(*note.until);
  return out;
}

}  // namespace firsthand::routing
