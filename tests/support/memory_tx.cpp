// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memory_tx.hpp"

#include <algorithm>

namespace firsthand::test {
namespace {

template <class Map, class Key>
auto* find(Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

template <class Id>
std::string text(Id id) {
  return std::to_string(id.value);
}

/// Calls `changed(now, before or null)` for every value that is new or different.
template <class Map, class F>
void each_changed(const Map& now, const Map& before, F changed) {
  for (const auto& [id, value] : now) {
    const auto* was = find(before, id);
    if (!was || !(*was == value)) changed(value, was);
  }
}

/// The old rows with the new values; rows are never deleted.
template <class Row>
std::vector<Row> merged(const std::vector<Row>& old, const std::vector<Row>& fresh) {
  std::vector<Row> out = fresh;
  for (const Row& row : old) {
    const auto same = [&](const Row& other) { return other.id == row.id; };
    if (std::none_of(out.begin(), out.end(), same)) out.push_back(row);
  }
  std::sort(out.begin(), out.end(), [](const Row& a, const Row& b) { return a.id < b.id; });
  return out;
}

}  // namespace

MemoryRows::MemoryRows(const Rules& rules) {
  for (const auto& person : rules.users) users_.insert(person.id);
  for (const auto& [code, id] : rules.departments) departments_.insert(id);
}

Snapshot MemoryRows::look() const {
  return {world_, written_.ownership, written_.attempts, written_.history, written_.effects};
}

const SlaClock* MemoryRows::clock(ClockId id) const {
  const CaseId* of = find(case_of_clock_, id);
  if (!of) return nullptr;
  for (const auto& clock : world_.cases.at(*of).clocks)
    if (clock.id == id) return &clock;
  return nullptr;
}

MemoryTx::~MemoryTx() {
  for (auto step = undo_.rbegin(); step != undo_.rend(); ++step) (*step)();
}

// ------------------------------------------------------------------------------- undoable changes
template <class Map, class Key, class Value>
void MemoryTx::set(Map& map, const Key& key, Value value) {
  const auto found = map.find(key);
  if (found == map.end()) {
    undo_.push_back([&map, key] { map.erase(key); });
    map.emplace(key, std::move(value));
  } else {
    undo_.push_back([&map, key, was = found->second] { map.at(key) = was; });
    found->second = std::move(value);
  }
}

template <class Map, class Key, class Member>
void MemoryTx::link(Map& map, const Key& key, const Member& member) {
  if (!map[key].insert(member).second) return;
  undo_.push_back([&map, key, member] { map[key].erase(member); });
}

template <class Map, class Key, class Member>
void MemoryTx::unlink(Map& map, const Key& key, const Member& member) {
  if (map[key].erase(member) == 0) return;
  undo_.push_back([&map, key, member] { map[key].insert(member); });
}

template <class Set>
void MemoryTx::keep(Set& set, const typename Set::value_type& member, bool in) {
  if (in && set.insert(member).second) undo_.push_back([&set, member] { set.erase(member); });
  if (!in && set.erase(member) > 0) undo_.push_back([&set, member] { set.insert(member); });
}

void MemoryTx::check(bool holds, const std::string& constraint) const {
  if (!holds && !rows_.dropped_.contains(constraint)) throw ConstraintViolation{constraint};
}

void MemoryTx::check_user(UserId id, const std::string& constraint) const {
  check(!id || rows_.users_.contains(id), constraint);
}

void MemoryTx::check_department(DepartmentId id, const std::string& constraint) const {
  check(!id || rows_.departments_.contains(id), constraint);
}

void MemoryTx::claim(const std::string& constraint, const MaybeKey& was, const MaybeKey& key,
                     std::int64_t row) {
  if (was == key) return;
  auto& unique = rows_.unique_;
  if (was) {
    const auto held = unique.find({constraint, *was});
    if (held != unique.end() && held->second == row) {
      undo_.push_back([&unique, constraint, old = *was, row] { unique[{constraint, old}] = row; });
      unique.erase(held);
    }
  }
  if (!key) return;
  const auto held = unique.find({constraint, *key});
  check(held == unique.end() || held->second == row, constraint);
  set(unique, std::pair{constraint, *key}, row);
}

// ------------------------------------------------------------------------------- remember
std::vector<Remembered> MemoryTx::remember(std::span<const Event> events) {
  std::vector<Remembered> out(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].key.empty()) continue;
    const MemoryRows::Key key{events[i].source, events[i].key};
    if (const Reply* earlier = find(rows_.remembered_, key)) {
      out[i] = {false, *earlier};
    } else {
      set(rows_.remembered_, key, Reply{});
    }
  }
  return out;
}

void MemoryTx::answer(std::span<const Event> events, std::span<const Outcome> outcomes) {
  auto& remembered = rows_.remembered_;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].key.empty() || outcomes[i].duplicate) continue;
    const MemoryRows::Key key{events[i].source, events[i].key};
    if (!outcomes[i].refusal) {
      set(remembered, key, outcomes[i].reply);
    } else if (remembered.erase(key) > 0) {
      undo_.push_back([&remembered, key] { remembered.emplace(key, Reply{}); });
    }
  }
}

// ------------------------------------------------------------------------------- save
void MemoryTx::save(Docket& docket, std::span<const Event> events,
                    std::span<const Outcome> outcomes) {
  const World& now = docket.now;
  const World& before = docket.before;
  const auto put_all = [&](const auto& map, const auto& old) {
    each_changed(map, old, [&](const auto& row, const auto*) { put(row); });
  };
  put_all(now.customers, before.customers);
  put_all(now.interactions, before.interactions);
  // Ended ones first: the slot they free may be taken by a new one in the same batch.
  for (const bool open : {false, true}) {
    each_changed(now.offers, before.offers, [&](const Offer& made, const Offer*) {
      if ((made.state == OfferState::open) == open) put(made);
    });
  }
  put_all(now.desks, before.desks);
  put_all(now.cases, before.cases);
  for (const bool open : {false, true}) {
    each_changed(now.callbacks, before.callbacks, [&](const Callback& promise, const Callback*) {
      if ((promise.state == CallbackState::open) == open) put(promise);
    });
  }
  each_changed(now.cases, before.cases,
               [&](const CaseFile& file, const CaseFile*) { check_clocks(file); });
  append(docket.written);
  answer(events, outcomes);
}

void MemoryTx::put(const Customer& row) {
  Customer stored = row;
  std::set<std::string> numbers{row.numbers.begin(), row.numbers.end()};
  if (const Customer* was = find(rows_.world_.customers, row.id))
    numbers.insert(was->numbers.begin(), was->numbers.end());
  stored.numbers.assign(numbers.begin(), numbers.end());
  for (const auto& number : numbers) link(rows_.customers_by_number_, number, row.id);
  set(rows_.world_.customers, row.id, std::move(stored));
}

void MemoryTx::put(const Interaction& row) {
  auto& world = rows_.world_;
  check((row.state == InteractionState::ended) == row.ended_at.has_value(), "ended_has_time");
  check(world.customers.contains(row.customer), "interaction_customer_id_fkey");
  check_user(row.agent, "interaction_agent_id_fkey");
  check_user(row.owner, "interaction_owner_id_fkey");
  const Interaction* was = find(world.interactions, row.id);
  const auto channel = [](const Interaction& call) -> MaybeKey {
    if (call.pbx_channel.empty()) return std::nullopt;
    return call.pbx + "|" + call.pbx_channel;
  };
  claim("interaction_channel", was ? channel(*was) : std::nullopt, channel(row), row.id.value);
  if (!row.pbx_channel.empty()) set(rows_.by_channel_, std::pair{row.pbx, row.pbx_channel}, row.id);
  if (row.state == InteractionState::ended) {
    unlink(rows_.live_interactions_of_, row.customer, row.id);
  } else {
    link(rows_.live_interactions_of_, row.customer, row.id);
  }
  keep(rows_.live_interactions_, row.id, row.state != InteractionState::ended);
  set(world.interactions, row.id, row);
}

void MemoryTx::put(const Offer& row) {
  auto& world = rows_.world_;
  check(world.interactions.contains(row.interaction), "offer_interaction_id_fkey");
  check(rows_.users_.contains(row.agent), "offer_agent_id_fkey");
  const Offer* was = find(world.offers, row.id);
  const bool open = row.state == OfferState::open;
  const auto key = [](const Offer& offer, auto member) -> MaybeKey {
    if (offer.state != OfferState::open) return std::nullopt;
    return text(offer.*member);
  };
  claim("offer_one_per_interaction", was ? key(*was, &Offer::interaction) : std::nullopt,
        key(row, &Offer::interaction), row.id.value);
  claim("offer_one_per_agent", was ? key(*was, &Offer::agent) : std::nullopt,
        key(row, &Offer::agent), row.id.value);
  if (open) {
    link(rows_.open_offers_of_, row.interaction, row.id);
  } else {
    unlink(rows_.open_offers_of_, row.interaction, row.id);
  }
  keep(rows_.open_offers_, row.id, open);
  set(world.offers, row.id, row);
}

void MemoryTx::put(const Desk& row) {
  check(rows_.users_.contains(row.user), "desk_user_id_fkey");
  set(rows_.world_.desks, row.user, row);
}

void MemoryTx::put_dispatches(const CaseFile& file, bool live) {
  const CaseFile* was = find(rows_.world_.cases, file.facts.id);
  for (const auto& row : file.dispatches) {
    if (row.live() != live) continue;
    check(rows_.departments_.contains(row.department), "dispatch_department_id_fkey");
    check_department(row.suggested_department, "dispatch_suggested_department_id_fkey");
    for (const UserId who : {row.by, row.accepted_by, row.ended_by})
      check_user(who, "dispatch_user_fkey");
    const Dispatch* old = nullptr;
    if (was) {
      for (const auto& other : was->dispatches)
        if (other.id == row.id) old = &other;
    }
    const auto key = [](const Dispatch& dispatch) -> MaybeKey {
      if (!dispatch.live()) return std::nullopt;
      return text(dispatch.case_id);
    };
    claim("dispatch_one_live", old ? key(*old) : std::nullopt, key(row), row.id.value);
    set(rows_.case_of_dispatch_, row.id, file.facts.id);
  }
}

void MemoryTx::put(const CaseFile& file) {
  auto& world = rows_.world_;
  const Case& c = file.facts;
  check(rows_.users_.contains(c.owner), "case_file_owner_id_fkey");
  check(world.customers.contains(c.customer), "case_file_customer_id_fkey");
  check_user(c.handler, "case_file_handler_user_id_fkey");
  check_user(c.hand_over_to, "case_file_hand_over_to_fkey");
  check_department(c.department, "case_file_department_id_fkey");
  check(c.severity >= 1 && c.severity <= 4, "case_file_severity_check");
  check(c.escalation_level >= 0 && c.escalation_level <= 3, "case_file_escalation_level_check");
  check(c.live() || c.told_at || !c.told_how.empty(), "resolved_was_told");
  check((c.state == CaseState::closed) == c.closed_at.has_value(), "closed_has_time");
  const CaseFile* was = find(world.cases, c.id);
  claim("case_file_number_key", was ? MaybeKey{was->facts.number} : std::nullopt, c.number,
        c.id.value);
  const auto token = [](const Case& facts) -> MaybeKey {
    if (facts.public_token.empty()) return std::nullopt;
    return facts.public_token;
  };
  claim("case_public_token", was ? token(was->facts) : std::nullopt, token(c), c.id.value);
  put_dispatches(file, false);
  put_dispatches(file, true);
  CaseFile stored = file;
  if (was) {
    for (const auto& clock : file.clocks) {
      for (const auto& old : was->clocks) {
        if (old.id == clock.id)
          check(!old.breached_at || old.breached_at == clock.breached_at, "breached_at");
      }
    }
    stored.dispatches = merged(was->dispatches, file.dispatches);
    stored.clocks = merged(was->clocks, file.clocks);
    stored.pauses = merged(was->pauses, file.pauses);
    stored.alerts = merged(was->alerts, file.alerts);
  }
  const auto open = [](const ClockPause& pause) { return !pause.until; };
  check(std::count_if(stored.pauses.begin(), stored.pauses.end(), open) <= 1,
        "clock_pause_one_open");
  for (const auto& pause : stored.pauses) check_user(pause.by, "clock_pause_by_user_id_fkey");
  keep(rows_.paused_cases_, c.id, std::any_of(stored.pauses.begin(), stored.pauses.end(), open));
  if (was) {
    for (const auto& clock : was->clocks)
      if (clock.fire_at) keep(rows_.armed_, {*clock.fire_at, clock.id}, false);
  }
  for (const auto& clock : stored.clocks) {
    if (clock.fire_at) keep(rows_.armed_, {*clock.fire_at, clock.id}, true);
    if (!rows_.case_of_clock_.contains(clock.id)) set(rows_.case_of_clock_, clock.id, c.id);
  }
  for (const auto& alert : stored.alerts) {
    if (rows_.case_of_alert_.contains(alert.id)) continue;
    check(rows_.users_.contains(alert.recipient), "alert_recipient_id_fkey");
    check(rows_.case_of_clock_.contains(alert.clock), "alert_clock_id_fkey");
    claim("alert_once", std::nullopt,
          text(alert.clock) + "|" + std::to_string(alert.cycle) + "|" + alert.step + "|" +
              text(alert.recipient),
          alert.id.value);
    set(rows_.case_of_alert_, alert.id, c.id);
  }
  link(rows_.cases_of_, c.customer, c.id);
  set(world.cases, c.id, std::move(stored));
}

void MemoryTx::put(const Callback& row) {
  auto& world = rows_.world_;
  check(!row.case_id || world.cases.contains(row.case_id), "callback_case_id_fkey");
  check(world.customers.contains(row.customer), "callback_customer_id_fkey");
  check_user(row.user, "callback_user_id_fkey");
  check_department(row.department, "callback_department_id_fkey");
  const Callback* was = find(world.callbacks, row.id);
  const auto key = [](const Callback& promise) -> MaybeKey {
    if (promise.state != CallbackState::open) return std::nullopt;
    return text(promise.customer) + "|" + text(promise.case_id) + "|" +
           (promise.kind == CallbackKind::follow_up ? "f" : "p");
  };
  claim("callback_one_live", was ? key(*was) : std::nullopt, key(row), row.id.value);
  link(rows_.callbacks_of_, row.customer, row.id);
  set(world.callbacks, row.id, row);
}

void MemoryTx::check_clocks(const CaseFile& file) {
  for (const auto& clock : file.clocks) {
    check(!clock.callback || rows_.world_.callbacks.contains(clock.callback),
          "sla_clock_callback_id_fkey");
    check(!clock.dispatch || rows_.case_of_dispatch_.contains(clock.dispatch),
          "sla_clock_dispatch_id_fkey");
  }
}

void MemoryTx::append(const Written& written) {
  const auto add = [this](auto& table, const auto& rows) {
    if (rows.empty()) return;
    undo_.push_back([&table, size = table.size()] {
      table.erase(table.begin() + static_cast<std::ptrdiff_t>(size), table.end());
    });
    table.insert(table.end(), rows.begin(), rows.end());
  };
  for (const auto& entry : written.ownership) {
    check(rows_.users_.contains(entry.owner), "ownership_entry_owner_id_fkey");
    check_user(entry.previous_owner, "ownership_entry_previous_owner_id_fkey");
    check_user(entry.by, "ownership_entry_by_user_id_fkey");
    check(rows_.world_.cases.contains(entry.case_id), "ownership_entry_case_id_fkey");
  }
  for (const auto& attempt : written.attempts) {
    check(rows_.world_.callbacks.contains(attempt.callback), "callback_attempt_callback_id_fkey");
    check_user(attempt.by, "callback_attempt_by_user_id_fkey");
  }
  add(rows_.written_.ownership, written.ownership);
  add(rows_.written_.attempts, written.attempts);
  add(rows_.written_.history, written.history);
  std::vector<Effect> effects;
  for (const auto& effect : written.effects) {
    // The outbox does nothing on a key it has.
    if (rows_.unique_.contains({"outbox_key_key", effect.key})) continue;
    claim("outbox_key_key", std::nullopt, effect.key, effect.id);
    effects.push_back(effect);
  }
  add(rows_.written_.effects, effects);
  add(rows_.written_.feed, written.feed);
}

}  // namespace firsthand::test
