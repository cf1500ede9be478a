// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/websocket_session.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "adapters/asio/signal.hpp"
#include "adapters/http/websocket_mailbox.hpp"

namespace firsthand::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

namespace {

class Upgraded final : public WebSocketSession, public std::enable_shared_from_this<Upgraded> {
 public:
  Upgraded(beast::tcp_stream stream, Request request, const WebSocketHandler& handler)
      : ws_(std::move(stream)),
        handler_(handler),
        cut_timer_(ws_.get_executor()),
        writer_ended_(ws_.get_executor()),
        mailbox_(std::make_shared<Mailbox>(std::move(request), handler.limits.queue_bytes_max)) {}

  void close(std::uint16_t code, std::string reason) override {
    mailbox_->close(code, std::move(reason));
  }

  void abort() override {
    mailbox_->detach();
    beast::get_lowest_layer(ws_).close();
  }

  asio::awaitable<void> run() override {
    auto self = shared_from_this();
    set_up();
    // Named, because the operation starts only when awaited and keeps a reference until then.
    const auto upgrade = as_beast(mailbox_->request());
    auto accepting = ws_.async_accept(upgrade, asio::as_tuple(asio::use_awaitable));
    auto [refused] = co_await std::move(accepting);
    if (refused) {
      abort();
      co_return;
    }
    mailbox_->attach(wakers());
    const bool opened = open();
    auto reading = read_all();
    co_await std::move(reading);
    auto ending = end();
    co_await std::move(ending);
    if (opened) say_closed();
  }

 private:
  static beast::http::request<beast::http::empty_body> as_beast(const Request& request) {
    beast::http::request<beast::http::empty_body> out;
    out.method(beast::http::verb::get);
    out.target(request.target);
    out.version(11);
    for (const auto& [name, value] : request.headers) out.insert(name, value);
    return out;
  }

  void set_up() {
    beast::get_lowest_layer(ws_).expires_never();
    websocket::stream_base::timeout timeout{};
    timeout.handshake_timeout = handler_.limits.handshake;
    timeout.idle_timeout = handler_.limits.idle;
    timeout.keep_alive_pings = true;
    ws_.set_option(timeout);
    ws_.read_message_max(handler_.limits.message_bytes_max);
    ws_.text(true);
  }

  /// Called by the mailbox under its lock, while this runs and so is alive.
  Mailbox::Wakers wakers() {
    auto executor = ws_.get_executor();
    return {[this, executor] {
              asio::post(executor, [self = shared_from_this()] { self->start_writer(); });
            },
            [this, executor] {
              asio::post(executor, [self = shared_from_this()] { self->start_cut_timer(); });
            }};
  }

  void start_writer() {
    // as_tuple keeps the writer from throwing; what is left is out of memory, which ends the
    // program.
    asio::co_spawn(ws_.get_executor(), write_all(),
                   [self = shared_from_this()](std::exception_ptr error) {
                     if (error) std::rethrow_exception(error);
                   });
  }

  /// A peer that neither reads nor answers must not keep the connection.
  void start_cut_timer() {
    if (ended_) return;
    cut_timer_.expires_after(handler_.limits.close_grace);
    cut_timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (!error) beast::get_lowest_layer(self->ws_).close();
    });
  }

  bool open() {
    try {
      if (handler_.on_open) handler_.on_open(mailbox_);
      return true;
    } catch (const std::exception& error) {
      log("on_open", error);
    }
    close(1011, "internal error");
    return false;
  }

  void say_closed() {
    try {
      if (handler_.on_close) handler_.on_close(*mailbox_);
    } catch (const std::exception& error) {
      log("on_close", error);
    }
  }

  void log(std::string_view hook, const std::exception& error) const {
    spdlog::error("websocket hook failed hook={} trace={} error={}", hook,
                  mailbox_->request().trace_id, error.what());
  }

  asio::awaitable<void> read_all() {
    beast::flat_buffer buffer;
    while (true) {
      auto reading = ws_.async_read(buffer, asio::as_tuple(asio::use_awaitable));
      auto [error, size] = co_await std::move(reading);
      if (error) co_return;
      // With the good-bye under way, what still comes in is only read to reach its answer.
      if (!mailbox_->is_closing()) {
        const auto bytes = buffer.cdata();
        const std::string_view text(static_cast<const char*>(bytes.data()), bytes.size());
        auto handing = hand_in(text);
        co_await std::move(handing);
      }
      buffer.consume(buffer.size());
    }
  }

  asio::awaitable<void> hand_in(std::string_view text) {
    if (!ws_.got_text()) {
      close(1003, "text messages only");
      co_return;
    }
    if (!handler_.on_message) co_return;
    bool failed = false;
    try {
      auto handling = handler_.on_message(*mailbox_, text);
      co_await std::move(handling);
    } catch (const std::exception& error) {
      failed = true;
      log("on_message", error);
    }
    if (failed) close(1011, "internal error");
  }

  /// After reading has ended nothing can be sent any more, and the writer must be out of the way.
  asio::awaitable<void> end() {
    ended_ = true;
    cut_timer_.cancel();
    abort();
    while (mailbox_->is_writing()) {
      const bool notified = co_await writer_ended_.wait();
      if (!notified) break;
    }
  }

  asio::awaitable<void> write_all() {
    while (true) {
      auto step = mailbox_->next_step();
      if (step.kind == Mailbox::Step::Kind::stop) break;
      if (step.kind == Mailbox::Step::Kind::good_bye) {
        websocket::close_reason why(static_cast<websocket::close_code>(mailbox_->close_code()),
                                    mailbox_->close_reason());
        auto closing = ws_.async_close(why, asio::as_tuple(asio::use_awaitable));
        co_await std::move(closing);
        continue;
      }
      auto bytes = asio::buffer(*step.text);
      auto writing = ws_.async_write(bytes, asio::as_tuple(asio::use_awaitable));
      auto [error, size] = co_await std::move(writing);
      mailbox_->wrote(step.text->size());
      if (error) mailbox_->detach();
    }
    writer_ended_.notify();
  }

  websocket::stream<beast::tcp_stream, false> ws_;
  const WebSocketHandler& handler_;
  asio::steady_timer cut_timer_;
  net::Signal writer_ended_;
  std::shared_ptr<Mailbox> mailbox_;
  bool ended_ = false;
};

}  // namespace

std::shared_ptr<WebSocketSession> WebSocketSession::make(beast::tcp_stream stream, Request request,
                                                         const WebSocketHandler& handler) {
  return std::make_shared<Upgraded>(std::move(stream), std::move(request), handler);
}

}  // namespace firsthand::http
