// SPDX-License-Identifier: Apache-2.0
// The rule documents as a whole: the files a company starts from, loaded into the database once,
// and what is edited there afterwards. load_defaults reads the file system; the rest is pure; any
// thread.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/calendars.hpp"
#include "config/call_sources.hpp"
#include "config/complaints.hpp"
#include "config/errors.hpp"
#include "engine/policy.hpp"

namespace firsthand::config {

struct Defaults {
  std::vector<CalendarDefinition> calendars;
  RuleBook rules;
  std::vector<LetterTemplate> letters;
  CallSources call_sources;

  const CalendarDefinition* calendar(std::string_view code) const {
    return RuleBook::by_code(calendars, code);
  }
};

/// Reads calendars, ladders, policies, departments, categories, queues and callbacks (.toml each)
/// from `directory`, accounts, call_sources, complaints, letters, shifts and tiers where they are
/// there: a database that was filled by an earlier release has none until the files are loaded
/// again. All mistakes of all files at once, then those between files.
Checked<Defaults> load_defaults(const std::filesystem::path& directory);

/// The same from the documents in force: name (calendars, policies, ...) to body, TOML or JSON of
/// the same shape. Errors name the document where load_defaults names the file.
Checked<Defaults> load_documents(const std::map<std::string, std::string>& bodies);

/// What one document says about another: every code that is named must exist. Errors name the
/// document and `suffix`.
Errors check_references(const Defaults& defaults, std::string_view suffix = ".toml");

}  // namespace firsthand::config
