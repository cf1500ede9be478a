// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/port.hpp"

namespace firsthand::telephony {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

std::string key(std::string_view kind, const std::string& id, int ordinal = 0) {
  std::string text{kind};
  text += ':';
  text += id;
  if (ordinal > 0) text += ":" + std::to_string(ordinal);
  return text;
}

}  // namespace

std::string_view to_string(EndReason reason) {
  switch (reason) {
    case EndReason::normal: return "normal";
    case EndReason::busy: return "busy";
    case EndReason::no_answer: return "no_answer";
    case EndReason::declined: return "declined";
    case EndReason::bad_number: return "bad_number";
    case EndReason::unreachable: return "unreachable";
    case EndReason::congestion: return "congestion";
    case EndReason::refused: return "refused";
    case EndReason::failed: return "failed";
    case EndReason::withdrawn: return "withdrawn";
    case EndReason::timed_out: return "timed_out";
    case EndReason::caller_gone: return "caller_gone";
    case EndReason::caller_hung_up: return "caller_hung_up";
    case EndReason::agent_hung_up: return "agent_hung_up";
    case EndReason::transferred: return "transferred";
    case EndReason::dropped: return "dropped";
    case EndReason::released: return "released";
    case EndReason::lease_lost: return "lease_lost";
    case EndReason::pbx_lost: return "pbx_lost";
    case EndReason::engine_gap: return "engine_gap";
  }
  return "failed";
}

std::string_view to_string(CommandStatus status) {
  switch (status) {
    case CommandStatus::done: return "done";
    case CommandStatus::already_done: return "already_done";
    case CommandStatus::gone: return "gone";
    case CommandStatus::refused: return "refused";
    case CommandStatus::unknown: return "unknown";
  }
  return "unknown";
}

std::string event_key(const PbxEvent& event) {
  return std::visit(
      Overloaded{
          [](const CallArrived& e) { return key("arrived", e.channel_id); },
          [](const LegRinging& e) { return key("ringing", e.leg_id); },
          [](const LegAnswered& e) { return key("answered", e.leg_id); },
          // A leg ends once, whichever way.
          [](const LegFailed& e) { return key("leg_ended", e.leg_id); },
          [](const LegEnded& e) { return key("leg_ended", e.leg_id); },
          [](const CallEnded& e) { return key("ended", e.channel_id); },
          [](const Connected& e) { return key("connected", e.channel_id + "+" + e.leg_id); },
          [](const Held& e) { return key("held", e.channel_id, e.ordinal); },
          [](const Unheld& e) { return key("unheld", e.channel_id, e.ordinal); },
          [](const LegReplaced& e) { return key("replaced", e.new_leg_id); },
          [](const TransferRequested& e) {
            return key("transfer", e.leg_id + ">" + e.destination);
          },
          [](const Digits& e) { return key("digits", e.channel_id, e.ordinal); },
          [](const RecordingEnded& e) { return key("recording_ended", e.name); },
          [](const Snapshot&) { return std::string{}; },
          [](const LinkUp&) { return std::string{}; },
          [](const LinkDown&) { return std::string{}; },
          [](const PbxRestarted&) { return std::string{}; },
          [](const Fenced&) { return std::string{}; },
      },
      event);
}

std::string_view event_name(const PbxEvent& event) {
  return std::visit(
      Overloaded{
          [](const CallArrived&) { return std::string_view{"call_arrived"}; },
          [](const LegRinging&) { return std::string_view{"leg_ringing"}; },
          [](const LegAnswered&) { return std::string_view{"leg_answered"}; },
          [](const LegFailed&) { return std::string_view{"leg_failed"}; },
          [](const LegEnded&) { return std::string_view{"leg_ended"}; },
          [](const CallEnded&) { return std::string_view{"call_ended"}; },
          [](const Connected&) { return std::string_view{"connected"}; },
          [](const Held&) { return std::string_view{"held"}; },
          [](const Unheld&) { return std::string_view{"unheld"}; },
          [](const LegReplaced&) { return std::string_view{"leg_replaced"}; },
          [](const TransferRequested&) { return std::string_view{"transfer_requested"}; },
          [](const Digits&) { return std::string_view{"digits"}; },
          [](const RecordingEnded&) { return std::string_view{"recording_ended"}; },
          [](const Snapshot&) { return std::string_view{"snapshot"}; },
          [](const LinkUp&) { return std::string_view{"link_up"}; },
          [](const LinkDown&) { return std::string_view{"link_down"}; },
          [](const PbxRestarted&) { return std::string_view{"pbx_restarted"}; },
          [](const Fenced&) { return std::string_view{"fenced"}; },
      },
      event);
}

Instant event_time(const PbxEvent& event) {
  return std::visit([](const auto& e) { return e.at; }, event);
}

const std::string& command_id(const PbxCommand& command) {
  return std::visit([](const auto& c) -> const std::string& { return c.command_id; }, command);
}

}  // namespace firsthand::telephony
