// SPDX-License-Identifier: Apache-2.0
// The route table, the OpenAPI text made from it, and what responses look like on the wire.
#include "adapters/http/router.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "adapters/http/openapi.hpp"
#include "adapters/metrics/registry.hpp"

namespace firsthand::http {
namespace {

Handler nothing() {
  return [](Request&) -> boost::asio::awaitable<Response> { co_return Response::no_content(); };
}

Route route(const std::string& method, const std::string& pattern) {
  Route out;
  out.method = method;
  out.pattern = pattern;
  out.handler = nothing();
  out.operation_id = method + pattern;
  out.access = "public";
  return out;
}

Router table() {
  Router router;
  router.add(route("GET", "/"));
  router.add(route("GET", "/api/v1/cases/{number}"));
  router.add(route("POST", "/api/v1/cases/{number}"));
  router.add(route("GET", "/api/v1/cases/search"));
  router.add(route("GET", "/api/v1/{kind}/search"));
  router.add(route("PUT", "/api/v1/cases/{number}/parts/{part}"));
  return router;
}

struct Row {
  std::string name;
  std::string method;
  std::string path;
  std::string operation;  // empty: no route
  std::string allow;      // only looked at without a route
  Pairs params;
};

class Find : public testing::TestWithParam<Row> {};

TEST_P(Find, Route) {
  const auto& row = GetParam();
  const auto router = table();
  const auto match = router.find(row.method, row.path);
  if (row.operation.empty()) {
    EXPECT_EQ(match.route, nullptr);
    EXPECT_EQ(match.allow, row.allow);
  } else {
    ASSERT_NE(match.route, nullptr);
    EXPECT_EQ(match.route->operation_id, row.operation);
    EXPECT_EQ(match.params, row.params);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, Find,
    testing::Values(
        Row{"Root", "GET", "/", "GET/", "", {}},
        Row{"Capture",
            "GET",
            "/api/v1/cases/C 7",
            "GET/api/v1/cases/{number}",
            "",
            {{"number", "C 7"}}},
        Row{"SecondMethod",
            "POST",
            "/api/v1/cases/1",
            "POST/api/v1/cases/{number}",
            "",
            {{"number", "1"}}},
        Row{"LiteralWins", "GET", "/api/v1/cases/search", "GET/api/v1/cases/search", "", {}},
        Row{"EarlierLiteralWins",
            "GET",
            "/api/v1/calls/search",
            "GET/api/v1/{kind}/search",
            "",
            {{"kind", "calls"}}},
        Row{"TwoCaptures",
            "PUT",
            "/api/v1/cases/1/parts/2",
            "PUT/api/v1/cases/{number}/parts/{part}",
            "",
            {{"number", "1"}, {"part", "2"}}},
        Row{"HeadIsGet",
            "HEAD",
            "/api/v1/cases/1",
            "GET/api/v1/cases/{number}",
            "",
            {{"number", "1"}}},
        Row{"WrongMethod", "DELETE", "/api/v1/cases/1", "", "GET, HEAD, POST", {}},
        Row{"TheBestPatternDecides", "POST", "/api/v1/cases/search", "", "GET, HEAD", {}},
        Row{"EmptyCapture", "GET", "/api/v1/cases/", "", "", {}},
        Row{"TrailingSlash", "GET", "/api/v1/cases/1/", "", "", {}},
        Row{"Unknown", "GET", "/nowhere", "", "", {}}),
    [](const auto& row) { return row.param.name; });

TEST(RouterAdd, RefusesBadTables) {
  const auto fails = [](const std::vector<std::string>& patterns) {
    Router router;
    try {
      for (const auto& pattern : patterns) router.add(route("GET", pattern));
      return false;
    } catch (const std::logic_error&) {
      return true;
    }
  };
  EXPECT_TRUE(fails({"api"}));
  EXPECT_TRUE(fails({"/a{b}"}));
  EXPECT_TRUE(fails({"/{}"}));
  EXPECT_TRUE(fails({"/{a}/{a}"}));
  EXPECT_TRUE(fails({"/{a}", "/{b}"}));
  EXPECT_TRUE(fails({"/a", "/a"}));
  EXPECT_FALSE(fails({"/a", "/{b}", "/a/{b}"}));
  Route mute = route("GET", "/mute");
  mute.handler = nullptr;
  Router router;
  EXPECT_THROW(router.add(mute), std::logic_error);
}

TEST(OpenApi, HoldsEveryRoute) {
  auto router = table();
  auto documented = route("PATCH", "/api/v1/cases/{number}");
  documented.operation_id = "change_case";
  documented.summary = "Change a case";
  documented.access = "case.change";
  documented.request_schema = "Change";
  documented.response_schema = "Case";
  documented.query = {{"dry_run", "boolean", false, "Only say what would happen"}};
  router.add(documented);
  const auto text = openapi(router, {"Firsthand", "1.2.3", "Cases"},
                            R"({"Change": {"type": "object"}, "Case": {"type": "object"}})");
  const auto document = boost::json::parse(text);
  EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
  EXPECT_EQ(document.at("info").at("version").as_string(), "1.2.3");
  std::size_t operations = 0;
  for (const auto& path : document.at("paths").as_object())
    operations += path.value().as_object().size();
  EXPECT_EQ(operations, router.routes().size());
  const auto& patch = document.at("paths").at("/api/v1/cases/{number}").at("patch");
  EXPECT_EQ(patch.at("operationId").as_string(), "change_case");
  EXPECT_EQ(patch.at("security").as_array().size(), 2U);
  EXPECT_EQ(patch.at("parameters").as_array().size(), 2U);
  EXPECT_EQ(patch.at("parameters").at(0).at("in").as_string(), "path");
  EXPECT_EQ(patch.at("requestBody")
                .at("content")
                .at("application/json")
                .at("schema")
                .at("$ref")
                .as_string(),
            "#/components/schemas/Change");
  EXPECT_TRUE(document.at("components").at("schemas").as_object().contains("Problem"));
}

TEST(OpenApi, RefusesUnknownSchemas) {
  auto router = table();
  auto wrong = route("DELETE", "/x");
  wrong.response_schema = "Nothing";
  router.add(wrong);
  EXPECT_THROW(openapi(router, {}, "{}"), std::invalid_argument);
  EXPECT_THROW(openapi(table(), {}, "[]"), std::invalid_argument);
}

TEST(Message, FindsCookiesAndHeaders) {
  Request request;
  request.headers = {{"cookie", "theme=dark; sid=abc=; empty="}, {"X-One", "1"}};
  EXPECT_EQ(request.cookie("sid"), "abc=");
  EXPECT_EQ(request.cookie("empty"), "");
  EXPECT_FALSE(request.cookie("si").has_value());
  EXPECT_EQ(request.header("x-one"), "1");
  EXPECT_EQ(request.header("x-two"), "");
}

TEST(Message, ProblemFollowsRfc9457) {
  const auto response = Response::problem(422, "bad_phone", "That is no number.", "phone", "t1");
  EXPECT_EQ(response.content_type, "application/problem+json");
  const auto json = boost::json::parse(response.body);
  EXPECT_EQ(json.at("type").as_string(), "urn:firsthand:problem:bad_phone");
  EXPECT_EQ(json.at("title").as_string(), "Unprocessable Content");
  EXPECT_EQ(json.at("status").as_int64(), 422);
  EXPECT_EQ(json.at("detail").as_string(), "That is no number.");
  EXPECT_EQ(json.at("code").as_string(), "bad_phone");
  EXPECT_EQ(json.at("field").as_string(), "phone");
  EXPECT_EQ(json.at("instance").as_string(), "t1");
}

TEST(Message, HeadNeverCarriesInjectedLines) {
  auto response = Response::redirect("/a\r\nSet-Cookie: sid=stolen");
  const auto head = render_head(response, {});
  EXPECT_EQ(head.find("Set-Cookie"), std::string::npos);
  EXPECT_NE(head.find("X-Content-Type-Options: nosniff\r\n"), std::string::npos);
  EXPECT_NE(head.find("frame-ancestors 'none'"), std::string::npos);
}

TEST(Message, TraceIdsDiffer) {
  EXPECT_EQ(new_trace_id().size(), 32U);
  EXPECT_NE(new_trace_id(), new_trace_id());
}

TEST(Metrics, RenderPrometheusText) {
  metrics::Registry registry;
  registry.counter("calls_total", "Calls.", {{"queue", "a\"b\\c\nd"}}).add(3);
  registry.gauge("waiting", "Waiting now.").set(1.5);
  registry.gauge_from("age_seconds", "Age.", [] { return 7.0; });
  auto& histogram = registry.histogram("took_seconds", "Took.", {0.1, 1});
  histogram.observe(0.1);
  histogram.observe(0.5);
  histogram.observe(5);
  EXPECT_EQ(registry.render(),
            "# HELP age_seconds Age.\n# TYPE age_seconds gauge\nage_seconds 7\n"
            "# HELP calls_total Calls.\n# TYPE calls_total counter\n"
            "calls_total{queue=\"a\\\"b\\\\c\\nd\"} 3\n"
            "# HELP took_seconds Took.\n# TYPE took_seconds histogram\n"
            "took_seconds_bucket{le=\"0.1\"} 1\ntook_seconds_bucket{le=\"1\"} 2\n"
            "took_seconds_bucket{le=\"+Inf\"} 3\ntook_seconds_sum 5.6\ntook_seconds_count 3\n"
            "# HELP waiting Waiting now.\n# TYPE waiting gauge\nwaiting 1.5\n");
}

TEST(Metrics, BoundTheNumberOfSeries) {
  metrics::Registry registry;
  for (std::size_t i = 0; i < metrics::Registry::kSeriesMax + 10; ++i)
    registry.counter("wild_total", "Wild.", {{"id", std::to_string(i)}}).add();
  EXPECT_EQ(registry.counter("wild_total", "Wild.", {{"overflow", "true"}}).value(), 10U);
  EXPECT_THROW(registry.gauge("wild_total", "Wild."), std::logic_error);
}

}  // namespace
}  // namespace firsthand::http
