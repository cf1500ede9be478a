// SPDX-License-Identifier: Apache-2.0
// A change of the rules on a real PostgreSQL: what the preview says is what happens, what becomes
// late is told once and in digests, nothing happens twice, and a killed node leaves nothing undone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <future>

#include "tests/integration/rules_change_fixture.hpp"

namespace firsthand::test {
namespace {

using runtime::RulesChangeLoop;
using runtime::SavedDocument;

TEST_F(RulesChange, MovesWhatThePreviewSaid) {
  company.run(cases_sql(0, 20, 1, revision()) + cases_sql(100, 30, 5, revision()));
  RulesNode node(company.options(), "one");
  const auto seen = preview(*node.rules(), one_policy("4h"));
  EXPECT_EQ(seen.clocks_total, 50);
  EXPECT_EQ(seen.clocks_moved, 50);
  EXPECT_EQ(seen.clocks_late, 30);
  EXPECT_EQ(seen.cases_moved, 50);
  EXPECT_EQ(seen.cases_late, 30);
  ASSERT_EQ(seen.by_kind.size(), 1u);
  EXPECT_EQ(seen.by_kind[0].clock_kind, ClockKind::resolution);
  ASSERT_EQ(seen.examples.size(), 50u);
  EXPECT_TRUE(seen.examples.front().late);
  EXPECT_FALSE(seen.examples.back().late);
  EXPECT_EQ(preview(*node.rules(), one_policy("240h")).clocks_moved, 0);

  const auto saved = save("policies", one_policy("4h"), 2);
  EXPECT_EQ(value("select clocks_total from rule_change where revision = " +
                  std::to_string(saved.revision)),
            "50");
  // This node has the old rules still: it must not compute by them.
  EXPECT_EQ(node.turn(), RulesChangeLoop::Turn::idle);
  EXPECT_EQ(
      value("select count(*) from sla_clock where revision = " + std::to_string(saved.revision)),
      "0");
  node.refresh(company.options());
  EXPECT_GT(node.turn_until_idle(), 0);

  EXPECT_EQ(value("select clocks_moved || ' ' || (done_at is not null) from rule_change where "
                  "revision = " +
                  std::to_string(saved.revision)),
            "50 true");
  EXPECT_EQ(
      value("select count(*) from sla_clock where revision <> " + std::to_string(saved.revision)),
      "0");
  EXPECT_EQ(value("select count(*) from sla_clock where policy_version = 3 and due_at = started_at "
                  "+ interval '4 hours'"),
            "50");
  // Late: recorded with the instant at which it was due, told once to each, in digests.
  EXPECT_EQ(
      value("select count(*) from sla_clock where state = 'breached' and breached_at = due_at"),
      "30");
  EXPECT_EQ(value("select string_agg(step || ' ' || n, ',') from (select step, count(*) as n from "
                  "alert group by step) s"),
            "breach 60");  // the liaison and one of the back line
  EXPECT_EQ(value("select count(*) || ' ' || count(distinct key) from outbox where kind = 'mail' "
                  "and (payload->>'digest')::boolean"),
            "60 60");
  EXPECT_EQ(value("select count(*) from outbox where kind = 'mail' and not "
                  "(payload->>'digest')::boolean"),
            "0");
  EXPECT_EQ(value("select count(*) from history where kind = 'clock_recomputed'"), "50");
  // Steps that lie behind are not caught up with: next is the climb that is ahead, or the 50 %.
  EXPECT_EQ(value("select string_agg(step || ' ' || n, ',' order by step) from (select step, "
                  "count(*) as n from sla_clock group by step) s"),
            "climb_4h 30,warn_50 20");
}

TEST_F(RulesChange, ReachesClocksWithoutACase) {
  save("policies", policies_with_customers("2160h"), 2);
  company.run(accounts_sql(7, 60, revision()));
  RulesNode node(company.options(), "one");
  // Two days have been promised to the review: they stay whatever the policy says.
  const auto seen = preview(*node.rules(), policies_with_customers("1200h"));
  EXPECT_EQ(seen.clocks_total, 8);
  EXPECT_EQ(seen.clocks_moved, 7);
  EXPECT_EQ(seen.clocks_late, 7);
  ASSERT_EQ(seen.by_kind.size(), 2u);
  EXPECT_EQ(seen.by_kind[0].clock_kind, ClockKind::pool_hold);
  ASSERT_EQ(seen.examples.size(), 7u);
  EXPECT_EQ(seen.examples[0].case_number, "");
  EXPECT_THAT(seen.examples[0].title, testing::StartsWith("客户"));
  EXPECT_TRUE(seen.examples[0].customer);

  const auto saved = save("policies", policies_with_customers("1200h"), 3);
  node.refresh(company.options());
  EXPECT_GT(node.turn_until_idle(), 0);
  EXPECT_EQ(value("select clocks_moved || ' ' || (done_at is not null) from rule_change where "
                  "revision = " +
                  std::to_string(saved.revision)),
            "7 true");
  EXPECT_EQ(
      value("select count(*) from sla_clock where revision < " + std::to_string(saved.revision)),
      "0");
  EXPECT_EQ(value("select (due_at = started_at + interval '2 days')::text || state from sla_clock "
                  "where id = 5200001"),
            "truerunning");
  // Late, so the accounts have lapsed into the pool: once each, and told in digests.
  EXPECT_EQ(value("select count(*) from account where state = 'pooled' and previous_owner_id = 21"),
            "7");
  EXPECT_EQ(value("select count(*) from account_entry where how = 'lapsed'"), "7");
  const std::string before = state();
  EXPECT_EQ(node.turn(), RulesChangeLoop::Turn::idle);
  EXPECT_EQ(state(), before);
}

TEST_F(RulesChange, TwiceChangesNothing) {
  company.run(cases_sql(0, 12, 5, revision()));
  save("policies", one_policy("4h"), 2);
  RulesNode node(company.options(), "one");
  node.turn_until_idle();
  const std::string before = state();
  EXPECT_EQ(node.turn(), RulesChangeLoop::Turn::idle);
  for (int n = 0; n < 12; ++n) {
    Event event;
    event.source = "test";
    event.what = event::ClocksRecomputed{CaseId{3000000 + n}};
    std::promise<DoorAnswer> answered;
    node.door().submit(event, [&](DoorAnswer answer) { answered.set_value(std::move(answer)); });
    const auto outcome = std::get<Outcome>(answered.get_future().get());
    EXPECT_FALSE(outcome.refusal);
    EXPECT_EQ(outcome.reply.id, 0);
  }
  EXPECT_EQ(state(), before);
}

TEST_F(RulesChange, BackAgainKeepsWhatHasBreached) {
  company.run(cases_sql(0, 5, 5, revision()) + cases_sql(100, 5, 1, revision()));
  RulesNode node(company.options(), "one");
  save("policies", one_policy("4h"), 2);
  node.refresh(company.options());
  node.turn_until_idle();
  EXPECT_EQ(preview(*node.rules(), one_policy("240h")).clocks_moved, 5);
  save("policies", one_policy("240h"), 3);
  node.refresh(company.options());
  node.turn_until_idle();
  EXPECT_EQ(
      value("select count(*) from sla_clock where state = 'breached' and due_at = started_at + "
            "interval '4 hours'"),
      "5");
  EXPECT_EQ(
      value("select count(*) from sla_clock where state = 'running' and due_at = started_at + "
            "interval '240 hours'"),
      "5");
  EXPECT_EQ(value("select string_agg(clocks_moved::text, ' ' order by revision) from rule_change "
                  "where clocks_total > 0"),
            "10 5");
}

TEST_F(RulesChange, GoesOnWhereAKilledNodeStopped) {
  constexpr int kMany = 1500;
  company.run(cases_sql(0, kMany, 5, revision()));
  save("policies", one_policy("4h"), 2);
  const std::string newest = std::to_string(revision());
  const std::string left = "select count(*) from sla_clock where revision < " + newest;
  ChildOptions options;
  options.words = {FIRSTHAND_RULES_CHANGE_NODE, company.url()};
  options.pipes = true;
  ChildProcess child(options);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  ASSERT_EQ(child.read_line(deadline), "ready");
  while (std::stoi(value(left)) > kMany * 2 / 3 && std::chrono::steady_clock::now() < deadline) {
  }
  child.end(SIGKILL);
  const int undone = std::stoi(value(left));
  ASSERT_GT(undone, 0) << "the node was done before it was killed";
  ASSERT_LT(undone, kMany);
  EXPECT_EQ(value("select done_at is null from rule_change where revision = " + newest), "t");

  // The dead node's lease runs out; until then the other one stays away.
  RulesNode node(company.options(), "other");
  EXPECT_EQ(node.turn(), RulesChangeLoop::Turn::idle);
  company.run(
      "update rule_change set worker_until = now() - interval '1 second' where worker_until "
      "is not null");
  node.turn_until_idle();
  EXPECT_EQ(value(left), "0");
  EXPECT_EQ(
      value("select count(*) || ' ' || count(distinct clock_id) from alert where recipient_id "
            "= 22 and step = 'breach'"),
      std::to_string(kMany) + " " + std::to_string(kMany));
  EXPECT_EQ(value("select count(*) from sla_clock where breached_at is not null"),
            std::to_string(kMany));
  EXPECT_EQ(value("select count(*) || ' ' || count(distinct case_id) from history where kind = "
                  "'clock_breached'"),
            std::to_string(kMany) + " " + std::to_string(kMany));
  // Exact, although the first node's last count may never have been written.
  EXPECT_EQ(value("select clocks_moved || ' ' || (done_at is not null) from rule_change where "
                  "revision = " +
                  newest),
            std::to_string(kMany) + " true");
}

TEST_F(RulesChange, TwoNodesShareNoCase) {
  company.run(cases_sql(0, 200, 5, revision()));
  save("policies", one_policy("4h"), 2);
  RulesNode one(company.options(), "one");
  RulesNode other(company.options(), "other");
  EXPECT_EQ(one.turn(), RulesChangeLoop::Turn::worked);
  EXPECT_EQ(other.turn(), RulesChangeLoop::Turn::idle);
  one.turn_until_idle();
  EXPECT_EQ(value("select max(clocks_moved) from rule_change"), "200");
  EXPECT_EQ(value("select count(*) from alert where recipient_id = 22"), "200");
}

TEST_F(RulesChange, SavingIsOneStepAtATime) {
  // The same text again is the same version; a text for an older version is refused.
  const auto again = save("policies", one_policy("240h"), 1);
  EXPECT_EQ(again.version, 2);
  postgres::Tx tx(company.connection());
  const runtime::SaveWish late{"policies", one_policy("5h"), "", UserId{25}, 1};
  const auto refused = runtime::save_document(tx, *company.rules(), late, now());
  ASSERT_TRUE(std::holds_alternative<runtime::VersionMismatch>(refused));
  EXPECT_EQ(std::get<runtime::VersionMismatch>(refused).current, 2);
  // What contradicts another document is refused with its path.
  const runtime::SaveWish wrong{
      "ladders",
      R"({"ladder":[{"code":"other","name_zh":"别的","name_en":"Other","step":[{"name":"breach",)"
      R"("at":"due","recipients":["owner"],"channels":["console"]}]}]})",
      "", UserId{25}, 1};
  const auto mistakes = runtime::save_document(tx, *company.rules(), wrong, now());
  ASSERT_TRUE(std::holds_alternative<config::Errors>(mistakes));
  const auto& list = std::get<config::Errors>(mistakes).list;
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].key, "policy[0].clock[0].ladder");
}

// Set FIRSTHAND_PREVIEW_CASES to measure.
TEST_F(RulesChange, IntakeGoesOnMeanwhile) {
  const char* wanted = std::getenv("FIRSTHAND_PREVIEW_CASES");
  const int many = wanted ? std::atoi(wanted) : 2000;
  company.run(cases_sql(0, many, 5, revision()) + "analyze");
  RulesNode node(company.options(), "one");
  const auto intake = [&](const std::string& name, const std::function<bool(int)>& more) {
    std::vector<int> waits;
    for (int n = 0; more(n); ++n) {
      event::CaseRegistered what;
      what.customer_name = "新客户";
      what.number = "+8613700" + std::to_string(100000 + (name == "idle" ? 0 : 50000) + n);
      what.channel = Channel::api;
      what.category = "wxcs";
      what.text = "机器不开机";
      std::promise<DoorAnswer> answered;
      const auto began = std::chrono::steady_clock::now();
      node.door().submit({"api:web", name + std::to_string(n), {}, {}, what},
                         [&](DoorAnswer answer) { answered.set_value(std::move(answer)); });
      const auto answer = answered.get_future().get();
      waits.push_back(static_cast<int>(
          std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - began).count()));
      EXPECT_TRUE(std::holds_alternative<Outcome>(answer));
    }
    std::sort(waits.begin(), waits.end());
    const auto at = [&](double share) {
      return waits[static_cast<std::size_t>(share * static_cast<double>(waits.size() - 1))];
    };
    if (wanted) {
      std::printf("%s: %zu complaints, wait p50 %d p95 %d p99 %d max %d ms\n", name.c_str(),
                  waits.size(), at(0.5), at(0.95), at(0.99), waits.back());
    }
    return at(0.5);
  };
  intake("idle", [](int n) { return n < 50; });
  save("policies", one_policy("4h"), 2);
  node.refresh(company.options());
  node.run();
  const auto began = std::chrono::steady_clock::now();
  const std::string done =
      "select done_at is not null from rule_change order by revision desc limit 1";
  const int meanwhile =
      intake("busy", [&](int n) { return n < 20 || (n < 5000 && value(done) == "f"); });
  const auto took = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - began);
  if (wanted) std::printf("%d clocks in %d ms\n", many, static_cast<int>(took.count()));
  // One chunk of the change at most stands before it.
  EXPECT_LT(meanwhile, 1000);
}

// Set FIRSTHAND_PREVIEW_CASES to measure; by default it is small and only has to be right.
TEST_F(RulesChange, PreviewsManyClocks) {
  const char* wanted = std::getenv("FIRSTHAND_PREVIEW_CASES");
  const int many = wanted ? std::atoi(wanted) : 5000;
  company.run(cases_sql(0, many, 5, revision()) + "analyze");
  const auto began = std::chrono::steady_clock::now();
  const auto seen = preview(*company.rules(), one_policy("4h"));
  const auto took = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - began);
  RecordProperty("preview_ms", static_cast<int>(took.count()));
  if (wanted) std::printf("%d clocks previewed in %d ms\n", many, static_cast<int>(took.count()));
  EXPECT_EQ(seen.clocks_total, many);
  EXPECT_EQ(seen.clocks_moved, many);
  EXPECT_EQ(seen.examples.size(), runtime::kPreviewExamplesMax);
}

}  // namespace
}  // namespace firsthand::test
