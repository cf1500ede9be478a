// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/merged_customers.hpp"

#include "adapters/postgres/row_sets.hpp"

namespace firsthand::postgres {
namespace {

constexpr Statement kGroups{
    "door_groups",
    "with recursive found(id) as (select unnest($1::bigint[]) "
    "union select x.id from found f cross join lateral ("
    "  select c.merged_into as id from customer c where c.id = f.id and c.merged_into is not null "
    "  union all select c.id from customer c where c.merged_into = f.id) x) "
    "select id from found"};
constexpr Statement kSinceMerge{
    "door_since_merge",
    "with since as (select min(at) as at from customer_merge where id = any($1::bigint[])) "
    "select i.id, 0::bigint, 0::bigint from interaction i where i.customer_id = any($2::bigint[]) "
    "  and (i.enqueued_at >= (select at from since) or i.ended_at >= (select at from since)) "
    "union all select coalesce(c.interaction_id, 0), c.id, 0 from case_file c "
    "  left join interaction t on t.id = c.interaction_id "
    "  where c.customer_id = any($2::bigint[]) "
    "  and (c.opened_at >= (select at from since) or t.ended_at >= (select at from since)) "
    "union all select 0, 0, b.id from callback b where b.customer_id = any($2::bigint[]) "
    "  and b.promised_at >= (select at from since)"};

}  // namespace

void add_whole_groups(Tx& tx, std::set<CustomerId>& customers) {
  if (customers.empty()) return;
  for (const auto& row : tx.exec(kGroups, ids_of(customers)))
    customers.insert(CustomerId{row[0].as<std::int64_t>()});
}

void want_since_merge(Tx& tx, const std::set<CustomerId>& customers, Wanted& wanted) {
  for (const auto& row : tx.exec(kSinceMerge, ids_of(wanted.merges), ids_of(customers))) {
    const InteractionId call{row[0].as<std::int64_t>()};
    const CaseId file{row[1].as<std::int64_t>()};
    const CallbackId promise{row[2].as<std::int64_t>()};
    if (call) wanted.interactions.push_back(call);
    if (file) wanted.cases.push_back(file);
    if (promise) wanted.callbacks.push_back(promise);
  }
}

std::set<CustomerId> missing_kept(const World& world) {
  std::set<CustomerId> missing;
  for (const auto& [id, record] : world.customers) {
    if (record.merged_into && !world.customers.contains(record.merged_into))
      missing.insert(record.merged_into);
  }
  return missing;
}

}  // namespace firsthand::postgres
