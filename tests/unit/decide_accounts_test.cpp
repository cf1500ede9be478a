// SPDX-License-Identifier: Apache-2.0
// Accounts and the pool: who may claim, assign, extend; what resets the hold period; that it lapses
// once.
#include <gtest/gtest.h>

#include "engine/account_rules.hpp"
#include "engine/clock_rules.hpp"
#include "tests/support/accounts.hpp"
#include "tests/support/memory_tx.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr const char* kNumber = "+8613900000001";

class Accounts : public ::testing::Test {
 protected:
  Accounts() { store.set_now(monday_ten()); }

  CustomerId held_by(UserId who, const std::string& number = kNumber) {
    const CustomerId id = known_customer(story, number);
    story.must(assigned(id, who));
    return id;
  }
  void lapses(CustomerId id) {
    story.at(*hold_of(story, id).due_at);
    story.timers_run();
    EXPECT_EQ(account_of(story, id).state, AccountState::pooled);
  }

  Rules rules = with_pool(company(FIRSTHAND_DEFAULTS));
  MemoryStore store{rules};
  Story story{store};
};

TEST_F(Accounts, an_assigned_account_is_held_for_the_period_of_its_tier_and_office) {
  const CustomerId id = held_by(agent(1));
  EXPECT_EQ(account_of(story, id).owner, agent(1));
  EXPECT_EQ(account_of(story, id).developer, agent(1)) << "nobody had the credit yet";
  EXPECT_EQ(hold_of(story, id).due_at, monday_ten() + days{90});
  EXPECT_EQ(hold_of(story, id).fire_at, monday_ten() + days{83}) << "the first warning";
  story.must(assigned(id, agent(4)));
  EXPECT_EQ(hold_of(story, id).due_at, monday_ten() + days{10}) << "agent 4 is of the office north";
  EXPECT_EQ(account_of(story, id).previous_owner, agent(1));
  EXPECT_EQ(account_of(story, id).developer, agent(1)) << "the credit stays";
  EXPECT_EQ(store.rows().account_entries().size(), 2u);
}

TEST_F(Accounts, warns_three_times_and_lapses_once) {
  const CustomerId id = held_by(agent(1));
  const Instant due = *hold_of(story, id).due_at;
  for (const int before : {7, 3, 1}) {
    story.at(due - days{before});
    story.timers_run();
    const std::string step = "warn_" + std::to_string(before) + "d";
    EXPECT_EQ(told_of_customer(story, id, "clock_warned", step), 1u);
  }
  EXPECT_EQ(account_of(story, id).owner, agent(1));
  story.at(due);
  story.timers_run();
  const Account account = account_of(story, id);
  EXPECT_EQ(account.state, AccountState::pooled);
  EXPECT_EQ(account.since, due);
  EXPECT_EQ(account.previous_owner, agent(1));
  EXPECT_EQ(account.developer, agent(1));
  EXPECT_EQ(told_of_customer(story, id, "account", R"("how":"lapsed")"), 1u);
  const auto seen = story.look();
  const auto& alerts = seen.world.customer_clocks.at(id).alerts;
  const auto told = [&](UserId who) {
    return std::count_if(alerts.begin(), alerts.end(),
                         [&](const Alert& a) { return a.step == "breach" && a.recipient == who; });
  };
  EXPECT_EQ(told(agent(1)), 1) << "who held it when the step was due";
  EXPECT_EQ(told(kSupervisor), 1);
  story.pass(days{400});
  story.timers_run();
  EXPECT_EQ(told_of_customer(story, id, "clock_breached", "pool_hold"), 1u);
  EXPECT_EQ(store.rows().account_entries().size(), 2u);
}

TEST_F(Accounts, a_claim_sees_the_version_the_cap_and_the_cool_down) {
  std::vector<CustomerId> pooled;
  for (int n = 1; n <= 4; ++n)
    pooled.push_back(held_by(agent(1), "+861390000000" + std::to_string(n)));
  story.at(*hold_of(story, pooled.back()).due_at);
  story.timers_run();
  EXPECT_EQ(story.refused(claimed(story, pooled[0], agent(1))), "cooling_down");
  EXPECT_EQ(story.refused(claimed(story, pooled[0], kSupervisor)), "forbidden");
  const Event early = claimed(story, pooled[0], agent(2));
  EXPECT_EQ(story.refused(by(agent(2)).does(event::AccountClaimed{pooled[0], 77})),
            "version_mismatch");
  story.must(early);
  EXPECT_EQ(account_of(story, pooled[0]).owner, agent(2));
  EXPECT_EQ(account_of(story, pooled[0]).developer, agent(1));
  EXPECT_EQ(story.refused(by(agent(3)).does(
                event::AccountClaimed{pooled[0], account_of(story, pooled[0]).version})),
            "account_taken");
  story.must(claimed(story, pooled[1], agent(2)));
  EXPECT_EQ(story.refused(claimed(story, pooled[2], agent(2))), "claims_used_up");
  // The company's day ends at midnight in Shanghai, not 24 hours after the first claim.
  story.at(company_day(rules, story.now()) + hours{24} - minutes{1});
  EXPECT_EQ(story.refused(claimed(story, pooled[2], agent(2))), "claims_used_up");
  story.pass(minutes{1});
  story.must(claimed(story, pooled[2], agent(2)));
  story.pass(days{30});
  story.must(claimed(story, pooled[3], agent(1)));
}

TEST_F(Accounts, the_cap_counts_what_the_same_batch_has_claimed) {
  std::vector<Event> batch;
  std::vector<CustomerId> ids;
  for (int n = 1; n <= 4; ++n)
    ids.push_back(held_by(agent(1), "+861390000000" + std::to_string(n)));
  story.at(*hold_of(story, ids.back()).due_at);
  story.timers_run();
  for (const auto id : ids) batch.push_back(claimed(story, id, agent(2)));
  batch.push_back(claimed(story, ids[0], agent(3)));
  const auto outcomes = story.tell_all(batch);
  EXPECT_FALSE(outcomes[0].refusal);
  EXPECT_FALSE(outcomes[1].refusal);
  EXPECT_EQ(outcomes[2].refusal->code, "claims_used_up");
  EXPECT_EQ(outcomes[3].refusal->code, "claims_used_up");
  EXPECT_EQ(outcomes[4].refusal->code, "account_taken") << "two in one batch, one of them has it";
}

TEST_F(Accounts, who_gives_an_account_up_cannot_claim_it_back_at_once) {
  const CustomerId id = held_by(agent(1));
  EXPECT_EQ(story.refused(by(agent(2)).does(event::AccountAssigned{id, {}, "x"})), "forbidden");
  EXPECT_EQ(story.refused(by(agent(1)).does(event::AccountAssigned{id, agent(2), "x"})),
            "forbidden");
  EXPECT_EQ(story.refused(by(agent(1)).does(event::AccountAssigned{id, {}, ""})), "invalid");
  story.must(by(agent(1)).does(event::AccountAssigned{id, {}, "客户在外地"}));
  EXPECT_EQ(store.rows().account_entries().back().how, AccountHow::released);
  const auto holds = holds_of(story, id);
  EXPECT_TRUE(std::none_of(holds.begin(), holds.end(), [](const SlaClock& c) { return c.live(); }));
  EXPECT_EQ(story.refused(claimed(story, id, agent(1))), "cooling_down");
  story.must(claimed(story, id, agent(2)));
}

TEST_F(Accounts, every_way_of_being_in_touch_resets_the_hold_period) {
  const CustomerId id = held_by(agent(1));
  const auto reset = [&](const char* how) {
    EXPECT_EQ(hold_of(story, id).started_at, story.now()) << how;
    EXPECT_EQ(account_of(story, id).followed_up_at, story.now()) << how;
  };
  story.arrives_at_work(agent(1));
  story.pass(hours{1});
  const InteractionId call = story.talks(kNumber, agent(1));
  reset("an answered call");
  story.pass(minutes{5});
  const CaseId about = story.complains(call, agent(1));
  story.hangs_up(call);
  story.wraps_up(agent(1));
  story.pass(hours{1});
  story.must(by(agent(1)).does(event::ContactAdded{about, call, "补充"}));
  reset("a contact added to a case");
  story.pass(hours{1});
  story.reached(story.open_callback(about).id, agent(1));
  reset("a reached callback");
  story.pass(hours{1});
  story.must(by(agent(1)).does(event::AccountFollowedUp{id, Channel::field_visit, "上门拜访"}));
  reset("a visit");
  const auto seen = story.look();
  const auto visit =
      std::find_if(seen.world.interactions.begin(), seen.world.interactions.end(),
                   [](const auto& row) { return row.second.channel == Channel::field_visit; });
  ASSERT_NE(visit, seen.world.interactions.end());
  EXPECT_EQ(visit->second.customer, id);
  EXPECT_EQ(told_of_customer(story, id, "account_followed_up"), 1u);
}

TEST_F(Accounts, somebody_elses_contact_resets_nothing) {
  const CustomerId id = held_by(agent(1));
  story.arrives_at_work(agent(2));
  story.pass(hours{1});
  story.talks(kNumber, agent(2));
  EXPECT_EQ(hold_of(story, id).started_at, monday_ten());
  EXPECT_EQ(
      story.refused(by(agent(2)).does(event::AccountFollowedUp{id, Channel::field_visit, "拜访"})),
      "forbidden");
  EXPECT_EQ(story.refused(by(agent(1)).does(event::AccountFollowedUp{id, Channel::call, "电话"})),
            "invalid");
}

TEST_F(Accounts, what_a_supervisor_grants_survives_rules_and_follow_ups) {
  const CustomerId id = held_by(agent(1));
  const Instant until = monday_ten() + days{200};
  const auto extend = [&](UserId who, Instant to, const char* reason) {
    return by(who).does(event::AccountExtended{id, to, reason});
  };
  EXPECT_EQ(story.refused(extend(agent(1), until, "x")), "forbidden");
  EXPECT_EQ(story.refused(extend(kSupervisor, until, "")), "invalid");
  EXPECT_EQ(story.refused(extend(kSupervisor, monday_ten(), "x")), "invalid");
  EXPECT_EQ(story.refused(extend(kSupervisor, monday_ten() + days{400}, "x")), "invalid");
  story.must(extend(kSupervisor, until, "大项目谈判中"));
  EXPECT_EQ(hold_of(story, id).due_at, until);
  EXPECT_TRUE(granted(hold_of(story, id)));
  EXPECT_EQ(hold_of(story, id).fire_at, until - days{7}) << "the warnings follow";
  // Another period, and the policy gone altogether: the word that was given stays.
  for (Policy& policy : rules.book.policies) {
    for (PolicyClock& clock : policy.clocks)
      if (clock.kind == ClockKind::pool_hold) clock.budget = Budget::calendar(hours{24});
  }
  ++rules.revision;
  story.must(timer().does(event::ClocksRecomputed{{}, id}));
  EXPECT_EQ(hold_of(story, id).due_at, until);
  std::erase_if(rules.book.policies,
                [](const Policy& p) { return p.scope == PolicyScope::customers; });
  ++rules.revision;
  story.must(timer().does(event::ClocksRecomputed{{}, id}));
  EXPECT_EQ(hold_of(story, id).due_at, until);
  rules = with_pool(company(FIRSTHAND_DEFAULTS));
  story.pass(days{20});
  const auto visit = by(agent(1)).does(event::AccountFollowedUp{id, Channel::walk_in, "来访"});
  story.must(visit);
  EXPECT_EQ(hold_of(story, id).due_at, until) << "a follow-up does not shorten it";
  story.pass(days{150});
  story.must(visit);
  EXPECT_EQ(hold_of(story, id).due_at, story.now() + days{90}) << "and now lengthens it";
}

TEST_F(Accounts, a_shorter_period_for_a_running_account_lapses_it_once_and_quietly) {
  const CustomerId id = held_by(agent(1));
  story.pass(days{20});
  for (Policy& policy : rules.book.policies) {
    for (PolicyClock& clock : policy.clocks)
      if (clock.kind == ClockKind::pool_hold) clock.budget = Budget::calendar(hours{240});
  }
  ++rules.revision;
  story.must(timer().does(event::ClocksRecomputed{{}, id}));
  EXPECT_EQ(account_of(story, id).state, AccountState::pooled);
  story.must(timer().does(event::ClocksRecomputed{{}, id}));
  EXPECT_EQ(told_of_customer(story, id, "account", R"("how":"lapsed")"), 1u);
}

TEST_F(Accounts, the_deputy_keeps_in_touch_for_the_owner) {
  const CustomerId id = held_by(agent(1));
  for (auto& user : rules.users) {
    if (user.id != agent(1)) continue;
    user.deputy = agent(3);
    user.deputy_from = monday_ten();
  }
  story.pass(days{30});
  story.must(by(agent(3)).does(event::AccountFollowedUp{id, Channel::email, "寄出新目录"}));
  EXPECT_EQ(hold_of(story, id).started_at, story.now());
  EXPECT_EQ(account_of(story, id).owner, agent(1));
}

TEST_F(Accounts, refusals_have_stable_codes) {
  const CustomerId id = known_customer(story, kNumber);
  const auto claim = [](CustomerId whose) {
    return by(agent(1)).does(event::AccountClaimed{whose, 1});
  };
  EXPECT_EQ(story.refused(claim(CustomerId{9})), "not_found");
  EXPECT_EQ(story.refused(claim(id)), "not_in_pool");
  EXPECT_EQ(story.refused(assigned(id, {})), "not_held");
  EXPECT_EQ(story.refused(assigned(id, kNobody)), "invalid");
  EXPECT_EQ(story.refused(assigned(id, agent(1), "")), "invalid");
  story.must(assigned(id, agent(1)));
  EXPECT_EQ(story.refused(assigned(id, agent(1))), "invalid");
  EXPECT_EQ(story.refused(claim(id)), "account_taken");
}

}  // namespace
}  // namespace firsthand::test
