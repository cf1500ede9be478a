// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/waiting_and_idle.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace firsthand::redis {

namespace asio = boost::asio;

namespace {

// One script call stops all of Redis while it runs: about 10 us an item.
constexpr std::size_t kChunk = 200;
// Reordered projections are seconds apart at most; an hour is far beyond.
constexpr std::int64_t kVersionKeepMs = 3'600'000;
constexpr std::int64_t kRebuildMaxMs = 600'000;

std::vector<std::string> start_args() {
  return std::vector<std::string>{std::to_string(kVersionKeepMs)};
}

void add(Projected& sum, const Projected& part) {
  sum.applied += part.applied;
  sum.stale += part.stale;
}

/// Scores are doubles and Redis may print them so; these are whole milliseconds.
std::optional<std::int64_t> score(const Reply& reply) {
  double value = 0;
  const char* last = reply.text.data() + reply.text.size();
  const auto parsed = std::from_chars(reply.text.data(), last, value);
  if (parsed.ec != std::errc() || parsed.ptr != last) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

LeaseOutcome outcome_of(std::string_view word) {
  if (word == "leased") return LeaseOutcome::kLeased;
  if (word == "not_waiting") return LeaseOutcome::kNotWaiting;
  if (word == "already_leased") return LeaseOutcome::kAlreadyLeased;
  if (word == "no_agent") return LeaseOutcome::kNoAgent;
  return LeaseOutcome::kEpochLost;
}

}  // namespace

WaitingAndIdle::WaitingAndIdle(Client& client) : client_(client), keys_(client.keys("route")) {}

asio::awaitable<Result<Projected>> WaitingAndIdle::apply(const Script& script,
                                                         std::vector<std::string> keys,
                                                         std::vector<std::string> args) {
  auto call = client_.eval(script, std::move(keys), std::move(args));
  Result<Reply> reply = co_await std::move(call);
  Result<std::vector<Reply>> counts = as_array(std::move(reply), 2);
  if (!counts) co_return counts.error();
  Projected projected;
  projected.applied = static_cast<std::size_t>((*counts)[0].integer);
  projected.stale = static_cast<std::size_t>((*counts)[1].integer);
  co_return projected;
}

asio::awaitable<Result<Projected>> WaitingAndIdle::project(std::vector<WaitingInteraction> rows) {
  Projected sum;
  for (std::size_t begin = 0; begin < rows.size(); begin += kChunk) {
    std::vector<std::string> keys{keys_("queue_of"), keys_("waiting_versions"),
                                  keys_("waiting_expiries"), keys_("queues"), keys_("waiting:")};
    std::vector<std::string> args = start_args();
    for (std::size_t i = begin; i < std::min(begin + kChunk, rows.size()); ++i) {
      args.push_back(std::to_string(rows[i].interaction));
      args.push_back(std::to_string(rows[i].version));
      args.push_back(rows[i].queue);
      args.push_back(std::to_string(rows[i].enqueued_at_ms));
    }
    auto applying = apply(scripts::route_waiting, std::move(keys), std::move(args));
    const Result<Projected> part = co_await std::move(applying);
    if (!part) co_return part.error();
    add(sum, *part);
  }
  co_return sum;
}

asio::awaitable<Result<Projected>> WaitingAndIdle::project(std::vector<IdleAgent> rows) {
  Projected sum;
  for (std::size_t begin = 0; begin < rows.size(); begin += kChunk) {
    std::vector<std::string> keys{keys_("idle"), keys_("idle_versions"), keys_("idle_expiries")};
    std::vector<std::string> args = start_args();
    for (std::size_t i = begin; i < std::min(begin + kChunk, rows.size()); ++i) {
      args.push_back(std::to_string(rows[i].agent));
      args.push_back(std::to_string(rows[i].version));
      args.emplace_back();
      if (rows[i].idle_since_ms) args.back() = std::to_string(*rows[i].idle_since_ms);
    }
    auto applying = apply(scripts::route_idle, std::move(keys), std::move(args));
    const Result<Projected> part = co_await std::move(applying);
    if (!part) co_return part.error();
    add(sum, *part);
  }
  co_return sum;
}

asio::awaitable<Result<PairLease>> WaitingAndIdle::lease_pair(std::int64_t epoch, Id interaction,
                                                              std::vector<Id> candidates,
                                                              std::chrono::milliseconds lease,
                                                              std::string node) {
  if (candidates.size() > kCandidatesMax) candidates.resize(kCandidatesMax);
  std::vector<std::string> keys{keys_("queue_of"), keys_("idle"), keys_("sequence"), keys_("epoch"),
                                keys_("lease:i:", interaction)};
  std::vector<std::string> args{std::to_string(interaction), std::move(node),
                                std::to_string(lease.count()), std::to_string(epoch)};
  for (const Id agent : candidates) {
    keys.push_back(keys_("lease:a:", agent));
    args.push_back(std::to_string(agent));
  }
  auto call = client_.eval(scripts::route_lease, std::move(keys), std::move(args));
  Result<Reply> reply = co_await std::move(call);
  Result<std::vector<Reply>> parts = as_array(std::move(reply), 1);
  if (!parts) co_return parts.error();
  PairLease pair{outcome_of((*parts)[0].text), interaction, 0, std::string()};
  if (pair.outcome != LeaseOutcome::kLeased) co_return pair;
  if (parts->size() < 3) co_return Failure{Errc::kUnexpectedReply, "a lease of three parts"};
  const Result<std::int64_t> agent = (*parts)[1].as_integer();
  if (!agent) co_return agent.error();
  pair.agent = *agent;
  pair.token = std::move((*parts)[2].text);
  co_return pair;
}

asio::awaitable<Result<void>> WaitingAndIdle::release_pair(PairLease lease) {
  std::vector<std::string> keys{keys_("lease:i:", lease.interaction),
                                keys_("lease:a:", lease.agent)};
  std::vector<std::string> args{lease.token};
  auto call = client_.eval(scripts::route_release, std::move(keys), std::move(args));
  const Result<Reply> reply = co_await std::move(call);
  if (!reply) co_return reply.error();
  co_return Result<void>();
}

asio::awaitable<Result<std::vector<Standing>>> WaitingAndIdle::first(std::string key,
                                                                     std::size_t limit) {
  std::vector<Standing> standings;
  if (limit == 0) co_return standings;
  Command range("ZRANGE", key, 0, limit - 1, "WITHSCORES");
  auto call = client_.command(std::move(range));
  Result<Reply> reply = co_await std::move(call);
  const Result<std::vector<Reply>> parts = as_array(std::move(reply));
  if (!parts) co_return parts.error();
  for (std::size_t i = 0; i + 1 < parts->size(); i += 2) {
    const Result<std::int64_t> id = (*parts)[i].as_integer();
    const std::optional<std::int64_t> since = score((*parts)[i + 1]);
    if (!id || !since) co_return Failure{Errc::kUnexpectedReply, "an id and a time"};
    standings.push_back(Standing{*id, *since});
  }
  co_return standings;
}

asio::awaitable<Result<std::vector<Standing>>> WaitingAndIdle::waiting(std::string queue,
                                                                       std::size_t limit) {
  return first(keys_("waiting:" + queue), limit);
}

asio::awaitable<Result<std::int64_t>> WaitingAndIdle::waiting_count(std::string queue) {
  Command count("ZCARD", keys_("waiting:" + queue));
  const Result<Reply> reply = co_await client_.command(std::move(count));
  co_return as_integer(reply);
}

asio::awaitable<Result<std::vector<Standing>>> WaitingAndIdle::idle(std::size_t limit) {
  return first(keys_("idle"), limit);
}

asio::awaitable<Result<void>> WaitingAndIdle::begin_rebuild(std::int64_t epoch) {
  std::vector<std::string> keys{
      keys_("queues"),        keys_("waiting:"),         keys_("building"),         keys_("epoch"),
      keys_("queue_of"),      keys_("waiting_versions"), keys_("waiting_expiries"), keys_("idle"),
      keys_("idle_versions"), keys_("idle_expiries")};
  std::vector<std::string> args{std::to_string(epoch), std::to_string(kRebuildMaxMs)};
  auto call = client_.eval(scripts::route_rebuild, std::move(keys), std::move(args));
  const Result<Reply> reply = co_await std::move(call);
  if (!reply) co_return reply.error();
  co_return Result<void>();
}

asio::awaitable<Result<bool>> WaitingAndIdle::finish_rebuild(std::int64_t epoch) {
  std::vector<std::string> keys{keys_("epoch"), keys_("building")};
  std::vector<std::string> args{std::to_string(epoch)};
  auto call = client_.eval(scripts::epoch_finish, std::move(keys), std::move(args));
  const Result<Reply> reply = co_await std::move(call);
  const Result<std::int64_t> flipped = as_integer(reply);
  if (!flipped) co_return flipped.error();
  co_return *flipped == 1;
}

}  // namespace firsthand::redis
