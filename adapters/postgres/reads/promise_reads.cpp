// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/promise_reads.hpp"

#include <map>

#include "engine/departments.hpp"

namespace firsthand::postgres {
namespace {

// The clock is the live one, or the last that the dispatch had.
constexpr Statement kDispatchRows{
    "read_dispatch_rows",
    "select p.id, p.case_id, d.id, d.code, d.name_zh, d.name_en, p.state, p.note, b.id, b.name,"
    " p.at, a.id, a.name, p.accepted_at, p.return_reason, s.id, s.code, s.name_zh, s.name_en,"
    " p.answer, p.ended_at,"
    " (select k.due_at from sla_clock k where k.case_id = p.case_id and k.dispatch_id = p.id"
    "  and k.kind = 'dispatch' order by k.id desc limit 1),"
    " p.chases, p.chased_at, p.disputed_at, y.id, y.name, p.dispute_reason, p.dispute_settled_at,"
    " p.extension_until, x.id, x.name, p.extension_reason"
    " from unnest($1::bigint[]) with ordinality as w(id, place)"
    " join dispatch p on p.id = w.id join department d on d.id = p.department_id"
    " left join user_account b on b.id = p.by_user_id"
    " left join user_account a on a.id = p.accepted_by"
    " left join department s on s.id = p.suggested_department_id"
    " left join user_account y on y.id = p.disputed_by"
    " left join user_account x on x.id = p.extension_by order by w.place"};

constexpr Statement kDispatchIdsOfCase{"dispatch_ids_of_case",
                                       "select id from dispatch where case_id = $1 order by id"};

constexpr Statement kListDispatches{
    "list_dispatch_ids",
    "select p.id from dispatch p where p.state in ('sent', 'accepted')"
    " and case $1 when 'disputed' then p.disputed_at is not null and p.dispute_settled_at is null"
    "  when 'chased' then p.chases >= 3 else p.extension_until is not null end"
    " order by coalesce(case when $1 = 'disputed' then p.disputed_at end, p.at), p.id limit $2"};

// $3 office, category or owner. An answer counts where the case is now: its owner answers for it.
constexpr Statement kSatisfaction{
    "read_satisfaction",
    "select case $3 when 'office' then coalesce(o.code, '') when 'category' then f.category"
    "  else u.id::text end,"
    " case $3 when 'office' then coalesce(max(o.name), '') when 'owner' then max(u.name)"
    "  else '' end,"
    " case $3 when 'office' then coalesce(max(o.name), '') when 'owner' then max(u.name)"
    "  else '' end,"
    " count(*), count(b.satisfied), count(*) filter (where b.satisfied), count(b.score),"
    " coalesce(sum(b.score), 0)"
    " from callback b join case_file f on f.id = b.case_id join user_account u on u.id = f.owner_id"
    " left join office o on o.id = u.office_id"
    " where b.kind = 'follow_up' and b.state in ('kept', 'exhausted')"
    " and b.ended_at >= $1 and b.ended_at < $2"
    " group by 1 order by count(*) desc, 1"};

template <class Row>
DispatchView take_dispatch(Columns<Row>& columns, const Rules& rules, Instant now) {
  DispatchView dispatch;
  columns >> dispatch.id >> dispatch.case_id;
  dispatch.department = *take_optional_department(columns);
  columns >> dispatch.state >> dispatch.note;
  dispatch.by = take_optional_user(columns);
  columns >> dispatch.at;
  dispatch.accepted_by = take_optional_user(columns);
  columns >> dispatch.accepted_at >> dispatch.return_reason;
  dispatch.suggested_department = take_optional_department(columns);
  columns >> dispatch.answer >> dispatch.ended_at >> dispatch.due_at >> dispatch.chases >>
      dispatch.chased_at >> dispatch.disputed_at;
  dispatch.disputed_by = take_optional_user(columns);
  columns >> dispatch.dispute_reason >> dispatch.dispute_settled_at >> dispatch.extension_until;
  dispatch.extension_by = take_optional_user(columns);
  columns >> dispatch.extension_reason;
  const bool live = dispatch.state == "sent" || dispatch.state == "accepted";
  const DepartmentId department{dispatch.department.id};
  dispatch.may_return = live && in_time_to_return(dispatch.at.at, department, rules, now);
  if (!live) return dispatch;
  if (const auto at = return_until(dispatch.at.at, department, rules))
    dispatch.return_until = {*at};
  if (dispatch.chased_at) {
    if (const auto at = chase_again_at(dispatch.chased_at->at, rules))
      dispatch.chase_again_at = {*at};
  }
  return dispatch;
}

void add_up(SatisfactionRow& row, std::int64_t scores) {
  if (row.scored > 0) row.mean = static_cast<double>(scores) / static_cast<double>(row.scored);
  if (row.answered > 0)
    row.share = static_cast<double>(row.satisfied) / static_cast<double>(row.answered);
}

}  // namespace

void tag_invoke(const boost::json::value_from_tag&, boost::json::value& out,
                const DispatchRow& row) {
  out = boost::json::object{{"case", boost::json::value_from(row.case_row)},
                            {"dispatch", boost::json::value_from(row.dispatch)}};
}

std::vector<DispatchView> dispatch_rows(Tx& tx, const Rules& rules, const Ids& ids) {
  std::vector<DispatchView> out;
  if (ids.empty()) return out;
  const Instant now = now_of(tx);
  for (const auto& row : tx.exec(kDispatchRows, array_of(ids))) {
    Columns columns(row);
    out.push_back(take_dispatch(columns, rules, now));
  }
  return out;
}

std::vector<DispatchView> dispatches_of_case(Tx& tx, const Rules& rules, std::int64_t case_id) {
  return dispatch_rows(tx, rules, ids_of(tx.exec(kDispatchIdsOfCase, case_id)));
}

DispatchList list_dispatches(Tx& tx, const Rules& rules, const std::string& list) {
  auto dispatches =
      dispatch_rows(tx, rules, ids_of(tx.exec(kListDispatches, list, kDispatchesMax)));
  Ids cases;
  for (const auto& dispatch : dispatches) cases.push_back(dispatch.case_id);
  std::map<std::int64_t, CaseRow> case_of;
  for (auto& row : case_rows(tx, rules, cases)) case_of.insert_or_assign(row.id, std::move(row));
  DispatchList out;
  for (auto& dispatch : dispatches) {
    CaseRow row = case_of.at(dispatch.case_id);
    out.items.push_back({std::move(row), std::move(dispatch)});
  }
  return out;
}

SatisfactionView read_satisfaction(Tx& tx, const Rules& rules, Instant from, Instant to,
                                   SatisfactionBy by) {
  SatisfactionView view;
  view.from = {from};
  view.to = {to};
  view.by = boost::describe::enum_to_string(by, "owner");
  std::int64_t all_scores = 0;
  for (const auto& row : tx.exec(kSatisfaction, from, to, view.by)) {
    SatisfactionRow item;
    std::int64_t scores = 0;
    Columns columns(row);
    columns >> item.code >> item.name_zh >> item.name_en >> item.asked >> item.answered >>
        item.satisfied >> item.scored >> scores;
    if (by == SatisfactionBy::category)
      std::tie(item.name_zh, item.name_en) = category_names(rules, item.code);
    add_up(item, scores);
    view.total.asked += item.asked;
    view.total.answered += item.answered;
    view.total.satisfied += item.satisfied;
    view.total.scored += item.scored;
    all_scores += scores;
    view.items.push_back(std::move(item));
  }
  add_up(view.total, all_scores);
  return view;
}

namespace statements {
const std::vector<Statement> kPromiseReads{kDispatchRows, kDispatchIdsOfCase, kListDispatches,
                                           kSatisfaction};
}

}  // namespace firsthand::postgres
