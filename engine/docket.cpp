// SPDX-License-Identifier: Apache-2.0
#include "engine/docket.hpp"

#include <algorithm>

#include "engine/customer_group.hpp"
#include "engine/find.hpp"

namespace firsthand {

Docket::Docket(World loaded, std::function<std::int64_t()> next_id,
               std::function<std::int64_t()> next_case_serial)
    : now(std::move(loaded)),
      before(now),
      next_id_(std::move(next_id)),
      next_case_serial_(std::move(next_case_serial)) {
  for (const auto& [id, file] : now.cases)
    for (const auto& clock : file.clocks) cases_of_clocks_.emplace(clock.id, id);
}

Customer* Docket::customer(CustomerId id) {
  return find(now.customers, id);
}
Interaction* Docket::interaction(InteractionId id) {
  return find(now.interactions, id);
}
Offer* Docket::offer(OfferId id) {
  return find(now.offers, id);
}
CaseFile* Docket::case_file(CaseId id) {
  return find(now.cases, id);
}
Callback* Docket::callback(CallbackId id) {
  return find(now.callbacks, id);
}

Customer* Docket::customer_by_number(const std::string& number) {
  if (number.empty()) return nullptr;
  Customer* best = nullptr;
  bool best_has_case = false;
  for (auto& [id, person] : now.customers) {
    if (std::find(person.numbers.begin(), person.numbers.end(), number) == person.numbers.end())
      continue;
    const bool has_case = !live_cases(id).empty();
    if (!best || (has_case && !best_has_case)) {
      best = customer(kept_record(now, id));
      best_has_case = has_case;
    }
  }
  return best;
}

Interaction* Docket::interaction_by_channel(const std::string& pbx, const std::string& channel) {
  for (auto& [id, call] : now.interactions) {
    if (call.pbx == pbx && call.pbx_channel == channel) return &call;
  }
  return nullptr;
}

Offer* Docket::open_offer(InteractionId interaction_id) {
  for (auto& [id, candidate] : now.offers) {
    if (candidate.interaction == interaction_id && candidate.state == OfferState::open)
      return &candidate;
  }
  return nullptr;
}

Account* Docket::account(CustomerId id) {
  const CustomerId kept = kept_record(now, id);
  if (Account* own = find(now.accounts, kept)) return own;
  // A record without an account that took in one with: the customer is still somebody's.
  for (auto& [customer_id, account] : now.accounts) {
    if (one_customer(now, customer_id, kept)) return &account;
  }
  return nullptr;
}
ReviewActionFile* Docket::review_action(ReviewActionId id) {
  return find(now.review_actions, id);
}

Interaction* Docket::live_call(CallbackId promise) {
  for (auto& [id, call] : now.interactions) {
    if (call.callback == promise && call.state != InteractionState::ended) return &call;
  }
  return nullptr;
}

Transfer* Docket::live_transfer(InteractionId interaction_id) {
  for (auto& [id, candidate] : now.transfers) {
    if (candidate.interaction == interaction_id && candidate.live()) return &candidate;
  }
  return nullptr;
}

Listening* Docket::listening(ListeningId id) {
  return find(now.listenings, id);
}

Listening* Docket::listening_of(UserId listener) {
  for (auto& [id, candidate] : now.listenings) {
    if (candidate.listener == listener && !candidate.ended_at) return &candidate;
  }
  return nullptr;
}

Recording* Docket::recording(RecordingId id) {
  return find(now.recordings, id);
}

Recording* Docket::live_recording(InteractionId interaction_id) {
  for (auto& [id, candidate] : now.recordings) {
    if (candidate.interaction == interaction_id && candidate.live()) return &candidate;
  }
  return nullptr;
}

CaseFile* Docket::case_of(DispatchId id) {
  for (auto& [case_id, file] : now.cases) {
    for (const auto& dispatch : file.dispatches)
      if (dispatch.id == id) return &file;
  }
  return nullptr;
}

CaseFile* Docket::case_of(ClockId id) {
  if (const CaseId* loaded = find(cases_of_clocks_, id)) return case_file(*loaded);
  for (auto& [case_id, file] : now.cases) {
    for (const auto& clock : file.clocks)
      if (clock.id == id) return &file;
  }
  return nullptr;
}

CaseFile* Docket::case_of(AlertId id) {
  for (auto& [case_id, file] : now.cases) {
    for (const auto& alert : file.alerts)
      if (alert.id == id) return &file;
  }
  return nullptr;
}

Desk& Docket::desk(UserId id) {
  auto [found, made] = now.desks.try_emplace(id);
  if (made) found->second.user = id;
  return found->second;
}

Desk Docket::desk_as_seen(UserId id) const {
  const auto found = now.desks.find(id);
  if (found != now.desks.end()) return found->second;
  Desk blank;
  blank.user = id;
  return blank;
}

std::vector<CaseFile*> Docket::live_cases(CustomerId customer_id) {
  std::vector<CaseFile*> found;
  const CustomerId kept = kept_record(now, customer_id);
  for (auto& [id, file] : now.cases) {
    if (file.facts.live() && kept_record(now, file.facts.customer) == kept) found.push_back(&file);
  }
  return found;
}

std::vector<Callback*> Docket::open_callbacks(CaseId case_id) {
  std::vector<Callback*> found;
  for (auto& [id, promise] : now.callbacks) {
    if (promise.case_id == case_id && promise.state == CallbackState::open)
      found.push_back(&promise);
  }
  return found;
}

}  // namespace firsthand
