// SPDX-License-Identifier: Apache-2.0
// Who waits in which queue and which agents are idle, projected from PostgreSQL, and the
// provisional pairing of one with another. The lease keeps nodes from proposing the same pair at
// once; the offer itself is a row in PostgreSQL under unique keys, so a lost or doubled lease costs
// a retry.
//
// Projections carry the row's version: an older one never overwrites a newer one (versions are
// remembered for an hour after the last change). After a wipe lease_pair answers kEpochLost:
// begin_rebuild, THEN read the snapshot, project it as usual, finish_rebuild.
//
// Thread: the client's executor. Times: milliseconds since 1970, leases run on Redis' clock.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/redis/client.hpp"

namespace firsthand::redis {

struct WaitingInteraction {
  Id interaction;
  std::int64_t version;
  std::string queue;  // empty: no longer waiting
  std::int64_t enqueued_at_ms = 0;
};

struct IdleAgent {
  Id agent;
  std::int64_t version;
  std::optional<std::int64_t> idle_since_ms;  // nothing: not idle
};

struct Projected {
  std::size_t applied = 0;
  std::size_t stale = 0;
};

/// A member of a waiting or idle set: since when it is in it.
struct Standing {
  Id id;
  std::int64_t since_ms;
  friend bool operator==(const Standing&, const Standing&) = default;
};

enum class LeaseOutcome { kLeased, kNotWaiting, kAlreadyLeased, kNoAgent, kEpochLost };

struct PairLease {
  LeaseOutcome outcome;
  Id interaction = 0;
  Id agent = 0;
  std::string token;
};

class WaitingAndIdle {
 public:
  static constexpr std::size_t kCandidatesMax = 256;

  explicit WaitingAndIdle(Client& client);

  boost::asio::awaitable<Result<Projected>> project(std::vector<WaitingInteraction> rows);
  boost::asio::awaitable<Result<Projected>> project(std::vector<IdleAgent> rows);

  /// Leases the interaction with the first candidate that is idle and not leased itself.
  boost::asio::awaitable<Result<PairLease>> lease_pair(std::int64_t epoch, Id interaction,
                                                       std::vector<Id> candidates,
                                                       std::chrono::milliseconds lease,
                                                       std::string node);
  /// Frees what is still held under the lease's token; a lease taken by others since stays.
  boost::asio::awaitable<Result<void>> release_pair(PairLease lease);

  /// Longest waiting first.
  boost::asio::awaitable<Result<std::vector<Standing>>> waiting(std::string queue,
                                                                std::size_t limit);
  boost::asio::awaitable<Result<std::int64_t>> waiting_count(std::string queue);
  /// Longest idle first.
  boost::asio::awaitable<Result<std::vector<Standing>>> idle(std::size_t limit);

  /// Empties both sets. Until finish_rebuild every lease_pair answers kEpochLost.
  boost::asio::awaitable<Result<void>> begin_rebuild(std::int64_t epoch);
  /// False: another rebuild took over, or Redis was wiped again.
  boost::asio::awaitable<Result<bool>> finish_rebuild(std::int64_t epoch);

 private:
  boost::asio::awaitable<Result<Projected>> apply(const Script& script,
                                                  std::vector<std::string> keys,
                                                  std::vector<std::string> args);
  boost::asio::awaitable<Result<std::vector<Standing>>> first(std::string key, std::size_t limit);

  Client& client_;
  Keys keys_;
};

}  // namespace firsthand::redis
