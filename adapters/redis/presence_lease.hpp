// SPDX-License-Identifier: Apache-2.0
// Which agents have a live console: one lease per connection (an agent may have several), renewed
// by a beat every 5 s and gone 15 s after the last one. PostgreSQL's session rows stay the truth;
// after a wipe the next beats bring everybody back, so an empty answer alone must not sign anybody
// off.
//
// Thread: the client's executor. Times: milliseconds since 1970 on Redis' clock.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "adapters/redis/client.hpp"

namespace firsthand::redis {

struct ExpiredPresence {
  Id agent;
  std::string connection;
  std::int64_t expired_at_ms;
  bool agent_alive;  // by another connection
};

struct ExpiredPresences {
  std::vector<ExpiredPresence> gone;
  std::int64_t next_since_ms = 0;  // to ask with the next time
};

class PresenceLease {
 public:
  static constexpr std::chrono::milliseconds kTtl{15'000};
  static constexpr std::size_t kExpiredMax = 1'000;

  explicit PresenceLease(Client& client);

  /// True when the connection was not alive before. `connection` is an opaque id.
  boost::asio::awaitable<Result<bool>> beat(Id agent, std::string connection,
                                            std::chrono::milliseconds ttl = kTtl);
  /// A connection that said good-bye: it does not show among the expired.
  boost::asio::awaitable<Result<void>> drop(Id agent, std::string connection);
  /// Leases that ran out after `since_ms`, oldest first; remembered for an hour.
  boost::asio::awaitable<Result<ExpiredPresences>> expired(std::int64_t since_ms);
  boost::asio::awaitable<Result<std::vector<Id>>> alive();

 private:
  Client& client_;
  std::string leases_;
};

}  // namespace firsthand::redis
