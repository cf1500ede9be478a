// SPDX-License-Identifier: Apache-2.0
// Who hears whom while a call is transferred, consulted on, or listened to.
#include "tests/unit/ari_stage.hpp"

namespace firsthand::telephony {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class AriTransferTest : public AriStage {
 protected:
  void arrange(bool customer, std::vector<std::string> talking,
               std::vector<std::string> waiting = {}, std::vector<std::string> dropped = {}) {
    Arrange who{"a" + std::to_string(++arranged), "c1", "b-1"};
    who.customer_talks = customer;
    who.talking = std::move(talking);
    who.waiting = std::move(waiting);
    who.dropped = std::move(dropped);
    open.clear();
    order(who);
  }
  CommandResult newest() const { return result("a" + std::to_string(arranged)); }
  void ring(const std::string& leg) {
    order(Offer{"ring" + leg, "c1", leg, "1002"});
    reply("POST", "/channels?", 200);
  }
  // The customer hears music, o-1 and o-2 talk.
  void consulting() {
    connected();
    arrange(false, {"o-1"});
    ring("o-2");
    answer("o-2");
    arrange(false, {"o-1", "o-2"});
    reply("POST", "/bridges/b-1/addChannel", 204);
  }
  int arranged = 0;
};

TEST_F(AriTransferTest, WhileAColleagueIsRungTheCustomerHearsMusicAndTheAgentRinging) {
  connected();
  arrange(false, {"o-1"});
  EXPECT_TRUE(asked("POST", "/bridges/b-1/removeChannel?channel=c1"));
  EXPECT_TRUE(asked("POST", "/bridges/b-1/removeChannel?channel=o-1"));
  EXPECT_TRUE(asked("POST", "/channels/c1/moh"));
  EXPECT_TRUE(asked("POST", "/channels/o-1/ring"));
  EXPECT_TRUE(asked("POST", "/channels/c1/variable?variable=TIMEOUT%28absolute%29&value=30"));
  EXPECT_EQ(newest().status, CommandStatus::done);
  ring("o-2");
  answer("o-2");
  arrange(false, {"o-1", "o-2"});
  EXPECT_TRUE(asked("DELETE", "/channels/o-1/ring"));
  reply("POST", "/bridges/b-1/addChannel?channel=o-1%2Co-2", 204);
  EXPECT_EQ(newest().status, CommandStatus::done);
  EXPECT_FALSE(asked("POST", "/channels/c1/moh")) << "he hears it already";
}

TEST_F(AriTransferTest, TheyTakeTurnsAndTalkTogether) {
  consulting();
  arrange(true, {"o-1"}, {"o-2"});
  EXPECT_TRUE(asked("POST", "/bridges/b-1/removeChannel?channel=o-2"));
  EXPECT_TRUE(asked("POST", "/channels/o-2/moh"));
  EXPECT_TRUE(asked("DELETE", "/channels/c1/moh"));
  reply("POST", "/bridges/b-1/addChannel?channel=c1", 204);
  EXPECT_EQ(told<Connected>().back().leg_id, "o-1");
  arrange(true, {"o-1", "o-2"});
  EXPECT_TRUE(asked("DELETE", "/channels/o-2/moh"));
  reply("POST", "/bridges/b-1/addChannel?channel=o-2", 204);
  EXPECT_EQ(newest().status, CommandStatus::done);
  arrange(true, {"o-2"}, {}, {"o-1"});
  EXPECT_TRUE(asked("DELETE", "/channels/o-1"));
  EXPECT_EQ(newest().status, CommandStatus::done);
  hang_up("o-1");
  EXPECT_TRUE(told<CallEnded>().empty()) << "he is the colleague's now";
  hang_up("c1");
  hang_up("o-2");
  EXPECT_EQ(state.live_calls() + state.live_legs(), 0U);
}

TEST_F(AriTransferTest, AnAgentWhoHangsUpDuringItDoesNotTakeTheCustomerAlong) {
  consulting();
  hang_up("o-1");
  EXPECT_TRUE(told<CallEnded>().empty());
  arrange(true, {"o-2"}, {}, {"o-1"});
  reply("POST", "/bridges/b-1/addChannel?channel=c1", 204);
  EXPECT_EQ(told<Connected>().back().leg_id, "o-2");
}

TEST_F(AriTransferTest, AnAgentWhoHangsUpWhileTheColleagueWaitsApartLeavesMusic) {
  consulting();
  arrange(true, {"o-1"}, {"o-2"});
  reply("POST", "/bridges/b-1/addChannel", 204);
  open.clear();
  hang_up("o-1");
  EXPECT_TRUE(told<CallEnded>().empty());
  EXPECT_FALSE(asked("DELETE", "/channels/c1"));
  EXPECT_TRUE(asked("POST", "/channels/c1/moh"));
}

TEST_F(AriTransferTest, WhoHasGoneIsNotJoinedAndTheCustomerWaits) {
  consulting();
  hang_up("o-2");
  arrange(true, {"o-2"}, {}, {"o-1"});
  EXPECT_EQ(newest().status, CommandStatus::gone);
  EXPECT_EQ(newest().reason, "leg o-2");
  EXPECT_TRUE(asked("DELETE", "/channels/o-1"));
  hang_up("o-1");
  EXPECT_TRUE(told<CallEnded>().empty());
  tick(seconds{11});
  EXPECT_TRUE(asked("POST", "/channels/c1/variable")) << "his lease is renewed";
  // The same when Asterisk notices it first.
  ring("o-3");
  answer("o-3");
  arrange(true, {"o-3"});
  reply("POST", "/bridges/b-1/addChannel", 400, R"({"message":"Channel not found"})");
  EXPECT_EQ(newest().reason, "leg o-3");
}

TEST_F(AriTransferTest, ACustomerWhoHangsUpFreesBoth) {
  consulting();
  open.clear();
  hang_up("c1");
  EXPECT_EQ(told<CallEnded>().size(), 1U);
  EXPECT_TRUE(asked("DELETE", "/channels/o-1"));
  EXPECT_TRUE(asked("DELETE", "/channels/o-2"));
  EXPECT_TRUE(asked("DELETE", "/bridges/b-1"));
  arrange(true, {"o-1"}, {}, {"o-2"});
  EXPECT_EQ(newest().status, CommandStatus::gone);
}

TEST_F(AriTransferTest, HandedOverAtOnceHeWaitsAndIsConnectedToTheNext) {
  connected();
  arrange(false, {}, {}, {"o-1"});
  EXPECT_TRUE(asked("DELETE", "/channels/o-1"));
  hang_up("o-1");
  EXPECT_TRUE(told<CallEnded>().empty());
  ring("o-2");
  answer("o-2");
  order(Connect{"x9", "c1", "o-2", "b-1"});
  reply("POST", "/bridges?", 409);
  reply("POST", "/bridges/b-1/addChannel?channel=c1%2Co-2", 204);
  EXPECT_EQ(told<Connected>().back().leg_id, "o-2");
  hang_up("o-2");
  EXPECT_TRUE(asked("DELETE", "/channels/c1")) << "an agent's hang-up ends the call as ever";
}

TEST_F(AriTransferTest, TellsThePhoneHowItsOwnTransferWent) {
  connected();
  order(TellTransfer{"t1", "o-1", true});
  reply("POST", "/channels/o-1/transfer_progress?states=channel_answered", 204);
  EXPECT_EQ(result("t1").status, CommandStatus::done);
  // To a call of the telephone's own there is no number to go by.
  tell(event(AriKind::channel_transfer, "o-1"));
  EXPECT_TRUE(asked("POST", "/channels/o-1/transfer_progress?states=channel_declined"));
  EXPECT_TRUE(told<TransferRequested>().empty());
}

TEST_F(AriTransferTest, AsksForReportsWhereAsteriskCanReport) {
  const std::vector<std::pair<const char*, bool>> rows = {{"22.10.1~dfsg+~cs6.15.60671435-1", true},
                                                          {"22.3.0", true},
                                                          {"23.0", true},
                                                          {"22.2.9", false},
                                                          {"20.13.0", false},
                                                          {"16.28.0", false},
                                                          {"", false},
                                                          {"GIT-master", false}};
  for (const auto& [version, wanted] : rows)
    EXPECT_EQ(reports_phone_transfers(version), wanted) << version;
  AriSnapshot seen;
  seen.version = "22.10.1";
  look(seen);
  arrive();
  order(Offer{"x1", "c1", "o-1", "1001"});
  EXPECT_NE(open.back().body.find("ari-only"), std::string::npos);
}

TEST_F(AriTransferTest, ASupervisorHearsTheAgentAndNothingIsLeft) {
  connected();
  order(Listen{"l1", "c1", "l-1-5", "o-1", "1021"});
  reply("POST", "/channels?", 200);
  EXPECT_FALSE(asked("POST", "/channels/o-1/snoop")) << "not before he has answered";
  answer("l-1-5");
  EXPECT_TRUE(asked("POST", "/channels/o-1/snoop/l-1-5-s1?spy=both&whisper=none"));
  AriEvent spy = event(AriKind::stasis_start, "l-1-5-s1");
  spy.args = {"snoop", "l-1-5"};
  tell(spy);
  EXPECT_TRUE(asked("POST", "/bridges/l-1-5/addChannel?channel=l-1-5-s1%2Cl-1-5"));
  order(Listen{"l2", "c1", "l-1-5", "o-1", "1021", true});
  EXPECT_TRUE(asked("DELETE", "/channels/l-1-5-s1"));
  EXPECT_TRUE(asked("POST", "/channels/o-1/snoop/l-1-5-s2?spy=both&whisper=out"));
  tell(event(AriKind::stasis_end, "l-1-5-s1"));
  EXPECT_FALSE(asked("DELETE", "/channels/l-1-5?")) << "the old channel's end means nothing";
  open.clear();
  hang_up("c1");
  EXPECT_TRUE(asked("DELETE", "/channels/l-1-5"));
  hang_up("l-1-5");
  EXPECT_TRUE(asked("DELETE", "/channels/l-1-5-s2"));
  EXPECT_TRUE(asked("DELETE", "/bridges/l-1-5"));
  EXPECT_EQ(told<LegEnded>().back().leg_id, "l-1-5");
}

TEST_F(AriTransferTest, WhoListensIsLetGoWithTheAgent) {
  connected();
  order(Listen{"l1", "c1", "l-1-5", "o-1", "1021"});
  answer("l-1-5");
  open.clear();
  tell(event(AriKind::stasis_end, "l-1-5-s1"));
  EXPECT_TRUE(asked("DELETE", "/channels/l-1-5"));
}

}  // namespace
}  // namespace firsthand::telephony
