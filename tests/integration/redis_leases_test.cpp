// SPDX-License-Identifier: Apache-2.0
// Presence leases and the writer lock.
#include <algorithm>

#include "adapters/redis/looking.hpp"
#include "adapters/redis/presence_lease.hpp"
#include "adapters/redis/writer_lock.hpp"
#include "tests/integration/redis_fixture.hpp"

namespace firsthand::redis {
namespace {

using namespace std::chrono_literals;

class RedisPresenceTest : public RedisFixture {
 protected:
  void SetUp() override {
    RedisFixture::SetUp();
    if (IsSkipped()) return;
    redis_ = &client();
    presence_ = std::make_unique<PresenceLease>(*redis_);
  }
  std::vector<Id> alive() {
    std::vector<Id> agents = await(presence_->alive()).value();
    std::sort(agents.begin(), agents.end());
    return agents;
  }
  bool beat(Id agent, std::string connection, std::chrono::milliseconds ttl = 60s) {
    return await(presence_->beat(agent, std::move(connection), ttl)).value();
  }

  Client* redis_ = nullptr;
  std::unique_ptr<PresenceLease> presence_;
};

TEST_F(RedisPresenceTest, AnAgentIsAliveByAnyOfItsConnections) {
  EXPECT_TRUE(beat(1, "a"));
  EXPECT_TRUE(beat(1, "b:with:colons"));
  EXPECT_TRUE(beat(2, "c"));
  EXPECT_FALSE(beat(2, "c"));
  EXPECT_EQ(alive(), (std::vector<Id>{1, 2}));
  ASSERT_TRUE(await(presence_->drop(2, "c")));
  ASSERT_TRUE(await(presence_->drop(1, "a")));
  EXPECT_EQ(alive(), std::vector<Id>{1});
  ASSERT_TRUE(await(presence_->drop(1, "b:with:colons")));
  EXPECT_TRUE(alive().empty());
  EXPECT_TRUE(await(presence_->expired(0)).value().gone.empty());
}

TEST_F(RedisPresenceTest, WhoLooksAtARecordIsThereUntilTheyLeaveOrAreSilent) {
  // Two nodes, each with its own connection.
  Looking here(*redis_);
  Looking there(client());
  const auto see = [this](Looking& node, Id user, const std::string& tab, bool typing,
                          std::chrono::milliseconds ttl) {
    auto lookers = await(node.see("case:7", user, tab, typing, ttl)).value();
    std::sort(lookers.begin(), lookers.end(),
              [](const Looker& a, const Looker& b) { return a.user < b.user; });
    return lookers;
  };
  EXPECT_EQ(see(here, 1, "a", false, 60s), (std::vector<Looker>{{1, false}}));
  EXPECT_EQ(see(there, 2, "b", true, 60s), (std::vector<Looker>{{1, false}, {2, true}}));
  EXPECT_EQ(see(there, 2, "b", false, 60s), (std::vector<Looker>{{1, false}, {2, false}}));
  EXPECT_TRUE(await(here.see("case:8", 3, "c", false, 0s)).value().empty());
  EXPECT_EQ(see(here, 1, "a", false, 0s), (std::vector<Looker>{{2, false}}));
  // A tab that died says nothing more.
  see(here, 4, "dies", false, 50ms);
  EXPECT_TRUE(eventually([&] { return see(there, 2, "b", false, 60s).size() == 1; }));
}

TEST_F(RedisPresenceTest, AMissedBeatShowsOnceWithWhatIsLeft) {
  const std::int64_t since = await(redis_->server_time_ms()).value();
  beat(1, "gone", 50ms);
  beat(2, "gone", 50ms);
  beat(2, "stays");
  ExpiredPresences expired;
  ASSERT_TRUE(eventually([&] {
    expired = await(presence_->expired(since)).value();
    return expired.gone.size() == 2;
  }));
  for (const ExpiredPresence& one : expired.gone) {
    EXPECT_EQ(one.connection, "gone");
    EXPECT_EQ(one.agent_alive, one.agent == 2);
    EXPECT_GT(one.expired_at_ms, since);
  }
  EXPECT_EQ(alive(), std::vector<Id>{2});
  EXPECT_TRUE(await(presence_->expired(expired.next_since_ms)).value().gone.empty());
  EXPECT_TRUE(beat(1, "gone")) << "a beat after the lease ran out is a new arrival";
}

TEST_F(RedisPresenceTest, BeatsBringEverybodyBackAfterAWipe) {
  beat(1, "a");
  server().flush_all();
  EXPECT_TRUE(alive().empty());
  EXPECT_TRUE(beat(1, "a"));
  EXPECT_EQ(alive(), std::vector<Id>{1});
}

class RedisWriterLockTest : public RedisFixture {};

TEST_F(RedisWriterLockTest, OneHolderAtATimeWithAGrowingFence) {
  WriterLock first(client(), "main", "node-1", 60s);
  WriterLock second(client(), "main", "node-2", 60s);
  WriterLock elsewhere(client(), "branch", "node-2", 60s);
  EXPECT_FALSE(first.held());
  ASSERT_TRUE(await(first.acquire()).value());
  EXPECT_TRUE(first.held());
  EXPECT_FALSE(await(second.acquire()).value());
  EXPECT_FALSE(second.held());
  EXPECT_TRUE(await(elsewhere.acquire()).value());
  const std::int64_t fence = first.fence();
  EXPECT_TRUE(await(first.acquire()).value());
  EXPECT_EQ(first.fence(), fence);
  EXPECT_TRUE(await(first.renew()).value());
  EXPECT_TRUE(await(first.release()).value());
  EXPECT_FALSE(first.held());
  ASSERT_TRUE(await(second.acquire()).value());
  EXPECT_GT(second.fence(), fence);
}

TEST_F(RedisWriterLockTest, ALapsedHolderIsFencedOff) {
  WriterLock stalled(client(), "main", "node-1", 200ms);
  WriterLock next(client(), "main", "node-2", 60s);
  ASSERT_TRUE(await(stalled.acquire()).value());
  const std::int64_t fence = stalled.fence();
  ASSERT_TRUE(eventually([&] { return await(next.acquire()).value(); }));
  EXPECT_FALSE(stalled.held());
  EXPECT_GT(next.fence(), fence);
  EXPECT_FALSE(await(stalled.renew()).value());
  EXPECT_FALSE(await(stalled.release()).value());
  EXPECT_TRUE(await(next.renew()).value()) << "the old holder must not touch the new one's lock";
}

TEST_F(RedisWriterLockTest, TheFenceGrowsAcrossAWipe) {
  Client& redis = client();
  WriterLock first(redis, "main", "node-1", 60s);
  WriterLock second(redis, "main", "node-2", 60s);
  ASSERT_TRUE(await(first.acquire()).value());
  const std::int64_t fence = first.fence();
  EXPECT_GT(fence, 1'000'000) << "counted from the clock, not from one";
  server().flush_all();
  EXPECT_FALSE(await(first.renew()).value());
  ASSERT_TRUE(await(second.acquire()).value());
  EXPECT_GT(second.fence(), fence);
}

TEST_F(RedisWriterLockTest, AnUnreachableRedisIsNotHeldForLongerThanTheLease) {
  Client& redis = client();
  WriterLock lock(redis, "main", "node-1", 300ms);
  ASSERT_TRUE(await(lock.acquire()).value());
  server().kill();
  ASSERT_TRUE(eventually([&redis] { return !redis.up(); }));
  EXPECT_FALSE(await(lock.renew()));
  EXPECT_TRUE(eventually([&lock] { return !lock.held(); }));
}

}  // namespace
}  // namespace firsthand::redis
