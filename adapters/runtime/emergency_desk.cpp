// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/emergency_desk.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace firsthand::runtime {
namespace pbx = firsthand::telephony;

void EmergencyDesk::take(const pbx::CallArrived& arrived) {
  if (calls_.contains(arrived.channel_id)) return;
  Call& call = calls_[arrived.channel_id];
  call.arrived = arrived;
  call.channel = arrived.channel_id;
  event::CallObserved seen;
  seen.pbx = pbx_;
  seen.call = arrived.channel_id;
  seen.what = "new_call";
  seen.number = arrived.number.number;
  seen.dialled = arrived.dialled;
  seen.direction = Direction::inbound;
  seen.at = arrived.at;
  outside_.write_down("emergency:new_call:" + call.channel, std::move(seen));
  spdlog::warn("telephone: a caller is connected without the database");
  outside_.command(pbx::Accept{"emergency:accept:" + call.channel, call.channel});
  ring_next(call);
}

void EmergencyDesk::observe(const Call& call, std::string_view what, Instant at,
                            std::string_view cause) {
  event::CallObserved seen;
  seen.pbx = pbx_;
  seen.call = call.channel;
  seen.what = what;
  seen.extension = call.agent.extension;
  seen.agent = call.agent.user;
  seen.cause = cause;
  seen.at = at;
  seen.direction = Direction::inbound;
  outside_.write_down("emergency:" + std::string{what} + ":" + call.channel, std::move(seen));
}

EmergencyDesk::Call* EmergencyDesk::by_leg(const std::string& leg) {
  for (auto& [channel, call] : calls_) {
    if (!call.leg.empty() && call.leg == leg) return &call;
  }
  return nullptr;
}

bool EmergencyDesk::busy(UserId user) const {
  return std::any_of(calls_.begin(), calls_.end(), [user](const auto& entry) {
    return !entry.second.leg.empty() && entry.second.agent.user == user;
  });
}

void EmergencyDesk::ring_next(Call& call) {
  call.leg.clear();
  const auto agents = outside_.reachable();
  for (const Reachable& agent : agents) {
    if (call.tried.contains(agent.user) || busy(agent.user)) continue;
    call.tried.insert(agent.user);
    call.agent = agent;
    // The channel's name makes the leg's name unique over restarts; a leg id is never used again.
    call.leg = "e-" + call.channel + "-" + std::to_string(++call.rings);
    pbx::Offer offer{"emergency:ring:" + call.leg, call.channel, call.leg, agent.extension};
    offer.ring_s = 15;
    outside_.command(std::move(offer));
    return;
  }
  call.tried.clear();  // everybody had a chance: from the beginning at the next look
}

void EmergencyDesk::lost(Call& call) {
  call.talking = false;
  call.agent = {};
  ring_next(call);
}

void EmergencyDesk::look_again() {
  for (auto it = calls_.begin(); it != calls_.end();) {
    Call& call = it->second;
    const bool waits = !call.talking && call.leg.empty();
    if (waits && outside_.hand_over(call.arrived)) {
      it = calls_.erase(it);
      continue;
    }
    if (waits) ring_next(call);
    ++it;
  }
}

bool EmergencyDesk::hear(const pbx::PbxEvent& heard) {
  if (const auto* answered = std::get_if<pbx::LegAnswered>(&heard)) {
    Call* call = by_leg(answered->leg_id);
    if (!call) return false;
    call->talking = true;
    outside_.command(
        pbx::Connect{"emergency:connect:" + call->leg, call->channel, call->leg, "b" + call->leg});
    return true;
  }
  if (const auto* joined = std::get_if<pbx::Connected>(&heard)) {
    Call* call = by_leg(joined->leg_id);
    if (!call) return false;
    if (!call->joined) observe(*call, "answer", joined->at);
    call->joined = true;
    return true;
  }
  if (const auto* failed = std::get_if<pbx::LegFailed>(&heard)) {
    Call* call = by_leg(failed->leg_id);
    if (!call) return false;
    lost(*call);
    return true;
  }
  if (const auto* ended = std::get_if<pbx::CallEnded>(&heard)) {
    const auto found = calls_.find(ended->channel_id);
    if (found == calls_.end()) return false;
    if (!found->second.talking && !found->second.leg.empty()) {
      outside_.command(pbx::Withdraw{"emergency:withdraw:" + found->second.leg, found->second.leg});
    }
    observe(found->second, "hangup", ended->at, pbx::to_string(ended->reason));
    calls_.erase(found);
    look_again();  // an agent may have become free
    return true;
  }
  if (const auto* ringing = std::get_if<pbx::LegRinging>(&heard))
    return by_leg(ringing->leg_id) != nullptr;
  if (const auto* leg = std::get_if<pbx::LegEnded>(&heard)) {
    Call* call = by_leg(leg->leg_id);
    if (!call) return false;
    // Who hangs up after a talk ends the call, and its end is told; before it the caller waits on.
    if (!call->joined) lost(*call);
    return true;
  }
  return false;
}

}  // namespace firsthand::runtime
