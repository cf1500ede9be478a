// SPDX-License-Identifier: Apache-2.0
// The work lists: the liaison's inbox and alerts.
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
  Response response = co_await answer_found(api, std::move(work));
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
  Response response = co_await answer_page(api, std::move(work));
  co_return response;
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
  auto decided = co_await hand_in(api, request, std::move(what));
  if (decided.refused) co_return std::move(*decided.refused);
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
