// SPDX-License-Identifier: Apache-2.0
// Mails through a real SMTP server, webhooks to a real HTTP receiver (webhook_receiver.py).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <boost/json.hpp>
#include <memory>
#include <stdexcept>

#include "adapters/notify/mailer.hpp"
#include "adapters/notify/webhook_sender.hpp"
#include "tests/integration/webhook_receiver.hpp"
#include "tests/support/smtp_server.hpp"

namespace firsthand::notify {
namespace {

using testing::HasSubstr;

constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} +
                       std::chrono::hours{10}};

using Receiver = test::WebhookReceiver;

class Webhooks : public testing::Test {
 protected:
  static void SetUpTestSuite() { receiver = std::make_unique<Receiver>(); }
  static void TearDownTestSuite() { receiver.reset(); }
  void TearDown() override { receiver->take(); }

  static std::unique_ptr<Receiver> receiver;
};
std::unique_ptr<Receiver> Webhooks::receiver;

// ---------------------------------------------------------------- mail

MailerSettings mail_settings(int port) {
  MailerSettings settings;
  settings.host = "127.0.0.1";
  settings.port = port;
  settings.tls = MailTls::none;
  settings.from = {"service@morningstar.example", "晨星电脑客服"};
  settings.connect_timeout = Seconds{5};
  settings.timeout = Seconds{10};
  return settings;
}

Mail mail_to(const std::string& to) {
  Mail mail;
  mail.key = "mail:dispatch:1:42";
  mail.to = to;
  mail.to_name = "维修中心接口人";
  mail.subject = "【新派单】工单 GD20261121000001";
  mail.text = "您好：\n.\n一行只有一个点，不可截断邮件。\n";
  mail.html = "<p>您好</p>";
  return mail;
}

TEST(MailerTest, MailArrivesWholeAndARepeatIsRecognisable) {
  test::SmtpServer server;
  Mailer mailer{mail_settings(server.port())};
  for (int i = 0; i < 2; ++i) {
    const Delivery delivery = mailer.send(mail_to("liaison@morningstar.example"), kNow);
    EXPECT_TRUE(delivery.sent()) << delivery.error;
  }
  const auto& mails = server.mails();
  ASSERT_EQ(mails.size(), 2U);
  EXPECT_EQ(mails[0].from, "service@morningstar.example");
  EXPECT_EQ(mails[0].to, std::vector<std::string>{"liaison@morningstar.example"});
  EXPECT_EQ(mails[0].subject, "【新派单】工单 GD20261121000001");
  EXPECT_THAT(mails[0].text, HasSubstr("一行只有一个点，不可截断邮件。"));
  EXPECT_THAT(mails[0].raw, HasSubstr("Message-ID: " + message_id("mail:dispatch:1:42",
                                                                  "service@morningstar.example")));
  EXPECT_EQ(mails[0].raw, mails[1].raw);
}

TEST(MailerTest, SmtpAnswersAreClassified) {
  test::SmtpServer server;
  server.refuse_recipient("gone@morningstar.example");
  Mailer mailer{mail_settings(server.port())};
  const auto send = [&](const char* to) { return mailer.send(mail_to(to), kNow); };

  server.refuse_next(451);
  const Delivery temporary = send("a@morningstar.example");
  EXPECT_EQ(temporary.result, DeliveryResult::retry);
  EXPECT_EQ(temporary.code, 451);
  EXPECT_FALSE(temporary.error.empty());

  server.refuse_next(554);
  const Delivery permanent = send("a@morningstar.example");
  EXPECT_EQ(permanent.result, DeliveryResult::failed);
  EXPECT_EQ(permanent.code, 554);

  const Delivery nobody = send("gone@morningstar.example");
  EXPECT_EQ(nobody.result, DeliveryResult::failed);
  EXPECT_EQ(nobody.code, 550);
  EXPECT_THAT(nobody.error, HasSubstr("5.1.1 no such recipient"));

  EXPECT_TRUE(send("a@morningstar.example").sent());
  EXPECT_EQ(server.mails().size(), 1U);
  EXPECT_EQ(server.refused(), 2);
}

TEST(MailerTest, ACutConnectionIsRetriedWithTheSameMessageId) {
  test::SmtpServer server;
  Mailer mailer{mail_settings(server.port())};
  server.cut_next();  // the mail is kept there, and we cannot know
  EXPECT_EQ(mailer.send(mail_to("a@morningstar.example"), kNow).result, DeliveryResult::retry);
  EXPECT_TRUE(mailer.send(mail_to("a@morningstar.example"), kNow).sent());
  ASSERT_EQ(server.mails().size(), 2U);
  EXPECT_EQ(server.mails()[0].raw, server.mails()[1].raw);

  server.kill();
  EXPECT_EQ(mailer.send(mail_to("a@morningstar.example"), kNow).result, DeliveryResult::retry);
  server.start();
  EXPECT_TRUE(mailer.send(mail_to("a@morningstar.example"), kNow).sent());
}

TEST(MailerTest, AServerThatNeverAnswersIsGivenUpInTime) {
  test::SmtpServer server;
  auto settings = mail_settings(server.port());
  settings.timeout = Seconds{2};
  Mailer mailer{settings};
  EXPECT_TRUE(mailer.send(mail_to("a@morningstar.example"), kNow).sent());
  server.silence_next();  // after the data, on the connection that was kept
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(mailer.send(mail_to("a@morningstar.example"), kNow).result, DeliveryResult::retry);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{20});
  EXPECT_TRUE(mailer.send(mail_to("a@morningstar.example"), kNow).sent());
}

TEST(MailerTest, InjectionIsRefusedBeforeTheServerHears) {
  test::SmtpServer server;
  Mailer mailer{mail_settings(server.port())};
  Mail mail = mail_to("a@morningstar.example\r\nRCPT TO:<evil@elsewhere.example>");
  EXPECT_EQ(mailer.send(mail, kNow).result, DeliveryResult::failed);
  mail = mail_to("a@morningstar.example");
  mail.subject = "x\r\nBcc: evil@elsewhere.example";
  EXPECT_EQ(mailer.send(mail, kNow).result, DeliveryResult::failed);
  EXPECT_TRUE(server.mails().empty());
}

TEST(MailerTest, RequiredTlsIsNotGivenUp) {
  test::SmtpServer server;  // offers none
  auto settings = mail_settings(server.port());
  settings.tls = MailTls::starttls;
  Mailer mailer{settings};
  EXPECT_EQ(mailer.send(mail_to("a@morningstar.example"), kNow).result, DeliveryResult::retry);
  EXPECT_TRUE(server.mails().empty());
}

// ---------------------------------------------------------------- webhooks

WebhookSettings loopback() {
  WebhookSettings settings;
  settings.allow_private = true;
  settings.allow_http = true;
  settings.connect_timeout = Seconds{5};
  settings.timeout = Seconds{10};
  return settings;
}

constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

Webhook webhook_to(std::string url) {
  return {"webhook:alert:17", std::move(url), kSecret, R"({"what":"alert","case_number":"GD1"})"};
}

TEST_F(Webhooks, WebhookIsSignedAndVerifies) {
  const Delivery delivery = WebhookSender{loopback()}.send(webhook_to(receiver->url("/ok")), kNow);
  ASSERT_TRUE(delivery.sent()) << delivery.error;
  const auto got = receiver->take();
  ASSERT_EQ(got.size(), 1U);
  const auto header = [&](const char* name) {
    return std::string{got[0].at("headers").at(name).as_string()};
  };
  const std::string id = header("webhook-id"), timestamp = header("webhook-timestamp"),
                    signature = header("webhook-signature"), body{got[0].at("body").as_string()};
  EXPECT_EQ(id, "webhook:alert:17");
  EXPECT_EQ(header("content-type"), "application/json");
  const std::array secrets{codec::WebhookSecret{kSecret}};
  const std::int64_t now_s = kNow.time_since_epoch().count() / 1000;
  EXPECT_EQ(codec::verify_webhook(secrets, {id, timestamp, signature}, body, now_s),
            codec::WebhookVerdict::accepted);
  EXPECT_EQ(codec::verify_webhook(secrets, {id, timestamp, signature}, body + " ", now_s),
            codec::WebhookVerdict::bad_signature);
}

TEST_F(Webhooks, HttpAnswersAreClassified) {
  const struct {
    const char* path;
    DeliveryResult result;
  } rows[] = {
      {"/204", DeliveryResult::sent},   {"/400", DeliveryResult::failed},
      {"/401", DeliveryResult::failed}, {"/404", DeliveryResult::failed},
      {"/408", DeliveryResult::retry},  {"/410", DeliveryResult::failed},
      {"/429", DeliveryResult::retry},  {"/500", DeliveryResult::retry},
      {"/503", DeliveryResult::retry},
  };
  const WebhookSender sender{loopback()};
  for (const auto& row : rows) {
    const Delivery delivery = sender.send(webhook_to(receiver->url(row.path)), kNow);
    EXPECT_EQ(delivery.result, row.result) << row.path << delivery.error;
    EXPECT_EQ(delivery.code, std::stoi(row.path + 1));
  }
  const Delivery busy = sender.send(webhook_to(receiver->url("/busy")), kNow);
  EXPECT_EQ(busy.result, DeliveryResult::retry);
  EXPECT_EQ(busy.retry_after, Seconds{17});
}

TEST_F(Webhooks, RedirectsAreNotFollowed) {
  const Delivery delivery =
      WebhookSender{loopback()}.send(webhook_to(receiver->url("/redirect")), kNow);
  EXPECT_EQ(delivery.result, DeliveryResult::failed);
  EXPECT_EQ(delivery.code, 302);
  const auto got = receiver->take();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].at("path").as_string(), "/redirect");
}

TEST_F(Webhooks, PrivateAddressesAreRefusedByDefault) {
  auto settings = loopback();
  settings.allow_private = false;
  const WebhookSender sender{settings};
  const std::string port = std::to_string(receiver->port());
  for (const std::string host : {"127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]",
                                 "[::ffff:127.0.0.1]", "0", "169.254.169.254"}) {
    const Delivery delivery = sender.send(webhook_to("http://" + host + ":" + port + "/ok"), kNow);
    EXPECT_EQ(delivery.result, DeliveryResult::failed) << host << delivery.error;
    EXPECT_THAT(delivery.error, HasSubstr("private")) << host;
  }
  EXPECT_TRUE(receiver->take().empty());
}

TEST_F(Webhooks, ANameIsConnectedAtItsCheckedAddress) {
  const Delivery delivery = WebhookSender{loopback()}.send(
      webhook_to("http://localhost:" + std::to_string(receiver->port()) + "/ok"), kNow);
  EXPECT_TRUE(delivery.sent()) << delivery.error;
}

TEST_F(Webhooks, OnlyAllowedUrls) {
  auto settings = loopback();
  settings.allow_http = false;
  const WebhookSender strict{settings};
  EXPECT_EQ(strict.send(webhook_to(receiver->url("/ok")), kNow).result, DeliveryResult::failed);
  const WebhookSender sender{loopback()};
  for (const char* url : {"", "nonsense://x/", "file:///etc/passwd", "ftp://127.0.0.1/x",
                          "http://user:secret@127.0.0.1/x", "gopher://127.0.0.1:25/x"})
    EXPECT_EQ(sender.send(webhook_to(url), kNow).result, DeliveryResult::failed) << url;
  Webhook bad_id = webhook_to(receiver->url("/ok"));
  bad_id.id = "a\r\nx: y";
  EXPECT_EQ(sender.send(bad_id, kNow).result, DeliveryResult::failed);
  Webhook unsigned_one = webhook_to(receiver->url("/ok"));
  unsigned_one.secret.clear();
  EXPECT_EQ(sender.send(unsigned_one, kNow).result, DeliveryResult::failed);
  EXPECT_EQ(sender.send(webhook_to("http://no-such-name.invalid/x"), kNow).result,
            DeliveryResult::retry);
  EXPECT_TRUE(receiver->take().empty());
}

TEST_F(Webhooks, EndlessAndSilentReceiversAreBounded) {
  auto settings = loopback();
  settings.timeout = Seconds{2};
  const WebhookSender sender{settings};
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(sender.send(webhook_to(receiver->url("/endless")), kNow).sent());
  const Delivery silent = sender.send(webhook_to(receiver->url("/silent")), kNow);
  EXPECT_EQ(silent.result, DeliveryResult::retry);
  EXPECT_EQ(silent.code, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{8});
}

}  // namespace
}  // namespace firsthand::notify
