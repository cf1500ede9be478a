// SPDX-License-Identifier: Apache-2.0
// What other telephone systems push, over a real socket into a real database: each vendor's calls
// as it documents them, in their order, backwards, twice over and with reports missing.
#include <gmock/gmock.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fstream>
#include <future>
#include <sstream>

#include "adapters/codec/base64.hpp"
#include "adapters/codec/standard_webhooks.hpp"
#include "adapters/runtime/observed_sweep.hpp"
#include "adapters/telephony/push_proof.hpp"
#include "config/document.hpp"
#include "tests/integration/api_harness.hpp"

namespace firsthand::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* kForm = "Content-Type: application/x-www-form-urlencoded\r\n";
constexpr const char* kPath = "/telephony/events";
constexpr const char* kSecret = "a shared secret";
constexpr const char* kSources = R"(
[[source]]
code = "branch"
format = "zammad"
proof = "token"
[[source]]
code = "cloud"
format = "placetel"
proof = "hmac"
header = "X-PLACETEL-SIGNATURE"
[source.agents]
"7777abcdefg@fpbx.de" = "agent"
[[source]]
code = "sip"
format = "sipgate"
proof = "token"
[source.agents]
w0 = "8011"
[[source]]
code = "twilio"
format = "twilio"
proof = "twilio"
[source.agents]
"client:lin" = "8011"
[[source]]
code = "timed"
proof = "hmac"
header = "X-Signature"
timestamp_header = "X-Timestamp"
text = "base64"
)";

std::shared_ptr<const config::CallSources> configured() {
  std::ifstream in{std::string{FIRSTHAND_DEFAULTS} + "/call_sources.toml"};
  std::stringstream text;
  text << in.rdbuf() << kSources;
  return std::make_shared<config::CallSources>(
      config::read_call_sources(config::parse_document(text.str(), "call_sources").value(),
                                "call_sources")
          .value());
}

std::string hex_of(const std::string& bytes) {
  std::ostringstream out;
  for (const char c : bytes) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out << kHex[static_cast<unsigned char>(c) >> 4] << kHex[static_cast<unsigned char>(c) & 15];
  }
  return out.str();
}

class CallEvents : public ::testing::Test {
 protected:
  CallEvents() {
    postgres::Tx tx(api.company.connection());
    for (const char* name : {"branch", "sip"})
      api.tokens[name] = postgres::add_api_token(tx, name, {"telephony"});
    for (const char* name : {"cloud", "twilio", "timed"})
      api.tokens[name] = postgres::add_api_token(tx, name, {"telephony"}, kSecret);
    tx.commit();
    api.context.call_sources = [this] { return sources; };
  }

  Answer placetel(const std::string& form) {
    const auto bytes = telephony::hmac_bytes(config::SignatureHash::sha256, kSecret, form);
    return api.post("", std::string{kPath} + "?source=cloud", form,
                    std::string{kForm} + "X-PLACETEL-SIGNATURE: " + hex_of(bytes) + "\r\n");
  }
  Answer twilio(const std::string& form) {
    const std::string path = std::string{kPath} + "?source=twilio";
    const auto bytes =
        telephony::hmac_bytes(config::SignatureHash::sha1, kSecret,
                              telephony::twilio_text("http://127.0.0.1/api/v1" + path, form));
    return api.post(
        "", path, form,
        std::string{kForm} + "X-Twilio-Signature: " + codec::base64_encode(bytes) + "\r\n");
  }
  Answer zammad(const std::string& json) { return api.post("token:branch", kPath, json); }
  Answer sipgate(const std::string& form) { return api.post("token:sip", kPath, form, kForm); }

  std::string of_call(const std::string& pbx, const std::string& columns) {
    return api.company.value("select concat_ws('|', " + columns +
                             ") from interaction where pbx_id = '" + pbx + "'");
  }
  std::string kinds(const std::string& pbx) {
    return api.company.value(
        "select string_agg(kind, ' ' order by id) from history where interaction_id = "
        "(select id from interaction where pbx_id = '" +
        pbx + "') and kind like '%call_%'");
  }
  std::string open_callbacks() {
    return api.company.value(
        "select count(*) from callback where state = 'open' and kind = 'abandoned'");
  }

  ApiServer api;
  std::shared_ptr<const config::CallSources> sources = configured();
};

using Send = std::function<Answer(const std::string&)>;

/// In their order, then all of them again: as a sender does that has not heard the answers.
void push_all(const std::vector<std::string>& bodies, const Send& send) {
  for (const auto& body : bodies) EXPECT_EQ(send(body).status, 200) << send(body).body;
  for (const auto& body : bodies) {
    const Answer again = send(body);
    EXPECT_EQ(again.status, 200) << again.body;
    if (again.json.is_object()) {
      EXPECT_TRUE(again.at("duplicate").as_bool()) << body;
    }
  }
}

// ---------------------------------------------------------------------------- whole calls
struct Vendor {
  const char* pbx;
  std::vector<std::string> bodies;  ///< new call, (ringing,) answer, hang-up
  const char* in_order;             ///< the history
};

const std::string kZammad =
    R"(","from":"8613912340001","to":"8009","direction":"in","callId":"z-1")";
const std::vector<Vendor>& vendors() {
  static const std::string placetel = "&from=13912340002&to=8009&call_id=p-1";
  static const std::string sipgate = "&from=8613912340003&to=8009&direction=in&callId=s-1";
  static const std::string twilio =
      "&From=%2B8613912340004&Timestamp=Mon%2C+16+Aug+2010+03%3A45%3A";
  static const std::string child =
      "CallSid=CA2&ParentCallSid=CA1&Direction=outbound-dial&To=client%3A"
      "lin&CallStatus=";
  static const std::vector<Vendor> all = {
      {"branch",
       {R"({"event":"newCall)" + kZammad + "}",
        R"({"event":"answer)" + kZammad + R"(,"answeringNumber":"agent"})",
        R"({"event":"hangup)" + kZammad + R"(,"cause":"normalClearing"})"},
       "call_arrived call_answered call_ended"},
      {"cloud",
       {"event=IncomingCall" + placetel,
        "event=CallAccepted" + placetel + "&peer=7777abcdefg%40fpbx.de",
        "event=HungUp" + placetel + "&type=accepted&duration=42"},
       "call_arrived call_answered call_ended"},
      {"sip",
       {"event=newCall" + sipgate + "&user%5B%5D=Lin&userId%5B%5D=w0",
        "event=answer" + sipgate + "&userId=w0",
        "event=hangup" + sipgate + "&cause=normalClearing"},
       "call_arrived call_answered call_ended"},
      {"twilio",
       {"CallSid=CA1&Direction=inbound&To=8009&CallStatus=initiated" + twilio + "01+%2B0000",
        child + "ringing" + twilio + "05+%2B0000", child + "in-progress" + twilio + "10+%2B0000",
        child + "completed" + twilio + "50+%2B0000",
        "CallSid=CA1&Direction=inbound&To=8009&CallStatus=completed" + twilio + "51+%2B0000"},
       "call_arrived call_answered call_ended"},
  };
  return all;
}

class WholeCalls : public CallEvents {
 protected:
  Send send_as(const std::string& pbx) {
    if (pbx == "branch") return [this](const std::string& body) { return zammad(body); };
    if (pbx == "cloud") return [this](const std::string& body) { return placetel(body); };
    if (pbx == "sip") return [this](const std::string& body) { return sipgate(body); };
    return [this](const std::string& body) { return twilio(body); };
  }
};

TEST_F(WholeCalls, InTheirOrderAndAgain) {
  for (const Vendor& vendor : vendors()) {
    push_all(vendor.bodies, send_as(vendor.pbx));
    EXPECT_EQ(of_call(vendor.pbx, "state, outcome, agent_id, dialled"), "ended|handled|11|8009");
    EXPECT_EQ(kinds(vendor.pbx), vendor.in_order);
  }
  EXPECT_EQ(open_callbacks(), "0");
  EXPECT_EQ(of_call("twilio",
                    "to_char(enqueued_at at time zone 'utc', 'SS'), "
                    "to_char(answered_at at time zone 'utc', 'SS'), "
                    "to_char(ended_at at time zone 'utc', 'SS')"),
            "01|10|50");
  EXPECT_EQ(api.company.value("select number from interaction where pbx_id = 'cloud'"),
            "+8613912340002");
}

TEST_F(WholeCalls, Backwards) {
  for (const Vendor& vendor : vendors()) {
    std::vector<std::string> bodies = vendor.bodies;
    std::reverse(bodies.begin(), bodies.end());
    push_all(bodies, send_as(vendor.pbx));
    EXPECT_EQ(of_call(vendor.pbx, "state, outcome, agent_id"), "ended|handled|11") << vendor.pbx;
    EXPECT_THAT(kinds(vendor.pbx), HasSubstr("call_arrived")) << vendor.pbx;
  }
  EXPECT_EQ(open_callbacks(), "0") << "who was talked with is not called back";
}

TEST_F(WholeCalls, WithReportsMissing) {
  for (const Vendor& vendor : vendors()) {
    const bool twilio = std::string{vendor.pbx} == "twilio";
    // Without the beginning; Twilio's hang-up alone does not say that anybody talked.
    std::vector<std::string> rest{vendor.bodies.begin() + (twilio ? 2 : 1), vendor.bodies.end()};
    push_all(rest, send_as(vendor.pbx));
    EXPECT_EQ(of_call(vendor.pbx, "state, outcome, agent_id"), "ended|handled|11") << vendor.pbx;
  }
  EXPECT_EQ(open_callbacks(), "0");
}

TEST_F(WholeCalls, ALostAnswerIsNoMissedCall) {
  for (const Vendor& vendor : vendors()) {
    if (std::string{vendor.pbx} == "twilio") continue;
    push_all({vendor.bodies.front(), vendor.bodies.back()}, send_as(vendor.pbx));
    EXPECT_EQ(of_call(vendor.pbx, "state, outcome"), "ended|handled") << vendor.pbx;
  }
  EXPECT_EQ(open_callbacks(), "0");
}

TEST_F(WholeCalls, AMissedOneIsSomebodysCallback) {
  push_all({"event=IncomingCall&from=13912340009&to=8009&call_id=p-9",
            "event=HungUp&from=13912340009&to=8009&call_id=p-9&type=missed"},
           send_as("cloud"));
  EXPECT_EQ(of_call("cloud", "state, outcome"), "ended|abandoned");
  EXPECT_EQ(open_callbacks(), "1");
}

TEST_F(WholeCalls, OneWithoutAnEndIsEnded) {
  const auto look = [&] {
    boost::asio::io_context io;
    runtime::ObservedSweep sweep{api.door, api.pool, [this] { return sources; }};
    auto ended = boost::asio::co_spawn(io, sweep.look(), boost::asio::use_future);
    // The door and the pool answer from threads of their own.
    io.run_for(std::chrono::seconds{20});
    return ended.get();
  };
  const auto event = [](const char* call, const char* what, const std::string& at) {
    return R"({"call_id":")" + std::string{call} + R"(","event":")" + what +
           R"(","from":"13912340010","to":"8009","agent":"8011","at":")" + at + "\"}";
  };
  const std::string now = to_iso8601(api.context.now());
  const std::string old = to_iso8601(api.context.now() - std::chrono::hours{5});
  const std::string while_ago = to_iso8601(api.context.now() - std::chrono::minutes{40});
  for (const auto& [call, at] : {std::pair{"old", old}, std::pair{"fresh", while_ago}}) {
    ASSERT_EQ(api.post("token:pbx", kPath, event(call, "new_call", at)).status, 200);
    ASSERT_EQ(api.post("token:pbx", kPath, event(call, "answer", at)).status, 200);
  }
  ASSERT_EQ(api.post("token:pbx", kPath, event("waiting", "new_call", while_ago)).status, 200);
  ASSERT_EQ(api.post("token:pbx", kPath, event("begun", "new_call", now)).status, 200);
  EXPECT_EQ(look(), 2);
  const auto outcome = [&](const std::string& call) {
    return api.company.value(
        "select state || ' ' || outcome from interaction where channel_id = '" + call + "'");
  };
  EXPECT_EQ(outcome("old"), "ended engine_gap");
  EXPECT_EQ(outcome("fresh"), "talking ");
  EXPECT_EQ(outcome("waiting"), "ended abandoned");
  EXPECT_EQ(outcome("begun"), "waiting ");
  EXPECT_EQ(open_callbacks(), "1");
  EXPECT_EQ(look(), 0) << "once is enough";
}

// ---------------------------------------------------------------------------- who may push
TEST_F(CallEvents, EachSourceProvesItselfInItsOwnWay) {
  const std::string form = "event=IncomingCall&from=13912340002&to=8009&call_id=p-1";
  const std::string path = kPath;
  const auto unsigned_push = api.post("", path + "?source=cloud", form, kForm);
  EXPECT_EQ(unsigned_push.status, 401);
  EXPECT_EQ(unsigned_push.code(), "bad_signature");
  const auto wrong = api.post("", path + "?source=cloud", form,
                              std::string{kForm} + "X-PLACETEL-SIGNATURE: 00ff\r\n");
  EXPECT_EQ(wrong.code(), "bad_signature");
  EXPECT_EQ(api.post("token:cloud", path, form, kForm).code(), "signature_required")
      << "a source that signs is not let in by its token";
  EXPECT_EQ(api.post("token:branch", path + "?source=cloud", form, kForm).code(), "other_source");
  EXPECT_EQ(api.post("", path + "?source=unknown", form, kForm).status, 401);
  EXPECT_EQ(api.post("", path + "?source=branch", form, kForm).status, 401) << "needs its token";

  // The signature of one source is nothing to another.
  const auto bytes = telephony::hmac_bytes(config::SignatureHash::sha256, kSecret, form);
  EXPECT_EQ(api.post("", path + "?source=twilio", form,
                     std::string{kForm} + "X-PLACETEL-SIGNATURE: " + hex_of(bytes) + "\r\n")
                .code(),
            "bad_signature");
  // Nor does a Standard Webhooks signature stand in for the one that is configured.
  const auto seconds =
      std::chrono::duration_cast<Seconds>(api.context.now().time_since_epoch()).count();
  const auto standard = codec::sign_webhook(codec::WebhookSecret{kSecret}, "m1", seconds, form);
  EXPECT_EQ(api.post("", path, form,
                     std::string{kForm} + "webhook-id: m1\r\nwebhook-timestamp: " +
                         std::to_string(seconds) + "\r\nwebhook-signature: " + standard + "\r\n")
                .code(),
            "bad_signature");
  EXPECT_EQ(api.company.value("select count(*) from interaction where pbx_id = 'cloud'"), "0");
  EXPECT_EQ(placetel(form).status, 200);

  postgres::Tx tx(api.company.connection());
  postgres::revoke_api_token(tx, "cloud");
  tx.commit();
  EXPECT_EQ(placetel(form + "&more=1").code(), "bad_signature") << "its secret is revoked with it";
}

TEST_F(CallEvents, AnOldSignatureIsRefused) {
  const std::string body = R"({"call_id":"t-1","event":"newCall","from":"13912340005"})";
  const auto push = [&](Seconds age) {
    const auto time = std::to_string(
        std::chrono::duration_cast<Seconds>((api.context.now() - age).time_since_epoch()).count());
    const auto bytes =
        telephony::hmac_bytes(config::SignatureHash::sha256, kSecret, time + "." + body);
    return api.post(
        "", std::string{kPath} + "?source=timed", body,
        "X-Timestamp: " + time + "\r\nX-Signature: " + codec::base64_encode(bytes) + "\r\n");
  };
  EXPECT_EQ(push(Seconds{400}).code(), "bad_signature");
  EXPECT_EQ(push(Seconds{-400}).code(), "bad_signature");
  EXPECT_FALSE(push(Seconds{0}).at("duplicate").as_bool());
  // Within the window a replay is the same report again, which changes nothing.
  EXPECT_TRUE(push(Seconds{1}).at("duplicate").as_bool());
}

TEST_F(CallEvents, ATokenAsThePasswordOfHttpBasic) {
  const std::string body = vendors().front().bodies.front();
  const auto push = [&](const std::string& pair) {
    return api.post("", kPath, body, "Authorization: Basic " + codec::base64_encode(pair) + "\r\n");
  };
  EXPECT_EQ(push("branch:" + api.tokens.at("branch")).status, 200);
  EXPECT_EQ(push("branch:wrong").status, 401);
  EXPECT_EQ(push(api.tokens.at("branch")).status, 401);
  EXPECT_EQ(api.post("", kPath, body, "Authorization: Basic %%%\r\n").status, 401);
}

TEST_F(CallEvents, ASenderMayWantItsOwnAnswer) {
  const auto answer = sipgate("event=newCall&from=8613912340003&direction=in&callId=s-1");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.head, HasSubstr("Content-Type: application/xml"));
  const std::string url = "http://127.0.0.1/api/v1/telephony/events";
  EXPECT_THAT(answer.body, HasSubstr("onAnswer=\"" + url + "\" onHangup=\"" + url + "\""));
  EXPECT_EQ(sipgate("event=dtmf&callId=s-1&dtmf=1").status, 200) << "nothing to record";
  EXPECT_EQ(kinds("sip"), "call_arrived");
}

TEST_F(CallEvents, WhatCannotBeReadSaysWhere) {
  const auto wrong = [&](const std::string& body) { return zammad(body); };
  const auto unknown = wrong(R"({"event":"sings","callId":"1"})");
  EXPECT_EQ(unknown.status, 422);
  EXPECT_EQ(unknown.code(), "invalid");
  EXPECT_EQ(unknown.field(), "event");
  EXPECT_EQ(wrong(R"({"event":"newCall"})").field(), "callId") << "the sender's own word";
  EXPECT_EQ(placetel("event=HungUp").field(), "call_id");
  EXPECT_EQ(api.post("token:sip", kPath, "{}").field(), "content-type");
}

}  // namespace
}  // namespace firsthand::test
