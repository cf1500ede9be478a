// SPDX-License-Identifier: Apache-2.0
// The shipped formats read what their systems document to send, signatures hold what they vouch
// for, and a document that is wrong says where.
#include "config/call_sources.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "adapters/codec/base64.hpp"
#include "adapters/codec/standard_webhooks.hpp"
#include "adapters/telephony/cti_events.hpp"
#include "adapters/telephony/push_proof.hpp"
#include "config/document.hpp"

namespace firsthand::telephony {
namespace {

using config::CallSource;
using config::CallSources;
using config::PushProof;

constexpr const char* kJson = "application/json";
constexpr const char* kForm = "application/x-www-form-urlencoded";

config::Checked<CallSources> read(const std::string& text) {
  return config::read_call_sources(config::parse_document(text, "call_sources").value(),
                                   "call_sources");
}

const CallSources& shipped() {
  static const CallSources sources =
      read(config::read_file(std::string{FIRSTHAND_DEFAULTS} + "/call_sources.toml").value())
          .value();
  return sources;
}

// ---------------------------------------------------------------------------- what they send
struct Push {
  const char* what;
  const char* format;
  const char* type;
  std::string body;
  CtiKind kind;
  CtiDirection direction;
  std::string call, customer, agent, cause;
};

TEST(CallFormats, TheShippedOnesReadWhatTheirSystemsSend) {
  const NumberContext germany{"DE", ""};
  const std::string zammad_call = "307fa962-de8d-4ffc-817b-7f6993204159";
  const auto zammad = [&](const std::string& event, const std::string& more) {
    return R"({"event":")" + event + R"(","from":"493023125741","to":"492214710334",)" +
           R"("direction":"in","callId":")" + zammad_call + "\"" + more + "}";
  };
  const std::string sipgate = "&from=492111234567&to=4915791234567&direction=in&callId=123456";
  const std::string placetel = "&from=022129191999&to=022199998560&call_id=f4591ba315d8";
  const std::string caller = "+492111234567", local = "+4922129191999";
  using enum config::CallReport;
  using enum config::CallWay;
  const std::vector<Push> pushes = {
      {"zammad new call", "zammad", kJson, zammad("newCall", R"(,"user":["Emma Taylor"])"),
       new_call, in, zammad_call, "+493023125741", "Emma Taylor", ""},
      {"zammad answer", "zammad", kJson, zammad("answer", R"(,"answeringNumber":"emma@x.test")"),
       answer, in, zammad_call, "+493023125741", "emma@x.test", ""},
      {"zammad hangup", "zammad", kJson, zammad("hangup", R"(,"cause":"normalClearing")"), hangup,
       in, zammad_call, "+493023125741", "", "answered"},
      {"zammad as a form", "zammad", kForm,
       "event=hangup&from=493023125741&to=492214710334&direction=out&callId=x&user%5B%5D=C+Miller"
       "&cause=noAnswer",
       hangup, out, "x", "+492214710334", "C Miller", "no_answer"},
      {"sipgate new call", "sipgate", kForm,
       "event=newCall" + sipgate +
           "&user%5B%5D=Alice&user%5B%5D=Bob&userId%5B%5D=w0&userId%5B%5D=w1",
       new_call, in, "123456", caller, "w0", ""},
      {"sipgate answer", "sipgate", kForm, "event=answer" + sipgate + "&user=Bob&userId=w1", answer,
       in, "123456", caller, "w1", ""},
      {"sipgate tones", "sipgate", kForm, "event=dtmf&callId=123456&dtmf=1", ignore, in, "123456",
       "", "", ""},
      {"sipgate hangup", "sipgate", kForm, "event=hangup" + sipgate + "&cause=normalClearing",
       hangup, in, "123456", caller, "", "answered"},
      {"placetel incoming", "placetel", kForm, "event=IncomingCall" + placetel, new_call, in,
       "f4591ba315d8", local, "", ""},
      {"placetel outgoing", "placetel", kForm, "event=OutgoingCall" + placetel, new_call, out,
       "f4591ba315d8", "+4922199998560", "", ""},
      {"placetel accepted", "placetel", kForm,
       "event=CallAccepted" + placetel + "&peer=7777abcdefg%40fpbx.de", answer, in, "f4591ba315d8",
       local, "7777abcdefg@fpbx.de", ""},
      {"placetel hung up", "placetel", kForm, "event=HungUp" + placetel + "&type=missed", hangup,
       in, "f4591ba315d8", local, "", "no_answer"},
      {"placetel anonymous", "placetel", kForm,
       "event=IncomingCall&from=anonymous&to=022199998560&call_id=a1", new_call, in, "a1", "", "",
       ""},
      {"twilio rings the agent", "twilio", kForm,
       "CallSid=CA2&ParentCallSid=CA1&CallStatus=ringing&Direction=outbound-dial&From=%2B4930111"
       "22233&To=client%3Aalice&Timestamp=Mon%2C+16+Aug+2010+03%3A45%3A01+%2B0000",
       ringing, in, "CA1", "+493011122233", "client:alice", "ringing"},
      {"twilio completes", "twilio", kForm,
       "CallSid=CA1&CallStatus=completed&Direction=inbound&From=%2B493011122233&To=%"
       "2B4922199998560",
       hangup, in, "CA1", "+493011122233", "+4922199998560", "completed"},
      {"twilio calls out", "twilio", kForm,
       "CallSid=CA3&CallStatus=no-answer&Direction=outbound-api&From=%2B4922199998560&To=%2B493011"
       "122233",
       hangup, out, "CA3", "+493011122233", "+493011122233", "no_answer"},
  };
  for (const Push& push : pushes) {
    const auto read =
        parse_cti_event(shipped().format(push.format), push.type, push.body, "s", germany);
    ASSERT_TRUE(read.has_value()) << push.what << ": " << read.error().field << " "
                                  << read.error().message;
    EXPECT_EQ(read->kind, push.kind) << push.what;
    EXPECT_EQ(read->direction, push.direction) << push.what;
    EXPECT_EQ(read->call_id, push.call) << push.what;
    EXPECT_EQ(read->customer().number, push.customer) << push.what;
    EXPECT_EQ(read->agent, push.agent) << push.what;
    EXPECT_EQ(read->cause, push.cause) << push.what;
  }
}

TEST(CallFormats, ASiteWritesItsOwn) {
  const auto sources = read(R"(
[[format]]
code = "own"
body = "json"
call = ["data.call_uuid"]
event = ["name"]
from = ["data.from.number"]
agent = ["data.agents.0.ext"]
at = ["timestamp"]
[format.events]
"call.new" = "new_call"
)");
  ASSERT_TRUE(sources.has_value()) << sources.error().text();
  const auto event = parse_cti_event(
      sources->format("own"), kJson,
      R"({"name":"call.new","timestamp":"Mon, 16 Aug 2010 03:45:01 +0800","data":{"call_uuid":"u-1",
          "from":{"number":"13800138000"},"agents":[{"ext":1001},{"ext":1002}]}})",
      "own-pbx");
  ASSERT_TRUE(event.has_value()) << event.error().field;
  EXPECT_EQ(event->call_id, "u-1");
  EXPECT_EQ(event->from.number, "+8613800138000");
  EXPECT_EQ(event->agent, "1001");
  EXPECT_EQ(to_iso8601(event->at.value()), "2010-08-15T19:45:01Z");
  const auto as_form = parse_cti_event(sources->format("own"), kForm, "name=call.new", "own-pbx");
  EXPECT_EQ(as_form.error().field, "content-type");
  const auto unknown = parse_cti_event(sources->format("own"), kJson,
                                       R"({"name":"call.sung","data":{"call_uuid":"1"}})", "s");
  EXPECT_EQ(unknown.error().field, "name") << "the sender's own word for the field";
}

// ---------------------------------------------------------------------------- who sends it
class Signed {
 public:
  Signed(CallSource source, std::string body)
      : source_(std::move(source)), body_(std::move(body)) {}
  Signed& header(const std::string& name, const std::string& value) {
    headers_[name] = value;
    return *this;
  }
  Signed& url(const std::string& text) {
    url_ = text;
    return *this;
  }
  PushVerdict under(const std::string& secret, std::int64_t now_s = kNow) const {
    SignedPush push;
    push.header = [this](std::string_view name) -> std::string_view {
      const auto found = headers_.find(std::string{name});
      return found == headers_.end() ? "" : std::string_view{found->second};
    };
    push.body = body_;
    push.url = url_;
    return verify_push(source_, secret, push, Instant{std::chrono::seconds{now_s}});
  }
  static constexpr std::int64_t kNow = 1'795'226'400;

 private:
  CallSource source_;
  std::string body_, url_;
  std::map<std::string, std::string> headers_;
};

std::string hex_of(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

CallSource hmac_source(config::SignatureHash hash, config::SignatureText text) {
  CallSource source;
  source.code = "cloud";
  source.proof = PushProof::hmac;
  source.header = "X-Sig";
  source.hash = hash;
  source.text = text;
  source.signs = "{body}";
  return source;
}

TEST(PushProofs, AnHmacOfTheBodyInEachSpelling) {
  using config::SignatureHash, config::SignatureText;
  for (const auto hash : {SignatureHash::sha1, SignatureHash::sha256, SignatureHash::sha512}) {
    for (const auto text : {SignatureText::hex, SignatureText::base64}) {
      const std::string bytes = hmac_bytes(hash, "secret", "a=1");
      const std::string good =
          text == SignatureText::hex ? hex_of(bytes) : codec::base64_encode(bytes);
      const auto from = [&](const std::string& body, const std::string& signature) {
        return Signed(hmac_source(hash, text), body).header("X-Sig", signature);
      };
      EXPECT_EQ(from("a=1", good).under("secret"), PushVerdict::accepted);
      EXPECT_EQ(from("a=2", good).under("secret"), PushVerdict::bad_signature);
      EXPECT_EQ(from("a=1", good).under("other"), PushVerdict::bad_signature);
      EXPECT_EQ(from("a=1", good).under(""), PushVerdict::bad_signature) << "no secret is stored";
      EXPECT_EQ(from("a=1", good.substr(2)).under("secret"), PushVerdict::bad_signature);
      EXPECT_EQ(from("a=1", "zz" + good).under("secret"), PushVerdict::bad_signature);
      EXPECT_EQ(from("a=1", "").under("secret"), PushVerdict::missing);
      EXPECT_EQ(from("a=1", std::string(2000, 'a')).under("secret"), PushVerdict::missing);
    }
  }
  // The vector of RFC 4231, test case 2.
  EXPECT_EQ(hex_of(hmac_bytes(SignatureHash::sha256, "Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(PushProofs, ATimestampBoundsHowLongASignatureIsGood) {
  CallSource source = hmac_source(config::SignatureHash::sha256, config::SignatureText::hex);
  source.prefix = "v0=";
  source.timestamp_header = "X-Time";
  source.signs = "v0:{timestamp}:{body}";
  const auto sent = [&](const std::string& time) {
    const std::string bytes =
        hmac_bytes(config::SignatureHash::sha256, "k", "v0:" + time + ":{timestamp}");
    return Signed(source, "{timestamp}")
        .header("X-Sig", "v0=" + hex_of(bytes))
        .header("X-Time", time);
  };
  const auto at = [](int seconds) { return std::to_string(Signed::kNow + seconds); };
  EXPECT_EQ(sent(at(0)).under("k"), PushVerdict::accepted) << "a body with braces is just a body";
  EXPECT_EQ(sent(at(-300)).under("k"), PushVerdict::accepted);
  EXPECT_EQ(sent(at(-301)).under("k"), PushVerdict::outside_window);
  EXPECT_EQ(sent(at(301)).under("k"), PushVerdict::outside_window);
  EXPECT_EQ(sent("soon").under("k"), PushVerdict::bad_timestamp);
  EXPECT_EQ(sent("99999999999999999999").under("k"), PushVerdict::bad_timestamp);
  EXPECT_EQ(sent("").under("k"), PushVerdict::missing);
  auto moved = sent(at(0));
  moved.header("X-Time", at(1));
  EXPECT_EQ(moved.under("k"), PushVerdict::bad_signature) << "the time is part of what is signed";
  auto bare = sent(at(0));
  EXPECT_EQ(bare.header("X-Sig", "v1=00").under("k"), PushVerdict::bad_signature);
}

TEST(PushProofs, TwiliosOwnExample) {
  CallSource source;
  source.proof = PushProof::twilio;
  const std::string body =
      "Digits=1234&To=%2B18005551212&From=%2B14158675309&Caller=%2B14158675309&"
      "CallSid=CA1234567890ABCDE";
  const std::string url = "https://mycompany.com/myapp.php?foo=1&bar=2";
  const auto pushed = [&](const std::string& form, const std::string& address) {
    return Signed(source, form)
        .url(address)
        .header("X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
        .under("12345");
  };
  EXPECT_EQ(twilio_text("u?", "b=2&a=1&b=2"), "u?a1b2");
  EXPECT_EQ(pushed(body, url), PushVerdict::accepted);
  EXPECT_EQ(pushed(body + "&More=1", url), PushVerdict::bad_signature);
  EXPECT_EQ(pushed(body, url + "&x=1"), PushVerdict::bad_signature);
  EXPECT_EQ(pushed(body, "http://mycompany.com/myapp.php?foo=1&bar=2"), PushVerdict::bad_signature);
  EXPECT_EQ(Signed(source, body).url(url).under("12345"), PushVerdict::missing);

  // Some of their products name the port in what they sign.
  const std::string with_port = "https://mycompany.com:443/myapp.php?foo=1&bar=2";
  const auto bytes = hmac_bytes(config::SignatureHash::sha1, "12345", twilio_text(with_port, body));
  EXPECT_EQ(Signed(source, body)
                .url(url)
                .header("X-Twilio-Signature", codec::base64_encode(bytes))
                .under("12345"),
            PushVerdict::accepted);
}

TEST(PushProofs, StandardWebhooks) {
  CallSource source;
  source.proof = PushProof::standard_webhooks;
  const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const auto signature =
      codec::sign_webhook(codec::WebhookSecret{secret}, "m-1", Signed::kNow, "{}");
  Signed push(source, "{}");
  push.header("webhook-id", "m-1")
      .header("webhook-timestamp", std::to_string(Signed::kNow))
      .header("webhook-signature", signature);
  EXPECT_EQ(push.under(secret), PushVerdict::accepted);
  EXPECT_EQ(push.under(secret, Signed::kNow + 301), PushVerdict::outside_window);
  EXPECT_EQ(push.under("whsec_"), PushVerdict::bad_signature);
}

// ---------------------------------------------------------------------------- what is wrong
TEST(CallSourcesDocument, SaysWhatIsWrongAndWhere) {
  const std::string format =
      "[[format]]\ncode = \"f\"\ncall = [\"id\"]\nevent = [\"e\"]\n[format.events]\nx = "
      "\"answer\"\n";
  const auto hmac = [](const std::string& more) {
    return "[[source]]\ncode = \"s\"\nproof = \"hmac\"\nheader = \"X\"\n" + more;
  };
  struct Row {
    std::string text, key, code;
  };
  const std::vector<Row> rows = {
      {"[[format]]\ncode = \"f\"\nevent = [\"e\"]\n[format.events]\nx = \"answer\"",
       "format[0].call", "at_least_one"},
      {"[[format]]\ncode = \"f\"\ncall = [\"c\"]\n[format.events]\nx = \"answer\"",
       "format[0].event", "at_least_one"},
      {"[[format]]\ncode = \"f\"\ncall = [\"c\"]\nevent = [\"e\"]", "format[0].events",
       "at_least_one"},
      {format + "y = \"sings\"", "format[0].events.y", "none_of"},
      {format + "[format.directions]\nup = \"up\"", "format[0].directions.up", "none_of"},
      {format + "[format.causes]\nx = 1", "format[0].causes.x", "no_text"},
      {format + "[format.causes.deep]\nx = 1", "format[0].causes.deep", "no_text"},
      {format + format, "format", "code_twice"},
      {"[[format]]\nbody = \"xml\"\n" + format.substr(11), "format[0].body", "none_of"},
      {"[[format]]\nreply = \"<ok/>\"\n" + format.substr(11), "format[0].reply_type", "missing"},
      {"[[source]]\ncode = \"s\"\nproof = \"token\"\nformat = \"none\"", "source[0].format",
       "none_of"},
      {"[[source]]\ncode = \"s\"", "source[0].proof", "missing"},
      {"[[source]]\ncode = \"s\"\nproof = \"hmac\"", "source[0].header", "missing"},
      {"[[source]]\ncode = \"s\"\nproof = \"token\"\nheader = \"X\"", "source[0].header",
       "unknown_key"},
      {hmac("hash = \"md5\""), "source[0].hash", "none_of"},
      {hmac("text = \"rot13\""), "source[0].text", "none_of"},
      {hmac("signs = \"{timestamp}\""), "source[0].signs", "none_of"},
      {hmac("timestamp_header = \"T\"\nsigns = \"{body}\""), "source[0].signs", "none_of"},
      {hmac("window = \"soon\""), "source[0].window", "no_duration"},
      {hmac("agents = \"all\""), "source[0].agents", "no_table"},
      {"longest_talk = \"long\"", "longest_talk", "no_duration"},
      {"longest_wait = \"5s\"", "longest_wait", "out_of_bounds"},
  };
  for (const Row& row : rows) {
    const auto sources = read(row.text);
    ASSERT_TRUE(sources.has_error()) << row.text;
    bool found = false;
    for (const auto& error : sources.error().list)
      found = found || (error.key == row.key && error.code == row.code);
    EXPECT_TRUE(found) << row.text << "\n" << sources.error().text();
  }
}

TEST(CallSourcesDocument, TheShippedOneHasTheFormatsAndNoSource) {
  EXPECT_TRUE(shipped().sources.empty()) << "nobody is let in whom the site has not named";
  for (const char* code : {"zammad", "sipgate", "placetel", "twilio"})
    EXPECT_EQ(shipped().format(code).code, code);
  EXPECT_EQ(shipped().format("").code, "firsthand");
  EXPECT_EQ(shipped().longest_wait, std::chrono::minutes{30});
  EXPECT_EQ(shipped().longest_talk, std::chrono::hours{4});
}

}  // namespace
}  // namespace firsthand::telephony
