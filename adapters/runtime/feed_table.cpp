// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/feed_table.hpp"

namespace firsthand::runtime {
namespace {

using postgres::Statement;

// A console that has missed more looks at everything again.
constexpr std::size_t kReplayMax = 5000;

// Not prepared: the table is empty one minute and has 200,000 rows the next, and a plan that was
// kept from the first read all of it at each look (37 ms each, a quarter of the time of a herd of
// clocks).
constexpr const char* kTail =
    "select f.id, f.xid::text, f.topics::text, f.kind, f.entity_id, f.version, "
    "coalesce(f.data::text, ''), coalesce(c.number, ''), "
    "f.xid < pg_snapshot_xmin(pg_current_snapshot()) "
    "from feed f left join case_file c on f.kind in ('case', 'alert') and c.id = f.entity_id "
    "where (f.xid, f.id) > ($1::xid8, $2::bigint) "
    "order by f.xid, f.id limit $3";
// By the column, not by the text of it that is answered: 999 comes before 1000.
constexpr const char* kNewest =
    "select f.xid::text, f.id from feed f where f.xid < pg_snapshot_xmin(pg_current_snapshot()) "
    "order by f.xid desc, f.id desc limit 1";
constexpr Statement kPlace{"feed_place", "select xid::text from feed where id = $1"};
constexpr Statement kPrune{"feed_prune",
                           "delete from feed where at < now() - interval '20 minutes'"};

}  // namespace

FeedPlace end_of_feed(postgres::Tx& tx) {
  FeedPlace place{"1", 0};
  const auto rows = tx.exec_sql(kNewest);
  if (!rows.empty()) postgres::Columns(rows[0]) >> place.xid >> place.id;
  return place;
}

FeedRead read_feed(postgres::Tx& tx, const FeedPlace& after) {
  FeedRead read;
  for (const auto& row :
       tx.exec_sql(kTail, after.xid, after.id, static_cast<std::int64_t>(kFeedPage))) {
    FeedRow note;
    postgres::Columns columns(row);
    columns >> note.seq >> note.xid;
    note.topics = postgres::read_array(columns.template take<std::string>());
    bool of_all = false;
    columns >> note.kind >> note.entity >> note.version >> note.data >> note.number >> of_all;
    if (!of_all) {
      read.held_back = true;
      break;
    }
    read.notes.push_back(std::move(note));
  }
  return read;
}

std::optional<std::vector<FeedRow>> feed_since(postgres::Tx& tx, std::int64_t seq) {
  const auto place = tx.exec(kPlace, seq);
  if (place.empty()) return std::nullopt;
  FeedPlace at{postgres::read<std::string>(place[0][0]), seq};
  std::vector<FeedRow> missed;
  while (missed.size() < kReplayMax) {
    const auto notes = read_feed(tx, at).notes;
    missed.insert(missed.end(), notes.begin(), notes.end());
    if (notes.size() < kFeedPage) return missed;
    at = {notes.back().xid, notes.back().seq};
  }
  return std::nullopt;
}

void prune_feed(postgres::Tx& tx) {
  tx.exec(kPrune);
}

}  // namespace firsthand::runtime
