// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/client.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace firsthand::redis {

namespace asio = boost::asio;

Client::Client(asio::any_io_executor executor, ClientOptions options)
    : executor_(executor),
      options_(std::move(options)),
      backoff_(options_.backoff_min, options_.backoff_max),
      pause_(executor) {}

asio::awaitable<void> Client::run() {
  while (!stopping_) {
    auto opening = Connection::open(executor_, options_.address, options_.limits);
    Result<Connection> opened = co_await std::move(opening);
    if (stopping_) co_return;
    if (opened) {
      backoff_.reset();
      auto serving = serve(std::move(*opened));
      co_await std::move(serving);
    } else {
      warn("redis: " + opened.error().detail);
    }
    if (stopping_) co_return;
    pause_.expires_after(backoff_.next());
    boost::system::error_code woken;
    co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

asio::awaitable<void> Client::serve(Connection connection) {
  // Down however this ends, cancellation included.
  struct Down {
    Client& client;
    ~Down() {
      client.connection_.reset();
      client.set_up(false);
    }
  } const down{*this};
  connection_.emplace(std::move(connection));
  last_warning_.clear();
  co_await check_eviction_policy();
  if (!connection_->is_open()) co_return;
  set_up(true);
  co_await connection_->ended();
}

void Client::stop() {
  stopping_ = true;
  pause_.cancel();
  if (connection_) connection_->close();
}

void Client::set_up(bool up) {
  if (up_ == up) return;
  up_ = up;
  for (const auto& listener : listeners_) listener(up);
}

void Client::warn(std::string_view sentence) {
  // A Redis that is away for an hour is said once, not at every attempt.
  if (!warn_ || sentence == last_warning_) return;
  last_warning_ = sentence;
  warn_(sentence);
}

asio::awaitable<void> Client::check_eviction_policy() {
  // INFO rather than CONFIG GET: the latter is often forbidden in hosted installations.
  Result<Reply> info = co_await connection_->command(Command("INFO", "memory"));
  eviction_policy_.clear();
  if (!info || info->kind != Reply::Kind::kString) co_return;
  static constexpr std::string_view kField = "maxmemory_policy:";
  const std::size_t at = info->text.find(kField);
  if (at == std::string::npos) co_return;
  const std::size_t begin = at + kField.size();
  eviction_policy_ = info->text.substr(begin, info->text.find_first_of("\r\n", begin) - begin);
  if (eviction_policy_ != "noeviction") {
    warn("redis: maxmemory-policy is " + eviction_policy_ +
         ", not noeviction: due times and leases may vanish under memory pressure");
  }
}

Result<Reply> Client::judge(Result<Reply> reply) {
  if (!reply || !reply->is_error()) return reply;
  // After a failover the old primary stays reachable as a replica: resolve the name again.
  if (reply->text.starts_with("READONLY") && connection_) connection_->close();
  return classify_server_error(reply->text);
}

asio::awaitable<Result<Reply>> Client::command(Command command) {
  if (!up_ || !connection_) co_return Failure{Errc::kUnavailable, "no link"};
  auto waiting = connection_->command(std::move(command));
  Result<Reply> reply = co_await std::move(waiting);
  co_return judge(std::move(reply));
}

asio::awaitable<Result<std::vector<Reply>>> Client::pipeline(std::vector<Command> commands) {
  if (!up_ || !connection_) co_return Failure{Errc::kUnavailable, "no link"};
  auto waiting = connection_->pipeline(std::move(commands), options_.limits.command_deadline);
  co_return co_await std::move(waiting);
}

asio::awaitable<Result<Reply>> Client::eval(const Script& script, std::vector<std::string> keys,
                                            std::vector<std::string> args) {
  Command call("EVALSHA", script.sha1, keys.size());
  call.add_all(keys).add_all(args);
  Command again = call;
  Result<Reply> reply = co_await command(std::move(call));
  if (reply || !reply.error().detail.starts_with("NOSCRIPT")) co_return reply;
  Result<Reply> loaded = co_await command(Command("SCRIPT", "LOAD", script.source));
  if (!loaded) co_return loaded;
  co_return co_await command(std::move(again));
}

asio::awaitable<Result<Connection>> Client::dedicated() {
  return Connection::open(executor_, options_.address, options_.limits);
}

asio::awaitable<Result<std::int64_t>> Client::server_time_ms() {
  Result<Reply> reply = co_await command(Command("TIME"));
  Result<std::vector<Reply>> parts = as_array(std::move(reply), 2);
  if (!parts) co_return parts.error();
  const Result<std::int64_t> seconds = (*parts)[0].as_integer();
  const Result<std::int64_t> micros = (*parts)[1].as_integer();
  if (!seconds) co_return seconds.error();
  if (!micros) co_return micros.error();
  co_return *seconds * 1'000 + *micros / 1'000;
}

}  // namespace firsthand::redis
