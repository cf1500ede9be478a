// SPDX-License-Identifier: Apache-2.0
// One box for everything: customers and cases by whatever somebody remembers of them.
#include <chrono>

#include "adapters/postgres/reads/search_reads.hpp"
#include "adapters/postgres/reads/search_text.hpp"
#include "adapters/runtime/api/answers.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::Tx;

awaitable<Response> search(ApiContext& api, Request& request) {
  const auto begun = std::chrono::steady_clock::now();
  postgres::SearchWish wish;
  wish.q = query_text(request, "q", 100);
  wish.limit = query_number(request, "limit", 10, 1, postgres::kSearchMax);
  if (!postgres::digits_of_number(wish.q).empty()) {
    const auto number = telephony::parse_phone(wish.q, api.settings.numbers);
    if (number.reachable()) wish.phone = number.number;
  }
  auto work = [scope = scope_of(subject_of(request), true), wish](Tx& tx, const Rules& rules) {
    return postgres::search_all(tx, rules, scope, wish);
  };
  const auto found = co_await read_on(api, std::move(work));
  if (!found) co_return failure_answer(found.error());
  const auto took = std::chrono::steady_clock::now() - begun;
  boost::json::object out{{"customers", boost::json::value_from(found->customers)},
                          {"cases", boost::json::value_from(found->cases)}};
  out["took_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  co_return json_answer(200, out);
}

}  // namespace

void add_search_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"GET",
             "/api/v1/search",
             search,
             "search",
             "customers",
             "Customers and cases by any part of what is known of them, best first",
             "see_cases",
             "",
             "SearchResult",
             200,
             {{"q", "string", true,
               "A number, a name, its reading or initials, a device, words of a case"},
              {"limit", "integer", false, "1 to 50, of customers and of cases"}}});
}

}  // namespace firsthand::runtime::api
