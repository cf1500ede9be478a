// SPDX-License-Identifier: Apache-2.0
// Promises to call a customer: made with a number and a due time, tried, kept only by reaching him.
#include "engine/complaint.hpp"
#include "engine/decision.hpp"
#include "engine/departments.hpp"
#include "engine/legs.hpp"

namespace firsthand {

Outcome Decision::check_wish(const CallbackWish& wish) const {
  if (!wish.choice.empty() && !rules.book.callback_choice(wish.choice)) {
    return refuse("invalid", "There is no such callback choice.", "callback.choice");
  }
  if (wish.at && *wish.at <= now) {
    return refuse("invalid", "The promised time lies in the past.", "callback.at");
  }
  return done();
}

Decision::Promise Decision::promise_at(Instant at, const std::string& calendar) const {
  const auto whole = std::chrono::ceil<Seconds>(std::max(at, now) - now);
  return Promise{now + whole, Budget::calendar(whole), calendar};
}

Decision::Promise Decision::promise_for(const Case& c, const CallbackWish& wish) const {
  const Policy* policy = rules.book.policy_for(traits(c));
  const PolicyClock* clock = policy ? policy->clock(ClockKind::callback) : nullptr;
  const std::string calendar_code = clock ? clock->calendar : rules.book.callbacks.calendar;
  const Calendar& calendar = rules.calendar(calendar_code);
  const auto exactly = [&](Instant at) { return promise_at(at, calendar_code); };
  if (wish.at) return exactly(*wish.at);
  const Category* category = rules.book.category(c.category);
  const std::string choice_code = !wish.choice.empty() ? wish.choice
                                  : category           ? category->default_callback
                                                       : "";
  if (const CallbackChoice* choice = rules.book.callback_choice(choice_code)) {
    if (choice->within) {
      if (const auto at = due(now, *choice->within, calendar).value())
        return {*at, *choice->within, calendar_code};
    } else if (const auto at =
                   callback_at(*choice, now, rules.calendar(rules.book.callbacks.calendar))) {
      return exactly(*at);
    }
  }
  const Budget budget = clock ? budget_at(*clock, now, calendar) : Budget::working(Seconds{7200});
  const auto at = due(now, budget, calendar).value();
  return at ? Promise{*at, budget, calendar_code} : exactly(now + Seconds{7200});
}

Callback& Decision::promise_callback(CaseFile& file, const CallbackWish& wish,
                                     CallbackCaller caller) {
  const Case& c = file.facts;
  // One live callback per customer and matter: a new promise on the case takes the old one's place.
  for (Callback* open : docket.open_callbacks(c.id)) {
    if (open->kind != CallbackKind::follow_up)
      end_callback(*open, CallbackState::cancelled, "promised_anew");
  }
  Promise promise = promise_for(c, wish);
  const Instant opens = wish.customer_asked ? now : open_window(c.customer, now, promise);
  Callback made;
  made.id = CallbackId{docket.new_id()};
  made.case_id = c.id;
  made.customer = c.customer;
  made.interaction = c.interaction;
  made.number = c.reach_number;
  made.caller = caller;
  made.user = caller == CallbackCaller::owner ? c.owner : UserId{};
  made.department = caller == CallbackCaller::department ? c.department : DepartmentId{};
  made.window_from = opens;
  made.due_at = promise.due;
  made.promised_at = now;
  auto& stored = docket.now.callbacks.emplace(made.id, made).first->second;
  record("callback_promised", about(stored),
         Facts{}
             .add("callback", made.id)
             .add("kind", word(made.kind))
             .add("caller", word(caller))
             .add("user", made.user)
             .add("department", made.department)
             .add("due_at", made.due_at));
  start_promise_clock(stored, promise);
  return stored;
}

void Decision::end_callback(Callback& callback, CallbackState state, std::string_view why) {
  if (callback.state != CallbackState::open) return;
  callback.state = state;
  callback.ended_at = now;
  callback.ended_why = why;
  callback.next_try_at.reset();
  leave_line(callback);
  const std::string_view kind = state == CallbackState::kept        ? "callback_kept"
                                : state == CallbackState::exhausted ? "callback_exhausted"
                                                                    : "callback_cancelled";
  record(kind, about(callback), Facts{}.add("callback", callback.id).add("why", why));
  stop_clocks(matter(callback), clock_of(callback.kind),
              state == CallbackState::kept ? ClockState::met : ClockState::cancelled, {},
              callback.id);
}

void Decision::attempt(Callback& callback, const event::CallbackAttempted& e, UserId by) {
  ++callback.attempts;
  docket.written.attempts.push_back(
      {docket.new_id(), callback.id, callback.attempts, by, e.interaction, now, e.outcome, e.note});
  Facts facts;
  facts.add("callback", callback.id)
      .add("kind", word(callback.kind))
      .add("attempt", callback.attempts)
      .add("outcome", word(e.outcome))
      .add("note", e.note);
  if (e.satisfied) facts.add("satisfied", *e.satisfied);
  if (e.score) facts.add("score", *e.score);
  record("callback_attempt", {callback.customer, callback.case_id, e.interaction}, facts);
  if (e.outcome != AttemptOutcome::reached) return not_reached(callback, e.outcome);

  callback.satisfied = e.satisfied;
  callback.score = e.score;
  if (by) callback.user = by;  // who has talked, whoever was to
  end_callback(callback, CallbackState::kept, "reached");
  CaseFile* file = docket.case_file(callback.case_id);
  followed_up(callback.customer, by);
  if (!file) return;
  // The talk that the missed call was to be, about this case or not.
  if (callback.kind == CallbackKind::abandoned) return contacted(*file);
  if (callback.kind == CallbackKind::follow_up) return follow_up_answered(*file, callback);
  // A department that has called the customer has answered the owner as well.
  bool by_department = acts_for_department(callback.department);
  for (auto& dispatch : file->dispatches) {
    if (!dispatch.live() || !acts_for_department(dispatch.department)) continue;
    by_department = true;
    dispatch.answer = e.note.empty() ? "reached" : e.note;
    end_dispatch(*file, dispatch, DispatchState::answered);
  }
  by_department = by_department && !answers_for(file->facts.owner);
  tell(*file, by_department ? kToldByDepartment : "callback_reached");
  if (by_department) {
    mail("told_by_department", file->facts, rules.acting(file->facts.owner, now),
         "verify:" + std::to_string(callback.id.value), Facts{}.add("text", e.note));
  }
}

void Decision::not_reached(Callback& callback, AttemptOutcome outcome) {
  const auto& plan = rules.book.callbacks;
  const bool over = callback.attempts >= plan.attempts_max ||
                    outcome == AttemptOutcome::wrong_number || outcome == AttemptOutcome::refused;
  if (!over) {
    const auto& delays = plan.retry_delays_s;
    const std::size_t failure = static_cast<std::size_t>(callback.attempts) - 1;
    const int wait =
        delays.empty() ? plan.retry_delay_s : delays[std::min(failure, delays.size() - 1)];
    callback.next_try_at = callable_from(callback.customer, now + Seconds{wait});
    return;
  }
  end_callback(callback, CallbackState::exhausted, word(outcome));
  CaseFile* file = docket.case_file(callback.case_id);
  if (callback.kind == CallbackKind::follow_up) {
    // Whoever cannot be asked is left in peace: closed without an answer.
    if (file && file->facts.state == CaseState::resolved && !hinders_closing(*file)) close(*file);
    return;
  }
  // Nobody could be told: from here a supervisor decides (rule 4).
  if (file && !file->facts.live()) return;
  const Topic what = file ? topic(file->facts) : topic(callback.customer);
  for (const UserId supervisor : rules.with_role(Role::supervisor)) {
    mail("callback_exhausted", what, supervisor, "exhausted:" + std::to_string(callback.id.value),
         {});
  }
}

Instant Decision::callable_from(CustomerId customer, Instant at) const {
  const auto& plan = rules.book.callbacks;
  return in_contact_hours(customer, after_quiet_hours(plan, at, rules.calendar(plan.calendar)));
}

AttemptOutcome Decision::told_by_line(std::string_view reason) {
  if (reason == "busy") return AttemptOutcome::busy;
  if (reason == "bad_number") return AttemptOutcome::wrong_number;
  if (reason == "declined" || reason == "no_answer") return AttemptOutcome::no_answer;
  return AttemptOutcome::failed;
}

Outcome Decision::on(const event::CallbackDialled& e) {
  Callback* callback = docket.callback(e.callback);
  if (!callback) return not_found("callback");
  if (callback->state != CallbackState::open)
    return refuse("callback_ended", "This callback is done.");
  if (callback->number.empty())
    return refuse("not_reachable", "There is no number to call: write or visit.");
  const User* person = rules.user(event.actor);
  if (!person || person->extension.empty()) {
    return refuse("no_phone", "There is no telephone registered for you.");
  }
  if (docket.desk_as_seen(event.actor).interaction)
    return refuse("on_a_call", "Finish the call first.");
  if (const Interaction* live = docket.live_call(callback->id)) {
    const bool only_waits = live->direction == Direction::outbound && live->virtual_hold &&
                            live->state == InteractionState::waiting;
    if (!only_waits)
      return refuse("already_dialling", "Somebody is calling this customer right now.");
    leave_line(*callback);
  }
  Interaction call;
  call.id = InteractionId{docket.new_id()};
  call.direction = Direction::outbound;
  call.state = InteractionState::waiting;
  call.customer = callback->customer;
  call.case_id = callback->case_id;
  call.callback = callback->id;
  call.number = callback->number;
  call.agent = event.actor;
  call.enqueued_at = now;
  call.leg = agents_leg(call.id, "1");
  docket.now.interactions.emplace(call.id, call);
  Desk& desk = docket.desk(event.actor);
  desk.interaction = call.id;
  if (desk.presence != Presence::offline) set_presence(desk, Presence::talking);
  record("callback_dialled", about(call),
         Facts{}.add("callback", callback->id).add("agent", event.actor));
  command("call_back", call,
          Facts{}
              .add("leg", call.leg)
              .add("customer_leg", customers_leg(call.leg))
              .add("bridge", bridge_of(call.id))
              .add("extension", person->extension)
              .add("number", call.number));
  Outcome outcome;
  outcome.reply.id = call.id.value;
  return outcome;
}

Outcome Decision::on(const event::OutboundLeg& e) {
  Interaction* call = docket.interaction(e.interaction);
  if (!call || (call->direction != Direction::outbound && !call->virtual_hold))
    return not_found("call");
  if (call->state == InteractionState::ended) {
    // Nobody is waiting for it any more, and nobody would see it end.
    if (e.what == "answered" && !e.leg_id.empty())
      command("hang_up", *call, Facts{}.add("end", e.leg_id));
    return done();
  }
  // Where it was placed: only that PBX is asked about it and commands it from now on.
  if (call->pbx.empty()) call->pbx = event.source;
  if (call->virtual_hold) return leg_of_place(*call, e);
  const bool customer = e.leg == "customer";
  if (e.what == "answered" && !customer) {
    // The agent's telephone is up, the customer's rings; a late report does not move it back.
    if (call->state == InteractionState::waiting) call->state = InteractionState::offered;
  } else if (e.what == "answered") {
    if (call->answered_at) return done();
    call->state = InteractionState::talking;
    call->answered_at = now;
    record("call_answered", about(*call), Facts{}.add("agent", call->agent).add("outbound", true));
    followed_up(call->customer, call->agent);
  } else if (e.what == "failed" || e.what == "ended") {
    const bool talked = call->answered_at.has_value();
    end_call(*call, talked ? "handled" : "failed");
    const auto seconds = std::chrono::duration_cast<Seconds>(now - call->answered_at.value_or(now));
    record("call_ended", about(*call),
           Facts{}
               .add("reason", e.reason)
               .add("seconds", seconds.count())
               .add("agent", call->agent)
               .add("outbound", true));
    free_desk(call->agent, talked, *call);
    Callback* callback = docket.callback(call->callback);
    if (!talked && customer && callback && callback->state == CallbackState::open) {
      // The line itself has said what came of it; only a talk needs a person to say so.
      attempt(*callback,
              {callback->id, told_by_line(e.reason), "", std::nullopt, call->id, std::nullopt},
              event.actor);
    }
  }
  return done();
}

Outcome Decision::on(const event::CallbackAttempted& e) {
  Callback* callback = docket.callback(e.callback);
  if (!callback) return not_found("callback");
  if (callback->state != CallbackState::open)
    return refuse("callback_ended", "This callback is done.");
  if (!may_call(*callback)) return refuse("forbidden", "This callback is somebody else's.");
  event::CallbackAttempted made = e;
  if (callback->kind == CallbackKind::follow_up) {
    if (auto refused = check_answer(*callback, e); refused.refusal) return refused;
    if (!made.satisfied && made.score) made.satisfied = *made.score >= 3;
  }
  attempt(*callback, made, event.actor);
  Outcome outcome;
  outcome.reply.id = callback->id.value;
  return outcome;
}

}  // namespace firsthand
