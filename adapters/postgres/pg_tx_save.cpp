// SPDX-License-Identifier: Apache-2.0
// The saving half of the door's transaction: the difference between what was loaded and what was
// decided, one statement a table.
#include <algorithm>

#include "adapters/postgres/pg_tx.hpp"
#include "adapters/postgres/tables.hpp"

namespace firsthand::postgres {
namespace {

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
constexpr Statement kWriteNumbers{"door_write_numbers",
                                  "insert into customer_number (customer_id, number) select * from "
                                  "unnest($1::bigint[], $2::text[]) on conflict do nothing"};
constexpr Statement kFeed{"door_feed",
                          "insert into feed (topic, kind, entity_id, version, data) "
                          "select t, k, e, v, nullif(d, '')::jsonb from unnest($1::text[], "
                          "$2::text[], $3::bigint[], $4::bigint[], $5::text[]) "
                          "as f(t, k, e, v, d)"};

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
  saved_ = {xid_, {}, std::move(calls), std::move(desks)};
  for (const auto& clock : clocks)
    saved_.clocks.push_back({clock.id, clock.version, clock.fire_at});
}

}  // namespace firsthand::postgres
