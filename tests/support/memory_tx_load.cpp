// SPDX-License-Identifier: Apache-2.0
// The loading half of the memory store: what an event's references lead to, as PgTx's SQL has it.
#include <algorithm>

#include "tests/support/memory_tx.hpp"

namespace firsthand::test {
namespace {

template <class Map, class Key>
auto* find(Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

std::set<CustomerId> MemoryTx::customers_of(const Wanted& wanted) const {
  const World& world = rows_.world_;
  std::set<CustomerId> out{wanted.customers.begin(), wanted.customers.end()};
  const auto of_call = [&](InteractionId id) {
    if (const auto* call = find(world.interactions, id)) out.insert(call->customer);
  };
  const auto of_case = [&](CaseId id) {
    if (const auto* file = find(world.cases, id)) out.insert(file->facts.customer);
  };
  for (const auto& number : wanted.numbers) {
    if (const auto* ids = find(rows_.customers_by_number_, number))
      out.insert(ids->begin(), ids->end());
  }
  for (const auto id : wanted.interactions) of_call(id);
  for (const auto& channel : wanted.channels) {
    if (const auto* id = find(rows_.by_channel_, channel)) of_call(*id);
  }
  for (const auto id : wanted.offers) {
    if (const auto* made = find(world.offers, id)) of_call(made->interaction);
  }
  for (const auto id : wanted.cases) of_case(id);
  for (const auto id : wanted.callbacks) {
    if (const auto* promise = find(world.callbacks, id)) out.insert(promise->customer);
  }
  for (const auto id : wanted.dispatches) {
    if (const auto* of = find(rows_.case_of_dispatch_, id)) of_case(*of);
  }
  for (const auto id : wanted.clocks) {
    if (const auto* of = find(rows_.case_of_clock_, id)) of_case(*of);
  }
  for (const auto id : wanted.alerts) {
    if (const auto* of = find(rows_.case_of_alert_, id)) of_case(*of);
  }
  return out;
}

void MemoryTx::load_cases(World& out, const std::set<CustomerId>& customers,
                          const Wanted& wanted) const {
  const World& world = rows_.world_;
  std::set<CaseId> ids;
  for (const auto customer : customers) {
    const auto* of = find(rows_.cases_of_, customer);
    if (!of) continue;
    for (const auto id : *of) {
      const Case& facts = world.cases.at(id).facts;
      if (facts.live() || facts.opened_at > now_ - std::chrono::days{30}) ids.insert(id);
    }
  }
  ids.insert(wanted.cases.begin(), wanted.cases.end());
  const auto add = [&ids](const CaseId* id) {
    if (id) ids.insert(*id);
  };
  for (const auto id : wanted.dispatches) add(find(rows_.case_of_dispatch_, id));
  for (const auto id : wanted.clocks) add(find(rows_.case_of_clock_, id));
  for (const auto id : wanted.alerts) add(find(rows_.case_of_alert_, id));
  for (const auto id : wanted.callbacks) {
    if (const auto* promise = find(world.callbacks, id)) ids.insert(promise->case_id);
  }
  for (const auto id : ids) {
    if (const auto* file = find(world.cases, id)) out.cases.emplace(id, *file);
  }
  for (const auto customer : customers) {
    const auto* of = find(rows_.callbacks_of_, customer);
    if (!of) continue;
    for (const auto id : *of) {
      const Callback& promise = world.callbacks.at(id);
      const auto& named = wanted.callbacks;
      const bool asked = std::find(named.begin(), named.end(), id) != named.end();
      const bool tried =
          promise.state == CallbackState::exhausted && out.cases.contains(promise.case_id);
      if (promise.state == CallbackState::open || asked || tried)
        out.callbacks.emplace(id, promise);
    }
  }
}

void MemoryTx::load_calls(World& out, const std::set<CustomerId>& customers,
                          const Wanted& wanted) const {
  const World& world = rows_.world_;
  std::set<InteractionId> ids{wanted.interactions.begin(), wanted.interactions.end()};
  for (const auto customer : customers) {
    if (const auto* live = find(rows_.live_interactions_of_, customer))
      ids.insert(live->begin(), live->end());
  }
  for (const auto& channel : wanted.channels) {
    if (const auto* id = find(rows_.by_channel_, channel)) ids.insert(*id);
  }
  std::set<OfferId> offers{wanted.offers.begin(), wanted.offers.end()};
  for (const auto id : wanted.offers) {
    if (const auto* made = find(world.offers, id)) ids.insert(made->interaction);
  }
  for (const auto id : ids) {
    const auto* call = find(world.interactions, id);
    if (!call) continue;
    out.interactions.emplace(id, *call);
    if (const auto* open = find(rows_.open_offers_of_, id))
      offers.insert(open->begin(), open->end());
  }
  for (const auto id : offers) {
    if (const auto* made = find(world.offers, id)) out.offers.emplace(id, *made);
  }
}

Docket MemoryTx::load(const Wanted& wanted) {
  World out;
  const auto customers = customers_of(wanted);
  for (const auto id : customers) {
    if (const auto* person = find(rows_.world_.customers, id)) out.customers.emplace(id, *person);
  }
  if (!customers.empty()) {
    load_cases(out, customers, wanted);
    load_calls(out, customers, wanted);
  }
  std::set<UserId> desks{wanted.desks.begin(), wanted.desks.end()};
  for (const auto& [id, call] : out.interactions) desks.insert(call.agent);
  for (const auto& [id, made] : out.offers) desks.insert(made.agent);
  for (const auto id : desks) {
    if (const auto* place = find(rows_.world_.desks, id)) out.desks.emplace(id, *place);
  }
  return Docket{std::move(out), [this] { return rows_.next_id_++; },
                [this] { return rows_.next_serial_++; }};
}

}  // namespace firsthand::test
