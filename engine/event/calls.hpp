// SPDX-License-Identifier: Apache-2.0
// Calls as the telephone adapter sees them, what routing makes of them, and the agents who take
// them.
#pragma once

#include <string>

#include "engine/model/interaction.hpp"

namespace firsthand::event {

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
/// Pressed by a caller.
struct DigitPressed {
  std::string pbx, pbx_channel, digit;
};
/// Reported by a PBX that routes by itself (CTI push): new_call, ringing, answer, hold, unhold,
/// transfer, hangup. `cause` of a hangup: "answered" when people talked, "forwarded" and "blocked"
/// when nobody waits to be called back, anything else as the sender says it.
struct CallObserved {
  std::string pbx, call, what, number, dialled, extension, cause;
  Direction direction;
  Instant at;
  /// Whose desk the call is at, when the PBX can be trusted to tell also of every end (AMI). A
  /// webhook that lost one would leave somebody on the telephone for ever.
  UserId agent = {};
};

// ---- routing
struct OfferMade {
  InteractionId interaction;
  UserId agent;
  OfferReason reason;
  std::string token;
  Seconds ring{15};
  std::string steps = {};  ///< the stages of the plan, for the history: "owner:break skills:free"
  /// What is written and this agent is being asked about: a caller goes before it.
  InteractionId instead_of = {};
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
/// `why`: wait_over, nobody_there, closed.
struct WaitExhausted {
  InteractionId interaction;
  std::string why = "wait_over";
};

/// A contact in writing is done: whoever has it says so; without an actor, the engine, because the
/// customer has been answered, the case is over, or whoever had it has left.
struct WrittenDone {
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
/// While he talks: a wrap-up shall follow, also where none would.
struct WrapUpAsked {
  UserId user;
};
/// His last shift is over, and he has not come back since.
struct ShiftEnded {
  UserId user;
};

// ---- the agent acting on a call
struct HangUpAsked {
  InteractionId interaction;
};
struct HoldAsked {
  InteractionId interaction;
  bool hold;
};

}  // namespace firsthand::event
