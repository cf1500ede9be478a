// SPDX-License-Identifier: Apache-2.0
// The accounts of the people who work here, for the administrator: made, changed, locked, given a
// new password. A generated password is answered once and is nowhere else.
#include <boost/json/array.hpp>

#include "adapters/postgres/people_store.hpp"
#include "adapters/postgres/secrets.hpp"
#include "adapters/runtime/api/answers.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

namespace json = boost::json;
using postgres::Tx;

constexpr std::int64_t kSkillsMax = 50;

/// `whole`: an account that does not exist yet needs a login, a name and a role.
std::vector<Rule> account_rules(bool whole) {
  const auto must = [whole](Rule rule) {
    return whole ? std::move(rule).needed() : std::move(rule);
  };
  return {must(text("login", 64)),
          must(text("name", kLineMax)),
          must(word("role",
                    {"agent", "back_line", "liaison", "supervisor", "manager", "administrator"})),
          text("department", 64),
          flag("department_head"),
          text("office", 64),
          text("extension", 64),
          text("email", kLineMax),
          word("language", {"zh", "en"}),
          list("skills", text("skill", 64), kSkillsMax),
          list("languages", text("language", 8), kSkillsMax),
          number("escalation_level", 1, 3)};
}

postgres::UserWish wish_of(const Body& body) {
  postgres::UserWish wish;
  wish.login = body.maybe_text("login");
  wish.name = body.maybe_text("name");
  if (const auto role = body.maybe_text("role")) wish.role = from_word<Role>(*role);
  wish.department = body.maybe_text("department");
  wish.department_head = body.maybe_flag("department_head");
  wish.office = body.maybe_text("office");
  wish.extension = body.maybe_text("extension");
  wish.email = body.maybe_text("email");
  wish.language = body.maybe_text("language");
  if (body.has("skills")) wish.skills = body.texts("skills");
  if (body.has("languages")) wish.languages = body.texts("languages");
  if (const auto level = body.maybe_number("escalation_level"))
    wish.escalation_level = static_cast<int>(*level);
  wish.locked = body.maybe_flag("locked");
  return wish;
}

postgres::Administrator administrator_of(const Request& request) {
  const auto& subject = subject_of(request);
  return {UserId{subject.user_id()}, source_of(subject)};
}

/// What stands against it outside the account is a conflict, what is wrong with a field is not.
Response refused(const Refusal& refusal) {
  for (const char* conflict : {"login_taken", "extension_taken", "last_administrator", "still_owns",
                               "on_a_call", "yourself"}) {
    if (refusal.code == conflict)
      return Response::problem(409, refusal.code, refusal.sentence, refusal.field);
  }
  if (refusal.code == "not_found") return refusal_answer(refusal);
  return Response::problem(422, refusal.code, refusal.sentence, refusal.field);
}

/// One that was chosen is known to whoever chose it; one that was made here is told now.
struct Password {
  explicit Password(const Body& body)
      : chosen(body.has("password")),
        text(chosen ? body.text("password") : postgres::new_password()) {}
  json::value told() const { return chosen ? json::value(nullptr) : json::value(text); }

  bool chosen;
  std::string text;
};

Response never_kept(Response response) {
  response.add_header("Cache-Control", "no-store");
  return response;
}

/// The account as it is now; `find` is asked again after each change.
auto finding(std::int64_t id) {
  return [id](Tx& tx, const Rules&) { return postgres::read_user(tx, id); };
}

awaitable<Response> get_user(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("person");
  auto find = finding(*id);
  const auto found = co_await read_on(api, std::move(find));
  if (!found) co_return failure_answer(found.error());
  if (!*found) co_return not_found("person");
  co_return versioned(**found, (*found)->version);
}

awaitable<Response> create_user(ApiContext& api, Request& request) {
  std::vector<Rule> rules = account_rules(true);
  rules.push_back(text("password", kPasswordMax));
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  if (auto mistake = wrong_with_password(body)) co_return std::move(*mistake);
  const Password password{body};
  auto work = [wish = wish_of(body), by = administrator_of(request), in_force = api.rules(),
               text = password.text](Tx& tx) {
    return postgres::create_user(tx, *in_force, wish, postgres::hash_password(text), by);
  };
  const auto saved = co_await write_on(api, std::move(work));
  if (!saved) co_return failure_answer(saved.error());
  if (saved->refusal) co_return refused(*saved->refusal);
  co_await take_rules(api);
  auto find = finding(saved->id);
  const auto made = co_await read_on(api, std::move(find));
  if (!made) co_return failure_answer(made.error());
  if (!*made) co_return not_found("person");
  json::object out{{"user", json::value_from(**made)}, {"password", password.told()}};
  Response response = never_kept(json_answer(201, out));
  response.add_header("Location", "/api/v1/users/" + std::to_string(saved->id));
  co_return response;
}

awaitable<Response> edit_user(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("person");
  const auto version = required_version(request);
  if (const auto* missing = std::get_if<Response>(&version)) co_return *missing;
  std::vector<Rule> rules = account_rules(false);
  rules.push_back(flag("locked"));
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  auto work = [wish = wish_of(std::get<Body>(read)), by = administrator_of(request),
               in_force = api.rules(), id = *id, seen = std::get<std::int64_t>(version)](Tx& tx) {
    return postgres::edit_user(tx, *in_force, id, seen, wish, by);
  };
  const auto saved = co_await write_on(api, std::move(work));
  if (!saved) co_return failure_answer(saved.error());
  const bool stale = saved->refusal && saved->refusal->code == "version_mismatch";
  if (saved->refusal && !stale) co_return refused(*saved->refusal);
  if (!stale) co_await take_rules(api);
  auto find = finding(*id);
  const auto now = co_await read_on(api, std::move(find));
  if (!now) co_return failure_answer(now.error());
  if (!*now) co_return not_found("person");
  if (stale) co_return version_mismatch(request, json::value_from(**now));
  co_return versioned(**now, (*now)->version);
}

awaitable<Response> reset_password(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("person");
  const std::vector<Rule> rules{text("password", kPasswordMax)};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  if (auto mistake = wrong_with_password(body)) co_return std::move(*mistake);
  const Password password{body};
  auto work = [id = *id, by = administrator_of(request), text = password.text](Tx& tx) {
    return postgres::set_password(tx, id, postgres::hash_password(text), by);
  };
  const auto done = co_await write_on(api, std::move(work));
  if (!done) co_return failure_answer(done.error());
  if (!*done) co_return not_found("person");
  json::object out{{"password", password.told()}};
  co_return never_kept(json_answer(200, out));
}

awaitable<Response> list_offices(ApiContext& api, Request&) {
  auto work = [](Tx& tx, const Rules&) { return postgres::list_offices(tx); };
  const auto offices = co_await read_on(api, std::move(work));
  if (!offices) co_return failure_answer(offices.error());
  json::object out{{"items", json::value_from(*offices)}};
  co_return json_answer(200, out);
}

}  // namespace

void add_people_admin_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"POST", "/api/v1/users", create_user, "create_user", "people",
             "Somebody starts to work here; without a password one is made and answered once",
             "administer_people", "UserCreation", "UserCreated", 201});
  add_route(router, api,
            {"GET", "/api/v1/users/{id}", get_user, "get_user", "people",
             "One account, with what was done to it", "administer_people", "", "User"});
  add_route(router, api,
            {"PATCH", "/api/v1/users/{id}", edit_user, "edit_user", "people",
             "Change an account, lock it or open it again; needs If-Match", "administer_people",
             "UserEdit", "User"});
  add_route(router, api,
            {"POST", "/api/v1/users/{id}/password", reset_password, "reset_password", "people",
             "A new password, made and answered once unless one is sent; ends every session",
             "administer_people", "PasswordReset", "PasswordMade"});
  add_route(router, api,
            {"GET", "/api/v1/offices", list_offices, "list_offices", "people",
             "The offices that people can be of", "administer_people", "", "OfficeList"});
}

}  // namespace firsthand::runtime::api
