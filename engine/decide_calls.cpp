// SPDX-License-Identifier: Apache-2.0
// The story of a call: it arrives, waits, is talked on, ends; or the customer gives up waiting and
// an owned callback stands in its place. What the PBX has to do leaves as effects after commit.
#include "engine/customer_group.hpp"
#include "engine/decision.hpp"
#include "engine/legs.hpp"

namespace firsthand {
const CaseFile* Decision::likely_case(const std::vector<CaseFile*>& live) {
  const CaseFile* best = nullptr;
  const auto late = [](const CaseFile& file) {
    return std::any_of(file.clocks.begin(), file.clocks.end(),
                       [](const SlaClock& c) { return c.live() && c.breached_at.has_value(); });
  };
  for (const CaseFile* file : live) {
    if (!best || (late(*file) && !late(*best)) ||
        (late(*file) == late(*best) && file->facts.opened_at > best->facts.opened_at)) {
      best = file;
    }
  }
  return best;
}

namespace {

/// The welcome, and that the call may be recorded.
std::string first_words(const Queue& queue) {
  const Announcements& said = queue.announcements;
  const bool told = queue.recording.mode != RecordingMode::off && !said.recorded.empty();
  if (!told) return said.welcome;
  return said.welcome.empty() ? said.recorded : said.welcome + "," + said.recorded;
}

}  // namespace

Outcome Decision::on(const event::CallArrived& e) {
  if (Interaction* known = docket.interaction_by_channel(e.pbx, e.pbx_channel)) {
    Outcome again;
    again.reply.id = known->id.value;
    const bool waits = known->observed && known->direction == Direction::inbound &&
                       known->state == InteractionState::waiting;
    again.duplicate = !waits;
    if (waits) {
      // He arrived while there was no database to queue him in; now he waits as everybody does.
      known->observed = false;
      record("call_requeued", about(*known), Facts{}.add("queue", known->queue));
      command("accept", *known, Facts{}.add("media", ""));
    }
    return again;
  }
  const Customer& customer = customer_for_number(e.number, "", "");
  Interaction call;
  call.id = InteractionId{docket.new_id()};
  call.customer = customer.id;
  call.number = e.number;
  call.dialled = e.dialled;
  call.pbx = e.pbx;
  call.pbx_channel = e.pbx_channel;
  // The waiting time counts from the PBX's own time, but never from the future.
  call.enqueued_at = std::min(e.at == Instant{} ? now : e.at, now);
  const Queue* queue = rules.book.queue_for_dialled(e.dialled);
  if (queue) call.queue = queue->code;
  if (const CaseFile* open_case = likely_case(docket.live_cases(customer.id))) {
    call.owner = open_case->facts.owner;
    call.case_id = open_case->facts.id;
  }
  Facts facts;
  facts.add("queue", call.queue).add("dialled", call.dialled).add("owner", call.owner);
  if (queue) {
    if (const Interaction* before = broken_off(customer.id, e.number, *queue)) {
      call.place_at = before->place_at.value_or(before->enqueued_at);
      facts.add("place_of", before->id);
    }
  }
  docket.now.interactions.emplace(call.id, call);
  record("call_arrived", about(call), facts);
  const bool open = queue && rules.is_open(*queue, call.enqueued_at);
  command("accept", call, Facts{}.add("media", open ? first_words(*queue) : ""));
  Outcome outcome;
  outcome.reply.id = call.id.value;
  return outcome;
}

const Interaction* Decision::broken_off(CustomerId customer, const std::string& number,
                                        const Queue& queue) const {
  if (queue.resume_s == 0 || number.empty()) return nullptr;
  const Interaction* newest = nullptr;
  for (const auto& [id, call] : docket.now.interactions) {
    const bool his = call.outcome == "abandoned" && call.number == number &&
                     call.queue == queue.code && one_customer(docket.now, call.customer, customer);
    if (!his || !call.ended_at || *call.ended_at + Seconds{queue.resume_s} < now) continue;
    if (!newest || *newest->ended_at < *call.ended_at) newest = &call;
  }
  return newest;
}

void Decision::requeue(Interaction& call) {
  call.state = InteractionState::waiting;
  call.agent = {};
  call.leg.clear();
  if (call.direction == Direction::outbound) call.pbx.clear();  // any may place it the next time
  call.answered_at.reset();
}

void Decision::end_call(Interaction& call, std::string_view outcome) {
  call.state = InteractionState::ended;
  call.outcome = outcome;
  call.ended_at = now;
}

void Decision::abandoned(Interaction& call, std::string_view why) {
  const bool was_ringing = call.state == InteractionState::offered;
  UserId heard_by = call.observed && was_ringing ? call.agent : UserId{};
  if (Offer* open = docket.open_offer(call.id)) {
    heard_by = open->agent;
    end_offer(*open, OfferState::withdrawn, "caller_gone");
  }
  end_call(call, "abandoned");
  record("call_abandoned", about(call),
         Facts{}.add("while", was_ringing ? "ringing" : "waiting").add("why", why));
  if (!call.number.empty()) call_back_missed(call, heard_by);  // withheld: there is no number
}

void Decision::call_back_missed(Interaction& call, UserId heard_by) {
  // One live callback per customer and matter: an open promise on the case already covers this
  // call.
  for (auto& [id, promise] : docket.now.callbacks) {
    if (promise.state != CallbackState::open) continue;
    if (!one_customer(docket.now, promise.customer, call.customer)) continue;
    if (promise.kind == CallbackKind::follow_up) continue;
    if (promise.kind == CallbackKind::neglected) {
      // Whoever calls wants to be called sooner than that.
      end_callback(promise, CallbackState::cancelled, "customer_called");
      continue;
    }
    if (!promise.case_id || promise.case_id == call.case_id) {
      call.callback = promise.id;
      return;
    }
  }
  Callback promise;
  promise.id = CallbackId{docket.new_id()};
  promise.kind = CallbackKind::abandoned;
  promise.case_id = call.case_id;
  promise.customer = call.customer;
  promise.interaction = call.id;
  promise.number = call.number;
  const UserId nearest = call.owner ? call.owner : heard_by;
  promise.user = nearest ? still_here(nearest, call.id.value) : rules.spread(call.id.value, now);
  promise.window_from = now;
  promise.promised_at = now;
  const auto& plan = rules.book.callbacks;
  const auto due_at = due(now, plan.abandoned_within, rules.calendar(plan.calendar)).value();
  promise.due_at = due_at.value_or(now + Seconds{plan.abandoned_within.amount});
  docket.now.callbacks.emplace(promise.id, promise);
  call.callback = promise.id;
  record("callback_promised", about(promise),
         Facts{}
             .add("callback", promise.id)
             .add("kind", word(promise.kind))
             .add("user", promise.user)
             .add("due_at", promise.due_at));
  const Promise told{promise.due_at, plan.abandoned_within, plan.calendar};
  ClockStart start;
  start.callback = promise.id;
  start.promise = &told;
  start_clock(matter(promise), ClockKind::callback, start);
}

void Decision::called_in(const Interaction& call) {
  // Whoever calls in first needs no call back for the call he gave up.
  for (auto& [id, promise] : docket.now.callbacks) {
    if (promise.state == CallbackState::open && promise.kind == CallbackKind::abandoned &&
        one_customer(docket.now, promise.customer, call.customer)) {
      end_callback(promise, CallbackState::cancelled, "customer_called_in");
    }
  }
  no_longer_neglected(call.customer);
  // A case that waited for the customer waits no longer.
  for (CaseFile* file : docket.live_cases(call.customer)) {
    if (call.case_id && call.case_id != file->facts.id) continue;
    resume(*file, now, "customer_called_in");
  }
}

Outcome Decision::on(const event::CallEnded& e) {
  Interaction* call = e.interaction ? docket.interaction(e.interaction)
                                    : docket.interaction_by_channel(e.pbx, e.pbx_channel);
  if (!call) return not_found("call");
  if (call->state == InteractionState::ended) {
    // We have let go of him ourselves; or a look at the PBX missed a call whose end was on its way.
    if (e.reason == "released" || e.reason == "engine_gap") return done();
    record("late_event", about(*call), Facts{}.add("what", "call_ended").add("reason", e.reason));
    return done();
  }
  if (call->virtual_hold) {
    // The customer has hung up as he was asked to; the place is kept, whoever is rung for it.
    return done();
  }
  transfer_ends_with(*call);
  if (call->state == InteractionState::waiting || call->state == InteractionState::offered) {
    if (call->direction == Direction::outbound) {
      free_desk(call->agent, false, *call);
      end_call(*call, "failed");
      record("call_ended", about(*call), Facts{}.add("reason", e.reason));
    } else if (e.reason == "released" || e.reason == "lease_lost") {
      if (Offer* open = docket.open_offer(call->id))
        end_offer(*open, OfferState::withdrawn, "released");
      end_call(*call, "released");
      record("call_released", about(*call), Facts{}.add("reason", e.reason));
    } else {
      abandoned(*call, e.reason);
    }
    return done();
  }
  if (e.reason == "lease_lost") {
    // Whatever was meant to begin meanwhile: he has gone on in the PBX's own queue.
    end_call(*call, "released");
    record("call_released", about(*call), Facts{}.add("reason", e.reason));
    free_desk(call->agent, true, *call);
    return done();
  }
  const auto talked = std::chrono::duration_cast<Seconds>(now - call->answered_at.value_or(now));
  const bool seen = e.reason != "engine_gap" && e.reason != "pbx_lost";
  end_call(*call, seen ? "handled" : e.reason);
  record("call_ended", about(*call),
         Facts{}
             .add("reason", e.reason)
             .add("seconds", talked.count())
             .add("agent", call->agent)
             .add("approximate", !seen));
  free_desk(call->agent, true, *call);
  return done();
}

Outcome Decision::on(const event::CallHeld& e) {
  Interaction* call = docket.interaction(e.interaction);
  if (!call) return not_found("call");
  const auto wanted = e.held ? InteractionState::held : InteractionState::talking;
  if (call->state != InteractionState::talking && call->state != InteractionState::held) {
    return refuse("not_talking", "This call is not being talked on.");
  }
  // During a consultation the engine says who hears the customer, not a hold key.
  if (call->state == wanted || consult_on(call->id)) return done();
  call->state = wanted;
  record(e.held ? "call_held" : "call_resumed", about(*call));
  return done();
}

Outcome Decision::on(const event::HangUpAsked& e) {
  Interaction* call = docket.interaction(e.interaction);
  if (!call) return not_found("call");
  if (call->state == InteractionState::ended) return done();
  if (Transfer* consult = consult_on(call->id)) {
    // As with the telephone's own key: who leaves leaves the customer to the other one.
    if (event.actor == consult->from) {
      agent_leaves(*consult, *call);
      return done();
    }
    if (event.actor == consult->to) {
      consult_ends(*consult, *call, "colleague_gone");
      return done();
    }
  }
  if (call->agent != event.actor && !is(Role::supervisor)) {
    return refuse("not_your_call", "Somebody else is on this call.");
  }
  const bool by_us = call->direction == Direction::outbound || call->virtual_hold;
  command("hang_up", *call, Facts{}.add("end", by_us ? call->leg : call->pbx_channel));
  return done();
}

Outcome Decision::on(const event::HoldAsked& e) {
  Interaction* call = docket.interaction(e.interaction);
  if (!call) return not_found("call");
  if (call->agent != event.actor) return refuse("not_your_call", "Somebody else is on this call.");
  if (call->observed) {
    return refuse("held_by_phone", "This PBX routes by itself: hold the call on the telephone.");
  }
  if (consult_on(call->id)) {
    return refuse("transfer_under_way", "You are consulting a colleague: swap between the two.");
  }
  const auto from = e.hold ? InteractionState::talking : InteractionState::held;
  if (call->state != from) {
    return refuse("not_talking", e.hold ? "Only a call being talked on can be held."
                                        : "This call is not on hold.");
  }
  call->state = e.hold ? InteractionState::held : InteractionState::talking;
  record(e.hold ? "call_held" : "call_resumed", about(*call));
  command(e.hold ? "hold" : "unhold", *call, Facts{}.add("bridge", bridge_of(call->id)));
  return done();
}

}  // namespace firsthand
