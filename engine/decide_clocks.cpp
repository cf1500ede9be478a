// SPDX-License-Identifier: Apache-2.0
// The clocks of a case: started by policy, stopped by what they promise, fired step by step. A step
// fires when the stored version and stage are still what the timer saw; everything else is stale.
#include "engine/decision.hpp"

namespace firsthand {

CaseTraits Decision::traits(const Case& c) const {
  const auto customer = docket.now.customers.find(c.customer);
  const Tier tier = customer == docket.now.customers.end() ? Tier::standard : customer->second.tier;
  return {c.kind, c.category, c.severity, tier, c.channel};
}

std::vector<Pause> Decision::pauses(const CaseFile& file, ClockKind kind) const {
  std::vector<Pause> found;
  if (!pausable(kind)) return found;
  for (const auto& pause : file.pauses) found.push_back({pause.from, pause.until});
  return found;
}

SlaClock* Decision::start_clock(CaseFile& file, ClockKind kind, DispatchId dispatch,
                                const Callback* callback, const Promise* promise) {
  const Policy* policy = rules.book.policy_for(traits(file.facts));
  const PolicyClock* wanted = policy ? policy->clock(kind) : nullptr;
  if (!wanted && !promise) return nullptr;
  SlaClock clock;
  clock.id = ClockId{docket.new_id()};
  clock.case_id = file.facts.id;
  clock.kind = kind;
  clock.cycle = file.facts.cycle;
  clock.dispatch = dispatch;
  if (callback) clock.callback = callback->id;
  clock.policy = policy ? policy->code : "";
  clock.policy_version = policy ? policy->version : 0;
  clock.ladder = wanted ? wanted->ladder : "";
  clock.started_at = now;
  if (promise) {
    clock.calendar = promise->calendar;
    clock.budget = promise->budget;
  } else {
    clock.calendar = wanted->calendar;
    clock.budget = budget_at(*wanted, now, rules.calendar(wanted->calendar));
  }
  arm(clock, file);
  record("clock_started", about(file.facts),
         Facts{}
             .add("clock", clock.id)
             .add("clock_kind", word(kind))
             .add("due_at", clock.due_at)
             .add("policy", clock.policy)
             .add("policy_version", clock.policy_version));
  file.clocks.push_back(clock);
  return &file.clocks.back();
}

void Decision::arm(SlaClock& clock, const CaseFile& file) {
  if (!clock.live()) return;
  const auto stood = pauses(file, clock.kind);
  const Calendar& calendar = rules.calendar(clock.calendar);
  const auto next_due = due(clock.started_at, clock.budget, calendar, stood);
  // A promise beyond what the calendar covers counts on as calendar time: late is visible, lost is
  // not.
  if (next_due.state == DueState::beyond_coverage) {
    clock.due_at = clock.started_at + Seconds{clock.budget.amount};
  } else {
    clock.due_at = next_due.value();
  }
  clock.fire_at.reset();
  if (clock.state == ClockState::running || clock.state == ClockState::paused) {
    clock.state = clock.due_at ? ClockState::running : ClockState::paused;
  }
  const Ladder* ladder = rules.book.ladder(clock.ladder);
  if (!ladder || static_cast<std::size_t>(clock.stage) >= ladder->steps.size()) {
    // No ladder, or none left: the breach itself is still a fact to be written at its instant.
    if (clock.state == ClockState::running && !clock.breached_at) clock.fire_at = clock.due_at;
    return;
  }
  const LadderStep& step = ladder->steps[static_cast<std::size_t>(clock.stage)];
  const auto at = step_at(clock.started_at, clock.budget, step.at, calendar, stood);
  clock.fire_at = at.state == DueState::beyond_coverage ? clock.due_at : at.value();
}

void Decision::rearm_all(CaseFile& file) {
  for (auto& clock : file.clocks) {
    const SlaClock was = clock;
    arm(clock, file);
    if (!(clock == was)) ++clock.version;
  }
}

void Decision::stop_clocks(CaseFile& file, ClockKind kind, ClockState how, DispatchId dispatch,
                           CallbackId callback) {
  for (auto& clock : file.clocks) {
    if (!clock.live() || clock.kind != kind) continue;
    if (dispatch && clock.dispatch != dispatch) continue;
    if (callback && clock.callback != callback) continue;
    clock.ended_at = now;
    clock.fire_at.reset();
    ++clock.version;
    // What breached stays breached; that it was met late shows in the end time.
    const bool late =
        how == ClockState::met && !clock.breached_at && clock.due_at && *clock.due_at < now;
    if (late) clock.breached_at = clock.due_at;
    if (!clock.breached_at) clock.state = how;
    if (late) {
      clock.state = ClockState::breached;
      record(
          "clock_breached", about(file.facts),
          Facts{}.add("clock", clock.id).add("clock_kind", word(kind)).add("due_at", clock.due_at));
    }
    record(how == ClockState::met ? "clock_met" : "clock_cancelled", about(file.facts),
           Facts{}
               .add("clock", clock.id)
               .add("clock_kind", word(kind))
               .add("due_at", clock.due_at)
               .add("late", clock.breached_at.has_value()));
  }
}

void Decision::stop_all_clocks(CaseFile& file, ClockState how) {
  for (const ClockKind kind : {ClockKind::acknowledgement, ClockKind::first_response,
                               ClockKind::callback, ClockKind::progress_update, ClockKind::dispatch,
                               ClockKind::resolution, ClockKind::final_response}) {
    stop_clocks(file, kind, how);
  }
}

std::vector<std::pair<UserId, RecipientRole>> Decision::recipients(const CaseFile& file,
                                                                   const LadderStep& step) const {
  std::vector<std::pair<UserId, RecipientRole>> found;
  const auto add = [&](UserId id, RecipientRole role) {
    const UserId acting = rules.acting(id, now);
    const bool known =
        std::any_of(found.begin(), found.end(), [&](const auto& f) { return f.first == acting; });
    if (acting && !known) found.emplace_back(acting, role);
  };
  const auto add_all = [&](const std::vector<UserId>& ids, RecipientRole role) {
    for (const UserId id : ids) add(id, role);
  };
  const Case& c = file.facts;
  for (const RecipientRole role : step.recipients) {
    switch (role) {
      case RecipientRole::owner: add(c.owner, role); break;
      case RecipientRole::handler: add(c.handler ? c.handler : c.owner, role); break;
      case RecipientRole::liaison: add_all(rules.liaisons(c.department), role); break;
      case RecipientRole::department_head: add_all(rules.liaisons(c.department, true), role); break;
      case RecipientRole::back_line: {
        // One person of the back line, always the same one for a case; all of them would be nobody.
        const User* handler = rules.user(c.handler);
        const auto all = rules.with_role(Role::back_line);
        if (handler && handler->role == Role::back_line) {
          add(c.handler, role);
        } else if (!all.empty()) {
          add(all[static_cast<std::size_t>(c.id.value) % all.size()], role);
        }
        break;
      }
      case RecipientRole::supervisor: add_all(rules.with_role(Role::supervisor), role); break;
      case RecipientRole::manager: add_all(rules.with_role(Role::manager), role); break;
    }
  }
  // A case that no department works on has no liaison: its steps reach the owner, not nobody.
  if (found.empty()) add(c.owner, RecipientRole::owner);
  return found;
}

void Decision::fire(CaseFile& file, SlaClock& clock, const LadderStep& step) {
  const Instant step_due = clock.fire_at.value_or(now);
  const bool breach = step.is_breach();
  if (breach && !clock.breached_at) {
    clock.breached_at = clock.due_at;
    clock.state = ClockState::breached;
  }
  record(breach ? "clock_breached" : "clock_warned", about(file.facts),
         Facts{}
             .add("clock", clock.id)
             .add("clock_kind", word(clock.kind))
             .add("step", step.name)
             .add("due_at", clock.due_at)
             .add("step_due_at", step_due));
  for (const auto& [who, role] : recipients(file, step)) {
    Alert alert;
    alert.id = AlertId{docket.new_id()};
    alert.clock = clock.id;
    alert.case_id = clock.case_id;
    alert.cycle = clock.cycle;
    alert.stage = clock.stage;
    alert.step = step.name;
    alert.clock_kind = clock.kind;
    alert.recipient = who;
    alert.role = word(role);
    alert.needs_acknowledgement = step.needs_acknowledgement;
    alert.due_at = step_due;
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
               .add("due_at", step_due));
    const std::string key = "alert:" + std::to_string(alert.id.value);
    Facts facts;
    facts.add("clock_kind", word(clock.kind))
        .add("step", step.name)
        .add("breach", clock.breached_at.has_value())
        .add("due_at", clock.due_at)
        .add("alert", alert.id)
        .add("text", file.facts.text);
    for (const AlertChannel channel : step.channels) {
      switch (channel) {
        case AlertChannel::console: break;  // the alert row itself is what the console shows
        case AlertChannel::email: mail("alert", file.facts, who, key, facts); break;
        case AlertChannel::webhook:
          effect(EffectKind::webhook, "webhook:" + key,
                 Facts{facts}
                     .add("what", "alert")
                     .add("case_number", file.facts.number)
                     .add("recipient", who));
          break;
      }
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
  const Ladder* ladder = rules.book.ladder(clock.ladder);
  if (ladder && static_cast<std::size_t>(clock.stage) < ladder->steps.size()) {
    const LadderStep& step = ladder->steps[static_cast<std::size_t>(clock.stage)];
    const bool waiting = std::any_of(file->alerts.begin(), file->alerts.end(), [&](const Alert& a) {
      return a.clock == clock.id && a.needs_acknowledgement && !a.acknowledged_at;
    });
    if (!step.if_unacknowledged || waiting) fire(*file, clock, step);
  } else if (!clock.breached_at) {
    clock.breached_at = clock.due_at;
    clock.state = ClockState::breached;
    record("clock_breached", about(file->facts),
           Facts{}
               .add("clock", clock.id)
               .add("clock_kind", word(clock.kind))
               .add("due_at", clock.due_at));
  }
  ++clock.stage;
  ++clock.version;
  arm(clock, *file);
  return done(file->facts);
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
