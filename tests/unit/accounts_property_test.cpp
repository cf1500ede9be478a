// SPDX-License-Identifier: Apache-2.0
// Years of random claims, gifts, visits and time: an account is always held by exactly one person
// or in the pool, it lapses once for each hold period that ran out, nobody claims more than a day
// allows or what he let go, and the developer's credit stays.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "engine/account_rules.hpp"
#include "engine/words.hpp"
#include "tests/support/accounts.hpp"
#include "tests/support/memory_tx.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;

class Market {
 public:
  explicit Market(unsigned seed) : store_(rules_), story_(store_), random_(seed) {
    store_.set_now(monday_ten());
    for (int n = 1; n <= 6; ++n) {
      customers_.push_back(known_customer(story_, "+861390000000" + std::to_string(n)));
      story_.must(assigned(customers_.back(), agent(1 + n % 4)));
      developers_[customers_.back()] = agent(1 + n % 4);
    }
  }

  void lives(int turns) {
    for (int turn = 0; turn < turns; ++turn) {
      story_.pass(hours{1 + below(4) * below(120)});
      story_.timers_run();
      std::vector<Event> batch;
      for (int i = 1 + below(4); i > 0; --i) batch.push_back(anything());
      story_.tell_all(batch);
      check();
    }
    check_ledger();
  }

  std::map<AccountHow, int> happened() const {
    std::map<AccountHow, int> out;
    for (const auto& entry : store_.rows().account_entries()) ++out[entry.how];
    return out;
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  UserId somebody() { return agent(1 + below(4)); }

  Event anything() {
    const CustomerId id = customers_[static_cast<std::size_t>(below(6))];
    const Account seen = account_of(story_, id);
    switch (below(9)) {
      case 0: return assigned(id, somebody());
      case 1: return assigned(id, {});
      case 2: return by(seen.owner).does(event::AccountAssigned{id, {}, "换区"});
      case 3: return by(seen.owner).does(event::AccountFollowedUp{id, Channel::email, "信函"});
      case 4:
        return by(kSupervisor)
            .does(event::AccountExtended{id, story_.now() + days{1 + below(200)}, "谈判中"});
      default: break;
    }
    return by(somebody()).does(event::AccountClaimed{id, seen.version});
  }

  void check() {
    const Snapshot seen = story_.look();
    for (const auto& [id, account] : seen.world.accounts) {
      EXPECT_EQ(account.state == AccountState::held, static_cast<bool>(account.owner));
      EXPECT_EQ(account.developer, developers_.at(id));
      const auto holds = holds_of(story_, id);
      const auto live =
          std::count_if(holds.begin(), holds.end(), [](const SlaClock& c) { return c.live(); });
      EXPECT_EQ(live, account.state == AccountState::held ? 1 : 0);
    }
  }

  void check_ledger() {
    std::map<CustomerId, UserId> owner;
    std::map<CustomerId, Instant> released;
    std::map<CustomerId, UserId> last;
    std::map<std::pair<UserId, Instant>, int> claims;
    std::map<CustomerId, int> lapses;
    for (const auto& entry : store_.rows().account_entries()) {
      EXPECT_EQ(entry.previous_owner, owner[entry.customer]) << "the ledger has no gap";
      if (entry.how == AccountHow::claimed) {
        EXPECT_LE(++(claims[{entry.by, company_day(rules_, entry.at)}]), 2);
        const bool his = last[entry.customer] == entry.by;
        EXPECT_TRUE(!his || entry.at - released[entry.customer] > days{29}) << "cooling down";
      }
      if (entry.how == AccountHow::lapsed) ++lapses[entry.customer];
      if (!entry.owner) {
        released[entry.customer] = entry.at;
        last[entry.customer] = entry.previous_owner;
      }
      owner[entry.customer] = entry.owner;
    }
    for (const auto id : customers_) {
      EXPECT_EQ(account_of(story_, id).owner, owner[id]);
      const auto holds = holds_of(story_, id);
      const auto breached = std::count_if(holds.begin(), holds.end(),
                                          [](const SlaClock& c) { return c.breached_at; });
      EXPECT_EQ(breached, lapses[id]) << "once each";
    }
  }

  const Rules rules_ = with_pool(company(FIRSTHAND_DEFAULTS));
  mutable MemoryStore store_;
  Story story_;
  std::mt19937 random_;
  std::vector<CustomerId> customers_;
  std::map<CustomerId, UserId> developers_;
};

TEST(AccountsProperty, held_by_one_or_in_the_pool_whatever_happens) {
  std::map<AccountHow, int> all;
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Market market{seed};
    market.lives(120);
    for (const auto& [how, count] : market.happened()) all[how] += count;
  }
  for (const auto how : {AccountHow::claimed, AccountHow::assigned, AccountHow::extended,
                         AccountHow::lapsed, AccountHow::released}) {
    EXPECT_GT(all[how], 20) << "the market must have seen it: " << word(how);
  }
}

}  // namespace
}  // namespace firsthand::test
