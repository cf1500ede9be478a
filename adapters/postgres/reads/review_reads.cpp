// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/review_reads.hpp"

namespace firsthand::postgres {
namespace {

constexpr Statement kActionRows{
    "read_review_actions",
    "select r.id, r.title, r.text, r.state, d.id, d.code, d.name_zh, d.name_en, a.id, a.name,"
    " f.number, b.id, b.name, r.agreed_at, r.due_at, r.state = 'open' and r.due_at < now(),"
    " r.result, e.id, e.name, r.ended_at, r.version, (select max(k.id) from sla_clock k"
    "  where k.review_action_id = r.id)"
    " from unnest($1::bigint[]) with ordinality as w(id, place)"
    " join review_action r on r.id = w.id"
    " left join department d on d.id = r.department_id"
    " left join user_account a on a.id = r.assignee_id"
    " left join case_file f on f.id = r.case_id"
    " left join user_account b on b.id = r.by_user_id"
    " left join user_account e on e.id = r.ended_by order by w.place"};

// $1 the list, $2 the user, $3 the department, $4 $5 the cursor.
#define FIRSTHAND_REVIEW_LIST \
  "select r.id, (extract(epoch from r.due_at) * 1000000)::bigint from review_action r where "
#define FIRSTHAND_REVIEW_CURSOR \
  "(timestamptz 'epoch' + $4::bigint * interval '1 microsecond', $5::bigint)"
constexpr Statement kOpen{
    "list_open_review_actions", FIRSTHAND_REVIEW_LIST
    "r.state = 'open' and ($1 in ('open', 'late')"
    " or ($1 = 'mine' and (r.assignee_id = $2"
    "  or (r.assignee_id is null and r.department_id = $3)))"
    " or ($1 = 'department' and r.department_id = $3)) and ($1 <> 'late' or r.due_at < now())"
    " and (r.due_at, r.id) > " FIRSTHAND_REVIEW_CURSOR " order by r.due_at, r.id limit $6"};
constexpr Statement kAll{"list_all_review_actions", FIRSTHAND_REVIEW_LIST
                         "(r.due_at, r.id) < " FIRSTHAND_REVIEW_CURSOR
                         " and $1 <> '' and $2::bigint >= 0 and $3::bigint >= 0"
                         " order by r.due_at desc, r.id desc limit $6"};
#undef FIRSTHAND_REVIEW_LIST
#undef FIRSTHAND_REVIEW_CURSOR

std::vector<ReviewActionView> action_rows(Tx& tx, const Rules& rules, const Ids& ids) {
  std::vector<ReviewActionView> out;
  if (ids.empty()) return out;
  Ids clocks;
  for (const auto& row : tx.exec(kActionRows, array_of(ids))) {
    ReviewActionView item;
    std::optional<std::int64_t> clock;
    Columns columns(row);
    columns >> item.id >> item.title >> item.text >> item.state;
    item.department = take_optional_department(columns);
    item.assignee = take_optional_user(columns);
    columns >> item.case_number;
    item.by = take_optional_user(columns);
    columns >> item.agreed_at >> item.due_at >> item.late >> item.result;
    item.ended_by = take_optional_user(columns);
    columns >> item.ended_at >> item.version >> clock;
    clocks.push_back(clock.value_or(0));
    out.push_back(std::move(item));
  }
  const auto shown = clock_rows(tx, rules, clocks);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (const auto found = shown.find(clocks[i]); found != shown.end())
      out[i].clock = found->second;
  }
  return out;
}

}  // namespace

std::optional<Page<ReviewActionView>> list_review_actions(Tx& tx, const Rules& rules,
                                                          const ReviewActionFilter& filter) {
  const bool all = filter.list == "all";
  const auto from = dated_place_of(filter.after, {all ? kFarFuture : 0, 0});
  if (!from) return std::nullopt;
  const int limit = page_size(filter.limit);
  const auto rows = tx.exec(all ? kAll : kOpen, filter.list, filter.user, filter.department,
                            from->a, from->b, limit + 1);
  Ids ids = ids_of(rows);
  Page<ReviewActionView> page;
  page.next = cut(ids, rows, limit);
  page.items = action_rows(tx, rules, ids);
  return page;
}

std::optional<ReviewActionView> read_review_action(Tx& tx, const Rules& rules, std::int64_t id) {
  auto rows = action_rows(tx, rules, {id});
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

namespace statements {
const std::vector<Statement> kReviewReads{kActionRows, kOpen, kAll};
}

}  // namespace firsthand::postgres
