// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/history_seal.hpp"

namespace firsthand::postgres {
namespace {

constexpr Statement kSeal{"seal_history", "select seal_history($1::integer)"};
constexpr Statement kLag{"history_seal_lag",
                         "select extract(epoch from history_seal_lag())::double precision"};
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

int seal_history(Tx& tx) {
  return read<int>(tx.exec(kSeal, kSealRows)[0][0]);
}

double history_seal_lag(Tx& tx) {
  return read<double>(tx.exec(kLag)[0][0]);
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
