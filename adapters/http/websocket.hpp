// SPDX-License-Identifier: Apache-2.0
// WebSocket connections as the application sees them: hooks on one side, a thread-safe sender with
// a bounded queue on the other.
//
// Hooks run on the connection's executor, one at a time and in order: authorise (before the
// upgrade), on_open, on_message for each message, on_close exactly once after on_open. A message is
// read when the previous one is dealt with, so a slow on_message slows its own sender and nobody
// else; it must stay below the idle time. What a hook throws is logged and closes the connection
// with 1011. Errors: send() returns false once the connection is closing; a reader too slow for its
// queue is closed with 1013 "try again later".
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/http/message.hpp"

namespace firsthand::http {

class WebSocket {
 public:
  virtual ~WebSocket() = default;
  /// Any thread. False when closing or when this overflowed the queue.
  virtual bool send(std::shared_ptr<const std::string> text) = 0;
  bool send(std::string text) { return send(std::make_shared<const std::string>(std::move(text))); }
  /// Any thread. What was sent before still goes out, for a few seconds at most.
  virtual void close(std::uint16_t code, std::string reason) = 0;
  /// The request that opened it, with what authorise attached. Read-only.
  virtual const Request& request() const = 0;
};

struct WebSocketLimits {
  std::size_t message_bytes_max = 64 * 1024;
  std::size_t queue_bytes_max = 1024 * 1024;
  std::chrono::milliseconds idle{10000};  // a ping goes out after half of it
  std::chrono::milliseconds handshake{5000};
  std::chrono::milliseconds close_grace{5000};  // then the connection is cut
};

struct WebSocketHandler {
  std::string path;  // exact, for example "/ws"
  /// A Response refuses the upgrade; may set Request::attachment. Required: without it nobody gets
  /// in.
  std::function<boost::asio::awaitable<std::optional<Response>>(Request&)> authorise;
  std::function<void(std::shared_ptr<WebSocket>)> on_open;
  std::function<boost::asio::awaitable<void>(WebSocket&, std::string_view)> on_message;
  std::function<void(WebSocket&)> on_close;
  WebSocketLimits limits;
};

}  // namespace firsthand::http
