// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "adapters/runtime/api/case_answer.hpp"
#include "adapters/runtime/api/looking.hpp"
#include "adapters/runtime/api/visible_customer.hpp"

namespace firsthand::runtime::api {
namespace {

namespace json = boost::json;

constexpr std::int64_t kTabMax = 40;

bool plain(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') || letter == '-';
}

awaitable<Response> look(ApiContext& api, const See& see, Request& request, std::string record) {
  if (!subject_of(request).user) co_return forbidden();  // a system has no eyes
  const std::vector<Rule> rules{text("tab", kTabMax).needed(), flag("typing"), flag("leaves")};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  Look look;
  look.record = std::move(record);
  look.user = subject_of(request).user->id;
  look.tab = body.text("tab");
  if (!std::all_of(look.tab.begin(), look.tab.end(), plain)) {
    co_return invalid("tab", "A tab's name is made of a-z, 0-9 and -.");
  }
  look.typing = body.maybe_flag("typing").value_or(false);
  look.leaves = body.maybe_flag("leaves").value_or(false);
  const UserId me = look.user;
  auto asking = see(std::move(look));
  const std::vector<Looker> lookers = co_await std::move(asking);
  std::map<std::int64_t, bool> typing;
  for (const Looker& looker : lookers) typing[looker.user.value] |= looker.typing;
  const auto people = api.rules();
  json::array others;
  for (const auto& [id, types] : typing) {
    const User* person = people->user(UserId{id});
    if (id == me.value || person == nullptr) continue;
    others.push_back(json::object{{"id", id}, {"name", person->name}, {"typing", types}});
  }
  co_return json_answer(200, json::object{{"items", std::move(others)}});
}

awaitable<Response> look_at_case(ApiContext& api, const See& see, Request& request) {
  const auto facts = co_await visible_case(api, request);
  if (const auto* refused = std::get_if<Response>(&facts)) co_return *refused;
  std::string record = "case:" + std::to_string(std::get<postgres::CaseFacts>(facts).id);
  Response response = co_await look(api, see, request, std::move(record));
  co_return response;
}

awaitable<Response> look_at_customer(ApiContext& api, const See& see, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("customer");
  const auto facts = co_await visible_customer(api, request, *id);
  if (const auto* refused = std::get_if<Response>(&facts)) co_return *refused;
  std::string record = "customer:" + std::to_string(*id);
  Response response = co_await look(api, see, request, std::move(record));
  co_return response;
}

}  // namespace

void add_looking_routes(http::Router& router, ApiContext& api, See see) {
  add_route(
      router, api,
      {"PUT", "/api/v1/cases/{number}/looking",
       [see](ApiContext& context, Request& request) { return look_at_case(context, see, request); },
       "look_at_case", "cases", "I have it open for the next 10 s; who else has", "see_case",
       "Look", "Lookers"});
  add_route(router, api,
            {"PUT", "/api/v1/customers/{id}/looking",
             [see](ApiContext& context, Request& request) {
               return look_at_customer(context, see, request);
             },
             "look_at_customer", "customers", "I have it open for the next 10 s; who else has",
             "see_customer", "Look", "Lookers"});
}

}  // namespace firsthand::runtime::api
