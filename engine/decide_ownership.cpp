// SPDX-License-Identifier: Apache-2.0
// Who answers for a case and who works on it: the ownership ledger, the only place where an owner
// changes, hand-over, reassignment, escalation.
#include "engine/decision.hpp"

namespace firsthand {

void Decision::take_ownership(CaseFile& file, UserId owner, OwnershipHow how,
                              const std::string& reason) {
  Case& c = file.facts;
  const UserId previous = how == OwnershipHow::first_contact ? UserId{} : c.owner;
  c.owner = owner;
  file.owners.push_back(owner);
  docket.written.ownership.push_back(
      {docket.new_id(), c.id, owner, previous, how, reason, event.actor, now});
  record("ownership", about(c),
         Facts{}
             .add("how", word(how))
             .add("owner", owner)
             .add("previous_owner", previous)
             .add("reason", reason));
  for (Callback* promise : docket.open_callbacks(c.id)) {
    if (promise->caller == CallbackCaller::owner && promise->kind != CallbackKind::follow_up)
      promise->user = owner;
  }
  // Policies may go by the office of the owner.
  const User* from = rules.user(previous);
  const User* to = rules.user(owner);
  if (from && to && from->office != to->office && c.live())
    recompute_clocks(file, how == OwnershipHow::departure);
}

Outcome Decision::on(const event::CaseEscalated& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  Case& c = file->facts;
  if (auto refused = not_live(c); refused.refusal) return refused;
  if (e.reason.empty()) return refuse("invalid", "Say why the case is escalated.", "reason");
  UserId to = e.to;
  if (!to) {
    to = rules.back_line(std::min(c.escalation_level + 1, 3), c.id.value, now);
    if (!to) return refuse("no_back_line", "There is nobody in the back line.");
  }
  const User* person = rules.user(to);
  if (!person || person->disabled) return refuse("not_found", "There is no such colleague.", "to");
  c.escalation_level = std::min(c.escalation_level + 1, 3);
  c.handler = rules.acting(to, now);
  c.state = CaseState::escalated;
  record(
      "escalated", about(c),
      Facts{}.add("level", c.escalation_level).add("handler", c.handler).add("reason", e.reason));
  mail("escalated", c, c.handler, "escalated:" + std::to_string(docket.new_id()),
       Facts{}.add("reason", e.reason));
  return done(c);
}

Outcome Decision::on(const event::HandOverOffered& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  Case& c = file->facts;
  if (auto refused = not_live(c); refused.refusal) return refused;
  if (!answers_for(c.owner) && !is(Role::supervisor))
    return refuse("not_owner", "Only the owner or the deputy hands a case over.");
  const User* to = rules.user(e.to);
  if (!to || to->disabled || e.to == c.owner || !takes_over(to->role))
    return refuse("invalid", "Name a colleague who can take the case over.", "to");
  if (e.reason.empty()) return refuse("invalid", "Say why the case is handed over.", "reason");
  c.hand_over_to = e.to;
  c.hand_over_reason = e.reason;
  record("hand_over_offered", about(c), Facts{}.add("to", e.to).add("reason", e.reason));
  mail("hand_over_offered", c, e.to, "hand_over:" + std::to_string(docket.new_id()),
       Facts{}.add("reason", e.reason));
  return done(c);
}

Outcome Decision::on(const event::HandOverAnswered& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  Case& c = file->facts;
  const bool mine = c.hand_over_to == event.actor;
  const bool taken_back = !mine && !e.accepted && (answers_for(c.owner) || is(Role::supervisor));
  if (!c.hand_over_to || !(mine || taken_back)) {
    return refuse("no_hand_over", "This case is not being handed over to you.");
  }
  const UserId to = c.hand_over_to;
  const std::string reason = c.hand_over_reason;
  c.hand_over_to = {};
  c.hand_over_reason.clear();
  Facts facts;
  facts.add("to", to).add("reason", e.reason.empty() ? reason : e.reason);
  record(taken_back   ? "hand_over_withdrawn"
         : e.accepted ? "hand_over_accepted"
                      : "hand_over_declined",
         about(c), facts);
  if (e.accepted) take_ownership(*file, event.actor, OwnershipHow::hand_over, reason);
  // Whoever offered it must know that it is still his.
  if (mine && !e.accepted) {
    mail("hand_over_declined", c, rules.acting(c.owner, now),
         "hand_over_declined:" + std::to_string(docket.new_id()), Facts{}.add("reason", e.reason));
  }
  return done(c);
}

Outcome Decision::on(const event::CaseReassigned& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  Case& c = file->facts;
  if (!is(Role::supervisor) && !is(Role::manager) && !is(Role::administrator)) {
    return refuse("forbidden", "Only a supervisor reassigns a case.");
  }
  if (c.state == CaseState::closed) return refuse("already_closed", "This case is closed.");
  const User* to = rules.user(e.to);
  if (!to || to->disabled)
    return refuse("invalid", "Name the colleague who is to own the case.", "to");
  if (e.reason.empty()) return refuse("invalid", "Say why the case is reassigned.", "reason");
  c.hand_over_to = {};
  c.hand_over_reason.clear();
  record("reassigned", about(c), Facts{}.add("to", e.to).add("reason", e.reason));
  take_ownership(*file, e.to, OwnershipHow::reassignment, e.reason);
  return done(c);
}

}  // namespace firsthand
