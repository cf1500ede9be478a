// SPDX-License-Identifier: Apache-2.0
// Promised calls: the lists of them, dialling, how they went, and who calls when and at which
// number.
#include <algorithm>

#include "adapters/runtime/api/answers.hpp"
#include "adapters/telephony/phone_number.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::Tx;

awaitable<Response> list_callbacks(ApiContext& api, Request& request) {
  postgres::CallbackFilter filter;
  const std::string list = query_text(request, "list");
  if (!list.empty()) filter.list = list;
  const auto lists = {"overdue", "today", "week", "all", "exhausted"};
  if (std::find(lists.begin(), lists.end(), filter.list) == lists.end()) {
    co_return invalid("list", "There is no such list.");
  }
  const auto rules = api.rules();
  const Calendar& calendar = rules->company();
  const auto today = std::chrono::sys_days{calendar.local_date(api.now())};
  const auto weekday = std::chrono::weekday{today}.iso_encoding();
  const auto monday = today + std::chrono::days{8 - static_cast<int>(weekday)};
  filter.end_of_day =
      calendar.at_local(Date{today + std::chrono::days{1}}, std::chrono::minutes{0});
  filter.end_of_week = calendar.at_local(Date{monday}, std::chrono::minutes{0});
  read_paging(request, filter);
  const auto scope = scope_of(subject_of(request));
  auto work = [scope, filter](Tx& tx, const Rules& at) {
    return postgres::list_callbacks(tx, at, scope, filter);
  };
  Response response = co_await answer_page(api, std::move(work));
  co_return response;
}

/// Finds the callback of the path and checks the permission; nothing means go on.
awaitable<std::optional<Response>> check_callback(ApiContext& api, const Request& request,
                                                  std::int64_t id, Action action) {
  auto work = [id](Tx& tx, const Rules&) { return postgres::callback_facts(tx, id); };
  const auto facts = co_await read_on(api, std::move(work));
  if (!facts) co_return failure_answer(facts.error());
  if (!*facts) co_return not_found("callback");
  const Row row = row_of(**facts, *api.rules(), api.now());
  if (!can(subject_of(request), action, &row)) co_return forbidden();
  co_return std::nullopt;
}

awaitable<Response> callback_answer(ApiContext& api, std::int64_t id) {
  auto work = [id](Tx& tx, const Rules& rules) { return postgres::callback_rows(tx, rules, {id}); };
  const auto rows = co_await read_on(api, std::move(work));
  if (!rows) co_return failure_answer(rows.error());
  if (rows->empty()) co_return not_found("callback");
  const auto& view = rows->front();
  co_return versioned(view, view.version);
}

awaitable<Response> change_callback(ApiContext& api, Request& request, std::int64_t id,
                                    Happening what, Action action = Action::work_callback) {
  auto refused = co_await check_callback(api, request, id, action);
  if (refused) co_return std::move(*refused);
  auto decided = co_await hand_in(api, request, std::move(what));
  if (decided.refused) co_return std::move(*decided.refused);
  // A promise made anew is another callback.
  Response response = co_await callback_answer(api, decided.reply.id);
  co_return response;
}

awaitable<Response> dial(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("callback");
  auto refused = co_await check_callback(api, request, *id, Action::work_callback);
  if (refused) co_return std::move(*refused);
  if (!api.health().telephony) {
    co_return Response::problem(409, "telephony_down", "The telephone system cannot be reached.");
  }
  auto count = [user = subject_of(request).user_id()](Tx& tx, const Rules&) {
    return postgres::outbound_calls_last_hour(tx, user);
  };
  const auto placed = co_await read_on(api, std::move(count));
  if (!placed) co_return failure_answer(placed.error());
  if (*placed >= api.settings.callbacks_per_hour) {
    co_return Response::problem(429, "too_many_calls",
                                "You have placed the most calls that an hour allows.");
  }
  Happening what{event::CallbackDialled{CallbackId{*id}}};
  auto decided = co_await hand_in(api, request, std::move(what));
  if (decided.refused) co_return std::move(*decided.refused);
  boost::json::object out{{"interaction_id", decided.reply.id}};
  co_return json_answer(202, out);
}

awaitable<Response> record_attempt(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("callback");
  const std::vector<Rule> rules{
      word("outcome", {"reached", "no_answer", "busy", "wrong_number", "refused"}).needed(),
      text("note"), flag("satisfied"), number("score", 1, 5)};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  event::CallbackAttempted what;
  what.callback = CallbackId{*id};
  what.outcome = *from_word<AttemptOutcome>(body.text("outcome"));
  what.note = body.text("note");
  what.satisfied = body.maybe_flag("satisfied");
  if (const auto score = body.maybe_number("score")) what.score = static_cast<int>(*score);
  Response response = co_await change_callback(api, request, *id, Happening(std::move(what)));
  co_return response;
}

/// The number in full: a new one, or one of the customer's as the screens show it, half hidden.
awaitable<std::variant<std::string, Response>> number_to_call(ApiContext& api, std::int64_t id,
                                                              std::string written) {
  if (written.find('*') == std::string::npos) {
    const auto phone = telephony::parse_phone(written, api.settings.numbers);
    if (!phone.reachable()) co_return invalid("number", "This is not a telephone number.");
    co_return phone.number;
  }
  auto work = [id, written](Tx& tx, const Rules&) {
    return postgres::number_of_callback(tx, id, written);
  };
  const auto found = co_await read_on(api, std::move(work));
  if (!found) co_return failure_answer(found.error());
  if (found->empty()) co_return invalid("number", "This is none of the customer's numbers.");
  co_return *found;
}

awaitable<Response> reschedule(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("callback");
  const std::vector<Rule> rules{instant("at").needed(), instant("from"), text("number", 64),
                                flag("customer_asked")};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  event::CallbackRescheduled what;
  what.callback = CallbackId{*id};
  what.at = *body.maybe_instant("at");
  what.from = body.maybe_instant("from");
  what.customer_asked = body.maybe_flag("customer_asked").value_or(false);
  if (body.has("number")) {
    auto number = co_await number_to_call(api, *id, body.text("number"));
    if (auto* mistake = std::get_if<Response>(&number)) co_return std::move(*mistake);
    what.number = std::get<std::string>(number);
  }
  Response response = co_await change_callback(api, request, *id, Happening(std::move(what)));
  co_return response;
}

awaitable<Response> assign(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("callback");
  const std::vector<Rule> rules{firsthand::runtime::api::id("to").needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const UserId to{std::get<Body>(read).number("to")};
  Happening what{event::CallbackAssigned{CallbackId{*id}, to}};
  Response response =
      co_await change_callback(api, request, *id, std::move(what), Action::assign_callback);
  co_return response;
}

awaitable<Response> cancel(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("callback");
  const std::vector<Rule> rules{text("reason").needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  Happening what{event::CallbackCancelled{CallbackId{*id}, std::get<Body>(read).text("reason")}};
  Response response =
      co_await change_callback(api, request, *id, std::move(what), Action::cancel_callback);
  co_return response;
}

}  // namespace

void add_callback_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"GET",
             "/api/v1/callbacks",
             list_callbacks,
             "list_callbacks",
             "callbacks",
             "Promised calls, due first; those not to be tried yet later",
             "see_callbacks",
             "",
             "CallbackList",
             200,
             {{"list", "string", false, "overdue, today, week, all or exhausted"},
              {"after", "string", false, "The last page's next"},
              {"limit", "integer", false, "1 to 200"}}});
  add_route(router, api,
            {"POST", "/api/v1/callbacks/{id}/dial", dial, "dial_callback", "callbacks",
             "Ring my phone, then the customer", "work_callback", "Empty", "Dialled", 202});
  add_route(router, api,
            {"POST", "/api/v1/callbacks/{id}/attempts", record_attempt, "record_attempt",
             "callbacks", "How the call went", "work_callback", "Attempt", "Callback"});
  add_route(
      router, api,
      {"POST", "/api/v1/callbacks/{id}/reschedule", reschedule, "reschedule_callback", "callbacks",
       "The customer wants another time", "work_callback", "Reschedule", "Callback"});
  add_route(router, api,
            {"POST", "/api/v1/callbacks/{id}/assign", assign, "assign_callback", "callbacks",
             "Say who calls", "assign_callback", "Assignment", "Callback"});
  add_route(router, api,
            {"POST", "/api/v1/callbacks/{id}/cancel", cancel, "cancel_callback", "callbacks",
             "Nobody has to call", "cancel_callback", "Reason", "Callback"});
}

}  // namespace firsthand::runtime::api
