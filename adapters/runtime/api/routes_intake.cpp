// SPDX-License-Identifier: Apache-2.0
// What other systems send: complaints of web sites, call events of telephone systems.
#include <memory>

#include "adapters/codec/standard_webhooks.hpp"
#include "adapters/runtime/api/intake.hpp"
#include "adapters/runtime/api/token_buckets.hpp"
#include "adapters/telephony/cti_events.hpp"
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

// ------------------------------------------------------------------------------- call events
/// Whose secret signed this body; nothing when nobody's did.
std::optional<std::string> signer(const Request& request,
                                  const std::vector<postgres::SigningSecret>& secrets,
                                  Instant now) {
  const codec::WebhookHeaders headers{request.header("webhook-id"),
                                      request.header("webhook-timestamp"),
                                      request.header("webhook-signature")};
  const auto seconds = std::chrono::duration_cast<Seconds>(now.time_since_epoch()).count();
  std::optional<std::string> found;
  for (const auto& each : secrets) {
    const codec::WebhookSecret secret(each.secret);
    const auto verdict =
        codec::verify_webhook(std::span(&secret, 1), headers, request.body, seconds);
    if (verdict == codec::WebhookVerdict::accepted && !found) found = each.name;
  }
  return found;
}

awaitable<std::variant<std::string, Response>> sender(ApiContext& api, const Request& request) {
  const Subject& subject = subject_of(request);
  if (subject.client) co_return subject.client->name;
  const auto secrets = co_await api.sessions.signing_secrets();
  if (!secrets) co_return failure_answer(secrets.error());
  const auto name = signer(request, *secrets, api.now());
  if (!name) co_return Response::problem(401, "unauthorised", "The signature is not valid.");
  co_return *name;
}

/// Systems name the agent by login, by extension or by e-mail; the desk knows the extension.
std::string extension_of(const Rules& rules, const std::string& agent) {
  for (const User& user : rules.users) {
    if (!agent.empty() && (agent == user.login || agent == user.email)) return user.extension;
  }
  return agent;
}

Event call_event(const telephony::CtiEvent& cti, const Rules& rules, Instant now) {
  event::CallObserved what;
  what.pbx = cti.source;
  what.call = cti.call_id;
  what.what = telephony::to_string(cti.kind);
  what.number = cti.customer().number;
  what.dialled = cti.to.number;
  what.extension = extension_of(rules, cti.agent);
  what.cause = cti.cause;
  what.direction =
      cti.direction == telephony::CtiDirection::in ? Direction::inbound : Direction::outbound;
  what.at = cti.at.value_or(now);
  Event event;
  event.source = "pbx:" + cti.source;
  event.key = cti.key;
  event.what = std::move(what);
  return event;
}

awaitable<Response> push_call_event(ApiContext& api, Request& request) {
  const auto from = co_await sender(api, request);
  if (const auto* refused = std::get_if<Response>(&from)) co_return *refused;
  const auto parsed = telephony::parse_cti_event(request.header("Content-Type"), request.body,
                                                 std::get<std::string>(from), api.settings.numbers);
  if (!parsed) {
    co_return Response::problem(422, "invalid", parsed.error().message, parsed.error().field);
  }
  Event event = call_event(*parsed, *api.rules(), api.now());
  const auto decided = co_await ask(api.door, Event(event));
  if (const auto* away = std::get_if<Unavailable>(&decided)) {
    // A telephone system does not wait for our database: it is written down and filed later.
    if (!api.spool || !api.spool(event)) co_return unavailable_answer(*away);
    co_return json_answer(202, json::object{{"accepted", true}, {"duplicate", false}});
  }
  const auto& outcome = std::get<Outcome>(decided);
  if (outcome.refusal) co_return refusal_answer(*outcome.refusal);
  co_return json_answer(200, json::object{{"accepted", true}, {"duplicate", outcome.duplicate}});
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
  add_route(router, api,
            {"POST",
             "/api/v1/telephony/events",
             push_call_event,
             "push_call_event",
             "intake",
             "What a telephone system saw of a call; by token or signature",
             "push_call_events",
             "CallEvent",
             "Accepted",
             200,
             {},
             16 * 1024});
}

}  // namespace firsthand::runtime::api
