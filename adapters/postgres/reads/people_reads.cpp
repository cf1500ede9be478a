// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/people_reads.hpp"

#include "engine/words.hpp"

namespace firsthand::postgres {
namespace {

#define FIRSTHAND_ABSENCE                                                                    \
  "select a.id, u.id, u.name, d.id, d.name, a.from_at, a.until_at, a.reason, b.id, b.name, " \
  "a.at, a.ended_at, case when isempty(a.span) or upper(a.span) <= now() then 'over' "       \
  "when a.from_at <= now() then 'now' else 'planned' end "                                   \
  "from absence a join user_account u on u.id = a.user_id "                                  \
  "left join user_account d on d.id = a.deputy_id left join user_account b on b.id = "       \
  "a.by_user_id "

constexpr Statement kAbsences{"people_absences", FIRSTHAND_ABSENCE
                              "where a.user_id = $1 order by a.from_at desc, a.id desc limit 100"};
constexpr Statement kAbsence{"people_absence", FIRSTHAND_ABSENCE "where a.id = $1"};
constexpr Statement kStandingAbsences{
    "people_standing_absences", FIRSTHAND_ABSENCE
    "where not isempty(a.span) and (upper_inf(a.span) or upper(a.span) > now()) and "
    "u.disabled_at is null order by a.user_id, a.from_at"};
constexpr Statement kStandsIn{
    "people_stands_in", FIRSTHAND_ABSENCE
    "where a.deputy_id = $1 and not isempty(a.span) and (upper_inf(a.span) or upper(a.span) > "
    "now()) and u.disabled_at is null order by a.from_at, a.id"};
#undef FIRSTHAND_ABSENCE

// Two plans at once could close a circle that neither sees.
constexpr Statement kOnePlanner{"people_one_planner", "select pg_advisory_xact_lock(4713)"};
constexpr Statement kOverlapping{
    "people_overlapping",
    "select exists (select from absence where user_id = $1 and span && "
    "tstzrange($2::timestamptz, $3::timestamptz))"};
constexpr Statement kCircle{
    "people_circle",
    "with recursive chain as ("
    " select $2::bigint as who, tstzrange($3::timestamptz, $4::timestamptz) as span, "
    "  array[$1::bigint, $2::bigint] as path "
    " union all "
    " select a.deputy_id, c.span * a.span, c.path || a.deputy_id from chain c "
    " join absence a on a.user_id = c.who and a.span && c.span "
    " where a.deputy_id is not null and c.who <> $1::bigint and cardinality(c.path) < 50) "
    "select u.name from (select path from chain where who = $1::bigint limit 1) p, "
    "unnest(p.path) with ordinality as step(id, place) join user_account u on u.id = step.id "
    "order by step.place"};
constexpr Statement kPlan{
    "people_plan_absence",
    "insert into absence (id, user_id, deputy_id, from_at, until_at, reason, by_user_id) values "
    "(nextval('firsthand_id'), $1, nullif($2::bigint, 0), $3, $4, $5, $6) returning id"};
constexpr Statement kEnd{
    "people_end_absence",
    "update absence set ended_at = clock_timestamp(), ended_by = $2 where id = $1 and ended_at is "
    "null and not isempty(span) and (upper_inf(span) or upper(span) > now()) returning id"};

constexpr Statement kPeople{
    "people_list",
    "select u.id, u.login, u.name, u.role, d.id, d.code, d.name_zh, d.name_en, "
    "u.is_department_head, coalesce(o.code, ''), coalesce(k.presence, 'offline'), "
    "coalesce(c.n, 0), coalesce(p.n, 0), coalesce(a.n, 0), coalesce(r.n, 0), u.disabled_at, "
    // Whoever leaves is away for good from that very moment on.
    "exists (select from absence g where g.user_id = u.id and g.from_at = u.disabled_at) "
    "from user_account u left join department d on d.id = u.department_id "
    "left join office o on o.id = u.office_id left join desk k on k.user_id = u.id "
    "left join (select owner_id, count(*) n from case_file where state not in "
    "  ('resolved','closed') group by 1) c on c.owner_id = u.id "
    "left join (select user_id, count(*) n from callback where state = 'open' and user_id is not "
    "  null group by 1) p on p.user_id = u.id "
    "left join (select owner_id, count(*) n from account where owner_id is not null group by 1) a "
    "  on a.owner_id = u.id "
    "left join (select assignee_id, count(*) n from review_action where state = 'open' group by 1) "
    "  r on r.assignee_id = u.id "
    "order by u.disabled_at is not null, array_position(array['agent','back_line','liaison',"
    "'supervisor','manager','administrator'], u.role), u.name, u.id"};
constexpr Statement kLoads{
    "people_loads",
    "select owner_id, count(*) from case_file where state not in ('resolved','closed') group by 1"};

constexpr Statement kOwnedCases{
    "people_owned_cases",
    "select f.id, f.number, f.category, f.state, c.name, (select min(s.due_at) from sla_clock s "
    "where s.case_id = f.id and s.ended_at is null), '{}'::bigint[], count(*) over () "
    "from case_file f join customer c on c.id = f.customer_id where f.owner_id = $1 and f.state <> "
    "'closed' order by f.state = 'resolved', f.id limit $2"};
// Owner's promises go along with their case.
constexpr Statement kOwnedCallbacks{
    "people_owned_callbacks",
    "select b.id, coalesce(f.number, ''), b.kind, b.state, c.name, b.due_at, "
    "case when b.kind = 'follow_up' then array_remove(array[f.owner_id, f.handler_user_id] || "
    "array(select accepted_by from dispatch where case_id = f.id), null) else '{}'::bigint[] end, "
    "count(*) over () from callback b join customer c on c.id = b.customer_id "
    "left join case_file f on f.id = b.case_id "
    "where b.user_id = $1 and b.state = 'open' and not (coalesce(f.owner_id, 0) = $1 and f.state "
    "<> 'closed' and b.caller = 'owner' and b.kind <> 'follow_up') order by b.due_at, b.id limit "
    "$2"};
constexpr Statement kOwnedAccounts{
    "people_owned_accounts",
    "select a.customer_id, c.name, c.tier, a.state, c.name, (select min(s.due_at) from sla_clock s "
    "where s.customer_id = a.customer_id and s.kind = 'pool_hold' and s.ended_at is null), "
    "'{}'::bigint[], count(*) over () from account a join customer c on c.id = a.customer_id "
    "where a.owner_id = $1 order by c.name, a.customer_id limit $2"};
constexpr Statement kOwnedActions{
    "people_owned_actions",
    "select id, title, '', state, '', due_at, '{}'::bigint[], count(*) over () from review_action "
    "where assignee_id = $1 and state = 'open' order by due_at, id limit $2"};
constexpr Statement kAlso{
    "people_also",
    "select (select count(*) from case_file where handler_user_id = $1 and owner_id <> $1 and "
    "state not in ('resolved','closed')), "
    "(select count(*) from dispatch where state = 'accepted' and accepted_by = $1), "
    "(select count(*) from case_file where hand_over_to = $1 and state not in "
    "('resolved','closed')), "
    "coalesce((select interaction_id is not null from desk where user_id = $1), false)"};
constexpr Statement kDeparture{
    "people_departure",
    "select id, at, coalesce((data->>'cases')::int, 0), coalesce((data->>'callbacks')::int, 0), "
    "coalesce((data->>'accounts')::int, 0), coalesce((data->>'review_actions')::int, 0) from "
    "history where id = $1 and kind = 'person_departed'"};
constexpr Statement kReassignment{
    "people_reassignment",
    "select (item->>'case')::bigint, item->>'refused' from history, jsonb_array_elements("
    "data->'items') item where id = $1 and kind = 'cases_reassigned'"};

template <class Row>
AbsenceView take_absence(const Row& row) {
  AbsenceView out;
  Columns columns(row);
  columns >> out.id >> out.user.id >> out.user.name;
  out.deputy = take_optional_user(columns);
  columns >> out.from >> out.until >> out.reason;
  out.by = take_optional_user(columns);
  columns >> out.at >> out.ended_at >> out.state;
  return out;
}

template <class... Args>
std::vector<AbsenceView> take_absences(Tx& tx, const Statement& statement, const Args&... args) {
  std::vector<AbsenceView> out;
  for (const auto& row : tx.exec(statement, args...)) out.push_back(take_absence(row));
  return out;
}

OwnedKind take_owned(Tx& tx, const Statement& statement, std::int64_t user) {
  OwnedKind out;
  for (const auto& row : tx.exec(statement, user, kOwnedShown)) {
    OwnedItem item;
    Columns columns(row);
    columns >> item.id >> item.title >> item.detail >> item.state >> item.customer_name >>
        item.due_at;
    for (const auto& hand : read_array(columns.template take<std::string>()))
      item.hands.push_back(std::stoll(hand));
    columns >> out.total;
    out.items.push_back(std::move(item));
  }
  return out;
}

/// Who acts for this person now, step by step.
std::vector<UserRef> chain_of(const Rules& rules, UserId id, Instant now) {
  std::vector<UserRef> out;
  UserId at = id;
  while (rules.away(at, now) && out.size() < rules.users.size()) {
    const User* deputy = rules.user(rules.user(at)->deputy);
    if (!deputy || deputy->id == id) break;
    out.push_back({deputy->id.value, deputy->name});
    at = deputy->id;
  }
  return out;
}

}  // namespace

// ------------------------------------------------------------------------------- absences
std::vector<AbsenceView> absences_of(Tx& tx, std::int64_t user) {
  return take_absences(tx, kAbsences, user);
}

std::optional<AbsenceView> read_absence(Tx& tx, std::int64_t id) {
  const auto found = take_absences(tx, kAbsence, id);
  return found.empty() ? std::nullopt : std::optional{found.front()};
}

Planned plan_absence(Tx& tx, const AbsencePlan& plan, std::int64_t by) {
  tx.exec(kOnePlanner);
  Planned out;
  out.overlaps = read<bool>(tx.exec(kOverlapping, plan.user, plan.from, plan.until)[0][0]);
  if (out.overlaps) return out;
  if (plan.deputy != 0) {
    for (const auto& row : tx.exec(kCircle, plan.user, plan.deputy, plan.from, plan.until))
      out.circle.push_back(read<std::string>(row[0]));
    if (!out.circle.empty()) return out;
  }
  out.id = read<std::int64_t>(
      tx.exec(kPlan, plan.user, plan.deputy, plan.from, plan.until, plan.reason, by)[0][0]);
  return out;
}

bool end_absence(Tx& tx, std::int64_t id, std::int64_t by) {
  return !tx.exec(kEnd, id, by).empty();
}

// ------------------------------------------------------------------------------- people
std::vector<PersonView> list_people(Tx& tx, const Rules& rules, Instant now) {
  std::map<std::int64_t, AbsenceView> absences;
  for (auto& absence : take_absences(tx, kStandingAbsences))
    absences.emplace(absence.user.id, std::move(absence));
  std::vector<PersonView> out;
  for (const auto& row : tx.exec(kPeople)) {
    PersonView person;
    Columns columns(row);
    columns >> person.id >> person.login >> person.name >> person.role;
    person.department = take_optional_department(columns);
    columns >> person.department_head >> person.office >> person.presence >>
        person.load.open_cases >> person.load.callbacks >> person.load.accounts >>
        person.load.review_actions >> person.left_at >> person.departed;
    if (const auto away = absences.find(person.id); away != absences.end())
      person.absence = away->second;
    person.stood_in_by = chain_of(rules, UserId{person.id}, now);
    out.push_back(std::move(person));
  }
  return out;
}

std::map<UserId, int> open_cases_of_all(Tx& tx) {
  std::map<UserId, int> out;
  for (const auto& row : tx.exec(kLoads)) out.emplace(read<UserId>(row[0]), read<int>(row[1]));
  return out;
}

// ------------------------------------------------------------------------------- departures
Owned owned_by(Tx& tx, const Rules& rules, std::int64_t user) {
  Owned out;
  out.cases = take_owned(tx, kOwnedCases, user);
  for (auto& item : out.cases.items) item.detail = category_names(rules, item.detail).first;
  out.callbacks = take_owned(tx, kOwnedCallbacks, user);
  out.accounts = take_owned(tx, kOwnedAccounts, user);
  out.review_actions = take_owned(tx, kOwnedActions, user);
  const auto also = tx.exec(kAlso, user);
  Columns(also[0]) >> out.handled >> out.dispatches >> out.hand_overs >> out.on_a_call;
  out.stands_in = take_absences(tx, kStandsIn, user);
  return out;
}

std::optional<DepartureCounts> read_departure(Tx& tx, std::int64_t id) {
  for (const auto& row : tx.exec(kDeparture, id)) {
    DepartureCounts out;
    Columns(row) >> out.id >> out.at >> out.cases >> out.callbacks >> out.accounts >>
        out.review_actions;
    return out;
  }
  return std::nullopt;
}

Reassigned read_reassignment(Tx& tx, std::int64_t id) {
  Reassigned out;
  for (const auto& row : tx.exec(kReassignment, id))
    out.emplace(read<std::int64_t>(row[0]), read<std::string>(row[1]));
  return out;
}

namespace statements {
const std::vector<Statement> kPeopleReads{kAbsences,       kAbsence,       kStandingAbsences,
                                          kStandsIn,       kOnePlanner,    kOverlapping,
                                          kCircle,         kPlan,          kEnd,
                                          kPeople,         kLoads,         kOwnedCases,
                                          kOwnedCallbacks, kOwnedAccounts, kOwnedActions,
                                          kAlso,           kDeparture,     kReassignment};
}

}  // namespace firsthand::postgres
