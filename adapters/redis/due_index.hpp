// SPDX-License-Identifier: Apache-2.0
// The near window of one shard's running clocks by due time: what wakes the firing loop at the due
// instant. An index, not a fact: firing is a compare-and-set in PostgreSQL, so a stale, doubled or
// lost entry costs at most the sweeper's lateness.
//
// Items further away than `window` are not kept (the caller feeds them in as they come near). A
// claim hides items from other nodes for its lease; what is not removed or moved on by then comes
// back.
//
// Every claim names the epoch its caller believes in. Redis without it (wiped, restarted empty, a
// rebuild under way) answers epoch_lost: take a new epoch from PostgreSQL, begin_rebuild, THEN read
// the snapshot (changes made meanwhile are put as usual and the newer version wins), add_rebuild in
// parts, finish_rebuild. A replica that took over, or an old dump that was restored, carries the
// same epoch and lacks what was put since: its mark, the newest transaction it was told of, is then
// behind PostgreSQL's. Compare state() with PostgreSQL before the first claim and every time the
// client was down.
//
// Thread: the client's executor. Times: milliseconds since 1970. Due times are PostgreSQL's;
// `ahead` says by how much its clock is ahead of Redis'.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/redis/client.hpp"

namespace firsthand::redis {

struct DueItem {
  Id id;
  std::int64_t version;
  std::int64_t due_ms;
};

struct DueClock {
  Id id;
  std::int64_t version;
  friend bool operator==(const DueClock&, const DueClock&) = default;
};

struct DueClaim {
  bool epoch_lost = false;
  /// What Redis holds: the epoch of the claim, or what it has instead, nothing after a wipe.
  std::optional<std::int64_t> epoch;
  std::int64_t now_ms = 0;
  /// What was leased before and came back has the end of that lease for its due time.
  std::vector<DueItem> items;
};

struct DuePut {
  std::size_t stored = 0;
  std::size_t stale = 0;   // a version at least as new is known
  std::size_t beyond = 0;  // due after the window
};

/// What Redis holds of the index.
struct DueState {
  std::optional<std::int64_t> epoch;     // of a whole index
  std::optional<std::int64_t> building;  // a rebuild is under way
  std::int64_t mark = 0;                 // the newest transaction of PostgreSQL that it was told of
};

struct NextDue {
  std::int64_t now_ms;
  std::optional<std::int64_t> due_ms;  // of an item, or the end of a running lease
};

class DueIndex {
 public:
  static constexpr std::chrono::milliseconds kWindowMax = std::chrono::hours(2);
  static constexpr std::size_t kClaimMax = 1'000;

  DueIndex(Client& client, int shard, std::chrono::milliseconds window = kWindowMax);

  /// `mark`: the transaction that the items come from.
  boost::asio::awaitable<Result<DuePut>> put(std::vector<DueItem> items, std::int64_t mark = 0);
  /// The clocks stopped or changed: forgotten unless a newer version is known.
  boost::asio::awaitable<Result<std::size_t>> remove(std::vector<DueClock> clocks);
  /// At most min(limit, kClaimMax) items due now, oldest first.
  boost::asio::awaitable<Result<DueClaim>> claim(std::int64_t epoch, std::size_t limit,
                                                 std::chrono::milliseconds lease,
                                                 std::chrono::milliseconds ahead = {});
  /// Claimed but not due yet: back to their due times.
  boost::asio::awaitable<Result<std::size_t>> put_back(std::vector<DueItem> items);
  boost::asio::awaitable<Result<NextDue>> next_due();
  boost::asio::awaitable<Result<DueState>> state();

  boost::asio::awaitable<Result<void>> begin_rebuild(std::int64_t epoch);
  /// False: another rebuild took over, or Redis was wiped again. Begin anew.
  boost::asio::awaitable<Result<bool>> add_rebuild(std::int64_t epoch, std::vector<DueItem> items,
                                                   std::int64_t mark = 0);
  boost::asio::awaitable<Result<bool>> finish_rebuild(std::int64_t epoch);
  /// All three, for a snapshot in hand while nothing else writes.
  boost::asio::awaitable<Result<bool>> rebuild(std::int64_t epoch, std::vector<DueItem> items);

 private:
  boost::asio::awaitable<Result<std::optional<DuePut>>> put_chunks(std::string building,
                                                                   std::vector<DueItem> items,
                                                                   std::int64_t mark);

  Client& client_;
  std::chrono::milliseconds window_;
  std::string due_;
  std::string versions_;
  std::string epoch_;
  std::string building_;
  std::string mark_;
};

}  // namespace firsthand::redis
