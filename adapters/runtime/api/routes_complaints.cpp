// SPDX-License-Identifier: Apache-2.0
// The complaint record of a case: what is recorded, compensation, the final response, repeats.
#include "adapters/postgres/reads/complaint_reads.hpp"
#include "adapters/runtime/api/case_answer.hpp"
#include "adapters/runtime/api/letter.hpp"
#include "adapters/runtime/api/letter_of_case.hpp"
#include "adapters/runtime/api/visible_customer.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::CaseFacts;
using postgres::ComplaintView;
using postgres::Tx;

constexpr std::int64_t kLetterMax = 20'000;
constexpr std::int64_t kCentsMax = 100'000'000'00;

Response not_a_complaint() {
  return Response::problem(409, "not_a_complaint", "Only a complaint has a complaint record.");
}

std::optional<ComplaintView> shown_complaint(Tx& tx, const Rules& rules, const Subject& subject,
                                             const CaseFacts& facts, Instant now) {
  auto view = postgres::read_complaint(tx, rules, facts.id);
  if (!view) return view;
  const Row row = row_of(facts, rules, now);
  const bool closed = facts.state == "closed";
  view->can.edit = can(subject, Action::edit_complaint, &row);
  view->can.link = view->can.edit;
  view->can.propose = !closed && can(subject, Action::propose_compensation, &row);
  view->can.decide = can(subject, Action::decide_compensation, &row);
  view->can.send_letter = !closed && can(subject, Action::send_letter, &row);
  return view;
}

/// The record as it is now, with its version; after a change that was refused as stale, 412.
awaitable<Response> complaint_answer(ApiContext& api, const Request& request, CaseFacts facts,
                                     bool stale = false) {
  auto work = [facts = std::move(facts), subject = subject_of(request), now = api.now()](
                  Tx& tx, const Rules& rules) {
    return shown_complaint(tx, rules, subject, facts, now);
  };
  const auto view = co_await read_on(api, std::move(work));
  if (!view) co_return failure_answer(view.error());
  if (!*view) co_return not_a_complaint();
  if (stale) co_return version_mismatch(request, boost::json::value_from(**view));
  co_return versioned(**view, (*view)->version);
}

/// Hands the event in and answers the record.
awaitable<Response> decided_answer(ApiContext& api, const Request& request, CaseFacts facts,
                                   Happening what) {
  const Row row = row_of(facts, *api.rules(), api.now());
  const Subject& subject = subject_of(request);
  const bool deputy = row.owners.size() > 1 && row.owners[1] == subject.user_id();
  const UserId acting_for = deputy ? UserId{facts.owner} : UserId{};
  auto decided = co_await hand_in(api, request, std::move(what), acting_for);
  if (decided.refused && !decided.stale()) co_return std::move(*decided.refused);
  Response response = co_await complaint_answer(api, request, std::move(facts), decided.stale());
  co_return response;
}

// ------------------------------------------------------------------------------- the record
awaitable<Response> get_complaint(ApiContext& api, Request& request) {
  auto facts = co_await visible_case(api, request);
  if (auto* refused = std::get_if<Response>(&facts)) co_return std::move(*refused);
  CaseFacts found = std::get<CaseFacts>(std::move(facts));
  Response response = co_await complaint_answer(api, request, std::move(found));
  co_return response;
}

std::vector<Rule> record_rules() {
  return {flag("safety"),
          flag("systemic"),
          text("remedy_sought", 64),
          text("remedy_offered", 64),
          word("remedy_answer", {"open", "accepted", "refused"}),
          text("root_cause", 64),
          text("root_cause_note", 2000),
          word("justified", {"yes", "no", ""}),
          text("regulator", 64),
          text("regulator_reference", kLineMax),
          instant("regulator_due_at")};
}

awaitable<Response> edit_complaint(ApiContext& api, Request& request) {
  const auto version = required_version(request);
  if (const auto* refused = std::get_if<Response>(&version)) co_return *refused;
  const std::vector<Rule> rules = record_rules();
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  auto facts = co_await permitted_case(api, request, Action::edit_complaint);
  if (auto* refused = std::get_if<Response>(&facts)) co_return std::move(*refused);
  CaseFacts found = std::get<CaseFacts>(std::move(facts));
  event::ComplaintRecordEdited what;
  what.case_id = CaseId{found.id};
  what.version = std::get<std::int64_t>(version);
  what.safety = body.maybe_flag("safety");
  what.systemic = body.maybe_flag("systemic");
  what.remedy_sought = body.maybe_text("remedy_sought");
  what.remedy_offered = body.maybe_text("remedy_offered");
  if (const auto answer = body.maybe_text("remedy_answer"))
    what.remedy_answer = from_word<RemedyAnswer>(*answer);
  what.root_cause = body.maybe_text("root_cause");
  what.root_cause_note = body.maybe_text("root_cause_note");
  what.justified = body.maybe_text("justified");
  what.regulator = body.maybe_text("regulator");
  what.regulator_reference = body.maybe_text("regulator_reference");
  what.regulator_due_at = body.maybe_instant("regulator_due_at");
  Happening happening{std::move(what)};
  Response response = co_await decided_answer(api, request, std::move(found), std::move(happening));
  co_return response;
}

// ------------------------------------------------------------------------------- compensation
awaitable<Response> propose(ApiContext& api, Request& request) {
  const std::vector<Rule> rules{number("amount_cents", 1, kCentsMax).needed(),
                                text("what", kLineMax).needed(), text("currency", 3)};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  auto facts = co_await permitted_case(api, request, Action::propose_compensation);
  if (auto* refused = std::get_if<Response>(&facts)) co_return std::move(*refused);
  CaseFacts found = std::get<CaseFacts>(std::move(facts));
  Happening what{event::CompensationProposed{CaseId{found.id}, body.number("amount_cents"),
                                             body.text("currency"), body.text("what")}};
  Response response = co_await decided_answer(api, request, std::move(found), std::move(what));
  co_return response;
}

awaitable<Response> decide_compensation(ApiContext& api, Request& request,
                                        CompensationState decision) {
  const std::vector<Rule> rules{text("reason", kLineMax)};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("compensation");
  auto find = [id](Tx& tx, const Rules&) { return postgres::case_of_compensation(tx, *id); };
  auto number = co_await read_on(api, std::move(find));
  if (!number) co_return failure_answer(number.error());
  if (number->empty()) co_return not_found("compensation");
  std::string case_number = std::move(*number);
  auto facts = co_await visible_case(api, request, std::move(case_number));
  if (auto* refused = std::get_if<Response>(&facts)) co_return std::move(*refused);
  CaseFacts found = std::get<CaseFacts>(std::move(facts));
  Happening what{event::CompensationDecided{CompensationId{*id}, decision,
                                            std::get<Body>(read).text("reason")}};
  Response response = co_await decided_answer(api, request, std::move(found), std::move(what));
  co_return response;
}

awaitable<Response> approve(ApiContext& api, Request& request) {
  Response response = co_await decide_compensation(api, request, CompensationState::approved);
  co_return response;
}
awaitable<Response> refuse(ApiContext& api, Request& request) {
  Response response = co_await decide_compensation(api, request, CompensationState::refused);
  co_return response;
}
awaitable<Response> withdraw(ApiContext& api, Request& request) {
  Response response = co_await decide_compensation(api, request, CompensationState::withdrawn);
  co_return response;
}

awaitable<Response> list_compensations(ApiContext& api, Request& request) {
  std::string state = query_text(request, "state");
  if (state.empty()) state = "proposed";
  if (!from_word<CompensationState>(state)) co_return invalid("state", "There is no such state.");
  const int limit = query_number(request, "limit", postgres::kPageDefault, 1, postgres::kPageMax);
  auto work = [state, after = query_text(request, "after"), limit](Tx& tx, const Rules& rules) {
    return postgres::list_compensations(tx, rules, state, after, limit);
  };
  Response response = co_await answer_page(api, std::move(work));
  co_return response;
}

// ------------------------------------------------------------------------------- the letter
awaitable<Response> get_letter(ApiContext& api, Request& request) {
  auto facts = co_await visible_case(api, request);
  if (auto* refused = std::get_if<Response>(&facts)) co_return std::move(*refused);
  const std::string language = query_text(request, "lang") == "en" ? "en" : "zh";
  const bool sent = query_text(request, "sent") == "true";
  auto work = [id = std::get<CaseFacts>(facts).id, language, sent, now = api.now()](
                  Tx& tx, const Rules& rules) {
    return find_letter(tx, rules, id, language, sent, now);
  };
  const auto letter = co_await read_on(api, std::move(work));
  if (!letter) co_return failure_answer(letter.error());
  if (!letter->complaint) co_return not_a_complaint();
  if (!letter->written && sent) co_return not_found("letter");
  if (!letter->written) {
    co_return Response::problem(409, "no_template", "There is no letter in this language.");
  }
  if (query_text(request, "format") == "json") {
    const boost::json::object out{{"language", language},
                                  {"text", letter->text},
                                  {"sent_at", boost::json::value_from(letter->sent_at)}};
    co_return json_answer(200, out);
  }
  const char* draft = language == "zh" ? "草稿，尚未发送" : "Draft: not sent yet";
  co_return Response::html(
      200, letter_page(language, api.settings.company, letter->text, letter->sent_at ? "" : draft));
}

awaitable<Response> send_letter(ApiContext& api, Request& request) {
  const std::vector<Rule> rules{word("how", {"mail", "email", "handed"}).needed(),
                                text("text", kLetterMax).needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  auto facts = co_await permitted_case(api, request, Action::send_letter);
  if (auto* refused = std::get_if<Response>(&facts)) co_return std::move(*refused);
  CaseFacts found = std::get<CaseFacts>(std::move(facts));
  Happening what{event::FinalResponseSent{CaseId{found.id}, body.text("how"), body.text("text")}};
  Response response = co_await decided_answer(api, request, std::move(found), std::move(what));
  co_return response;
}

// ------------------------------------------------------------------------------- repeats
awaitable<Response> link_repeat(ApiContext& api, Request& request) {
  const std::vector<Rule> rules{text("of", 64)};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  auto facts = co_await permitted_case(api, request, Action::edit_complaint);
  if (auto* refused = std::get_if<Response>(&facts)) co_return std::move(*refused);
  CaseFacts found = std::get<CaseFacts>(std::move(facts));
  event::RepeatLinked what{CaseId{found.id}, {}};
  std::string of = std::get<Body>(read).text("of");
  if (!of.empty()) {
    auto earlier = co_await visible_case(api, request, std::move(of));
    if (std::holds_alternative<Response>(earlier)) {
      co_return invalid("of", "There is no such case.");
    }
    what.earlier = CaseId{std::get<CaseFacts>(earlier).id};
  }
  Happening happening{what};
  Response response = co_await decided_answer(api, request, std::move(found), std::move(happening));
  co_return response;
}

awaitable<Response> list_repeats(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("customer");
  const std::string category = query_text(request, "category", 64);
  if (category.empty()) co_return invalid("category", "This field is missing.");
  const auto facts = co_await visible_customer(api, request, *id);
  if (const auto* refused = std::get_if<Response>(&facts)) co_return *refused;
  auto work = [id = *id, category, product = query_text(request, "product"), now = api.now()](
                  Tx& tx, const Rules& rules) {
    postgres::Page<postgres::EarlierCase> page;
    page.items = postgres::earlier_cases(tx, rules, id, category, product, now);
    return page;
  };
  Response response = co_await answer_found(api, std::move(work));
  co_return response;
}

}  // namespace

void add_complaint_routes(http::Router& router, ApiContext& api) {
  const char* tag = "complaints";
  add_route(router, api,
            {"GET", "/api/v1/cases/{number}/complaint", get_complaint, "get_complaint", tag,
             "The complaint record; version 0 while nothing is recorded", "see_case", "",
             "ComplaintRecord"});
  add_route(router, api,
            {"PATCH", "/api/v1/cases/{number}/complaint", edit_complaint, "edit_complaint", tag,
             "Record what is known; needs If-Match", "edit_complaint", "ComplaintEdit",
             "ComplaintRecord"});
  add_route(router, api,
            {"POST", "/api/v1/cases/{number}/compensations", propose, "propose_compensation", tag,
             "Granted at once below the limit, else proposed", "propose_compensation",
             "CompensationProposal", "ComplaintRecord"});
  add_route(router, api,
            {"GET",
             "/api/v1/compensations",
             list_compensations,
             "list_compensations",
             tag,
             "Compensations of one state, oldest first",
             "decide_compensation",
             "",
             "CompensationList",
             200,
             {{"state", "string", false, "proposed (default), approved, refused or withdrawn"},
              {"after", "string", false, "The last page's next"},
              {"limit", "integer", false, "1 to 200"}}});
  add_route(router, api,
            {"POST", "/api/v1/compensations/{id}/approve", approve, "approve_compensation", tag,
             "As a second person", "decide_compensation", "MaybeReason", "ComplaintRecord"});
  add_route(router, api,
            {"POST", "/api/v1/compensations/{id}/refuse", refuse, "refuse_compensation", tag,
             "As a second person, with a reason", "decide_compensation", "MaybeReason",
             "ComplaintRecord"});
  add_route(router, api,
            {"POST", "/api/v1/compensations/{id}/withdraw", withdraw, "withdraw_compensation", tag,
             "By whoever proposed it", "propose_compensation", "MaybeReason", "ComplaintRecord"});
  add_route(router, api,
            {"GET",
             "/api/v1/cases/{number}/letter",
             get_letter,
             "get_letter",
             tag,
             "The final response as a page to print, or as text",
             "see_case",
             "",
             "",
             200,
             {{"lang", "string", false, "zh (default) or en"},
              {"sent", "boolean", false, "true: the letter as it was sent"},
              {"format", "string", false, "html (default) or json"}}});
  add_route(router, api,
            {"POST", "/api/v1/cases/{number}/letter", send_letter, "send_letter", tag,
             "The final response has gone out in these words", "send_letter", "LetterSent",
             "ComplaintRecord"});
  add_route(router, api,
            {"POST", "/api/v1/cases/{number}/repeat", link_repeat, "link_repeat", tag,
             "This complaint repeats an earlier one, or none", "edit_complaint", "RepeatOf",
             "ComplaintRecord"});
  add_route(router, api,
            {"GET",
             "/api/v1/customers/{id}/repeats",
             list_repeats,
             "list_repeats",
             tag,
             "Earlier complaints of the same matter",
             "see_customer",
             "",
             "EarlierCaseList",
             200,
             {{"category", "string", true, "Of the new complaint"},
              {"product", "string", false, "Of the new complaint"}}});
}

}  // namespace firsthand::runtime::api
