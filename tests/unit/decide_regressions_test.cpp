// SPDX-License-Identifier: Apache-2.0
// Mistakes that have been made once. Each test failed before its fix.
#include <gtest/gtest.h>

#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Rules& rules() {
  static const Rules loaded = company(FIRSTHAND_DEFAULTS);
  return loaded;
}

class DecideOnce : public ::testing::Test {
 protected:
  DecideOnce() {
    store.set_now(monday_ten());
    story.arrives_at_work(agent(1));
  }

  Event observed(const std::string& call, const std::string& what, const std::string& number) {
    event::CallObserved e{};
    e.pbx = "cti";
    e.call = call;
    e.what = what;
    e.number = number;
    e.extension = "1001";
    e.at = story.now();
    return Speaker{{}, "cti"}.once(call + what).does(e);
  }
  Interaction observed_call(const std::string& channel) {
    for (const auto seen = story.look(); const auto& [id, call] : seen.world.interactions)
      if (call.pbx_channel == channel) return call;
    throw std::runtime_error("no such call");
  }

  MemoryStore store{rules()};
  Story story{store};
};

TEST_F(DecideOnce, two_edits_of_one_version_in_one_batch_lose_nothing) {
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  event::CaseEdited first;
  first.case_id = id;
  first.version = story.facts(id).version;
  event::CaseEdited second = first;
  first.text = "先";
  second.text = "后";
  const auto outcomes = story.tell_all({by(agent(1)).does(first), by(agent(2)).does(second)});
  EXPECT_FALSE(outcomes.at(0).refusal);
  ASSERT_TRUE(outcomes.at(1).refusal);
  EXPECT_EQ(outcomes.at(1).refusal->code, "version_mismatch");
  EXPECT_EQ(story.facts(id).text, "先");
}

TEST_F(DecideOnce, a_reply_names_the_version_that_is_stored) {
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  event::CaseEdited edit;
  edit.case_id = id;
  edit.version = story.facts(id).version;
  edit.severity = 1;
  const Reply edited = story.must(by(agent(1)).does(edit));
  EXPECT_EQ(edited.version, story.facts(id).version);
  const Reply told = story.must(by(agent(1)).does(event::CustomerTold{id, "reply_sent", ""}));
  EXPECT_EQ(told.version, story.facts(id).version);
  EXPECT_GT(told.version, edited.version);
}

TEST_F(DecideOnce, a_case_told_in_a_call_that_began_before_the_merge_comes_back_with_it) {
  story.complaint_taken("+8613900000001", agent(1));
  const InteractionId call = story.talks("+8613900000002", agent(1));
  const CustomerId kept = story.look().world.interactions.begin()->second.customer;
  const CustomerId gone = story.call(call).customer;
  story.pass(minutes{1});
  const MergeId merge{story.must(by(agent(1)).does(event::CustomersMerged{kept, gone, "同"})).id};
  const CaseId told = story.complains(call, agent(1));
  EXPECT_EQ(story.facts(told).customer, kept);
  story.hangs_up(call);
  story.pass(hours{1});
  story.must(by(agent(1)).does(event::CustomersUnmerged{merge, "否"}));
  EXPECT_EQ(story.facts(told).customer, gone);
  EXPECT_EQ(story.open_callback(told).customer, gone);
}

TEST_F(DecideOnce, a_letter_that_lay_about_comes_back_though_it_is_older_than_the_merge) {
  const CustomerId kept = story.facts(story.complaint_taken("+8613900000001", agent(1))).customer;
  const CustomerId gone = story.call(story.call_arrives("+8613900000002")).customer;
  story.pass(minutes{1});
  const MergeId merge{story.must(by(agent(1)).does(event::CustomersMerged{kept, gone, "同"})).id};
  story.pass(minutes{5});
  event::CaseRegistered letter = web_complaint("+8613900000002");
  letter.received_at = story.now() - hours{3};
  const CaseId told{story.must(web().does(letter)).id};
  story.pass(hours{1});
  story.must(by(agent(1)).does(event::CustomersUnmerged{merge, "否"}));
  EXPECT_EQ(story.facts(told).customer, gone);
  EXPECT_EQ(story.call(story.facts(told).interaction).customer, gone);
}

TEST_F(DecideOnce, who_is_another_customer_after_all_is_not_called_back_about_his_case) {
  const CaseId others = story.complaint_taken("+8613900000001", agent(1));
  const InteractionId first = story.call_arrives("+8613900000002");
  story.hangs_up(first);
  const CustomerId kept = story.facts(others).customer;
  const CustomerId gone = story.call(first).customer;
  story.pass(minutes{1});
  const MergeId merge{story.must(by(agent(1)).does(event::CustomersMerged{kept, gone, "同"})).id};
  const InteractionId call = story.call_arrives("+8613900000002");
  EXPECT_EQ(story.call(call).case_id, others);
  const InteractionId waiting = story.call_arrives("+8613900000002");
  story.hangs_up(call);
  story.pass(hours{1});
  story.must(by(agent(1)).does(event::CustomersUnmerged{merge, "否"}));
  story.hangs_up(waiting);
  for (const InteractionId id : {call, waiting}) {
    EXPECT_EQ(story.call(id).customer, gone);
    EXPECT_FALSE(story.call(id).case_id);
    const Callback promise = story.callback(story.call(id).callback);
    EXPECT_EQ(promise.customer, gone);
    EXPECT_FALSE(promise.case_id) << "it would be over when the other customer's case is";
  }
}

TEST_F(DecideOnce, a_call_that_nobody_took_is_called_back_though_the_promise_was_to_another) {
  const CaseId others = story.complaint_taken("+8613900000001", agent(1));
  const InteractionId first = story.call_arrives("+8613900000002");
  story.hangs_up(first);
  const CustomerId kept = story.facts(others).customer;
  const CustomerId gone = story.call(first).customer;
  const MergeId merge{story.must(by(agent(1)).does(event::CustomersMerged{kept, gone, "同"})).id};
  const InteractionId call = story.call_arrives("+8613900000002");
  story.must(by({}).does(event::WaitExhausted{call}));
  ASSERT_EQ(story.call(call).outcome, "callback");
  story.must(by(agent(1)).does(event::CustomersUnmerged{merge, "否"}));
  EXPECT_EQ(story.callback(story.call(call).callback).customer, gone);
}

TEST_F(DecideOnce, a_wait_for_the_customer_moves_more_time_that_was_granted_and_its_steps) {
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  const DispatchId sent = story.newest_dispatch(id).id;
  const Instant later = story.newest_clock(id, ClockKind::dispatch).due_at.value() + hours{4};
  story.must(by(kRepairLiaison).does(event::ExtensionAsked{sent, later, "等配件"}));
  story.must(by(agent(1)).does(event::ExtensionAnswered{sent, true, "商量过"}));
  const Instant before = story.newest_clock(id, ClockKind::dispatch).due_at.value();
  story.pass(hours{1});
  story.must(
      by(agent(1)).does(event::ClocksPaused{id, "customer_sends_photos", story.now() + hours{9}}));
  EXPECT_FALSE(story.newest_clock(id, ClockKind::dispatch).due_at);
  story.pass(hours{6});
  EXPECT_EQ(story.newest_clock(id, ClockKind::dispatch).state, ClockState::paused);
  story.must(by(agent(1)).does(event::ClocksResumed{id}));
  const SlaClock given = story.newest_clock(id, ClockKind::dispatch);
  EXPECT_EQ(given.due_at, before + hours{6});
  ASSERT_TRUE(given.fire_at);
  EXPECT_GE(*given.fire_at, story.now());
  EXPECT_LE(*given.fire_at, *given.due_at);
}

TEST_F(DecideOnce, whose_console_is_lost_during_a_call_is_gone_after_it) {
  story.must(by(agent(1)).does(event::PresenceBeat{agent(1), Seconds{15}}));
  const InteractionId call = story.talks("+8613900000001", agent(1));
  story.pass(minutes{1});
  story.must(timer().does(event::PresenceLost{agent(1)}));
  EXPECT_EQ(story.desk(agent(1)).presence, Presence::talking);
  story.hangs_up(call);
  EXPECT_EQ(story.desk(agent(1)).presence, Presence::offline);
}

TEST_F(DecideOnce, whose_console_is_back_during_the_call_stays) {
  story.must(by(agent(1)).does(event::PresenceBeat{agent(1), Seconds{15}}));
  const InteractionId call = story.talks("+8613900000001", agent(1));
  story.pass(minutes{1});
  story.must(timer().does(event::PresenceLost{agent(1)}));
  story.must(by(agent(1)).does(event::PresenceBeat{agent(1), Seconds{15}}));
  story.hangs_up(call);
  EXPECT_EQ(story.desk(agent(1)).presence, Presence::wrap_up);
}

TEST_F(DecideOnce, who_signed_out_is_not_brought_back_by_a_failed_leg) {
  const InteractionId call = story.call_arrives("+8613900000001");
  const OfferId offer = story.is_offered(call, agent(1));
  story.answers_in_console(agent(1), offer);
  story.must(by(agent(1)).does(event::PresenceSet{agent(1), Presence::offline, ""}));
  story.must(pbx().does(event::OfferRefused{offer, "", "unreachable"}));
  EXPECT_EQ(story.call(call).state, InteractionState::waiting);
  EXPECT_EQ(story.desk(agent(1)).presence, Presence::offline);
}

TEST_F(DecideOnce, a_late_report_of_a_leg_does_not_move_the_call_back) {
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  const InteractionId call = story.dials(story.open_callback(id).id, kRepairLiaison);
  story.customer_answers(call);
  const auto answered_at = story.call(call).answered_at;
  story.pass(Seconds{5});
  story.must(pbx().does(event::OutboundLeg{call, "agent", "answered", ""}));
  story.must(pbx().does(event::OutboundLeg{call, "customer", "answered", ""}));
  EXPECT_EQ(story.call(call).state, InteractionState::talking);
  EXPECT_EQ(story.call(call).answered_at, answered_at);
}

TEST_F(DecideOnce, a_leg_of_an_outbound_call_says_nothing_about_an_inbound_one) {
  const InteractionId call = story.call_arrives("+8613900000001");
  story.is_offered(call, agent(1));
  EXPECT_EQ(story.refused(pbx().does(event::OutboundLeg{call, "customer", "ended", ""})),
            "not_found");
  EXPECT_EQ(story.call(call).state, InteractionState::offered);
}

TEST_F(DecideOnce, an_observed_answer_that_comes_late_changes_nothing) {
  story.must(observed("c1", "new_call", "+8613900000001"));
  story.must(observed("c1", "answer", ""));
  story.pass(Seconds{20});
  story.must(observed("c1", "hold", ""));
  const Interaction before = observed_call("c1");
  event::CallObserved again{};
  again.pbx = "cti";
  again.call = "c1";
  again.what = "answer";
  again.extension = "1001";
  story.must(Speaker({}, "cti").once("another key").does(again));
  EXPECT_EQ(observed_call("c1"), before);
}

TEST_F(DecideOnce, an_observed_hang_up_before_its_answer_leaves_no_callback) {
  story.must(observed("c1", "new_call", "+8613900000001"));
  story.must(observed("c1", "hangup", ""));
  story.must(observed("c1", "answer", ""));
  const Interaction call = observed_call("c1");
  EXPECT_EQ(call.outcome, "handled");
  EXPECT_EQ(call.agent, agent(1));
  for (const auto& promise : story.callbacks_of(call.customer))
    EXPECT_EQ(promise.state, CallbackState::cancelled);
}

TEST_F(DecideOnce, an_observed_answer_cancels_the_callback_of_a_caller_who_gave_up) {
  story.hangs_up(story.call_arrives("+8613900000001"));
  story.must(observed("c2", "new_call", "+8613900000001"));
  story.must(observed("c2", "answer", ""));
  const auto promises = story.callbacks_of(observed_call("c2").customer);
  ASSERT_EQ(promises.size(), 1u);
  EXPECT_EQ(promises.at(0).state, CallbackState::cancelled);
}

TEST_F(DecideOnce, a_withheld_number_that_waited_in_vain_is_no_callback) {
  const InteractionId call = story.call_arrives("");
  story.must(router().does(event::WaitExhausted{call}));
  EXPECT_EQ(story.call(call).outcome, "abandoned");
  EXPECT_FALSE(story.call(call).callback);
}

TEST_F(DecideOnce, a_pause_ends_with_the_resolution) {
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  story.must(by(agent(1)).does(
      event::ClocksPaused{id, "customer_sends_photos", story.now() + hours{24 * 7}}));
  story.resolves(id, agent(1));
  story.must(by(agent(1)).does(event::CaseReopened{id, "又坏了"}));
  const SlaClock clock = story.live_clock(id, ClockKind::resolution);
  EXPECT_EQ(clock.state, ClockState::running);
  EXPECT_TRUE(clock.due_at);
}

TEST_F(DecideOnce, a_dispatched_case_is_dispatched_after_a_pause) {
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  ASSERT_EQ(story.facts(id).state, CaseState::dispatched);
  story.must(
      by(agent(1)).does(event::ClocksPaused{id, "customer_sends_photos", story.now() + hours{1}}));
  ASSERT_EQ(story.facts(id).state, CaseState::waiting_for_customer);
  story.must(by(agent(1)).does(event::ClocksResumed{id, false}));
  EXPECT_EQ(story.facts(id).state, CaseState::dispatched);
}

TEST_F(DecideOnce, the_supervisor_returns_what_the_department_no_longer_may) {
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  const DispatchId dispatch = story.newest_dispatch(id).id;
  story.pass(hours{5});
  EXPECT_EQ(story.refused(by(kRepairLiaison).does(event::DispatchReturned{dispatch, "x", {}})),
            "too_late_to_return");
  EXPECT_EQ(story.refused(by(kSupervisor).does(event::DispatchReturned{dispatch, "x", {}})), "");
}

TEST_F(DecideOnce, attempts_of_an_earlier_cycle_do_not_excuse_this_one) {
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  const CallbackId first = story.open_callback(id).id;
  story.must(
      by(agent(1)).does(event::CallbackAttempted{first, AttemptOutcome::wrong_number, "", {}, {}}));
  ASSERT_EQ(story.refused(by(kSupervisor).does(event::CaseResolved{id, "联系不上"})), "");
  story.pass(hours{1});
  story.must(by(agent(1)).does(event::CaseReopened{id, "客户来电"}));
  EXPECT_EQ(story.refused(by(kSupervisor).does(event::CaseResolved{id, "联系不上"})), "not_told");
}

TEST_F(DecideOnce, a_department_that_does_not_call_is_asked_for_its_answer) {
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  const auto last_mail = [this] { return store.rows().effects().back().payload; };
  const auto sent = [&](CallbackCaller caller) {
    CallbackWish wish;
    wish.caller = caller;
    story.must(by(agent(1)).does(event::Dispatched{id, kRepair, "请看", wish}));
  };
  sent(CallbackCaller::owner);
  EXPECT_NE(last_mail().find("\"dispatch_to_answer\""), std::string::npos) << last_mail();
  sent(CallbackCaller::department);
  EXPECT_NE(last_mail().find("\"dispatch_arrived\""), std::string::npos) << last_mail();
}

}  // namespace
}  // namespace firsthand::test
