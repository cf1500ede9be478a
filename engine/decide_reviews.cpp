// SPDX-License-Identifier: Apache-2.0
// What reviews agree on: actions with somebody to do them, a day, and a result. The day is a
// promise to the review: its clock stays whatever the rules become.
#include "engine/clock_rules.hpp"
#include "engine/decision.hpp"

namespace firsthand {
namespace {

std::optional<ClockTerms> terms_of(const ReviewAction& action, const Rules& rules, Instant now) {
  const CaseTraits traits =
      traits_without_case(PolicyScope::reviews, Tier::standard, action.assignee, now, rules);
  return terms_for(rules, traits, ClockKind::review_action, now);
}

struct UntilDay {
  Instant from;  ///< now, or less than a second before it: budgets count whole seconds
  Budget budget;
  std::string calendar;
};

/// From now to the day that was agreed on: in working time when the day ends within it, so that a
/// warning "nine hours before" comes on a working day; in calendar time otherwise.
UntilDay until_day(const ReviewAction& action, const Rules& rules, Instant now) {
  const auto left = std::chrono::ceil<Seconds>(action.due_at - now);
  const Instant from = action.due_at - left;
  const auto terms = terms_of(action, rules, now);
  const std::string code = terms ? terms->calendar : rules.company_calendar;
  const Calendar& calendar = rules.calendar(code);
  const auto worked =
      std::chrono::floor<Seconds>(elapsed(from, action.due_at, BudgetKind::working_time, calendar));
  const auto end = due(from, Budget::working(worked), calendar).value();
  if (end == action.due_at) return {from, Budget::working(worked), code};
  return {from, Budget::calendar(left), code};
}

std::vector<UserId> doers(const ReviewAction& action, const Rules& rules, Instant now) {
  if (action.assignee) return {rules.acting(action.assignee, now)};
  std::vector<UserId> people;
  for (const UserId liaison : rules.liaisons(action.department)) {
    const UserId acting = rules.acting(liaison, now);
    if (std::find(people.begin(), people.end(), acting) == people.end()) people.push_back(acting);
  }
  return people;
}

bool can_do(const Rules& rules, UserId who) {
  const User* person = rules.user(who);
  return person && !person->disabled;
}

Facts facts_of(const ReviewAction& action) {
  return Facts{}
      .add("review_action", action.id)
      .add("title", action.title)
      .add("department", action.department)
      .add("assignee", action.assignee);
}

Outcome outcome_of(const ReviewAction& action) {
  Outcome outcome;
  outcome.reply.id = action.id.value;
  outcome.reply.version = action.version;
  return outcome;
}

}  // namespace

Outcome Decision::on(const event::ReviewActionAgreed& e) {
  if (!is(Role::supervisor) && !is(Role::manager) && !is(Role::back_line))
    return refuse("forbidden", "Actions are agreed on by those who prepare and lead the review.");
  if (e.title.empty()) return refuse("invalid", "Say what is to be done.", "title");
  if (!e.assignee && !e.department)
    return refuse("invalid", "Name a department or a person.", "assignee");
  if (e.assignee && !can_do(rules, e.assignee))
    return refuse("invalid", "Name a colleague who works here.", "assignee");
  if (e.department && !rules.has_department(e.department))
    return refuse("invalid", "There is no such department.", "department");
  if (e.case_id && !docket.case_file(e.case_id)) return not_found("case");
  ReviewActionFile file;
  ReviewAction& made = file.facts;
  made.id = ReviewActionId{docket.new_id()};
  made.title = e.title;
  made.text = e.text;
  made.assignee = e.assignee;
  // Somebody's own department hears of it as well, and its head when it is late.
  made.department = e.assignee && !e.department ? rules.user(e.assignee)->department : e.department;
  made.case_id = e.case_id;
  made.by = event.actor;
  made.agreed_at = now;
  made.due_at = e.due_at;
  const auto terms = terms_of(made, rules, now);
  if (e.due_at == Instant{} && terms) {
    made.due_at = due(now, terms->budget, rules.calendar(terms->calendar)).value().value_or(now);
  }
  if (made.due_at <= now) return refuse("invalid", "The day lies in the past.", "due_at");
  auto& stored = docket.now.review_actions.emplace(made.id, file).first->second;
  record("review_action_agreed", about(Matter{stored}),
         facts_of(stored.facts).add("due_at", made.due_at));
  const auto [from, budget, calendar] = until_day(stored.facts, rules, now);
  const Promise promise{stored.facts.due_at, budget, calendar};
  ClockStart start;
  start.at = from;
  start.promise = &promise;
  start_clock(Matter{stored}, ClockKind::review_action, start);
  for (const UserId who : doers(stored.facts, rules, now)) {
    mail("review_action_agreed", topic(Matter{stored}), who,
         "review:" + std::to_string(made.id.value),
         Facts{}.add("due_at", made.due_at).add("text", made.text));
  }
  return outcome_of(stored.facts);
}

Outcome Decision::on(const event::ReviewActionChanged& e) {
  ReviewActionFile* file = docket.review_action(e.review_action);
  if (!file) return not_found("review action");
  ReviewAction& action = file->facts;
  if (!is(Role::supervisor) && !is(Role::manager) && !is(Role::back_line))
    return refuse("forbidden", "Actions are changed by those who prepare and lead the review.");
  if (action.version != e.version)
    return refuse("version_mismatch", "Somebody has changed this action meanwhile.");
  if (action.state != ReviewActionState::open)
    return refuse("action_ended", "This action has ended.");
  if (e.reason.empty()) return refuse("invalid", "Say why the action is changed.", "reason");
  if (e.title && e.title->empty()) return refuse("invalid", "Say what is to be done.", "title");
  const UserId assignee = e.assignee.value_or(action.assignee);
  if (assignee != action.assignee && assignee && !can_do(rules, assignee))
    return refuse("invalid", "Name a colleague who works here.", "assignee");
  if (!assignee && !action.department)
    return refuse("invalid", "Name a department or a person.", "assignee");
  if (e.due_at && *e.due_at <= now) return refuse("invalid", "The day lies in the past.", "due_at");
  Facts facts;
  facts.add("review_action", action.id).add("title", action.title).add("reason", e.reason);
  const bool others = assignee != action.assignee;
  if (others) facts.add("assignee_before", action.assignee).add("assignee", assignee);
  if (e.due_at && *e.due_at != action.due_at)
    facts.add("due_before", action.due_at).add("due_at", *e.due_at);
  const bool moved = e.due_at && *e.due_at != action.due_at;
  action.title = e.title.value_or(action.title);
  action.text = e.text.value_or(action.text);
  action.assignee = assignee;
  action.due_at = e.due_at.value_or(action.due_at);
  record("review_action_changed", about(Matter{*file}), facts);
  if (moved) {
    // The old day's clock ends as what it was, and a new one runs for the new day.
    stop_clocks(Matter{*file}, ClockKind::review_action, ClockState::cancelled);
    const auto [from, budget, calendar] = until_day(action, rules, now);
    const Promise promise{action.due_at, budget, calendar};
    ClockStart start;
    start.at = from;
    start.promise = &promise;
    start_clock(Matter{*file}, ClockKind::review_action, start);
  }
  if (moved || others) {
    for (const UserId who : doers(action, rules, now)) {
      mail("review_action_changed", topic(Matter{*file}), who,
           "review:" + std::to_string(action.id.value) + ":" + std::to_string(action.version),
           Facts{}.add("due_at", action.due_at).add("reason", e.reason));
    }
  }
  return outcome_of(action);
}

Outcome Decision::on(const event::ReviewActionEnded& e) {
  ReviewActionFile* file = docket.review_action(e.review_action);
  if (!file) return not_found("review action");
  ReviewAction& action = file->facts;
  if (action.state != ReviewActionState::open)
    return refuse("action_ended", "This action has ended.");
  const bool done_now = e.how == ReviewActionState::done;
  const bool mine = event.actor && (event.actor == action.assignee ||
                                    event.actor == rules.acting(action.assignee, now) ||
                                    acts_for_department(action.department));
  if (done_now ? !mine && !is(Role::supervisor) : !is(Role::supervisor) && !is(Role::manager))
    return refuse("forbidden", "This action is somebody else's.");
  if (e.result.empty()) {
    return done_now ? refuse("invalid", "Write what came of it.", "result")
                    : refuse("invalid", "Say why the action is given up.", "reason");
  }
  action.state = done_now ? ReviewActionState::done : ReviewActionState::cancelled;
  action.result = e.result;
  action.ended_by = event.actor;
  action.ended_at = now;
  record(done_now ? "review_action_done" : "review_action_cancelled", about(Matter{*file}),
         facts_of(action).add(done_now ? "result" : "reason", e.result));
  stop_clocks(Matter{*file}, ClockKind::review_action,
              done_now ? ClockState::met : ClockState::cancelled);
  return outcome_of(action);
}

}  // namespace firsthand
