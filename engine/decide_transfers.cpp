// SPDX-License-Identifier: Apache-2.0
// A call goes to a colleague or to another queue. The customer hears music and is never let go of:
// whoever does not take him gives him back, to the one who transferred him or to his place in the
// queue. The case's owner stays who it is; only a hand-over changes that.
#include "engine/decision.hpp"
#include "engine/legs.hpp"

namespace firsthand {

void Decision::arrange(const Interaction& call, const Places& places) {
  command("arrange", call,
          Facts{}
              .add("bridge", bridge_of(call.id))
              .add("customer_talks", places.customer_talks)
              .add("talking", places.talking)
              .add("waiting", places.waiting)
              .add("dropped", places.dropped));
}

Outcome Decision::check_colleague(UserId to) const {
  const User* person = rules.user(to);
  if (!person || person->disabled) return refuse("not_found", "There is no such colleague.", "to");
  if (person->extension.empty()) {
    return refuse("no_phone", "There is no telephone registered for this colleague.", "to");
  }
  const Desk seen = docket.desk_as_seen(to);
  if (seen.presence != Presence::available || seen.interaction) {
    return refuse("agent_not_available", "This colleague is not available now.", "to");
  }
  if (seen.lease_until && *seen.lease_until <= now) {
    return refuse("agent_not_there", "This colleague's console has gone.", "to");
  }
  return done();
}

Outcome Decision::check_transfer(const Interaction& call, UserId from,
                                 const event::TransferAsked& e) const {
  if (call.direction != Direction::inbound || call.observed || call.virtual_hold ||
      call.pbx_channel.empty()) {
    return refuse("not_transferable", "Only calls that came in here can be transferred.");
  }
  if (call.agent != from) return refuse("not_your_call", "Somebody else is on this call.");
  if (call.state != InteractionState::talking && call.state != InteractionState::held) {
    return refuse("not_talking", "Only a call being talked on can be transferred.");
  }
  if (docket.live_transfer(call.id)) {
    return refuse("transfer_under_way", "This call is being transferred already.");
  }
  if (!e.to == e.queue.empty()) return refuse("invalid", "Name a colleague or a queue.", "to");
  if (!e.queue.empty()) {
    const Queue* queue = rules.book.queue(e.queue);
    if (!queue) return refuse("not_found", "There is no such queue.", "queue");
    if (!rules.is_open(*queue, now)) {
      return refuse("queue_closed", "This queue is closed now: promise a call instead.", "queue");
    }
    if (e.how == TransferHow::consult)
      return refuse("invalid", "A queue cannot be consulted.", "how");
    return done();
  }
  if (e.to == from) return refuse("invalid", "A call is transferred to somebody else.", "to");
  return check_colleague(e.to);
}

void Decision::transfer(Interaction& call, UserId from, const event::TransferAsked& e) {
  Transfer made;
  made.id = TransferId{docket.new_id()};
  made.interaction = call.id;
  made.from = from;
  made.to = e.to;
  made.queue = e.queue;
  made.how = e.how;
  made.note = e.note;
  made.return_token = e.return_token;
  made.began_at = now;
  Transfer& transfer = docket.now.transfers.emplace(made.id, made).first->second;
  if (e.how == TransferHow::consult) {
    call.state = InteractionState::held;
    record("consult_asked", about(call),
           Facts{}.add("from", from).add("to", e.to).add("note", e.note));
    arrange(call, {false, call.leg, "", ""});
    transfer.offer = ring(call, {call.id, e.to, OfferReason::consult, e.token, e.ring}).id;
    return;
  }
  record("call_transferred", about(call),
         Facts{}
             .add("from", from)
             .add("to", e.to)
             .add("queue", e.queue)
             .add("how", word(e.how))
             .add("note", e.note));
  free_desk(from, true, call);
  arrange(call, {false, "", "", call.leg});
  call.leg.clear();
  call.requeued_at = now;
  if (!e.queue.empty()) {
    call.queue = e.queue;
    // Whoever gave the call away is not asked first.
    if (call.owner == from) call.owner = {};
    requeue(call);
    return end_transfer(transfer, "queued");
  }
  call.state = InteractionState::offered;
  call.agent = e.to;
  transfer.offer = ring(call, {call.id, e.to, OfferReason::transfer, e.token, e.ring}).id;
}

bool Decision::may_ring_again(UserId agent) const {
  const User* person = rules.user(agent);
  const Desk seen = docket.desk_as_seen(agent);
  const bool there = !seen.lease_until || *seen.lease_until > now;
  // The work after the very call that comes back is no hindrance.
  return person && !person->disabled && !person->extension.empty() && there && !seen.interaction &&
         (seen.presence == Presence::available || seen.presence == Presence::wrap_up);
}

void Decision::end_transfer(Transfer& transfer, std::string_view why) {
  transfer.state = TransferState::ended;
  transfer.ended_at = now;
  transfer.ended_why = why;
}

void Decision::transfer_taken(const Interaction& call) {
  Transfer* transfer = docket.live_transfer(call.id);
  if (!transfer) return;
  end_transfer(*transfer, transfer->state == TransferState::returning ? "returned" : "taken");
}

void Decision::back_to_queue(Interaction& call) {
  call.requeued_at = now;
  requeue(call);
  record("call_requeued", about(call), Facts{}.add("queue", call.queue));
}

void Decision::not_taken(const Offer& offer, std::string_view how) {
  Interaction& call = *docket.interaction(offer.interaction);
  if (Transfer* consult = consult_of(offer)) return consult_ends(*consult, call, how);
  Transfer* transfer = docket.live_transfer(call.id);
  if (!transfer || transfer->offer != offer.id) {
    if (call.state == InteractionState::offered || call.agent == offer.agent) requeue(call);
    return;
  }
  record("transfer_not_taken", about(call), Facts{}.add("to", offer.agent).add("how", how));
  if (transfer->state == TransferState::ringing && may_ring_again(transfer->from)) {
    transfer->state = TransferState::returning;
    call.state = InteractionState::offered;
    call.agent = transfer->from;
    call.leg.clear();
    const Seconds time{15};
    transfer->offer =
        ring(call, {call.id, transfer->from, OfferReason::returned, transfer->return_token, time})
            .id;
    return;
  }
  if (transfer->state == TransferState::returning) {
    Desk& desk = docket.desk(transfer->from);
    if (desk.presence == Presence::available) begin_wrap_up(desk, call);
  }
  back_to_queue(call);
  end_transfer(*transfer, how);
}

void Decision::transfer_ends_with(const Interaction& call) {
  Transfer* transfer = docket.live_transfer(call.id);
  if (!transfer) return;
  if (transfer->how == TransferHow::consult) {
    if (Offer* open = docket.open_offer(call.id)) {
      end_offer(*open, OfferState::withdrawn, "caller_gone");
    } else {
      free_desk(transfer->to, transfer->state == TransferState::conference, call);
    }
  }
  end_transfer(*transfer, "caller_gone");
}

Outcome Decision::on(const event::TransferAsked& e) {
  Interaction* call = docket.interaction(e.interaction);
  if (!call) return not_found("call");
  if (auto refused = check_transfer(*call, event.actor, e); refused.refusal) return refused;
  transfer(*call, event.actor, e);
  Outcome outcome;
  outcome.reply.id = call->id.value;
  return outcome;
}

Outcome Decision::on(const event::PhoneTransferAsked& e) {
  Interaction* call = docket.interaction(e.interaction);
  if (!call) return not_found("call");
  if (call->leg != e.leg) return refuse("not_your_call", "This telephone is not on the call.");
  event::TransferAsked wish;
  wish.interaction = e.interaction;
  wish.to = e.to;
  wish.token = e.token;
  wish.return_token = e.return_token;
  wish.ring = e.ring;
  for (const Queue& queue : rules.book.queues) {
    const auto& numbers = queue.dialled;
    const bool here = std::find(numbers.begin(), numbers.end(), e.destination) != numbers.end();
    if (here && !wish.to && e.destination != "*") wish.queue = queue.code;
  }
  if (!wish.to && wish.queue.empty()) {
    return refuse("not_found", "Nobody here has this number.", "destination");
  }
  if (auto refused = check_transfer(*call, call->agent, wish); refused.refusal) return refused;
  // Before its leg is hung up: the telephone waits for this.
  command("tell_transferred", *call, Facts{}.add("leg", e.leg));
  transfer(*call, call->agent, wish);
  return done();
}

Outcome Decision::on(const event::AgentLegReplaced& e) {
  Interaction* call = docket.interaction(e.interaction);
  if (!call) return not_found("call");
  if (call->state == InteractionState::ended || call->leg != e.leg) return done();
  record("call_transferred", about(*call),
         Facts{}
             .add("from", call->agent)
             .add("to", e.to)
             .add("dialled", e.dialled)
             .add("how", "phone"));
  free_desk(call->agent, true, *call);
  call->leg = e.new_leg;
  if (!e.to) return done();
  call->agent = e.to;
  Desk& desk = docket.desk(e.to);
  if (desk.interaction) return done();
  desk.interaction = call->id;
  set_presence(desk, Presence::talking);
  return done();
}

}  // namespace firsthand
