// SPDX-License-Identifier: Apache-2.0
// The files a company starts from: loaded into the database once, edited there afterwards. Reads
// the file system; otherwise pure; any thread.
#pragma once

#include <filesystem>
#include <vector>

#include "config/calendars.hpp"
#include "config/errors.hpp"
#include "engine/policy.hpp"

namespace firsthand::config {

struct Defaults {
  std::vector<CalendarDefinition> calendars;
  RuleBook rules;

  const CalendarDefinition* calendar(std::string_view code) const {
    return RuleBook::by_code(calendars, code);
  }
};

/// Reads calendars, ladders, policies, departments, categories, queues and callbacks (.toml each)
/// from `directory`. All mistakes of all files at once, then those between files.
Checked<Defaults> load_defaults(const std::filesystem::path& directory);

/// What one file says about another: every code that is named must exist.
Errors check_references(const Defaults& defaults);

}  // namespace firsthand::config
