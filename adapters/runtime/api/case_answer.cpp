// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/case_answer.hpp"

#include <algorithm>

namespace firsthand::runtime::api {

std::optional<ShownCase> show_case(postgres::Tx& tx, const Rules& rules, const Subject& subject,
                                   Instant now, postgres::CaseBy by, const std::string& name) {
  auto facts = postgres::case_facts(tx, by, name);
  if (!facts) return std::nullopt;
  auto view = postgres::read_case(tx, rules, facts->id);
  if (!view) return std::nullopt;
  const Row row = row_of(*facts, rules, now);
  view->can = buttons(subject, *facts, row);
  const bool mine =
      std::find(row.owners.begin(), row.owners.end(), subject.user_id()) != row.owners.end();
  if (!mine) view->reach_number = postgres::mask_number(view->reach_number);
  return ShownCase{std::move(*facts), std::move(*view)};
}

awaitable<Response> case_answer(ApiContext& api, const Request& request, postgres::CaseBy by,
                                std::string name, int status) {
  auto work = [by, name = std::move(name), subject = subject_of(request), now = api.now()](
                  postgres::Tx& tx, const Rules& rules) {
    return show_case(tx, rules, subject, now, by, name);
  };
  const auto shown = co_await read_on(api, std::move(work));
  if (!shown) co_return failure_answer(shown.error());
  if (!*shown) co_return not_found("case");
  const auto& view = (*shown)->view;
  Response response = versioned(view, view.version, status);
  if (status == 201) response.add_header("Location", "/api/v1/cases/" + view.number);
  co_return response;
}

awaitable<std::variant<postgres::CaseFacts, Response>> visible_case(ApiContext& api,
                                                                    const Request& request,
                                                                    std::string number) {
  auto work = [number = std::move(number)](postgres::Tx& tx, const Rules&) {
    return postgres::case_facts(tx, postgres::CaseBy::number, number);
  };
  const auto facts = co_await read_on(api, std::move(work));
  if (!facts) co_return failure_answer(facts.error());
  if (!*facts) co_return not_found("case");
  const Row row = row_of(**facts, *api.rules(), api.now());
  if (!can(subject_of(request), Action::see_case, &row)) co_return not_found("case");
  co_return **facts;
}

awaitable<std::variant<postgres::CaseFacts, Response>> visible_case(ApiContext& api,
                                                                    const Request& request) {
  std::string number(request.param("number"));
  auto facts = co_await visible_case(api, request, std::move(number));
  co_return facts;
}

awaitable<std::variant<postgres::CaseFacts, Response>> permitted_case(ApiContext& api,
                                                                      const Request& request,
                                                                      Action action) {
  auto facts = co_await visible_case(api, request);
  if (const auto* found = std::get_if<postgres::CaseFacts>(&facts)) {
    const Row row = row_of(*found, *api.rules(), api.now());
    if (!can(subject_of(request), action, &row)) co_return forbidden();
  }
  co_return facts;
}

}  // namespace firsthand::runtime::api
