// SPDX-License-Identifier: Apache-2.0
// What a step of a ladder does when it fires: escalates, alerts those whom its roles mean by now,
// and sends word to them; and that an alert was acknowledged.
#include "engine/decision.hpp"
#include "engine/recipients.hpp"

namespace firsthand {

void Decision::escalate_by_ladder(CaseFile& file, const LadderStep& step) {
  Case& c = file.facts;
  if (step.escalate <= c.escalation_level || !c.live()) return;
  const UserId handler = rules.back_line(step.escalate, c.id.value, now);
  if (!handler) return;
  c.escalation_level = step.escalate;
  c.handler = handler;
  if (c.state == CaseState::open) c.state = CaseState::escalated;
  record("escalated", about(c),
         Facts{}
             .add("level", c.escalation_level)
             .add("handler", c.handler)
             .add("by", "ladder")
             .add("step", step.name));
  mail("escalated", c, c.handler, "escalated:" + std::to_string(docket.new_id()),
       Facts{}.add("step", step.name));
}

void Decision::record_step(const Matter& at, const SlaClock& clock, const LadderStep& step,
                           const Firing& firing, const std::vector<Alert>& alerts) {
  Facts facts;
  facts.add("clock", clock.id)
      .add("clock_kind", word(clock.kind))
      .add("step", step.name)
      .add("due_at", clock.due_at)
      .add("step_due_at", firing.due_at);
  if (!alerts.empty()) {
    std::vector<AlertId> ids;
    std::vector<UserId> recipients;
    for (const Alert& alert : alerts) {
      ids.push_back(alert.id);
      recipients.push_back(alert.recipient);
    }
    facts.add("alerts", ids).add("recipients", recipients);
  }
  record(step.is_breach() ? "clock_breached" : "clock_warned", about(at), facts);
}

void Decision::fire(const Matter& at, SlaClock& clock, const LadderStep& step,
                    const Firing& firing) {
  if (step.is_breach() && !clock.breached_at) {
    clock.breached_at = clock.due_at;
    clock.state = ClockState::breached;
  }
  std::vector<Alert> alerts;
  // Whom the roles mean before the step itself changes anything.
  for (const auto& [who, role] : recipients_of(subject(at, clock), step, rules, now)) {
    Alert alert;
    alert.id = AlertId{docket.new_id()};
    alert.clock = clock.id;
    alert.case_id = clock.case_id;
    alert.customer = clock.customer;
    alert.review_action = clock.review_action;
    alert.cycle = clock.cycle;
    alert.stage = firing.stage;
    alert.step = step.name;
    alert.clock_kind = clock.kind;
    alert.recipient = who;
    alert.role = word(role);
    alert.needs_acknowledgement = step.needs_acknowledgement;
    alert.due_at = firing.due_at;
    alert.fired_at = now;
    alerts.push_back(alert);
  }
  record_step(at, clock, step, firing, alerts);
  if (step.escalate > 0 && at.file) escalate_by_ladder(*at.file, step);
  if (step.is_breach() && clock.kind == ClockKind::pool_hold) {
    if (Account* account = docket.account(at.customer))
      move_account(*account, {}, AccountHow::lapsed, "");
  }
  for (const Alert& alert : alerts) {
    at.clockwork.alerts.push_back(alert);
    deliver(at, clock, step, alert, firing.quietly);
  }
}

void Decision::deliver(const Matter& at, const SlaClock& clock, const LadderStep& step,
                       const Alert& alert, bool quietly) {
  const std::string key = "alert:" + std::to_string(alert.id.value);
  const Department* department = rules.department(subject(at, clock).department);
  Facts facts;
  facts.add("clock_kind", word(clock.kind))
      .add("step", step.name)
      .add("breach", clock.breached_at.has_value())
      .add("due_at", clock.due_at)
      .add("alert", alert.id)
      .add("needs_acknowledgement", alert.needs_acknowledgement)
      .add("department", department ? department->code : "")
      .add("digest", quietly);
  if (at.file) facts.add("severity", at.file->facts.severity).add("text", at.file->facts.text);
  if (at.action) facts.add("text", at.action->facts.text);
  for (const AlertChannel channel : step.channels) {
    switch (channel) {
      case AlertChannel::console: break;  // the alert row itself is what the console shows
      case AlertChannel::email: mail("alert", topic(at), alert.recipient, key, facts); break;
      case AlertChannel::webhook:
        effect(EffectKind::webhook, "webhook:" + key,
               Facts{facts}
                   .add("what", "alert")
                   .add("case_number", topic(at).number)
                   .add("customer", clock.customer)
                   .add("review_action", clock.review_action)
                   .add("recipient", alert.recipient));
        break;
    }
  }
}

Outcome Decision::on(const event::AlertAcknowledged& e) {
  const auto at = matter_of(e.alert);
  if (!at) return not_found("alert");
  auto& alerts = at->clockwork.alerts;
  Alert& alert =
      *std::find_if(alerts.begin(), alerts.end(), [&](const Alert& a) { return a.id == e.alert; });
  if (alert.recipient != event.actor && !is(Role::supervisor)) {
    return refuse("forbidden", "This alert is somebody else's.");
  }
  if (!alert.acknowledged_at) {
    alert.acknowledged_at = now;
    alert.acknowledged_by = event.actor;
    record("alert_acknowledged", about(*at),
           Facts{}
               .add("alert", alert.id)
               .add("clock", alert.clock)
               .add("clock_kind", word(alert.clock_kind))
               .add("step", alert.step));
  }
  Outcome outcome = at->file ? done(at->file->facts) : done();
  outcome.reply.id = alert.id.value;
  return outcome;
}

}  // namespace firsthand
