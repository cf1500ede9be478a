// SPDX-License-Identifier: Apache-2.0
// The rules of accounts and the pool as they are written down (config/defaults/accounts.toml says
// how). Pure; any thread.
#pragma once

#include <string>

#include "config/errors.hpp"
#include "config/toml.hpp"
#include "engine/policy.hpp"

namespace firsthand::config {

/// Reports all mistakes of the document.
Checked<AccountRules> read_accounts(const Value& document, const std::string& file);

}  // namespace firsthand::config
