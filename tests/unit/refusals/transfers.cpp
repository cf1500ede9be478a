// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/refusals/afternoon.hpp"

namespace firsthand::test {

std::vector<Row> transfer_rows(Afternoon& a) {
  const auto me = by(agent(3));  // who talks
  const InteractionId none{7};
  const auto to = [](InteractionId call, UserId who, TransferHow how = TransferHow::blind) {
    event::TransferAsked e;
    e.interaction = call;
    e.to = who;
    e.how = how;
    return e;
  };
  const auto queue = [](InteractionId call, const char* code, TransferHow how) {
    event::TransferAsked e;
    e.interaction = call;
    e.queue = code;
    e.how = how;
    return e;
  };
  const auto key = [&](InteractionId call, const std::string& leg, const char* destination,
                       UserId whose) {
    event::PhoneTransferAsked e;
    e.interaction = call;
    e.leg = leg;
    e.destination = destination;
    e.to = whose;
    return pbx().does(e);
  };
  const std::string leg = a.story.call(a.talking).leg;
  const auto blind = TransferHow::blind;
  const auto consult = TransferHow::consult;
  using Step = event::TransferStep;
  const auto step = [](UserId who, InteractionId call, Step what) {
    return by(who).does(event::TransferStepped{call, what});
  };
  const auto listen = [](UserId who, InteractionId call) {
    return by(who).does(event::ListenAsked{call, ListenMode::listen});
  };
  return {
      {"transfer an unknown call", me.does(to(none, agent(4))), "not_found"},
      {"transfer another's call", by(agent(4)).does(to(a.talking, agent(1))), "not_your_call"},
      {"transfer a ringing call", by(agent(2)).does(to(a.offered, agent(1))), "not_talking"},
      {"transfer an outbound call", by(kRepairLiaison).does(to(a.outbound, agent(1))),
       "not_transferable"},
      {"transfer to nobody", me.does(to(a.talking, {})), "invalid", "to"},
      {"transfer to oneself", me.does(to(a.talking, agent(3))), "invalid", "to"},
      {"transfer to an unknown colleague", me.does(to(a.talking, kNobody)), "not_found", "to"},
      {"transfer to one without a telephone", me.does(to(a.talking, kManager)), "no_phone", "to"},
      {"transfer to a busy colleague", me.does(to(a.talking, agent(2))), "agent_not_available",
       "to"},
      {"transfer to a lost console", me.does(to(a.talking, agent(5))), "agent_not_there", "to"},
      {"transfer to an unknown queue", me.does(queue(a.talking, "none", blind)), "not_found",
       "queue"},
      {"transfer to a closed queue", me.does(queue(a.talking, "repair", blind)), "queue_closed",
       "queue", true},
      {"consult a queue", me.does(queue(a.talking, "repair", consult)), "invalid", "how"},
      {"transfer what is being transferred", by(agent(4)).does(to(a.consulted, agent(1))),
       "transfer_under_way"},
      {"hold while consulting", by(agent(4)).does(event::HoldAsked{a.consulted, false}),
       "transfer_under_way"},
      {"a key on an unknown call", key(none, "o-1-1", "1001", agent(1)), "not_found"},
      {"a key of another telephone", key(a.talking, "o-1-1", "1001", agent(1)), "not_your_call"},
      {"a key to nobody's number", key(a.talking, leg, "9999", {}), "not_found", "destination"},
      {"a step on an unknown call", step(agent(3), none, Step::complete), "not_found"},
      {"a step without a consultation", step(agent(3), a.talking, Step::complete), "no_transfer"},
      {"a step of another's", step(agent(3), a.consulted, Step::complete), "not_your_call"},
      {"a step before the answer", step(agent(4), a.consulted, Step::complete), "not_answered"},
      {"accept a consultation with a wrong token",
       by(kSalesLiaison)
           .does(event::OfferAccepted{a.consult_offer, "wrong", event::AcceptedHow::console}),
       "offer_gone"},
      {"the leg of an unknown call", pbx().does(event::AgentLegEnded{none, "o-1-1", "normal"}),
       "not_found"},
      {"a new leg of an unknown call",
       pbx().does(event::AgentLegReplaced{none, "o-1-1", "x", "1001", {}}), "not_found"},
      {"listen to an unknown call", listen(kSupervisor, none), "not_found"},
      {"listen as an agent", listen(agent(4), a.talking), "forbidden"},
      {"listen to a waiting call", listen(kSupervisor, a.waiting), "not_talking"},
      {"listen to a second call", listen(kSupervisor, a.consulted), "already_listening"},
      {"stop listening to another call", by(kSupervisor).does(event::ListenStopped{a.consulted}),
       "not_listening"},
      {"news of an unknown listening",
       pbx().does(event::ListeningLeg{ListeningId{7}, "answered", ""}), "not_found"},
  };
}

}  // namespace firsthand::test
