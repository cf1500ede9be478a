// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>
#include <string>

#include "adapters/redis/waiting_and_idle.hpp"
#include "tests/integration/redis_fixture.hpp"

namespace firsthand::redis {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr std::int64_t kEpoch = 3;

class RedisRoutingTest : public RedisFixture {
 protected:
  void SetUp() override {
    RedisFixture::SetUp();
    if (IsSkipped()) return;
    redis_ = &client();
    sets_ = std::make_unique<WaitingAndIdle>(*redis_);
    ASSERT_TRUE(await(sets_->begin_rebuild(kEpoch)));
    ASSERT_TRUE(await(sets_->finish_rebuild(kEpoch)).value());
  }

  Projected project(std::vector<WaitingInteraction> rows) {
    return await(sets_->project(std::move(rows))).value();
  }
  Projected project_agents(std::vector<IdleAgent> rows) {
    return await(sets_->project(std::move(rows))).value();
  }
  std::vector<Standing> waiting(std::string queue) {
    return await(sets_->waiting(std::move(queue), 100)).value();
  }
  std::vector<Standing> idle() { return await(sets_->idle(100)).value(); }
  PairLease lease(Id interaction, std::vector<Id> candidates,
                  std::chrono::milliseconds length = 60s) {
    return await(sets_->lease_pair(kEpoch, interaction, std::move(candidates), length, "node-1"))
        .value();
  }

  Client* redis_ = nullptr;
  std::unique_ptr<WaitingAndIdle> sets_;
};

TEST_F(RedisRoutingTest, OrdersByTheOriginalTimes) {
  project({{1, 1, "repair", 3'000}, {2, 1, "repair", 1'000}, {3, 1, "sales", 2'000}});
  EXPECT_EQ(waiting("repair"), (std::vector<Standing>{{2, 1'000}, {1, 3'000}}));
  EXPECT_EQ(waiting("sales"), (std::vector<Standing>{{3, 2'000}}));
  EXPECT_EQ(await(sets_->waiting_count("repair")).value(), 2);
  project_agents({{10, 1, 1'764'000'000'123}, {11, 1, 1'764'000'000'122}});
  EXPECT_EQ(idle(), (std::vector<Standing>{{11, 1'764'000'000'122}, {10, 1'764'000'000'123}}));
}

TEST_F(RedisRoutingTest, AnOlderRowNeverOverwritesANewerOne) {
  EXPECT_EQ(project({{1, 5, "repair", 1'000}}).applied, 1U);
  EXPECT_EQ(project({{1, 4, "sales", 2'000}}).stale, 1U);
  EXPECT_EQ(project({{1, 6, "sales", 1'000}}).applied, 1U);
  EXPECT_TRUE(waiting("repair").empty());
  EXPECT_EQ(waiting("sales").size(), 1U);
  EXPECT_EQ(project({{1, 7, "", 0}}).applied, 1U);
  // The removal is remembered: a late row does not bring the caller back.
  EXPECT_EQ(project({{1, 6, "sales", 1'000}}).stale, 1U);
  EXPECT_TRUE(waiting("sales").empty());

  EXPECT_EQ(project_agents({{10, 5, std::nullopt}}).applied, 1U);
  EXPECT_EQ(project_agents({{10, 4, 1'000}}).stale, 1U);
  EXPECT_TRUE(idle().empty());
  EXPECT_EQ(project_agents({{10, 6, 1'000}}).applied, 1U);
  EXPECT_EQ(idle().size(), 1U);
}

TEST_F(RedisRoutingTest, RememberedVersionsExpire) {
  project({{1, 5, "", 0}});
  // An hour later: the expiry is moved to the past instead.
  server().admin({"ZADD", "{fh:route}:waiting_expiries", "1", "1"});
  project({{2, 1, "repair", 1'000}});
  EXPECT_EQ(server().admin({"HLEN", "{fh:route}:waiting_versions"}), "1");
  EXPECT_EQ(project({{1, 4, "repair", 1'000}}).applied, 1U);
}

TEST_F(RedisRoutingTest, TakesTheFirstCandidateWhoIsIdleAndFree) {
  project({{1, 1, "repair", 1'000}, {2, 1, "repair", 2'000}});
  project_agents({{11, 1, 1'000}, {12, 1, 2'000}});
  const PairLease first = lease(1, {10, 12, 11});
  ASSERT_EQ(first.outcome, LeaseOutcome::kLeased);
  EXPECT_EQ(first.agent, 12);
  const PairLease second = lease(2, {12, 11});
  ASSERT_EQ(second.outcome, LeaseOutcome::kLeased);
  EXPECT_EQ(second.agent, 11);
  EXPECT_NE(first.token, second.token);
}

TEST_F(RedisRoutingTest, SaysWhyThereIsNoPair) {
  project({{1, 1, "repair", 1'000}, {2, 1, "repair", 1'000}});
  project_agents({{10, 1, 1'000}});
  EXPECT_EQ(lease(3, {10}).outcome, LeaseOutcome::kNotWaiting);
  EXPECT_EQ(lease(1, {}).outcome, LeaseOutcome::kNoAgent);
  EXPECT_EQ(lease(1, {11, 12}).outcome, LeaseOutcome::kNoAgent);
  EXPECT_EQ(lease(1, {10}).outcome, LeaseOutcome::kLeased);
  EXPECT_EQ(lease(1, {10}).outcome, LeaseOutcome::kAlreadyLeased);
  EXPECT_EQ(lease(2, {10}).outcome, LeaseOutcome::kNoAgent);
  project({{1, 2, "", 0}});
  EXPECT_EQ(lease(1, {10}).outcome, LeaseOutcome::kNotWaiting);
}

TEST_F(RedisRoutingTest, AReleasedPairIsFreeAtOnceAndALapsedOneByItself) {
  project({{1, 1, "repair", 1'000}});
  project_agents({{10, 1, 1'000}});
  const PairLease released = lease(1, {10});
  ASSERT_TRUE(await(sets_->release_pair(released)));
  const PairLease short_lease = lease(1, {10}, 1s);
  ASSERT_EQ(short_lease.outcome, LeaseOutcome::kLeased);
  EXPECT_EQ(lease(1, {10}).outcome, LeaseOutcome::kAlreadyLeased);
  ASSERT_TRUE(eventually([this] { return lease(1, {10}).outcome == LeaseOutcome::kLeased; }));
  // Whoever lost the lease must not free its successor's.
  ASSERT_TRUE(await(sets_->release_pair(short_lease)));
  EXPECT_EQ(lease(1, {10}).outcome, LeaseOutcome::kAlreadyLeased);
}

TEST_F(RedisRoutingTest, AWipeIsNoticedAndRebuilt) {
  project({{1, 9, "repair", 1'000}});
  project_agents({{10, 9, 1'000}});
  server().flush_all();
  EXPECT_EQ(lease(1, {10}).outcome, LeaseOutcome::kEpochLost);
  ASSERT_TRUE(await(sets_->begin_rebuild(4)));
  project({{1, 9, "repair", 1'000}});
  project_agents({{10, 9, 1'000}});
  EXPECT_EQ(lease(1, {10}).outcome, LeaseOutcome::kEpochLost);
  ASSERT_TRUE(await(sets_->finish_rebuild(4)).value());
  auto leasing = sets_->lease_pair(4, 1, {10}, 60s, "node-1");
  EXPECT_EQ(await(std::move(leasing)).value().outcome, LeaseOutcome::kLeased);
}

TEST_F(RedisRoutingTest, ARebuildStartsFromNothing) {
  project({{1, 9, "repair", 1'000}, {2, 9, "sales", 1'000}});
  project_agents({{10, 9, 1'000}});
  ASSERT_TRUE(await(sets_->begin_rebuild(4)));
  EXPECT_TRUE(waiting("repair").empty());
  EXPECT_TRUE(waiting("sales").empty());
  EXPECT_TRUE(idle().empty());
  // Also of versions: PostgreSQL may have been restored to an earlier point.
  EXPECT_EQ(project({{1, 3, "repair", 1'000}}).applied, 1U);
}

class RedisRoutingRaceTest : public RedisRoutingTest {
 protected:
  asio::awaitable<void> attempt(WaitingAndIdle& sets, Id interaction, std::vector<Id> candidates,
                                std::vector<PairLease>& got) {
    auto leasing = sets.lease_pair(kEpoch, interaction, std::move(candidates), 60s, "node");
    Result<PairLease> pair = co_await std::move(leasing);
    got.push_back(pair.value());
  }
};

TEST_F(RedisRoutingRaceTest, TwoHundredAttemptsMakeEveryPairOnce) {
  std::vector<WaitingInteraction> interactions;
  std::vector<IdleAgent> agents;
  std::vector<Id> candidates;
  for (Id id = 1; id <= 20; ++id) {
    interactions.push_back(WaitingInteraction{id, 1, "repair", 1'000 + id});
  }
  for (Id id = 101; id <= 115; ++id) {
    agents.push_back(IdleAgent{id, 1, 1'000 + id});
    candidates.push_back(id);
  }
  project(interactions);
  project_agents(agents);
  // Four nodes, each trying every interaction: 200 attempts and more on four connections.
  std::vector<std::unique_ptr<WaitingAndIdle>> nodes;
  for (int i = 0; i < 4; ++i) nodes.push_back(std::make_unique<WaitingAndIdle>(client()));
  std::vector<PairLease> got;
  std::size_t attempts = 0;
  for (int round = 0; round < 3; ++round) {
    for (const auto& node : nodes) {
      for (Id id = 1; id <= 20; ++id, ++attempts) spawn(attempt(*node, id, candidates, got));
    }
  }
  ASSERT_GE(attempts, 200U);
  ASSERT_TRUE(eventually([&] { return got.size() == attempts; }));
  std::set<Id> leased_interactions;
  std::set<Id> leased_agents;
  std::set<std::string> tokens;
  std::map<LeaseOutcome, int> outcomes;
  for (const PairLease& pair : got) {
    ++outcomes[pair.outcome];
    if (pair.outcome != LeaseOutcome::kLeased) continue;
    EXPECT_TRUE(leased_interactions.insert(pair.interaction).second) << pair.interaction;
    EXPECT_TRUE(leased_agents.insert(pair.agent).second) << pair.agent;
    tokens.insert(pair.token);
  }
  EXPECT_EQ(outcomes[LeaseOutcome::kLeased], 15);
  EXPECT_EQ(tokens.size(), 15U);
  EXPECT_EQ(outcomes[LeaseOutcome::kEpochLost], 0);
}

}  // namespace
}  // namespace firsthand::redis
