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
constexpr Statement kCallsOfRecordings{
    "door_calls_of_recordings",
    "select distinct interaction_id from recording where id = any($1::bigint[])"};
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
// However long the queue's wait and its time to come back are allowed to be.
constexpr Statement kCallsGivenUp{
    "door_calls_given_up",
    "select id from interaction where customer_id = any($1::bigint[]) and outcome = 'abandoned' "
    "and ended_at > now() - interval '15 minutes'"};
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

constexpr Statement kOwners{"door_owners",
                            "select case_id, owner_id from ownership_entry where case_id = "
                            "any($1::bigint[]) order by id"};

void load_owners(Tx& tx, World& world, const std::string& cases) {
  for (const auto& row : tx.exec(kOwners, cases))
    world.cases.at(read<CaseId>(row[0])).owners.push_back(read<UserId>(row[1]));
}

void load_pauses(Tx& tx, World& world, const std::string& cases) {
  static const Select<ClockPause> pauses{"door_pauses",
                                         "where case_id = any($1::bigint[]) order by id"};
  for (auto& row : pauses.rows(tx, cases)) world.cases.at(row.case_id).pauses.push_back(row);
}

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
  static const Select<Customer> statement{
      "door_customers", "where id = any($1::bigint[]) order by id for no key update"};
  const std::string ids = ids_of(customers);
  for (auto& person : statement.rows(tx_, ids))
    world.customers.emplace(person.id, std::move(person));
  for (const auto& row : tx_.exec(kNumbers, ids)) {
    const auto found = world.customers.find(read<CustomerId>(row[0]));
    if (found != world.customers.end()) found->second.numbers.push_back(read<std::string>(row[1]));
  }
}

void PgTx::lock_cases(World& world, const std::set<CaseId>& ids) {
  if (ids.empty()) return;
  static const Select<Case> statement{"door_cases",
                                      "where id = any($1::bigint[]) order by id for no key update"};
  for (auto& facts : statement.rows(tx_, ids_of(ids))) {
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
    static const Select<Callback> callbacks{
        "door_callbacks",
        "where customer_id = any($1::bigint[]) and (state = 'open' or id = any($2::bigint[]) or "
        "(state in ('exhausted', 'kept') and case_id = any($3::bigint[]))) order by id"};
    for (auto& promise : callbacks.rows(tx_, ids_of(customers), ids_of(wanted.callbacks), ids)) {
      const CallbackId id = promise.id;
      world.callbacks.emplace(id, std::move(promise));
    }
  }
  if (case_ids.empty()) return;
  static const Select<Dispatch> dispatches{"door_dispatches",
                                           "where case_id = any($1::bigint[]) order by id"};
  static const Select<SlaClock> clocks{"door_clocks",
                                       "where case_id = any($1::bigint[]) order by id"};
  static const Select<Alert> alerts{"door_alerts", "where case_id = any($1::bigint[]) order by id"};
  for (auto& row : dispatches.rows(tx_, ids)) world.cases.at(row.case_id).dispatches.push_back(row);
  for (auto& row : clocks.rows(tx_, ids)) world.cases.at(row.case_id).clocks.push_back(row);
  load_pauses(tx_, world, ids);
  load_owners(tx_, world, ids);
  for (auto& row : alerts.rows(tx_, ids)) world.cases.at(row.case_id).alerts.push_back(row);
}

void PgTx::load_fired(World& world, const std::set<CaseId>& cases, const Wanted& wanted) {
  if (cases.empty()) return;
  static const Select<SlaClock> clocks{
      "door_fired_clocks", "where id = any($1::bigint[]) and case_id is not null order by id"};
  static const Select<Callback> follow_ups{"door_fired_follow_ups",
                                           "where id = any($1::bigint[]) order by id"};
  static const Select<Alert> alerts{
      "door_fired_alerts",
      "where clock_id = any($1::bigint[]) and case_id is not null order by id"};
  lock_cases(world, cases);
  const std::string fired = ids_of(wanted.clocks);
  // Whoever makes a follow-up call is told of its clock.
  std::set<CallbackId> asked;
  for (auto& row : clocks.rows(tx_, fired)) {
    if (row.kind == ClockKind::follow_up) asked.insert(row.callback);
    world.cases.at(row.case_id).clocks.push_back(row);
  }
  if (!asked.empty()) {
    for (auto& call : follow_ups.rows(tx_, ids_of(asked))) world.callbacks.emplace(call.id, call);
  }
  load_pauses(tx_, world, ids_of(cases));
  for (auto& row : alerts.rows(tx_, fired)) world.cases.at(row.case_id).alerts.push_back(row);
}

void PgTx::load_calls(World& world, const std::set<CustomerId>& customers, const Wanted& wanted) {
  std::set<InteractionId> live, named;
  if (!customers.empty()) read_ids(live, tx_, kCallsOf, ids_of(customers));
  if (!wanted.interactions.empty() || !wanted.channels.empty() || !wanted.offers.empty()) {
    const Channels channels{wanted};
    read_ids(named, tx_, kCallsNamed, ids_of(wanted.interactions), channels.pbxs, channels.ids,
             ids_of(wanted.offers));
  }
  if (wanted.given_up && !customers.empty()) {
    read_ids(named, tx_, kCallsGivenUp, ids_of(customers));
  }
  if (live.empty() && named.empty()) return;
  // Asked again: a call may have ended while its lock was waited for.
  static const Select<Interaction> calls{
      "door_calls",
      "where id = any($1::bigint[]) and (state <> 'ended' or id = any($2::bigint[])) order by id "
      "for no key update"};
  std::set<InteractionId> all = live;
  all.insert(named.begin(), named.end());
  std::vector<InteractionId> ids;
  for (auto& call : calls.rows(tx_, ids_of(all), ids_of(named))) {
    ids.push_back(call.id);
    world.interactions.emplace(call.id, std::move(call));
  }
  static const Select<Offer> offers{
      "door_offers",
      "where (state = 'open' and interaction_id = any($1::bigint[])) or id = any($2::bigint[]) "
      "order by id for no key update"};
  for (auto& made : offers.rows(tx_, ids_of(ids), ids_of(wanted.offers))) {
    world.offers.emplace(made.id, std::move(made));
  }
  static const Select<Transfer> transfers{"door_transfers",
                                          "where interaction_id = any($1::bigint[]) and state <> "
                                          "'ended' order by id for no key update"};
  for (auto& transfer : transfers.rows(tx_, ids_of(ids)))
    world.transfers.emplace(transfer.id, std::move(transfer));
  static const Select<Recording> recordings{
      "door_recordings", "where interaction_id = any($1::bigint[]) order by id for no key update"};
  for (auto& recording : recordings.rows(tx_, ids_of(ids)))
    world.recordings.emplace(recording.id, std::move(recording));
}

void PgTx::load_listenings(World& world, Wanted& wanted) {
  if (wanted.listenings.empty() && wanted.listeners.empty()) return;
  static const Select<Listening> listenings{
      "door_listenings",
      "where id = any($1::bigint[]) or (listener_id = any($2::bigint[]) and ended_at is null) "
      "order by id for no key update"};
  for (auto& listening :
       listenings.rows(tx_, ids_of(wanted.listenings), ids_of(wanted.listeners))) {
    wanted.interactions.push_back(listening.interaction);
    world.listenings.emplace(listening.id, std::move(listening));
  }
}

void PgTx::load_desks(World& world, const Wanted& wanted) {
  std::set<UserId> users{wanted.desks.begin(), wanted.desks.end()};
  for (const auto& [id, call] : world.interactions) {
    if (call.agent) users.insert(call.agent);
  }
  for (const auto& [id, made] : world.offers) users.insert(made.agent);
  for (const auto& [id, transfer] : world.transfers) {
    users.insert(transfer.from);
    if (transfer.to) users.insert(transfer.to);
  }
  if (users.empty()) return;
  static const Select<Desk> desks{
      "door_desks", "where user_id = any($1::bigint[]) order by user_id for no key update"};
  for (auto& place : desks.rows(tx_, ids_of(users)))
    world.desks.emplace(place.user, std::move(place));
}

void PgTx::load_clockwork(World& world, const std::set<CustomerId>& customers, const Wanted& wanted,
                          std::set<ReviewActionId> action_ids) {
  static const Select<ReviewAction> actions{
      "door_actions", "where id = any($1::bigint[]) order by id for no key update"};
  static const Select<SlaClock> clocks{
      "door_clockwork",
      "where (customer_id = any($1::bigint[]) and (ended_at is null or id = any($3::bigint[]) or "
      "id "
      "in (select clock_id from alert where id = any($4::bigint[])))) or review_action_id = "
      "any($2::bigint[]) order by id"};
  static const Select<Alert> alerts{"door_clockwork_alerts",
                                    "where clock_id = any($1::bigint[]) order by id"};
  if (!wanted.review_actions.empty() || !wanted.alerts.empty() || !wanted.departing.empty()) {
    read_ids(action_ids, tx_, kActionsOf, ids_of(wanted.review_actions), ids_of(wanted.alerts),
             ids_of(wanted.departing));
  }
  if (!action_ids.empty()) {
    for (auto& action : actions.rows(tx_, ids_of(action_ids)))
      world.review_actions[action.id].facts = action;
  }
  if (customers.empty() && action_ids.empty()) return;
  std::map<ClockId, Clockwork*> of;
  for (auto& clock : clocks.rows(tx_, ids_of(customers), ids_of(action_ids), ids_of(wanted.clocks),
                                 ids_of(wanted.alerts))) {
    Clockwork& works = clock.review_action ? world.review_actions.at(clock.review_action)
                                           : world.customer_clocks[clock.customer];
    works.clocks.push_back(clock);
    of.emplace(clock.id, &works);
  }
  if (of.empty()) return;
  ArrayLiteral ids;
  for (const auto& [id, works] : of) ids.add(id.value);
  for (auto& alert : alerts.rows(tx_, ids)) of.at(alert.clock)->alerts.push_back(alert);
}

Docket PgTx::load(const Wanted& asked) {
  World world;
  Wanted wanted = asked;
  load_listenings(world, wanted);
  if (!wanted.recordings.empty()) {
    for (const auto& row : tx_.exec(kCallsOfRecordings, ids_of(wanted.recordings)))
      wanted.interactions.push_back(read<InteractionId>(row[0]));
  }
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
