// SPDX-License-Identifier: Apache-2.0
// A place in line without standing in it: the caller presses a digit and hangs up. When the turn
// comes an agent is offered the call as any other; the agent's telephone is rung first, then the
// customer's. Should the turn never come there is an owned promise to call from the first moment.
#include "engine/decision.hpp"

namespace firsthand {
namespace {

/// "cb-12-a34": agent's and customer's legs of one attempt differ in one letter.
std::string leg_of(const Interaction& call, std::string_view side, const std::string& attempt) {
  return "cb-" + std::to_string(call.id.value) + "-" + std::string{side} + attempt;
}

/// What an end before the customer has answered means for the promise.
AttemptOutcome outcome_of(const std::string& reason) {
  if (reason == "busy") return AttemptOutcome::busy;
  if (reason == "bad_number") return AttemptOutcome::wrong_number;
  if (reason == "declined" || reason == "no_answer") return AttemptOutcome::no_answer;
  return AttemptOutcome::failed;
}

}  // namespace

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

void Decision::ring_for_place(const Interaction& call, Offer& offer, const User& agent,
                              Seconds ring) {
  const std::string attempt = std::to_string(offer.id.value);
  offer.leg = leg_of(call, "a", attempt);
  command("call_back", call,
          Facts{}
              .add("leg", offer.leg)
              .add("customer_leg", leg_of(call, "c", attempt))
              .add("bridge", "b-" + std::to_string(call.id.value) + "-" + attempt)
              .add("extension", agent.extension)
              .add("ring_s", ring.count())
              .add("number", call.number));
}

void Decision::answer_for_place(Interaction& call, const Offer& offer) {
  // The ringing leg gives way to one that the telephone takes by itself.
  const std::string attempt = std::to_string(offer.id.value) + "-a";
  const User* agent = rules.user(offer.agent);
  call.leg = leg_of(call, "a", attempt);
  command("answer_back", call,
          Facts{}
              .add("leg", offer.leg)
              .add("new_leg", call.leg)
              .add("customer_leg", leg_of(call, "c", attempt))
              .add("bridge", "b-" + std::to_string(call.id.value) + "-" + attempt)
              .add("extension", agent ? agent->extension : "")
              .add("number", call.number));
}

Outcome Decision::leg_of_place(Interaction& call, const event::OutboundLeg& e) {
  Offer* open = docket.open_offer(call.id);
  // Without a leg's name: nothing of this call stands in the PBX any more.
  if (e.leg == "agent" && open && (e.leg_id.empty() || open->leg == e.leg_id)) {
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
  std::string agents = e.leg_id;
  if (const auto at = agents.find("-c"); at != std::string::npos) agents[at + 1] = 'a';
  if (agents != call.leg && !e.leg_id.empty()) {
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
    followed_up(call.customer, call.agent);
    if (Callback* promise = docket.callback(call.callback);
        promise && promise->state == CallbackState::open) {
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
        attempt(*promise, {promise->id, outcome_of(e.reason), "", std::nullopt, call.id, {}},
                agent);
      }
    }
  }
  return done();
}

}  // namespace firsthand
