// SPDX-License-Identifier: Apache-2.0
// What Asterisk answers. 404 to a hang-up is success; an event may have told the rest before.
#include <utility>

#include "adapters/telephony/ari_call_state.hpp"

namespace firsthand::telephony {
namespace {

bool fine(int status) {
  return status >= 200 && status < 300;
}

// No answer, or Asterisk is still loading: nobody knows whether it was done.
bool unclear(int status) {
  return status == 0 || status == 408 || status == 502 || status == 503;
}

std::string refusal(int status, const std::string& message) {
  return std::to_string(status) + (message.empty() ? "" : " " + message);
}

}  // namespace

void AriCallState::reply(const Waiting& waiting, int status, const std::string& message) {
  Call* call = find_call(waiting.call_id);
  switch (waiting.ask) {
    case Ask::nothing: return;
    case Ask::accept_answer:
      if (status == 404 && call != nullptr) {
        end_call(call->id, EndReason::caller_hung_up, 0, now_);
      } else if (!fine(status) && call != nullptr) {
        call->accepted = false;  // a repeat of the command shall try again
      }
      return;
    case Ask::accept_music:
      if (call == nullptr || status == 404) return finish(waiting.command_id, CommandStatus::gone);
      if (unclear(status)) {
        call->accepted = false;
        return finish(waiting.command_id, CommandStatus::unknown);
      }
      // Without music he waits in silence, which is no reason to lose him.
      return finish(waiting.command_id,
                    call->accepted ? CommandStatus::done : CommandStatus::refused,
                    fine(status) ? "" : refusal(status, message));
    case Ask::announce: return reply_announce(waiting, status);
    case Ask::announce_probe:
      if (status == 404 && call != nullptr && call->playback == waiting.command_id)
        announcement_over(*call);
      return;
    case Ask::offer: return reply_offer(waiting, status, message);
    case Ask::drop_leg:
      if (status == 404) {
        end_leg(waiting.leg_id, EndReason::normal, 0, 0, now_);
        return finish(waiting.command_id, CommandStatus::gone);
      }
      if (!fine(status)) {
        if (Leg* leg = find_leg(waiting.leg_id)) leg->drop_sent = false;  // the tick tries again
      }
      return finish(waiting.command_id,
                    fine(status) ? CommandStatus::done : CommandStatus::unknown);
    case Ask::drop_call:
      if (status == 404) {
        end_call(waiting.call_id, EndReason::caller_hung_up, 0, now_);
        return finish(waiting.command_id, CommandStatus::gone);
      }
      if (!fine(status) && call != nullptr) call->drop_sent = false;
      return finish(waiting.command_id,
                    fine(status) ? CommandStatus::done : CommandStatus::unknown);
    case Ask::connect_bridge:
    case Ask::connect_add:
    case Ask::connect_probe: return reply_connect(waiting, status, message);
    case Ask::hold_remove:
    case Ask::hold_music:
    case Ask::unhold_add: return reply_hold(waiting, status, message);
    case Ask::callback_agent:
    case Ask::callback_customer:
    case Ask::callback_bridge:
    case Ask::callback_add: return reply_callback(waiting, status, message);
    case Ask::renew:
      if (status == 404) end_call(waiting.call_id, EndReason::caller_hung_up, 0, now_);
      if (status == 404) return finish(waiting.command_id, CommandStatus::gone);
      return finish(waiting.command_id,
                    fine(status) ? CommandStatus::done : CommandStatus::unknown);
    case Ask::arrange_add: return reply_arrange(waiting, status, message);
    case Ask::tell_transfer:
      return finish(waiting.command_id, status == 404 ? CommandStatus::gone : CommandStatus::done);
    case Ask::snoop:
      // Nothing to hear: the agent has hung up.
      if (Leg* leg = find_leg(waiting.leg_id); leg != nullptr && status >= 400 && !unclear(status))
        drop_leg(*leg, EndReason::failed);
      return;
    case Ask::record_start:
    case Ask::record_pause:
    case Ask::record_stop: return reply_record(waiting, status, message);
    case Ask::release:
      if (fine(status)) return finish(waiting.command_id, CommandStatus::done);
      if (status == 404) {
        if (call != nullptr) call->pending.reset();
        end_call(waiting.call_id, EndReason::caller_hung_up, 0, now_);
        return finish(waiting.command_id, CommandStatus::gone);
      }
      if (unclear(status)) return finish(waiting.command_id, CommandStatus::unknown);
      if (call != nullptr && call->pending == EndReason::released) call->pending.reset();
      return finish(waiting.command_id, CommandStatus::refused, refusal(status, message));
  }
}

void AriCallState::reply_offer(const Waiting& waiting, int status, const std::string& message) {
  Leg* leg = find_leg(waiting.leg_id);
  if (fine(status) || status == 409) {
    // 409: an earlier attempt had reached it.
    if (leg != nullptr) leg->placed = true;
    return finish(waiting.command_id,
                  fine(status) ? CommandStatus::done : CommandStatus::already_done);
  }
  if (unclear(status)) return finish(waiting.command_id, CommandStatus::unknown);
  // The originator of the leg is the customer's channel: a refusal that names it means he is gone.
  const bool caller_gone =
      find_call(waiting.call_id) == nullptr || message.find("riginator") != std::string::npos;
  end_leg(waiting.leg_id, caller_gone ? EndReason::caller_gone : EndReason::refused, 0, 0, now_);
  finish(waiting.command_id, caller_gone ? CommandStatus::gone : CommandStatus::refused,
         refusal(status, message));
}

// The leg has gone: the customer stays with the agent he had, or goes on waiting.
void AriCallState::back_to_waiting(Call& call) {
  if (const std::string before = std::exchange(call.fallback_leg, {});
      find_leg(before) != nullptr) {
    call.phase = CallPhase::connected;
    call.connected_leg = before;
    call.bridge_id = call.fallback_bridge;
    return;
  }
  call.phase = CallPhase::waiting;
  call.connected_leg.clear();
  if (options_.lease_s > 0) renew_lease(call);
  send(Ask::nothing, "POST",
       "/channels/" + ari_escape(call.channel) + "/moh" +
           ari_query({{"mohClass", options_.music_class}}),
       call.id);
}

void AriCallState::reply_connect(const Waiting& waiting, int status, const std::string& message) {
  Call* call = find_call(waiting.call_id);
  Leg* leg = find_leg(waiting.leg_id);
  if (call == nullptr) {
    // end_call has hung the agent's leg up; the bridge may have been made after that.
    return finish(waiting.command_id, CommandStatus::gone, "channel");
  }
  if (waiting.ask == Ask::connect_bridge && (fine(status) || status == 409)) {
    send(Ask::nothing, "DELETE", "/channels/" + ari_escape(call->channel) + "/moh", call->id);
    const std::string both = call->channel + "," + waiting.leg_id;
    return send(
        Ask::connect_add, "POST",
        "/bridges/" + ari_escape(call->bridge_id) + "/addChannel" + ari_query({{"channel", both}}),
        call->id, waiting);
  }
  if (waiting.ask == Ask::connect_add && fine(status) && leg != nullptr) {
    mark_connected(*call, now_, false);
    return finish(waiting.command_id, CommandStatus::done);
  }
  if (unclear(status)) {
    // They may be talking. The bridge's events or the next snapshot tell.
    return finish(waiting.command_id, CommandStatus::unknown);
  }
  if (leg == nullptr) {
    if (call->phase == CallPhase::connecting) back_to_waiting(*call);
    return finish(waiting.command_id, CommandStatus::gone, "leg");
  }
  if (waiting.ask == Ask::connect_add) {
    // Asterisk says that one of the two is gone, not which.
    return send(Ask::connect_probe, "GET", "/channels/" + ari_escape(call->channel), call->id,
                waiting);
  }
  if (waiting.ask == Ask::connect_probe && status == 404) {
    end_call(call->id, EndReason::caller_hung_up, 0, now_);
    return finish(waiting.command_id, CommandStatus::gone, "channel");
  }
  drop_leg(*leg, EndReason::failed);
  if (call->phase == CallPhase::connecting) back_to_waiting(*call);
  const bool probed = waiting.ask == Ask::connect_probe;
  finish(waiting.command_id, probed ? CommandStatus::gone : CommandStatus::refused,
         probed ? "leg" : refusal(status, message));
}

void AriCallState::reply_hold(const Waiting& waiting, int status, const std::string& message) {
  Call* call = find_call(waiting.call_id);
  if (call == nullptr || status == 404) return finish(waiting.command_id, CommandStatus::gone);
  if (unclear(status)) return finish(waiting.command_id, CommandStatus::unknown);
  if (waiting.ask == Ask::hold_remove) {
    // 422: he is not in the bridge, an earlier attempt had taken him out.
    if (!fine(status) && status != 422) {
      return finish(waiting.command_id, CommandStatus::refused, refusal(status, message));
    }
    call->inside.erase(call->channel);
    if (!call->held.contains("console")) {
      call->held["console"] = ++call->holds;
      emit(Held{call->id, {}, call->holds, now_});
    }
    return send(Ask::hold_music, "POST",
                "/channels/" + ari_escape(call->channel) + "/moh" +
                    ari_query({{"mohClass", options_.music_class}}),
                call->id, waiting);
  }
  if (waiting.ask == Ask::hold_music) return finish(waiting.command_id, CommandStatus::done);
  if (!fine(status)) {
    return finish(waiting.command_id, CommandStatus::refused, refusal(status, message));
  }
  call->inside.insert(call->channel);
  if (const auto held = call->held.find("console"); held != call->held.end()) {
    const int ordinal = held->second;
    call->held.erase(held);
    emit(Unheld{call->id, {}, ordinal, now_});
  }
  finish(waiting.command_id, CommandStatus::done);
}

void AriCallState::reply_callback(const Waiting& waiting, int status, const std::string& message) {
  Call* call = find_call(waiting.call_id);
  Leg* leg = find_leg(waiting.leg_id);
  if (waiting.ask == Ask::callback_agent || waiting.ask == Ask::callback_customer) {
    if (fine(status) || status == 409) {
      if (leg != nullptr) leg->placed = true;
      return finish(waiting.command_id,
                    fine(status) ? CommandStatus::done : CommandStatus::already_done);
    }
    if (unclear(status)) return finish(waiting.command_id, CommandStatus::unknown);
    end_leg(waiting.leg_id, EndReason::refused, 0, 0, now_);
    return finish(waiting.command_id, CommandStatus::refused, refusal(status, message));
  }
  if (call == nullptr) return;
  if (waiting.ask == Ask::callback_bridge && (fine(status) || status == 409)) {
    const std::string both = call->callback.agent_leg_id + "," + call->channel;
    return send(
        Ask::callback_add, "POST",
        "/bridges/" + ari_escape(call->bridge_id) + "/addChannel" + ari_query({{"channel", both}}),
        call->id, waiting);
  }
  if (waiting.ask == Ask::callback_add && fine(status)) return mark_connected(*call, now_, false);
  if (unclear(status)) return;
  // One of the two has hung up meanwhile, so it is over for both.
  for (const std::string& id : std::set<std::string>(call->legs)) {
    if (Leg* one = find_leg(id)) drop_leg(*one, EndReason::failed);
  }
}

}  // namespace firsthand::telephony
