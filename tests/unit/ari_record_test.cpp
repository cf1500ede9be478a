// SPDX-License-Identifier: Apache-2.0
// Recording a call's bridge: begun when the two are joined, paused, found again, stopped. What
// Asterisk answers was seen on version 22.10.
#include "tests/unit/ari_stage.hpp"

namespace firsthand::telephony {
namespace {

class AriRecord : public AriStage {
 protected:
  void SetUp() override {
    arrive();
    order(Offer{"x1", "c1", "o-1", "1001"});
    answer("o-1");
  }
  void join() {
    order(Connect{"x2", "c1", "o-1", "b-1"});
    reply("POST", "/bridges?type=mixing", 200);
    reply("POST", "/bridges/b-1/addChannel", 204);
  }
  static Record record(const char* id, RecordWant want) { return {id, "c1", "r-1-2-3", want}; }
};

TEST_F(AriRecord, BeginsWhenTheTwoAreJoined) {
  order(record("k1", RecordWant::run));
  EXPECT_FALSE(asked("POST", "/bridges/b-1/record"));
  join();
  EXPECT_EQ(times_asked("POST", "/bridges/b-1/record?name=r-1-2-3&format=wav&ifExists=fail"), 1);
  EXPECT_TRUE(statuses("k1").empty());
  reply("POST", "/bridges/b-1/record", 201);
  EXPECT_EQ(statuses("k1").at(0), CommandStatus::done);
}

TEST_F(AriRecord, IsPausedAndResumed) {
  join();
  order(record("k1", RecordWant::run));
  reply("POST", "/bridges/b-1/record", 201);
  order(record("k2", RecordWant::pause));
  reply("POST", "/recordings/live/r-1-2-3/pause", 204);
  order(record("k3", RecordWant::run));
  reply("DELETE", "/recordings/live/r-1-2-3/pause", 204);
  EXPECT_EQ(statuses("k2").at(0), CommandStatus::done);
  EXPECT_EQ(statuses("k3").at(0), CommandStatus::done);
}

TEST_F(AriRecord, WhatAnEngineBeforeUsBeganGoesOn) {
  join();
  order(record("again", RecordWant::pause));
  reply("POST", "/bridges/b-1/record", 409);
  reply("POST", "/recordings/live/r-1-2-3/pause", 204);
  EXPECT_EQ(statuses("again").at(0), CommandStatus::done);
}

TEST_F(AriRecord, WhatHasEndedIsNotBegunAgain) {
  join();
  order(record("again", RecordWant::run));
  reply("POST", "/bridges/b-1/record", 409);
  reply("DELETE", "/recordings/live/r-1-2-3/pause", 404);
  EXPECT_EQ(statuses("again").at(0), CommandStatus::refused);
  EXPECT_EQ(result("again").reason, "over");
}

TEST_F(AriRecord, IsStoppedAlsoWithoutItsCall) {
  order(Record{"k9", "gone", "r-7-8-9", RecordWant::stop});
  reply("POST", "/recordings/live/r-7-8-9/stop", 404);
  EXPECT_EQ(statuses("k9").at(0), CommandStatus::gone);
  order(Record{"k10", "gone", "r-7-8-9", RecordWant::run});
  EXPECT_EQ(statuses("k10").at(0), CommandStatus::gone);
}

TEST_F(AriRecord, ARefusalIsToldAndNoAnswerIsTriedAgain) {
  join();
  order(record("k1", RecordWant::run));
  reply("POST", "/bridges/b-1/record", 0);
  EXPECT_EQ(statuses("k1").at(0), CommandStatus::unknown);
  order(record("k1", RecordWant::run));
  reply("POST", "/bridges/b-1/record", 422);
  EXPECT_EQ(statuses("k1").at(1), CommandStatus::refused);
}

TEST_F(AriRecord, ItsEndIsTold) {
  join();
  order(record("k1", RecordWant::run));
  reply("POST", "/bridges/b-1/record", 201);
  AriEvent over = event(AriKind::recording_failed, "");
  over.text = "r-1-2-3";
  tell(over);
  over.text = "of-somebody-else";
  tell(over);
  ASSERT_EQ(told<RecordingEnded>().size(), 1U);
  EXPECT_EQ(told<RecordingEnded>()[0].reason, "failed");
}

TEST_F(AriRecord, ACallThatEndsLeavesNoCommandWaiting) {
  order(record("k1", RecordWant::run));
  AriEvent gone = event(AriKind::channel_destroyed, "c1");
  gone.cause = 16;
  tell(gone);
  EXPECT_EQ(statuses("k1").at(0), CommandStatus::gone);
}

TEST_F(AriRecord, OnlyPlainNames) {
  order(Record{"k1", "c1", "../secret", RecordWant::run});
  EXPECT_EQ(statuses("k1").at(0), CommandStatus::refused);
}

}  // namespace
}  // namespace firsthand::telephony
