// SPDX-License-Identifier: Apache-2.0
// The HTTP server: the gate, the route table, WebSockets and static files behind one listening
// socket.
//
// Thread: build and start from one thread. With `threads` > 0 each io thread has its own
// io_context, a connection stays on one, and handlers of different connections run at the same
// time. With an io_context given, connections run on strands of it. Shutdown has two steps: stop
// accepting, let requests finish and close WebSockets with 1012 "service restart"; after the grace,
// cut. Errors: start() returns the error_code of listening.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/http/forwarded.hpp"
#include "adapters/http/gate.hpp"
#include "adapters/http/router.hpp"
#include "adapters/http/static_files.hpp"
#include "adapters/http/websocket.hpp"

namespace firsthand::metrics {
class Registry;
}

namespace firsthand::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  unsigned threads = 1;    // not used with an io_context of the caller's
  GateLimits gate;
  std::vector<Network> trusted_proxies;
  std::chrono::milliseconds header_deadline{5000};
  std::chrono::milliseconds idle{60000};
  std::chrono::milliseconds body_grace{5000};  // on top of the rate below
  std::size_t body_bytes_per_second_min = 1024;
  std::chrono::milliseconds write_deadline{60000};
  std::size_t sockets_max = 12000;
  std::size_t sockets_per_address_max = 512;  // trusted proxies are not counted by address
  std::size_t requests_per_socket_max = 100000;
  std::string html_policy{kConsolePolicy};
};

/// Runs after a route is found and before the body is read; a Response refuses. It is where the
/// session, the permission of the route and the origin of the request are checked.
using Guard =
    std::function<boost::asio::awaitable<std::optional<Response>>(const Route&, Request&)>;

class Server {
 public:
  /// The router and the registry must outlive the server.
  Server(ServerOptions options, const Router& router, metrics::Registry& registry);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Before start().
  void set_guard(Guard guard);
  void add_websocket(WebSocketHandler handler);
  void set_static_files(StaticFiles files);

  /// Listens; returns the bound port.
  boost::system::result<std::uint16_t> start();
  boost::system::result<std::uint16_t> start(boost::asio::io_context& io);

  /// For a server with its own threads, from any other thread. Blocks until all is closed.
  void stop(std::chrono::milliseconds grace);
  /// For a server on the caller's io_context, as a coroutine there.
  boost::asio::awaitable<void> shutdown(std::chrono::milliseconds grace);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firsthand::http
