// SPDX-License-Identifier: Apache-2.0
// Calls of a PBX that routes by itself and tells us what it did: in any order, more than once, with
// reports missing. The call is made from whichever report comes first; a report moves it forwards,
// and one that comes late corrects what was concluded without it. So the same reports end in the
// same call, whatever their order.
#include "engine/decision.hpp"

namespace firsthand {
namespace {

/// Only a call that was answered can be held, taken back or passed on: its answer was lost or is
/// still on its way.
bool tells_of_talk(const event::CallObserved& e) {
  return e.what == "answer" || e.what == "hold" || e.what == "unhold" || e.what == "transfer" ||
         (e.what == "hangup" && e.cause == "answered");
}

}  // namespace

void Decision::seat(UserId agent, const Interaction& call, Presence presence) {
  if (!agent) return;
  Desk& desk = docket.desk(agent);
  if (desk.interaction && desk.interaction != call.id) return;  // a second line
  desk.interaction = call.id;
  // A telephone rings also for somebody who has no console open; that does not make him present.
  const bool away = desk.presence == Presence::offline || desk.presence == Presence::on_break;
  if (!away) set_presence(desk, presence);
}

Interaction& Decision::observed_call(const event::CallObserved& e, Instant when) {
  if (Interaction* known = docket.interaction_by_channel(e.pbx, e.call)) return *known;
  Interaction made;
  made.id = InteractionId{docket.new_id()};
  made.pbx = e.pbx;
  made.pbx_channel = e.call;
  made.observed = true;
  made.enqueued_at = when;
  identify(made, e);
  Interaction& call = docket.now.interactions.emplace(made.id, made).first->second;
  record("call_arrived", about(call), Facts{}.add("dialled", e.dialled).add("observed", true));
  return call;
}

void Decision::identify(Interaction& call, const event::CallObserved& e) {
  const Customer& customer = customer_for_number(e.number, "", "");
  call.customer = customer.id;
  call.direction = e.direction;
  call.number = e.number;
  call.dialled = e.dialled;
  if (const Queue* queue = rules.book.queue_for_dialled(e.dialled);
      queue && e.direction == Direction::inbound) {
    call.queue = queue->code;
  }
  if (const CaseFile* open_case = likely_case(docket.live_cases(customer.id))) {
    call.owner = open_case->facts.owner;
    call.case_id = open_case->facts.id;
  }
}

void Decision::observe_talk(Interaction& call, UserId agent, Instant when) {
  if (call.answered_at) {
    call.answered_at = std::min(*call.answered_at, when);
    if (!call.agent) call.agent = agent;
    return;
  }
  call.state = InteractionState::talking;
  if (agent && agent != call.agent) free_desk(call.agent, false, call);
  if (agent) call.agent = agent;
  call.answered_at = when;
  record("call_answered", about(call), Facts{}.add("agent", call.agent).add("observed", true));
  followed_up(call.customer, call.agent);
  if (call.direction == Direction::inbound) called_in(call);
}

void Decision::observe_end(Interaction& call, std::string_view cause, Instant when) {
  free_desk(call.agent, call.answered_at.has_value(), call);
  if (call.answered_at || call.direction == Direction::outbound) {
    end_call(call, "handled");
    record("call_ended", about(call), Facts{}.add("reason", cause).add("agent", call.agent));
  } else if (cause == "forwarded" || cause == "blocked") {
    end_call(call, "released");
    record("call_released", about(call), Facts{}.add("reason", cause));
  } else {
    // It ends when we hear of it: from now on he is owed a call, and no promise is older than that.
    return abandoned(call, cause);
  }
  call.ended_at = std::max(when, call.answered_at.value_or(call.enqueued_at));
}

void Decision::observe_late(Interaction& call, const event::CallObserved& e, UserId agent,
                            Instant when) {
  const bool unseen_end = call.outcome == "engine_gap";
  if (e.what == "hangup" && !unseen_end && !(tells_of_talk(e) && call.outcome == "abandoned"))
    return;
  record("late_event", about(call), Facts{}.add("what", e.what));
  if (e.what == "hangup" && unseen_end) {
    // We had ended it for want of a report; here it is.
    call.outcome = "handled";
    call.ended_at = std::max(when, call.answered_at.value_or(when));
  }
  if (!tells_of_talk(e)) return;
  const Instant within = std::clamp(when, call.enqueued_at, *call.ended_at);
  if (call.outcome == "abandoned") {
    // The hang-up overtook the answer: nobody gave up, so nobody is to be called back.
    call.outcome = "handled";
    call.answered_at = within;
    call.callback = {};
    if (agent) call.agent = agent;
    followed_up(call.customer, call.agent);
    called_in(call);
  } else {
    call.answered_at = std::min(call.answered_at.value_or(within), within);
    // Whoever it was passed on to had it last.
    if (agent && (e.what == "transfer" || !call.agent)) call.agent = agent;
  }
}

Outcome Decision::on(const event::CallObserved& e) {
  // When it happened, as far as the PBX says so: the report may have been on its way for long.
  const Instant when = e.at == Instant{} ? now : std::min(e.at, now);
  Interaction& call = observed_call(e, when);
  Outcome outcome;
  outcome.reply.id = call.id.value;
  call.enqueued_at = std::min(call.enqueued_at, when);
  if (call.number.empty() && !e.number.empty()) {
    identify(call, e);
    if (call.outcome == "abandoned" && !call.callback) call_back_missed(call, call.agent);
    if (call.answered_at) {
      // The talk was told before whose it was: what it settles is settled now.
      followed_up(call.customer, call.agent);
      if (call.direction == Direction::inbound) called_in(call);
    }
  }
  UserId agent = e.agent;
  if (const User* person = rules.with_extension(e.extension); person && !agent) agent = person->id;
  if (call.state == InteractionState::ended) {
    observe_late(call, e, agent, when);
    return outcome;
  }
  if (tells_of_talk(e)) observe_talk(call, e.what == "transfer" ? UserId{} : agent, when);
  if (e.what == "answer" && call.agent == agent) seat(e.agent, call, Presence::talking);
  const bool rings_on = call.state == InteractionState::offered && agent && agent != call.agent;
  if (e.what == "ringing" && (call.state == InteractionState::waiting || rings_on)) {
    free_desk(call.agent, false, call);  // whoever did not answer before
    call.state = InteractionState::offered;
    call.agent = agent;
    seat(e.agent, call, Presence::offered);
    record("offer_made", about(call), Facts{}.add("agent", agent).add("observed", true));
  } else if (e.what == "hold" || e.what == "unhold") {
    const auto wanted = e.what == "hold" ? InteractionState::held : InteractionState::talking;
    if (call.state != wanted) {
      call.state = wanted;
      record(e.what == "hold" ? "call_held" : "call_resumed", about(call));
    }
  } else if (e.what == "transfer" && agent && agent != call.agent) {
    free_desk(call.agent, true, call);
    call.agent = agent;
    seat(e.agent, call, Presence::talking);
    record("call_transferred", about(call), Facts{}.add("agent", agent));
  } else if (e.what == "hangup") {
    observe_end(call, e.cause, when);
  }
  return outcome;
}

}  // namespace firsthand
