// SPDX-License-Identifier: Apache-2.0
// Which node commands the PBX: the holder of a lease in Redis, and of the right for as long as the
// lease runs by this node's own clock, so that whoever has stood still does not act on an old one.
// While Redis is away the last holder goes on and nobody else begins; a node that has never
// reached it begins after a while, because it may be the only one. ours() from any thread, the rest
// on one executor.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <string>

#include "adapters/redis/writer_lock.hpp"

namespace firsthand::runtime {

class PbxRight {
 public:
  /// `holder` is the same after a restart on the same data: whoever was killed goes on at once.
  PbxRight(redis::Client& redis, const std::string& pbx, const std::string& holder, bool has_redis);

  bool ours() const;
  /// Called each time the right is confirmed, about once a second.
  void on_confirmed(std::function<void()> hook) { confirmed_ = std::move(hook); }
  boost::asio::awaitable<void> run();
  bool held() const { return lock_.held(); }
  boost::asio::awaitable<redis::Result<bool>> release() { return lock_.release(); }

 private:
  boost::asio::awaitable<redis::Result<bool>> ask();

  using Clock = std::chrono::steady_clock;
  redis::WriterLock lock_;
  const bool has_redis_;
  std::function<void()> confirmed_;
  std::atomic<Clock::rep> until_{0};
  std::atomic<bool> alone_{false};  ///< Redis cannot be asked, and we go on
};

}  // namespace firsthand::runtime
