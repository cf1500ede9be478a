// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/emergency_desk.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace firsthand::runtime {
namespace {

namespace pbx = firsthand::telephony;

/// The desk with what it commands and writes down laid open.
struct Emergency {
  std::vector<Reachable> agents{{UserId{1}, "1001"}, {UserId{2}, "1002"}};
  std::vector<pbx::PbxCommand> commands;
  std::vector<std::string> written;
  EmergencyDesk desk{"pbx1",
                     {[this](pbx::PbxCommand command) { commands.push_back(std::move(command)); },
                      [this](const std::string&, Happening what) {
                        const auto& seen = std::get<event::CallObserved>(what);
                        written.push_back(seen.what + ":" + seen.extension);
                      },
                      [this] { return agents; },
                      [this](const pbx::CallArrived& call) {
                        if (database) handed_over.push_back(call.channel_id);
                        return database;
                      }}};
  bool database = false;
  std::vector<std::string> handed_over;

  void arrive(const std::string& channel) {
    pbx::CallArrived call;
    call.channel_id = channel;
    call.number = {"+8613800138000", "", pbx::PhoneKind::e164};
    desk.take(call);
  }
  const pbx::Offer& last_offer() {
    for (auto it = commands.rbegin(); it != commands.rend(); ++it) {
      if (const auto* offer = std::get_if<pbx::Offer>(&*it)) return *offer;
    }
    throw std::runtime_error("nobody was rung");
  }
  std::size_t offers() const {
    return static_cast<std::size_t>(
        std::count_if(commands.begin(), commands.end(),
                      [](const auto& c) { return std::holds_alternative<pbx::Offer>(c); }));
  }
  bool fail(const std::string& leg) {
    pbx::LegFailed failed;
    failed.leg_id = leg;
    failed.reason = pbx::EndReason::no_answer;
    return desk.hear(failed);
  }
  bool answer(const std::string& leg) {
    pbx::LegAnswered answered;
    answered.leg_id = leg;
    return desk.hear(answered);
  }
  void join(const std::string& leg) {
    pbx::Connected both;
    both.leg_id = leg;
    EXPECT_TRUE(desk.hear(both));
  }
  bool leg_ends(const std::string& leg) {
    pbx::LegEnded ended;
    ended.leg_id = leg;
    return desk.hear(ended);
  }
  bool end(const std::string& channel) {
    pbx::CallEnded ended;
    ended.channel_id = channel;
    ended.reason = pbx::EndReason::caller_hung_up;
    return desk.hear(ended);
  }
};

TEST(EmergencyDesk, rings_the_longest_idle_and_connects_who_answers) {
  Emergency e;
  e.arrive("c1");
  EXPECT_TRUE(std::holds_alternative<pbx::Accept>(e.commands.front()));
  EXPECT_EQ(e.last_offer().endpoint, "1001");
  ASSERT_TRUE(e.answer(e.last_offer().leg_id));
  EXPECT_TRUE(std::holds_alternative<pbx::Connect>(e.commands.back()));
  e.join(e.last_offer().leg_id);
  ASSERT_TRUE(e.end("c1"));
  EXPECT_EQ(e.written, (std::vector<std::string>{"new_call:", "answer:1001", "hangup:1001"}));
  EXPECT_EQ(e.desk.calls(), 0u);
}

TEST(EmergencyDesk, goes_on_to_the_next_and_never_rings_two_for_one_call) {
  Emergency e;
  e.arrive("c1");
  const std::string first = e.last_offer().leg_id;
  ASSERT_TRUE(e.fail(first));
  EXPECT_EQ(e.last_offer().endpoint, "1002");
  EXPECT_NE(e.last_offer().leg_id, first);
  e.desk.look_again();
  EXPECT_EQ(e.offers(), 2u);
  EXPECT_FALSE(e.answer(first)) << "the first telephone is no longer asked";
}

TEST(EmergencyDesk, an_agent_is_rung_for_one_call_at_a_time) {
  Emergency e;
  e.agents.resize(1);
  e.arrive("c1");
  e.arrive("c2");
  EXPECT_EQ(e.offers(), 1u);
  ASSERT_TRUE(e.answer(e.last_offer().leg_id));
  e.desk.look_again();
  EXPECT_EQ(e.offers(), 1u);
  ASSERT_TRUE(e.end("c1"));  // free again: the one who waits is next
  EXPECT_EQ(e.offers(), 2u);
  EXPECT_EQ(e.last_offer().channel_id, "c2");
}

TEST(EmergencyDesk, a_caller_who_gives_up_stops_the_ringing) {
  Emergency e;
  e.arrive("c1");
  const std::string leg = e.last_offer().leg_id;
  ASSERT_TRUE(e.end("c1"));
  ASSERT_TRUE(std::holds_alternative<pbx::Withdraw>(e.commands.back()));
  EXPECT_EQ(std::get<pbx::Withdraw>(e.commands.back()).leg_id, leg);
}

TEST(EmergencyDesk, who_hangs_up_before_the_two_are_joined_has_not_had_the_caller) {
  Emergency e;
  e.arrive("c1");
  const std::string first = e.last_offer().leg_id;
  ASSERT_TRUE(e.answer(first));
  ASSERT_TRUE(e.leg_ends(first));
  EXPECT_EQ(e.last_offer().endpoint, "1002") << "the next one is rung";
  EXPECT_EQ(e.written, (std::vector<std::string>{"new_call:"})) << "nobody has talked with him";
}

TEST(EmergencyDesk, who_waits_when_the_database_is_back_waits_as_everybody_does) {
  Emergency e;
  e.arrive("c1");
  e.arrive("c2");
  ASSERT_TRUE(e.answer("e-c1-1"));
  e.database = true;
  e.desk.look_again();
  EXPECT_TRUE(e.handed_over.empty()) << "one talks, and for the other a telephone rings";
  ASSERT_TRUE(e.fail("e-c2-1"));
  e.desk.look_again();
  EXPECT_EQ(e.handed_over, std::vector<std::string>{"c2"});
  EXPECT_EQ(e.desk.calls(), 1u) << "who talks is ours to the end";
}

TEST(EmergencyDesk, leaves_calls_of_others_alone) {
  Emergency e;
  EXPECT_FALSE(e.end("somebody-elses"));
  EXPECT_FALSE(e.answer("o-1-2"));
  EXPECT_TRUE(e.commands.empty());
}

}  // namespace
}  // namespace firsthand::runtime
