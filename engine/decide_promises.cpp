// SPDX-License-Identifier: Apache-2.0
// What becomes of a promised call before it is kept: another time or number, another caller, called
// off, or kept by the customer himself who calls in.
#include "engine/complaint.hpp"
#include "engine/customer_group.hpp"
#include "engine/decision.hpp"

namespace firsthand {

bool Decision::may_call(const Callback& callback) const {
  const auto file = docket.now.cases.find(callback.case_id);
  const bool owners = file != docket.now.cases.end() && answers_for(file->second.facts.owner);
  return callback.user == event.actor || answers_for(callback.user) ||
         acts_for_department(callback.department) || owners || !is(Role::agent);
}

void Decision::start_promise_clock(const Callback& callback, const Promise& promise) {
  ClockStart promised;
  promised.callback = callback.id;
  promised.promise = &promise;
  start_clock(matter(callback), clock_of(callback.kind), promised);
}

void Decision::hand_callback(Callback& callback, CallbackCaller caller, UserId user,
                             DepartmentId department) {
  if (callback.caller == caller && callback.user == user && callback.department == department)
    return;
  callback.caller = caller;
  callback.user = user;
  callback.department = department;
  // Whoever calls now is asked first; a department calls from its own list.
  if (Interaction* call = docket.live_call(callback.id); call && call->virtual_hold) {
    if (caller == CallbackCaller::department) leave_line(callback);
    call->owner = user;
  }
  record("callback_assigned", about(callback),
         Facts{}
             .add("callback", callback.id)
             .add("kind", word(callback.kind))
             .add("caller", word(caller))
             .add("user", user)
             .add("department", department)
             .add("due_at", callback.due_at));
}

Callback& Decision::promise_again(const Callback& exhausted) {
  Callback made = exhausted;
  made.id = CallbackId{docket.new_id()};
  made.state = CallbackState::open;
  made.attempts = 0;
  made.next_try_at.reset();
  made.ended_at.reset();
  made.ended_why.clear();
  made.promised_at = now;
  made.version = 1;
  return docket.now.callbacks.emplace(made.id, made).first->second;
}

Outcome Decision::on(const event::CallbackRescheduled& e) {
  Callback* callback = docket.callback(e.callback);
  if (!callback) return not_found("callback");
  CaseFile* file = docket.case_file(callback->case_id);
  const bool follow_up = callback->kind == CallbackKind::follow_up;
  const bool promised =
      std::any_of(docket.now.callbacks.begin(), docket.now.callbacks.end(), [&](const auto& entry) {
        const Callback& other = entry.second;
        return other.state == CallbackState::open && other.kind != CallbackKind::follow_up &&
               other.case_id == callback->case_id &&
               one_customer(docket.now, other.customer, callback->customer);
      });
  const bool again = callback->state == CallbackState::exhausted && !follow_up && !promised &&
                     (!file || file->facts.live());
  if (callback->state != CallbackState::open && !again)
    return refuse("callback_ended", "This callback is done.");
  if (again && !is(Role::supervisor) && !(file && answers_for(file->facts.owner)))
    return refuse("forbidden", "After so many tries the supervisor or the owner promises anew.");
  if (!may_call(*callback)) return refuse("forbidden", "This callback is somebody else's.");
  if (e.at <= now) return refuse("invalid", "The new time lies in the past.", "at");
  if (e.from && *e.from > e.at)
    return refuse("invalid", "The window begins before it ends.", "from");
  if (!e.customer_asked) {
    if (auto refused = check_hours(callback->customer, e.at, "at"); refused.refusal) return refused;
    if (e.from) {
      if (auto refused = check_hours(callback->customer, *e.from, "from"); refused.refusal)
        return refused;
    }
  }
  if (e.number && e.number->empty()) return refuse("invalid", "Name the number to call.", "number");
  const Instant before = callback->due_at;
  // The callback and its clock are due at the same instant, whole seconds from now.
  const Promise promise = promise_at(e.at, rules.book.callbacks.calendar);
  Facts facts;
  if (again) callback = &promise_again(*callback);
  facts.add("callback", callback->id).add("from", before).add("due_at", promise.due);
  if (e.from) facts.add("window_from", *e.from);
  if (e.number && *e.number != callback->number) {
    callback->number = *e.number;
    facts.add("number", *e.number);
    if (file) file->facts.reach_number = *e.number;
    Customer* person = docket.customer(callback->customer);
    if (person && !has_number(docket.now, person->id, *e.number))
      person->numbers.push_back(*e.number);
  }
  const Instant from = std::max(e.from.value_or(now), now);
  callback->window_from = e.from || e.customer_asked
                              ? from
                              : std::min(in_contact_hours(callback->customer, from), promise.due);
  callback->due_at = promise.due;
  callback->next_try_at.reset();
  leave_line(*callback);
  record(again ? "callback_promised_again" : "callback_rescheduled", about(*callback), facts);
  // The old promise's clock ends as what it was, and a new one runs for the new promise.
  stop_clocks(matter(*callback), clock_of(callback->kind), ClockState::cancelled, {}, callback->id);
  start_promise_clock(*callback, promise);
  Outcome outcome;
  outcome.reply.id = callback->id.value;
  return outcome;
}

Outcome Decision::on(const event::CallbackAssigned& e) {
  Callback* callback = docket.callback(e.callback);
  if (!callback) return not_found("callback");
  if (callback->state != CallbackState::open)
    return refuse("callback_ended", "This callback is done.");
  const User* to = rules.user(e.to);
  if (!to || to->disabled || to->role == Role::administrator)
    return refuse("invalid", "Name the colleague who is to call.", "to");
  CaseFile* file = docket.case_file(callback->case_id);
  const bool inside = callback->department && to->department == callback->department;
  const bool leads = is(Role::supervisor) || (file && answers_for(file->facts.owner));
  // A department settles among its own people who calls; what was missed is for whoever takes it.
  const bool among_them = acts_for_department(callback->department) && inside;
  const bool takes = !callback->case_id && e.to == event.actor;
  const bool passes_on = callback->user == event.actor && !callback->department;
  if (!leads && !among_them && !takes && !passes_on)
    return refuse("forbidden", "This callback is somebody else's.");
  if (callback->kind == CallbackKind::follow_up && file) {
    const auto worked = hands(*file);
    if (std::find(worked.begin(), worked.end(), e.to) != worked.end())
      return refuse("worked_on_it", "Somebody who has worked on the case does not ask.", "to");
  }
  const bool was = callback->user == e.to;
  hand_callback(*callback, inside ? CallbackCaller::department : CallbackCaller::owner, e.to,
                inside ? callback->department : DepartmentId{});
  if (!was && e.to != event.actor) {
    mail("callback_assigned", file ? topic(file->facts) : topic(callback->customer),
         rules.acting(e.to, now), "assigned:" + std::to_string(docket.new_id()),
         Facts{}.add("due_at", callback->due_at));
  }
  Outcome outcome;
  outcome.reply.id = callback->id.value;
  return outcome;
}

Outcome Decision::on(const event::CallbackCancelled& e) {
  Callback* callback = docket.callback(e.callback);
  if (!callback) return not_found("callback");
  CaseFile* file = docket.case_file(callback->case_id);
  // Tried too often, and of no case: the supervisor agrees that nobody can be reached.
  const bool unreachable = callback->state == CallbackState::exhausted && !file;
  if (callback->state != CallbackState::open && !unreachable)
    return refuse("callback_ended", "This callback is done.");
  if (e.reason.empty()) return refuse("invalid", "Say why nobody has to call.", "reason");
  if (!is(Role::supervisor)) {
    if (!file || !answers_for(file->facts.owner) || callback->kind == CallbackKind::follow_up)
      return refuse("forbidden", "Only a supervisor calls this off.");
    const bool on_the_line = std::any_of(
        docket.now.interactions.begin(), docket.now.interactions.end(), [&](const auto& entry) {
          const Interaction& call = entry.second;
          return call.agent == event.actor && call.customer == callback->customer &&
                 call.answered_at && call.state != InteractionState::ended;
        });
    if (!file->facts.told_at && !on_the_line)
      return refuse("not_told", "The customer waits for this call; a supervisor may call it off.");
  }
  if (unreachable) {
    callback->state = CallbackState::cancelled;
    callback->ended_why = e.reason;
    record("callback_given_up", about(*callback),
           Facts{}.add("callback", callback->id).add("why", e.reason));
  } else {
    end_callback(*callback, CallbackState::cancelled, e.reason);
  }
  const bool asked = callback->kind == CallbackKind::follow_up;
  if (asked && file && file->facts.state == CaseState::resolved && !hinders_closing(*file))
    close(*file);
  Outcome outcome;
  outcome.reply.id = callback->id.value;
  return outcome;
}

void Decision::called_in_to_owner(CaseFile& file, const Interaction& call) {
  const Case& c = file.facts;
  const bool owners = call.agent == c.owner || rules.acting(c.owner, now) == call.agent;
  if (call.direction != Direction::inbound || !call.answered_at || !owners) return;
  // The department's answer is there and the owner talks with the customer about it: that is the
  // call that was promised. Before there is an answer, the promise to call with it stands.
  if (file.dispatches.empty() || file.dispatches.back().state != DispatchState::answered) return;
  for (Callback* promise : docket.open_callbacks(c.id)) {
    if (promise->kind != CallbackKind::promised || promise->caller != CallbackCaller::owner)
      continue;
    end_callback(*promise, CallbackState::kept, "customer_called_in");
    tell(file, "called_in");
  }
}

}  // namespace firsthand
