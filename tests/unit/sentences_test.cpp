// SPDX-License-Identifier: Apache-2.0
// Histories as sentences: the console's catalogues, read by the engine.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "adapters/codec/sentences.hpp"

namespace firsthand::codec {
namespace {

SentenceNames names() {
  SentenceNames out;
  out.person = [](std::int64_t id) { return id == 7 ? std::string("林样例") : std::string(); };
  out.department = [](std::string_view code) {
    return code == "repair" ? std::string("维修中心") : std::string();
  };
  out.category = [](std::string_view) { return std::string(); };
  out.queue = out.category;
  out.pause_reason = out.category;
  out.local_time = [](std::string_view at) {
    return at.empty() ? std::string() : std::string("2026-11-21 18:00");
  };
  return out;
}

std::string told(std::string_view kind, const char* data, bool english = false) {
  return history_sentence(kind, boost::json::parse(data).as_object(), english, names());
}

TEST(Sentences, ReadAsTheScreenDoes) {
  EXPECT_EQ(told("dispatched", R"({"department": "repair"})"), "派单给 维修中心");
  EXPECT_EQ(told("reassigned", R"({"to": 7})"), "改派给 林样例");
  EXPECT_EQ(told("call_ended", R"({"talk_s": 3725})"), "通话结束，时长 1:02:05");
  EXPECT_EQ(told("call_answered", R"({"wait_s": 65})"), "接通，等候 1:05");
  EXPECT_EQ(told("clock_breached", R"({"clock_kind": "callback"})", true).find("{{"),
            std::string::npos);
  EXPECT_EQ(told("follow_up_scheduled", R"({"due_at": "x"})"), "安排回访，2026-11-21 18:00");
}

TEST(Sentences, AMissingFactGivesThePlainForm) {
  EXPECT_EQ(told("reassigned", R"({"to": 99})"), "主管改派");
  EXPECT_EQ(told("call_ended", "{}"), "通话结束");
  EXPECT_EQ(told("nobody_knows_this", "{}"), "nobody_knows_this");
}

TEST(Sentences, VariantsFollowTheirFacts) {
  EXPECT_NE(told("escalated", R"({"by": "ladder", "level": 2})"),
            told("escalated", R"({"level": 2})"));
  EXPECT_NE(
      told("clock_started", R"({"received_at": "x", "due_at": "x", "clock_kind": "callback"})"),
      told("clock_started", R"({"due_at": "x", "clock_kind": "callback"})"));
  EXPECT_EQ(told("clock_warned", R"({"clock_kind": "callback", "recipients": [7, 99]})"),
            "回电即将到时，已提醒 林样例");
  EXPECT_EQ(told("clock_warned", R"({"clock_kind": "callback", "recipients": [7],
                 "due_at": "2026-01-05T02:00:00Z", "step_due_at": "2026-01-05T03:00:00Z"})"),
            "回电仍未处理，已提醒 林样例");
  EXPECT_EQ(told("facts_imported", R"({"source": "erp", "added": 2, "changed": 0, "facts": [
                 {"kind": "invoice", "external_id": "F1", "amount_cents": 123456,
                  "on_date": "2026-01-05"},
                 {"kind": "contract", "external_id": "H2", "amount_cents": 0,
                  "on_date": "2026-01-04"}]})",
                 true),
            "Business records from erp: 2 new, 0 changed (invoice F1 2026-01-05 1234.56 CNY, "
            "contract H2 2026-01-04)");
  EXPECT_NE(told("callback_promised", R"({"kind": "neglected", "user": 7, "due_at": "x"})"),
            told("callback_promised", R"({"kind": "promised", "user": 7, "due_at": "x"})"));
}

TEST(Sentences, WordsAreWhatPeopleWrote) {
  const auto words = [](std::string_view kind, const char* data) {
    return history_words(kind, boost::json::parse(data).as_object(), true);
  };
  EXPECT_EQ(words("note", R"({"text": "a note"})"), "a note");
  EXPECT_EQ(words("reopened", R"({"reason": "not solved"})"), "not solved");
  EXPECT_EQ(words("paused", R"({"reason": "waiting_for_parts"})"), "");
  EXPECT_EQ(words("note", R"({"erased": true})"), "(erased at the customer's request)");
}

}  // namespace
}  // namespace firsthand::codec
