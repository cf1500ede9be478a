// SPDX-License-Identifier: Apache-2.0
// What other systems and people get besides words: signed webhooks, links that acknowledge.
#include <map>
#include <regex>
#include <set>

#include "adapters/codec/link_token.hpp"
#include "adapters/codec/standard_webhooks.hpp"
#include "tests/integration/delivery_fixture.hpp"
#include "tests/integration/webhook_receiver.hpp"

namespace firsthand::runtime {
namespace {

using testing::SizeIs;

// ------------------------------------------------------------------------------- webhooks
TEST_F(Delivery, WebhooksAreSignedAndUniqueForEachAlert) {
  test::WebhookReceiver receiver;
  auto with = options();
  with.webhook_url = receiver.url("/ok");
  write({.count = 20}, "webhook");
  Room room(with, rules());
  ASSERT_TRUE(all_done());
  std::set<std::string> ids, bodies;
  const std::array secrets{codec::WebhookSecret{kSecret}};
  for (const auto& got : receiver.take()) {
    const auto header = [&](const char* name) {
      return std::string{got.at("headers").at(name).as_string()};
    };
    const std::string id = header("webhook-id"), at = header("webhook-timestamp"),
                      signature = header("webhook-signature"), body{got.at("body").as_string()};
    const auto now_s =
        std::chrono::floor<Seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
    EXPECT_EQ(codec::verify_webhook(secrets, {id, at, signature}, body, now_s),
              codec::WebhookVerdict::accepted);
    ids.insert(id);
    bodies.insert(body);
  }
  EXPECT_THAT(ids, SizeIs(20));
  EXPECT_THAT(bodies, SizeIs(20));
  EXPECT_EQ(number("select count(*) from notice where channel = 'webhook' and state = 'sent'"), 20);
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
