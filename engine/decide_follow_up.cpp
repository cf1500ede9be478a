// SPDX-License-Identifier: Apache-2.0
// The call after the resolution, by somebody who had no hand in the case: is the customer
// satisfied? No closes nothing.
#include "engine/complaint.hpp"
#include "engine/decision.hpp"

namespace firsthand {

std::vector<UserId> Decision::hands(const CaseFile& file) const {
  const Case& c = file.facts;
  std::vector<UserId> all{c.owner, rules.acting(c.owner, now), c.handler};
  all.insert(all.end(), file.owners.begin(), file.owners.end());
  for (const auto& d : file.dispatches)
    all.insert(all.end(), {d.by, d.accepted_by, d.ended_by, d.disputed_by});
  for (const auto& pause : file.pauses) all.push_back(pause.by);
  for (const auto& [id, call] : docket.now.callbacks) {
    if (call.case_id == c.id && call.kind != CallbackKind::follow_up) all.push_back(call.user);
  }
  return all;
}

Decision::Promise Decision::follow_up_for(const Case& c) const {
  const Policy* policy = rules.book.policy_for(traits(c));
  const PolicyClock* clock = policy ? policy->clock(ClockKind::follow_up) : nullptr;
  const auto& plan = rules.book.callbacks;
  const std::string& calendar_code = clock ? clock->calendar : plan.calendar;
  const Calendar& calendar = rules.calendar(calendar_code);
  const Budget budget = clock ? budget_at(*clock, now, calendar) : plan.follow_up_after;
  const auto at = due(now, budget, calendar).value();
  return at ? Promise{*at, budget, calendar_code}
            : promise_at(now + std::chrono::days{2}, calendar_code);
}

void Decision::schedule_follow_up(CaseFile& file) {
  const Case& c = file.facts;
  if (c.reach_number.empty()) return;
  Promise asked = follow_up_for(c);
  // On the working day that the rules name.
  const Calendar& calendar = rules.calendar(asked.calendar);
  const Instant opening = calendar.at_local(calendar.local_date(asked.due), std::chrono::hours{9});
  const Instant earliest = std::min(std::max(opening, now), asked.due);
  Callback promise;
  promise.id = CallbackId{docket.new_id()};
  promise.kind = CallbackKind::follow_up;
  promise.case_id = c.id;
  promise.customer = c.customer;
  promise.number = c.reach_number;
  promise.user = rules.spread(c.id.value, now, hands(file));
  if (!promise.user) promise.user = c.owner;  // an office of one: better called than not
  promise.window_from = open_window(c.customer, earliest, asked);
  promise.due_at = asked.due;
  promise.promised_at = now;
  docket.now.callbacks.emplace(promise.id, promise);
  record("follow_up_scheduled", about(c),
         Facts{}.add("callback", promise.id).add("user", promise.user).add("due_at", asked.due));
  start_promise_clock(promise, asked);
}

Outcome Decision::check_answer(const Callback& callback, const event::CallbackAttempted& e) const {
  const auto file = docket.now.cases.find(callback.case_id);
  if (file != docket.now.cases.end() && callback.user != event.actor) {
    const auto worked = hands(file->second);
    if (std::find(worked.begin(), worked.end(), event.actor) != worked.end())
      return refuse("worked_on_it", "Somebody who has worked on the case does not ask.");
  }
  if (e.score && (*e.score < 1 || *e.score > 5))
    return refuse("invalid", "The score is 1 to 5.", "score");
  if (e.outcome != AttemptOutcome::reached) {
    return e.score || e.satisfied ? refuse("invalid", "Nobody was there to answer.", "outcome")
                                  : done();
  }
  if (!e.satisfied && !e.score)
    return refuse("invalid", "Say whether the customer is satisfied.", "satisfied");
  const bool contrary = e.satisfied && e.score && (*e.satisfied ? *e.score <= 2 : *e.score >= 4);
  if (contrary) return refuse("invalid", "The score says the contrary.", "score");
  return done();
}

void Decision::follow_up_answered(CaseFile& file, const Callback& callback) {
  if (callback.satisfied.value_or(true)) {
    if (file.facts.state == CaseState::resolved && !hinders_closing(file)) close(file);
    return;
  }
  if (file.facts.live()) return;  // reopened meanwhile
  reopen(file, "dissatisfied");
  std::vector<UserId> hearers = rules.with_role(Role::supervisor);
  hearers.push_back(rules.acting(file.facts.owner, now));
  for (const UserId who : hearers) {
    mail("dissatisfied", file.facts, who, "dissatisfied:" + std::to_string(callback.id.value),
         Facts{}.add("score", callback.score.value_or(0)));
  }
}

}  // namespace firsthand
