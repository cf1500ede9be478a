// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/explain_reads.hpp"

#include <algorithm>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include "engine/clock_rules.hpp"
#include "engine/recipients.hpp"
#include "engine/words.hpp"

namespace firsthand::postgres {
namespace json = boost::json;
namespace {

// Without a case, who answers for it is who calls back, the account owner or the assignee; for a
// follow-up call it is whoever calls.
constexpr Statement kClock{
    "read_explained_clock",
    "select k.ladder, k.step, k.revision, k.case_id,"
    " coalesce(f.owner_id, b.user_id, a.owner_id, r.assignee_id), f.handler_user_id,"
    " coalesce(f.department_id, r.department_id), coalesce(f.escalation_level, 0),"
    " coalesce(k.case_id, k.id) from sla_clock k"
    " left join case_file f on f.id = k.case_id and k.kind <> 'follow_up'"
    " left join review_action r on r.id = k.review_action_id"
    " left join callback b on b.id = k.callback_id"
    " left join account a on a.customer_id = k.customer_id and k.callback_id is null"
    " where k.id = $1"};

constexpr Statement kPlace{
    "read_place_of_clock",
    "select coalesce(case_id, 0), coalesce(customer_id, 0), coalesce(review_action_id, 0)"
    " from sla_clock where id = $1"};

constexpr Statement kPauses{
    "read_pauses_of_case",
    "select p.from_at, p.until_at, p.planned_until, p.reason, u.id, u.name from clock_pause p"
    " left join user_account u on u.id = p.by_user_id where p.case_id = $1"
    " order by p.from_at, p.id"};

constexpr Statement kAlerts{
    "read_alerts_of_clock",
    "select a.step, a.due_at, a.fired_at, a.role, r.name from alert a"
    " join user_account r on r.id = a.recipient_id where a.clock_id = $1 order by a.stage, a.id"};

// ------------------------------------------------------------------------------- the clock
/// What the engine's arithmetic needs of the stored row.
SlaClock engine_clock(const ExplainedClock& view, const std::string& ladder) {
  SlaClock clock;
  clock.id = ClockId{view.id};
  clock.kind = from_word<ClockKind>(view.kind).value_or(ClockKind::resolution);
  clock.state = from_word<ClockState>(view.state).value_or(ClockState::running);
  clock.policy = view.policy;
  clock.policy_version = view.policy_version;
  clock.calendar = view.calendar;
  clock.budget.kind = from_word<BudgetKind>(view.budget_kind).value_or(BudgetKind::working_time);
  clock.budget.amount = view.budget_s;
  clock.ladder = ladder;
  clock.started_at = view.started_at.at;
  if (view.due_at) clock.due_at = view.due_at->at;
  if (view.breached_at) clock.breached_at = view.breached_at->at;
  if (view.ended_at) clock.ended_at = view.ended_at->at;
  clock.step = view.step;
  return clock;
}

std::vector<Pause> intervals(const std::vector<ExplainedPause>& pauses) {
  std::vector<Pause> out;
  for (const auto& pause : pauses) {
    out.push_back({pause.from.at, pause.to ? std::optional{pause.to->at} : std::nullopt});
  }
  return out;
}

/// Those that this clock has seen: it stands still for them and they began before it ended.
std::vector<ExplainedPause> pauses_of(Tx& tx, std::int64_t case_id, const SlaClock& clock) {
  std::vector<ExplainedPause> out;
  for (const auto& row : tx.exec(kPauses, case_id)) {
    ExplainedPause pause;
    Columns columns(row);
    columns >> pause.from >> pause.to >> pause.planned_until >> pause.reason;
    pause.by = take_optional_user(columns);
    const bool before = pause.to && pause.to->at <= clock.started_at;
    const bool after = clock.ended_at && pause.from.at >= *clock.ended_at;
    if (pausable(clock.kind) && !before && !after) out.push_back(std::move(pause));
  }
  return out;
}

// ------------------------------------------------------------------------------- spans
std::string span_word(ExplainKind kind) {
  return kind == ExplainKind::running ? "working" : std::string(word(kind));
}

void add_spans(ClockExplanation& out, Instant from, Instant to, const SlaClock& clock,
               const Calendar& calendar, const std::vector<Pause>& pauses) {
  if (to <= from || out.truncated) return;
  const auto part = explain(from, to, clock.budget.kind, calendar, pauses,
                            kExplainedSpansMax - std::min(out.spans.size(), kExplainedSpansMax));
  for (const auto& each : part.spans) {
    out.spans.push_back({Stamp{each.span.from}, Stamp{each.span.to}, span_word(each.kind),
                         each.name_zh, each.name_en,
                         std::chrono::floor<Seconds>(each.span.to - each.span.from).count()});
  }
  out.truncated = part.truncated;
}

std::int64_t seconds(Millis time) {
  return std::chrono::floor<Seconds>(time).count();
}

std::int64_t budget_seconds(const SlaClock& clock, const Calendar& calendar,
                            const std::vector<Pause>& pauses) {
  switch (clock.budget.kind) {
    case BudgetKind::working_time:
    case BudgetKind::calendar_time: return clock.budget.amount;
    case BudgetKind::working_days: break;
  }
  if (clock.due_at) {
    return seconds(elapsed(clock.started_at, *clock.due_at, clock.budget.kind, calendar, pauses));
  }
  const Due unpaused = due(clock.started_at, clock.budget, calendar);
  if (!unpaused) return 0;
  return seconds(elapsed(clock.started_at, *unpaused, clock.budget.kind, calendar));
}

// ------------------------------------------------------------------------------- steps
struct Fired {
  std::string step;
  Instant due, at;
  std::vector<ExplainedRecipient> recipients;
};

std::vector<Fired> fired_steps(Tx& tx, std::int64_t clock_id) {
  std::vector<Fired> out;
  for (const auto& row : tx.exec(kAlerts, clock_id)) {
    Columns columns(row);
    Fired fired;
    ExplainedRecipient who;
    columns >> fired.step >> fired.due >> fired.at >> who.role >> who.name;
    auto at = std::find_if(out.begin(), out.end(),
                           [&](const Fired& known) { return known.step == fired.step; });
    if (at == out.end()) at = out.insert(out.end(), std::move(fired));
    at->recipients.push_back(std::move(who));
  }
  return out;
}

ExplainedStep fired_step(const Fired& fired) {
  return {
      fired.step, Stamp{fired.due}, Stamp{fired.at}, "fired", fired.recipients, {}, false, false,
      0};
}

std::vector<ExplainedRecipient> named(const Subject& about, const LadderStep& step,
                                      const Rules& rules, Instant now) {
  std::vector<ExplainedRecipient> out;
  if (step.recipients.empty()) return out;
  for (const auto& [id, role] : recipients_of(about, step, rules, now)) {
    const User* person = rules.user(id);
    out.push_back({std::string(word(role)), person ? person->name : ""});
  }
  return out;
}

std::vector<ExplainedStep> steps_of(const SlaClock& clock, const Subject& about,
                                    const std::vector<Fired>& fired,
                                    const std::vector<Pause>& pauses, const Rules& rules,
                                    Instant now) {
  const Ladder& ladder = ladder_of(clock, rules);
  const LadderStep* next = clock.live() ? next_step(clock, rules) : nullptr;
  std::vector<ExplainedStep> out;
  // What has fired and is in the ladder no more came first.
  for (const auto& each : fired) {
    const bool known = std::any_of(ladder.steps.begin(), ladder.steps.end(),
                                   [&](const LadderStep& s) { return s.name == each.step; });
    if (!known) out.push_back(fired_step(each));
  }
  bool ahead = false;
  for (const auto& step : ladder.steps) {
    const auto found = std::find_if(fired.begin(), fired.end(),
                                    [&](const Fired& each) { return each.step == step.name; });
    ExplainedStep shown;
    if (found != fired.end()) {
      shown = fired_step(*found);
    } else {
      shown.name = step.name;
      if (const auto at = step_due(clock, step, pauses, rules)) shown.at = Stamp{*at};
      shown.state = ahead ? "later" : "skipped";
      for (const RecipientRole role : step.recipients) {
        shown.recipients.push_back({std::string(word(role)), ""});
      }
      if (step.is_breach() && clock.breached_at) {
        // A ladder that alerts nobody leaves no alert behind, but the fact.
        shown.state = "fired";
        shown.at = shown.fired_at = Stamp{*clock.breached_at};
      }
    }
    if (&step == next && shown.state != "fired") {
      shown.state = "next";
      shown.recipients = named(about, step, rules, now);
    }
    ahead = ahead || &step == next;
    for (const AlertChannel channel : step.channels) shown.channels.emplace_back(word(channel));
    shown.needs_acknowledgement = step.needs_acknowledgement;
    shown.if_unacknowledged = step.if_unacknowledged;
    shown.escalate = step.escalate;
    out.push_back(std::move(shown));
  }
  return out;
}

// ------------------------------------------------------------------------------- the whole
/// Where the picture ends: at the due time, or behind it at what there is to see.
Instant until_of(const SlaClock& clock, const std::vector<ExplainedStep>& steps, Instant now) {
  const Instant seen = clock.ended_at.value_or(now);
  Instant until = clock.due_at ? *clock.due_at : seen;
  if (clock.ended_at || clock.breached_at) until = std::max(until, seen);
  for (const auto& step : steps) {
    if ((step.state == "next" || step.state == "fired") && step.at) {
      until = std::max(until, step.at->at);
    }
  }
  return std::max(until, clock.started_at);
}

ExplainedPolicy policy_of(const ClockView& clock, const Rules& rules) {
  ExplainedPolicy out{clock.policy, clock.policy_version, clock.policy, clock.policy,
                      rules.book.version};
  if (const Policy* policy = rules.book.policy(clock.policy)) {
    out.name_zh = policy->name_zh;
    out.name_en = policy->name_en;
    out.current_version = policy->version;
  }
  const auto version = rules.versions.find("policies");
  if (version != rules.versions.end()) out.current_version = version->second;
  return out;
}

ExplainedCalendar calendar_of(const SlaClock& clock, const Calendar& calendar) {
  ExplainedCalendar out{clock.calendar,  calendar.name_zh(), calendar.name_en(),
                        calendar.zone(), std::nullopt,       false};
  const auto complete = calendar.complete_until();
  if (!complete) return out;
  out.complete_until = to_iso8601(*complete);
  out.due_beyond = clock.due_at && clock.budget.kind != BudgetKind::calendar_time &&
                   calendar.local_date(*clock.due_at) > *complete;
  return out;
}

}  // namespace

void tag_invoke(const json::value_from_tag&, json::value& out, const ExplainedClock& clock) {
  out = json::value_from(static_cast<const ClockView&>(clock));
  out.get_object()["step"] = clock.step;
  out.get_object()["revision"] = clock.revision;
}

std::optional<ClockPlace> place_of_clock(Tx& tx, std::int64_t clock_id) {
  const auto rows = tx.exec(kPlace, clock_id);
  if (rows.empty()) return std::nullopt;
  ClockPlace place;
  const pqxx::row row = rows[0];
  Columns(row) >> place.case_id >> place.customer >> place.review_action;
  return place;
}

std::optional<ClockExplanation> explain_clock(Tx& tx, const Rules& rules, std::int64_t clock_id) {
  const auto rows = tx.exec(kClock, clock_id);
  if (rows.empty()) return std::nullopt;
  ClockExplanation out;
  static_cast<ClockView&>(out.clock) = clock_rows(tx, rules, {clock_id}).at(clock_id);
  std::optional<std::int64_t> case_id;
  Subject about;
  {
    const auto row = rows[0];
    Columns columns(row);
    columns >> out.ladder >> out.clock.step >> out.clock.revision >> case_id >> about.owner >>
        about.handler >> about.department >> about.escalation_level >> about.salt;
  }
  const Instant now = now_of(tx);
  const SlaClock clock = engine_clock(out.clock, out.ladder);
  const Calendar& calendar = rules.calendar(clock.calendar);
  if (case_id) out.pauses = pauses_of(tx, *case_id, clock);
  const auto pauses = intervals(out.pauses);
  out.policy = policy_of(out.clock, rules);
  out.calendar = calendar_of(clock, calendar);
  out.steps = steps_of(clock, about, fired_steps(tx, clock_id), pauses, rules, now);
  out.now = Stamp{now};
  out.until = Stamp{until_of(clock, out.steps, now)};
  out.elapsed_s = seconds(
      elapsed(clock.started_at, clock.ended_at.value_or(now), clock.budget.kind, calendar, pauses));
  out.budget_s = budget_seconds(clock, calendar, pauses);
  SlaClock again = clock;
  again.ended_at.reset();
  again.breached_at.reset();
  again.due_at.reset();  // also of what was promised: would it be promised again?
  arm(again, pauses, rules);
  out.reproduced = again.due_at == clock.due_at;
  const Instant middle = clock.due_at.value_or(out.until.at);
  add_spans(out, clock.started_at, middle, clock, calendar, pauses);
  add_spans(out, middle, out.until.at, clock, calendar, pauses);
  return out;
}

namespace statements {
const std::vector<Statement> kExplainReads{kClock, kPlace, kPauses, kAlerts};
}

}  // namespace firsthand::postgres
