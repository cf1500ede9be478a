// SPDX-License-Identifier: Apache-2.0
// What owner and department settle between them while the work is out: chasing, disputes about
// whose it is, longer time, and whether the customer was really called.
#include "engine/decision.hpp"
#include "engine/departments.hpp"

namespace firsthand {

bool Decision::works_on(const Case& c) const {
  return answers_for(c.owner) || is(Role::supervisor) ||
         (is(Role::back_line) && (c.handler == event.actor || c.escalation_level > 0));
}

// ------------------------------------------------------------------------------- chasing
void Decision::chase(CaseFile& file, Dispatch& dispatch, const std::string& note) {
  ++dispatch.chases;
  dispatch.chased_at = now;
  record("dispatch_chased", about(file.facts),
         Facts{}
             .add("dispatch", dispatch.id)
             .add("department", dispatch.department)
             .add("level", dispatch.chases)
             .add("note", note));
  // Each time one more hears of it: the liaisons, then their head, then the supervisors.
  std::vector<UserId> hearers = rules.liaisons(dispatch.department);
  const auto more = [&hearers](const std::vector<UserId>& people) {
    hearers.insert(hearers.end(), people.begin(), people.end());
  };
  if (dispatch.chases >= 2) more(rules.liaisons(dispatch.department, true));
  if (dispatch.chases >= 3) more(rules.with_role(Role::supervisor));
  std::vector<UserId> told;
  for (const UserId each : hearers) {
    const UserId who = rules.acting(each, now);
    if (std::find(told.begin(), told.end(), who) != told.end()) continue;
    told.push_back(who);
    mail("dispatch_chased", file.facts, who,
         "chased:" + std::to_string(dispatch.id.value) + ":" + std::to_string(dispatch.chases),
         Facts{}.add("level", dispatch.chases).add("reason", note).add("text", file.facts.text));
  }
}

Outcome Decision::on(const event::DispatchChased& e) {
  CaseFile* file = nullptr;
  Dispatch* dispatch = nullptr;
  if (auto refused = find_live(e.dispatch, file, dispatch); refused.refusal) return refused;
  if (!works_on(file->facts))
    return refuse("not_owner", "Only those who answer for the case chase the department.");
  if (dispatch->disputed()) return refuse("disputed", "The supervisor decides first whose it is.");
  if (const auto again = chase_again_at(dispatch->chased_at, rules); again && now < *again) {
    return refuse("chased_already", "The department was chased at " +
                                        to_iso8601(*dispatch->chased_at) + "; again from " +
                                        to_iso8601(*again) + ".");
  }
  chase(*file, *dispatch, e.note);
  return done(file->facts);
}

// ------------------------------------------------------------------------------- disputes
Outcome Decision::on(const event::DispatchDisputed& e) {
  CaseFile* file = nullptr;
  Dispatch* dispatch = nullptr;
  if (auto refused = find_live(e.dispatch, file, dispatch); refused.refusal) return refused;
  if (!acts_for_department(dispatch->department))
    return refuse("forbidden", "This dispatch is another department's.");
  if (e.reason.empty())
    return refuse("invalid", "Say why this is not your department's work.", "reason");
  if (in_time_to_return(dispatch->at, dispatch->department, rules, now))
    return refuse("not_too_late", "It may still be returned: there is nothing to dispute.");
  if (dispatch->disputed()) return refuse("disputed", "The supervisor decides first whose it is.");
  if (dispatch->dispute_settled_at)
    return refuse("dispute_settled", "The supervisor has decided that it is yours.");
  // The dispatch's clock runs on: a dispute is no way to win time.
  dispatch->disputed_at = now;
  dispatch->disputed_by = event.actor;
  dispatch->dispute_reason = e.reason;
  record("dispatch_disputed", about(file->facts),
         Facts{}
             .add("dispatch", dispatch->id)
             .add("department", dispatch->department)
             .add("reason", e.reason));
  for (const UserId supervisor : rules.with_role(Role::supervisor)) {
    mail("dispatch_disputed", file->facts, rules.acting(supervisor, now),
         "disputed:" + std::to_string(dispatch->id.value), Facts{}.add("reason", e.reason));
  }
  return done(file->facts);
}

Outcome Decision::on(const event::DisputeSettled& e) {
  CaseFile* file = nullptr;
  Dispatch* dispatch = nullptr;
  if (auto refused = find_live(e.dispatch, file, dispatch); refused.refusal) return refused;
  if (!is(Role::supervisor)) return refuse("forbidden", "The supervisor settles disputes.");
  if (!dispatch->disputed()) return refuse("not_disputed", "Nobody disputes this dispatch.");
  if (e.reason.empty()) return refuse("invalid", "Say why it is decided so.", "reason");
  if (e.department &&
      (!e.upheld || !rules.has_department(e.department) || e.department == dispatch->department)) {
    return refuse("invalid", "Name another department, or none.", "department");
  }
  const DispatchId id = dispatch->id;
  const UserId asked = dispatch->disputed_by;
  const std::string theirs = dispatch->dispute_reason;
  dispatch->dispute_settled_at = now;
  record("dispute_settled", about(file->facts),
         Facts{}
             .add("dispatch", id)
             .add("department", dispatch->department)
             .add("upheld", e.upheld)
             .add("reason", e.reason)
             .add("suggested_department", e.department));
  const std::string key = "settled:" + std::to_string(id.value);
  const Facts why = Facts{}.add("upheld", e.upheld).add("reason", e.reason);
  mail(e.upheld ? "dispute_upheld" : "dispute_refused", file->facts, rules.acting(asked, now), key,
       why);
  if (!e.upheld) return done(file->facts);
  give_back(*file, *dispatch, theirs, e.department);
  mail("dispute_upheld", file->facts, rules.acting(file->facts.owner, now), key, why);
  return e.department ? dispatch_to(*file, e.department, e.reason, {}) : done(file->facts);
}

// ------------------------------------------------------------------------------- more time
Outcome Decision::on(const event::ExtensionAsked& e) {
  CaseFile* file = nullptr;
  Dispatch* dispatch = nullptr;
  if (auto refused = find_live(e.dispatch, file, dispatch); refused.refusal) return refused;
  if (!acts_for_department(dispatch->department))
    return refuse("forbidden", "This dispatch is another department's.");
  if (dispatch->disputed()) return refuse("disputed", "The supervisor decides first whose it is.");
  if (dispatch->extension_until)
    return refuse("extension_open", "More time has been asked for already.");
  if (e.reason.empty()) return refuse("invalid", "Say why more time is needed.", "reason");
  const auto clock = std::find_if(file->clocks.begin(), file->clocks.end(), [&](const auto& c) {
    return c.live() && c.kind == ClockKind::dispatch && c.dispatch == dispatch->id;
  });
  const auto due_at = clock == file->clocks.end() ? std::nullopt : clock->due_at;
  if (e.until <= now || (due_at && e.until <= *due_at))
    return refuse("invalid", "The new time lies behind the old one.", "until");
  dispatch->extension_until = e.until;
  dispatch->extension_by = event.actor;
  dispatch->extension_reason = e.reason;
  record("extension_asked", about(file->facts),
         Facts{}
             .add("dispatch", dispatch->id)
             .add("department", dispatch->department)
             .add("until", e.until)
             .add("due_before", due_at)
             .add("reason", e.reason));
  mail("extension_asked", file->facts, rules.acting(file->facts.owner, now),
       "extension:" + std::to_string(docket.new_id()),
       Facts{}.add("due_at", e.until).add("reason", e.reason));
  return done(file->facts);
}

Outcome Decision::on(const event::ExtensionAnswered& e) {
  CaseFile* file = nullptr;
  Dispatch* dispatch = nullptr;
  if (auto refused = find_live(e.dispatch, file, dispatch); refused.refusal) return refused;
  const Case& c = file->facts;
  if (!answers_for(c.owner) && !is(Role::supervisor))
    return refuse("not_owner", "Only the owner, the deputy or a supervisor grants more time.");
  if (!dispatch->extension_until) return refuse("no_extension", "Nobody has asked for more time.");
  const Instant until = *dispatch->extension_until;
  if (e.granted && until <= now)
    return refuse("invalid", "The time that was asked for has passed.", "granted");
  if (!e.granted && e.reason.empty())
    return refuse("invalid", "Say why there is no more time.", "reason");
  dispatch->extension_until.reset();
  record(e.granted ? "extension_granted" : "extension_refused", about(c),
         Facts{}
             .add("dispatch", dispatch->id)
             .add("department", dispatch->department)
             .add("until", until)
             .add("reason", e.reason));
  if (e.granted) {
    // A person's promise now, no more the policy's: a clock of its own. The customer's stays.
    stop_clocks(*file, ClockKind::dispatch, ClockState::cancelled, dispatch->id);
    const Promise promise = promise_at(until, rules.company_calendar);
    ClockStart given;
    given.dispatch = dispatch->id;
    given.promise = &promise;
    start_clock(*file, ClockKind::dispatch, given);
  }
  mail(e.granted ? "extension_granted" : "extension_refused", c,
       rules.acting(dispatch->extension_by, now), "extension:" + std::to_string(docket.new_id()),
       Facts{}.add("due_at", until).add("reason", e.reason));
  return done(c);
}

// ------------------------------------------------------------------------------- verifying
Outcome Decision::on(const event::CustomerNotTold& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  Case& c = file->facts;
  if (auto refused = not_live(c); refused.refusal) return refused;
  if (!works_on(c)) return refuse("not_owner", "Only those who answer for the case verify it.");
  if (c.told_how != kToldByDepartment)
    return refuse("not_told_by_department", "No department says that it has told the customer.");
  const auto by =
      std::find_if(file->dispatches.rbegin(), file->dispatches.rend(),
                   [](const Dispatch& d) { return d.state == DispatchState::answered; });
  if (by == file->dispatches.rend()) return not_found("dispatch");
  const DepartmentId department = by->department;
  c.told_at.reset();
  c.told_how.clear();
  record("told_rejected", about(c), Facts{}.add("department", department).add("reason", e.reason));
  Outcome sent = dispatch_to(*file, department, e.reason, {});
  if (!sent.refusal) chase(*file, file->dispatches.back(), e.reason);
  return sent;
}

}  // namespace firsthand
