// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/refusals/afternoon.hpp"

namespace firsthand::test {
namespace {

/// Agent 4 talks on a call that another system has put on his telephone.
Event held_elsewhere(Afternoon& a) {
  event::CallObserved seen{};
  seen.pbx = "pbx2", seen.call = "elsewhere", seen.what = "answer";
  seen.number = "+8613900000077", seen.agent = kAdministrator;
  a.story.must(Speaker{{}, "pbx2"}.once("answer").does(seen));
  return by(kAdministrator).does(event::HoldAsked{a.story.desk(kAdministrator).interaction, true});
}

}  // namespace

std::vector<Row> call_rows(Afternoon& a) {
  const auto me = by(agent(1));
  const InteractionId none{7};
  const OfferId no_offer{7};
  const std::string token = a.story.offer(a.offer).token;
  const auto how = event::AcceptedHow::console;
  const auto skills = OfferReason::skills;
  const auto offer_to = [&](InteractionId call, UserId who) {
    return router().does(event::OfferMade{call, who, skills, "t", Seconds{15}});
  };
  return {
      {"end of an unknown call", pbx().does(event::CallEnded{"pbx1", "x", {}, "gone"}),
       "not_found"},
      {"hold of an unknown call", pbx().does(event::CallHeld{none, true}), "not_found"},
      {"a digit of an unknown call", pbx().does(event::DigitPressed{"pbx1", "none", "1"}),
       "not_found"},
      {"hold of a waiting call", pbx().does(event::CallHeld{a.waiting, true}), "not_talking"},
      {"hang up an unknown call", me.does(event::HangUpAsked{none}), "not_found"},
      {"hang up another's call", me.does(event::HangUpAsked{a.talking}), "not_your_call"},
      {"hold an unknown call", me.does(event::HoldAsked{none, true}), "not_found"},
      {"hold another's call", me.does(event::HoldAsked{a.talking, true}), "not_your_call"},
      {"hold a ringing call", by(agent(2)).does(event::HoldAsked{a.offered, true}), "not_talking"},
      {"hold a call of a PBX that routes by itself", held_elsewhere(a), "held_by_phone"},
      {"offer an unknown call", offer_to(none, agent(4)), "not_found"},
      {"offer a call that talks", offer_to(a.talking, agent(4)), "not_waiting"},
      {"offer an outbound call", offer_to(a.outbound, agent(4)), "not_waiting"},
      {"offer to a busy agent", offer_to(a.waiting, agent(3)), "agent_not_available"},
      {"offer to nobody", offer_to(a.waiting, kNobody), "agent_not_available"},
      {"offer to one who never came", offer_to(a.waiting, kSupervisor), "agent_not_available"},
      {"offer to a lost console", offer_to(a.waiting, agent(5)), "agent_not_there"},
      {"accept an unknown offer", me.does(event::OfferAccepted{no_offer, "t", how}), "not_found"},
      {"accept another's offer", me.does(event::OfferAccepted{a.offer, token, how}), "offer_gone"},
      {"accept with a wrong token", by(agent(2)).does(event::OfferAccepted{a.offer, "t", how}),
       "offer_gone"},
      {"refuse an unknown offer", pbx().does(event::OfferRefused{no_offer, "", "busy"}),
       "not_found"},
      {"refuse another's offer", me.does(event::OfferRefused{a.offer, token, "declined"}),
       "offer_gone"},
      {"expiry of an unknown offer", timer().does(event::OfferExpired{no_offer}), "not_found"},
      {"expiry too early", timer().does(event::OfferExpired{a.offer}), "too_early"},
      {"give up an unknown call", router().does(event::WaitExhausted{none}), "not_found"},
      {"give up a ringing call", router().does(event::WaitExhausted{a.offered}), "not_waiting"},
      {"give up a letter", router().does(event::WaitExhausted{a.letter}), "not_a_call"},
      {"offer a letter to full hands", offer_to(a.letter, agent(1)), "no_room"},
      {"an unknown letter", me.does(event::WrittenDone{none}), "not_found"},
      {"a letter that is a call", me.does(event::WrittenDone{a.talking}), "not_found"},
      {"a letter in nobody's hand", me.does(event::WrittenDone{a.letter}), "not_in_hand"},
      {"another's letter", by(agent(4)).does(event::WrittenDone{a.letter_in_hand}), "not_yours"},
      {"a letter without an answer", timer().does(event::WrittenDone{a.letter_in_hand}),
       "too_early"},
      {"presence of nobody", me.does(event::PresenceSet{kNobody, Presence::available, ""}),
       "not_found"},
      {"presence of another", me.does(event::PresenceSet{agent(2), Presence::offline, ""}),
       "forbidden"},
      {"presence to talking",
       by(kManager).does(event::PresenceSet{kManager, Presence::talking, ""}), "invalid",
       "presence"},
      {"presence while talking",
       by(agent(3)).does(event::PresenceSet{agent(3), Presence::available, ""}), "on_a_call"},
      {"presence while ringing",
       by(agent(2)).does(event::PresenceSet{agent(2), Presence::offline, ""}), "on_a_call"},
      {"break without a reason",
       by(kManager).does(event::PresenceSet{kManager, Presence::on_break, ""}), "invalid",
       "reason"},
      {"beat of nobody", by(kNobody).does(event::PresenceBeat{kNobody, Seconds{15}}), "not_found"},
      {"lost without a lease", timer().does(event::PresenceLost{agent(1)}), "too_early"},
      {"lost who never came", timer().does(event::PresenceLost{kManager}), "too_early"},
      {"wrap-up is up too early",
       timer().does(event::WrapUp{agent(6), event::WrapUpAction::time_is_up}), "too_early"},
      {"a wrap-up longer than its longest",
       by(agent(6)).does(event::WrapUp{agent(6), event::WrapUpAction::extend}), "wrap_up_longest"},
      {"the end of a shift in a call", timer().does(event::ShiftEnded{agent(3)}), "on_a_call"},
      {"a wrap-up without a call", by(agent(2)).does(event::WrapUpAsked{agent(2)}), "no_call"},
      {"the end of nobody's shift", timer().does(event::ShiftEnded{kNobody}), "not_found"},
      {"the end of no shift", timer().does(event::ShiftEnded{agent(1)}), "too_early"},
  };
}

}  // namespace firsthand::test
