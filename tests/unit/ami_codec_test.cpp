// SPDX-License-Identifier: Apache-2.0
// The manager protocol as text, on what a real port said and on what it never should.
#include "adapters/telephony/ami_codec.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace firsthand::telephony {
namespace {

std::vector<AmiMessage> read_all(AmiReader& reader) {
  std::vector<AmiMessage> all;
  while (auto message = reader.next()) all.push_back(std::move(*message));
  return all;
}

std::string recorded(const std::string& name) {
  std::ifstream in{std::filesystem::path{FIRSTHAND_PBX_FIXTURES} / name, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(AmiReader, reads_banner_replies_and_events) {
  AmiReader reader;
  reader.feed(
      "Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nActionID: a1\r\nMessage: ok\r\n\r\n"
      "Event: Hangup\r\nChannel: PJSIP/1001-00000001\r\nCause-txt: Normal: Clearing\r\nQueue: "
      "\r\n\r\n");
  const auto all = read_all(reader);
  EXPECT_EQ(reader.banner(), "Asterisk Call Manager/11.0.0");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].event(), "");
  EXPECT_EQ(all[0].get("actionid"), "a1");
  EXPECT_EQ(all[1].event(), "Hangup");
  EXPECT_EQ(all[1].get("Cause-txt"), "Normal: Clearing");
  EXPECT_EQ(all[1].get("Queue"), "");
  EXPECT_EQ(all[1].get("Nothing"), "");
}

TEST(AmiReader, keeps_repeated_keys_in_order) {
  AmiReader reader;
  reader.feed("Event: X\r\nChanVariable: A=1\r\nChanVariable: B=2\r\n\r\n");
  const auto message = reader.next();
  ASSERT_TRUE(message);
  ASSERT_EQ(message->fields.size(), 3u);
  EXPECT_EQ(message->fields[1].second, "A=1");
  EXPECT_EQ(message->fields[2].second, "B=2");
}

TEST(AmiReader, an_empty_line_may_stand_before_a_message) {
  const std::string bytes = recorded("m19-everything-unfiltered.ami");
  ASSERT_NE(bytes.find("\r\n\r\n\r\nResponse:"), std::string::npos) << "not that recording";
  AmiReader reader;
  reader.feed(bytes);
  for (const AmiMessage& message : read_all(reader)) {
    ASSERT_FALSE(message.fields.empty());
    const std::string& first = message.fields.front().first;
    EXPECT_TRUE(first == "Event" || first == "Response") << first;
  }
}

TEST(AmiReader, does_not_care_how_the_bytes_are_cut) {
  const std::string bytes = recorded("m11-queue-attended-transfer-by-phone.ami");
  AmiReader whole;
  whole.feed(bytes);
  const auto expected = read_all(whole);
  ASSERT_GT(expected.size(), 80u);
  for (const std::size_t size : {1u, 2u, 3u, 7u, 64u, 1000u}) {
    AmiReader reader;
    std::vector<AmiMessage> all;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      reader.feed(std::string_view{bytes}.substr(at, size));
      for (auto& message : read_all(reader)) all.push_back(std::move(message));
    }
    EXPECT_EQ(all, expected) << "in pieces of " << size;
  }
}

TEST(AmiReader, stops_at_its_limits) {
  const auto breaks = [](AmiLimits limits, std::string_view bytes) {
    AmiReader reader{limits};
    reader.feed(bytes);
    return reader.broken();
  };
  AmiLimits small;
  small.line_max = 9;  // the carriage return counts
  EXPECT_FALSE(breaks(small, "A: 12345\r\n"));
  EXPECT_TRUE(breaks(small, "A: 123456789\r\n"));
  EXPECT_TRUE(breaks(small, "no end of a line"));
  AmiLimits few;
  few.fields_max = 2;
  EXPECT_FALSE(breaks(few, "A: 1\r\nB: 2\r\n\r\nA: 1\r\nB: 2\r\n\r\n"));
  EXPECT_TRUE(breaks(few, "A: 1\r\nB: 2\r\nC: 3\r\n\r\n"));
  AmiLimits short_message;
  short_message.message_max = 10;
  EXPECT_TRUE(breaks(short_message, "A: 12345\r\nB: 12345\r\n"));
  AmiLimits impatient;
  impatient.waiting_max = 1;
  EXPECT_TRUE(breaks(impatient, "A: 1\r\n\r\nA: 2\r\n\r\n"));
}

TEST(AmiText, writes_an_action) {
  EXPECT_EQ(ami_text({"Redirect", {{"Channel", "PJSIP/trunk-1"}, {"Exten", "1001"}}}, "x-1"),
            "Action: Redirect\r\nActionID: x-1\r\nChannel: PJSIP/trunk-1\r\nExten: 1001\r\n\r\n");
}

TEST(AmiText, no_value_can_begin_a_second_line) {
  struct Case {
    std::string what;
    AmiAction action;
    std::string id;
  };
  const std::string zero("a\0b", 3);
  for (const auto& [what, action, id] : std::vector<Case>{
           {"line feed in a value", {"Ping", {{"A", "1\nAction: Originate"}}}, "1"},
           {"carriage return in a value", {"Ping", {{"A", "1\rAction: Originate"}}}, "1"},
           {"zero byte in a value", {"Ping", {{"A", zero}}}, "1"},
           {"line break in a key", {"Ping", {{"A\r\nB", "1"}}}, "1"},
           {"colon in a key", {"Ping", {{"A: B", "1"}}}, "1"},
           {"empty key", {"Ping", {{"", "1"}}}, "1"},
           {"line break in the name", {"Ping\r\nSecret: x", {}}, "1"},
           {"no name", {"", {}}, "1"},
           {"line break in the id", {"Ping", {}}, "1\n2"},
           {"no id", {"Ping", {}}, ""},
           {"too long", {"Ping", {{"A", std::string(1000, 'x')}}}, "1"},
           {"too many",
            {"Ping", std::vector<std::pair<std::string, std::string>>(121, {"A", "1"})},
            "1"},
       }) {
    EXPECT_FALSE(ami_text(action, id)) << what;
  }
}

TEST(AmiText, what_is_written_is_read_back) {
  const AmiAction action{"QueuePause", {{"Interface", "PJSIP/1001"}, {"Reason", "午休: 12"}}};
  const auto text = ami_text(action, "p-1");
  ASSERT_TRUE(text);
  AmiReader reader;
  reader.feed(*text);
  const auto message = reader.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->get("Action"), "QueuePause");
  EXPECT_EQ(message->get("Reason"), "午休: 12");
}

}  // namespace
}  // namespace firsthand::telephony
