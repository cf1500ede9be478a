// SPDX-License-Identifier: Apache-2.0
// The words between the engine and the PBX port: what our legs are called, what an end means for an
// offer, and the port's commands for one line of the outbox. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/telephony/port.hpp"
#include "engine/ids.hpp"

namespace firsthand::runtime {

/// "o-<interaction>-<offer>", "o-<interaction>-<offer>-a", "l-<interaction>-<listening>": our legs
/// name what they are for.
struct LegName {
  std::string kind;
  std::int64_t interaction = 0;
  std::int64_t offer = 0;
  std::int64_t listening = 0;
  std::int64_t recording = 0;
  bool customer = false;
};
std::optional<LegName> read_leg(std::string_view leg);

/// What a leg that ended unanswered means for its offer: event::OfferRefused::how.
std::string how_missed(telephony::EndReason reason);

/// Ends that our own commands caused; the decision behind them is already stored.
bool ours(telephony::EndReason reason);

/// A command that a decision left in the outbox.
struct Order {
  std::string verb;
  InteractionId interaction;
  std::string leg;                              ///< the leg that it makes or is about
  std::vector<telephony::PbxCommand> commands;  ///< in order; the last one's result counts
};
/// None when the payload is not understood. `key` makes the commands' ids.
std::optional<Order> read_order(const std::string& key, const std::string& payload);

}  // namespace firsthand::runtime
