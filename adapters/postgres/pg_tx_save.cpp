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
constexpr Statement kRemoveNumbers{"door_remove_numbers",
                                   "delete from customer_number where (customer_id, number) in "
                                   "(select * from unnest($1::bigint[], $2::text[]))"};
constexpr Statement kFeed{"door_feed",
                          "insert into feed (topics, kind, entity_id, version, data) "
                          "select t::text[], k, e, v, nullif(d, '')::jsonb from unnest($1::text[], "
                          "$2::text[], $3::bigint[], $4::bigint[], $5::text[]) "
                          "as f(t, k, e, v, d)"};

// Whoever has left signs in no more, from this very commit on, and is away for good.
constexpr Statement kLockAccounts{
    "door_lock_accounts",
    "with locked as (update user_account set disabled_at = coalesce(disabled_at, now()), version = "
    "version + 1 where id = any($1::bigint[]) returning id) "
    "delete from session where user_id in (select id from locked)"};
constexpr Statement kEndAbsences{
    "door_end_absences",
    "update absence a set ended_at = now(), ended_by = d.by_user_id from unnest($1::bigint[], "
    "$2::bigint[]) as d(user_id, by_user_id) where a.user_id = d.user_id and a.ended_at is null "
    "and (upper_inf(a.span) or upper(a.span) > now())"};
constexpr Statement kAwayForGood{
    "door_away_for_good",
    "insert into absence (id, user_id, deputy_id, from_at, reason, by_user_id) select "
    "d.id, d.user_id, d.successor, now(), d.reason, d.by_user_id from "
    "unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[]) "
    "as d(id, user_id, by_user_id, successor, reason)"};

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

template <class Key, class T>
void write_changed(Tx& tx, const std::map<Key, T>& now, const std::map<Key, T>& before) {
  std::vector<T> rows;
  changed(now, before, [&rows](const T& value, const T*) { rows.push_back(value); });
  write(tx, rows);
}

/// The slot that one frees may be taken by a new one in the same batch.
template <class Key, class T, class State>
void write_ended_first(Tx& tx, const std::map<Key, T>& now, const std::map<Key, T>& before,
                       State open) {
  std::vector<T> ended, live;
  changed(now, before,
          [&](const T& value, const T*) { (value.state == open ? live : ended).push_back(value); });
  write(tx, ended);
  write(tx, live);
}

template <class T>
void changed_in(const std::vector<T>& now, const std::vector<T>* before, std::vector<T>& out) {
  for (const auto& value : now) {
    if (!before || std::find(before->begin(), before->end(), value) == before->end())
      out.push_back(value);
  }
}

/// Alerts that are new, and those that were acknowledged: a row that cannot be there yet costs less
/// than one that is asked for first.
struct ChangedAlerts {
  std::vector<Alert> raised, acknowledged;

  void add(const Clockwork& now, const Clockwork* was) {
    std::vector<Alert> changed;
    changed_in(now.alerts, was ? &was->alerts : nullptr, changed);
    for (auto& alert : changed) {
      const auto same = [&alert](const Alert& other) { return other.id == alert.id; };
      const bool known = was && std::any_of(was->alerts.begin(), was->alerts.end(), same);
      (known ? acknowledged : raised).push_back(std::move(alert));
    }
  }
  void write_to(Tx& tx) const {
    write<Alert, OnConflict::fail>(tx, raised);
    write(tx, acknowledged);
  }
};

constexpr Statement kStepClocks{
    "door_step_clocks",
    "update sla_clock c set due_at = s.due_at, state = s.state, breached_at = s.breached_at, "
    "ended_at = s.ended_at, stage = s.stage, step = s.step, fire_at = s.fire_at, version = "
    "s.version from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::timestamptz[], "
    "$5::timestamptz[], $6::integer[], $7::text[], $8::timestamptz[], $9::bigint[]) as "
    "s(id, due_at, state, breached_at, ended_at, stage, step, fire_at, version) where c.id = s.id"};

/// Clocks that are new or were computed anew are written whole; of those that went on only what
/// moves: half of the work, and a herd of them is the most that this store is ever given at once.
struct ChangedClocks {
  std::vector<SlaClock> whole, stepped;

  void add(const Clockwork& now, const Clockwork* was) {
    for (const auto& clock : now.clocks) {
      const SlaClock* before = was ? find(*was, clock.id) : nullptr;
      if (before && *before == clock) continue;
      (before && only_stepped(clock, *before) ? stepped : whole).push_back(clock);
    }
  }
  void write_to(Tx& tx) const {
    write(tx, whole);
    if (stepped.empty()) return;
    ArrayLiteral ids, due, states, breached, ended, stages, steps, fire, versions;
    for (const auto& clock : stepped) {
      ids.add(clock.id);
      due.add(clock.due_at);
      states.add(word(clock.state));
      breached.add(clock.breached_at);
      ended.add(clock.ended_at);
      stages.add(clock.stage);
      steps.add(clock.step);
      fire.add(clock.fire_at);
      versions.add(clock.version);
    }
    tx.exec(kStepClocks, ids, due, states, breached, ended, stages, steps, fire, versions);
  }

 private:
  static const SlaClock* find(const Clockwork& in, ClockId id) {
    for (const auto& clock : in.clocks)
      if (clock.id == id) return &clock;
    return nullptr;
  }
  static bool only_stepped(const SlaClock& now, SlaClock was) {
    was.due_at = now.due_at;
    was.state = now.state;
    was.breached_at = now.breached_at;
    was.ended_at = now.ended_at;
    was.stage = now.stage;
    was.step = now.step;
    was.fire_at = now.fire_at;
    was.version = now.version;
    return was == now;
  }
};

void write_customers(Tx& tx, const World& now, const World& before) {
  std::vector<Customer> customers;
  struct Numbers {
    ArrayLiteral customers, numbers;
  } added, removed;
  /// Of `these`, what is not among the others.
  const auto gather = [](Numbers& out, const Customer& these, const Customer* others) {
    for (const auto& number : these.numbers) {
      if (others && std::count(others->numbers.begin(), others->numbers.end(), number) > 0)
        continue;
      out.customers.add(these.id);
      out.numbers.add(number);
    }
  };
  changed(now.customers, before.customers, [&](const Customer& person, const Customer* was) {
    customers.push_back(person);
    gather(added, person, was);
    if (was) gather(removed, *was, &person);
  });
  write(tx, customers);
  if (!removed.numbers.empty()) tx.exec(kRemoveNumbers, removed.customers, removed.numbers);
  if (!added.numbers.empty()) tx.exec(kWriteNumbers, added.customers, added.numbers);
}

void write_departed(Tx& tx, const std::vector<Departure>& departed) {
  if (departed.empty()) return;
  ArrayLiteral absences, users, by, successors, reasons;
  for (const Departure& departure : departed) {
    absences.add(departure.absence);
    users.add(departure.user);
    by.add(departure.by);
    successors.add(departure.successor);
    reasons.add(departure.reason);
  }
  tx.exec(kLockAccounts, users);
  tx.exec(kEndAbsences, users, by);
  tx.exec(kAwayForGood, absences, users, by, successors, reasons);
}

void write_feed(Tx& tx, const std::vector<FeedNote>& notes) {
  if (notes.empty()) return;
  ArrayLiteral topics, kinds, entities, versions, data;
  for (const auto& note : notes) {
    topics.add(array_of(note.topics));
    kinds.add(note.kind);
    entities.add(note.entity);
    versions.add(note.version);
    data.add(note.data);
  }
  tx.exec(kFeed, topics, kinds, entities, versions, data);
}

/// What a repeat of the same request is answered; who was refused may ask again.
void write_answers(Tx& tx, std::span<const Event> events, std::span<const Outcome> outcomes) {
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
  if (!sources.empty()) tx.exec(kAnswered, sources, keys, ids, reply_numbers, versions, tokens);
  if (!refused_sources.empty()) tx.exec(kForget, refused_sources, refused_keys);
}

}  // namespace

void PgTx::save(Docket& docket, std::span<const Event> events, std::span<const Outcome> outcomes) {
  const World& now = docket.now;
  const World& before = docket.before;

  write_customers(tx_, now, before);

  std::vector<Interaction> calls;
  changed(now.interactions, before.interactions,
          [&](const Interaction& call, const Interaction*) { calls.push_back(call); });
  write(tx_, calls);

  write_ended_first(tx_, now.offers, before.offers, OfferState::open);

  std::vector<Transfer> ended_transfers, live_transfers;
  changed(now.transfers, before.transfers, [&](const Transfer& transfer, const Transfer*) {
    (transfer.live() ? live_transfers : ended_transfers).push_back(transfer);
  });
  write(tx_, ended_transfers);
  write(tx_, live_transfers);
  write_changed(tx_, now.listenings, before.listenings);
  // Those that are over first: a call has one that goes on.
  std::vector<Recording> over, going_on;
  changed(now.recordings, before.recordings, [&](const Recording& recording, const Recording*) {
    (recording.live() ? going_on : over).push_back(recording);
  });
  write(tx_, over);
  write(tx_, going_on);

  std::vector<Desk> desks;
  changed(now.desks, before.desks, [&](const Desk& place, const Desk*) { desks.push_back(place); });
  write(tx_, desks);

  std::vector<Case> cases;
  std::vector<Dispatch> live_dispatches, ended_dispatches;
  ChangedClocks clocks;
  std::vector<ClockPause> pauses;
  ChangedAlerts alerts;
  std::vector<ComplaintRecord> complaints;
  std::vector<Compensation> compensations;
  changed(now.cases, before.cases, [&](const CaseFile& file, const CaseFile* was) {
    if (!was || !(was->facts == file.facts)) cases.push_back(file.facts);
    std::vector<Dispatch> dispatches;
    changed_in(file.dispatches, was ? &was->dispatches : nullptr, dispatches);
    for (auto& dispatch : dispatches)
      (dispatch.live() ? live_dispatches : ended_dispatches).push_back(dispatch);
    clocks.add(file, was);
    changed_in(file.pauses, was ? &was->pauses : nullptr, pauses);
    alerts.add(file, was);
    changed_in(file.compensations, was ? &was->compensations : nullptr, compensations);
    if (file.complaint && (!was || was->complaint != file.complaint))
      complaints.push_back(*file.complaint);
  });
  std::vector<ReviewAction> actions;
  changed(now.review_actions, before.review_actions,
          [&](const ReviewActionFile& file, const ReviewActionFile* was) {
            if (!was || !(was->facts == file.facts)) actions.push_back(file.facts);
            clocks.add(file, was);
            alerts.add(file, was);
          });
  changed(now.customer_clocks, before.customer_clocks,
          [&](const Clockwork& works, const Clockwork* was) {
            clocks.add(works, was);
            alerts.add(works, was);
          });
  write(tx_, cases);
  write(tx_, complaints);
  write(tx_, compensations);
  write(tx_, actions);
  write_changed(tx_, now.accounts, before.accounts);
  write_changed(tx_, now.company_roles, before.company_roles);
  write_changed(tx_, now.relationships, before.relationships);
  write_changed(tx_, now.merges, before.merges);
  write(tx_, ended_dispatches);
  write(tx_, live_dispatches);

  write_ended_first(tx_, now.callbacks, before.callbacks, CallbackState::open);
  clocks.write_to(tx_);
  write(tx_, pauses);
  alerts.write_to(tx_);

  const Written& written = docket.written;
  write<OwnershipEntry, OnConflict::fail>(tx_, written.ownership);
  write<CallbackAttempt, OnConflict::fail>(tx_, written.attempts);
  write<HistoryEntry, OnConflict::fail>(tx_, written.history);
  write<AccountEntry, OnConflict::fail>(tx_, written.account_entries);
  write<TierScore, OnConflict::fail>(tx_, written.tier_scores);
  write<Effect, OnConflict::ignore>(tx_, written.effects);
  write_departed(tx_, written.departed);
  write_feed(tx_, written.feed);
  write_answers(tx_, events, outcomes);
  saved_ = {xid_, {}, std::move(calls), std::move(desks), {}};
  for (const Effect& effect : written.effects) saved_.effects.insert(effect.kind);
  for (const auto* changed : {&clocks.whole, &clocks.stepped}) {
    for (const auto& clock : *changed)
      saved_.clocks.push_back({clock.id, clock.version, clock.fire_at});
  }
}

}  // namespace firsthand::postgres
