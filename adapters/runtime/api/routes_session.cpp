// SPDX-License-Identifier: Apache-2.0
// Signing in and out, who I am, what there is to choose from.
#include <boost/json/array.hpp>
#include <set>
#include <string>

#include "adapters/http/text.hpp"
#include "adapters/postgres/people_store.hpp"
#include "adapters/postgres/reads/complaint_reads.hpp"
#include "adapters/postgres/secrets.hpp"
#include "adapters/runtime/api/answers.hpp"
#include "adapters/runtime/api/guard.hpp"
#include "engine/complaint.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace json = boost::json;
namespace {

using postgres::Tx;

json::object me(const ApiContext& api, const Subject& subject) {
  const auto& user = *subject.user;
  json::object person{{"id", user.id.value},
                      {"login", user.login},
                      {"name", user.name},
                      {"role", std::string(firsthand::word(user.role))},
                      {"department", json::value_from(user.department)},
                      {"extension", user.extension},
                      {"language", user.language}};
  return {{"user", std::move(person)},
          {"can", json::value_from(actions_of(subject))},
          {"build", api.settings.build},
          {"company", api.settings.company}};
}

std::string cookie(const Request& request, const std::string& id, std::int64_t max_age) {
  std::string text(request.secure ? kCookieSecure : kCookiePlain);
  text += "=" + id + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(max_age);
  if (request.secure) text += "; Secure";
  return text;
}

awaitable<Response> sign_in(ApiContext& api, Request& request) {
  // The guard lets everybody come here, so the page is checked here.
  if (!same_origin(request)) {
    co_return Response::problem(403, "other_origin", "This request comes from another site.");
  }
  const std::vector<Rule> rules{text("login", 64).needed(),
                                text("password", kPasswordMax).needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  auto result = co_await api.sessions.sign_in(body.text("login"), body.text("password"),
                                              request.client_address);
  if (!result) co_return failure_answer(result.error());
  switch (result->answer) {
    case postgres::Sessions::SignIn::Answer::wrong:
      co_return Response::problem(401, "wrong_credentials", "Name or password is wrong.");
    case postgres::Sessions::SignIn::Answer::slow_down: co_return slow_down(result->retry_after);
    case postgres::Sessions::SignIn::Answer::yes: break;
  }
  // The session that this browser had before does not live on beside the new one.
  const std::string old = session_cookie(request);
  if (!old.empty()) {
    const auto gone = co_await api.sessions.sign_out(old);
    if (!gone) co_return failure_answer(gone.error());
  }
  Subject subject;
  subject.user = result->user;
  Response response = json_answer(200, me(api, subject));
  response.add_header("Set-Cookie",
                      cookie(request, result->id, api.settings.session_absolute.count()));
  co_return response;
}

awaitable<Response> sign_out(ApiContext& api, Request& request) {
  const std::string id = session_cookie(request);
  const auto gone = co_await api.sessions.sign_out(id);
  if (!gone) co_return failure_answer(gone.error());
  Response response = Response::no_content();
  response.add_header("Set-Cookie", cookie(request, "", 0));
  co_return response;
}

awaitable<Response> get_me(ApiContext& api, Request& request) {
  co_return json_answer(200, me(api, subject_of(request)));
}

/// Whoever sits at a console that was left open knows no password, and learns none by trying.
awaitable<Response> change_password(ApiContext& api, Request& request) {
  const std::vector<Rule> rules{text("current", kPasswordMax).needed(),
                                text("password", kPasswordMax).needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  if (auto mistake = wrong_with_password(body)) co_return std::move(*mistake);
  const auto& user = *subject_of(request).user;
  const auto checked =
      co_await api.sessions.confirm(user.login, body.text("current"), request.client_address);
  if (!checked) co_return failure_answer(checked.error());
  switch (checked->answer) {
    case postgres::Sessions::SignIn::Answer::wrong:
      co_return Response::problem(422, "wrong_password", "This is not your password.", "current");
    case postgres::Sessions::SignIn::Answer::slow_down: co_return slow_down(checked->retry_after);
    case postgres::Sessions::SignIn::Answer::yes: break;
  }
  auto work = [id = user.id, by = source_of(subject_of(request)), session = user.session_key,
               password = body.text("password")](Tx& tx) {
    return postgres::set_password(tx, id.value, postgres::hash_password(password), {id, by},
                                  session);
  };
  const auto done = co_await write_on(api, std::move(work));
  if (!done) co_return failure_answer(done.error());
  if (!*done) co_return not_found("person");
  co_return Response::no_content();
}

awaitable<Response> feed_ticket(ApiContext& api, Request& request) {
  const std::string ticket = api.sessions.new_ticket(*subject_of(request).user);
  co_return json_answer(200, json::object{{"ticket", ticket}});
}

// ------------------------------------------------------------------------------- reference
json::array reasons(const std::vector<NamedReason>& list) {
  json::array out;
  for (const auto& each : list) {
    out.push_back(json::object{{"code", each.code}, {"zh", each.zh}, {"en", each.en}});
  }
  return out;
}

json::array choices(const std::vector<Choice>& list) {
  json::array out;
  for (const Choice& each : list) {
    out.push_back(json::object{{"code", each.code}, {"zh", each.name_zh}, {"en", each.name_en}});
  }
  return out;
}

std::string department_code(const Rules& rules, DepartmentId id) {
  const Department* department = rules.department(id);
  return department == nullptr ? "" : department->code;
}

json::array callback_choices(const Rules& rules, Instant now) {
  json::array out;
  const Calendar& calendar = rules.calendar(rules.book.callbacks.calendar);
  for (const CallbackChoice& choice : rules.book.callbacks.choices) {
    const auto at = callback_at(choice, now, calendar);
    if (!at) continue;  // "today 17:00" in the evening
    out.push_back(json::object{{"code", choice.code},
                               {"zh", choice.name_zh},
                               {"en", choice.name_en},
                               {"at", postgres::to_json_text(*at)}});
  }
  return out;
}

/// The codes of the offices where people work.
json::array offices(const Rules& rules) {
  std::set<std::string> codes;
  for (const User& each : rules.users) {
    if (!each.office.empty() && !each.disabled) codes.insert(each.office);
  }
  return json::array(codes.begin(), codes.end());
}

/// What a queue can ask of a person.
json::array skills(const Rules& rules) {
  std::set<std::string> codes;
  for (const Queue& each : rules.book.queues) codes.insert(each.skills.begin(), each.skills.end());
  return json::array(codes.begin(), codes.end());
}

awaitable<Response> reference(ApiContext& api, Request&) {
  const auto rules = api.rules();
  const Instant now = api.now();
  // What a case can be filed under, and the groups above it.
  json::array categories, groups;
  for (const Category& each : rules->book.categories) {
    if (is_group(rules->book, each.code)) {
      groups.push_back(json::object{{"code", each.code},
                                    {"parent", each.parent},
                                    {"name_zh", each.name_zh},
                                    {"name_en", each.name_en}});
      continue;
    }
    const auto path = postgres::category_path_names(*rules, each.parent);
    categories.push_back(json::object{{"code", each.code},
                                      {"parent", each.parent},
                                      {"path_zh", path.first},
                                      {"path_en", path.second},
                                      {"name_zh", each.name_zh},
                                      {"name_en", each.name_en},
                                      {"initials", each.pinyin},
                                      {"department_code", each.department},
                                      {"default_severity", each.default_severity},
                                      {"default_callback", each.default_callback},
                                      {"kind", std::string(firsthand::word(each.kind))}});
  }
  json::array departments;
  for (const Department& each : rules->book.departments) {
    departments.push_back(json::object{{"id", rules->department(each.code).value},
                                       {"code", each.code},
                                       {"name_zh", each.name_zh},
                                       {"name_en", each.name_en}});
  }
  json::array queues;
  for (const Queue& each : rules->book.queues) {
    queues.push_back(
        json::object{{"code", each.code},
                     {"name_zh", each.name_zh},
                     {"name_en", each.name_en},
                     {"recording", std::string(firsthand::word(each.recording.mode))},
                     {"wrap_up_mode", std::string(firsthand::word(each.wrap_up_mode))}});
  }
  json::array users;
  for (const User& each : rules->users) {
    if (each.disabled) continue;
    users.push_back(json::object{{"id", each.id.value},
                                 {"name", each.name},
                                 {"role", std::string(firsthand::word(each.role))},
                                 {"department_code", department_code(*rules, each.department)}});
  }
  json::object out{{"categories", std::move(categories)},
                   {"category_groups", std::move(groups)},
                   {"departments", std::move(departments)},
                   {"queues", std::move(queues)},
                   {"users", std::move(users)},
                   {"break_reasons", reasons(api.settings.break_reasons)},
                   {"pause_reasons", reasons(api.settings.pause_reasons)},
                   {"remedies", choices(rules->book.complaints.remedies)},
                   {"root_causes", choices(rules->book.complaints.root_causes)},
                   {"regulators", choices(rules->book.complaints.regulators)},
                   {"callback_choices", callback_choices(*rules, now)},
                   {"server_now", postgres::to_json_text(now)},
                   {"calendar", rules->company_calendar},
                   {"offices", offices(*rules)},
                   {"skills", skills(*rules)}};
  co_return json_answer(200, out);
}

}  // namespace

void add_session_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"POST", "/api/v1/session", sign_in, "sign_in", "session", "Sign in", "public",
             "SignIn", "Me"});
  add_route(router, api,
            {"DELETE", "/api/v1/session", sign_out, "sign_out", "session", "Sign out",
             "use_session", "", "", 204});
  add_route(router, api,
            {"GET", "/api/v1/me", get_me, "get_me", "session", "Who is signed in", "use_session",
             "", "Me"});
  add_route(router, api,
            {"POST", "/api/v1/me/password", change_password, "change_password", "session",
             "Another password of one's own; ends one's other sessions", "use_session",
             "PasswordChange", "", 204});
  add_route(
      router, api,
      {"POST", "/api/v1/feed-ticket", feed_ticket, "new_feed_ticket", "session",
       "A one-time ticket that opens the feed within 30 s", "use_session", "Empty", "FeedTicket"});
  add_route(router, api,
            {"GET", "/api/v1/reference", reference, "get_reference", "session",
             "What there is to choose from", "see_reference", "", "Reference"});
}

}  // namespace firsthand::runtime::api
