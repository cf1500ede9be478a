// SPDX-License-Identifier: Apache-2.0
// Bad input at the API's edge: bodies, form tokens, buckets, the public pages' escaping.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/runtime/api/body.hpp"
#include "adapters/runtime/api/form_token.hpp"
#include "adapters/runtime/api/guard.hpp"
#include "adapters/runtime/api/intake.hpp"
#include "adapters/runtime/api/public_page.hpp"
#include "adapters/runtime/api/token_buckets.hpp"

namespace firsthand::runtime::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<Rule> rules() {
  return {text("text", 20).needed(),
          number("severity", 1, 4),
          flag("satisfied"),
          instant("at"),
          word("outcome", {"reached", "busy"}),
          object("customer", {text("name", 10).needed(), text("email", 10)})};
}

struct BadBody {
  const char* name;
  std::string body;
  int status;
  const char* field;
};

TEST(Bodies, AreRefusedWithTheField) {
  const BadBody table[] = {
      {"no JSON", "{", 400, ""},
      {"cut off", R"({"text":"a)", 400, ""},
      {"two values", R"({"text":"a"}{})", 400, ""},
      {"not UTF-8", "{\"text\":\"\xff\xfe\"}", 400, ""},
      {"deep", std::string(5000, '[') + std::string(5000, ']'), 400, ""},
      {"an array", "[]", 422, ""},
      {"a text", "\"x\"", 422, ""},
      {"null", "null", 422, ""},
      {"nothing", "", 422, "text"},
      {"missing", "{}", 422, "text"},
      {"null for missing", R"({"text":null})", 422, "text"},
      {"empty", R"({"text":""})", 422, "text"},
      {"blank", R"({"text":" \n\t "})", 422, "text"},
      {"too long", R"({"text":"123456789012345678901"})", 422, "text"},
      {"wrong type", R"({"text":5})", 422, "text"},
      {"a zero byte", R"({"text":"a\u0000b"})", 422, "text"},
      {"unknown field", R"({"text":"a","role":"administrator"})", 422, "role"},
      {"unknown inside", R"({"text":"a","customer":{"name":"b","id":1}})", 422, "customer.id"},
      {"missing inside", R"({"text":"a","customer":{}})", 422, "customer.name"},
      {"no object", R"({"text":"a","customer":[]})", 422, "customer"},
      {"too small", R"({"text":"a","severity":0})", 422, "severity"},
      {"too large", R"({"text":"a","severity":5})", 422, "severity"},
      {"a fraction", R"({"text":"a","severity":1.5})", 422, "severity"},
      {"a huge number", R"({"text":"a","severity":99999999999999999999})", 422, "severity"},
      {"a number as text", R"({"text":"a","severity":"1"})", 422, "severity"},
      {"no flag", R"({"text":"a","satisfied":"yes"})", 422, "satisfied"},
      {"no instant", R"({"text":"a","at":"tomorrow"})", 422, "at"},
      {"no zone", R"({"text":"a","at":"2026-11-21T10:00:00"})", 422, "at"},
      {"far away", R"({"text":"a","at":"9999-11-21T10:00:00Z"})", 422, "at"},
      {"not a word", R"({"text":"a","outcome":"failed"})", 422, "outcome"},
  };
  for (const auto& row : table) {
    http::Request request;
    request.body = row.body;
    const auto read = read_body(request, rules());
    const auto* answer = std::get_if<http::Response>(&read);
    ASSERT_NE(answer, nullptr) << row.name;
    EXPECT_EQ(answer->status, row.status) << row.name;
    ASSERT_TRUE(answer->details) << row.name;
    EXPECT_EQ(answer->details->field, row.field) << row.name;
    EXPECT_EQ(answer->details->code, row.status == 400 ? "malformed_json" : "invalid") << row.name;
  }
}

TEST(Bodies, GoThroughWhenTheyAreRight) {
  http::Request request;
  request.body =
      R"({"text":" 好 ","severity":4,"satisfied":false,"at":"2026-11-21T18:00:00+08:00",)"
      R"("outcome":"busy","customer":{"name":"王","email":null}})";
  const auto read = read_body(request, rules());
  const auto* body = std::get_if<Body>(&read);
  ASSERT_NE(body, nullptr);
  EXPECT_EQ(body->text("text"), " 好 ");
  EXPECT_EQ(body->number("severity"), 4);
  EXPECT_EQ(body->maybe_flag("satisfied"), false);
  EXPECT_EQ(to_iso8601(*body->maybe_instant("at")), "2026-11-21T10:00:00Z");
  EXPECT_EQ(body->inside("customer").text("name"), "王");
  EXPECT_FALSE(body->inside("customer").has("email"));
  EXPECT_FALSE(body->inside("nothing").has("x"));
}

struct OriginRow {
  const char* origin;
  const char* site;
  bool ours;
};

TEST(Origin, OtherSitesAreRefused) {
  const OriginRow table[] = {
      {"", "", true},
      {"http://127.0.0.1:8080", "same-origin", true},
      {"http://127.0.0.1:8080", "", true},
      {"", "none", true},
      {"http://127.0.0.1:9090", "", false},
      {"http://evil.example", "", false},
      {"http://127.0.0.1:8080.evil.example", "", false},
      {"http://evil.example/127.0.0.1:8080", "", false},
      {"null", "", false},
      {"null", "same-origin", true},
      {"null", "cross-site", false},
      {"", "cross-site", false},
      {"http://127.0.0.1:8080", "same-site", false},
  };
  for (const auto& row : table) {
    http::Request request;
    request.host = "127.0.0.1:8080";
    if (*row.origin != '\0') request.headers.emplace_back("Origin", row.origin);
    if (*row.site != '\0') request.headers.emplace_back("Sec-Fetch-Site", row.site);
    EXPECT_EQ(same_origin(request), row.ours) << row.origin << " " << row.site;
  }
}

TEST(FormTokens, AreOursFreshAndOurOwn) {
  const Instant now{Millis{1764000000000}};
  const std::string token = new_form_token("secret", now);
  EXPECT_NE(token, new_form_token("secret", now));
  const auto nonce = read_form_token("secret", token, now + std::chrono::minutes{5});
  ASSERT_TRUE(nonce);
  EXPECT_EQ(nonce->size(), 43u);
  EXPECT_FALSE(read_form_token("another", token, now));
  EXPECT_FALSE(read_form_token("secret", token, now + std::chrono::hours{3}));
  EXPECT_FALSE(read_form_token("secret", token, now - std::chrono::hours{1}));
  for (const std::string& bad :
       {std::string(), std::string("."), std::string(".."), token + "x", "9" + token,
        token.substr(0, token.size() - 1), std::string(10000, '.')}) {
    EXPECT_FALSE(read_form_token("secret", bad, now)) << bad.substr(0, 20);
  }
}

TEST(Buckets, FillAgain) {
  TokenBuckets buckets(2, 1, 3);
  const auto now = TokenBuckets::Clock::now();
  EXPECT_TRUE(buckets.take("a", now));
  EXPECT_TRUE(buckets.take("a", now));
  EXPECT_FALSE(buckets.take("a", now));
  EXPECT_TRUE(buckets.take("b", now));
  EXPECT_TRUE(buckets.take("a", now + std::chrono::seconds{1}));
  EXPECT_FALSE(buckets.take("a", now + std::chrono::seconds{1}));
  // Keys are bounded; full buckets make room.
  EXPECT_TRUE(buckets.take("c", now));
  EXPECT_FALSE(buckets.take("d", now));
  EXPECT_TRUE(buckets.take("d", now + std::chrono::seconds{60}));
}

TEST(Complaints, HaveAFingerprintOfTheirContent) {
  Complaint one;
  one.name = "ab";
  one.number = "c";
  Complaint other = one;
  EXPECT_EQ(fingerprint(one), fingerprint(other));
  EXPECT_EQ(fingerprint(one).size(), 16u);
  other.name = "a";
  other.number = "bc";
  EXPECT_NE(fingerprint(one), fingerprint(other));
  const std::string token = new_public_token(one);
  EXPECT_TRUE(token.ends_with(fingerprint(one)));
  EXPECT_NE(token, new_public_token(one));
}

TEST(Pages, EscapeEverythingFromOutside) {
  Rules rules;
  Category category;
  category.code = "x\"y";
  category.name_zh = "<b>类</b>";
  rules.book.categories.push_back(category);
  FormPage form;
  form.company = "A & B <Co>";
  form.form_token = "t\"><script>";
  form.values = {{"name", "\"><script>alert(1)</script>"},
                 {"text", "</textarea><script>alert(2)</script>"},
                 {"phone", "' onfocus='x"}};
  form.errors = {{"name", "<i>bad</i>"}};
  const std::string html = form_page(form, rules);
  EXPECT_THAT(html, Not(HasSubstr("<script>")));
  EXPECT_THAT(html, Not(HasSubstr("<i>bad")));
  EXPECT_THAT(html, Not(HasSubstr("<b>类")));
  EXPECT_THAT(html, Not(HasSubstr("' onfocus=")));
  EXPECT_THAT(html, HasSubstr("A &amp; B &lt;Co&gt;"));
  EXPECT_THAT(html, HasSubstr("aria-invalid=\"true\""));
  EXPECT_THAT(html, HasSubstr("lang=\"zh-CN\""));
  form.language = Language::en;
  EXPECT_THAT(form_page(form, rules), HasSubstr("<html lang=\"en\">"));
}

}  // namespace
}  // namespace firsthand::runtime::api
