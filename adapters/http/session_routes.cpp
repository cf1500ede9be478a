// SPDX-License-Identifier: Apache-2.0
// The half of a connection that knows routes: which handler, guard or WebSocket answers a request.
#include <spdlog/spdlog.h>

#include "adapters/http/session.hpp"

namespace firsthand::http {
namespace asio = boost::asio;

namespace {

Response internal_error() {
  return Response::problem(500, "internal_error",
                           "Something went wrong here. The trace id helps us to find it.");
}

}  // namespace

asio::awaitable<bool> Session::answer(Request& request, const Head& head, std::string_view raw) {
  const auto websocket = core_->websockets.find(request.path);
  if (websocket != core_->websockets.end()) {
    operation_ = "websocket";
    if (head.upgrade_websocket) {
      auto upgrading = upgrade(request, websocket->second);
      const bool more = co_await std::move(upgrading);
      co_return more;
    }
    auto response = Response::problem(426, "upgrade_required", "This address speaks WebSocket.");
    response.add_header("Upgrade", "websocket");
    auto replying = reply(std::move(response), &request, false);
    const bool more = co_await std::move(replying);
    co_return more;
  }
  auto match = core_->router.find(request.method, request.path);
  if (match.route != nullptr) {
    request.path_params = std::move(match.params);
    auto running = run_route(request, head, raw, *match.route);
    const bool more = co_await std::move(running);
    co_return more;
  }
  std::optional<Response> response;
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!match.allow.empty()) {
    operation_ = "unknown";
    response = Response::problem(405, "method_not_allowed", "This address has other methods.");
    response->add_header("Allow", match.allow);
  } else if (reads && core_->files) {
    operation_ = "static";
    response = core_->files->respond(request);
  }
  if (!response) {
    operation_ = "unknown";
    response = Response::problem(404, "not_found", "There is nothing at this address.");
  }
  // A body that nobody will read ends the connection.
  const bool keep_alive = head.keep_alive && head.body == BodyKind::none;
  auto replying = reply(std::move(*response), &request, keep_alive);
  const bool more = co_await std::move(replying);
  co_return more;
}

asio::awaitable<bool> Session::run_route(Request& request, const Head& head, std::string_view raw,
                                         const Route& route) {
  operation_ = route.operation_id.empty() ? route.pattern : route.operation_id;
  bool keep_alive = head.keep_alive;
  auto guarding = run_guard(request, route);
  auto refused = co_await std::move(guarding);
  if (refused) keep_alive = keep_alive && head.body == BodyKind::none;
  if (!refused && head.body != BodyKind::none) {
    auto reading = read_body(head, raw, route.body_limit, request.body, refused);
    const bool whole = co_await std::move(reading);
    if (!whole && !refused) co_return false;
    if (refused) keep_alive = false;
  }
  if (!refused) {
    auto handling = run_handler(request, route);
    refused = co_await std::move(handling);
  }
  auto replying = reply(std::move(*refused), &request, keep_alive);
  const bool more = co_await std::move(replying);
  co_return more;
}

asio::awaitable<Session::Refused> Session::run_guard(Request& request, const Route& route) {
  Refused refused;
  if (!core_->guard) co_return refused;
  try {
    auto guarding = core_->guard(route, request);
    refused = co_await std::move(guarding);
  } catch (const std::exception& error) {
    core_->handler_failures.add();
    spdlog::error("guard failed operation={} trace={} error={}", operation_, request.trace_id,
                  error.what());
    refused = internal_error();
  }
  co_return refused;
}

asio::awaitable<Response> Session::run_handler(Request& request, const Route& route) {
  Response response;
  // No socket deadline runs while the handler works: it has its own.
  stream_.expires_never();
  try {
    auto handling = route.handler(request);
    response = co_await std::move(handling);
  } catch (const std::exception& error) {
    core_->handler_failures.add();
    spdlog::error("handler failed operation={} trace={} error={}", operation_, request.trace_id,
                  error.what());
    response = internal_error();
  }
  co_return response;
}

asio::awaitable<bool> Session::upgrade(Request& request, const WebSocketHandler& handler) {
  Refused refused;
  stream_.expires_never();
  if (core_->draining()) {
    refused = Response::busy("restarting", "The service restarts. Come back in a moment.", 5);
  } else if (!handler.authorise) {
    refused = Response::problem(403, "unauthorised", "Not allowed.");
  } else {
    try {
      auto authorising = handler.authorise(request);
      refused = co_await std::move(authorising);
    } catch (const std::exception& error) {
      core_->handler_failures.add();
      spdlog::error("authorise failed path={} trace={} error={}", request.path, request.trace_id,
                    error.what());
      refused = internal_error();
    }
  }
  if (refused) {
    auto replying = reply(std::move(*refused), &request, true);
    const bool more = co_await std::move(replying);
    co_return more;
  }
  websocket_ = WebSocketSession::make(std::move(stream_), std::move(request), handler);
  core_->websocket_count.add(1);
  // A shutdown that began during authorise found no WebSocket to close.
  if (core_->draining()) websocket_->close(1012, "service restart");
  auto living = websocket_->run();
  co_await std::move(living);
  core_->websocket_count.add(-1);
  co_return false;
}

}  // namespace firsthand::http
