// SPDX-License-Identifier: Apache-2.0
// Which node commands one PBX: a lease of 10 s with a fencing number that only ever grows (it also
// survives a wipe of Redis: it is never below Redis' clock in microseconds). The lock alone is not
// safe, a node may stall past its lease: whoever acts on it passes fence() on and the receiver
// refuses a lower one than it has seen.
//
// Thread: the client's executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/redis/client.hpp"

namespace firsthand::redis {

class WriterLock {
 public:
  static constexpr std::chrono::milliseconds kTtl{10'000};

  /// `holder` names this process and must differ after a restart.
  WriterLock(Client& client, std::string_view pbx, std::string holder,
             std::chrono::milliseconds ttl = kTtl);

  /// True when held now (again, with the same fence, if it already was); false: another has it.
  boost::asio::awaitable<Result<bool>> acquire();
  /// False: lost. Call every third of the ttl.
  boost::asio::awaitable<Result<bool>> renew();
  /// False when it was not held any more.
  boost::asio::awaitable<Result<bool>> release();

  /// By this node's monotonic clock, counted from before the last successful request was sent.
  bool held() const { return fence_ != 0 && std::chrono::steady_clock::now() < held_until_; }
  std::int64_t fence() const { return fence_; }

 private:
  std::string value() const { return std::to_string(fence_) + " " + holder_; }

  Client& client_;
  std::string writer_;
  std::string fence_key_;
  std::string holder_;
  std::chrono::milliseconds ttl_;
  std::int64_t fence_ = 0;
  std::chrono::steady_clock::time_point held_until_;
};

}  // namespace firsthand::redis
