// SPDX-License-Identifier: Apache-2.0
// A change of the rules begins the clocks that cases have not had: the preview says which.
#include "tests/integration/rules_change_fixture.hpp"

namespace firsthand::test {
namespace {

TEST_F(RulesChange, BeginsTheClocksThatANewPolicyAdds) {
  company.run(cases_sql(0, 3, 1, revision()) + cases_sql(100, 2, 30, revision()));
  RulesNode node(company.options(), "one");
  const std::string more =
      R"({"policy":[{"code":"all","name_zh":"全部","name_en":"All","clock":[)"
      R"({"kind":"resolution","budget":"240h calendar","calendar":"always","ladder":"department"},)"
      R"({"kind":"final_response","budget":"20h calendar","calendar":"always","ladder":"department"}]}]})";
  const auto seen = preview(*node.rules(), more);
  EXPECT_EQ(seen.clocks_total, 5);
  EXPECT_EQ(seen.clocks_moved, 0);
  EXPECT_EQ(seen.clocks_begun, 5);
  EXPECT_EQ(seen.clocks_late, 2);
  ASSERT_EQ(seen.examples.size(), 5u);
  EXPECT_TRUE(seen.examples.front().late);
  EXPECT_TRUE(seen.examples.front().begun);
  EXPECT_EQ(seen.examples.front().clock_kind, ClockKind::final_response);

  save("policies", more, 2);
  node.refresh(company.options());
  EXPECT_GT(node.turn_until_idle(), 0);
  EXPECT_EQ(value("select count(*) from sla_clock k join case_file c on c.id = k.case_id where "
                  "k.kind = 'final_response' and k.started_at = date_trunc('milliseconds', "
                  "c.opened_at) and k.due_at = k.started_at + interval '20 hours'"),
            "5");
  EXPECT_EQ(value("select count(*) from sla_clock where kind = 'final_response' and state = "
                  "'breached' and breached_at = due_at"),
            "2");
  EXPECT_EQ(value("select count(*) from outbox where kind = 'mail' and not "
                  "coalesce((payload->>'digest')::boolean, false)"),
            "0")
      << "late before it began: told in digests";
  EXPECT_EQ(preview(*node.rules(), more).clocks_begun, 0);
}

TEST_F(RulesChange, ReachesCasesWithoutAClock) {
  company.run(cases_sql(0, 3, 5, revision()));
  company.run(
      "delete from sla_clock where case_id in (select id from case_file order by id limit 2)");
  RulesNode node(company.options(), "one");
  const auto seen = preview(*node.rules(), one_policy("4h"));
  EXPECT_EQ(seen.clocks_total, 1);
  EXPECT_EQ(seen.clocks_moved, 1);
  EXPECT_EQ(seen.clocks_begun, 2);
  EXPECT_EQ(seen.clocks_late, 3);
  EXPECT_EQ(seen.cases_moved, 3);
  EXPECT_EQ(seen.cases_late, 3);

  save("policies", one_policy("4h"), 2);
  node.refresh(company.options());
  EXPECT_GT(node.turn_until_idle(), 0);
  EXPECT_EQ(value("select count(*) from sla_clock where kind = 'resolution' and state = 'breached' "
                  "and policy_version = 3"),
            "3");
  EXPECT_EQ(value("select clocks_moved || ' ' || (done_at is not null) from rule_change order by "
                  "revision desc limit 1"),
            "3 true");

  // Asked once a change: the same again begins nothing more.
  save("policies", one_policy("4h"), 3);
  node.refresh(company.options());
  node.turn_until_idle();
  EXPECT_EQ(value("select count(*) from sla_clock"), "3");
  EXPECT_EQ(value("select bool_and(done_at is not null)::text from rule_change"), "true");
  EXPECT_EQ(preview(*node.rules(), one_policy("4h")).cases_moved, 0) << "they have had theirs";
}

}  // namespace
}  // namespace firsthand::test
