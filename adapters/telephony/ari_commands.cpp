// SPDX-License-Identifier: Apache-2.0
// What the desk wants, as requests to Asterisk.
#include <algorithm>
#include <utility>

#include "adapters/telephony/ari_call_state.hpp"

namespace firsthand::telephony {
namespace {

constexpr int kRingMax = 300;

std::string replace_field(std::string text, std::string_view field, std::string_view value) {
  const auto at = text.find(field);
  if (at != std::string::npos) text.replace(at, field.size(), value);
  return text;
}

bool is_dialable(std::string_view number) {
  if (number.starts_with('+')) number.remove_prefix(1);
  return !number.empty() && number.size() <= 24 &&
         std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// `Name <number>` without anything that the header syntax gives a meaning.
std::string caller_id(std::string_view name, std::string_view number) {
  std::string shown;
  for (const char c : name.substr(0, 60)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool special = byte < 0x20 || byte == 0x7f || c == '"' || c == '<' || c == '>' ||
                         c == '\\' || c == ',' || c == ';';
    shown += special ? ' ' : c;
  }
  if (!is_dialable(number)) return shown;
  return shown + (shown.empty() ? "<" : " <") + std::string{number} + ">";
}

using Variables = std::vector<std::pair<std::string, std::string>>;

// Two spellings: which one a telephone obeys depends on its maker.
void add_auto_answer(Variables& variables) {
  variables.emplace_back("PJSIP_HEADER(add,Call-Info)", "<sip:console>;answer-after=0");
  variables.emplace_back("PJSIP_HEADER(add,Alert-Info)",
                         "<http://console>;info=alert-autoanswer;delay=0");
}

}  // namespace

void AriCallState::command(const Accept& c) {
  Call* call = call_of_channel(c.channel_id);
  if (call == nullptr) return finish(c.command_id, CommandStatus::gone);
  // One that an earlier engine has answered is answered again, which does nothing, for the music:
  // it may have died between the two.
  const bool waits = call->phase == CallPhase::waiting;
  if (call->accepted || !waits) return finish(c.command_id, CommandStatus::already_done);
  if (!c.music_class.empty() && !is_plain_name(c.music_class)) {
    return finish(c.command_id, CommandStatus::refused, "music_class");
  }
  call->accepted = true;
  const std::string channel = "/channels/" + ari_escape(call->channel);
  send(Ask::accept_answer, "POST", channel + "/answer", call->id,
       {Ask::accept_answer, call->id, {}, c.command_id});
  const std::string& music = c.music_class.empty() ? options_.music_class : c.music_class;
  send(Ask::accept_music, "POST", channel + "/moh" + ari_query({{"mohClass", music}}), call->id,
       {Ask::accept_music, call->id, {}, c.command_id});
}

void AriCallState::command(const Offer& c) {
  if (find_leg(c.leg_id) != nullptr) return finish(c.command_id, CommandStatus::already_done);
  if (has_ended(c.leg_id)) return finish(c.command_id, CommandStatus::gone, "leg");
  if (!is_plain_name(c.leg_id) || !is_plain_name(c.endpoint)) {
    return finish(c.command_id, CommandStatus::refused, "endpoint");
  }
  Call* call = call_of_channel(c.channel_id);
  if (call == nullptr || call->pending) return finish(c.command_id, CommandStatus::gone);
  const int ring_s = std::clamp(c.ring_s, 1, kRingMax);
  Leg& leg = add_leg(c.leg_id, call->id, Role::agent);
  leg.deadline = now_ + std::chrono::seconds{ring_s + options_.ring_grace_s};
  const std::string endpoint = replace_field(options_.agent_endpoint, "{endpoint}", c.endpoint);
  const std::string args = "agent," + call->channel + "," + c.leg_id;
  const std::string timeout = std::to_string(ring_s);
  const std::string shown = caller_id(c.caller_name, c.caller_number);
  Variables variables;
  if (options_.lease_s > 0) {
    variables.emplace_back("TIMEOUT(absolute)", std::to_string(options_.talk_max_s));
  }
  if (options_.report_phone_transfers) {
    variables.emplace_back("PJSIP_TRANSFER_HANDLING()", "ari-only");
  }
  if (c.auto_answer) add_auto_answer(variables);
  send(Ask::offer, "POST",
       "/channels" + ari_query({{"endpoint", endpoint},
                                {"app", options_.app},
                                {"appArgs", args},
                                {"channelId", c.leg_id},
                                {"timeout", timeout},
                                {"callerId", shown},
                                {"originator", call->channel}}),
       call->id, {Ask::offer, call->id, c.leg_id, c.command_id}, ari_variables(variables));
}

void AriCallState::command(const Withdraw& c) {
  Leg* leg = find_leg(c.leg_id);
  if (leg == nullptr) return finish(c.command_id, CommandStatus::gone);
  drop_leg(*leg, EndReason::withdrawn, c.command_id);
}

void AriCallState::command(const Connect& c) {
  Leg* leg = find_leg(c.leg_id);
  Call* call = call_of_channel(c.channel_id);
  if (call == nullptr || call->pending) {
    // Nobody is to blame: the agent answered as the customer hung up.
    if (leg != nullptr) drop_leg(*leg, EndReason::caller_gone);
    return finish(c.command_id, CommandStatus::gone, "channel");
  }
  if (call->connected_leg == c.leg_id && call->phase != CallPhase::waiting) {
    return finish(c.command_id, CommandStatus::already_done);
  }
  if (call->phase == CallPhase::connecting) {
    return finish(c.command_id, CommandStatus::refused, "connecting_to_another");
  }
  if (leg == nullptr || leg->pending) return finish(c.command_id, CommandStatus::gone, "leg");
  if (!is_plain_name(c.bridge_id) || leg->phase != LegPhase::answered || leg->call_id != call->id) {
    return finish(c.command_id, CommandStatus::refused, "leg");
  }
  if (call->phase == CallPhase::connected) {
    // A colleague takes over; the first agent's leg stays until it is dropped or hangs up.
    call->fallback_leg = call->connected_leg;
    call->fallback_bridge = call->bridge_id;
    if (call->bridge_id != c.bridge_id) call->old_bridges.insert(call->bridge_id);
  }
  stop_announcement(*call);
  call->phase = CallPhase::connecting;
  call->connected_leg = c.leg_id;
  call->bridge_id = c.bridge_id;
  call->inside.clear();
  // Before they talk, so that no lease runs out in mid-sentence; not 0, so that nothing lives for
  // ever.
  set_limit(call->channel, options_.talk_max_s, call->id);
  send(Ask::connect_bridge, "POST",
       "/bridges" +
           ari_query({{"type", "mixing"}, {"bridgeId", c.bridge_id}, {"name", c.bridge_id}}),
       call->id, {Ask::connect_bridge, call->id, c.leg_id, c.command_id});
}

void AriCallState::command(const Hold& c) {
  Call* call = talk_with(c.channel_id);
  if (call == nullptr) return finish(c.command_id, CommandStatus::gone);
  if (call->phase != CallPhase::connected) {
    return finish(c.command_id, CommandStatus::refused, "not_connected");
  }
  if (call->held.contains("console")) return finish(c.command_id, CommandStatus::already_done);
  send(Ask::hold_remove, "POST",
       "/bridges/" + ari_escape(call->bridge_id) + "/removeChannel" +
           ari_query({{"channel", call->channel}}),
       call->id, {Ask::hold_remove, call->id, {}, c.command_id});
}

void AriCallState::command(const Unhold& c) {
  Call* call = talk_with(c.channel_id);
  if (call == nullptr) return finish(c.command_id, CommandStatus::gone);
  if (!call->held.contains("console")) return finish(c.command_id, CommandStatus::already_done);
  send(Ask::nothing, "DELETE", "/channels/" + ari_escape(call->channel) + "/moh", call->id);
  send(Ask::unhold_add, "POST",
       "/bridges/" + ari_escape(call->bridge_id) + "/addChannel" +
           ari_query({{"channel", call->channel}}),
       call->id, {Ask::unhold_add, call->id, {}, c.command_id});
}

void AriCallState::command(const Drop& c) {
  if (Leg* leg = find_leg(c.id)) return drop_leg(*leg, EndReason::dropped, c.command_id);
  if (Call* call = call_of_channel(c.id)) return drop_call(*call, EndReason::dropped, c.command_id);
  finish(c.command_id, CommandStatus::gone);
}

void AriCallState::command(const CallBack& c) {
  if (find_leg(c.agent_leg_id) != nullptr || has_ended(c.agent_leg_id) ||
      find_call(c.customer_leg_id) != nullptr) {
    return finish(c.command_id, CommandStatus::already_done);
  }
  const bool ids = is_plain_name(c.agent_leg_id) && is_plain_name(c.customer_leg_id) &&
                   is_plain_name(c.bridge_id) && c.agent_leg_id != c.customer_leg_id;
  if (!ids) return finish(c.command_id, CommandStatus::refused, "id");
  if (!is_plain_name(c.endpoint)) return finish(c.command_id, CommandStatus::refused, "endpoint");
  const auto number = dial_digits(c.customer, options_.trunk_style, options_.numbers);
  if (!number) return finish(c.command_id, CommandStatus::refused, "number");

  Call& call = calls_[c.customer_leg_id];
  call.id = call.channel = c.customer_leg_id;
  call.is_callback = true;
  call.callback = c;
  call.bridge_id = c.bridge_id;
  call.connected_leg = c.agent_leg_id;
  call.first_seen = call.created_at = now_;
  const int ring_s = std::clamp(c.agent_ring_s, 1, kRingMax);
  Leg& leg = add_leg(c.agent_leg_id, call.id, Role::callback_agent);
  leg.deadline = now_ + std::chrono::seconds{ring_s + options_.ring_grace_s};
  const std::string endpoint = replace_field(options_.agent_endpoint, "{endpoint}", c.endpoint);
  const std::string args = "cb-agent," + c.customer_leg_id + "," + c.bridge_id;
  const std::string timeout = std::to_string(ring_s);
  const std::string shown = caller_id("Callback", *number);
  Variables variables{{"TIMEOUT(absolute)", std::to_string(options_.talk_max_s)}};
  if (c.auto_answer) add_auto_answer(variables);
  send(Ask::callback_agent, "POST",
       "/channels" + ari_query({{"endpoint", endpoint},
                                {"app", options_.app},
                                {"appArgs", args},
                                {"channelId", c.agent_leg_id},
                                {"timeout", timeout},
                                {"callerId", shown}}),
       call.id, {Ask::callback_agent, call.id, c.agent_leg_id, c.command_id},
       ari_variables(variables));
}

// The agent is on the line: he hears ringing while the customer is dialled.
void AriCallState::dial_callback_customer(Call& call) {
  const CallBack& c = call.callback;
  const auto number = dial_digits(c.customer, options_.trunk_style, options_.numbers);
  if (!number || find_leg(c.customer_leg_id) != nullptr) return;
  send(Ask::nothing, "POST", "/channels/" + ari_escape(c.agent_leg_id) + "/ring", call.id);
  const int ring_s = std::clamp(c.customer_ring_s, 1, kRingMax);
  Leg& leg = add_leg(c.customer_leg_id, call.id, Role::callback_customer);
  leg.deadline = now_ + std::chrono::seconds{ring_s + options_.ring_grace_s};
  const std::string endpoint = replace_field(options_.trunk_endpoint, "{number}", *number);
  const std::string args = "cb-customer," + c.agent_leg_id + "," + c.bridge_id;
  const std::string timeout = std::to_string(ring_s);
  const std::string shown = caller_id({}, c.caller_number);
  send(Ask::callback_customer, "POST",
       "/channels" + ari_query({{"endpoint", endpoint},
                                {"app", options_.app},
                                {"appArgs", args},
                                {"channelId", c.customer_leg_id},
                                {"timeout", timeout},
                                {"callerId", shown},
                                {"originator", c.agent_leg_id}}),
       call.id, {Ask::callback_customer, call.id, c.customer_leg_id, {}},
       ari_variables({{"TIMEOUT(absolute)", std::to_string(options_.talk_max_s)}}));
}

void AriCallState::command(const RenewLease& c) {
  Call* call = call_of_channel(c.channel_id);
  if (call == nullptr) return finish(c.command_id, CommandStatus::gone);
  const bool waits = call->phase == CallPhase::waiting && options_.lease_s > 0;
  if (!waits) return finish(c.command_id, CommandStatus::already_done);
  renew_lease(*call, c.command_id);
}

void AriCallState::command(const ReleaseToDialplan& c) {
  Call* call = call_of_channel(c.channel_id);
  if (call == nullptr) return finish(c.command_id, CommandStatus::gone);
  if (call->pending == EndReason::released) {
    return finish(c.command_id, CommandStatus::already_done);
  }
  const auto& allowed = options_.release_contexts;
  const bool known =
      allowed.empty() || std::find(allowed.begin(), allowed.end(), c.context) != allowed.end();
  if (!known || !is_plain_name(c.context) || !is_plain_name(c.extension)) {
    return finish(c.command_id, CommandStatus::refused, "context");
  }
  if (!call->pending) call->pending = EndReason::released;
  // The lease is ours; the fallback queue may take as long as it likes.
  set_limit(call->channel, 0, call->id);
  send(Ask::release, "POST",
       "/channels/" + ari_escape(call->channel) + "/continue" +
           ari_query({{"context", c.context}, {"extension", c.extension}, {"priority", "1"}}),
       call->id, {Ask::release, call->id, {}, c.command_id});
}

}  // namespace firsthand::telephony
