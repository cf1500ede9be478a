// SPDX-License-Identifier: Apache-2.0
// Accounts on every store: what one holds, the other holds; a lapse and a claim happen once.
#include "tests/support/accounts.hpp"
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;

class AccountsOf : public ::testing::TestWithParam<StoreKind> {
 protected:
  AccountsOf() {
    if (GetParam() == StoreKind::memory) {
      store = std::make_unique<MemoryStore>(pool);
    } else {
      database = make_company_database(pool);
      store = std::make_unique<PgStore>(database->url(), pool);
    }
    store->set_now(monday_ten());
    story.emplace(*store);
    id = known_customer(*story, "+8613900000001");
  }
  ~AccountsOf() override { store.reset(); }

  const Rules pool = with_pool(company(FIRSTHAND_DEFAULTS));
  std::unique_ptr<TestDatabase> database;
  std::unique_ptr<Store> store;
  std::optional<Story> story;
  CustomerId id;
};
FIRSTHAND_ON_EVERY_STORE(AccountsOf);

TEST_P(AccountsOf, an_account_goes_round) {
  story->must(assigned(id, agent(1)));
  story->at(*hold_of(*story, id).due_at);
  story->timers_run();
  Account account = account_of(*story, id);
  EXPECT_EQ(account.state, AccountState::pooled);
  EXPECT_FALSE(account.owner);
  EXPECT_EQ(account.version, 2);
  EXPECT_EQ(told_of_customer(*story, id, "account", "lapsed"), 1u);
  story->must(claimed(*story, id, agent(2)));
  story->must(
      by(kSupervisor).does(event::AccountExtended{id, story->now() + days{120}, "项目仍在谈判"}));
  EXPECT_EQ(hold_of(*story, id).due_at, story->now() + days{120});
  story->pass(hours{1});
  story->must(by(agent(2)).does(event::AccountFollowedUp{id, Channel::field_visit, "上门拜访"}));
  EXPECT_EQ(hold_of(*story, id).due_at, story->now() - hours{1} + days{120});
  story->must(by(agent(2)).does(event::AccountAssigned{id, {}, "换区"}));
  account = account_of(*story, id);
  EXPECT_EQ(account.developer, agent(1));
  EXPECT_EQ(account.previous_owner, agent(2));
  EXPECT_EQ(account.version, 6);
  EXPECT_EQ(story->refused(claimed(*story, id, agent(2))), "cooling_down");
}

TEST_P(AccountsOf, two_who_claim_at_once_are_one_owner_and_one_refusal) {
  story->must(assigned(id, agent(1)));
  story->must(by(agent(1)).does(event::AccountAssigned{id, {}, "换区"}));
  const auto outcomes =
      story->tell_all({claimed(*story, id, agent(2)), claimed(*story, id, agent(3))});
  EXPECT_FALSE(outcomes[0].refusal);
  ASSERT_TRUE(outcomes[1].refusal);
  EXPECT_EQ(outcomes[1].refusal->code, "account_taken");
  EXPECT_EQ(account_of(*story, id).owner, agent(2));
}

TEST_P(AccountsOf, the_cap_counts_the_claims_of_earlier_batches) {
  std::vector<CustomerId> ids;
  for (int n = 2; n <= 4; ++n) {
    ids.push_back(known_customer(*story, "+861390000000" + std::to_string(n)));
    story->must(assigned(ids.back(), agent(1)));
    story->must(by(agent(1)).does(event::AccountAssigned{ids.back(), {}, "换区"}));
  }
  story->must(claimed(*story, ids[0], agent(2)));
  story->pass(hours{1});
  story->must(claimed(*story, ids[1], agent(2)));
  EXPECT_EQ(story->refused(claimed(*story, ids[2], agent(2))), "claims_used_up");
  story->must(claimed(*story, ids[2], agent(3)));
}

}  // namespace
}  // namespace firsthand::test
