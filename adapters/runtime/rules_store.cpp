// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/rules_store.hpp"

#include <fstream>
#include <map>
#include <sstream>

#include "adapters/runtime/rules_documents.hpp"
#include "config/document.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime {
namespace {

constexpr postgres::Statement kFingerprint{
    "rules_fingerprint",
    "select coalesce(string_agg(name || ':' || v, ',' order by name), '') || '|' || "
    "(select count(*) || ':' || coalesce(sum(version), 0) || ':' || coalesce(max(id), 0) from "
    "user_account) || '|' || "
    // One that is over makes room for the next: what is still to come changes then.
    "(select count(*) || ':' || coalesce(sum(id), 0) from absence where not isempty(span) and "
    "(upper_inf(span) or upper(span) > now())) || '|' || "
    "(select count(*) from department) || '|' || (select coalesce(max(revision), 0) from "
    "rule_change) || '|' || current_date "
    "from (select name, max(version) as v from policy_document group by name) d"};
constexpr postgres::Statement kDocuments{"rules_documents",
                                         "select distinct on (name) name, version, body from "
                                         "policy_document order by name, version desc"};
constexpr postgres::Statement kUsers{
    "rules_users",
    "select u.id, login, u.name, role, department_id, coalesce(o.code, ''), is_department_head, "
    "email, language, extension, skills, languages, escalation_level, a.deputy_id, a.from_at, "
    "a.until_at, alert_mails, quiet_from_min, quiet_to_min, disabled_at is not null "
    "from user_account u left join office o on o.id = u.office_id "
    // The absence that stands now, or the next one.
    "left join lateral (select deputy_id, from_at, upper(span) as until_at from absence "
    "  where user_id = u.id and not isempty(span) and (upper_inf(span) or upper(span) > now()) "
    "  order by from_at limit 1) a on true order by u.id"};
constexpr postgres::Statement kRevision{"rules_revision",
                                        "select coalesce(max(revision), 0) from rule_change"};
constexpr postgres::Statement kDepartments{"rules_departments",
                                           "select id, code from department order by id"};
// What a person has saved since stays unless it is told to go ($3).
constexpr postgres::Statement kPutDocument{
    "rules_put_document",
    "with newest as (select version, body, by_user_id from policy_document where name = $1::text "
    "order by version desc limit 1) "
    "insert into policy_document (name, version, body) "
    "select $1::text, coalesce((select version from newest), 0) + 1, $2::text "
    "where not exists (select from newest where body = $2::text or (by_user_id is not null and not "
    "$3::boolean)) returning version"};
constexpr postgres::Statement kEditedDocument{
    "rules_edited_document",
    "select version from policy_document d where name = $1 and by_user_id is not null and body <> "
    "$2 and version = (select max(version) from policy_document where name = d.name)"};
constexpr postgres::Statement kPutDepartment{
    "rules_put_department",
    "insert into department (id, code, name_zh, name_en, email, return_limit_s) "
    "values (nextval('firsthand_id'), $1, $2, $3, $4, $5) on conflict (code) do update set name_zh "
    "= excluded.name_zh, "
    "name_en = excluded.name_en, email = excluded.email, return_limit_s = excluded.return_limit_s"};

std::vector<User> read_users(postgres::Tx& tx) {
  std::vector<User> users;
  for (const auto& row : tx.exec(kUsers)) {
    User user;
    postgres::Columns columns(row);
    columns >> user.id >> user.login >> user.name;
    user.role = from_word<Role>(columns.template take<std::string>()).value_or(Role::agent);
    columns >> user.department >> user.office >> user.department_head >> user.email >>
        user.language >> user.extension;
    user.skills = postgres::read_array(columns.template take<std::string>());
    user.languages = postgres::read_array(columns.template take<std::string>());
    columns >> user.escalation_level >> user.deputy >> user.deputy_from >> user.deputy_until >>
        user.alert_mails >> user.quiet_from_min >> user.quiet_to_min >> user.disabled;
    users.push_back(std::move(user));
  }
  return users;
}

std::shared_ptr<const config::CallSources> read_sources(
    const std::map<std::string, std::string>& bodies) {
  const auto body = bodies.find("call_sources");
  if (body == bodies.end()) return std::make_shared<config::CallSources>();
  const auto document = config::parse_document(body->second, body->first).value();
  return std::make_shared<config::CallSources>(
      config::read_call_sources(document, body->first).value());
}

}  // namespace

std::shared_ptr<const Rules> RulesStore::current() const {
  const std::lock_guard lock{mutex_};
  return rules_;
}

std::shared_ptr<const config::CallSources> RulesStore::call_sources() const {
  const std::lock_guard lock{mutex_};
  return call_sources_;
}

bool RulesStore::refresh(postgres::Tx& tx) {
  const std::lock_guard one{refreshing_};
  const auto fingerprint = postgres::read<std::string>(tx.exec(kFingerprint)[0][0]);
  if (fingerprint == fingerprint_) return false;
  const auto documents = tx.exec(kDocuments);
  std::map<std::string, std::string> bodies;
  for (const auto& row : documents) {
    bodies.emplace(postgres::read<std::string>(row[0]), postgres::read<std::string>(row[2]));
  }
  const Instant now = std::chrono::floor<Millis>(std::chrono::system_clock::now());
  auto compiled = compile_rules(bodies, default_calendar_, now);
  if (!compiled)
    throw std::runtime_error("the rule documents are not valid:\n" + compiled.error().text());
  auto rules = std::make_shared<Rules>(std::move(*compiled));
  rules->revision = postgres::read<std::int64_t>(tx.exec(kRevision)[0][0]);
  for (const auto& row : documents) {
    rules->versions.emplace(postgres::read<std::string>(row[0]), postgres::read<int>(row[1]));
  }
  rules->book.tiers.version = rules->versions["tiers"];
  rules->book.version = rules->versions["policies"];
  for (Policy& policy : rules->book.policies) policy.version = rules->book.version;
  rules->users = read_users(tx);
  for (const auto& row : tx.exec(kDepartments)) {
    rules->departments.emplace(postgres::read<std::string>(row[1]),
                               postgres::read<DepartmentId>(row[0]));
  }
  auto sources = read_sources(bodies);
  const std::lock_guard lock{mutex_};
  rules_ = std::move(rules);
  call_sources_ = std::move(sources);
  fingerprint_ = fingerprint;
  return true;
}

std::vector<std::string> load_defaults_into(postgres::Tx& tx,
                                            const std::filesystem::path& directory, bool replace) {
  auto defaults = config::load_defaults(directory);
  if (!defaults) throw std::runtime_error("configuration refused:\n" + defaults.error().text());
  std::vector<std::string> done;
  for (const auto& entry : std::filesystem::directory_iterator{directory}) {
    if (entry.path().extension() != ".toml") continue;
    std::ifstream in{entry.path(), std::ios::binary};
    std::stringstream body;
    body << in.rdbuf();
    const std::string name = entry.path().stem().string();
    const auto put = tx.exec(kPutDocument, name, body.str(), replace);
    if (put.empty()) {
      const auto edited = tx.exec(kEditedDocument, name, body.str());
      if (edited.empty()) continue;
      done.push_back(name + ": version " + std::to_string(postgres::read<int>(edited[0][0])) +
                     " was edited in the console and stays (--replace takes the file)");
      continue;
    }
    const int version = postgres::read<int>(put[0][0]);
    if (moves_clocks(name)) note_rule_change(tx, name, version, UserId{});
    done.push_back(name + ": version " + std::to_string(version));
  }
  // The files agree with each other; with what was edited they may not.
  const auto together = config::load_documents(newest_bodies(tx));
  if (!together) {
    throw std::runtime_error("the files do not fit the documents that were edited:\n" +
                             together.error().text());
  }
  for (const auto& department : defaults->rules.departments) {
    tx.exec(kPutDepartment, department.code, department.name_zh, department.name_en,
            department.email, department.return_limit_s);
  }
  return done;
}

}  // namespace firsthand::runtime
