// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/telephone.hpp"

#include <boost/json.hpp>

namespace firsthand::sim {
namespace {

using std::chrono::minutes;

std::string word_of(const boost::json::object& command, const char* key) {
  const auto* value = command.if_contains(key);
  return value && value->is_string() ? std::string{value->as_string()} : "";
}

InteractionId call_of(const boost::json::object& command) {
  return {command.at("interaction").as_int64()};
}

/// "o-<interaction>-<offer>", with "-a" behind it for the leg of a console answer.
OfferId offer_of(const std::string& leg) {
  return {std::stoll(leg.substr(leg.find('-', 2) + 1))};
}

Event by_pbx(std::string key, Happening what) {
  return {"pbx1", std::move(key), {}, {}, std::move(what)};
}

}  // namespace

Telephone::Telephone(Agenda& agenda, Random& random, test::MemoryRows& rows, Node& node,
                     Misfortune misfortune)
    : agenda_(agenda), random_(random), rows_(rows), node_(node), misfortune_(misfortune) {}

void Telephone::report(Line& line, Event event) {
  const Instant sent = std::max(line.last_report + Millis{1},
                                agenda_.now() + random_.between(Millis{1}, Millis{300}));
  line.last_report = sent;
  agenda_.at(sent, [this, event = std::move(event)] { node_.deliver(event); });
}

void Telephone::call_in(const std::string& number) {
  const std::string channel = "chan-" + std::to_string(++spoken_);
  Line& line = lines_[channel];
  line.number = number;
  static const std::vector<std::string> dialled{"4008001000", "4008001000", "8002", "8009"};
  report(line,
         by_pbx("arrived:" + channel,
                event::CallArrived{"pbx1", channel, number, random_.pick(dialled), agenda_.now()}));
  const Millis patience = Seconds{5} + random_.about(minutes{4});
  agenda_.after(patience, [this, channel] {
    if (!lines_.at(channel).connected) end(channel, "caller_hung_up");
  });
}

void Telephone::end(const std::string& channel, const std::string& reason) {
  Line& line = lines_.at(channel);
  if (line.ended) return;
  line.ended = true;
  report(line, by_pbx("ended:" + channel, event::CallEnded{"pbx1", channel, {}, reason}));
}

void Telephone::call_past_us(const std::string& number) {
  const std::string call = "cti-" + std::to_string(++spoken_);
  const bool answered = random_.percent(75);
  Millis at{0};
  for (const char* what : {"new_call", "ringing", "answer", "hangup"}) {
    if (what == std::string{"answer"} && !answered) continue;
    at += random_.between(Seconds{1}, minutes{2});
    event::CallObserved seen{};
    seen.pbx = "cti";
    seen.call = call;
    seen.what = what;
    seen.number = number;
    seen.extension = "1001";
    seen.cause = "normal";
    seen.at = agenda_.now() + at;
    // Pushed over HTTP: whatever comes first comes first.
    const bool strays = random_.permille(misfortune_.wrong_order_permille);
    const Millis stray = strays ? random_.between(Millis{0}, minutes{3}) : Millis{0};
    agenda_.after(at + stray, [this, call, seen] {
      node_.deliver({"cti", call + ":" + seen.what, {}, {}, seen});
    });
  }
}

// ------------------------------------------------------------------------------- the outbox
void Telephone::look_at_outbox() {
  const auto& effects = rows_.effects();
  for (; outbox_read_ < effects.size(); ++outbox_read_) {
    const Effect& effect = effects[outbox_read_];
    if (effect.kind != EffectKind::pbx) continue;
    const auto command = boost::json::parse(effect.payload).as_object();
    const bool twice = random_.permille(misfortune_.duplicate_permille);
    for (int n = 0; n < (twice ? 2 : 1); ++n)
      agenda_.after(random_.between(Millis{20}, Millis{250}),
                    [this, command] { perform(command); });
  }
}

void Telephone::perform(const boost::json::object& command) {
  const std::string verb = word_of(command, "do");
  if (verb == "ring") return ring(command);
  if (verb == "answer") return answer(command);
  if (verb == "connect") return connect(command);
  if (verb == "call_back") return call_back(command);
  if (verb == "answer_back") return answer_back(command);
  const std::string leg_id = word_of(command, "leg");
  if (verb == "withdraw") ringing_.erase(leg_id);
  const std::string channel = word_of(command, "channel");
  if (!lines_.contains(channel)) return;
  if (verb == "hang_up") end(channel, "agent_hung_up");
  if (verb == "release") end(channel, "released");
}

void Telephone::refuse(OfferId offer, const char* how) {
  node_.deliver(
      by_pbx("refused:" + std::to_string(offer.value) + how, event::OfferRefused{offer, "", how}));
}

void Telephone::ring(const boost::json::object& command) {
  const std::string leg_id = word_of(command, "leg");
  const OfferId offer = offer_of(leg_id);
  const Line& line = lines_.at(word_of(command, "channel"));
  if (line.ended) return refuse(offer, "caller_gone");
  if (!ringing_.insert(leg_id).second) return;
  const std::size_t mood = random_.below(100);
  const Millis reaction = random_.between(Seconds{1}, Seconds{12});
  const std::string number = std::to_string(offer.value);
  if (mood < 55) {
    agenda_.after(reaction, [this, leg_id, offer, number] {
      if (!ringing_.contains(leg_id)) return;
      node_.deliver(
          by_pbx("answered:" + number, event::OfferAccepted{offer, "", event::AcceptedHow::phone}));
    });
  } else if (mood < 85) {
    // In the console, which may not have seen yet that it is too late.
    agenda_.after(reaction, [this, offer, number, declines = mood >= 78] {
      const Offer& made = rows_.world().offers.at(offer);
      Event event{"console", "click:" + number, made.agent, {}, {}};
      if (declines) {
        event.what = event::OfferRefused{offer, made.token, "declined"};
      } else {
        event.what = event::OfferAccepted{offer, made.token, event::AcceptedHow::console};
      }
      node_.deliver(event);
    });
  } else if (random_.percent(70)) {
    agenda_.after(Seconds{15}, [this, leg_id, offer] {
      if (ringing_.erase(leg_id) > 0) refuse(offer, "missed");
    });
  }  // else nobody says anything, and the offer expires
}

void Telephone::answer(const boost::json::object& command) {
  const OfferId offer = offer_of(word_of(command, "leg"));
  const std::string number = std::to_string(offer.value);
  if (random_.percent(4)) return refuse(offer, "unreachable");
  agenda_.after(random_.between(Millis{100}, Seconds{2}), [this, offer, number] {
    node_.deliver(
        by_pbx("up:" + number, event::OfferAccepted{offer, "", event::AcceptedHow::phone}));
  });
}

void Telephone::connect(const boost::json::object& command) {
  const std::string channel = word_of(command, "channel");
  Line& line = lines_.at(channel);
  if (line.ended || line.connected) return;
  line.connected = true;
  const InteractionId call = call_of(command);
  const UserId who = rows_.world().interactions.at(call).agent;
  if (talk_) talk_(who, call);
  const char* reason = random_.percent(60) ? "caller_hung_up" : "agent_hung_up";
  agenda_.after(Seconds{20} + random_.about(minutes{3}),
                [this, channel, reason] { end(channel, reason); });
}

void Telephone::leg(InteractionId call, const std::string& name, const char* what,
                    const char* reason) {
  const char* which = name.find("-a") != std::string::npos ? "agent" : "customer";
  node_.deliver(by_pbx("leg:" + name + what, event::OutboundLeg{call, which, what, reason, name}));
}

void Telephone::call_back(const boost::json::object& command) {
  const InteractionId call = call_of(command);
  const std::string agents = word_of(command, "leg");
  if (!ringing_.insert(agents).second) return;
  const Millis reaction = random_.between(Seconds{2}, Seconds{12});
  const auto answers = [this, call, command, agents] {
    if (!ringing_.contains(agents)) return;
    leg(call, agents, "answered", "");
    call_customer(call, word_of(command, "customer_leg"));
  };
  const auto does_not = [this, call, agents] {
    if (ringing_.erase(agents) > 0) leg(call, agents, "failed", "no_answer");
  };
  const bool in_turn = rows_.world().interactions.at(call).virtual_hold;
  const std::size_t mood = random_.below(100);
  if (mood < (in_turn ? 60 : 96)) return agenda_.after(reaction, answers);
  if (!in_turn || mood >= 90) return agenda_.after(Seconds{15}, does_not);
  // In the console: "cb-12-a34" rings for offer 34.
  const OfferId offer{std::stoll(agents.substr(agents.find("-a") + 2))};
  agenda_.after(reaction, [this, offer, declines = mood >= 82] {
    const Offer& made = rows_.world().offers.at(offer);
    Event event{"console", "click:" + std::to_string(offer.value), made.agent, {}, {}};
    if (declines) {
      event.what = event::OfferRefused{offer, made.token, "declined"};
    } else {
      event.what = event::OfferAccepted{offer, made.token, event::AcceptedHow::console};
    }
    node_.deliver(event);
  });
}

/// Taken in the console: the telephone beside it answers by itself, as a rule.
void Telephone::answer_back(const boost::json::object& command) {
  const InteractionId call = call_of(command);
  const std::string agents = word_of(command, "new_leg");
  if (!ringing_.insert(agents).second) return;
  ringing_.erase(word_of(command, "leg"));
  const bool fails = random_.percent(4);
  agenda_.after(random_.between(Millis{100}, Seconds{2}), [this, call, command, agents, fails] {
    if (fails) return leg(call, agents, "failed", "unreachable");
    leg(call, agents, "answered", "");
    call_customer(call, word_of(command, "customer_leg"));
  });
}

void Telephone::call_customer(InteractionId call, const std::string& customers) {
  Millis at{0};
  const auto then = [&](Millis time, const char* what, const char* reason) {
    at += time;
    agenda_.after(at,
                  [this, call, customers, what, reason] { leg(call, customers, what, reason); });
  };
  const std::size_t luck = random_.below(100);
  if (luck >= 70) {
    static const std::vector<const char*> reasons{"no_answer", "no_answer", "busy", "bad_number"};
    return then(Seconds{20}, "failed", random_.pick(reasons));
  }
  then(Seconds{8}, "answered", "");
  then(Seconds{30} + random_.about(minutes{2}), "ended", "normal");
  const Interaction& made = rows_.world().interactions.at(call);
  agenda_.after(at + Seconds{10}, [this, who = made.agent, callback = made.callback, call] {
    if (talked_) talked_(who, callback, call);
  });
}

}  // namespace firsthand::sim
