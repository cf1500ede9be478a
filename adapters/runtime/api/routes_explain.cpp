// SPDX-License-Identifier: Apache-2.0
// Why a clock is due when it is.
#include "adapters/postgres/reads/explain_reads.hpp"
#include "adapters/runtime/api/answers.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::CaseBy;
using postgres::Tx;

/// What somebody may not see does not exist for them.
enum class Missing { none, the_case, the_clock };

struct Explained {
  Missing missing = Missing::none;
  std::optional<postgres::ClockExplanation> explanation;
};

awaitable<Response> explain_clock(ApiContext& api, Request& request) {
  const auto clock = path_id(request, "id");
  auto work = [clock, number = std::string(request.param("number")), subject = subject_of(request),
               now = api.now()](Tx& tx, const Rules& rules) {
    const auto facts = postgres::case_facts(tx, CaseBy::number, number);
    if (!facts) return Explained{Missing::the_case, {}};
    const Row row = row_of(*facts, rules, now);
    if (!can(subject, Action::see_case, &row)) return Explained{Missing::the_case, {}};
    if (!clock) return Explained{Missing::the_clock, {}};
    const auto place = postgres::place_of_clock(tx, *clock);
    if (!place || place->case_id != facts->id) return Explained{Missing::the_clock, {}};
    auto found = postgres::explain_clock(tx, rules, *clock);
    if (!found) return Explained{Missing::the_clock, {}};
    return Explained{Missing::none, std::move(found)};
  };
  const auto explained = co_await read_on(api, std::move(work));
  if (!explained) co_return failure_answer(explained.error());
  switch (explained->missing) {
    case Missing::the_case: co_return not_found("case");
    case Missing::the_clock: co_return not_found("clock");
    case Missing::none: break;
  }
  co_return answer(*explained->explanation);
}

/// Whether the subject may see what the clock hangs on.
bool visible(Tx& tx, const Rules& rules, const postgres::ClockPlace& place, const Subject& subject,
             Instant now) {
  if (place.case_id != 0) {
    const auto facts = postgres::case_facts(tx, CaseBy::id, std::to_string(place.case_id));
    if (!facts) return false;
    const Row row = row_of(*facts, rules, now);
    return can(subject, Action::see_case, &row);
  }
  if (place.review_action != 0) return can(subject, Action::see_review_actions);
  const auto facts =
      postgres::customer_facts(tx, place.customer, subject.user_id(), subject.department_id());
  const Row row = row_of(facts, subject, rules, now);
  return facts.exists && can(subject, Action::see_customer, &row);
}

awaitable<Response> explain_any(ApiContext& api, Request& request) {
  const auto clock = path_id(request, "id");
  if (!clock) co_return not_found("clock");
  auto work = [clock = *clock, subject = subject_of(request), now = api.now()](
                  Tx& tx, const Rules& rules) -> std::optional<postgres::ClockExplanation> {
    const auto place = postgres::place_of_clock(tx, clock);
    if (!place || !visible(tx, rules, *place, subject, now)) return std::nullopt;
    return postgres::explain_clock(tx, rules, clock);
  };
  const auto explained = co_await read_on(api, std::move(work));
  if (!explained) co_return failure_answer(explained.error());
  if (!*explained) co_return not_found("clock");
  co_return answer(**explained);
}

}  // namespace

void add_explain_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"GET", "/api/v1/cases/{number}/clocks/{id}", explain_clock, "explain_clock", "cases",
             "Why this clock is due when it is: spans, pauses, steps, policy", "see_case", "",
             "ClockExplanation"});
  add_route(router, api,
            {"GET", "/api/v1/clocks/{id}", explain_any, "explain_any_clock", "cases",
             "The same for any clock: of a case, a customer or a review action", "see_case", "",
             "ClockExplanation"});
}

}  // namespace firsthand::runtime::api
