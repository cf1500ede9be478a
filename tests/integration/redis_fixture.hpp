// SPDX-License-Identifier: Apache-2.0
// A Redis of the test's own, an io_context run by the test itself, and clients on it. Everything
// waits for a condition with a deadline; nothing sleeps.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "adapters/redis/client.hpp"
#include "tests/support/redis_server.hpp"

namespace firsthand::redis {

class RedisFixture : public ::testing::Test {
 protected:
  static constexpr std::chrono::seconds kPatience{20};

  void SetUp() override {
    if (!test::has_redis_server()) GTEST_SKIP() << "no redis-server on this machine";
    server_ = std::make_unique<test::RedisServer>(server_options());
  }

  void TearDown() override {
    for (const auto& client : clients_) client->stop();
    EXPECT_TRUE(eventually([this] { return running_ == 0; })) << "a client did not stop";
  }

  virtual test::RedisServerOptions server_options() { return test::RedisServerOptions(); }

  test::RedisServer& server() { return *server_; }

  ClientOptions options() {
    ClientOptions options;
    options.address = parse_url(server_->url()).value();
    // Short, so that a test of reconnecting is quick.
    options.backoff_min = std::chrono::milliseconds(10);
    options.backoff_max = std::chrono::milliseconds(100);
    // Long: the machine that runs the tests may be busy.
    options.limits.command_deadline = std::chrono::seconds(10);
    options.limits.connect_deadline = std::chrono::seconds(10);
    return options;
  }

  Client& start_client(ClientOptions options) {
    clients_.push_back(std::make_unique<Client>(io_.get_executor(), std::move(options)));
    Client& client = *clients_.back();
    spawn(client.run());
    return client;
  }

  /// A client that is up.
  Client& client() {
    Client& client = start_client(options());
    if (!eventually([&client] { return client.up(); })) throw std::runtime_error("no Redis");
    return client;
  }

  void spawn(boost::asio::awaitable<void> work) {
    ++running_;
    boost::asio::co_spawn(io_, std::move(work), [this](std::exception_ptr thrown) {
      --running_;
      if (thrown) std::rethrow_exception(thrown);
    });
  }

  /// Runs the loop until the work is done and gives its value.
  template <class T>
  T await(boost::asio::awaitable<T> work) {
    std::optional<T> value;
    auto inner = into(std::move(work), value);
    spawn(std::move(inner));
    if (!eventually([&value] { return value.has_value(); })) {
      throw std::runtime_error("the awaited work did not end");
    }
    return std::move(*value);
  }

  bool eventually(const std::function<bool()>& holds) {
    const auto limit = std::chrono::steady_clock::now() + kPatience;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > limit) return false;
      if (io_.stopped()) io_.restart();
      io_.run_one_for(std::chrono::milliseconds(5));
    }
    return true;
  }

  boost::asio::io_context io_;

 private:
  template <class T>
  static boost::asio::awaitable<void> into(boost::asio::awaitable<T> work,
                                           std::optional<T>& value) {
    T got = co_await std::move(work);
    value.emplace(std::move(got));
  }

  std::unique_ptr<test::RedisServer> server_;
  std::vector<std::unique_ptr<Client>> clients_;
  int running_ = 0;
};

}  // namespace firsthand::redis
