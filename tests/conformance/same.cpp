// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/same.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <tuple>

namespace firsthand::test {
namespace {

/// jsonb keeps no spaces and no order of keys.
bool same_json(const std::string& a, const std::string& b) {
  return boost::json::parse(a) == boost::json::parse(b);
}

}  // namespace

std::vector<std::string> answers(std::span<const Outcome> outcomes) {
  std::vector<std::string> out;
  for (const auto& outcome : outcomes) {
    const Reply& reply = outcome.reply;
    out.push_back(outcome.refusal ? outcome.refusal->code
                                  : std::to_string(reply.id) + " " + reply.number + " " +
                                        std::to_string(reply.version) + " " + reply.token +
                                        (outcome.duplicate ? " again" : ""));
  }
  return out;
}

void expect_same(const Snapshot& memory, const Snapshot& postgres) {
  EXPECT_EQ(memory.world.customers, postgres.world.customers);
  EXPECT_EQ(memory.world.interactions, postgres.world.interactions);
  EXPECT_EQ(memory.world.offers, postgres.world.offers);
  EXPECT_EQ(memory.world.transfers, postgres.world.transfers);
  EXPECT_EQ(memory.world.listenings, postgres.world.listenings);
  EXPECT_EQ(memory.world.recordings, postgres.world.recordings);
  EXPECT_EQ(memory.world.desks, postgres.world.desks);
  EXPECT_EQ(memory.world.callbacks, postgres.world.callbacks);
  EXPECT_EQ(memory.world.cases, postgres.world.cases);
  EXPECT_EQ(memory.world.customer_clocks, postgres.world.customer_clocks);
  EXPECT_EQ(memory.world.review_actions, postgres.world.review_actions);
  EXPECT_EQ(memory.world.accounts, postgres.world.accounts);
  EXPECT_EQ(memory.world.company_roles, postgres.world.company_roles);
  EXPECT_EQ(memory.world.relationships, postgres.world.relationships);
  EXPECT_EQ(memory.world.merges, postgres.world.merges);
  ASSERT_EQ(memory.ownership.size(), postgres.ownership.size());
  for (std::size_t i = 0; i < memory.ownership.size(); ++i) {
    const OwnershipEntry &a = memory.ownership[i], &b = postgres.ownership[i];
    EXPECT_EQ(std::tie(a.id, a.case_id, a.owner, a.previous_owner, a.how, a.reason, a.by, a.at),
              std::tie(b.id, b.case_id, b.owner, b.previous_owner, b.how, b.reason, b.by, b.at));
  }
  ASSERT_EQ(memory.attempts.size(), postgres.attempts.size());
  for (std::size_t i = 0; i < memory.attempts.size(); ++i) {
    const CallbackAttempt &a = memory.attempts[i], &b = postgres.attempts[i];
    EXPECT_EQ(std::tie(a.id, a.callback, a.number, a.by, a.interaction, a.at, a.outcome, a.note),
              std::tie(b.id, b.callback, b.number, b.by, b.interaction, b.at, b.outcome, b.note));
  }
  ASSERT_EQ(memory.history.size(), postgres.history.size());
  for (std::size_t i = 0; i < memory.history.size(); ++i) {
    const HistoryEntry &a = memory.history[i], &b = postgres.history[i];
    EXPECT_EQ(std::tie(a.id, a.at, a.customer, a.case_id, a.interaction, a.kind, a.actor,
                       a.acting_for, a.source),
              std::tie(b.id, b.at, b.customer, b.case_id, b.interaction, b.kind, b.actor,
                       b.acting_for, b.source));
    EXPECT_TRUE(same_json(a.data, b.data)) << a.data << "\n" << b.data;
  }
  ASSERT_EQ(memory.effects.size(), postgres.effects.size());
  for (std::size_t i = 0; i < memory.effects.size(); ++i) {
    EXPECT_EQ(memory.effects[i].id, postgres.effects[i].id);
    EXPECT_EQ(memory.effects[i].key, postgres.effects[i].key);
    EXPECT_TRUE(same_json(memory.effects[i].payload, postgres.effects[i].payload));
  }
}

}  // namespace firsthand::test
