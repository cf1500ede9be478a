// SPDX-License-Identifier: Apache-2.0
// Calls that arrive while PostgreSQL is away still reach an agent: from the last known desks, by
// the telephone alone, and written down in the spool as observed facts. No fence, so no more than
// one attempt at a time per agent is made, and a caller nobody answers goes on waiting with music
// until somebody does, the database is back and routing has him, or the call's lease in the PBX
// ends. Not thread-safe: the telephone's strand only.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "adapters/telephony/port.hpp"
#include "engine/event.hpp"

namespace firsthand::runtime {

/// An agent who was free when the desks were last seen, longest idle first.
struct Reachable {
  UserId user;
  std::string extension;
};

class EmergencyDesk {
 public:
  struct Outside {
    std::function<void(telephony::PbxCommand)> command;
    std::function<void(std::string key, Happening what)> write_down;
    std::function<std::vector<Reachable>()> reachable;
    /// Gives a caller whom nobody has to routing; false while the database is away.
    std::function<bool(const telephony::CallArrived&)> hand_over;
  };
  EmergencyDesk(std::string pbx, Outside outside)
      : pbx_(std::move(pbx)), outside_(std::move(outside)) {}

  /// The database cannot take this call: from here on it is ours to the end.
  void take(const telephony::CallArrived& arrived);
  /// True when the event was about a call of ours.
  bool hear(const telephony::PbxEvent& heard);
  /// Callers whom nobody could be rung for are tried again. Every second or two.
  void look_again();
  std::size_t calls() const { return calls_.size(); }

 private:
  struct Call {
    telephony::CallArrived arrived;
    std::string channel;
    int rings = 0;
    std::string leg;  ///< ringing or connected
    Reachable agent;
    bool talking = false;  ///< answered; the two are joined or will be in a moment
    bool joined = false;
    std::set<UserId> tried;
  };
  void ring_next(Call& call);
  /// Whoever it was is not with the caller any more.
  void lost(Call& call);
  void observe(const Call& call, std::string_view what, Instant at, std::string_view cause = "");
  Call* by_leg(const std::string& leg);
  bool busy(UserId user) const;

  const std::string pbx_;
  const Outside outside_;
  std::map<std::string, Call> calls_;  ///< by the customer's channel
};

}  // namespace firsthand::runtime
