// SPDX-License-Identifier: Apache-2.0
// How far apart three clocks are: this node's, PostgreSQL's and Redis'. Measured every 10 s, each
// as the best of a few questions by round trip, half of which is taken off.
//
// PostgreSQL's clock alone decides whether a step is due, so no skew fires early or twice. What a
// wrong clock can do is wake too late or for nothing: Redis' own clock orders the claims, so its
// distance to PostgreSQL's is added to each of them, and beyond 2 s Redis is not asked at all. The
// node's clock decides nothing about clocks: it sleeps by a steady one, for times that PostgreSQL
// or Redis have told. It is watched because links, mails and logs carry its time.
//
// run() on the executor of the Redis client; everything else from any thread.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string_view>

#include "adapters/metrics/registry.hpp"
#include "adapters/postgres/pool.hpp"
#include "adapters/redis/client.hpp"

namespace firsthand::runtime {

class ClockSkew {
 public:
  static constexpr std::chrono::duration<double> kWarn{0.25};
  static constexpr std::chrono::duration<double> kMax{2.0};

  ClockSkew(postgres::Pool& reads, redis::Client& redis, metrics::Registry& metrics);

  boost::asio::awaitable<void> run();
  /// At once, too, whenever Redis has been away: it may be another one.
  boost::asio::awaitable<void> measure();

  /// Redis' clock was compared with PostgreSQL's and is within kMax of it.
  bool redis_usable() const { return redis_usable_; }
  /// PostgreSQL's clock minus Redis'.
  Millis redis_behind() const { return Millis{redis_behind_ms_}; }
  /// PostgreSQL's time, by this node's clock and the last measurement.
  Instant now() const;
  /// No two of the three are further apart than kMax.
  bool sound() const { return sound_; }

 private:
  struct Sample {
    double ahead_s = 0;  ///< this node's clock minus the other
    double round_trip_s = 0;
  };
  struct Against {
    std::string_view name;
    metrics::Gauge* gauge;
    std::optional<Sample> last;
    int grade = 0;  ///< 0 fine, 1 warned about, 2 too far
  };
  boost::asio::awaitable<std::optional<Sample>> ask_postgres();
  boost::asio::awaitable<std::optional<Sample>> ask_redis();
  void take(Against& against, const std::optional<Sample>& sample);

  postgres::Pool& reads_;
  redis::Client& redis_;
  Against postgres_;
  Against memory_;
  std::atomic<std::int64_t> postgres_behind_ms_{0};  // this node's clock minus PostgreSQL's
  std::atomic<std::int64_t> redis_behind_ms_{0};
  std::atomic<bool> redis_usable_{false};
  std::atomic<bool> sound_{true};
};

}  // namespace firsthand::runtime
