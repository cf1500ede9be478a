// SPDX-License-Identifier: Apache-2.0
// The work lists: the liaison's inbox, callbacks and alerts.
#include <algorithm>

#include "adapters/runtime/api/answers.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::Tx;

awaitable<Response> get_inbox(ApiContext& api, Request& request) {
  const Subject& subject = subject_of(request);
  std::int64_t department = subject.department_id();
  // Those who lead look into any department's inbox, by its code.
  const std::string code = query_text(request, "department", 64);
  if (!code.empty() && subject.user->role != Role::liaison) {
    department = api.rules()->department(code).value;
    if (department == 0) co_return invalid("department", "There is no such department.");
  }
  if (department == 0) co_return invalid("department", "You belong to no department; name one.");
  auto work = [department](Tx& tx, const Rules& rules) {
    return postgres::read_inbox(tx, rules, department);
  };
  const auto inbox = co_await read_on(api, std::move(work));
  if (!inbox) co_return failure_answer(inbox.error());
  co_return answer(*inbox);
}

// ------------------------------------------------------------------------------- callbacks
awaitable<Response> list_callbacks(ApiContext& api, Request& request) {
  postgres::CallbackFilter filter;
  const std::string list = query_text(request, "list");
  if (!list.empty()) filter.list = list;
  const auto lists = {"overdue", "today", "week", "all"};
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
  filter.after = query_text(request, "after");
  filter.limit = query_number(request, "limit", postgres::kPageDefault, 1, postgres::kPageMax);
  const auto scope = scope_of(subject_of(request));
  auto work = [scope, filter](Tx& tx, const Rules& at) {
    return postgres::list_callbacks(tx, at, scope, filter);
  };
  const auto page = co_await read_on(api, std::move(work));
  if (!page) co_return failure_answer(page.error());
  if (!*page) co_return invalid("after", "This page does not exist.");
  co_return answer(**page);
}

/// Finds the callback of the path and checks the permission; nothing means go on.
awaitable<std::optional<Response>> check_callback(ApiContext& api, const Request& request,
                                                  std::int64_t id) {
  auto work = [id](Tx& tx, const Rules&) { return postgres::callback_facts(tx, id); };
  const auto facts = co_await read_on(api, std::move(work));
  if (!facts) co_return failure_answer(facts.error());
  if (!*facts) co_return not_found("callback");
  const Row row = row_of(**facts, *api.rules(), api.now());
  if (!can(subject_of(request), Action::work_callback, &row)) co_return forbidden();
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
                                    Happening what) {
  auto refused = co_await check_callback(api, request, id);
  if (refused) co_return std::move(*refused);
  Event event = console_event(request, std::move(what));
  const auto decided = co_await ask(api.door, std::move(event));
  if (const auto* away = std::get_if<Unavailable>(&decided)) co_return unavailable_answer(*away);
  const auto& outcome = std::get<Outcome>(decided);
  if (outcome.refusal) co_return refusal_answer(*outcome.refusal);
  Response response = co_await callback_answer(api, id);
  co_return response;
}

awaitable<Response> dial(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("callback");
  auto refused = co_await check_callback(api, request, *id);
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
  Event event = console_event(request, std::move(what));
  const auto decided = co_await ask(api.door, std::move(event));
  if (const auto* away = std::get_if<Unavailable>(&decided)) co_return unavailable_answer(*away);
  const auto& outcome = std::get<Outcome>(decided);
  if (outcome.refusal) co_return refusal_answer(*outcome.refusal);
  boost::json::object out{{"interaction_id", outcome.reply.id}};
  co_return json_answer(202, out);
}

awaitable<Response> record_attempt(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("callback");
  const std::vector<Rule> rules{
      word("outcome", {"reached", "no_answer", "busy", "wrong_number", "refused"}).needed(),
      text("note"), flag("satisfied")};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  event::CallbackAttempted what;
  what.callback = CallbackId{*id};
  what.outcome = *from_word<AttemptOutcome>(body.text("outcome"));
  what.note = body.text("note");
  what.satisfied = body.maybe_flag("satisfied");
  Response response = co_await change_callback(api, request, *id, Happening(std::move(what)));
  co_return response;
}

awaitable<Response> reschedule(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("callback");
  const std::vector<Rule> rules{instant("at").needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  event::CallbackRescheduled what;
  what.callback = CallbackId{*id};
  what.at = *std::get<Body>(read).maybe_instant("at");
  Response response = co_await change_callback(api, request, *id, Happening(what));
  co_return response;
}

// ------------------------------------------------------------------------------- alerts
awaitable<Response> list_alerts(ApiContext& api, Request& request) {
  const std::string state = query_text(request, "state");
  if (!state.empty() && state != "open" && state != "all") {
    co_return invalid("state", "This must be open or all.");
  }
  const bool open_only = state != "all";
  const std::string after = query_text(request, "after");
  const int limit = query_number(request, "limit", postgres::kPageDefault, 1, postgres::kPageMax);
  const auto scope = scope_of(subject_of(request));
  auto work = [scope, open_only, after, limit](Tx& tx, const Rules& rules) {
    return postgres::list_alerts(tx, rules, scope, open_only, after, limit);
  };
  const auto page = co_await read_on(api, std::move(work));
  if (!page) co_return failure_answer(page.error());
  if (!*page) co_return invalid("after", "This page does not exist.");
  co_return answer(**page);
}

awaitable<Response> acknowledge(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("alert");
  auto find = [id = *id](Tx& tx, const Rules&) { return postgres::alert_facts(tx, id); };
  const auto facts = co_await read_on(api, std::move(find));
  if (!facts) co_return failure_answer(facts.error());
  if (!*facts) co_return not_found("alert");
  const Row row = row_of(**facts);
  if (!can(subject_of(request), Action::acknowledge_alert, &row)) co_return forbidden();
  Happening what{event::AlertAcknowledged{AlertId{*id}}};
  Event event = console_event(request, std::move(what));
  const auto decided = co_await ask(api.door, std::move(event));
  if (const auto* away = std::get_if<Unavailable>(&decided)) co_return unavailable_answer(*away);
  const auto& outcome = std::get<Outcome>(decided);
  if (outcome.refusal) co_return refusal_answer(*outcome.refusal);
  auto show = [id = *id](Tx& tx, const Rules& rules) {
    return postgres::alert_rows(tx, rules, {id});
  };
  const auto rows = co_await read_on(api, std::move(show));
  if (!rows) co_return failure_answer(rows.error());
  if (rows->empty()) co_return not_found("alert");
  co_return answer(rows->front());
}

}  // namespace

void add_work_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"GET",
             "/api/v1/inbox",
             get_inbox,
             "get_inbox",
             "inbox",
             "A department's work: to accept, to call, done",
             "see_inbox",
             "",
             "Inbox",
             200,
             {{"department", "string", false, "Its code; for those who lead"}}});
  add_route(router, api,
            {"GET",
             "/api/v1/callbacks",
             list_callbacks,
             "list_callbacks",
             "callbacks",
             "Promised calls, due first",
             "see_callbacks",
             "",
             "CallbackList",
             200,
             {{"list", "string", false, "overdue, today, week or all"},
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
            {"GET",
             "/api/v1/alerts",
             list_alerts,
             "list_alerts",
             "alerts",
             "Alerts, newest first",
             "see_alerts",
             "",
             "AlertList",
             200,
             {{"state", "string", false, "open or all"},
              {"after", "string", false, "The last page's next"},
              {"limit", "integer", false, "1 to 200"}}});
  add_route(router, api,
            {"POST", "/api/v1/alerts/{id}/acknowledge", acknowledge, "acknowledge_alert", "alerts",
             "Somebody has seen it", "acknowledge_alert", "Empty", "Alert"});
}

}  // namespace firsthand::runtime::api
