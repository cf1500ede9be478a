// SPDX-License-Identifier: Apache-2.0
// The scoring rule of customers' tiers as it is written down (config/defaults says how). Pure; any
// thread.
#pragma once

#include <string>

#include "config/errors.hpp"
#include "config/toml.hpp"
#include "engine/policy.hpp"

namespace firsthand::config {

Checked<TierRules> read_tiers(const Value& document, const std::string& file);

}  // namespace firsthand::config
