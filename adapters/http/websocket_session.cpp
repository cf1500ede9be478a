// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/websocket_session.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <mutex>

#include "adapters/asio/signal.hpp"

namespace firsthand::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

namespace {

using Text = std::shared_ptr<const std::string>;

class Upgraded final : public WebSocketSession, public std::enable_shared_from_this<Upgraded> {
 public:
  Upgraded(beast::tcp_stream stream, Request request, const WebSocketHandler& handler)
      : ws_(std::move(stream)),
        request_(std::move(request)),
        handler_(handler),
        cut_timer_(ws_.get_executor()),
        writer_ended_(ws_.get_executor()) {}

  bool send(Text text) override {
    bool start = false;
    bool overflow = false;
    {
      const std::scoped_lock lock(mutex_);
      if (closing_) return false;
      overflow = queued_bytes_ + text->size() > handler_.limits.queue_bytes_max;
      if (!overflow) {
        queued_bytes_ += text->size();
        queue_.push_back(std::move(text));
        start = !std::exchange(writing_, true);
      }
    }
    if (start) start_writer();
    // Holding more for a reader that does not keep up would only make it later still.
    if (overflow) begin_close(1013, "try again later", true);
    return !overflow;
  }

  void close(std::uint16_t code, std::string reason) override {
    begin_close(code, std::move(reason), false);
  }

  const Request& request() const override { return request_; }

  void abort() override {
    {
      const std::scoped_lock lock(mutex_);
      closing_ = true;
    }
    beast::get_lowest_layer(ws_).close();
  }

  asio::awaitable<void> run() override {
    auto self = shared_from_this();
    set_up();
    auto accepting = ws_.async_accept(as_beast(request_), asio::as_tuple(asio::use_awaitable));
    auto [refused] = co_await std::move(accepting);
    if (refused) co_return;
    bool opened = false;
    try {
      if (handler_.on_open) handler_.on_open(self);
      opened = true;
    } catch (const std::exception& error) {
      spdlog::error("websocket on_open failed trace={} error={}", request_.trace_id, error.what());
    }
    if (!opened) close(1011, "internal error");
    auto reading = read_all();
    co_await std::move(reading);
    auto ending = end();
    co_await std::move(ending);
    try {
      if (opened && handler_.on_close) handler_.on_close(*this);
    } catch (const std::exception& error) {
      spdlog::error("websocket on_close failed trace={} error={}", request_.trace_id, error.what());
    }
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

  asio::awaitable<void> read_all() {
    beast::flat_buffer buffer;
    while (true) {
      auto reading = ws_.async_read(buffer, asio::as_tuple(asio::use_awaitable));
      auto [error, size] = co_await std::move(reading);
      if (error) co_return;
      if (is_closing()) {
        // The good-bye is under way: what still comes in is only read to reach its answer.
        buffer.consume(buffer.size());
        continue;
      }
      if (!ws_.got_text()) {
        close(1003, "text messages only");
      } else if (handler_.on_message) {
        const auto bytes = buffer.cdata();
        const std::string_view text(static_cast<const char*>(bytes.data()), bytes.size());
        auto handing = hand_in(text);
        co_await std::move(handing);
      }
      buffer.consume(buffer.size());
    }
  }

  asio::awaitable<void> hand_in(std::string_view text) {
    bool failed = false;
    try {
      auto handling = handler_.on_message(*this, text);
      co_await std::move(handling);
    } catch (const std::exception& error) {
      failed = true;
      spdlog::error("websocket on_message failed trace={} error={}", request_.trace_id,
                    error.what());
    }
    if (failed) close(1011, "internal error");
  }

  /// After reading has ended: nothing can be sent any more, and the writer must be out of the way.
  asio::awaitable<void> end() {
    abort();
    while (is_writing()) {
      const bool notified = co_await writer_ended_.wait();
      if (!notified) break;
    }
    cut_timer_.cancel();
  }

  bool is_writing() const {
    const std::scoped_lock lock(mutex_);
    return writing_;
  }

  bool is_closing() const {
    const std::scoped_lock lock(mutex_);
    return closing_;
  }

  void start_writer() {
    auto self = shared_from_this();
    // as_tuple keeps the writer from throwing; what is left is out of memory, which ends the
    // program.
    asio::co_spawn(ws_.get_executor(), write_all(), [self](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
    });
  }

  void begin_close(std::uint16_t code, std::string reason, bool drop_queue) {
    bool start = false;
    {
      const std::scoped_lock lock(mutex_);
      if (closing_) return;
      closing_ = true;
      close_code_ = code;
      // A control frame holds 123 bytes of reason.
      close_reason_ = reason.substr(0, 120);
      say_good_bye_ = true;
      if (drop_queue) queue_.clear();
      start = !std::exchange(writing_, true);
    }
    if (start) start_writer();
    // A peer that neither reads nor answers must not keep the connection.
    asio::dispatch(ws_.get_executor(), [self = shared_from_this()] {
      self->cut_timer_.expires_after(self->handler_.limits.close_grace);
      self->cut_timer_.async_wait([self](boost::system::error_code error) {
        if (!error) beast::get_lowest_layer(self->ws_).close();
      });
    });
  }

  struct Step {
    enum class Kind { write, good_bye, stop };
    Kind kind;
    Text text;
  };

  // One look under the lock decides, so that a writer that ends and a sender that starts the next
  // one can never both believe to be the only one.
  Step next_step() {
    const std::scoped_lock lock(mutex_);
    if (!queue_.empty()) {
      Step step{Step::Kind::write, std::move(queue_.front())};
      queue_.pop_front();
      return step;
    }
    if (std::exchange(say_good_bye_, false)) return {Step::Kind::good_bye, nullptr};
    writing_ = false;
    return {Step::Kind::stop, nullptr};
  }

  void wrote(std::size_t size, bool failed) {
    const std::scoped_lock lock(mutex_);
    queued_bytes_ -= size;
    if (!failed) return;
    closing_ = true;
    queue_.clear();
    say_good_bye_ = false;
  }

  asio::awaitable<void> write_all() {
    while (true) {
      auto step = next_step();
      if (step.kind == Step::Kind::stop) break;
      if (step.kind == Step::Kind::good_bye) {
        websocket::close_reason why(static_cast<websocket::close_code>(close_code_), close_reason_);
        auto closing = ws_.async_close(why, asio::as_tuple(asio::use_awaitable));
        co_await std::move(closing);
        continue;
      }
      auto bytes = asio::buffer(*step.text);
      auto writing = ws_.async_write(bytes, asio::as_tuple(asio::use_awaitable));
      auto [error, size] = co_await std::move(writing);
      wrote(step.text->size(), static_cast<bool>(error));
    }
    writer_ended_.notify();
  }

  websocket::stream<beast::tcp_stream, false> ws_;
  const Request request_;
  const WebSocketHandler& handler_;
  asio::steady_timer cut_timer_;
  net::Signal writer_ended_;

  mutable std::mutex mutex_;  // guards the rest
  std::deque<Text> queue_;
  std::size_t queued_bytes_ = 0;
  bool writing_ = false;  // a writer runs
  bool closing_ = false;
  bool say_good_bye_ = false;
  std::uint16_t close_code_ = 1000;
  std::string close_reason_;
};

}  // namespace

std::shared_ptr<WebSocketSession> WebSocketSession::make(beast::tcp_stream stream, Request request,
                                                         const WebSocketHandler& handler) {
  return std::make_shared<Upgraded>(std::move(stream), std::move(request), handler);
}

}  // namespace firsthand::http
