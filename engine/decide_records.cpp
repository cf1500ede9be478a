// SPDX-License-Identifier: Apache-2.0
// What people write down and correct: notes, contacts, the facts of a case; and the pauses of a
// case, each with its reason and its end.
#include "engine/complaint.hpp"
#include "engine/customer_group.hpp"
#include "engine/decision.hpp"

namespace firsthand {

Outcome Decision::on(const event::NoteAdded& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  if (e.text.empty()) return refuse("invalid", "A note needs a text.", "text");
  record("note", about(file->facts), Facts{}.add("text", e.text));
  return done(file->facts);
}

Outcome Decision::on(const event::ContactAdded& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  Interaction* call = docket.interaction(e.interaction);
  if (!call) return refuse("not_found", "There is no such interaction.", "interaction_id");
  if (!one_customer(docket.now, call->customer, file->facts.customer)) {
    return refuse("other_customer", "This call is another customer's.", "interaction_id");
  }
  call->case_id = file->facts.id;
  if (call->answered_at && file->facts.live()) {
    contacted(*file);
    called_in_to_owner(*file, *call);
  }
  record("contact_added", {file->facts.customer, file->facts.id, call->id},
         Facts{}.add("text", e.text));
  followed_up(file->facts.customer, event.actor);
  return done(file->facts);
}

Outcome Decision::on(const event::CaseEdited& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  Case& c = file->facts;
  if (e.version != c.version)
    return refuse("version_mismatch", "Somebody has changed this case meanwhile.");
  if (e.category && !rules.book.category(*e.category)) {
    return refuse("invalid", "There is no such category.", "category");
  }
  if (e.category && is_group(rules.book, *e.category))
    return refuse("invalid", "This is a group of categories: choose one below it.", "category");
  if (e.severity && (*e.severity < 1 || *e.severity > 4))
    return refuse("invalid", "Severity is 1 to 4.", "severity");
  if (e.severity && *e.severity < 4 && file->complaint && file->complaint->safety)
    return refuse("safety_is_urgent", "A safety complaint stays urgent.", "severity");
  if (e.text && e.text->empty()) return refuse("invalid", "The text cannot be empty.", "text");
  Facts facts;
  if (e.category)
    facts.add("category_from", c.category).add("category", *e.category), c.category = *e.category;
  if (e.severity)
    facts.add("severity_from", c.severity).add("severity", *e.severity), c.severity = *e.severity;
  if (e.text) facts.add("text_from", c.text).add("text", *e.text), c.text = *e.text;
  if (e.product)
    facts.add("product_from", c.product).add("product", *e.product), c.product = *e.product;
  ++c.version;  // at once: a second edit of the old version may stand in the same batch
  record("edited", about(c), facts);
  if ((e.category || e.severity) && c.live()) recompute_clocks(*file, false);
  return done(c);
}

Outcome Decision::on(const event::NumberRevealed& e) {
  const Customer* customer = docket.customer(e.customer);
  if (!customer) return not_found("customer");
  record("number_revealed", {customer->id, {}, {}});
  return done();
}

Outcome Decision::on(const event::ClocksPaused& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  Case& c = file->facts;
  if (auto refused = not_live(c); refused.refusal) return refused;
  if (e.reason.empty()) return refuse("invalid", "A pause needs a reason from the list.", "reason");
  if (e.until <= now || e.until > now + std::chrono::days{30}) {
    return refuse("invalid", "A pause ends by itself within 30 days.", "until");
  }
  const bool open = std::any_of(file->pauses.begin(), file->pauses.end(),
                                [](const ClockPause& p) { return !p.until; });
  if (open) return refuse("already_paused", "The clocks are paused already.");
  file->pauses.push_back(
      {PauseId{docket.new_id()}, c.id, now, std::nullopt, e.until, e.reason, event.actor});
  c.state = CaseState::waiting_for_customer;
  rearm_all(*file);
  record("paused", about(c), Facts{}.add("reason", e.reason).add("until", e.until));
  return done(c);
}

Outcome Decision::on(const event::ClocksResumed& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  Case& c = file->facts;
  const auto open = std::find_if(file->pauses.begin(), file->pauses.end(),
                                 [](const ClockPause& p) { return !p.until; });
  if (open == file->pauses.end()) return refuse("not_paused", "The clocks are running.");
  if (e.by_itself && open->planned_until > now) return refuse("too_early", "The pause goes on.");
  // One that ends by itself ends when it was planned to, however late the timer comes.
  resume(*file, e.by_itself ? open->planned_until : now, e.by_itself ? "planned" : "");
  return done(c);
}

void Decision::resume(CaseFile& file, Instant at, std::string_view why) {
  const bool standing = std::any_of(file.pauses.begin(), file.pauses.end(),
                                    [](const ClockPause& p) { return !p.until; });
  if (!standing) return;
  end_pause(file, at);
  Case& c = file.facts;
  if (c.state == CaseState::waiting_for_customer) c.state = state_at_work(file);
  rearm_all(file);
  record("unpaused", about(c), Facts{}.add("by_itself", !why.empty()).add("why", why));
}

}  // namespace firsthand
