// SPDX-License-Identifier: Apache-2.0
// Sends requests to Asterisk over a few keep-alive connections. Requests of one lane key (a call)
// stay in order on one connection. Thread: the serial executor given. Every request is answered
// once through `reply`: status 0 when nothing came back, the queue was full or close() was called.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/asio/net/http_client.hpp"
#include "adapters/telephony/ari_call_state.hpp"

namespace firsthand::telephony {

// Read by any thread.
struct AriCounters {
  std::atomic<std::uint64_t> requests{0}, timeouts{0}, refusals{0}, errors{0};
  std::atomic<std::size_t> queued{0};
  std::atomic<std::int64_t> last_ms{0};

  void count(int status, std::chrono::steady_clock::time_point since);
};

class AriLanes : public std::enable_shared_from_this<AriLanes> {
 public:
  using Reply = std::function<void(std::uint64_t id, int status, const std::string& body)>;
  using Failed = std::function<void(const std::exception_ptr&)>;

  // `http` is one connection's options; `base` stands before every target.
  AriLanes(const boost::asio::any_io_executor& executor, net::HttpClientOptions http, int count,
           std::string base, std::size_t queued_max, std::shared_ptr<AriCounters> counters,
           Reply reply, Failed failed);

  void send(AriRequest request);
  // A closed object stays closed; what was queued is answered with status 0.
  void close();

 private:
  struct Lane {
    std::unique_ptr<net::HttpClient> client;
    std::deque<AriRequest> queue;
    bool busy = false;
  };
  static boost::asio::awaitable<void> run(std::shared_ptr<AriLanes> self, Lane& lane);
  void refuse(std::uint64_t id);

  boost::asio::any_io_executor executor_;
  std::string base_;
  std::size_t queued_max_;
  std::shared_ptr<AriCounters> counters_;
  Reply reply_;
  Failed failed_;
  bool closed_ = false;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace firsthand::telephony
