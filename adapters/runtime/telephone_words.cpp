// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/telephone_words.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <sstream>

namespace firsthand::runtime {
namespace {

namespace json = boost::json;
namespace pbx = firsthand::telephony;

std::string text(const json::object& in, const char* key) {
  const auto* value = in.if_contains(key);
  return value && value->is_string() ? std::string{value->get_string()} : "";
}

std::int64_t number(const json::object& in, const char* key, std::int64_t fallback = 0) {
  const auto* value = in.if_contains(key);
  return value && value->is_int64() ? value->get_int64() : fallback;
}

pbx::PhoneNumber phone(const std::string& number) {
  const bool e164 = number.starts_with('+');
  return {number, "", e164 ? pbx::PhoneKind::e164 : pbx::PhoneKind::short_code};
}

bool yes(const json::object& in, const char* key) {
  const auto* value = in.if_contains(key);
  return value && value->is_bool() && value->get_bool();
}

/// Legs with blanks between them.
std::vector<std::string> legs(const json::object& in, const char* key) {
  std::vector<std::string> out;
  std::istringstream words{text(in, key)};
  for (std::string leg; words >> leg;) out.push_back(leg);
  return out;
}

std::vector<pbx::PbxCommand> to_commands(const std::string& id, const json::object& in) {
  const std::string verb = text(in, "do");
  const std::string channel = text(in, "channel");
  const std::string leg = text(in, "leg");
  const std::string media = text(in, "media");
  if (verb == "accept") {
    if (media.empty()) return {pbx::Accept{id, channel}};
    return {pbx::Accept{id, channel}, pbx::Announce{id + ":media", channel, media}};
  }
  if (verb == "say_goodbye") {
    if (media.empty()) return {pbx::Drop{id, channel}};
    return {pbx::Announce{id, channel, media, pbx::Afterwards::hang_up}};
  }
  if (verb == "ring") {
    pbx::Offer offer{id, channel, leg, text(in, "extension")};
    offer.ring_s = static_cast<int>(number(in, "ring_s", 15));
    offer.caller_number = text(in, "number");
    const auto* automatic = in.if_contains("auto_answer");
    offer.auto_answer = automatic && automatic->is_bool() && automatic->get_bool();
    return {offer};
  }
  if (verb == "answer") {
    // The console has answered: the ringing leg gives way to one that the telephone takes by
    // itself.
    pbx::Offer offer{id, channel, text(in, "new_leg"), text(in, "extension")};
    offer.caller_number = text(in, "number");
    offer.auto_answer = true;
    return {pbx::Withdraw{id + ":w", leg}, offer};
  }
  if (verb == "withdraw") return {pbx::Withdraw{id, leg}};
  if (verb == "connect") return {pbx::Connect{id, channel, leg, text(in, "bridge")}};
  if (verb == "hold") return {pbx::Hold{id, channel, text(in, "bridge")}};
  if (verb == "unhold") return {pbx::Unhold{id, channel, text(in, "bridge")}};
  if (verb == "hang_up") {
    const std::string end = text(in, "end");
    return {pbx::Drop{id, !end.empty() ? end : channel.empty() ? leg : channel}};
  }
  if (verb == "release") {
    if (media.empty()) return {pbx::ReleaseToDialplan{id, channel, "fallback", "s"}};
    return {pbx::Announce{id, channel, media, pbx::Afterwards::release, "fallback", "s"}};
  }
  if (verb == "arrange") {
    pbx::Arrange who{id, channel, text(in, "bridge")};
    who.customer_talks = yes(in, "customer_talks");
    who.talking = legs(in, "talking");
    who.waiting = legs(in, "waiting");
    who.dropped = legs(in, "dropped");
    return {who};
  }
  if (verb == "tell_transferred") return {pbx::TellTransfer{id, leg, true}};
  if (verb == "listen") {
    pbx::Listen listen{id, channel, leg, text(in, "agent_leg"), text(in, "extension")};
    listen.whisper = yes(in, "whisper");
    return {listen};
  }
  if (verb == "record") {
    const std::string want = text(in, "want");
    using Want = pbx::RecordWant;
    return {pbx::Record{id, channel, text(in, "name"),
                        want == "stop"    ? Want::stop
                        : want == "pause" ? Want::pause
                                          : Want::run}};
  }
  if (verb == "call_back" || verb == "answer_back") {
    const bool answered = verb == "answer_back";
    pbx::CallBack call{id, answered ? text(in, "new_leg") : leg, text(in, "customer_leg"),
                       text(in, "extension"), phone(text(in, "number"))};
    call.bridge_id = text(in, "bridge");
    call.agent_ring_s = static_cast<int>(number(in, "ring_s", 20));
    call.auto_answer = answered;
    if (answered) return {pbx::Withdraw{id + ":w", leg}, call};
    return {call};
  }
  return {};
}

}  // namespace

std::optional<LegName> read_leg(std::string_view leg) {
  LegName name;
  const auto dash = leg.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  name.kind = leg.substr(0, dash);
  leg.remove_prefix(dash + 1);
  const auto number = [&leg](std::int64_t& out) {
    const auto [end, error] = std::from_chars(leg.data(), leg.data() + leg.size(), out);
    if (error != std::errc{}) return false;
    leg.remove_prefix(static_cast<std::size_t>(end - leg.data()));
    if (leg.starts_with('-')) leg.remove_prefix(1);
    return true;
  };
  if (!number(name.interaction)) return std::nullopt;
  if (name.kind == "o" && !number(name.offer)) return std::nullopt;
  if (name.kind == "l" && !number(name.listening)) return std::nullopt;
  if (name.kind == "r" && !number(name.recording)) return std::nullopt;
  if (name.kind == "cb") name.customer = leg.starts_with('c');
  return name;
}

std::string how_missed(pbx::EndReason reason) {
  switch (reason) {
    case pbx::EndReason::declined: return "declined";
    case pbx::EndReason::no_answer:
    case pbx::EndReason::timed_out: return "missed";
    case pbx::EndReason::caller_gone: return "caller_gone";
    case pbx::EndReason::normal:
    case pbx::EndReason::busy:
    case pbx::EndReason::bad_number:
    case pbx::EndReason::unreachable:
    case pbx::EndReason::congestion:
    case pbx::EndReason::refused:
    case pbx::EndReason::failed:
    case pbx::EndReason::withdrawn:
    case pbx::EndReason::caller_hung_up:
    case pbx::EndReason::agent_hung_up:
    case pbx::EndReason::transferred:
    case pbx::EndReason::dropped:
    case pbx::EndReason::released:
    case pbx::EndReason::lease_lost:
    case pbx::EndReason::pbx_lost:
    case pbx::EndReason::engine_gap: break;
  }
  return std::string{pbx::to_string(reason)};
}

/// Ends that our own commands caused; the decision behind them is already stored.
bool ours(pbx::EndReason reason) {
  return reason == pbx::EndReason::withdrawn || reason == pbx::EndReason::dropped ||
         reason == pbx::EndReason::caller_gone;
}

std::optional<Order> read_order(const std::string& key, const std::string& payload) {
  boost::system::error_code error;
  const json::value parsed = json::parse(payload, error);
  if (error || !parsed.is_object()) return std::nullopt;
  const auto& in = parsed.get_object();
  Order order;
  order.verb = text(in, "do");
  order.interaction = InteractionId{number(in, "interaction")};
  const bool anew = order.verb == "answer" || order.verb == "answer_back";
  order.leg = text(in, order.verb == "record" ? "name" : anew ? "new_leg" : "leg");
  order.commands = to_commands(key, in);
  if (order.commands.empty()) return std::nullopt;
  return order;
}

}  // namespace firsthand::runtime
