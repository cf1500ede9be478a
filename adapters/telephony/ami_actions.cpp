// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/ami_actions.hpp"

#include <algorithm>
#include <utility>

namespace firsthand::telephony {
namespace {

constexpr std::string_view kPlace = "{extension}";
constexpr std::size_t kExtensionMax = 20, kReasonMax = 80;

bool is_extension(std::string_view text) {
  return !text.empty() && text.size() <= kExtensionMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string filled(std::string pattern, const std::string& extension) {
  if (const auto at = pattern.find(kPlace); at != std::string::npos) {
    pattern.replace(at, kPlace.size(), extension);
  }
  return pattern;
}

// People write the reasons of their breaks: one short line of it, cut between characters.
std::string one_line(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool begins = (byte & 0xc0) != 0x80;
    if (begins && out.size() >= kReasonMax) break;
    out += byte < 0x20 || byte == 0x7f ? ' ' : c;
  }
  return out;
}

CommandResult refused(const std::string& id, std::string reason) {
  return {id, CommandStatus::refused, std::move(reason)};
}

AmiOrder order(const CallBack& c, const AmiDialling& dialling, const AmiCalls& calls) {
  if (dialling.callback_context.empty()) return refused(c.command_id, "callback_context");
  if (!is_extension(c.endpoint)) return refused(c.command_id, "extension");
  const auto number = dial_digits(c.customer, dialling.style, dialling.numbers);
  if (!number || number->empty()) return refused(c.command_id, "number");
  if (calls.lives(c.agent_leg_id)) return CommandResult{c.command_id, CommandStatus::already_done};
  AmiAction action{"Originate",
                   {{"Channel", filled(dialling.agent_endpoint, c.endpoint)},
                    {"Context", dialling.callback_context},
                    {"Exten", *number},
                    {"Priority", "1"},
                    {"Timeout", std::to_string(std::clamp(c.agent_ring_s, 1, 120) * 1000)},
                    {"Async", "true"},
                    {"ChannelId", c.agent_leg_id}}};
  // It is the telephone's own line that calls: what stands here is what the customer sees.
  if (!c.caller_number.empty()) action.fields.emplace_back("CallerID", c.caller_number);
  return action;
}

AmiOrder order(const Drop& c, const AmiDialling&, const AmiCalls& calls) {
  const auto channel = calls.channel_of(c.id);
  if (!channel) return CommandResult{c.command_id, CommandStatus::gone};
  return AmiAction{"Hangup", {{"Channel", *channel}, {"Cause", "16"}}};
}

AmiOrder order(const PauseMember& c, const AmiDialling& dialling, const AmiCalls&) {
  if (dialling.member_interface.empty()) return refused(c.command_id, "member_interface");
  if (!is_extension(c.extension)) return refused(c.command_id, "extension");
  AmiAction action{"QueuePause",
                   {{"Interface", filled(dialling.member_interface, c.extension)},
                    {"Paused", c.paused ? "true" : "false"}}};
  if (!c.reason.empty()) action.fields.emplace_back("Reason", one_line(c.reason));
  return action;
}

AmiOrder order(const SendToOwner& c, const AmiDialling& dialling, const AmiCalls& calls) {
  if (dialling.owner_context.empty()) return refused(c.command_id, "owner_context");
  if (!is_extension(c.extension)) return refused(c.command_id, "extension");
  const auto channel = calls.may_redirect(c.call);
  if (!channel) return CommandResult{c.command_id, CommandStatus::gone, "not_before_queue"};
  return AmiAction{"Redirect",
                   {{"Channel", *channel},
                    {"Context", dialling.owner_context},
                    {"Exten", c.extension},
                    {"Priority", "1"}}};
}

}  // namespace

const std::string& command_id(const AmiCommand& command) {
  return std::visit([](const auto& c) -> const std::string& { return c.command_id; }, command);
}

AmiOrder ami_order(const AmiCommand& command, const AmiDialling& dialling, const AmiCalls& calls) {
  return std::visit([&](const auto& c) { return order(c, dialling, calls); }, command);
}

CommandResult ami_result(const AmiCommand& command, const AmiMessage& reply) {
  const std::string& id = command_id(command);
  if (reply.get("Response") == "Success") return {id, CommandStatus::done};
  std::string message{reply.get("Message").substr(0, 200)};
  // A place in the dialplan or a right that is not there stays away; a channel or a member has
  // gone.
  const bool for_ever =
      std::holds_alternative<CallBack>(command) || message.find("ermission") != std::string::npos;
  return {id, for_ever ? CommandStatus::refused : CommandStatus::gone, std::move(message)};
}

}  // namespace firsthand::telephony
