// SPDX-License-Identifier: Apache-2.0
// The loading half of the door's transaction. First the ids of everything that the events'
// references lead to, each found by its own index, then the rows by id, locked in the order of ids.
// (One statement with OR over all ways of finding a case read the whole table: 230 ms for a batch
// over 78,000 cases, against 1 ms so.) Customers are locked before cases, cases before calls, so
// that two batches never wait for each other in a circle.
#include <algorithm>
#include <set>

#include "adapters/postgres/pg_tx.hpp"
#include "adapters/postgres/tables.hpp"

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
    "any($10::bigint[])"};
constexpr Statement kOfClocks{
    "door_of_clocks",
    "select distinct c.customer_id, c.id from sla_clock s join case_file c on c.id = s.case_id "
    "where s.id = any($1::bigint[])"};
// Everything live, what was named, and the last month's, because a repeat is told by it.
constexpr Statement kCasesOf{
    "door_cases_of",
    "select id from case_file where customer_id = any($1::bigint[]) and "
    "(state not in ('resolved','closed') or opened_at > now() - interval '30 days') "
    "union select unnest($2::bigint[]) "
    "union select case_id from dispatch where id = any($3::bigint[]) "
    "union select case_id from callback where id = any($4::bigint[]) and case_id is not null "
    "union select case_id from alert where id = any($5::bigint[])"};
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

template <class T>
std::string select_sql(const std::string& rest) {
  return "select " + column_list<T>() + " from " + Table<T>::name + " " + rest;
}

template <class T, class... Args>
std::vector<T> read_rows(Tx& tx, const Statement& statement, const Args&... args) {
  std::vector<T> out;
  for (const auto& row : tx.exec(statement, args...)) out.push_back(from_row<T>(row));
  return out;
}

template <class T, class... Args>
void read_ids(std::set<T>& out, Tx& tx, const Statement& statement, const Args&... args) {
  for (const auto& row : tx.exec(statement, args...)) {
    const auto id = read<T>(row[0]);
    if (id) out.insert(id);
  }
}

std::string ids_of(const auto& values) {
  ArrayLiteral out;
  for (const auto& value : values) out.add(value.value);
  return out.text();
}

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
  if (none) return out;
  const Channels channels{wanted};
  read_ids(out, tx_, kCustomersOf, ids_of(wanted.customers), array_of(wanted.numbers),
           ids_of(wanted.interactions), channels.pbxs, channels.ids, ids_of(wanted.offers),
           ids_of(wanted.cases), ids_of(wanted.dispatches), ids_of(wanted.callbacks),
           ids_of(wanted.alerts));
  return out;
}

void PgTx::load_customers(World& world, const std::set<CustomerId>& whole,
                          const std::set<CustomerId>& named) {
  static const std::string whole_sql =
      select_sql<Customer>("where id = any($1::bigint[]) order by id for no key update");
  static const std::string named_sql = select_sql<Customer>("where id = any($1::bigint[])");
  static const Statement whole_statement{"door_customers", whole_sql.c_str()};
  static const Statement named_statement{"door_customers_named", named_sql.c_str()};
  const auto keep = [&world](std::vector<Customer> people) {
    for (auto& person : people) world.customers.emplace(person.id, std::move(person));
  };
  if (!whole.empty()) {
    const std::string ids = ids_of(whole);
    keep(read_rows<Customer>(tx_, whole_statement, ids));
    for (const auto& row : tx_.exec(kNumbers, ids)) {
      const auto found = world.customers.find(read<CustomerId>(row[0]));
      if (found != world.customers.end())
        found->second.numbers.push_back(read<std::string>(row[1]));
    }
  }
  std::vector<CustomerId> rest;
  std::set_difference(named.begin(), named.end(), whole.begin(), whole.end(),
                      std::back_inserter(rest));
  if (!rest.empty()) keep(read_rows<Customer>(tx_, named_statement, ids_of(rest)));
}

void PgTx::load_cases(World& world, const std::set<CustomerId>& customers, const Wanted& wanted,
                      std::set<CaseId> case_ids) {
  if (!customers.empty()) {
    read_ids(case_ids, tx_, kCasesOf, ids_of(customers), ids_of(wanted.cases),
             ids_of(wanted.dispatches), ids_of(wanted.callbacks), ids_of(wanted.alerts));
  }
  const std::string ids = ids_of(case_ids);
  static const std::string cases_sql =
      select_sql<Case>("where id = any($1::bigint[]) order by id for no key update");
  static const Statement cases{"door_cases", cases_sql.c_str()};
  if (!case_ids.empty()) {
    for (auto& facts : read_rows<Case>(tx_, cases, ids)) {
      const CaseId id = facts.id;
      world.cases[id].facts = std::move(facts);
    }
  }
  if (!customers.empty()) {
    static const std::string callbacks_sql = select_sql<Callback>(
        "where customer_id = any($1::bigint[]) and (state = 'open' or id = any($2::bigint[]) or "
        "(state = 'exhausted' and case_id = any($3::bigint[]))) order by id");
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

Docket PgTx::load(const Wanted& wanted) {
  World world;
  const auto customers = customers_of(wanted);
  // A clock that fires concerns its own case and nothing else of the customer: nothing else is
  // loaded for it, and the case alone is locked.
  std::set<CustomerId> with_clocks;
  std::set<CaseId> cases;
  if (!wanted.clocks.empty()) {
    for (const auto& row : tx_.exec(kOfClocks, ids_of(wanted.clocks))) {
      with_clocks.insert(read<CustomerId>(row[0]));
      cases.insert(read<CaseId>(row[1]));
    }
  }
  load_customers(world, customers, with_clocks);
  load_cases(world, customers, wanted, std::move(cases));
  load_calls(world, customers, wanted);
  load_desks(world, wanted);
  return Docket{std::move(world), [this] { return ids_.next_id(tx_); },
                [this] { return ids_.next_case_serial(tx_); }};
}

}  // namespace firsthand::postgres
