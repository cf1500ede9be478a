// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/feed.hpp"

#include "tests/integration/redis_fixture.hpp"

namespace firsthand::redis {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

class RedisFeedTest : public RedisFixture {
 protected:
  void SetUp() override {
    RedisFixture::SetUp();
    if (IsSkipped()) return;
    redis_ = &client();
    feed_ = std::make_unique<Feed>(*redis_);
  }
  void TearDown() override {
    for (const auto& reader : readers_) reader->close();
    RedisFixture::TearDown();
  }

  FeedReader& reader(const Feed& feed) {
    readers_.push_back(std::make_unique<FeedReader>(feed));
    return *readers_.back();
  }

  void publish(Feed& feed, Id first, Id last) {
    std::vector<FeedItem> items;
    for (Id id = first; id <= last; ++id) items.push_back(FeedItem{"case", "changed", id, id * 10});
    ASSERT_TRUE(await(feed.publish(std::move(items))));
  }

  asio::awaitable<void> read_into(FeedReader& from, std::string after,
                                  std::chrono::milliseconds block,
                                  std::optional<Result<FeedBatch>>& got) {
    auto reading = from.read(std::move(after), block);
    got.emplace(co_await std::move(reading));
  }

  static std::vector<Id> ids(const FeedBatch& batch) {
    std::vector<Id> all;
    for (const FeedEntry& entry : batch.entries) all.push_back(entry.item.id);
    return all;
  }

  Client* redis_ = nullptr;
  std::unique_ptr<Feed> feed_;
  std::vector<std::unique_ptr<FeedReader>> readers_;
};

TEST_F(RedisFeedTest, GivesWhatCameAfterAnIdInOrder) {
  EXPECT_EQ(await(feed_->newest()).value(), "0-0");
  publish(*feed_, 1, 3);
  const FeedBatch all = await(reader(*feed_).read("0-0", 1ms)).value();
  EXPECT_FALSE(all.gap);
  ASSERT_EQ(ids(all), (std::vector<Id>{1, 2, 3}));
  EXPECT_EQ(all.entries[1].item, (FeedItem{"case", "changed", 2, 20}));
  EXPECT_EQ(all.last_id, await(feed_->newest()).value());
  const FeedBatch rest = await(reader(*feed_).read(all.entries[0].feed_id, 1ms)).value();
  EXPECT_EQ(ids(rest), (std::vector<Id>{2, 3}));
  const FeedBatch none = await(reader(*feed_).read(all.last_id, 1ms)).value();
  EXPECT_FALSE(none.gap);
  EXPECT_TRUE(none.entries.empty());
  EXPECT_EQ(none.last_id, all.last_id);
}

TEST_F(RedisFeedTest, AWaitingReaderGetsNewsAtOnceAndHoldsNobodyUp) {
  publish(*feed_, 1, 1);
  const std::string last = await(feed_->newest()).value();
  std::optional<Result<FeedBatch>> got;
  spawn(read_into(reader(*feed_), last, 60s, got));
  ASSERT_TRUE(eventually([this] {
    return server().admin({"INFO", "clients"}).find("blocked_clients:1") != std::string::npos;
  }));
  const auto begin = std::chrono::steady_clock::now();
  publish(*feed_, 2, 2);
  ASSERT_TRUE(eventually([&got] { return got.has_value(); }));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  EXPECT_EQ(ids(got->value()), std::vector<Id>{2});
}

TEST_F(RedisFeedTest, AReaderFromBeforeTheFirstEntryIsToldOfTheGap) {
  Feed small(*redis_, "small", 100);
  publish(small, 1, 1);
  const std::string old = await(small.newest()).value();
  // Trimming is by whole nodes of about a hundred entries.
  publish(small, 2, 1'000);
  FeedReader& from = reader(small);
  for (const std::string& after : {old, std::string("0-0")}) {
    const FeedBatch batch = await(from.read(after, 1ms)).value();
    EXPECT_TRUE(batch.gap) << after;
    EXPECT_TRUE(batch.entries.empty());
    EXPECT_EQ(batch.last_id, await(small.newest()).value());
    publish(small, 1'001, 1'001);
    const FeedBatch on = await(from.read(batch.last_id, 1ms)).value();
    EXPECT_FALSE(on.gap);
    EXPECT_EQ(ids(on), std::vector<Id>{1'001});
  }
}

TEST_F(RedisFeedTest, AWipeIsAGap) {
  publish(*feed_, 1, 3);
  const std::string last = await(feed_->newest()).value();
  server().flush_all();
  FeedReader& from = reader(*feed_);
  const FeedBatch batch = await(from.read(last, 1ms)).value();
  EXPECT_TRUE(batch.gap);
  EXPECT_EQ(batch.last_id, "0-0");
  publish(*feed_, 4, 4);
  EXPECT_TRUE(await(from.read(last, 1ms)).value().gap);
  EXPECT_EQ(ids(await(from.read(batch.last_id, 1ms)).value()), std::vector<Id>{4});
}

TEST_F(RedisFeedTest, AnIdFromTheFutureIsAGap) {
  publish(*feed_, 1, 1);
  const FeedBatch batch = await(reader(*feed_).read("99999999999999-0", 60s)).value();
  EXPECT_TRUE(batch.gap);
}

TEST_F(RedisFeedTest, WhatIsNoIdIsRefusedBeforeItIsSent) {
  const Result<FeedBatch> refused = await(reader(*feed_).read("$", 1ms));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kBadArgument);
}

TEST_F(RedisFeedTest, AReaderConnectsAgainAfterARestart) {
  FeedReader& from = reader(*feed_);
  std::optional<Result<FeedBatch>> got;
  spawn(read_into(from, "0-0", 60s, got));
  ASSERT_TRUE(eventually([this] {
    return server().admin({"INFO", "clients"}).find("blocked_clients:1") != std::string::npos;
  }));
  server().kill();
  ASSERT_TRUE(eventually([&got] { return got.has_value(); }));
  ASSERT_FALSE(*got);
  EXPECT_EQ(got->error().code, Errc::kUnavailable);
  EXPECT_EQ(await(from.read("0-0", 1ms)).error().code, Errc::kUnavailable);
  server().start();
  ASSERT_TRUE(eventually([this] { return redis_->up(); }));
  publish(*feed_, 1, 1);
  Result<FeedBatch> back = await(from.read("0-0", 1ms));
  ASSERT_TRUE(back) << back.error().detail;
  EXPECT_EQ(ids(*back), std::vector<Id>{1});
}

TEST_F(RedisFeedTest, ClosingEndsAReadThatWaits) {
  FeedReader& from = reader(*feed_);
  std::optional<Result<FeedBatch>> got;
  spawn(read_into(from, "0-0", 60s, got));
  ASSERT_TRUE(eventually([this] {
    return server().admin({"INFO", "clients"}).find("blocked_clients:1") != std::string::npos;
  }));
  from.close();
  ASSERT_TRUE(eventually([&got] { return got.has_value(); }));
  EXPECT_EQ(got->error().code, Errc::kUnavailable);
  EXPECT_EQ(await(from.read("0-0", 1ms)).error().code, Errc::kUnavailable);
}

}  // namespace
}  // namespace firsthand::redis
