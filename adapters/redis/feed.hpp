// SPDX-License-Identifier: Apache-2.0
// The fan-out of committed changes to every node's consoles: a Redis stream of what changed, never
// of contents (topic, kind, id, version). About the last 5,000 changes are kept. A reader who asks
// for something older, or comes from before a wipe, is told so: it takes a fresh snapshot and goes
// on from the id it was given with that news (which is older than the snapshot, so nothing is
// missed; what comes twice is told by its version).
//
// Thread: the client's executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/redis/client.hpp"

namespace firsthand::redis {

struct FeedItem {
  std::string topic;
  std::string kind;
  Id id;
  std::int64_t version;
  friend bool operator==(const FeedItem&, const FeedItem&) = default;
};

struct FeedEntry {
  std::string feed_id;
  FeedItem item;
};

struct FeedBatch {
  bool gap = false;
  std::string last_id;  // to read on from
  std::vector<FeedEntry> entries;
};

/// A place in a stream: milliseconds and sequence, "1700000000000-0".
struct FeedPosition {
  std::uint64_t ms = 0;
  std::uint64_t sequence = 0;
  auto operator<=>(const FeedPosition&) const = default;
};
/// Nothing for text that is no position: ids come back from browsers.
std::optional<FeedPosition> parse_feed_position(std::string_view text);

class Feed {
 public:
  static constexpr std::size_t kKept = 5'000;
  static constexpr std::string_view kBeginning = "0-0";

  explicit Feed(Client& client, std::string_view name = "changes", std::size_t kept = kKept);

  boost::asio::awaitable<Result<void>> publish(std::vector<FeedItem> items);
  /// The id of the newest change ("0-0" when there is none): take it before a snapshot.
  boost::asio::awaitable<Result<std::string>> newest();

  Client& client() const { return client_; }
  const std::string& key() const { return key_; }

 private:
  Client& client_;
  std::string key_;
  std::size_t kept_;
};

/// Reads one feed on a connection of its own. One read at a time.
class FeedReader {
 public:
  static constexpr std::size_t kBatchMax = 500;

  explicit FeedReader(const Feed& feed);

  /// What came after `after_id`, waiting up to `block` for it; an empty batch when nothing came.
  /// After a lost link the next read first waits a little (back-off), then connects again.
  boost::asio::awaitable<Result<FeedBatch>> read(std::string after_id,
                                                 std::chrono::milliseconds block);
  /// Ends a read that waits, with kUnavailable, and admits no more.
  void close();

 private:
  boost::asio::awaitable<Result<void>> ensure_link();
  boost::asio::awaitable<Result<std::optional<std::string>>> reset_point(FeedPosition after);

  Client& client_;
  std::string key_;
  net::Backoff backoff_;
  boost::asio::steady_timer pause_;
  std::optional<Connection> connection_;
  bool failed_before_ = false;
  bool closed_ = false;
};

}  // namespace firsthand::redis
