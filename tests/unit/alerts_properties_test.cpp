// SPDX-License-Identifier: Apache-2.0
// Rule 8 over random orders of what happens to cases, timers and rules: nobody is told twice of one
// step, a step fires once, and what has breached stays as it breached. A failure prints the
// shortest order that shows it, and how to repeat it (RC_PARAMS="reproduce=...").
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <ostream>
#include <set>
#include <tuple>

#include "engine/words.hpp"
#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

enum class Does {
  timers_run,
  fires,
  fires_twice,
  fires_as_before,
  registers,
  dispatches,
  accepts,
  answers,
  pauses,
  resumes,
  acknowledges,
  tells_the_customer,
  resolves,
  reopens,
  edits,
  changes_rules,
  recomputes,
};
BOOST_DESCRIBE_ENUM(Does, timers_run, fires, fires_twice, fires_as_before, registers, dispatches,
                    accepts, answers, pauses, resumes, acknowledges, tells_the_customer, resolves,
                    reopens, edits, changes_rules, recomputes)

constexpr int kNextStep = -1;

struct Move {
  Does what = Does::timers_run;
  int which = 0;  ///< of the cases, clocks, alerts or changes that there are
  int wait = 0;   ///< before it: minutes, or kNextStep
};

std::ostream& operator<<(std::ostream& out, const Move& move) {
  out << word(move.what) << " " << move.which;
  return move.wait == kNextStep ? out << " at the next step\n"
                                : out << " after " << move.wait << " min\n";
}

/// Without its growing size; a failure shrinks towards 0.
rc::Gen<int> below(int n) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, n));
}

rc::Gen<std::vector<Move>> moves() {
  // Timers and changes of the rules more often than the rest: between them steps go wrong.
  constexpr int kinds = static_cast<int>(Does::recomputes) + 1;
  const auto what = rc::gen::map(below(kinds + 10), [](int n) {
    if (n < kinds) return static_cast<Does>(n);
    return n % 2 ? Does::timers_run : Does::changes_rules;
  });
  const std::vector<int> waits{0,  0,  0,   kNextStep, kNextStep, kNextStep, kNextStep,
                               30, 61, 240, 540,       1440,      4320};
  const auto wait = rc::gen::map(below(static_cast<int>(waits.size())),
                                 [waits](int n) { return waits[static_cast<std::size_t>(n)]; });
  return rc::gen::container<std::vector<Move>>(
      rc::gen::build<Move>(rc::gen::set(&Move::what, what), rc::gen::set(&Move::which, below(64)),
                           rc::gen::set(&Move::wait, wait)));
}

template <class Rows>
auto& some(Rows& rows, int which) {
  return rows.at(static_cast<std::size_t>(which) % rows.size());
}

class Week {
 public:
  Week() {
    store_.set_now(monday_ten());
    // What must not happen is looked for here: the unique key would only hide who did it.
    store_.rows().drop_constraint("alert_once");
    story_.arrives_at_work(agent(1));
    register_case();
  }

  void sees(const Move& move) {
    if (move.wait == kNextStep)
      wait_for_a_step();
    else
      story_.pass(minutes{move.wait});
    happens(move);
    nobody_is_told_twice();
    breaches_stay();
  }

 private:
  const World& world() { return store_.rows().world(); }
  CaseFile file(int which) { return story_.file(some(cases_, which)); }
  void tell(UserId who, Happening what) { story_.tell(by(who).does(std::move(what))); }

  void register_case() {
    const std::string number = "+861390000000" + std::to_string(cases_.size() + 1);
    cases_.push_back(story_.complaint_taken(number, agent(1)));
  }

  void happens(const Move& move) {
    const CaseFile seen = file(move.which);
    const CaseId id = seen.facts.id;
    const UserId owner = seen.facts.owner;
    switch (move.what) {
      case Does::timers_run: story_.timers_run(); break;
      case Does::fires:
      case Does::fires_twice: fire(move); break;
      case Does::fires_as_before:
        if (!said_.empty()) story_.tell(some(said_, move.which));
        break;
      case Does::registers:
        if (cases_.size() < 3) register_case();
        break;
      case Does::dispatches:
        tell(owner, event::Dispatched{id, move.which % 2 ? kTechnical : kRepair, "请看", {}});
        break;
      case Does::accepts:
        tell(liaison(seen), event::DispatchAccepted{seen.dispatches.back().id});
        break;
      case Does::answers:
        tell(liaison(seen), event::DispatchAnswered{seen.dispatches.back().id, "已处理"});
        break;
      case Does::pauses:
        tell(owner, event::ClocksPaused{id, "waiting_for_customer",
                                        story_.now() + hours{1 + 20 * (move.which % 4)}});
        break;
      case Does::resumes: tell(owner, event::ClocksResumed{id, false}); break;
      case Does::acknowledges:
        if (!seen.alerts.empty()) {
          const Alert& alert = some(seen.alerts, move.which);
          tell(alert.recipient, event::AlertAcknowledged{alert.id});
        }
        break;
      case Does::tells_the_customer: tell(owner, event::CustomerTold{id, "message", ""}); break;
      case Does::resolves:
        tell(owner, event::CustomerTold{id, "message", ""});
        tell(owner, event::CaseResolved{id, "已解决"});
        break;
      case Does::reopens: tell(owner, event::CaseReopened{id, "又坏了"}); break;
      case Does::edits: {
        event::CaseEdited edit;
        edit.case_id = id;
        edit.version = seen.facts.version;
        edit.severity = 1 + move.which % 4;
        tell(owner, edit);
        break;
      }
      case Does::changes_rules: change_rules(move.which); break;
      case Does::recomputes: story_.tell(timer().does(event::ClocksRecomputed{id})); break;
    }
  }

  static UserId liaison(const CaseFile& seen) {
    return seen.dispatches.back().department == kTechnical ? kTechnicalLiaison : kRepairLiaison;
  }

  /// Early, in time or late, for a clock that runs or has ended.
  void fire(const Move& move) {
    const auto clocks = all_clocks(world());
    const Event once = timer().does(firing(some(clocks, move.which)));
    said_.push_back(once);
    if (move.what == Does::fires) {
      story_.tell(once);
    } else {
      const auto outcomes = story_.tell_all({once, once});
      RC_ASSERT(outcomes.at(1).refusal.has_value());
    }
  }

  void wait_for_a_step() {
    std::optional<Instant> next;
    for (const auto& clock : all_clocks(world())) {
      if (!clock.fire_at) continue;
      said_.push_back(timer().does(firing(clock)));
      if (!next || *clock.fire_at < *next) next = clock.fire_at;
    }
    if (next && *next > story_.now()) story_.at(*next);
  }

  Ladder& ladder() {
    for (Ladder& each : rules_.book.ladders)
      if (each.code == "department") return each;
    throw std::runtime_error("no such ladder");
  }

  void change_rules(int which) {
    static const std::vector<Budget> budgets{Budget::working(hours{27}), Budget::working(hours{2}),
                                             Budget::working(hours{54}), Budget::working_days(2),
                                             Budget::calendar(hours{30})};
    auto& steps = ladder().steps;
    ++rules_.revision;
    for (Policy& policy : rules_.book.policies) {
      ++policy.version;
      for (PolicyClock& clock : policy.clocks) {
        if (which % 8 == 0 && clock.kind == ClockKind::resolution)
          clock.budget = some(budgets, which / 8);
        if (which % 8 == 1 && clock.kind == ClockKind::dispatch)
          clock.budget = some(budgets, which / 8);
      }
    }
    switch (which % 8) {
      case 2: steps = first_ladder_.steps; break;
      case 3: steps = {first_ladder_.steps[2]}; break;  // the breach alone
      case 4:                                           // warnings that change places
        if (steps.size() > 2) std::swap(steps[0].name, steps[1].name);
        break;
      case 5:
        std::erase_if(steps, [](const LadderStep& s) { return s.name.starts_with("warn"); });
        break;
      case 6:
        for (auto& step : steps)
          step.recipients = {RecipientRole::owner, RecipientRole::supervisor};
        break;
      case 7:
        for (User& person : rules_.users) {
          // Whoever was there is away, and the other way round: others are told.
          if (person.id == kRepairLiaison || person.id == kTechnicalLiaison)
            person.deputy_from = person.deputy_from ? std::nullopt : std::optional{Instant{}};
        }
        break;
      default: break;
    }
  }

  void nobody_is_told_twice() {
    std::set<std::tuple<ClockId, int, std::string, UserId>> keys;
    std::map<std::tuple<ClockId, int, std::string>, std::pair<int, Instant>> steps;
    for (const Alert& alert : all_alerts(world())) {
      RC_ASSERT(keys.emplace(alert.clock, alert.cycle, alert.step, alert.recipient).second);
      const std::pair fired{alert.stage, alert.fired_at};
      const auto [first, fresh] =
          steps.emplace(std::tuple{alert.clock, alert.cycle, alert.step}, fired);
      RC_ASSERT((fresh || first->second == fired));
    }
  }

  void breaches_stay() {
    const auto clocks = all_clocks(world());
    for (const SlaClock& clock : clocks) {
      const auto known = breaches_.find(clock.id);
      if (known == breaches_.end()) {
        if (clock.breached_at) breaches_.emplace(clock.id, clock);
        continue;
      }
      RC_ASSERT((clock.state == ClockState::breached));
      RC_ASSERT((clock.breached_at == known->second.breached_at));
      RC_ASSERT((clock.due_at == known->second.due_at));
    }
    RC_ASSERT(clocks.size() >= breaches_.size());
  }

  Rules rules_ = defaults();
  Ladder first_ladder_ = ladder();
  MemoryStore store_{rules_};
  Story story_{store_};
  std::vector<CaseId> cases_;
  std::vector<Event> said_;  ///< by timers
  std::map<ClockId, SlaClock> breaches_;

  static const Rules& defaults() {
    static const Rules loaded = company(FIRSTHAND_DEFAULTS);
    return loaded;
  }
};

RC_GTEST_PROP(AlertProperty, nobody_is_told_twice_of_a_step_and_breaches_stay, ()) {
  Week week;
  for (const Move& move : *moves()) week.sees(move);
}

}  // namespace
}  // namespace firsthand::test
