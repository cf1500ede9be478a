// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/guard.hpp"

#include "adapters/codec/base64.hpp"
#include "adapters/runtime/api/answers.hpp"
#include "adapters/runtime/api/call_source.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

bool changes_something(const Request& request) {
  return request.method != "GET" && request.method != "HEAD";
}

Response unauthorised() {
  Response response = Response::problem(401, "unauthorised", "Sign in, or send a valid API token.");
  response.add_header("WWW-Authenticate", "Bearer");
  return response;
}

/// What follows the scheme in Authorization; "" for another scheme.
std::string_view credentials(const Request& request, std::string_view scheme) {
  std::string_view value = request.header("Authorization");
  if (value.size() <= scheme.size() || value[scheme.size()] != ' ' ||
      !http::same_name(value.substr(0, scheme.size()), scheme))
    return "";
  return http::trim(value.substr(scheme.size()));
}

/// A bearer token, or the password of HTTP Basic: many telephone systems can only be given an
/// address, and https://name:token@host/ keeps the token out of it when it is logged.
std::string token_of(const Request& request) {
  if (const auto bearer = credentials(request, "bearer"); !bearer.empty())
    return std::string{bearer};
  const auto pair = codec::base64_decode(credentials(request, "basic")).value_or("");
  const auto colon = pair.find(':');
  return colon == std::string::npos ? std::string{} : pair.substr(colon + 1);
}

/// A form of another site can send text/plain and form types without asking; JSON it cannot.
bool json_body(const Request& request) {
  if (request.method == "DELETE") return true;
  std::string_view type = request.header("Content-Type");
  type = http::trim(type.substr(0, type.find(';')));
  return http::same_name(type, "application/json");
}

std::optional<Response> check_page(const Request& request) {
  if (!changes_something(request)) return std::nullopt;
  if (!same_origin(request)) {
    return Response::problem(403, "other_origin", "This request comes from another site.");
  }
  if (!json_body(request)) {
    return Response::problem(415, "not_json", "Send application/json.", "Content-Type");
  }
  return std::nullopt;
}

awaitable<std::optional<Response>> check_client(ApiContext& api, Action action, Request& request) {
  const std::string token = token_of(request);
  const auto client = co_await api.sessions.client_of(token);
  if (!client) co_return failure_answer(client.error());
  if (!*client) co_return unauthorised();
  Subject subject;
  subject.client = **client;
  if (!can(subject, action)) co_return forbidden();
  request.attachment = std::move(subject);
  co_return std::nullopt;
}

awaitable<std::optional<Response>> check_user(ApiContext& api, Action action, Request& request) {
  const std::string id = session_cookie(request);
  if (id.empty()) co_return unauthorised();
  if (auto refused = check_page(request)) co_return refused;
  const auto user = co_await api.sessions.user_of(id);
  if (!user) co_return failure_answer(user.error());
  if (!*user) co_return unauthorised();
  Subject subject;
  subject.user = **user;
  if (!can(subject, action)) co_return forbidden();
  request.attachment = std::move(subject);
  co_return std::nullopt;
}

awaitable<std::optional<Response>> check(ApiContext& api, const http::Route& route,
                                         Request& request) {
  if (route.access == "public") co_return std::nullopt;
  const auto action = action_of(route.access);
  if (!action) co_return forbidden();  // a route that forgot to say who may
  const bool has_token = !request.header("Authorization").empty();
  // A signed push has no token; its handler checks the signature over the body.
  if (*action == Action::push_call_events && !has_token && is_signed_push(api, request))
    co_return std::nullopt;
  if (has_token) {
    auto refused = co_await check_client(api, *action, request);
    co_return refused;
  }
  auto refused = co_await check_user(api, *action, request);
  co_return refused;
}

}  // namespace

std::string session_cookie(const Request& request) {
  const auto name = request.secure ? kCookieSecure : kCookiePlain;
  const auto value = request.cookie(name);
  return value ? std::string(*value) : std::string();
}

bool same_origin(const Request& request) {
  const std::string_view site = request.header("Sec-Fetch-Site");
  if (!site.empty() && site != "same-origin" && site != "none") return false;
  std::string_view origin = request.header("Origin");
  if (origin.empty()) return true;  // no browser sends a cross-site POST without it
  // A form on a page that gives no referrer has the origin "null"; the browser still says whose it
  // is.
  if (origin == "null") return site == "same-origin";
  const auto scheme = origin.find("://");
  if (scheme == std::string_view::npos) return false;
  return http::same_name(origin.substr(scheme + 3), request.host);
}

http::Guard make_guard(ApiContext& api) {
  return [&api](const http::Route& route, Request& request) { return check(api, route, request); };
}

}  // namespace firsthand::runtime::api
