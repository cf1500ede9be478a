// SPDX-License-Identifier: Apache-2.0
// The people, who is away and who stands in, and the departure procedure: what somebody owns with
// who could receive it, and the one step that moves it all.
#include <algorithm>
#include <boost/json/array.hpp>

#include "adapters/postgres/reads/people_reads.hpp"
#include "adapters/runtime/api/answers.hpp"
#include "engine/words.hpp"
#include "routing/successors.hpp"

namespace firsthand::runtime::api {
namespace {

namespace json = boost::json;
using postgres::Tx;

constexpr std::int64_t kReceiversMax = 200;
constexpr std::int64_t kItemsMax = 20000;  // one receiver's things of one kind
constexpr std::int64_t kCasesMax = 100;    // reassigned at once
constexpr std::size_t kDepartureBody = 1024 * 1024;

awaitable<Response> list_people(ApiContext& api, Request&) {
  auto work = [now = api.now()](Tx& tx, const Rules& rules) {
    return postgres::list_people(tx, rules, now);
  };
  const auto people = co_await read_on(api, std::move(work));
  if (!people) co_return failure_answer(people.error());
  json::object out{{"items", json::value_from(*people)}};
  co_return json_answer(200, out);
}

// ------------------------------------------------------------------------------- absences
bool may_plan_for(const Request& request, std::int64_t user) {
  Row row;
  row.person = user;
  return can(subject_of(request), Action::plan_absence, &row);
}

awaitable<Response> list_absences(ApiContext& api, Request& request) {
  const std::int64_t me = subject_of(request).user_id();
  const std::int64_t user = query_text(request, "user").empty() ? me : query_id(request, "user");
  if (!may_plan_for(request, user)) co_return forbidden();
  auto work = [user](Tx& tx, const Rules&) { return postgres::absences_of(tx, user); };
  const auto absences = co_await read_on(api, std::move(work));
  if (!absences) co_return failure_answer(absences.error());
  json::object out{{"items", json::value_from(*absences)}};
  co_return json_answer(200, out);
}

/// What is wrong with the plan itself; nothing: it may be tried.
std::optional<Response> wrong_with(const postgres::AbsencePlan& plan, const Rules& rules,
                                   Instant now) {
  const User* person = rules.user(UserId{plan.user});
  if (!person || person->disabled) return not_found("colleague");
  if (plan.until && *plan.until <= std::max(plan.from, now))
    return invalid("until", "An absence ends after it begins, and not in the past.");
  if (plan.deputy == 0) return std::nullopt;
  const User* deputy = rules.user(UserId{plan.deputy});
  if (!deputy || deputy->disabled) return invalid("deputy", "There is no such colleague.");
  if (plan.deputy == plan.user) return invalid("deputy", "Somebody else has to stand in.");
  return std::nullopt;
}

awaitable<Response> plan_absence(ApiContext& api, Request& request) {
  const std::vector<Rule> rules{id("user"), id("deputy"), instant("from").needed(),
                                instant("until"), text("reason", kLineMax).needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  const std::int64_t me = subject_of(request).user_id();
  postgres::AbsencePlan plan;
  plan.user = body.maybe_number("user").value_or(me);
  plan.deputy = body.number("deputy");
  plan.from = *body.maybe_instant("from");
  plan.until = body.maybe_instant("until");
  plan.reason = body.text("reason");
  if (!may_plan_for(request, plan.user)) co_return forbidden();
  if (auto mistake = wrong_with(plan, *api.rules(), api.now())) co_return std::move(*mistake);
  auto work = [plan, me](Tx& tx) { return postgres::plan_absence(tx, plan, me); };
  const auto planned = co_await write_on(api, std::move(work));
  if (!planned) co_return failure_answer(planned.error());
  if (planned->overlaps) {
    co_return Response::problem(409, "absence_overlaps",
                                "There is an absence already in this time.", "from");
  }
  if (!planned->circle.empty()) {
    std::string chain;
    for (const auto& name : planned->circle) chain += (chain.empty() ? "" : " → ") + name;
    co_return Response::problem(
        409, "deputy_circle", "Deputies would stand in for each other in a circle: " + chain + ".",
        "deputy");
  }
  co_await take_rules(api);
  auto show = [id = planned->id](Tx& tx, const Rules&) { return postgres::read_absence(tx, id); };
  const auto made = co_await read_on(api, std::move(show));
  if (!made) co_return failure_answer(made.error());
  if (!*made) co_return not_found("absence");
  co_return answer(**made, 201);
}

awaitable<Response> end_absence(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("absence");
  auto find = [id = *id](Tx& tx, const Rules&) { return postgres::read_absence(tx, id); };
  const auto found = co_await read_on(api, find);
  if (!found) co_return failure_answer(found.error());
  if (!*found) co_return not_found("absence");
  if (!may_plan_for(request, (*found)->user.id)) co_return forbidden();
  auto work = [id = *id, me = subject_of(request).user_id()](Tx& tx) {
    return postgres::end_absence(tx, id, me);
  };
  const auto ended = co_await write_on(api, std::move(work));
  if (!ended) co_return failure_answer(ended.error());
  if (!*ended) co_return Response::problem(409, "absence_over", "This absence is over already.");
  co_await take_rules(api);
  const auto now = co_await read_on(api, find);
  if (!now) co_return failure_answer(now.error());
  if (!*now) co_return not_found("absence");
  co_return answer(**now);
}

// ------------------------------------------------------------------------------- departures
json::object person_json(const Rules& rules, UserId id) {
  const User* person = rules.user(id);
  return {{"id", id.value}, {"name", person ? person->name : ""}};
}

json::value suggested(const Rules& rules, const routing::Successor& one) {
  if (!one.user) return nullptr;
  return json::object{{"user", person_json(rules, one.user)},
                      {"reason", std::string(firsthand::word(one.reason))},
                      {"load", one.load}};
}

/// `counts`: whether each thing weighs on its receiver, and so on the next suggestion.
json::object items_json(const Rules& rules, const postgres::OwnedKind& kind,
                        routing::Successors& successors) {
  json::array items;
  for (const auto& item : kind.items) {
    std::vector<UserId> hands;
    for (const auto hand : item.hands) hands.push_back(UserId{hand});
    items.push_back(json::object{{"id", item.id},
                                 {"title", item.title},
                                 {"detail", item.detail},
                                 {"state", item.state},
                                 {"customer_name", item.customer_name},
                                 {"due_at", json::value_from(item.due_at)},
                                 {"suggested", suggested(rules, successors.next(hands))}});
  }
  return {{"items", std::move(items)}, {"total", kind.total}};
}

json::array warnings_of(const Rules& rules, const User& leaver, const postgres::Owned& owned) {
  json::array out;
  const auto warn = [&out](const char* code) { out.push_back(json::object{{"code", code}}); };
  if (owned.on_a_call) warn("on_a_call");
  const auto only = [&leaver](std::vector<UserId> ids) {
    return ids.size() == 1 && ids.front() == leaver.id;
  };
  if (leaver.role == Role::administrator && only(rules.with_role(Role::administrator)))
    warn("last_administrator");
  if (leaver.department) {
    const bool liaison = leaver.role == Role::liaison;
    std::vector<UserId> liaisons = rules.liaisons(leaver.department);
    std::erase_if(liaisons, [&](UserId id) { return rules.user(id)->role != Role::liaison; });
    if (liaison && only(std::move(liaisons))) warn("last_liaison");
    if (leaver.department_head && only(rules.liaisons(leaver.department, true))) warn("last_head");
  }
  if (!owned.stands_in.empty()) warn("stands_in");
  return out;
}

awaitable<Response> preview_departure(ApiContext& api, Request& request) {
  const UserId user{query_id(request, "user")};
  const auto rules = api.rules();
  const User* leaver = rules->user(user);
  if (!leaver) co_return not_found("colleague");
  if (leaver->disabled)
    co_return Response::problem(409, "already_left", "This person has left already.");
  struct Seen {
    postgres::Owned owned;
    std::map<UserId, int> loads;
  };
  auto work = [user](Tx& tx, const Rules& at) {
    return Seen{postgres::owned_by(tx, at, user.value), postgres::open_cases_of_all(tx)};
  };
  auto seen = co_await read_on(api, std::move(work));
  if (!seen) co_return failure_answer(seen.error());
  routing::Successors successors{*rules, user, std::move(seen->loads), api.now()};
  json::array receivers;
  for (const auto& one : successors.all()) receivers.push_back(suggested(*rules, one));
  const auto best = successors.all();
  const auto& owned = seen->owned;
  // Cases weigh first: what comes after them goes by what they have made of the loads.
  json::object cases = items_json(*rules, owned.cases, successors);
  json::object callbacks = items_json(*rules, owned.callbacks, successors);
  json::object accounts = items_json(*rules, owned.accounts, successors);
  json::object actions = items_json(*rules, owned.review_actions, successors);
  json::object out{
      {"user", person_json(*rules, user)},
      {"role", std::string(firsthand::word(leaver->role))},
      {"otherwise", best.empty() ? json::value(nullptr) : suggested(*rules, best.front())},
      {"receivers", std::move(receivers)},
      {"cases", std::move(cases)},
      {"callbacks", std::move(callbacks)},
      {"accounts", std::move(accounts)},
      {"review_actions", std::move(actions)},
      {"handled", owned.handled},
      {"dispatches", owned.dispatches},
      {"hand_overs", owned.hand_overs},
      {"stands_in", json::value_from(owned.stands_in)},
      {"warnings", warnings_of(*rules, *leaver, owned)}};
  co_return json_answer(200, out);
}

template <class Id>
std::vector<Id> ids_in(const Body& body, std::string_view name) {
  std::vector<Id> out;
  for (const auto id : body.numbers(name)) out.push_back(Id{id});
  return out;
}

awaitable<Response> depart(ApiContext& api, Request& request) {
  const std::vector<Rule> receiver{id("to").needed(), list("cases", id("case"), kItemsMax),
                                   list("callbacks", id("callback"), kItemsMax),
                                   list("accounts", id("account"), kItemsMax),
                                   list("review_actions", id("review_action"), kItemsMax)};
  const std::vector<Rule> rules{id("user").needed(), id("otherwise").needed(),
                                text("reason").needed(),
                                list("receivers", object("receiver", receiver), kReceiversMax)};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  event::PersonDeparts what;
  what.user = UserId{body.number("user")};
  what.otherwise = UserId{body.number("otherwise")};
  what.reason = body.text("reason");
  for (const Body& each : body.objects("receivers")) {
    what.receivers.push_back({UserId{each.number("to")}, ids_in<CaseId>(each, "cases"),
                              ids_in<CallbackId>(each, "callbacks"),
                              ids_in<CustomerId>(each, "accounts"),
                              ids_in<ReviewActionId>(each, "review_actions")});
  }
  auto decided = co_await hand_in(api, request, std::move(what));
  if (decided.refused) co_return std::move(*decided.refused);
  co_await take_rules(api);
  auto show = [id = decided.reply.id](Tx& tx, const Rules&) {
    return postgres::read_departure(tx, id);
  };
  const auto done = co_await read_on(api, std::move(show));
  if (!done) co_return failure_answer(done.error());
  if (!*done) co_return not_found("departure");
  co_return answer(**done);
}

// ------------------------------------------------------------------------------- many cases
/// The cases with these numbers; none for a number that no case has.
auto cases_numbered(std::vector<std::string> numbers) {
  return [numbers = std::move(numbers)](Tx& tx, const Rules&) {
    std::vector<std::optional<postgres::CaseFacts>> found;
    for (const auto& number : numbers)
      found.push_back(postgres::case_facts(tx, postgres::CaseBy::number, number));
    return found;
  };
}

json::value reassigned_json(const std::vector<std::string>& numbers,
                            const std::vector<std::string>& refused) {
  json::array items;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    items.push_back(json::object{{"number", numbers[i]}, {"refused", refused[i]}});
  return json::object{{"items", std::move(items)},
                      {"reassigned", std::count(refused.begin(), refused.end(), "")}};
}

/// One act: what one case refuses, the others need not wait for, and nobody gets two letters.
awaitable<Response> reassign_many(ApiContext& api, Request& request) {
  const std::vector<Rule> rules{list("cases", text("case", 64), kCasesMax).needed(),
                                id("to").needed(), text("reason").needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  const std::vector<std::string> numbers = body.texts("cases");
  const auto found = co_await read_on(api, cases_numbered(numbers));
  if (!found) co_return failure_answer(found.error());
  event::CasesReassigned what;
  what.to = UserId{body.number("to")};
  what.reason = body.text("reason");
  std::vector<std::string> refused(numbers.size());
  const auto people = api.rules();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto& facts = (*found)[i];
    if (!facts) {
      refused[i] = "not_found";
      continue;
    }
    const Row row = row_of(*facts, *people, api.now());
    if (can(subject_of(request), Action::reassign_case, &row)) {
      what.cases.push_back(CaseId{facts->id});
    } else {
      refused[i] = "forbidden";
    }
  }
  if (what.cases.empty()) co_return json_answer(200, reassigned_json(numbers, refused));
  auto decided = co_await hand_in(api, request, std::move(what));
  if (decided.refused) co_return std::move(*decided.refused);
  auto show = [id = decided.reply.id](Tx& tx, const Rules&) {
    return postgres::read_reassignment(tx, id);
  };
  const auto said = co_await read_on(api, std::move(show));
  if (!said) co_return failure_answer(said.error());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!refused[i].empty()) continue;
    const auto one = said->find((*found)[i]->id);
    refused[i] = one == said->end() ? "not_found" : one->second;
  }
  co_return json_answer(200, reassigned_json(numbers, refused));
}

}  // namespace

void add_people_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"GET", "/api/v1/users", list_people, "list_people", "people",
             "Everybody with what they carry, and who is away", "see_people", "", "PersonList"});
  add_route(router, api,
            {"GET",
             "/api/v1/absences",
             list_absences,
             "list_absences",
             "people",
             "A person's absences, newest first",
             "plan_absence",
             "",
             "AbsenceList",
             200,
             {{"user", "integer", false, "Whose; one's own without it"}}});
  add_route(router, api,
            {"POST", "/api/v1/absences", plan_absence, "plan_absence", "people",
             "Somebody is away from then to then, and who stands in", "plan_absence", "AbsencePlan",
             "Absence", 201});
  add_route(router, api,
            {"POST", "/api/v1/absences/{id}/end", end_absence, "end_absence", "people",
             "Back earlier, or not going at all", "plan_absence", "Empty", "Absence"});
  add_route(router, api,
            {"GET",
             "/api/v1/departures/preview",
             preview_departure,
             "preview_departure",
             "people",
             "Everything that somebody owns, with who could receive it",
             "let_go",
             "",
             "DeparturePreview",
             200,
             {{"user", "integer", true, "Who leaves"}}});
  add_route(router, api,
            {"POST",
             "/api/v1/departures",
             depart,
             "depart",
             "people",
             "Somebody leaves: all that is theirs moves, and the account is locked, in one step",
             "let_go",
             "DepartureOrder",
             "Departure",
             200,
             {},
             kDepartureBody});
  add_route(router, api,
            {"POST", "/api/v1/cases/reassign", reassign_many, "reassign_cases", "cases",
             "Name another owner of several cases", "reassign_case", "ManyReassigned",
             "ManyReassignedDone"});
}

}  // namespace firsthand::runtime::api
