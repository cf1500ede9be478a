// SPDX-License-Identifier: Apache-2.0
// What owner, department and customer have promised each other: chasing, disputes, more time, who
// calls and when, and the call after the resolution.
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class Promises : public OnEveryStore {
 protected:
  CaseId taken(const std::string& number = "+8613900000001") {
    return story->complaint_taken(number, agent(1));
  }
  DispatchId dispatch(CaseId id) { return story->newest_dispatch(id).id; }
  std::vector<UserId> mailed(std::string_view key) {
    std::vector<UserId> found;
    for (const auto seen = store->look(); const auto& effect : seen.effects) {
      const std::string start = "mail:" + std::string{key};
      if (effect.kind == EffectKind::mail && effect.key.starts_with(start))
        found.push_back(UserId{std::stoll(effect.key.substr(effect.key.rfind(':') + 1))});
    }
    return found;
  }
  void misses(CallbackId id, UserId who, AttemptOutcome outcome = AttemptOutcome::no_answer) {
    story->must(by(who).does(event::CallbackAttempted{id, outcome, "", {}, {}}));
  }
  CallbackId exhausted(CaseId id) {
    const CallbackId promise = story->open_callback(id).id;
    for (int attempt = 0; attempt < 3; ++attempt) misses(promise, agent(1));
    return promise;
  }
  Callback follow_up(CaseId id) { return story->open_callback(id, CallbackKind::follow_up); }
};
FIRSTHAND_ON_EVERY_STORE(Promises);

// ------------------------------------------------------------------------------- chasing
TEST_P(Promises, a_department_is_chased_one_level_higher_each_time) {
  const CaseId id = taken();
  const event::DispatchChased chased{dispatch(id), "客户又来催了"};
  const std::string key = "chased:" + std::to_string(chased.dispatch.value) + ":";
  EXPECT_EQ(story->refused(by(agent(2)).does(chased)), "not_owner");
  story->must(by(agent(1)).does(chased));
  EXPECT_EQ(mailed(key + "1"), std::vector{kRepairLiaison});
  EXPECT_EQ(story->refused(by(agent(1)).does(chased)), "chased_already");
  story->pass(hours{2});
  story->must(by(agent(1)).does(chased));
  EXPECT_EQ(mailed(key + "2"), (std::vector{kRepairLiaison, kRepairHead}));
  story->pass(hours{4});  // the lunch break is nobody's time
  story->must(by(kSupervisor).does(chased));
  EXPECT_EQ(mailed(key + "3"), (std::vector{kRepairLiaison, kRepairHead, kSupervisor}));
  const Dispatch now = story->newest_dispatch(id);
  EXPECT_EQ(now.chases, 3);
  EXPECT_EQ(now.chased_at, story->now());
  EXPECT_EQ(story->told_of(id, "dispatch_chased"), 3u);
}

// ------------------------------------------------------------------------------- disputes
TEST_P(Promises, what_goes_on_to_another_department_keeps_what_the_customer_was_promised) {
  const CaseId id = taken();
  const Callback promise = story->open_callback(id);
  story->must(
      by(kRepairLiaison).does(event::DispatchReturned{dispatch(id), "不属于维修", kTechnical}));
  story->pass(minutes{20});
  story->must(by(agent(1)).does(event::Dispatched{id, kTechnical, "请看", {}}));
  const Callback same = story->open_callback(id);
  EXPECT_EQ(same.id, promise.id);
  EXPECT_EQ(same.due_at, promise.due_at);
  EXPECT_EQ(same.caller, CallbackCaller::department);
  EXPECT_EQ(same.department, kTechnical);
  EXPECT_EQ(story->live_clock(id, ClockKind::callback).due_at, promise.due_at);
}

TEST_P(Promises, too_late_to_return_is_a_dispute_that_the_supervisor_settles) {
  const CaseId id = taken();
  const Callback promise = story->open_callback(id);
  const event::DispatchDisputed disputed{dispatch(id), "应由技术处理"};
  const event::DispatchReturned returned{disputed.dispatch, "应由技术处理", kTechnical};
  EXPECT_EQ(story->refused(by(kRepairLiaison).does(disputed)), "not_too_late");
  story->must(by(kRepairLiaison).does(event::DispatchAccepted{disputed.dispatch}));
  story->pass(hours{6});
  EXPECT_EQ(story->refused(by(kRepairLiaison).does(returned)), "too_late_to_return");
  const auto due_at = story->live_clock(id, ClockKind::dispatch).due_at;
  story->must(by(kRepairLiaison).does(disputed));
  EXPECT_TRUE(story->newest_dispatch(id).disputed());
  EXPECT_EQ(story->live_clock(id, ClockKind::dispatch).due_at, due_at) << "the clock runs on";
  EXPECT_EQ(mailed("disputed:"), std::vector{kSupervisor});
  EXPECT_EQ(story->refused(by(agent(1)).does(event::DispatchChased{disputed.dispatch, ""})),
            "disputed");
  const event::DisputeSettled onwards{disputed.dispatch, true, kTechnical, "属技术问题"};
  EXPECT_EQ(story->refused(by(agent(1)).does(onwards)), "forbidden");
  story->must(by(kSupervisor).does(onwards));
  const CaseFile file = story->file(id);
  ASSERT_EQ(file.dispatches.size(), 2u);
  EXPECT_EQ(file.dispatches[0].state, DispatchState::returned);
  EXPECT_FALSE(file.dispatches[0].disputed());
  EXPECT_EQ(file.dispatches[1].department, kTechnical);
  EXPECT_EQ(file.facts.owner, agent(1));
  EXPECT_FALSE(file.facts.handler);
  const Callback same = story->open_callback(id);
  EXPECT_EQ(same.id, promise.id);
  EXPECT_EQ(same.due_at, promise.due_at);
  EXPECT_EQ(same.department, kTechnical);
  EXPECT_FALSE(same.user);
}

TEST_P(Promises, a_dispute_that_is_not_upheld_leaves_the_work_where_it_is) {
  const CaseId id = taken();
  const DispatchId repair = dispatch(id);
  story->must(by(kRepairLiaison).does(event::DispatchAccepted{repair}));
  story->pass(hours{6});
  story->must(by(kRepairLiaison).does(event::DispatchDisputed{repair, "不是维修"}));
  story->must(by(kSupervisor).does(event::DisputeSettled{repair, false, {}, "是维修问题"}));
  EXPECT_EQ(story->newest_dispatch(id).state, DispatchState::accepted);
  EXPECT_EQ(story->refused(by(kRepairLiaison).does(event::DispatchDisputed{repair, "不是维修"})),
            "dispute_settled");
  EXPECT_EQ(mailed("settled:"), std::vector{kRepairLiaison});
}

// ------------------------------------------------------------------------------- more time
TEST_P(Promises, more_time_moves_the_departments_clock_and_never_the_customers) {
  const CaseId id = taken();
  const DispatchId work = dispatch(id);
  const Callback promise = story->open_callback(id);
  const SlaClock before = story->live_clock(id, ClockKind::dispatch);
  const Instant until = *before.due_at + hours{30};
  const event::ExtensionAsked asked{work, until, "等配件"};
  story->must(by(kRepairLiaison).does(asked));
  EXPECT_EQ(story->refused(by(kRepairLiaison).does(asked)), "extension_open");
  EXPECT_EQ(mailed("extension:"), std::vector{agent(1)});
  EXPECT_EQ(story->refused(by(agent(2)).does(event::ExtensionAnswered{work, true, ""})),
            "not_owner");
  story->must(by(agent(1)).does(event::ExtensionAnswered{work, true, ""}));
  const SlaClock after = story->live_clock(id, ClockKind::dispatch);
  EXPECT_NE(after.id, before.id);
  EXPECT_EQ(after.due_at, until);
  EXPECT_EQ(after.dispatch, work);
  EXPECT_EQ(after.ladder, before.ladder);
  EXPECT_EQ(story->open_callback(id).due_at, promise.due_at);
  EXPECT_EQ(story->live_clock(id, ClockKind::callback).due_at, promise.due_at);
  EXPECT_FALSE(story->newest_dispatch(id).extension_until);
  // Nor does a change of the case's severity, or of the rules, take back what a person has granted.
  event::CaseEdited edit;
  edit.case_id = id;
  edit.version = story->facts(id).version;
  edit.severity = 4;
  story->must(by(agent(1)).does(edit));
  EXPECT_EQ(story->live_clock(id, ClockKind::dispatch).due_at, until);
}

TEST_P(Promises, more_time_may_be_refused_with_a_reason) {
  const CaseId id = taken();
  const DispatchId work = dispatch(id);
  const SlaClock before = story->live_clock(id, ClockKind::dispatch);
  story->must(
      by(kRepairLiaison).does(event::ExtensionAsked{work, *before.due_at + hours{9}, "忙"}));
  story->must(by(agent(1)).does(event::ExtensionAnswered{work, false, "客户已等太久"}));
  EXPECT_EQ(story->live_clock(id, ClockKind::dispatch).id, before.id);
  EXPECT_EQ(story->told_of(id, "extension_refused"), 1u);
}

// ------------------------------------------------------------------------------- who calls
TEST_P(Promises, the_department_calls_and_the_owner_verifies) {
  const CaseId id = taken();
  story->must(by(kRepairLiaison).does(event::DispatchAccepted{dispatch(id)}));
  story->reached(story->open_callback(id).id, kRepairLiaison);
  EXPECT_EQ(story->facts(id).told_how, "department_reached");
  EXPECT_EQ(mailed("verify:"), std::vector{agent(1)});
  EXPECT_EQ(story->newest_dispatch(id).state, DispatchState::answered);
  story->must(by(agent(1)).does(event::CaseResolved{id, "客户确认已修好"}));
  EXPECT_EQ(story->told_of(id, "told_verified"), 1u);
}

TEST_P(Promises, nobody_has_called_and_the_promise_begins_anew) {
  const CaseId id = taken();
  const DispatchId first = dispatch(id);
  const event::CustomerNotTold silent{id, "客户说没接到电话"};
  EXPECT_EQ(story->refused(by(agent(1)).does(silent)), "not_told_by_department");
  story->must(by(kRepairLiaison).does(event::DispatchAccepted{first}));
  story->reached(story->open_callback(id).id, kRepairLiaison);
  EXPECT_EQ(story->refused(by(agent(2)).does(silent)), "not_owner");
  story->must(by(agent(1)).does(silent));
  EXPECT_FALSE(story->facts(id).told_at);
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CaseResolved{id, "修好了"})), "not_told");
  const Dispatch again = story->newest_dispatch(id);
  EXPECT_NE(again.id, first);
  EXPECT_EQ(again.department, kRepair);
  EXPECT_EQ(again.chases, 1);
  const Callback promise = story->open_callback(id);
  EXPECT_EQ(promise.promised_at, story->now());
  EXPECT_EQ(story->live_clock(id, ClockKind::callback).callback, promise.id);
  EXPECT_EQ(story->told_of(id, "told_rejected"), 1u);
}

TEST_P(Promises, a_departments_written_answer_is_the_owners_to_tell) {
  const CaseId id = taken();
  const Callback promise = story->open_callback(id);
  story->must(by(kRepairLiaison).does(event::DispatchAnswered{dispatch(id), "配件周五到"}));
  const Callback mine = story->open_callback(id);
  EXPECT_EQ(mine.id, promise.id);
  EXPECT_EQ(mine.caller, CallbackCaller::owner);
  EXPECT_EQ(mine.user, agent(1));
  // The customer is faster: what was to be told by telephone has been told by telephone.
  const InteractionId call = story->talks("+8613900000001", agent(1));
  story->must(by(agent(1)).does(event::ContactAdded{id, call, "已告知配件周五到"}));
  EXPECT_EQ(story->callback(promise.id).state, CallbackState::kept);
  EXPECT_EQ(story->callback(promise.id).ended_why, "customer_called_in");
  EXPECT_EQ(story->facts(id).told_how, "called_in");
}

TEST_P(Promises, a_customer_who_asks_before_there_is_an_answer_is_still_called_back) {
  const CaseId id = taken();
  const InteractionId call = story->talks("+8613900000001", agent(1));
  story->must(by(agent(1)).does(event::ContactAdded{id, call, "催问"}));
  EXPECT_EQ(story->open_callback(id).state, CallbackState::open);
  EXPECT_FALSE(story->facts(id).told_at);
}

TEST_P(Promises, a_callback_gets_another_window_and_a_number_that_becomes_the_customers) {
  const CaseId id = taken();
  const Callback promise = story->open_callback(id);
  const Instant at = story->now() + hours{5};
  const std::string number = "+862161234567";
  story->must(by(agent(1)).does(event::CallbackRescheduled{promise.id, at, at - hours{1}, number}));
  const Callback moved = story->callback(promise.id);
  EXPECT_EQ(moved.window_from, at - hours{1});
  EXPECT_EQ(moved.due_at, at);
  EXPECT_EQ(moved.number, number);
  EXPECT_EQ(story->facts(id).reach_number, number);
  const Snapshot seen = store->look();
  const auto& numbers = seen.world.customers.at(promise.customer).numbers;
  EXPECT_NE(std::find(numbers.begin(), numbers.end(), number), numbers.end());
}

TEST_P(Promises, the_callback_of_a_missed_call_moves_with_its_clock) {
  story->hangs_up(story->call_arrives("+8613900000044"));
  const Snapshot seen = store->look();
  const Callback promise = seen.world.callbacks.begin()->second;
  const Instant at = story->now() + hours{3};
  story->must(by(promise.user).does(event::CallbackRescheduled{promise.id, at, {}, {}}));
  int live = 0;
  for (const auto again = store->look();
       const auto& clock : again.world.customer_clocks.at(promise.customer).clocks) {
    live += clock.live();
    if (clock.live()) EXPECT_EQ(clock.due_at, at);
  }
  EXPECT_EQ(live, 1);
}

TEST_P(Promises, a_callback_is_given_to_a_colleague_of_the_same_department) {
  const CaseId id = taken();
  const CallbackId promise = story->open_callback(id).id;
  const auto to = [&](UserId who) { return event::CallbackAssigned{promise, who}; };
  EXPECT_EQ(story->refused(by(agent(2)).does(to(agent(2)))), "forbidden");
  EXPECT_EQ(story->refused(by(kSalesLiaison).does(to(kSalesLiaison))), "forbidden");
  story->must(by(kRepairLiaison).does(to(kRepairHead)));
  EXPECT_EQ(story->callback(promise).user, kRepairHead);
  EXPECT_EQ(story->callback(promise).department, kRepair);
  EXPECT_EQ(mailed("assigned:"), std::vector{kRepairHead});
  // The owner prefers to call with the department's answer.
  story->must(by(agent(1)).does(to(agent(1))));
  EXPECT_EQ(story->callback(promise).caller, CallbackCaller::owner);
  EXPECT_FALSE(story->callback(promise).department);
}

TEST_P(Promises, a_callback_is_called_off_by_a_supervisor_or_once_the_customer_knows) {
  const CaseId other = taken("+8613900000002");
  const CaseId id = taken();
  const event::CallbackCancelled off{story->open_callback(id).id, "客户不需要了"};
  EXPECT_EQ(story->refused(by(agent(2)).does(off)), "forbidden");
  EXPECT_EQ(story->refused(by(agent(1)).does(off)), "not_told");
  story->talks("+8613900000001", agent(1));
  EXPECT_EQ(story->refused(by(agent(1)).does(off)), "") << "the customer has said so just now";
  story->must(
      by(kSupervisor).does(event::CallbackCancelled{story->open_callback(other).id, "重复"}));
}

// ------------------------------------------------------------------------------- not reached
TEST_P(Promises, the_plan_of_retries_leaves_out_the_quiet_hours) {
  const CaseId id = taken();
  const CallbackId promise = story->open_callback(id).id;
  story->at(moment("2030-03-04T19:30:00+08:00"));
  misses(promise, agent(1));
  EXPECT_EQ(story->callback(promise).next_try_at, moment("2030-03-05T08:00:00+08:00"));
}

TEST_P(Promises, whoever_was_not_reached_is_promised_a_call_anew) {
  const CaseId id = taken();
  const CallbackId old = exhausted(id);
  const Instant at = story->now() + hours{20};
  const event::CallbackRescheduled again{old, at, {}, "+862161234567"};
  EXPECT_EQ(story->refused(by(kRepairLiaison).does(again)), "forbidden");
  story->must(by(kSupervisor).does(again));
  EXPECT_EQ(story->callback(old).state, CallbackState::exhausted) << "what was, stays";
  const Callback fresh = story->open_callback(id);
  EXPECT_NE(fresh.id, old);
  EXPECT_EQ(fresh.attempts, 0);
  EXPECT_EQ(fresh.number, "+862161234567");
  EXPECT_EQ(story->live_clock(id, ClockKind::callback).due_at, at);
  // While somebody is still to call, not everything has been tried.
  EXPECT_EQ(story->refused(by(kSupervisor).does(event::CaseResolved{id, "联系不上"})), "not_told");
}

TEST_P(Promises, nobody_of_a_missed_call_can_be_reached_and_the_supervisor_agrees) {
  story->hangs_up(story->call_arrives("+8613900000044"));
  const Snapshot seen = store->look();
  const Callback promise = seen.world.callbacks.begin()->second;
  misses(promise.id, promise.user, AttemptOutcome::wrong_number);
  EXPECT_EQ(mailed("exhausted:"), std::vector{kSupervisor});
  const event::CallbackCancelled off{promise.id, "空号"};
  EXPECT_EQ(story->refused(by(promise.user).does(off)), "forbidden");
  story->must(by(kSupervisor).does(off));
  EXPECT_EQ(story->callback(promise.id).state, CallbackState::cancelled);
}

// ------------------------------------------------------------------------------- afterwards
TEST_P(Promises, who_has_worked_on_a_case_does_not_ask_how_it_was) {
  for (int n = 1; n <= 6; ++n) story->arrives_at_work(agent(n));
  const CaseId id = taken();
  // Agent 2 calls with the department's answer.
  story->must(by(agent(1)).does(event::CallbackAssigned{story->open_callback(id).id, agent(2)}));
  story->reached(story->open_callback(id).id, agent(2));
  story->must(by(agent(1)).does(event::CaseResolved{id, "已换新机"}));
  const Callback call = follow_up(id);
  EXPECT_NE(call.user, agent(1));
  EXPECT_NE(call.user, agent(2));
  for (const UserId who : {agent(1), agent(2)}) {
    EXPECT_EQ(story->refused(by(kSupervisor).does(event::CallbackAssigned{call.id, who})),
              "worked_on_it");
  }
  EXPECT_EQ(story->refused(by(agent(1)).does(
                event::CallbackAttempted{call.id, AttemptOutcome::reached, "", true, {}, 5})),
            "worked_on_it");
}

TEST_P(Promises, satisfaction_is_a_score_and_a_low_one_reopens_for_the_same_owner) {
  const CaseId id = taken();
  story->resolves(id, agent(1));
  const Callback call = follow_up(id);
  const auto scored = [&](std::optional<bool> satisfied, std::optional<int> score) {
    return by(call.user).does(event::CallbackAttempted{
        call.id, AttemptOutcome::reached, "等了太久", satisfied, {}, score});
  };
  EXPECT_EQ(story->refused(scored({}, 6)), "invalid");
  EXPECT_EQ(story->refused(scored(true, 1)), "invalid");
  story->must(scored({}, 2));
  EXPECT_EQ(story->callback(call.id).score, 2);
  EXPECT_EQ(story->callback(call.id).satisfied, false);
  EXPECT_EQ(story->facts(id).owner, agent(1));
  EXPECT_EQ(story->facts(id).cycle, 2);
  EXPECT_EQ(mailed("dissatisfied:"), (std::vector{kSupervisor, agent(1)}));
  EXPECT_EQ(story->open_callback(id).user, agent(1));
}

TEST_P(Promises, a_forgotten_follow_up_call_alerts_who_is_to_call) {
  const CaseId id = taken();
  story->resolves(id, agent(1));
  const Callback call = follow_up(id);
  EXPECT_EQ(story->live_clock(id, ClockKind::follow_up).due_at, call.due_at);
  const auto told = [&] {
    std::vector<UserId> found;
    for (const auto& alert : story->alerts(id, ClockKind::follow_up, "breach"))
      found.push_back(alert.recipient);
    return found;
  };
  while (told().empty()) story->next_timer();
  EXPECT_EQ(story->now(), call.due_at);
  EXPECT_EQ(told(), (std::vector{call.user, kSupervisor}));
  story->reached(call.id, call.user, true);
  EXPECT_EQ(story->newest_clock(id, ClockKind::follow_up).state, ClockState::breached);
  EXPECT_TRUE(story->newest_clock(id, ClockKind::follow_up).ended_at);
}

TEST_P(Promises, a_customer_who_cannot_be_asked_is_left_in_peace) {
  const CaseId id = taken();
  story->resolves(id, agent(1));
  const Callback call = follow_up(id);
  for (int attempt = 0; attempt < 3; ++attempt) misses(call.id, call.user);
  EXPECT_EQ(story->facts(id).state, CaseState::closed);
  EXPECT_EQ(story->callback(call.id).state, CallbackState::exhausted);
  EXPECT_FALSE(story->callback(call.id).satisfied);
}

}  // namespace
}  // namespace firsthand::test
