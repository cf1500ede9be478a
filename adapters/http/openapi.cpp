// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/openapi.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <stdexcept>

namespace firsthand::http {
namespace json = boost::json;

namespace {

json::object problem_schema() {
  json::object properties;
  for (const char* name : {"type", "title", "detail", "code", "field", "instance"})
    properties[name] = json::object{{"type", "string"}};
  properties["status"] = json::object{{"type", "integer"}};
  return {{"type", "object"},
          {"required", json::array{"type", "title", "status", "detail", "code"}},
          {"properties", std::move(properties)}};
}

json::object content(std::string_view media, const json::object& schemas, const std::string& name) {
  if (!schemas.contains(name)) throw std::invalid_argument("no schema named " + name);
  json::object schema{{"$ref", "#/components/schemas/" + name}};
  return {{media, json::object{{"schema", std::move(schema)}}}};
}

json::array parameters(const Route& route) {
  json::array out;
  for (const auto& name : captured_names(route.pattern))
    out.push_back(json::object{{"name", name},
                               {"in", "path"},
                               {"required", true},
                               {"schema", json::object{{"type", "string"}}}});
  for (const auto& parameter : route.query)
    out.push_back(json::object{{"name", parameter.name},
                               {"in", "query"},
                               {"required", parameter.required},
                               {"description", parameter.summary},
                               {"schema", json::object{{"type", parameter.type}}}});
  return out;
}

json::object operation(const Route& route, const json::object& schemas) {
  json::object out;
  out["operationId"] = route.operation_id;
  out["summary"] = route.summary;
  if (!route.tag.empty()) out["tags"] = json::array{json::string(route.tag)};
  out["x-access"] = route.access;
  json::array security;
  if (route.access != "public") {
    security.push_back(json::object{{"session", json::array()}});
    security.push_back(json::object{{"token", json::array()}});
  }
  out["security"] = std::move(security);
  auto named = parameters(route);
  if (!named.empty()) out["parameters"] = std::move(named);
  if (!route.request_schema.empty())
    out["requestBody"] =
        json::object{{"required", true},
                     {"content", content("application/json", schemas, route.request_schema)}};
  json::object good{{"description", std::string(reason_phrase(route.response_status))}};
  if (!route.response_schema.empty())
    good["content"] = content("application/json", schemas, route.response_schema);
  json::object bad{{"description", "A problem (RFC 9457)"},
                   {"content", content("application/problem+json", schemas, "Problem")}};
  out["responses"] =
      json::object{{std::to_string(route.response_status), std::move(good)}, {"default", bad}};
  return out;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace

std::string openapi(const Router& router, const ApiInfo& info, std::string_view schemas_json) {
  boost::system::error_code error;
  auto parsed = json::parse(json::string_view(schemas_json.data(), schemas_json.size()), error);
  if (error || !parsed.is_object()) throw std::invalid_argument("schemas are not a JSON object");
  auto& schemas = parsed.get_object();
  if (!schemas.contains("Problem")) schemas["Problem"] = problem_schema();

  json::object paths;
  for (const auto& route : router.routes()) {
    if (!paths.contains(route->pattern)) paths[route->pattern] = json::object();
    paths[route->pattern].get_object()[lower(route->method)] = operation(*route, schemas);
  }
  json::object session{{"type", "apiKey"}, {"in", "cookie"}, {"name", "__Host-sid"}};
  json::object token{{"type", "http"}, {"scheme", "bearer"}};
  json::object document;
  document["openapi"] = "3.1.0";
  document["info"] =
      json::object{{"title", info.title}, {"version", info.version}, {"summary", info.summary}};
  document["paths"] = std::move(paths);
  document["components"] =
      json::object{{"schemas", std::move(parsed)},
                   {"securitySchemes",
                    json::object{{"session", std::move(session)}, {"token", std::move(token)}}}};
  return json::serialize(document);
}

}  // namespace firsthand::http
