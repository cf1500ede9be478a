// SPDX-License-Identifier: Apache-2.0
// The clocks of cases, customers and review actions, their pauses and the alerts they gave.
#include "adapters/import/rows.hpp"
#include "engine/words.hpp"

namespace firsthand::import {
namespace {

template <class F>
void each_clockwork(const Rows& rows, F write_one) {
  for (const CaseFile& file : rows.cases) write_one(file);
  for (const Clockwork& works : rows.clockworks) write_one(works);
  for (const ReviewActionFile& action : rows.review_actions) write_one(action);
}

void write_clocks(SqlSink& sink, const Rows& rows) {
  RowBatch out{sink, "sla_clock", {{"id", kId},           {"case_id", kId},
                                   {"customer_id", kId},  {"review_action_id", kId},
                                   {"kind", kText},       {"cycle", kInt},
                                   {"callback_id", kId},  {"dispatch_id", kId},
                                   {"policy", kText},     {"policy_version", kInt},
                                   {"calendar", kText},   {"budget_kind", kText},
                                   {"budget_s", kId},     {"ladder", kText},
                                   {"started_at", kTime}, {"due_at", kTime},
                                   {"state", kText},      {"breached_at", kTime},
                                   {"ended_at", kTime},   {"stage", kInt},
                                   {"step", kText},       {"fire_at", kTime},
                                   {"revision", kId},     {"version", kId}}};
  each_clockwork(rows, [&](const Clockwork& works) {
    for (const SlaClock& c : works.clocks) {
      out.add(c.id)
          .add(c.case_id)
          .add(c.customer)
          .add(c.review_action)
          .add(word(c.kind))
          .add(c.cycle)
          .add(c.callback)
          .add(c.dispatch);
      out.add(c.policy).add(c.policy_version).add(c.calendar).add(word(c.budget.kind));
      out.add(c.budget.amount).add(c.ladder).add(c.started_at).add(c.due_at).add(word(c.state));
      out.add(c.breached_at).add(c.ended_at).add(c.stage).add(c.step).add(c.fire_at);
      out.add(c.revision).add(c.version);
      out.end_row();
    }
  });
  out.flush();
}

void write_review_actions(SqlSink& sink, const Rows& rows) {
  RowBatch out{sink,
               "review_action",
               {{"id", kId},
                {"title", kText},
                {"text", kText},
                {"department_id", kId},
                {"assignee_id", kId},
                {"case_id", kId},
                {"by_user_id", kId},
                {"agreed_at", kTime},
                {"due_at", kTime},
                {"state", kText},
                {"result", kText},
                {"ended_by", kId},
                {"ended_at", kTime},
                {"version", kId}}};
  for (const ReviewActionFile& file : rows.review_actions) {
    const ReviewAction& a = file.facts;
    out.add(a.id).add(a.title).add(a.text).add(a.department).add(a.assignee).add(a.case_id);
    out.add(a.by).add(a.agreed_at).add(a.due_at).add(word(a.state)).add(a.result);
    out.add(a.ended_by).add(a.ended_at).add(a.version).end_row();
  }
  out.flush();
}

void write_pauses_and_alerts(SqlSink& sink, const Rows& rows) {
  RowBatch pauses{sink,
                  "clock_pause",
                  {{"id", kId},
                   {"case_id", kId},
                   {"from_at", kTime},
                   {"until_at", kTime},
                   {"planned_until", kTime},
                   {"reason", kText},
                   {"by_user_id", kId}}};
  RowBatch alerts{sink,
                  "alert",
                  {{"id", kId},
                   {"clock_id", kId},
                   {"case_id", kId},
                   {"customer_id", kId},
                   {"review_action_id", kId},
                   {"cycle", kInt},
                   {"stage", kInt},
                   {"step", kText},
                   {"clock_kind", kText},
                   {"recipient_id", kId},
                   {"role", kText},
                   {"needs_acknowledgement", kBool},
                   {"due_at", kTime},
                   {"fired_at", kTime},
                   {"acknowledged_at", kTime},
                   {"acknowledged_by", kId}}};
  for (const CaseFile& file : rows.cases) {
    for (const ClockPause& p : file.pauses) {
      pauses.add(p.id).add(p.case_id).add(p.from).add(p.until).add(p.planned_until);
      pauses.add(p.reason).add(p.by).end_row();
    }
  }
  each_clockwork(rows, [&](const Clockwork& works) {
    for (const Alert& a : works.alerts) {
      alerts.add(a.id).add(a.clock).add(a.case_id).add(a.customer).add(a.review_action);
      alerts.add(a.cycle).add(a.stage).add(a.step);
      alerts.add(word(a.clock_kind)).add(a.recipient).add(a.role).add(a.needs_acknowledgement);
      alerts.add(a.due_at).add(a.fired_at).add(a.acknowledged_at).add(a.acknowledged_by);
      alerts.end_row();
    }
  });
  pauses.flush();
  alerts.flush();
}

}  // namespace

void write_clockwork(SqlSink& sink, const Rows& rows) {
  write_review_actions(sink, rows);
  write_clocks(sink, rows);
  write_pauses_and_alerts(sink, rows);
}

}  // namespace firsthand::import
