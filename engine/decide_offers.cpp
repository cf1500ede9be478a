// SPDX-License-Identifier: Apache-2.0
// One interaction, one agent, once: offers with their answers, and the desks they are made to.
// The unique keys of the offer table are the fence; these rules are what everybody obeys before it.
#include "engine/decision.hpp"
#include "engine/legs.hpp"
#include "engine/shift.hpp"

namespace firsthand {
namespace {
constexpr Seconds kMoreWrapUp{60};
}  // namespace

void Decision::set_presence(Desk& desk, Presence presence, std::string_view reason) {
  if (desk.presence == presence && desk.reason == reason) return;
  desk.presence = presence;
  desk.reason = reason;
  desk.since = now;
  if (presence != Presence::wrap_up) {
    desk.wrap_up_until.reset();
    desk.wrap_up_limit.reset();
  }
  if (presence == Presence::available) desk.idle_since = now;
}

void Decision::back_off(Desk& desk, std::string_view how) {
  // Who has left by his own choice is not brought back by a call he missed.
  if (desk.presence == Presence::offline || desk.presence == Presence::on_break) return;
  // Longer after each miss; after the third only the agent himself comes back.
  set_presence(desk, Presence::not_responding, how);
  if (desk.misses < 3) desk.wrap_up_until = now + Seconds{20 * desk.misses};
}

void Decision::begin_wrap_up(Desk& desk, const Interaction& call) {
  const Queue* found = rules.book.queue(call.queue);
  const Queue& queue = found ? *found : Queue{};
  const bool asked = desk.reason == kWrapUpAsked;
  if (queue.wrap_up_mode == WrapUpMode::optional && !asked)
    return set_presence(desk, Presence::available);
  set_presence(desk, Presence::wrap_up);
  if (queue.wrap_up_max_s > 0) desk.wrap_up_limit = now + Seconds{queue.wrap_up_max_s};
  // By hand it has no end but its longest.
  desk.wrap_up_until = desk.wrap_up_limit;
  if (queue.wrap_up_mode != WrapUpMode::by_hand) {
    const Instant until = now + Seconds{queue.wrap_up_s};
    desk.wrap_up_until = std::min(until, desk.wrap_up_limit.value_or(until));
  }
}

void Decision::free_desk(UserId agent, bool wrap_up, const Interaction& call) {
  if (!agent) return;
  Desk& desk = docket.desk(agent);
  if (desk.interaction != call.id) return;  // busy with something else by now
  desk.interaction = {};
  const bool away = desk.presence == Presence::offline || desk.presence == Presence::on_break;
  if (away) return;
  if (desk.reason == kConsoleLost) {
    // Nobody sits there any more: no wrap-up that would end in "available".
    set_presence(desk, Presence::offline, kConsoleLost);
  } else if (wrap_up) {
    begin_wrap_up(desk, call);
  } else {
    // The place in the line of idle agents is kept: nothing was handled.
    const Instant idle_since = desk.idle_since;
    set_presence(desk, Presence::available);
    desk.idle_since = idle_since;
  }
}

void Decision::end_offer(Offer& offer, OfferState state, std::string_view how) {
  offer.state = state;
  offer.ended_at = now;
  Interaction* call = docket.interaction(offer.interaction);
  const About subject = call ? about(*call) : About{};
  switch (state) {
    case OfferState::open: break;
    case OfferState::accepted: return;  // the acceptance writes its own history
    case OfferState::declined:
      record("offer_declined", subject, Facts{}.add("agent", offer.agent).add("how", how));
      break;
    case OfferState::expired:
    case OfferState::failed:
      record("offer_missed", subject, Facts{}.add("agent", offer.agent).add("how", how));
      break;
    case OfferState::withdrawn:
      record("offer_withdrawn", subject, Facts{}.add("agent", offer.agent).add("how", how));
      break;
  }
  if (!call) return;
  if (!call->written()) command("withdraw", *call, Facts{}.add("leg", offer.leg));
  free_desk(offer.agent, false, *call);
  Desk& desk = docket.desk(offer.agent);
  if (state == OfferState::expired || (state == OfferState::failed && how != "caller_gone")) {
    ++desk.misses;
    // Somebody who does not answer is not offered the next caller as well.
    if (desk.presence == Presence::available) back_off(desk, how);
  }
}

Outcome Decision::on(const event::OfferMade& e) {
  Interaction* call = docket.interaction(e.interaction);
  if (!call) return not_found("interaction");
  const bool ours =
      (call->direction == Direction::inbound || call->virtual_hold) && !call->observed;
  if (call->state != InteractionState::waiting || !ours) {
    return refuse("not_waiting", "This interaction is not waiting any more.");
  }
  const Desk seen = docket.desk_as_seen(e.agent);
  const User* agent = rules.user(e.agent);
  const bool free = seen.presence == Presence::available && !seen.interaction;
  const bool reads = !call->written() && e.instead_of && asked_in_writing(seen) &&
                     seen.interaction == e.instead_of;
  if (!agent || agent->disabled || (!free && !reads)) {
    return refuse("agent_not_available", "This agent is not available.");
  }
  if (seen.lease_until && *seen.lease_until <= now) {
    return refuse("agent_not_there", "This agent's console has gone.");
  }
  const Queue* queue = rules.book.queue(call->queue);
  if (call->written() && queue && seen.in_hand >= queue->written.slots) {
    return refuse("no_room", "This agent has as much in hand as fits.");
  }
  if (reads && !put_back(e.instead_of, e.agent)) {
    return refuse("agent_not_available", "This agent is not available.");
  }
  call->state = InteractionState::offered;
  call->agent = e.agent;
  Outcome outcome;
  outcome.reply.id = ring(*call, e).id.value;
  return outcome;
}

bool Decision::put_back(InteractionId letter, UserId agent) {
  Offer* asked = docket.interaction(letter) ? docket.open_offer(letter) : nullptr;
  if (!asked || asked->agent != agent) return false;
  end_offer(*asked, OfferState::withdrawn, "call_first");
  not_taken(*asked, "call_first");
  return true;
}

const Offer& Decision::ring(const Interaction& call, const event::OfferMade& e) {
  Offer offer;
  offer.id = OfferId{docket.new_id()};
  offer.interaction = call.id;
  offer.agent = e.agent;
  offer.token = e.token;
  offer.leg = "o-" + std::to_string(call.id.value) + "-" + std::to_string(offer.id.value);
  offer.reason = e.reason;
  offer.offered_at = now;
  // The PBX ends the ringing first; the sweep behind it is the safety net.
  offer.expires_at = now + e.ring + Seconds{5};
  Desk& desk = docket.desk(e.agent);
  desk.interaction = call.id;
  set_presence(desk, Presence::offered, call.written() ? kAskedInWriting : "");
  Facts made;
  made.add("agent", e.agent).add("reason", word(e.reason));
  if (!e.steps.empty()) made.add("steps", e.steps);
  record("offer_made", about(call), made);
  const User* agent = rules.user(e.agent);
  const std::string extension = agent ? agent->extension : "";
  if (call.virtual_hold) {
    ring_for_place(call, offer, extension, e.ring);
  } else if (!call.written()) {
    const Queue* queue = rules.book.queue(call.queue);
    command("ring", call,
            Facts{}
                .add("leg", offer.leg)
                .add("extension", extension)
                .add("ring_s", e.ring.count())
                .add("auto_answer", queue && queue->auto_answer)
                .add("number", call.number));
  }
  return docket.now.offers.emplace(offer.id, offer).first->second;
}

Outcome Decision::on(const event::OfferAccepted& e) {
  Offer* offer = docket.offer(e.offer);
  if (!offer) return not_found("offer");
  Interaction* call = docket.interaction(offer->interaction);
  if (!call) return not_found("interaction");
  if (Transfer* consult = consult_of(*offer)) return consult_accepted(*consult, *offer, *call, e);
  const bool by_phone = e.how == event::AcceptedHow::phone;
  const std::string bridge = bridge_of(call->id);
  const auto join = [&] {
    command("connect", *call, Facts{}.add("leg", call->leg).add("bridge", bridge));
    transfer_taken(*call);
    record_talk(*call);
  };
  if (offer->state == OfferState::accepted && by_phone &&
      call->state == InteractionState::talking && call->agent == offer->agent) {
    // The console answered first, and now its telephone is up: join the two.
    if (call->pbx_channel.empty()) return done();
    join();
    return done();
  }
  if (offer->state != OfferState::open || call->state != InteractionState::offered) {
    return refuse("offer_gone", "This call is no longer offered to you.");
  }
  if (!by_phone && (offer->token != e.token || offer->agent != event.actor)) {
    return refuse("offer_gone", "This call is no longer offered to you.");
  }
  Outcome outcome;
  outcome.reply.id = call->id.value;
  if (call->written()) {
    take_written(*offer, *call);
    return outcome;
  }
  take_offer(*offer, *call, e.how);
  if (call->virtual_hold) {
    // The customer is called now; until he answers nobody talks to him.
    answer_for_place(*call, *offer);
    return outcome;
  }
  call->state = InteractionState::talking;
  if (!call->answered_at) call->answered_at = now;
  followed_up(call->customer, offer->agent);
  const Instant since = call->requeued_at.value_or(call->enqueued_at);
  const auto waited = std::chrono::duration_cast<Seconds>(now - since);
  record("call_answered", about(*call),
         Facts{}.add("agent", offer->agent).add("waited_s", waited.count()));
  if (by_phone) {
    join();
  } else {
    const User* agent = rules.user(offer->agent);
    call->leg = offer->leg + "-a";
    command("answer", *call,
            Facts{}
                .add("leg", offer->leg)
                .add("new_leg", call->leg)
                .add("extension", agent ? agent->extension : "")
                .add("number", call->number));
  }
  called_in(*call);
  return outcome;
}

void Decision::take_offer(Offer& offer, Interaction& call, event::AcceptedHow how) {
  offer.state = OfferState::accepted;
  offer.ended_at = now;
  call.agent = offer.agent;
  call.leg = offer.leg;
  Desk& desk = docket.desk(offer.agent);
  desk.misses = 0;
  set_presence(desk, Presence::talking);
  const bool by_phone = how == event::AcceptedHow::phone;
  record("offer_accepted", about(call),
         Facts{}.add("agent", offer.agent).add("how", by_phone ? "phone" : "console"));
}

Outcome Decision::on(const event::OfferRefused& e) {
  Offer* offer = docket.offer(e.offer);
  if (!offer) return not_found("offer");
  Interaction* call = docket.interaction(offer->interaction);
  const bool from_console = !e.token.empty();
  if (from_console && (offer->token != e.token || offer->agent != event.actor)) {
    return refuse("offer_gone", "This call is no longer offered to you.");
  }
  const bool answered_leg_failed = offer->state == OfferState::accepted && !from_console && call &&
                                   call->state == InteractionState::talking &&
                                   call->agent == offer->agent && call->leg == offer->leg + "-a";
  if (answered_leg_failed) {
    // Answered in the console, but the telephone beside it never was: back to the old place.
    record("offer_missed", about(*call), Facts{}.add("agent", offer->agent).add("how", e.how));
    Desk& desk = docket.desk(offer->agent);
    desk.interaction = {};
    ++desk.misses;
    back_off(desk, e.how);
    not_taken(*offer, e.how);
    return done();
  }
  if (Transfer* consult = consult_of(*offer); consult && offer->state == OfferState::accepted &&
                                              !from_console && !consult->leg.empty() &&
                                              consult->state == TransferState::ringing) {
    // Answered in the console as well, and no telephone.
    consult_ends(*consult, *call, e.how);
    return done();
  }
  if (offer->state != OfferState::open)
    return refuse("offer_gone", "This offer has ended already.");
  const bool declined = e.how == "declined";
  end_offer(*offer, declined ? OfferState::declined : OfferState::failed, e.how);
  if (call) not_taken(*offer, e.how);
  return done();
}

Outcome Decision::on(const event::OfferExpired& e) {
  Offer* offer = docket.offer(e.offer);
  if (!offer) return not_found("offer");
  if (offer->state != OfferState::open) return done();
  if (offer->expires_at > now) return refuse("too_early", "This offer has not expired yet.");
  end_offer(*offer, OfferState::expired, "missed");
  if (docket.interaction(offer->interaction)) not_taken(*offer, "missed");
  return done();
}

Outcome Decision::on(const event::WaitExhausted& e) {
  Interaction* call = docket.interaction(e.interaction);
  if (!call) return not_found("interaction");
  if (call->state != InteractionState::waiting)
    return refuse("not_waiting", "Somebody has taken it.");
  if (call->written()) return refuse("not_a_call", "What is written waits until it is read.");
  if (call->virtual_hold) {
    // The promise that was made when the place was kept is all that is left.
    end_call(*call, "callback");
    record("call_ended", about(*call), Facts{}.add("reason", e.why));
    return done();
  }
  abandoned(*call, e.why);
  if (call->callback) call->outcome = "callback";
  const Queue* queue = rules.book.queue(call->queue);
  const std::string media = !queue              ? ""
                            : e.why == "closed" ? queue->announcements.closed
                                                : queue->announcements.promised;
  command("release", *call, Facts{}.add("media", media).add("why", e.why));
  return done();
}

Outcome Decision::on(const event::PresenceSet& e) {
  const User* person = rules.user(e.user);
  if (!person) return not_found("agent");
  if (e.user != event.actor && !is(Role::supervisor)) {
    return refuse("forbidden", "Only a supervisor may change somebody else's presence.");
  }
  const Desk seen = docket.desk_as_seen(e.user);
  const bool settable = e.presence == Presence::available || e.presence == Presence::on_break ||
                        e.presence == Presence::offline;
  if (!settable)
    return refuse("invalid", "Presence can be set to available, break or offline.", "presence");
  if (seen.interaction && e.presence != Presence::offline) {
    return refuse("on_a_call", "Finish the call first.");
  }
  if (seen.presence == Presence::offered)
    return refuse("on_a_call", "Answer or decline the call first.");
  if (e.presence == Presence::on_break && e.reason.empty()) {
    return refuse("invalid", "A break needs a reason.", "reason");
  }
  Desk& desk = docket.desk(e.user);
  set_presence(desk, e.presence, e.presence == Presence::on_break ? e.reason : "");
  if (e.presence != Presence::offline) desk.came_at = now;
  desk.misses = 0;
  record("presence", {},
         Facts{}.add("user", e.user).add("presence", word(e.presence)).add("reason", desk.reason));
  return done();
}

Outcome Decision::on(const event::PresenceBeat& e) {
  if (!rules.user(e.user)) return not_found("agent");
  Desk& desk = docket.desk(e.user);
  const bool was_lost = desk.reason == kConsoleLost && desk.presence != Presence::offline;
  if (was_lost) desk.reason.clear();
  if (e.lease == Seconds::zero()) {
    desk.lease_until.reset();
  } else {
    desk.lease_until = now + e.lease;
  }
  return done();
}

Outcome Decision::on(const event::PresenceLost& e) {
  const Desk seen = docket.desk_as_seen(e.user);
  if (!seen.lease_until || *seen.lease_until > now)
    return refuse("too_early", "The console is back.");
  Desk& desk = docket.desk(e.user);
  desk.lease_until.reset();
  if (desk.presence == Presence::offline) return done();
  if (desk.interaction) {
    // Somebody who is talking goes on talking: the telephone needs no console. After it, he is
    // gone.
    desk.reason = kConsoleLost;
    return done();
  }
  set_presence(desk, Presence::offline, kConsoleLost);
  record("presence", {},
         Facts{}.add("user", e.user).add("presence", "offline").add("reason", kConsoleLost));
  return done();
}

Outcome Decision::on(const event::WrapUp& e) {
  const Desk seen = docket.desk_as_seen(e.user);
  const bool backing_off = seen.presence == Presence::not_responding && seen.wrap_up_until;
  if (seen.presence != Presence::wrap_up && !backing_off) return done();
  Desk& desk = docket.desk(e.user);
  switch (e.action) {
    case event::WrapUpAction::extend:
      if (!desk.wrap_up_until) break;  // it has no end
      if (desk.wrap_up_limit && *desk.wrap_up_until >= *desk.wrap_up_limit)
        return refuse("wrap_up_longest", "This wrap-up cannot be made longer.");
      desk.wrap_up_until = std::max(*desk.wrap_up_until, now) + kMoreWrapUp;
      if (desk.wrap_up_limit)
        desk.wrap_up_until = std::min(*desk.wrap_up_until, *desk.wrap_up_limit);
      break;
    case event::WrapUpAction::time_is_up:
      if (!desk.wrap_up_until || *desk.wrap_up_until > now)
        return refuse("too_early", "Wrap-up goes on.");
      set_presence(desk, Presence::available);
      break;
    case event::WrapUpAction::finish: set_presence(desk, Presence::available); break;
  }
  return done();
}

Outcome Decision::on(const event::WrapUpAsked& e) {
  if (docket.desk_as_seen(e.user).presence != Presence::talking)
    return refuse("no_call", "There is no call.");
  Desk& desk = docket.desk(e.user);
  if (desk.reason.empty()) desk.reason = kWrapUpAsked;
  return done();
}

Outcome Decision::on(const event::ShiftEnded& e) {
  const User* person = rules.user(e.user);
  if (!person) return not_found("agent");
  const Desk seen = docket.desk_as_seen(e.user);
  if (shift_state(rules, *person, seen, now) != ShiftState::over)
    return refuse("too_early", "The shift goes on.");
  // A call is brought to its end, and the work after it.
  if (seen.interaction || seen.presence == Presence::wrap_up)
    return refuse("on_a_call", "Finish the call first.");
  if (seen.presence == Presence::offline) return done();
  set_presence(docket.desk(e.user), Presence::offline, kShiftOver);
  record("presence", {},
         Facts{}.add("user", e.user).add("presence", "offline").add("reason", kShiftOver));
  return done();
}

}  // namespace firsthand
