// SPDX-License-Identifier: Apache-2.0
// Ladders and policies as they are written down (config/defaults says how). Each function reads one
// document and reports all of its mistakes; what one file says about another is checked by
// check_references once all are read. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "config/calendars.hpp"
#include "config/errors.hpp"
#include "config/toml.hpp"
#include "engine/policy.hpp"

namespace firsthand::config {

Checked<std::vector<Ladder>> read_ladders(const Value& document, const std::string& file);

Checked<std::vector<Policy>> read_policies(const Value& document, const std::string& file);

/// Whether the ladder's steps lie in firing order for a clock with this budget.
bool in_firing_order(const Ladder& ladder, const Budget& budget);

}  // namespace firsthand::config
