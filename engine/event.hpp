// SPDX-License-Identifier: Apache-2.0
// Everything that happens, as values: a call, a click, a due timer, a routing offer. An Event
// carries who did it, from where, and a key that makes a second delivery a no-op. Value types; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "engine/event/callbacks.hpp"
#include "engine/event/calls.hpp"
#include "engine/event/cases.hpp"
#include "engine/event/clocks.hpp"
#include "engine/event/customers.hpp"
#include "engine/event/recordings.hpp"
#include "engine/event/reviews.hpp"
#include "engine/event/transfers.hpp"
#include "engine/model.hpp"

namespace firsthand {

using Happening = std::variant<
    event::CallArrived, event::CallEnded, event::CallHeld, event::DigitPressed, event::CallObserved,
    event::OfferMade, event::OfferAccepted, event::OfferRefused, event::OfferExpired,
    event::WaitExhausted, event::PresenceSet, event::PresenceBeat, event::PresenceLost,
    event::WrapUp, event::HangUpAsked, event::HoldAsked, event::CaseRegistered, event::NoteAdded,
    event::ContactAdded, event::CaseEdited, event::Dispatched, event::DispatchAccepted,
    event::DispatchReturned, event::DispatchAnswered, event::CustomerTold, event::CaseResolved,
    event::CaseClosed, event::CaseReopened, event::CaseEscalated, event::HandOverOffered,
    event::HandOverAnswered, event::CaseReassigned, event::ClocksPaused, event::ClocksResumed,
    event::DispatchChased, event::DispatchDisputed, event::DisputeSettled, event::ExtensionAsked,
    event::ExtensionAnswered, event::RepeatLinked, event::ComplaintRecordEdited,
    event::CompensationProposed, event::CompensationDecided, event::FinalResponseSent,
    event::PersonDeparts, event::CallbackAssigned, event::CallbackCancelled,
    event::ReviewActionAgreed, event::ReviewActionChanged, event::ReviewActionEnded,
    event::CallbackDialled, event::OutboundLeg, event::CallbackAttempted,
    event::CallbackRescheduled, event::ClockFired, event::AlertAcknowledged,
    event::ClocksRecomputed, event::CustomerCreated, event::CustomerEdited, event::NumberRevealed,
    event::CompanyRoleBegun, event::CompanyRoleEnded, event::RelationshipBegun,
    event::RelationshipEnded, event::CustomersMerged, event::CustomersUnmerged, event::CallerNamed,
    event::TierScored, event::AccountClaimed, event::AccountAssigned, event::AccountExtended,
    event::AccountFollowedUp, event::CustomerNotTold, event::CustomerNeglected,
    event::CasesReassigned, event::TransferAsked, event::PhoneTransferAsked, event::TransferStepped,
    event::AgentLegEnded, event::AgentLegReplaced, event::ListenAsked, event::ListenStopped,
    event::ListeningLeg, event::CallbackDue, event::RecordingAsked, event::RecordingTold,
    event::RecordingPauseOver, event::RecordingStored, event::RecordingLost, event::RecordingHeard,
    event::RecordingHeld, event::RecordingExpired, event::WrittenDone, event::WrapUpAsked,
    event::ShiftEnded>;

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
  bool duplicate = false;           ///< had been decided before; `reply` is the earlier one
  std::optional<Instant> step_due;  ///< of a clock that fired: when its step was due
};

}  // namespace firsthand
