// SPDX-License-Identifier: Apache-2.0
// The scoring rule applied to what the database knows of a customer. Called within a transaction.
#pragma once

#include <optional>

#include "adapters/postgres/db.hpp"
#include "engine/event.hpp"
#include "engine/policy.hpp"

namespace firsthand::runtime {

/// What the rule says of this customer now; nothing when there is no such customer, or no rule.
std::optional<event::TierScored> tier_of(postgres::Tx& tx, const TierRules& rules,
                                         std::int64_t customer);

}  // namespace firsthand::runtime
