// SPDX-License-Identifier: Apache-2.0
// The clocks of cases, customers and review actions: started by policy, stopped by what they
// promise, fired step by step. A step fires when the stored version is still the one that
// the timer saw; everything else is stale.
#include "engine/clock_rules.hpp"
#include "engine/customer_group.hpp"
#include "engine/decision.hpp"
#include "engine/recipients.hpp"

namespace firsthand {

CaseTraits Decision::traits(const Case& c) const {
  const auto customer = docket.now.customers.find(kept_record(docket.now, c.customer));
  const Tier tier = customer == docket.now.customers.end() ? Tier::standard : customer->second.tier;
  return traits_of(c, tier, rules);
}

Matter Decision::matter(const Callback& c) {
  CaseFile* file = docket.case_file(c.case_id);
  return file ? Matter{*file} : matter(c.customer);
}

namespace {
template <class Rows, class Id>
bool has(const Rows& rows, Id id) {
  return std::any_of(rows.begin(), rows.end(), [id](const auto& row) { return row.id == id; });
}

/// The matter whose clockwork `holds`.
template <class Holds>
std::optional<Matter> find_matter(World& world, Holds holds) {
  for (auto& [id, file] : world.cases)
    if (holds(file)) return Matter{file};
  for (auto& [id, clockwork] : world.customer_clocks)
    if (holds(clockwork)) return Matter{clockwork, id};
  for (auto& [id, action] : world.review_actions)
    if (holds(action)) return Matter{action};
  return std::nullopt;
}
}  // namespace

std::optional<Matter> Decision::matter_of(ClockId id) {
  if (CaseFile* file = docket.case_of(id)) return Matter{*file};
  return find_matter(docket.now, [id](const Clockwork& c) { return has(c.clocks, id); });
}

std::optional<Matter> Decision::matter_of(AlertId id) {
  return find_matter(docket.now, [id](const Clockwork& c) { return has(c.alerts, id); });
}

UserId Decision::responsible(const Matter& m, const SlaClock& clock) const {
  if (m.file) return m.file->facts.owner;
  if (m.action) return m.action->facts.assignee;
  if (clock.callback) {
    const auto promise = docket.now.callbacks.find(clock.callback);
    return promise == docket.now.callbacks.end() ? UserId{} : promise->second.user;
  }
  const auto account = docket.now.accounts.find(m.customer);
  return account == docket.now.accounts.end() ? UserId{} : account->second.owner;
}

Subject Decision::subject(const Matter& m, const SlaClock& clock) const {
  // Whoever asks the customer afterwards is not who owns the case.
  const auto asks = docket.now.callbacks.find(clock.callback);
  if (clock.kind == ClockKind::follow_up && asks != docket.now.callbacks.end())
    return {asks->second.user, {}, {}, 0, clock.case_id.value};
  if (m.file) return subject_of(m.file->facts);
  const DepartmentId department = m.action ? m.action->facts.department : DepartmentId{};
  return {responsible(m, clock), {}, department, 0, clock.id.value};
}

CaseTraits Decision::traits(const Matter& m, const SlaClock& clock) const {
  if (m.file) return traits(m.file->facts);
  const auto person = docket.now.customers.find(kept_record(docket.now, m.customer));
  const Tier tier = person == docket.now.customers.end() ? Tier::standard : person->second.tier;
  return traits_without_case(m.action ? PolicyScope::reviews : PolicyScope::customers, tier,
                             responsible(m, clock), clock.started_at, rules);
}

std::vector<Pause> Decision::pauses(const Matter& at, ClockKind kind) {
  std::vector<Pause> found;
  if (!pausable(kind) || !at.file) return found;
  for (const auto& pause : at.file->pauses) found.push_back({pause.from, pause.until});
  return found;
}

SlaClock* Decision::start_clock(Matter at, ClockKind kind, const ClockStart& start) {
  SlaClock clock;
  clock.kind = kind;
  clock.dispatch = start.dispatch;
  clock.callback = start.callback;
  clock.started_at = start.at.value_or(now);
  const auto terms = terms_for(rules, traits(at, clock), kind, clock.started_at);
  if (!terms && !start.promise) return nullptr;
  clock.id = ClockId{docket.new_id()};
  if (at.file) {
    clock.case_id = at.file->facts.id;
    clock.cycle = at.file->facts.cycle;
  } else if (at.action) {
    clock.review_action = at.action->facts.id;
  } else {
    clock.customer = at.customer;
  }
  if (terms) clock.ladder = terms->ladder;
  // More time that a person has granted is no policy's: no change of the rules takes it back.
  if (terms && (!start.promise || promised(kind))) {
    clock.policy = terms->policy;
    clock.policy_version = terms->policy_version;
    clock.calendar = terms->calendar;
    clock.budget = terms->budget;
  }
  if (start.promise) {
    clock.calendar = start.promise->calendar;
    clock.budget = start.promise->budget;
    if (!promised(kind)) {
      // A person has given this time: no policy stands behind it.
      clock.policy.clear();
      clock.policy_version = 0;
    }
  }
  arm_new(clock, pauses(at, kind), rules, now);
  Facts facts;
  facts.add("clock", clock.id)
      .add("clock_kind", word(kind))
      .add("due_at", clock.due_at)
      .add("policy", clock.policy)
      .add("policy_version", clock.policy_version);
  if (now - clock.started_at >= Seconds{1}) facts.add("received_at", clock.started_at);
  record("clock_started", about(at), facts);
  at.clockwork.clocks.push_back(clock);
  return &at.clockwork.clocks.back();
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

int Decision::recompute_clocks(Matter at, bool quietly) {
  int moved = 0;
  // Firing may escalate, but adds no clocks: the references stay good.
  for (auto& clock : at.clockwork.clocks) {
    if (!clock.live()) continue;
    std::vector<std::string> fired;
    for (const auto& alert : at.clockwork.alerts) {
      if (alert.clock == clock.id) fired.push_back(alert.step);
    }
    const auto stood = pauses(at, clock.kind);
    const Recomputed next = recompute(clock, traits(at, clock), stood, fired, rules, now);
    if (next.dropped) {
      end_clock(at, clock, ClockState::cancelled);
      ++moved;
      continue;
    }
    const SlaClock was = clock;
    clock = next.clock;
    if (next.moved) {
      ++moved;
      record("clock_recomputed", about(at),
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
      fire(at, clock, *breach, {was.stage, *clock.breached_at, quietly});
    }
  }
  return moved + (at.file ? begin_missing(*at.file, quietly) : 0);
}

int Decision::begin_missing(CaseFile& file, bool quietly) {
  if (!file.facts.live()) return 0;
  int begun = 0;
  const Case& c = file.facts;
  for (const ClockKind kind : missing_kinds(rules, traits(c), c.cycle, file.clocks)) {
    ClockStart start;
    start.at = begins_at(kind, c, now);
    SlaClock* clock = start_clock(file, kind, start);
    if (!clock) continue;
    ++begun;
    const LadderStep* step = next_step(*clock, rules);
    if (!step || !step->is_breach() || !clock->due_at || *clock->due_at > now) continue;
    // Late before it began: its alerts go with those of the others that the change made late.
    fire(file, *clock, *step, {clock->stage, *clock->due_at, quietly});
    advance(*clock, pauses(file, kind), rules);
  }
  return begun;
}

void Decision::end_clock(const Matter& at, SlaClock& clock, ClockState how) {
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
    record("clock_breached", about(at), named());
  }
  if (!clock.breached_at) clock.state = how;
  record(how == ClockState::met ? "clock_met" : "clock_cancelled", about(at),
         named().add("late", clock.breached_at.has_value()));
}

void Decision::stop_clocks(Matter at, ClockKind kind, ClockState how, DispatchId dispatch,
                           CallbackId callback) {
  for (auto& clock : at.clockwork.clocks) {
    if (!clock.live() || clock.kind != kind) continue;
    if (dispatch && clock.dispatch != dispatch) continue;
    if (callback && clock.callback != callback) continue;
    end_clock(at, clock, how);
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

Outcome Decision::on(const event::ClockFired& e) {
  const auto at = matter_of(e.clock);
  if (!at) return not_found("clock");
  auto& [clocks, alerts] = at->clockwork;
  SlaClock& clock = *std::find_if(clocks.begin(), clocks.end(),
                                  [&](const SlaClock& c) { return c.id == e.clock; });
  // The one predicate: armed, due by this clock of ours, and still what the timer saw.
  if (!clock.fire_at || clock.version != e.version) {
    return refuse("stale", "The clock has moved on.");
  }
  const Instant due = *clock.fire_at;
  if (due > now) return refuse("too_early", "The step is not due yet.");
  const auto stood = pauses(*at, clock.kind);
  const LadderStep* step = next_step(clock, rules);
  if (!step) {
    // The ladder has lost this step since: what it has instead is armed now.
    arm(clock, stood, rules);
    ++clock.version;
    return at->file ? done(at->file->facts) : done();
  }
  const bool waiting = std::any_of(alerts.begin(), alerts.end(), [&](const Alert& a) {
    return a.clock == clock.id && a.needs_acknowledgement && !a.acknowledged_at;
  });
  // Steps that changed places in the ladder meanwhile do not fire again.
  const bool fired = std::any_of(alerts.begin(), alerts.end(), [&](const Alert& a) {
    return a.clock == clock.id && a.cycle == clock.cycle && a.step == step->name;
  });
  if (!fired && (!step->if_unacknowledged || waiting)) {
    fire(*at, clock, *step, {clock.stage, due, false});
  }
  Outcome outcome = at->file ? done(at->file->facts) : done();
  outcome.step_due = due;
  // What the step did may have ended the clock: a lapsed account is held no more.
  if (clock.live()) advance(clock, stood, rules);
  return outcome;
}

Outcome Decision::on(const event::ClocksRecomputed& e) {
  Outcome outcome;
  if (e.customer) {
    outcome.reply.id = recompute_clocks(matter(e.customer), true);
  } else if (ReviewActionFile* action = docket.review_action(e.review_action)) {
    outcome.reply.id = recompute_clocks(Matter{*action}, true);
  } else {
    CaseFile* file = docket.case_file(e.case_id);
    if (!file) return not_found("case");
    outcome.reply.id = recompute_clocks(*file, true);
  }
  return outcome;
}

}  // namespace firsthand
