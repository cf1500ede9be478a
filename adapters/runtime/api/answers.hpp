// SPDX-License-Identifier: Apache-2.0
// The few shapes every route answers in, and the way from a request to the door. Any thread.
#pragma once

#include <boost/json/value_from.hpp>
#include <string>

#include "adapters/http/message.hpp"
#include "adapters/http/router.hpp"
#include "adapters/runtime/api/body.hpp"
#include "adapters/runtime/api/can.hpp"
#include "adapters/runtime/api/context.hpp"
#include "adapters/runtime/ask.hpp"

namespace firsthand::runtime::api {

using boost::asio::awaitable;
using http::Request;
using http::Response;

// ------------------------------------------------------------------------------- answers
Response json_answer(int status, const boost::json::value& value);
template <class T>
Response answer(const T& value, int status = 200) {
  return json_answer(status, boost::json::value_from(value));
}
/// With ETag: "<version>".
template <class T>
Response versioned(const T& value, std::int64_t version, int status = 200) {
  Response response = answer(value, status);
  response.add_header("ETag", "\"" + std::to_string(version) + "\"");
  return response;
}

Response not_found(std::string_view what);
Response forbidden();
Response invalid(std::string field, std::string sentence);
/// `after` names no page.
Response no_such_page();
Response failure_answer(const postgres::Failure& failure);
Response unavailable_answer(const Unavailable& unavailable);
Response refusal_answer(const Refusal& refusal);
/// Nothing: it is absent or long enough.
std::optional<Response> wrong_with_password(const Body& body);
/// Somebody guesses passwords.
Response slow_down(Seconds retry_after);
/// A file to keep, which nobody on the way may.
Response csv_file(std::string body, const std::string& name);
/// 412 with the entity as it is now, so that the screen can show both.
Response version_mismatch(const Request& request, boost::json::value current);

// ------------------------------------------------------------------------------- requests
/// What the guard has learned; nobody for a public route.
const Subject& subject_of(const Request& request);
/// How the history names the asker: another system, or the console and who sat at it.
std::string source_of(const Subject& subject);
/// A number of the path or nothing.
std::optional<std::int64_t> path_id(const Request& request, std::string_view name);
/// An id of the query; 0 when it is absent or nonsense.
std::int64_t query_id(const Request& request, std::string_view name);
/// The query's number within bounds, or the fallback when it is absent or nonsense.
int query_number(const Request& request, std::string_view name, int fallback, int min, int max);
std::string query_text(const Request& request, std::string_view name, std::size_t max = 200);

/// The version of If-Match, or the answer that says it is missing.
std::variant<std::int64_t, Response> required_version(const Request& request);

/// At most 128 printable characters; "" when absent, nothing when malformed.
std::optional<std::string> idempotency_key(const Request& request);

/// `after` and `limit`, as every list that has pages takes them.
template <class Filter>
void read_paging(const Request& request, Filter& filter) {
  filter.after = query_text(request, "after");
  filter.limit = query_number(request, "limit", postgres::kPageDefault, 1, postgres::kPageMax);
}

// ------------------------------------------------------------------------------- deciding
/// From whoever asks. The key is the client's, so a repeat of the same request is decided once.
Event console_event(const Request& request, Happening what, UserId acting_for = {});

/// What has become of an event: the reply, or the answer that says why nothing has.
struct Decided {
  Reply reply;
  std::optional<Response> refused;
  std::string code;  ///< of the refusal; "" when there is none

  /// Somebody else has changed the thing meanwhile.
  bool stale() const { return code == "version_mismatch"; }
};
/// The rules hold the people: this node takes those just saved at once, the others within seconds.
awaitable<void> take_rules(ApiContext& api);
/// Hands a console_event to the door.
awaitable<Decided> hand_in(ApiContext& api, const Request& request, Happening what,
                           UserId acting_for = {});

// ------------------------------------------------------------------------------- reading
/// Runs `work(Tx&, const Rules&)` in one read-only transaction on the reads pool.
template <class F>
auto read_on(ApiContext& api, F work) {
  auto with_tx = [work = std::move(work), rules = api.rules()](postgres::Connection& connection) {
    postgres::Tx tx(connection, postgres::Access::read_only);
    return work(tx, *rules);
  };
  return postgres::run(api.reads, std::move(with_tx));
}

/// What `work` finds, whole.
template <class F>
awaitable<Response> answer_found(ApiContext& api, F work) {
  const auto found = co_await read_on(api, std::move(work));
  if (!found) co_return failure_answer(found.error());
  co_return answer(*found);
}

/// The page that `work` finds; nothing: there is none behind `after`.
template <class F>
awaitable<Response> answer_page(ApiContext& api, F work) {
  const auto page = co_await read_on(api, std::move(work));
  if (!page) co_return failure_answer(page.error());
  if (!*page) co_return no_such_page();
  co_return answer(**page);
}

/// Like read_on, in a transaction that may write. What it does may be repeated.
template <class F>
auto write_on(ApiContext& api, F work) {
  auto with_tx = [work = std::move(work)](postgres::Connection& connection) {
    postgres::Tx tx(connection);
    auto result = work(tx);
    tx.commit();
    return result;
  };
  return postgres::run(api.reads, std::move(with_tx));
}

// ------------------------------------------------------------------------------- the table
using Handle = std::function<awaitable<Response>(ApiContext&, Request&)>;

struct RouteRow {
  const char* method;
  const char* pattern;
  Handle handle;
  const char* operation;
  const char* tag;
  const char* summary;
  std::string_view access;  ///< "public" or an Action's word
  const char* request_schema = "";
  const char* response_schema = "";
  int status = 200;
  std::vector<http::QueryParameter> query = {};
  std::size_t body_limit = 64 * 1024;
};
void add_route(http::Router& router, ApiContext& api, const RouteRow& row);

void add_session_routes(http::Router& router, ApiContext& api);
void add_call_event_routes(http::Router& router, ApiContext& api);
void add_desk_routes(http::Router& router, ApiContext& api);
void add_recording_routes(http::Router& router, ApiContext& api);
void add_call_routes(http::Router& router, ApiContext& api);
void add_case_routes(http::Router& router, ApiContext& api);
void add_case_action_routes(http::Router& router, ApiContext& api);
void add_explain_routes(http::Router& router, ApiContext& api);
void add_review_routes(http::Router& router, ApiContext& api);
void add_work_routes(http::Router& router, ApiContext& api);
void add_callback_routes(http::Router& router, ApiContext& api);
void add_promise_routes(http::Router& router, ApiContext& api);
void add_customer_routes(http::Router& router, ApiContext& api);
void add_search_routes(http::Router& router, ApiContext& api);
void add_erasure_routes(http::Router& router, ApiContext& api);
void add_export_routes(http::Router& router, ApiContext& api);
void add_account_routes(http::Router& router, ApiContext& api);
void add_complaint_routes(http::Router& router, ApiContext& api);
void add_register_routes(http::Router& router, ApiContext& api);
void add_record_routes(http::Router& router, ApiContext& api);
void add_rules_routes(http::Router& router, ApiContext& api);
void add_calendar_routes(http::Router& router, ApiContext& api);
void add_intake_routes(http::Router& router, ApiContext& api);
void add_public_routes(http::Router& router, ApiContext& api);
void add_delivery_routes(http::Router& router, ApiContext& api);
void add_link_routes(http::Router& router, ApiContext& api);
void add_people_routes(http::Router& router, ApiContext& api);
void add_people_admin_routes(http::Router& router, ApiContext& api);
void add_import_routes(http::Router& router, ApiContext& api);
void add_reconciliation_routes(http::Router& router, ApiContext& api);
void add_neglect_routes(http::Router& router, ApiContext& api);
void add_system_routes(http::Router& router, ApiContext& api);

}  // namespace firsthand::runtime::api
