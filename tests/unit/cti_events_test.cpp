// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/cti_events.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "adapters/codec/base64.hpp"
#include "adapters/codec/standard_webhooks.hpp"

namespace firsthand::telephony {
namespace {

constexpr const char* kJson = "application/json; charset=utf-8";
constexpr const char* kForm = "application/x-www-form-urlencoded";

auto parse(const char* type, const std::string& body, const char* source = "branch-pbx") {
  return parse_cti_event(config::own_format(), type, body, source);
}

TEST(CtiEvents, ReadsJson) {
  const auto event = parse(kJson, R"({"event":"newCall","call_id":"77-1","direction":"in",
      "from":"138 0013 8000","to":"010-62345678","user":"1001","at":"2026-11-21T10:00:00+08:00"})");
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->kind, CtiKind::new_call);
  EXPECT_EQ(event->source, "branch-pbx");
  EXPECT_EQ(event->call_id, "77-1");
  EXPECT_EQ(event->customer().number, "+8613800138000");
  EXPECT_EQ(event->to.number, "+861062345678");
  EXPECT_EQ(event->agent, "1001");
  ASSERT_TRUE(event->at);
  EXPECT_EQ(to_iso8601(*event->at), "2026-11-21T02:00:00Z");
}

TEST(CtiEvents, ReadsForms) {
  const auto event = parse(kForm,
                           "event=hangup&callId=77-1&direction=out&from=1001&to=%2B8613800138000&"
                           "user%5B%5D=Li+Si&cause=normalClearing&timestamp=1795226400");
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->kind, CtiKind::hangup);
  EXPECT_EQ(event->direction, CtiDirection::out);
  EXPECT_EQ(event->customer().number, "+8613800138000");
  EXPECT_EQ(event->agent, "Li Si");
  EXPECT_EQ(event->cause, "normalclearing");
  ASSERT_TRUE(event->at);
  EXPECT_EQ(to_iso8601(*event->at), "2026-11-21T02:00:00Z");
}

TEST(CtiEvents, KnowsTheKinds) {
  const std::vector<std::pair<std::string, CtiKind>> rows = {
      {"newCall", CtiKind::new_call}, {"ringing", CtiKind::ringing},
      {"answer", CtiKind::answer},    {"hold", CtiKind::hold},
      {"unhold", CtiKind::unhold},    {"transfer", CtiKind::transfer},
      {"hangup", CtiKind::hangup}};
  for (const auto& [name, kind] : rows) {
    const auto event = parse(kJson, R"({"event":")" + name + R"(","call_id":"1"})");
    ASSERT_TRUE(event.has_value()) << name;
    EXPECT_EQ(event->kind, kind);
  }
}

TEST(CtiEvents, SaysWhatIsWrong) {
  struct Row {
    const char* type;
    std::string body;
    const char* field;
  };
  const std::vector<Row> rows = {
      {kJson, "", "body"},
      {kJson, "[]", "body"},
      {kJson, "{", "body"},
      {kJson, R"({"event":"answer"})", "call_id"},
      {kJson, R"({"call_id":"1"})", "event"},
      {kJson, R"({"call_id":"1","event":"dance"})", "event"},
      {kJson, R"({"call_id":"1","event":"answer","direction":"up"})", "direction"},
      {kJson, R"({"call_id":"1","event":"answer","at":"yesterday"})", "at"},
      {kJson, R"({"call_id":"1","event":"answer","at":"2026-11-21T10:00:00"})", "at"},
      {kJson, R"({"call_id":")" + std::string(300, 'x') + R"(","event":"answer"})", "call_id"},
      {kJson, std::string(20'000, ' '), "body"},
      {"text/plain", R"({"call_id":"1","event":"answer"})", "content-type"},
      {"", R"({"call_id":"1","event":"answer"})", "content-type"},
      {kForm, "", "body"},
      {kForm, "event=answer&call_id=%ff%fe", "body"},
  };
  for (const Row& row : rows) {
    const auto event = parse(row.type, row.body);
    ASSERT_TRUE(event.has_error()) << row.body;
    EXPECT_EQ(event.error().field, row.field) << row.body;
    EXPECT_FALSE(event.error().message.empty());
  }
}

TEST(CtiEvents, WhoItIsIsProvedAndNotSaid) {
  const std::string body = R"({"event":"answer","call_id":"1","source":"somebody-else"})";
  EXPECT_EQ(parse(kJson, body, "branch-pbx")->source, "branch-pbx");
}

TEST(CtiEvents, TheKeyTellsARepeatFromAChange) {
  const std::string body = R"({"event":"hold","call_id":"1","at":1795226400})";
  const std::string later = R"({"event":"hold","call_id":"1","at":1795226460})";
  EXPECT_EQ(parse(kJson, body)->key, parse(kJson, body)->key);
  EXPECT_NE(parse(kJson, body)->key, parse(kJson, later)->key);
  EXPECT_NE(parse(kJson, body, "a")->key, parse(kJson, body, "b")->key);
}

TEST(CtiEvents, DropsControlCharacters) {
  const auto event = parse(kJson, R"({"event":"answer","call_id":"1\n2","user":"a\u0000b"})");
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->call_id, "12");
  EXPECT_EQ(event->agent, "ab");
}

// ------------------------------------------------------------------------ signatures

using codec::verify_webhook;
using codec::WebhookHeaders;
using codec::WebhookSecret;
using codec::WebhookVerdict;

// The specification's own example.
constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::int64_t kSent = 1614265330;
constexpr const char* kBody = R"({"test": 2432232314})";
constexpr const char* kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

TEST(CtiWebhooks, SignsAsTheSpecificationDoes) {
  EXPECT_EQ(codec::sign_webhook(WebhookSecret{kSecret}, kId, kSent, kBody), kSignature);
}

TEST(CtiWebhooks, VerifiesAndRefuses) {
  const std::vector<WebhookSecret> secrets = {WebhookSecret{"old"}, WebhookSecret{kSecret}};
  const std::string time = std::to_string(kSent);
  const auto verdict = [&](WebhookHeaders headers, std::string_view body = kBody,
                           std::int64_t now = kSent) {
    return verify_webhook(secrets, headers, body, now);
  };
  EXPECT_EQ(verdict({kId, time, kSignature}), WebhookVerdict::accepted);
  const std::string several = std::string{"v1a,xyz v1,AAAA "} + kSignature;
  EXPECT_EQ(verdict({kId, time, several}), WebhookVerdict::accepted);
  EXPECT_EQ(verdict({kId, time, kSignature}, kBody, kSent + 300), WebhookVerdict::accepted);
  EXPECT_EQ(verdict({kId, time, kSignature}, kBody, kSent + 301), WebhookVerdict::too_old);
  EXPECT_EQ(verdict({kId, time, kSignature}, kBody, kSent - 301), WebhookVerdict::too_new);
  EXPECT_EQ(verdict({kId, time, kSignature}, "{}"), WebhookVerdict::bad_signature);
  EXPECT_EQ(verdict({"other", time, kSignature}), WebhookVerdict::bad_signature);
  EXPECT_EQ(verdict({kId, "1614265331", kSignature}), WebhookVerdict::bad_signature);
  EXPECT_EQ(verdict({kId, time, "v1,"}), WebhookVerdict::bad_signature);
  EXPECT_EQ(verdict({kId, time, std::string{kSignature}.substr(3)}), WebhookVerdict::bad_signature);
  EXPECT_EQ(verdict({kId, "soon", kSignature}), WebhookVerdict::bad_timestamp);
  EXPECT_EQ(verdict({kId, "-1", kSignature}), WebhookVerdict::bad_timestamp);
  EXPECT_EQ(verdict({kId, "99999999999999999999", kSignature}), WebhookVerdict::bad_timestamp);
  EXPECT_EQ(verdict({"", time, kSignature}), WebhookVerdict::missing);
  EXPECT_EQ(verdict({kId, "", kSignature}), WebhookVerdict::missing);
  EXPECT_EQ(verdict({kId, time, ""}), WebhookVerdict::missing);
  EXPECT_EQ(verdict({kId, time, std::string(5000, 'v')}), WebhookVerdict::missing);
}

TEST(CtiWebhooks, AnUnsetSecretVerifiesNothing) {
  const std::vector<WebhookSecret> unset = {WebhookSecret{""}, WebhookSecret{"whsec_"}};
  const std::string forged = codec::sign_webhook(unset[0], kId, kSent, kBody);
  EXPECT_EQ(verify_webhook(unset, {kId, std::to_string(kSent), forged}, kBody, kSent),
            WebhookVerdict::bad_signature);
  EXPECT_EQ(verify_webhook({}, {kId, std::to_string(kSent), forged}, kBody, kSent),
            WebhookVerdict::bad_signature);
}

TEST(CtiWebhooks, Base64GoesBothWays) {
  for (std::size_t length = 0; length < 70; ++length) {
    std::string bytes;
    for (std::size_t i = 0; i < length; ++i) bytes += static_cast<char>(i * 37 + length);
    EXPECT_EQ(codec::base64_decode(codec::base64_encode(bytes)), bytes);
  }
  EXPECT_EQ(codec::base64_encode("foob"), "Zm9vYg==");
  for (const char* bad : {"Zm9vYg=", "Zm9vYg", "Zm9=Yg==", "Zm9vYh==", "====", "Zm 9", "Zm9_"}) {
    EXPECT_EQ(codec::base64_decode(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace firsthand::telephony
