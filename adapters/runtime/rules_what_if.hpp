// SPDX-License-Identifier: Apache-2.0
// "What would this case, customer or review action get?": the policy that applies and why, the ones
// before it and why not, each clock with its due time, each step of its ladder with its instant and
// whom it would reach today. By rules in force or rules that nobody has saved yet. Pure; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/rules.hpp"

namespace firsthand::runtime {

struct WhatIfCase {
  CaseTraits traits;  ///< of its scope; `arrival` is found from the instant below
  Instant arrived_at{};
};

/// One condition of a policy: "any of these", and what the case has.
struct ConditionCheck {
  std::string condition;  ///< kinds, categories, severities, tiers, channels, offices, arrivals
  std::vector<std::string> any_of;
  std::string has;
  bool holds = false;
};

struct StepReach {
  RecipientRole role = RecipientRole::owner;
  std::vector<std::string> names;  ///< of the owner and the handler: nobody yet
};
struct StepOutlook {
  std::string name;
  std::string at_text;  ///< as the ladder has it: 50%, -15m, due, +1h
  std::optional<Instant> at;
  std::vector<StepReach> recipients;
  std::vector<AlertChannel> channels;
  bool needs_acknowledgement = false;
  bool if_unacknowledged = false;
  int escalate = 0;
};
struct ClockOutlook {
  ClockKind kind = ClockKind::resolution;
  std::optional<Instant> due_at;
  std::string budget_text;    ///< as the policy has it: "2h working"
  bool out_of_hours = false;  ///< the budget for clocks that start outside working time
  std::string calendar;
  std::string ladder;
  std::vector<StepOutlook> steps;
};
struct PassedOver {
  std::string policy;
  std::vector<ConditionCheck> failed;
};
struct WhatIf {
  std::string policy;  ///< "" when none applies
  std::string name_zh, name_en;
  int version = 0;
  Arrival arrival = Arrival::in_hours;
  std::vector<ConditionCheck> why;  ///< of the policy that applies; empty when it has none
  std::vector<PassedOver> passed_over;
  std::vector<ClockOutlook> clocks;
};

WhatIf what_if(const Rules& rules, const WhatIfCase& asked, Instant now);

}  // namespace firsthand::runtime
