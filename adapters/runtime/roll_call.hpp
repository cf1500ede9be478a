// SPDX-License-Identifier: Apache-2.0
// Who has a console open, at any node: signs of life go to Redis as leases, and desks whose console
// has gone with its node are given up. Without Redis a node knows its own consoles only. The
// coroutines run on the executor given, which must be serial; beat() may be called from any thread.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "adapters/redis/presence_lease.hpp"
#include "adapters/runtime/feed_hub.hpp"

namespace firsthand::runtime {

class RollCall {
 public:
  /// `several_nodes`: there is a Redis by which to hear of the others.
  RollCall(boost::asio::any_io_executor executor, Door& door, postgres::Pool& reads,
           const FeedHub& feed, redis::Client& client, bool several_nodes);

  /// Once, at the start: consoles that were open when the last engine ended have a moment to come
  /// back. Those that are open at other nodes are no concern of this one.
  boost::asio::awaitable<void> call();
  /// Whether a person has a console open at any node.
  boost::asio::awaitable<bool> console_open(UserId user);
  /// A console's sign of life, or its good-bye.
  void beat(UserId user, const std::string& connection, bool alive);
  /// Hands the beats to Redis.
  boost::asio::awaitable<void> tell_redis();
  /// Consoles whose node has died give no word of leaving: their leases run out.
  boost::asio::awaitable<void> watch();

 private:
  struct Beat {
    UserId user;
    bool alive = false;
  };
  /// The desk is kept for so long, unless a console comes back.
  void give_up(UserId user, Seconds lease);

  Door& door_;
  postgres::Pool& reads_;
  const FeedHub& feed_;
  redis::Client& client_;
  redis::PresenceLease presence_;
  const bool several_nodes_;
  net::Signal wake_;
  std::mutex mutex_;
  std::map<std::string, Beat> beats_;  // by connection, the newest: no more than there are consoles
};

}  // namespace firsthand::runtime
