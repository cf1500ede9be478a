// SPDX-License-Identifier: Apache-2.0
#include "config/policies.hpp"

#include <algorithm>
#include <map>

#include "config/reader.hpp"
#include "config/units.hpp"
#include "engine/words.hpp"

namespace firsthand::config {
namespace {

constexpr std::size_t kStepsMax = 20;

LadderStep read_step(Reader& reader) {
  LadderStep step;
  step.name = reader.code("name");
  step.at = reader.parsed("at", parse_step_point, why::no_step_point).value_or(StepPoint{});
  step.recipients = reader.words<RecipientRole>("recipients");
  step.channels = reader.words<AlertChannel>("channels");
  step.needs_acknowledgement = reader.flag("needs_acknowledgement", false);
  step.if_unacknowledged = reader.flag("if_unacknowledged", false);
  if (reader.has("escalate")) step.escalate = static_cast<int>(reader.number("escalate", 1, 3));
  if (step.recipients.empty()) reader.fail("recipients", why::nobody_alerted);
  if (step.channels.empty()) reader.fail("channels", why::nobody_alerted);
  return step;
}

Ladder read_ladder(Reader& reader) {
  Ladder ladder;
  ladder.code = reader.code("code");
  ladder.name_zh = reader.text("name_zh");
  ladder.name_en = reader.text("name_en");
  reader.each("step", [&](Reader& step) { ladder.steps.push_back(read_step(step)); });
  if (ladder.steps.size() > kStepsMax) {
    reader.fail("step", {why::too_many_steps, {{"max", std::to_string(kStepsMax)}}});
  }
  const auto breaches = std::count_if(ladder.steps.begin(), ladder.steps.end(),
                                      [](const LadderStep& step) { return step.is_breach(); });
  if (breaches != 1) reader.fail("step", why::one_breach);
  // Shares and offsets can only be compared once a budget is known; each kind with itself can be
  // now.
  for (std::size_t i = 1; i < ladder.steps.size(); ++i) {
    const StepPoint& before = ladder.steps[i - 1].at;
    const StepPoint& now = ladder.steps[i].at;
    if (before.kind == now.kind && now.amount < before.amount) {
      reader.fail("step", {why::step_out_of_order, {{"name", ladder.steps[i].name}}});
    }
  }
  bool acknowledgement_wanted = false;
  std::set<std::string> names;
  for (const LadderStep& step : ladder.steps) {
    if (!step.name.empty() && !names.insert(step.name).second) {
      reader.fail("step", {why::name_twice, {{"name", step.name}}});
    }
    if (step.if_unacknowledged && !acknowledgement_wanted) {
      reader.fail("step", {why::waits_in_vain, {{"name", step.name}}});
    }
    acknowledgement_wanted = acknowledgement_wanted || step.needs_acknowledgement;
  }
  return ladder;
}

PolicyClock read_clock(Reader& reader) {
  PolicyClock clock;
  clock.kind = reader.word<ClockKind>("kind");
  clock.budget = reader.parsed("budget", parse_budget, why::no_budget).value_or(Budget{});
  if (reader.has("out_of_hours")) {
    clock.out_of_hours = reader.parsed("out_of_hours", parse_budget, why::no_budget);
  }
  clock.calendar = reader.code("calendar");
  clock.ladder = reader.code("ladder");
  return clock;
}

bool belongs_to(ClockKind kind, PolicyScope scope) {
  switch (kind) {
    case ClockKind::callback: return scope != PolicyScope::reviews;
    case ClockKind::pool_hold: return scope == PolicyScope::customers;
    case ClockKind::review_action: return scope == PolicyScope::reviews;
    case ClockKind::acknowledgement:
    case ClockKind::first_response:
    case ClockKind::follow_up:
    case ClockKind::progress_update:
    case ClockKind::dispatch:
    case ClockKind::resolution:
    case ClockKind::final_response: return scope == PolicyScope::cases;
  }
  return false;
}

/// What only a case has, or only a customer, cannot be a condition where there is none.
void check_conditions(Reader& when, PolicyScope scope) {
  if (scope == PolicyScope::cases) return;
  for (const char* key : {"kinds", "categories", "severities", "channels"}) {
    if (when.has(key))
      when.fail(key, {why::condition_on_cases, {{"scope", std::string{word(scope)}}}});
  }
  if (scope == PolicyScope::reviews && when.has("tiers")) {
    when.fail("tiers", {why::condition_on_customers, {{"scope", std::string{word(scope)}}}});
  }
}

Policy read_policy(Reader& reader) {
  Policy policy;
  policy.code = reader.code("code");
  policy.name_zh = reader.text("name_zh");
  policy.name_en = reader.text("name_en");
  policy.scope = reader.word<PolicyScope>("scope", PolicyScope::cases);
  reader.below("when", [&](Reader& when) {
    check_conditions(when, policy.scope);
    policy.when.kinds = when.words<CaseKind>("kinds");
    policy.when.categories = when.texts("categories");
    policy.when.severities = when.numbers("severities", 1, 4);
    policy.when.tiers = when.words<Tier>("tiers");
    policy.when.channels = when.words<Channel>("channels");
    policy.when.offices = when.texts("offices");
    policy.when.arrivals = when.words<Arrival>("arrivals");
  });
  reader.each("clock", [&](Reader& row) {
    PolicyClock clock = read_clock(row);
    if (policy.clock(clock.kind) != nullptr) row.fail("kind", why::clock_twice);
    if (!belongs_to(clock.kind, policy.scope)) {
      row.fail("kind", {why::clock_of_other_scope,
                        {{"clock", std::string{word(clock.kind)}},
                         {"scope", std::string{word(policy.scope)}}}});
    }
    policy.clocks.push_back(std::move(clock));
  });
  if (policy.clocks.empty()) reader.fail("clock", why::no_clock);
  return policy;
}

/// The first policy of a scope whose conditions hold applies, so one without conditions ends its
/// scope.
void check_order(const std::vector<Policy>& policies, const std::string& file, Errors& errors) {
  const auto key = [](std::size_t i, std::string_view name) {
    return "policy[" + std::to_string(i) + "]." + std::string{name};
  };
  std::map<PolicyScope, std::size_t> last;
  for (std::size_t i = 0; i < policies.size(); ++i) last[policies[i].scope] = i;
  for (std::size_t i = 0; i < policies.size(); ++i) {
    if (policies[i].when == PolicyConditions{} && i != last[policies[i].scope]) {
      errors.add(file, key(i, "when"), why::hides_the_rest);
    }
  }
  if (!last.contains(PolicyScope::cases)) {
    errors.add(file, key(policies.size() - 1, "scope"), why::no_policy_of_cases);
    return;
  }
  // A case without a policy would run no clock at all. Customers and reviews may have none.
  const std::size_t of_cases = last[PolicyScope::cases];
  if (policies[of_cases].when != PolicyConditions{}) {
    errors.add(file, key(of_cases, "when"), why::cases_without_clocks);
  }
}

// Where a step lies on the clock's own time, in seconds. A working day counts as eight hours here:
// only the order matters.
std::int64_t position(const StepPoint& point, const Budget& budget) {
  const std::int64_t total =
      budget.kind == BudgetKind::working_days ? budget.amount * 8 * 3600 : budget.amount;
  return point.kind == StepKind::percent ? total * point.amount / 100
                                         : std::max<std::int64_t>(0, total + point.amount);
}

}  // namespace

bool in_firing_order(const Ladder& ladder, const Budget& budget) {
  return std::is_sorted(ladder.steps.begin(), ladder.steps.end(),
                        [&](const LadderStep& a, const LadderStep& b) {
                          return position(a.at, budget) < position(b.at, budget);
                        });
}

Checked<std::vector<Ladder>> read_ladders(const Value& document, const std::string& file) {
  Errors errors;
  std::vector<Ladder> ladders;
  {
    Reader root{document, file, "", errors};
    root.each("ladder", [&](Reader& reader) { ladders.push_back(read_ladder(reader)); });
    if (!root.has("ladder")) root.fail("ladder", why::at_least_one);
  }
  refuse_doubles(ladders, file, "ladder", errors);
  if (!errors.empty()) return errors;
  return ladders;
}

Checked<std::vector<Policy>> read_policies(const Value& document, const std::string& file) {
  Errors errors;
  std::vector<Policy> policies;
  {
    Reader root{document, file, "", errors};
    // Files of the first release counted their versions themselves; the database does it now.
    if (root.has("version")) root.number("version", 1, 1'000'000);
    root.each("policy", [&](Reader& reader) { policies.push_back(read_policy(reader)); });
    if (!root.has("policy")) root.fail("policy", why::at_least_one);
  }
  refuse_doubles(policies, file, "policy", errors);
  if (errors.empty()) check_order(policies, file, errors);
  if (!errors.empty()) return errors;
  return policies;
}

}  // namespace firsthand::config
