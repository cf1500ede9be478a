// SPDX-License-Identifier: Apache-2.0
// The batching door on a real PostgreSQL that comes and goes.
#include "adapters/runtime/batching_door.hpp"

#include <gtest/gtest.h>

#include <future>
#include <random>
#include <set>

#include "tests/integration/pg_fixture.hpp"

namespace firsthand::runtime {
namespace {

DoorAnswer ask(Door& door, Event event) {
  std::promise<DoorAnswer> promise;
  door.submit(std::move(event),
              [&promise](DoorAnswer answer) { promise.set_value(std::move(answer)); });
  return promise.get_future().get();
}

Event complaint(const std::string& key, const std::string& number = "+8613800000001") {
  event::CaseRegistered what;
  what.customer_name = "赵样例";
  what.number = number;
  what.channel = Channel::api;
  what.category = "wxcs";
  what.text = "送修两周没有消息";
  return {"api:web", key, {}, {}, what};
}

class DoorTest : public testing::Test {
 protected:
  DoorTest() : door_(options(), [this] { return company_.rules(); }, metrics_) { door_.start(); }
  DoorOptions options() {
    DoorOptions out;
    out.connect = company_.options();
    out.patience = Millis{1500};
    return out;
  }
  std::string value(const std::string& sql) { return company_.value(sql); }

  test::Company company_;
  metrics::Registry metrics_;
  BatchingDoor door_;
};

TEST_F(DoorTest, answers_after_commit_and_the_same_key_again_with_the_same) {
  const auto first = std::get<Outcome>(ask(door_, complaint("k1")));
  ASSERT_FALSE(first.refusal) << first.refusal->sentence;
  EXPECT_EQ(value("select count(*) from case_file where number = '" + first.reply.number + "'"),
            "1");
  const auto again = std::get<Outcome>(ask(door_, complaint("k1")));
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.reply, first.reply);
  EXPECT_EQ(value("select count(*) from case_file where text = '送修两周没有消息'"), "1");
}

TEST_F(DoorTest, a_refused_event_may_be_sent_again) {
  Event wrong = complaint("k2");
  std::get<event::CaseRegistered>(wrong.what).category = "no-such";
  const auto refused = std::get<Outcome>(ask(door_, wrong));
  ASSERT_TRUE(refused.refusal);
  EXPECT_EQ(refused.refusal->field, "category");
  const auto granted = std::get<Outcome>(ask(door_, complaint("k2")));
  EXPECT_FALSE(granted.refusal);
}

TEST_F(DoorTest, two_nodes_write_one_case_with_rising_ids) {
  BatchingDoor other{options(), [this] { return company_.rules(); }, metrics_};
  other.start();
  // Each has ids of its own in hand before they meet at one case.
  std::get<Outcome>(ask(other, complaint("o1", "+8613800000002")));
  const auto made = std::get<Outcome>(ask(door_, complaint("k3")));
  ASSERT_FALSE(made.refusal);
  const std::string id = std::to_string(made.reply.id);
  const UserId owner{std::stoll(value("select owner_id from case_file where id = " + id))};
  for (int i = 0; i < 6; ++i) {
    event::NoteAdded note;
    note.case_id = CaseId{made.reply.id};
    note.text = std::to_string(i);
    Event event{"api", "note" + std::to_string(i), owner, {}, note};
    const auto answer = std::get<Outcome>(ask(i % 2 == 0 ? other : door_, event));
    ASSERT_FALSE(answer.refusal) << answer.refusal->sentence;
  }
  EXPECT_EQ(value("select string_agg(data->>'text', '' order by id) from history where kind = "
                  "'note' and case_id = " +
                  id),
            "012345");
}

TEST_F(DoorTest, many_at_once_share_transactions_and_lose_nothing) {
  constexpr int kMany = 300;
  std::vector<std::promise<DoorAnswer>> answers(kMany);
  for (int i = 0; i < kMany; ++i) {
    door_.submit(complaint("m" + std::to_string(i), "+86138000" + std::to_string(10000 + i)),
                 [&promise = answers[static_cast<std::size_t>(i)]](DoorAnswer answer) {
                   promise.set_value(std::move(answer));
                 });
  }
  std::set<std::string> numbers;
  for (auto& promise : answers) {
    const auto outcome = std::get<Outcome>(promise.get_future().get());
    ASSERT_FALSE(outcome.refusal);
    numbers.insert(outcome.reply.number);
  }
  EXPECT_EQ(numbers.size(), static_cast<std::size_t>(kMany));
  EXPECT_EQ(value("select count(*) from remembered where source = 'api:web' and key like 'm%'"),
            std::to_string(kMany));
  // Fewer transactions than events: xmin tells which transaction wrote a row.
  EXPECT_LT(
      std::stoi(value("select count(distinct xmin::text) from case_file where number > 'GD20261'")),
      kMany / 3);
}

/// Cases with a clock each that is due; their clocks.
std::vector<std::int64_t> due_clocks(test::Company& company, int count) {
  company.run(
      "with c as (insert into case_file (id, number, kind, state, customer_id, channel, category, "
      "text, severity, owner_id, opened_at) select 100000 + n, 'DUE' || n, 'complaint', 'open', "
      "101, 'api', 'wxcs', 'x', 2, 11, now() from generate_series(1, " +
      std::to_string(count) +
      ") n returning id) insert into sla_clock (id, case_id, kind, policy, policy_version, "
      "calendar, budget_kind, budget_s, ladder, started_at, due_at, state, stage, step, fire_at) "
      "select id + 100000, id, 'first_response', 'complaint', 1, 'always', 'calendar_time', 36000, "
      "'desk', now() - interval '9 hours', now() + interval '1 hour', 'running', 0, 'warn_75', "
      "now() - interval '1 second' from c");
  std::vector<std::int64_t> clocks;
  for (int n = 1; n <= count; ++n) clocks.push_back(200000 + n);
  return clocks;
}

Event firing(std::int64_t clock) {
  return {"timer", "", {}, {}, event::ClockFired{ClockId{clock}, 1}};
}

TEST_F(DoorTest, clocks_fire_while_people_wait_for_a_lock) {
  const auto clock = due_clocks(company_, 1).front();
  std::promise<DoorAnswer> person;
  auto waits = person.get_future();
  postgres::Connection other{company_.options()};
  {
    postgres::Tx holds{other};
    holds.exec_sql("select 1 from customer where id = 102 for update");
    door_.submit({"console:12",
                  "",
                  UserId{test::kOtherAgent},
                  {},
                  event::NoteAdded{CaseId{test::kInquiry}, "还在等"}},
                 [&person](DoorAnswer answer) { person.set_value(std::move(answer)); });
    EXPECT_FALSE(std::get<Outcome>(ask(door_, firing(clock))).refusal);
    EXPECT_EQ(waits.wait_for(std::chrono::seconds{0}), std::future_status::timeout);
  }
  EXPECT_FALSE(std::get<Outcome>(waits.get()).refusal);
}

TEST_F(DoorTest, a_herd_of_clocks_fires_each_once_by_whichever_writer) {
  constexpr int kMany = 700;
  const auto clocks = due_clocks(company_, kMany);
  std::vector<std::promise<DoorAnswer>> answers(2 * clocks.size());
  std::size_t next = 0;
  for (int turn = 0; turn < 2; ++turn) {
    for (const auto clock : clocks) {
      door_.submit(firing(clock), [&promise = answers[next]](DoorAnswer answer) {
        promise.set_value(std::move(answer));
      });
      ++next;
    }
  }
  int stale = 0;
  for (auto& answer : answers) {
    const auto outcome = std::get<Outcome>(answer.get_future().get());
    if (!outcome.refusal) continue;
    EXPECT_EQ(outcome.refusal->code, "stale");
    ++stale;
  }
  EXPECT_EQ(stale, kMany);
  const auto all = std::to_string(kMany);
  EXPECT_EQ(value("select count(*) from alert where clock_id > 200000"), all);
  EXPECT_EQ(value("select count(*) from history where kind = 'clock_warned' and case_id > 100000"),
            all);
  EXPECT_EQ(value("select count(distinct version) || ' ' || min(version) from case_file where id > "
                  "100000"),
            "1 1");
  EXPECT_EQ(value("select count(*) from feed where kind = 'alert' and version = 0"), all);
}

TEST_F(DoorTest, one_spoilt_event_is_parked_and_its_neighbours_commit) {
  // A number longer than a btree entry may be: only PostgreSQL finds out.
  std::mt19937 digits{7};
  std::string endless = "+86";
  for (int i = 0; i < 20000; ++i) endless += static_cast<char>('0' + digits() % 10);
  std::vector<std::promise<DoorAnswer>> answers(9);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    door_.submit(
        complaint("p" + std::to_string(i),
                  i == 4 ? endless : "+8613900" + std::to_string(10000 + i)),
        [&promise = answers[i]](DoorAnswer answer) { promise.set_value(std::move(answer)); });
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto outcome = std::get<Outcome>(answers[i].get_future().get());
    EXPECT_EQ(outcome.refusal.has_value(), i == 4) << i;
  }
  EXPECT_EQ(value("select string_agg(key, ',') from parked_event"), "p4");
}

TEST(DoorAway, answers_unavailable_in_time_and_goes_on_when_it_is_back) {
  test::PostgresServer server;
  const std::string url = server.superuser_url();
  ASSERT_TRUE(postgres::migrate(url));
  {
    postgres::ConnectOptions owner;
    owner.url = url;
    owner.role.clear();
    postgres::Connection connection{owner};
    postgres::Tx tx{connection};
    load_defaults_into(tx, FIRSTHAND_DEFAULTS);
    tx.exec_sql(
        "insert into user_account (id, login, name, role) values (11, 'agent', '林测试', 'agent')");
    tx.commit();
  }
  RulesStore rules{"china-office"};
  {
    postgres::ConnectOptions options;
    options.url = url;
    postgres::Connection connection{options};
    postgres::Tx tx{connection};
    rules.refresh(tx);
  }
  metrics::Registry metrics;
  DoorOptions options;
  options.connect.url = url;
  options.patience = Millis{500};
  BatchingDoor door{options, [&] { return rules.current(); }, metrics};
  door.start();
  const auto before = std::get<Outcome>(ask(door, complaint("a1")));
  ASSERT_FALSE(before.refusal);

  server.kill();
  EXPECT_TRUE(std::holds_alternative<Unavailable>(ask(door, complaint("a2"))));
  EXPECT_FALSE(door.up());

  server.start();
  // The same keys once more: nothing acknowledged is lost, nothing is made twice.
  DoorAnswer answer = ask(door, complaint("a2"));
  for (int tries = 0; tries < 50 && std::holds_alternative<Unavailable>(answer); ++tries)
    answer = ask(door, complaint("a2"));
  ASSERT_TRUE(std::holds_alternative<Outcome>(answer));
  EXPECT_FALSE(std::get<Outcome>(answer).refusal);
  const auto again = std::get<Outcome>(ask(door, complaint("a1")));
  EXPECT_EQ(again.reply, before.reply);
  EXPECT_TRUE(door.up());
  door.stop();
}

}  // namespace
}  // namespace firsthand::runtime
