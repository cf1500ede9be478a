// SPDX-License-Identifier: Apache-2.0
// The docket of one batch: what was loaded and locked, what decide() made of it, and what it leaves
// behind. A store loads it, decide() changes `now`, the store saves the difference. Not shared
// between threads.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/event.hpp"
#include "engine/model.hpp"
#include "engine/wanted.hpp"

namespace firsthand {

struct World {
  std::map<CustomerId, Customer> customers;
  std::map<InteractionId, Interaction> interactions;
  std::map<OfferId, Offer> offers;
  std::map<TransferId, Transfer> transfers;  ///< of the calls that live, while they last
  std::map<ListeningId, Listening> listenings;
  std::map<RecordingId, Recording> recordings;  ///< all parts of the calls that are loaded
  std::map<CaseId, CaseFile> cases;
  std::map<CallbackId, Callback> callbacks;
  std::map<UserId, Desk> desks;
  std::map<CustomerId, Clockwork> customer_clocks;  ///< callbacks of no case, hold periods
  std::map<CustomerId, Account> accounts;
  std::map<ReviewActionId, ReviewActionFile> review_actions;
  std::map<CompanyRoleId, CompanyRole> company_roles;
  std::map<RelationshipId, Relationship> relationships;
  std::map<MergeId, CustomerMerge> merges;
  /// When they claimed accounts from the pool in the last 48 hours; to look at only.
  std::map<UserId, std::vector<Instant>> claims;
  friend bool operator==(const World&, const World&) = default;
};

/// Somebody has left: the account is locked, and `successor` stands in from then on for good.
struct Departure {
  std::int64_t absence = 0;  ///< the id of the absence without an end that begins with it
  UserId user;
  UserId successor;  ///< none: nothing was theirs and nobody was named
  UserId by;
  std::string reason;
};

/// Rows that are only ever added.
struct Written {
  std::vector<OwnershipEntry> ownership;
  std::vector<CallbackAttempt> attempts;
  std::vector<HistoryEntry> history;
  std::vector<Effect> effects;
  std::vector<FeedNote> feed;
  std::vector<AccountEntry> account_entries;
  std::vector<TierScore> tier_scores;
  std::vector<Departure> departed;  ///< their accounts are locked in the same transaction
};

class Docket {
 public:
  Docket(World loaded, std::function<std::int64_t()> next_id,
         std::function<std::int64_t()> next_case_serial);

  World now;
  const World before;
  Written written;

  std::int64_t new_id() { return next_id_(); }
  std::int64_t new_case_serial() { return next_case_serial_(); }

  // Lookups answer null for what is not there: the caller refuses with not_found.
  Customer* customer(CustomerId id);
  /// Who may be calling from this number; one with a live case first, then the oldest record.
  Customer* customer_by_number(const std::string& number);
  Interaction* interaction(InteractionId id);
  Interaction* interaction_by_channel(const std::string& pbx, const std::string& channel);
  Offer* offer(OfferId id);
  Offer* open_offer(InteractionId interaction);
  Transfer* live_transfer(InteractionId interaction);
  /// The call that this promise is being kept with, or that stands in line for it.
  Interaction* live_call(CallbackId promise);
  Listening* listening(ListeningId id);
  Listening* listening_of(UserId listener);
  Recording* recording(RecordingId id);
  Recording* live_recording(InteractionId interaction);
  CaseFile* case_file(CaseId id);
  CaseFile* case_of(DispatchId id);
  CaseFile* case_of(ClockId id);
  CaseFile* case_of(AlertId id);
  Account* account(CustomerId id);
  ReviewActionFile* review_action(ReviewActionId id);
  Callback* callback(CallbackId id);
  /// The desk of a user, to be changed; made on first use.
  Desk& desk(UserId id);
  /// The same to look at: a blank one for somebody who has never come.
  Desk desk_as_seen(UserId id) const;
  std::vector<CaseFile*> live_cases(CustomerId customer);
  std::vector<Callback*> open_callbacks(CaseId case_id);

  /// Bumps the versions of what changed and notes for the consoles what to look at again.
  /// Once, after the last decision.
  void settle();
  /// A reply that names a case or a customer names the version that is saved. After settle().
  void stamp(Reply& reply) const;

 private:
  std::function<std::int64_t()> next_id_;
  std::function<std::int64_t()> next_case_serial_;
  std::map<ClockId, CaseId> cases_of_clocks_;  ///< of those that were loaded
};

}  // namespace firsthand
