// SPDX-License-Identifier: Apache-2.0
// What Redis is told after each commit, and how it is told everything again when it has forgotten.
// Redis wakes and orders; when it is away ready() is false and everybody works from PostgreSQL
// alone.
//
// Several nodes share one index. Which build of it is whole stands in PostgreSQL (redis_index): a
// node that finds another epoch in Redis, or a mark behind PostgreSQL's (Redis has lost its last
// seconds, or is an old dump), takes the next epoch by compare-and-set and rebuilds; the others see
// that it is being built, and take it over when it is whole.
//
// saved() may be called from any thread; everything else on the one executor of the Redis client.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "adapters/asio/signal.hpp"
#include "adapters/postgres/pg_tx.hpp"
#include "adapters/postgres/pool.hpp"
#include "adapters/redis/due_index.hpp"
#include "adapters/redis/waiting_and_idle.hpp"
#include "adapters/runtime/clock_skew.hpp"

namespace firsthand::runtime {

struct DueStep {
  ClockId clock;
  std::int64_t version = 0;
  Instant due_at{};  ///< as the index has it: of a claim that came back, when its lease was over
};

class Projection {
 public:
  Projection(redis::Client& client, postgres::Pool& reads, ClockSkew& skew, std::string node);

  void saved(postgres::Saved saved);
  boost::asio::awaitable<void> run();

  /// Called after Redis has been told something, or has been lost: who sleeps by it looks again.
  void on_changed(std::function<void()> hook) { changed_ = std::move(hook); }
  bool ready() const { return ready_; }
  /// At most `limit`, leased for 10 s to this node. Empty when nothing is due, or Redis cannot say.
  boost::asio::awaitable<std::vector<DueStep>> claim_due(std::size_t limit);
  /// What PostgreSQL knows of claimed clocks that are not to fire now: due later, or not at all.
  boost::asio::awaitable<void> correct(std::vector<postgres::SavedClock> clocks);
  /// Until the next due time; none when Redis cannot say.
  boost::asio::awaitable<std::optional<Millis>> until_next_due();
  /// Whom of these to offer to, so that two nodes do not ring for the same pair. Without Redis: the
  /// first. Given back when the door has answered: from then on the open offer is the fence.
  boost::asio::awaitable<redis::PairLease> lease_pair(InteractionId interaction,
                                                      std::vector<UserId> candidates);
  boost::asio::awaitable<void> release_pair(redis::PairLease lease);

 private:
  /// How the index stands in PostgreSQL.
  struct Agreed {
    std::int64_t epoch = 0;
    std::int64_t mark = 0;  ///< the newest transaction that Redis must have been told of
    bool fresh = false;     ///< its epoch was taken by another node a moment ago
  };
  boost::asio::awaitable<std::optional<Agreed>> agreed();
  boost::asio::awaitable<std::optional<std::int64_t>> take_epoch(Agreed seen, std::int64_t found);
  boost::asio::awaitable<void> join();
  boost::asio::awaitable<bool> rebuild(std::int64_t epoch);
  boost::asio::awaitable<void> put(postgres::Saved saved);
  boost::asio::awaitable<bool> put_sets(postgres::Saved saved);
  boost::asio::awaitable<void> check();
  boost::asio::awaitable<void> refill();
  void lost(const char* what);

  redis::Client& client_;
  postgres::Pool& reads_;
  ClockSkew& skew_;
  const std::string node_;
  redis::DueIndex due_;
  redis::WaitingAndIdle sets_;
  net::Signal wake_;
  std::int64_t epoch_ = 0;
  bool ready_ = false;
  std::int64_t checked_mark_ = 0;
  std::mutex mutex_;
  postgres::Saved pending_;
  bool overflow_ = false;
  std::function<void()> changed_;
};

}  // namespace firsthand::runtime
