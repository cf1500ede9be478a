// SPDX-License-Identifier: Apache-2.0
#include "adapters/asio/net/http_client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <deque>
#include <list>
#include <set>

#include "adapters/asio/net/connect.hpp"

namespace firsthand::net {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Wire = http::request<http::string_body>;

std::string_view HttpReply::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (beast::iequals(key, name)) return value;
  return {};
}

namespace {

struct Connection {
  explicit Connection(const asio::any_io_executor& executor) : stream(executor) {}
  beast::tcp_stream stream;
  beast::flat_buffer buffer;
  Clock::time_point last_used;
};

/// A peer that has closed, or that speaks without being asked, cannot be reused.
bool is_quiet(tcp::socket& socket) {
  error_code error;
  socket.non_blocking(true, error);
  if (error) return false;
  char byte = 0;
  socket.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, error);
  return error == asio::error::would_block;
}

bool may_repeat(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE";
}

struct Waiter {
  explicit Waiter(const asio::any_io_executor& executor) : timer(executor) {}
  asio::steady_timer timer;
  bool granted = false;
};

}  // namespace

struct HttpClient::Pool {
  Pool(const asio::any_io_executor& ex, HttpClientOptions given)
      : executor(ex), options(std::move(given)) {}

  /// Holds one of the places of the pool and gives it back, whatever happens.
  struct Place {
    explicit Place(Pool& owner) : pool(owner) {}
    ~Place() {
      if (held) pool.give_back_place();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    Pool& pool;
    bool held = false;
  };

  /// Lends a connection to a request; unless kept, it is closed at the end.
  struct Loan {
    Loan(Pool& owner, std::unique_ptr<Connection> lent) : pool(owner), connection(std::move(lent)) {
      pool.busy.insert(connection.get());
    }
    ~Loan() { pool.busy.erase(connection.get()); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    void keep() {
      pool.busy.erase(connection.get());
      if (pool.closed) return;
      connection->last_used = Clock::now();
      pool.idle.push_back(std::move(connection));
    }
    Pool& pool;
    std::unique_ptr<Connection> connection;
  };

  asio::awaitable<error_code> take_place(Place& place, Clock::time_point until) {
    if (closed) co_return error_code(asio::error::operation_aborted);
    if (in_use < options.connections_max) {
      ++in_use;
      place.held = true;
      co_return error_code();
    }
    if (waiting.size() >= options.waiting_max) co_return error_code(asio::error::no_buffer_space);
    Waiter waiter(executor);
    waiter.timer.expires_at(until);
    waiting.push_back(&waiter);
    struct Leave {
      Pool& pool;
      Waiter& waiter;
      ~Leave() { pool.waiting.remove(&waiter); }
    } leave{*this, waiter};
    auto turn = waiter.timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await std::move(turn);
    place.held = waiter.granted;
    if (closed) co_return error_code(asio::error::operation_aborted);
    if (!waiter.granted) co_return error_code(asio::error::timed_out);
    co_return error_code();
  }

  void give_back_place() {
    for (auto* waiter : waiting) {
      if (waiter->granted) continue;
      // The place goes over directly, so nobody can slip in between.
      waiter->granted = true;
      waiter->timer.cancel();
      return;
    }
    --in_use;
  }

  std::unique_ptr<Connection> take_idle() {
    while (!idle.empty()) {
      // The most recently used is the most likely to be alive.
      auto connection = std::move(idle.back());
      idle.pop_back();
      const bool fresh = Clock::now() - connection->last_used < options.idle_max;
      if (fresh && is_quiet(connection->stream.socket())) return connection;
    }
    return nullptr;
  }

  asio::awaitable<boost::system::result<HttpReply>> talk(Connection& connection, const Wire& wire,
                                                         bool& reusable, bool& answered) {
    reusable = false;
    answered = false;
    auto writing = http::async_write(connection.stream, wire, asio::as_tuple(asio::use_awaitable));
    auto [write_error, written] = co_await std::move(writing);
    if (write_error) co_return error_code(write_error);
    http::response_parser<http::string_body> parser;
    parser.body_limit(options.response_bytes_max);
    parser.skip(wire.method() == http::verb::head);
    auto reading = http::async_read(connection.stream, connection.buffer, parser,
                                    asio::as_tuple(asio::use_awaitable));
    auto [read_error, got] = co_await std::move(reading);
    answered = got > 0;
    if (read_error) co_return error_code(read_error);
    auto& message = parser.get();
    HttpReply reply;
    reply.status = static_cast<int>(message.result_int());
    for (const auto& field : message)
      reply.headers.emplace_back(field.name_string(), field.value());
    reply.body = std::move(message.body());
    reusable = parser.keep_alive() && connection.buffer.size() == 0;
    co_return reply;
  }

  asio::any_io_executor executor;
  HttpClientOptions options;
  std::deque<std::unique_ptr<Connection>> idle;
  std::set<Connection*> busy;
  std::list<Waiter*> waiting;
  std::size_t in_use = 0;
  bool closed = false;
};

namespace {

Wire make_wire(const HttpClientOptions& options, const std::string& method,
               const std::string& target, const Headers& headers, std::string body) {
  Wire wire;
  wire.method_string(method);
  wire.target(target);
  wire.version(11);
  wire.set(http::field::host, options.host + ":" + std::to_string(options.port));
  for (const auto& [name, value] : options.headers) wire.set(name, value);
  for (const auto& [name, value] : headers) wire.set(name, value);
  wire.keep_alive(true);
  wire.body() = std::move(body);
  if (!wire.body().empty() || method == "POST" || method == "PUT" || method == "PATCH")
    wire.prepare_payload();
  return wire;
}

bool is_timeout(const error_code& error) {
  return error == beast::error::timeout;
}

}  // namespace

HttpClient::HttpClient(const asio::any_io_executor& executor, HttpClientOptions options)
    : pool_(std::make_shared<Pool>(executor, std::move(options))) {}

HttpClient::~HttpClient() {
  close();
}

void HttpClient::close() {
  pool_->closed = true;
  pool_->idle.clear();
  for (auto* connection : pool_->busy) connection->stream.close();
  for (auto* waiter : pool_->waiting) waiter->timer.cancel();
}

asio::awaitable<boost::system::result<HttpReply>> HttpClient::request(std::string method,
                                                                      std::string target,
                                                                      Headers headers,
                                                                      std::string body) {
  return request(std::move(method), std::move(target), std::move(headers), std::move(body),
                 pool_->options.deadline);
}

asio::awaitable<boost::system::result<HttpReply>> HttpClient::request(
    std::string method, std::string target, Headers headers, std::string body,
    std::chrono::milliseconds deadline) {
  auto pool = pool_;
  const auto until = Clock::now() + deadline;
  Pool::Place place(*pool);
  const auto refused = co_await pool->take_place(place, until);
  if (refused) co_return refused;

  const auto wire = make_wire(pool->options, method, target, headers, std::move(body));
  bool reused = true;
  while (true) {
    // A second round always uses a new connection, so this loop runs at most twice.
    auto idle = reused ? pool->take_idle() : nullptr;
    reused = idle != nullptr;
    if (!idle) idle = std::make_unique<Connection>(pool->executor);
    Pool::Loan loan(*pool, std::move(idle));
    auto& stream = loan.connection->stream;
    if (!reused) {
      auto connecting = connect_stream(stream, pool->options.host, pool->options.port, until);
      const auto connect_error = co_await std::move(connecting);
      if (connect_error) co_return connect_error;
      error_code ignored;
      stream.socket().set_option(tcp::no_delay(true), ignored);
    }
    if (pool->closed) co_return error_code(asio::error::operation_aborted);
    stream.expires_at(until);
    bool reusable = false;
    bool answered = false;
    auto talking = pool->talk(*loan.connection, wire, reusable, answered);
    auto reply = co_await std::move(talking);
    stream.expires_never();
    if (reply.has_value()) {
      if (reusable) loan.keep();
      co_return reply;
    }
    if (is_timeout(reply.error())) co_return error_code(asio::error::timed_out);
    if (pool->closed) co_return error_code(asio::error::operation_aborted);
    if (!(reused && !answered && may_repeat(method))) co_return reply;
    reused = false;
  }
}

}  // namespace firsthand::net
