// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/case_reads.hpp"

#include "adapters/postgres/reads/promise_reads.hpp"
#include "adapters/postgres/reads/search_text.hpp"
#include "engine/departments.hpp"

namespace firsthand::postgres {
namespace {

// Reads plan each time with the values at hand (db.cpp), so the branches of these conditions that
// do not apply cost nothing. $1 reach, $2 user, $3 department, $4 list, $5 state, $6 category,
// $7 the words searched for, $8 their patterns.
#define FIRSTHAND_CASE_CONDITIONS                                                           \
  " ($1 = 'all'"                                                                            \
  "  or ($1 in ('own', 'escalated') and (f.owner_id = $2 or f.handler_user_id = $2"         \
  "      or f.hand_over_to = $2))"                                                          \
  "  or ($1 = 'escalated' and (f.escalation_level > 0 or f.state = 'escalated'))"           \
  "  or ($1 = 'department' and (f.department_id = $3 or exists (select 1 from dispatch p"   \
  "      where p.case_id = f.id and p.department_id = $3))))"                               \
  " and ($4 <> 'mine' or f.owner_id = $2 or f.handler_user_id = $2 or f.hand_over_to = $2)" \
  " and ($4 <> 'department' or f.department_id = $3)"                                       \
  " and ($4 <> 'escalated' or f.escalation_level > 0 or f.state = 'escalated')"             \
  " and ($5 = '' or f.state = $5)"                                                          \
  " and ($6 = '' or f.category = $6)"                                                       \
  " and ($7 = '' or f.id in (select s.case_id from case_search s"                           \
  "      where search_grams(s.words) @> search_grams($7, true)"                             \
  "       and s.words like all ($8::text[]))"                                               \
  "   or f.customer_id in (select s.customer_id from customer_search s"                     \
  "      where search_grams(s.words) @> search_grams($7, true)"                             \
  "       and s.words like all ($8::text[]))"                                               \
  "   or f.customer_id in (select c.id from customer c where c.initials like $7 || '%'))"

constexpr Statement kListByDue{
    "list_cases_by_due",
    "select f.id, k.due_us from case_file f"
    " left join lateral (select coalesce((extract(epoch from min(s.due_at)) * 1000000)::bigint,"
    "   9000000000000000000) as due_us, bool_or(s.breached_at is not null or s.due_at < now())"
    "   as late from sla_clock s where s.case_id = f.id and s.ended_at is null) k on true"
    " where f.state <> 'closed' and" FIRSTHAND_CASE_CONDITIONS
    " and ($4 not in ('open', 'overdue', 'escalated') or f.state <> 'resolved')"
    " and ($4 <> 'overdue' or k.late)"
    " and (k.due_us, f.id) > ($9::bigint, $10::bigint)"
    " order by k.due_us, f.id limit $11"};

constexpr Statement kListByOpening{
    "list_cases_by_opening",
    "select f.id, (extract(epoch from f.opened_at) * 1000000)::bigint from case_file f"
    " where" FIRSTHAND_CASE_CONDITIONS
    " and (f.opened_at, f.id) < (timestamptz 'epoch' + $9::bigint * interval '1 microsecond',"
    "  $10::bigint)"
    " order by f.opened_at desc, f.id desc limit $11"};

#define FIRSTHAND_CASE_FACTS                                                                    \
  "select f.id, f.number, f.state, f.owner_id, f.handler_user_id, f.department_id,"             \
  " f.hand_over_to, f.customer_id, f.version,"                                                  \
  " array(select distinct p.department_id from dispatch p where p.case_id = f.id),"             \
  " (select p.state from dispatch p where p.case_id = f.id and p.state in ('sent', 'accepted')" \
  "  limit 1), f.told_at is not null,"                                                          \
  " exists (select 1 from clock_pause q where q.case_id = f.id and q.until_at is null),"        \
  " f.escalation_level > 0 or f.state = 'escalated', f.told_how,"                               \
  " exists (select 1 from dispatch p where p.case_id = f.id"                                    \
  "  and p.state in ('sent', 'accepted') and p.disputed_at is not null"                         \
  "  and p.dispute_settled_at is null),"                                                        \
  " exists (select 1 from dispatch p where p.case_id = f.id"                                    \
  "  and p.state in ('sent', 'accepted') and p.extension_until is not null),"                   \
  " (select a.owner_id from account a where a.customer_id = account_of(f.customer_id))"         \
  " from case_file f where "

constexpr Statement kFactsById{"case_facts_by_id", FIRSTHAND_CASE_FACTS "f.id = $1::bigint"};
constexpr Statement kFactsByNumber{"case_facts_by_number", FIRSTHAND_CASE_FACTS "f.number = $1"};
constexpr Statement kFactsByDispatch{"case_facts_by_dispatch", FIRSTHAND_CASE_FACTS
                                     "f.id = (select case_id from dispatch where id = $1::bigint)"};
constexpr Statement kFactsByCallback{"case_facts_by_callback", FIRSTHAND_CASE_FACTS
                                     "f.id = (select case_id from callback where id = $1::bigint)"};
constexpr Statement kFactsByAlert{"case_facts_by_alert", FIRSTHAND_CASE_FACTS
                                  "f.id = (select case_id from alert where id = $1::bigint)"};
constexpr Statement kFactsByInteraction{
    "case_facts_by_interaction",
    FIRSTHAND_CASE_FACTS "f.id = (select case_id from interaction where id = $1::bigint)"};

constexpr Statement kCaseMore{
    "read_case_more",
    "select f.text, f.channel, f.language, f.cycle, f.reach_number, f.told_at, f.told_how,"
    " f.resolution, f.resolved_at, f.closed_at, u.id, u.name, f.hand_over_reason, f.repeat_of"
    " from case_file f left join user_account u on u.id = f.hand_over_to where f.id = $1"};

constexpr Statement kOwnership{
    "read_ownership_of_case",
    "select o.id, o.name, p.id, p.name, e.how, e.reason, b.id, b.name, e.at"
    " from ownership_entry e join user_account o on o.id = e.owner_id"
    " left join user_account p on p.id = e.previous_owner_id"
    " left join user_account b on b.id = e.by_user_id"
    " where e.case_id = $1 order by e.id"};

constexpr Statement kCallbackIdsOfCase{"callback_ids_of_case",
                                       "select id from callback where case_id = $1 order by id"};
constexpr Statement kAlertIdsOfCase{"alert_ids_of_case",
                                    "select id from alert where case_id = $1 order by id"};
constexpr Statement kOpenPause{
    "read_open_pause_of_case",
    "select reason, from_at, planned_until from clock_pause where case_id = $1"
    " and until_at is null"};

#undef FIRSTHAND_CASE_CONDITIONS
#undef FIRSTHAND_CASE_FACTS

std::string word(Reach reach) {
  switch (reach) {
    case Reach::own: return "own";
    case Reach::escalated: return "escalated";
    case Reach::department: return "department";
    case Reach::all: return "all";
  }
  return "own";
}

}  // namespace

// ------------------------------------------------------------------------------- lists
std::optional<Page<CaseRow>> list_cases(Tx& tx, const Rules& rules, const Scope& scope,
                                        const CaseFilter& filter) {
  const bool by_due = filter.list != "all" && filter.state != "closed";
  // Cases without a clock come behind all that are due.
  const auto from =
      by_due ? place_of(filter.after, {-1, 0}) : dated_place_of(filter.after, kNewest);
  if (!from) return std::nullopt;
  const int limit = page_size(filter.limit);
  const auto words = search_words(trimmed(filter.q));
  const auto rows =
      tx.exec(by_due ? kListByDue : kListByOpening, word(scope.reach), scope.user, scope.department,
              filter.list, filter.state, filter.category, like_text(joined(words)),
              array_of(like_patterns(words)), from->a, from->b, limit + 1);
  Ids ids = ids_of(rows);
  Page<CaseRow> page;
  page.next = cut(ids, rows, limit);
  page.items = case_rows(tx, rules, ids);
  return page;
}

// ------------------------------------------------------------------------------- one case
std::optional<CaseFacts> case_facts(Tx& tx, CaseBy by, const std::string& name) {
  const Statement* statement = &kFactsById;
  switch (by) {
    case CaseBy::id: break;
    case CaseBy::number: statement = &kFactsByNumber; break;
    case CaseBy::dispatch: statement = &kFactsByDispatch; break;
    case CaseBy::callback: statement = &kFactsByCallback; break;
    case CaseBy::alert: statement = &kFactsByAlert; break;
    case CaseBy::interaction: statement = &kFactsByInteraction; break;
  }
  const auto rows = tx.exec(*statement, name);
  if (rows.empty()) return std::nullopt;
  CaseFacts facts;
  const auto row = rows[0];
  const auto number_or_zero = [](const auto& field) {
    return field.is_null() ? std::int64_t{0} : field.template as<std::int64_t>();
  };
  facts.id = row[0].as<std::int64_t>();
  facts.number = read<std::string>(row[1]);
  facts.state = read<std::string>(row[2]);
  facts.owner = row[3].as<std::int64_t>();
  facts.handler = number_or_zero(row[4]);
  facts.department = number_or_zero(row[5]);
  facts.hand_over_to = number_or_zero(row[6]);
  facts.customer = row[7].as<std::int64_t>();
  facts.version = row[8].as<std::int64_t>();
  for (const auto& id : read_array(row[9].c_str())) facts.departments.push_back(std::stoll(id));
  facts.live_dispatch = read<std::string>(row[10]);
  facts.told = row[11].as<bool>();
  facts.paused = row[12].as<bool>();
  facts.escalated = row[13].as<bool>();
  facts.told_by_department = read<std::string>(row[14]) == kToldByDepartment;
  facts.disputed = row[15].as<bool>();
  facts.extension_asked = row[16].as<bool>();
  facts.account_owner = number_or_zero(row[17]);
  return facts;
}

std::optional<CaseView> read_case(Tx& tx, const Rules& rules, std::int64_t id) {
  auto rows = case_rows(tx, rules, {id});
  if (rows.empty()) return std::nullopt;
  CaseView view;
  static_cast<CaseRow&>(view) = std::move(rows.front());
  {
    const auto more = tx.exec(kCaseMore, id);
    const auto row = more[0];
    Columns columns(row);
    columns >> view.text >> view.channel >> view.language >> view.cycle >> view.reach_number >>
        view.told_at >> view.told_how >> view.resolution >> view.resolved_at >> view.closed_at;
    view.hand_over_to = take_optional_user(columns);
    columns >> view.hand_over_reason >> view.repeat_of;
  }
  view.clocks = clocks_of_case(tx, rules, id);
  view.dispatches = dispatches_of_case(tx, rules, id);
  view.callbacks = callback_rows(tx, rules, ids_of(tx.exec(kCallbackIdsOfCase, id)));
  for (const auto& row : tx.exec(kOwnership, id)) {
    OwnershipView entry;
    Columns columns(row);
    columns >> entry.owner.id >> entry.owner.name;
    entry.previous_owner = take_optional_user(columns);
    columns >> entry.how >> entry.reason;
    entry.by = take_optional_user(columns);
    columns >> entry.at;
    view.ownership.push_back(std::move(entry));
  }
  view.alerts = alert_rows(tx, rules, ids_of(tx.exec(kAlertIdsOfCase, id)));
  for (const auto& row : tx.exec(kOpenPause, id)) {
    PauseView pause;
    Columns columns(row);
    columns >> pause.reason >> pause.from_at >> pause.planned_until;
    view.pause = std::move(pause);
  }
  return view;
}

namespace statements {
const std::vector<Statement> kCaseReads{
    kListByDue,         kListByOpening,  kFactsById,          kFactsByNumber, kFactsByDispatch,
    kFactsByCallback,   kFactsByAlert,   kFactsByInteraction, kCaseMore,      kOwnership,
    kCallbackIdsOfCase, kAlertIdsOfCase, kOpenPause};
}

}  // namespace firsthand::postgres
