// SPDX-License-Identifier: Apache-2.0
// Calls that go from one agent to another, with or without a word before, and supervisors who
// listen.
#pragma once

#include <string>

#include "engine/model/interaction.hpp"

namespace firsthand::event {

/// To a colleague or to a queue. The tokens are of the rings that it may lead to.
struct TransferAsked {
  InteractionId interaction;
  UserId to;
  std::string queue;
  TransferHow how = TransferHow::blind;
  std::string note;
  std::string token, return_token;
  Seconds ring{20};
};
/// By the telephone's own transfer key: `destination` is what was dialled, `to` whose telephone
/// that is.
struct PhoneTransferAsked {
  InteractionId interaction;
  std::string leg, destination;
  UserId to;
  std::string token, return_token;
  Seconds ring{20};
};
/// During a consultation: leave the customer to the colleague; send him away; talk with the other
/// one of the two; all three together.
enum class TransferStep { complete, cancel, swap, join };
struct TransferStepped {
  InteractionId interaction;
  TransferStep step;
};
/// An answered leg of an agent. `reason`: normal ...; not_joined: it had gone when it was wanted.
struct AgentLegEnded {
  InteractionId interaction;
  std::string leg, reason;
};
/// The PBX has carried out a telephone's own transfer: another leg stands in its place, which
/// leads to `dialled`, the telephone of `to`.
struct AgentLegReplaced {
  InteractionId interaction;
  std::string leg, new_leg, dialled;
  UserId to;
};

/// Who listens already to this call changes between listening and whispering.
struct ListenAsked {
  InteractionId interaction;
  ListenMode mode;
};
struct ListenStopped {
  InteractionId interaction;
};
/// `what`: answered, ended (also unanswered).
struct ListeningLeg {
  ListeningId listening;
  std::string what, reason;
};

}  // namespace firsthand::event
