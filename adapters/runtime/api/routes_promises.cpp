// SPDX-License-Identifier: Apache-2.0
// What owner and department settle between them, and the lists of those who watch over promises:
// disputes, chased departments, the satisfaction of customers.
#include <algorithm>

#include "adapters/postgres/reads/promise_reads.hpp"
#include "adapters/runtime/api/case_action.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::Tx;
using Made = std::variant<Happening, Response>;

DispatchId dispatch_id(const Asked& asked) {
  return DispatchId{asked.path_id};
}

Made make_chase(const Asked& asked) {
  return event::DispatchChased{dispatch_id(asked), asked.body.text("note")};
}

Made make_dispute(const Asked& asked) {
  return event::DispatchDisputed{dispatch_id(asked), asked.body.text("reason")};
}

Made make_settlement(const Asked& asked) {
  event::DisputeSettled what;
  what.dispatch = dispatch_id(asked);
  what.upheld = *asked.body.maybe_flag("upheld");
  what.reason = asked.body.text("reason");
  const std::string department = asked.body.text("department");
  if (!department.empty()) {
    what.department = asked.rules.department(department);
    if (!what.department) return invalid("department", "There is no such department.");
  }
  return what;
}

Made make_extension(const Asked& asked) {
  return event::ExtensionAsked{dispatch_id(asked), *asked.body.maybe_instant("until"),
                               asked.body.text("reason")};
}

Made make_extension_answer(const Asked& asked) {
  return event::ExtensionAnswered{dispatch_id(asked), *asked.body.maybe_flag("granted"),
                                  asked.body.text("reason")};
}

Made make_not_told(const Asked& asked) {
  return event::CustomerNotTold{CaseId{asked.facts.id}, asked.body.text("reason")};
}

const std::vector<CaseAction>& promise_actions() {
  static const std::vector<CaseAction> kActions{
      {"/api/v1/dispatches/{id}/chase",
       "chase_dispatch",
       "Urge the department on",
       Action::dispatch_case,
       {text("note")},
       "DispatchChase",
       make_chase},
      {"/api/v1/dispatches/{id}/dispute",
       "dispute_dispatch",
       "Not ours, and too late to return it",
       Action::return_dispatch,
       {text("reason").needed()},
       "Reason",
       make_dispute},
      {"/api/v1/dispatches/{id}/settle",
       "settle_dispute",
       "Decide whose work it is",
       Action::settle_dispute,
       {flag("upheld").needed(), text("reason").needed(), text("department", 64)},
       "DisputeSettlement",
       make_settlement},
      {"/api/v1/dispatches/{id}/extension",
       "ask_extension",
       "Ask the owner for more time",
       Action::answer_dispatch,
       {instant("until").needed(), text("reason").needed()},
       "ExtensionRequest",
       make_extension},
      {"/api/v1/dispatches/{id}/extension/answer",
       "answer_extension",
       "Grant more time, or do not",
       Action::resolve_case,
       {flag("granted").needed(), text("reason")},
       "ExtensionAnswer",
       make_extension_answer},
      {"/api/v1/cases/{number}/not-told",
       "reject_told",
       "The customer says that nobody has called",
       Action::tell_customer,
       {text("reason").needed()},
       "Reason",
       make_not_told},
  };
  return kActions;
}

awaitable<Response> list_dispatches(ApiContext& api, Request& request) {
  std::string list = query_text(request, "list");
  if (list.empty()) list = "disputed";
  const auto lists = {"disputed", "chased", "extension"};
  if (std::find(lists.begin(), lists.end(), list) == lists.end())
    co_return invalid("list", "There is no such list.");
  auto work = [list](Tx& tx, const Rules& rules) {
    return postgres::list_dispatches(tx, rules, list);
  };
  Response response = co_await answer_found(api, std::move(work));
  co_return response;
}

awaitable<Response> get_satisfaction(ApiContext& api, Request& request) {
  const std::string by_word = query_text(request, "by");
  const auto by = by_word.empty() ? std::optional{postgres::SatisfactionBy::owner}
                                  : from_word<postgres::SatisfactionBy>(by_word);
  if (!by) co_return invalid("by", "This must be office, category or owner.");
  Instant to = api.now();
  const std::string to_text = query_text(request, "to");
  if (!to_text.empty()) {
    const auto parsed = parse_iso8601(to_text);
    if (!parsed) co_return invalid("to", "This is not an instant.");
    to = parsed.value();
  }
  Instant from = to - std::chrono::days{30};
  const std::string from_text = query_text(request, "from");
  if (!from_text.empty()) {
    const auto parsed = parse_iso8601(from_text);
    if (!parsed) co_return invalid("from", "This is not an instant.");
    from = parsed.value();
  }
  if (from >= to) co_return invalid("from", "The span begins before it ends.");
  auto work = [from, to, by = *by](Tx& tx, const Rules& rules) {
    return postgres::read_satisfaction(tx, rules, from, to, by);
  };
  Response response = co_await answer_found(api, std::move(work));
  co_return response;
}

}  // namespace

void add_promise_routes(http::Router& router, ApiContext& api) {
  add_case_actions(router, api, promise_actions());
  add_route(router, api,
            {"GET",
             "/api/v1/dispatches",
             list_dispatches,
             "list_dispatches",
             "dispatches",
             "Work that is out and needs a decision",
             "see_promises",
             "",
             "DispatchList",
             200,
             {{"list", "string", false, "disputed, chased or extension"}}});
  add_route(router, api,
            {"GET",
             "/api/v1/satisfaction",
             get_satisfaction,
             "get_satisfaction",
             "satisfaction",
             "What customers said in follow-up calls",
             "see_promises",
             "",
             "Satisfaction",
             200,
             {{"from", "string", false, "An instant; 30 days before `to`"},
              {"to", "string", false, "An instant; now"},
              {"by", "string", false, "office, category or owner"}}});
}

}  // namespace firsthand::runtime::api
