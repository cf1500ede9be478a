// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/rules_store.hpp"

#include <fstream>
#include <sstream>

#include "engine/words.hpp"

namespace firsthand::runtime {
namespace {

constexpr postgres::Statement kFingerprint{
    "rules_fingerprint",
    "select coalesce(string_agg(name || ':' || v, ',' order by name), '') || '|' || "
    "(select count(*) || ':' || coalesce(sum(version), 0) || ':' || coalesce(max(id), 0) from "
    "user_account) || '|' || "
    "(select count(*) from department) || '|' || current_date "
    "from (select name, max(version) as v from policy_document group by name) d"};
constexpr postgres::Statement kDocuments{"rules_documents",
                                         "select distinct on (name) name, version, body from "
                                         "policy_document order by name, version desc"};
constexpr postgres::Statement kUsers{
    "rules_users",
    "select id, login, name, role, department_id, is_department_head, email, language, extension, "
    "skills, languages, "
    "deputy_id, deputy_from, deputy_until, disabled_at is not null from user_account order by id"};
constexpr postgres::Statement kDepartments{"rules_departments",
                                           "select id, code from department order by id"};
constexpr postgres::Statement kPutDocument{
    "rules_put_document",
    "insert into policy_document (name, version, body) "
    "select $1::text, coalesce(max(version), 0) + 1, $2::text from policy_document where name = "
    "$1::text "
    "having coalesce((select body from policy_document where name = $1::text order by version desc "
    "limit 1), '') <> $2::text "
    "returning version"};
constexpr postgres::Statement kPutDepartment{
    "rules_put_department",
    "insert into department (id, code, name_zh, name_en, email, return_limit_s) "
    "values (nextval('firsthand_id'), $1, $2, $3, $4, $5) on conflict (code) do update set name_zh "
    "= excluded.name_zh, "
    "name_en = excluded.name_en, email = excluded.email, return_limit_s = excluded.return_limit_s"};

/// config/ reads directories; the documents in force are laid out as one for it.
class Laid {
 public:
  explicit Laid(const pqxx::result& documents) {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "firsthand-rules-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no place for the rule documents");
    directory = pattern;
    for (const auto& row : documents) {
      std::ofstream out{directory / (postgres::read<std::string>(row[0]) + ".toml"),
                        std::ios::binary};
      out << postgres::read<std::string>(row[2]);
    }
  }
  ~Laid() {
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }
  Laid(const Laid&) = delete;
  Laid& operator=(const Laid&) = delete;
  std::filesystem::path directory;
};

std::vector<User> read_users(postgres::Tx& tx) {
  std::vector<User> users;
  for (const auto& row : tx.exec(kUsers)) {
    User user;
    postgres::Columns columns(row);
    columns >> user.id >> user.login >> user.name;
    user.role = from_word<Role>(columns.template take<std::string>()).value_or(Role::agent);
    columns >> user.department >> user.department_head >> user.email >> user.language >>
        user.extension;
    user.skills = postgres::read_array(columns.template take<std::string>());
    user.languages = postgres::read_array(columns.template take<std::string>());
    columns >> user.deputy >> user.deputy_from >> user.deputy_until >> user.disabled;
    users.push_back(std::move(user));
  }
  return users;
}

}  // namespace

std::shared_ptr<const Rules> RulesStore::current() const {
  const std::lock_guard lock{mutex_};
  return rules_;
}

bool RulesStore::refresh(postgres::Tx& tx) {
  const auto fingerprint = postgres::read<std::string>(tx.exec(kFingerprint)[0][0]);
  if (fingerprint == fingerprint_) return false;
  const Laid laid{tx.exec(kDocuments)};
  auto defaults = config::load_defaults(laid.directory);
  if (!defaults)
    throw std::runtime_error("the rule documents are not valid:\n" + defaults.error().text());
  auto rules = std::make_shared<Rules>();
  rules->book = std::move(defaults->rules);
  rules->company_calendar = default_calendar_;
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  // Two years back for what is still running, and as far ahead as any promise reaches.
  const Date first{today - std::chrono::days{760}};
  const Date last{today + std::chrono::days{760}};
  for (const auto& definition : defaults->calendars) {
    auto calendar = config::compile_calendar(definition, first, last);
    if (!calendar)
      throw std::runtime_error("calendar " + definition.code + ":\n" + calendar.error().text());
    rules->calendars.emplace(definition.code, std::move(*calendar));
  }
  rules->users = read_users(tx);
  for (const auto& row : tx.exec(kDepartments)) {
    rules->departments.emplace(postgres::read<std::string>(row[1]),
                               postgres::read<DepartmentId>(row[0]));
  }
  const std::lock_guard lock{mutex_};
  rules_ = std::move(rules);
  fingerprint_ = fingerprint;
  return true;
}

std::vector<std::string> load_defaults_into(postgres::Tx& tx,
                                            const std::filesystem::path& directory) {
  auto defaults = config::load_defaults(directory);
  if (!defaults) throw std::runtime_error("configuration refused:\n" + defaults.error().text());
  std::vector<std::string> done;
  for (const auto& entry : std::filesystem::directory_iterator{directory}) {
    if (entry.path().extension() != ".toml") continue;
    std::ifstream in{entry.path(), std::ios::binary};
    std::stringstream body;
    body << in.rdbuf();
    const std::string name = entry.path().stem().string();
    const auto put = tx.exec(kPutDocument, name, body.str());
    if (!put.empty())
      done.push_back(name + ": version " + std::to_string(postgres::read<int>(put[0][0])));
  }
  for (const auto& department : defaults->rules.departments) {
    tx.exec(kPutDepartment, department.code, department.name_zh, department.name_en,
            department.email, department.return_limit_s);
  }
  return done;
}

}  // namespace firsthand::runtime
