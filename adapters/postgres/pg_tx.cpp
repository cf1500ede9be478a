// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/pg_tx.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace firsthand::postgres {
namespace {

constexpr Statement kNow{"door_now",
                         "select date_trunc('milliseconds', clock_timestamp()), "
                         "pg_current_xact_id()::text::bigint, "
                         "(select last_value from firsthand_id)"};
constexpr Statement kIds{"door_ids", "select nextval('firsthand_id') from generate_series(1, 512)"};
constexpr Statement kSerials{"door_serials",
                             "select nextval('case_number_sequence') from generate_series(1, 64)"};
constexpr Statement kRemember{
    "door_remember",
    "insert into remembered (source, key) select * from unnest($1::text[], $2::text[]) "
    "on conflict do nothing returning source, key"};
constexpr Statement kRecall{
    "door_recall",
    "select source, key, coalesce((reply->>'id')::bigint, 0), coalesce(reply->>'number', ''), "
    "coalesce((reply->>'version')::bigint, 0), coalesce(reply->>'token', '') from remembered "
    "where (source, key) in (select * from unnest($1::text[], $2::text[]))"};

}  // namespace

void IdBlocks::heard(std::int64_t newest) {
  const std::lock_guard lock{mutex_};
  if (newest > newest_) ids_.clear();
}

std::int64_t IdBlocks::next_id(Tx& tx) {
  const std::lock_guard lock{mutex_};
  if (ids_.empty()) {
    for (const auto& row : tx.exec(kIds)) ids_.push_back(read<std::int64_t>(row[0]));
    newest_ = ids_.back();
    std::reverse(ids_.begin(), ids_.end());
  }
  const std::int64_t id = ids_.back();
  ids_.pop_back();
  return id;
}

std::int64_t IdBlocks::next_case_serial(Tx& tx) {
  const std::lock_guard lock{mutex_};
  if (serials_.empty()) {
    for (const auto& row : tx.exec(kSerials)) serials_.push_back(read<std::int64_t>(row[0]));
    std::reverse(serials_.begin(), serials_.end());
  }
  const std::int64_t serial = serials_.back();
  serials_.pop_back();
  return serial;
}

Instant PgTx::now() {
  const auto row = tx_.exec(kNow)[0];
  xid_ = read<std::int64_t>(row[1]);
  ids_.heard(read<std::int64_t>(row[2]));
  return read<Instant>(row[0]);
}

std::vector<Remembered> PgTx::remember(std::span<const Event> events) {
  using Key = std::pair<std::string, std::string>;
  std::set<Key> asked;
  ArrayLiteral sources, keys;
  for (const auto& event : events) {
    if (event.key.empty() || !asked.emplace(event.source, event.key).second) continue;
    sources.add(event.source);
    keys.add(event.key);
  }
  std::vector<Remembered> out(events.size());
  if (asked.empty()) return out;
  std::set<Key> fresh;
  for (const auto& row : tx_.exec(kRemember, sources, keys)) {
    fresh.emplace(read<std::string>(row[0]), read<std::string>(row[1]));
  }
  std::map<Key, Reply> earlier;
  if (fresh.size() < asked.size()) {
    for (const auto& row : tx_.exec(kRecall, sources, keys)) {
      Columns columns(row);
      Key key{columns.take<std::string>(), ""};
      key.second = columns.take<std::string>();
      Reply reply;
      columns >> reply.id >> reply.number >> reply.version >> reply.token;
      earlier.emplace(std::move(key), std::move(reply));
    }
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].key.empty()) continue;
    const Key key{events[i].source, events[i].key};
    // The first of two equal keys in one batch takes the fresh place, the second is its repeat.
    out[i].fresh = fresh.erase(key) > 0;
    if (const auto known = earlier.find(key); !out[i].fresh && known != earlier.end())
      out[i].earlier = known->second;
  }
  return out;
}

}  // namespace firsthand::postgres
