// SPDX-License-Identifier: Apache-2.0
// Everything that happens, as values: a call, a click, a due timer, a routing offer. An Event
// carries who did it, from where, and a key that makes a second delivery a no-op. Value types; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <variant>

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
struct CustomerTold {
  CaseId case_id;
  std::string how, note;
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
struct HandOverAnswered {
  CaseId case_id;
  bool accepted;
};
struct CaseReassigned {
  CaseId case_id;
  UserId to;
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
};
struct CallbackRescheduled {
  CallbackId callback;
  Instant at;
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
/// The rules have changed: the live clocks of the case go by those in force. Harmless to repeat.
struct ClocksRecomputed {
  CaseId case_id;
};

// ---- customers
struct CustomerEdited {
  CustomerId customer;
  std::int64_t version;
  std::optional<std::string> name, email, address, language, product;
  std::optional<bool> do_not_call;
};
struct NumberRevealed {
  CustomerId customer;
  std::string number;
};

}  // namespace event

using Happening =
    std::variant<event::CallArrived, event::CallEnded, event::CallHeld, event::CallObserved,
                 event::OfferMade, event::OfferAccepted, event::OfferRefused, event::OfferExpired,
                 event::WaitExhausted, event::PresenceSet, event::PresenceBeat, event::PresenceLost,
                 event::WrapUp, event::HangUpAsked, event::HoldAsked, event::CaseRegistered,
                 event::NoteAdded, event::ContactAdded, event::CaseEdited, event::Dispatched,
                 event::DispatchAccepted, event::DispatchReturned, event::DispatchAnswered,
                 event::CustomerTold, event::CaseResolved, event::CaseClosed, event::CaseReopened,
                 event::CaseEscalated, event::HandOverOffered, event::HandOverAnswered,
                 event::CaseReassigned, event::ClocksPaused, event::ClocksResumed,
                 event::CallbackDialled, event::OutboundLeg, event::CallbackAttempted,
                 event::CallbackRescheduled, event::ClockFired, event::AlertAcknowledged,
                 event::ClocksRecomputed, event::CustomerEdited, event::NumberRevealed>;

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
