// SPDX-License-Identifier: Apache-2.0
// The rules 3, 4 and 6 over random days of owners, departments and customers: whatever they do, in
// whatever order. A failure prints how to repeat it (RC_PARAMS="reproduce=...").
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

using std::chrono::minutes;

const Rules& rules() {
  static const Rules loaded = company(FIRSTHAND_DEFAULTS);
  return loaded;
}

int below(int n) {
  return *rc::gen::inRange(0, n);
}

class Day {
 public:
  Day() {
    store_.set_now(monday_ten());
    for (int n = 1; n <= 3; ++n) story_.arrives_at_work(agent(n));
    id_ = story_.complaint_taken("+8613900000001", agent(1));
  }

  void goes_on() {
    const int steps = *rc::gen::inRange(5, 60);
    for (int step = 0; step < steps; ++step) {
      story_.pass(minutes{below(180)});
      const World before = store_.look().world;
      const Event event = by(somebody()).does(something(before));
      const bool granted = story_.refused(event).empty();
      const World after = store_.look().world;
      RC_LOG() << "step " << step << " event " << event.what.index() << (granted ? " granted" : "")
               << "\n";
      if (!granted) RC_ASSERT(before == after);
      promises_have_clocks(after);
      if (granted) judge(event, before, after);
    }
  }

 private:
  UserId somebody() const {
    static const std::vector<UserId> people{agent(1),       agent(2),          agent(3),
                                            kRepairLiaison, kTechnicalLiaison, kSupervisor,
                                            agent(1),       kRepairLiaison,    kSupervisor};
    return people[static_cast<std::size_t>(below(static_cast<int>(people.size())))];
  }

  Happening something(const World& world) {
    const CaseFile& file = world.cases.at(id_);
    const DispatchId work = file.dispatches.back().id;
    std::vector<CallbackId> calls;
    for (const auto& [id, call] : world.callbacks) calls.push_back(id);
    const auto some_call = [&] {
      // Mostly the newest: what has ended is refused.
      return below(3) > 0 ? calls.back()
                          : calls[static_cast<std::size_t>(below(static_cast<int>(calls.size())))];
    };
    const auto department = below(2) ? kTechnical : kRepair;
    const Instant later = story_.now() + minutes{1 + below(3000)};
    switch (below(16)) {
      case 0: return event::Dispatched{id_, department, "请看", {}};
      case 1: return event::DispatchAccepted{work};
      case 2: return event::DispatchReturned{work, "不是本部门", {}};
      case 3: return event::DispatchAnswered{work, "已处理"};
      case 4: return event::DispatchChased{work, ""};
      case 5: return event::DispatchDisputed{work, "不是本部门"};
      case 6:
        return event::DisputeSettled{work, below(2) > 0, below(2) ? department : DepartmentId{},
                                     "如此"};
      case 7: return event::ExtensionAsked{work, later, "等配件"};
      case 8: return event::ExtensionAnswered{work, below(2) > 0, "如此"};
      case 9: {
        const auto outcome = below(2) ? AttemptOutcome::reached : AttemptOutcome::no_answer;
        std::optional<int> score;
        if (below(2)) score = 1 + below(5);
        return event::CallbackAttempted{some_call(), outcome, "", {}, {}, score};
      }
      case 10: {
        std::optional<std::string> number;
        if (below(3) == 0) number = "+862161234567";
        return event::CallbackRescheduled{some_call(), later, {}, number};
      }
      case 11: return event::CallbackAssigned{some_call(), somebody()};
      case 12: return event::CallbackCancelled{some_call(), "不需要"};
      case 13: return event::CustomerNotTold{id_, "没有人打电话"};
      case 14: return event::CustomerTold{id_, "message", ""};
      default: return event::CaseResolved{id_, "已解决"};
    }
  }

  /// Rule 6: one live promise per customer and matter; and each has a clock of its own time.
  static void promises_have_clocks(const World& world) {
    std::map<CaseId, int> open;
    for (const auto& [id, call] : world.callbacks) {
      if (call.kind == CallbackKind::follow_up) continue;
      int live = 0;
      for (const auto& clock : world.cases.at(call.case_id).clocks) {
        if (clock.callback != id || !clock.live()) continue;
        ++live;
        RC_ASSERT((clock.due_at == call.due_at));
      }
      const bool is_open = call.state == CallbackState::open;
      RC_ASSERT(live == (is_open ? 1 : 0));
      if (is_open) RC_ASSERT(++open[call.case_id] == 1);
      RC_ASSERT((call.user || call.department));
    }
  }

  static const Callback* promise_of(const World& world, CaseId id) {
    for (const auto& [key, call] : world.callbacks) {
      if (call.case_id == id && call.kind == CallbackKind::promised &&
          call.state == CallbackState::open)
        return &call;
    }
    return nullptr;
  }

  void judge(const Event& event, const World& before, const World& after) const {
    const CaseFile& now = after.cases.at(id_);
    const Callback* was = promise_of(before, id_);
    const Callback* is = promise_of(after, id_);
    // Rule 3: work that goes out has a number, and a promise with a clock; one that stood, stands.
    if (now.dispatches.size() > before.cases.at(id_).dispatches.size()) {
      RC_ASSERT(!now.facts.reach_number.empty());
      RC_ASSERT(is != nullptr);
      if (was) RC_ASSERT((is->id == was->id && is->due_at == was->due_at));
      RC_ASSERT(is->department == now.dispatches.back().department);
    }
    // What owner and department settle between them moves nothing that the customer was told.
    const bool between_us = std::holds_alternative<event::DispatchChased>(event.what) ||
                            std::holds_alternative<event::DispatchDisputed>(event.what) ||
                            std::holds_alternative<event::DisputeSettled>(event.what) ||
                            std::holds_alternative<event::ExtensionAsked>(event.what) ||
                            std::holds_alternative<event::ExtensionAnswered>(event.what);
    if (between_us && was) RC_ASSERT((is && is->id == was->id && is->due_at == was->due_at));
    // Rule 4: told, or tried to the end and a supervisor agrees.
    if (std::holds_alternative<event::CaseResolved>(event.what)) {
      const bool told = before.cases.at(id_).facts.told_at.has_value();
      RC_ASSERT((told || (event.actor == kSupervisor && was == nullptr)));
    }
    // Rule 1, and who asks afterwards has no hand in it.
    RC_ASSERT(now.facts.owner == agent(1));
    for (const auto& [id, call] : after.callbacks) {
      if (call.kind == CallbackKind::follow_up && call.state == CallbackState::open)
        RC_ASSERT(call.user != agent(1));
    }
  }

  MemoryStore store_{rules()};
  Story story_{store_};
  CaseId id_;
};

RC_GTEST_PROP(PromiseProperty, rules_3_4_and_6_hold_whatever_happens, ()) {
  Day day;
  day.goes_on();
}

}  // namespace
}  // namespace firsthand::test
