// SPDX-License-Identifier: Apache-2.0
// What a caller who waits is told, and what follows it: music, good-bye, the dialplan.
#include "tests/unit/ari_stage.hpp"

namespace firsthand::telephony {
namespace {

using std::chrono::seconds;

class AriAnnounce : public AriStage {
 protected:
  void SetUp() override {
    arrive();
    open.clear();
  }
  void finished(const std::string& playback) {
    AriEvent one = event(AriKind::playback_finished, "c1");
    one.text = playback;
    tell(one);
  }
  static Announce says(Afterwards then) {
    return {"say-1", "c1", "sound:queue-thankyou,number:3", then, "fallback", "s"};
  }
};

TEST_F(AriAnnounce, MusicGoesOnBehindIt) {
  order(says(Afterwards::music));
  EXPECT_EQ(times_asked("POST", "/channels/c1/play?media=sound%3Aqueue-thankyou%2Cnumber%3A3"), 1);
  reply("POST", "/channels/c1/play", 201);
  EXPECT_TRUE(statuses("say-1").empty()) << "not over yet";
  order(says(Afterwards::music));  // a repeat while it plays
  EXPECT_EQ(times_asked("POST", "/channels/c1/play"), 0);
  finished("another");
  EXPECT_EQ(times_asked("POST", "/channels/c1/moh"), 0);
  finished("say-1");
  finished("say-1");
  EXPECT_EQ(times_asked("POST", "/channels/c1/moh"), 1);
  EXPECT_EQ(statuses("say-1"), (std::vector{CommandStatus::unknown, CommandStatus::done}))
      << "every order is answered";
}

TEST_F(AriAnnounce, ItsEndIsFoundWhenNobodyHeardIt) {
  order(says(Afterwards::hang_up));
  reply("POST", "/channels/c1/play", 201);
  AriSnapshot again;
  again.channels = {channel("c1", "engine,in,7000,13800138000")};
  look(again);
  reply("GET", "/playbacks/say-1", 200);
  EXPECT_EQ(times_asked("DELETE", "/channels/c1"), 0) << "it plays";
  look(again);
  reply("GET", "/playbacks/say-1", 404);
  EXPECT_EQ(times_asked("DELETE", "/channels/c1"), 1);
  look(again);
  EXPECT_EQ(times_asked("GET", "/playbacks"), 0);
}

TEST_F(AriAnnounce, ThenTheCallIsHungUp) {
  order(says(Afterwards::hang_up));
  reply("POST", "/channels/c1/play", 201);
  finished("say-1");
  EXPECT_EQ(times_asked("DELETE", "/channels/c1"), 1);
  reply("DELETE", "/channels/c1", 204);
  EXPECT_EQ(statuses("say-1"), std::vector{CommandStatus::done});
}

TEST_F(AriAnnounce, ThenTheDialplanHasIt) {
  order(says(Afterwards::release));
  reply("POST", "/channels/c1/play", 201);
  finished("say-1");
  EXPECT_EQ(times_asked("POST", "/channels/c1/continue?context=fallback&extension=s&priority=1"),
            1);
}

TEST_F(AriAnnounce, WhatCannotBeSaidIsLeftOut) {
  order(says(Afterwards::hang_up));
  reply("POST", "/channels/c1/play", 422);
  EXPECT_EQ(times_asked("DELETE", "/channels/c1"), 1);
}

TEST_F(AriAnnounce, ItsEndMayNeverBeTold) {
  order(says(Afterwards::release));
  reply("POST", "/channels/c1/play", 201);
  tick(seconds{59});
  EXPECT_EQ(times_asked("POST", "/channels/c1/continue"), 0);
  tick(seconds{1});
  EXPECT_EQ(times_asked("POST", "/channels/c1/continue"), 1);
}

TEST_F(AriAnnounce, AnAgentWhoAnswersIsNotKeptWaitingForItsEnd) {
  order(says(Afterwards::music));
  reply("POST", "/channels/c1/play", 201);
  order(Offer{"x1", "c1", "o-1", "1001"});
  answer("o-1");
  order(Connect{"x2", "c1", "o-1", "b-1"});
  EXPECT_EQ(times_asked("DELETE", "/playbacks/say-1"), 1);
  finished("say-1");
  EXPECT_EQ(times_asked("POST", "/channels/c1/moh"), 0) << "no music into a talk";
  order(Announce{"say-2", "c1", "sound:beep"});
  EXPECT_EQ(statuses("say-2"), std::vector{CommandStatus::gone});
}

TEST_F(AriAnnounce, OnlySoundsAndNumbers) {
  for (const char* media :
       {"", "recording:secret", "sound:../etc/passwd", "sound:a b", "tone:x", "sound:a&b"}) {
    SCOPED_TRACE(media);
    results.clear();
    order(Announce{"say-3", "c1", media});
    EXPECT_EQ(statuses("say-3"), std::vector{CommandStatus::refused});
  }
}

}  // namespace
}  // namespace firsthand::telephony
