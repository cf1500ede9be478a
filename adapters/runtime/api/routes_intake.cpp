// SPDX-License-Identifier: Apache-2.0
// Complaints that other systems send.
#include <memory>

#include "adapters/runtime/api/intake.hpp"
#include "adapters/runtime/api/token_buckets.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace json = boost::json;
namespace {

using postgres::Tx;

// ------------------------------------------------------------------------------- complaints
std::vector<Rule> complaint_rules() {
  return {object("customer", {text("name", kLineMax).needed(), text("phone", 64).needed(),
                              text("email", kLineMax)})
              .needed(),
          text("text").needed(),
          text("category", 64),
          text("product", kLineMax),
          word("language", {"zh", "en"}),
          word("channel", {"web", "email", "walk_in", "field_visit", "api"}),
          instant("received_at")};
}

std::variant<Complaint, Response> complaint_of(const ApiContext& api, const Body& body) {
  const Body customer = body.inside("customer");
  const auto phone = telephony::parse_phone(customer.text("phone"), api.settings.numbers);
  if (!phone.reachable()) return invalid("customer.phone", "This is not a telephone number.");
  Complaint complaint;
  complaint.name = customer.text("name");
  complaint.number = phone.number;
  complaint.email = customer.text("email");
  complaint.text = body.text("text");
  complaint.product = body.text("product");
  complaint.language = body.text("language");
  complaint.category = body.text("category");
  if (complaint.category.empty()) complaint.category = api.settings.web_category;
  complaint.channel = from_word<Channel>(body.text("channel")).value_or(Channel::web);
  complaint.received_at = body.maybe_instant("received_at");
  return complaint;
}

awaitable<Response> receipt(ApiContext& api, const Reply& reply) {
  auto work = [number = reply.number](Tx& tx, const Rules&) {
    return postgres::receipt_of(tx, number);
  };
  const auto found = co_await read_on(api, std::move(work));
  if (!found) co_return failure_answer(found.error());
  if (!*found) co_return not_found("case");
  json::object out{{"case_number", reply.number},
                   {"status_url", api.settings.public_url + "/status/" + reply.token},
                   {"received_at", json::value_from((*found)->opened_at)},
                   {"owner", json::value_from((*found)->owner)}};
  Response response = json_answer(201, out);
  response.add_header("Location", "/api/v1/cases/" + reply.number);
  co_return response;
}

/// The buckets live as long as the route: one set per server.
using Buckets = std::shared_ptr<TokenBuckets>;

awaitable<Response> file_complaint(ApiContext& api, Buckets buckets, Request& request) {
  const std::string client = subject_of(request).client->name;
  if (!buckets->take(client)) {
    Response slow = Response::problem(429, "too_many", "Too many complaints at once; slow down.");
    slow.add_header("Retry-After", "1");
    co_return slow;
  }
  const auto key = idempotency_key(request);
  if (!key || key->empty()) {
    co_return Response::problem(422, "idempotency_key_required",
                                "Send an Idempotency-Key: the same for the same complaint.",
                                "Idempotency-Key");
  }
  const std::vector<Rule> rules = complaint_rules();
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  auto made = complaint_of(api, std::get<Body>(read));
  if (auto* mistake = std::get_if<Response>(&made)) co_return std::move(*mistake);
  const auto& complaint = std::get<Complaint>(made);

  Event event = complaint_event("api:" + client, *key, complaint, new_public_token(complaint));
  const auto decided = co_await ask_whole(api.door, std::move(event));
  if (const auto* away = std::get_if<Unavailable>(&decided)) co_return unavailable_answer(*away);
  const auto& outcome = std::get<Outcome>(decided);
  if (outcome.refusal) co_return refusal_answer(*outcome.refusal);
  if (outcome.duplicate && !outcome.reply.token.ends_with(fingerprint(complaint))) {
    co_return Response::problem(422, "idempotency_mismatch",
                                "This Idempotency-Key was used for another complaint.",
                                "Idempotency-Key");
  }
  Response response = co_await receipt(api, outcome.reply);
  co_return response;
}

}  // namespace

void add_intake_routes(http::Router& router, ApiContext& api) {
  const double per_second = api.settings.complaints_per_minute / 60.0;
  const auto buckets =
      std::make_shared<TokenBuckets>(api.settings.complaints_per_minute, per_second, 1000);
  http::Route complaints;
  complaints.method = "POST";
  complaints.pattern = "/api/v1/complaints";
  complaints.handler = [&api, buckets](Request& request) {
    return file_complaint(api, buckets, request);
  };
  complaints.operation_id = "file_complaint";
  complaints.summary = "A complaint from a web site or another system; needs Idempotency-Key";
  complaints.tag = "intake";
  complaints.access = "file_complaint";
  complaints.request_schema = "Complaint";
  complaints.response_schema = "ComplaintReceipt";
  complaints.response_status = 201;
  router.add(std::move(complaints));
  add_call_event_routes(router, api);
}

}  // namespace firsthand::runtime::api
