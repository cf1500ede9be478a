// SPDX-License-Identifier: Apache-2.0
// What the engine knows, as plain values: the nouns of the domain with the fields of their tables.
// Enumerators are the very words of SQL, JSON and the screens. Value types; any thread.
#pragma once

#include <boost/describe/enum.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/clock_kind.hpp"
#include "engine/clock_math.hpp"
#include "engine/ids.hpp"
#include "engine/time.hpp"

namespace firsthand {

enum class Role { agent, back_line, liaison, supervisor, manager, administrator };
BOOST_DESCRIBE_ENUM(Role, agent, back_line, liaison, supervisor, manager, administrator)

// ------------------------------------------------------------------------------- customers
enum class Tier { standard, silver, gold, key };
BOOST_DESCRIBE_ENUM(Tier, standard, silver, gold, key)

enum class CustomerKind { person, company };
BOOST_DESCRIBE_ENUM(CustomerKind, person, company)

struct Customer {
  CustomerId id;
  CustomerKind kind = CustomerKind::person;
  std::string name;
  std::string language = "zh";
  Tier tier = Tier::standard;
  std::string email;
  std::string address;
  std::string product;
  bool provisional = false;
  bool do_not_call = false;
  CustomerId merged_into;  ///< whose record this one is shown in, until the merge is undone
  Instant created_at{};
  std::int64_t version = 1;
  std::vector<std::string> numbers;  ///< E.164; only ever added to here
  friend bool operator==(const Customer&, const Customer&) = default;
};

/// What a person is in a company; a person can be several things, one after another or at once.
enum class CompanyRoleKind { decision_maker, payer, user, contact };
BOOST_DESCRIBE_ENUM(CompanyRoleKind, decision_maker, payer, user, contact)

struct CompanyRole {
  CompanyRoleId id;
  CustomerId company;
  CustomerId person;
  CompanyRoleKind role = CompanyRoleKind::contact;
  std::string title;
  Instant from{};
  std::optional<Instant> until;  ///< none: still
  UserId by;
  friend bool operator==(const CompanyRole&, const CompanyRole&) = default;
};

/// Read as a sentence: `customer` is the <kind> of `other`.
enum class RelationshipKind { parent, household, introduced_by, dealer_of, pays_for };
BOOST_DESCRIBE_ENUM(RelationshipKind, parent, household, introduced_by, dealer_of, pays_for)

struct Relationship {
  RelationshipId id;
  CustomerId customer;
  CustomerId other;
  RelationshipKind kind = RelationshipKind::household;
  std::string note;
  Instant from{};
  std::optional<Instant> until;
  UserId by;
  friend bool operator==(const Relationship&, const Relationship&) = default;
};

/// Two records that are one customer. Nothing is rewritten: `gone` points at `kept` until it is
/// undone.
struct CustomerMerge {
  MergeId id;
  CustomerId kept;
  CustomerId gone;
  std::string reason;
  UserId by;
  Instant at{};
  std::optional<Instant> undone_at;
  UserId undone_by;
  std::string undone_why;
  friend bool operator==(const CustomerMerge&, const CustomerMerge&) = default;
};

/// One evaluation of a customer by the scoring rule; only ever added.
struct TierScore {
  std::int64_t id = 0;
  CustomerId customer;
  Instant at{};
  int score = 0;  ///< 0 to 100
  Tier tier = Tier::standard;
  Tier previous = Tier::standard;
  std::string why = "{}";  ///< JSON: each input with its points
  int rule_version = 0;
  UserId by;
};

// ------------------------------------------------------------------------------- accounts
enum class AccountState { held, pooled };
BOOST_DESCRIBE_ENUM(AccountState, held, pooled)

/// Whose customer this is: the account owner keeps in touch, or the account lapses into the pool.
struct Account {
  CustomerId customer;
  AccountState state = AccountState::held;
  UserId owner;           ///< none in the pool
  UserId previous_owner;  ///< who held it last
  UserId developer;       ///< who won the customer: the credit stays when the account moves
  UserId entered_by;      ///< who wrote the customer down ...
  UserId entered_for;     ///< ... on behalf of whom; none: for himself
  Instant since{};        ///< held by the owner, or in the pool, since then
  std::optional<Instant> followed_up_at;
  std::int64_t version = 1;
  friend bool operator==(const Account&, const Account&) = default;
};

enum class AccountHow { entered, claimed, assigned, extended, lapsed, released, departure };
BOOST_DESCRIBE_ENUM(AccountHow, entered, claimed, assigned, extended, lapsed, released, departure)

/// The ledger of accounts; only ever added to.
struct AccountEntry {
  std::int64_t id = 0;
  CustomerId customer;
  UserId owner;
  UserId previous_owner;
  AccountHow how = AccountHow::entered;
  std::string reason;
  UserId by;
  Instant at{};
};

// ------------------------------------------------------------------------------- interactions
enum class Channel { call, web, email, walk_in, field_visit, api };
BOOST_DESCRIBE_ENUM(Channel, call, web, email, walk_in, field_visit, api)

enum class Direction { inbound, outbound };
BOOST_DESCRIBE_ENUM(Direction, inbound, outbound)

enum class InteractionState { waiting, offered, talking, held, ended };
BOOST_DESCRIBE_ENUM(InteractionState, waiting, offered, talking, held, ended)

struct Interaction {
  InteractionId id;
  Channel channel = Channel::call;
  Direction direction = Direction::inbound;
  InteractionState state = InteractionState::waiting;
  std::string
      outcome;  ///< how it ended: handled, abandoned, released, failed, engine_gap, pbx_lost
  CustomerId customer;
  CaseId case_id;
  CallbackId callback;
  std::string number;
  std::string dialled;
  std::string queue;
  UserId agent;
  UserId owner;  ///< who should get it first, as known on arrival
  Instant enqueued_at{};
  std::optional<Instant> answered_at;
  std::optional<Instant> ended_at;
  std::string pbx;
  std::string pbx_channel;  ///< the PBX's own id of the customer's leg
  std::string leg;          ///< our id of the agent's leg
  bool observed = false;    ///< reported by a PBX that routes by itself
  std::int64_t version = 1;
  friend bool operator==(const Interaction&, const Interaction&) = default;
};

enum class OfferState { open, accepted, declined, expired, withdrawn, failed };
BOOST_DESCRIBE_ENUM(OfferState, open, accepted, declined, expired, withdrawn, failed)

/// Why this agent: the step of the routing plan.
enum class OfferReason { owner, deputy, team, skills, overflow };
BOOST_DESCRIBE_ENUM(OfferReason, owner, deputy, team, skills, overflow)

struct Offer {
  OfferId id;
  InteractionId interaction;
  UserId agent;
  std::string token;
  std::string leg;
  OfferReason reason = OfferReason::skills;
  OfferState state = OfferState::open;
  Instant offered_at{};
  Instant expires_at{};
  std::optional<Instant> ended_at;
  friend bool operator==(const Offer&, const Offer&) = default;
};

enum class Presence { available, offered, talking, wrap_up, on_break, offline, not_responding };
// `break` is a C++ keyword; everywhere else the word is "break" (engine/words.hpp maps it).
BOOST_DESCRIBE_ENUM(Presence, available, offered, talking, wrap_up, on_break, offline,
                    not_responding)

struct Desk {
  UserId user;
  Presence presence = Presence::offline;
  std::string reason;
  Instant since{};
  Instant idle_since{};
  std::optional<Instant> wrap_up_until;
  InteractionId interaction;
  int misses = 0;
  std::optional<Instant>
      lease_until;  ///< a console is connected until then; none: a desk phone only
  std::int64_t version = 1;
  friend bool operator==(const Desk&, const Desk&) = default;
};

// ------------------------------------------------------------------------------- cases
enum class CaseKind { complaint, inquiry, service_request };
BOOST_DESCRIBE_ENUM(CaseKind, complaint, inquiry, service_request)

enum class CaseState { open, dispatched, waiting_for_customer, escalated, resolved, closed };
BOOST_DESCRIBE_ENUM(CaseState, open, dispatched, waiting_for_customer, escalated, resolved, closed)

enum class OwnershipHow { first_contact, hand_over, reassignment, departure };
BOOST_DESCRIBE_ENUM(OwnershipHow, first_contact, hand_over, reassignment, departure)

struct OwnershipEntry {
  std::int64_t id = 0;
  CaseId case_id;
  UserId owner;
  UserId previous_owner;
  OwnershipHow how = OwnershipHow::first_contact;
  std::string reason;
  UserId by;
  Instant at{};
};

enum class DispatchState { sent, accepted, returned, answered, cancelled };
BOOST_DESCRIBE_ENUM(DispatchState, sent, accepted, returned, answered, cancelled)

struct Dispatch {
  DispatchId id;
  CaseId case_id;
  DepartmentId department;
  DispatchState state = DispatchState::sent;
  std::string note;
  UserId by;
  Instant at{};
  UserId accepted_by;
  std::optional<Instant> accepted_at;
  std::string return_reason;
  DepartmentId suggested_department;
  UserId ended_by;
  std::optional<Instant> ended_at;
  std::string answer;
  int chases = 0;  ///< how often the owner has urged the department
  std::optional<Instant> chased_at;
  std::optional<Instant>
      disputed_at;  ///< the department says "not ours" and the supervisor decides
  UserId disputed_by;
  std::string dispute_reason;
  std::optional<Instant> dispute_settled_at;
  std::optional<Instant> extension_until;  ///< asked for; none again when it was answered
  UserId extension_by;
  std::string extension_reason;
  bool disputed() const { return disputed_at && !dispute_settled_at; }
  bool live() const { return state == DispatchState::sent || state == DispatchState::accepted; }
  friend bool operator==(const Dispatch&, const Dispatch&) = default;
};

/// Told to the customer; owed for a missed call; to ask how it was; or nobody was in touch for
/// long.
enum class CallbackKind { promised, abandoned, follow_up, neglected };
BOOST_DESCRIBE_ENUM(CallbackKind, promised, abandoned, follow_up, neglected)
enum class CallbackCaller { owner, department };
BOOST_DESCRIBE_ENUM(CallbackCaller, owner, department)
enum class CallbackState { open, kept, exhausted, cancelled };
BOOST_DESCRIBE_ENUM(CallbackState, open, kept, exhausted, cancelled)
enum class AttemptOutcome { reached, no_answer, busy, wrong_number, refused, failed };
BOOST_DESCRIBE_ENUM(AttemptOutcome, reached, no_answer, busy, wrong_number, refused, failed)

struct Callback {
  CallbackId id;
  CallbackKind kind = CallbackKind::promised;
  CaseId case_id;
  CustomerId customer;
  InteractionId interaction;
  std::string number;
  CallbackCaller caller = CallbackCaller::owner;
  UserId user;
  DepartmentId department;
  Instant window_from{};
  Instant due_at{};
  CallbackState state = CallbackState::open;
  int attempts = 0;
  std::optional<Instant> next_try_at;
  std::optional<Instant> ended_at;
  std::string ended_why;
  Instant promised_at{};
  std::optional<bool> satisfied;
  std::optional<int> score;  ///< of a follow-up call: 1 very dissatisfied ... 5 very satisfied
  std::int64_t version = 1;
  friend bool operator==(const Callback&, const Callback&) = default;
};

struct CallbackAttempt {
  std::int64_t id = 0;
  CallbackId callback;
  int number = 0;
  UserId by;
  InteractionId interaction;
  Instant at{};
  AttemptOutcome outcome = AttemptOutcome::no_answer;
  std::string note;
};

enum class ClockState { running, paused, met, breached, cancelled };
BOOST_DESCRIBE_ENUM(ClockState, running, paused, met, breached, cancelled)

/// Hangs on exactly one of a case, a customer and a review action.
struct SlaClock {
  ClockId id;
  CaseId case_id;
  CustomerId customer;
  ReviewActionId review_action;
  ClockKind kind = ClockKind::resolution;
  int cycle = 1;
  CallbackId callback;
  DispatchId dispatch;
  std::string policy;
  int policy_version = 0;
  std::string calendar;
  Budget budget;
  std::string ladder;
  Instant started_at{};
  std::optional<Instant> due_at;
  ClockState state = ClockState::running;
  std::optional<Instant> breached_at;
  std::optional<Instant> ended_at;
  int stage = 0;                   ///< how many steps have fired or were passed; only grows
  std::string step;                ///< the ladder's step that fires next, or ""
  std::optional<Instant> fire_at;  ///< none: nothing left to fire
  std::int64_t revision = 0;       ///< of the rules by which it was last computed
  std::int64_t version = 1;
  bool live() const { return !ended_at; }
  friend bool operator==(const SlaClock&, const SlaClock&) = default;
};

struct ClockPause {
  PauseId id;
  CaseId case_id;
  Instant from{};
  std::optional<Instant> until;
  Instant planned_until{};
  std::string reason;
  UserId by;
  friend bool operator==(const ClockPause&, const ClockPause&) = default;
};

struct Alert {
  AlertId id;
  ClockId clock;
  CaseId case_id;  ///< or one of the next two, as its clock
  CustomerId customer;
  ReviewActionId review_action;
  int cycle = 1;
  int stage = 0;
  std::string step;
  ClockKind clock_kind = ClockKind::resolution;
  UserId recipient;
  std::string role;
  bool needs_acknowledgement = true;
  Instant due_at{};
  Instant fired_at{};
  std::optional<Instant> acknowledged_at;
  UserId acknowledged_by;
  friend bool operator==(const Alert&, const Alert&) = default;
};

/// The case itself; what hangs on it is in the CaseFile.
struct Case {
  CaseId id;
  std::string number;
  CaseKind kind = CaseKind::complaint;
  CaseState state = CaseState::open;
  CustomerId customer;
  InteractionId interaction;
  Channel channel = Channel::call;
  std::string category;
  std::string text;
  int severity = 1;
  UserId owner;
  UserId handler;
  DepartmentId department;
  int escalation_level = 0;
  std::string reach_number;
  std::string language = "zh";
  std::string product;
  int cycle = 1;
  std::optional<Instant> told_at;
  std::string told_how;
  std::string resolution;
  UserId hand_over_to;
  std::string hand_over_reason;
  std::string repeat_of;
  std::string public_token;
  Instant opened_at{};
  std::optional<Instant> resolved_at;
  std::optional<Instant> closed_at;
  std::int64_t version = 1;
  bool live() const { return state != CaseState::closed && state != CaseState::resolved; }
  friend bool operator==(const Case&, const Case&) = default;
};

enum class CompensationState { proposed, approved, refused, withdrawn };
BOOST_DESCRIBE_ENUM(CompensationState, proposed, approved, refused, withdrawn)

/// Money or goods for the customer. Above the limit a second person approves: never the proposer.
struct Compensation {
  CompensationId id;
  CaseId case_id;
  std::int64_t amount_cents = 0;
  std::string currency = "CNY";
  std::string what;
  CompensationState state = CompensationState::proposed;
  UserId proposed_by;
  Instant proposed_at{};
  UserId decided_by;  ///< none below the limit: nobody had to
  std::optional<Instant> decided_at;
  std::string decision_reason;
  friend bool operator==(const Compensation&, const Compensation&) = default;
};

enum class RemedyAnswer { open, accepted, refused };
BOOST_DESCRIBE_ENUM(RemedyAnswer, open, accepted, refused)

/// What ISO 10002 and regulators want to know of a complaint, beside the case itself.
struct ComplaintRecord {
  CaseId case_id;
  bool safety = false;
  std::string remedy_sought;   ///< a code of the list, or ""
  std::string remedy_offered;  ///< a code of the list, or ""
  RemedyAnswer remedy_answer = RemedyAnswer::open;
  std::string root_cause;  ///< a code of the list, or ""
  std::string root_cause_note;
  std::optional<bool> justified;  ///< none: not settled yet
  bool systemic = false;          ///< others will have the same
  std::string regulator;          ///< who forwarded it, or ""
  std::string regulator_reference;
  std::optional<Instant> regulator_due_at;
  std::optional<Instant> letter_at;  ///< when the final response was sent
  std::string letter;                ///< the text as it was sent
  std::int64_t version = 1;
  friend bool operator==(const ComplaintRecord&, const ComplaintRecord&) = default;
};

/// The clocks of a case, a customer or a review action, with what they have alerted.
struct Clockwork {
  std::vector<SlaClock> clocks;
  std::vector<Alert> alerts;
  friend bool operator==(const Clockwork&, const Clockwork&) = default;
};

/// One case with everything that hangs on it, as decide() sees it. The complaint record and the
/// compensations are there when the event is about them.
struct CaseFile : Clockwork {
  Case facts;
  std::vector<Dispatch> dispatches;
  std::vector<ClockPause> pauses;
  std::optional<ComplaintRecord> complaint;
  std::vector<Compensation> compensations;
  friend bool operator==(const CaseFile&, const CaseFile&) = default;
};

// ------------------------------------------------------------------------------- reviews
enum class ReviewActionState { open, done, cancelled };
BOOST_DESCRIBE_ENUM(ReviewActionState, open, done, cancelled)

/// What a review has given a department or a person to do, by a day.
struct ReviewAction {
  ReviewActionId id;
  std::string title;
  std::string text;
  DepartmentId department;
  UserId assignee;  ///< none: the department's liaisons
  CaseId case_id;   ///< the complaint that it grew from, or none
  UserId by;
  Instant agreed_at{};
  Instant due_at{};
  ReviewActionState state = ReviewActionState::open;
  std::string result;
  UserId ended_by;
  std::optional<Instant> ended_at;
  std::int64_t version = 1;
  friend bool operator==(const ReviewAction&, const ReviewAction&) = default;
};

struct ReviewActionFile : Clockwork {
  ReviewAction facts;
  friend bool operator==(const ReviewActionFile&, const ReviewActionFile&) = default;
};

// ------------------------------------------------------------------------------- what is left
// behind
struct HistoryEntry {
  std::int64_t id = 0;
  Instant at{};
  CustomerId customer;
  CaseId case_id;
  InteractionId interaction;
  std::string kind;
  UserId actor;
  UserId acting_for;
  std::string source;
  std::string data = "{}";  ///< a JSON object of small facts
};

enum class EffectKind { pbx, mail, webhook };
BOOST_DESCRIBE_ENUM(EffectKind, pbx, mail, webhook)

/// Something to be done outside, after commit, at least once; the key makes it once.
struct Effect {
  std::int64_t id = 0;
  EffectKind kind = EffectKind::pbx;
  std::string key;
  std::string payload;  ///< JSON
  Instant at{};
  Instant not_before{};
};

/// One thing that consoles must look at again. Ids and versions, no personal data.
struct FeedNote {
  std::vector<std::string> topics;  ///< user:7, department:3, supervision, case:9: who hears of it
  std::string kind;
  std::int64_t entity = 0;
  std::int64_t version = 0;  ///< 0: look again whatever version you have
  std::string data;          ///< JSON or empty
};

}  // namespace firsthand
