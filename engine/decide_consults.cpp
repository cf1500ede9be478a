// SPDX-License-Identifier: Apache-2.0
// A word with a colleague before the call goes to him, or with all three. The customer hears music
// while he is not spoken with; whoever hangs up leaves him to the other.
#include "engine/decision.hpp"

namespace firsthand {

Transfer* Decision::consult_on(InteractionId call) {
  Transfer* transfer = docket.live_transfer(call);
  return transfer && transfer->how == TransferHow::consult ? transfer : nullptr;
}

Transfer* Decision::consult_of(const Offer& offer) {
  Transfer* consult = consult_on(offer.interaction);
  return consult && consult->offer == offer.id ? consult : nullptr;
}

Outcome Decision::consult_accepted(Transfer& consult, Offer& offer, Interaction& call,
                                   const event::OfferAccepted& e) {
  const bool by_phone = e.how == event::AcceptedHow::phone;
  const bool rings = consult.state == TransferState::ringing;
  const bool phone_follows = offer.state == OfferState::accepted && by_phone && rings;
  if (!phone_follows) {
    const bool theirs = by_phone || (offer.token == e.token && offer.agent == event.actor);
    if (offer.state != OfferState::open || !theirs) {
      return refuse("offer_gone", "This call is no longer offered to you.");
    }
    offer.state = OfferState::accepted;
    offer.ended_at = now;
    Desk& desk = docket.desk(offer.agent);
    desk.misses = 0;
    set_presence(desk, Presence::talking);
    record("offer_accepted", about(call),
           Facts{}.add("agent", offer.agent).add("how", by_phone ? "phone" : "console"));
    consult.leg = by_phone ? offer.leg : offer.leg + "-a";
    if (!by_phone) {
      const User* person = rules.user(offer.agent);
      command("answer", call,
              Facts{}
                  .add("leg", offer.leg)
                  .add("new_leg", consult.leg)
                  .add("extension", person ? person->extension : "")
                  .add("number", call.number));
    }
  }
  if (by_phone) {
    consult.state = TransferState::consulting;
    record("consult_begun", about(call), Facts{}.add("from", consult.from).add("to", consult.to));
    arrange(call, {false, call.leg + " " + consult.leg, "", ""});
  }
  Outcome outcome;
  outcome.reply.id = call.id.value;
  return outcome;
}

void Decision::consult_ends(Transfer& consult, Interaction& call, std::string_view why) {
  if (Offer* open = docket.open_offer(call.id)) {
    end_offer(*open, OfferState::withdrawn, why);
  } else {
    free_desk(consult.to, consult.state == TransferState::conference, call);
  }
  call.state = InteractionState::talking;
  arrange(call, {true, call.leg, "", consult.leg});
  record("consult_ended", about(call), Facts{}.add("to", consult.to).add("why", why));
  end_transfer(consult, why);
}

void Decision::complete(Transfer& consult, Interaction& call) {
  const std::string left = call.leg;
  free_desk(consult.from, true, call);
  call.agent = consult.to;
  call.leg = consult.leg;
  call.state = InteractionState::talking;
  record("call_transferred", about(call),
         Facts{}
             .add("from", consult.from)
             .add("to", consult.to)
             .add("how", word(consult.how))
             .add("note", consult.note));
  arrange(call, {true, call.leg, "", left});
  followed_up(call.customer, call.agent);
  end_transfer(consult, "taken");
}

void Decision::agent_leaves(Transfer& consult, Interaction& call) {
  if (consult.state != TransferState::ringing) return complete(consult, call);
  // Nobody is there to take him over: he keeps his place in the queue.
  const std::string left = call.leg + (consult.leg.empty() ? "" : " " + consult.leg);
  if (Offer* open = docket.open_offer(call.id)) {
    end_offer(*open, OfferState::withdrawn, "agent_gone");
  } else {
    free_desk(consult.to, false, call);
  }
  free_desk(consult.from, true, call);
  arrange(call, {false, "", "", left});
  back_to_queue(call);
  end_transfer(consult, "agent_gone");
}

Outcome Decision::on(const event::TransferStepped& e) {
  Interaction* call = docket.interaction(e.interaction);
  if (!call) return not_found("call");
  Transfer* consult = consult_on(call->id);
  if (!consult) return refuse("no_transfer", "No colleague is being consulted on this call.");
  if (consult->from != event.actor) {
    return refuse("not_your_call", "Somebody else is transferring this call.");
  }
  const bool together = consult->state == TransferState::conference;
  const bool customer_waits = consult->state == TransferState::consulting;
  const std::string both = call->leg + " " + consult->leg;
  if (e.step != event::TransferStep::cancel && consult->state == TransferState::ringing) {
    return refuse("not_answered", "The colleague has not answered yet.");
  }
  switch (e.step) {
    case event::TransferStep::complete: complete(*consult, *call); break;
    case event::TransferStep::cancel: consult_ends(*consult, *call, "cancelled"); break;
    case event::TransferStep::swap:
      consult->state = customer_waits ? TransferState::colleague_waits : TransferState::consulting;
      call->state = customer_waits ? InteractionState::talking : InteractionState::held;
      if (customer_waits) {
        arrange(*call, {true, call->leg, consult->leg, ""});
      } else {
        arrange(*call, {false, both, "", ""});
      }
      break;
    case event::TransferStep::join:
      if (together) break;
      consult->state = TransferState::conference;
      call->state = InteractionState::talking;
      record("conference_begun", about(*call),
             Facts{}.add("from", consult->from).add("to", consult->to));
      arrange(*call, {true, both, "", ""});
      break;
  }
  Outcome outcome;
  outcome.reply.id = call->id.value;
  return outcome;
}

Outcome Decision::on(const event::AgentLegEnded& e) {
  Interaction* call = docket.interaction(e.interaction);
  if (!call) return not_found("call");
  if (call->state == InteractionState::ended) return done();
  if (Transfer* consult = consult_on(call->id)) {
    if (e.leg == call->leg) agent_leaves(*consult, *call);
    if (e.leg == consult->leg && e.leg != call->leg)
      consult_ends(*consult, *call, "colleague_gone");
    return done();
  }
  const bool was_with_him =
      call->state == InteractionState::talking || call->state == InteractionState::held;
  if (e.reason == "not_joined" && e.leg == call->leg && was_with_him) {
    // He hung up at the very moment in which the customer was to be his.
    free_desk(call->agent, true, *call);
    back_to_queue(*call);
  }
  return done();
}

}  // namespace firsthand
