// SPDX-License-Identifier: Apache-2.0
// Fires ladder steps at their instant. Sleeps until the next due time, from Redis when it knows and
// its clock is sound, else from PostgreSQL; behind it a sweep every 5 s takes what slipped through,
// and counts it, because that number should stay 0. Firing is safe from any number of nodes: the
// door compares the version, and PostgreSQL's clock says what is due. Steps are handed to the
// door while earlier ones are being decided, so that its batches are full, but never more than
// kFlyingMax; the door decides them beside calls and clicks. Runs on one executor.
#pragma once

#include <atomic>
#include <map>
#include <mutex>

#include "adapters/metrics/registry.hpp"
#include "adapters/runtime/projection.hpp"
#include "engine/door.hpp"

namespace firsthand::runtime {

class ClockLoop {
 public:
  ClockLoop(boost::asio::any_io_executor executor, Door& door, postgres::Pool& reads,
            Projection& projection, const ClockSkew& skew, metrics::Registry& metrics);

  /// A commit may have brought an earlier due time. Any thread.
  void wake() { wake_.notify(); }
  boost::asio::awaitable<void> run();
  /// The net behind it.
  boost::asio::awaitable<void> sweep();

 private:
  using Steady = std::chrono::steady_clock;
  struct Early {
    DueStep step;
    Steady::time_point at;
  };
  struct Look {
    std::vector<DueStep> due;
    std::optional<Millis> until_next;
  };
  /// What is due for so long by PostgreSQL's clock, and by `not_after` if given; the oldest first.
  boost::asio::awaitable<std::optional<Look>> look(Millis overdue_by,
                                                   std::optional<Instant> not_after);
  /// What was claimed and has moved on by PostgreSQL: what is due within a moment is kept for it,
  /// the index is corrected for the rest.
  boost::asio::awaitable<void> look_again();
  /// One turn; how long to sleep after it.
  boost::asio::awaitable<Millis> turn_by_redis();
  boost::asio::awaitable<Millis> turn_by_postgres();
  void fire(std::vector<DueStep> steps);
  void fired(const DueStep& step, const DoorAnswer& answer);
  std::vector<DueStep> take_early();
  std::size_t flying() const;

  Door& door_;
  postgres::Pool& reads_;
  Projection& projection_;
  const ClockSkew& skew_;
  net::Signal wake_;
  metrics::Counter& fired_;
  metrics::Counter& swept_;
  metrics::Histogram& lateness_;
  std::atomic<bool> by_redis_ = false;  ///< claims come from there; read by the door's threads
  std::vector<Early> early_;
  /// Where firing stands while more is due than can be handed over: the sweep leaves what lies
  /// behind it alone.
  std::optional<Instant> front_;
  Steady::time_point front_at_{};
  mutable std::mutex mutex_;
  std::map<ClockId, std::int64_t> flying_;  // handed to the door, not answered: clock, version
  std::vector<DueStep> moved_;              // claimed, and refused by the door
};

}  // namespace firsthand::runtime
