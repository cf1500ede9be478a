// SPDX-License-Identifier: Apache-2.0
// Rules of the call state that no recording shows, each as a small story.
#include "tests/unit/ari_stage.hpp"

namespace firsthand::telephony {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

using AriCallStateTest = AriStage;

TEST_F(AriCallStateTest, WatchesEveryArrivedChannel) {
  arrive();
  EXPECT_TRUE(asked("POST", "/applications/engine/subscription?eventSource=channel%3Ac1"));
  ASSERT_EQ(told<CallArrived>().size(), 1U);
  EXPECT_EQ(told<CallArrived>()[0].number.number, "+8613800138000");
  EXPECT_EQ(told<CallArrived>()[0].at, kStart);
}

TEST_F(AriCallStateTest, AHiddenNumberIsWithheld) {
  AriEvent one = event(AriKind::stasis_start, "c1");
  one.args = {"in", "7000"};
  one.channel.caller_number.clear();
  tell(one);
  EXPECT_EQ(told<CallArrived>()[0].number.kind, PhoneKind::withheld);
}

TEST_F(AriCallStateTest, RenewsTheLeaseWhileHeWaitsAndNotWhileTheyTalk) {
  arrive();
  tick(seconds{9});
  EXPECT_FALSE(asked("POST", "/channels/c1/variable"));
  tick(seconds{2});
  EXPECT_TRUE(asked("POST", "/channels/c1/variable?variable=TIMEOUT%28absolute%29&value=30"));
  reply("POST", "/channels/c1/variable", 204);
  order(Offer{"x1", "c1", "o-1", "1001", 300});
  answer("o-1");
  order(Connect{"x2", "c1", "o-1", "b-1"});
  EXPECT_TRUE(asked("POST", "/channels/c1/variable?variable=TIMEOUT%28absolute%29&value=14400"));
  reply("POST", "/channels/c1/variable", 204);
  reply("POST", "/bridges?", 200);
  reply("POST", "/bridges/b-1/addChannel", 204);
  tick(seconds{60});
  EXPECT_FALSE(asked("POST", "/channels/c1/variable"));
}

TEST_F(AriCallStateTest, ALegsLifeIsLimitedFromTheStart) {
  arrive();
  order(Offer{"x1", "c1", "o-1", "1001"});
  const auto request = std::find_if(open.begin(), open.end(), [](const AriRequest& one) {
    return one.target.starts_with("/channels?");
  });
  ASSERT_NE(request, open.end());
  EXPECT_EQ(request->body, R"j({"variables":{"TIMEOUT(absolute)":"14400"}})j");
  EXPECT_NE(request->target.find("appArgs=agent%2Cc1%2Co-1"), std::string::npos);
}

TEST_F(AriCallStateTest, NothingUnsafeReachesADialString) {
  arrive();
  for (const char* bad : {"1001&PJSIP/1002", "1001@trunk", "a/b", "", "1 2", "\xe5\xbc\xa0"}) {
    order(Offer{"x", "c1", "o-9", bad});
    order(CallBack{"y", "cb-a", "cb-c", bad, parse_phone("13800138000"), "cb-1"});
  }
  order(CallBack{"y", "cb-a", "cb-c", "1001", {"138@evil", "", PhoneKind::e164}, "cb-1"});
  order(CallBack{"y", "cb-a", "cb-c", "1001", parse_phone("anonymous"), "cb-1"});
  order(ReleaseToDialplan{"z", "c1", "a b", "s"});
  order(ReleaseToDialplan{"z", "c1", "fallback", "s,1"});
  EXPECT_FALSE(asked("POST", "/channels?"));
  EXPECT_FALSE(asked("POST", "/channels/c1/continue"));
  for (const CommandResult& one : results) EXPECT_EQ(one.status, CommandStatus::refused);
  EXPECT_EQ(results.size(), 16U);
}

TEST_F(AriCallStateTest, ARepeatedOfferRingsOnce) {
  arrive();
  order(Offer{"x1", "c1", "o-1", "1001"});
  reply("POST", "/channels?", 200);
  order(Offer{"x2", "c1", "o-1", "1001"});
  EXPECT_FALSE(asked("POST", "/channels?"));
  EXPECT_EQ(result("x1").status, CommandStatus::done);
  EXPECT_EQ(result("x2").status, CommandStatus::already_done);
}

TEST_F(AriCallStateTest, AWithdrawnLegThatIsAnsweredIsNotAnswered) {
  arrive();
  order(Offer{"x1", "c1", "o-1", "1001"});
  order(Withdraw{"x2", "o-1"});
  answer("o-1");
  reply("DELETE", "/channels/o-1", 204);
  AriEvent end = event(AriKind::channel_destroyed, "o-1");
  end.cause = 16;
  tell(end);
  EXPECT_TRUE(told<LegAnswered>().empty());
  ASSERT_EQ(told<LegFailed>().size(), 1U);
  EXPECT_EQ(told<LegFailed>()[0].reason, EndReason::withdrawn);
  // Answered again, from an old life: hung up, and nothing is told.
  answer("o-1");
  EXPECT_TRUE(asked("DELETE", "/channels/o-1"));
  EXPECT_TRUE(told<LegAnswered>().empty());
}

TEST_F(AriCallStateTest, ALostReplyLeavesTheOfferToItsTime) {
  arrive();
  order(Offer{"x1", "c1", "o-1", "1001", 10});
  reply("POST", "/channels?", 0);
  EXPECT_EQ(result("x1").status, CommandStatus::unknown);
  EXPECT_TRUE(told<LegFailed>().empty());
  tick(seconds{16});
  reply("DELETE", "/channels/o-1", 404);
  ASSERT_EQ(told<LegFailed>().size(), 1U);
  EXPECT_EQ(told<LegFailed>()[0].reason, EndReason::timed_out);
}

TEST_F(AriCallStateTest, AConnectThatFindsTheCustomerGoneFreesTheAgent) {
  arrive();
  order(Offer{"x1", "c1", "o-1", "1001"});
  answer("o-1");
  order(Connect{"x2", "c1", "o-1", "b-1"});
  reply("POST", "/bridges?", 409);
  reply("POST", "/bridges/b-1/addChannel?channel=c1%2Co-1", 400);
  reply("GET", "/channels/c1", 404);
  EXPECT_EQ(result("x2").status, CommandStatus::gone);
  ASSERT_EQ(told<CallEnded>().size(), 1U);
  reply("DELETE", "/channels/o-1", 404);
  ASSERT_EQ(told<LegEnded>().size(), 1U);
  EXPECT_EQ(told<LegEnded>()[0].reason, EndReason::caller_gone);
  hang_up("c1");
  EXPECT_EQ(told<CallEnded>().size(), 1U);
}

TEST_F(AriCallStateTest, AConnectThatFindsTheAgentGoneKeepsTheCustomerWaiting) {
  arrive();
  order(Offer{"x1", "c1", "o-1", "1001"});
  answer("o-1");
  order(Connect{"x2", "c1", "o-1", "b-1"});
  reply("POST", "/bridges?", 200);
  reply("POST", "/bridges/b-1/addChannel", 400);
  reply("GET", "/channels/c1", 200);
  EXPECT_EQ(result("x2").status, CommandStatus::gone);
  EXPECT_EQ(result("x2").reason, "leg");
  EXPECT_TRUE(told<CallEnded>().empty());
  EXPECT_TRUE(asked("POST", "/channels/c1/moh"));
  EXPECT_TRUE(asked("POST", "/channels/c1/variable?variable=TIMEOUT%28absolute%29&value=30"));
  reply("DELETE", "/channels/o-1", 404);
  EXPECT_EQ(told<LegEnded>().size(), 1U);
  order(Offer{"x3", "c1", "o-2", "1002"});
  EXPECT_TRUE(asked("POST", "/channels?endpoint=PJSIP%2F1002"));
}

TEST_F(AriCallStateTest, TheAgentsEndEndsTheCallAndTheBridge) {
  connected();
  hang_up("o-1");
  EXPECT_TRUE(asked("DELETE", "/channels/c1"));
  hang_up("c1");
  ASSERT_EQ(told<CallEnded>().size(), 1U);
  EXPECT_EQ(told<CallEnded>()[0].reason, EndReason::agent_hung_up);
  EXPECT_TRUE(asked("DELETE", "/bridges/b-1"));
}

TEST_F(AriCallStateTest, AColleagueTakesOver) {
  connected();
  order(Hold{"h", "c1", "b-1"});
  reply("POST", "/bridges/b-1/removeChannel?channel=c1", 204);
  reply("POST", "/channels/c1/moh", 204);
  order(Offer{"x3", "c1", "o-2", "1002"});
  answer("o-2");
  order(Connect{"x4", "c1", "o-2", "b-2"});
  reply("POST", "/bridges?", 200);
  reply("POST", "/bridges/b-2/addChannel?channel=c1%2Co-2", 204);
  EXPECT_EQ(result("x4").status, CommandStatus::done);
  EXPECT_EQ(told<Unheld>().size(), 1U);
  order(Drop{"x5", "o-1"});
  hang_up("o-1");
  EXPECT_TRUE(told<CallEnded>().empty());
  hang_up("c1");
  EXPECT_EQ(told<CallEnded>()[0].reason, EndReason::caller_hung_up);
  EXPECT_TRUE(asked("DELETE", "/channels/o-2"));
  EXPECT_TRUE(asked("DELETE", "/bridges/b-1"));
  EXPECT_TRUE(asked("DELETE", "/bridges/b-2"));
}

TEST_F(AriCallStateTest, ARestartedPbxLosesItsCalls) {
  look({});
  connected();
  AriSnapshot other;
  other.started_at = "second";
  look(other);
  EXPECT_EQ(told<PbxRestarted>().size(), 1U);
  ASSERT_EQ(told<CallEnded>().size(), 1U);
  EXPECT_EQ(told<CallEnded>()[0].reason, EndReason::pbx_lost);
  ASSERT_EQ(told<LegEnded>().size(), 1U);
  EXPECT_EQ(told<LegEnded>()[0].reason, EndReason::pbx_lost);
  EXPECT_EQ(state.live_calls() + state.live_legs(), 0U);
}

TEST_F(AriCallStateTest, AdoptsWhatAnEarlierEngineLeft) {
  AriSnapshot found;
  found.channels = {channel("c1", "engine,in,7000,13800138000"),
                    channel("o-1", "engine,agent,c1,o-1"),
                    channel("c2", "engine,in,7000,anonymous"),
                    channel("o-3", "engine,agent,c9,o-3"),
                    channel("x", "other,in,7000,1"),
                    channel("loc", "engine")};
  found.bridges = {{"b-1", "mixing", "stasis", {"c1", "o-1"}},
                   {"b-3", "mixing", "stasis", {"o-3"}},
                   {"b-9", "mixing", "stasis", {}}};
  look(found);
  EXPECT_EQ(told<CallArrived>().size(), 2U);
  EXPECT_TRUE(told<CallArrived>()[0].adopted);
  ASSERT_EQ(told<LegAnswered>().size(), 1U);
  EXPECT_TRUE(told<LegAnswered>()[0].adopted);
  ASSERT_EQ(told<Connected>().size(), 1U);
  EXPECT_EQ(told<Connected>()[0].bridge_id, "b-1");
  EXPECT_TRUE(asked("DELETE", "/channels/o-3"));  // its call is over
  EXPECT_TRUE(asked("DELETE", "/channels/loc"));  // a transfer's phantom
  EXPECT_TRUE(asked("DELETE", "/bridges/b-3"));
  EXPECT_TRUE(asked("DELETE", "/bridges/b-9"));
  EXPECT_FALSE(asked("DELETE", "/channels/x"));
  ASSERT_EQ(told<Snapshot>().size(), 1U);
  EXPECT_EQ(told<Snapshot>()[0].channels.size(), 2U);
  EXPECT_EQ(told<LinkUp>()[0].adopted, 2);
  // The one who waits needs his lease; who talks must not be cut off when it has run out.
  EXPECT_TRUE(asked("POST", "/channels/c2/variable"));
  const auto limit = std::find_if(open.rbegin(), open.rend(), [](const AriRequest& one) {
    return one.target.starts_with("/channels/c1/variable");
  });
  ASSERT_NE(limit, open.rend());
  EXPECT_NE(limit->target.find("value=14400"), std::string::npos) << limit->target;
  // The same look again changes nothing.
  const std::size_t before = events.size();
  look(found);
  EXPECT_EQ(events.size(), before + 2);  // Snapshot and LinkUp
}

TEST_F(AriCallStateTest, AdoptsACustomerOnHold) {
  AriSnapshot found;
  found.channels = {channel("c1", "engine,in,7000,13800138000"),
                    channel("o-1", "engine,agent,c1,o-1")};
  found.bridges = {{"b-1", "mixing", "stasis", {"o-1"}}};
  look(found);
  EXPECT_FALSE(asked("DELETE", "/bridges/b-1"));
  order(Unhold{"unhold", "c1", "b-1"});
  EXPECT_TRUE(asked("POST", "/bridges/b-1/addChannel?channel=c1"));
  hang_up("c1");
  EXPECT_TRUE(asked("DELETE", "/channels/o-1"));
  EXPECT_TRUE(asked("DELETE", "/bridges/b-1"));
}

TEST_F(AriCallStateTest, TakesOverFromADeadEngine) {
  AriSnapshot found;
  found.channels = {channel("c1", "engine-b,in,7000,13800138000"),
                    channel("c2", "engine-c,in,7000,13800138000")};
  found.abandoned_apps = {"engine-b"};
  look(found);
  EXPECT_TRUE(asked("POST", "/channels/c1/move?app=engine&appArgs=in%2C7000%2C13800138000"));
  EXPECT_FALSE(asked("POST", "/channels/c2/move"));
}

TEST_F(AriCallStateTest, AQuietLookDoubtsBeforeItEnds) {
  look({});
  arrive();
  now += seconds{1};
  AriSnapshot empty;
  empty.quiet = true;
  look(empty);
  EXPECT_TRUE(told<CallEnded>().empty());
  tick(seconds{1});
  EXPECT_TRUE(told<CallEnded>().empty());
  tick(seconds{3});
  ASSERT_EQ(told<CallEnded>().size(), 1U);
  EXPECT_EQ(told<CallEnded>()[0].reason, EndReason::engine_gap);
  EXPECT_EQ(differences, 1);
}

TEST_F(AriCallStateTest, WhoWasGivenBackToTheDialplanUnheardIsNotOursAnyMore) {
  for (const bool quiet : {false, true}) {
    events.clear();
    const std::string id = quiet ? "c2" : "c1";
    arrive(id);
    now += seconds{1};
    AriSnapshot later;
    later.quiet = quiet;
    AriChannel queued = channel(id);
    queued.app_name = "Queue";
    queued.app_data = {"fallback"};
    later.channels = {queued};
    look(later);
    ASSERT_EQ(told<CallEnded>().size(), 1U);
    EXPECT_EQ(told<CallEnded>()[0].channel_id, id);
    EXPECT_EQ(told<CallEnded>()[0].reason, EndReason::lease_lost);
    order(Offer{"x" + id, id, "o-" + id, "1001"});
    EXPECT_EQ(result("x" + id).status, CommandStatus::gone);
  }
}

TEST_F(AriCallStateTest, AQuietLookIsToldWithoutALink) {
  look({});
  connected();
  AriSnapshot quiet;
  quiet.quiet = true;
  quiet.channels = {channel("c1", "engine,in,7000,13800138000"),
                    channel("o-1", "engine,agent,c1,o-1")};
  quiet.bridges = {{"b-1", "mixing", "stasis", {"c1", "o-1"}}};
  const std::size_t before = events.size();
  look(quiet);
  ASSERT_EQ(events.size(), before + 1);
  ASSERT_EQ(told<Snapshot>().size(), 2U);
  EXPECT_FALSE(told<Snapshot>()[0].quiet);
  const Snapshot talking = told<Snapshot>()[1];
  EXPECT_TRUE(talking.quiet);
  ASSERT_EQ(talking.channels.size(), 1U);
  EXPECT_EQ(talking.channels[0].channel_id, "c1");
  EXPECT_TRUE(talking.channels[0].connected);
  EXPECT_FALSE(talking.channels[0].ending);
  ASSERT_EQ(talking.legs.size(), 1U);
  EXPECT_EQ(talking.legs[0].leg_id, "o-1");
  EXPECT_EQ(differences, 0) << "what is told is not a difference";
}

TEST_F(AriCallStateTest, ACustomerWhoseAgentHasJustHungUpIsSaidToBeEnding) {
  look({});
  connected();
  hang_up("o-1");
  AriSnapshot quiet;
  quiet.quiet = true;
  quiet.channels = {channel("c1", "engine,in,7000,13800138000")};
  look(quiet);
  const Snapshot seen = told<Snapshot>().back();
  ASSERT_EQ(seen.channels.size(), 1U);
  EXPECT_TRUE(seen.channels[0].ending);
  EXPECT_TRUE(seen.legs.empty());
  EXPECT_TRUE(told<CallEnded>().empty());
}

TEST_F(AriCallStateTest, WhatHasBeenAskedForStandsThereBeforeThePbxSaysSo) {
  look({});
  arrive();
  order(Offer{"x1", "c1", "o-1", "1001"});
  order(CallBack{"x", "cb-2-a1", "cb-2-c1", "1001", parse_phone("13800138000"), "cb-2"});
  const Snapshot now_there = state.standing();
  ASSERT_EQ(now_there.channels.size(), 1U);
  EXPECT_EQ(now_there.channels[0].channel_id, "c1");
  ASSERT_EQ(now_there.legs.size(), 2U);
  EXPECT_EQ(now_there.legs[0].leg_id, "cb-2-a1");
  EXPECT_EQ(now_there.legs[1].leg_id, "o-1");
}

TEST_F(AriCallStateTest, ACallThatCameDuringTheLookIsNotMissing) {
  AriSnapshot before_it_came;
  before_it_came.requested_at = now;
  now += seconds{1};
  arrive();
  look(before_it_came);
  EXPECT_TRUE(told<CallEnded>().empty());
  now += seconds{1};
  look({});
  EXPECT_EQ(told<CallEnded>().size(), 1U);
}

TEST_F(AriCallStateTest, WhomAnEarlierEngineHasAnsweredHearsMusicAllTheSame) {
  AriSnapshot found;
  found.channels = {channel("c1", "engine,in,7000,13800138000"),
                    channel("c2", "engine,in,7000,13800138001"),
                    channel("o-2", "engine,agent,c2,o-2")};
  found.bridges = {{"b-2", "mixing", "stasis", {"c2", "o-2"}}};
  look(found);
  order(Accept{"x", "c1"});
  EXPECT_TRUE(asked("POST", "/channels/c1/moh"));
  reply("POST", "/channels/c1/moh", 0);  // nobody knows whether it plays
  EXPECT_EQ(result("x").status, CommandStatus::unknown);
  order(Accept{"again", "c1"});
  EXPECT_TRUE(asked("POST", "/channels/c1/moh"));
  order(Accept{"y", "c2"});  // he talks with somebody
  EXPECT_FALSE(asked("POST", "/channels/c2/moh"));
  EXPECT_EQ(result("y").status, CommandStatus::already_done);
}

TEST_F(AriCallStateTest, ACallbackWhoseAgentDoesNotAnswerNeverRingsTheCustomer) {
  order(CallBack{"x", "cb-1-a1", "cb-1-c1", "1001", parse_phone("13800138000"), "cb-1"});
  reply("POST", "/channels?endpoint=PJSIP%2F1001&app=engine&appArgs=cb-agent", 200);
  EXPECT_EQ(result("x").status, CommandStatus::done);
  AriEvent end = event(AriKind::channel_destroyed, "cb-1-a1");
  end.cause = 19;
  tell(end);
  ASSERT_EQ(told<LegFailed>().size(), 1U);
  EXPECT_EQ(told<LegFailed>()[0].reason, EndReason::no_answer);
  EXPECT_FALSE(asked("POST", "/channels?"));
  EXPECT_EQ(state.live_calls(), 0U);
  order(CallBack{"y", "cb-1-a1", "cb-1-c1", "1001", parse_phone("13800138000"), "cb-1"});
  EXPECT_EQ(result("y").status, CommandStatus::already_done);
}

TEST_F(AriCallStateTest, MapsCauses) {
  const std::vector<std::pair<int, EndReason>> rows = {
      {0, EndReason::no_answer},    {1, EndReason::bad_number},  {16, EndReason::failed},
      {17, EndReason::busy},        {18, EndReason::no_answer},  {19, EndReason::no_answer},
      {20, EndReason::unreachable}, {21, EndReason::declined},   {27, EndReason::unreachable},
      {28, EndReason::bad_number},  {34, EndReason::congestion}, {38, EndReason::congestion},
      {41, EndReason::congestion},  {42, EndReason::congestion}, {127, EndReason::failed}};
  for (const auto& [cause, reason] : rows) EXPECT_EQ(reason_of_cause(cause), reason) << cause;
}

TEST_F(AriCallStateTest, ForgetsOldEndsWithinItsLimit) {
  AriStateOptions small;
  small.remembered_max = 10;
  AriCallState tiny(small);
  for (int i = 0; i < 1000; ++i) {
    AriEvent one = event(AriKind::stasis_start, "c" + std::to_string(i));
    one.args = {"in"};
    tiny.on_event(one, now);
    tiny.on_event(event(AriKind::stasis_end, "c" + std::to_string(i)), now);
  }
  EXPECT_EQ(tiny.live_calls(), 0U);
  EXPECT_EQ(tiny.pending_requests(), 0U);
}

}  // namespace
}  // namespace firsthand::telephony
