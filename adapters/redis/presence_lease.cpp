// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/presence_lease.hpp"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace firsthand::redis {

namespace asio = boost::asio;

namespace {

constexpr std::int64_t kExpiredKeepMs = 3'600'000;

std::string member(Id agent, std::string_view connection) {
  return std::to_string(agent) + ":" + std::string(connection);
}

std::optional<ExpiredPresence> split(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  ExpiredPresence presence{0, std::string(text.substr(colon + 1)), 0, false};
  const auto parsed = std::from_chars(text.data(), text.data() + colon, presence.agent);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + colon) return std::nullopt;
  return presence;
}

}  // namespace

PresenceLease::PresenceLease(Client& client)
    : client_(client), leases_(client.keys("presence")("leases")) {}

asio::awaitable<Result<bool>> PresenceLease::beat(Id agent, std::string connection,
                                                  std::chrono::milliseconds ttl) {
  std::vector<std::string> keys{leases_};
  std::vector<std::string> args{member(agent, connection), std::to_string(ttl.count()),
                                std::to_string(kExpiredKeepMs)};
  auto call = client_.eval(scripts::presence_beat, std::move(keys), std::move(args));
  const Result<Reply> reply = co_await std::move(call);
  const Result<std::int64_t> fresh = as_integer(reply);
  if (!fresh) co_return fresh.error();
  co_return *fresh == 1;
}

asio::awaitable<Result<void>> PresenceLease::drop(Id agent, std::string connection) {
  Command removal("ZREM", leases_, member(agent, connection));
  const Result<Reply> reply = co_await client_.command(std::move(removal));
  if (!reply) co_return reply.error();
  co_return Result<void>();
}

asio::awaitable<Result<ExpiredPresences>> PresenceLease::expired(std::int64_t since_ms) {
  std::vector<std::string> keys{leases_};
  std::vector<std::string> args{std::to_string(since_ms), std::to_string(kExpiredMax)};
  auto call = client_.eval(scripts::presence_expired, std::move(keys), std::move(args));
  Result<Reply> reply = co_await std::move(call);
  const Result<std::vector<Reply>> parts = as_array(std::move(reply), 1);
  if (!parts) co_return parts.error();
  ExpiredPresences expired;
  const Result<std::int64_t> next_since = (*parts)[0].as_integer();
  if (!next_since) co_return next_since.error();
  expired.next_since_ms = *next_since;
  for (std::size_t i = 1; i + 2 < parts->size(); i += 3) {
    std::optional<ExpiredPresence> presence = split((*parts)[i].text);
    const Result<std::int64_t> when = (*parts)[i + 1].as_integer();
    if (!presence || !when) co_return Failure{Errc::kUnexpectedReply, "a presence lease"};
    presence->expired_at_ms = *when;
    presence->agent_alive = (*parts)[i + 2].integer == 1;
    expired.gone.push_back(std::move(*presence));
  }
  co_return expired;
}

asio::awaitable<Result<std::vector<Id>>> PresenceLease::alive() {
  std::vector<std::string> keys{leases_};
  auto call = client_.eval(scripts::presence_alive, std::move(keys), std::vector<std::string>());
  Result<Reply> reply = co_await std::move(call);
  const Result<std::vector<Reply>> parts = as_array(std::move(reply));
  if (!parts) co_return parts.error();
  std::vector<Id> agents;
  for (const Reply& part : *parts) {
    const Result<std::int64_t> agent = part.as_integer();
    if (!agent) co_return agent.error();
    agents.push_back(*agent);
  }
  co_return agents;
}

}  // namespace firsthand::redis
