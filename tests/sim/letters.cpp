// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/letters.hpp"

#include "tests/support/world_builder.hpp"

namespace firsthand::sim {

using std::chrono::hours;
using std::chrono::minutes;

Letters::Letters(Agenda& agenda, Random& random, const Rules& rules, test::MemoryRows& rows,
                 Node& node)
    : agenda_(agenda), random_(random), rules_(rules), rows_(rows), node_(node) {}

void Letters::click(UserId who, Happening what) {
  if (rules_.user(who)->disabled) return;
  node_.deliver({"console:" + std::to_string(who.value),
                 "letter-" + std::to_string(++clicks_),
                 who,
                 {},
                 std::move(what)});
}

void Letters::look() {
  for (const OfferId id : rows_.open_offers()) {
    const Offer& offer = rows_.world().offers.at(id);
    const bool written = rows_.world().interactions.at(offer.interaction).written();
    if (written && seen_.insert(id).second) asked(offer);
  }
}

void Letters::asked(const Offer& offer) {
  const std::size_t mood = random_.below(100);
  if (mood >= 90) return;  // does not look
  const bool takes = mood < 75;
  const Millis reaction = random_.between(Seconds{2}, Seconds{50});
  agenda_.after(reaction, [this, takes, id = offer.id, who = offer.agent, token = offer.token] {
    if (takes) {
      click(who, event::OfferAccepted{id, token, event::AcceptedHow::console});
    } else {
      click(who, event::OfferRefused{id, token, "declined"});
    }
  });
}

void Letters::plan_day(Instant midnight) {
  for (Instant at = midnight + hours{9}; at < midnight + hours{19}; at += minutes{6})
    agenda_.at(at, [this] { somebody_is_done(); });
}

void Letters::somebody_is_done() {
  for (const InteractionId id : rows_.live_interactions()) {
    const Interaction& letter = rows_.world().interactions.at(id);
    if (letter.state != InteractionState::in_hand || !random_.percent(25)) continue;
    // A double click, and somebody who presses the wrong one.
    const int presses = random_.percent(10) ? 2 : 1;
    for (int n = 0; n < presses; ++n) click(letter.agent, event::WrittenDone{id});
    if (random_.percent(5)) click(test::agent(2), event::WrittenDone{id});
  }
}

}  // namespace firsthand::sim
