// SPDX-License-Identifier: Apache-2.0
// Everything that happens, as values: a call, a click, a due timer, a routing offer. An Event
// carries who did it, from where, and a key that makes a second delivery a no-op. Value types; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/model.hpp"

namespace firsthand {

/// A promised call: by choice of the intake form, at an instant, or by the category's default.
struct CallbackWish {
  std::string choice;         ///< "" = the category's default; two_hours, today_17, tomorrow_10 ...
  std::optional<Instant> at;  ///< wins over the choice
  std::optional<CallbackCaller> caller;
};

namespace event {

// ---- calls, as the telephone adapter sees them
struct CallArrived {
  std::string pbx, pbx_channel, number, dialled;
  Instant at;
};
/// `reason`: caller_hung_up, agent_hung_up, released, pbx_lost, engine_gap ...
struct CallEnded {
  std::string pbx, pbx_channel;
  InteractionId interaction;
  std::string reason;
};
struct CallHeld {
  InteractionId interaction;
  bool held;
};
/// Reported by a PBX that routes by itself (CTI push): new_call, ringing, answer, hold, unhold,
/// transfer, hangup.
struct CallObserved {
  std::string pbx, call, what, number, dialled, extension, cause;
  Direction direction;
  Instant at;
};

// ---- routing
struct OfferMade {
  InteractionId interaction;
  UserId agent;
  OfferReason reason;
  std::string token;
  Seconds ring{15};
};
enum class AcceptedHow { console, phone };
struct OfferAccepted {
  OfferId offer;
  std::string token;
  AcceptedHow how;
};
/// `how`: declined, missed, busy, unreachable, failed, caller_gone. From the console or the phone's
/// leg.
struct OfferRefused {
  OfferId offer;
  std::string token;
  std::string how;
};
struct OfferExpired {
  OfferId offer;
};
/// The plan's waits are used up: the caller is given a callback and released to the dialplan.
struct WaitExhausted {
  InteractionId interaction;
};

// ---- agents
struct PresenceSet {
  UserId user;
  Presence presence;
  std::string reason;
};
struct PresenceBeat {
  UserId user;
  Seconds lease;
};
struct PresenceLost {
  UserId user;
};
enum class WrapUpAction { finish, extend, time_is_up };
struct WrapUp {
  UserId user;
  WrapUpAction action;
};

// ---- the agent acting on a call
struct HangUpAsked {
  InteractionId interaction;
};
struct HoldAsked {
  InteractionId interaction;
  bool hold;
};

// ---- cases
struct CaseRegistered {
  InteractionId interaction;  ///< the call during which it is told; none for web and API
  CustomerId customer;        ///< none: found by number, else made provisional
  std::string customer_name, number, email;
  CaseKind kind = CaseKind::complaint;
  Channel channel = Channel::call;
  std::string category, text, product, language, department, public_token;
  int severity = 0;  ///< 0 = the category's default
  CallbackWish callback;
  UserId owner;  ///< none: whoever talks to the customer, or the router's choice for web arrivals
  std::optional<Instant>
      received_at;  ///< when the customer said it, if earlier: clocks start there
};
struct NoteAdded {
  CaseId case_id;
  std::string text;
};
struct ContactAdded {
  CaseId case_id;
  InteractionId interaction;
  std::string text;
};
struct CaseEdited {
  CaseId case_id;
  std::int64_t version;
  std::optional<std::string> category, text, product;
  std::optional<int> severity;
};
struct Dispatched {
  CaseId case_id;
  DepartmentId department;
  std::string note;
  CallbackWish callback;
};
struct DispatchAccepted {
  DispatchId dispatch;
};
struct DispatchReturned {
  DispatchId dispatch;
  std::string reason;
  DepartmentId suggested;
};
struct DispatchAnswered {
  DispatchId dispatch;
  std::string answer;
};
/// The owner urges the department on.
struct DispatchChased {
  DispatchId dispatch;
  std::string note;
};
/// The department says "not ours" after its limit: the supervisor decides.
struct DispatchDisputed {
  DispatchId dispatch;
  std::string reason;
};
struct DisputeSettled {
  DispatchId dispatch;
  bool upheld;              ///< it is not theirs: back to the owner, or on to ...
  DepartmentId department;  ///< ... this one; none: the owner decides
  std::string reason;
};
struct ExtensionAsked {
  DispatchId dispatch;
  Instant until;
  std::string reason;
};
struct ExtensionAnswered {
  DispatchId dispatch;
  bool granted;
  std::string reason;
};
struct CustomerTold {
  CaseId case_id;
  std::string how, note;
};
/// A department says that it has told the customer, who has heard nothing.
struct CustomerNotTold {
  CaseId case_id;
  std::string reason;
};
struct CaseResolved {
  CaseId case_id;
  std::string resolution;
};
struct CaseClosed {
  CaseId case_id;
};
struct CaseReopened {
  CaseId case_id;
  std::string reason;
};
struct CaseEscalated {
  CaseId case_id;
  UserId to;
  std::string reason;
};
struct HandOverOffered {
  CaseId case_id;
  UserId to;
  std::string reason;
};
/// By whom it was offered to; or taken back by the owner who offered it (never `accepted` then).
struct HandOverAnswered {
  CaseId case_id;
  bool accepted;
  std::string reason{};
};
struct CaseReassigned {
  CaseId case_id;
  UserId to;
  std::string reason;
};
/// This complaint is the earlier one again; none: it is not.
struct RepeatLinked {
  CaseId case_id;
  CaseId earlier;
};

// ---- the complaint record
/// What is given is changed. Empty texts and codes clear a field.
struct ComplaintRecordEdited {
  CaseId case_id;
  std::int64_t version;  ///< of the record; 0: there is none yet
  std::optional<bool> safety, systemic;
  std::optional<std::string> remedy_sought, remedy_offered, root_cause, root_cause_note;
  std::optional<RemedyAnswer> remedy_answer;
  std::optional<std::string> justified;  ///< "yes", "no", or "" for not settled
  std::optional<std::string> regulator, regulator_reference;
  std::optional<Instant> regulator_due_at;
};
struct CompensationProposed {
  CaseId case_id;
  std::int64_t amount_cents;
  std::string currency, what;
};
struct CompensationDecided {
  CompensationId compensation;
  CompensationState decision;  ///< approved, refused or withdrawn
  std::string reason;
};
/// The final response has gone to the customer, in these words.
struct FinalResponseSent {
  CaseId case_id;
  std::string how, letter;
};

// ---- people who leave
/// Who receives what; whatever is owned and not named goes to `otherwise`.
struct Receiver {
  UserId to;
  std::vector<CaseId> cases;
  std::vector<CallbackId> callbacks;
  std::vector<CustomerId> accounts;
  std::vector<ReviewActionId> review_actions;
};
struct PersonDeparts {
  UserId user;
  UserId otherwise;
  std::vector<Receiver> receivers;
  std::string reason;
};
struct ClocksPaused {
  CaseId case_id;
  std::string reason;
  Instant until;
};
struct ClocksResumed {
  CaseId case_id;
  bool by_itself = false;
};

// ---- callbacks
struct CallbackDialled {
  CallbackId callback;
};
/// What the PBX saw of an outbound call: leg agent|customer; what ringing|answered|failed|ended.
struct OutboundLeg {
  InteractionId interaction;
  std::string leg, what, reason;
};
struct CallbackAttempted {
  CallbackId callback;
  AttemptOutcome outcome;
  std::string note;
  std::optional<bool> satisfied;
  InteractionId interaction;
  std::optional<int> score;  ///< 1 to 5, of a follow-up call
};
struct CallbackRescheduled {
  CallbackId callback;
  Instant at;
  std::optional<Instant> from;        ///< of the window; none: now
  std::optional<std::string> number;  ///< the customer wants to be called there
};
struct CallbackAssigned {
  CallbackId callback;
  UserId to;
};
struct CallbackCancelled {
  CallbackId callback;
  std::string reason;
};

// ---- clocks and alerts
struct ClockFired {
  ClockId clock;
  std::int64_t version;
  int stage;
};
struct AlertAcknowledged {
  AlertId alert;
};
/// The rules have changed: the live clocks of the case, the customer or the review action go by
/// those in force. Harmless to repeat.
struct ClocksRecomputed {
  CaseId case_id;
  CustomerId customer{};
  ReviewActionId review_action{};
};

// ---- reviews
struct ReviewActionAgreed {
  std::string title, text;
  DepartmentId department;
  UserId assignee;
  CaseId case_id;
  Instant due_at;
};
struct ReviewActionChanged {
  ReviewActionId review_action;
  std::int64_t version;
  std::optional<std::string> title, text;
  std::optional<UserId> assignee;
  std::optional<Instant> due_at;
  std::string reason;
};
struct ReviewActionEnded {
  ReviewActionId review_action;
  ReviewActionState how;  ///< done or cancelled
  std::string result;
};

// ---- customers
/// `number` or `email` of another record: refused as duplicate, unless it is wanted all the same.
struct CustomerCreated {
  CustomerKind kind = CustomerKind::person;
  std::string name, email, address, language, product;
  std::vector<std::string> numbers;
  bool although_known = false;
  UserId account_owner;  ///< whose customer it is; none: nobody's yet
  UserId entered_for;    ///< entered on behalf of this person
  UserId developer;      ///< who won the customer; none: the account owner
};
struct CustomerEdited {
  CustomerId customer;
  std::int64_t version;
  std::optional<std::string> name, email, address, language, product;
  std::optional<bool> do_not_call;
  std::optional<CustomerKind> kind{};
  std::vector<std::string> numbers_added{};
};
struct NumberRevealed {
  CustomerId customer;
  std::string number;
};
struct CompanyRoleBegun {
  CustomerId company, person;
  CompanyRoleKind role;
  std::string title;
  std::optional<Instant> from;
};
struct CompanyRoleEnded {
  CompanyRoleId company_role;
  std::optional<Instant> until;
};
struct RelationshipBegun {
  CustomerId customer, other;
  RelationshipKind kind;
  std::string note;
};
struct RelationshipEnded {
  RelationshipId relationship;
};
struct CustomersMerged {
  CustomerId kept, gone;
  std::string reason;
};
struct CustomersUnmerged {
  MergeId merge;
  std::string reason;
};
/// Several customers have the number, or one calls from a new one: this is who is calling.
struct CallerNamed {
  InteractionId interaction;
  CustomerId customer;
};
/// The scoring rule was applied to what is known of the customer.
struct TierScored {
  CustomerId customer;
  int score;
  Tier tier;
  std::string why;  ///< JSON: each input with its points
  int rule_version;
};

// ---- accounts and the pool
struct AccountClaimed {
  CustomerId customer;
  std::int64_t version;  ///< of the account as it was seen in the pool
};
/// By a supervisor, or by the owner who gives it up (`to` none: into the pool).
struct AccountAssigned {
  CustomerId customer;
  UserId to;
  std::string reason;
};
struct AccountExtended {
  CustomerId customer;
  Instant until;
  std::string reason;
};
/// The account owner has been in touch outside a call: a visit, a meeting, a letter.
struct AccountFollowedUp {
  CustomerId customer;
  Channel channel;
  std::string text;
};
/// Money is due or a contract ends, and nobody has been in touch for long: somebody is to call.
struct CustomerNeglected {
  CustomerId customer;
  UserId to;        ///< none: the account owner, else one of the agents
  std::string why;  ///< money_due or contract_ends
  std::int64_t overdue_cents = 0;
  std::optional<Date> ends_on{};  ///< of the contract
};

}  // namespace event

using Happening = std::variant<
    event::CallArrived, event::CallEnded, event::CallHeld, event::CallObserved, event::OfferMade,
    event::OfferAccepted, event::OfferRefused, event::OfferExpired, event::WaitExhausted,
    event::PresenceSet, event::PresenceBeat, event::PresenceLost, event::WrapUp, event::HangUpAsked,
    event::HoldAsked, event::CaseRegistered, event::NoteAdded, event::ContactAdded,
    event::CaseEdited, event::Dispatched, event::DispatchAccepted, event::DispatchReturned,
    event::DispatchAnswered, event::CustomerTold, event::CaseResolved, event::CaseClosed,
    event::CaseReopened, event::CaseEscalated, event::HandOverOffered, event::HandOverAnswered,
    event::CaseReassigned, event::ClocksPaused, event::ClocksResumed, event::DispatchChased,
    event::DispatchDisputed, event::DisputeSettled, event::ExtensionAsked, event::ExtensionAnswered,
    event::RepeatLinked, event::ComplaintRecordEdited, event::CompensationProposed,
    event::CompensationDecided, event::FinalResponseSent, event::PersonDeparts,
    event::CallbackAssigned, event::CallbackCancelled, event::ReviewActionAgreed,
    event::ReviewActionChanged, event::ReviewActionEnded, event::CallbackDialled,
    event::OutboundLeg, event::CallbackAttempted, event::CallbackRescheduled, event::ClockFired,
    event::AlertAcknowledged, event::ClocksRecomputed, event::CustomerCreated,
    event::CustomerEdited, event::NumberRevealed, event::CompanyRoleBegun, event::CompanyRoleEnded,
    event::RelationshipBegun, event::RelationshipEnded, event::CustomersMerged,
    event::CustomersUnmerged, event::CallerNamed, event::TierScored, event::AccountClaimed,
    event::AccountAssigned, event::AccountExtended, event::AccountFollowedUp,
    event::CustomerNotTold, event::CustomerNeglected>;

struct Event {
  std::string source;  ///< pbx1, console:42, api:web, timer ...
  std::string key;     ///< unique within the source; "" = not remembered (harmless when repeated)
  UserId actor;        ///< none: the engine itself or another system
  UserId acting_for;
  Happening what;
};

/// What the sender is answered. `id`, `number`, `version` name what was made or changed.
struct Reply {
  std::int64_t id = 0;
  std::string number;
  std::int64_t version = 0;
  std::string token;
  friend bool operator==(const Reply&, const Reply&) = default;
};

/// A request that was understood and is not granted: recorded, nothing changes.
struct Refusal {
  std::string code;      ///< stable: not_found, offer_gone, not_told, not_reachable ...
  std::string sentence;  ///< for people
  std::string field;     ///< of the request, or ""
};

struct Outcome {
  std::optional<Refusal> refusal;
  Reply reply;
  bool duplicate = false;  ///< had been decided before; `reply` is the earlier one
};

}  // namespace firsthand
