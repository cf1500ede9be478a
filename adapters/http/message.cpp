// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/message.hpp"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <ctime>
#include <random>

namespace firsthand::http {

namespace {

std::optional<std::string_view> find(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs)
    if (key == name) return value;
  return std::nullopt;
}

std::string_view find_header(const Pairs& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return value;
  return {};
}

bool is_safe_value(std::string_view value) {
  for (const char c : value)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  return true;
}

std::string http_date() {
  static constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                            "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  // Written by hand: strftime's names follow the locale.
  char digits[32];
  std::strftime(digits, sizeof digits, "%Y %H:%M:%S GMT", &utc);
  char day[4];
  std::strftime(day, sizeof day, "%d", &utc);
  std::string out(kDays[static_cast<std::size_t>(utc.tm_wday)]);
  out += ", " + std::string(day) + ' ';
  out += kMonths[static_cast<std::size_t>(utc.tm_mon)];
  return out + ' ' + digits;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  return find_header(headers, name);
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  return find(query, name);
}

std::string_view Request::param(std::string_view name) const {
  return find(path_params, name).value_or(std::string_view{});
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
  auto rest = header("Cookie");
  while (!rest.empty()) {
    const auto end = rest.find(';');
    const auto part = trim(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    const auto equals = part.find('=');
    if (equals != std::string_view::npos && part.substr(0, equals) == name)
      return part.substr(equals + 1);
  }
  return std::nullopt;
}

Response Response::json(int status, std::string text) {
  Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(text);
  return response;
}

Response Response::text(int status, std::string text) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(text);
  return response;
}

Response Response::html(int status, std::string text) {
  Response response;
  response.status = status;
  response.content_type = "text/html; charset=utf-8";
  response.body = std::move(text);
  return response;
}

Response Response::no_content() {
  Response response;
  response.status = 204;
  return response;
}

Response Response::redirect(std::string location, int status) {
  Response response;
  response.status = status;
  response.add_header("Location", std::move(location));
  return response;
}

Response Response::problem(int status, std::string code, std::string sentence, std::string field,
                           std::string instance) {
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.details =
      Problem{status, std::move(code), std::move(sentence), std::move(field), std::move(instance)};
  response.body = to_json(*response.details);
  return response;
}

Response Response::busy(std::string code, std::string sentence, unsigned retry_after_seconds) {
  auto response = problem(503, std::move(code), std::move(sentence));
  response.add_header("Retry-After", std::to_string(retry_after_seconds));
  return response;
}

Response& Response::add_header(std::string name, std::string value) {
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

std::string_view Response::header(std::string_view name) const {
  return find_header(headers, name);
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 423: return "Locked";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
  }
}

std::string to_json(const Problem& problem) {
  boost::json::object out;
  out["type"] = "urn:firsthand:problem:" + problem.code;
  out["title"] = std::string(reason_phrase(problem.status));
  out["status"] = problem.status;
  out["detail"] = problem.sentence;
  out["code"] = problem.code;
  if (!problem.field.empty()) out["field"] = problem.field;
  if (!problem.instance.empty()) out["instance"] = problem.instance;
  return boost::json::serialize(out);
}

std::string new_trace_id() {
  static constexpr char kHex[] = "0123456789abcdef";
  // random_device reads the system's generator; one per thread keeps its file open.
  static thread_local std::random_device random;
  std::string out;
  for (int word = 0; word < 4; ++word) {
    auto bits = random();
    for (int digit = 0; digit < 8; ++digit, bits >>= 4U) out += kHex[bits & 0xfU];
  }
  return out;
}

std::string render_head(const Response& response, const HeadStyle& style) {
  const bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
  const bool html = response.content_type.starts_with("text/html");
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  out += reason_phrase(response.status);
  out += "\r\n";
  const auto field = [&](std::string_view name, std::string_view value) {
    if (!is_safe_value(value)) return;
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  };
  field("Date", http_date());
  if (!response.content_type.empty()) field("Content-Type", response.content_type);
  if (!bodiless) field("Content-Length", std::to_string(response.body_size()));
  if (!style.keep_alive) field("Connection", "close");
  if (response.header("Cache-Control").empty()) field("Cache-Control", "no-store");
  if (response.header("Content-Security-Policy").empty())
    field(
        "Content-Security-Policy",
        html ? style.html_policy : std::string_view("default-src 'none'; frame-ancestors 'none'"));
  field("X-Content-Type-Options", "nosniff");
  field("X-Frame-Options", "DENY");
  if (response.header("Referrer-Policy").empty()) field("Referrer-Policy", "no-referrer");
  field("Cross-Origin-Opener-Policy", "same-origin");
  field("Cross-Origin-Resource-Policy", "same-origin");
  if (html) field("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)");
  if (style.secure) field("Strict-Transport-Security", "max-age=31536000");
  for (const auto& [name, value] : response.headers) field(name, value);
  return out + "\r\n";
}

}  // namespace firsthand::http
