// SPDX-License-Identifier: Apache-2.0
// Callbacks, alerts and the liaison's inbox.
#include <map>

#include "adapters/postgres/reads/desk_reads.hpp"
#include "adapters/postgres/reads/promise_reads.hpp"

namespace firsthand::postgres {
namespace {

// $1 reach, $2 user, $3 department, $4 due before or null, $5 $6 the cursor, $8 the list. What is
// exhausted waits for a decision: its case is live, or it has none, and nobody has promised anew.
// What is not to be tried yet stands where its next try is due, if that is after the promise.
constexpr Statement kListCallbacks{
    "list_callback_ids",
    "select b.id, (extract(epoch from t.turn) * 1000000)::bigint from callback b"
    " cross join lateral (select case when b.next_try_at > now()"
    "  then greatest(b.due_at, b.next_try_at) else b.due_at end as turn) t"
    " where case when $8 = 'exhausted' then b.state = 'exhausted' and b.kind <> 'follow_up'"
    "   and (b.case_id is null or exists (select 1 from case_file f where f.id = b.case_id"
    "    and f.state not in ('resolved', 'closed') and f.told_at is null))"
    "   and not exists (select 1 from callback y where y.customer_id = b.customer_id"
    "    and y.case_id is not distinct from b.case_id and y.kind <> 'follow_up'"
    "    and (y.state = 'open' or y.id > b.id))"
    "  else b.state = 'open' end and ($1 = 'all' or ($1 in ('own', 'escalated') and b.user_id = $2)"
    "  or ($1 = 'department' and b.department_id = $3))"
    " and ($4::timestamptz is null or b.due_at < $4::timestamptz)"
    " and (t.turn, b.id) > (timestamptz 'epoch' + $5::bigint * interval '1 microsecond',"
    "  $6::bigint)"
    " order by t.turn, b.id limit $7"};

constexpr Statement kCallbackFacts{
    "callback_facts",
    "select b.id, b.user_id, b.department_id, b.customer_id, b.case_id, b.state, f.number,"
    " f.owner_id, b.kind from callback b left join case_file f on f.id = b.case_id where b.id = "
    "$1"};

constexpr Statement kNumbersOfCallback{
    "read_numbers_of_callback",
    "select distinct n.number from callback b"
    " join customer_number n on n.customer_id = any(customer_group(b.customer_id))"
    " where b.id = $1 order by n.number"};

constexpr Statement kListAlerts{
    "list_alert_ids",
    "select a.id from alert a where (not $1::boolean or (a.acknowledged_at is null"
    "  and a.needs_acknowledgement)) and ($2 = 'all' or a.recipient_id = $3"
    "  or ($2 = 'department' and exists (select 1 from user_account r where r.id = a.recipient_id"
    "   and r.department_id = $4)))"
    " and a.id < $5 order by a.id desc limit $6"};

constexpr Statement kAlertFacts{"alert_facts",
                                "select a.id, a.recipient_id, u.department_id from alert a"
                                " join user_account u on u.id = a.recipient_id where a.id = $1"};

// One row per dispatch: to_accept while sent, to_call while accepted and the promise is open,
// done when answered, returned or called. Only what is live or ended in the last 30 days.
constexpr Statement kInbox{
    "read_inbox",
    "select p.id, p.case_id, p.state, coalesce(nullif(p.note, ''), f.text), b.id,"
    " (select s.due_at from sla_clock s where s.case_id = p.case_id and s.dispatch_id = p.id"
    "  and s.kind = 'acknowledgement'"
    "  and s.ended_at is null order by s.id desc limit 1),"
    " case when p.state = 'sent' then 'to_accept'"
    "  when p.state = 'accepted' then 'to_call' else 'done' end as tab"
    " from dispatch p join case_file f on f.id = p.case_id"
    " left join lateral (select x.id from callback x where x.case_id = f.id and x.state = 'open'"
    "  and x.kind <> 'follow_up' order by x.id desc limit 1) b on p.state in ('sent', 'accepted')"
    " where p.department_id = $1 and (p.state in ('sent', 'accepted')"
    "  or p.ended_at > now() - interval '30 days') and p.state <> 'cancelled'"
    " order by case when p.state in ('sent', 'accepted') then 0 else 1 end,"
    "  (select min(s.due_at) from sla_clock s where s.case_id = f.id and s.ended_at is null)"
    "   nulls last, p.ended_at desc, p.id limit 2000"};

constexpr Statement kInboxAlerts{
    "read_inbox_alert_ids",
    "select a.id, a.case_id from alert a where a.case_id = any($1::bigint[])"
    " and a.acknowledged_at is null and a.needs_acknowledgement"
    " and a.recipient_id in (select id from user_account where department_id = $2) order by a.id"};

constexpr Statement kOutbound{
    "read_outbound_of",
    "select count(*) from interaction where agent_id = $1 and direction = 'outbound'"
    " and enqueued_at > now() - interval '1 hour'"};

constexpr Statement kInboxActions{"read_inbox_actions",
                                  "select count(*) from review_action where state = 'open'"
                                  " and department_id = $1"};

constexpr Statement kDepartment{"read_department",
                                "select id, code, name_zh, name_en from department where id = $1"};

std::int64_t number_or_zero(const pqxx::row& row, int column) {
  return row[column].is_null() ? 0 : row[column].as<std::int64_t>();
}

struct InboxEntry {
  std::int64_t dispatch = 0, case_id = 0, callback = 0;
  std::string state, text, tab;
  OptionalStamp accept_by;
};

std::vector<InboxEntry> inbox_entries(Tx& tx, std::int64_t department, InboxCounts& counts) {
  std::vector<InboxEntry> entries;
  for (const auto& row : tx.exec(kInbox, department)) {
    InboxEntry entry;
    entry.dispatch = row[0].as<std::int64_t>();
    entry.case_id = row[1].as<std::int64_t>();
    entry.state = read<std::string>(row[2]);
    entry.text = read<std::string>(row[3]);
    entry.callback = row[4].is_null() ? 0 : row[4].as<std::int64_t>();
    entry.accept_by = read<OptionalStamp>(row[5]);
    entry.tab = read<std::string>(row[6]);
    auto& count = entry.tab == "to_accept" ? counts.to_accept
                  : entry.tab == "to_call" ? counts.to_call
                                           : counts.done;
    if (++count <= kInboxMax) entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace

// ------------------------------------------------------------------------------- callbacks
std::optional<Page<CallbackView>> list_callbacks(Tx& tx, const Rules& rules, const Scope& scope,
                                                 const CallbackFilter& filter) {
  const auto from = dated_place_of(filter.after, {0, 0});
  if (!from) return std::nullopt;
  std::optional<Instant> before;
  if (filter.list == "overdue") before = now_of(tx);
  if (filter.list == "today") before = filter.end_of_day;
  if (filter.list == "week") before = filter.end_of_week;
  const char* reach = scope.reach == Reach::all          ? "all"
                      : scope.reach == Reach::department ? "department"
                                                         : "own";
  const int limit = page_size(filter.limit);
  const auto rows = tx.exec(kListCallbacks, reach, scope.user, scope.department, before, from->a,
                            from->b, limit + 1, filter.list);
  Ids ids = ids_of(rows);
  Page<CallbackView> page;
  page.next = cut(ids, rows, limit);
  page.items = callback_rows(tx, rules, ids);
  return page;
}

std::optional<CallbackFacts> callback_facts(Tx& tx, std::int64_t id) {
  const auto rows = tx.exec(kCallbackFacts, id);
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  CallbackFacts facts;
  facts.id = row[0].as<std::int64_t>();
  facts.user = number_or_zero(row, 1);
  facts.department = number_or_zero(row, 2);
  facts.customer = number_or_zero(row, 3);
  facts.case_id = number_or_zero(row, 4);
  facts.state = read<std::string>(row[5]);
  facts.case_number = read<std::string>(row[6]);
  facts.case_owner = number_or_zero(row, 7);
  facts.kind = read<std::string>(row[8]);
  return facts;
}

std::string number_of_callback(Tx& tx, std::int64_t id, const std::string& masked) {
  for (const auto& row : tx.exec(kNumbersOfCallback, id)) {
    const std::string number = read<std::string>(row[0]);
    if (mask_number(number) == masked) return number;
  }
  return "";
}

// ------------------------------------------------------------------------------- alerts
std::optional<Page<AlertView>> list_alerts(Tx& tx, const Rules& rules, const Scope& scope,
                                           bool open_only, const std::string& after, int limit) {
  const auto from = place_of(after, kNewest);
  if (!from) return std::nullopt;
  limit = page_size(limit);
  const char* reach = scope.reach == Reach::all          ? "all"
                      : scope.reach == Reach::department ? "department"
                                                         : "own";
  Ids ids = ids_of(
      tx.exec(kListAlerts, open_only, reach, scope.user, scope.department, from->b, limit + 1));
  Page<AlertView> page;
  if (static_cast<int>(ids.size()) > limit) {
    ids.pop_back();
    page.next = to_cursor(0, ids.back());
  }
  page.items = alert_rows(tx, rules, ids);
  return page;
}

std::optional<AlertFacts> alert_facts(Tx& tx, std::int64_t id) {
  const auto rows = tx.exec(kAlertFacts, id);
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  return AlertFacts{row[0].as<std::int64_t>(), row[1].as<std::int64_t>(), number_or_zero(row, 2)};
}

std::int64_t outbound_calls_last_hour(Tx& tx, std::int64_t user) {
  return read<std::int64_t>(tx.exec(kOutbound, user)[0][0]);
}

// ------------------------------------------------------------------------------- the inbox
InboxView read_inbox(Tx& tx, const Rules& rules, std::int64_t department) {
  InboxView view;
  for (const auto& row : tx.exec(kDepartment, department)) {
    Columns columns(row);
    view.department = take_optional_department(columns);
  }
  const auto entries = inbox_entries(tx, department, view.counts);
  view.counts.review_actions = read<std::int64_t>(tx.exec(kInboxActions, department)[0][0]);
  Ids cases;
  Ids callbacks;
  Ids dispatches;
  for (const auto& entry : entries) {
    cases.push_back(entry.case_id);
    dispatches.push_back(entry.dispatch);
    if (entry.callback != 0) callbacks.push_back(entry.callback);
  }
  std::map<std::int64_t, CaseRow> case_of;
  for (auto& row : case_rows(tx, rules, cases)) case_of.insert_or_assign(row.id, std::move(row));
  std::map<std::int64_t, DispatchView> dispatch_of;
  for (auto& row : dispatch_rows(tx, rules, dispatches)) {
    dispatch_of.insert_or_assign(row.id, std::move(row));
  }
  std::map<std::int64_t, CallbackView> callback_of;
  for (auto& row : callback_rows(tx, rules, callbacks)) {
    callback_of.insert_or_assign(row.id, std::move(row));
  }
  Ids alert_ids;
  std::multimap<std::int64_t, std::int64_t> alerts_of_case;
  for (const auto& row : tx.exec(kInboxAlerts, array_of(cases), department)) {
    alert_ids.push_back(row[0].as<std::int64_t>());
    alerts_of_case.emplace(row[1].as<std::int64_t>(), alert_ids.back());
  }
  std::map<std::int64_t, AlertView> alert_of;
  for (auto& row : alert_rows(tx, rules, alert_ids)) {
    alert_of.insert_or_assign(row.id, std::move(row));
  }
  for (const auto& entry : entries) {
    InboxRow row;
    row.case_row = case_of.at(entry.case_id);
    row.dispatch_id = entry.dispatch;
    row.dispatch_state = entry.state;
    row.text = entry.text;
    row.accept_by = entry.accept_by;
    row.dispatch = dispatch_of.at(entry.dispatch);
    if (entry.callback != 0) row.callback = callback_of.at(entry.callback);
    if (entry.tab != "done") {
      const auto [first, last] = alerts_of_case.equal_range(entry.case_id);
      for (auto it = first; it != last; ++it) row.alerts.push_back(alert_of.at(it->second));
    }
    auto& tab = entry.tab == "to_accept" ? view.to_accept
                : entry.tab == "to_call" ? view.to_call
                                         : view.done;
    tab.push_back(std::move(row));
  }
  return view;
}

namespace statements {
const std::vector<Statement> kWorkReads{
    kListCallbacks, kCallbackFacts, kNumbersOfCallback, kListAlerts, kAlertFacts,
    kInbox,         kInboxAlerts,   kInboxActions,      kOutbound,   kDepartment};
}

}  // namespace firsthand::postgres
