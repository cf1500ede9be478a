// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/tier_scoring.hpp"

#include "adapters/postgres/reads/record_reads.hpp"
#include "engine/tier_score.hpp"

namespace firsthand::runtime {

std::optional<event::TierScored> tier_of(postgres::Tx& tx, const TierRules& rules,
                                         std::int64_t customer) {
  if (rules.inputs.empty()) return std::nullopt;
  const auto figures = postgres::customer_figures(tx, customer);
  if (!figures) return std::nullopt;
  const TierVerdict verdict = score_tier(rules, *figures);
  return event::TierScored{CustomerId{customer}, verdict.score, verdict.tier,
                           why_tier(verdict, rules), rules.version};
}

}  // namespace firsthand::runtime
