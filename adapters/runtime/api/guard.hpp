// SPDX-License-Identifier: Apache-2.0
// The check in front of every handler, after the route is found and before its body is read: who is
// it, may such a one use this route at all, and does a request that changes something come from our
// own pages. Rows are checked by the handlers. Thread: any connection's.
#pragma once

#include "adapters/http/server.hpp"
#include "adapters/runtime/api/context.hpp"

namespace firsthand::runtime::api {

/// `api` must outlive the guard.
http::Guard make_guard(ApiContext& api);

inline constexpr std::string_view kCookiePlain = "sid";
inline constexpr std::string_view kCookieSecure = "__Host-sid";

/// The session's cookie of this request, "" when there is none.
std::string session_cookie(const http::Request& request);
/// Comes from a page of ours, or from no browser. For state-changing requests and WebSockets.
bool same_origin(const http::Request& request);

}  // namespace firsthand::runtime::api
