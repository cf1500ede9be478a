// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/ari_codec.hpp"

#include <gtest/gtest.h>

namespace firsthand::telephony {
namespace {

TEST(AriCodec, ReadsAnArrival) {
  const auto event = parse_ari_event(
      R"({"type":"StasisStart","timestamp":"2026-11-21T21:45:25.947+0000","args":["in","7000","+49"],
          "channel":{"id":"pbx1-1.0","name":"PJSIP/trunk-0","state":"Ring","protocol_id":"abc@x",
            "caller":{"name":"Li Si","number":"13800138000"},
            "dialplan":{"context":"from-trunk","exten":"7000","app_name":"Stasis",
                        "app_data":"engine,in,7000,+49"},
            "creationtime":"2026-11-21T21:45:25.900+0800","new_field":{"deep":[1,2]}},
          "asterisk_id":"x","application":"engine","unheard_of":null})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, AriKind::stasis_start);
  EXPECT_EQ(event->application, "engine");
  EXPECT_EQ(to_iso8601(event->at), "2026-11-21T21:45:25.947Z");
  EXPECT_EQ(event->args, (std::vector<std::string>{"in", "7000", "+49"}));
  EXPECT_EQ(event->channel.id, "pbx1-1.0");
  EXPECT_EQ(event->channel.state, AriChannelState::ring);
  EXPECT_EQ(event->channel.protocol_id, "abc@x");
  EXPECT_EQ(event->channel.caller_number, "13800138000");
  EXPECT_EQ(event->channel.app_data, (std::vector<std::string>{"engine", "in", "7000", "+49"}));
  EXPECT_EQ(to_iso8601(event->channel.created_at), "2026-11-21T13:45:25.900Z");
  EXPECT_FALSE(event->replaced);
}

TEST(AriCodec, ReadsCausesAndDials) {
  const auto ended = parse_ari_event(
      R"({"type":"ChannelDestroyed","cause":17,"tech_cause":486,"channel":{"id":"o-1"}})");
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->cause, 17);
  EXPECT_EQ(ended->tech_cause, 486);
  const auto dial = parse_ari_event(
      R"({"type":"Dial","dialstatus":"RINGING","caller":{"id":"c"},"peer":{"id":"o-1"}})");
  ASSERT_TRUE(dial);
  EXPECT_EQ(dial->kind, AriKind::dial);
  EXPECT_EQ(dial->channel.id, "o-1");
  EXPECT_EQ(dial->dial_status, "RINGING");
}

TEST(AriCodec, TakesStrangeFramesCalmly) {
  for (const char* strange :
       {R"({"type":"SomethingNew","channel":7,"bridge":"x","args":{},"cause":"17"})",
        R"({"type":"StasisStart"})", R"({"type":"StasisStart","channel":[],"args":[1,null,{}]})",
        R"({"type":"Dial","peer":null})", R"({"type":"ChannelTransfer","referred_by":5})",
        R"({"type":"ChannelDestroyed","cause":-3,"channel":{"id":9}})",
        R"({"type":"ChannelDestroyed","cause":99999999999,"timestamp":"yesterday"})"}) {
    const auto event = parse_ari_event(strange);
    ASSERT_TRUE(event) << strange;
    EXPECT_EQ(event->cause, 0) << strange;
    EXPECT_TRUE(event->channel.id.empty()) << strange;
  }
  for (const char* bad : {"", "null", "[]", "{}", "{\"type\":5}", "{\"type\":\"Dial\"", "\xff"}) {
    EXPECT_FALSE(parse_ari_event(bad)) << bad;
  }
  EXPECT_FALSE(parse_ari_event("{\"type\":\"" + std::string(kAriFrameMax, 'x') + "\"}"));
  std::string deep = R"({"type":"Dial","x":)";
  for (int i = 0; i < 5000; ++i) deep += "[";
  EXPECT_FALSE(parse_ari_event(deep));
}

// A caller's name in GBK must not reach the database as broken UTF-8.
TEST(AriCodec, MendsBytesThatAreNoUtf8) {
  const auto event = parse_ari_event(
      "{\"type\":\"StasisStart\",\"channel\":{\"id\":\"1\",\"caller\":{\"name\":\"\xd5\xc5 ok "
      "\xe5\xbc\xa0\"}}}");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->channel.caller_name, "?? ok \xe5\xbc\xa0");
  const auto control =
      parse_ari_event(R"({"type":"StasisStart","channel":{"id":"1","name":"a\u0000b\nc"}})");
  ASSERT_TRUE(control);
  EXPECT_EQ(control->channel.name, "a?b?c");
}

TEST(AriCodec, ReadsReplies) {
  const auto channels = parse_ari_channels(
      R"([{"id":"a","state":"Up","dialplan":{"app_name":"Stasis","app_data":"engine"}},7])");
  ASSERT_TRUE(channels);
  ASSERT_EQ(channels->size(), 1U);
  EXPECT_EQ((*channels)[0].app_data, (std::vector<std::string>{"engine"}));
  const auto bridges =
      parse_ari_bridges(R"([{"id":"b-1","bridge_type":"mixing","channels":["a","c"]}])");
  ASSERT_TRUE(bridges);
  EXPECT_EQ((*bridges)[0].channels, (std::vector<std::string>{"a", "c"}));
  const auto info = parse_ari_info(
      R"({"system":{"version":"22.1"},"status":{"startup_time":"2026-11-21T21:52:19.543+0000"}})");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->startup_time, "2026-11-21T21:52:19.543+0000");
  const auto apps = parse_ari_application_channels(
      R"([{"name":"other","channel_ids":["x"]},{"name":"engine","channel_ids":["o-1","c"]}])",
      "engine");
  ASSERT_TRUE(apps);
  EXPECT_EQ(*apps, (std::vector<std::string>{"o-1", "c"}));
  EXPECT_EQ(parse_ari_message(R"({"message":"Channel not found"})"), "Channel not found");
  EXPECT_EQ(parse_ari_message(R"({"error":"Allocation failed"})"), "Allocation failed");
  EXPECT_EQ(parse_ari_message("<html>"), "");
  EXPECT_FALSE(parse_ari_channels("{}"));
  EXPECT_FALSE(parse_ari_info("{}"));
}

TEST(AriCodec, EscapesWhatGoesOut) {
  EXPECT_EQ(ari_query({{"endpoint", "PJSIP/1001"}, {"callerId", "A & B <+49>"}, {"empty", ""}}),
            "?endpoint=PJSIP%2F1001&callerId=A%20%26%20B%20%3C%2B49%3E");
  EXPECT_EQ(ari_query({{"a", ""}}), "");
  EXPECT_EQ(ari_escape("TIMEOUT(absolute)"), "TIMEOUT%28absolute%29");
  EXPECT_EQ(ari_variables({{"A", "x\"y"}}), R"({"variables":{"A":"x\"y"}})");
}

}  // namespace
}  // namespace firsthand::telephony
