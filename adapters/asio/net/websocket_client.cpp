// SPDX-License-Identifier: Apache-2.0
#include "adapters/asio/net/websocket_client.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>

#include "adapters/asio/net/connect.hpp"
#include "adapters/asio/signal.hpp"

namespace firsthand::net {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using boost::system::result;

namespace {

struct Pending {
  Pending(const asio::any_io_executor& executor, std::string words)
      : text(std::move(words)), done(executor) {}
  std::string text;
  error_code error;
  bool finished = false;
  Signal done;
};

}  // namespace

struct WebSocketClient::Impl : std::enable_shared_from_this<WebSocketClient::Impl> {
  Impl(const asio::any_io_executor& ex, WebSocketClientOptions given)
      : executor(ex), options(given), ws(ex) {}

  void set_up(const Headers& headers) {
    beast::get_lowest_layer(ws).expires_never();
    error_code ignored;
    beast::get_lowest_layer(ws).socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    websocket::stream_base::timeout timeout{};
    timeout.handshake_timeout = options.connect_deadline;
    timeout.idle_timeout = options.idle;
    timeout.keep_alive_pings = true;
    ws.set_option(timeout);
    ws.set_option(websocket::stream_base::decorator([headers](websocket::request_type& request) {
      for (const auto& [name, value] : headers) request.set(name, value);
    }));
    ws.read_message_max(options.message_bytes_max);
    ws.text(true);
  }

  // One writer at a time: Beast allows one write in flight, and the order of calls must hold.
  asio::awaitable<void> write_all() {
    while (!queue.empty()) {
      auto pending = queue.front();
      auto bytes = asio::buffer(pending->text);
      auto writing = ws.async_write(bytes, asio::as_tuple(asio::use_awaitable));
      auto [error, written] = co_await std::move(writing);
      queue.pop_front();
      queued_bytes -= pending->text.size();
      pending->error = error;
      pending->finished = true;
      pending->done.notify();
    }
    writing_now = false;
  }

  void start_writer() {
    if (writing_now) return;
    writing_now = true;
    auto self = shared_from_this();
    // as_tuple keeps write_all from throwing; an exception here would be out of memory.
    asio::co_spawn(executor, write_all(), [self](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
    });
  }

  asio::any_io_executor executor;
  WebSocketClientOptions options;
  websocket::stream<beast::tcp_stream, false> ws;
  beast::flat_buffer buffer;
  std::deque<std::shared_ptr<Pending>> queue;
  std::size_t queued_bytes = 0;
  bool writing_now = false;
};

WebSocketClient::WebSocketClient(const asio::any_io_executor& executor,
                                 WebSocketClientOptions options)
    : impl_(std::make_shared<Impl>(executor, options)) {}

WebSocketClient::~WebSocketClient() {
  abort();
}

asio::awaitable<result<void>> WebSocketClient::connect(std::string host, std::uint16_t port,
                                                       std::string target, Headers headers) {
  auto impl = impl_;
  const auto until = std::chrono::steady_clock::now() + impl->options.connect_deadline;
  auto connecting = connect_stream(beast::get_lowest_layer(impl->ws), host, port, until);
  const auto connect_error = co_await std::move(connecting);
  if (connect_error) co_return connect_error;
  impl->set_up(headers);
  const auto authority = host + ":" + std::to_string(port);
  websocket::response_type answer;
  auto shaking =
      impl->ws.async_handshake(answer, authority, target, asio::as_tuple(asio::use_awaitable));
  auto [error] = co_await std::move(shaking);
  if (error) co_return error_code(error);
  co_return result<void>();
}

asio::awaitable<result<std::string>> WebSocketClient::read() {
  auto impl = impl_;
  auto reading = impl->ws.async_read(impl->buffer, asio::as_tuple(asio::use_awaitable));
  auto [error, size] = co_await std::move(reading);
  if (error) co_return error_code(error);
  auto text = beast::buffers_to_string(impl->buffer.data());
  impl->buffer.consume(impl->buffer.size());
  co_return text;
}

asio::awaitable<result<void>> WebSocketClient::send(std::string text) {
  auto impl = impl_;
  if (impl->queued_bytes + text.size() > impl->options.queue_bytes_max)
    co_return error_code(asio::error::no_buffer_space);
  auto pending = std::make_shared<Pending>(impl->executor, std::move(text));
  impl->queued_bytes += pending->text.size();
  impl->queue.push_back(pending);
  impl->start_writer();
  while (!pending->finished) {
    const bool notified = co_await pending->done.wait();
    if (!notified && !pending->finished) co_return error_code(asio::error::operation_aborted);
  }
  if (pending->error) co_return pending->error;
  co_return result<void>();
}

asio::awaitable<void> WebSocketClient::close(std::uint16_t code, std::string reason) {
  auto impl = impl_;
  if (!impl->ws.is_open()) co_return;
  reason.resize(
      std::min<std::size_t>(reason.size(), 120));  // a control frame holds 123 bytes of it
  websocket::close_reason why(static_cast<websocket::close_code>(code), reason);
  auto closing = impl->ws.async_close(why, asio::as_tuple(asio::use_awaitable));
  co_await std::move(closing);
}

void WebSocketClient::abort() {
  beast::get_lowest_layer(impl_->ws).close();
}

bool WebSocketClient::is_open() const {
  return impl_->ws.is_open();
}

}  // namespace firsthand::net
