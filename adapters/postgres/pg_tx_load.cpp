// SPDX-License-Identifier: Apache-2.0
// The loading half of the door's transaction. First the ids of everything that the events'
// references lead to, each found by its own index, then the rows by id, locked in the order of ids.
// (One statement with OR over all ways of finding a case read the whole table: 230 ms for a batch
// over 78,000 cases, against 1 ms so.) Customers are locked before cases, cases before calls, so
// that two batches never wait for each other in a circle.
#include <algorithm>
#include <map>
#include <set>

#include "adapters/postgres/merged_customers.hpp"
#include "adapters/postgres/pg_tx.hpp"
#include "adapters/postgres/row_sets.hpp"

namespace firsthand::postgres {
namespace {

// Two nodes that hear an unknown number at once must not make two customers of it.
constexpr Statement kLockNumbers{"door_lock_numbers",
                                 "select pg_advisory_xact_lock(hashtextextended(n, 4711)) from "
                                 "(select unnest($1::text[]) as n order by 1) s"};
constexpr Statement kCustomersOf{
    "door_customers_of",
    "select unnest($1::bigint[]) "
    "union select customer_id from customer_number where number = any($2::text[]) "
    "union select customer_id from interaction where id = any($3::bigint[]) "
    "union select customer_id from interaction where (pbx_id, channel_id) in "
    "  (select * from unnest($4::text[], $5::text[])) and channel_id <> '' "
    "union select i.customer_id from offer o join interaction i on i.id = o.interaction_id where "
    "o.id = any($6::bigint[]) "
    "union select customer_id from case_file where id = any($7::bigint[]) "
    "union select c.customer_id from dispatch d join case_file c on c.id = d.case_id where d.id = "
    "any($8::bigint[]) "
    "union select customer_id from callback where id = any($9::bigint[]) "
    "union select c.customer_id from alert a join case_file c on c.id = a.case_id where a.id = "
    "any($10::bigint[]) "
    "union select customer_id from alert where id = any($10::bigint[])"};
// What events name that leads to customers by ways of their own; asked for when there is any.
constexpr Statement kCustomersOfRecords{
    "door_customers_of_records",
    "select c.customer_id from compensation p join case_file c on c.id = p.case_id "
    "  where p.id = any($1::bigint[]) "
    "union select unnest(array[company_id, person_id]) from company_role where id = "
    "any($2::bigint[]) "
    "union select unnest(array[customer_id, other_id]) from relationship where id = "
    "any($3::bigint[]) "
    "union select unnest(array[kept_id, gone_id]) from customer_merge where id = "
    "any($4::bigint[])"};
constexpr Statement kCasesOfCompensations{
    "door_cases_of_compensations", "select case_id from compensation where id = any($1::bigint[])"};
// Everything that people who leave own or were offered.
constexpr Statement kCasesOfDeparting{
    "door_cases_of_departing",
    "select id, customer_id from case_file where state <> 'closed' and "
    "(owner_id = any($1::bigint[]) or handler_user_id = any($1::bigint[]) or "
    "hand_over_to = any($1::bigint[])) "
    "union select c.id, c.customer_id from dispatch d join case_file c on c.id = d.case_id "
    "where d.state = 'accepted' and d.accepted_by = any($1::bigint[]) "
    "union select c.id, c.customer_id from callback b join case_file c on c.id = b.case_id "
    "where b.state = 'open' and b.user_id = any($1::bigint[])"};
constexpr Statement kCustomersOfDeparting{
    "door_customers_of_departing",
    "select customer_id from callback where state = 'open' and user_id = any($1::bigint[]) "
    "union select customer_id from account where owner_id = any($1::bigint[])"};
constexpr Statement kActionsOf{
    "door_actions_of",
    "select unnest($1::bigint[]) "
    "union select review_action_id from alert where id = any($2::bigint[]) "
    "union select id from review_action where state = 'open' and assignee_id = any($3::bigint[])"};
constexpr Statement kClaims{
    "door_claims",
    "select by_user_id, at from account_entry where how = 'claimed' and by_user_id = "
    "any($1::bigint[]) and at > now() - interval '48 hours' order by id"};
constexpr Statement kLockClaimants{
    "door_lock_claimants",
    "select pg_advisory_xact_lock(4712, (u % 2000000000)::integer) from (select "
    "unnest($1::bigint[]) as u order by 1) s"};
constexpr Statement kOfClocks{
    "door_of_clocks",
    "select case_id, customer_id, review_action_id from sla_clock where id = any($1::bigint[])"};
// Everything live, what was named, and the last month's, because a repeat is told by it.
constexpr Statement kCasesOf{
    "door_cases_of",
    "select id from case_file where customer_id = any($1::bigint[]) and "
    "(state not in ('resolved','closed') or opened_at > now() - interval '30 days') "
    "union select unnest($2::bigint[]) "
    "union select case_id from dispatch where id = any($3::bigint[]) "
    "union select case_id from callback where id = any($4::bigint[]) and case_id is not null "
    "union select case_id from alert where id = any($5::bigint[]) and case_id is not null "
    "union select case_id from compensation where id = any($6::bigint[])"};
constexpr Statement kCallsNamed{
    "door_calls_named",
    "select unnest($1::bigint[]) "
    "union select id from interaction where (pbx_id, channel_id) in "
    "  (select * from unnest($2::text[], $3::text[])) and channel_id <> '' "
    "union select interaction_id from offer where id = any($4::bigint[])"};
constexpr Statement kCallsOf{"door_calls_of",
                             "select id from interaction where customer_id = any($1::bigint[]) and "
                             "state <> 'ended'"};
constexpr Statement kNumbers{"door_numbers",
                             "select customer_id, number from customer_number where customer_id = "
                             "any($1::bigint[]) order by customer_id, label, number"};

struct Channels {
  explicit Channels(const Wanted& wanted) {
    for (const auto& [pbx, channel] : wanted.channels) {
      pbxs.add(pbx);
      ids.add(channel);
    }
  }
  ArrayLiteral pbxs, ids;
};

}  // namespace

std::set<CustomerId> PgTx::customers_of(const Wanted& wanted) {
  std::set<CustomerId> out;
  if (!wanted.numbers.empty()) tx_.exec(kLockNumbers, array_of(wanted.numbers));
  const bool none = wanted.customers.empty() && wanted.numbers.empty() &&
                    wanted.interactions.empty() && wanted.channels.empty() &&
                    wanted.offers.empty() && wanted.cases.empty() && wanted.dispatches.empty() &&
                    wanted.callbacks.empty() && wanted.alerts.empty();
  if (!wanted.compensations.empty() || !wanted.company_roles.empty() ||
      !wanted.relationships.empty() || !wanted.merges.empty()) {
    read_ids(out, tx_, kCustomersOfRecords, ids_of(wanted.compensations),
             ids_of(wanted.company_roles), ids_of(wanted.relationships), ids_of(wanted.merges));
  }
  if (none) return out;
  const Channels channels{wanted};
  read_ids(out, tx_, kCustomersOf, ids_of(wanted.customers), array_of(wanted.numbers),
           ids_of(wanted.interactions), channels.pbxs, channels.ids, ids_of(wanted.offers),
           ids_of(wanted.cases), ids_of(wanted.dispatches), ids_of(wanted.callbacks),
           ids_of(wanted.alerts));
  return out;
}

void PgTx::load_customers(World& world, const std::set<CustomerId>& customers) {
  if (customers.empty()) return;
  static const std::string sql =
      select_sql<Customer>("where id = any($1::bigint[]) order by id for no key update");
  static const Statement statement{"door_customers", sql.c_str()};
  const std::string ids = ids_of(customers);
  for (auto& person : read_rows<Customer>(tx_, statement, ids))
    world.customers.emplace(person.id, std::move(person));
  for (const auto& row : tx_.exec(kNumbers, ids)) {
    const auto found = world.customers.find(read<CustomerId>(row[0]));
    if (found != world.customers.end()) found->second.numbers.push_back(read<std::string>(row[1]));
  }
}

void PgTx::lock_cases(World& world, const std::set<CaseId>& ids) {
  if (ids.empty()) return;
  static const std::string sql =
      select_sql<Case>("where id = any($1::bigint[]) order by id for no key update");
  static const Statement statement{"door_cases", sql.c_str()};
  for (auto& facts : read_rows<Case>(tx_, statement, ids_of(ids))) {
    const CaseId id = facts.id;
    world.cases[id].facts = std::move(facts);
  }
}

void PgTx::load_cases(World& world, const std::set<CustomerId>& customers, const Wanted& wanted,
                      std::set<CaseId> case_ids) {
  if (!customers.empty()) {
    read_ids(case_ids, tx_, kCasesOf, ids_of(customers), ids_of(wanted.cases),
             ids_of(wanted.dispatches), ids_of(wanted.callbacks), ids_of(wanted.alerts),
             ids_of(wanted.compensations));
  }
  const std::string ids = ids_of(case_ids);
  lock_cases(world, case_ids);
  if (!customers.empty()) {
    static const std::string callbacks_sql = select_sql<Callback>(
        "where customer_id = any($1::bigint[]) and (state = 'open' or id = any($2::bigint[]) or "
        "(state in ('exhausted', 'kept') and case_id = any($3::bigint[]))) order by id");
    static const Statement callbacks{"door_callbacks", callbacks_sql.c_str()};
    for (auto& promise :
         read_rows<Callback>(tx_, callbacks, ids_of(customers), ids_of(wanted.callbacks), ids)) {
      const CallbackId id = promise.id;
      world.callbacks.emplace(id, std::move(promise));
    }
  }
  if (case_ids.empty()) return;
  static const std::string dispatches_sql =
      select_sql<Dispatch>("where case_id = any($1::bigint[]) order by id");
  static const std::string clocks_sql =
      select_sql<SlaClock>("where case_id = any($1::bigint[]) order by id");
  static const std::string pauses_sql =
      select_sql<ClockPause>("where case_id = any($1::bigint[]) order by id");
  static const std::string alerts_sql =
      select_sql<Alert>("where case_id = any($1::bigint[]) order by id");
  static const Statement dispatches{"door_dispatches", dispatches_sql.c_str()};
  static const Statement clocks{"door_clocks", clocks_sql.c_str()};
  static const Statement pauses{"door_pauses", pauses_sql.c_str()};
  static const Statement alerts{"door_alerts", alerts_sql.c_str()};
  for (auto& row : read_rows<Dispatch>(tx_, dispatches, ids))
    world.cases.at(row.case_id).dispatches.push_back(row);
  for (auto& row : read_rows<SlaClock>(tx_, clocks, ids))
    world.cases.at(row.case_id).clocks.push_back(row);
  for (auto& row : read_rows<ClockPause>(tx_, pauses, ids))
    world.cases.at(row.case_id).pauses.push_back(row);
  for (auto& row : read_rows<Alert>(tx_, alerts, ids))
    world.cases.at(row.case_id).alerts.push_back(row);
}

void PgTx::load_fired(World& world, const std::set<CaseId>& cases, const Wanted& wanted) {
  if (cases.empty()) return;
  static const std::string clocks_sql =
      select_sql<SlaClock>("where id = any($1::bigint[]) and case_id is not null order by id");
  static const std::string pauses_sql =
      select_sql<ClockPause>("where case_id = any($1::bigint[]) order by id");
  static const std::string alerts_sql =
      select_sql<Alert>("where clock_id = any($1::bigint[]) and case_id is not null order by id");
  static const Statement clocks{"door_fired_clocks", clocks_sql.c_str()};
  static const Statement pauses{"door_pauses", pauses_sql.c_str()};
  static const Statement alerts{"door_fired_alerts", alerts_sql.c_str()};
  lock_cases(world, cases);
  const std::string fired = ids_of(wanted.clocks);
  for (auto& row : read_rows<SlaClock>(tx_, clocks, fired))
    world.cases.at(row.case_id).clocks.push_back(row);
  for (auto& row : read_rows<ClockPause>(tx_, pauses, ids_of(cases)))
    world.cases.at(row.case_id).pauses.push_back(row);
  for (auto& row : read_rows<Alert>(tx_, alerts, fired))
    world.cases.at(row.case_id).alerts.push_back(row);
}

void PgTx::load_calls(World& world, const std::set<CustomerId>& customers, const Wanted& wanted) {
  std::set<InteractionId> live, named;
  if (!customers.empty()) read_ids(live, tx_, kCallsOf, ids_of(customers));
  if (!wanted.interactions.empty() || !wanted.channels.empty() || !wanted.offers.empty()) {
    const Channels channels{wanted};
    read_ids(named, tx_, kCallsNamed, ids_of(wanted.interactions), channels.pbxs, channels.ids,
             ids_of(wanted.offers));
  }
  if (live.empty() && named.empty()) return;
  // Asked again: a call may have ended while its lock was waited for.
  static const std::string calls_sql = select_sql<Interaction>(
      "where id = any($1::bigint[]) and (state <> 'ended' or id = any($2::bigint[])) order by id "
      "for no key update");
  static const Statement calls{"door_calls", calls_sql.c_str()};
  std::set<InteractionId> all = live;
  all.insert(named.begin(), named.end());
  std::vector<InteractionId> ids;
  for (auto& call : read_rows<Interaction>(tx_, calls, ids_of(all), ids_of(named))) {
    ids.push_back(call.id);
    world.interactions.emplace(call.id, std::move(call));
  }
  static const std::string offers_sql = select_sql<Offer>(
      "where (state = 'open' and interaction_id = any($1::bigint[])) or id = any($2::bigint[]) "
      "order by id for no key update");
  static const Statement offers{"door_offers", offers_sql.c_str()};
  for (auto& made : read_rows<Offer>(tx_, offers, ids_of(ids), ids_of(wanted.offers))) {
    world.offers.emplace(made.id, std::move(made));
  }
}

void PgTx::load_desks(World& world, const Wanted& wanted) {
  std::set<UserId> users{wanted.desks.begin(), wanted.desks.end()};
  for (const auto& [id, call] : world.interactions) {
    if (call.agent) users.insert(call.agent);
  }
  for (const auto& [id, made] : world.offers) users.insert(made.agent);
  if (users.empty()) return;
  static const std::string desks_sql =
      select_sql<Desk>("where user_id = any($1::bigint[]) order by user_id for no key update");
  static const Statement desks{"door_desks", desks_sql.c_str()};
  for (auto& place : read_rows<Desk>(tx_, desks, ids_of(users)))
    world.desks.emplace(place.user, std::move(place));
}

void PgTx::load_clockwork(World& world, const std::set<CustomerId>& customers, const Wanted& wanted,
                          std::set<ReviewActionId> action_ids) {
  static const std::string actions_sql =
      select_sql<ReviewAction>("where id = any($1::bigint[]) order by id for no key update");
  static const std::string clocks_sql = select_sql<SlaClock>(
      "where (customer_id = any($1::bigint[]) and (ended_at is null or id = any($3::bigint[]) or "
      "id "
      "in (select clock_id from alert where id = any($4::bigint[])))) or review_action_id = "
      "any($2::bigint[]) order by id");
  static const std::string alerts_sql =
      select_sql<Alert>("where clock_id = any($1::bigint[]) order by id");
  static const Statement actions{"door_actions", actions_sql.c_str()};
  static const Statement clocks{"door_clockwork", clocks_sql.c_str()};
  static const Statement alerts{"door_clockwork_alerts", alerts_sql.c_str()};
  if (!wanted.review_actions.empty() || !wanted.alerts.empty() || !wanted.departing.empty()) {
    read_ids(action_ids, tx_, kActionsOf, ids_of(wanted.review_actions), ids_of(wanted.alerts),
             ids_of(wanted.departing));
  }
  if (!action_ids.empty()) {
    for (auto& action : read_rows<ReviewAction>(tx_, actions, ids_of(action_ids)))
      world.review_actions[action.id].facts = action;
  }
  if (customers.empty() && action_ids.empty()) return;
  std::map<ClockId, Clockwork*> of;
  for (auto& clock : read_rows<SlaClock>(tx_, clocks, ids_of(customers), ids_of(action_ids),
                                         ids_of(wanted.clocks), ids_of(wanted.alerts))) {
    Clockwork& works = clock.review_action ? world.review_actions.at(clock.review_action)
                                           : world.customer_clocks[clock.customer];
    works.clocks.push_back(clock);
    of.emplace(clock.id, &works);
  }
  if (of.empty()) return;
  ArrayLiteral ids;
  for (const auto& [id, works] : of) ids.add(id.value);
  for (auto& alert : read_rows<Alert>(tx_, alerts, ids))
    of.at(alert.clock)->alerts.push_back(alert);
}

void PgTx::load_records(World& world, const std::set<CustomerId>& customers, const Wanted& wanted) {
  static const std::string accounts_sql =
      select_sql<Account>("where customer_id = any($1::bigint[]) order by customer_id");
  static const Statement accounts{"door_accounts", accounts_sql.c_str()};
  if (!customers.empty()) {
    for (auto& account : read_rows<Account>(tx_, accounts, ids_of(customers)))
      world.accounts.emplace(account.customer, account);
  }
  std::set<CaseId> complaints{wanted.complaints.begin(), wanted.complaints.end()};
  if (!wanted.compensations.empty())
    read_ids(complaints, tx_, kCasesOfCompensations, ids_of(wanted.compensations));
  // A follow-up call may close its case.
  for (const CallbackId id : wanted.callbacks) {
    const auto call = world.callbacks.find(id);
    if (call != world.callbacks.end() && call->second.kind == CallbackKind::follow_up)
      complaints.insert(call->second.case_id);
  }
  if (!complaints.empty()) {
    static const std::string records_sql =
        select_sql<ComplaintRecord>("where case_id = any($1::bigint[])");
    static const std::string compensations_sql =
        select_sql<Compensation>("where case_id = any($1::bigint[]) order by id");
    static const Statement records{"door_complaint_records", records_sql.c_str()};
    static const Statement compensations{"door_compensations", compensations_sql.c_str()};
    const std::string ids = ids_of(complaints);
    for (auto& record : read_rows<ComplaintRecord>(tx_, records, ids))
      world.cases.at(record.case_id).complaint = record;
    for (auto& row : read_rows<Compensation>(tx_, compensations, ids))
      world.cases.at(row.case_id).compensations.push_back(row);
  }
  const bool people = !wanted.company_roles.empty() || !wanted.relationships.empty() ||
                      !wanted.merges.empty() || customers.size() > 1;
  if (people) {
    // Two customers are named at once when something between them begins, ends or is undone.
    static const std::string roles_sql = select_sql<CompanyRole>(
        "where id = any($1::bigint[]) or (company_id = any($2::bigint[]) and person_id = "
        "any($2::bigint[])) order by id");
    static const std::string relationships_sql = select_sql<Relationship>(
        "where id = any($1::bigint[]) or (customer_id = any($2::bigint[]) and other_id = "
        "any($2::bigint[])) order by id");
    static const std::string merges_sql = select_sql<CustomerMerge>(
        "where id = any($1::bigint[]) or (gone_id = any($2::bigint[]) and undone_at is null) order "
        "by id");
    static const Statement roles{"door_company_roles", roles_sql.c_str()};
    static const Statement relationships{"door_relationships", relationships_sql.c_str()};
    static const Statement merges{"door_merges", merges_sql.c_str()};
    const std::string ids = ids_of(customers);
    for (auto& row : read_rows<CompanyRole>(tx_, roles, ids_of(wanted.company_roles), ids))
      world.company_roles.emplace(row.id, row);
    for (auto& row : read_rows<Relationship>(tx_, relationships, ids_of(wanted.relationships), ids))
      world.relationships.emplace(row.id, row);
    for (auto& row : read_rows<CustomerMerge>(tx_, merges, ids_of(wanted.merges), ids))
      world.merges.emplace(row.id, row);
  }
  if (!wanted.claimants.empty()) {
    const std::string ids = ids_of(wanted.claimants);
    tx_.exec(kLockClaimants, ids);
    for (const auto& row : tx_.exec(kClaims, ids))
      world.claims[read<UserId>(row[0])].push_back(read<Instant>(row[1]));
  }
}

Docket PgTx::load(const Wanted& asked) {
  World world;
  Wanted wanted = asked;
  auto customers = customers_of(wanted);
  std::set<CaseId> cases;
  std::set<ReviewActionId> actions;
  if (!wanted.clocks.empty()) {
    for (const auto& row : tx_.exec(kOfClocks, ids_of(wanted.clocks))) {
      if (const auto id = read<CaseId>(row[0])) cases.insert(id);
      if (const auto id = read<CustomerId>(row[1])) customers.insert(id);
      if (const auto id = read<ReviewActionId>(row[2])) actions.insert(id);
    }
  }
  if (!wanted.departing.empty()) {
    for (const auto& row : tx_.exec(kCasesOfDeparting, ids_of(wanted.departing))) {
      cases.insert(read<CaseId>(row[0]));
      customers.insert(read<CustomerId>(row[1]));
    }
    read_ids(customers, tx_, kCustomersOfDeparting, ids_of(wanted.departing));
  }
  add_whole_groups(tx_, customers);
  if (!wanted.merges.empty()) want_since_merge(tx_, customers, wanted);
  load_customers(world, customers);
  // Only a record of another group leads here: what was merged meanwhile by somebody else.
  for (auto kept = missing_kept(world); !kept.empty(); kept = missing_kept(world)) {
    load_customers(world, kept);
    customers.insert(kept.begin(), kept.end());
  }
  if (customers.empty() && wanted.only_firings()) {
    load_fired(world, cases, wanted);
  } else {
    load_cases(world, customers, wanted, std::move(cases));
  }
  load_calls(world, customers, wanted);
  load_clockwork(world, customers, wanted, std::move(actions));
  load_records(world, customers, wanted);
  load_desks(world, wanted);
  return Docket{std::move(world), [this] { return ids_.next_id(tx_); },
                [this] { return ids_.next_case_serial(tx_); }};
}

}  // namespace firsthand::postgres
