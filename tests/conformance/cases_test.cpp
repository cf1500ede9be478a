// SPDX-License-Identifier: Apache-2.0
// Cases, owners, departments and promised calls.
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class Cases : public OnEveryStore {
 protected:
  CaseId taken(const std::string& number = "+8613900000001") {
    return story->complaint_taken(number, agent(1));
  }
  std::size_t mails(std::string_view key) {
    std::size_t found = 0;
    for (const auto seen = store->look(); const auto& effect : seen.effects)
      found +=
          effect.kind == EffectKind::mail && effect.key.starts_with("mail:" + std::string{key});
    return found;
  }
};
FIRSTHAND_ON_EVERY_STORE(Cases);

TEST_P(Cases, a_complaint_by_telephone_has_owner_dispatch_callback_and_clocks) {
  const CaseId id = taken();
  const CaseFile file = story->file(id);
  EXPECT_EQ(file.facts.number.size(), 16u);
  EXPECT_TRUE(file.facts.number.starts_with("GD20300304"));
  EXPECT_EQ(file.facts.owner, agent(1));
  EXPECT_EQ(file.facts.state, CaseState::dispatched);
  EXPECT_EQ(file.facts.department, kRepair);
  EXPECT_EQ(file.facts.severity, 3);
  EXPECT_EQ(file.facts.reach_number, "+8613900000001");
  ASSERT_EQ(file.dispatches.size(), 1u);
  EXPECT_EQ(file.dispatches[0].state, DispatchState::sent);
  const Callback promise = story->open_callback(id);
  EXPECT_EQ(promise.caller, CallbackCaller::department);
  EXPECT_EQ(promise.department, kRepair);
  EXPECT_EQ(promise.due_at, monday_ten() + hours{2});
  EXPECT_EQ(story->live_clock(id, ClockKind::callback).due_at, promise.due_at);
  EXPECT_EQ(story->live_clock(id, ClockKind::acknowledgement).due_at, monday_ten() + minutes{30});
  EXPECT_EQ(story->newest_clock(id, ClockKind::first_response).state, ClockState::met);
  EXPECT_EQ(story->live_clock(id, ClockKind::resolution).policy, "repair");
  const auto ledger = story->ledger(id);
  ASSERT_EQ(ledger.size(), 1u);
  EXPECT_EQ(ledger[0].how, OwnershipHow::first_contact);
  EXPECT_EQ(ledger[0].owner, agent(1));
  EXPECT_EQ(mails("dispatch:"), 1u);
}

TEST_P(Cases, a_complaint_from_the_web_has_an_owner_and_a_status_token) {
  const Reply reply = story->must(web().once("k").does(web_complaint("+8613900000001")));
  const Case facts = story->facts(CaseId{reply.id});
  EXPECT_EQ(reply.number, facts.number);
  EXPECT_EQ(reply.token, "token-of-+8613900000001");
  EXPECT_TRUE(facts.owner);
  EXPECT_EQ(facts.channel, Channel::web);
  EXPECT_EQ(story->call(facts.interaction).state, InteractionState::ended);
  EXPECT_EQ(story->live_clock(facts.id, ClockKind::first_response).state, ClockState::running);
  const Snapshot seen = store->look();
  const Customer& customer = seen.world.customers.at(facts.customer);
  EXPECT_EQ(customer.name, "示例客户");
  EXPECT_FALSE(customer.provisional);
  EXPECT_EQ(customer.numbers, std::vector<std::string>{"+8613900000001"});
}

TEST_P(Cases, a_category_without_a_department_is_the_owners_own_work) {
  story->arrives_at_work(agent(1));
  event::CaseRegistered e = complaint(story->talks("+8613900000001", agent(1)));
  e.category = "qt";
  e.callback.choice = "";
  const CaseId id{story->must(by(agent(1)).does(e)).id};
  EXPECT_EQ(story->facts(id).state, CaseState::open);
  EXPECT_TRUE(story->file(id).dispatches.empty());
  EXPECT_EQ(story->open_callback(id).user, agent(1));
}

TEST_P(Cases, the_same_matter_within_a_month_is_a_repeat) {
  const CaseId first = taken();
  const CaseId second = taken();
  EXPECT_EQ(story->facts(second).repeat_of, story->facts(first).number);
  EXPECT_EQ(story->facts(second).customer, story->facts(first).customer);
  EXPECT_EQ(story->facts(taken("+8613900000002")).repeat_of, "");
}

TEST_P(Cases, a_department_accepts_and_answers_and_the_owner_hears_of_it) {
  const CaseId id = taken();
  const DispatchId dispatch = story->newest_dispatch(id).id;
  story->must(by(kRepairLiaison).does(event::DispatchAccepted{dispatch}));
  EXPECT_EQ(story->facts(id).handler, kRepairLiaison);
  EXPECT_EQ(story->facts(id).owner, agent(1));
  EXPECT_EQ(story->open_callback(id).user, kRepairLiaison);
  EXPECT_EQ(story->newest_clock(id, ClockKind::acknowledgement).state, ClockState::met);
  story->must(by(kRepairLiaison).does(event::DispatchAccepted{dispatch}));  // twice is once
  EXPECT_EQ(story->told_of(id, "dispatch_accepted"), 1u);
  story->must(by(kRepairLiaison).does(event::DispatchAnswered{dispatch, "主板已更换"}));
  EXPECT_EQ(story->newest_dispatch(id).state, DispatchState::answered);
  EXPECT_EQ(story->newest_clock(id, ClockKind::dispatch).state, ClockState::met);
  EXPECT_EQ(story->facts(id).state, CaseState::open);
  EXPECT_EQ(mails("answered:"), 1u);
}

TEST_P(Cases, a_returned_dispatch_goes_back_to_the_owner_with_the_promise) {
  const CaseId id = taken();
  const DispatchId dispatch = story->newest_dispatch(id).id;
  story->must(by(kRepairLiaison).does(event::DispatchReturned{dispatch, "不属于维修", kTechnical}));
  EXPECT_EQ(story->newest_dispatch(id).state, DispatchState::returned);
  EXPECT_EQ(story->newest_dispatch(id).suggested_department, kTechnical);
  EXPECT_EQ(story->facts(id).owner, agent(1));
  EXPECT_EQ(story->facts(id).state, CaseState::open);
  const Callback promise = story->open_callback(id);
  EXPECT_EQ(promise.caller, CallbackCaller::owner);
  EXPECT_EQ(promise.user, agent(1));
  EXPECT_TRUE(story->live_clock(id, ClockKind::callback).fire_at) << "the customer still waits";
  EXPECT_EQ(mails("returned:"), 1u);
  story->must(by(agent(1)).does(event::Dispatched{id, kTechnical, "请看", {}}));
  EXPECT_EQ(story->newest_dispatch(id).department, kTechnical);
  EXPECT_EQ(story->file(id).dispatches.size(), 2u);
}

TEST_P(Cases, a_new_dispatch_takes_the_place_of_the_old_one) {
  const CaseId id = taken();
  story->must(by(agent(1)).does(event::Dispatched{id, kSales, "", {}}));
  const auto dispatches = story->file(id).dispatches;
  ASSERT_EQ(dispatches.size(), 2u);
  EXPECT_EQ(dispatches[0].state, DispatchState::cancelled);
  EXPECT_EQ(dispatches[1].state, DispatchState::sent);
  int open = 0;
  for (const auto& promise : story->callbacks_of(story->facts(id).customer))
    open += promise.state == CallbackState::open;
  EXPECT_EQ(open, 1);
}

TEST_P(Cases, an_accepted_hand_over_changes_the_owner_and_a_declined_one_does_not) {
  const CaseId id = taken();
  story->must(by(agent(1)).does(event::HandOverOffered{id, agent(2), "休假"}));
  EXPECT_EQ(story->facts(id).owner, agent(1));
  story->must(by(agent(2)).does(event::HandOverAnswered{id, false}));
  EXPECT_EQ(story->facts(id).owner, agent(1));
  story->must(by(agent(1)).does(event::HandOverOffered{id, agent(3), "休假"}));
  story->must(by(agent(3)).does(event::HandOverAnswered{id, true}));
  EXPECT_EQ(story->facts(id).owner, agent(3));
  EXPECT_FALSE(story->facts(id).hand_over_to);
  const auto ledger = story->ledger(id);
  ASSERT_EQ(ledger.size(), 2u);
  EXPECT_EQ(ledger[1].how, OwnershipHow::hand_over);
  EXPECT_EQ(ledger[1].previous_owner, agent(1));
  EXPECT_EQ(ledger[1].reason, "休假");
}

TEST_P(Cases, a_reassignment_is_a_ledger_row_and_moves_the_owners_callbacks) {
  const CaseId id = taken();
  story->must(by(kRepairLiaison)
                  .does(event::DispatchReturned{story->newest_dispatch(id).id, "不属于维修", {}}));
  story->must(by(kSupervisor).does(event::CaseReassigned{id, agent(4), "负荷均衡"}));
  EXPECT_EQ(story->facts(id).owner, agent(4));
  EXPECT_EQ(story->open_callback(id).user, agent(4));
  const auto ledger = story->ledger(id);
  ASSERT_EQ(ledger.size(), 2u);
  EXPECT_EQ(ledger[1].how, OwnershipHow::reassignment);
  EXPECT_EQ(ledger[1].by, kSupervisor);
}

TEST_P(Cases, escalation_gives_a_handler_and_keeps_the_owner) {
  const CaseId id = taken();
  for (int level = 1; level <= 4; ++level) {
    story->must(by(agent(1)).does(event::CaseEscalated{id, back_line(1), "无进展"}));
    EXPECT_EQ(story->facts(id).escalation_level, std::min(level, 3));
  }
  EXPECT_EQ(story->facts(id).handler, back_line(1));
  EXPECT_EQ(story->facts(id).owner, agent(1));
}

TEST_P(Cases, resolving_needs_that_the_customer_was_told) {
  const CaseId id = taken();
  const event::CaseResolved resolved{id, "已换新机"};
  EXPECT_EQ(story->refused(by(agent(1)).does(resolved)), "not_told");
  story->reached(story->open_callback(id).id, agent(1));
  EXPECT_EQ(story->facts(id).told_how, "callback_reached");
  EXPECT_EQ(story->refused(by(agent(1)).does(resolved)), "");
  EXPECT_EQ(story->facts(id).state, CaseState::resolved);
  for (const auto seen = story->file(id); const auto& clock : seen.clocks)
    EXPECT_EQ(clock.live(), clock.kind == ClockKind::follow_up);
  EXPECT_EQ(story->newest_clock(id, ClockKind::resolution).state, ClockState::met);
  const Callback follow_up = story->open_callback(id, CallbackKind::follow_up);
  EXPECT_NE(follow_up.user, agent(1)) << "by somebody who had no hand in it";
}

TEST_P(Cases, exhausted_attempts_need_a_supervisor) {
  const CaseId id = taken();
  const CallbackId promise = story->open_callback(id).id;
  for (int attempt = 1; attempt <= 3; ++attempt) {
    story->must(by(agent(1)).does(
        event::CallbackAttempted{promise, AttemptOutcome::no_answer, "", {}, {}}));
    EXPECT_EQ(story->callback(promise).attempts, attempt);
    EXPECT_EQ(story->callback(promise).next_try_at.has_value(), attempt < 3);
    story->pass(hours{2});
  }
  EXPECT_EQ(story->callback(promise).state, CallbackState::exhausted);
  EXPECT_EQ(store->look().attempts.size(), 3u);
  EXPECT_EQ(mails("exhausted:"), 1u);
  const event::CaseResolved resolved{id, "多次联系不上"};
  EXPECT_EQ(story->refused(by(agent(1)).does(resolved)), "not_told");
  EXPECT_EQ(story->refused(by(kSupervisor).does(resolved)), "");
  EXPECT_EQ(story->facts(id).told_how, "attempts_exhausted");
}

TEST_P(Cases, a_satisfied_follow_up_closes_and_a_dissatisfied_one_reopens) {
  const CaseId good = taken("+8613900000001");
  const CaseId bad = taken("+8613900000002");
  for (const CaseId id : {good, bad}) story->resolves(id, agent(1));
  const Callback happy = story->open_callback(good, CallbackKind::follow_up);
  const Callback unhappy = story->open_callback(bad, CallbackKind::follow_up);
  story->pass(hours{23});
  story->reached(happy.id, happy.user, true);
  story->reached(unhappy.id, unhappy.user, false);
  EXPECT_EQ(story->facts(good).state, CaseState::closed);
  EXPECT_TRUE(story->facts(good).closed_at);
  const Case again = story->facts(bad);
  EXPECT_EQ(again.state, CaseState::open);
  EXPECT_EQ(again.owner, agent(1)) << "the same owner";
  EXPECT_EQ(again.cycle, 2);
  EXPECT_FALSE(again.told_at);
  EXPECT_EQ(story->live_clock(bad, ClockKind::resolution).cycle, 2);
  EXPECT_EQ(story->open_callback(bad).user, agent(1));
  EXPECT_EQ(story->ledger(bad).size(), 1u);
}

TEST_P(Cases, a_callback_is_dialled_through_the_engine_and_reached) {
  const CaseId id = taken();
  story->must(by(kRepairLiaison).does(event::DispatchAccepted{story->newest_dispatch(id).id}));
  const CallbackId promise = story->open_callback(id).id;
  const InteractionId call = story->dials(promise, kRepairLiaison);
  EXPECT_EQ(story->call(call).pbx, "") << "whichever takes the command first";
  story->customer_answers(call);
  EXPECT_EQ(story->call(call).state, InteractionState::talking);
  EXPECT_EQ(story->call(call).pbx, "pbx1") << "hanging it up is that one's work";
  story->pass(minutes{3});
  story->must(pbx().does(event::OutboundLeg{call, "customer", "ended", "normal"}));
  EXPECT_EQ(story->call(call).outcome, "handled");
  EXPECT_EQ(story->callback(promise).state, CallbackState::open) << "a person says what came of it";
  story->reached(promise, kRepairLiaison);
  EXPECT_EQ(story->callback(promise).state, CallbackState::kept);
  EXPECT_EQ(story->newest_clock(id, ClockKind::callback).state, ClockState::met);
  EXPECT_EQ(story->newest_dispatch(id).state, DispatchState::answered);
  EXPECT_TRUE(story->facts(id).told_at);
}

TEST_P(Cases, a_busy_line_is_an_attempt_that_keeps_no_promise) {
  const CaseId id = taken();
  const CallbackId promise = story->open_callback(id).id;
  const InteractionId call = story->dials(promise, kRepairLiaison);
  story->must(pbx().does(event::OutboundLeg{call, "agent", "answered", ""}));
  story->must(pbx().does(event::OutboundLeg{call, "customer", "failed", "busy"}));
  story->must(pbx().does(event::OutboundLeg{call, "customer", "failed", "busy"}));
  EXPECT_EQ(story->call(call).outcome, "failed");
  EXPECT_EQ(story->callback(promise).state, CallbackState::open);
  EXPECT_EQ(story->callback(promise).attempts, 1);
  EXPECT_EQ(story->callback(promise).next_try_at, store->now() + hours{2});
}

TEST_P(Cases, a_rescheduled_callback_has_a_clock_of_its_own) {
  const CaseId id = taken();
  const Callback promise = story->open_callback(id);
  const SlaClock old = story->live_clock(id, ClockKind::callback);
  story->must(by(agent(1)).does(event::CallbackRescheduled{promise.id, promise.due_at + hours{1}}));
  EXPECT_EQ(story->callback(promise.id).due_at, promise.due_at + hours{1});
  const SlaClock fresh = story->live_clock(id, ClockKind::callback);
  EXPECT_NE(fresh.id, old.id);
  EXPECT_EQ(fresh.due_at, promise.due_at + hours{1});
}

TEST_P(Cases, edits_notes_and_contacts_are_in_the_history) {
  const CaseId id = taken();
  event::CaseEdited edit;
  edit.case_id = id;
  edit.version = story->facts(id).version;
  edit.severity = 4;
  story->must(by(agent(2)).does(edit));
  EXPECT_EQ(story->refused(by(agent(2)).does(edit)), "version_mismatch");
  EXPECT_EQ(story->facts(id).severity, 4);
  story->must(by(agent(2)).standing_in_for(agent(1)).does(event::NoteAdded{id, "客户很着急"}));
  const InteractionId call = story->talks("+8613900000001", agent(1));
  story->must(by(agent(1)).does(event::ContactAdded{id, call, "催问"}));
  EXPECT_EQ(story->told_of(id, "edited"), 1u);
  EXPECT_EQ(story->told_of(id, "note"), 1u);
  EXPECT_EQ(story->told_of(id, "contact_added"), 1u);
  for (const auto seen = store->look(); const auto& entry : seen.history) {
    if (entry.kind != "note") continue;
    EXPECT_EQ(entry.actor, agent(2));
    EXPECT_EQ(entry.acting_for, agent(1));
    EXPECT_EQ(entry.source, "console:102");
  }
}

TEST_P(Cases, customers_are_edited_by_version_and_their_numbers_revealed_on_record) {
  const CustomerId id = story->facts(taken()).customer;
  event::CustomerEdited edit{
      id, store->look().world.customers.at(id).version, "甲公司", {}, {}, {}, {}, true};
  edit.potential = 70;
  story->must(by(agent(1)).does(edit));
  const Snapshot seen = store->look();
  const Customer& customer = seen.world.customers.at(id);
  EXPECT_EQ(customer.name, "甲公司");
  EXPECT_TRUE(customer.do_not_call);
  EXPECT_EQ(customer.potential, 70);
  EXPECT_FALSE(customer.provisional);
  EXPECT_EQ(story->refused(by(agent(1)).does(edit)), "version_mismatch");
  story->must(by(agent(1)).does(event::NumberRevealed{id, "+8613900000001"}));
  EXPECT_EQ(store->look().history.back().kind, "number_revealed");
}

TEST_P(Cases, closed_cases_are_reopened_for_the_same_owner) {
  const CaseId id = taken();
  story->resolves(id, agent(1));
  story->must(by(agent(1)).does(event::CaseClosed{id}));
  EXPECT_EQ(story->facts(id).state, CaseState::closed);
  story->must(by(agent(3)).does(event::CaseReopened{id, "客户再次来电"}));
  EXPECT_EQ(story->facts(id).state, CaseState::open);
  EXPECT_EQ(story->facts(id).owner, agent(1));
  EXPECT_FALSE(story->facts(id).closed_at);
}

}  // namespace
}  // namespace firsthand::test
