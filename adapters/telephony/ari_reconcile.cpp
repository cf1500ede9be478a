// SPDX-License-Identifier: Apache-2.0
// What stands in the PBX against what we believe: after each connect, and quietly every minute.
#include <algorithm>
#include <chrono>
#include <unordered_set>
#include <utility>

#include "adapters/telephony/ari_call_state.hpp"

namespace firsthand::telephony {
namespace {

// The arguments that the dialplan or we gave to the application; nothing when it is not `app`'s.
std::optional<std::vector<std::string>> arguments(const AriChannel& channel,
                                                  const std::string& app) {
  if (channel.app_name != "Stasis" || channel.app_data.empty()) return std::nullopt;
  if (channel.app_data.front() != app) return std::nullopt;
  return std::vector<std::string>(channel.app_data.begin() + 1, channel.app_data.end());
}

bool is_leg_role(const std::vector<std::string>& args) {
  return !args.empty() &&
         (args.front() == "agent" || args.front() == "cb-agent" || args.front() == "cb-customer");
}

bool is_listening(const std::vector<std::string>& args) {
  return !args.empty() && (args.front() == "listen" || args.front() == "snoop");
}

}  // namespace

AriCallState::Output AriCallState::on_snapshot(const AriSnapshot& snapshot, Instant now) {
  now_ = now;
  if (!snapshot.quiet) fenced_ = false;
  if (!started_at_.empty() && !snapshot.started_at.empty() && snapshot.started_at != started_at_) {
    emit(PbxRestarted{now, snapshot.started_at});
    lose_everything(EndReason::pbx_lost);
  }
  if (!snapshot.started_at.empty()) started_at_ = snapshot.started_at;
  if (!snapshot.version.empty())
    options_.report_phone_transfers = reports_phone_transfers(snapshot.version);
  end_missing(snapshot);
  const std::size_t before = out_.events.size();

  for (const AriChannel& channel : snapshot.channels) {
    const auto args = arguments(channel, options_.app);
    if (!args) continue;
    if (Call* call = call_of_channel(channel.id)) {
      call->doubted_at.reset();
      if (snapshot.quiet) continue;
      subscribe(channel.id, call->id);
      if (call->phase == CallPhase::waiting && options_.lease_s > 0) renew_lease(*call);
    } else if (!args->empty() && args->front() == "in" && !has_ended(channel.id)) {
      arrived(channel, *args, true);
    }
  }
  for (const AriChannel& channel : snapshot.channels) {
    const auto args = arguments(channel, options_.app);
    if (Leg* leg = find_leg(channel.id)) {
      leg->doubted_at.reset();
      if (args) {
        leg_answered(*leg, now, true);
      } else if (channel.state == AriChannelState::ringing) {
        leg_ringing(*leg, now);
      }
    } else if (args && call_of_channel(channel.id) == nullptr) {
      if (has_ended(channel.id)) {
        // A leg that we had given up is hung up; a customer is left to the dialplan's lease.
        if (is_leg_role(*args)) discard(channel.id, channel.id);
      } else if (is_leg_role(*args)) {
        adopt_leg(channel, *args);
      } else if (is_listening(*args)) {
        // Whoever listened through an engine that has gone is let go of.
        if (args->front() == "listen") emit(LegEnded{channel.id, {}, EndReason::engine_gap, now});
        remember_ended(channel.id);
        discard(channel.id, channel.id);
      } else if (args->empty()) {
        adopt_by_bridge(channel, snapshot);
      }
    }
  }
  if (!snapshot.quiet) {
    // Rung by an engine that has gone: nobody would connect them.
    for (const AriChannel& channel : snapshot.channels) {
      const auto& ours = snapshot.app_channels;
      const bool rung = !arguments(channel, options_.app) && !find_leg(channel.id) &&
                        std::find(ours.begin(), ours.end(), channel.id) != ours.end();
      if (!rung) continue;
      if (channel.id.starts_with("o-")) {
        Leg& leg = add_leg(channel.id, {}, Role::agent);
        leg.placed = true;
        leg.deadline = now + std::chrono::seconds{300};
        leg_ringing(leg, now);
      } else if (channel.id.starts_with("cb-") || channel.id.starts_with("l-")) {
        emit(LegFailed{channel.id, {}, EndReason::engine_gap, 0, 0, now});
        remember_ended(channel.id);
        discard(channel.id, channel.id);
      }
    }
  }
  settle_bridges(snapshot);
  probe_announcements();
  for (const AriChannel& channel : snapshot.channels) {
    const bool other =
        channel.app_name == "Stasis" && channel.app_data.size() > 1 && channel.app_data[1] == "in";
    if (!other || snapshot.abandoned_apps.empty()) continue;
    const auto& gone = snapshot.abandoned_apps;
    if (std::find(gone.begin(), gone.end(), channel.app_data.front()) == gone.end()) continue;
    // Its StasisStart arrives at our application and is taken as any other call.
    std::string args = "in";
    for (std::size_t i = 2; i < channel.app_data.size(); ++i) args += "," + channel.app_data[i];
    send(Ask::nothing, "POST",
         "/channels/" + ari_escape(channel.id) + "/move" +
             ari_query({{"app", options_.app}, {"appArgs", args}}),
         channel.id);
  }
  if (snapshot.quiet) out_.differences += static_cast<int>(out_.events.size() - before);
  tell_snapshot(snapshot);
  return std::exchange(out_, {});
}

void AriCallState::lose_everything(EndReason reason) {
  // The ids belong to a life of the PBX that is over: nothing is left to hang up.
  for (auto& [id, leg] : legs_) leg.drop_sent = true;
  while (!legs_.empty()) {
    const std::string id = legs_.begin()->first;
    legs_.begin()->second.pending = reason;
    const auto call = calls_.find(legs_.begin()->second.call_id);
    if (call != calls_.end()) call->second.connected_leg.clear();
    end_leg(id, reason, 0, 0, now_);
  }
  while (!calls_.empty()) {
    Call& call = calls_.begin()->second;
    call.pending = reason;
    call.bridge_id.clear();
    if (call.is_callback) {
      calls_.erase(calls_.begin());
    } else {
      end_call(std::string{call.id}, reason, 0, now_);
    }
  }
  bridges_.clear();
  moved_.clear();
  for (const auto& [request, waiting] : waiting_) finish(waiting.command_id, CommandStatus::gone);
  waiting_.clear();
  out_.requests.clear();
}

void AriCallState::end_missing(const AriSnapshot& snapshot) {
  std::unordered_set<std::string> there, in_dialplan;
  for (const AriChannel& channel : snapshot.channels) {
    there.insert(channel.id);
    if (channel.app_name != "Stasis") in_dialplan.insert(channel.id);
  }
  std::vector<std::string> calls, legs, given_back;
  for (auto& [id, call] : calls_) {
    if (call.is_callback || call.first_seen >= snapshot.requested_at) continue;
    if (!there.contains(call.channel)) calls.push_back(id);
    if (call.channel == id && in_dialplan.contains(id)) given_back.push_back(id);
  }
  for (auto& [id, leg] : legs_) {
    // What has not been confirmed may not have been placed when the list was taken.
    if (!leg.placed || leg.first_seen >= snapshot.requested_at) continue;
    if (!there.contains(id)) legs.push_back(id);
  }
  // His lease ran out unheard: he stands in the PBX's own queue, and nobody can be joined with him.
  for (const std::string& id : given_back) end_call(id, EndReason::lease_lost, 0, now_);
  if (snapshot.quiet) {
    // Its last event may be on the way: the tick decides.
    for (const std::string& id : calls) {
      if (Call* call = find_call(id); call != nullptr && !call->doubted_at) call->doubted_at = now_;
    }
    for (const std::string& id : legs) {
      if (Leg* leg = find_leg(id); leg != nullptr && !leg->doubted_at) leg->doubted_at = now_;
    }
    return;
  }
  for (const std::string& id : calls) end_call(id, EndReason::engine_gap, 0, now_);
  for (const std::string& id : legs) end_leg(id, EndReason::engine_gap, 0, 0, now_);
}

// A leg that we know only by the arguments we once gave it.
void AriCallState::adopt_leg(const AriChannel& channel, const std::vector<std::string>& args) {
  const std::string& other = args.size() > 1 ? args[1] : std::string{};
  if (args.front() == "agent") {
    Call* call = call_of_channel(other);
    if (call == nullptr || call->pending) {
      emit(LegEnded{channel.id, other, EndReason::caller_gone, now_});
      remember_ended(channel.id);
      return discard(channel.id, channel.id);
    }
    Leg& leg = add_leg(channel.id, call->id, Role::agent);
    return leg_answered(leg, now_, true);
  }
  // A callback: the agent's leg names the customer's and the other way round.
  const bool is_agent = args.front() == "cb-agent";
  const std::string call_id = is_agent ? other : channel.id;
  if (args.size() < 3 || !is_plain_name(other)) return discard(channel.id, channel.id);
  Call& call = calls_[call_id];
  if (call.id.empty()) {
    call.id = call.channel = call_id;
    call.is_callback = true;
    call.bridge_id = args[2];
    call.first_seen = call.created_at = now_;
    call.callback.agent_leg_id = call.connected_leg = is_agent ? channel.id : other;
    call.callback.customer_leg_id = call_id;
    call.callback.bridge_id = args[2];
  }
  Leg& leg =
      add_leg(channel.id, call_id, is_agent ? Role::callback_agent : Role::callback_customer);
  if (is_agent) return leg_answered(leg, now_, true);
  // settle_bridges() sees whether the two are together; it must not be done twice.
  leg.placed = true;
  leg.phase = LegPhase::answered;
  emit(LegAnswered{leg.id, leg.call_id, now_, true});
}

// No arguments: a transfer put it there. It belongs to the call in whose bridge it stands.
void AriCallState::adopt_by_bridge(const AriChannel& channel, const AriSnapshot& snapshot) {
  for (const AriBridge& bridge : snapshot.bridges) {
    const auto& inside = bridge.channels;
    if (std::find(inside.begin(), inside.end(), channel.id) == inside.end()) continue;
    for (const std::string& id : inside) {
      Call* call = call_of_channel(id);
      if (call == nullptr) continue;
      Leg& leg = add_leg(channel.id, call->id, Role::agent);
      return leg_answered(leg, now_, true);
    }
  }
  if (!snapshot.quiet) discard(channel.id, channel.id);  // a phantom: nobody is with it
}

void AriCallState::settle_bridges(const AriSnapshot& snapshot) {
  for (const AriBridge& bridge : snapshot.bridges) {
    const auto& inside = bridge.channels;
    const bool ours = bridge.id.starts_with("b-") || bridge.id.starts_with("be-") ||
                      bridge.id.starts_with("cb-") || bridge.id.starts_with("l-");
    bool in_use = find_leg(bridge.id) != nullptr;  // a listener's has his leg's name
    for (auto& [id, call] : calls_) {
      const bool here = std::find(inside.begin(), inside.end(), call.channel) != inside.end();
      in_use = in_use || here || call.bridge_id == bridge.id;
      if (bridge.type != "mixing" || call.phase == CallPhase::connected) continue;
      // The agent alone in the call's bridge: the customer was put on hold, and hears music.
      if (!here && inside.size() == 1 && call.legs.contains(inside.front()) && !snapshot.quiet) {
        call.bridge_id = bridge.id;
        call.connected_leg = inside.front();
        call.held["console"] = ++call.holds;
        call.inside = {inside.front()};
        call.phase = CallPhase::connected;
        call.was_connected = in_use = true;
        set_limit(call.channel, options_.talk_max_s, call.id);
        continue;
      }
      if (!here) continue;
      for (const std::string& leg_id : call.legs) {
        const bool together = leg_id != call.channel &&
                              std::find(inside.begin(), inside.end(), leg_id) != inside.end();
        if (!together) continue;
        call.bridge_id = bridge.id;
        call.connected_leg = leg_id;
        bridges_[bridge.id] = {now_, {inside.begin(), inside.end()}};
        call.inside = {inside.begin(), inside.end()};
        mark_connected(call, now_, true);
        // He was found with the short lease of those who wait.
        set_limit(call.channel, options_.talk_max_s, call.id);
        break;
      }
    }
    // Empty, or with nobody but those who are being hung up.
    const bool over = std::all_of(inside.begin(), inside.end(),
                                  [this](const std::string& id) { return has_ended(id); });
    if (ours && over && !in_use && !snapshot.quiet) {
      send(Ask::nothing, "DELETE", "/bridges/" + ari_escape(bridge.id), bridge.id);
    }
  }
  if (snapshot.quiet) return;
  // A callback of which only half is there cannot be finished: its other number is not known here.
  std::vector<std::string> halves;
  for (auto& [id, call] : calls_) {
    const bool half =
        call.is_callback && call.callback.command_id.empty() && call.phase != CallPhase::connected;
    if (half) halves.push_back(id);
  }
  for (const std::string& id : halves) {
    for (const std::string& leg_id : std::set<std::string>(calls_[id].legs)) {
      if (Leg* leg = find_leg(leg_id)) drop_leg(*leg, EndReason::engine_gap);
    }
  }
}

Snapshot AriCallState::standing() const {
  Snapshot found;
  found.at = now_;
  for (const auto& [id, call] : calls_) {
    if (call.is_callback) continue;
    found.channels.push_back(
        {id, call.created_at, call.phase == CallPhase::connected, call.pending.has_value()});
  }
  for (const auto& [id, leg] : legs_) {
    found.legs.push_back({id, leg.call_id, leg.phase == LegPhase::answered});
  }
  return found;
}

void AriCallState::tell_snapshot(const AriSnapshot& snapshot) {
  Snapshot told = standing();
  told.quiet = snapshot.quiet;
  int adopted = 0;
  for (const AriBridge& bridge : snapshot.bridges) {
    const bool ours = bridge.id.starts_with("b-") || bridge.id.starts_with("cb-");
    if (ours && !bridge.channels.empty()) told.bridges.push_back({bridge.id, bridge.channels});
  }
  for (const PbxEvent& event : out_.events) {
    const CallArrived* arrival = std::get_if<CallArrived>(&event);
    if (arrival != nullptr && arrival->adopted) ++adopted;
  }
  emit(std::move(told));
  if (!snapshot.quiet) emit(LinkUp{now_, started_at_, adopted});
}

}  // namespace firsthand::telephony
