// SPDX-License-Identifier: Apache-2.0
// A place in line without standing in it: the caller presses a digit and hangs up. When the turn
// comes an agent is offered the call as any other; the agent's telephone is rung first, then the
// customer's. Should the turn never come there is an owned promise to call from the first moment.
// A promised call whose time has come stands in line in the same way, if the rules of callbacks
// name a queue for it: an agent has one stream of work.
#include "engine/decision.hpp"
#include "engine/legs.hpp"

namespace firsthand {

Outcome Decision::on(const event::DigitPressed& e) {
  Interaction* call = docket.interaction_by_channel(e.pbx, e.pbx_channel);
  if (!call) return not_found("call");
  const Queue* queue = rules.book.queue(call->queue);
  const bool waits =
      call->state == InteractionState::waiting || call->state == InteractionState::offered;
  const bool asked = queue && !queue->callback_digit.empty() && queue->callback_digit == e.digit;
  // Any other digit means nothing; a withheld number cannot be called.
  if (!asked || !waits || call->virtual_hold || call->number.empty()) return done();
  if (docket.live_transfer(call->id)) return done();  // a colleague is being rung for him
  if (Offer* open = docket.open_offer(call->id)) {
    end_offer(*open, OfferState::withdrawn, "place_kept");
    requeue(*call);
  }
  call->virtual_hold = true;
  call_back_missed(*call, {});
  record("place_kept", about(*call), Facts{}.add("callback", call->callback));
  command("say_goodbye", *call, Facts{}.add("media", queue->announcements.callback_taken));
  return done();
}

Outcome Decision::on(const event::CallbackDue& e) {
  Callback* promise = docket.callback(e.callback);
  if (!promise) return not_found("callback");
  const CallbackRules& plan = rules.book.callbacks;
  if (stands_from(plan, *promise) > now) return refuse("too_early", "This call is not due yet.");
  const Queue* queue = rules.book.queue(plan.queue);
  const bool ours = promise->state == CallbackState::open && !promise->number.empty() &&
                    promise->caller == CallbackCaller::owner &&
                    // Asked by somebody who has not worked on it: not by whoever is free.
                    promise->kind != CallbackKind::follow_up;
  if (!queue || !ours || docket.live_call(promise->id)) return done();
  // Late, or tried before: not in hours that nobody had in mind when it was promised.
  const Instant opens = callable_from(promise->customer, now);
  if (opens > now && (promise->attempts > 0 || now > promise->due_at)) {
    promise->next_try_at = opens;
    return done();
  }
  Interaction call;
  call.id = InteractionId{docket.new_id()};
  call.direction = Direction::outbound;
  call.virtual_hold = true;
  call.customer = promise->customer;
  call.case_id = promise->case_id;
  call.callback = promise->id;
  call.number = promise->number;
  call.queue = queue->code;
  call.owner = still_here(promise->user, promise->id.value);
  call.enqueued_at = now;
  docket.now.interactions.emplace(call.id, call);
  record("callback_in_line", about(call),
         Facts{}.add("callback", promise->id).add("queue", call.queue));
  return done();
}

void Decision::leave_line(const Callback& promise) {
  Interaction* call = docket.live_call(promise.id);
  if (!call || call->direction != Direction::outbound || !call->virtual_hold) return;
  if (call->state == InteractionState::offered) {
    Offer* open = docket.open_offer(call->id);
    if (!open) return;  // accepted: the customer's telephone rings already
    end_offer(*open, OfferState::withdrawn, "promise_changed");
  } else if (call->state != InteractionState::waiting) {
    return;
  }
  end_call(*call, "callback");
  record("call_ended", about(*call), Facts{}.add("reason", "promise_changed"));
}

void Decision::ring_for_place(const Interaction& call, Offer& offer, const std::string& extension,
                              Seconds time) {
  const std::string attempt = std::to_string(offer.id.value);
  offer.leg = agents_leg(call.id, attempt);
  command("call_back", call,
          Facts{}
              .add("leg", offer.leg)
              .add("customer_leg", customers_leg(offer.leg))
              .add("bridge", bridge_of(call.id) + "-" + attempt)
              .add("extension", extension)
              .add("ring_s", time.count())
              .add("number", call.number));
}

void Decision::answer_for_place(Interaction& call, const Offer& offer) {
  // The ringing leg gives way to one that the telephone takes by itself.
  const std::string attempt = std::to_string(offer.id.value) + "-a";
  const User* agent = rules.user(offer.agent);
  call.leg = agents_leg(call.id, attempt);
  command("answer_back", call,
          Facts{}
              .add("leg", offer.leg)
              .add("new_leg", call.leg)
              .add("customer_leg", customers_leg(call.leg))
              .add("bridge", bridge_of(call.id) + "-" + attempt)
              .add("extension", agent ? agent->extension : "")
              .add("number", call.number));
}

Outcome Decision::leg_of_place(Interaction& call, const event::OutboundLeg& e) {
  Offer* open = docket.open_offer(call.id);
  // Without a leg's name: nothing of this call stands in the PBX any more.
  const bool is_rung = open && (e.leg_id.empty() || open->leg == e.leg_id);
  if (e.leg == "agent" && is_rung) {
    if (e.what == "answered") {
      take_offer(*open, call, event::AcceptedHow::phone);
    } else if (e.what == "failed" || e.what == "ended") {
      end_offer(*open, e.reason == "declined" ? OfferState::declined : OfferState::failed,
                e.reason == "no_answer" || e.reason == "timed_out" ? "missed" : e.reason);
      requeue(call);
    }
    return done();
  }
  // A leg of an earlier attempt; or the telephone beside a console that has answered.
  if (!e.leg_id.empty() && agents_leg_beside(e.leg_id) != call.leg) {
    // Two who were joined for a ring that was given up would talk beside the next one.
    if (e.what == "answered") command("hang_up", call, Facts{}.add("end", e.leg_id));
    return done();
  }
  if (e.what == "answered" && e.leg == "customer" && !call.answered_at) {
    call.state = InteractionState::talking;
    call.answered_at = now;
    const auto waited = std::chrono::duration_cast<Seconds>(now - call.enqueued_at);
    record(
        "call_answered", about(call),
        Facts{}.add("agent", call.agent).add("waited_s", waited.count()).add("called_back", true));
    record_talk(call);
    followed_up(call.customer, call.agent);
    Callback* promise = docket.callback(call.callback);
    const bool open_promise = promise && promise->state == CallbackState::open;
    if (call.direction == Direction::outbound) {
      // Whoever talks says afterwards what came of it.
      if (open_promise) hand_callback(*promise, CallbackCaller::owner, call.agent, {});
      return done();
    }
    // Whoever stood in line wanted to talk, and does.
    if (open_promise) {
      attempt(*promise, {promise->id, AttemptOutcome::reached, "", std::nullopt, call.id, {}},
              call.agent);
    }
    called_in(call);
  } else if (e.what == "failed" || e.what == "ended") {
    if (call.answered_at) {
      const auto talked = std::chrono::duration_cast<Seconds>(now - *call.answered_at);
      end_call(call, e.reason == "engine_gap" ? e.reason : "handled");
      record(
          "call_ended", about(call),
          Facts{}.add("reason", e.reason).add("seconds", talked.count()).add("agent", call.agent));
      free_desk(call.agent, true, call);
    } else if (e.leg == "agent") {
      // Answered in the console, but the telephone beside it never was: back to the old place.
      if (call.agent) {
        Desk& desk = docket.desk(call.agent);
        free_desk(call.agent, false, call);
        ++desk.misses;
        back_off(desk, e.reason);
        record("offer_missed", about(call), Facts{}.add("agent", call.agent).add("how", e.reason));
      }
      requeue(call);
    } else {
      const UserId agent = call.agent;
      end_call(call, "callback");
      record("call_ended", about(call), Facts{}.add("reason", e.reason).add("agent", agent));
      free_desk(agent, false, call);
      if (Callback* promise = docket.callback(call.callback);
          promise && promise->state == CallbackState::open) {
        attempt(*promise, {promise->id, told_by_line(e.reason), "", std::nullopt, call.id, {}},
                agent);
      }
    }
  }
  return done();
}

}  // namespace firsthand
