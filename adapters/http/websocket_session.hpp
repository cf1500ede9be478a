// SPDX-License-Identifier: Apache-2.0
// The upgraded connection behind http::WebSocket. Internal to this folder; Beast's WebSocket is
// instantiated only in the source file. Thread: run() once, on the connection's executor; abort()
// there too.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "adapters/http/gate.hpp"
#include "adapters/http/websocket.hpp"

namespace firsthand::http {

class WebSocketSession {
 public:
  virtual ~WebSocketSession() = default;
  /// `handler` must outlive the connection.
  static std::shared_ptr<WebSocketSession> make(boost::beast::tcp_stream stream, Request request,
                                                const WebSocketHandler& handler);
  /// Upgrades, then lives until the connection ends.
  virtual boost::asio::awaitable<void> run() = 0;
  /// Any thread.
  virtual void close(std::uint16_t code, std::string reason) = 0;
  virtual void abort() = 0;
};

}  // namespace firsthand::http
