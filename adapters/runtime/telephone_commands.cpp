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

constexpr postgres::Statement kClaim{
    "telephone_claim",
    "update outbox set tries = tries + 1, next_try_at = clock_timestamp() + interval '5 seconds' "
    "where id in ("
    "select id from outbox where kind = 'pbx' and done_at is null and next_try_at <= "
    "clock_timestamp() "
    "order by id limit 64 for update skip locked) returning id, key, payload, tries"};
constexpr postgres::Statement kDone{"telephone_done",
                                    "update outbox set done_at = clock_timestamp(), outcome = $2 "
                                    "where id = $1 and done_at is null"};
// A command is worth sending for as long as its call may still be there.
constexpr int kTriesMax = 6;
constexpr std::string_view kLegGone = "leg ";

/// Of a Connect: the customer is there and the agent's leg is not, or would not go together with
/// him.
bool not_joined(const pbx::CommandResult& result) {
  if (result.status == pbx::CommandStatus::gone) return result.reason == "leg";
  return result.status == pbx::CommandStatus::refused && result.reason != "fenced" &&
         result.reason != "connecting_to_another";
}

}  // namespace

awaitable<std::optional<std::vector<Telephone::Command>>> Telephone::claim() {
  auto work = [](postgres::Connection& connection) {
    std::vector<Command> commands;
    postgres::Tx tx{connection};
    for (const auto& row : tx.exec(kClaim)) {
      Command command;
      postgres::Columns(row) >> command.id >> command.key >> command.payload >> command.tries;
      commands.push_back(std::move(command));
    }
    tx.commit();
    std::sort(commands.begin(), commands.end(),
              [](const Command& a, const Command& b) { return a.id < b.id; });
    return commands;
  };
  auto claimed = co_await postgres::run(pool_, work);
  if (!claimed) co_return std::nullopt;
  co_return std::move(*claimed);
}

void Telephone::mark(std::int64_t id, const std::string& outcome) {
  auto work = [id, outcome](postgres::Connection& connection) {
    postgres::Tx tx{connection};
    tx.exec(kDone, id, outcome);
    tx.commit();
  };
  // Not marked means sent again: the ids make that harmless.
  pool_.submit(work, [](const postgres::Failure&) {});
}

void Telephone::carry_out(const Command& command) {
  auto order = read_order(command.key, command.payload);
  if (!order) return mark(command.id, "not understood");
  if (command.tries > kTriesMax) return mark(command.id, "given up");
  const auto last = std::prev(order->commands.end());
  for (auto it = order->commands.begin(); it != last; ++it) {
    ari_.submit(std::move(*it), [](pbx::CommandResult) {});
  }
  auto answered = [this, id = command.id, key = command.key, verb = order->verb,
                   interaction = order->interaction,
                   leg = order->leg](const pbx::CommandResult& result) {
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
      case pbx::CommandStatus::gone: mark(id, std::string{pbx::to_string(result.status)}); break;
      case pbx::CommandStatus::unknown: wake(); break;  // tried again when its wait is over
      case pbx::CommandStatus::refused: {
        // Another engine has the PBX for the moment, which says nothing about the command.
        if (result.reason == "fenced") return wake();
        spdlog::warn("telephone: {} was refused: {}", verb, result.reason);
        mark(id, "refused: " + result.reason);
        const auto name = read_leg(leg);
        if ((verb == "ring" || verb == "answer") && name) {
          tell("refused:" + key, event::OfferRefused{OfferId{name->offer}, "", "failed"});
        } else if (verb == "listen" && name) {
          tell("refused:" + key,
               event::ListeningLeg{ListeningId{name->listening}, "ended", "refused"});
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
      auto commands = co_await claim();
      if (commands) {
        for (const auto& command : *commands) carry_out(command);
        more = commands->size() == 64;
      }
    }
    if (!more) co_await wake_.wait_for(Millis{1000});
  }
}

}  // namespace firsthand::runtime
