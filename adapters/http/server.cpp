// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/server.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>
#include <thread>
#include <utility>

#include "adapters/http/core.hpp"
#include "adapters/http/session.hpp"

namespace firsthand::http {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

/// Accepts connections and hands each to an executor in turn.
class Listener final : public Live, public std::enable_shared_from_this<Listener> {
 public:
  using NextExecutor = std::function<asio::any_io_executor()>;

  Listener(std::shared_ptr<Core> core, const asio::any_io_executor& executor, NextExecutor next)
      : core_(std::move(core)), acceptor_(executor), rest_(executor), next_(std::move(next)) {}

  ~Listener() override { core_->exit(this); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  boost::system::result<std::uint16_t> listen(const std::string& address, std::uint16_t port) {
    error_code error;
    const auto ip = asio::ip::make_address(address, error);
    if (error) return error;
    const tcp::endpoint endpoint(ip, port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return error;
    return acceptor_.local_endpoint().port();
  }

  void drain() override {
    asio::dispatch(acceptor_.get_executor(), [self = shared_from_this()] {
      error_code ignored;
      self->acceptor_.close(ignored);
      self->rest_.cancel();
    });
  }
  void abort() override { drain(); }

  asio::awaitable<void> run() {
    auto self = shared_from_this();
    auto pause = kPauseLeast;
    while (acceptor_.is_open()) {
      auto executor = next_();
      auto accepting = acceptor_.async_accept(executor, asio::as_tuple(asio::use_awaitable));
      auto [error, socket] = co_await std::move(accepting);
      if (!acceptor_.is_open()) break;
      if (!error) {
        pause = kPauseLeast;
        welcome(std::move(socket));
        continue;
      }
      // Out of descriptors or memory: the waiting client stays in the kernel's queue meanwhile, and
      // trying again at once would only burn the processor.
      core_->accept_failures.add();
      if (pause == kPauseLeast) spdlog::error("accept failed error={}", error.message());
      rest_.expires_after(pause);
      pause = std::min(pause * 2, kPauseMost);
      auto resting = rest_.async_wait(asio::as_tuple(asio::use_awaitable));
      co_await std::move(resting);
    }
  }

 private:
  static constexpr std::chrono::milliseconds kPauseLeast{20};
  static constexpr std::chrono::milliseconds kPauseMost{1000};

  void welcome(tcp::socket socket) {
    error_code error;
    const auto remote = socket.remote_endpoint(error);
    if (error) return;  // gone already
    if (!core_->admit(remote.address())) {
      core_->sockets_refused.add();
      return;  // closing is all a flood is worth
    }
    const auto executor = socket.get_executor();
    auto session = std::make_shared<Session>(core_, std::move(socket), remote.address());
    core_->enter(session);
    asio::co_spawn(executor, session->run(), [session](std::exception_ptr failure) {
      if (!failure) return;
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception& e) {
        spdlog::error("connection failed error={}", e.what());
      }
    });
  }

  std::shared_ptr<Core> core_;
  tcp::acceptor acceptor_;
  asio::steady_timer rest_;
  NextExecutor next_;
};

}  // namespace

struct Server::Impl {
  // The order is the order of shutdown backwards: threads end before their contexts go.
  std::shared_ptr<Core> core;
  std::vector<std::unique_ptr<asio::io_context>> contexts;
  std::vector<asio::executor_work_guard<asio::io_context::executor_type>> work;
  std::vector<std::thread> threads;
  bool started = false;

  boost::system::result<std::uint16_t> listen(const asio::any_io_executor& executor,
                                              Listener::NextExecutor next) {
    if (std::exchange(started, true)) throw std::logic_error("the server is already started");
    auto listener = std::make_shared<Listener>(core, executor, std::move(next));
    const auto port = listener->listen(core->options.address, core->options.port);
    if (!port) return port;
    core->enter(listener);
    asio::co_spawn(executor, listener->run(), [listener](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
    return port;
  }
};

Server::Server(ServerOptions options, const Router& router, metrics::Registry& registry)
    : impl_(std::make_unique<Impl>()) {
  impl_->core = std::make_shared<Core>(std::move(options), router, registry);
}

Server::~Server() {
  stop(0ms);
}

void Server::set_guard(Guard guard) {
  impl_->core->guard = std::move(guard);
}

void Server::add_websocket(WebSocketHandler handler) {
  auto path = handler.path;
  impl_->core->websockets.insert_or_assign(std::move(path), std::move(handler));
}

void Server::set_static_files(StaticFiles files) {
  impl_->core->files = std::make_unique<StaticFiles>(std::move(files));
}

boost::system::result<std::uint16_t> Server::start() {
  auto& contexts = impl_->contexts;
  const auto count = std::max(1U, impl_->core->options.threads);
  for (unsigned i = 0; i < count; ++i) {
    contexts.push_back(std::make_unique<asio::io_context>(1));
    impl_->work.push_back(asio::make_work_guard(*contexts.back()));
  }
  // Called from the accept loop alone, so the counter needs no lock.
  auto next = [&contexts, turn = std::size_t{0}]() mutable -> asio::any_io_executor {
    return contexts[turn++ % contexts.size()]->get_executor();
  };
  const auto port = impl_->listen(contexts.front()->get_executor(), std::move(next));
  if (!port) return port;
  for (auto& context : contexts) impl_->threads.emplace_back([&context] { context->run(); });
  return port;
}

boost::system::result<std::uint16_t> Server::start(asio::io_context& io) {
  auto next = [&io]() -> asio::any_io_executor { return asio::make_strand(io); };
  return impl_->listen(asio::make_strand(io), std::move(next));
}

void Server::stop(std::chrono::milliseconds grace) {
  if (impl_->threads.empty()) return;
  impl_->core->begin_drain();
  if (!impl_->core->wait_empty(grace)) {
    impl_->core->abort_all();
    // What is left are handlers at work; their own deadlines end them.
    if (!impl_->core->wait_empty(30s)) spdlog::error("http shutdown: handlers still running");
  }
  impl_->work.clear();
  for (auto& context : impl_->contexts) context->stop();
  for (auto& thread : impl_->threads) thread.join();
  impl_->threads.clear();
}

asio::awaitable<void> Server::shutdown(std::chrono::milliseconds grace) {
  auto core = impl_->core;
  core->begin_drain();
  auto waiting = core->async_wait_empty(grace);
  const bool empty = co_await std::move(waiting);
  if (empty) co_return;
  core->abort_all();
  auto last = core->async_wait_empty(30s);
  const bool ended = co_await std::move(last);
  if (!ended) spdlog::error("http shutdown: handlers still running");
}

}  // namespace firsthand::http
