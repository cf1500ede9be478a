// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/answers.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "engine/user_rules.hpp"

namespace firsthand::runtime::api {
namespace json = boost::json;

namespace {

/// All of the text as a number, or nothing.
template <class T>
std::optional<T> whole_number(std::string_view text) {
  T value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

// ------------------------------------------------------------------------------- answers
Response json_answer(int status, const json::value& value) {
  return Response::json(status, json::serialize(value));
}

Response not_found(std::string_view what) {
  return Response::problem(404, "not_found", "There is no such " + std::string(what) + ".");
}

Response forbidden() {
  return Response::problem(403, "forbidden", "You may not do this here.");
}

Response invalid(std::string field, std::string sentence) {
  return Response::problem(422, "invalid", std::move(sentence), std::move(field));
}

Response no_such_page() {
  return invalid("after", "This page does not exist.");
}

Response failure_answer(const postgres::Failure& failure) {
  switch (failure.kind) {
    case postgres::FailureKind::retry:
    case postgres::FailureKind::broken:
    case postgres::FailureKind::timeout:
    case postgres::FailureKind::unavailable:
      return Response::busy("unavailable", "The database cannot be reached; try again shortly.", 1);
    // A value that PostgreSQL cannot take got past the checks: the request is to blame, and so
    // are the checks.
    case postgres::FailureKind::data:
      return Response::problem(422, "invalid", "A value of this request cannot be used.");
    case postgres::FailureKind::constraint:
    case postgres::FailureKind::other: break;
  }
  return Response::problem(500, "internal", "Something went wrong here; it has been recorded.");
}

Response unavailable_answer(const Unavailable& unavailable) {
  const auto seconds = std::max<std::int64_t>(1, unavailable.retry_after.count());
  return Response::busy("unavailable", "This cannot be stored at the moment; send it again.",
                        static_cast<unsigned>(seconds));
}

Response refusal_answer(const Refusal& refusal) {
  int status = 409;
  if (refusal.code == "not_found") status = 404;
  if (refusal.code == "forbidden") status = 403;
  if (refusal.code == "version_mismatch") status = 412;
  if (refusal.code == "invalid") status = 422;
  return Response::problem(status, refusal.code, refusal.sentence, refusal.field);
}

std::optional<Response> wrong_with_password(const Body& body) {
  const auto password = body.maybe_text("password");
  if (!password || password->size() >= kPasswordMin) return std::nullopt;
  return Response::problem(
      422, "password_too_short",
      "A password has at least " + std::to_string(kPasswordMin) + " characters.", "password");
}

Response slow_down(Seconds retry_after) {
  Response slow = Response::problem(429, "too_many", "Too many failed attempts; wait a little.");
  slow.add_header("Retry-After", std::to_string(retry_after.count()));
  return slow;
}

Response csv_file(std::string body, const std::string& name) {
  Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.add_header("Content-Disposition", "attachment; filename=\"" + name + "\"");
  response.add_header("Cache-Control", "no-store");
  response.body = std::move(body);
  return response;
}

Response version_mismatch(const Request& request, json::value current) {
  json::object body{{"type", "about:blank"},
                    {"title", "Precondition Failed"},
                    {"status", 412},
                    {"detail", "Somebody has changed this meanwhile."},
                    {"code", "version_mismatch"},
                    {"field", ""},
                    {"instance", request.trace_id},
                    {"current", std::move(current)}};
  Response response = json_answer(412, body);
  response.content_type = "application/problem+json";
  return response;
}

// ------------------------------------------------------------------------------- requests
const Subject& subject_of(const Request& request) {
  static const Subject kNobody;
  const auto* subject = std::any_cast<Subject>(&request.attachment);
  return subject == nullptr ? kNobody : *subject;
}

std::string source_of(const Subject& subject) {
  return subject.client ? "api:" + subject.client->name
                        : "console:" + std::to_string(subject.user_id());
}

std::optional<std::int64_t> path_id(const Request& request, std::string_view name) {
  const auto id = whole_number<std::int64_t>(request.param(name));
  return id && *id >= 1 && *id <= kIdMax ? id : std::nullopt;
}

std::int64_t query_id(const Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  const auto id = text ? whole_number<std::int64_t>(*text) : std::nullopt;
  return id && *id >= 1 && *id <= kIdMax ? *id : 0;
}

int query_number(const Request& request, std::string_view name, int fallback, int min, int max) {
  const auto text = request.query_value(name);
  const auto value = text ? whole_number<int>(*text) : std::nullopt;
  return value ? std::clamp(*value, min, max) : fallback;
}

std::string query_text(const Request& request, std::string_view name, std::size_t max) {
  const auto value = request.query_value(name);
  if (!value) return "";
  std::string out(value->substr(0, max));
  // A cut in the middle of a character must not reach the database.
  while (!out.empty() && out.size() == max && !http::is_utf8(out)) out.pop_back();
  return out;
}

std::variant<std::int64_t, Response> required_version(const Request& request) {
  std::string_view text = request.header("If-Match");
  if (text.empty()) {
    return Response::problem(428, "version_required",
                             "Send If-Match with the version that you have seen.");
  }
  if (text.size() > 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  const auto version = whole_number<std::int64_t>(text);
  if (!version) return invalid("If-Match", "If-Match must be one version in quotes.");
  return *version;
}

std::optional<std::string> idempotency_key(const Request& request) {
  const std::string_view key = request.header("Idempotency-Key");
  const auto printable = [](char c) { return c > ' ' && c < '\x7f'; };
  if (key.size() > 128 || !std::all_of(key.begin(), key.end(), printable)) return std::nullopt;
  return std::string(key);
}

// ------------------------------------------------------------------------------- deciding
Event console_event(const Request& request, Happening what, UserId acting_for) {
  Event event;
  const auto& subject = subject_of(request);
  event.source = source_of(subject);
  const std::string key = idempotency_key(request).value_or("");
  // One key means one request: the path keeps two routes apart that were given the same.
  event.key = key.empty() ? http::new_trace_id() : request.method + ' ' + request.path + ' ' + key;
  event.actor = UserId{subject.user_id()};
  event.acting_for = acting_for;
  event.what = std::move(what);
  return event;
}

awaitable<Decided> hand_in(ApiContext& api, const Request& request, Happening what,
                           UserId acting_for) {
  Event event = console_event(request, std::move(what), acting_for);
  auto answered = co_await ask(api.door, std::move(event));
  Decided decided;
  if (const auto* away = std::get_if<Unavailable>(&answered)) {
    decided.refused = unavailable_answer(*away);
    co_return decided;
  }
  Outcome& outcome = std::get<Outcome>(answered);
  if (outcome.refusal) {
    decided.refused = refusal_answer(*outcome.refusal);
    decided.code = outcome.refusal->code;
  }
  decided.reply = std::move(outcome.reply);
  co_return decided;
}

awaitable<void> take_rules(ApiContext& api) {
  if (!api.take_rules) co_return;
  auto work = [&api](postgres::Connection& connection) {
    api.take_rules(connection);
    return true;
  };
  const auto taken = co_await postgres::run(api.reads, std::move(work));
  (void)taken;  // when it fails, the node's own look every few seconds comes to it
}

// ------------------------------------------------------------------------------- the table
void add_route(http::Router& router, ApiContext& api, const RouteRow& row) {
  http::Route route;
  route.method = row.method;
  route.pattern = row.pattern;
  route.handler = [&api, handle = row.handle](Request& request) { return handle(api, request); };
  route.body_limit = row.body_limit;
  route.operation_id = row.operation;
  route.summary = row.summary;
  route.tag = row.tag;
  route.access = std::string(row.access);
  route.request_schema = row.request_schema;
  route.response_schema = row.response_schema;
  route.response_status = row.status;
  route.query = row.query;
  router.add(std::move(route));
}

}  // namespace firsthand::runtime::api
