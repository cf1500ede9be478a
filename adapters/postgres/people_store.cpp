// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/people_store.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "engine/words.hpp"

namespace firsthand::postgres {
namespace {

namespace json = boost::json;

// Two administrators who lock each other at the same moment would both see one who is left.
constexpr Statement kOneWriter{"people_one_writer", "select pg_advisory_xact_lock(4714)"};
// Locked before the holdings are counted: whoever is just being given something is waited for.
constexpr Statement kForUpdate{
    "people_for_update",
    "select u.id, u.login, u.name, u.role, u.department_id, coalesce(o.code, ''), "
    "u.is_department_head, u.email, u.language, u.extension, u.skills, u.languages, "
    "u.escalation_level, u.disabled_at is not null, u.version, coalesce(d.code, '') "
    "from user_account u left join office o on o.id = u.office_id "
    "left join department d on d.id = u.department_id where u.id = $1 for update of u"};
constexpr Statement kSurroundings{
    "people_surroundings",
    "select exists (select from user_account where login = $2 and id <> $1), "
    "$3 <> '' and exists (select from user_account where extension = $3 and id <> $1 and "
    "  disabled_at is null), "
    "$4 = '' or exists (select from office where code = $4), "
    "exists (select from user_account where role = 'administrator' and disabled_at is null and "
    "  id <> $1), "
    "(select count(*) from case_file where (owner_id = $1 or handler_user_id = $1) and "
    "  state <> 'closed'), "
    "(select count(*) from callback where user_id = $1 and state = 'open'), "
    "(select count(*) from account where owner_id = $1), "
    "(select count(*) from review_action where assignee_id = $1 and state = 'open'), "
    "(select count(*) from dispatch where accepted_by = $1 and state = 'accepted'), "
    "coalesce((select interaction_id is not null from desk where user_id = $1), false)"};
constexpr Statement kInsert{
    "people_insert",
    "insert into user_account (id, login, name, role, department_id, office_id, "
    "is_department_head, email, language, extension, skills, languages, escalation_level, "
    "password_hash) values (nextval('firsthand_id'), $1, $2, $3, $4, (select id from office where "
    "code = $5), $6, $7, $8, $9, $10::text[], $11::text[], $12, $13) "
    "on conflict (login) do nothing returning id"};
constexpr Statement kUpdate{
    "people_update",
    "update user_account set login = $2, name = $3, role = $4, department_id = $5, office_id = "
    "(select id from office where code = $6), is_department_head = $7, email = $8, language = $9, "
    "extension = $10, skills = $11::text[], languages = $12::text[], escalation_level = $13, "
    "disabled_at = case when $14 then coalesce(disabled_at, now()) end, version = version + 1 "
    "where id = $1"};
// Whoever left by the departure procedure has been away for good since that very moment.
constexpr Statement kComeBack{
    "people_come_back",
    "update absence a set ended_at = clock_timestamp(), ended_by = $2 from user_account u "
    "where u.id = $1 and a.user_id = u.id and a.from_at = u.disabled_at and a.ended_at is null"};
constexpr Statement kSetPassword{
    "people_set_password",
    "update user_account set password_hash = $2, version = version + 1 where id = $1 returning id"};
// Sessions end here; the open lines of every node by the note.
constexpr Statement kEndSessions{
    "people_end_sessions",
    "with gone as (delete from session where user_id = $1 and id_hash <> $2::bytea) insert into "
    "feed (topics, kind, "
    "entity_id, version) values (array['user:' || $1::bigint], 'left', $1, 0)"};
constexpr Statement kHistory{
    "people_history",
    "insert into history (id, at, kind, actor_id, source, data) values (nextval('firsthand_id'), "
    "now(), $1, $2, $3, $4::jsonb)"};

constexpr Statement kUser{
    "people_user",
    "select u.id, u.login, u.name, u.role, d.id, d.code, d.name_zh, d.name_en, "
    "u.is_department_head, coalesce(o.code, ''), u.extension, u.email, u.language, u.skills, "
    "u.languages, case when u.role = 'back_line' then u.escalation_level end, u.disabled_at, "
    "u.created_at, u.version from user_account u left join department d on d.id = u.department_id "
    "left join office o on o.id = u.office_id where u.id = $1"};
constexpr Statement kChanges{
    "people_changes",
    "select h.at, a.id, a.name, h.kind, coalesce(h.data->'changed', 'null')::text "
    "from history h left join user_account a on a.id = h.actor_id where h.kind in ('person_made', "
    "'person_edited', 'password_reset', 'person_departed') and (h.data->>'user')::bigint = $1 "
    "order by h.id desc limit 50"};
constexpr Statement kOffices{"people_offices", "select code, name from office order by name, code"};

/// As the engine sees it, with what it needs beside.
struct Stored {
  User user;
  std::int64_t version = 0;
  std::string department;  ///< code
};

std::optional<Stored> read_for_update(Tx& tx, std::int64_t id) {
  const auto rows = tx.exec(kForUpdate, id);
  if (rows.empty()) return std::nullopt;
  const auto row = rows[0];
  Stored stored;
  User& user = stored.user;
  Columns columns(row);
  columns >> user.id >> user.login >> user.name;
  user.role = from_word<Role>(columns.template take<std::string>()).value_or(Role::agent);
  columns >> user.department >> user.office >> user.department_head >> user.email >>
      user.language >> user.extension;
  user.skills = read_array(columns.template take<std::string>());
  user.languages = read_array(columns.template take<std::string>());
  columns >> user.escalation_level >> user.disabled >> stored.version >> stored.department;
  return stored;
}

UserSurroundings surroundings_of(Tx& tx, const User& wanted) {
  UserSurroundings around;
  const auto rows =
      tx.exec(kSurroundings, wanted.id.value, wanted.login, wanted.extension, wanted.office);
  const auto row = rows[0];
  UserHoldings& holds = around.holds;
  Columns(row) >> around.login_taken >> around.extension_taken >> around.office_known >>
      around.other_administrator >> holds.cases >> holds.callbacks >> holds.accounts >>
      holds.review_actions >> holds.dispatches >> holds.on_a_call;
  return around;
}

template <class T>
void take(T& into, const std::optional<T>& wish) {
  if (wish) into = *wish;
}

/// The account as it is wanted. False: the department is none that the rules know.
bool apply(const UserWish& wish, const Rules& rules, Stored& to) {
  User& user = to.user;
  take(user.login, wish.login);
  take(user.name, wish.name);
  take(user.role, wish.role);
  take(user.office, wish.office);
  take(user.extension, wish.extension);
  take(user.email, wish.email);
  take(user.language, wish.language);
  take(user.department_head, wish.department_head);
  take(user.disabled, wish.locked);
  take(user.skills, wish.skills);
  take(user.languages, wish.languages);
  // A level is the back line's; whoever leaves it has none that anybody would mean.
  if (user.role != Role::back_line) user.escalation_level = 1;
  take(user.escalation_level, wish.escalation_level);
  if (!wish.department) return true;
  to.department = *wish.department;
  user.department = rules.department(to.department);
  return to.department.empty() || user.department;
}

/// Field → [before, after] of what differs.
json::object differences(const Stored& before, const Stored& after) {
  json::object out;
  const auto compare = [&out](const char* field, const auto& was, const auto& is) {
    if (was != is) out[field] = json::array{json::value_from(was), json::value_from(is)};
  };
  const User &was = before.user, &is = after.user;
  compare("login", was.login, is.login);
  compare("name", was.name, is.name);
  compare("role", std::string(word(was.role)), std::string(word(is.role)));
  compare("department", before.department, after.department);
  compare("department_head", was.department_head, is.department_head);
  compare("office", was.office, is.office);
  compare("extension", was.extension, is.extension);
  compare("email", was.email, is.email);
  compare("language", was.language, is.language);
  compare("skills", was.skills, is.skills);
  compare("languages", was.languages, is.languages);
  compare("escalation_level", was.escalation_level, is.escalation_level);
  compare("locked", was.disabled, is.disabled);
  return out;
}

void record(Tx& tx, const char* kind, const Administrator& by, json::object data) {
  tx.exec(kHistory, kind, by.user, by.source, json::serialize(data));
}

SavedUser refused(const char* code, const char* sentence) {
  return {0, Refusal{code, sentence, ""}};
}

}  // namespace

SavedUser create_user(Tx& tx, const Rules& rules, const UserWish& wish,
                      const std::string& password_hash, const Administrator& by) {
  tx.exec(kOneWriter);
  Stored wanted;
  wanted.user.skills = {"complaint", "general"};
  wanted.user.languages = {"zh"};
  const bool department_known = apply(wish, rules, wanted);
  const User& user = wanted.user;
  UserSurroundings around = surroundings_of(tx, user);
  around.department_known = department_known;
  if (auto refusal = why_not_user(user, nullptr, around, rules)) return {0, std::move(refusal)};
  const auto made = tx.exec(kInsert, user.login, user.name, word(user.role), user.department,
                            user.office, user.department_head, user.email, user.language,
                            user.extension, array_of(user.skills), array_of(user.languages),
                            user.escalation_level, password_hash);
  const auto id = read<std::int64_t>(made.at(0)[0]);  // the one writer has seen the login free
  record(tx, "person_made", by,
         {{"user", id}, {"login", user.login}, {"role", std::string(word(user.role))}});
  return {id, std::nullopt};
}

SavedUser edit_user(Tx& tx, const Rules& rules, std::int64_t id, std::int64_t seen_version,
                    const UserWish& wish, const Administrator& by) {
  tx.exec(kOneWriter);
  const auto before = read_for_update(tx, id);
  if (!before) return refused("not_found", "There is no such person.");
  if (before->version != seen_version)
    return refused("version_mismatch", "Somebody has changed this meanwhile.");
  Stored wanted = *before;
  const bool department_known = apply(wish, rules, wanted);
  const User& user = wanted.user;
  UserSurroundings around = surroundings_of(tx, user);
  around.department_known = department_known;
  around.oneself = user.id == by.user;
  if (auto refusal = why_not_user(user, &before->user, around, rules))
    return {id, std::move(refusal)};
  json::object changed = differences(*before, wanted);
  if (changed.empty()) return {id, std::nullopt};
  if (before->user.disabled && !user.disabled) tx.exec(kComeBack, id, by.user);
  tx.exec(kUpdate, id, user.login, user.name, word(user.role), user.department, user.office,
          user.department_head, user.email, user.language, user.extension, array_of(user.skills),
          array_of(user.languages), user.escalation_level, user.disabled);
  if (ends_sessions(user, before->user)) tx.exec(kEndSessions, id, "");
  record(tx, "person_edited", by, {{"user", id}, {"changed", std::move(changed)}});
  return {id, std::nullopt};
}

bool set_password(Tx& tx, std::int64_t id, const std::string& password_hash,
                  const Administrator& by, const std::string& kept_session) {
  if (tx.exec(kSetPassword, id, password_hash).empty()) return false;
  tx.exec(kEndSessions, id, kept_session);
  record(tx, "password_reset", by, {{"user", id}});
  return true;
}

// ------------------------------------------------------------------------------- reading
std::optional<UserView> read_user(Tx& tx, std::int64_t id) {
  const auto rows = tx.exec(kUser, id);
  if (rows.empty()) return std::nullopt;
  const auto row = rows[0];
  UserView user;
  Columns columns(row);
  columns >> user.id >> user.login >> user.name >> user.role;
  user.department = take_optional_department(columns);
  columns >> user.department_head >> user.office >> user.extension >> user.email >> user.language;
  user.skills = read_array(columns.template take<std::string>());
  user.languages = read_array(columns.template take<std::string>());
  columns >> user.escalation_level >> user.locked_at >> user.created_at >> user.version;
  for (const auto& each : tx.exec(kChanges, id)) {
    UserChange change;
    Columns of(each);
    of >> change.at;
    change.by = take_optional_user(of);
    of >> change.what;
    change.changed = json::parse(of.template take<std::string>());
    user.changes.push_back(std::move(change));
  }
  return user;
}

std::vector<OfficeView> list_offices(Tx& tx) {
  std::vector<OfficeView> offices;
  for (const auto& row : tx.exec(kOffices)) {
    OfficeView office;
    Columns(row) >> office.code >> office.name;
    offices.push_back(std::move(office));
  }
  return offices;
}

namespace statements {
const std::vector<Statement> kPeopleStore{kOneWriter, kForUpdate, kSurroundings, kInsert,
                                          kUpdate,    kComeBack,  kSetPassword,  kEndSessions,
                                          kHistory,   kUser,      kChanges,      kOffices};
}

}  // namespace firsthand::postgres
