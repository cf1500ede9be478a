// SPDX-License-Identifier: Apache-2.0
// A Redis that comes and goes: one shared pipelined connection, opened again for as long as run()
// runs. While it is away every command fails at once with kUnavailable; nothing is kept for later,
// because nothing here is worth keeping (PostgreSQL owns every fact).
//
// Thread: construct, run and call everything on the one serial executor given (one thread or a
// strand). Callbacks run there too. The client outlives its callers and its run().
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/asio/backoff.hpp"
#include "adapters/redis/connection.hpp"
#include "adapters/redis/keys.hpp"
#include "adapters/redis/scripts.hpp"

namespace firsthand::redis {

struct ClientOptions {
  Address address;
  LinkLimits limits;
  std::string key_prefix = "fh";
  std::chrono::milliseconds backoff_min{100};
  std::chrono::milliseconds backoff_max{5'000};
};

class Client {
 public:
  Client(boost::asio::any_io_executor executor, ClientOptions options);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Keeps the link until stop() or cancellation.
  boost::asio::awaitable<void> run();
  void stop();

  bool up() const { return up_; }
  /// Adds a listener for up (true) and down (false), each called once per change.
  void on_state(std::function<void(bool)> listener) { listeners_.push_back(std::move(listener)); }
  /// Sentences for the operator: why a connection failed, a Redis that may evict keys.
  void on_warning(std::function<void(std::string_view)> listener) { warn_ = std::move(listener); }
  /// As found when last connected; anything but "noeviction" was warned about.
  const std::string& eviction_policy() const { return eviction_policy_; }

  /// Error replies come back as failures: kUnavailable when Redis cannot serve now, else kServer.
  boost::asio::awaitable<Result<Reply>> command(Command command);
  /// Sent together. Error replies stay in the vector.
  boost::asio::awaitable<Result<std::vector<Reply>>> pipeline(std::vector<Command> commands);
  /// EVALSHA; a Redis that has forgotten the script is given it again once.
  boost::asio::awaitable<Result<Reply>> eval(const Script& script, std::vector<std::string> keys,
                                             std::vector<std::string> args);
  /// A connection of one's own, for commands that block. Does not need the shared one.
  boost::asio::awaitable<Result<Connection>> dedicated();
  /// Redis' clock, to compare with this node's.
  boost::asio::awaitable<Result<std::int64_t>> server_time_ms();

  const boost::asio::any_io_executor& executor() const { return executor_; }
  const ClientOptions& options() const { return options_; }
  Keys keys(std::string_view tag) const { return Keys(options_.key_prefix, tag); }

 private:
  boost::asio::awaitable<void> serve(Connection connection);
  boost::asio::awaitable<void> check_eviction_policy();
  void set_up(bool up);
  void warn(std::string_view sentence);
  Result<Reply> judge(Result<Reply> reply);

  boost::asio::any_io_executor executor_;
  ClientOptions options_;
  net::Backoff backoff_;
  boost::asio::steady_timer pause_;
  std::optional<Connection> connection_;
  std::vector<std::function<void(bool)>> listeners_;
  std::function<void(std::string_view)> warn_;
  std::string eviction_policy_;
  std::string last_warning_;
  bool up_ = false;
  bool stopping_ = false;
};

}  // namespace firsthand::redis
