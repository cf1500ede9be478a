// SPDX-License-Identifier: Apache-2.0
// What is sent when: preferences, quiet hours, storms, several rooms, and a room that is killed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>

#include "tests/integration/delivery_fixture.hpp"
#include "tests/integration/webhook_receiver.hpp"
#include "tests/support/child_process.hpp"

namespace firsthand::runtime {
namespace {

using test::Mail;
using testing::HasSubstr;
using testing::SizeIs;

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
