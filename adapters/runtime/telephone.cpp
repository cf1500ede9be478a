// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/telephone.hpp"

#include <spdlog/spdlog.h>

#include <chrono>

#include "adapters/runtime/rest.hpp"
#include "adapters/runtime/routing_loop.hpp"
#include "adapters/runtime/spool_filing.hpp"
#include "adapters/runtime/telephone_words.hpp"
#include "engine/legs.hpp"

namespace firsthand::runtime {
namespace {

namespace pbx = firsthand::telephony;
using boost::asio::awaitable;

event::CallArrived as_event(const std::string& pbx, const pbx::CallArrived& call) {
  return {pbx, call.channel_id, call.number.number, call.dialled, call.at};
}
}  // namespace

Telephone::Telephone(boost::asio::any_io_executor executor, telephony::AriOptions options,
                     Door& door, postgres::Pool& pool, Spool& spool,
                     std::function<bool()> database_up,
                     std::function<std::vector<Reachable>()> reachable,
                     std::function<UserId(std::string_view extension)> whose_telephone)
    : executor_(executor),
      pbx_(options.calls.pbx_id),
      door_(door),
      pool_(pool),
      outbox_(pool, pbx_),
      spool_(spool),
      wake_(executor),
      database_up_(std::move(database_up)),
      whose_telephone_(std::move(whose_telephone)),
      emergency_(
          pbx_, {[this](pbx::PbxCommand command) {
                   ari_.submit(std::move(command), [](pbx::CommandResult) {});
                 },
                 [this](std::string key, Happening what) { tell(std::move(key), std::move(what)); },
                 std::move(reachable),
                 [this](const pbx::CallArrived& call) {
                   if (!database_up_()) return false;
                   tell("handed_over:" + call.channel_id, as_event(pbx_, call));
                   return true;
                 }}),
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
  // What was spooled about one that stands there from before is filed first.
  if (call.adopted) return tell(pbx::event_key(call), as_event(pbx_, call));
  if (!database_up_()) return emergency_.take(call);
  arriving_.emplace(call.channel_id, std::nullopt);
  Event event{pbx_, pbx::event_key(call), {}, {}, as_event(pbx_, call)};
  door_.submit(std::move(event), [this, call = std::move(call)](const DoorAnswer& answer) {
    const bool filed = !std::holds_alternative<Unavailable>(answer);
    boost::asio::post(executor_, [this, call, filed] { settled(call, filed); });
  });
}

void Telephone::settled(const pbx::CallArrived& call, bool filed) {
  auto node = arriving_.extract(call.channel_id);
  if (!filed) emergency_.take(call);
  // He has hung up meanwhile: the end follows the beginning on the same way.
  if (!node.empty() && node.mapped()) hear(std::move(*node.mapped()));
}

void Telephone::answered(const pbx::LegAnswered& leg) {
  const auto name = read_leg(leg.leg_id);
  if (!name) return;
  const std::string key = pbx::event_key(leg);
  if (name->kind == "cb") {
    tell(key,
         event::OutboundLeg{InteractionId{name->interaction}, name->customer ? "customer" : "agent",
                            "answered", "", leg.leg_id});
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
                             bridge_of(InteractionId{interaction})},
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

void Telephone::listener_leg(const pbx::PbxEvent& heard, const std::string& key) {
  const auto told = [&](const std::string& leg, const char* what, std::string reason) {
    const auto name = read_leg(leg);
    if (!name || name->kind != "l") return;
    tell(key, event::ListeningLeg{ListeningId{name->listening}, what, std::move(reason)});
  };
  if (const auto* up = std::get_if<pbx::LegAnswered>(&heard)) told(up->leg_id, "answered", "");
  if (const auto* failed = std::get_if<pbx::LegFailed>(&heard))
    told(failed->leg_id, "ended", std::string{pbx::to_string(failed->reason)});
  if (const auto* ended = std::get_if<pbx::LegEnded>(&heard))
    told(ended->leg_id, "ended", std::string{pbx::to_string(ended->reason)});
}

void Telephone::transfer(const pbx::TransferRequested& wish) {
  const auto name = read_leg(wish.leg_id);
  const auto refuse = [this, leg = wish.leg_id] {
    ari_.submit(pbx::TellTransfer{"refused:" + leg, leg, false}, [](pbx::CommandResult) {});
  };
  if (!name || name->kind != "o") return refuse();
  event::PhoneTransferAsked asked;
  asked.interaction = InteractionId{name->interaction};
  asked.leg = wish.leg_id;
  asked.destination = wish.destination;
  asked.to = whose_telephone_(wish.destination);
  asked.token = random_token();
  asked.return_token = random_token();
  // Without a key: a refused wish may be repeated, and one that was granted finds another leg.
  door_.submit(Event{pbx_, "", {}, {}, std::move(asked)}, [refuse](const DoorAnswer& answer) {
    const auto* outcome = std::get_if<Outcome>(&answer);
    if (!outcome || outcome->refusal) refuse();
  });
}

void Telephone::hear(pbx::PbxEvent heard) {
  if (const auto* ended = std::get_if<pbx::CallEnded>(&heard)) {
    if (const auto found = arriving_.find(ended->channel_id); found != arriving_.end()) {
      found->second = *ended;
      return;
    }
  }
  if (emergency_.hear(heard)) return;
  const std::string key = pbx::event_key(heard);
  listener_leg(heard, key);
  if (auto* e = std::get_if<pbx::CallArrived>(&heard)) {
    arrived(std::move(*e));
  } else if (const auto* ended = std::get_if<pbx::CallEnded>(&heard)) {
    const auto leg = read_leg(ended->channel_id);
    if (leg && leg->kind == "cb") {
      tell(key, event::OutboundLeg{InteractionId{leg->interaction}, "customer", "ended",
                                   std::string{pbx::to_string(ended->reason)}, ended->channel_id});
    } else {
      tell(key, event::CallEnded{
                    pbx_, ended->channel_id, {}, std::string{pbx::to_string(ended->reason)}});
    }
  } else if (const auto* answer = std::get_if<pbx::LegAnswered>(&heard)) {
    answered(*answer);
  } else if (const auto* failed = std::get_if<pbx::LegFailed>(&heard)) {
    const auto leg = read_leg(failed->leg_id);
    if (!leg || leg->kind == "e" || leg->kind == "l" || ours(failed->reason)) return;
    if (leg->kind == "cb") {
      tell(key, event::OutboundLeg{InteractionId{leg->interaction},
                                   leg->customer ? "customer" : "agent", "failed",
                                   std::string{pbx::to_string(failed->reason)}, failed->leg_id});
    } else {
      tell(key, event::OfferRefused{OfferId{leg->offer}, "", how_missed(failed->reason)});
    }
  } else if (const auto* leg_ended = std::get_if<pbx::LegEnded>(&heard)) {
    const auto leg = read_leg(leg_ended->leg_id);
    if (leg && leg->kind == "cb") {
      tell(key, event::OutboundLeg{
                    InteractionId{leg->interaction}, leg->customer ? "customer" : "agent", "ended",
                    std::string{pbx::to_string(leg_ended->reason)}, leg_ended->leg_id});
    } else if (leg && leg->kind == "o" && !ours(leg_ended->reason)) {
      tell(key, event::AgentLegEnded{InteractionId{leg->interaction}, leg_ended->leg_id,
                                     std::string{pbx::to_string(leg_ended->reason)}});
    }
  } else if (const auto* replaced = std::get_if<pbx::LegReplaced>(&heard)) {
    const auto leg = read_leg(replaced->leg_id);
    if (leg && leg->kind == "o") {
      tell(key, event::AgentLegReplaced{InteractionId{leg->interaction}, replaced->leg_id,
                                        replaced->new_leg_id, replaced->dialled,
                                        whose_telephone_(replaced->dialled)});
    }
  } else if (const auto* wish = std::get_if<pbx::TransferRequested>(&heard)) {
    transfer(*wish);
  } else if (const auto* ringing = std::get_if<pbx::LegRinging>(&heard)) {
    const auto leg = read_leg(ringing->leg_id);
    if (leg && leg->kind == "cb") {
      tell(key,
           event::OutboundLeg{InteractionId{leg->interaction}, leg->customer ? "customer" : "agent",
                              "ringing", "", ringing->leg_id});
    }
  } else if (const auto* held = std::get_if<pbx::Held>(&heard)) {
    const auto leg = read_leg(held->leg_id);
    if (leg) tell(key, event::CallHeld{InteractionId{leg->interaction}, true});
  } else if (const auto* unheld = std::get_if<pbx::Unheld>(&heard)) {
    const auto leg = read_leg(unheld->leg_id);
    if (leg) tell(key, event::CallHeld{InteractionId{leg->interaction}, false});
  } else if (const auto* pressed = std::get_if<pbx::Digits>(&heard)) {
    tell(key, event::DigitPressed{pbx_, pressed->channel_id, pressed->digits});
  } else if (const auto* over = std::get_if<pbx::RecordingEnded>(&heard)) {
    if (const auto name = read_leg(over->name); name && name->kind == "r")
      tell(key, event::RecordingTold{RecordingId{name->recording}, "ended", over->reason});
  } else if (const auto* snapshot = std::get_if<pbx::Snapshot>(&heard)) {
    compare(*snapshot, std::chrono::steady_clock::now());
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

void Telephone::record_told(const pbx::Record& record, const pbx::CommandResult& result) {
  const auto name = read_leg(record.name);
  if (!name || record.want == pbx::RecordWant::stop) return;
  const RecordingId id{name->recording};
  if (result.status == pbx::CommandStatus::done) {
    tell("recording_began:" + record.name, event::RecordingTold{id, "began", ""});
  } else if (result.status == pbx::CommandStatus::refused) {
    tell("", event::RecordingTold{id, "ended", result.reason});
  }
}

void Telephone::say(const std::string& channel, const std::string& media, std::uint64_t serial) {
  ari_.submit(pbx::Announce{"say:" + channel + ":" + std::to_string(serial), channel, media},
              [](const pbx::CommandResult& result) {
                if (result.status == pbx::CommandStatus::refused)
                  spdlog::warn("telephone: an announcement was refused: {}", result.reason);
              });
}

awaitable<void> Telephone::watch_emergencies() {
  while (true) {
    co_await rest(Millis{2000});
    emergency_.look_again();
    if (!uncompared_ || !database_up_() || spool_.size() > 0) continue;
    const auto [snapshot, looked] = *std::exchange(uncompared_, std::nullopt);
    compare(snapshot, looked);
  }
}

}  // namespace firsthand::runtime
