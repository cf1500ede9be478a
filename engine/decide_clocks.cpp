// SPDX-License-Identifier: Apache-2.0
// The clocks of a case: started by policy, stopped by what they promise, fired step by step. A step
// fires when the stored version and stage are still what the timer saw; everything else is stale.
#include "engine/clock_rules.hpp"
#include "engine/decision.hpp"
#include "engine/recipients.hpp"

namespace firsthand {

CaseTraits Decision::traits(const Case& c) const {
  const auto customer = docket.now.customers.find(c.customer);
  const Tier tier = customer == docket.now.customers.end() ? Tier::standard : customer->second.tier;
  return traits_of(c, tier, rules);
}

std::vector<Pause> Decision::pauses(const CaseFile& file, ClockKind kind) const {
  std::vector<Pause> found;
  if (!pausable(kind)) return found;
  for (const auto& pause : file.pauses) found.push_back({pause.from, pause.until});
  return found;
}

SlaClock* Decision::start_clock(CaseFile& file, ClockKind kind, const ClockStart& start) {
  const Instant at = start.at.value_or(now);
  const auto terms = terms_for(rules, traits(file.facts), kind, at);
  if (!terms && !start.promise) return nullptr;
  SlaClock clock;
  clock.id = ClockId{docket.new_id()};
  clock.case_id = file.facts.id;
  clock.kind = kind;
  clock.cycle = file.facts.cycle;
  clock.dispatch = start.dispatch;
  clock.callback = start.callback;
  clock.started_at = at;
  if (terms) {
    clock.policy = terms->policy;
    clock.policy_version = terms->policy_version;
    clock.calendar = terms->calendar;
    clock.budget = terms->budget;
    clock.ladder = terms->ladder;
  }
  if (start.promise) {
    clock.calendar = start.promise->calendar;
    clock.budget = start.promise->budget;
  }
  arm_new(clock, pauses(file, kind), rules, now);
  Facts facts;
  facts.add("clock", clock.id)
      .add("clock_kind", word(kind))
      .add("due_at", clock.due_at)
      .add("policy", clock.policy)
      .add("policy_version", clock.policy_version);
  if (at != now) facts.add("received_at", at);
  record("clock_started", about(file.facts), facts);
  file.clocks.push_back(clock);
  return &file.clocks.back();
}

void Decision::rearm_all(CaseFile& file) {
  for (auto& clock : file.clocks) {
    // A step that is due fires first, and arms its clock anew.
    if (clock.fire_at && *clock.fire_at <= now) continue;
    const SlaClock was = clock;
    arm(clock, pauses(file, clock.kind), rules);
    if (!(clock == was)) ++clock.version;
  }
}

int Decision::recompute_clocks(CaseFile& file, bool quietly) {
  int moved = 0;
  const CaseTraits now_traits = traits(file.facts);
  // Firing may escalate, but adds no clocks: the references stay good.
  for (auto& clock : file.clocks) {
    if (!clock.live()) continue;
    std::vector<std::string> fired;
    for (const auto& alert : file.alerts) {
      if (alert.clock == clock.id) fired.push_back(alert.step);
    }
    const auto stood = pauses(file, clock.kind);
    const Recomputed next = recompute(clock, now_traits, stood, fired, rules, now);
    if (next.dropped) {
      end_clock(file, clock, ClockState::cancelled);
      ++moved;
      continue;
    }
    const SlaClock was = clock;
    clock = next.clock;
    if (next.moved) {
      ++moved;
      record("clock_recomputed", about(file.facts),
             Facts{}
                 .add("clock", clock.id)
                 .add("clock_kind", word(clock.kind))
                 .add("due_before", was.due_at)
                 .add("due_at", clock.due_at)
                 .add("policy", clock.policy)
                 .add("policy_version", clock.policy_version));
    }
    if (!next.became_late) continue;
    const Ladder& ladder = ladder_of(clock, rules);
    const auto breach = std::find_if(ladder.steps.begin(), ladder.steps.end(),
                                     [](const LadderStep& s) { return s.is_breach(); });
    if (breach != ladder.steps.end()) {
      fire(file, clock, *breach, {was.stage, *clock.breached_at, quietly});
    }
  }
  return moved;
}

void Decision::end_clock(CaseFile& file, SlaClock& clock, ClockState how) {
  clock.ended_at = now;
  clock.fire_at.reset();
  clock.step.clear();
  ++clock.version;
  // What breached stays breached; that it was met late shows in the end time.
  const bool late =
      how == ClockState::met && !clock.breached_at && clock.due_at && *clock.due_at < now;
  const auto named = [&] {
    return Facts{}
        .add("clock", clock.id)
        .add("clock_kind", word(clock.kind))
        .add("due_at", clock.due_at);
  };
  if (late) {
    clock.breached_at = clock.due_at;
    clock.state = ClockState::breached;
    record("clock_breached", about(file.facts), named());
  }
  if (!clock.breached_at) clock.state = how;
  record(how == ClockState::met ? "clock_met" : "clock_cancelled", about(file.facts),
         named().add("late", clock.breached_at.has_value()));
}

void Decision::stop_clocks(CaseFile& file, ClockKind kind, ClockState how, DispatchId dispatch,
                           CallbackId callback) {
  for (auto& clock : file.clocks) {
    if (!clock.live() || clock.kind != kind) continue;
    if (dispatch && clock.dispatch != dispatch) continue;
    if (callback && clock.callback != callback) continue;
    end_clock(file, clock, how);
  }
}

void Decision::stop_all_clocks(CaseFile& file, ClockState how) {
  for (auto& clock : file.clocks) {
    if (clock.live()) end_clock(file, clock, how);
  }
}

void Decision::contacted(CaseFile& file) {
  stop_clocks(file, ClockKind::first_response, ClockState::met);
  const bool waited = std::any_of(file.clocks.begin(), file.clocks.end(), [](const SlaClock& c) {
    return c.live() && c.kind == ClockKind::progress_update;
  });
  if (!waited) return;
  stop_clocks(file, ClockKind::progress_update, ClockState::met);
  start_clock(file, ClockKind::progress_update);
}

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

void Decision::fire(CaseFile& file, SlaClock& clock, const LadderStep& step, const Firing& firing) {
  if (step.is_breach() && !clock.breached_at) {
    clock.breached_at = clock.due_at;
    clock.state = ClockState::breached;
  }
  record(step.is_breach() ? "clock_breached" : "clock_warned", about(file.facts),
         Facts{}
             .add("clock", clock.id)
             .add("clock_kind", word(clock.kind))
             .add("step", step.name)
             .add("due_at", clock.due_at)
             .add("step_due_at", firing.due_at));
  if (step.escalate > 0) escalate_by_ladder(file, step);
  if (step.recipients.empty()) return;
  for (const auto& [who, role] : recipients_of(file.facts, step, rules, now)) {
    Alert alert;
    alert.id = AlertId{docket.new_id()};
    alert.clock = clock.id;
    alert.case_id = clock.case_id;
    alert.cycle = clock.cycle;
    alert.stage = firing.stage;
    alert.step = step.name;
    alert.clock_kind = clock.kind;
    alert.recipient = who;
    alert.role = word(role);
    alert.needs_acknowledgement = step.needs_acknowledgement;
    alert.due_at = firing.due_at;
    alert.fired_at = now;
    file.alerts.push_back(alert);
    record("alert_sent", about(file.facts),
           Facts{}
               .add("alert", alert.id)
               .add("clock", clock.id)
               .add("clock_kind", word(clock.kind))
               .add("step", step.name)
               .add("recipient", who)
               .add("role", alert.role)
               .add("due_at", firing.due_at));
    deliver(file, clock, step, alert, firing.quietly);
  }
}

void Decision::deliver(const CaseFile& file, const SlaClock& clock, const LadderStep& step,
                       const Alert& alert, bool quietly) {
  const std::string key = "alert:" + std::to_string(alert.id.value);
  const Department* department = rules.department(file.facts.department);
  Facts facts;
  facts.add("clock_kind", word(clock.kind))
      .add("step", step.name)
      .add("breach", clock.breached_at.has_value())
      .add("due_at", clock.due_at)
      .add("alert", alert.id)
      .add("needs_acknowledgement", alert.needs_acknowledgement)
      .add("severity", file.facts.severity)
      .add("department", department ? department->code : "")
      .add("digest", quietly)
      .add("text", file.facts.text);
  for (const AlertChannel channel : step.channels) {
    switch (channel) {
      case AlertChannel::console: break;  // the alert row itself is what the console shows
      case AlertChannel::email: mail("alert", file.facts, alert.recipient, key, facts); break;
      case AlertChannel::webhook:
        effect(EffectKind::webhook, "webhook:" + key,
               Facts{facts}
                   .add("what", "alert")
                   .add("case_number", file.facts.number)
                   .add("recipient", alert.recipient));
        break;
    }
  }
}

Outcome Decision::on(const event::ClockFired& e) {
  CaseFile* file = docket.case_of(e.clock);
  if (!file) return not_found("clock");
  SlaClock& clock = *std::find_if(file->clocks.begin(), file->clocks.end(),
                                  [&](const SlaClock& c) { return c.id == e.clock; });
  // The one predicate: armed, due by this clock of ours, and still what the timer saw.
  if (!clock.fire_at || clock.version != e.version || clock.stage != e.stage) {
    return refuse("stale", "The clock has moved on.");
  }
  if (*clock.fire_at > now) return refuse("too_early", "The step is not due yet.");
  const auto stood = pauses(*file, clock.kind);
  const LadderStep* step = next_step(clock, rules);
  if (!step) {
    // The ladder has lost this step since: what it has instead is armed now.
    arm(clock, stood, rules);
    ++clock.version;
    return done(file->facts);
  }
  const bool waiting = std::any_of(file->alerts.begin(), file->alerts.end(), [&](const Alert& a) {
    return a.clock == clock.id && a.needs_acknowledgement && !a.acknowledged_at;
  });
  // Steps that changed places in the ladder meanwhile do not fire again.
  const bool fired = std::any_of(file->alerts.begin(), file->alerts.end(), [&](const Alert& a) {
    return a.clock == clock.id && a.cycle == clock.cycle && a.step == step->name;
  });
  if (!fired && (!step->if_unacknowledged || waiting)) {
    fire(*file, clock, *step, {clock.stage, *clock.fire_at, false});
  }
  advance(clock, stood, rules);
  return done(file->facts);
}

Outcome Decision::on(const event::ClocksRecomputed& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  Outcome outcome;
  outcome.reply.id = recompute_clocks(*file, true);
  return outcome;
}

Outcome Decision::on(const event::AlertAcknowledged& e) {
  CaseFile* file = docket.case_of(e.alert);
  if (!file) return not_found("alert");
  Alert& alert = *std::find_if(file->alerts.begin(), file->alerts.end(),
                               [&](const Alert& a) { return a.id == e.alert; });
  if (alert.recipient != event.actor && !is(Role::supervisor)) {
    return refuse("forbidden", "This alert is somebody else's.");
  }
  if (!alert.acknowledged_at) {
    alert.acknowledged_at = now;
    alert.acknowledged_by = event.actor;
    record("alert_acknowledged", about(file->facts),
           Facts{}
               .add("alert", alert.id)
               .add("clock", alert.clock)
               .add("clock_kind", word(alert.clock_kind))
               .add("step", alert.step));
  }
  Outcome outcome = done(file->facts);
  outcome.reply.id = alert.id.value;
  return outcome;
}

}  // namespace firsthand
