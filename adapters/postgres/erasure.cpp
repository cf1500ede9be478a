// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/erasure.hpp"

namespace firsthand::postgres {
namespace {

constexpr Statement kErase{"erase_customer", "select erase_customer($1::bigint, $2::bigint, $3)"};
constexpr Statement kHold{
    "set_legal_hold",
    "with held as (update customer set legal_hold = $3, version = version + 1"
    "  where id = $1 and erased_at is null returning id)"
    " insert into history (id, at, customer_id, kind, actor_id, source, data)"
    " select nextval('firsthand_id'), now(), h.id, case when $3 = '' then 'legal_hold_ended'"
    "  else 'legal_hold' end, $2::bigint, 'console:' || $2::bigint,"
    "  case when $3 = '' then '{}' else jsonb_build_object('reason', $3::text) end from held h"
    " returning id"};

constexpr Statement kHolding{
    "read_legal_hold", "select legal_hold, erased_at is not null from customer where id = $1"};

}  // namespace

std::string erase_customer(Tx& tx, std::int64_t customer, std::int64_t by,
                           const std::string& reason) {
  tx.exec_sql(
      "set local statement_timeout = '2min'");  // it looks through all that waits or was sent
  return read<std::string>(tx.exec(kErase, customer, by, reason)[0][0]);
}

bool set_legal_hold(Tx& tx, std::int64_t customer, std::int64_t by, const std::string& reason) {
  return !tx.exec(kHold, customer, by, reason).empty();
}

std::optional<Holding> holding_of(Tx& tx, std::int64_t customer) {
  const auto rows = tx.exec(kHolding, customer);
  if (rows.empty()) return std::nullopt;
  return Holding{read<std::string>(rows[0][0]), rows[0][1].as<bool>()};
}

namespace statements {
const std::vector<Statement> kErasure{kErase, kHold, kHolding};
}

}  // namespace firsthand::postgres
