// SPDX-License-Identifier: Apache-2.0
// What we ask of a PBX that routes by itself, as manager actions. Pure; any thread. Every number
// and extension is checked here, for what stands in an action may become a dial string: digits and
// one leading "+" only. Contexts and endpoints come from the configuration.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <variant>

#include "adapters/telephony/ami_calls.hpp"
#include "adapters/telephony/ami_codec.hpp"
#include "adapters/telephony/port.hpp"

namespace firsthand::telephony {

struct AmiDialling {
  std::string agent_endpoint = "PJSIP/{extension}";
  std::string callback_context = {};  // dials its extension outside; empty: no click-to-call
  std::string owner_context = {};     // rings its extension, then goes on into the queue; or empty
  std::string member_interface = {};  // an agent as a member of queues; empty: no pausing
  DialStyle style = DialStyle::national;
  NumberContext numbers = {};
};

/// An agent is (not) to be rung by the queues.
struct PauseMember {
  std::string command_id, extension;
  bool paused = false;
  std::string reason = {};
};
/// A caller who stands before the queue goes to the owner's telephone first.
struct SendToOwner {
  std::string command_id, call, extension;
};
/// Of the port's own commands these fit: CallBack (the dialplan joins the two; bridge and the
/// customer's ring time are its own) and Drop.
using AmiCommand = std::variant<CallBack, Drop, PauseMember, SendToOwner>;
const std::string& command_id(const AmiCommand& command);

/// Why a command is not sent: already_done, gone or refused, with a reason.
using AmiOrder = boost::system::result<AmiAction, CommandResult>;
AmiOrder ami_order(const AmiCommand& command, const AmiDialling& dialling, const AmiCalls& calls);

/// What the manager's reply means for the command; `reply` is its first message.
CommandResult ami_result(const AmiCommand& command, const AmiMessage& reply);

}  // namespace firsthand::telephony
