// SPDX-License-Identifier: Apache-2.0
// Recording a call's bridge: begun when the two are joined, paused, found again, stopped. What
// Asterisk answers was seen on version 22.10.
#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/telephony/ari_call_state.hpp"

namespace firsthand::telephony {
namespace {

using std::chrono::milliseconds;

class AriRecord : public testing::Test {
 protected:
  void SetUp() override {
    AriEvent one = event(AriKind::stasis_start, "c1");
    one.args = {"in", "7000", "13800138000"};
    tell(one);
    order(Offer{"x1", "c1", "o-1", "1001"});
    tell(event(AriKind::stasis_start, "o-1"));
  }
  void join() {
    order(Connect{"x2", "c1", "o-1", "b-1"});
    reply("POST", "/bridges?type=mixing", 200);
    reply("POST", "/bridges/b-1/addChannel", 204);
  }
  AriEvent event(AriKind kind, const std::string& id) {
    AriEvent one;
    one.kind = kind;
    one.at = now += milliseconds{10};
    one.channel.id = id;
    one.channel.state = AriChannelState::up;
    return one;
  }
  void tell(const AriEvent& one) { take(state.on_event(one, now)); }
  void order(PbxCommand command) { take(state.on_command(command, now)); }
  void reply(const std::string& method, const std::string& target, int status) {
    const auto found = std::find_if(open.begin(), open.end(), [&](const AriRequest& one) {
      return one.method == method && one.target.starts_with(target);
    });
    ASSERT_NE(found, open.end()) << method << " " << target << " was not asked for";
    const std::uint64_t id = found->id;
    open.erase(found);
    take(state.on_reply(id, status, "", now));
  }
  int asked(const std::string& method, const std::string& target) const {
    return static_cast<int>(std::count_if(open.begin(), open.end(), [&](const AriRequest& one) {
      return one.method == method && one.target.starts_with(target);
    }));
  }
  std::vector<CommandResult> results_of(const std::string& id) const {
    std::vector<CommandResult> found;
    std::copy_if(results.begin(), results.end(), std::back_inserter(found),
                 [&](const CommandResult& one) { return one.command_id == id; });
    return found;
  }
  void take(AriCallState::Output out) {
    open.insert(open.end(), out.requests.begin(), out.requests.end());
    results.insert(results.end(), out.results.begin(), out.results.end());
    for (const PbxEvent& one : out.events) {
      if (const auto* over = std::get_if<RecordingEnded>(&one)) ended.push_back(*over);
    }
  }
  static Record record(const char* id, RecordWant want) { return {id, "c1", "r-1-2-3", want}; }

  Instant now{milliseconds{1'795'000'000'000}};
  AriCallState state{AriStateOptions{}};
  std::vector<AriRequest> open;
  std::vector<CommandResult> results;
  std::vector<RecordingEnded> ended;
};

TEST_F(AriRecord, BeginsWhenTheTwoAreJoined) {
  order(record("k1", RecordWant::run));
  EXPECT_EQ(asked("POST", "/bridges/b-1/record"), 0);
  join();
  EXPECT_EQ(asked("POST", "/bridges/b-1/record?name=r-1-2-3&format=wav&ifExists=fail"), 1);
  EXPECT_TRUE(results_of("k1").empty());
  reply("POST", "/bridges/b-1/record", 201);
  EXPECT_EQ(results_of("k1").at(0).status, CommandStatus::done);
}

TEST_F(AriRecord, IsPausedAndResumed) {
  join();
  order(record("k1", RecordWant::run));
  reply("POST", "/bridges/b-1/record", 201);
  order(record("k2", RecordWant::pause));
  reply("POST", "/recordings/live/r-1-2-3/pause", 204);
  order(record("k3", RecordWant::run));
  reply("DELETE", "/recordings/live/r-1-2-3/pause", 204);
  EXPECT_EQ(results_of("k2").at(0).status, CommandStatus::done);
  EXPECT_EQ(results_of("k3").at(0).status, CommandStatus::done);
}

TEST_F(AriRecord, WhatAnEngineBeforeUsBeganGoesOn) {
  join();
  order(record("again", RecordWant::pause));
  reply("POST", "/bridges/b-1/record", 409);
  reply("POST", "/recordings/live/r-1-2-3/pause", 204);
  EXPECT_EQ(results_of("again").at(0).status, CommandStatus::done);
}

TEST_F(AriRecord, WhatHasEndedIsNotBegunAgain) {
  join();
  order(record("again", RecordWant::run));
  reply("POST", "/bridges/b-1/record", 409);
  reply("DELETE", "/recordings/live/r-1-2-3/pause", 404);
  EXPECT_EQ(results_of("again").at(0).status, CommandStatus::refused);
  EXPECT_EQ(results_of("again").at(0).reason, "over");
}

TEST_F(AriRecord, IsStoppedAlsoWithoutItsCall) {
  order(Record{"k9", "gone", "r-7-8-9", RecordWant::stop});
  reply("POST", "/recordings/live/r-7-8-9/stop", 404);
  EXPECT_EQ(results_of("k9").at(0).status, CommandStatus::gone);
  order(Record{"k10", "gone", "r-7-8-9", RecordWant::run});
  EXPECT_EQ(results_of("k10").at(0).status, CommandStatus::gone);
}

TEST_F(AriRecord, ARefusalIsToldAndNoAnswerIsTriedAgain) {
  join();
  order(record("k1", RecordWant::run));
  reply("POST", "/bridges/b-1/record", 0);
  EXPECT_EQ(results_of("k1").at(0).status, CommandStatus::unknown);
  order(record("k1", RecordWant::run));
  reply("POST", "/bridges/b-1/record", 422);
  EXPECT_EQ(results_of("k1").at(1).status, CommandStatus::refused);
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
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].reason, "failed");
}

TEST_F(AriRecord, ACallThatEndsLeavesNoCommandWaiting) {
  order(record("k1", RecordWant::run));
  AriEvent gone = event(AriKind::channel_destroyed, "c1");
  gone.cause = 16;
  tell(gone);
  EXPECT_EQ(results_of("k1").at(0).status, CommandStatus::gone);
}

TEST_F(AriRecord, OnlyPlainNames) {
  order(Record{"k1", "c1", "../secret", RecordWant::run});
  EXPECT_EQ(results_of("k1").at(0).status, CommandStatus::refused);
}

}  // namespace
}  // namespace firsthand::telephony
