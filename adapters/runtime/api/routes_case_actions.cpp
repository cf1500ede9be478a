// SPDX-License-Identifier: Apache-2.0
// What can be done to a case or a dispatch, as one table: who may, what the body holds, which event
// it becomes. Every row is answered with the case as it is afterwards.
#include <algorithm>

#include "adapters/runtime/api/case_action.hpp"
#include "adapters/runtime/api/case_answer.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::CaseBy;
using postgres::CaseFacts;
using Made = std::variant<Happening, Response>;

CaseId case_id(const Asked& asked) {
  return CaseId{asked.facts.id};
}

Made make_note(const Asked& asked) {
  return event::NoteAdded{case_id(asked), asked.body.text("text")};
}

Made make_contact(const Asked& asked) {
  return event::ContactAdded{case_id(asked), InteractionId{asked.body.number("interaction_id")},
                             asked.body.text("text")};
}

Made make_dispatch(const Asked& asked) {
  const DepartmentId department = asked.rules.department(asked.body.text("department"));
  if (!department) return invalid("department", "There is no such department.");
  event::Dispatched what;
  what.case_id = case_id(asked);
  what.department = department;
  what.note = asked.body.text("note");
  const Body callback = asked.body.inside("callback");
  what.callback.choice = callback.text("choice");
  what.callback.customer_asked = callback.maybe_flag("customer_asked").value_or(false);
  what.callback.at = callback.maybe_instant("at");
  what.callback.caller = from_word<CallbackCaller>(callback.text("caller"));
  return what;
}

Made make_escalation(const Asked& asked) {
  return event::CaseEscalated{case_id(asked), UserId{asked.body.number("to")},
                              asked.body.text("reason")};
}

Made make_resolution(const Asked& asked) {
  return event::CaseResolved{case_id(asked), asked.body.text("resolution")};
}

Made make_close(const Asked& asked) {
  return event::CaseClosed{case_id(asked)};
}

Made make_reopening(const Asked& asked) {
  return event::CaseReopened{case_id(asked), asked.body.text("reason")};
}

Made make_hand_over(const Asked& asked) {
  return event::HandOverOffered{case_id(asked), UserId{asked.body.number("to")},
                                asked.body.text("reason")};
}

Made make_hand_over_accepted(const Asked& asked) {
  return event::HandOverAnswered{case_id(asked), true};
}

Made make_hand_over_declined(const Asked& asked) {
  return event::HandOverAnswered{case_id(asked), false, asked.body.text("reason")};
}

Made make_reassignment(const Asked& asked) {
  return event::CaseReassigned{case_id(asked), UserId{asked.body.number("to")},
                               asked.body.text("reason")};
}

Made make_pause(const Asked& asked) {
  const std::string reason = asked.body.text("reason");
  const auto& reasons = asked.settings.pause_reasons;
  const bool listed = std::any_of(reasons.begin(), reasons.end(),
                                  [&](const NamedReason& each) { return each.code == reason; });
  if (!listed) {
    std::string known;
    for (const NamedReason& each : reasons) known += (known.empty() ? "" : ", ") + each.code;
    return invalid("reason", "A pause needs a reason from the list: " + known + ".");
  }
  return event::ClocksPaused{case_id(asked), reason, *asked.body.maybe_instant("until")};
}

Made make_unpause(const Asked& asked) {
  event::ClocksResumed what;
  what.case_id = case_id(asked);
  return what;
}

Made make_told(const Asked& asked) {
  return event::CustomerTold{case_id(asked), asked.body.text("how"), asked.body.text("note")};
}

Made make_accept(const Asked& asked) {
  return event::DispatchAccepted{DispatchId{asked.path_id}};
}

Made make_return(const Asked& asked) {
  event::DispatchReturned what;
  what.dispatch = DispatchId{asked.path_id};
  what.reason = asked.body.text("reason");
  const std::string suggested = asked.body.text("suggested_department");
  if (!suggested.empty()) {
    what.suggested = asked.rules.department(suggested);
    if (!what.suggested) {
      return invalid("suggested_department", "There is no such department.");
    }
  }
  return what;
}

Made make_answer(const Asked& asked) {
  return event::DispatchAnswered{DispatchId{asked.path_id}, asked.body.text("answer")};
}

Rule callback_rule() {
  return object("callback", {text("choice", 64), instant("at"),
                             word("caller", {"department", "owner"}), flag("customer_asked")});
}

const std::vector<CaseAction>& case_actions() {
  static const std::vector<CaseAction> kActions{
      {"/api/v1/cases/{number}/notes",
       "add_note",
       "Add a note for colleagues",
       Action::note_case,
       {text("text").needed()},
       "NoteText",
       make_note},
      {"/api/v1/cases/{number}/contact",
       "add_contact",
       "File this call under the case",
       Action::add_contact,
       {id("interaction_id").needed(), text("text")},
       "Contact",
       make_contact},
      {"/api/v1/cases/{number}/dispatch",
       "dispatch_case",
       "Give the work to a department",
       Action::dispatch_case,
       {text("department", 64).needed(), text("note"), callback_rule()},
       "DispatchOrder",
       make_dispatch},
      {"/api/v1/cases/{number}/escalate",
       "escalate_case",
       "Bring in the back line",
       Action::escalate_case,
       {text("reason").needed(), id("to")},
       "Escalation",
       make_escalation},
      {"/api/v1/cases/{number}/resolve",
       "resolve_case",
       "Record how it was solved",
       Action::resolve_case,
       {text("resolution").needed()},
       "Resolution",
       make_resolution},
      {"/api/v1/cases/{number}/close",
       "close_case",
       "Close a resolved case",
       Action::close_case,
       {},
       "Empty",
       make_close},
      {"/api/v1/cases/{number}/reopen",
       "reopen_case",
       "The customer has returned",
       Action::reopen_case,
       {text("reason").needed()},
       "Reason",
       make_reopening},
      {"/api/v1/cases/{number}/hand-over",
       "offer_hand_over",
       "Offer the case to a colleague",
       Action::hand_over_case,
       {id("to").needed(), text("reason").needed()},
       "PersonReason",
       make_hand_over},
      {"/api/v1/cases/{number}/hand-over/accept",
       "accept_hand_over",
       "Become the owner",
       Action::answer_hand_over,
       {},
       "Empty",
       make_hand_over_accepted},
      {"/api/v1/cases/{number}/hand-over/decline",
       "decline_hand_over",
       "Leave it with its owner",
       Action::answer_hand_over,
       {text("reason").needed()},
       "Reason",
       make_hand_over_declined},
      {"/api/v1/cases/{number}/hand-over/withdraw",
       "withdraw_hand_over",
       "Take back what was offered",
       Action::hand_over_case,
       {text("reason")},
       "OptionalReason",
       make_hand_over_declined},
      {"/api/v1/cases/{number}/reassign",
       "reassign_case",
       "Name another owner",
       Action::reassign_case,
       {id("to").needed(), text("reason").needed()},
       "PersonReason",
       make_reassignment},
      {"/api/v1/cases/{number}/pause",
       "pause_case",
       "Wait for the customer until then",
       Action::pause_case,
       {text("reason", kLineMax).needed(), instant("until").needed()},
       "Pause",
       make_pause},
      {"/api/v1/cases/{number}/unpause",
       "unpause_case",
       "Let the clocks run again",
       Action::pause_case,
       {},
       "Empty",
       make_unpause},
      {"/api/v1/cases/{number}/told",
       "record_told",
       "The customer has been told",
       Action::tell_customer,
       {text("how", kLineMax).needed(), text("note")},
       "Told",
       make_told},
      {"/api/v1/dispatches/{id}/accept",
       "accept_dispatch",
       "Take the work on",
       Action::accept_dispatch,
       {},
       "Empty",
       make_accept},
      {"/api/v1/dispatches/{id}/return",
       "return_dispatch",
       "This is not our department's",
       Action::return_dispatch,
       {text("reason").needed(), text("suggested_department", 64)},
       "DispatchReturn",
       make_return},
      {"/api/v1/dispatches/{id}/answer",
       "answer_dispatch",
       "Say what was done",
       Action::answer_dispatch,
       {text("answer").needed()},
       "DispatchAnswer",
       make_answer},
  };
  return kActions;
}

awaitable<Response> run_action(ApiContext& api, const CaseAction& action, Request& request) {
  auto read = read_body(request, action.rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto dispatch = path_id(request, "id");
  const bool by_number = !request.param("number").empty();
  if (!by_number && !dispatch) co_return not_found("dispatch");
  const CaseBy by = by_number ? CaseBy::number : CaseBy::dispatch;
  const std::string name(by_number ? request.param("number") : request.param("id"));

  auto find = [by, name](postgres::Tx& tx, const Rules&) {
    return postgres::case_facts(tx, by, name);
  };
  const auto facts = co_await read_on(api, std::move(find));
  if (!facts) co_return failure_answer(facts.error());
  const char* noun = by_number ? "case" : "dispatch";
  if (!*facts) co_return not_found(noun);
  const auto rules = api.rules();
  const Row row = row_of(**facts, *rules, api.now());
  const Subject& subject = subject_of(request);
  if (!can(subject, Action::see_case, &row)) co_return not_found(noun);
  if (!can(subject, action.action, &row)) co_return forbidden();

  const Asked asked{**facts, std::get<Body>(read), *rules, api.settings, dispatch.value_or(0)};
  auto made = action.make(asked);
  if (auto* mistake = std::get_if<Response>(&made)) co_return std::move(*mistake);
  auto decided = co_await hand_in(api, request, std::get<Happening>(std::move(made)));
  if (decided.refused) co_return std::move(*decided.refused);
  std::string number = (*facts)->number;
  Response response = co_await case_answer(api, request, CaseBy::number, std::move(number));
  co_return response;
}

}  // namespace

void add_case_actions(http::Router& router, ApiContext& api,
                      const std::vector<CaseAction>& actions) {
  for (const CaseAction& action : actions) {
    const auto run = [&action](ApiContext& at, Request& request) {
      return run_action(at, action, request);
    };
    const bool dispatch = std::string_view(action.pattern).find("dispatches") != std::string::npos;
    add_route(router, api,
              {"POST", action.pattern, run, action.operation, dispatch ? "dispatches" : "cases",
               action.summary, word_of(action.action), action.schema, "Case"});
  }
}

void add_case_action_routes(http::Router& router, ApiContext& api) {
  add_case_actions(router, api, case_actions());
}

}  // namespace firsthand::runtime::api
