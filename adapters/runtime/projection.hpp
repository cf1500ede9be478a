// SPDX-License-Identifier: Apache-2.0
// What Redis is told after each commit, and how it is told everything again when it has forgotten.
// Redis wakes and orders; when it is away ready() is false and everybody works from PostgreSQL
// alone. saved() may be called from any thread; everything else on the one executor of the Redis
// client.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "adapters/asio/signal.hpp"
#include "adapters/postgres/pg_tx.hpp"
#include "adapters/postgres/pool.hpp"
#include "adapters/redis/due_index.hpp"
#include "adapters/redis/waiting_and_idle.hpp"

namespace firsthand::runtime {

struct DueStep {
  ClockId clock;
  std::int64_t version = 0;
};

class Projection {
 public:
  Projection(redis::Client& client, postgres::Pool& reads, std::string node);

  void saved(postgres::Saved saved);
  boost::asio::awaitable<void> run();

  /// Called after Redis has been told something, or has been lost: who sleeps by it looks again.
  void on_changed(std::function<void()> hook) { changed_ = std::move(hook); }
  bool ready() const { return ready_; }
  /// Leased for 10 s to this node. Empty when nothing is due, or Redis cannot say.
  boost::asio::awaitable<std::vector<DueStep>> claim_due();
  /// Until the next due time; none when Redis cannot say.
  boost::asio::awaitable<std::optional<Millis>> until_next_due();
  /// Whom of these to offer to, so that two nodes do not ring for the same pair. Without Redis: the
  /// first. Given back when the door has answered: from then on the open offer is the fence.
  boost::asio::awaitable<redis::PairLease> lease_pair(InteractionId interaction,
                                                      std::vector<UserId> candidates);
  boost::asio::awaitable<void> release_pair(redis::PairLease lease);

 private:
  boost::asio::awaitable<bool> rebuild();
  boost::asio::awaitable<void> put(postgres::Saved saved);
  void lost(const char* what);

  redis::Client& client_;
  postgres::Pool& reads_;
  const std::string node_;
  redis::DueIndex due_;
  redis::WaitingAndIdle sets_;
  net::Signal wake_;
  std::int64_t epoch_ = 0;
  bool ready_ = false;
  std::mutex mutex_;
  postgres::Saved pending_;
  bool overflow_ = false;
  std::function<void()> changed_;
};

}  // namespace firsthand::runtime
