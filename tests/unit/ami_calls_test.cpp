// SPDX-License-Identifier: Apache-2.0
// What a real manager port said of queue calls, transfers, click-to-call and a PBX that was killed,
// and the facts that follow. tests/fixtures/pbx/expected_ami.txt is read by people first: what it
// says of a recording is what must be in a customer's history.
#include "adapters/telephony/ami_calls.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

namespace firsthand::telephony {
namespace {

namespace fs = std::filesystem;

const Instant kNow{Millis{1'795'297'800'000}};

std::vector<AmiMessage> recorded(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  AmiReader reader;
  reader.feed(text.str());
  std::vector<AmiMessage> all;
  while (auto message = reader.next()) all.push_back(std::move(*message));
  return all;
}

std::vector<fs::path> recordings() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{FIRSTHAND_PBX_FIXTURES}) {
    if (entry.path().extension() == ".ami") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

AmiCallsOptions options() {
  AmiCallsOptions options;
  options.trunks = {"PJSIP/trunk"};
  options.numbers.region = "DE";
  return options;
}

std::vector<AmiFact> play(const std::vector<AmiMessage>& messages) {
  AmiCalls calls{options()};
  std::vector<AmiFact> facts;
  AmiLook look;
  const auto take = [&](std::vector<AmiFact> more) {
    std::move(more.begin(), more.end(), std::back_inserter(facts));
  };
  for (const AmiMessage& message : messages) {
    take(calls.on_event(message, kNow));
    if (message.event() == "CoreShowChannel") look.channels.push_back(message);
    if (message.event() == "QueueEntry") look.waiting.push_back(message);
    if (message.event() == "QueueStatusComplete" && !look.channels.empty()) {
      take(calls.on_look(look, kNow));
      look = {};
    }
  }
  return facts;
}

// One fact a line; calls are named in the order in which they began.
class Writer {
 public:
  std::string line(const AmiFact& fact) {
    std::ostringstream text;
    if (const auto* e = std::get_if<ObservedCall>(&fact)) {
      text << name(e->call) << ' ' << to_string(e->kind);
      text << (e->direction == CtiDirection::in ? " in" : " out")
           << " customer=" << e->customer.number << " dialled=" << e->dialled
           << " extension=" << e->extension;
      if (e->kind == CtiKind::hangup) text << " reason=" << to_string(e->reason);
      if (e->approximate) text << " approximate";
    } else if (const auto* leg = std::get_if<OrderedLeg>(&fact)) {
      constexpr std::string_view kWhat[] = {"ringing", "answered", "failed", "ended"};
      text << leg->leg_id << ' ' << kWhat[static_cast<int>(leg->what)];
      if (leg->what >= OrderedLeg::What::failed) text << " reason=" << to_string(leg->reason);
    } else {
      text << name(std::get<BeforeQueue>(fact).call) << " before_queue";
    }
    return text.str();
  }

 private:
  std::string name(const std::string& call) {
    return "call" + std::to_string(names_.emplace(call, names_.size() + 1).first->second);
  }
  std::map<std::string, std::size_t> names_;
};

std::string written(const std::vector<AmiFact>& facts) {
  Writer writer;
  std::string text;
  for (const AmiFact& fact : facts) text += writer.line(fact) + "\n";
  return text;
}

TEST(AmiCalls, every_recording_makes_the_facts_that_are_written_down) {
  std::string all;
  for (const fs::path& file : recordings()) {
    all += "== " + file.stem().string() + "\n" + written(play(recorded(file)));
  }
  std::ifstream in{fs::path{FIRSTHAND_PBX_FIXTURES} / "expected_ami.txt"};
  std::ostringstream expected;
  expected << in.rdbuf();
  EXPECT_EQ(all, expected.str());
}

std::vector<ObservedCall> observed(const std::vector<AmiFact>& facts, CtiKind kind) {
  std::vector<ObservedCall> found;
  for (const AmiFact& fact : facts) {
    const auto* call = std::get_if<ObservedCall>(&fact);
    if (call != nullptr && call->kind == kind) found.push_back(*call);
  }
  return found;
}

TEST(AmiCalls, keys_are_unique_and_times_are_the_pbxs) {
  for (const fs::path& file : recordings()) {
    std::set<std::string> keys;
    for (const AmiFact& fact : play(recorded(file))) {
      const auto* call = std::get_if<ObservedCall>(&fact);
      const auto* leg = std::get_if<OrderedLeg>(&fact);
      const std::string key = call ? call->key : leg ? leg->key : "";
      EXPECT_TRUE(key.empty() || keys.insert(key).second) << file.stem() << ' ' << key;
    }
  }
  const auto facts =
      play(recorded(fs::path{FIRSTHAND_PBX_FIXTURES} / "m01-queue-caller-hangs-up.ami"));
  const auto answers = observed(facts, CtiKind::answer);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].at, Instant{Millis{1'795'297'665'657}});  // both are in the bridge
}

TEST(AmiCalls, a_repeated_event_changes_nothing) {
  std::minstd_rand random{7};
  for (const fs::path& file : recordings()) {
    const auto messages = recorded(file);
    std::vector<AmiMessage> repeated;
    for (const AmiMessage& message : messages) {
      repeated.push_back(message);
      // Now, and some that are long past. A list that was asked for is no event.
      if (message.get("Timestamp").empty()) continue;
      repeated.push_back(message);
      const AmiMessage& old = repeated[random() % repeated.size()];
      if (!old.get("Timestamp").empty()) repeated.push_back(AmiMessage{old});
    }
    EXPECT_EQ(written(play(repeated)), written(play(messages))) << file.stem();
  }
}

TEST(AmiCalls, events_of_different_calls_may_come_in_any_order) {
  std::minstd_rand random{11};
  const auto one =
      recorded(fs::path{FIRSTHAND_PBX_FIXTURES} / "m10-queue-blind-transfer-by-phone.ami");
  const auto two =
      recorded(fs::path{FIRSTHAND_PBX_FIXTURES} / "m11-queue-attended-transfer-by-phone.ami");
  const auto of = [](const std::vector<AmiFact>& facts, const std::string& call) {
    std::vector<AmiFact> mine;
    for (const AmiFact& fact : facts) {
      if (std::get<ObservedCall>(fact).call == call) mine.push_back(fact);
    }
    return written(mine);
  };
  const auto alone_one = play(one), alone_two = play(two);
  for (int round = 0; round < 50; ++round) {
    std::vector<AmiMessage> mixed;
    std::size_t a = 0, b = 0;
    while (a < one.size() || b < two.size()) {
      const bool first = b == two.size() || (a < one.size() && random() % 2 == 0);
      mixed.push_back(first ? one[a++] : two[b++]);
    }
    const auto facts = play(mixed);
    const std::string id_one = std::get<ObservedCall>(alone_one.front()).call;
    const std::string id_two = std::get<ObservedCall>(alone_two.front()).call;
    EXPECT_EQ(of(facts, id_one), of(alone_one, id_one));
    EXPECT_EQ(of(facts, id_two), of(alone_two, id_two));
  }
}

// What CoreShowChannels would have said after these events.
class Standing {
 public:
  void see(const AmiMessage& event) {
    const std::string id{event.get("Uniqueid")};
    for (const std::string prefix : {"", "Dest"}) {
      const std::string uid{event.get(prefix + "Uniqueid")};
      if (uid.empty() || event.get(prefix + "Linkedid").empty()) continue;
      AmiMessage& row = rows_[uid];
      row.fields.clear();
      for (const char* key :
           {"Channel", "ChannelState", "CallerIDNum", "Context", "Exten", "Uniqueid", "Linkedid"}) {
        row.fields.emplace_back(key, event.get(prefix + key));
      }
    }
    if (event.event() == "BridgeEnter") bridge_[id] = event.get("BridgeUniqueid");
    if (event.event() == "BridgeLeave" && bridge_[id] == event.get("BridgeUniqueid"))
      bridge_[id] = "";
    if (event.event() == "Hangup") rows_.erase(id);
  }
  // Whether somebody else is in the bridge of this channel.
  bool talks(const std::string& id) const {
    const auto mine = bridge_.find(id);
    if (mine == bridge_.end() || mine->second.empty()) return false;
    return std::count_if(bridge_.begin(), bridge_.end(), [&](const auto& each) {
             return each.second == mine->second && rows_.contains(each.first);
           }) > 1;
  }
  AmiLook look() const {
    AmiLook look;
    for (auto [id, row] : rows_) {
      const auto bridge = bridge_.find(id);
      row.fields.emplace_back("BridgeId", bridge == bridge_.end() ? "" : bridge->second);
      row.fields.emplace_back("Duration", "00:00:01");
      look.channels.push_back(std::move(row));
    }
    return look;
  }

 private:
  std::map<std::string, AmiMessage> rows_;
  std::map<std::string, std::string> bridge_;
};

bool is_live(const AmiMessage& message) {
  return !message.get("Privilege").empty();
}

// The link is lost at any event and comes back at any later one: whoever stands there is found, who
// does not has ended, and what each call came to is the same.
TEST(AmiCalls, whatever_was_missed_is_completed_by_a_look) {
  std::size_t cuts = 0;
  for (const fs::path& file : recordings()) {
    std::vector<AmiMessage> events;
    for (AmiMessage& message : recorded(file)) {
      if (is_live(message) && message.event() != "FullyBooted")
        events.push_back(std::move(message));
    }
    if (file.stem().string().find("m17") == 0 || file.stem().string().find("m22") == 0) continue;
    AmiCalls whole{options()};
    std::map<std::string, std::string> ends, agents;
    for (const AmiMessage& event : events) {
      for (const AmiFact& fact : whole.on_event(event, kNow)) {
        const auto* call = std::get_if<ObservedCall>(&fact);
        if (call && call->kind == CtiKind::hangup) agents[call->call] = call->extension;
      }
    }
    for (std::size_t lost = 0; lost < events.size(); lost += 5) {
      for (std::size_t back = lost; back <= events.size(); back += 7) {
        AmiCalls calls{options()};
        Standing standing;
        std::map<std::string, int> begun, ended;
        std::map<std::string, std::string> last;
        std::set<std::string> hanging_up;  // at this instant: nobody can see any more who talked
        const auto take = [&](const std::vector<AmiFact>& facts) {
          for (const AmiFact& fact : facts) {
            const auto* call = std::get_if<ObservedCall>(&fact);
            if (!call) continue;
            if (call->kind == CtiKind::new_call) ++begun[call->call];
            if (call->kind == CtiKind::hangup) {
              ++ended[call->call];
              if (!call->approximate) last[call->call] = call->extension;
            }
          }
        };
        for (std::size_t i = 0; i < events.size(); ++i) {
          standing.see(events[i]);
          if (i < lost || i >= back) take(calls.on_event(events[i], kNow));
          if (i + 1 != back) continue;
          take(calls.on_look(standing.look(), kNow));
          for (const auto& [call, extension] : agents) {
            if (!extension.empty() && !standing.talks(call)) hanging_up.insert(call);
          }
        }
        if (back == events.size()) take(calls.on_look(standing.look(), kNow));
        ++cuts;
        for (const auto& [call, count] : begun) {
          ASSERT_EQ(count, 1) << file.stem() << " lost at " << lost << " back at " << back;
          ASSERT_EQ(ended[call], 1) << file.stem() << " lost at " << lost << " back at " << back;
        }
        // Whoever hung up after we were back had talked to the same person.
        for (const auto& [call, extension] : last) {
          if (hanging_up.contains(call)) continue;
          ASSERT_EQ(extension, agents[call])
              << file.stem() << " lost at " << lost << " back at " << back;
        }
        ASSERT_EQ(calls.live_calls().size(), whole.live_calls().size());
      }
    }
  }
  EXPECT_GT(cuts, 1000u);
}

AmiMessage event(std::vector<std::pair<std::string, std::string>> fields) {
  return AmiMessage{std::move(fields)};
}
AmiMessage inbound(const std::string& id, const std::string& context, const std::string& number) {
  return event({{"Event", "Newchannel"},
                {"Channel", "PJSIP/trunk-" + id},
                {"ChannelState", "4"},
                {"CallerIDNum", number},
                {"Context", context},
                {"Exten", "7001"},
                {"Uniqueid", id},
                {"Linkedid", id}});
}

TEST(AmiCalls, only_who_stands_before_the_queue_may_be_redirected) {
  AmiCallsOptions with = options();
  with.before_queue = "owner-first";
  AmiCalls calls{with};
  EXPECT_EQ(calls.on_event(inbound("1", "from-trunk", "+4915550001"), kNow).size(), 1u);
  EXPECT_FALSE(calls.may_redirect("1")) << "he is somewhere else in the dialplan";
  AmiMessage arrives = inbound("1", "owner-first", "+4915550001");
  arrives.fields.front().second = "UserEvent";
  const auto told = calls.on_event(arrives, kNow);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<BeforeQueue>(told.front()));
  EXPECT_EQ(calls.may_redirect("1"), "PJSIP/trunk-1");
  EXPECT_TRUE(calls.on_event(arrives, kNow).empty()) << "once is enough";
  AmiMessage joins = arrives;
  joins.fields.front().second = "QueueCallerJoin";
  calls.on_event(joins, kNow);
  EXPECT_FALSE(calls.may_redirect("1")) << "pulling him out would count as an abandoned call";
  EXPECT_FALSE(calls.may_redirect("2")) << "nobody";
}

TEST(AmiCalls, who_was_found_in_a_queue_is_left_there) {
  AmiCallsOptions with = options();
  with.before_queue = "from-trunk";
  AmiCalls calls{with};
  AmiLook look;
  AmiMessage row = inbound("1", "from-trunk", "+4915550001");
  row.fields.emplace_back("Application", "Queue");
  look.channels.push_back(row);
  EXPECT_EQ(calls.on_look(look, kNow).size(), 1u);
  EXPECT_FALSE(calls.may_redirect("1"));
  // An older app_queue behind another application is still seen by the list of the queues.
  AmiCalls listed{with};
  look.channels[0].fields.pop_back();
  look.waiting.push_back(event({{"Event", "QueueEntry"}, {"Uniqueid", "1"}}));
  listed.on_look(look, kNow);
  EXPECT_FALSE(listed.may_redirect("1"));
}

TEST(AmiCalls, a_later_look_waits_for_the_event_that_is_on_its_way) {
  AmiCalls calls{options()};
  calls.on_event(inbound("1", "from-trunk", "+4915550001"), kNow);
  AmiLook later;
  later.first = false;
  EXPECT_TRUE(calls.on_look(later, kNow).empty());
  const auto end = calls.on_look(later, kNow);
  ASSERT_EQ(end.size(), 1u);
  EXPECT_EQ(std::get<ObservedCall>(end[0]).reason, EndReason::engine_gap);
  EXPECT_TRUE(std::get<ObservedCall>(end[0]).approximate);
}

TEST(AmiCalls, a_restarted_pbx_has_lost_its_calls) {
  AmiCalls calls{options()};
  calls.on_event(inbound("1", "from-trunk", "+4915550001"), kNow);
  AmiLook after;
  after.restarted = true;
  const auto end = calls.on_look(after, kNow);
  ASSERT_EQ(end.size(), 1u);
  EXPECT_EQ(std::get<ObservedCall>(end[0]).reason, EndReason::pbx_lost);
}

TEST(AmiCalls, a_withheld_number_and_an_unknown_one_are_empty) {
  for (const char* number : {"anonymous", "<unknown>", "", "not a number"}) {
    AmiCalls calls{options()};
    const auto facts = calls.on_event(inbound("1", "from-trunk", number), kNow);
    ASSERT_EQ(facts.size(), 1u);
    EXPECT_EQ(std::get<ObservedCall>(facts[0]).customer.number, "") << number;
  }
}

TEST(AmiCalls, memory_is_bounded) {
  AmiCallsOptions small = options();
  small.channels_max = 10;
  small.remembered_max = 10;
  AmiCalls calls{small};
  for (int i = 0; i < 100; ++i)
    calls.on_event(inbound(std::to_string(i), "x", "+4915550001"), kNow);
  EXPECT_EQ(calls.live_channels(), 10u);
  EXPECT_EQ(calls.not_looked_at(), 90u);
}

TEST(AmiCalls, a_refused_originate_is_a_failed_leg_unless_the_leg_is_there) {
  AmiCalls calls{options()};
  const auto failed = calls.on_refused_originate("cb-1-a1", false, kNow);
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(std::get<OrderedLeg>(failed[0]).reason, EndReason::unreachable);
  EXPECT_TRUE(calls.on_refused_originate("cb-1-a1", false, kNow).empty());
  calls.on_event(event({{"Event", "Newchannel"},
                        {"Channel", "PJSIP/1001-1"},
                        {"ChannelState", "0"},
                        {"Uniqueid", "cb-2-a1"},
                        {"Linkedid", "cb-2-a1"}}),
                 kNow);
  EXPECT_TRUE(calls.on_refused_originate("cb-2-a1", false, kNow).empty())
      << "a second order for a leg that rings already is refused with its id";
  EXPECT_EQ(calls.channel_of("cb-2-a1"), "PJSIP/1001-1");
}

}  // namespace
}  // namespace firsthand::telephony
