// SPDX-License-Identifier: Apache-2.0
// The tables of a finished world, each with its columns beside the values that go into them: people
// and calls, cases and what was promised. Their clocks: write_clockwork.cpp.
#include "adapters/import/rows.hpp"
#include "engine/words.hpp"

namespace firsthand::import {
namespace {

void write_customers(SqlSink& sink, const Rows& rows) {
  RowBatch customers{sink,
                     "customer",
                     {{"id", kId},
                      {"kind", kText},
                      {"name", kText},
                      {"initials", kText},
                      {"language", kText},
                      {"tier", kText},
                      {"email", kText},
                      {"address", kText},
                      {"provisional", kBool},
                      {"do_not_call", kBool},
                      {"product", kText},
                      {"potential", kInt},
                      {"created_at", kTime},
                      {"version", kId}}};
  RowBatch numbers{
      sink, "customer_number", {{"customer_id", kId}, {"number", kText}, {"label", kText}}};
  for (const auto& [c, more] : rows.customers) {
    customers.add(c.id).add(more.kind).add(c.name).add(more.initials).add(c.language);
    customers.add(word(c.tier)).add(c.email).add(c.address).add(c.provisional).add(c.do_not_call);
    customers.add(c.product).add(c.potential).add(c.created_at).add(c.version);
    customers.end_row();
  }
  customers.flush();
  for (const auto& [c, more] : rows.customers) {
    for (const std::string& number : c.numbers) {
      const bool mobile = number.rfind("+861", 0) == 0 && number.size() == 14;
      numbers.add(c.id).add(number).add(mobile ? "手机" : "座机").end_row();
    }
  }
  numbers.flush();
}

void write_interactions(SqlSink& sink, const Rows& rows) {
  RowBatch out{
      sink, "interaction", {{"id", kId},         {"channel", kText},     {"direction", kText},
                            {"state", kText},    {"outcome", kText},     {"customer_id", kId},
                            {"case_id", kId},    {"callback_id", kId},   {"number", kText},
                            {"dialled", kText},  {"queue_code", kText},  {"agent_id", kId},
                            {"owner_id", kId},   {"enqueued_at", kTime}, {"answered_at", kTime},
                            {"ended_at", kTime}, {"pbx_id", kText},      {"channel_id", kText},
                            {"leg_id", kText},   {"observed", kBool},    {"version", kId}}};
  for (const Interaction& i : rows.interactions) {
    out.add(i.id).add(word(i.channel)).add(word(i.direction)).add(word(i.state)).add(i.outcome);
    out.add(i.customer).add(i.case_id).add(i.callback).add(i.number).add(i.dialled).add(i.queue);
    out.add(i.agent).add(i.owner).add(i.enqueued_at).add(i.answered_at).add(i.ended_at);
    out.add(i.pbx).add(i.pbx_channel).add(i.leg).add(i.observed).add(i.version);
    out.end_row();
  }
  out.flush();
}

void write_offers(SqlSink& sink, const Rows& rows) {
  RowBatch out{sink,
               "offer",
               {{"id", kId},
                {"interaction_id", kId},
                {"agent_id", kId},
                {"token", kText},
                {"leg_id", kText},
                {"reason", kText},
                {"state", kText},
                {"offered_at", kTime},
                {"expires_at", kTime},
                {"ended_at", kTime}}};
  for (const Offer& o : rows.offers) {
    out.add(o.id).add(o.interaction).add(o.agent).add(o.token).add(o.leg).add(word(o.reason));
    out.add(word(o.state)).add(o.offered_at).add(o.expires_at).add(o.ended_at);
    out.end_row();
  }
  out.flush();
}

void write_case_files(SqlSink& sink, const Rows& rows) {
  RowBatch out{sink,
               "case_file",
               {{"id", kId},
                {"number", kText},
                {"kind", kText},
                {"state", kText},
                {"customer_id", kId},
                {"interaction_id", kId},
                {"channel", kText},
                {"category", kText},
                {"text", kText},
                {"severity", kInt},
                {"owner_id", kId},
                {"handler_user_id", kId},
                {"department_id", kId},
                {"escalation_level", kInt},
                {"reach_number", kText},
                {"language", kText},
                {"product", kText},
                {"cycle", kInt},
                {"told_at", kTime},
                {"told_how", kText},
                {"resolution", kText},
                {"hand_over_to", kId},
                {"hand_over_reason", kText},
                {"repeat_of", kText},
                {"public_token", kText},
                {"opened_at", kTime},
                {"resolved_at", kTime},
                {"closed_at", kTime},
                {"version", kId}}};
  for (const CaseFile& file : rows.cases) {
    const Case& c = file.facts;
    out.add(c.id).add(c.number).add(word(c.kind)).add(word(c.state)).add(c.customer);
    out.add(c.interaction).add(word(c.channel)).add(c.category).add(c.text).add(c.severity);
    out.add(c.owner).add(c.handler).add(c.department).add(c.escalation_level).add(c.reach_number);
    out.add(c.language).add(c.product).add(c.cycle).add(c.told_at).add(c.told_how);
    out.add(c.resolution).add(c.hand_over_to).add(c.hand_over_reason).add(c.repeat_of);
    out.add(c.public_token).add(c.opened_at).add(c.resolved_at).add(c.closed_at).add(c.version);
    out.end_row();
  }
  out.flush();
}

void write_ownership_and_dispatches(SqlSink& sink, const Rows& rows) {
  RowBatch ownership{sink,
                     "ownership_entry",
                     {{"id", kId},
                      {"case_id", kId},
                      {"owner_id", kId},
                      {"previous_owner_id", kId},
                      {"how", kText},
                      {"reason", kText},
                      {"by_user_id", kId},
                      {"at", kTime}}};
  for (const OwnershipEntry& e : rows.ownership) {
    ownership.add(e.id).add(e.case_id).add(e.owner).add(e.previous_owner).add(word(e.how));
    ownership.add(e.reason).add(e.by).add(e.at).end_row();
  }
  ownership.flush();
  RowBatch dispatches{sink,
                      "dispatch",
                      {{"id", kId},
                       {"case_id", kId},
                       {"department_id", kId},
                       {"state", kText},
                       {"note", kText},
                       {"by_user_id", kId},
                       {"at", kTime},
                       {"accepted_by", kId},
                       {"accepted_at", kTime},
                       {"return_reason", kText},
                       {"suggested_department_id", kId},
                       {"ended_by", kId},
                       {"ended_at", kTime},
                       {"answer", kText},
                       {"chases", kInt},
                       {"chased_at", kTime},
                       {"disputed_at", kTime},
                       {"disputed_by", kId},
                       {"dispute_reason", kText},
                       {"dispute_settled_at", kTime},
                       {"extension_until", kTime},
                       {"extension_by", kId},
                       {"extension_reason", kText}}};
  for (const CaseFile& file : rows.cases) {
    for (const Dispatch& d : file.dispatches) {
      dispatches.add(d.id).add(d.case_id).add(d.department).add(word(d.state)).add(d.note);
      dispatches.add(d.by).add(d.at).add(d.accepted_by).add(d.accepted_at).add(d.return_reason);
      dispatches.add(d.suggested_department).add(d.ended_by).add(d.ended_at).add(d.answer);
      dispatches.add(d.chases).add(d.chased_at).add(d.disputed_at).add(d.disputed_by);
      dispatches.add(d.dispute_reason).add(d.dispute_settled_at).add(d.extension_until);
      dispatches.add(d.extension_by).add(d.extension_reason).end_row();
    }
  }
  dispatches.flush();
}

void write_callbacks(SqlSink& sink, const Rows& rows) {
  RowBatch out{sink,
               "callback",
               {{"id", kId},
                {"kind", kText},
                {"case_id", kId},
                {"customer_id", kId},
                {"interaction_id", kId},
                {"number", kText},
                {"caller", kText},
                {"user_id", kId},
                {"department_id", kId},
                {"window_from", kTime},
                {"due_at", kTime},
                {"state", kText},
                {"attempts", kInt},
                {"next_try_at", kTime},
                {"ended_at", kTime},
                {"ended_why", kText},
                {"promised_at", kTime},
                {"satisfied", kBool},
                {"score", kInt},
                {"version", kId}}};
  for (const Callback& c : rows.callbacks) {
    out.add(c.id).add(word(c.kind)).add(c.case_id).add(c.customer).add(c.interaction);
    out.add(c.number).add(word(c.caller)).add(c.user).add(c.department).add(c.window_from);
    out.add(c.due_at).add(word(c.state)).add(c.attempts).add(c.next_try_at).add(c.ended_at);
    out.add(c.ended_why).add(c.promised_at).add(c.satisfied).add(c.score).add(c.version);
    out.end_row();
  }
  out.flush();
  RowBatch attempts{sink,
                    "callback_attempt",
                    {{"id", kId},
                     {"callback_id", kId},
                     {"number", kInt},
                     {"by_user_id", kId},
                     {"interaction_id", kId},
                     {"at", kTime},
                     {"outcome", kText},
                     {"note", kText}}};
  for (const CallbackAttempt& a : rows.attempts) {
    attempts.add(a.id).add(a.callback).add(a.number).add(a.by).add(a.interaction).add(a.at);
    attempts.add(word(a.outcome)).add(a.note).end_row();
  }
  attempts.flush();
}

void write_complaints(SqlSink& sink, const Rows& rows) {
  RowBatch records{sink,
                   "complaint_record",
                   {{"case_id", kId},
                    {"safety", kBool},
                    {"remedy_sought", kText},
                    {"remedy_offered", kText},
                    {"remedy_answer", kText},
                    {"root_cause", kText},
                    {"root_cause_note", kText},
                    {"justified", kBool},
                    {"systemic", kBool},
                    {"regulator", kText},
                    {"regulator_reference", kText},
                    {"regulator_due_at", kTime},
                    {"letter_at", kTime},
                    {"letter", kText},
                    {"version", kId}}};
  RowBatch compensations{sink,
                         "compensation",
                         {{"id", kId},
                          {"case_id", kId},
                          {"amount_cents", kId},
                          {"currency", kText},
                          {"what", kText},
                          {"state", kText},
                          {"proposed_by", kId},
                          {"proposed_at", kTime},
                          {"decided_by", kId},
                          {"decided_at", kTime},
                          {"decision_reason", kText}}};
  for (const CaseFile& file : rows.cases) {
    if (const auto& r = file.complaint) {
      records.add(file.facts.id).add(r->safety).add(r->remedy_sought).add(r->remedy_offered);
      records.add(word(r->remedy_answer)).add(r->root_cause).add(r->root_cause_note);
      records.add(r->justified).add(r->systemic).add(r->regulator).add(r->regulator_reference);
      records.add(r->regulator_due_at).add(r->letter_at).add(r->letter).add(r->version).end_row();
    }
    for (const Compensation& c : file.compensations) {
      compensations.add(c.id).add(c.case_id).add(c.amount_cents).add(c.currency).add(c.what);
      compensations.add(word(c.state)).add(c.proposed_by).add(c.proposed_at).add(c.decided_by);
      compensations.add(c.decided_at).add(c.decision_reason).end_row();
    }
  }
  records.flush();
  compensations.flush();
}

}  // namespace

void write(SqlSink& sink, const Rows& rows) {
  write_customers(sink, rows);
  write_interactions(sink, rows);
  write_offers(sink, rows);
  write_case_files(sink, rows);
  write_ownership_and_dispatches(sink, rows);
  write_callbacks(sink, rows);
  write_clockwork(sink, rows);
  write_complaints(sink, rows);
}

}  // namespace firsthand::import
