// SPDX-License-Identifier: Apache-2.0
// Promised calls: dialled, tried, moved, given to somebody else.
#pragma once

#include <optional>
#include <string>

#include "engine/model/callback.hpp"

namespace firsthand::event {

struct CallbackDialled {
  CallbackId callback;
};
/// The time of a promised call has come: it stands in line, if the rules have a queue for it.
struct CallbackDue {
  CallbackId callback;
};
/// What the PBX saw of an outbound call: leg agent|customer; what ringing|answered|failed|ended.
struct OutboundLeg {
  InteractionId interaction;
  std::string leg, what, reason;
  std::string leg_id = {};  ///< which leg: a call that keeps its place may be tried more than once
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
  bool customer_asked = false;        ///< for this very time, whatever his contact hours say
};
struct CallbackAssigned {
  CallbackId callback;
  UserId to;
};
struct CallbackCancelled {
  CallbackId callback;
  std::string reason;
};

}  // namespace firsthand::event
