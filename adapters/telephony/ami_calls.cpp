// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/ami_calls.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "adapters/telephony/ari_call_state.hpp"

namespace firsthand::telephony {
namespace {

// The others (35 of a plain call's 48) say nothing that these do not.
constexpr std::array<std::string_view, 14> kTold = {
    "Newchannel",  "Newstate",    "NewCallerid",   "DialBegin",      "DialState",
    "BridgeEnter", "BridgeLeave", "Hold",          "Unhold",         "Rename",
    "UserEvent",   "Hangup",      "HangupRequest", "QueueCallerJoin"};

bool is_told(std::string_view name) {
  return std::find(kTold.begin(), kTold.end(), name) != kTold.end();
}

int number_of(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// "4915550001" of "4915550001@trunk".
std::string dialled_by(std::string_view dial_string) {
  const auto first = dial_string.find_first_of("+0123456789");
  if (first == std::string_view::npos) return {};
  dial_string.remove_prefix(first);
  return std::string{dial_string.substr(0, dial_string.find_first_not_of("+0123456789"))};
}

// "cb-7-c1" is the customer's leg of "cb-7-a1".
std::string customer_leg(std::string agent_leg) {
  const auto at = agent_leg.rfind("-a");
  const bool ours = at != std::string::npos && at + 2 < agent_leg.size() &&
                    agent_leg[at + 2] >= '0' && agent_leg[at + 2] <= '9';
  if (!ours) return agent_leg + "-c";
  agent_leg[at + 1] = 'c';
  return agent_leg;
}

void tell_leg(const std::string& id, OrderedLeg::What what, EndReason reason, Instant at,
              std::vector<AmiFact>& out) {
  const auto key = [&] {
    switch (what) {
      case OrderedLeg::What::ringing: return "ringing:";
      case OrderedLeg::What::answered: return "answered:";
      case OrderedLeg::What::failed:
      case OrderedLeg::What::ended: return "leg_ended:";  // a leg ends once, whichever way
    }
    return "";
  };
  out.push_back(OrderedLeg{id, what, reason, at, key() + id});
}

std::string at_ms(Instant at) {
  return std::to_string(at.time_since_epoch().count());
}

}  // namespace

std::vector<AmiFact> AmiCalls::on_event(const AmiMessage& event, Instant now) {
  Facts out;
  const std::string_view name = event.event();
  if (!is_told(name) || seen_before(event)) return out;
  now_ = now;
  const Instant at = ami_time(event, now);
  const std::string id{event.get("Uniqueid")}, dest_id{event.get("DestUniqueid")};
  if (name == "Hangup") {
    if (Channel* channel = touch(event, "")) channel->cause = number_of(event.get("Cause"));
    if (!id.empty()) gone(id, at, std::nullopt, out);
    return out;
  }
  if (Channel* dest = touch(event, "Dest")) {
    if (name == "DialBegin") dialling(dest_id, *dest, event.get("DialString"), at, out);
    dest->ringing = dest->ringing || event.get("DialStatus") == "RINGING";
    moved(dest_id, *dest, at, out);
  }
  Channel* channel = touch(event, "");
  if (channel == nullptr) return out;
  if (name == "Rename") rename(*channel, std::string{event.get("Newname")});
  channel->queued = channel->queued || name == "QueueCallerJoin";
  moved(id, *channel, at, out);
  if (name == "BridgeEnter") {
    enter(id, *channel, std::string{event.get("BridgeUniqueid")});
    talking(id, at, out);
  } else if (name == "BridgeLeave" && channel->bridge == event.get("BridgeUniqueid")) {
    left(id, *channel, at, out);
  } else if (name == "Hold" || name == "Unhold") {
    holds(id, name == "Hold", at, out);
  } else if (name == "HangupRequest") {
    asked_to_end(id, *channel);
  }
  return out;
}

// The call that a channel was made for. Its Linkedid is the call's, unless older calls were joined.
AmiCalls::Call* AmiCalls::call_for(const std::string& linked) {
  if (const auto direct = calls_.find(linked); direct != calls_.end()) return &direct->second;
  const auto found = std::find_if(calls_.begin(), calls_.end(), [&](const auto& each) {
    const auto customer = channels_.find(each.second.customer);
    return customer != channels_.end() && customer->second.linked == linked;
  });
  return found == calls_.end() ? nullptr : &found->second;
}

void AmiCalls::moved(const std::string& id, Channel& channel, Instant at, Facts& out) {
  const bool first = id == channel.linked && channel.call.empty() && !calls_.contains(id);
  if (first && channel.trunk && !channel.called) {
    began(id, channel, at, out);
  } else if (first && !channel.extension.empty() && !channel.placed &&
             id.starts_with(options_.own_prefix)) {
    Call call;
    call.own = true;
    call.direction = CtiDirection::out;
    call.origin = id;
    call.agent = channel.extension;
    channel.placed = true;
    calls_.emplace(id, std::move(call));
  }
  stands(channel, at, out);
  if (channel.ringing && channel.called) rings(id, channel, at, out);
  const auto ordered = calls_.find(id);
  if (ordered == calls_.end() || !ordered->second.own || !channel.up) return;
  if (!std::exchange(ordered->second.agent_up, true)) {
    tell_leg(id, OrderedLeg::What::answered, EndReason::normal, at, out);
  }
}

void AmiCalls::began(const std::string& id, Channel& channel, Instant at, Facts& out) {
  Call call;
  call.customer = id;
  call.number = parse_phone(channel.number, options_.numbers);
  call.dialled = channel.dialled;
  channel.call = id;
  out.push_back(fact(CtiKind::new_call, id, call, at));
  calls_.emplace(id, std::move(call));
}

// An agent's telephone, or a call that we ordered, is calling a customer; perhaps by one trunk
// after the other.
void AmiCalls::dialling(const std::string& id, Channel& channel, std::string_view dial_string,
                        Instant at, Facts& out) {
  if (!channel.trunk || id == channel.linked || !channel.call.empty()) return;
  const auto from = channels_.find(channel.linked);
  if (from == channels_.end() || from->second.extension.empty()) return;
  Channel& origin = from->second;
  auto known = calls_.find(from->first);
  const bool is_new = known == calls_.end();
  if (is_new) {
    if (std::exchange(origin.placed, true)) return;
    Call call;
    call.direction = CtiDirection::out;
    call.origin = from->first;
    call.agent = origin.extension;
    for (const std::string& text : {channel.number, dialled_by(dial_string), origin.dialled}) {
      call.number = parse_phone(text, options_.numbers);
      if (call.number.reachable()) break;
    }
    known = calls_.emplace(from->first, std::move(call)).first;
  }
  Call& call = known->second;
  if (call.answered) return;
  call.customer = id;
  call.dialled_out = true;
  channel.call = known->first;
  if (is_new) out.push_back(fact(CtiKind::new_call, known->first, call, at));
}

void AmiCalls::rings(const std::string& id, const Channel& channel, Instant at, Facts& out) {
  if (!channel.call.empty()) {
    const auto call = calls_.find(channel.call);
    const bool told = call == calls_.end() || !call->second.own || call->second.answered;
    if (told || !call->second.rang.insert(id).second) return;
    return tell_leg(customer_leg(call->first), OrderedLeg::What::ringing, EndReason::normal, at,
                    out);
  }
  if (channel.extension.empty()) return;
  Call* call = call_for(channel.linked);
  if (call == nullptr || call->answered || !call->rang.insert(id).second) return;
  if (call->own) {
    if (call->origin == id) {
      tell_leg(id, OrderedLeg::What::ringing, EndReason::normal, at, out);
    }
    return;
  }
  if (call->direction != CtiDirection::in) return;
  const std::string& call_id = channels_.at(call->customer).call;
  ObservedCall ringing = fact(CtiKind::ringing, call_id, *call, at);
  ringing.extension = channel.extension;
  ringing.key += ":" + id;
  out.push_back(std::move(ringing));
}

void AmiCalls::stands(Channel& channel, Instant at, Facts& out) {
  if (options_.before_queue.empty() || channel.context != options_.before_queue) return;
  const auto call = calls_.find(channel.call);
  if (call == calls_.end() || call->second.direction != CtiDirection::in) return;
  if (!may_redirect(call->first) || std::exchange(call->second.stood, true)) return;
  out.push_back(BeforeQueue{call->first, at});
}

// Whoever is joined with a customer now: the first telephone answers, another one takes over once
// the one that talked is not there any more.
void AmiCalls::talking(const std::string& id, Instant at, Facts& out) {
  const std::vector<std::string> together = joined(id);
  std::vector<std::string> phones;
  for (const std::string& each : together) {
    const auto channel = channels_.find(each);
    if (channel != channels_.end() && !channel->second.extension.empty()) phones.push_back(each);
  }
  if (phones.empty()) return;
  for (const std::string& each : together) {
    const auto channel = channels_.find(each);
    if (channel == channels_.end() || channel->second.call.empty()) continue;
    const auto call = calls_.find(channel->second.call);
    if (call == calls_.end() || call->second.customer != each) continue;
    const bool talks_on =
        std::find(phones.begin(), phones.end(), call->second.agent_channel) != phones.end();
    if (!talks_on) talks(call->first, phones.front(), at, out);
  }
}

void AmiCalls::talks(const std::string& call_id, const std::string& phone, Instant at, Facts& out) {
  Call& call = calls_.at(call_id);
  const bool before = std::exchange(call.answered, true);
  // Whoever takes over has him on the line, whatever the one before had pressed.
  if (std::exchange(call.held, false) && !call.own) {
    out.push_back(fact(CtiKind::unhold, call_id, call, at));
  }
  call.agent = channels_.at(phone).extension;
  call.agent_channel = phone;
  call.agent_asked_to_end = false;
  if (call.own) {
    if (!before) {
      tell_leg(customer_leg(call_id), OrderedLeg::What::answered, EndReason::normal, at, out);
    }
    return;
  }
  ObservedCall told = fact(before ? CtiKind::transfer : CtiKind::answer, call_id, call, at);
  if (before) told.key += ":" + phone;
  out.push_back(std::move(told));
  if (before || !looking_) return;
  // Found talking: the answer may have been told long ago, and of somebody else.
  ObservedCall now_with = fact(CtiKind::transfer, call_id, call, at);
  now_with.key += ":" + phone;
  out.push_back(std::move(now_with));
}

void AmiCalls::holds(const std::string& id, bool hold, Instant at, Facts& out) {
  if (channels_.at(id).extension.empty()) return;  // the customer's own: he waits for himself
  for (const std::string& each : joined(id)) {
    const auto channel = channels_.find(each);
    if (channel == channels_.end()) continue;
    const auto call = calls_.find(channel->second.call);
    if (call == calls_.end() || call->second.agent_channel != id || call->second.own) continue;
    if (!call->second.answered || std::exchange(call->second.held, hold) == hold) continue;
    out.push_back(fact(hold ? CtiKind::hold : CtiKind::unhold, call->first, call->second, at));
  }
}

void AmiCalls::asked_to_end(const std::string& id, Channel& channel) {
  channel.asked_to_end = true;
  for (auto& [call_id, call] : calls_) {
    if (call.agent_channel == id) call.agent_asked_to_end = true;
  }
}

void AmiCalls::left(const std::string& id, Channel& channel, Instant at, Facts& out) {
  const auto bridge = bridges_.find(channel.bridge);
  std::string stays;
  if (bridge != bridges_.end()) {
    for (const std::string& other : bridge->second) stays = other == id ? stays : other;
  }
  enter(id, channel, "");
  if (!stays.empty()) talking(stays, at, out);
}

void AmiCalls::gone(const std::string& id, Instant at, Instead instead, Facts& out) {
  const auto found = channels_.find(id);
  if (found == channels_.end()) return forget(id);
  Channel channel = found->second;
  customer_gone(id, channel, at, instead, out);
  origin_gone(id, channel, at, instead, out);
  left(id, found->second, at, out);
  forget(id);
}

void AmiCalls::customer_gone(const std::string& id, const Channel& channel, Instant at,
                             Instead instead, Facts& out) {
  const auto found = calls_.find(channel.call);
  if (found == calls_.end() || found->second.customer != id) return;
  Call& call = found->second;
  const EndReason reason = instead.value_or(who_ended(call, channel));
  if (call.direction == CtiDirection::out && !call.answered) {
    // The dialplan may try another trunk: it is over when the agent's telephone is.
    call.failed = instead.value_or(reason_of_cause(channel.cause));
    call.customer.clear();
  } else {
    end_call(found->first, reason, at, out);
  }
}

void AmiCalls::origin_gone(const std::string& id, const Channel& channel, Instant at,
                           Instead instead, Facts& out) {
  const auto found = calls_.find(id);
  if (found == calls_.end() || found->second.origin != id || found->second.answered) return;
  Call& call = found->second;
  // Still ringing at the customer's: whoever wanted to talk has given up.
  const bool gave_up = !call.customer.empty();
  const EndReason reason =
      instead.value_or(gave_up || !call.dialled_out ? EndReason::agent_hung_up : call.failed);
  if (!call.own) return end_call(id, reason, at, out);
  if (!call.agent_up) {
    tell_leg(id, OrderedLeg::What::failed, instead.value_or(reason_of_cause(channel.cause)), at,
             out);
  } else if (gave_up || !call.dialled_out) {
    tell_leg(id, OrderedLeg::What::ended, reason, at, out);
  } else {
    tell_leg(customer_leg(id), OrderedLeg::What::failed, reason, at, out);
  }
  calls_.erase(id);
}

EndReason AmiCalls::who_ended(const Call& call, const Channel& customer) {
  if (customer.asked_to_end) return EndReason::caller_hung_up;
  if (call.agent_asked_to_end) return EndReason::agent_hung_up;
  return call.answered ? EndReason::normal : EndReason::no_answer;
}

void AmiCalls::end_call(const std::string& id, EndReason reason, Instant at, Facts& out) {
  const auto found = calls_.find(id);
  if (found->second.own) {
    tell_leg(customer_leg(id), OrderedLeg::What::ended, reason, at, out);
  } else {
    ObservedCall end = fact(CtiKind::hangup, id, found->second, at);
    end.reason = reason;
    end.approximate = reason == EndReason::engine_gap || reason == EndReason::pbx_lost;
    out.push_back(std::move(end));
  }
  calls_.erase(found);
}

ObservedCall AmiCalls::fact(CtiKind kind, const std::string& id, const Call& call,
                            Instant at) const {
  ObservedCall told;
  told.kind = kind;
  told.direction = call.direction;
  told.call = id;
  told.customer = call.number;
  told.dialled = call.dialled;
  told.extension = call.agent;
  told.at = at;
  told.key = std::string{to_string(kind)} + ":" + id;
  // One can be put on hold again and again; when says which time it is.
  if (kind == CtiKind::hold || kind == CtiKind::unhold) told.key += ":" + at_ms(at);
  return told;
}

std::vector<AmiFact> AmiCalls::on_refused_originate(const std::string& leg_id, bool unanswered,
                                                    Instant now) {
  Facts out;
  if (channels_.contains(leg_id) || ended_.contains(leg_id)) return out;
  const EndReason reason = unanswered ? EndReason::no_answer : EndReason::unreachable;
  tell_leg(leg_id, OrderedLeg::What::failed, reason, now, out);
  forget(leg_id);
  return out;
}

std::optional<std::string> AmiCalls::may_redirect(const std::string& call_id) const {
  const auto call = calls_.find(call_id);
  if (call == calls_.end() || call->second.answered) return std::nullopt;
  const auto customer = channels_.find(call->second.customer);
  if (customer == channels_.end() || options_.before_queue.empty()) return std::nullopt;
  const Channel& channel = customer->second;
  const bool stands = channel.context == options_.before_queue && !channel.queued &&
                      channel.bridge.empty() && call->second.direction == CtiDirection::in;
  return stands ? std::optional{channel.name} : std::nullopt;
}

std::optional<std::string> AmiCalls::channel_of(const std::string& call_or_leg) const {
  const auto call = calls_.find(call_or_leg);
  std::string id = call_or_leg;
  if (call != calls_.end()) {
    const bool origin_there = channels_.contains(call->second.origin);
    id = origin_there ? call->second.origin : call->second.customer;
  }
  const auto channel = channels_.find(id);
  return channel == channels_.end() ? std::nullopt : std::optional{channel->second.name};
}

std::vector<std::string> AmiCalls::live_calls() const {
  std::vector<std::string> ids;
  for (const auto& [id, call] : calls_) ids.push_back(id);
  return ids;
}

}  // namespace firsthand::telephony
