// SPDX-License-Identifier: Apache-2.0
// For machines: the description of this API, health and metrics.
#include <memory>
#include <mutex>

#include "adapters/http/openapi.hpp"
#include "adapters/runtime/api/answers.hpp"
#include "adapters/runtime/api/api.hpp"
#include "adapters/runtime/api/schemas.hpp"

namespace firsthand::runtime::api {
namespace {

awaitable<Response> healthz(ApiContext& api, Request&) {
  boost::json::object out{{"alive", true}, {"build", api.settings.build}};
  co_return json_answer(200, out);
}

awaitable<Response> readyz(ApiContext& api, Request&) {
  const Health health = api.health();
  boost::json::object out{{"ready", health.database},
                          {"database", health.database},
                          {"redis", health.redis},
                          {"telephony", health.telephony},
                          {"clocks", health.clocks}};
  // Without Redis and telephones, or with a wrong clock, the desk still works; without PostgreSQL
  // nothing is true.
  co_return json_answer(health.database ? 200 : 503, out);
}

awaitable<Response> metrics_text(ApiContext& api, Request&) {
  Response response = Response::text(200, api.metrics.render());
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  co_return response;
}

}  // namespace

void add_system_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"GET", "/healthz", healthz, "healthz", "system", "Is the process alive", "public", "",
             "Alive"});
  add_route(router, api,
            {"GET", "/readyz", readyz, "readyz", "system", "May it be given work", "public", "",
             "Ready"});
  add_route(router, api,
            {"GET", "/metrics", metrics_text, "metrics", "system", "Prometheus text", "public"});

  struct Described {
    std::once_flag once;
    std::shared_ptr<const std::string> text;
  };
  const auto described = std::make_shared<Described>();
  http::Route route;
  route.method = "GET";
  route.pattern = "/api/v1/openapi.json";
  route.handler = [&router, &api, described](Request&) -> awaitable<Response> {
    // The table is whole when the first request comes; it does not change after that.
    std::call_once(described->once, [&] {
      described->text = std::make_shared<const std::string>(describe(router, api.settings));
    });
    Response response;
    response.content_type = "application/json";
    response.shared_body = described->text;
    co_return response;
  };
  route.operation_id = "get_openapi";
  route.summary = "This description";
  route.tag = "system";
  route.access = "public";
  router.add(std::move(route));
}

std::string describe(const http::Router& router, const ApiSettings& settings) {
  http::ApiInfo info;
  info.version = settings.version;
  info.summary = "Call-centre complaints and service tickets";
  return http::openapi(router, info, kSchemas);
}

void add_routes(http::Router& router, ApiContext& api) {
  add_session_routes(router, api);
  add_desk_routes(router, api);
  add_call_routes(router, api);
  add_recording_routes(router, api);
  add_case_routes(router, api);
  add_case_action_routes(router, api);
  add_explain_routes(router, api);
  add_work_routes(router, api);
  add_review_routes(router, api);
  add_callback_routes(router, api);
  add_promise_routes(router, api);
  add_customer_routes(router, api);
  add_search_routes(router, api);
  add_erasure_routes(router, api);
  add_export_routes(router, api);
  add_account_routes(router, api);
  add_record_routes(router, api);
  add_delivery_routes(router, api);
  add_link_routes(router, api);
  add_people_routes(router, api);
  add_people_admin_routes(router, api);
  add_import_routes(router, api);
  add_reconciliation_routes(router, api);
  add_neglect_routes(router, api);
  add_complaint_routes(router, api);
  add_register_routes(router, api);
  add_rules_routes(router, api);
  add_calendar_routes(router, api);
  add_intake_routes(router, api);
  add_public_routes(router, api);
  add_system_routes(router, api);
}

}  // namespace firsthand::runtime::api
