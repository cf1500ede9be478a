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

struct Customer {
  CustomerId id;
  std::string name;
  std::string language = "zh";
  Tier tier = Tier::standard;
  std::string email;
  std::string address;
  std::string product;
  bool provisional = false;
  bool do_not_call = false;
  Instant created_at{};
  std::int64_t version = 1;
  std::vector<std::string> numbers;  ///< E.164; only ever added to here
  friend bool operator==(const Customer&, const Customer&) = default;
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
  bool live() const { return state == DispatchState::sent || state == DispatchState::accepted; }
  friend bool operator==(const Dispatch&, const Dispatch&) = default;
};

enum class CallbackKind { promised, abandoned, follow_up };
BOOST_DESCRIBE_ENUM(CallbackKind, promised, abandoned, follow_up)
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

struct SlaClock {
  ClockId id;
  CaseId case_id;
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
  CaseId case_id;
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

/// One case with everything that hangs on it, as decide() sees it.
struct CaseFile {
  Case facts;
  std::vector<Dispatch> dispatches;
  std::vector<SlaClock> clocks;
  std::vector<ClockPause> pauses;
  std::vector<Alert> alerts;
  friend bool operator==(const CaseFile&, const CaseFile&) = default;
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

/// What consoles must look at again. Ids and versions, no personal data.
struct FeedNote {
  std::string topic;
  std::string kind;
  std::int64_t entity = 0;
  std::int64_t version = 0;
  std::string data;  ///< JSON or empty
};

}  // namespace firsthand
