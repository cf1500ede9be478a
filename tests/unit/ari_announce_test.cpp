// SPDX-License-Identifier: Apache-2.0
// What a caller who waits is told, and what follows it: music, good-bye, the dialplan.
#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/telephony/ari_call_state.hpp"

namespace firsthand::telephony {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class AriAnnounce : public testing::Test {
 protected:
  void SetUp() override {
    AriEvent one = event(AriKind::stasis_start, "c1");
    one.args = {"in", "7000", "13800138000"};
    tell(one);
    open.clear();
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
  void finished(const std::string& playback) {
    AriEvent one = event(AriKind::playback_finished, "c1");
    one.text = playback;
    tell(one);
  }
  void order(PbxCommand command) { take(state.on_command(command, now)); }
  void reply(const std::string& target, int status) {
    const auto found = std::find_if(open.begin(), open.end(), [&](const AriRequest& one) {
      return one.target.starts_with(target);
    });
    ASSERT_NE(found, open.end()) << target << " was not asked for";
    const std::uint64_t id = found->id;
    open.erase(found);
    take(state.on_reply(id, status, "", now));
  }
  int asked(const std::string& method, const std::string& target) const {
    return static_cast<int>(std::count_if(open.begin(), open.end(), [&](const AriRequest& one) {
      return one.method == method && one.target.starts_with(target);
    }));
  }
  std::vector<CommandStatus> results_of(const std::string& id) const {
    std::vector<CommandStatus> found;
    for (const CommandResult& one : results) {
      if (one.command_id == id) found.push_back(one.status);
    }
    return found;
  }
  Announce says(Afterwards then) const {
    return {"say-1", "c1", "sound:queue-thankyou,number:3", then, "fallback", "s"};
  }

  Instant now{milliseconds{1'795'000'000'000}};
  AriCallState state{AriStateOptions{}};
  std::vector<AriRequest> open;
  std::vector<CommandResult> results;

  void take(AriCallState::Output out) {
    open.insert(open.end(), out.requests.begin(), out.requests.end());
    results.insert(results.end(), out.results.begin(), out.results.end());
  }
};

TEST_F(AriAnnounce, MusicGoesOnBehindIt) {
  order(says(Afterwards::music));
  EXPECT_EQ(asked("POST", "/channels/c1/play?media=sound%3Aqueue-thankyou%2Cnumber%3A3"), 1);
  reply("/channels/c1/play", 201);
  EXPECT_TRUE(results_of("say-1").empty()) << "not over yet";
  order(says(Afterwards::music));  // a repeat while it plays
  EXPECT_EQ(asked("POST", "/channels/c1/play"), 0);
  finished("another");
  EXPECT_EQ(asked("POST", "/channels/c1/moh"), 0);
  finished("say-1");
  finished("say-1");
  EXPECT_EQ(asked("POST", "/channels/c1/moh"), 1);
  EXPECT_EQ(results_of("say-1"), std::vector{CommandStatus::done});
}

TEST_F(AriAnnounce, ThenTheCallIsHungUp) {
  order(says(Afterwards::hang_up));
  reply("/channels/c1/play", 201);
  finished("say-1");
  EXPECT_EQ(asked("DELETE", "/channels/c1"), 1);
  reply("/channels/c1", 204);
  EXPECT_EQ(results_of("say-1"), std::vector{CommandStatus::done});
}

TEST_F(AriAnnounce, ThenTheDialplanHasIt) {
  order(says(Afterwards::release));
  reply("/channels/c1/play", 201);
  finished("say-1");
  EXPECT_EQ(asked("POST", "/channels/c1/continue?context=fallback&extension=s&priority=1"), 1);
}

TEST_F(AriAnnounce, WhatCannotBeSaidIsLeftOut) {
  order(says(Afterwards::hang_up));
  reply("/channels/c1/play", 422);
  EXPECT_EQ(asked("DELETE", "/channels/c1"), 1);
}

TEST_F(AriAnnounce, ItsEndMayNeverBeTold) {
  order(says(Afterwards::release));
  reply("/channels/c1/play", 201);
  take(state.on_tick(now += seconds{59}));
  EXPECT_EQ(asked("POST", "/channels/c1/continue"), 0);
  take(state.on_tick(now += seconds{1}));
  EXPECT_EQ(asked("POST", "/channels/c1/continue"), 1);
}

TEST_F(AriAnnounce, AnAgentWhoAnswersIsNotKeptWaitingForItsEnd) {
  order(says(Afterwards::music));
  reply("/channels/c1/play", 201);
  order(Offer{"x1", "c1", "o-1", "1001"});
  tell(event(AriKind::stasis_start, "o-1"));
  order(Connect{"x2", "c1", "o-1", "b-1"});
  EXPECT_EQ(asked("DELETE", "/playbacks/say-1"), 1);
  finished("say-1");
  EXPECT_EQ(asked("POST", "/channels/c1/moh"), 0) << "no music into a talk";
  order(Announce{"say-2", "c1", "sound:beep"});
  EXPECT_EQ(results_of("say-2"), std::vector{CommandStatus::gone});
}

TEST_F(AriAnnounce, OnlySoundsAndNumbers) {
  for (const char* media :
       {"", "recording:secret", "sound:../etc/passwd", "sound:a b", "tone:x", "sound:a&b"}) {
    SCOPED_TRACE(media);
    results.clear();
    order(Announce{"say-3", "c1", media});
    EXPECT_EQ(results_of("say-3"), std::vector{CommandStatus::refused});
  }
}

}  // namespace
}  // namespace firsthand::telephony
