// SPDX-License-Identifier: Apache-2.0
// The feed table as the hub reads it: by (xid, id) and below the oldest open transaction, so that
// nothing is passed over that commits late. Called on a pool thread within a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/postgres/db.hpp"

namespace firsthand::runtime {

/// So many notes are read at once.
inline constexpr std::size_t kFeedPage = 1000;

struct FeedRow {
  std::int64_t seq = 0;
  std::string xid, kind;
  std::vector<std::string> topics;
  std::int64_t entity = 0, version = 0;
  std::string data, number;
};

struct FeedPlace {
  std::string xid;
  std::int64_t id = 0;
};

struct FeedRead {
  std::vector<FeedRow> notes;  ///< in order, at most kFeedPage
  /// More is committed than may be told: it is held back by a transaction that began before it and
  /// is still open, for milliseconds as a rule.
  bool held_back = false;
};

/// Behind the newest note that everybody can see.
FeedPlace end_of_feed(postgres::Tx& tx);
FeedRead read_feed(postgres::Tx& tx, const FeedPlace& after);
/// What has come since that note; nothing when it is no longer known or there is too much.
std::optional<std::vector<FeedRow>> feed_since(postgres::Tx& tx, std::int64_t seq);
/// Forgets what no console comes back for.
void prune_feed(postgres::Tx& tx);

}  // namespace firsthand::runtime
