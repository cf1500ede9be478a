// SPDX-License-Identifier: Apache-2.0
// What the people concerned get instead of an event: the ringing call with everything its first
// paint needs, the call, the desk. Each is read anew, several at once and many in one transaction;
// rings have a lane of their own, so an agent's screen never waits behind other people's lists. Of
// a call or a desk that changes while it waits to be read only the last is told. Nobody is told of
// a ring after its end. One executor.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "adapters/asio/task_group.hpp"
#include "adapters/http/websocket.hpp"
#include "adapters/postgres/pool.hpp"
#include "adapters/runtime/feed_table.hpp"
#include "adapters/runtime/rules_source.hpp"

namespace firsthand::runtime {

class FeedLanes {
 public:
  using Sockets = std::vector<std::shared_ptr<http::WebSocket>>;

  FeedLanes(boost::asio::any_io_executor executor, postgres::Pool& reads, RulesSource rules);

  /// Kinds that go to the people concerned as the thing itself.
  static bool carries(std::string_view kind);
  /// To be told to these; begun by go().
  void add(FeedRow note, Sockets to);
  void go();

 private:
  struct Item {
    FeedRow note;
    Sockets to;
  };
  using Thing = std::pair<std::string, std::int64_t>;  ///< kind and entity

  boost::asio::awaitable<void> tell_rings(std::vector<Item> items);
  boost::asio::awaitable<void> tell_others(std::vector<Item> items);
  /// The messages in the items' order; "" for what is no longer so.
  boost::asio::awaitable<std::vector<std::string>> read(const std::vector<Item>& items);
  std::vector<Item> next_others();

  postgres::Pool& reads_;
  RulesSource rules_;
  net::TaskGroup tasks_;
  std::deque<Item> rings_;
  std::map<Thing, Item> others_;
  std::set<Thing> being_read_;    ///< not read twice at once: the older answer might come last
  std::set<std::int64_t> ended_;  ///< offers that ended while rings were read
  std::size_t ring_jobs_ = 0, other_jobs_ = 0;
};

}  // namespace firsthand::runtime
