// SPDX-License-Identifier: Apache-2.0
// Customers nobody is in touch with, and the calls that are planned for them.
#include "adapters/runtime/api/answers.hpp"
#include "adapters/runtime/neglect.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::NeglectedCustomer;
using postgres::Tx;

constexpr std::int64_t kAtOnce = 200;

struct NeglectedList {
  int days = 0;  ///< without contact; 0: the rules do not ask
  std::vector<NeglectedCustomer> items;
};
BOOST_DESCRIBE_STRUCT(NeglectedList, (), (days, items))

struct FollowUpsMade {
  int made = 0;
};
BOOST_DESCRIBE_STRUCT(FollowUpsMade, (), (made))

awaitable<postgres::Result<NeglectedList>> find(ApiContext& api, bool only_unplanned) {
  auto work = [now = api.now(), only_unplanned](Tx& tx, const Rules& rules) {
    auto question = neglect_question(rules, now);
    question.only_unplanned = only_unplanned;
    NeglectedList list;
    list.days = question.days;
    if (question.days > 0) list.items = postgres::neglected_customers(tx, question);
    return list;
  };
  auto found = co_await read_on(api, std::move(work));
  co_return found;
}

awaitable<Response> get_neglected(ApiContext& api, Request&) {
  const auto found = co_await find(api, false);
  if (!found) co_return failure_answer(found.error());
  co_return answer(*found);
}

awaitable<Response> make_follow_ups(ApiContext& api, Request& request) {
  auto read = read_body(request, {list("customer_ids", id("customer"), kAtOnce), id("to")});
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  const auto chosen = body.numbers("customer_ids");
  const UserId to{body.number("to")};
  const User* person = api.rules()->user(to);
  if (to && (!person || person->disabled)) co_return invalid("to", "There is no such colleague.");
  const auto found = co_await find(api, true);
  if (!found) co_return failure_answer(found.error());
  std::vector<Event> events;
  for (const auto& customer : found->items) {
    const bool wanted = chosen.empty() || std::find(chosen.begin(), chosen.end(),
                                                    customer.customer.id) != chosen.end();
    if (!wanted) continue;
    Event event = console_event(request, Happening(neglected(customer, to)));
    event.key += ":" + std::to_string(customer.customer.id);
    events.push_back(std::move(event));
  }
  const auto answers = co_await ask_all(api.door, std::move(events));
  FollowUpsMade done;
  for (const auto& each : answers) {
    if (const auto* away = std::get_if<Unavailable>(&each)) co_return unavailable_answer(*away);
    if (!std::get<Outcome>(each).refusal) ++done.made;
  }
  co_return answer(done);
}

}  // namespace

void add_neglect_routes(http::Router& router, ApiContext& api) {
  const char* tag = "customers";
  add_route(router, api,
            {"GET", "/api/v1/customers/neglected", get_neglected, "get_neglected", tag,
             "Overdue money or a contract that ends, and nobody in touch for long", "see_neglected",
             "", "NeglectedList"});
  add_route(router, api,
            {"POST", "/api/v1/customers/neglected/follow-ups", make_follow_ups, "make_follow_ups",
             tag, "Calls to them, owned by their account owners or by the one named",
             "make_follow_ups", "FollowUpsRequest", "FollowUpsMade"});
}

}  // namespace firsthand::runtime::api
