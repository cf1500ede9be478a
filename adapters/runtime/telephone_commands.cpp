// SPDX-License-Identifier: Apache-2.0
// The way to the PBX: commands are claimed from the outbox after commit, sent, and marked with what
// became of them.
#include <spdlog/spdlog.h>

#include <iterator>

#include "adapters/runtime/telephone.hpp"
#include "adapters/runtime/telephone_words.hpp"

namespace firsthand::runtime {
namespace {

namespace pbx = firsthand::telephony;
using boost::asio::awaitable;

constexpr std::string_view kLegGone = "leg ";

/// Of a Connect: the customer is there and the agent's leg is not, or would not go together with
/// him.
bool not_joined(const pbx::CommandResult& result) {
  if (result.status == pbx::CommandStatus::gone) return result.reason == "leg";
  return result.status == pbx::CommandStatus::refused && result.reason != "fenced" &&
         result.reason != "connecting_to_another";
}

/// The leg that somebody wants to be rid of; "" for any other command.
std::string hung_up(const pbx::PbxCommand& command) {
  const auto* drop = std::get_if<pbx::Drop>(&command);
  return drop ? drop->id : "";
}

}  // namespace

void Telephone::carry_out(const PbxOutbox::Command& command) {
  auto order = read_order(command.key, command.payload);
  if (!order) return outbox_.mark(command.id, "not understood");
  if (command.given_up()) return outbox_.mark(command.id, "given up");
  if (const auto* record = std::get_if<pbx::Record>(&order->commands.back())) {
    // Whether it is being recorded is what the PBX says, not what we asked for.
    auto told = [this, id = command.id, record = *record](const pbx::CommandResult& result) {
      if (result.status == pbx::CommandStatus::unknown) return wake();
      outbox_.mark(id, std::string{pbx::to_string(result.status)} +
                           (result.reason.empty() ? "" : ": " + result.reason));
      record_told(record, result);
    };
    return ari_.submit(*record, std::move(told));
  }
  const auto last = std::prev(order->commands.end());
  for (auto it = order->commands.begin(); it != last; ++it) {
    ari_.submit(std::move(*it), [](pbx::CommandResult) {});
  }
  auto answered = [this, id = command.id, key = command.key, verb = order->verb,
                   interaction = order->interaction, leg = order->leg,
                   end = hung_up(order->commands.back())](const pbx::CommandResult& result) {
    // Whoever was to have the customer has just hung up: the customer must not stay with nobody.
    if (verb == "arrange" && result.reason.starts_with(kLegGone)) {
      tell("not_joined:" + key,
           event::AgentLegEnded{interaction, result.reason.substr(kLegGone.size()), "not_joined"});
    } else if (verb == "connect" && not_joined(result)) {
      tell("not_joined:" + key, event::AgentLegEnded{interaction, leg, "not_joined"});
    }
    switch (result.status) {
      case pbx::CommandStatus::done:
      case pbx::CommandStatus::already_done:
      case pbx::CommandStatus::gone:
        outbox_.mark(id, std::string{pbx::to_string(result.status)});
        if (const auto ended = read_leg(end);
            ended && ended->kind == "cb" && result.status == pbx::CommandStatus::gone) {
          // Hung up, and there is nothing to hang up: its end was told while nobody listened.
          tell("gone:" + key,
               event::OutboundLeg{interaction, ended->customer ? "customer" : "agent", "ended",
                                  "engine_gap", end});
        }
        break;
      case pbx::CommandStatus::unknown:
        if (result.reason == "playing") outbox_.goes_on(id);
        wake();  // tried again when its wait is over
        break;
      case pbx::CommandStatus::refused: {
        // Another engine has the PBX for the moment, which says nothing about the command.
        if (result.reason == "fenced") return wake();
        spdlog::warn("telephone: {} was refused: {}", verb, result.reason);
        outbox_.mark(id, "refused: " + result.reason);
        const auto name = read_leg(leg);
        if ((verb == "ring" || verb == "answer") && name) {
          tell("refused:" + key, event::OfferRefused{OfferId{name->offer}, "", "failed"});
        } else if (verb == "listen" && name) {
          tell("refused:" + key,
               event::ListeningLeg{ListeningId{name->listening}, "ended", "refused"});
        } else if (verb == "hold") {
          // He hears everything: nobody must believe that he hears music.
          tell("refused:" + key, event::CallHeld{interaction, false});
        } else if (verb == "call_back") {
          tell("refused:" + key, event::OutboundLeg{interaction, "agent", "failed", "refused"});
        }
        break;
      }
    }
  };
  ari_.submit(std::move(*last), std::move(answered));
}

awaitable<void> Telephone::send_commands() {
  while (true) {
    bool more = false;
    if (up()) {
      auto claiming = outbox_.claim();
      const auto commands = co_await std::move(claiming);
      for (const auto& command : commands) carry_out(command);
      more = commands.size() == PbxOutbox::kBatch;
    }
    if (!more) co_await wake_.wait_for(Millis{1000});
  }
}

}  // namespace firsthand::runtime
