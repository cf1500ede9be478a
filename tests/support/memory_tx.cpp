// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memory_tx.hpp"

#include <algorithm>

#include "engine/find.hpp"

namespace firsthand::test {
namespace {

/// Calls `changed(now, before or null)` for every value that is new or different.
template <class Map, class F>
void each_changed(const Map& now, const Map& before, F changed) {
  for (const auto& [id, value] : now) {
    const auto* was = find(before, id);
    if (!was || !(*was == value)) changed(value, was);
  }
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
  const Clockwork* works = nullptr;
  if (const CaseId* of = find(case_of_clock_, id)) {
    works = &world_.cases.at(*of);
  } else if (const auto* matter = find(matter_of_clock_, id)) {
    if (matter->first)
      works = &world_.customer_clocks.at(matter->first);
    else
      works = &world_.review_actions.at(matter->second);
  }
  if (!works) return nullptr;
  for (const auto& clock : works->clocks)
    if (clock.id == id) return &clock;
  return nullptr;
}

void MemoryRows::erase(CustomerId id, Instant at) {
  Customer& customer = world_.customers.at(id);
  for (const auto& number : customer.numbers) customers_by_number_[number].erase(id);
  customer.numbers.clear();
  customer.name.clear();
  customer.erased_at = at;
  ++customer.version;
}

MemoryTx::~MemoryTx() {
  for (auto step = undo_.rbegin(); step != undo_.rend(); ++step) (*step)();
}

void MemoryTx::check(bool holds, const std::string& constraint) const {
  if (!holds && !rows_.dropped_.contains(constraint)) throw ConstraintViolation{constraint};
}

void MemoryTx::check_user(UserId id, const std::string& constraint) const {
  check(!id || rows_.users_.contains(id), constraint);
}

void MemoryTx::check_here(std::initializer_list<UserId> people) const {
  for (const auto& departure : rows_.written_.departed)
    check(std::find(people.begin(), people.end(), departure.user) == people.end(), "must_be_here");
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
  for (const bool live : {false, true}) {
    each_changed(now.transfers, before.transfers, [&](const Transfer& row, const Transfer*) {
      if (row.live() == live) put(row);
    });
  }
  put_all(now.listenings, before.listenings);
  for (const bool live : {false, true}) {
    each_changed(now.recordings, before.recordings, [&](const Recording& row, const Recording*) {
      if (row.live() == live) put(row);
    });
  }
  put_all(now.desks, before.desks);
  put_all(now.cases, before.cases);
  for (const bool open : {false, true}) {
    each_changed(now.callbacks, before.callbacks, [&](const Callback& promise, const Callback*) {
      if ((promise.state == CallbackState::open) == open) put(promise);
    });
  }
  put_all(now.accounts, before.accounts);
  put_all(now.company_roles, before.company_roles);
  put_all(now.relationships, before.relationships);
  put_all(now.merges, before.merges);
  put_all(now.review_actions, before.review_actions);
  for (const auto& [id, works] : now.customer_clocks) {
    const auto was = before.customer_clocks.find(id);
    const bool same =
        was == before.customer_clocks.end() ? works == Clockwork{} : works == was->second;
    if (!same) put(id, works);
  }
  each_changed(now.cases, before.cases,
               [&](const CaseFile& file, const CaseFile*) { check_clock_references(file); });
  append(docket.written);
  answer(events, outcomes);
}

}  // namespace firsthand::test
