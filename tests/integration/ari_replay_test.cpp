// SPDX-License-Identifier: Apache-2.0
// Every recorded run gives the events that expected.txt says, and goes on giving them when frames
// are doubled, swapped or lost.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iostream>

#include "tests/integration/ari_replay.hpp"

namespace firsthand::telephony::test {
namespace {

struct RecordedRun {
  std::string name;
  std::string suffix = ".jsonl";
  std::string app = "engine";
};

const std::vector<RecordedRun>& runs() {
  static const std::vector<RecordedRun> all = {
      {"a01-answer-talk-caller-hangs-up"},
      {"a01b-without-subscription"},
      {"a02-answer-talk-agent-hangs-up"},
      {"a03-abandon-in-queue"},
      {"a04-abandon-before-answer"},
      {"a05-abandon-while-agent-rings"},
      {"a06-agent-busy-then-next"},
      {"a07-agent-declines-then-next"},
      {"a08-agent-no-answer-then-next"},
      {"a09-agent-phone-unreachable"},
      {"a10-answer-races-with-hangup"},
      {"a11-hold-and-unhold-by-phone"},
      {"a12-hold-by-console"},
      {"a13-blind-transfer-by-phone"},
      {"a14-blind-transfer-handled-by-engine"},
      {"a15-attended-transfer-by-engine"},
      {"a16-attended-transfer-by-phone"},
      {"a17-callback-from-console"},
      {"a18-callback-customer-busy"},
      {"a19-websocket-drop-and-reconcile"},
      {"a20-same-app-connects-twice"},
      {"a20-same-app-connects-twice", ".second.jsonl"},
      {"a22-two-engines-takeover-by-move", ".jsonl", "engine-a"},
      {"a22-two-engines-takeover-by-move", ".b.jsonl", "engine-b"},
      {"a23-duplicate-commands"},
      {"a24-announcements-and-digits"},
      {"a25-recording"},
      {"a26-supervisor-listens"},
      {"a27-continue-to-dialplan"},
      {"a28-lease-runs-out-in-dead-engine"},
      {"a29-watchdog-redirect-from-dead-engine"},
      {"a30-asterisk-killed-and-restarted"},
      {"a31-asterisk-graceful-restart"},
      {"a32-subscribe-all-device-states"},
      {"a33-stasis-broadcast-claim", ".jsonl", "engine-a"},
      {"a34-rest-over-websocket"},
      {"a35-create-and-dial-early-bridge"},
      {"a36-callers-burst-of-ten"},
      {"a37-half-open-websocket", ".second.jsonl"},
      {"a38-slow-reader"},
      {"a39-lease-cleared-while-talking"},
      {"a40-event-filter"},
      {"a41-hundred-callers-in-one-holding-bridge-event-size"},
  };
  return all;
}

AriStateOptions options_of(const RecordedRun& run) {
  AriStateOptions options;
  options.pbx_id = "pbx1";
  options.app = run.app;
  return options;
}

std::string title_of(const RecordedRun& run) {
  return run.name + run.suffix;
}

// "# name" and the lines below it.
std::map<std::string, std::vector<std::string>> read_expected() {
  std::ifstream file(std::string{FIRSTHAND_PBX_FIXTURES} + "/expected.txt");
  std::map<std::string, std::vector<std::string>> expected;
  std::string title;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("# ")) {
      title = line.substr(2);
      expected[title];
    } else if (!line.empty()) {
      expected[title].push_back(line);
    }
  }
  return expected;
}

// Long recordings repeat themselves: a sample of their frames is enough.
std::size_t stride_of(const Recording& recording) {
  return 1 + recording.steps.size() / 100;
}

class AriReplay : public testing::TestWithParam<RecordedRun> {};

INSTANTIATE_TEST_SUITE_P(Recorded, AriReplay, testing::ValuesIn(runs()), [](const auto& run) {
  std::string name = run.param.name.substr(0, run.param.name.find('-')) + run.param.suffix;
  std::replace_if(name.begin(), name.end(), [](char c) { return c == '.'; }, '_');
  return name;
});

TEST_P(AriReplay, GivesTheExpectedEvents) {
  const Recording recording = load_recording(GetParam().name, GetParam().suffix);
  Replay replay(recording, options_of(GetParam()));
  replay.play();
  const auto expected = read_expected();
  const auto found = expected.find(title_of(GetParam()));
  ASSERT_NE(found, expected.end()) << "not in expected.txt";
  EXPECT_EQ(replay.lines(), found->second);
}

TEST_P(AriReplay, EndsEverythingOnceAndAsksForEachEndOnce) {
  const Recording recording = load_recording(GetParam().name, GetParam().suffix);
  Replay replay(recording, options_of(GetParam()));
  replay.play();
  const auto ends = replay.ends();
  for (const std::string& end : ends) EXPECT_EQ(ends.count(end), 1U) << end;
  std::set<std::string> answered;
  for (const CommandResult& result : replay.results()) {
    EXPECT_TRUE(answered.insert(result.command_id).second)
        << result.command_id << " answered twice";
  }
}

// A frame that comes twice, at once or at the very end, changes nothing.
TEST_P(AriReplay, IgnoresEveryFrameDoubled) {
  const Recording recording = load_recording(GetParam().name, GetParam().suffix);
  Replay plain(recording, options_of(GetParam()));
  plain.play();
  const auto wanted = plain.lines();
  const std::size_t stride = stride_of(recording);
  for (std::size_t doubled = 0; doubled < recording.steps.size(); doubled += stride) {
    if (!recording.steps[doubled].is_frame) continue;
    Replay at_once(recording, options_of(GetParam()));
    for (std::size_t i = 0; i < recording.steps.size(); ++i) {
      at_once.step(i);
      if (i == doubled) at_once.frame(recording.steps[i].event);
    }
    ASSERT_EQ(at_once.lines(), wanted) << "frame " << doubled << " twice";
    Replay at_end(recording, options_of(GetParam()));
    at_end.play();
    at_end.frame(recording.steps[doubled].event);
    ASSERT_EQ(at_end.lines(), wanted) << "frame " << doubled << " again at the end";
  }
}

// Asterisk keeps the order within a channel only: neighbours of different channels may swap.
TEST_P(AriReplay, IgnoresTheOrderBetweenChannels) {
  const Recording recording = load_recording(GetParam().name, GetParam().suffix);
  Replay plain(recording, options_of(GetParam()));
  plain.play();
  const auto wanted = plain.ends();
  const std::size_t stride = stride_of(recording);
  for (std::size_t i = 0; i + 1 < recording.steps.size(); i += stride) {
    const Step& one = recording.steps[i];
    const Step& two = recording.steps[i + 1];
    const bool independent = one.is_frame && two.is_frame &&
                             one.event.channel.id != two.event.channel.id &&
                             (one.event.bridge.id.empty() || two.event.bridge.id.empty()) &&
                             !one.event.replaced && !two.event.replaced;
    if (!independent) continue;
    Replay swapped(recording, options_of(GetParam()));
    for (std::size_t at = 0; at < recording.steps.size(); ++at) {
      swapped.step(at == i ? i + 1 : (at == i + 1 ? i : at));
    }
    ASSERT_EQ(swapped.ends(), wanted) << "frames " << i << " and " << i + 1 << " swapped";
  }
}

// The socket breaks anywhere; when it is back the PBX is empty. Whatever had begun has ended once,
// and what then arrives late adds nothing.
TEST_P(AriReplay, EndsWhatWasLostByTheNextSnapshot) {
  const Recording recording = load_recording(GetParam().name, GetParam().suffix);
  const std::size_t stride = stride_of(recording);
  for (std::size_t cut = 0; cut <= recording.steps.size(); cut += stride) {
    Replay replay(recording, options_of(GetParam()));
    std::set<std::string> begun;
    for (std::size_t i = 0; i < cut; ++i) replay.step(i);
    for (const PbxEvent& event : replay.events()) {
      if (const auto* arrived = std::get_if<CallArrived>(&event)) {
        begun.insert("ended:" + arrived->channel_id);
      } else if (const auto* ringing = std::get_if<LegRinging>(&event)) {
        begun.insert("leg_ended:" + ringing->leg_id);
      }
    }
    replay.empty_snapshot();
    const auto ends = replay.ends();
    for (const std::string& key : begun) ASSERT_EQ(ends.count(key), 1U) << key << " cut " << cut;
    ASSERT_EQ(replay.live(), 0U) << "cut " << cut;
    for (std::size_t i = cut; i < recording.steps.size(); ++i) {
      const Step& late = recording.steps[i];
      if (late.is_frame && late.event.kind != AriKind::stasis_start) replay.frame(late.event);
    }
    const auto after = replay.ends();
    for (const std::string& key : begun) ASSERT_EQ(after.count(key), 1U) << key << " cut " << cut;
  }
}

TEST(AriReplayRules, TheCallersEndHangsUpTheTransfersFarEnd) {
  const Recording recording = load_recording("a13-blind-transfer-by-phone");
  Replay replay(recording);
  replay.play();
  std::string local;
  for (const PbxEvent& event : replay.events()) {
    if (const auto* replaced = std::get_if<LegReplaced>(&event)) local = replaced->new_leg_id;
  }
  ASSERT_FALSE(local.empty());
  const auto hung_up =
      std::count_if(replay.requests().begin(), replay.requests().end(), [&](const AriRequest& r) {
        return r.method == "DELETE" && r.target == "/channels/" + local;
      });
  EXPECT_EQ(hung_up, 1);
}

// a18 has four customers on one agent's leg; each is replayed as the callback of its own.
TEST(AriReplayRules, EachFailedCallbackHasItsReason) {
  const std::vector<std::pair<std::string, EndReason>> wanted = {
      {"cb-1-cust-0", EndReason::busy},
      {"cb-1-cust-1", EndReason::bad_number},
      {"cb-1-cust-2", EndReason::congestion},
      {"cb-1-cust-3", EndReason::no_answer}};
  const Recording recording = load_recording("a18-callback-customer-busy");
  for (const auto& [customer, reason] : wanted) {
    AriCallState state{AriStateOptions{}};
    const Instant now{std::chrono::milliseconds{1'795'297'000'000}};
    state.on_command(
        CallBack{"c1", "cb-1-agent", customer, "1001", parse_phone("+4915550001"), "cb-1"}, now);
    std::vector<LegFailed> failed;
    for (const Step& step : recording.steps) {
      if (!step.is_frame) continue;
      for (const PbxEvent& event : state.on_event(step.event, now).events) {
        if (const auto* one = std::get_if<LegFailed>(&event)) failed.push_back(*one);
      }
    }
    ASSERT_EQ(failed.size(), 1U) << customer;
    EXPECT_EQ(failed[0].leg_id, customer);
    EXPECT_EQ(failed[0].reason, reason) << to_string(failed[0].reason);
  }
}

// For a new recording: prints what expected.txt would have to say.
TEST(AriReplayRules, DISABLED_PrintExpected) {
  for (const RecordedRun& run : runs()) {
    const Recording recording = load_recording(run.name, run.suffix);
    Replay replay(recording, options_of(run));
    replay.play();
    std::cout << "# " << title_of(run) << "\n";
    for (const std::string& line : replay.lines()) std::cout << line << "\n";
    std::cout << "\n";
  }
}

}  // namespace
}  // namespace firsthand::telephony::test
