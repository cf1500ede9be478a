// SPDX-License-Identifier: Apache-2.0
// What departments, customers and owners have promised each other, for the screens of those who
// watch over it: dispatches, and what customers answered when they were asked. Called on a pool
// thread with an open transaction.
#pragma once

#include "adapters/postgres/reads/rows.hpp"

namespace firsthand::postgres {

std::vector<DispatchView> dispatch_rows(Tx& tx, const Rules& rules, const Ids& ids);
/// Oldest first.
std::vector<DispatchView> dispatches_of_case(Tx& tx, const Rules& rules, std::int64_t case_id);

struct DispatchRow {
  CaseRow case_row;  ///< "case" in JSON
  DispatchView dispatch;
};
void tag_invoke(const boost::json::value_from_tag&, boost::json::value& out,
                const DispatchRow& row);

struct DispatchList {
  std::vector<DispatchRow> items;
};
BOOST_DESCRIBE_STRUCT(DispatchList, (), (items))

inline constexpr int kDispatchesMax = 200;
/// Live ones that somebody has to look at. list: disputed, chased (three times or more) or
/// extension; the longest waiting first.
DispatchList list_dispatches(Tx& tx, const Rules& rules, const std::string& list);

/// The answers of follow-up calls that ended in a span of time. `mean` is of the scores, `share` of
/// the satisfied among those who answered; none where nobody did.
struct SatisfactionRow {
  std::string code, name_zh, name_en;  ///< of the office, the category or the owner
  std::int64_t asked = 0, answered = 0, satisfied = 0, scored = 0;
  std::optional<double> mean, share;
};
BOOST_DESCRIBE_STRUCT(SatisfactionRow, (),
                      (code, name_zh, name_en, asked, answered, satisfied, scored, mean, share))

struct SatisfactionView {
  Stamp from, to;
  std::string by;
  SatisfactionRow total;
  std::vector<SatisfactionRow> items;  ///< most asked first
};
BOOST_DESCRIBE_STRUCT(SatisfactionView, (), (from, to, by, total, items))

enum class SatisfactionBy { office, category, owner };
BOOST_DESCRIBE_ENUM(SatisfactionBy, office, category, owner)

SatisfactionView read_satisfaction(Tx& tx, const Rules& rules, Instant from, Instant to,
                                   SatisfactionBy by);

namespace statements {
extern const std::vector<Statement> kPromiseReads;
}  // namespace statements

}  // namespace firsthand::postgres
