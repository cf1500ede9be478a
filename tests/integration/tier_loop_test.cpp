// SPDX-License-Identifier: Apache-2.0
// The monthly scoring: everybody once, whoever does it, and anew when the month is over.
#include <gtest/gtest.h>

#include "adapters/runtime/tier_loop.hpp"
#include "tests/integration/pg_fixture.hpp"
#include "tests/integration/rules_world.hpp"

namespace firsthand::test {
namespace {

class Tiers : public testing::Test {
 protected:
  Tiers() {
    company.run(kRulesPeople);
    company.run(
        "insert into customer (id, name, created_at) select 2000000 + n, '客户' || n, "
        "now() - interval '6 years' from generate_series(1, 150) as n");
    buys(2000001, 50'000'000);
  }
  void buys(std::int64_t customer, std::int64_t cents) {
    company.run(
        "insert into business_fact (source, kind, external_id, customer_id, on_date, "
        "amount_cents, cost_cents, currency, title) select 'erp', 'invoice', "
        "'F' || (select count(*) from business_fact), " +
        std::to_string(customer) + ", current_date - 10, " + std::to_string(cents) + ", " +
        std::to_string(cents / 2) + ", 'CNY', ''");
  }
  std::string value(const std::string& sql) const { return company.value(sql); }
  std::string tier_of(std::int64_t customer) const {
    return value("select tier from customer where id = " + std::to_string(customer));
  }
  /// As the loop does it, from the first customer to the last.
  static int score_all(RulesNode& node) {
    runtime::TierLoop loop(node.door(), node.pool(), [&node] { return node.rules(); });
    int chunks = 0;
    for (std::int64_t last = 0; (last = node.wait_for(loop.chunk(last))) != 0;) ++chunks;
    return chunks;
  }

  Company company{false};
};

TEST_F(Tiers, EverybodyIsScoredOnceAMonth) {
  RulesNode node(company.options(), "one");
  EXPECT_EQ(score_all(node), 3) << "64 at a time";
  EXPECT_EQ(value("select count(*) || ' ' || count(distinct customer_id) from tier_score"),
            "150 150");
  EXPECT_EQ(tier_of(2000001), "key") << "revenue, margin, no complaints, six years";
  EXPECT_EQ(tier_of(2000002), "standard");
  EXPECT_EQ(value("select count(*) from history where kind = 'tier_changed'"), "1");
  EXPECT_EQ(score_all(node), 0) << "not again in this month";

  company.run("update tier_score set at = at - interval '40 days'");
  buys(2000002, 50'000'000);
  EXPECT_EQ(score_all(node), 3);
  EXPECT_EQ(value("select count(*) from tier_score"), "150") << "the door knows this month's keys";
  company.run("delete from remembered");
  EXPECT_EQ(score_all(node), 3);
  EXPECT_EQ(value("select count(*) from tier_score"), "300");
  EXPECT_EQ(tier_of(2000002), "key");
  EXPECT_EQ(value("select previous_tier from tier_score where customer_id = 2000002 order by id "
                  "desc limit 1"),
            "standard");
}

TEST_F(Tiers, TwoNodesScoreNobodyTwice) {
  RulesNode one(company.options(), "one");
  RulesNode other(company.options(), "other");
  std::thread meanwhile([&] { score_all(other); });
  score_all(one);
  meanwhile.join();
  EXPECT_EQ(value("select count(*) || ' ' || count(distinct customer_id) from tier_score"),
            "150 150");
}

TEST_F(Tiers, WithoutMoneyNobodyIsScored) {
  company.run("delete from business_fact");
  RulesNode node(company.options(), "one");
  EXPECT_EQ(score_all(node), 0);
  EXPECT_EQ(value("select count(*) from tier_score"), "0");
}

}  // namespace
}  // namespace firsthand::test
