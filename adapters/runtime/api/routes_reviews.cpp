// SPDX-License-Identifier: Apache-2.0
// What reviews have given people to do: agreed, changed, done or given up.
#include <algorithm>

#include "adapters/postgres/reads/review_reads.hpp"
#include "adapters/runtime/api/answers.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::ReviewActionView;
using postgres::Tx;

void add_buttons(ReviewActionView& view, const Subject& subject, const Rules& rules, Instant now) {
  const Row row = row_of(view, rules, now);
  const bool open = view.state == "open";
  view.can.edit = open && can(subject, Action::edit_review_action, &row);
  view.can.finish = open && can(subject, Action::finish_review_action, &row);
  view.can.cancel = open && can(subject, Action::cancel_review_action, &row);
}

awaitable<Response> list_actions(ApiContext& api, Request& request) {
  const Subject subject = subject_of(request);
  postgres::ReviewActionFilter filter;
  if (const std::string list = query_text(request, "list"); !list.empty()) filter.list = list;
  const auto lists = {"mine", "department", "open", "late", "all"};
  if (std::find(lists.begin(), lists.end(), filter.list) == lists.end()) {
    co_return invalid("list", "There is no such list.");
  }
  filter.user = subject.user_id();
  filter.department = subject.department_id();
  const std::string code = query_text(request, "department", 64);
  if (!code.empty()) {
    filter.department = api.rules()->department(code).value;
    if (filter.department == 0) co_return invalid("department", "There is no such department.");
  }
  read_paging(request, filter);
  auto work = [filter, subject, now = api.now()](Tx& tx, const Rules& rules) {
    auto page = postgres::list_review_actions(tx, rules, filter);
    if (!page) return page;
    for (auto& item : page->items) add_buttons(item, subject, rules, now);
    return page;
  };
  Response response = co_await answer_page(api, std::move(work));
  co_return response;
}

awaitable<postgres::Result<std::optional<ReviewActionView>>> look_up(ApiContext& api,
                                                                     const Request& request,
                                                                     std::int64_t id) {
  auto work = [id, subject = subject_of(request), now = api.now()](Tx& tx, const Rules& rules) {
    auto found = postgres::read_review_action(tx, rules, id);
    if (found) add_buttons(*found, subject, rules, now);
    return found;
  };
  auto found = co_await read_on(api, std::move(work));
  co_return found;
}

awaitable<Response> action_answer(ApiContext& api, const Request& request, std::int64_t id,
                                  int status = 200) {
  const auto found = co_await look_up(api, request, id);
  if (!found) co_return failure_answer(found.error());
  if (!*found) co_return not_found("review action");
  co_return versioned(**found, (*found)->version, status);
}

awaitable<Response> get_action(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("review action");
  Response response = co_await action_answer(api, request, *id);
  co_return response;
}

awaitable<Response> agree(ApiContext& api, Request& request) {
  const std::vector<Rule> fields{text("title", kLineMax).needed(), text("text"),
                                 text("department", 64),           id("assignee"),
                                 text("case_number", 64),          instant("due_at")};
  auto read = read_body(request, fields);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  event::ReviewActionAgreed what;
  what.title = body.text("title");
  what.text = body.text("text");
  what.assignee = UserId{body.number("assignee")};
  what.due_at = body.maybe_instant("due_at").value_or(Instant{});
  if (const std::string code = body.text("department"); !code.empty()) {
    what.department = api.rules()->department(code);
    if (!what.department) co_return invalid("department", "There is no such department.");
  }
  if (const std::string number = body.text("case_number"); !number.empty()) {
    auto find = [number](Tx& tx, const Rules&) {
      return postgres::case_facts(tx, postgres::CaseBy::number, number);
    };
    const auto facts = co_await read_on(api, std::move(find));
    if (!facts) co_return failure_answer(facts.error());
    if (!*facts) co_return invalid("case_number", "There is no such case.");
    what.case_id = CaseId{(*facts)->id};
  }
  auto decided = co_await hand_in(api, request, Happening(std::move(what)));
  if (decided.refused) co_return std::move(*decided.refused);
  Response response = co_await action_answer(api, request, decided.reply.id, 201);
  co_return response;
}

/// Checks the permission for this one, decides, and answers the action as it is then.
awaitable<Response> change(ApiContext& api, const Request& request, std::int64_t id, Action action,
                           Happening what) {
  const auto before = co_await look_up(api, request, id);
  if (!before) co_return failure_answer(before.error());
  if (!*before) co_return not_found("review action");
  const Row row = row_of(**before, *api.rules(), api.now());
  if (!can(subject_of(request), action, &row)) co_return forbidden();
  auto decided = co_await hand_in(api, request, std::move(what));
  if (decided.refused && !decided.stale()) co_return std::move(*decided.refused);
  const auto after = co_await look_up(api, request, id);
  if (!after) co_return failure_answer(after.error());
  if (!*after) co_return not_found("review action");
  if (decided.stale()) co_return version_mismatch(request, boost::json::value_from(**after));
  co_return versioned(**after, (*after)->version);
}

awaitable<Response> edit(ApiContext& api, Request& request) {
  const auto action = path_id(request, "id");
  if (!action) co_return not_found("review action");
  const auto version = required_version(request);
  if (const auto* refused = std::get_if<Response>(&version)) co_return *refused;
  const std::vector<Rule> fields{text("title", kLineMax), text("text"),
                                 number("assignee", 0, kIdMax), instant("due_at"),
                                 text("reason", kLineMax).needed()};
  auto read = read_body(request, fields);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  event::ReviewActionChanged what;
  what.review_action = ReviewActionId{*action};
  what.version = std::get<std::int64_t>(version);
  what.title = body.maybe_text("title");
  what.text = body.maybe_text("text");
  if (const auto assignee = body.maybe_number("assignee")) what.assignee = UserId{*assignee};
  what.due_at = body.maybe_instant("due_at");
  what.reason = body.text("reason");
  Response response = co_await change(api, request, *action, Action::edit_review_action,
                                      Happening(std::move(what)));
  co_return response;
}

awaitable<Response> end(ApiContext& api, const Request& request, ReviewActionState how,
                        const char* field, Action action) {
  const auto which = path_id(request, "id");
  if (!which) co_return not_found("review action");
  const std::vector<Rule> fields{text(field).needed()};
  auto read = read_body(request, fields);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  event::ReviewActionEnded what;
  what.review_action = ReviewActionId{*which};
  what.how = how;
  what.result = std::get<Body>(read).text(field);
  Response response = co_await change(api, request, *which, action, Happening(std::move(what)));
  co_return response;
}

awaitable<Response> done(ApiContext& api, Request& request) {
  Response response =
      co_await end(api, request, ReviewActionState::done, "result", Action::finish_review_action);
  co_return response;
}

awaitable<Response> cancel(ApiContext& api, Request& request) {
  Response response = co_await end(api, request, ReviewActionState::cancelled, "reason",
                                   Action::cancel_review_action);
  co_return response;
}

}  // namespace

void add_review_routes(http::Router& router, ApiContext& api) {
  add_route(
      router, api,
      {"GET",
       "/api/v1/review-actions",
       list_actions,
       "list_review_actions",
       "reviews",
       "What reviews have given people to do, due first",
       "see_review_actions",
       "",
       "ReviewActionList",
       200,
       {{"list", "string", false, "mine, department, open, late or all"},
        {"department", "string", false, "Its code, for the list department; mine when absent"},
        {"after", "string", false, "The last page's next"},
        {"limit", "integer", false, "1 to 200"}}});
  add_route(router, api,
            {"POST", "/api/v1/review-actions", agree, "agree_review_action", "reviews",
             "A review gives somebody something to do", "edit_review_action", "ReviewActionNew",
             "ReviewAction", 201});
  add_route(router, api,
            {"GET", "/api/v1/review-actions/{id}", get_action, "get_review_action", "reviews",
             "One action with its clock", "see_review_actions", "", "ReviewAction"});
  add_route(router, api,
            {"PATCH", "/api/v1/review-actions/{id}", edit, "edit_review_action", "reviews",
             "Another day, person or text, with a reason; needs If-Match", "edit_review_action",
             "ReviewActionEdit", "ReviewAction"});
  add_route(
      router, api,
      {"POST", "/api/v1/review-actions/{id}/done", done, "finish_review_action", "reviews",
       "Done, with what came of it", "finish_review_action", "ReviewActionDone", "ReviewAction"});
  add_route(
      router, api,
      {"POST", "/api/v1/review-actions/{id}/cancel", cancel, "cancel_review_action", "reviews",
       "Given up, with the reason", "cancel_review_action", "Reason", "ReviewAction"});
}

}  // namespace firsthand::runtime::api
