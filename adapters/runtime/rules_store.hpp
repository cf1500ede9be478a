// SPDX-License-Identifier: Apache-2.0
// The rules in force, made from the policy documents and people in PostgreSQL and compiled by
// config/. current() may be called from any thread and never blocks; refresh() reads on a pool
// thread and swaps the whole snapshot when something has changed.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/postgres/db.hpp"
#include "config/defaults.hpp"
#include "engine/rules.hpp"

namespace firsthand::runtime {

class RulesStore {
 public:
  explicit RulesStore(std::string default_calendar)
      : default_calendar_(std::move(default_calendar)) {}

  std::shared_ptr<const Rules> current() const;
  /// The systems that push call events; formats of ours alone when nobody has written any.
  std::shared_ptr<const config::CallSources> call_sources() const;
  /// True when the rules have changed. Throws when the documents in the database are not valid:
  /// the old rules stay in force.
  bool refresh(postgres::Tx& tx);

 private:
  std::string default_calendar_;
  std::mutex refreshing_;  ///< one at a time, so that no older snapshot wins
  mutable std::mutex mutex_;
  std::shared_ptr<const Rules> rules_ = std::make_shared<Rules>();
  std::shared_ptr<const config::CallSources> call_sources_ =
      std::make_shared<config::CallSources>();
  std::string fingerprint_;
};

/// Puts the files of a directory into policy_document (a new version only when a body changed) and
/// the departments into their table. What was edited in the console since stays, unless `replace`.
/// Returns what it did, a line each.
std::vector<std::string> load_defaults_into(postgres::Tx& tx,
                                            const std::filesystem::path& directory,
                                            bool replace = false);

}  // namespace firsthand::runtime
