// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/rows.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "engine/clock_math.hpp"
#include "engine/departments.hpp"

namespace firsthand::postgres {
namespace {

// ------------------------------------------------------------------------------- statements
constexpr Statement kNow{"read_now", "select now()"};

// "18:00" and "20:00"; null for whoever may be called at any time.
#define FIRSTHAND_CONTACT_HOURS                                                  \
  "to_char(time '00:00' + c.contact_from_min * interval '1 minute', 'HH24:MI')," \
  " to_char(time '00:00' + c.contact_until_min * interval '1 minute', 'HH24:MI')"

// The most urgent clock not yet met is the one due first; a paused one has no due time and is last.
constexpr Statement kCaseRows{
    "read_case_rows",
    "select f.id, f.number, f.kind, f.state, f.category, f.severity,"
    " c.id, c.name, c.tier,"
    " coalesce(nullif(f.reach_number, ''),"
    "  (select n.number from customer_number n where n.customer_id = c.id"
    "   order by n.number limit 1), ''),"
    " o.id, o.name, h.id, h.name, d.id, d.code, d.name_zh, d.name_en,"
    " f.escalation_level, f.opened_at, f.product, f.version,"
    " exists (select 1 from sla_clock x where x.case_id = f.id and x.ended_at is null"
    "  and (x.breached_at is not null or x.due_at < now())),"
    " f.told_how = $2 and f.state not in ('resolved', 'closed'),"
    " k.id, k.kind, k.state, k.started_at, k.due_at, k.breached_at, k.ended_at, k.cycle,"
    " k.policy, k.policy_version, k.calendar, k.budget_kind, k.budget_s, k.ladder,"
    " (select array_agg(p.from_at order by p.id) from clock_pause p where p.case_id = f.id),"
    " (select array_agg(p.until_at order by p.id) from clock_pause p where p.case_id = f.id)"
    " from unnest($1::bigint[]) with ordinality as w(id, place)"
    " join case_file f on f.id = w.id"
    " join customer c on c.id = customer_root(f.customer_id)"
    " join user_account o on o.id = f.owner_id"
    " left join user_account h on h.id = f.handler_user_id"
    " left join department d on d.id = f.department_id"
    " left join lateral (select * from sla_clock s where s.case_id = f.id and s.ended_at is null"
    "  order by s.due_at nulls last, s.id limit 1) k on true"
    " order by w.place"};

#define FIRSTHAND_CLOCKS                                                                      \
  "select k.id, k.kind, k.state, k.started_at, k.due_at, k.breached_at, k.ended_at, k.cycle," \
  " k.policy, k.policy_version, k.calendar, k.budget_kind, k.budget_s, k.ladder,"             \
  " (select array_agg(p.from_at order by p.id) from clock_pause p where p.case_id ="          \
  " k.case_id), (select array_agg(p.until_at order by p.id) from clock_pause p where"         \
  " p.case_id = k.case_id) from sla_clock k "
constexpr Statement kClocksOfCase{"read_clocks_of_case",
                                  FIRSTHAND_CLOCKS "where k.case_id = $1 order by k.id"};
constexpr Statement kClockRows{"read_clock_rows",
                               FIRSTHAND_CLOCKS "where k.id = any($1::bigint[]) order by k.id"};
#undef FIRSTHAND_CLOCKS

constexpr Statement kCallbackRows{
    "read_callback_rows",
    "select b.id, b.kind, f.number, f.category, c.id, c.name, c.tier, b.number, b.caller,"
    " u.id, u.name, d.id, d.code, d.name_zh, d.name_en, b.window_from, b.due_at, b.state,"
    " b.attempts, b.next_try_at, b.state = 'open' and b.due_at < now(), b.promised_at,"
    " coalesce(f.text, ''), b.version, b.satisfied, b.score, b.ended_at, b.ended_why,"
    " " FIRSTHAND_CONTACT_HOURS
    " from unnest($1::bigint[]) with ordinality as w(id, place)"
    " join callback b on b.id = w.id"
    " join customer c on c.id = customer_root(b.customer_id)"
    " left join case_file f on f.id = b.case_id"
    " left join user_account u on u.id = b.user_id"
    " left join department d on d.id = b.department_id"
    " order by w.place"};

constexpr Statement kTries{
    "read_callback_tries",
    "select a.callback_id, a.number, u.id, u.name, a.at, a.outcome, a.note"
    " from callback_attempt a left join user_account u on u.id = a.by_user_id"
    " where a.callback_id = any($1::bigint[]) order by a.callback_id, a.number, a.id"};

constexpr Statement kAlertRows{
    "read_alert_rows",
    "select a.id, a.clock_id, a.customer_id, a.review_action_id,"
    " case when f.id is null then coalesce(v.title, c.name) end, f.number, c.name, f.category,"
    " a.clock_kind, a.step, a.role,"
    " a.needs_acknowledgement, a.due_at, a.fired_at, a.acknowledged_at, u.id, u.name,"
    " r.id, r.name, d.code"
    " from unnest($1::bigint[]) with ordinality as w(id, place)"
    " join alert a on a.id = w.id"
    " join user_account r on r.id = a.recipient_id"
    " left join case_file f on f.id = a.case_id"
    " left join review_action v on v.id = a.review_action_id"
    " left join customer c on c.id = coalesce(f.customer_id, a.customer_id)"
    " left join user_account u on u.id = a.acknowledged_by"
    " left join department d on d.id = coalesce(f.department_id, v.department_id)"
    " order by w.place"};

// The keys of an alert's effects are known, so both tables are asked by their keys. Before the
// first try there is an effect and no notice yet; a webhook that is switched off has neither.
constexpr Statement kAlertNotices{
    "read_alert_notices",
    "select a.id, x.channel, case when n.state = 'sent' and n.digest_key <> '' then 'in_digest'"
    " else coalesce(n.state, 'pending') end from unnest($1::bigint[]) as w(id)"
    " join alert a on a.id = w.id cross join lateral (values"
    "  ('email', 'mail:alert:' || a.id || ':' || a.recipient_id),"
    "  ('webhook', 'webhook:alert:' || a.id)) as x(channel, key)"
    " left join lateral (select m.state, m.digest_key from notice m where m.effect_key = x.key"
    "  and m.channel = x.channel order by m.state <> 'sent', m.at desc limit 1) n on true"
    " left join outbox o on o.key = x.key and o.done_at is null"
    " where n.state is not null or o.id is not null order by a.id, x.channel"};

constexpr Statement kCustomerCards{
    "read_customer_cards",
    "select c.id, c.kind, c.name, c.tier, c.language, coalesce(nullif(c.email, ''),"
    "  (select m.email from customer m where m.id = any(g.ids) and m.email <> ''"
    "   order by m.id limit 1), ''), c.address, c.product,"
    " c.provisional, c.do_not_call, c.potential, " FIRSTHAND_CONTACT_HOURS
    ", greatest(0, m.invoiced - m.received), "
    "c.created_at, c.version,"
    " (select count(*) from case_file f where f.customer_id = any(g.ids)"
    "   and f.state not in ('resolved', 'closed')),"
    " (select count(*) from case_file f where f.customer_id = any(g.ids) and f.kind = 'complaint'"
    "   and f.state not in ('resolved', 'closed')),"
    " (select count(*) from callback b where b.customer_id = any(g.ids) and b.state = 'open'"
    "   and b.due_at < now()),"
    " i.calls, i.visits, i.calls_30d, cardinality(g.ids) - 1,"
    " a.state, o.id, o.name, a.since, (select k.due_at from sla_clock k"
    "  where k.customer_id = a.customer_id and k.kind = 'pool_hold' and k.ended_at is null"
    "  order by k.id desc limit 1)"
    " from (select customer_root(u.id) as id, min(u.place) as place"
    "  from unnest($1::bigint[]) with ordinality as u(id, place) group by 1) w"
    " join customer c on c.id = w.id"
    " cross join lateral (select customer_group(c.id) as ids) g"
    " cross join lateral customer_totals(g.ids) m"
    " cross join lateral (select count(*) filter (where x.channel = 'call') as calls,"
    "  count(*) filter (where x.channel in ('walk_in', 'field_visit')) as visits,"
    "  count(*) filter (where x.channel = 'call' and x.direction = 'inbound'"
    "   and x.enqueued_at > now() - interval '30 days') as calls_30d"
    "  from interaction x where x.customer_id = any(g.ids)) i"
    " left join lateral (select * from account y where y.customer_id = any(g.ids)"
    "  order by y.customer_id <> c.id, y.customer_id limit 1) a on true"
    " left join user_account o on o.id = a.owner_id"
    " order by w.place"};

constexpr Statement kCustomerRoot{"read_customer_root", "select customer_root($1)"};

constexpr Statement kCustomerNumbers{
    "read_customer_numbers",
    "select distinct on (c.id, n.number) c.id, n.number, n.label"
    " from (select distinct customer_root(u) as id from unnest($1::bigint[]) u) c"
    " join customer_number n on n.customer_id = any(customer_group(c.id))"
    " order by c.id, n.number, n.label desc"};

// ------------------------------------------------------------------------------- clocks
std::vector<Pause> pauses_of(const std::vector<std::string>& from,
                             const std::vector<std::string>& until) {
  std::vector<Pause> pauses;
  for (std::size_t i = 0; i < from.size(); ++i) {
    Pause pause{to_instant(from[i]), std::nullopt};
    if (i < until.size() && !until[i].empty()) pause.to = to_instant(until[i]);
    pauses.push_back(pause);
  }
  return pauses;
}

/// When the console turns the clock amber: the ladder's first step before the breach.
OptionalStamp warn_at(const Rules& rules, const ClockView& clock, const std::string& ladder_code,
                      const std::vector<Pause>& pauses) {
  const Ladder* ladder = rules.book.ladder(ladder_code);
  if (ladder == nullptr || !clock.due_at) return std::nullopt;
  BudgetKind kind = BudgetKind::working_time;
  if (clock.budget_kind == "calendar_time") kind = BudgetKind::calendar_time;
  if (clock.budget_kind == "working_days") kind = BudgetKind::working_days;
  for (const LadderStep& step : ladder->steps) {
    if (step.is_breach()) break;
    const Due at = step_at(clock.started_at.at, Budget{kind, clock.budget_s}, step.at,
                           rules.calendar(clock.calendar), pauses);
    if (at) return Stamp{*at};
  }
  return std::nullopt;
}

template <class Row>
ClockView take_clock(const Rules& rules, Columns<Row>& columns) {
  ClockView clock;
  std::string ladder;
  std::string from;
  std::string until;
  columns >> clock.id >> clock.kind >> clock.state >> clock.started_at >> clock.due_at >>
      clock.breached_at >> clock.ended_at >> clock.cycle >> clock.policy >> clock.policy_version >>
      clock.calendar >> clock.budget_kind >> clock.budget_s >> ladder >> from >> until;
  clock.warn_at = warn_at(rules, clock, ladder, pauses_of(read_array(from), read_array(until)));
  return clock;
}

}  // namespace

// ------------------------------------------------------------------------------- small things
Instant now_of(Tx& tx) {
  return read<Instant>(tx.exec(kNow)[0][0]);
}

Ids ids_of(const pqxx::result& rows) {
  Ids ids;
  ids.reserve(static_cast<std::size_t>(rows.size()));
  for (const auto& row : rows) ids.push_back(row[0].as<std::int64_t>());
  return ids;
}

std::pair<std::string, std::string> category_names(const Rules& rules, const std::string& code) {
  const Category* category = rules.book.category(code);
  if (category == nullptr) return {code, code};
  return {category->name_zh, category->name_en};
}

// ------------------------------------------------------------------------------- rows
std::vector<CaseRow> case_rows(Tx& tx, const Rules& rules, const Ids& ids) {
  std::vector<CaseRow> out;
  if (ids.empty()) return out;
  for (const auto& row : tx.exec(kCaseRows, array_of(ids), kToldByDepartment)) {
    CaseRow item;
    Columns columns(row);
    columns >> item.id >> item.number >> item.kind >> item.state >> item.category >>
        item.severity >> item.customer.id >> item.customer.name >> item.customer.tier >>
        item.customer.number >> item.owner.id >> item.owner.name;
    item.customer.number = mask_number(item.customer.number);
    item.handler = take_optional_user(columns);
    item.department = take_optional_department(columns);
    columns >> item.escalation_level >> item.opened_at >> item.product >> item.version >>
        item.overdue >> item.to_verify;
    if (!columns.next_is_null()) item.clock = take_clock(rules, columns);
    std::tie(item.category_zh, item.category_en) = category_names(rules, item.category);
    out.push_back(std::move(item));
  }
  return out;
}

std::vector<ClockView> clocks_of_case(Tx& tx, const Rules& rules, std::int64_t case_id) {
  std::vector<ClockView> out;
  for (const auto& row : tx.exec(kClocksOfCase, case_id)) {
    Columns columns(row);
    out.push_back(take_clock(rules, columns));
  }
  return out;
}

std::map<std::int64_t, ClockView> clock_rows(Tx& tx, const Rules& rules, const Ids& ids) {
  std::map<std::int64_t, ClockView> out;
  if (ids.empty()) return out;
  for (const auto& row : tx.exec(kClockRows, array_of(ids))) {
    Columns columns(row);
    ClockView clock = take_clock(rules, columns);
    out.emplace(clock.id, std::move(clock));
  }
  return out;
}

std::vector<CallbackView> callback_rows(Tx& tx, const Rules& rules, const Ids& ids) {
  std::vector<CallbackView> out;
  if (ids.empty()) return out;
  std::unordered_map<std::int64_t, std::size_t> place;
  for (const auto& row : tx.exec(kCallbackRows, array_of(ids))) {
    CallbackView item;
    std::string category;
    Columns columns(row);
    columns >> item.id >> item.kind >> item.case_number >> category >> item.customer.id >>
        item.customer.name >> item.customer.tier >> item.number >> item.caller;
    item.user = take_optional_user(columns);
    item.department = take_optional_department(columns);
    columns >> item.window_from >> item.due_at >> item.state >> item.attempts >> item.next_try_at >>
        item.overdue >> item.promised_at >> item.last_text >> item.version >> item.satisfied >>
        item.score >> item.ended_at >> item.ended_why >> item.contact_from >> item.contact_until;
    item.number = mask_number(item.number);
    item.customer.number = item.number;
    if (!category.empty()) {
      std::tie(item.category_zh, item.category_en) = category_names(rules, category);
    }
    place[item.id] = out.size();
    out.push_back(std::move(item));
  }
  for (const auto& row : tx.exec(kTries, array_of(ids))) {
    TryView attempt;
    Columns columns(row);
    const auto callback = columns.template take<std::int64_t>();
    columns >> attempt.number;
    attempt.by = take_optional_user(columns);
    columns >> attempt.at >> attempt.outcome >> attempt.note;
    const auto found = place.find(callback);
    if (found == place.end()) continue;
    auto& item = out[found->second];
    if (!attempt.note.empty()) item.last_text = attempt.note;
    item.tries.push_back(std::move(attempt));
  }
  return out;
}

std::vector<AlertView> alert_rows(Tx& tx, const Rules& rules, const Ids& ids) {
  std::vector<AlertView> out;
  if (ids.empty()) return out;
  std::unordered_map<std::int64_t, std::size_t> place;
  for (const auto& row : tx.exec(kAlertRows, array_of(ids))) {
    AlertView item;
    std::string category;
    Columns columns(row);
    columns >> item.id >> item.clock_id >> item.customer_id >> item.review_action_id >>
        item.title >> item.case_number >> item.customer_name >> category >> item.clock_kind >>
        item.step >> item.role >> item.needs_acknowledgement >> item.due_at >> item.fired_at >>
        item.acknowledged_at;
    item.acknowledged_by = take_optional_user(columns);
    columns >> item.recipient.id >> item.recipient.name >> item.department_code;
    std::tie(item.category_zh, item.category_en) = category_names(rules, category);
    // An alert is on its recipient's console from the moment it exists.
    item.channels.push_back({"console", "sent"});
    place[item.id] = out.size();
    out.push_back(std::move(item));
  }
  for (const auto& row : tx.exec(kAlertNotices, array_of(ids))) {
    ChannelState notice;
    Columns columns(row);
    const auto alert = columns.template take<std::int64_t>();
    columns >> notice.channel >> notice.state;
    const auto found = place.find(alert);
    if (found == place.end() || notice.channel == "console") continue;
    out[found->second].channels.push_back(std::move(notice));
  }
  return out;
}

std::vector<CustomerCard> customer_cards(Tx& tx, const Ids& ids, std::int64_t full_for) {
  std::vector<CustomerCard> out;
  if (ids.empty()) return out;
  const auto root = full_for ? tx.exec(kCustomerRoot, full_for) : pqxx::result{};
  const std::int64_t full_root = root.empty() ? 0 : read<std::int64_t>(root[0][0]);
  std::unordered_map<std::int64_t, std::size_t> place;
  for (const auto& row : tx.exec(kCustomerCards, array_of(ids))) {
    CustomerCard card;
    std::int64_t open_complaints = 0;
    std::int64_t overdue = 0;
    Columns columns(row);
    columns >> card.id >> card.kind >> card.name >> card.tier >> card.language >> card.email >>
        card.address >> card.product >> card.provisional >> card.do_not_call >> card.potential >>
        card.contact_from >> card.contact_until >> card.unpaid_balance_cents >> card.created_at >>
        card.version >> card.open_cases >> open_complaints >> overdue >> card.calls >>
        card.visits >> card.calls_30d >> card.merged_records;
    if (!columns.next_is_null()) {
      AccountBrief account;
      columns >> account.state;
      account.owner = take_optional_user(columns);
      columns >> account.since >> account.due_at;
      card.account = std::move(account);
    }
    const auto warn = [&card](bool when, const char* kind, std::int64_t count) {
      if (when) card.banner.push_back({kind, count});
    };
    warn(open_complaints > 0, "open_complaint", open_complaints);
    warn(overdue > 0, "overdue_promise", overdue);
    warn(card.tier == "key", "key_customer", 1);
    warn(card.unpaid_balance_cents > 0, "unpaid_balance", card.unpaid_balance_cents);
    warn(card.do_not_call, "do_not_call", 1);
    warn(card.calls_30d >= 3, "repeat_caller", card.calls_30d);
    place[card.id] = out.size();
    out.push_back(std::move(card));
  }
  for (const auto& row : tx.exec(kCustomerNumbers, array_of(ids))) {
    Columns columns(row);
    const auto customer = columns.template take<std::int64_t>();
    NumberView number;
    columns >> number.number >> number.label;
    if (customer != full_root) number.number = mask_number(number.number);
    const auto found = place.find(customer);
    if (found != place.end()) out[found->second].numbers.push_back(std::move(number));
  }
  return out;
}

namespace statements {
const std::vector<Statement> kRows{kNow,           kCaseRows,     kClocksOfCase,   kCallbackRows,
                                   kTries,         kAlertRows,    kAlertNotices,   kClockRows,
                                   kCustomerCards, kCustomerRoot, kCustomerNumbers};
}

}  // namespace firsthand::postgres
