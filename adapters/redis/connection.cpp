// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "adapters/asio/deadline.hpp"

namespace firsthand::redis {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Replies = Result<std::vector<Reply>>;

/// The socket and what waits on it. Its reads and writes keep it alive; whoever owns the Connection
/// ends it.
class Connection::Link : public std::enable_shared_from_this<Link> {
 public:
  using Handler = asio::any_completion_handler<void(Replies)>;

  Link(const asio::any_io_executor& executor, const LinkLimits& limits)
      : limits_(limits),
        socket_(executor),
        deadline_timer_(executor),
        ended_timer_(executor, Clock::time_point::max()),
        decoder_(limits.reply) {}

  const LinkLimits& limits() const { return limits_; }
  bool is_open() const { return open_; }
  tcp::socket& socket() { return socket_; }
  asio::steady_timer& ended_timer() { return ended_timer_; }

  void start() {
    open_ = true;
    read();
  }

  void submit(const std::vector<Command>& commands, std::chrono::milliseconds deadline,
              Handler handler, const asio::any_io_executor& waiter) {
    Batch batch{std::move(handler), waiter, Clock::now() + deadline, commands.size(), {}};
    if (!open_) return complete(batch, Failure{Errc::kUnavailable, "no link"});
    if (commands.empty()) return complete(batch, std::vector<Reply>());
    std::size_t bytes = unsent_.size() + sending_.size();
    for (const Command& command : commands) bytes += command.size();
    if (pending_commands_ + commands.size() > limits_.pending_commands_max) {
      return complete(batch, Failure{Errc::kOverloaded, "too many commands wait"});
    }
    if (bytes > limits_.unsent_bytes_max) {
      return complete(batch, Failure{Errc::kOverloaded, "too many bytes wait"});
    }
    for (const Command& command : commands) command.append_to(unsent_);
    pending_commands_ += commands.size();
    watch(batch.deadline);
    pending_.push_back(std::move(batch));
    write();
  }

  void end(const Failure& why) {
    if (ended_) return;
    ended_ = true;
    open_ = false;
    error_code ignored;
    socket_.close(ignored);
    deadline_timer_.cancel();
    ended_timer_.expires_at(Clock::time_point::min());
    std::deque<Batch> waiting = std::move(pending_);
    pending_.clear();
    pending_commands_ = 0;
    for (Batch& batch : waiting) complete(batch, why);
  }

 private:
  struct Batch {
    Handler handler;
    asio::any_io_executor waiter;
    Clock::time_point deadline;
    std::size_t expected;
    std::vector<Reply> replies;
  };

  /// Always posted: a waiter must not run inside submit() or between two replies.
  void complete(Batch& batch, Replies outcome) {
    asio::post(batch.waiter,
               [handler = std::move(batch.handler), outcome = std::move(outcome)]() mutable {
                 std::move(handler)(std::move(outcome));
               });
  }

  void read() {
    socket_.async_read_some(
        asio::buffer(input_), [self = shared_from_this()](error_code ec, std::size_t size) {
          if (ec) return self->end(Failure{Errc::kUnavailable, "link lost: " + ec.message()});
          self->decoder_.feed(std::string_view(self->input_.data(), size));
          if (self->take_replies()) self->read();
        });
  }

  bool take_replies() {
    while (open_) {
      Result<std::optional<Reply>> next = decoder_.next();
      if (!next) {
        end(next.error());
        return false;
      }
      if (!next->has_value()) return true;
      if (pending_.empty()) {
        // Redis says why before it closes a link it will not serve.
        end(next.value()->is_error() ? classify_server_error(next.value()->text)
                                     : Failure{Errc::kProtocol, "a reply nobody asked for"});
        return false;
      }
      Batch& batch = pending_.front();
      batch.replies.push_back(std::move(**next));
      --pending_commands_;
      if (batch.replies.size() < batch.expected) continue;
      complete(batch, std::move(batch.replies));
      pending_.pop_front();
    }
    return false;
  }

  void write() {
    if (!sending_.empty() || unsent_.empty() || !open_) return;
    sending_.swap(unsent_);
    asio::async_write(socket_, asio::buffer(sending_),
                      [self = shared_from_this()](error_code ec, std::size_t) {
                        self->sending_.clear();
                        if (ec) {
                          self->end(Failure{Errc::kUnavailable, "link lost: " + ec.message()});
                        } else {
                          self->write();
                        }
                      });
  }

  /// One timer for all: set to the earliest deadline seen; when it fires, whoever is still there
  /// decides whether the link is over or the timer moves on.
  void watch(Clock::time_point deadline) {
    if (watching_ && watched_ <= deadline) return;
    watching_ = true;
    watched_ = deadline;
    deadline_timer_.expires_at(deadline);
    deadline_timer_.async_wait([self = shared_from_this(), deadline](error_code ec) {
      if (ec || self->ended_ || self->watched_ != deadline) return;
      self->watching_ = false;
      self->check_deadlines();
    });
  }

  void check_deadlines() {
    if (pending_.empty()) return;
    const auto earliest = std::min_element(
        pending_.begin(), pending_.end(),
        [](const Batch& left, const Batch& right) { return left.deadline < right.deadline; });
    if (earliest->deadline <= Clock::now()) {
      return end(Failure{Errc::kDeadline, "no answer in time"});
    }
    watch(earliest->deadline);
  }

  const LinkLimits limits_;
  tcp::socket socket_;
  asio::steady_timer deadline_timer_;
  asio::steady_timer ended_timer_;
  Decoder decoder_;
  std::array<char, 16'384> input_;
  std::string unsent_;
  std::string sending_;
  std::deque<Batch> pending_;
  std::size_t pending_commands_ = 0;
  Clock::time_point watched_;
  bool watching_ = false;
  bool open_ = false;
  bool ended_ = false;
};

Connection::Connection(std::shared_ptr<Link> link) : link_(std::move(link)) {}
Connection::Connection(Connection&&) noexcept = default;

Connection& Connection::operator=(Connection&& other) noexcept {
  if (this == &other) return *this;
  close();
  link_ = std::move(other.link_);
  return *this;
}

Connection::~Connection() {
  close();
}

bool Connection::is_open() const {
  return link_ && link_->is_open();
}

void Connection::close() {
  if (link_) link_->end(Failure{Errc::kUnavailable, "link closed"});
}

asio::awaitable<void> Connection::ended() {
  const std::shared_ptr<Link> link = link_;
  error_code ignored;
  co_await link->ended_timer().async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<Replies> Connection::pipeline(std::vector<Command> commands,
                                              std::chrono::milliseconds deadline) {
  auto initiation = [link = link_, commands = std::move(commands), deadline](auto handler) {
    const asio::any_io_executor waiter = asio::get_associated_executor(handler);
    link->submit(commands, deadline, Link::Handler(std::move(handler)), waiter);
  };
  return asio::async_initiate<const asio::use_awaitable_t<>&, void(Replies)>(std::move(initiation),
                                                                             asio::use_awaitable);
}

asio::awaitable<Result<Reply>> Connection::command(Command command,
                                                   std::chrono::milliseconds deadline) {
  std::vector<Command> one;
  one.push_back(std::move(command));
  auto waiting = pipeline(std::move(one), deadline);
  Replies replies = co_await std::move(waiting);
  if (!replies) co_return std::move(replies).error();
  co_return std::move(replies->front());
}

asio::awaitable<Result<Reply>> Connection::command(Command command) {
  return this->command(std::move(command), link_->limits().command_deadline);
}

asio::awaitable<Result<Connection>> Connection::connect(std::shared_ptr<Link> link,
                                                        Address address) {
  error_code ec;
  tcp::resolver resolver(link->socket().get_executor());
  auto resolving = resolver.async_resolve(address.host, std::to_string(address.port),
                                          asio::redirect_error(asio::use_awaitable, ec));
  const tcp::resolver::results_type found = co_await std::move(resolving);
  if (ec) co_return Failure{Errc::kUnavailable, "resolve: " + ec.message()};
  auto connecting =
      asio::async_connect(link->socket(), found, asio::redirect_error(asio::use_awaitable, ec));
  co_await std::move(connecting);
  if (ec) co_return Failure{Errc::kUnavailable, "connect: " + ec.message()};
  link->socket().set_option(tcp::no_delay(true), ec);
  link->start();

  Connection connection(link);
  std::vector<Command> greeting;
  if (!address.password.empty()) {
    Command auth("AUTH");
    if (!address.user.empty()) auth.add(address.user);
    greeting.push_back(auth.add(address.password));
  }
  if (address.database != 0) greeting.push_back(Command("SELECT", address.database));
  greeting.push_back(Command("PING"));
  auto greeted = connection.pipeline(std::move(greeting), link->limits().connect_deadline);
  Replies replies = co_await std::move(greeted);
  if (!replies) co_return std::move(replies).error();
  for (const Reply& reply : *replies) {
    if (reply.is_error()) co_return classify_server_error(reply.text);
  }
  co_return std::move(connection);
}

asio::awaitable<Result<Connection>> Connection::open(asio::any_io_executor executor,
                                                     Address address, LinkLimits limits) {
  auto link = std::make_shared<Link>(executor, limits);
  std::optional<Failure> late;
  try {
    auto connecting = connect(link, std::move(address));
    auto bounded = net::with_deadline(std::move(connecting), limits.connect_deadline);
    Result<Connection> outcome = co_await std::move(bounded);
    co_return outcome;
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::timed_out) throw;
    late = Failure{Errc::kDeadline, "connect: no answer in time"};
  }
  link->end(*late);
  co_return std::move(*late);
}

}  // namespace firsthand::redis
