// SPDX-License-Identifier: Apache-2.0
// A plain WebSocket client: connect, read messages, send, close. Keep-alive pings notice a
// half-open connection: when nothing is heard for `idle`, read() fails with beast's timeout error.
//
// Thread: every member on the executor given, which must be serial (one thread or a strand). One
// read() at a time; send() from as many coroutines as wanted, messages keep the order of the calls.
// One object is one connection: after an error make a new one. Errors: the result's error_code; an
// answer other than 101 is `boost::beast::websocket::error::upgrade_declined`.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/asio/net/http_client.hpp"

namespace firsthand::net {

struct WebSocketClientOptions {
  std::chrono::milliseconds connect_deadline{5000};  // resolve, connect and upgrade
  std::chrono::milliseconds idle{10000};             // a ping goes out after half of it
  std::size_t message_bytes_max = 4 * 1024 * 1024;
  std::size_t queue_bytes_max = 1024 * 1024;  // sends waiting for the wire
};

class WebSocketClient {
 public:
  explicit WebSocketClient(const boost::asio::any_io_executor& executor,
                           WebSocketClientOptions options = {});
  ~WebSocketClient();
  WebSocketClient(const WebSocketClient&) = delete;
  WebSocketClient& operator=(const WebSocketClient&) = delete;

  boost::asio::awaitable<boost::system::result<void>> connect(std::string host, std::uint16_t port,
                                                              std::string target,
                                                              Headers headers = {});
  /// The next whole message, text or binary.
  boost::asio::awaitable<boost::system::result<std::string>> read();
  /// Returns when the message is on the wire; no_buffer_space when the queue is full.
  boost::asio::awaitable<boost::system::result<void>> send(std::string text);
  /// Says good-bye within the handshake time; a pending read() ends.
  boost::asio::awaitable<void> close(std::uint16_t code = 1000, std::string reason = {});
  /// Cuts the connection at once; pending calls fail.
  void abort();
  bool is_open() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace firsthand::net
