// SPDX-License-Identifier: Apache-2.0
// Which tier a customer deserves: the scoring rule over what is known of him. Pure; any thread.
// Money in cents, the margin in percent, the tenure in months.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/policy.hpp"

namespace firsthand {

/// What business records say of one customer in the last year.
struct CustomerFigures {
  double revenue = 0;     ///< cents invoiced
  double margin = 0;      ///< percent of the revenue
  double complaints = 0;  ///< cases of this kind
  double tenure = 0;      ///< months since the record began
  double potential = 0;   ///< 0 to 100, as the account owner estimates
};

struct TierLine {
  std::string code;
  double value = 0;
  double full = 0;
  int weight = 0;
  double points = 0;  ///< 0 to 100, before the weight
};

struct TierVerdict {
  int score = 0;
  Tier tier = Tier::standard;
  std::vector<TierLine> lines;
};

/// The codes that a scoring rule may weigh.
const std::vector<std::string_view>& tier_inputs();
/// Complaints count the other way round: nobody who complains much earns points by it.
TierVerdict score_tier(const TierRules& rules, const CustomerFigures& figures);
/// The verdict as JSON: each line, and the thresholds in force.
std::string why_tier(const TierVerdict& verdict, const TierRules& rules);

}  // namespace firsthand
