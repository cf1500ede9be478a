// SPDX-License-Identifier: Apache-2.0
// The rule documents in PostgreSQL: every version of each, who saved it and why; and the rules that
// a set of them makes. Called on a pool thread with an open transaction, which the caller commits;
// throws as adapters/postgres/db.hpp says. What is wrong with a document is a value: all mistakes,
// each with its path.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/postgres/db.hpp"
#include "config/errors.hpp"
#include "engine/rules.hpp"

namespace firsthand::runtime {

/// Policies, ladders, calendars: what running clocks are computed from, and anew when it changes.
bool moves_clocks(std::string_view document);
/// Whether a document may be changed while people work by it: what rows of the database are made
/// from (departments, queues, categories) may not.
bool may_be_edited(std::string_view document);

struct DocumentVersion {
  int version = 0;
  Instant at{};
  UserId by;  ///< none: loaded by `load-defaults`
  std::string by_name;
  std::string note;
};
struct StoredDocument {
  std::string name;
  DocumentVersion saved;
  std::string body;  ///< TOML, or JSON of the same shape
  bool is_json() const;
};

/// The newest version, or a given one.
std::optional<StoredDocument> read_document(postgres::Tx& tx, const std::string& name,
                                            std::optional<int> version = std::nullopt);
/// Newest first, 200 at most.
std::vector<DocumentVersion> document_versions(postgres::Tx& tx, const std::string& name);
/// The newest bodies of all documents, by name.
std::map<std::string, std::string> newest_bodies(postgres::Tx& tx);

/// What the documents make, with calendars compiled around `now`: six years back for what still
/// runs, three years ahead, farther than any promise reaches. Without people, revision and
/// versions.
config::Checked<Rules> compile_rules(const std::map<std::string, std::string>& bodies,
                                     const std::string& company_calendar, Instant now);

/// The rules in force with some bodies replaced, by name, by what somebody would like to save.
config::Checked<Rules> rules_with(postgres::Tx& tx, const Rules& in_force,
                                  const std::map<std::string, std::string>& replaced, Instant now);

struct SaveWish {
  std::string document;
  std::string body;
  std::string note;
  UserId by;
  int seen_version = 0;  ///< what the editor was opened with
};
struct SavedDocument {
  int version = 0;
  std::int64_t revision = 0;
};
struct VersionMismatch {
  int current = 0;
};
using SaveAnswer = std::variant<SavedDocument, config::Errors, VersionMismatch>;

/// Checks the body together with the other documents and writes the next version and its
/// rule_change. One saver at a time, so that two documents cannot contradict each other. The text
/// that is there already is answered with its version: a save may be sent again.
SaveAnswer save_document(postgres::Tx& tx, const Rules& in_force, const SaveWish& wish,
                         Instant now);

/// A rule_change for a document whose new version this transaction has written.
std::int64_t note_rule_change(postgres::Tx& tx, const std::string& document, int version,
                              UserId by);

struct RuleChange {
  std::int64_t revision = 0;
  std::string document;
  int version = 0;
  UserId by;
  std::string by_name;
  std::string note;
  Instant at{};
  std::int64_t clocks_total = 0;
  std::int64_t clocks_moved = 0;
  std::int64_t clocks_left = 0;  ///< still to be computed
  std::optional<Instant> done_at;
};
/// Newest first, `limit` at most.
std::vector<RuleChange> rule_changes(postgres::Tx& tx, int limit);

namespace statements {
extern const std::vector<postgres::Statement> kRulesDocuments;
}

}  // namespace firsthand::runtime
