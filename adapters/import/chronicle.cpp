// SPDX-License-Identifier: Apache-2.0
#include "adapters/import/chronicle.hpp"

#include <algorithm>

#include "engine/facts.hpp"
#include "engine/find.hpp"

namespace firsthand::import {
namespace {

constexpr std::chrono::days kRepeatWindow{31};

/// Calls `look(now, before or null)` for whatever clocks hang on.
template <class F>
void each_clockwork(const World& now, const World& before, F look) {
  for (const auto& [id, file] : now.cases) look(file, find(before.cases, id));
  for (const auto& [id, works] : now.customer_clocks) look(works, find(before.customer_clocks, id));
  for (const auto& [id, action] : now.review_actions) look(action, find(before.review_actions, id));
}

}  // namespace

Chronicle::Chronicle(const Rules& rules, std::function<std::int64_t()> next_id,
                     std::function<std::int64_t()> next_serial,
                     std::function<void(const HistoryEntry&)> history)
    : rules_{rules},
      next_id_{std::move(next_id)},
      next_serial_{std::move(next_serial)},
      history_{std::move(history)} {}

void Chronicle::add(Customer customer, Rows::CustomerMore more, Instant at) {
  const CustomerId id = customer.id;
  for (const std::string& number : customer.numbers) by_number_[number] = id;
  customer_of_[id.value] = id;
  more_[id] = std::move(more);
  history_({next_id_(),
            at,
            id,
            {},
            {},
            "customer_created",
            {},
            {},
            "import",
            Facts{}.add("provisional", customer.provisional).json()});
  worlds_[id].customers.emplace(id, std::move(customer));
}

void Chronicle::at(Instant when, std::function<void(Instant)> task) {
  tasks_.push({when, order_++, std::move(task)});
}

void Chronicle::run(Instant end) {
  while (!tasks_.empty() && tasks_.top().when <= end) {
    const Task task = tasks_.top();
    tasks_.pop();
    task.run(task.when);
  }
}

CustomerId Chronicle::whose(const Wanted& wanted) const {
  const auto known = [this](std::int64_t id) {
    const auto found = customer_of_.find(id);
    return found == customer_of_.end() ? CustomerId{} : found->second;
  };
  if (!wanted.customers.empty()) return wanted.customers.front();
  if (!wanted.interactions.empty()) return known(wanted.interactions.front().value);
  if (!wanted.offers.empty()) return known(wanted.offers.front().value);
  if (!wanted.cases.empty()) return known(wanted.cases.front().value);
  if (!wanted.dispatches.empty()) return known(wanted.dispatches.front().value);
  if (!wanted.callbacks.empty()) return known(wanted.callbacks.front().value);
  if (!wanted.clocks.empty()) return known(wanted.clocks.front().value);
  if (!wanted.alerts.empty()) return known(wanted.alerts.front().value);
  if (!wanted.compensations.empty()) return known(wanted.compensations.front().value);
  for (const std::string& number : wanted.numbers) {
    if (const auto found = by_number_.find(number); found != by_number_.end()) return found->second;
  }
  return {};
}

Outcome Chronicle::apply(Event event, Instant now) {
  Wanted wanted;
  collect(event, wanted);
  const CustomerId customer = whose(wanted);
  World loaded;
  if (customer) {
    put_away(worlds_[customer], now);
    loaded = worlds_[customer];
  }
  loaded.desks = desks_;
  loaded.review_actions = actions_;
  Docket docket{std::move(loaded), next_id_, next_serial_};
  Outcome outcome = decide(docket, event, rules_, now);
  if (outcome.refusal) {
    ++refused_;
    last_refusal_ = std::to_string(event.what.index()) + ": " + outcome.refusal->code;
    return outcome;
  }
  docket.settle();
  plan_timers(docket.now, docket.before, now);
  for (const HistoryEntry& entry : docket.written.history) history_(entry);
  auto& written = docket.written;
  rows_.ownership.insert(rows_.ownership.end(), written.ownership.begin(), written.ownership.end());
  rows_.attempts.insert(rows_.attempts.end(), written.attempts.begin(), written.attempts.end());
  if (on_alert) {
    each_clockwork(docket.now, docket.before, [&](const Clockwork& works, const Clockwork* was) {
      for (std::size_t i = was == nullptr ? 0 : was->alerts.size(); i < works.alerts.size(); ++i) {
        on_alert(works.alerts[i], now);
      }
    });
  }
  desks_ = std::move(docket.now.desks);
  docket.now.desks.clear();
  actions_ = std::move(docket.now.review_actions);
  docket.now.review_actions.clear();
  if (customer) {
    index(customer, docket.now);
    worlds_[customer] = std::move(docket.now);
  }
  return outcome;
}

void Chronicle::index(CustomerId customer, const World& world) {
  for (const auto& [id, one] : world.interactions) customer_of_[id.value] = customer;
  for (const auto& [id, one] : world.offers) customer_of_[id.value] = customer;
  for (const auto& [id, one] : world.callbacks) customer_of_[id.value] = customer;
  for (const auto& [id, file] : world.cases) {
    if (file.facts.state == CaseState::closed) continue;  // indexed before
    customer_of_[id.value] = customer;
    for (const Dispatch& one : file.dispatches) customer_of_[one.id.value] = customer;
    for (const SlaClock& one : file.clocks) customer_of_[one.id.value] = customer;
    for (const Alert& one : file.alerts) customer_of_[one.id.value] = customer;
    for (const Compensation& one : file.compensations) customer_of_[one.id.value] = customer;
  }
  for (const auto& [id, works] : world.customer_clocks) {
    for (const SlaClock& one : works.clocks) customer_of_[one.id.value] = customer;
    for (const Alert& one : works.alerts) customer_of_[one.id.value] = customer;
  }
}

const SlaClock* Chronicle::clock(ClockId id) const {
  const SlaClock* found = nullptr;
  const auto look = [&](const Clockwork& works, const Clockwork*) {
    for (const SlaClock& one : works.clocks)
      if (one.id == id) found = &one;
  };
  static const World kNone;
  if (const World* world = world_of(id.value)) each_clockwork(*world, kNone, look);
  for (const auto& [action, file] : actions_) look(file, nullptr);
  return found;
}

void Chronicle::plan_timers(const World& now, const World& before, Instant time) {
  each_clockwork(now, before, [&](const Clockwork& works, const Clockwork* was) {
    for (const SlaClock& one : works.clocks) {
      if (!one.fire_at) continue;
      const bool same = was != nullptr &&
                        std::find(was->clocks.begin(), was->clocks.end(), one) != was->clocks.end();
      if (same) continue;
      const event::ClockFired fired{one.id, one.version};
      // What was passed over while the clock stood fires as soon as it runs again, not before.
      at(std::max(*one.fire_at, time), [this, fired](Instant when) {
        const SlaClock* there = clock(fired.clock);
        // A timer that the clock has moved past is simply stale.
        if (there == nullptr || !there->fire_at || there->version != fired.version) return;
        apply({"timer", "", {}, {}, fired}, when);
      });
    }
  });
  for (const auto& [id, file] : now.cases) {
    const CaseFile* was = find(before.cases, id);
    for (const ClockPause& pause : file.pauses) {
      if (pause.until) continue;
      if (was != nullptr && was->pauses.size() == file.pauses.size()) continue;
      at(pause.planned_until, [this, case_id = id](Instant when) {
        const CaseFile* there = file_of(case_id);
        const bool open =
            there != nullptr && std::any_of(there->pauses.begin(), there->pauses.end(),
                                            [](const auto& p) { return !p.until; });
        if (open) apply({"timer", "", {}, {}, event::ClocksResumed{case_id, true}}, when);
      });
    }
  }
  for (const auto& [user, desk] : now.desks) {
    const Desk* was = find(before.desks, user);
    if (!desk.wrap_up_until || (was != nullptr && was->wrap_up_until == desk.wrap_up_until))
      continue;
    at(*desk.wrap_up_until, [this, who = user](Instant when) {
      const Desk& there = desks_.at(who);
      if (!there.wrap_up_until || *there.wrap_up_until > when) return;
      apply({"timer", "", {}, {}, event::WrapUp{who, event::WrapUpAction::time_is_up}}, when);
    });
  }
}

void Chronicle::put_away(World& world, Instant now) {
  std::erase_if(world.offers, [&](const auto& entry) {
    if (entry.second.state == OfferState::open) return false;
    rows_.offers.push_back(entry.second);
    return true;
  });
  std::erase_if(world.interactions, [&](const auto& entry) {
    if (entry.second.state != InteractionState::ended) return false;
    rows_.interactions.push_back(entry.second);
    return true;
  });
  std::erase_if(world.callbacks, [&](const auto& entry) {
    const Callback& one = entry.second;
    const CaseFile* file = find(world.cases, one.case_id);
    if (one.state == CallbackState::open || (file && file->facts.live())) return false;
    rows_.callbacks.push_back(one);
    return true;
  });
  std::erase_if(world.cases, [&](const auto& entry) {
    const Case& c = entry.second.facts;
    // One that was opened lately may still make the next one a repeat.
    if (c.state != CaseState::closed || c.opened_at > now - kRepeatWindow) return false;
    rows_.cases.push_back(entry.second);
    return true;
  });
}

const World* Chronicle::world_of(std::int64_t id) const {
  const auto customer = customer_of_.find(id);
  return customer == customer_of_.end() ? nullptr : find(worlds_, customer->second);
}

const Customer* Chronicle::customer(CustomerId id) const {
  const World* world = find(worlds_, id);
  return world == nullptr ? nullptr : find(world->customers, id);
}
const CaseFile* Chronicle::file_of(CaseId id) const {
  const World* world = world_of(id.value);
  return world == nullptr ? nullptr : find(world->cases, id);
}
const Interaction* Chronicle::interaction(InteractionId id) const {
  const World* world = world_of(id.value);
  return world == nullptr ? nullptr : find(world->interactions, id);
}
const Callback* Chronicle::callback(CallbackId id) const {
  const World* world = world_of(id.value);
  return world == nullptr ? nullptr : find(world->callbacks, id);
}

const Callback* Chronicle::open_callback(CaseId id, CallbackKind kind) const {
  const World* world = world_of(id.value);
  if (world == nullptr) return nullptr;
  for (const auto& [callback_id, one] : world->callbacks) {
    if (one.case_id == id && one.kind == kind && one.state == CallbackState::open) return &one;
  }
  return nullptr;
}

const Callback* Chronicle::callback_for(InteractionId id) const {
  const World* world = world_of(id.value);
  if (world == nullptr) return nullptr;
  for (const auto& [callback_id, one] : world->callbacks) {
    if (one.interaction == id && one.state == CallbackState::open) return &one;
  }
  return nullptr;
}

Rows Chronicle::finish() {
  for (auto& [id, world] : worlds_) {
    for (auto& [customer_id, customer] : world.customers) {
      rows_.customers.emplace_back(std::move(customer), std::move(more_[customer_id]));
    }
    for (auto& [one_id, one] : world.interactions) rows_.interactions.push_back(std::move(one));
    for (auto& [one_id, one] : world.offers) rows_.offers.push_back(std::move(one));
    for (auto& [one_id, one] : world.callbacks) rows_.callbacks.push_back(std::move(one));
    for (auto& [one_id, one] : world.cases) rows_.cases.push_back(std::move(one));
    for (auto& [one_id, one] : world.customer_clocks) rows_.clockworks.push_back(std::move(one));
  }
  for (auto& [id, action] : actions_) rows_.review_actions.push_back(std::move(action));
  worlds_.clear();
  // The order of a hash table is nobody's business: equal seeds give equal tables.
  const auto by_id = [](const auto& a, const auto& b) { return a.id < b.id; };
  std::sort(rows_.customers.begin(), rows_.customers.end(),
            [](const auto& a, const auto& b) { return a.first.id < b.first.id; });
  std::sort(rows_.interactions.begin(), rows_.interactions.end(), by_id);
  std::sort(rows_.offers.begin(), rows_.offers.end(), by_id);
  std::sort(rows_.callbacks.begin(), rows_.callbacks.end(), by_id);
  std::sort(rows_.cases.begin(), rows_.cases.end(),
            [](const auto& a, const auto& b) { return a.facts.id < b.facts.id; });
  std::sort(
      rows_.clockworks.begin(), rows_.clockworks.end(), [](const Clockwork& a, const Clockwork& b) {
        return a.clocks.empty() < b.clocks.empty() || (!a.clocks.empty() && !b.clocks.empty() &&
                                                       a.clocks.front().id < b.clocks.front().id);
      });
  return std::move(rows_);
}

}  // namespace firsthand::import
