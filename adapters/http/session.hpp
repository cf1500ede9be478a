// SPDX-License-Identifier: Apache-2.0
// One client connection: reads headers through the gate, bodies within their limits, answers, and
// turns into a WebSocket when asked to. Internal to this folder.
//
// Thread: run() once, on the connection's executor. drain() and abort() from any thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/http/core.hpp"
#include "adapters/http/websocket_session.hpp"

namespace firsthand::http {

class Session final : public Live, public std::enable_shared_from_this<Session> {
 public:
  /// The caller has been admitted by `core`; the connection gives the place back.
  Session(std::shared_ptr<Core> core, boost::asio::ip::tcp::socket socket,
          boost::asio::ip::address peer);
  ~Session() override;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  boost::asio::awaitable<void> run();
  void drain() override;
  void abort() override;

 private:
  template <typename T>
  using Awaitable = boost::asio::awaitable<T>;
  /// What became of reading: an answer to refuse with, or none and go on.
  using Refused = std::optional<Response>;

  Awaitable<bool> serve_one();
  Awaitable<bool> read_more(std::size_t most);
  Awaitable<std::size_t> read_header(std::optional<GateRefusal>& refusal);
  Awaitable<bool> read_body(const Head& head, std::string_view raw, std::size_t limit,
                            std::string& body, Refused& refused);
  Awaitable<bool> answer(Request& request, const Head& head, std::string_view raw);
  Awaitable<bool> run_route(Request& request, const Head& head, std::string_view raw,
                            const Route& route);
  Awaitable<Response> run_handler(Request& request, const Route& route);
  Awaitable<Refused> run_guard(Request& request, const Route& route);
  Awaitable<bool> upgrade(Request& request, const WebSocketHandler& handler);
  Awaitable<bool> reply(Response response, const Request* request, bool keep_alive);
  Awaitable<bool> refuse(const GateRefusal& refusal);
  Awaitable<void> linger();

  std::string_view buffered() const;
  Request make_request(Head& head) const;
  bool others_wait();

  std::shared_ptr<Core> core_;
  const boost::asio::any_io_executor executor_;  // the stream is moved away by an upgrade
  boost::beast::tcp_stream stream_;
  boost::asio::ip::address peer_;
  boost::beast::flat_buffer buffer_;
  std::shared_ptr<WebSocketSession> websocket_;
  std::string operation_;
  std::chrono::steady_clock::time_point request_started_;
  std::size_t requests_ = 0;
  bool waiting_ = false;  // between requests: may be closed at once
};

}  // namespace firsthand::http
