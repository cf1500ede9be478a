// SPDX-License-Identifier: Apache-2.0
// What other systems and people get besides words: signed webhooks, links that acknowledge.
#include <future>
#include <map>
#include <regex>
#include <set>

#include "adapters/codec/link_token.hpp"
#include "adapters/codec/standard_webhooks.hpp"
#include "adapters/runtime/batching_door.hpp"
#include "tests/integration/delivery_fixture.hpp"
#include "tests/integration/webhook_receiver.hpp"

namespace firsthand::runtime {
namespace {

using testing::SizeIs;

/// The id of a webhook whose signature is good.
std::string signed_id(const boost::json::value& got) {
  const std::array secrets{codec::WebhookSecret{kSecret}};
  const auto header = [&](const char* name) {
    return std::string{got.at("headers").at(name).as_string()};
  };
  const std::string id = header("webhook-id"), at = header("webhook-timestamp"),
                    signature = header("webhook-signature"), body{got.at("body").as_string()};
  const auto now_s =
      std::chrono::floor<Seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
  EXPECT_EQ(codec::verify_webhook(secrets, {id, at, signature}, body, now_s),
            codec::WebhookVerdict::accepted);
  return id;
}

// ------------------------------------------------------------------------------- webhooks
TEST_F(Delivery, WebhooksAreSignedAndUniqueForEachAlert) {
  test::WebhookReceiver receiver;
  auto with = options();
  with.webhook_url = receiver.url("/ok");
  write({.count = 20}, "webhook");
  Room room(with, rules());
  ASSERT_TRUE(all_done());
  std::set<std::string> ids, bodies;
  for (const auto& got : receiver.take()) {
    ids.insert(signed_id(got));
    bodies.insert(std::string{got.at("body").as_string()});
  }
  EXPECT_THAT(ids, SizeIs(20));
  EXPECT_THAT(bodies, SizeIs(20));
  EXPECT_EQ(number("select count(*) from notice where channel = 'webhook' and state = 'sent'"), 20);
}

TEST_F(Delivery, TheBreachOfARealClockIsSentSignedOnceForEachAlert) {
  test::WebhookReceiver receiver;
  auto with = options();
  with.webhook_url = receiver.url("/ok");
  company.run("update user_account set version = version + 1, email = '" + kLiaison +
              "' where id = " + std::to_string(test::kLiaison) +
              "; update sla_clock set step = 'breach', due_at = now() - interval '1 second', "
              "fire_at = now() - interval '1 second' where id = 302");
  company.refresh(company.connection());
  metrics::Registry metrics;
  DoorOptions at_door;
  at_door.connect = company.options();
  BatchingDoor door(at_door, rules(), metrics);
  door.start();
  event::ClockFired fired{};
  fired.clock = ClockId{302};
  fired.version = 1;
  std::promise<DoorAnswer> answered;
  door.submit({"timer", "", {}, {}, fired},
              [&](DoorAnswer answer) { answered.set_value(std::move(answer)); });
  const auto outcome = std::get<Outcome>(answered.get_future().get());
  door.stop();
  ASSERT_FALSE(outcome.refusal) << outcome.refusal->sentence;
  Room room(with, rules());
  ASSERT_TRUE(all_done());
  std::map<std::string, boost::json::object> came;
  for (const auto& got : receiver.take())
    EXPECT_TRUE(
        came.emplace(signed_id(got), boost::json::parse(got.at("body").as_string()).as_object())
            .second);
  EXPECT_THAT(came, SizeIs(2));
  for (const std::int64_t recipient : {test::kLiaison, test::kBackLine}) {
    const std::string alert =
        company.value("select id from alert where clock_id = 302 and recipient_id = " +
                      std::to_string(recipient));
    ASSERT_TRUE(came.contains("webhook:alert:" + alert));
    const auto& body = came.at("webhook:alert:" + alert);
    EXPECT_EQ(body.at("what"), "alert");
    EXPECT_EQ(body.at("alert"), std::stoll(alert));
    EXPECT_EQ(body.at("recipient"), recipient);
    EXPECT_EQ(body.at("case_number"), "GD2026110001");
    EXPECT_EQ(body.at("clock_kind"), "resolution");
    EXPECT_EQ(body.at("step"), "breach");
    EXPECT_EQ(body.at("breach"), true);
    EXPECT_EQ(body.at("department"), "repair");
  }
  // The one of them who has an address gets the mail as well.
  ASSERT_THAT(smtp.mails(), SizeIs(1));
  EXPECT_EQ(smtp.mails().front().to, std::vector<std::string>{kLiaison});
  EXPECT_THAT(smtp.mails().front().text, testing::HasSubstr("GD2026110001"));
  EXPECT_EQ(
      company.value(
          "select string_agg(kind || ' ' || n, ',' order by kind) from (select kind, count(*) as n "
          "from outbox where payload->>'step' = 'breach' group by kind) s"),
      "mail 1,webhook 2");
}

TEST_F(Delivery, ASilentReceiverOfWebhooksHoldsUpNoMailAndIsGivenUp) {
  test::WebhookReceiver receiver;
  auto with = options();
  with.webhook_url = receiver.url("/silent");
  write({.count = 3}, "webhook");
  write({.first = 1001});
  Room room(with, rules());
  ASSERT_TRUE(smtp.wait_for_mail(kPatience));
  EXPECT_EQ(number("select count(*) from outbox where kind = 'webhook' and done_at is not null"),
            0);
  ASSERT_TRUE(all_done());
  EXPECT_EQ(number("select count(*) from notice where channel = 'webhook' and state = 'failed' and "
                   "tries = 3"),
            3);
}

TEST_F(Delivery, WebhooksThatAreSwitchedOffAreNoFailure) {
  write({.count = 3}, "webhook");
  Room room(options(), rules());
  ASSERT_TRUE(all_done());
  EXPECT_EQ(company.value("select string_agg(distinct outcome, ',') from outbox"), "off");
  EXPECT_EQ(number("select count(*) from notice n join outbox o on o.key = n.effect_key"), 0);
}

// ------------------------------------------------------------------------------- links
TEST_F(Delivery, AMailOfAnAlertThatNeedsItHasALinkOfThisInstallation) {
  write({.first = 601, .more = R"({"needs_acknowledgement": true})"});
  Room room(options(), rules());
  const auto mail = smtp.wait_for_mail(kPatience);
  ASSERT_TRUE(mail);
  static const std::regex link{R"(https://cc\.example\.test/a/([0-9a-f.]+))"};
  std::smatch match;
  ASSERT_TRUE(std::regex_search(mail->text, match, link)) << mail->text;
  const std::string key =
      company.value("select encode(value, 'hex') from installation where name = 'link_key'");
  codec::LinkToken token;
  const auto now_s =
      std::chrono::floor<Seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
  EXPECT_EQ(codec::read_link_token(key, notify::kAcknowledge, match[1].str(), now_s, token),
            codec::LinkVerdict::good);
  EXPECT_EQ(token.id, 601);
  EXPECT_NEAR(static_cast<double>(token.expires_s - now_s), 7 * 86400, 300);
}

}  // namespace
}  // namespace firsthand::runtime
