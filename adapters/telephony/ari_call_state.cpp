// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/ari_call_state.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace firsthand::telephony {
namespace {

// A channel that the last quiet comparison missed is given this long to say good-bye itself.
constexpr std::chrono::seconds kDoubt{3};
constexpr std::size_t kBridgesMax = 20'000;

}  // namespace

EndReason reason_of_cause(int cause) {
  switch (cause) {
    case 17: return EndReason::busy;
    case 0:  // Asterisk 16 gives no cause when nobody answers
    case 18:
    case 19: return EndReason::no_answer;
    case 21: return EndReason::declined;
    case 1:
    case 28: return EndReason::bad_number;
    case 20:
    case 27: return EndReason::unreachable;
    case 34:
    case 38:
    case 41:
    case 42: return EndReason::congestion;
    default: return EndReason::failed;  // 16 too: an unanswered leg that somebody else ended
  }
}

bool is_plain_name(std::string_view text) {
  if (text.empty() || text.size() > 100) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == ':' || c == '-';
  });
}

AriCallState::AriCallState(AriStateOptions options) : options_(std::move(options)) {}

AriCallState::Output AriCallState::on_event(const AriEvent& event, Instant now) {
  now_ = now;
  const std::string& id = event.channel.id;
  const Instant at = event.at == Instant{} ? now : event.at;
  switch (event.kind) {
    case AriKind::stasis_start: stasis_start(event); break;
    case AriKind::stasis_end: left_application(event, false); break;
    case AriKind::channel_destroyed: left_application(event, true); break;
    case AriKind::channel_hangup_request:
      if (Leg* leg = find_leg(id)) {
        leg->hangup_seen = true;
      } else if (Call* call = call_of_channel(id); call != nullptr && call->channel == id) {
        call->hangup_seen = true;
        if (event.cause != 0 && call->cause == 0) call->cause = event.cause;
      }
      break;
    case AriKind::channel_state_change:
      if (Leg* leg = find_leg(id);
          leg != nullptr && event.channel.state == AriChannelState::ringing)
        leg_ringing(*leg, at);
      break;
    case AriKind::dial:
      if (Leg* leg = find_leg(id); leg != nullptr && event.dial_status == "RINGING")
        leg_ringing(*leg, at);
      break;
    case AriKind::channel_entered_bridge: bridge_changed(event, true); break;
    case AriKind::channel_left_bridge: bridge_changed(event, false); break;
    case AriKind::bridge_destroyed: bridges_.erase(event.bridge.id); break;
    case AriKind::channel_hold: hold_changed(event, true); break;
    case AriKind::channel_unhold: hold_changed(event, false); break;
    case AriKind::channel_dtmf: digit(event); break;
    case AriKind::channel_transfer: transfer(event); break;
    case AriKind::playback_finished: playback_finished(event); break;
    case AriKind::recording_finished: recording_over(event, false); break;
    case AriKind::recording_failed: recording_over(event, true); break;
    case AriKind::application_replaced:
      if (!std::exchange(fenced_, true)) emit(Fenced{at});
      break;
    case AriKind::other: break;
  }
  return std::exchange(out_, {});
}

AriCallState::Output AriCallState::on_reply(std::uint64_t request_id, int status,
                                            const std::string& body, Instant now) {
  now_ = now;
  const auto found = waiting_.find(request_id);
  if (found != waiting_.end()) {
    const Waiting waiting = std::move(found->second);
    waiting_.erase(found);
    reply(waiting, status, status >= 400 ? parse_ari_message(body) : std::string{});
  }
  return std::exchange(out_, {});
}

AriCallState::Output AriCallState::on_command(const PbxCommand& wanted, Instant now) {
  now_ = now;
  std::visit([this](const auto& c) { command(c); }, wanted);
  return std::exchange(out_, {});
}

AriCallState::Output AriCallState::on_tick(Instant now) {
  now_ = now;
  const std::chrono::seconds renew_after{options_.lease_renew_s};
  std::vector<std::string> lost;
  for (auto& [id, call] : calls_) {
    if (call.doubted_at && now - *call.doubted_at >= kDoubt) lost.push_back(id);
    if (call.is_callback) continue;
    if (call.pending && call.pending != EndReason::released && !call.drop_sent) {
      drop_call(call, *call.pending);
    }
    const bool waits = call.phase == CallPhase::waiting;
    if (waits && options_.lease_s > 0 && now - call.lease_at >= renew_after) renew_lease(call);
  }
  end_overlong_announcements();
  std::vector<std::string> lost_legs;
  for (auto& [id, leg] : legs_) {
    if (leg.doubted_at && now - *leg.doubted_at >= kDoubt) lost_legs.push_back(id);
    const bool overdue = leg.phase != LegPhase::answered && now >= leg.deadline;
    if (leg.pending && *leg.pending != EndReason::transferred && !leg.drop_sent) {
      drop_leg(leg, *leg.pending);
    } else if (overdue && !leg.pending) {
      drop_leg(leg, EndReason::timed_out);
    }
  }
  for (const std::string& id : lost) end_call(id, EndReason::engine_gap, 0, now);
  for (const std::string& id : lost_legs) end_leg(id, EndReason::engine_gap, 0, 0, now);
  out_.differences += static_cast<int>(lost.size() + lost_legs.size());
  return std::exchange(out_, {});
}

void AriCallState::mark_connected(Call& call, Instant at, bool adopted) {
  if (call.phase == CallPhase::connected) return;
  call.phase = CallPhase::connected;
  call.was_connected = true;
  call.fallback_leg.clear();
  call.inside.insert({call.channel, call.connected_leg});
  emit(Connected{call.id, call.connected_leg, call.bridge_id, at, adopted});
  if (const auto held = call.held.find("console"); held != call.held.end()) {
    emit(Unheld{call.id, {}, held->second, at});
    call.held.erase(held);
  }
  if (!call.recording.name.empty() && !call.recording.asked) start_recording(call);
}

void AriCallState::end_leg(const std::string& leg_id, EndReason reason, int cause, int tech_cause,
                           Instant at) {
  const auto found = legs_.find(leg_id);
  if (found == legs_.end()) return;
  const Leg leg = std::move(found->second);
  legs_.erase(found);
  remember_ended(leg.id);
  const EndReason why = leg.pending.value_or(reason);
  if (leg.phase == LegPhase::answered) {
    emit(LegEnded{leg.id, leg.call_id, why, at});
  } else {
    emit(LegFailed{leg.id, leg.call_id, why, cause, tech_cause, at});
  }
  if (leg.role == Role::listener) end_listener(leg);
  Call* call = find_call(leg.call_id);
  if (call == nullptr) return;
  call->legs.erase(leg.id);
  call->held.erase(leg.id);
  for (auto* places : {&call->inside, &call->music, &call->ringing}) places->erase(leg.id);
  if (leg.role == Role::listener) return;
  drop_listeners_of(*call, leg.id);
  if (call->is_callback) {
    end_callback_leg(*call, leg.role);
  } else if (call->phase == CallPhase::connected && call->connected_leg == leg.id) {
    call->connected_leg = another_leg_in_bridge(*call);
    // A colleague who waits apart: whoever commands us says what becomes of the two.
    if (call->connected_leg.empty() && somebody_waits(*call)) return wait_with_music(*call);
    if (call->connected_leg.empty()) return drop_call(*call, EndReason::agent_hung_up);
    // A consulted colleague stays with the customer.
    emit(Connected{call->id, call->connected_leg, call->bridge_id, at, false});
  }
}

std::string AriCallState::another_leg_in_bridge(const Call& call) const {
  const auto seen = bridges_.find(call.bridge_id);
  if (seen == bridges_.end()) return {};
  for (const std::string& id : call.legs) {
    const auto leg = legs_.find(id);
    const bool talks = leg != legs_.end() && leg->second.phase == LegPhase::answered &&
                       !leg->second.pending && seen->second.channels.contains(id);
    if (talks) return id;
  }
  return {};
}

void AriCallState::end_callback_leg(Call& call, Role role) {
  for (const std::string& other : std::set<std::string>(call.legs)) {
    if (Leg* leg = find_leg(other)) {
      drop_leg(*leg,
               role == Role::callback_agent ? EndReason::agent_hung_up : EndReason::caller_gone);
    }
  }
  if (!call.legs.empty()) return;
  drop_strangers(call);
  finish(call.recording.command_id, CommandStatus::gone);
  const std::string id = call.id;  // the row goes, and `call` with it
  calls_.erase(id);
  remember_ended(id);
}

// Whoever else stands in the call's bridge would stay there in silence: a transfer's far end.
void AriCallState::drop_strangers(const Call& call) {
  std::set<std::string> all = call.old_bridges;
  if (!call.bridge_id.empty()) all.insert(call.bridge_id);
  for (const std::string& bridge : all) {
    if (const auto seen = bridges_.find(bridge); seen != bridges_.end()) {
      for (const std::string& channel : seen->second.channels) {
        const bool known = legs_.contains(channel) || channel == call.channel || has_ended(channel);
        if (!known) discard(channel, call.id);
      }
    }
    send(Ask::nothing, "DELETE", "/bridges/" + ari_escape(bridge), call.id);
  }
}

void AriCallState::end_call(const std::string& call_id, EndReason reason, int cause, Instant at) {
  const auto found = calls_.find(call_id);
  if (found == calls_.end()) return;
  const Call call = std::move(found->second);
  calls_.erase(found);
  remember_ended(call.id);
  if (call.channel != call.id) {
    moved_.erase(call.channel);
    remember_ended(call.channel);
  }
  const EndReason why = call.pending.value_or(reason);
  emit(CallEnded{call.id, why, cause, call.was_connected, at});
  finish(call.recording.command_id, CommandStatus::gone);
  for (const std::string& id : call.legs) {
    if (Leg* leg = find_leg(id)) {
      drop_leg(*leg, why == EndReason::released ? EndReason::withdrawn : EndReason::caller_gone);
    }
  }
  drop_strangers(call);
}

void AriCallState::drop_leg(Leg& leg, EndReason why, std::string command_id) {
  if (!leg.pending) leg.pending = why;
  if (leg.drop_sent) {
    finish(std::move(command_id), CommandStatus::already_done);
    return;
  }
  leg.drop_sent = true;
  const std::string& lane = leg.call_id.empty() ? leg.id : leg.call_id;
  send(Ask::drop_leg, "DELETE", "/channels/" + ari_escape(leg.id), lane,
       {Ask::drop_leg, leg.call_id, leg.id, std::move(command_id)});
}

void AriCallState::drop_call(Call& call, EndReason why, std::string command_id) {
  if (!call.pending) call.pending = why;
  if (call.drop_sent) {
    finish(std::move(command_id), CommandStatus::already_done);
    return;
  }
  call.drop_sent = true;
  send(Ask::drop_call, "DELETE", "/channels/" + ari_escape(call.channel) + "?reason=normal",
       call.id, {Ask::drop_call, call.id, {}, std::move(command_id)});
}

void AriCallState::renew_lease(Call& call, std::string command_id) {
  call.lease_at = now_;
  const std::string seconds = std::to_string(options_.lease_s);
  send(Ask::renew, "POST",
       "/channels/" + ari_escape(call.channel) + "/variable" +
           ari_query({{"variable", "TIMEOUT(absolute)"}, {"value", seconds}}),
       call.id, {Ask::renew, call.id, {}, std::move(command_id)});
}

void AriCallState::set_limit(const std::string& channel, int seconds, const std::string& lane) {
  if (options_.lease_s <= 0) return;
  const std::string value = std::to_string(seconds);
  send(Ask::nothing, "POST",
       "/channels/" + ari_escape(channel) + "/variable" +
           ari_query({{"variable", "TIMEOUT(absolute)"}, {"value", value}}),
       lane);
}

// Without it the channel's last event would be StasisEnd: no cause.
void AriCallState::subscribe(const std::string& channel, const std::string& lane) {
  const std::string source = "channel:" + channel;
  send(Ask::nothing, "POST",
       "/applications/" + ari_escape(options_.app) + "/subscription" +
           ari_query({{"eventSource", source}}),
       lane);
}

void AriCallState::discard(const std::string& channel, const std::string& lane) {
  send(Ask::nothing, "DELETE", "/channels/" + ari_escape(channel), lane);
}

void AriCallState::send(Ask ask, std::string method, std::string target, const std::string& lane,
                        Waiting about, std::string body) {
  const std::uint64_t id = next_request_++;
  about.ask = ask;
  if (ask != Ask::nothing) waiting_.emplace(id, std::move(about));
  out_.requests.push_back({id, std::move(method), std::move(target), std::move(body), lane});
}

void AriCallState::finish(std::string command_id, CommandStatus status, std::string reason) {
  if (command_id.empty()) return;
  out_.results.push_back({std::move(command_id), status, std::move(reason)});
}

void AriCallState::remember_ended(const std::string& id) {
  if (!ended_.insert(id).second) return;
  ended_order_.push_back(id);
  if (ended_order_.size() > options_.remembered_max) {
    ended_.erase(ended_order_.front());
    ended_order_.pop_front();
  }
}

AriCallState::Call* AriCallState::find_call(const std::string& id) {
  const auto found = calls_.find(id);
  return found == calls_.end() ? nullptr : &found->second;
}

AriCallState::Call* AriCallState::call_of_channel(const std::string& channel) {
  const auto moved = moved_.find(channel);
  Call* call = find_call(moved == moved_.end() ? channel : moved->second);
  return call == nullptr || call->is_callback ? nullptr : call;
}

AriCallState::Call* AriCallState::talk_with(const std::string& channel) {
  Call* called_back = find_call(channel);
  return called_back != nullptr && called_back->is_callback ? called_back
                                                            : call_of_channel(channel);
}

AriCallState::Leg* AriCallState::find_leg(const std::string& id) {
  const auto found = legs_.find(id);
  return found == legs_.end() ? nullptr : &found->second;
}

AriCallState::Leg& AriCallState::add_leg(const std::string& id, const std::string& call_id,
                                         Role role) {
  Leg& leg = legs_[id];
  leg.id = id;
  leg.call_id = call_id;
  leg.role = role;
  leg.first_seen = now_;
  leg.deadline = now_ + std::chrono::hours{24};
  if (Call* call = find_call(call_id)) call->legs.insert(id);
  return leg;
}

void AriCallState::bridge_changed(const AriEvent& event, bool entered) {
  if (event.bridge.id.empty()) return;
  if (bridges_.size() >= kBridgesMax && !bridges_.contains(event.bridge.id)) bridges_.clear();
  BridgeSeen& seen = bridges_[event.bridge.id];
  if (event.at < seen.at) return;  // an old frame, delivered again
  seen.at = event.at;
  seen.channels = {event.bridge.channels.begin(), event.bridge.channels.end()};
  if (!entered) return;
  Leg* leg = find_leg(event.channel.id);
  Call* call = leg != nullptr ? find_call(leg->call_id) : call_of_channel(event.channel.id);
  if (call == nullptr || call->phase != CallPhase::connecting) return;
  const bool both = call->bridge_id == event.bridge.id && seen.channels.contains(call->channel) &&
                    seen.channels.contains(call->connected_leg);
  if (both) mark_connected(*call, event.at, false);
}

}  // namespace firsthand::telephony
