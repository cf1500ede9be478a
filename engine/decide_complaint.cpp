// SPDX-License-Identifier: Apache-2.0
// The complaint record: remedies, compensation with a second person's approval, root cause, the
// regulator, the final response, and the repeat of an earlier complaint.
#include "engine/complaint.hpp"
#include "engine/customer_group.hpp"
#include "engine/decision.hpp"

namespace firsthand {
namespace {

constexpr std::int64_t kAmountMax = 100'000'000'00;  // cents: a typing mistake, not a compensation
constexpr int kUrgent = 4;

bool known(const std::vector<Choice>& list, const std::optional<std::string>& code) {
  return !code || code->empty() || RuleBook::by_code(list, *code) != nullptr;
}

std::string text_of(std::string_view text) {
  return std::string{text};
}
std::string text_of(const std::string& text) {
  return text;
}
std::string text_of(bool flag) {
  return flag ? "yes" : "no";
}
std::string text_of(const std::optional<bool>& flag) {
  return flag ? text_of(*flag) : "";
}
std::string text_of(const std::optional<Instant>& at) {
  return at ? to_iso8601(*at) : "";
}
std::string text_of(RemedyAnswer answer) {
  return text_of(word(answer));
}

/// What was changed, as history tells it: each field as it was and as it is.
class Changes {
 public:
  template <class T>
  void set(const char* field, T& value, const std::optional<T>& wanted) {
    if (wanted) put(field, value, *wanted);
  }
  template <class T>
  void put(const char* field, T& value, const T& wanted) {
    if (value == wanted) return;
    facts_.add(std::string{field} + "_from", text_of(value)).add(field, text_of(wanted));
    value = wanted;
    any_ = true;
  }
  bool any() const { return any_; }
  const Facts& facts() const { return facts_; }

 private:
  Facts facts_;
  bool any_ = false;
};

/// The first mistake of an edit, or nothing.
std::optional<Refusal> mistake(const event::ComplaintRecordEdited& e, const ComplaintRecord& record,
                               const Case& c, const ComplaintRules& lists) {
  const auto wrong = [](const char* sentence, const char* field) {
    return Refusal{"invalid", sentence, field};
  };
  const char* unknown = "This is not in the list.";
  if (!known(lists.remedies, e.remedy_sought)) return wrong(unknown, "remedy_sought");
  if (!known(lists.remedies, e.remedy_offered)) return wrong(unknown, "remedy_offered");
  if (!known(lists.root_causes, e.root_cause)) return wrong(unknown, "root_cause");
  if (!known(lists.regulators, e.regulator)) return wrong(unknown, "regulator");
  if (e.justified && *e.justified != "yes" && *e.justified != "no" && !e.justified->empty()) {
    return wrong("Justified is yes, no, or not settled.", "justified");
  }
  const std::string& offered = e.remedy_offered ? *e.remedy_offered : record.remedy_offered;
  const RemedyAnswer answer = e.remedy_answer.value_or(record.remedy_answer);
  if (answer != RemedyAnswer::open && offered.empty()) {
    return wrong("There is no offer that the customer could answer.", "remedy_answer");
  }
  const std::string& regulator = e.regulator ? *e.regulator : record.regulator;
  const bool has_reference = e.regulator_reference && !e.regulator_reference->empty();
  if (regulator.empty() && (has_reference || e.regulator_due_at)) {
    return wrong("Say which regulator it is.", "regulator");
  }
  if (e.regulator_due_at && *e.regulator_due_at <= c.opened_at) {
    return wrong("A regulator's date lies after the complaint.", "regulator_due_at");
  }
  return std::nullopt;
}

std::optional<bool> settled(const std::string& justified) {
  return justified.empty() ? std::nullopt : std::optional{justified == "yes"};
}

CaseFile* case_with(World& world, CompensationId id) {
  for (auto& [case_id, file] : world.cases) {
    for (const auto& each : file.compensations)
      if (each.id == id) return &file;
  }
  return nullptr;
}

/// What a colleague's mail says of it.
Facts mail_of(const Compensation& c) {
  return Facts{}
      .add("amount_cents", c.amount_cents)
      .add("currency", c.currency)
      .add("reason", c.decision_reason)
      .add("text", c.what);
}

Facts facts_of(const Compensation& c) {
  return Facts{}
      .add("compensation", c.id)
      .add("amount_cents", c.amount_cents)
      .add("currency", c.currency)
      .add("what", c.what);
}

}  // namespace

// ------------------------------------------------------------------------------- the record
Outcome Decision::on(const event::ComplaintRecordEdited& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  Case& c = file->facts;
  if (c.kind != CaseKind::complaint)
    return refuse("not_a_complaint", "Only a complaint has a complaint record.");
  ComplaintRecord record = file->complaint.value_or(ComplaintRecord{});
  record.case_id = c.id;
  if (e.version != (file->complaint ? record.version : 0)) {
    return refuse("version_mismatch", "Somebody has changed this record meanwhile.");
  }
  if (auto refused = mistake(e, record, c, rules.book.complaints))
    return refuse(refused->code, refused->sentence, refused->field);
  if (e.regulator_due_at && c.state == CaseState::closed)
    return refuse("already_closed", "This case is closed; reopen it first.");

  Changes changes;
  const auto due_before = record.regulator_due_at;
  changes.set("safety", record.safety, e.safety);
  changes.set("systemic", record.systemic, e.systemic);
  changes.set("remedy_sought", record.remedy_sought, e.remedy_sought);
  changes.set("remedy_offered", record.remedy_offered, e.remedy_offered);
  changes.set("remedy_answer", record.remedy_answer, e.remedy_answer);
  changes.set("root_cause", record.root_cause, e.root_cause);
  changes.set("root_cause_note", record.root_cause_note, e.root_cause_note);
  if (e.justified) changes.put("justified", record.justified, settled(*e.justified));
  changes.set("regulator", record.regulator, e.regulator);
  changes.set("regulator_reference", record.regulator_reference, e.regulator_reference);
  if (e.regulator_due_at)
    changes.put("regulator_due_at", record.regulator_due_at, e.regulator_due_at);
  if (record.regulator.empty()) {
    changes.put("regulator_reference", record.regulator_reference, std::string{});
    changes.put("regulator_due_at", record.regulator_due_at, std::optional<Instant>{});
  }
  if (!changes.any()) return done(c);
  if (file->complaint) ++record.version;
  file->complaint = record;
  this->record("complaint_record_edited", about(c), changes.facts());

  // Danger to people is urgent, whatever the category said.
  const bool more_urgent = record.safety && c.severity < kUrgent;
  if (more_urgent) {
    this->record(
        "edited", about(c),
        Facts{}.add("severity_from", c.severity).add("severity", kUrgent).add("because", "safety"));
    c.severity = kUrgent;
  }
  if (record.regulator_due_at != due_before) {
    // The regulator's own date takes the place of the policy's; without one the policy's is back.
    stop_clocks(*file, ClockKind::final_response, ClockState::cancelled);
    ClockStart start;
    start.at = std::chrono::floor<Seconds>(c.opened_at);
    Promise promise;
    if (record.regulator_due_at) {
      promise.due = *record.regulator_due_at;
      promise.budget =
          Budget::calendar(std::chrono::ceil<Seconds>(*record.regulator_due_at - *start.at));
      promise.calendar = rules.company_calendar;
      start.promise = &promise;
    }
    if (start.promise || (c.live() && !record.letter_at))
      start_clock(*file, ClockKind::final_response, start);
  }
  // After the regulator's clock, which no policy's is to begin beside.
  if (more_urgent && c.live()) recompute_clocks(*file, false);
  return done(c);
}

// ------------------------------------------------------------------------------- compensation
Outcome Decision::on(const event::CompensationProposed& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  Case& c = file->facts;
  if (c.kind != CaseKind::complaint)
    return refuse("not_a_complaint", "Compensation belongs to a complaint.");
  if (c.state == CaseState::closed)
    return refuse("already_closed", "This case is closed; reopen it first.");
  if (!rules.user(event.actor))
    return refuse("forbidden", "A person proposes a compensation, by name.");
  if (e.amount_cents <= 0 || e.amount_cents > kAmountMax)
    return refuse("invalid", "An amount is more than nothing.", "amount_cents");
  const ComplaintRules& plan = rules.book.complaints;
  if (!e.currency.empty() && e.currency != plan.currency)
    return refuse("invalid", "Amounts are in " + plan.currency + ".", "currency");
  if (e.what.empty()) return refuse("invalid", "Say what it is for.", "what");

  Compensation made;
  made.id = CompensationId{docket.new_id()};
  made.case_id = c.id;
  made.amount_cents = e.amount_cents;
  made.currency = plan.currency;
  made.what = e.what;
  made.proposed_by = event.actor;
  made.proposed_at = now;
  // Many small sums are one large one.
  const bool alone = granted_alone(*file) + e.amount_cents <= plan.compensation_limit_cents;
  if (alone) {
    made.state = CompensationState::approved;
    made.decided_at = now;
  }
  file->compensations.push_back(made);
  record(alone ? "compensation_granted" : "compensation_proposed", about(c), facts_of(made));
  if (alone) return done(c);
  std::vector<UserId> deciders = rules.with_role(Role::supervisor);
  if (std::all_of(deciders.begin(), deciders.end(),
                  [&](UserId id) { return rules.acting(id, now) == event.actor; })) {
    deciders = rules.with_role(Role::manager);
  }
  for (const UserId decider : deciders) {
    const UserId to = rules.acting(decider, now);
    if (to == event.actor) continue;
    mail("compensation_proposed", c, to, "compensation:" + std::to_string(made.id.value),
         mail_of(made));
  }
  return done(c);
}

Outcome Decision::on(const event::CompensationDecided& e) {
  CaseFile* file = case_with(docket.now, e.compensation);
  if (!file) return not_found("compensation");
  Compensation& asked =
      *std::find_if(file->compensations.begin(), file->compensations.end(),
                    [&](const Compensation& each) { return each.id == e.compensation; });
  if (asked.state != CompensationState::proposed)
    return refuse("compensation_decided", "This has been decided already.");
  std::string_view kind;
  switch (e.decision) {
    case CompensationState::withdrawn:
      if (event.actor != asked.proposed_by)
        return refuse("forbidden", "Only whoever proposed it withdraws it.");
      kind = "compensation_withdrawn";
      break;
    case CompensationState::approved:
    case CompensationState::refused:
      if (event.actor == asked.proposed_by || event.acting_for == asked.proposed_by)
        return refuse("own_proposal", "Somebody other than the proposer must decide this.");
      if (!is(Role::supervisor) && !is(Role::manager))
        return refuse("forbidden", "A supervisor or a manager decides this.");
      if (e.decision == CompensationState::refused && e.reason.empty())
        return refuse("invalid", "Say why it is refused.", "reason");
      kind = e.decision == CompensationState::approved ? "compensation_approved"
                                                       : "compensation_refused";
      break;
    case CompensationState::proposed:
      return refuse("invalid", "A decision is approved, refused or withdrawn.", "decision");
  }
  asked.state = e.decision;
  asked.decided_by = event.actor;
  asked.decided_at = now;
  asked.decision_reason = e.reason;
  record(kind, about(file->facts), facts_of(asked).add("reason", e.reason));
  if (event.actor != asked.proposed_by) {
    mail(kind, file->facts, rules.acting(asked.proposed_by, now),
         "compensation_decided:" + std::to_string(asked.id.value), mail_of(asked));
  }
  return done(file->facts);
}

// ------------------------------------------------------------------------------- the letter
Outcome Decision::on(const event::FinalResponseSent& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  Case& c = file->facts;
  if (c.kind != CaseKind::complaint)
    return refuse("not_a_complaint", "Only a complaint gets a final response.");
  if (c.state == CaseState::closed)
    return refuse("already_closed", "This case is closed; reopen it first.");
  if (e.how != "mail" && e.how != "email" && e.how != "handed")
    return refuse("invalid", "A letter goes by mail, by email, or is handed over.", "how");
  if (e.letter.empty()) return refuse("invalid", "A letter needs its words.", "text");
  ComplaintRecord response = file->complaint.value_or(ComplaintRecord{});
  response.case_id = c.id;
  response.letter_at = now;
  response.letter = e.letter;
  if (file->complaint) ++response.version;
  file->complaint = response;
  record("final_response_sent", about(c),
         Facts{}
             .add("how", e.how)
             .add("regulator", response.regulator)
             .add("reference", response.regulator_reference)
             .add("text", e.letter));
  stop_clocks(*file, ClockKind::final_response, ClockState::met);
  if (c.live()) tell(*file, "letter");
  return done(c);
}

// ------------------------------------------------------------------------------- repeats
Outcome Decision::on(const event::RepeatLinked& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  Case& c = file->facts;
  if (!e.earlier) {
    if (c.repeat_of.empty()) return done(c);
    record("repeat_unlinked", about(c), Facts{}.add("number", c.repeat_of));
    c.repeat_of.clear();
    return done(c);
  }
  const CaseFile* earlier = docket.case_file(e.earlier);
  if (!earlier) return not_found("case");
  const Case& first = earlier->facts;
  if (!one_customer(docket.now, first.customer, c.customer))
    return refuse("other_customer", "The earlier case is another customer's.", "of");
  // Only ever backwards in time, so repeats cannot form a circle.
  if (first.id == c.id || std::pair{first.opened_at, first.id} >= std::pair{c.opened_at, c.id})
    return refuse("invalid", "A repeat comes after the case that it repeats.", "of");
  if (c.repeat_of == first.number) return done(c);
  record("repeat_linked", about(c),
         Facts{}.add("number", first.number).add("number_from", c.repeat_of));
  c.repeat_of = first.number;
  return done(c);
}

}  // namespace firsthand
