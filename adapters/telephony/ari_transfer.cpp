// SPDX-License-Identifier: Apache-2.0
// Who of a call hears whom while it goes from one agent to another, and supervisors who listen.
#include <algorithm>
#include <charconv>
#include <utility>

#include "adapters/telephony/ari_call_state.hpp"

namespace firsthand::telephony {
namespace {

bool fine(int status) {
  return status >= 200 && status < 300;
}

std::string joined(const std::set<std::string>& channels) {
  std::string list;
  for (const std::string& id : channels) list += (list.empty() ? "" : ",") + id;
  return list;
}

}  // namespace

bool reports_phone_transfers(std::string_view version) {
  int major = 0, minor = 0;
  const char* end = version.data() + version.size();
  const auto [dot, error] = std::from_chars(version.data(), end, major);
  if (error != std::errc{}) return false;
  if (dot != end && *dot == '.') std::from_chars(dot + 1, end, minor);
  return major > 22 || (major == 22 && minor >= 3);
}

void AriCallState::play_music(Call& call, const std::string& channel) {
  send(
      Ask::nothing, "POST",
      "/channels/" + ari_escape(channel) + "/moh" + ari_query({{"mohClass", options_.music_class}}),
      call.id);
}

bool AriCallState::somebody_waits(const Call& call) const {
  return std::any_of(call.music.begin(), call.music.end(), [&](const std::string& id) {
    const auto leg = legs_.find(id);
    return leg != legs_.end() && !leg->second.pending;
  });
}

void AriCallState::wait_with_music(Call& call) {
  call.phase = CallPhase::waiting;
  call.connected_leg.clear();
  if (options_.lease_s > 0) renew_lease(call);
  if (call.inside.erase(call.channel) > 0) {
    send(Ask::nothing, "POST",
         "/bridges/" + ari_escape(call.bridge_id) + "/removeChannel" +
             ari_query({{"channel", call.channel}}),
         call.id);
  }
  play_music(call, call.channel);
}

void AriCallState::command(const Arrange& c) {
  Call* call = call_of_channel(c.channel_id);
  if (call == nullptr || call->pending) {
    for (const std::string& id : c.dropped) {
      if (Leg* leg = find_leg(id)) drop_leg(*leg, EndReason::dropped);
    }
    return finish(c.command_id, CommandStatus::gone, "channel");
  }
  if (!is_plain_name(c.bridge_id)) return finish(c.command_id, CommandStatus::refused, "bridge");
  std::string missing;
  for (const std::string& id : c.talking) {
    const Leg* leg = find_leg(id);
    const bool there = leg != nullptr && !leg->pending && leg->phase == LegPhase::answered &&
                       leg->call_id == call->id;
    if (!there && missing.empty()) missing = id;
  }
  call->held.erase("console");
  call->fallback_leg.clear();
  std::set<std::string> inside(c.talking.begin(), c.talking.end());
  if (c.customer_talks) inside.insert(call->channel);
  std::set<std::string> waiting(c.waiting.begin(), c.waiting.end());
  std::string rings;
  if (!missing.empty()) {
    // Nobody is joined to somebody who has gone: the customer waits, the others as they are.
    inside = call->inside;
    inside.erase(call->channel);
    waiting.clear();
  } else if (inside.size() == 1 && !c.customer_talks) {
    rings = *inside.begin();
    inside.clear();
  }
  const bool with_agent = c.customer_talks && missing.empty();
  if (call->bridge_id != c.bridge_id) {
    if (!call->bridge_id.empty()) call->old_bridges.insert(call->bridge_id);
    call->bridge_id = c.bridge_id;
    call->inside.clear();
  }
  const std::string bridge = "/bridges/" + ari_escape(c.bridge_id);

  // First out of the bridge, so that nobody hears what is not for him.
  std::set<std::string> leaving, joining;
  std::set_difference(call->inside.begin(), call->inside.end(), inside.begin(), inside.end(),
                      std::inserter(leaving, leaving.end()));
  std::set_difference(inside.begin(), inside.end(), call->inside.begin(), call->inside.end(),
                      std::inserter(joining, joining.end()));
  for (const std::string& id : leaving) {
    send(Ask::nothing, "POST", bridge + "/removeChannel" + ari_query({{"channel", id}}), call->id);
  }
  if (with_agent) {
    call->phase = CallPhase::connecting;
    call->connected_leg = c.talking.front();
    set_limit(call->channel, options_.talk_max_s, call->id);
  } else {
    const bool talked = call->phase != CallPhase::waiting || leaving.contains(call->channel);
    call->phase = CallPhase::waiting;
    call->connected_leg.clear();
    if (options_.lease_s > 0) renew_lease(*call);
    if (talked) play_music(*call, call->channel);
  }
  for (const std::string& id : waiting) {
    if (call->music.insert(id).second) play_music(*call, id);
  }
  if (!rings.empty() && call->ringing.insert(rings).second) {
    send(Ask::nothing, "POST", "/channels/" + ari_escape(rings) + "/ring", call->id);
  }
  for (const std::string& id : joining) {
    const std::string channel = "/channels/" + ari_escape(id);
    if (call->ringing.erase(id) > 0) send(Ask::nothing, "DELETE", channel + "/ring", call->id);
    if (call->music.erase(id) > 0 || id == call->channel)
      send(Ask::nothing, "DELETE", channel + "/moh", call->id);
  }
  call->inside = inside;
  if (joining.empty()) {
    if (with_agent) mark_connected(*call, now_, false);
    finish(c.command_id, missing.empty() ? CommandStatus::done : CommandStatus::gone,
           missing.empty() ? "" : "leg " + missing);
  } else {
    send(Ask::nothing, "POST",
         "/bridges" +
             ari_query({{"type", "mixing"}, {"bridgeId", c.bridge_id}, {"name", c.bridge_id}}),
         call->id);
    send(Ask::arrange_add, "POST",
         bridge + "/addChannel" + ari_query({{"channel", joined(joining)}}), call->id,
         {Ask::arrange_add, call->id, with_agent ? c.talking.front() : "", c.command_id});
  }
  for (const std::string& id : c.dropped) {
    if (Leg* leg = find_leg(id)) drop_leg(*leg, EndReason::dropped);
  }
}

void AriCallState::reply_arrange(const Waiting& waiting, int status, const std::string& message) {
  Call* call = find_call(waiting.call_id);
  if (call == nullptr) return finish(waiting.command_id, CommandStatus::gone, "channel");
  const bool still_wanted = call->phase == CallPhase::connecting && !waiting.leg_id.empty() &&
                            call->connected_leg == waiting.leg_id;
  if (fine(status)) {
    if (still_wanted) mark_connected(*call, now_, false);
    return finish(waiting.command_id, CommandStatus::done);
  }
  if (status == 0 || status == 408 || status == 502 || status == 503) {
    return finish(waiting.command_id, CommandStatus::unknown);
  }
  // One of them has gone, so none of them is in. Had it been the customer, his end is told anyway.
  call->inside.clear();
  if (still_wanted) wait_with_music(*call);
  finish(waiting.command_id, CommandStatus::gone, still_wanted ? "leg " + waiting.leg_id : message);
}

void AriCallState::command(const TellTransfer& c) {
  if (find_leg(c.leg_id) == nullptr) return finish(c.command_id, CommandStatus::gone);
  const Leg& leg = *find_leg(c.leg_id);
  send(Ask::tell_transfer, "POST",
       "/channels/" + ari_escape(c.leg_id) + "/transfer_progress" +
           ari_query({{"states", c.done ? "channel_answered" : "channel_declined"}}),
       leg.call_id, {Ask::tell_transfer, leg.call_id, c.leg_id, c.command_id});
}

// ------------------------------------------------------------------------------- listeners
void AriCallState::command(const Listen& c) {
  if (Leg* known = find_leg(c.leg_id)) {
    const bool other = known->whispers != c.whisper;
    known->whispers = c.whisper;
    if (other && known->phase == LegPhase::answered && !known->pending) snoop(*known);
    return finish(c.command_id, other ? CommandStatus::done : CommandStatus::already_done);
  }
  if (has_ended(c.leg_id)) return finish(c.command_id, CommandStatus::gone, "leg");
  if (!is_plain_name(c.leg_id) || !is_plain_name(c.endpoint)) {
    return finish(c.command_id, CommandStatus::refused, "endpoint");
  }
  Call* call = call_of_channel(c.channel_id);
  const Leg* agent = find_leg(c.agent_leg_id);
  if (call == nullptr || call->pending || agent == nullptr || agent->pending) {
    emit(LegFailed{c.leg_id, c.channel_id, EndReason::caller_gone, 0, 0, now_});
    remember_ended(c.leg_id);
    return finish(c.command_id, CommandStatus::gone);
  }
  const int ring_s = std::clamp(c.ring_s, 1, 300);
  Leg& leg = add_leg(c.leg_id, call->id, Role::listener);
  leg.hears = c.agent_leg_id;
  leg.whispers = c.whisper;
  leg.deadline = now_ + std::chrono::seconds{ring_s + options_.ring_grace_s};
  std::string endpoint = options_.agent_endpoint;
  if (const auto at = endpoint.find("{endpoint}"); at != std::string::npos)
    endpoint.replace(at, std::string_view{"{endpoint}"}.size(), c.endpoint);
  const std::string args = "listen," + call->channel + "," + c.leg_id;
  send(Ask::offer, "POST",
       "/channels" + ari_query({{"endpoint", endpoint},
                                {"app", options_.app},
                                {"appArgs", args},
                                {"channelId", c.leg_id},
                                {"timeout", std::to_string(ring_s)}}),
       call->id, {Ask::offer, call->id, c.leg_id, c.command_id},
       ari_variables({{"TIMEOUT(absolute)", std::to_string(options_.talk_max_s)}}));
}

// A channel that hears the agent's both ways; another one each time the mode changes.
void AriCallState::snoop(Leg& listener) {
  if (!listener.snoop.empty()) {
    remember_ended(listener.snoop);
    discard(listener.snoop, listener.call_id);
  }
  listener.snoop = listener.id + "-s" + std::to_string(++listener.snoops);
  send(Ask::nothing, "POST",
       "/bridges" +
           ari_query({{"type", "mixing"}, {"bridgeId", listener.id}, {"name", listener.id}}),
       listener.call_id);
  const std::string args = "snoop," + listener.id;
  send(Ask::snoop, "POST",
       "/channels/" + ari_escape(listener.hears) + "/snoop/" + ari_escape(listener.snoop) +
           ari_query({{"spy", "both"},
                      {"whisper", listener.whispers ? "out" : "none"},
                      {"app", options_.app},
                      {"appArgs", args}}),
       listener.call_id, {Ask::snoop, listener.call_id, listener.id, {}});
}

void AriCallState::snoop_entered(const std::string& snoop, const std::string& leg_id) {
  const Leg* listener = find_leg(leg_id);
  if (listener == nullptr || listener->pending || listener->snoop != snoop)
    return discard(snoop, snoop);
  const std::string both = snoop + "," + leg_id;
  send(Ask::nothing, "POST",
       "/bridges/" + ari_escape(leg_id) + "/addChannel" + ari_query({{"channel", both}}),
       listener->call_id);
}

bool AriCallState::snoop_left(const std::string& snoop) {
  for (auto& [id, leg] : legs_) {
    if (leg.role != Role::listener || leg.snoop != snoop) continue;
    if (!leg.pending) drop_leg(leg, EndReason::normal);
    return true;
  }
  return false;
}

void AriCallState::end_listener(const Leg& listener) {
  if (!listener.snoop.empty()) {
    remember_ended(listener.snoop);
    discard(listener.snoop, listener.call_id);
  }
  send(Ask::nothing, "DELETE", "/bridges/" + ari_escape(listener.id), listener.call_id);
}

void AriCallState::drop_listeners_of(const Call& call, const std::string& leg_id) {
  for (const std::string& id : call.legs) {
    Leg* other = find_leg(id);
    if (other != nullptr && other->role == Role::listener && other->hears == leg_id)
      drop_leg(*other, EndReason::normal);
  }
}

}  // namespace firsthand::telephony
