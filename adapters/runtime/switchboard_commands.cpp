// SPDX-License-Identifier: Apache-2.0
// The way to a PBX that routes by itself: commands from the outbox, and who is paused in its
// queues.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/post.hpp>

#include "adapters/runtime/switchboard.hpp"
#include "adapters/runtime/telephone_words.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime {
namespace {

namespace pbx = firsthand::telephony;
using boost::asio::awaitable;

constexpr postgres::Statement kDesks{"switchboard_desks",
                                     "select user_id, presence, reason from desk"};
constexpr Millis kDesksAtLeastEvery{5000};

/// Of what a decision may ask for, what this PBX can be asked.
std::optional<pbx::AmiCommand> as_manager_command(const pbx::PbxCommand& command) {
  if (const auto* call = std::get_if<pbx::CallBack>(&command)) return *call;
  if (const auto* drop = std::get_if<pbx::Drop>(&command)) return *drop;
  return std::nullopt;
}

}  // namespace

void Switchboard::carry_out(const PbxOutbox::Command& command) {
  const auto order = read_order(command.key, command.payload);
  if (!order) return outbox_.mark(command.id, "not understood");
  if (command.given_up()) return outbox_.mark(command.id, "given up");
  const auto wanted = as_manager_command(order->commands.back());
  if (!wanted) return outbox_.mark(command.id, "refused: this PBX routes by itself");
  auto answered = [this, id = command.id, key = command.key, verb = order->verb,
                   interaction = order->interaction](const pbx::CommandResult& result) {
    switch (result.status) {
      case pbx::CommandStatus::done:
      case pbx::CommandStatus::already_done:
      case pbx::CommandStatus::gone:
        outbox_.mark(id, std::string{pbx::to_string(result.status)});
        break;
      case pbx::CommandStatus::unknown: break;  // tried again when its wait is over
      case pbx::CommandStatus::refused:
        spdlog::warn("switchboard: {} was refused: {}", verb, result.reason);
        outbox_.mark(id, "refused: " + result.reason);
        if (verb == "call_back") {
          tell("refused:" + key, event::OutboundLeg{interaction, "agent", "failed", "refused"});
        }
        break;
    }
  };
  ami_.submit(*wanted, std::move(answered));
}

awaitable<void> Switchboard::send_commands() {
  while (true) {
    bool more = false;
    if (up()) {
      auto claiming = outbox_.claim();
      const auto commands = co_await std::move(claiming);
      for (const auto& command : commands) carry_out(command);
      more = commands.size() == PbxOutbox::kBatch;
    }
    if (!more) co_await commands_due_.wait_for(Millis{1000});
  }
}

awaitable<std::optional<std::map<std::string, Switchboard::Told>>> Switchboard::desks() {
  const auto rules = rules_();
  auto work = [rules](postgres::Connection& connection) {
    std::map<std::string, Told> wanted;
    postgres::Tx tx{connection, postgres::Access::read_only};
    for (const auto& row : tx.exec(kDesks)) {
      const User* person = rules->user(postgres::read<UserId>(row[0]));
      const auto presence =
          from_word<Presence>(postgres::read<std::string>(row[1])).value_or(Presence::offline);
      if (!person || person->extension.empty()) continue;
      Told& one = wanted[person->extension];
      switch (presence) {
        case Presence::available: break;
        case Presence::offered:
        // The queue sees that the telephone is busy; a pause for each call would only fill its log.
        case Presence::talking: wanted.erase(person->extension); break;
        case Presence::on_break: one = {true, postgres::read<std::string>(row[2])}; break;
        case Presence::wrap_up:
        case Presence::offline:
        case Presence::not_responding: one = {true, std::string{word(presence)}}; break;
      }
    }
    return wanted;
  };
  auto answer = co_await postgres::run(pool_, work);
  if (!answer) co_return std::nullopt;
  co_return std::move(*answer);
}

void Switchboard::pause(const std::string& extension, const Told& wanted) {
  const auto known = told_.find(extension);
  if (known != told_.end() && known->second == wanted) return;
  told_[extension] = wanted;
  // Somebody who is in no queue is answered `gone`, which is as good. What was not heard is said
  // again.
  auto answered = [this, extension](const pbx::CommandResult& result) {
    if (result.status == pbx::CommandStatus::refused) {
      spdlog::warn("switchboard: a member was not paused: {}", result.reason);
    }
    if (result.status != pbx::CommandStatus::unknown) return;
    boost::asio::post(executor_, [this, extension] { told_.erase(extension); });
  };
  ami_.submit(pbx::PauseMember{"pause:" + extension, extension, wanted.paused, wanted.reason},
              std::move(answered));
}

awaitable<void> Switchboard::carry_presence() {
  while (pauses_) {
    if (up()) {
      auto reading = desks();
      const auto wanted = co_await std::move(reading);
      if (wanted) {
        for (const auto& [extension, one] : *wanted) pause(extension, one);
      }
    }
    co_await desks_changed_.wait_for(kDesksAtLeastEvery);
  }
}

}  // namespace firsthand::runtime
