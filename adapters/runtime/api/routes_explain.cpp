// SPDX-License-Identifier: Apache-2.0
// Why a clock of a case is due when it is.
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
    auto found = postgres::explain_clock(tx, rules, facts->id, *clock);
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

}  // namespace

void add_explain_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"GET", "/api/v1/cases/{number}/clocks/{id}", explain_clock, "explain_clock", "cases",
             "Why this clock is due when it is: spans, pauses, steps, policy", "see_case", "",
             "ClockExplanation"});
}

}  // namespace firsthand::runtime::api
