// SPDX-License-Identifier: Apache-2.0
// Removing a customer's personal data for good, and the hold that forbids it.
#include "adapters/postgres/erasure.hpp"
#include "adapters/runtime/api/visible_customer.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::Tx;

const char* sentence_for(std::string_view code) {
  if (code == "already_erased") return "This customer's data has been erased already.";
  if (code == "merged") return "This record was merged; erase the one that was kept.";
  if (code == "legal_hold") return "A legal hold forbids this.";
  if (code == "open_cases") return "This customer still has cases that are not closed.";
  if (code == "open_callbacks") return "This customer was promised a call that is still to come.";
  return "This customer is on a call now.";
}

awaitable<Response> erase(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("customer");
  const std::vector<Rule> rules{text("reason", 500).needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  auto work = [id = *id, me = subject_of(request).user_id(),
               reason = std::get<Body>(read).text("reason")](Tx& tx) {
    return postgres::erase_customer(tx, id, me, reason);
  };
  const auto done = co_await write_on(api, std::move(work));
  if (!done) co_return failure_answer(done.error());
  if (*done == "not_found") co_return not_found("customer");
  if (*done != "erased") co_return Response::problem(409, *done, sentence_for(*done));
  Response response = co_await customer_answer(api, *id, false);
  co_return response;
}

awaitable<Response> hold(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("customer");
  const std::vector<Rule> rules{text("reason", 500)};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  auto work = [id = *id, me = subject_of(request).user_id(),
               reason = std::get<Body>(read).text("reason")](Tx& tx) {
    return postgres::set_legal_hold(tx, id, me, reason);
  };
  const auto done = co_await write_on(api, std::move(work));
  if (!done) co_return failure_answer(done.error());
  if (!*done) co_return not_found("customer");
  Response response = co_await customer_answer(api, *id, false);
  co_return response;
}

awaitable<Response> get_hold(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("customer");
  auto work = [id = *id](Tx& tx, const Rules&) { return postgres::holding_of(tx, id); };
  const auto found = co_await read_on(api, std::move(work));
  if (!found) co_return failure_answer(found.error());
  if (!*found) co_return not_found("customer");
  const boost::json::object out{{"reason", (*found)->reason}, {"erased", (*found)->erased}};
  co_return json_answer(200, out);
}

}  // namespace

void add_erasure_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"POST", "/api/v1/customers/{id}/erase", erase, "erase_customer", "customers",
             "Remove name, numbers, addresses and what was said, for good", "erase_customer",
             "Erasure", "Customer"});
  add_route(router, api,
            {"GET", "/api/v1/customers/{id}/legal-hold", get_hold, "get_legal_hold", "customers",
             "Why nothing of this customer may be erased, and whether it has been",
             "erase_customer", "", "Holding"});
  add_route(router, api,
            {"PUT", "/api/v1/customers/{id}/legal-hold", hold, "set_legal_hold", "customers",
             "Forbid the erasure with a reason; an empty one allows it again", "erase_customer",
             "LegalHold", "Customer"});
}

}  // namespace firsthand::runtime::api
