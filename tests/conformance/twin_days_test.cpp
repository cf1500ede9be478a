// SPDX-License-Identifier: Apache-2.0
// Working days of the simulation, done by PostgreSQL as well, batch for batch: calls, cases,
// absences, departures, merges, returns, reopenings and changes of the rules. The answers are the
// same, in the evening every row is the same, and the checkers have found every rule kept.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/conformance/same.hpp"
#include "tests/conformance/stores.hpp"
#include "tests/sim/week.hpp"

namespace firsthand::test {
namespace {

RC_GTEST_PROP(TwinDays, keep_every_rule_on_both_stores, ()) {
  const auto database = make_company_database(rules());
  PgStore postgres{database->url(), rules()};
  std::size_t batches = 0;
  std::string differs;
  sim::Plan plan;
  plan.days = 1;
  // An odd seed plays in a year to come: PostgreSQL's own date is in no window of it.
  plan.seed = 1 + 2 * *rc::gen::inRange(500u, 500'000u);
  // A sequence is not rolled back with its transaction: the ids would differ, and nothing else.
  plan.misfortune.rollback_permille = 0;
  plan.committed = [&](std::span<const Event> events, std::span<const Outcome> outcomes,
                       Instant now, const Rules& by) {
    if (!differs.empty()) return;
    postgres.set_now(now);
    const auto ours = answers(outcomes);
    const auto theirs = answers(postgres.apply(events, by));
    ++batches;
    for (std::size_t i = 0; i < ours.size(); ++i) {
      if (ours[i] != theirs[i])
        differs = "batch " + std::to_string(batches) + ", " + events[i].source + " " +
                  events[i].key + ": " + ours[i] + " is not " + theirs[i];
    }
  };
  sim::Week day{rules(), plan};
  day.run();
  RC_LOG() << batches << " batches\n" << differs << "\n" << sim::text(day.violations());
  RC_ASSERT(differs.empty());
  RC_ASSERT(day.violations().empty());
  RC_ASSERT(batches > 500u);
  expect_same(day.rows().look(), postgres.look());
  RC_ASSERT(!::testing::Test::HasFailure());
}

}  // namespace
}  // namespace firsthand::test
