// SPDX-License-Identifier: Apache-2.0
#include "engine/tier_score.hpp"

#include <algorithm>
#include <cmath>

#include "engine/facts.hpp"

namespace firsthand {
namespace {

double value_of(std::string_view code, const CustomerFigures& figures) {
  if (code == "revenue") return figures.revenue;
  if (code == "margin") return figures.margin;
  if (code == "complaints") return figures.complaints;
  if (code == "tenure") return figures.tenure;
  if (code == "potential") return figures.potential;
  return 0;
}

std::int64_t rounded(double value) {
  return static_cast<std::int64_t>(std::llround(value));
}

}  // namespace

const std::vector<std::string_view>& tier_inputs() {
  static const std::vector<std::string_view> codes{"revenue", "margin", "complaints", "tenure",
                                                   "potential"};
  return codes;
}

TierVerdict score_tier(const TierRules& rules, const CustomerFigures& figures) {
  TierVerdict verdict;
  double sum = 0;
  int weights = 0;
  for (const auto& input : rules.inputs) {
    TierLine line{input.code, value_of(input.code, figures), input.full, input.weight, 0};
    const double share = input.full > 0 ? std::clamp(line.value / input.full, 0.0, 1.0) : 0.0;
    line.points = 100 * (input.code == "complaints" ? 1 - share : share);
    sum += line.points * line.weight;
    weights += line.weight;
    verdict.lines.push_back(std::move(line));
  }
  if (weights > 0) verdict.score = static_cast<int>(rounded(sum / weights));
  if (verdict.score >= rules.silver) verdict.tier = Tier::silver;
  if (verdict.score >= rules.gold) verdict.tier = Tier::gold;
  if (verdict.score >= rules.key) verdict.tier = Tier::key;
  return verdict;
}

std::string why_tier(const TierVerdict& verdict, const TierRules& rules) {
  std::string lines;
  for (const auto& line : verdict.lines) {
    const Facts facts = Facts{}
                            .add("input", line.code)
                            .add("value", rounded(line.value))
                            .add("full", rounded(line.full))
                            .add("weight", line.weight)
                            .add("points", rounded(line.points));
    lines += (lines.empty() ? "" : ",") + facts.json();
  }
  const Facts thresholds =
      Facts{}.add("silver", rules.silver).add("gold", rules.gold).add("key", rules.key);
  return "{\"inputs\":[" + lines + "],\"thresholds\":" + thresholds.json() + "}";
}

}  // namespace firsthand
