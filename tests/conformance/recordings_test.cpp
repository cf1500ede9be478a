// SPDX-License-Identifier: Apache-2.0
// What is said on a call is recorded while somebody talks with the customer, and kept for as long
// as the rules say.
#include <algorithm>
#include <boost/json.hpp>

#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

using std::chrono::days;

Rules recording_rules(RecordingMode mode) {
  Rules by = rules();
  for (Queue& queue : by.book.queues) queue.recording = {mode, 30, true, 300};
  return by;
}
const Rules& always() {
  static const Rules by = recording_rules(RecordingMode::on);
  return by;
}

class Recordings : public OnEveryStore {
 protected:
  Recordings() : OnEveryStore(always()) {
    for (const int n : {1, 2}) story->arrives_at_work(agent(n));
    call = story->talks("+8613900000001", agent(1));
  }
  std::vector<Recording> parts() {
    std::vector<Recording> all;
    for (const auto seen = store->look(); const auto& [id, part] : seen.world.recordings)
      all.push_back(part);
    return all;
  }
  Recording newest() { return parts().back(); }
  void told(const char* what, const char* reason = "") {
    story->must(pbx().does(event::RecordingTold{newest().id, what, reason}));
  }
  void asks(UserId who, event::RecordingStep step) {
    story->must(by(who).does(event::RecordingAsked{call, step}));
  }
  /// What the PBX was told to do with recordings, in order: "run pause run stop".
  std::string wanted() {
    std::string all;
    for (const auto seen = store->look(); const auto& effect : seen.effects) {
      if (effect.key.find(":record:") == std::string::npos) continue;
      const auto payload = boost::json::parse(effect.payload);
      all += (all.empty() ? "" : " ") + std::string{payload.at("want").as_string()};
    }
    return all;
  }
  std::ptrdiff_t times(const char* kind) {
    const auto seen = store->look();
    return std::count_if(seen.history.begin(), seen.history.end(),
                         [&](const HistoryEntry& entry) { return entry.kind == kind; });
  }
  void stored() {
    story->must(pbx().does(event::RecordingStored{newest().id, std::string(64, 'a'), 160044, 10}));
  }

  InteractionId call;
};

TEST_P(Recordings, an_answered_call_is_recorded_until_the_customer_leaves) {
  EXPECT_EQ(newest().state, RecordingState::starting);
  told("began");
  told("began");
  EXPECT_EQ(newest().state, RecordingState::recording);
  EXPECT_EQ(times("recording_begun"), 1);
  story->pass(Seconds{60});
  story->hangs_up(call);
  const Recording part = newest();
  EXPECT_EQ(part.state, RecordingState::ended);
  EXPECT_EQ(part.keep_until, story->now() + days{30});
  EXPECT_EQ(wanted(), "run stop");
  told("ended");
  EXPECT_EQ(parts().size(), 1u) << "its end had been decided";
  stored();
  stored();
  EXPECT_EQ(newest().state, RecordingState::kept);
  EXPECT_EQ(newest().seconds, 10);
  EXPECT_EQ(times("recording_kept"), 1);
}

TEST_P(Recordings, on_hold_nothing_is_written) {
  told("began");
  story->must(by(agent(1)).does(event::HoldAsked{call, true}));
  EXPECT_TRUE(newest().silent);
  story->must(by(agent(1)).does(event::HoldAsked{call, false}));
  EXPECT_FALSE(newest().silent);
  EXPECT_EQ(wanted(), "run pause run");
}

TEST_P(Recordings, a_pause_is_in_the_history_with_who_and_how_long) {
  told("began");
  asks(agent(1), event::RecordingStep::pause);
  asks(agent(1), event::RecordingStep::pause);
  EXPECT_EQ(newest().paused_by, agent(1));
  story->must(by(agent(1)).does(event::HoldAsked{call, true}));
  story->must(by(agent(1)).does(event::HoldAsked{call, false}));
  story->pass(Seconds{40});
  asks(agent(1), event::RecordingStep::resume);
  asks(agent(1), event::RecordingStep::resume);
  EXPECT_EQ(wanted(), "run pause run") << "a hold does not end a pause";
  EXPECT_EQ(times("recording_paused"), 1);
  ASSERT_EQ(times("recording_resumed"), 1);
  for (const auto seen = store->look(); const auto& entry : seen.history) {
    if (entry.kind != "recording_resumed") continue;
    EXPECT_EQ(boost::json::parse(entry.data).at("seconds").as_int64(), 40);
    EXPECT_EQ(entry.actor, agent(1));
  }
}

TEST_P(Recordings, a_pause_ends_by_itself) {
  told("began");
  asks(agent(1), event::RecordingStep::pause);
  const auto over = pbx().does(event::RecordingPauseOver{newest().id});
  story->pass(Seconds{299});
  EXPECT_EQ(story->refused(over), "too_early");
  story->pass(Seconds{1});
  story->must(over);
  EXPECT_EQ(newest().state, RecordingState::recording);
  EXPECT_EQ(wanted(), "run pause run");
}

TEST_P(Recordings, a_transfer_that_lets_the_customer_wait_begins_the_next_part) {
  told("began");
  event::TransferAsked give;
  give.interaction = call;
  give.to = agent(2);
  give.token = "t1";
  give.return_token = "t2";
  story->must(by(agent(1)).does(give));
  EXPECT_EQ(newest().state, RecordingState::ended);
  OfferId open;
  for (const auto seen = store->look(); const auto& [id, offer] : seen.world.offers)
    if (offer.state == OfferState::open) open = id;
  story->answers_by_phone(open);
  ASSERT_EQ(parts().size(), 2u);
  EXPECT_EQ(newest().part, 2);
  EXPECT_EQ(newest().agent, agent(2));
  EXPECT_EQ(wanted(), "run stop run");
}

TEST_P(Recordings, what_breaks_off_goes_on_as_another_part_but_not_in_circles) {
  told("began");
  story->pass(Seconds{60});
  told("ended", "failed");
  ASSERT_EQ(parts().size(), 2u);
  told("began");
  told("ended", "failed");
  EXPECT_EQ(parts().size(), 2u) << "it would break off again";
}

TEST_P(Recordings, what_the_pbx_refuses_is_said) {
  told("ended", "500 no disk");
  EXPECT_EQ(newest().state, RecordingState::lost);
  EXPECT_EQ(times("recording_lost"), 1);
}

TEST_P(Recordings, is_deleted_when_its_time_is_over_unless_somebody_keeps_it) {
  told("began");
  story->hangs_up(call);
  stored();
  const RecordingId id = newest().id;
  story->must(by(agent(1)).does(event::RecordingHeard{id}));
  EXPECT_EQ(times("recording_heard"), 1);
  const auto expired = timer().does(event::RecordingExpired{id});
  EXPECT_EQ(story->refused(expired), "too_early");
  story->must(by(kSupervisor).does(event::RecordingHeld{id, "争议"}));
  story->pass(days{31});
  EXPECT_EQ(story->refused(expired), "kept");
  story->must(by(kSupervisor).does(event::RecordingHeld{id, ""}));
  story->must(expired);
  story->must(expired);
  EXPECT_EQ(newest().state, RecordingState::deleted);
  EXPECT_EQ(newest().deleted_at, story->now());
  EXPECT_EQ(times("recording_deleted"), 1);
  EXPECT_EQ(story->refused(by(agent(1)).does(event::RecordingHeard{id})), "no_audio");
}

TEST_P(Recordings, that_never_came_is_lost_and_not_silently) {
  told("began");
  story->hangs_up(call);
  story->must(pbx().does(event::RecordingLost{newest().id, "not_at_pbx"}));
  EXPECT_EQ(newest().state, RecordingState::lost);
  EXPECT_EQ(times("recording_lost"), 1);
}

FIRSTHAND_ON_EVERY_STORE(Recordings);

const Rules& on_request() {
  static const Rules by = recording_rules(RecordingMode::on_request);
  return by;
}
class RecordingsOnRequest : public OnEveryStore {
 protected:
  RecordingsOnRequest() : OnEveryStore(on_request()) {
    story->arrives_at_work(agent(1));
    call = story->talks("+8613900000001", agent(1));
  }
  InteractionId call;
};

TEST_P(RecordingsOnRequest, begin_when_the_agent_says_so) {
  EXPECT_TRUE(store->look().world.recordings.empty());
  const auto begin = event::RecordingAsked{call, event::RecordingStep::begin};
  EXPECT_EQ(story->refused(by(agent(2)).does(begin)), "not_your_call");
  story->must(by(agent(1)).does(begin));
  story->must(by(agent(1)).does(begin));
  EXPECT_EQ(store->look().world.recordings.size(), 1u);
}

FIRSTHAND_ON_EVERY_STORE(RecordingsOnRequest);

}  // namespace
}  // namespace firsthand::test
