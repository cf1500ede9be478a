// SPDX-License-Identifier: Apache-2.0
// What the connections of one server share: its settings, who is connected, and whether it is
// closing down. Internal to this folder. Thread: any; the settings do not change after start().
#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/asio/signal.hpp"
#include "adapters/http/server.hpp"
#include "adapters/metrics/registry.hpp"

namespace firsthand::http {

/// A connection, as the shutdown sees it. Both may be called from any thread.
class Live {
 public:
  virtual ~Live() = default;
  virtual void drain() = 0;  // end as soon as the request in hand is answered
  virtual void abort() = 0;  // cut
};

struct Core {
  Core(ServerOptions given, const Router& table, metrics::Registry& registry);

  ServerOptions options;
  const Router& router;
  Guard guard;
  std::map<std::string, WebSocketHandler, std::less<>> websockets;
  std::unique_ptr<StaticFiles> files;

  // Metrics, looked up once.
  metrics::Registry& registry;
  metrics::Gauge& sockets;
  metrics::Gauge& websocket_count;
  metrics::Counter& accept_failures;
  metrics::Counter& sockets_refused;
  metrics::Counter& handler_failures;

  void count_refusal(int rule);
  void count_request(const std::string& operation, int status, double seconds);

  /// One of the two caps may refuse a newcomer; the place is given back by leave().
  bool admit(const boost::asio::ip::address& peer);
  void leave(const boost::asio::ip::address& peer);
  void enter(const std::shared_ptr<Live>& live);
  void exit(const Live* live);

  bool draining() const;
  void begin_drain();
  void abort_all();
  // Everything that must end before the server may go: connections and the accept loop.
  bool wait_empty(std::chrono::milliseconds limit);
  boost::asio::awaitable<bool> async_wait_empty(std::chrono::milliseconds limit);

 private:
  std::vector<std::shared_ptr<Live>> all_live();

  mutable std::mutex mutex_;
  std::condition_variable emptied_;
  std::shared_ptr<net::Signal> signal_;
  std::map<const Live*, std::weak_ptr<Live>> live_;
  std::map<std::string, std::size_t> per_address_;
  std::size_t admitted_ = 0;
  bool draining_ = false;
};

}  // namespace firsthand::http
