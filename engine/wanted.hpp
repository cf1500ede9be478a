// SPDX-License-Identifier: Apache-2.0
// What has to be loaded and locked before a batch of events can be decided. Not shared between
// threads.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/event.hpp"
#include "engine/ids.hpp"

namespace firsthand {

/// What an event touches, as far as the event itself can say. The store follows the references:
/// every customer named or found gets all of its live cases, callbacks and interactions loaded.
struct Wanted {
  std::vector<CustomerId> customers;
  std::vector<std::string> numbers;
  std::vector<InteractionId> interactions;
  std::vector<std::pair<std::string, std::string>> channels;  ///< (pbx, pbx_channel)
  std::vector<OfferId> offers;
  std::vector<CaseId> cases;
  std::vector<DispatchId> dispatches;
  std::vector<CallbackId> callbacks;
  std::vector<ClockId> clocks;
  std::vector<AlertId> alerts;
  std::vector<UserId> desks;
  std::vector<CaseId> complaints;  ///< cases with their complaint record and compensations
  std::vector<CompensationId> compensations;
  std::vector<ReviewActionId> review_actions;
  std::vector<CompanyRoleId> company_roles;
  std::vector<RelationshipId> relationships;
  std::vector<MergeId> merges;
  std::vector<UserId> claimants;  ///< whose recent claims from the pool count
  std::vector<UserId> departing;  ///< everything that they own
  bool given_up = false;          ///< calls of these customers that were given up a moment ago
  std::vector<ListeningId> listenings;
  std::vector<UserId> listeners;  ///< what they listen to now
  std::vector<RecordingId> recordings;

  /// Nothing but clocks that fire. One that hangs on a case concerns this case: its facts, its
  /// pauses, the clock's own alerts. Nothing else of the customer or of the case is loaded then.
  bool only_firings() const;
  friend bool operator==(const Wanted&, const Wanted&) = default;
};
void collect(const Event& event, Wanted& wanted);

}  // namespace firsthand
