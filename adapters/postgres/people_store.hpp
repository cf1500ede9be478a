// SPDX-License-Identifier: Apache-2.0
// The accounts of the people who work here: made, changed, locked, given a new password. The one
// place that writes them, for the console and the command line alike. What may be is said by
// engine/user_rules.hpp; here it is asked with everything locked that the answer rests on, so that
// two administrators at once cannot both be the last. Each change is a line of the history. Called
// on a pool thread with an open transaction that may write; throws as db.hpp says.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/postgres/reads/rows.hpp"
#include "engine/user_rules.hpp"

namespace firsthand::postgres {

/// Fields that are absent stay as they are; in a new account they have their defaults.
struct UserWish {
  std::optional<std::string> login, name, department, office, extension, email, language;
  std::optional<Role> role;
  std::optional<bool> department_head, locked;
  std::optional<std::vector<std::string>> skills, languages;
  std::optional<int> escalation_level;
};

/// Whoever asks; nobody at the command line.
struct Administrator {
  UserId user;
  std::string source;
};

struct SavedUser {
  std::int64_t id = 0;
  std::optional<Refusal> refusal;  ///< then nothing was written
};

SavedUser create_user(Tx& tx, const Rules& rules, const UserWish& wish,
                      const std::string& password_hash, const Administrator& by);
/// Refusals besides those of the rules: not_found, version_mismatch.
SavedUser edit_user(Tx& tx, const Rules& rules, std::int64_t id, std::int64_t seen_version,
                    const UserWish& wish, const Administrator& by);
/// Ends every session of this person, but for the one in which they do it themselves; false: there
/// is nobody.
bool set_password(Tx& tx, std::int64_t id, const std::string& password_hash,
                  const Administrator& by, const std::string& kept_session = {});

// ------------------------------------------------------------------------------- reading
/// One line of an account's history.
struct UserChange {
  Stamp at;
  std::optional<UserRef> by;   ///< null: at the command line
  std::string what;            ///< person_made, person_edited, password_reset, person_departed
  boost::json::value changed;  ///< field → [before, after]; null where nothing is compared
};
BOOST_DESCRIBE_STRUCT(UserChange, (), (at, by, what, changed))

struct UserView {
  std::int64_t id = 0;
  std::string login, name, role;
  std::optional<DepartmentRef> department;
  bool department_head = false;
  std::string office, extension, email, language;
  std::vector<std::string> skills, languages;
  std::optional<int> escalation_level;  ///< of the back line
  OptionalStamp locked_at;
  Stamp created_at;
  std::int64_t version = 0;
  std::vector<UserChange> changes;  ///< the newest first, at most 50
};
BOOST_DESCRIBE_STRUCT(UserView, (),
                      (id, login, name, role, department, department_head, office, extension, email,
                       language, skills, languages, escalation_level, locked_at, created_at,
                       version, changes))
std::optional<UserView> read_user(Tx& tx, std::int64_t id);

struct OfficeView {
  std::string code, name;
};
BOOST_DESCRIBE_STRUCT(OfficeView, (), (code, name))
std::vector<OfficeView> list_offices(Tx& tx);

namespace statements {
extern const std::vector<Statement> kPeopleStore;
}

}  // namespace firsthand::postgres
