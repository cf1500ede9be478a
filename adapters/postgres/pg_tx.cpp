// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/pg_tx.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "adapters/postgres/tables.hpp"

namespace firsthand::postgres {
namespace {

constexpr Statement kNow{"door_now", "select date_trunc('milliseconds', clock_timestamp())"};
constexpr Statement kIds{"door_ids", "select nextval('firsthand_id') from generate_series(1, 512)"};
constexpr Statement kSerials{"door_serials",
                             "select nextval('case_number_sequence') from generate_series(1, 64)"};
constexpr Statement kRemember{
    "door_remember",
    "insert into remembered (source, key) select * from unnest($1::text[], $2::text[]) "
    "on conflict do nothing returning source, key"};
constexpr Statement kRecall{
    "door_recall",
    "select source, key, coalesce((reply->>'id')::bigint, 0), coalesce(reply->>'number', ''), "
    "coalesce((reply->>'version')::bigint, 0), coalesce(reply->>'token', '') from remembered "
    "where (source, key) in (select * from unnest($1::text[], $2::text[]))"};
constexpr Statement kAnswered{
    "door_answered",
    "update remembered r set reply = jsonb_build_object('id', a.id, 'number', a.number, 'version', "
    "a.version, "
    "'token', a.token) from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], "
    "$6::text[]) "
    "as a(source, key, id, number, version, token) where r.source = a.source and r.key = a.key"};
constexpr Statement kForget{
    "door_forget",
    "delete from remembered where (source, key) in (select * from unnest($1::text[], $2::text[]))"};
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
    "union select c.customer_id from sla_clock s join case_file c on c.id = s.case_id where s.id = "
    "any($10::bigint[]) "
    "union select c.customer_id from alert a join case_file c on c.id = a.case_id where a.id = "
    "any($11::bigint[])"};
constexpr Statement kNumbers{"door_numbers",
                             "select customer_id, number from customer_number where customer_id = "
                             "any($1::bigint[]) order by customer_id, label, number"};
constexpr Statement kWriteNumbers{"door_write_numbers",
                                  "insert into customer_number (customer_id, number) select * from "
                                  "unnest($1::bigint[], $2::text[]) on conflict do nothing"};
constexpr Statement kFeed{"door_feed",
                          "insert into feed (topic, kind, entity_id, version, data) "
                          "select t, k, e, v, nullif(d, '')::jsonb from unnest($1::text[], "
                          "$2::text[], $3::bigint[], $4::bigint[], $5::text[]) "
                          "as f(t, k, e, v, d)"};

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

std::string ids_of(const auto& values) {
  ArrayLiteral out;
  for (const auto& value : values) out.add(value.value);
  return out.text();
}

/// What is new or different, as rows to write.
template <class Map, class F>
void changed(const Map& now, const Map& before, F add) {
  for (const auto& [id, value] : now) {
    const auto was = before.find(id);
    if (was == before.end()) {
      add(value, static_cast<decltype(&value)>(nullptr));
    } else if (!(was->second == value)) {
      add(value, &was->second);
    }
  }
}

template <class T>
void changed_in(const std::vector<T>& now, const std::vector<T>* before, std::vector<T>& out) {
  for (const auto& value : now) {
    if (!before || std::find(before->begin(), before->end(), value) == before->end())
      out.push_back(value);
  }
}

}  // namespace

std::int64_t IdBlocks::next_id(Tx& tx) {
  if (ids_.empty()) {
    for (const auto& row : tx.exec(kIds)) ids_.push_back(read<std::int64_t>(row[0]));
    std::reverse(ids_.begin(), ids_.end());
  }
  const std::int64_t id = ids_.back();
  ids_.pop_back();
  return id;
}

std::int64_t IdBlocks::next_case_serial(Tx& tx) {
  if (serials_.empty()) {
    for (const auto& row : tx.exec(kSerials)) serials_.push_back(read<std::int64_t>(row[0]));
    std::reverse(serials_.begin(), serials_.end());
  }
  const std::int64_t serial = serials_.back();
  serials_.pop_back();
  return serial;
}

Instant PgTx::now() {
  return read<Instant>(tx_.exec(kNow)[0][0]);
}

std::vector<Remembered> PgTx::remember(std::span<const Event> events) {
  using Key = std::pair<std::string, std::string>;
  std::set<Key> asked;
  ArrayLiteral sources, keys;
  for (const auto& event : events) {
    if (event.key.empty() || !asked.emplace(event.source, event.key).second) continue;
    sources.add(event.source);
    keys.add(event.key);
  }
  std::vector<Remembered> out(events.size());
  if (asked.empty()) return out;
  std::set<Key> fresh;
  for (const auto& row : tx_.exec(kRemember, sources, keys)) {
    fresh.emplace(read<std::string>(row[0]), read<std::string>(row[1]));
  }
  std::map<Key, Reply> earlier;
  if (fresh.size() < asked.size()) {
    for (const auto& row : tx_.exec(kRecall, sources, keys)) {
      Columns columns(row);
      Key key{columns.take<std::string>(), ""};
      key.second = columns.take<std::string>();
      Reply reply;
      columns >> reply.id >> reply.number >> reply.version >> reply.token;
      earlier.emplace(std::move(key), std::move(reply));
    }
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].key.empty()) continue;
    const Key key{events[i].source, events[i].key};
    // The first of two equal keys in one batch takes the fresh place, the second is its repeat.
    out[i].fresh = fresh.erase(key) > 0;
    if (const auto known = earlier.find(key); !out[i].fresh && known != earlier.end())
      out[i].earlier = known->second;
  }
  return out;
}

std::vector<CustomerId> PgTx::customers_of(const Wanted& wanted) {
  if (!wanted.numbers.empty()) tx_.exec(kLockNumbers, array_of(wanted.numbers));
  ArrayLiteral pbxs, channels;
  for (const auto& [pbx, channel] : wanted.channels) {
    pbxs.add(pbx);
    channels.add(channel);
  }
  std::vector<CustomerId> out;
  for (const auto& row :
       tx_.exec(kCustomersOf, ids_of(wanted.customers), array_of(wanted.numbers),
                ids_of(wanted.interactions), pbxs, channels, ids_of(wanted.offers),
                ids_of(wanted.cases), ids_of(wanted.dispatches), ids_of(wanted.callbacks),
                ids_of(wanted.clocks), ids_of(wanted.alerts))) {
    const auto id = read<CustomerId>(row[0]);
    if (id) out.push_back(id);
  }
  std::sort(out.begin(), out.end());
  return out;
}

void PgTx::load_cases(World& world, const std::vector<CustomerId>& customers,
                      const Wanted& wanted) {
  // Everything live, what was named, and the last month's, because a repeat is told by it.
  static const std::string cases_sql = select_sql<Case>(
      "where (customer_id = any($1::bigint[]) and (state not in ('resolved','closed') or opened_at "
      "> now() - interval '30 days')) "
      "or id = any($2::bigint[]) or id in (select case_id from dispatch where id = "
      "any($3::bigint[])) "
      "or id in (select case_id from callback where id = any($4::bigint[])) "
      "or id in (select case_id from sla_clock where id = any($5::bigint[])) "
      "or id in (select case_id from alert where id = any($6::bigint[])) order by id for update");
  static const Statement cases{"door_cases", cases_sql.c_str()};
  for (auto& facts : read_rows<Case>(tx_, cases, ids_of(customers), ids_of(wanted.cases),
                                     ids_of(wanted.dispatches), ids_of(wanted.callbacks),
                                     ids_of(wanted.clocks), ids_of(wanted.alerts))) {
    const CaseId id = facts.id;
    world.cases[id].facts = std::move(facts);
  }
  static const std::string callbacks_sql = select_sql<Callback>(
      "where customer_id = any($1::bigint[]) and (state = 'open' or id = any($2::bigint[]) or "
      "(state = 'exhausted' and case_id = any($3::bigint[]))) order by id");
  static const Statement callbacks{"door_callbacks", callbacks_sql.c_str()};
  std::vector<CaseId> case_ids;
  for (const auto& [id, file] : world.cases) case_ids.push_back(id);
  for (auto& promise : read_rows<Callback>(tx_, callbacks, ids_of(customers),
                                           ids_of(wanted.callbacks), ids_of(case_ids))) {
    const CallbackId id = promise.id;
    world.callbacks.emplace(id, std::move(promise));
  }
  if (case_ids.empty()) return;
  const std::string ids = ids_of(case_ids);
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

void PgTx::load_calls(World& world, const std::vector<CustomerId>& customers,
                      const Wanted& wanted) {
  static const std::string calls_sql = select_sql<Interaction>(
      "where (customer_id = any($1::bigint[]) and state <> 'ended') or id = any($2::bigint[]) "
      "or ((pbx_id, channel_id) in (select * from unnest($3::text[], $4::text[])) and channel_id "
      "<> '') "
      "or id in (select interaction_id from offer where id = any($5::bigint[])) order by id for "
      "update");
  static const Statement calls{"door_calls", calls_sql.c_str()};
  ArrayLiteral pbxs, channels;
  for (const auto& [pbx, channel] : wanted.channels) {
    pbxs.add(pbx);
    channels.add(channel);
  }
  std::vector<InteractionId> ids;
  for (auto& call :
       read_rows<Interaction>(tx_, calls, ids_of(customers), ids_of(wanted.interactions), pbxs,
                              channels, ids_of(wanted.offers))) {
    ids.push_back(call.id);
    world.interactions.emplace(call.id, std::move(call));
  }
  static const std::string offers_sql = select_sql<Offer>(
      "where (state = 'open' and interaction_id = any($1::bigint[])) or id = any($2::bigint[]) "
      "order by id for update");
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
      select_sql<Desk>("where user_id = any($1::bigint[]) order by user_id for update");
  static const Statement desks{"door_desks", desks_sql.c_str()};
  for (auto& place : read_rows<Desk>(tx_, desks, ids_of(users)))
    world.desks.emplace(place.user, std::move(place));
}

Docket PgTx::load(const Wanted& wanted) {
  World world;
  const auto customers = customers_of(wanted);
  if (!customers.empty()) {
    static const std::string customers_sql =
        select_sql<Customer>("where id = any($1::bigint[]) order by id for update");
    static const Statement statement{"door_customers", customers_sql.c_str()};
    for (auto& person : read_rows<Customer>(tx_, statement, ids_of(customers))) {
      world.customers.emplace(person.id, std::move(person));
    }
    for (const auto& row : tx_.exec(kNumbers, ids_of(customers))) {
      const auto found = world.customers.find(read<CustomerId>(row[0]));
      if (found != world.customers.end())
        found->second.numbers.push_back(read<std::string>(row[1]));
    }
    load_cases(world, customers, wanted);
    load_calls(world, customers, wanted);
  }
  load_desks(world, wanted);
  return Docket{std::move(world), [this] { return ids_.next_id(tx_); },
                [this] { return ids_.next_case_serial(tx_); }};
}

void PgTx::save(Docket& docket, std::span<const Event> events, std::span<const Outcome> outcomes) {
  const World& now = docket.now;
  const World& before = docket.before;

  std::vector<Customer> customers;
  ArrayLiteral number_customers, numbers;
  changed(now.customers, before.customers, [&](const Customer& person, const Customer* was) {
    customers.push_back(person);
    for (const auto& number : person.numbers) {
      if (was && std::find(was->numbers.begin(), was->numbers.end(), number) != was->numbers.end())
        continue;
      number_customers.add(person.id);
      numbers.add(number);
    }
  });
  write(tx_, customers);
  if (!numbers.empty()) tx_.exec(kWriteNumbers, number_customers, numbers);

  std::vector<Interaction> calls;
  changed(now.interactions, before.interactions,
          [&](const Interaction& call, const Interaction*) { calls.push_back(call); });
  write(tx_, calls);

  // Ended offers first: the slot they free may be taken by a new one in the same batch.
  std::vector<Offer> ended, opened;
  changed(now.offers, before.offers, [&](const Offer& made, const Offer*) {
    (made.state == OfferState::open ? opened : ended).push_back(made);
  });
  write(tx_, ended);
  write(tx_, opened);

  std::vector<Desk> desks;
  changed(now.desks, before.desks, [&](const Desk& place, const Desk*) { desks.push_back(place); });
  write(tx_, desks);

  std::vector<Case> cases;
  std::vector<Dispatch> live_dispatches, ended_dispatches;
  std::vector<SlaClock> clocks;
  std::vector<ClockPause> pauses;
  std::vector<Alert> alerts;
  changed(now.cases, before.cases, [&](const CaseFile& file, const CaseFile* was) {
    cases.push_back(file.facts);
    std::vector<Dispatch> dispatches;
    changed_in(file.dispatches, was ? &was->dispatches : nullptr, dispatches);
    for (auto& dispatch : dispatches)
      (dispatch.live() ? live_dispatches : ended_dispatches).push_back(dispatch);
    changed_in(file.clocks, was ? &was->clocks : nullptr, clocks);
    changed_in(file.pauses, was ? &was->pauses : nullptr, pauses);
    changed_in(file.alerts, was ? &was->alerts : nullptr, alerts);
  });
  write(tx_, cases);
  write(tx_, ended_dispatches);
  write(tx_, live_dispatches);

  std::vector<Callback> ended_callbacks, open_callbacks;
  changed(now.callbacks, before.callbacks, [&](const Callback& promise, const Callback*) {
    (promise.state == CallbackState::open ? open_callbacks : ended_callbacks).push_back(promise);
  });
  write(tx_, ended_callbacks);
  write(tx_, open_callbacks);
  write(tx_, clocks);
  write(tx_, pauses);
  write(tx_, alerts);

  const Written& written = docket.written;
  write<OwnershipEntry, OnConflict::fail>(tx_, written.ownership);
  write<CallbackAttempt, OnConflict::fail>(tx_, written.attempts);
  write<HistoryEntry, OnConflict::fail>(tx_, written.history);
  write<Effect, OnConflict::ignore>(tx_, written.effects);

  if (!written.feed.empty()) {
    ArrayLiteral topics, kinds, entities, versions, data;
    for (const auto& note : written.feed) {
      topics.add(note.topic);
      kinds.add(note.kind);
      entities.add(note.entity);
      versions.add(note.version);
      data.add(note.data);
    }
    tx_.exec(kFeed, topics, kinds, entities, versions, data);
  }

  ArrayLiteral sources, keys, ids, reply_numbers, versions, tokens, refused_sources, refused_keys;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto& [source, key, actor, acting_for, what] = events[i];
    const Outcome& outcome = outcomes[i];
    if (key.empty() || outcome.duplicate) continue;
    if (outcome.refusal) {
      refused_sources.add(source);
      refused_keys.add(key);
    } else if (!(outcome.reply == Reply{})) {
      sources.add(source);
      keys.add(key);
      ids.add(outcome.reply.id);
      reply_numbers.add(outcome.reply.number);
      versions.add(outcome.reply.version);
      tokens.add(outcome.reply.token);
    }
  }
  if (!sources.empty()) tx_.exec(kAnswered, sources, keys, ids, reply_numbers, versions, tokens);
  if (!refused_sources.empty()) tx_.exec(kForget, refused_sources, refused_keys);
  saved_ = {std::move(clocks), std::move(calls), std::move(desks)};
}

}  // namespace firsthand::postgres
