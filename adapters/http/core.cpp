// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/core.hpp"

#include <boost/asio/this_coro.hpp>

namespace firsthand::http {

Core::Core(ServerOptions given, const Router& table, metrics::Registry& numbers)
    : options(std::move(given)),
      router(table),
      registry(numbers),
      sockets(registry.gauge("http_sockets", "Open client connections.")),
      websocket_count(registry.gauge("http_websockets", "Open WebSocket connections.")),
      accept_failures(registry.counter("http_accept_failures_total",
                                       "Connections that could not be accepted.")),
      sockets_refused(registry.counter("http_sockets_refused_total",
                                       "Connections closed because a socket cap was reached.")),
      handler_failures(registry.counter("http_handler_failures_total",
                                        "Requests that ended in an exception.")) {}

void Core::count_refusal(int rule) {
  registry
      .counter("http_gate_refusals_total", "Requests refused by the gate, by rule.",
               {{"rule", std::to_string(rule)}})
      .add();
}

void Core::count_request(const std::string& operation, int status, double seconds) {
  const auto kind = std::to_string(status / 100) + "xx";
  registry
      .counter("http_requests_total", "Requests answered.",
               {{"operation", operation}, {"status", kind}})
      .add();
  registry
      .histogram("http_request_seconds", "From the end of the header to the answer.",
                 metrics::Registry::latency_bounds(), {{"operation", operation}})
      .observe(seconds);
}

bool Core::admit(const boost::asio::ip::address& peer) {
  const std::scoped_lock lock(mutex_);
  if (draining_ || admitted_ >= options.sockets_max) return false;
  auto& count = per_address_[peer.to_string()];
  const bool full = count >= options.sockets_per_address_max;
  if (full && !is_trusted(peer, options.trusted_proxies)) return false;
  ++count;
  ++admitted_;
  sockets.add(1);
  return true;
}

void Core::leave(const boost::asio::ip::address& peer) {
  const std::scoped_lock lock(mutex_);
  const auto found = per_address_.find(peer.to_string());
  if (found != per_address_.end() && --found->second == 0) per_address_.erase(found);
  --admitted_;
  sockets.add(-1);
}

void Core::enter(const std::shared_ptr<Live>& live) {
  const std::scoped_lock lock(mutex_);
  live_.emplace(live.get(), live);
}

void Core::exit(const Live* live) {
  std::shared_ptr<net::Signal> signal;
  {
    const std::scoped_lock lock(mutex_);
    live_.erase(live);
    if (!live_.empty()) return;
    signal = signal_;
    emptied_.notify_all();
  }
  if (signal) signal->notify();
}

bool Core::draining() const {
  const std::scoped_lock lock(mutex_);
  return draining_;
}

std::vector<std::shared_ptr<Live>> Core::all_live() {
  std::vector<std::shared_ptr<Live>> all;
  const std::scoped_lock lock(mutex_);
  for (const auto& [key, weak] : live_)
    if (auto live = weak.lock()) all.push_back(std::move(live));
  return all;
}

void Core::begin_drain() {
  {
    const std::scoped_lock lock(mutex_);
    draining_ = true;
  }
  for (const auto& live : all_live()) live->drain();
}

void Core::abort_all() {
  for (const auto& live : all_live()) live->abort();
}

bool Core::wait_empty(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return emptied_.wait_for(lock, limit, [this] { return live_.empty(); });
}

boost::asio::awaitable<bool> Core::async_wait_empty(std::chrono::milliseconds limit) {
  auto executor = co_await boost::asio::this_coro::executor;
  auto signal = std::make_shared<net::Signal>(executor);
  bool empty = false;
  {
    const std::scoped_lock lock(mutex_);
    empty = live_.empty();
    if (!empty) signal_ = signal;
  }
  if (empty) co_return true;
  const bool notified = co_await signal->wait_for(limit);
  // Its timer belongs to the caller's context, which may end before this.
  const std::scoped_lock lock(mutex_);
  signal_.reset();
  co_return notified;
}

}  // namespace firsthand::http
