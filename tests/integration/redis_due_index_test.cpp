// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/due_index.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "tests/integration/redis_fixture.hpp"

namespace firsthand::redis {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr std::int64_t kEpoch = 7;

class RedisDueIndexTest : public RedisFixture {
 protected:
  void SetUp() override {
    RedisFixture::SetUp();
    if (IsSkipped()) return;
    redis_ = &client();
    index_ = std::make_unique<DueIndex>(*redis_, 0);
    ASSERT_TRUE(await(index_->rebuild(kEpoch, {})).value());
  }

  std::int64_t now() { return await(redis_->server_time_ms()).value(); }

  DueClaim claim(std::chrono::milliseconds lease = 60s, std::size_t limit = 100) {
    return await(index_->claim(kEpoch, limit, lease)).value();
  }

  std::vector<Id> claimed_ids(std::chrono::milliseconds lease = 60s) {
    std::vector<Id> ids;
    for (const DueItem& clock : claim(lease).items) ids.push_back(clock.id);
    return ids;
  }

  static std::vector<DueClock> clocks_of(const DueClaim& claim) {
    std::vector<DueClock> clocks;
    for (const DueItem& item : claim.items) clocks.push_back({item.id, item.version});
    return clocks;
  }

  DuePut put(std::vector<DueItem> items) { return await(index_->put(std::move(items))).value(); }

  Client* redis_ = nullptr;
  std::unique_ptr<DueIndex> index_;
};

TEST_F(RedisDueIndexTest, GivesWhatIsDueOldestFirstAndNothingElse) {
  const std::int64_t at = now();
  put({{1, 1, at - 10}, {2, 1, at - 5'000}, {3, 1, at + 600'000}});
  const DueClaim due = claim();
  EXPECT_FALSE(due.epoch_lost);
  EXPECT_EQ(due.epoch, kEpoch);
  EXPECT_GE(due.now_ms, at);
  EXPECT_EQ(clocks_of(due), (std::vector<DueClock>{{2, 1}, {1, 1}}));
  EXPECT_EQ(due.items.front().due_ms, at - 5'000);
}

TEST_F(RedisDueIndexTest, ALimitLeavesTheRestForTheNextClaim) {
  const std::int64_t at = now();
  put({{1, 1, at - 3}, {2, 1, at - 2}, {3, 1, at - 1}});
  EXPECT_EQ(claim(60s, 2).items.size(), 2U);
  EXPECT_EQ(claim(60s, 2).items.size(), 1U);
  EXPECT_TRUE(claim(60s, 2).items.empty());
}

TEST_F(RedisDueIndexTest, AnUnansweredClaimComesBackAfterItsLease) {
  put({{1, 1, now() - 10}});
  ASSERT_EQ(claimed_ids(1s), std::vector<Id>{1});
  EXPECT_TRUE(claimed_ids().empty());
  std::vector<Id> again;
  ASSERT_TRUE(eventually([&] { return !(again = claimed_ids()).empty(); }));
  EXPECT_EQ(again, std::vector<Id>{1});
}

TEST_F(RedisDueIndexTest, ARemovedClaimIsGone) {
  put({{1, 4, now() - 10}});
  const DueClaim due = claim(1ms);
  ASSERT_EQ(due.items.size(), 1U);
  EXPECT_EQ(await(index_->remove(clocks_of(due))).value(), 1U);
  EXPECT_FALSE(await(index_->next_due()).value().due_ms);
  EXPECT_TRUE(claim().items.empty());
}

TEST_F(RedisDueIndexTest, RemovingAnOldVersionKeepsTheNewOne) {
  const std::int64_t at = now();
  put({{1, 4, at - 10}});
  const DueClaim due = claim();
  put({{1, 5, at - 5}});
  EXPECT_EQ(await(index_->remove(clocks_of(due))).value(), 0U);
  EXPECT_EQ(clocks_of(claim()), (std::vector<DueClock>{{1, 5}}));
}

TEST_F(RedisDueIndexTest, AnOlderVersionNeverOverwritesANewerOne) {
  const std::int64_t at = now();
  EXPECT_EQ(put({{1, 5, at + 600'000}}).stored, 1U);
  EXPECT_EQ(put({{1, 4, at - 10}}).stale, 1U);
  EXPECT_EQ(put({{1, 5, at - 10}}).stale, 1U);
  EXPECT_TRUE(claim().items.empty());
  EXPECT_EQ(await(index_->remove({{1, 4}})).value(), 0U);
  EXPECT_EQ(await(index_->next_due()).value().due_ms, at + 600'000);
  EXPECT_EQ(await(index_->remove({{1, 5}})).value(), 1U);
  EXPECT_FALSE(await(index_->next_due()).value().due_ms);
}

TEST_F(RedisDueIndexTest, AClockThatMovesOutOfTheWindowLeaves) {
  const std::int64_t at = now();
  put({{1, 1, at + 60'000}});
  const DuePut moved = put({{1, 2, at + 5 * 3'600'000}});
  EXPECT_EQ(moved.beyond, 1U);
  EXPECT_FALSE(await(index_->next_due()).value().due_ms);
}

TEST_F(RedisDueIndexTest, TellsTheNextDueTime) {
  const NextDue none = await(index_->next_due()).value();
  EXPECT_FALSE(none.due_ms);
  const std::int64_t at = now();
  put({{1, 1, at + 9'000}, {2, 1, at + 4'000}});
  const NextDue next = await(index_->next_due()).value();
  EXPECT_EQ(next.due_ms, at + 4'000);
  EXPECT_GE(next.now_ms, at);
}

TEST_F(RedisDueIndexTest, AWipeIsNoticedAndRebuilt) {
  const std::int64_t at = now();
  put({{1, 1, at - 10}});
  server().flush_all();
  DueClaim lost = claim();
  EXPECT_TRUE(lost.epoch_lost);
  EXPECT_FALSE(lost.epoch);
  EXPECT_TRUE(lost.items.empty());
  // Projections go on meanwhile; they do not make the index whole.
  put({{2, 1, at - 20}});
  EXPECT_TRUE(claim().epoch_lost);

  ASSERT_TRUE(await(index_->rebuild(kEpoch + 1, {{1, 1, at - 10}, {3, 2, at - 5}})).value());
  lost = claim();
  EXPECT_TRUE(lost.epoch_lost) << "a node that believes in the old epoch must notice";
  EXPECT_EQ(lost.epoch, kEpoch + 1);
  const DueClaim due = await(index_->claim(kEpoch + 1, 100, 60s)).value();
  EXPECT_FALSE(due.epoch_lost);
  EXPECT_EQ(clocks_of(due), (std::vector<DueClock>{{1, 1}, {3, 2}}));
}

TEST_F(RedisDueIndexTest, ARestartWithoutDataIsNoticed) {
  put({{1, 1, now() - 10}});
  server().kill();
  ASSERT_TRUE(eventually([this] { return !redis_->up(); }));
  server().start();
  ASSERT_TRUE(eventually([this] { return redis_->up(); }));
  EXPECT_TRUE(claim().epoch_lost);
}

TEST_F(RedisDueIndexTest, AnOldDumpHasTheEpochButAnOlderMark) {
  const std::int64_t at = now();
  await(index_->put({{1, 1, at + 60'000}}, 41));
  ASSERT_EQ(server().admin({"SAVE"}), "OK");
  await(index_->put({{2, 1, at + 60'000}}, 42));
  EXPECT_EQ(await(index_->state()).value().mark, 42);
  server().kill();
  ASSERT_TRUE(eventually([this] { return !redis_->up(); }));
  server().start();
  ASSERT_TRUE(eventually([this] { return redis_->up(); }));
  const DueState state = await(index_->state()).value();
  EXPECT_EQ(state.epoch, kEpoch) << "claims would be answered as if nothing were missing";
  EXPECT_EQ(state.mark, 41);
}

TEST_F(RedisDueIndexTest, TheMarkNeverFallsExceptByARebuild) {
  await(index_->put({}, 9));
  await(index_->put({}, 7));
  EXPECT_EQ(await(index_->state()).value().mark, 9);
  ASSERT_TRUE(await(index_->begin_rebuild(8)));
  DueState state = await(index_->state()).value();
  EXPECT_FALSE(state.epoch);
  EXPECT_EQ(state.building, 8);
  EXPECT_EQ(state.mark, 0);
  ASSERT_TRUE(await(index_->add_rebuild(8, {{1, 1, now() + 60'000}}, 8)).value());
  ASSERT_TRUE(await(index_->finish_rebuild(8)).value());
  state = await(index_->state()).value();
  EXPECT_EQ(state.epoch, 8);
  EXPECT_FALSE(state.building);
  EXPECT_EQ(state.mark, 8);
}

TEST_F(RedisDueIndexTest, ClaimsByTheClockThatIsAhead) {
  const std::int64_t at = now();
  put({{1, 1, at + 60'000}, {2, 1, at + 600'000}});
  EXPECT_TRUE(claim().items.empty());
  const DueClaim due = await(index_->claim(kEpoch, 100, 60s, 120s)).value();
  EXPECT_EQ(clocks_of(due), (std::vector<DueClock>{{1, 1}}));
}

TEST_F(RedisDueIndexTest, WhatWasClaimedTooEarlyGoesBack) {
  const std::int64_t at = now();
  put({{1, 4, at + 60'000}, {2, 4, at + 60'000}});
  ASSERT_EQ(await(index_->claim(kEpoch, 100, 600s, 120s)).value().items.size(), 2U);
  put({{2, 5, at + 90'000}});
  EXPECT_EQ(await(index_->put_back({{1, 4, at + 60'000}, {2, 4, at + 60'000}})).value(), 1U);
  EXPECT_EQ(await(index_->next_due()).value().due_ms, at + 60'000);
  EXPECT_EQ(await(index_->claim(kEpoch, 100, 600s, 120s)).value().items.size(), 2U);
}

TEST_F(RedisDueIndexTest, WhatIsPutDuringARebuildSurvivesIt) {
  const std::int64_t at = now();
  ASSERT_TRUE(await(index_->begin_rebuild(8)));
  EXPECT_TRUE(claim().epoch_lost);
  // The snapshot is read now, at version 1; the clock changes while it travels.
  put({{1, 2, at - 100}});
  ASSERT_TRUE(await(index_->add_rebuild(8, {{1, 1, at + 600'000}, {2, 1, at - 50}})).value());
  ASSERT_TRUE(await(index_->finish_rebuild(8)).value());
  EXPECT_EQ(clocks_of(await(index_->claim(8, 100, 60s)).value()),
            (std::vector<DueClock>{{1, 2}, {2, 1}}));
}

TEST_F(RedisDueIndexTest, OfTwoRebuildsTheLaterOneWins) {
  DueIndex other(client(), 0);
  ASSERT_TRUE(await(index_->begin_rebuild(8)));
  ASSERT_TRUE(await(other.begin_rebuild(9)));
  EXPECT_FALSE(await(index_->add_rebuild(8, {{1, 1, now() - 10}})).value());
  EXPECT_FALSE(await(index_->finish_rebuild(8)).value());
  EXPECT_TRUE(await(other.finish_rebuild(9)).value());
  const DueClaim due = await(other.claim(9, 100, 60s)).value();
  EXPECT_FALSE(due.epoch_lost);
  EXPECT_TRUE(due.items.empty());
}

TEST_F(RedisDueIndexTest, ALargeRebuildGoesInParts) {
  const std::int64_t at = now();
  std::vector<DueItem> items;
  for (Id id = 1; id <= 12'345; ++id) items.push_back(DueItem{id, 1, at - 20'000 + id});
  ASSERT_TRUE(await(index_->rebuild(8, items)).value());
  EXPECT_EQ(server().admin({"ZCARD", "{fh:due:0}:due"}), "12345");
  const DueClaim due = await(index_->claim(8, 1'000'000, 60s)).value();
  EXPECT_EQ(due.items.size(), DueIndex::kClaimMax);
}

TEST_F(RedisDueIndexTest, ShardsAreApart) {
  DueIndex other(*redis_, 1);
  ASSERT_TRUE(await(other.rebuild(kEpoch, {})).value());
  put({{1, 1, now() - 10}});
  EXPECT_TRUE(await(other.claim(kEpoch, 100, 60s)).value().items.empty());
  EXPECT_EQ(claimed_ids(), std::vector<Id>{1});
}

class RedisDueIndexTwoNodesTest : public RedisDueIndexTest {
 protected:
  asio::awaitable<void> claim_all(DueIndex& index, std::map<Id, int>& times, int& working) {
    for (int empty = 0; empty < 3;) {
      const Result<DueClaim> due = co_await index.claim(kEpoch, 7, 60s);
      for (const DueItem& clock : due.value().items) ++times[clock.id];
      if (due.value().items.empty()) ++empty;
    }
    --working;
  }
};

TEST_F(RedisDueIndexTwoNodesTest, NeverClaimTheSameItem) {
  DueIndex other(client(), 0);
  const std::int64_t at = now();
  std::vector<DueItem> items;
  for (Id id = 1; id <= 2'000; ++id) items.push_back(DueItem{id, 1, at - 5'000 + id});
  put(items);
  std::map<Id, int> first;
  std::map<Id, int> second;
  int working = 4;
  for (int i = 0; i < 2; ++i) {
    spawn(claim_all(*index_, first, working));
    spawn(claim_all(other, second, working));
  }
  ASSERT_TRUE(eventually([&working] { return working == 0; }));
  // Both worked, else this shows nothing.
  EXPECT_GT(first.size(), 100U);
  EXPECT_GT(second.size(), 100U);
  std::map<Id, int> all = first;
  for (const auto& [id, times] : second) all[id] += times;
  EXPECT_EQ(all.size(), 2'000U);
  for (const auto& [id, times] : all) EXPECT_EQ(times, 1) << "item " << id;
}

}  // namespace
}  // namespace firsthand::redis
