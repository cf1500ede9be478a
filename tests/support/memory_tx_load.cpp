// SPDX-License-Identifier: Apache-2.0
// The loading half of the memory store: what an event's references lead to, as PgTx's SQL has it.
#include <algorithm>

#include "engine/find.hpp"
#include "tests/support/memory_tx.hpp"

namespace firsthand::test {

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
    if (const auto* of = find(rows_.matter_of_alert_, id); of && of->first) out.insert(of->first);
  }
  for (const auto id : wanted.clocks) {
    if (const auto* of = find(rows_.matter_of_clock_, id); of && of->first) out.insert(of->first);
  }
  for (const auto id : wanted.compensations) {
    if (const auto* of = find(rows_.case_of_compensation_, id)) of_case(*of);
  }
  for (const auto id : wanted.company_roles) {
    if (const auto* row = find(world.company_roles, id)) out.insert({row->company, row->person});
  }
  for (const auto id : wanted.relationships) {
    if (const auto* row = find(world.relationships, id)) out.insert({row->customer, row->other});
  }
  for (const auto id : wanted.merges) {
    if (const auto* row = find(world.merges, id)) out.insert({row->kept, row->gone});
  }
  for (const auto user : wanted.departing) {
    for (const auto id : cases_of_departing(user)) of_case(id);
    for (const auto& [id, promise] : world.callbacks) {
      if (promise.state == CallbackState::open && promise.user == user)
        out.insert(promise.customer);
    }
    for (const auto& [id, account] : world.accounts) {
      if (account.owner == user) out.insert(id);
    }
  }
  return out;
}

std::set<CaseId> MemoryTx::cases_of_departing(UserId user) const {
  const World& world = rows_.world_;
  std::set<CaseId> out;
  for (const auto& [id, file] : world.cases) {
    const Case& c = file.facts;
    const bool theirs = c.owner == user || c.handler == user || c.hand_over_to == user;
    const bool accepted =
        std::any_of(file.dispatches.begin(), file.dispatches.end(), [user](const Dispatch& d) {
          return d.state == DispatchState::accepted && d.accepted_by == user;
        });
    if ((theirs && c.state != CaseState::closed) || accepted) out.insert(id);
  }
  for (const auto& [id, promise] : world.callbacks) {
    const bool theirs = promise.state == CallbackState::open && promise.user == user;
    if (theirs && promise.case_id) out.insert(promise.case_id);
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
  for (const auto id : wanted.compensations) add(find(rows_.case_of_compensation_, id));
  for (const auto user : wanted.departing) ids.merge(cases_of_departing(user));
  for (const auto id : ids) {
    const auto* file = find(world.cases, id);
    if (!file) continue;
    CaseFile& loaded = out.cases.emplace(id, *file).first->second;
    const auto& asked = wanted.complaints;
    const bool whole =
        std::find(asked.begin(), asked.end(), id) != asked.end() ||
        std::any_of(wanted.compensations.begin(), wanted.compensations.end(),
                    [&](auto row) {
                      const auto* of = find(rows_.case_of_compensation_, row);
                      return of && *of == id;
                    }) ||
        std::any_of(wanted.callbacks.begin(), wanted.callbacks.end(), [&](auto row) {
          const auto* call = find(world.callbacks, row);
          return call && call->kind == CallbackKind::follow_up && call->case_id == id;
        });
    if (whole) continue;
    loaded.complaint.reset();
    loaded.compensations.clear();
  }
  for (const auto customer : customers) {
    const auto* of = find(rows_.callbacks_of_, customer);
    if (!of) continue;
    for (const auto id : *of) {
      const Callback& promise = world.callbacks.at(id);
      const auto& named = wanted.callbacks;
      const bool asked = std::find(named.begin(), named.end(), id) != named.end();
      const bool tried =
          (promise.state == CallbackState::exhausted || promise.state == CallbackState::kept) &&
          out.cases.contains(promise.case_id);
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
    if (const auto* given_up = find(rows_.given_up_of_, customer); given_up && wanted.given_up) {
      for (const auto id : *given_up) {
        const auto ended = world.interactions.at(id).ended_at;
        if (ended && *ended > now_ - std::chrono::minutes{15}) ids.insert(id);
      }
    }
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
  for (const auto& [id, call] : out.interactions) {
    if (const auto* parts = find(rows_.recordings_of_, id)) {
      for (const auto part : *parts) out.recordings.emplace(part, world.recordings.at(part));
    }
    const auto* live = find(rows_.live_transfers_of_, id);
    if (!live) continue;
    for (const auto transfer : *live) out.transfers.emplace(transfer, world.transfers.at(transfer));
  }
}

void MemoryTx::load_records(World& out, const std::set<CustomerId>& customers,
                            const Wanted& wanted) const {
  const World& world = rows_.world_;
  for (const auto id : customers) {
    if (const auto* account = find(world.accounts, id)) out.accounts.emplace(id, *account);
    if (const auto* works = find(world.customer_clocks, id))
      out.customer_clocks.emplace(id, *works);
  }
  std::set<ReviewActionId> actions{wanted.review_actions.begin(), wanted.review_actions.end()};
  for (const auto id : wanted.clocks) {
    if (const auto* of = find(rows_.matter_of_clock_, id)) actions.insert(of->second);
  }
  for (const auto id : wanted.alerts) {
    if (const auto* of = find(rows_.matter_of_alert_, id)) actions.insert(of->second);
  }
  for (const auto user : wanted.departing) {
    for (const auto& [id, action] : world.review_actions) {
      if (action.facts.assignee == user && action.facts.state == ReviewActionState::open)
        actions.insert(id);
    }
  }
  for (const auto id : actions) {
    if (const auto* action = find(world.review_actions, id))
      out.review_actions.emplace(id, *action);
  }
  const auto named = [](const auto& ids, auto id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  };
  for (const auto& [id, row] : world.company_roles) {
    const bool between = customers.contains(row.company) && customers.contains(row.person);
    if (between || named(wanted.company_roles, id)) out.company_roles.emplace(id, row);
  }
  for (const auto& [id, row] : world.relationships) {
    const bool between = customers.contains(row.customer) && customers.contains(row.other);
    if (between || named(wanted.relationships, id)) out.relationships.emplace(id, row);
  }
  for (const auto& [id, row] : world.merges) {
    const bool live = customers.contains(row.gone) && !row.undone_at;
    if (live || named(wanted.merges, id)) out.merges.emplace(id, row);
  }
  for (const auto user : wanted.claimants) {
    for (const auto& entry : rows_.written_.account_entries) {
      const bool claimed = entry.how == AccountHow::claimed && entry.by == user;
      if (claimed && entry.at > now_ - std::chrono::hours{48}) out.claims[user].push_back(entry.at);
    }
  }
}

void MemoryTx::add_whole_groups(std::set<CustomerId>& customers) const {
  const auto& records = rows_.world_.customers;
  for (std::size_t before = 0; before != customers.size();) {
    before = customers.size();
    std::set<CustomerId> more;
    for (const auto id : customers) {
      if (const auto* record = find(records, id); record && record->merged_into)
        more.insert(record->merged_into);
      if (const auto* gone = find(rows_.merged_under_, id)) more.insert(gone->begin(), gone->end());
    }
    customers.insert(more.begin(), more.end());
  }
}

void MemoryTx::want_since_merge(const std::set<CustomerId>& customers, Wanted& wanted) const {
  const World& world = rows_.world_;
  for (const auto id : wanted.merges) {
    const auto* merge = find(world.merges, id);
    if (!merge) continue;
    for (const auto& [call_id, call] : world.interactions) {
      if (customers.contains(call.customer) &&
          (call.enqueued_at >= merge->at || call.ended_at >= merge->at))
        wanted.interactions.push_back(call_id);
    }
    for (const auto& [case_id, file] : world.cases) {
      const auto* told = find(world.interactions, file.facts.interaction);
      const bool since = file.facts.opened_at >= merge->at || (told && told->ended_at >= merge->at);
      if (!customers.contains(file.facts.customer) || !since) continue;
      wanted.cases.push_back(case_id);
      if (file.facts.interaction) wanted.interactions.push_back(file.facts.interaction);
    }
    for (const auto& [promise_id, promise] : world.callbacks) {
      if (customers.contains(promise.customer) && promise.promised_at >= merge->at)
        wanted.callbacks.push_back(promise_id);
    }
  }
}

Docket MemoryTx::load(const Wanted& asked) {
  World out;
  Wanted wanted = asked;
  for (const auto& [id, listening] : rows_.world_.listenings) {
    const auto is_among = [](const auto& ids, auto one) {
      return std::find(ids.begin(), ids.end(), one) != ids.end();
    };
    const bool goes_on = !listening.ended_at && is_among(wanted.listeners, listening.listener);
    if (!goes_on && !is_among(wanted.listenings, id)) continue;
    out.listenings.emplace(id, listening);
    wanted.interactions.push_back(listening.interaction);
  }
  for (const auto id : wanted.recordings) {
    if (const auto* recording = find(rows_.world_.recordings, id))
      wanted.interactions.push_back(recording->interaction);
  }
  auto customers = customers_of(wanted);
  add_whole_groups(customers);
  want_since_merge(customers, wanted);
  for (const auto id : customers) {
    if (const auto* person = find(rows_.world_.customers, id)) out.customers.emplace(id, *person);
  }
  if (!customers.empty()) {
    load_cases(out, customers, wanted);
    load_calls(out, customers, wanted);
  }
  load_records(out, customers, wanted);
  std::set<UserId> desks{wanted.desks.begin(), wanted.desks.end()};
  for (const auto& [id, call] : out.interactions) desks.insert(call.agent);
  for (const auto& [id, made] : out.offers) desks.insert(made.agent);
  for (const auto& [id, transfer] : out.transfers) desks.insert({transfer.from, transfer.to});
  for (const auto id : desks) {
    if (const auto* place = find(rows_.world_.desks, id)) out.desks.emplace(id, *place);
  }
  return Docket{std::move(out), [this] { return rows_.next_id_++; },
                [this] { return rows_.next_serial_++; }};
}

}  // namespace firsthand::test
