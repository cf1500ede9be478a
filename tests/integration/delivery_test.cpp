// SPDX-License-Identifier: Apache-2.0
// Delivery rooms on a real PostgreSQL, handing over to a real SMTP server and a real webhook
// receiver: preferences, quiet hours, storms, several rooms, a room that is killed, servers that
// fail in every way. Each effect is followed from the outbox to the mail that names it.
#include "adapters/runtime/delivery_room.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <map>
#include <regex>
#include <set>

#include "adapters/codec/link_token.hpp"
#include "adapters/codec/standard_webhooks.hpp"
#include "tests/integration/pg_fixture.hpp"
#include "tests/integration/webhook_receiver.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/smtp_server.hpp"

namespace firsthand::runtime {
namespace {

using test::Mail;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr Millis kPatience{60'000};  // other builds may share this machine
const std::string kLiaison = "liaison@example.test";
const std::string kColleague = "colleague@example.test";

DeliveryOptions room_options(const postgres::ConnectOptions& connect, int smtp_port) {
  DeliveryOptions options;
  options.connect = connect;
  options.letterhead = {"https://cc.example.test", "示例公司", "Example", ""};
  options.mail.host = "127.0.0.1";
  options.mail.port = smtp_port;
  options.mail.tls = notify::MailTls::none;
  options.mail.from = {"service@example.test", "客服"};
  options.mail.timeout = Seconds{2};
  options.webhook.allow_private = true;
  options.webhook.allow_http = true;
  options.webhook.timeout = Seconds{1};
  options.webhook_secret = kSecret;
  options.pace.window = Millis{4000};
  options.lease = Millis{2000};
  options.retry_first = Millis{50};
  options.tries_max = 3;
  return options;
}

/// A delivery room with figures of its own, as a node has it.
struct Room {
  Room(const DeliveryOptions& options, RulesSource rules) : room(options, rules, metrics) {
    room.start();
  }
  metrics::Registry metrics;
  DeliveryRoom room;
};

struct Alerts {
  int first = 1;
  int count = 1;
  std::string to = kLiaison;
  std::int64_t recipient = test::kLiaison;
  int severity = 2;
  bool breach = true;
  std::string more = "{}";  ///< further facts, JSON
};

class Delivery : public testing::Test {
 protected:
  RulesSource rules() {
    return [this] { return company.rules(); };
  }
  DeliveryOptions options() { return room_options(company.options(), smtp.port()); }

  /// As decide() writes them: one effect an alert, each of a case of its own (GD-<n>).
  void write(const Alerts& alerts, const std::string& kind = "mail") {
    const bool mail = kind == "mail";
    company.run(
        "insert into outbox (id, kind, key, payload, at, next_try_at) select 100000 + i, '" + kind +
        "', '" + kind + ":alert:' || i || '" +
        (mail ? ":" + std::to_string(alerts.recipient) : "") +
        "', jsonb_build_object('what', 'alert', 'to', '" + alerts.to +
        "', 'name', '郭样例', 'recipient', " + std::to_string(alerts.recipient) +
        ", 'language', 'zh', 'case_number', 'GD-' || i, 'case', 201, 'category', 'wxcs', "
        "'clock_kind', 'callback', 'step', 'breach', 'breach', " +
        (alerts.breach ? "true" : "false") + ", 'severity', " + std::to_string(alerts.severity) +
        ", 'due_at', '2026-11-21T10:00:00.000Z', 'alert', i) || '" + alerts.more +
        "'::jsonb, clock_timestamp(), clock_timestamp() from generate_series(" +
        std::to_string(alerts.first) + ", " + std::to_string(alerts.first + alerts.count - 1) +
        ") i");
  }
  std::int64_t number(const std::string& sql) const { return std::stoll(company.value(sql)); }

  /// Asks the database again and again; there is no event to wait for on this side of it.
  bool becomes(const std::string& sql, const std::string& wanted) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (company.value(sql) != wanted) {
      // The mail server tells of each mail; a digest does not fit into a pipe that nobody reads.
      smtp.wait_for_mail(Millis{1}, [](const Mail&) { return false; });
      if (std::chrono::steady_clock::now() > until) {
        ADD_FAILURE() << sql << " is still " << company.value(sql) << ", not " << wanted;
        return false;
      }
      usleep(20'000);
    }
    return true;
  }
  bool all_done() { return becomes("select count(*) from outbox where done_at is null", "0"); }

  /// Which cases the mails to this address name, with how often, and the digests among them.
  struct Named {
    std::map<std::string, int> cases;
    int singles = 0;
    std::vector<Mail> digests;
  };
  Named named(const std::string& to = kLiaison) {
    static const std::regex number{R"(/(?:cases/|liaison\?case=)(GD-\d+))"};
    Named found;
    for (const Mail& mail : smtp.mails()) {
      if (mail.to != std::vector<std::string>{to}) continue;
      const bool digest = mail.subject.find("汇总") != std::string::npos;
      found.singles += digest ? 0 : 1;
      if (digest) found.digests.push_back(mail);
      for (std::sregex_iterator at{mail.text.begin(), mail.text.end(), number}, end; at != end;
           ++at) {
        ++found.cases[(*at)[1].str()];
      }
    }
    return found;
  }
  /// Every effect has one notice, sent; what is gathered names its digest.
  void expect_every_notice_sent_once() {
    EXPECT_EQ(
        company.value("select count(*) from outbox o where kind = 'mail' and (select count(*) "
                      "from notice n where n.effect_key = o.key) <> 1"),
        "0");
    EXPECT_EQ(company.value("select count(*) from notice n join outbox o on o.key = n.effect_key "
                            "where n.state <> 'sent' or n.sent_at is null"),
              "0");
    EXPECT_EQ(company.value("select count(*) from outbox o join notice n on n.effect_key = o.key "
                            "where o.outcome = 'digest' and not exists (select 1 from outbox d "
                            "where d.key = n.digest_key and d.outcome = 'sent')"),
              "0");
  }

  test::Company company;
  test::SmtpServer smtp;
};

TEST_F(Delivery, AFewMailsGoSingly) {
  write({.count = 3});
  Room room(options(), rules());
  ASSERT_TRUE(all_done());
  const auto got = named();
  EXPECT_EQ(got.singles, 3);
  EXPECT_THAT(got.cases, SizeIs(3));
  expect_every_notice_sent_once();
  EXPECT_EQ(company.value("select string_agg(outcome, ',') from outbox"), "sent,sent,sent");
}

TEST_F(Delivery, AStormOf500IsFiveMailsAndADigestAndHoldsNobodyUp) {
  test::WebhookReceiver receiver;
  auto with = options();
  with.webhook_url = receiver.url("/ok");
  write({.count = 500});
  write({.first = 1001, .to = kColleague, .recipient = test::kAgent});
  write({.first = 2001, .count = 3}, "webhook");
  Room room(with, rules());
  ASSERT_TRUE(smtp.wait_for_mail(kPatience, [](const Mail& m) { return m.to[0] == kColleague; }));
  EXPECT_EQ(number("select count(*) from outbox where pace = 'gather' and done_at is null"), 495)
      << "the colleague's mail goes before the storm's digest";
  ASSERT_TRUE(all_done());
  const auto got = named();
  EXPECT_EQ(got.singles, 5);
  ASSERT_THAT(got.digests, SizeIs(1));
  EXPECT_EQ(got.digests[0].subject, "【汇总】495 条提醒待查看，其中 495 条已超时");
  EXPECT_THAT(got.digests[0].text, HasSubstr("== 维修中心 =="));
  EXPECT_THAT(got.cases, SizeIs(500));
  for (const auto& [name, times] : got.cases) EXPECT_EQ(times, 1) << name;
  expect_every_notice_sent_once();
  EXPECT_EQ(number("select count(*) from notice where digest_key <> ''"), 495);
  EXPECT_THAT(receiver.take(), SizeIs(3));
}

TEST_F(Delivery, AStormThatLastsIsOneDigestAWindow) {
  auto with = options();
  with.pace = {1, Millis{1500}};
  write({.count = 40});
  Room room(with, rules());
  ASSERT_TRUE(becomes("select count(*) from outbox where outcome = 'digest'", "39"));
  write({.first = 41, .count = 30});  // in the window that the digest has begun
  ASSERT_TRUE(all_done());
  const auto got = named();
  EXPECT_EQ(got.singles, 1) << "the second part has no single mails";
  EXPECT_THAT(got.digests, SizeIs(2));
  EXPECT_THAT(got.cases, SizeIs(70));
  expect_every_notice_sent_once();
}

TEST_F(Delivery, WhoeverAskedForDigestsGetsNothingElse) {
  company.run("update user_account set alert_mails = 'digest' where id = 13");
  write({.count = 3});
  Room room(options(), rules());
  ASSERT_TRUE(all_done());
  const auto got = named();
  EXPECT_EQ(got.singles, 0);
  ASSERT_THAT(got.digests, SizeIs(1));
  EXPECT_THAT(got.cases, SizeIs(3));
  expect_every_notice_sent_once();
}

TEST_F(Delivery, AlertsOfAChangeOfRulesAreGatheredFromTheFirst) {
  write({.count = 4, .more = R"({"digest": true})"});
  Room room(options(), rules());
  ASSERT_TRUE(all_done());
  EXPECT_EQ(named().singles, 0);
  EXPECT_THAT(named().digests, SizeIs(1));
  expect_every_notice_sent_once();
}

TEST_F(Delivery, QuietHoursHoldMailsUntilTheirEndButNotTheBreachOfAGraveCase) {
  const std::string minute =
      "(extract(hour from now() at time zone 'Asia/Shanghai') * 60 + extract(minute from now() at "
      "time zone 'Asia/Shanghai'))::integer";
  company.run("update user_account set quiet_from_min = (" + minute + " + 1440 - 60) % 1440, " +
              "quiet_to_min = (" + minute + " + 120) % 1440 where id = 13");
  write({.count = 3});
  write({.first = 10, .severity = 4});
  write({.first = 11, .severity = 4, .breach = false});
  Room room(options(), rules());
  ASSERT_TRUE(smtp.wait_for_mail(kPatience));
  ASSERT_TRUE(becomes("select count(*) from outbox where pace = 'quiet' and done_at is null", "4"));
  EXPECT_THAT(named().cases, testing::ElementsAre(testing::Pair("GD-10", 1)));
  // Until the end of the quiet hours, on the company's wall clock, to the minute.
  EXPECT_EQ(company.value("select count(*) from outbox, user_account u where pace = 'quiet' and "
                          "u.id = 13 and to_char(next_try_at at time zone 'Asia/Shanghai', "
                          "'HH24MI')::integer = u.quiet_to_min / 60 * 100 + u.quiet_to_min % 60"),
            "4");
  // Looked at too early, it is held again.
  company.run("update outbox set next_try_at = now() where pace = 'quiet'");
  ASSERT_TRUE(
      becomes("select count(*) from outbox where pace = 'quiet' and next_try_at > now()", "4"));
  company.run("update user_account set quiet_from_min = null, quiet_to_min = null where id = 13");
  company.run("update outbox set next_try_at = now() where pace = 'quiet'");
  ASSERT_TRUE(all_done());
  const auto got = named();
  EXPECT_EQ(got.singles, 1);
  ASSERT_THAT(got.digests, SizeIs(1));
  EXPECT_THAT(got.cases, SizeIs(5));
  EXPECT_THAT(got.digests[0].subject, HasSubstr("4 条提醒待查看，其中 3 条已超时"));
  expect_every_notice_sent_once();
}

TEST_F(Delivery, TwoRoomsShareTheWorkAndSplitNoDigest) {
  const std::array people{std::pair{kLiaison, test::kLiaison}, std::pair{kColleague, test::kAgent},
                          std::pair{std::string{"third@example.test"}, test::kSupervisor}};
  int first = 1;
  for (const auto& [to, id] : people) {
    write({.first = first, .count = 120, .to = to, .recipient = id});
    first += 1000;
  }
  Room one(options(), rules());
  Room two(options(), rules());
  ASSERT_TRUE(all_done());
  for (const auto& [to, id] : people) {
    const auto got = named(to);
    EXPECT_EQ(got.singles, 5) << to;
    EXPECT_THAT(got.digests, SizeIs(1)) << to;
    EXPECT_THAT(got.cases, SizeIs(120)) << to;
    for (const auto& [name, times] : got.cases) EXPECT_EQ(times, 1) << to << name;
  }
  expect_every_notice_sent_once();
}

// ------------------------------------------------------------------------------- killed
/// This program again, as a node that does nothing but deliver; see main().
test::ChildProcess start_room(const std::string& url, int smtp_port) {
  test::ChildOptions options;
  options.words = {"/proc/self/exe", "--room", url, std::to_string(smtp_port)};
  return test::ChildProcess{options};
}

TEST_F(Delivery, AKilledRoomLosesNothingAndRepeatsOnlyWithTheSameMessageId) {
  // Many people, so that the room is killed between mails, again and again; three storms among
  // them.
  for (int i = 0; i < 60; ++i) {
    const bool storm = i % 20 == 0;
    write({.first = 1 + i * 100,
           .count = storm ? 60 : 2,
           .to = "p" + std::to_string(i) + "@example.test",
           .recipient = 20'000 + i});
  }
  const auto wanted = number("select count(*) from outbox");
  int kills = 0;
  for (std::size_t seen : {3, 20, 45, 80, 110}) {
    auto child = start_room(company.url(), smtp.port());
    std::size_t got = smtp.mails().size();
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (got < seen && std::chrono::steady_clock::now() < until) got = smtp.mails().size();
    ASSERT_GE(got, seen) << "the room of process " << child.pid() << " sends nothing";
    child.end(SIGKILL);
    ++kills;
  }
  Room room(options(), rules());
  ASSERT_TRUE(all_done());
  std::set<std::string> cases;
  std::map<std::string, std::set<std::string>> bodies;  // Message-ID → contents
  static const std::regex id{R"(Message-ID: (<[^>]+>))"};
  static const std::regex case_of{R"(/(?:cases/|liaison\?case=)(GD-\d+))"};
  std::map<std::string, std::set<std::string>> ids_of_case;
  for (const Mail& mail : smtp.mails()) {
    std::smatch match;
    ASSERT_TRUE(std::regex_search(mail.raw, match, id));
    bodies[match[1]].insert(mail.text);
    for (std::sregex_iterator at{mail.text.begin(), mail.text.end(), case_of}, end; at != end;
         ++at) {
      cases.insert((*at)[1].str());
      ids_of_case[(*at)[1].str()].insert(match[1]);
    }
  }
  EXPECT_EQ(static_cast<std::int64_t>(cases.size()), wanted) << "every alert is named";
  for (const auto& [message, texts] : bodies) EXPECT_THAT(texts, SizeIs(1)) << message;
  for (const auto& [name, ids] : ids_of_case) EXPECT_THAT(ids, SizeIs(1)) << name;
  // At most what was in flight at a kill comes twice.
  EXPECT_LE(smtp.mails().size(), bodies.size() + static_cast<std::size_t>(kills));
  expect_every_notice_sent_once();
}

// ------------------------------------------------------------------------------- failures
TEST_F(Delivery, TemporaryAnswersAreTriedAgain) {
  smtp.refuse_next(451, 2);
  write({});
  Room room(options(), rules());
  ASSERT_TRUE(smtp.wait_for_mail(kPatience));
  ASSERT_TRUE(all_done());
  EXPECT_EQ(company.value("select state || tries from notice where effect_key = 'mail:alert:1:13'"),
            "sent3");
}

TEST_F(Delivery, PermanentAnswersAndTooManyTriesBecomeDeadLettersWithTheirReason) {
  smtp.refuse_recipient(kColleague);
  write({.to = kColleague, .recipient = test::kAgent});
  Room room(options(), rules());
  ASSERT_TRUE(all_done());
  EXPECT_THAT(
      company.value("select state || tries || ' ' || last_error from notice where effect_key = "
                    "'mail:alert:1:11'"),
      testing::AllOf(testing::StartsWith("failed1 "), HasSubstr("550")));
  smtp.kill();
  write({.first = 2});
  ASSERT_TRUE(all_done());
  EXPECT_THAT(
      company.value("select state || tries || ' ' || last_error from notice where effect_key = "
                    "'mail:alert:2:13'"),
      testing::AllOf(testing::StartsWith("failed3 "), Not(testing::EndsWith(" "))));
  EXPECT_EQ(company.value("select string_agg(outcome, ',') from outbox"), "failed,failed");
}

TEST_F(Delivery, WhatBecameOfADigestBecameOfEverythingInIt) {
  company.run("update user_account set alert_mails = 'digest' where id = 13");
  smtp.refuse_recipient(kLiaison);
  write({.count = 3});
  auto with = options();
  with.pace.window = Millis{300};
  Room room(with, rules());
  ASSERT_TRUE(all_done());
  EXPECT_EQ(number("select count(*) from notice where state = 'failed' and last_error like '%550%' "
                   "and effect_key like 'mail:%'"),
            4)
      << "three alerts and their digest";
}

TEST_F(Delivery, AnOddRowStopsNobodysMails) {
  company.run(
      "insert into outbox (id, kind, key, payload, at, next_try_at) values (1, 'mail', 'odd:1', "
      "'{\"to\": \"odd@example.test\", \"recipient\": \"x\", \"case\": \"y\", \"severity\": [], "
      "\"breach\": 7, \"digest\": \"z\"}', now(), now()), "
      "(2, 'mail', 'odd:2', '{\"to\": \"odd@example.test\", \"recipient\": 1.5, \"what\": "
      "\"alert\"}', "
      "now(), now()), (3, 'webhook', 'odd:3', '{}', now(), now())");
  write({});
  Room room(options(), rules());
  ASSERT_TRUE(all_done());
  EXPECT_THAT(named().cases, SizeIs(1));
  EXPECT_EQ(company.value("select string_agg(state, ',') from notice where effect_key in ('odd:1', "
                          "'odd:2')"),
            "failed,failed");
}

TEST_F(Delivery, WithoutAMailServerMailsFailVisibly) {
  auto with = options();
  with.mail.host.clear();
  write({});
  Room room(with, rules());
  ASSERT_TRUE(all_done());
  EXPECT_EQ(company.value("select state || last_error || recipient from notice where effect_key = "
                          "'mail:alert:1:13'"),
            "failedno mail server is configured" + kLiaison);
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

/// The room of AKilledRoom…, until it is killed.
int run_room(const std::string& url, int smtp_port) {
  postgres::ConnectOptions connect;
  connect.url = url;
  connect.statement_timeout = Millis{60'000};
  RulesStore store{"china-office"};
  {
    postgres::Connection connection{connect};
    postgres::Tx tx{connection, postgres::Access::read_only};
    store.refresh(tx);
  }
  metrics::Registry metrics;
  DeliveryRoom room{room_options(connect, smtp_port), [&] { return store.current(); }, metrics};
  room.start();
  while (true) pause();
}

}  // namespace firsthand::runtime

int main(int argc, char** argv) {
  if (argc == 4 && std::string{argv[1]} == "--room")
    return firsthand::runtime::run_room(argv[2], std::stoi(argv[3]));
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
