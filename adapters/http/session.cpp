// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/session.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "adapters/http/body.hpp"

namespace firsthand::http {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kReadBytes = 16 * 1024;
constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::size_t kLingerBytes = 256 * 1024;
constexpr std::chrono::seconds kLingerTime{1};

Response to_response(const GateRefusal& refusal) {
  auto response =
      Response::problem(refusal.status, std::string(refusal.code), std::string(refusal.sentence));
  if (refusal.status == 405) response.add_header("Allow", std::string(kMethods));
  response.close = true;
  return response;
}

}  // namespace

Session::Session(std::shared_ptr<Core> core, tcp::socket socket, asio::ip::address peer)
    : core_(std::move(core)),
      executor_(socket.get_executor()),
      stream_(std::move(socket)),
      peer_(std::move(peer)),
      buffer_(kBufferBytes) {}

Session::~Session() {
  core_->leave(peer_);
  core_->exit(this);
}

void Session::drain() {
  asio::dispatch(executor_, [self = shared_from_this()] {
    if (self->websocket_) {
      self->websocket_->close(1012, "service restart");
    } else if (self->waiting_) {
      self->stream_.close();
    }
  });
}

void Session::abort() {
  asio::dispatch(executor_, [self = shared_from_this()] {
    if (self->websocket_) {
      self->websocket_->abort();
    } else {
      self->stream_.close();
    }
  });
}

asio::awaitable<void> Session::run() {
  auto self = shared_from_this();
  error_code ignored;
  stream_.socket().set_option(tcp::no_delay(true), ignored);
  bool more = true;
  while (more) {
    auto serving = serve_one();
    more = co_await std::move(serving);
    more = more && !core_->draining() && ++requests_ < core_->options.requests_per_socket_max;
  }
  if (!websocket_) stream_.close();
}

std::string_view Session::buffered() const {
  const auto bytes = buffer_.cdata();
  return {static_cast<const char*>(bytes.data()), bytes.size()};
}

asio::awaitable<bool> Session::serve_one() {
  std::optional<GateRefusal> refusal;
  auto reading = read_header(refusal);
  const auto size = co_await std::move(reading);
  if (size == 0 && !refusal) co_return false;
  request_started_ = Clock::now();
  operation_ = "refused";
  // The header is copied here, before any body byte is looked at: nothing later can add to it.
  const std::string raw(buffered().substr(0, size));
  buffer_.consume(size);
  Head head;
  if (!refusal) {
    auto parsed = parse_head(raw, core_->options.gate);
    if (parsed.has_value()) {
      head = std::move(*parsed);
    } else {
      refusal = parsed.error();
    }
  }
  if (!refusal && head.body == BodyKind::none && buffer_.size() > 0)
    refusal = GateRefusal{10, 400, "pipelining", "Send the next request after the answer."};
  if (refusal) {
    auto refusing = refuse(*refusal);
    const bool more = co_await std::move(refusing);
    co_return more;
  }
  auto request = make_request(head);
  auto answering = answer(request, head, raw);
  const bool more = co_await std::move(answering);
  co_return more;
}

asio::awaitable<bool> Session::read_more(std::size_t most) {
  auto space = buffer_.prepare(most);
  auto reading = stream_.async_read_some(space, asio::as_tuple(asio::use_awaitable));
  auto [error, size] = co_await std::move(reading);
  if (error) co_return false;
  buffer_.commit(size);
  co_return true;
}

/// The size of the header at the front of the buffer; 0 when the client went away or was too slow.
asio::awaitable<std::size_t> Session::read_header(std::optional<GateRefusal>& refusal) {
  const auto& options = core_->options;
  bool started = false;
  while (true) {
    const auto scan = scan_header(buffered(), options.gate);
    refusal = scan.refusal;
    if (refusal || scan.size > 0) co_return scan.size;
    if (buffer_.size() > 0 && !started) {
      started = true;
      stream_.expires_after(options.header_deadline);
    } else if (!started) {
      // A new connection is made to be used; one that was used may rest.
      stream_.expires_after(requests_ == 0 ? options.header_deadline : options.idle);
    }
    waiting_ = !started;
    auto reading = read_more(kReadBytes);
    const bool got = co_await std::move(reading);
    waiting_ = false;
    if (!got) co_return 0;
  }
}

Request Session::make_request(Head& head) const {
  Request request;
  const auto caller = take_caller(peer_, head.headers, core_->options.trusted_proxies);
  request.method = head.method;
  request.target = head.target;
  request.path = head.path;
  request.query = std::move(head.query);
  request.headers = std::move(head.headers);
  request.host = head.host;
  request.client_address = caller.address;
  request.secure = caller.secure;
  request.trace_id = new_trace_id();
  return request;
}

/// False without `refused` when the client went away or was too slow.
asio::awaitable<bool> Session::read_body(const Head& head, std::string_view raw, std::size_t limit,
                                         std::string& body, Refused& refused) {
  const auto& options = core_->options;
  std::optional<GateRefusal> refusal;
  BodyReader reader(raw, limit);
  if (reader.state() == BodyReader::State::need_more && head.expects_continue &&
      buffer_.size() == 0) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    stream_.expires_after(options.write_deadline);
    auto bytes = asio::buffer(kContinue);
    auto writing = asio::async_write(stream_, bytes, asio::as_tuple(asio::use_awaitable));
    auto [error, size] = co_await std::move(writing);
    if (error) co_return false;
  }
  const auto started = Clock::now();
  std::size_t received = buffer_.size();
  while (true) {
    buffer_.consume(reader.feed(buffered()));
    if (reader.state() != BodyReader::State::need_more) break;
    // Whoever sends slower than the rate runs into a deadline that does not move fast enough.
    const auto earned =
        std::chrono::milliseconds(received * 1000 / options.body_bytes_per_second_min);
    stream_.expires_at(started + options.body_grace + earned);
    const auto before = buffer_.size();
    auto reading = read_more(kReadBytes);
    const bool got = co_await std::move(reading);
    if (!got) co_return false;
    received += buffer_.size() - before;
  }
  if (reader.state() == BodyReader::State::failed) {
    refusal = reader.refusal();
  } else if (buffer_.size() > 0) {
    refusal = GateRefusal{10, 400, "pipelining", "Send the next request after the answer."};
  }
  if (refusal) {
    core_->count_refusal(refusal->rule);
    refused = to_response(*refusal);
    co_return false;
  }
  body = reader.take();
  co_return true;
}

asio::awaitable<bool> Session::refuse(const GateRefusal& refusal) {
  core_->count_refusal(refusal.rule);
  spdlog::debug("gate refused rule={} code={}", refusal.rule, refusal.code);
  auto replying = reply(to_response(refusal), nullptr, false);
  const bool more = co_await std::move(replying);
  co_return more;
}

/// Something sent before the answer is pipelining, which ends the connection.
bool Session::others_wait() {
  error_code error;
  return stream_.socket().available(error) > 0 && !error;
}

asio::awaitable<bool> Session::reply(Response response, const Request* request, bool keep_alive) {
  if (response.details) {
    if (response.details->instance.empty())
      response.details->instance = request != nullptr ? request->trace_id : new_trace_id();
    response.body = to_json(*response.details);
  }
  keep_alive = keep_alive && !response.close && !core_->draining() && !others_wait();
  HeadStyle style;
  style.keep_alive = keep_alive;
  style.secure = request != nullptr && request->secure;
  style.html_policy = core_->options.html_policy;
  const auto head = render_head(response, style);
  const bool head_only = request != nullptr && request->method == "HEAD";
  const bool bodiless = head_only || response.status == 204 || response.status == 304;
  const std::string& body = response.shared_body ? *response.shared_body : response.body;
  std::array<asio::const_buffer, 2> bytes;
  bytes[0] = asio::buffer(head);
  if (!bodiless) bytes[1] = asio::buffer(body);
  stream_.expires_after(core_->options.write_deadline);
  auto writing = asio::async_write(stream_, bytes, asio::as_tuple(asio::use_awaitable));
  auto [error, size] = co_await std::move(writing);
  const std::chrono::duration<double> took = Clock::now() - request_started_;
  core_->count_request(operation_, response.status, took.count());
  spdlog::debug("http operation={} status={} ms={:.1f}", operation_, response.status,
                took.count() * 1000);
  if (error) co_return false;
  if (!keep_alive) {
    auto lingering = linger();
    co_await std::move(lingering);
  }
  co_return keep_alive;
}

/// Closing with unread bytes resets the connection and can destroy the answer on its way, so what
/// still comes is read for a moment and thrown away.
asio::awaitable<void> Session::linger() {
  error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kLingerTime);
  std::size_t thrown_away = 0;
  while (thrown_away < kLingerBytes) {
    buffer_.clear();
    auto reading = read_more(kReadBytes);
    const bool got = co_await std::move(reading);
    if (!got) break;
    thrown_away += buffer_.size();
  }
}

}  // namespace firsthand::http
