// SPDX-License-Identifier: Apache-2.0
// Work given to departments: sent with a number to call and a promise, accepted, returned or
// answered.
#include "engine/decision.hpp"
#include "engine/departments.hpp"

namespace firsthand {

Outcome Decision::dispatch_to(CaseFile& file, DepartmentId department, const std::string& note,
                              const CallbackWish& wish) {
  Case& c = file.facts;
  if (!rules.has_department(department))
    return refuse("invalid", "There is no such department.", "department");
  // Rule 3: never without a way to reach the customer. Nobody is told to dial another number.
  if (c.reach_number.empty()) {
    return refuse("not_reachable",
                  "A case cannot be dispatched without a number to call the customer back.",
                  "number");
  }
  if (auto refused = check_wish(wish); refused.refusal) return refused;
  if (wish.at && !wish.customer_asked) {
    if (auto refused = check_hours(c.customer, *wish.at, "callback.at"); refused.refusal)
      return refused;
  }
  for (auto& earlier : file.dispatches) {
    if (earlier.live()) end_dispatch(file, earlier, DispatchState::cancelled);
  }
  // What the customer was promised stays, whoever keeps it: only a new time is a new promise.
  Callback* standing = nullptr;
  if (wish.choice.empty() && !wish.at) {
    for (Callback* open : docket.open_callbacks(c.id)) {
      if (open->kind == CallbackKind::promised) standing = open;
    }
  }
  Dispatch dispatch;
  dispatch.id = DispatchId{docket.new_id()};
  dispatch.case_id = c.id;
  dispatch.department = department;
  dispatch.note = note;
  dispatch.by = event.actor;
  dispatch.at = now;
  file.dispatches.push_back(dispatch);
  c.department = department;
  c.state = CaseState::dispatched;
  record("dispatched", about(c),
         Facts{}
             .add("dispatch", dispatch.id)
             .add("department", department)
             .add("number", c.reach_number)
             .add("note", note));
  ClockStart given;
  given.dispatch = dispatch.id;
  start_clock(file, ClockKind::acknowledgement, given);
  start_clock(file, ClockKind::dispatch, given);
  const CallbackCaller caller = wish.caller.value_or(CallbackCaller::department);
  const Callback& promise = standing ? *standing : promise_callback(file, wish, caller);
  if (standing && caller == CallbackCaller::department)
    hand_callback(*standing, caller, {}, department);
  if (standing && caller == CallbackCaller::owner) hand_callback(*standing, caller, c.owner, {});
  for (const UserId liaison : rules.liaisons(department)) {
    mail(promise.caller == CallbackCaller::owner ? "dispatch_to_answer" : "dispatch_arrived", c,
         rules.acting(liaison, now), "dispatch:" + std::to_string(dispatch.id.value),
         Facts{}.add("due_at", promise.due_at).add("text", c.text));
  }
  return done(c);
}

void Decision::end_dispatch(CaseFile& file, Dispatch& dispatch, DispatchState state) {
  dispatch.state = state;
  dispatch.ended_by = event.actor;
  dispatch.ended_at = now;
  if (dispatch.disputed()) dispatch.dispute_settled_at = now;
  dispatch.extension_until.reset();
  const auto clocks = state == DispatchState::answered ? ClockState::met : ClockState::cancelled;
  stop_clocks(file, ClockKind::acknowledgement, clocks, dispatch.id);
  stop_clocks(file, ClockKind::dispatch, clocks, dispatch.id);
  if (file.facts.state == CaseState::dispatched) file.facts.state = CaseState::open;
  if (state == DispatchState::answered) {
    record("dispatch_answered", about(file.facts),
           Facts{}
               .add("dispatch", dispatch.id)
               .add("department", dispatch.department)
               .add("answer", dispatch.answer));
  } else if (state == DispatchState::cancelled) {
    record("dispatch_cancelled", about(file.facts),
           Facts{}.add("dispatch", dispatch.id).add("department", dispatch.department));
  }
}

Outcome Decision::find_live(DispatchId id, CaseFile*& file, Dispatch*& dispatch) {
  file = docket.case_of(id);
  if (!file) return not_found("dispatch");
  dispatch = &*std::find_if(file->dispatches.begin(), file->dispatches.end(),
                            [id](const Dispatch& d) { return d.id == id; });
  return dispatch->live() ? done() : refuse("dispatch_ended", "This dispatch has ended.");
}

bool Decision::speaks_for(const Dispatch& dispatch) const {
  return acts_for_department(dispatch.department) || is(Role::supervisor);
}

Outcome Decision::on(const event::Dispatched& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  if (auto refused = not_live(file->facts); refused.refusal) return refused;
  return dispatch_to(*file, e.department, e.note, e.callback);
}

Outcome Decision::on(const event::DispatchAccepted& e) {
  CaseFile* file = nullptr;
  Dispatch* dispatch = nullptr;
  if (auto refused = find_live(e.dispatch, file, dispatch); refused.refusal) return refused;
  if (dispatch->state == DispatchState::accepted) return done(file->facts);
  if (!speaks_for(*dispatch)) return refuse("forbidden", "This dispatch is another department's.");
  if (dispatch->disputed()) return refuse("disputed", "The supervisor decides first whose it is.");
  dispatch->state = DispatchState::accepted;
  dispatch->accepted_by = event.actor;
  dispatch->accepted_at = now;
  file->facts.handler = event.actor;
  record("dispatch_accepted", about(file->facts),
         Facts{}.add("dispatch", dispatch->id).add("department", dispatch->department));
  stop_clocks(*file, ClockKind::acknowledgement, ClockState::met, dispatch->id);
  for (Callback* promise : docket.open_callbacks(file->facts.id)) {
    if (promise->caller == CallbackCaller::department && !promise->user)
      promise->user = event.actor;
  }
  return done(file->facts);
}

Outcome Decision::on(const event::DispatchReturned& e) {
  CaseFile* file = nullptr;
  Dispatch* dispatch = nullptr;
  if (auto refused = find_live(e.dispatch, file, dispatch); refused.refusal) return refused;
  if (!speaks_for(*dispatch)) return refuse("forbidden", "This dispatch is another department's.");
  if (e.reason.empty())
    return refuse("invalid", "Say why this is not your department's work.", "reason");
  if (e.suggested && !rules.has_department(e.suggested))
    return refuse("invalid", "There is no such department.", "suggested_department");
  if (!in_time_to_return(dispatch->at, dispatch->department, rules, now) && !is(Role::supervisor)) {
    return refuse("too_late_to_return",
                  "The time in which work may be returned is over; dispute it, and the supervisor "
                  "decides.");
  }
  give_back(*file, *dispatch, e.reason, e.suggested);
  mail("dispatch_returned", file->facts, rules.acting(file->facts.owner, now),
       "returned:" + std::to_string(dispatch->id.value), Facts{}.add("reason", e.reason));
  return done(file->facts);
}

void Decision::give_back(CaseFile& file, Dispatch& dispatch, const std::string& reason,
                         DepartmentId suggested) {
  dispatch.return_reason = reason;
  dispatch.suggested_department = suggested;
  Case& c = file.facts;
  end_dispatch(file, dispatch, DispatchState::returned);
  record("dispatch_returned", about(c),
         Facts{}
             .add("dispatch", dispatch.id)
             .add("department", dispatch.department)
             .add("reason", reason)
             .add("suggested_department", suggested));
  // Back to the owner at once, and the promise to the customer with it.
  if (c.handler == dispatch.accepted_by) c.handler = {};
  promises_to_owner(file);
}

void Decision::promises_to_owner(CaseFile& file) {
  for (Callback* promise : docket.open_callbacks(file.facts.id)) {
    if (promise->caller == CallbackCaller::department)
      hand_callback(*promise, CallbackCaller::owner, file.facts.owner, {});
  }
}

Outcome Decision::on(const event::DispatchAnswered& e) {
  CaseFile* file = nullptr;
  Dispatch* dispatch = nullptr;
  if (auto refused = find_live(e.dispatch, file, dispatch); refused.refusal) return refused;
  if (!speaks_for(*dispatch)) return refuse("forbidden", "This dispatch is another department's.");
  if (e.answer.empty()) return refuse("invalid", "Write what was done.", "answer");
  if (dispatch->state == DispatchState::sent) {
    dispatch->accepted_by = event.actor;
    dispatch->accepted_at = now;
  }
  dispatch->answer = e.answer;
  end_dispatch(*file, *dispatch, DispatchState::answered);
  // The department has written instead of calling: the owner calls with its answer.
  promises_to_owner(*file);
  mail("dispatch_answered", file->facts, rules.acting(file->facts.owner, now),
       "answered:" + std::to_string(dispatch->id.value), Facts{}.add("text", e.answer));
  return done(file->facts);
}

}  // namespace firsthand
