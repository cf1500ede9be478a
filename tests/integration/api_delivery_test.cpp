// SPDX-License-Identifier: Apache-2.0
// Over the API's socket: dead letters and their resending, how people want alerts, and the links of
// mails, which are shown to whoever fetches them and do something only for whoever presses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/codec/link_token.hpp"
#include "tests/integration/api_harness.hpp"

namespace firsthand::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class DeliveryApi : public ::testing::Test {
 protected:
  ApiServer api;

  void SetUp() override {
    api.company.run(
        "update user_account set email = 'liaison@example.test' where id = 13;"
        "insert into outbox (id, kind, key, payload, at, next_try_at, done_at, outcome, tries, "
        "pace) values"
        " (5001, 'mail', 'mail:alert:601:13', "
        "'{\"what\":\"alert\",\"to\":\"liaison@example.test\",\"recipient\":13,"
        "\"case_number\":\"GD2026110001\",\"case\":201,\"alert\":601}', now(), now(), now(), "
        "'sent', 1, 'single'),"
        " (5002, 'webhook', 'webhook:alert:602', "
        "'{\"what\":\"alert\",\"case_number\":\"GD2026110001\"}', now(), "
        "now(), now(), 'failed', 12, ''),"
        " (5003, 'mail', 'mail:alert:777:13', "
        "'{\"what\":\"alert\",\"to\":\"liaison@example.test\",\"recipient\":13,"
        "\"case_number\":\"GD2026110002\",\"case\":202}', now(), now(), now(), 'digest', 0, "
        "'gather'),"
        " (5004, 'mail', 'mail:digest:5003:13', "
        "'{\"what\":\"digest\",\"to\":\"liaison@example.test\",\"recipient\":13,"
        "\"count\":2,\"items\":[{\"case_number\":\"GD2026110002\"},{\"case_number\":"
        "\"GD2026110001\"}]}', now(), now(), "
        "now(), 'failed', 12, 'single'),"
        " (5005, 'mail', 'mail:alert:778:13', "
        "'{\"what\":\"alert\",\"to\":\"liaison@example.test\",\"recipient\":13,"
        "\"case_number\":\"GD2026110002\",\"case\":202}', now(), now() + interval '9 hours', null, "
        "'', 0, 'quiet'),"
        " (5006, 'webhook', 'webhook:alert:779', '{}', now(), now(), now(), 'off', 1, '');"
        "insert into notice (effect_key, channel, recipient, state, tries, last_error, digest_key) "
        "values"
        " ('mail:alert:777:13', 'email', 'liaison@example.test', 'failed', 12, '550 no such "
        "recipient', 'mail:digest:5003:13'),"
        " ('mail:digest:5003:13', 'email', 'liaison@example.test', 'failed', 12, '550 no such "
        "recipient', '');"
        "update notice set last_error = 'the receiver answered 500' where effect_key = "
        "'webhook:alert:602';");
  }

  std::vector<std::int64_t> ids(const std::string& query) {
    const auto answer = api.get("supervisor", "/deliveries" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_THAT(api.wrong("DeliveryList", answer), IsEmpty());
    std::vector<std::int64_t> found;
    for (const auto& item : answer.at("items").as_array())
      found.push_back(item.at("id").as_int64());
    return found;
  }
  std::string value(const std::string& sql) { return api.company.value(sql); }

  // ---- links
  std::string token(std::int64_t alert, std::int64_t from_now_s = 3600) {
    const auto now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
    return codec::make_link_token(
        value("select encode(value, 'hex') from installation where name = 'link_key'"),
        "acknowledge", {alert, now.time_since_epoch().count() + from_now_s});
  }
  Answer press(const std::string& token, const std::string& more = "") {
    return api.ask("", "POST", "/a/" + token, "",
                   "Content-Type: application/x-www-form-urlencoded\r\n" + more);
  }
};

TEST_F(DeliveryApi, ListsWhatBecameOfMailsAndWebhooks) {
  using ::testing::ElementsAre;
  EXPECT_THAT(ids(""), ElementsAre(5005, 5004, 5002, 5001)) << "a digest stands for what is in it";
  EXPECT_THAT(ids("?state=failed"), ElementsAre(5004, 5002));
  EXPECT_THAT(ids("?state=pending"), ElementsAre(5005));
  EXPECT_THAT(ids("?state=sent"), ElementsAre(5001));
  EXPECT_THAT(ids("?case=GD2026110002"), ElementsAre(5005, 5003));
  EXPECT_THAT(ids("?case=GD2026110002&state=failed"), ElementsAre(5003));
  const auto first = api.get("manager", "/deliveries?limit=3");
  EXPECT_EQ(first.at("failed").as_int64(), 2);
  const std::string next = first.text("next");
  EXPECT_THAT(ids("?limit=3&after=" + next), ElementsAre(5001));
  const auto failed = api.get("administrator", "/deliveries?state=failed");
  const auto& digest = failed.at("items").at(0);
  EXPECT_EQ(digest.at("what").as_string(), "digest");
  EXPECT_EQ(digest.at("count").as_int64(), 2);
  EXPECT_EQ(digest.at("last_error").as_string(), "550 no such recipient");
  EXPECT_EQ(digest.at("next_try_at"), nullptr);
  const auto waits = api.get("supervisor", "/deliveries?state=pending");
  EXPECT_EQ(waits.at("items").at(0).at("waits_for").as_string(), "quiet");
  EXPECT_EQ(api.get("supervisor", "/deliveries?state=nonsense").status, 422);
  EXPECT_EQ(api.get("supervisor", "/deliveries?after=nonsense").status, 422);
  for (const char* who : {"agent", "back_line", "liaison_repair"}) {
    EXPECT_EQ(api.get(who, "/deliveries").status, 403) << who;
  }
}

TEST_F(DeliveryApi, ADeadLetterIsSentAgainOnceAndTheHistorySaysByWhom) {
  EXPECT_EQ(api.post("manager", "/deliveries/5002/resend").status, 403);
  const auto again = api.post("supervisor", "/deliveries/5002/resend");
  ASSERT_EQ(again.status, 200) << again.body;
  EXPECT_THAT(api.wrong("Delivery", again), IsEmpty());
  EXPECT_EQ(again.text("state"), "pending");
  EXPECT_EQ(value("select tries || outcome || (done_at is null)::text || (next_try_at <= "
                  "clock_timestamp())::text from outbox where id = 5002"),
            "0truetrue");
  EXPECT_EQ(value("select state from notice where effect_key = 'webhook:alert:602'"), "pending");
  EXPECT_EQ(value("select actor_id || source || (data->>'channel') || case_id from history where "
                  "kind = 'notice_resent'"),
            "15console:15webhook201");
  const auto history = api.get("supervisor", "/cases/GD2026110001/history?limit=200");
  EXPECT_THAT(history.body, HasSubstr("notice_resent"));
  EXPECT_EQ(api.post("supervisor", "/deliveries/5002/resend").code(), "not_failed");
  EXPECT_EQ(api.post("supervisor", "/deliveries/5001/resend").code(), "not_failed");
  EXPECT_EQ(api.post("supervisor", "/deliveries/5006/resend").status, 404);
  EXPECT_EQ(api.post("supervisor", "/deliveries/99/resend").status, 404);
}

TEST_F(DeliveryApi, ADigestThatIsSentAgainTakesEverythingInItAlong) {
  ASSERT_EQ(api.post("administrator", "/deliveries/5004/resend").status, 200);
  EXPECT_EQ(
      value("select string_agg(state || digest_key, ' ' order by effect_key) from notice where "
            "effect_key in ('mail:alert:777:13', 'mail:digest:5003:13')"),
      "pendingmail:digest:5003:13 pending");
  EXPECT_EQ(
      value("select string_agg(case_id::text, ',' order by case_id) from history where kind = "
            "'notice_resent'"),
      "201,202");
  EXPECT_EQ(api.post("administrator", "/deliveries/5003/resend").code(), "not_failed");
}

TEST_F(DeliveryApi, AGatheredAlertMayGoByItself) {
  ASSERT_EQ(api.post("administrator", "/deliveries/5003/resend").status, 200);
  EXPECT_EQ(
      value("select n.state || n.digest_key || o.pace || o.outcome from notice n join outbox o "
            "on o.key = n.effect_key where o.id = 5003"),
      "pendingsingle");
}

TEST_F(DeliveryApi, AlertsOfACaseSayHowTheyWereSent) {
  const auto channels = [&] {
    std::string out;
    const auto found = api.get("supervisor", "/cases/GD2026110001");
    for (const auto& alert : found.at("alerts").as_array()) {
      for (const auto& channel : alert.at("channels").as_array()) {
        out += std::string(channel.at("channel").as_string()) + "=" +
               std::string(channel.at("state").as_string()) + " ";
      }
    }
    return out;
  };
  EXPECT_EQ(channels(), "console=sent email=sent console=sent webhook=failed ");
  api.company.run(
      "update notice set digest_key = 'mail:digest:1:13' where effect_key = 'mail:alert:601:13'");
  api.company.run(
      "delete from notice where effect_key = 'webhook:alert:602';"
      "update outbox set done_at = null where id = 5002");
  EXPECT_EQ(channels(), "console=sent email=in_digest console=sent webhook=pending ");
}

// ------------------------------------------------------------------------------- wishes
TEST_F(DeliveryApi, EverybodySaysHowAlertsShouldCome) {
  const auto before = api.get("agent", "/me/alerts");
  ASSERT_EQ(before.status, 200) << before.body;
  EXPECT_THAT(api.wrong("AlertWishes", before), IsEmpty());
  EXPECT_EQ(before.text("mails"), "each");
  EXPECT_EQ(before.at("quiet_from"), nullptr);
  EXPECT_EQ(before.text("zone"), "Asia/Shanghai");
  const std::string version = value("select version from user_account where id = 13");
  const auto put = [&](const std::string& body) {
    return api.ask("liaison_repair", "PUT", "/api/v1/me/alerts", body);
  };
  const auto after =
      put(R"({"mails":"digest","quiet_from":"21:30","quiet_to":"8:05","language":"en"})");
  ASSERT_EQ(after.status, 200) << after.body;
  EXPECT_EQ(after.text("quiet_to"), "08:05");
  EXPECT_EQ(api.get("liaison_repair", "/me/alerts").body, after.body);
  EXPECT_EQ(
      value(
          "select alert_mails || quiet_from_min || ' ' || quiet_to_min || language || (version - " +
          version + ") from user_account where id = 13"),
      "digest1290 485en1");
  EXPECT_EQ(api.get("liaison_repair", "/me").at("user").at("language").as_string(), "en");
  // What waited is looked at anew, now.
  EXPECT_EQ(value("select (next_try_at <= clock_timestamp())::text from outbox where id = 5005"),
            "true");
  const auto off = put(R"({"mails":"each","quiet_from":null,"quiet_to":null,"language":"zh"})");
  EXPECT_EQ(off.at("quiet_from"), nullptr);
  EXPECT_EQ(value("select quiet_from_min is null from user_account where id = 13"), "t");

  const std::pair<const char*, const char*> wrong[] = {
      {R"({"mails":"none","language":"zh"})", "mails"},
      {R"({"mails":"each"})", "language"},
      {R"({"mails":"each","language":"zh","quiet_from":"21:00"})", "quiet_to"},
      {R"({"mails":"each","language":"zh","quiet_to":"08:00"})", "quiet_from"},
      {R"({"mails":"each","language":"zh","quiet_from":"21:00","quiet_to":"21:00"})", "quiet_to"},
      {R"({"mails":"each","language":"zh","quiet_from":"24:00","quiet_to":"08:00"})", "quiet_from"},
      {R"({"mails":"each","language":"zh","quiet_from":"9 pm","quiet_to":"08:00"})", "quiet_from"},
      {R"({"mails":"each","language":"zh","role":"administrator"})", "role"}};
  for (const auto& [body, field] : wrong) {
    const auto answer = put(body);
    EXPECT_EQ(answer.status, 422) << body;
    EXPECT_EQ(answer.field(), field) << body;
  }
  EXPECT_EQ(value("select alert_mails from user_account where id = 13"), "each");
}

// ------------------------------------------------------------------------------- links
TEST_F(DeliveryApi, FetchingALinkShowsItAndPressingAcknowledges) {
  const std::string link = token(601);
  for (int i = 0; i < 3; ++i) {
    const auto shown = api.ask("", "GET", "/a/" + link);
    ASSERT_EQ(shown.status, 200) << shown.body;
    EXPECT_THAT(shown.body, AllOf(HasSubstr("GD2026110001"), HasSubstr("<button"),
                                  HasSubstr("回电承诺"), HasSubstr("lang=\"zh-CN\"")));
    EXPECT_THAT(shown.body, Not(HasSubstr("王演示"))) << "nothing about the customer";
    EXPECT_THAT(shown.body, Not(HasSubstr("<script")));
  }
  EXPECT_EQ(value("select acknowledged_at is null from alert where id = 601"), "t")
      << "programs that look into mails fetch every link";
  const auto english = api.ask("", "GET", "/a/" + link + "?lang=en");
  EXPECT_THAT(english.body, AllOf(HasSubstr("Acknowledge an alert"), HasSubstr("lang=\"en\"")));

  const auto pressed = press(link);
  ASSERT_EQ(pressed.status, 200) << pressed.body;
  EXPECT_THAT(pressed.body,
              AllOf(HasSubstr("已确认，谢谢"), HasSubstr("郭样例"), Not(HasSubstr("<button"))));
  EXPECT_EQ(value("select acknowledged_by from alert where id = 601"), "13");
  EXPECT_EQ(value("select actor_id || source from history where kind = 'alert_acknowledged'"),
            "13mail");
  const std::string when = value("select acknowledged_at from alert where id = 601");

  const auto twice = press(link);
  EXPECT_EQ(twice.status, 200);
  EXPECT_THAT(twice.body, AllOf(HasSubstr("此提醒已确认"), HasSubstr("郭样例")));
  EXPECT_THAT(api.ask("", "GET", "/a/" + link).body, HasSubstr("此提醒已确认"));
  EXPECT_EQ(value("select acknowledged_at from alert where id = 601"), when);
  EXPECT_EQ(value("select count(*) from history where kind = 'alert_acknowledged'"), "1");
}

TEST_F(DeliveryApi, WhatWasAcknowledgedElsewhereSaysByWhom) {
  ASSERT_EQ(api.post("supervisor", "/alerts/601/acknowledge").status, 200);
  const auto shown = api.ask("", "GET", "/a/" + token(601) + "?lang=en");
  EXPECT_THAT(shown.body, AllOf(HasSubstr("has been acknowledged already"), HasSubstr("主管样例"),
                                Not(HasSubstr("<button"))));
}

TEST_F(DeliveryApi, ForgedExpiredAndForeignLinksDoNothing) {
  std::string forged = token(601);
  forged.back() = forged.back() == 'a' ? 'b' : 'a';
  const auto expired = token(601, -1);
  const auto nobody = token(999);
  const auto other = codec::make_link_token("another key", "acknowledge", {601, 9'999'999'999});
  const std::pair<std::string, int> rows[] = {{forged, 404}, {expired, 410},
                                              {nobody, 404}, {other, 404},
                                              {"x", 404},    {"601.9999999999.", 404}};
  for (const auto& [link, status] : rows) {
    EXPECT_EQ(api.ask("", "GET", "/a/" + link).status, status) << link;
    EXPECT_EQ(press(link).status, status) << link;
  }
  EXPECT_EQ(press(token(601), "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(press(token(601), "Sec-Fetch-Site: cross-site\r\n").status, 403);
  api.company.run("update user_account set disabled_at = now() where id = 13");
  EXPECT_EQ(press(token(601)).status, 410) << "whoever has left acknowledges nothing";
  EXPECT_EQ(value("select acknowledged_at is null from alert where id = 601"), "t");
}

TEST_F(DeliveryApi, GuessingIsSlowedDown) {
  int slowed = 0;
  for (int i = 0; i < 200; ++i) {
    const auto answer = api.ask("", "GET", "/a/601.9999999999." + std::string(64, 'a'));
    if (answer.status == 429)
      ++slowed;
    else
      EXPECT_EQ(answer.status, 404);
  }
  EXPECT_GT(slowed, 50);
  EXPECT_EQ(api.ask("", "GET", "/a/x").header("Retry-After"), "60");
}

}  // namespace
}  // namespace firsthand::test
