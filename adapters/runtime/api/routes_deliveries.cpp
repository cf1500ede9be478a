// SPDX-License-Identifier: Apache-2.0
// What became of mails and webhooks, dead letters sent again, and how each person wants alerts.
#include <algorithm>
#include <boost/json/array.hpp>

#include "adapters/postgres/reads/delivery_reads.hpp"
#include "adapters/runtime/api/answers.hpp"

namespace firsthand::runtime::api {
namespace {

namespace json = boost::json;
using postgres::Tx;

// ------------------------------------------------------------------------------- deliveries
awaitable<Response> list_deliveries(ApiContext& api, Request& request) {
  postgres::DeliveryFilter filter;
  filter.state = query_text(request, "state", 16);
  const auto states = {"", "all", "pending", "sent", "failed"};
  if (std::find(states.begin(), states.end(), filter.state) == states.end()) {
    co_return invalid("state", "This must be pending, sent, failed or all.");
  }
  if (filter.state == "all") filter.state.clear();
  filter.case_number = query_text(request, "case", 64);
  read_paging(request, filter);
  auto work = [filter](Tx& tx, const Rules&) { return postgres::list_deliveries(tx, filter); };
  const auto page = co_await read_on(api, std::move(work));
  if (!page) co_return failure_answer(page.error());
  if (!*page) co_return no_such_page();
  json::object out{{"items", json::value_from((*page)->items)},
                   {"next", (*page)->next ? json::value(*(*page)->next) : json::value(nullptr)},
                   {"failed", (*page)->failed}};
  co_return json_answer(200, out);
}

awaitable<Response> resend(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("delivery");
  auto work = [id = *id, user = subject_of(request).user_id()](Tx& tx) {
    return postgres::resend_delivery(tx, id, user);
  };
  const auto done = co_await write_on(api, std::move(work));
  if (!done) co_return failure_answer(done.error());
  switch (*done) {
    case postgres::Resent::no: co_return not_found("delivery");
    case postgres::Resent::not_failed:
      co_return Response::problem(409, "not_failed",
                                  "Only what has failed for good can be sent again.");
    case postgres::Resent::yes: break;
  }
  auto show = [id = *id](Tx& tx, const Rules&) { return postgres::read_delivery(tx, id); };
  const auto found = co_await read_on(api, std::move(show));
  if (!found) co_return failure_answer(found.error());
  if (!*found) co_return not_found("delivery");
  co_return answer(**found);
}

// ------------------------------------------------------------------------------- wishes
json::value time_text(const std::optional<int>& minutes) {
  if (!minutes) return nullptr;
  const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return json::value(two(*minutes / 60) + ":" + two(*minutes % 60));
}

Response wishes_answer(const ApiContext& api, const postgres::AlertWishes& wishes) {
  json::object out{{"mails", wishes.mails},
                   {"quiet_from", time_text(wishes.quiet_from_min)},
                   {"quiet_to", time_text(wishes.quiet_to_min)},
                   {"language", wishes.language},
                   {"zone", api.rules()->company().zone()}};
  return json_answer(200, out);
}

awaitable<Response> get_wishes(ApiContext& api, Request& request) {
  auto work = [user = subject_of(request).user_id()](Tx& tx, const Rules&) {
    return postgres::read_alert_wishes(tx, user);
  };
  const auto wishes = co_await read_on(api, std::move(work));
  if (!wishes) co_return failure_answer(wishes.error());
  if (!*wishes) co_return not_found("person");
  co_return wishes_answer(api, **wishes);
}

awaitable<Response> put_wishes(ApiContext& api, Request& request) {
  const std::vector<Rule> rules{word("mails", {"each", "digest"}).needed(), text("quiet_from", 5),
                                text("quiet_to", 5), word("language", {"zh", "en"}).needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  postgres::AlertWishes wishes;
  wishes.mails = body.text("mails");
  wishes.language = body.text("language");
  for (const auto& [field, into] : {std::pair{"quiet_from", &wishes.quiet_from_min},
                                    std::pair{"quiet_to", &wishes.quiet_to_min}}) {
    if (!body.has(field)) continue;
    *into = minutes_of_day(body.text(field));
    if (!*into) co_return invalid(field, "This must be a time of the day, such as 21:00.");
  }
  if (wishes.quiet_from_min.has_value() != wishes.quiet_to_min.has_value()) {
    co_return invalid(wishes.quiet_from_min ? "quiet_to" : "quiet_from",
                      "Quiet hours have a beginning and an end.");
  }
  if (wishes.quiet_from_min && wishes.quiet_from_min == wishes.quiet_to_min) {
    co_return invalid("quiet_to", "Quiet hours cannot last for the whole day.");
  }
  auto work = [user = subject_of(request).user_id(), wishes](Tx& tx) {
    postgres::set_alert_wishes(tx, user, wishes);
    return true;
  };
  const auto done = co_await write_on(api, std::move(work));
  if (!done) co_return failure_answer(done.error());
  co_return wishes_answer(api, wishes);
}

}  // namespace

void add_delivery_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"GET",
             "/api/v1/deliveries",
             list_deliveries,
             "list_deliveries",
             "deliveries",
             "Mails and webhooks of the last 30 days, newest first",
             "see_deliveries",
             "",
             "DeliveryList",
             200,
             {{"state", "string", false, "pending, sent, failed or all"},
              {"case", "string", false, "A case's number; then also what digests have gathered"},
              {"after", "string", false, "The last page's next"},
              {"limit", "integer", false, "1 to 200"}}});
  add_route(router, api,
            {"POST", "/api/v1/deliveries/{id}/resend", resend, "resend_delivery", "deliveries",
             "A dead letter is tried again", "resend_delivery", "Empty", "Delivery"});
  add_route(router, api,
            {"GET", "/api/v1/me/alerts", get_wishes, "get_alert_wishes", "session",
             "How I want alerts", "edit_profile", "", "AlertWishes"});
  add_route(router, api,
            {"PUT", "/api/v1/me/alerts", put_wishes, "set_alert_wishes", "session",
             "How I want alerts from now on", "edit_profile", "AlertWishesChange", "AlertWishes"});
}

}  // namespace firsthand::runtime::api
