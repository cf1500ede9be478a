// SPDX-License-Identifier: Apache-2.0
// What we call the bridge of a call, "b-12", and the two legs of one that we place: "cb-12-a34"
// rings the agent, "cb-12-c34" the customer. One letter apart, so that either names the other.
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "engine/ids.hpp"

namespace firsthand {

inline std::string bridge_of(InteractionId call) {
  return "b-" + std::to_string(call.value);
}

/// `attempt` tells the tries of one interaction apart.
inline std::string agents_leg(InteractionId call, std::string_view attempt) {
  return "cb-" + std::to_string(call.value) + "-a" + std::string{attempt};
}

/// The customer's leg beside this one of the agent's; another name is answered as it is.
inline std::string customers_leg(std::string agents) {
  if (const auto at = agents.find("-a"); at != std::string::npos) agents[at + 1] = 'c';
  return agents;
}

/// And back: an agent's leg is answered as it is.
inline std::string agents_leg_beside(std::string customers) {
  if (const auto at = customers.find("-c"); at != std::string::npos) customers[at + 1] = 'a';
  return customers;
}

}  // namespace firsthand
