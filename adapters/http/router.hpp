// SPDX-License-Identifier: Apache-2.0
// The table of routes. What a route does and what the documents say about it stand in one row, so
// the OpenAPI text is made from the same table that answers requests and cannot drift from it.
//
// Thread: build it first, then read it from anywhere. Errors: add() throws std::logic_error for a
// malformed or doubled pattern, at start-up where a person sees it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/message.hpp"

namespace firsthand::http {

/// A handler runs on the connection's executor and must not block it. The function object outlives
/// every call, so a capturing lambda coroutine is safe here. What it throws becomes a 500 with a
/// trace id and nothing else.
using Handler = std::function<boost::asio::awaitable<Response>(Request&)>;

struct QueryParameter {
  std::string name;
  std::string type = "string";  // a JSON type
  bool required = false;
  std::string summary;
};

struct Route {
  std::string method;   // GET also answers HEAD
  std::string pattern;  // "/api/v1/cases/{number}"; a literal segment wins over a captured one
  Handler handler;
  std::size_t body_limit = 64 * 1024;

  std::string operation_id;
  std::string summary;
  std::string tag;
  /// Who may: "public", "session", or the name of a permission. The guard reads it; an empty one is
  /// a defect that a guard should treat as "nobody".
  std::string access;
  std::string request_schema;   // a name in the schemas, or empty
  std::string response_schema;  // the same
  int response_status = 200;
  std::vector<QueryParameter> query;
};

struct RouteMatch {
  const Route* route = nullptr;  // empty when nothing matched
  Pairs params;
  std::string allow;  // the methods this path has, when the method did not match
};

class Router {
 public:
  void add(Route route);
  /// `path` is decoded and comes from the gate.
  RouteMatch find(std::string_view method, std::string_view path) const;
  const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

 private:
  struct Entry {
    std::vector<std::string> segments;  // a captured one keeps its braces
    const Route* route;
  };
  std::vector<std::unique_ptr<Route>> routes_;
  std::map<std::size_t, std::vector<Entry>> by_length_;
};

/// The names in braces, in order.
std::vector<std::string> captured_names(std::string_view pattern);

}  // namespace firsthand::http
