// SPDX-License-Identifier: Apache-2.0
// What Asterisk tells, as canonical events.
#include <utility>

#include "adapters/telephony/ari_call_state.hpp"

namespace firsthand::telephony {

void AriCallState::stasis_start(const AriEvent& event) {
  const std::string& id = event.channel.id;
  if (id.empty()) return;
  if (event.replaced) return replaced(event);
  if (Leg* leg = find_leg(id)) return leg_answered(*leg, event.at, false);
  if (call_of_channel(id) != nullptr) return;
  const std::string role = event.args.empty() ? std::string{} : event.args.front();
  if (role == "in") {
    // Ended calls are left to the dialplan: without us renewing it, the lease runs out.
    if (!has_ended(id)) arrived(event.channel, event.args, false);
    return;
  }
  const bool ours = role == "agent" || role == "cb-agent" || role == "cb-customer";
  if (role == "snoop" && event.args.size() > 1) return snoop_entered(id, event.args[1]);
  if (role == "listen") return discard(id, id);  // of an engine that has gone
  if (has_ended(id)) return discard(id, id);     // answered after we had given it up
  if (ours) adopt_leg(event.channel, event.args);
}

void AriCallState::arrived(const AriChannel& channel, const std::vector<std::string>& args,
                           bool adopted) {
  Call& call = calls_[channel.id];
  call.id = call.channel = channel.id;
  call.first_seen = call.lease_at = now_;
  call.created_at = channel.created_at == Instant{} ? now_ : channel.created_at;
  call.dialled = args.size() > 1 ? args[1] : channel.exten;
  const std::string raw =
      channel.caller_number.empty() && args.size() > 2 ? args[2] : channel.caller_number;
  CallArrived event;
  event.pbx_id = options_.pbx_id;
  event.channel_id = channel.id;
  event.number_raw = raw;
  event.number = parse_phone(raw, options_.numbers);
  if (raw.empty()) event.number.kind = PhoneKind::withheld;
  event.caller_name = channel.caller_name;
  event.dialled = call.dialled;
  event.at = call.created_at;
  event.protocol_id = channel.protocol_id;
  event.adopted = adopted;
  emit(std::move(event));
  subscribe(channel.id, call.id);
  if (adopted && options_.lease_s > 0) renew_lease(call);
}

// The telephone's own transfer: another channel stands in the old one's place, in its bridge.
void AriCallState::replaced(const AriEvent& event) {
  const std::string& id = event.channel.id;
  const std::string& old_id = event.replaced->id;
  if (find_leg(id) != nullptr || has_ended(id) || moved_.contains(id)) return;  // told before
  if (Leg* old_leg = find_leg(old_id)) {
    const std::string call_id = old_leg->call_id;
    const Role role = old_leg->role;
    old_leg->pending = EndReason::transferred;
    Leg& leg = add_leg(id, call_id, role);
    leg.phase = LegPhase::answered;
    leg.placed = true;
    Call* call = find_call(call_id);
    if (call != nullptr && call->connected_leg == old_id) call->connected_leg = id;
    if (call != nullptr && call->inside.erase(old_id) > 0) call->inside.insert(id);
    emit(LegReplaced{old_id, id, call_id, event.at, event.channel.exten});
    if (call == nullptr) drop_leg(leg, EndReason::caller_gone);
    return;
  }
  if (Call* call = call_of_channel(old_id)) {
    if (call->inside.erase(call->channel) > 0) call->inside.insert(id);
    call->channel = id;
    moved_[id] = call->id;
    emit(LegReplaced{call->id, id, call->id, event.at});
    subscribe(id, call->id);
    return;
  }
  // Its leg has ended and so has the call, or nobody knows either: it would stay for ever.
  if (has_ended(old_id)) discard(id, id);
}

void AriCallState::leg_ringing(Leg& leg, Instant at) {
  leg.placed = true;
  if (leg.ringing_told || leg.phase != LegPhase::placing) return;
  leg.phase = LegPhase::ringing;
  leg.ringing_told = true;
  if (!leg.pending) emit(LegRinging{leg.id, leg.call_id, at});
}

void AriCallState::leg_answered(Leg& leg, Instant at, bool adopted) {
  leg.placed = true;
  if (leg.phase == LegPhase::answered) return;
  if (leg.pending) return drop_leg(leg, *leg.pending);  // too late: we have taken it back
  Call* call = find_call(leg.call_id);
  if (call == nullptr) return drop_leg(leg, EndReason::caller_gone);
  leg.phase = LegPhase::answered;
  emit(LegAnswered{leg.id, leg.call_id, at, adopted});
  switch (leg.role) {
    case Role::agent: return;
    case Role::callback_agent: return dial_callback_customer(*call);
    case Role::listener: return snoop(leg);
    case Role::callback_customer: break;
  }
  if (call->phase != CallPhase::waiting) return;
  call->phase = CallPhase::connecting;
  send(Ask::nothing, "DELETE", "/channels/" + ari_escape(call->connected_leg) + "/ring", call->id);
  const std::string& bridge = call->bridge_id;
  send(Ask::callback_bridge, "POST",
       "/bridges" + ari_query({{"type", "mixing"}, {"bridgeId", bridge}, {"name", bridge}}),
       call->id, {Ask::callback_bridge, call->id, leg.id, {}});
}

void AriCallState::left_application(const AriEvent& event, bool destroyed) {
  const std::string& id = event.channel.id;
  const Instant at = event.at == Instant{} ? now_ : event.at;
  if (Leg* leg = find_leg(id)) {
    const bool answered = leg->phase == LegPhase::answered;
    const EndReason reason = answered ? EndReason::normal : reason_of_cause(event.cause);
    return end_leg(id, reason, event.cause, event.tech_cause, at);
  }
  if (snoop_left(id)) return;
  Call* call = call_of_channel(id);
  if (call == nullptr || call->channel != id) return;
  const bool hung_up = destroyed || call->hangup_seen;
  // He hung up before the dialplan could have him back.
  if (hung_up && call->pending == EndReason::released) call->pending.reset();
  const EndReason reason = hung_up ? EndReason::caller_hung_up : EndReason::lease_lost;
  end_call(call->id, reason, destroyed ? event.cause : call->cause, at);
}

void AriCallState::hold_changed(const AriEvent& event, bool on) {
  const std::string& id = event.channel.id;
  Leg* leg = find_leg(id);
  Call* call = leg != nullptr ? find_call(leg->call_id) : call_of_channel(id);
  if (call == nullptr || event.at < call->last_hold) return;
  const auto held = call->held.find(id);
  if (on == (held != call->held.end())) return;  // told before
  call->last_hold = event.at;
  if (on) {
    call->held[id] = ++call->holds;
    emit(Held{call->id, id, call->holds, event.at});
  } else {
    const int ordinal = held->second;
    call->held.erase(held);
    emit(Unheld{call->id, id, ordinal, event.at});
  }
}

void AriCallState::digit(const AriEvent& event) {
  Call* call = call_of_channel(event.channel.id);
  if (call == nullptr || event.at <= call->last_digit || event.text.size() != 1) return;
  call->last_digit = event.at;
  emit(Digits{call->id, event.text, ++call->digits, event.at});
}

void AriCallState::transfer(const AriEvent& event) {
  Leg* leg = find_leg(event.channel.id);
  if (leg == nullptr || !event.dial_status.empty()) return;
  Call* call = find_call(leg->call_id);
  if (event.text.empty()) {
    // To a call of the telephone's own, which nobody here knows.
    return command(TellTransfer{{}, leg->id, false});
  }
  const std::string told = leg->id + ">" + event.text;
  if (call == nullptr || call->transfer_told == told) return;
  call->transfer_told = told;
  emit(TransferRequested{leg->id, call->id, event.text, event.at});
}

}  // namespace firsthand::telephony
