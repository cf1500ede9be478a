// SPDX-License-Identifier: Apache-2.0
// Who answers for a case and who works on it: the ownership ledger, the only place where an owner
// changes, hand-over, reassignment, escalation.
#include <map>

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

// ------------------------------------------------------------------------------- reassignment
Outcome Decision::check_reassignment(UserId to, const std::string& reason) const {
  if (!is(Role::supervisor) && !is(Role::manager) && !is(Role::administrator))
    return refuse("forbidden", "Only a supervisor reassigns a case.");
  const User* person = rules.user(to);
  if (!person || person->disabled || !takes_over(person->role))
    return refuse("invalid", "Name a colleague who may own cases.", "to");
  if (reason.empty()) return refuse("invalid", "Say why the case is reassigned.", "reason");
  return done();
}

Outcome Decision::check_reassignable(const CaseFile* file, UserId to) {
  if (!file) return not_found("case");
  if (file->facts.state == CaseState::closed)
    return refuse("already_closed", "This case is closed.");
  if (file->facts.owner == to) return refuse("already_owner", "This colleague owns it.", "to");
  return done();
}

Decision::Moved Decision::reassign(CaseFile& file, UserId to, const std::string& reason) {
  Case& c = file.facts;
  const Moved moved{&file, c.owner};
  c.hand_over_to = {};
  c.hand_over_reason.clear();
  record("reassigned", about(c), Facts{}.add("to", to).add("reason", reason));
  take_ownership(file, to, OwnershipHow::reassignment, reason);
  return moved;
}

void Decision::tell_reassigned(const std::vector<Moved>& moved, UserId to,
                               const std::string& reason) {
  if (moved.empty()) return;
  const auto name = [this](UserId id) {
    const User* person = rules.user(id);
    return person ? person->name : std::string{};
  };
  const std::string key = std::to_string(docket.written.history.back().id);
  const auto write = [&](std::string_view what, UserId hearer, UserId whose,
                         const std::vector<Moved>& of) {
    const User* person = rules.user(hearer);
    if (hearer == event.actor || !person || person->disabled) return;
    std::vector<Facts> cases;
    for (const auto& [file, previous] : of) {
      cases.push_back(Facts{}
                          .add("case_number", file->facts.number)
                          .add("category", file->facts.category)
                          .add("previous_owner", name(previous)));
    }
    Facts facts;
    facts.add("cases", cases)
        .add("owner", name(to))
        .add("by", name(event.actor))
        .add("reason", reason);
    if (hearer != whose) facts.add("stands_in_for", name(whose));
    mail(what, of.size() == 1 ? topic(of.front().file->facts) : Topic{}, hearer,
         std::string{what} + ":" + key + ":" + std::to_string(whose.value), facts);
  };
  const UserId receiver = rules.acting(to, now);
  write("reassigned_to", receiver, to, moved);
  std::map<UserId, std::vector<Moved>> lost;
  for (const auto& one : moved) lost[one.previous].push_back(one);
  for (const auto& [previous, cases] : lost) {
    // Whoever stands in for both has read it in the other letter.
    const UserId hearer = rules.acting(previous, now);
    if (hearer != receiver) write("reassigned_from", hearer, previous, cases);
  }
}

Outcome Decision::on(const event::CaseReassigned& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (auto refused = check_reassignment(e.to, e.reason); refused.refusal) return refused;
  if (auto refused = check_reassignable(file, e.to); refused.refusal) return refused;
  tell_reassigned({reassign(*file, e.to, e.reason)}, e.to, e.reason);
  return done(file->facts);
}

Outcome Decision::on(const event::CasesReassigned& e) {
  if (auto refused = check_reassignment(e.to, e.reason); refused.refusal) return refused;
  std::vector<Moved> moved;
  std::vector<Facts> items;
  for (const CaseId id : e.cases) {
    CaseFile* file = docket.case_file(id);
    const Outcome outcome = check_reassignable(file, e.to);
    if (!outcome.refusal) moved.push_back(reassign(*file, e.to, e.reason));
    items.push_back(
        Facts{}.add("case", id).add("refused", outcome.refusal ? outcome.refusal->code : ""));
  }
  record("cases_reassigned", {},
         Facts{}
             .add("to", e.to)
             .add("reason", e.reason)
             .add("cases", static_cast<std::int64_t>(moved.size()))
             .add("items", items));
  Outcome outcome;
  outcome.reply.id = docket.written.history.back().id;
  tell_reassigned(moved, e.to, e.reason);
  return outcome;
}

}  // namespace firsthand
