// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/router.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace firsthand::http {

namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool is_capture(std::string_view segment) {
  return segment.starts_with('{');
}

std::string_view inside(std::string_view segment) {
  return segment.substr(1, segment.size() - 2);
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_capture(pattern[i]) ? path[i].empty() : pattern[i] != path[i]) return false;
  }
  return true;
}

/// Literals before captures, segment by segment, so that the first fit is the best.
bool is_before(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (is_capture(a[i]) != is_capture(b[i])) return is_capture(b[i]);
  return false;
}

bool same_shape(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    const bool captures = is_capture(a[i]) && is_capture(b[i]);
    if (!captures && a[i] != b[i]) return false;
  }
  return true;
}

void check_pattern(std::string_view pattern, const std::vector<std::string>& segments) {
  const auto fail = [&] { throw std::logic_error("bad route pattern " + std::string(pattern)); };
  if (!pattern.starts_with('/')) fail();
  std::set<std::string_view> names;
  for (const std::string_view segment : segments) {
    const bool braces = segment.find_first_of("{}") != std::string_view::npos;
    if (!braces) continue;
    const bool whole = is_capture(segment) && segment.ends_with('}') && segment.size() > 2;
    if (!whole || inside(segment).find_first_of("{}") != std::string_view::npos) fail();
    if (!names.insert(inside(segment)).second) fail();
  }
}

}  // namespace

void Router::add(Route route) {
  auto segments = split(route.pattern);
  check_pattern(route.pattern, segments);
  if (!route.handler) throw std::logic_error("route without a handler: " + route.pattern);
  auto& entries = by_length_[segments.size()];
  for (const auto& entry : entries)
    if (entry.route->method == route.method && same_shape(entry.segments, segments))
      throw std::logic_error("doubled route " + route.method + ' ' + route.pattern);
  routes_.push_back(std::make_unique<Route>(std::move(route)));
  Entry entry{std::move(segments), routes_.back().get()};
  const auto at = std::upper_bound(
      entries.begin(), entries.end(), entry,
      [](const Entry& a, const Entry& b) { return is_before(a.segments, b.segments); });
  entries.insert(at, std::move(entry));
}

RouteMatch Router::find(std::string_view method, std::string_view path) const {
  RouteMatch match;
  const auto segments = split(path);
  const auto length = by_length_.find(segments.size());
  if (length == by_length_.end()) return match;
  const auto wanted = method == "HEAD" ? std::string_view("GET") : method;
  const std::vector<std::string>* shape = nullptr;
  for (const auto& entry : length->second) {
    if (!fits(entry.segments, segments)) continue;
    // A less exact pattern must not answer for a method that the best one lacks.
    if (shape != nullptr && !same_shape(*shape, entry.segments)) break;
    shape = &entry.segments;
    if (!match.allow.empty()) match.allow += ", ";
    match.allow += entry.route->method == "GET" ? "GET, HEAD" : entry.route->method;
    if (entry.route->method != wanted) continue;
    match.route = entry.route;
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (is_capture(entry.segments[i]))
        match.params.emplace_back(inside(entry.segments[i]), segments[i]);
    return match;
  }
  return match;
}

std::vector<std::string> captured_names(std::string_view pattern) {
  std::vector<std::string> names;
  for (const auto& segment : split(pattern))
    if (is_capture(segment)) names.emplace_back(inside(segment));
  return names;
}

}  // namespace firsthand::http
