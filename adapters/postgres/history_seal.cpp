// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/history_seal.hpp"

namespace firsthand::postgres {
namespace {

constexpr Statement kSeal{"seal_history", "select seal_history($1::integer)"};
// $1: for how many seconds somebody has been sealing. Rows may be loaded with dates of long ago, so
// what was there before the first seal has waited since then at the most.
constexpr Statement kLag{
    "history_seal_lag",
    "select coalesce(extract(epoch from o.looked_at - o.at), 0)::double precision,"
    " case when o.at is null then 0 else greatest(0, extract(epoch from o.looked_at -"
    "  greatest(o.at, coalesce((select sealed_at from history_seal order by id desc limit 1),"
    "   o.looked_at - make_interval(secs => $1))))) end::double precision"
    " from (select min(at) as at, clock_timestamp() as looked_at from history"
    "  where at >= coalesce((select max(to_at) from history_seal), '-infinity')) o"};
constexpr Statement kVerify{"verify_history",
                            "select finding, seal_id, history_id, at from verify_history()"};
constexpr Statement kHead{
    "history_seal_head",
    "select count(*), coalesce(sum(rows), 0), (select count(*) from history"
    "  where at >= coalesce((select max(to_at) from history_seal), '-infinity')),"
    " coalesce((select encode(hash, 'hex') from history_seal order by id desc limit 1), ''),"
    " coalesce((select to_at::text from history_seal order by id desc limit 1), '-'),"
    " $1 = '' or exists (select 1 from history_seal where encode(hash, 'hex') = $1)"
    " from history_seal"};

}  // namespace

int seal_history(Tx& tx, int rows_max) {
  return read<int>(tx.exec(kSeal, rows_max)[0][0]);
}

SealLag history_seal_lag(Tx& tx, double sealing_for_s) {
  const auto rows = tx.exec(kLag, sealing_for_s);
  SealLag lag;
  Columns(rows[0]) >> lag.oldest_s >> lag.waiting_s;
  return lag;
}

SealReport verify_history(Tx& tx, const std::string& expected) {
  SealReport report;
  const auto head = tx.exec(kHead, expected);
  const auto row = head[0];
  Columns columns(row);
  columns >> report.seals >> report.rows >> report.unsealed >> report.head >> report.head_at >>
      report.expected_found;
  for (const auto& found : tx.exec(kVerify)) {
    const auto id = [](const auto& field) {
      return field.is_null() ? std::int64_t{0} : field.template as<std::int64_t>();
    };
    report.findings.push_back(
        {read<std::string>(found[0]), id(found[1]), id(found[2]), read<std::string>(found[3])});
  }
  return report;
}

namespace statements {
const std::vector<Statement> kHistorySeal{kSeal, kLag, kVerify, kHead};
}

}  // namespace firsthand::postgres
