// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/rules_documents.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "config/calendars.hpp"
#include "config/defaults.hpp"

namespace firsthand::runtime {
namespace {

using postgres::Columns;
using postgres::read;
using postgres::Statement;
using postgres::Tx;

// Savers of rule documents stand in line on this key; whoever reads does not.
constexpr Statement kOneSaver{"rules_one_saver",
                              "select pg_advisory_xact_lock(hashtext('firsthand rule documents'))"};
constexpr Statement kNewest{"rules_document_newest",
                            "select d.name, d.version, d.at, d.by_user_id, u.name, d.note, d.body "
                            "from policy_document d left join user_account u on u.id = "
                            "d.by_user_id where d.name = $1 order by d.version desc limit 1"};
constexpr Statement kVersion{"rules_document_version",
                             "select d.name, d.version, d.at, d.by_user_id, u.name, d.note, d.body "
                             "from policy_document d left join user_account u on u.id = "
                             "d.by_user_id where d.name = $1 and d.version = $2"};
constexpr Statement kVersions{"rules_document_versions",
                              "select d.version, d.at, d.by_user_id, u.name, d.note "
                              "from policy_document d left join user_account u on u.id = "
                              "d.by_user_id where d.name = $1 order by d.version desc limit 200"};
constexpr Statement kBodies{"rules_newest_bodies",
                            "select distinct on (name) name, body from policy_document "
                            "order by name, version desc"};
constexpr Statement kAdd{"rules_document_add",
                         "insert into policy_document (name, version, body, by_user_id, note) "
                         "values ($1, $2, $3, $4, $5)"};
// Where no clock runs, or none is moved by this document, there is nothing to compute anew.
constexpr Statement kChange{
    "rules_change_add",
    "with running as (select count(*)::integer as n from sla_clock where ended_at is null and $4) "
    "insert into rule_change (document, version, by_user_id, clocks_total, done_at) "
    "select $1::text, $2::integer, $3::bigint, n, case when n = 0 then now() end from running "
    "returning revision"};
constexpr Statement kNewestChange{"rules_change_of",
                                  "select coalesce(max(revision), 0) from rule_change "
                                  "where document = $1 and version = $2"};
constexpr Statement kChanges{
    "rules_changes",
    "select c.revision, c.document, c.version, c.by_user_id, u.name, d.note, c.at, c.clocks_total, "
    "c.clocks_moved, case when c.done_at is null then (select count(*) from sla_clock k where "
    "k.ended_at is null and k.revision < c.revision) else 0 end, c.done_at "
    "from rule_change c left join user_account u on u.id = c.by_user_id "
    "left join policy_document d on d.name = c.document and d.version = c.version "
    "order by c.revision desc limit $1"};

template <class Row>
DocumentVersion take_version(Columns<Row>& columns) {
  DocumentVersion found;
  columns >> found.version >> found.at >> found.by >> found.by_name >> found.note;
  return found;
}

}  // namespace

namespace statements {
const std::vector<Statement> kRulesDocuments{kOneSaver, kNewest, kVersion,      kVersions, kBodies,
                                             kAdd,      kChange, kNewestChange, kChanges};
}

bool moves_clocks(std::string_view document) {
  return document == "policies" || document == "ladders" || document == "calendars";
}

bool may_be_edited(std::string_view document) {
  constexpr std::array others{"accounts", "callbacks", "complaints", "letters", "shifts", "tiers"};
  return moves_clocks(document) || std::ranges::find(others, document) != others.end();
}

bool StoredDocument::is_json() const {
  const auto first = body.find_first_not_of(" \t\r\n");
  return first != std::string::npos && body[first] == '{';
}

std::optional<StoredDocument> read_document(Tx& tx, const std::string& name,
                                            std::optional<int> version) {
  const auto rows = version ? tx.exec(kVersion, name, *version) : tx.exec(kNewest, name);
  if (rows.empty()) return std::nullopt;
  const auto row = rows[0];
  Columns columns(row);
  StoredDocument found;
  columns >> found.name;
  found.saved = take_version(columns);
  columns >> found.body;
  return found;
}

std::vector<DocumentVersion> document_versions(Tx& tx, const std::string& name) {
  std::vector<DocumentVersion> found;
  for (const auto& row : tx.exec(kVersions, name)) {
    Columns columns(row);
    found.push_back(take_version(columns));
  }
  return found;
}

std::map<std::string, std::string> newest_bodies(Tx& tx) {
  std::map<std::string, std::string> bodies;
  for (const auto& row : tx.exec(kBodies)) {
    bodies.emplace(read<std::string>(row[0]), read<std::string>(row[1]));
  }
  return bodies;
}

namespace {
// A case may stay open for years, and its clocks are explained and computed again from their start.
constexpr std::chrono::days kCompiledBack{6 * 366};
constexpr std::chrono::days kCompiledAhead{3 * 366};
}  // namespace

config::Checked<Rules> compile_rules(const std::map<std::string, std::string>& bodies,
                                     const std::string& company_calendar, Instant now) {
  auto defaults = config::load_documents(bodies);
  if (!defaults) return defaults.error();
  Rules rules;
  rules.book = std::move(defaults->rules);
  rules.company_calendar = company_calendar;
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const Date first{today - kCompiledBack};
  const Date last{today + kCompiledAhead};
  for (const auto& definition : defaults->calendars) {
    auto calendar = config::compile_calendar(definition, first, last);
    if (!calendar) return calendar.error();
    if (auto closed = config::check_working_time(*calendar); !closed.empty()) return closed;
    rules.calendars.emplace(definition.code, std::move(*calendar));
  }
  return rules;
}

config::Checked<Rules> rules_with(Tx& tx, const Rules& in_force,
                                  const std::map<std::string, std::string>& replaced, Instant now) {
  auto bodies = newest_bodies(tx);
  for (const auto& [name, body] : replaced) bodies[name] = body;
  auto wanted = compile_rules(bodies, in_force.company_calendar, now);
  if (!wanted) return wanted;
  wanted->users = in_force.users;
  wanted->departments = in_force.departments;
  wanted->versions = in_force.versions;
  wanted->revision = in_force.revision + 1;
  for (const auto& [name, body] : replaced) ++wanted->versions[name];
  wanted->book.version = wanted->versions["policies"];
  for (Policy& policy : wanted->book.policies) policy.version = wanted->book.version;
  return wanted;
}

SaveAnswer save_document(Tx& tx, const Rules& in_force, const SaveWish& wish, Instant now) {
  tx.exec(kOneSaver);
  const auto stored = read_document(tx, wish.document);
  const int current = stored ? stored->saved.version : 0;
  if (stored && stored->body == wish.body) {
    const auto rows = tx.exec(kNewestChange, wish.document, current);
    return SavedDocument{current, read<std::int64_t>(rows[0][0])};
  }
  if (current != wish.seen_version) return VersionMismatch{current};
  const auto wanted = rules_with(tx, in_force, {{wish.document, wish.body}}, now);
  if (!wanted) return wanted.error();
  tx.exec(kAdd, wish.document, current + 1, wish.body, wish.by, wish.note);
  return SavedDocument{current + 1, note_rule_change(tx, wish.document, current + 1, wish.by)};
}

std::int64_t note_rule_change(Tx& tx, const std::string& document, int version, UserId by) {
  return read<std::int64_t>(tx.exec(kChange, document, version, by, moves_clocks(document))[0][0]);
}

std::vector<RuleChange> rule_changes(Tx& tx, int limit) {
  std::vector<RuleChange> found;
  for (const auto& row : tx.exec(kChanges, limit)) {
    RuleChange change;
    Columns(row) >> change.revision >> change.document >> change.version >> change.by >>
        change.by_name >> change.note >> change.at >> change.clocks_total >> change.clocks_moved >>
        change.clocks_left >> change.done_at;
    found.push_back(std::move(change));
  }
  return found;
}

}  // namespace firsthand::runtime
