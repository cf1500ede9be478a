// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/telephone.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <set>

#include "adapters/runtime/ask.hpp"

namespace firsthand::runtime {
namespace {

namespace json = boost::json;
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
constexpr postgres::Statement kLive{
    "telephone_live",
    "select id, direction, channel_id from interaction where state <> 'ended' and not observed and "
    "channel = 'call' "
    "and (pbx_id = $1 or direction = 'outbound') and enqueued_at < now() - interval '1 "
    "microsecond' "
    "* (case direction when 'outbound' then 5000000 else $2::bigint end)"};
// A command is worth sending for as long as its call may still be there.
constexpr int kTriesMax = 6;

/// "o-<interaction>-<offer>" and "o-<interaction>-<offer>-a": our legs name what they are for.
struct LegName {
  std::string kind;
  std::int64_t interaction = 0;
  std::int64_t offer = 0;
  bool customer = false;
};

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

std::vector<pbx::PbxCommand> to_commands(const std::string& id, const json::object& in) {
  const std::string verb = text(in, "do");
  const std::string channel = text(in, "channel");
  const std::string leg = text(in, "leg");
  if (verb == "accept") return {pbx::Accept{id, channel}};
  if (verb == "ring") {
    pbx::Offer offer{id, channel, leg, text(in, "extension")};
    offer.ring_s = static_cast<int>(number(in, "ring_s", 15));
    offer.caller_number = text(in, "number");
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
  if (verb == "hang_up") return {pbx::Drop{id, channel.empty() ? leg : channel}};
  if (verb == "release") return {pbx::ReleaseToDialplan{id, channel, "fallback", "s"}};
  if (verb == "call_back") {
    pbx::CallBack call{id, leg, text(in, "customer_leg"), text(in, "extension"),
                       phone(text(in, "number"))};
    call.bridge_id = text(in, "bridge");
    return {call};
  }
  return {};
}

}  // namespace

void file_or_spool(Door& door, Spool& spool, Event event) {
  auto kept = std::make_shared<Event>(std::move(event));
  const auto keep = [kept, &spool] {
    if (!spool.append(*kept))
      spdlog::error("telephone: {} {} could not be spooled", kept->source, kept->key);
  };
  // What is spooled is filed first: an end must not overtake its beginning.
  if (spool.size() > 0) return keep();
  door.submit(*kept, [keep](DoorAnswer answer) {
    if (std::holds_alternative<Unavailable>(answer)) keep();
  });
}

awaitable<void> file_spooled(Door& door, Spool& spool) {
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer{executor};
  while (true) {
    timer.expires_after(Millis{1000});
    co_await timer.async_wait(boost::asio::use_awaitable);
    if (spool.size() == 0) continue;
    const auto events = spool.read();
    bool all = true;
    for (const Event& event : events) {
      const DoorAnswer answer = co_await ask(door, event);
      if (std::holds_alternative<Unavailable>(answer)) {
        all = false;
        break;
      }
    }
    // What came meanwhile is behind what was read; it is filed again, and that changes nothing.
    if (all && spool.size() == events.size()) {
      spool.clear();
      spdlog::info("telephone: {} spooled events are filed", events.size());
    }
  }
}

Telephone::Telephone(boost::asio::any_io_executor executor, telephony::AriOptions options,
                     Door& door, postgres::Pool& pool, Spool& spool,
                     std::function<bool()> database_up,
                     std::function<std::vector<Reachable>()> reachable)
    : executor_(executor),
      pbx_(options.calls.pbx_id),
      door_(door),
      pool_(pool),
      spool_(spool),
      wake_(executor),
      database_up_(std::move(database_up)),
      emergency_(
          pbx_, {[this](pbx::PbxCommand command) {
                   ari_.submit(std::move(command), [](pbx::CommandResult) {});
                 },
                 [this](std::string key, Happening what) { tell(std::move(key), std::move(what)); },
                 std::move(reachable)}),
      ari_(executor, std::move(options), [this](pbx::PbxEvent heard) { hear(std::move(heard)); }) {}

void Telephone::start() {
  ari_.start();
}
void Telephone::stop() {
  ari_.stop();
}
bool Telephone::up() const {
  return ari_.state() == telephony::LinkState::up;
}

void Telephone::tell(std::string key, Happening what) {
  file_or_spool(door_, spool_, Event{pbx_, std::move(key), {}, {}, std::move(what)});
}

void Telephone::arrived(pbx::CallArrived call) {
  if (!database_up_() && !call.adopted) return emergency_.take(call);
  Event event{pbx_,
              pbx::event_key(call),
              {},
              {},
              event::CallArrived{pbx_, call.channel_id, call.number.number, call.dialled, call.at}};
  door_.submit(std::move(event), [this, call = std::move(call)](DoorAnswer answer) mutable {
    if (!std::holds_alternative<Unavailable>(answer)) return;
    boost::asio::post(executor_, [this, call = std::move(call)] { emergency_.take(call); });
  });
}

void Telephone::answered(const pbx::LegAnswered& leg) {
  const auto name = read_leg(leg.leg_id);
  if (!name) return;
  const std::string key = pbx::event_key(leg);
  if (name->kind == "cb") {
    tell(key, event::OutboundLeg{InteractionId{name->interaction},
                                 name->customer ? "customer" : "agent", "answered", ""});
    return;
  }
  if (name->kind != "o") return;
  auto kept = std::make_shared<Event>(
      Event{pbx_,
            key,
            {},
            {},
            event::OfferAccepted{OfferId{name->offer}, "", event::AcceptedHow::phone}});
  const auto join = [this, kept, leg, interaction = name->interaction] {
    // Two people are on the line; they must not wait for a database to hear each other.
    ari_.submit(pbx::Connect{"unfiled:" + leg.leg_id, leg.channel_id, leg.leg_id,
                             "b-" + std::to_string(interaction)},
                [](pbx::CommandResult) {});
    if (!spool_.append(*kept)) spdlog::error("telephone: {} could not be spooled", kept->key);
  };
  if (!database_up_()) return join();
  door_.submit(*kept, [this, join, leg](DoorAnswer answer) {
    if (std::holds_alternative<Unavailable>(answer)) return join();
    // Answered too late: the offer has gone to somebody else, this telephone must not stay up.
    if (std::get<Outcome>(answer).refusal)
      ari_.submit(pbx::Drop{"late:" + leg.leg_id, leg.leg_id}, [](pbx::CommandResult) {});
  });
}

void Telephone::hear(pbx::PbxEvent heard) {
  if (emergency_.hear(heard)) return;
  const std::string key = pbx::event_key(heard);
  if (auto* e = std::get_if<pbx::CallArrived>(&heard)) {
    arrived(std::move(*e));
  } else if (const auto* ended = std::get_if<pbx::CallEnded>(&heard)) {
    const auto leg = read_leg(ended->channel_id);
    if (leg && leg->kind == "cb") {
      tell(key, event::OutboundLeg{InteractionId{leg->interaction}, "customer", "ended",
                                   std::string{pbx::to_string(ended->reason)}});
    } else {
      tell(key, event::CallEnded{
                    pbx_, ended->channel_id, {}, std::string{pbx::to_string(ended->reason)}});
    }
  } else if (const auto* answer = std::get_if<pbx::LegAnswered>(&heard)) {
    answered(*answer);
  } else if (const auto* failed = std::get_if<pbx::LegFailed>(&heard)) {
    const auto leg = read_leg(failed->leg_id);
    if (!leg || leg->kind == "e" || ours(failed->reason)) return;
    if (leg->kind == "cb") {
      tell(key,
           event::OutboundLeg{InteractionId{leg->interaction}, leg->customer ? "customer" : "agent",
                              "failed", std::string{pbx::to_string(failed->reason)}});
    } else {
      tell(key, event::OfferRefused{OfferId{leg->offer}, "", how_missed(failed->reason)});
    }
  } else if (const auto* leg_ended = std::get_if<pbx::LegEnded>(&heard)) {
    const auto leg = read_leg(leg_ended->leg_id);
    if (leg && leg->kind == "cb") {
      tell(key,
           event::OutboundLeg{InteractionId{leg->interaction}, leg->customer ? "customer" : "agent",
                              "ended", std::string{pbx::to_string(leg_ended->reason)}});
    }
  } else if (const auto* ringing = std::get_if<pbx::LegRinging>(&heard)) {
    const auto leg = read_leg(ringing->leg_id);
    if (leg && leg->kind == "cb") {
      tell(key, event::OutboundLeg{InteractionId{leg->interaction},
                                   leg->customer ? "customer" : "agent", "ringing", ""});
    }
  } else if (const auto* held = std::get_if<pbx::Held>(&heard)) {
    const auto leg = read_leg(held->leg_id);
    if (leg) tell(key, event::CallHeld{InteractionId{leg->interaction}, true});
  } else if (const auto* unheld = std::get_if<pbx::Unheld>(&heard)) {
    const auto leg = read_leg(unheld->leg_id);
    if (leg) tell(key, event::CallHeld{InteractionId{leg->interaction}, false});
  } else if (const auto* snapshot = std::get_if<pbx::Snapshot>(&heard)) {
    compare(*snapshot);
  } else if (std::holds_alternative<pbx::LinkUp>(heard)) {
    spdlog::info("telephone: the link to {} is up", pbx_);
    if (link_changed_) link_changed_(true);
    wake();
  } else if (const auto* down = std::get_if<pbx::LinkDown>(&heard)) {
    spdlog::warn("telephone: the link to {} is down: {}", pbx_, down->why);
    if (link_changed_) link_changed_(false);
  } else if (std::holds_alternative<pbx::Fenced>(heard)) {
    spdlog::error("telephone: another engine has taken {} over", pbx_);
    if (link_changed_) link_changed_(false);
  }
}

void Telephone::compare(const pbx::Snapshot& snapshot) {
  std::set<std::string> channels;
  for (const auto& channel : snapshot.channels) channels.insert(channel.channel_id);
  std::set<std::int64_t> outbound;
  for (const auto& leg : snapshot.legs) {
    if (const auto name = read_leg(leg.leg_id); name && name->kind == "cb")
      outbound.insert(name->interaction);
  }
  // A call that has arrived since the look is not among its channels and has not ended; one that we
  // place may not have been asked of the PBX yet.
  const auto looked = std::chrono::steady_clock::now();
  auto work = [this, channels, outbound, looked](postgres::Connection& connection) {
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - looked);
    std::vector<Happening> gone;
    {
      postgres::Tx tx{connection};
      for (const auto& row : tx.exec(kLive, pbx_, static_cast<std::int64_t>(since.count()))) {
        const auto id = postgres::read<InteractionId>(row[0]);
        const bool is_outbound = postgres::read<std::string>(row[1]) == "outbound";
        const auto channel = postgres::read<std::string>(row[2]);
        if (is_outbound && !outbound.contains(id.value)) {
          gone.push_back(event::OutboundLeg{id, "agent", "ended", "engine_gap"});
        } else if (!is_outbound && !channels.contains(channel)) {
          gone.push_back(event::CallEnded{pbx_, channel, id, "engine_gap"});
        }
      }
    }
    for (auto& what : gone)
      door_.submit(Event{pbx_, "", {}, {}, std::move(what)}, [](DoorAnswer) {});
    if (!gone.empty())
      spdlog::warn("telephone: {} calls ended while nobody was looking", gone.size());
  };
  pool_.submit(work, [](const postgres::Failure& failure) {
    spdlog::warn("telephone: could not compare with the PBX: {}", failure.message);
  });
}

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
  boost::system::error_code error;
  const json::value parsed = json::parse(command.payload, error);
  if (error || !parsed.is_object()) return mark(command.id, "not understood");
  const auto& payload = parsed.get_object();
  if (command.tries > kTriesMax) return mark(command.id, "given up");
  auto commands = to_commands(command.key, payload);
  if (commands.empty()) return mark(command.id, "not understood");
  const std::string verb = text(payload, "do");
  const InteractionId interaction{number(payload, "interaction")};
  const std::string leg = text(payload, verb == "answer" ? "new_leg" : "leg");
  while (commands.size() > 1) {
    ari_.submit(std::move(commands.front()), [](pbx::CommandResult) {});
    commands.erase(commands.begin());
  }
  ari_.submit(std::move(commands.front()), [this, id = command.id, key = command.key, verb,
                                            interaction, leg](pbx::CommandResult result) {
    switch (result.status) {
      case pbx::CommandStatus::done:
      case pbx::CommandStatus::already_done:
      case pbx::CommandStatus::gone: mark(id, std::string{pbx::to_string(result.status)}); break;
      case pbx::CommandStatus::unknown: wake(); break;  // tried again when its wait is over
      case pbx::CommandStatus::refused: {
        spdlog::warn("telephone: {} was refused: {}", verb, result.reason);
        mark(id, "refused: " + result.reason);
        const auto name = read_leg(leg);
        if ((verb == "ring" || verb == "answer") && name) {
          tell("refused:" + key, event::OfferRefused{OfferId{name->offer}, "", "failed"});
        } else if (verb == "call_back") {
          tell("refused:" + key, event::OutboundLeg{interaction, "agent", "failed", "refused"});
        }
        break;
      }
    }
  });
}

awaitable<void> Telephone::watch_emergencies() {
  boost::asio::steady_timer timer{executor_};
  while (true) {
    timer.expires_after(Millis{2000});
    co_await timer.async_wait(boost::asio::use_awaitable);
    emergency_.look_again();
  }
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
