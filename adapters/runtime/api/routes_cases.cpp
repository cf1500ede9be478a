// SPDX-License-Identifier: Apache-2.0
// Cases: lists, one, its history, registering and editing.
#include <algorithm>

#include "adapters/runtime/api/case_answer.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::CaseBy;
using postgres::Tx;

bool known(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

awaitable<Response> list_cases(ApiContext& api, Request& request) {
  postgres::CaseFilter filter;
  const std::string list = query_text(request, "list");
  if (!list.empty()) filter.list = list;
  if (!known(filter.list, {"mine", "department", "escalated", "open", "overdue", "all"})) {
    co_return invalid("list", "There is no such list.");
  }
  filter.state = query_text(request, "state");
  if (!filter.state.empty() && !from_word<CaseState>(filter.state)) {
    co_return invalid("state", "There is no such state.");
  }
  filter.category = query_text(request, "category");
  filter.q = query_text(request, "q", 100);
  read_paging(request, filter);
  const auto scope = scope_of(subject_of(request), !filter.q.empty());
  auto work = [scope, filter](Tx& tx, const Rules& rules) {
    return postgres::list_cases(tx, rules, scope, filter);
  };
  Response response = co_await answer_page(api, std::move(work));
  co_return response;
}

awaitable<Response> get_case(ApiContext& api, Request& request) {
  const auto facts = co_await visible_case(api, request);
  if (const auto* refused = std::get_if<Response>(&facts)) co_return *refused;
  const std::string number = std::get<postgres::CaseFacts>(facts).number;
  Response response = co_await case_answer(api, request, CaseBy::number, number);
  co_return response;
}

awaitable<Response> get_history(ApiContext& api, Request& request) {
  const auto facts = co_await visible_case(api, request);
  if (const auto* refused = std::get_if<Response>(&facts)) co_return *refused;
  postgres::HistoryFilter filter;
  filter.after = query_text(request, "after");
  filter.limit = query_number(request, "limit", postgres::kPageMax, 1, postgres::kPageMax);
  const std::int64_t id = std::get<postgres::CaseFacts>(facts).id;
  auto work = [id, filter](Tx& tx, const Rules&) {
    return postgres::history_of_case(tx, id, filter);
  };
  Response response = co_await answer_page(api, std::move(work));
  co_return response;
}

// ------------------------------------------------------------------------------- registering
std::vector<Rule> registration_rules() {
  return {word("kind", {"complaint", "inquiry", "service_request"}),
          id("interaction_id"),
          id("customer_id"),
          object("customer", {text("name", kLineMax), text("number", 64), text("email", kLineMax)}),
          text("category", 64).needed(),
          text("text").needed(),
          number("severity", 1, 4),
          text("product", kLineMax),
          object("callback", {text("choice", 64), instant("at"),
                              word("caller", {"department", "owner"}), flag("customer_asked")}),
          text("department", 64),
          text("number", 64),
          word("channel", {"walk_in", "field_visit", "email"}),
          instant("received_at")};
}

/// The number in one form, or the mistake; "" stays "".
std::variant<std::string, Response> normal_number(const ApiContext& api, const std::string& raw,
                                                  const char* field) {
  if (raw.empty()) return std::string();
  const auto phone = telephony::parse_phone(raw, api.settings.numbers);
  if (!phone.reachable()) return invalid(field, "This is not a telephone number.");
  return phone.number;
}

std::variant<event::CaseRegistered, Response> registration(const ApiContext& api,
                                                           const Body& body) {
  event::CaseRegistered what;
  const Body customer = body.inside("customer");
  const bool own_number = body.has("number");
  auto number = normal_number(api, own_number ? body.text("number") : customer.text("number"),
                              own_number ? "number" : "customer.number");
  if (auto* mistake = std::get_if<Response>(&number)) return std::move(*mistake);
  what.number = std::get<std::string>(number);
  what.interaction = InteractionId{body.number("interaction_id")};
  what.customer = CustomerId{body.number("customer_id")};
  what.customer_name = customer.text("name");
  what.email = customer.text("email");
  const auto rules = api.rules();
  what.category = body.text("category");
  const Category* category = rules->book.category(what.category);
  // Without a kind it is what its category usually is.
  const auto kind = from_word<CaseKind>(body.text("kind"));
  what.kind = kind.value_or(category != nullptr ? category->kind : CaseKind::complaint);
  what.text = body.text("text");
  what.severity = static_cast<int>(body.number("severity"));
  what.product = body.text("product");
  what.department = body.text("department");
  what.channel = from_word<Channel>(body.text("channel")).value_or(Channel::call);
  what.received_at = body.maybe_instant("received_at");
  const Body callback = body.inside("callback");
  what.callback.choice = callback.text("choice");
  what.callback.customer_asked = callback.maybe_flag("customer_asked").value_or(false);
  what.callback.at = callback.maybe_instant("at");
  what.callback.caller = from_word<CallbackCaller>(callback.text("caller"));
  return what;
}

awaitable<Response> register_case(ApiContext& api, Request& request) {
  const std::vector<Rule> rules = registration_rules();
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  auto what = registration(api, std::get<Body>(read));
  if (auto* mistake = std::get_if<Response>(&what)) co_return std::move(*mistake);
  Happening happening{std::get<event::CaseRegistered>(std::move(what))};
  auto decided = co_await hand_in(api, request, std::move(happening));
  if (decided.refused) co_return std::move(*decided.refused);
  std::string number = decided.reply.number;
  Response response = co_await case_answer(api, request, CaseBy::number, std::move(number), 201);
  co_return response;
}

// ------------------------------------------------------------------------------- editing
awaitable<Response> edit_case(ApiContext& api, Request& request) {
  const auto version = required_version(request);
  if (const auto* refused = std::get_if<Response>(&version)) co_return *refused;
  const std::vector<Rule> rules{text("category", 64), number("severity", 1, 4), text("text"),
                                text("product", kLineMax)};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  const auto facts = co_await permitted_case(api, request, Action::edit_case);
  if (const auto* refused = std::get_if<Response>(&facts)) co_return *refused;
  const auto& found = std::get<postgres::CaseFacts>(facts);
  event::CaseEdited what;
  what.case_id = CaseId{found.id};
  what.version = std::get<std::int64_t>(version);
  what.category = body.maybe_text("category");
  what.text = body.maybe_text("text");
  what.product = body.maybe_text("product");
  if (const auto severity = body.maybe_number("severity")) {
    what.severity = static_cast<int>(*severity);
  }
  auto decided = co_await hand_in(api, request, Happening(std::move(what)));
  if (decided.refused && !decided.stale()) co_return std::move(*decided.refused);
  auto work = [number = found.number, subject = subject_of(request), now = api.now()](
                  Tx& tx, const Rules& at) {
    return show_case(tx, at, subject, now, CaseBy::number, number);
  };
  const auto shown = co_await read_on(api, std::move(work));
  if (!shown) co_return failure_answer(shown.error());
  if (!*shown) co_return not_found("case");
  const auto& view = (*shown)->view;
  if (decided.stale()) co_return version_mismatch(request, boost::json::value_from(view));
  co_return versioned(view, view.version);
}

}  // namespace

void add_case_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"GET",
             "/api/v1/cases",
             list_cases,
             "list_cases",
             "cases",
             "Cases of one list, due first; all: newest first",
             "see_cases",
             "",
             "CaseList",
             200,
             {{"list", "string", false, "mine, department, escalated, open, overdue or all"},
              {"state", "string", false, "Only this state"},
              {"category", "string", false, "Only this category"},
              {"q", "string", false, "Case number, customer or digits of a number"},
              {"after", "string", false, "The last page's next"},
              {"limit", "integer", false, "1 to 200"}}});
  add_route(router, api,
            {"POST", "/api/v1/cases", register_case, "register_case", "cases",
             "Register what a customer told", "register_case", "CaseRegistration", "Case", 201});
  add_route(router, api,
            {"GET", "/api/v1/cases/{number}", get_case, "get_case", "cases", "One case, whole",
             "see_case", "", "Case"});
  add_route(router, api,
            {"PATCH", "/api/v1/cases/{number}", edit_case, "edit_case", "cases",
             "Correct a case; needs If-Match", "edit_case", "CaseEdit", "Case"});
  add_route(router, api,
            {"GET",
             "/api/v1/cases/{number}/history",
             get_history,
             "get_case_history",
             "cases",
             "Everything that happened, oldest first",
             "see_case",
             "",
             "HistoryList",
             200,
             {{"after", "string", false, "The last page's next"},
              {"limit", "integer", false, "1 to 200"}}});
}

}  // namespace firsthand::runtime::api
