// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/rules_what_if.hpp"

#include <algorithm>

#include "config/units.hpp"
#include "engine/clock_rules.hpp"
#include "engine/recipients.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime {
namespace {

std::string text_of(const std::string& value) {
  return value;
}
std::string text_of(int value) {
  return std::to_string(value);
}
template <class Enum>
  requires std::is_enum_v<Enum>
std::string text_of(Enum value) {
  return std::string{word(value)};
}

template <class T>
void check(std::vector<ConditionCheck>& checks, const char* name, const std::vector<T>& any_of,
           const T& has) {
  if (any_of.empty()) return;
  ConditionCheck one{name, {}, text_of(has), false};
  for (const T& value : any_of) one.any_of.push_back(text_of(value));
  one.holds = std::find(any_of.begin(), any_of.end(), has) != any_of.end();
  checks.push_back(std::move(one));
}

std::vector<ConditionCheck> checks_of(const PolicyConditions& when, const CaseTraits& traits) {
  std::vector<ConditionCheck> checks;
  check(checks, "kinds", when.kinds, traits.kind);
  check(checks, "categories", when.categories, traits.category);
  check(checks, "severities", when.severities, traits.severity);
  check(checks, "tiers", when.tiers, traits.tier);
  check(checks, "channels", when.channels, traits.channel);
  check(checks, "offices", when.offices, traits.office);
  check(checks, "arrivals", when.arrivals, traits.arrival);
  return checks;
}

bool is_the_cases_own(RecipientRole role) {
  return role == RecipientRole::owner || role == RecipientRole::handler;
}

std::vector<StepReach> reach(const LadderStep& step, const Case& facts, const Rules& rules,
                             Instant now) {
  std::vector<StepReach> found;
  for (const RecipientRole role : step.recipients) found.push_back({role, {}});
  // Who owns a case that does not exist is nobody's name; all other roles have people.
  LadderStep others = step;
  std::erase_if(others.recipients, is_the_cases_own);
  if (others.recipients.empty()) return found;
  for (const auto& [id, in_role] : recipients_of(subject_of(facts), others, rules, now)) {
    const User* user = rules.user(id);
    if (!user) continue;
    auto at = std::find_if(found.begin(), found.end(),
                           [wanted = in_role](const StepReach& r) { return r.role == wanted; });
    // Somebody stands in for a role without people: shown in the role in which they are reached.
    if (at == found.end()) at = found.insert(found.end(), StepReach{in_role, {}});
    at->names.push_back(user->name);
  }
  return found;
}

ClockOutlook outlook(const Rules& rules, const Case& facts, const CaseTraits& traits,
                     const PolicyClock& wanted, Instant start, Instant now) {
  ClockOutlook seen;
  seen.kind = wanted.kind;
  const auto terms = terms_for(rules, traits, wanted.kind, start);
  if (!terms) return seen;
  SlaClock clock;
  clock.kind = wanted.kind;
  clock.policy = terms->policy;
  clock.policy_version = terms->policy_version;
  clock.calendar = terms->calendar;
  clock.budget = terms->budget;
  clock.ladder = terms->ladder;
  clock.started_at = start;
  arm(clock, {}, rules);
  seen.due_at = clock.due_at;
  seen.budget_text = config::to_text(terms->budget);
  seen.out_of_hours = wanted.out_of_hours && terms->budget == *wanted.out_of_hours;
  seen.calendar = terms->calendar;
  seen.ladder = terms->ladder;
  for (const LadderStep& step : ladder_of(clock, rules).steps) {
    seen.steps.push_back({step.name, config::to_text(step.at), step_due(clock, step, {}, rules),
                          reach(step, facts, rules, now), step.channels, step.needs_acknowledgement,
                          step.if_unacknowledged, step.escalate});
  }
  return seen;
}

}  // namespace

WhatIf what_if(const Rules& rules, const WhatIfCase& asked, Instant now) {
  CaseTraits traits = asked.traits;
  traits.arrival =
      rules.company().is_working(asked.arrived_at) ? Arrival::in_hours : Arrival::out_of_hours;
  WhatIf answer;
  answer.arrival = traits.arrival;
  const Policy* applies = rules.book.policy_for(traits);
  for (const Policy& policy : rules.book.policies) {
    if (&policy == applies) break;
    if (policy.scope != traits.scope) continue;
    auto checks = checks_of(policy.when, traits);
    std::erase_if(checks, [](const ConditionCheck& c) { return c.holds; });
    answer.passed_over.push_back({policy.code, std::move(checks)});
  }
  if (!applies) return answer;
  answer.policy = applies->code;
  answer.name_zh = applies->name_zh;
  answer.name_en = applies->name_en;
  answer.version = applies->version;
  answer.why = checks_of(applies->when, traits);
  Case facts;
  facts.kind = traits.kind;
  facts.category = traits.category;
  facts.severity = traits.severity;
  facts.channel = traits.channel;
  facts.opened_at = asked.arrived_at;
  if (const Category* category = rules.book.category(traits.category)) {
    facts.department = rules.department(category->department);
  }
  for (const PolicyClock& wanted : applies->clocks) {
    answer.clocks.push_back(outlook(rules, facts, traits, wanted, asked.arrived_at, now));
  }
  return answer;
}

}  // namespace firsthand::runtime
