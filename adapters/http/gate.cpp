// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/gate.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace firsthand::http {

namespace {

using Check = std::optional<GateRefusal>;

GateRefusal refuse(int rule, int status, std::string_view code, std::string_view sentence) {
  return {rule, status, code, sentence};
}

bool is_token_char(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool has_body_method(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

bool is_listed_method(std::string_view method) {
  return has_body_method(method) || method == "GET" || method == "HEAD" || method == "DELETE";
}

// A second one of these would let two readers of the same request see different things.
bool is_single(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kSingle = {
      "Host",         "Content-Length", "Transfer-Encoding", "Authorization", "Cookie", "Origin",
      "Content-Type", "Expect",         "Sec-Fetch-Site",    "Upgrade"};
  for (const auto single : kSingle)
    if (same_name(name, single)) return true;
  constexpr std::string_view kPrefix = "Sec-WebSocket-";
  return name.size() >= kPrefix.size() && same_name(name.substr(0, kPrefix.size()), kPrefix);
}

const std::string* find(const Pairs& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return &value;
  return nullptr;
}

bool lists(const Pairs& headers, std::string_view name, std::string_view member) {
  for (const auto& [key, value] : headers) {
    if (!same_name(key, name)) continue;
    for (const auto entry : comma_list(value))
      if (same_name(entry, member)) return true;
  }
  return false;
}

Check read_target(std::string_view target, Head& head, const GateLimits& limits) {
  if (target.size() > limits.target_bytes_max)
    return refuse(4, 414, "target_too_long", "The address of the request is too long.");
  const auto bad = refuse(4, 400, "bad_target", "The address of the request is malformed.");
  if (target.empty() || target.front() != '/') return bad;
  for (const char c : target)
    if (c < 0x21 || c > 0x7e || c == '#' || c == '\\') return bad;
  const auto mark = target.find('?');
  const auto raw_path = target.substr(0, mark);
  // An escaped slash would move a border between segments after the check below.
  auto path = percent_decode(raw_path, false);
  if (!path || path->find('\\') != std::string::npos) return bad;
  if (std::count(path->begin(), path->end(), '/') !=
      std::count(raw_path.begin(), raw_path.end(), '/'))
    return bad;
  if (path->starts_with("//")) return bad;
  for (std::size_t at = 0; at < path->size();) {
    auto end = path->find('/', at + 1);
    if (end == std::string::npos) end = path->size();
    const auto segment = std::string_view(*path).substr(at + 1, end - at - 1);
    if (segment == "." || segment == "..") return bad;
    at = end;
  }
  if (mark != std::string_view::npos) {
    auto query = parse_query(target.substr(mark + 1));
    if (!query) return bad;
    head.query = std::move(*query);
  }
  head.target = target;
  head.path = std::move(*path);
  return std::nullopt;
}

Check read_request_line(std::string_view line, Head& head, const GateLimits& limits) {
  const auto bad =
      refuse(11, 400, "bad_request_line", "The first line of the request is malformed.");
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad;
  const auto method = line.substr(0, first);
  const auto version = line.substr(last + 1);
  if (!is_token(method)) return bad;
  if (!version.starts_with("HTTP/")) return bad;
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return refuse(11, 505, "version_not_supported", "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  if (!is_listed_method(method))
    return refuse(5, 405, "method_not_allowed", "This method is not used here.");
  head.method = method;
  head.minor_version = version.back() - '0';
  return read_target(line.substr(first + 1, last - first - 1), head, limits);
}

Check read_field(std::string_view line, Head& head, const GateLimits& limits) {
  if (line.front() == ' ' || line.front() == '\t')
    return refuse(6, 400, "folded_header", "A header line is folded.");
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    return refuse(11, 400, "bad_header", "A header line is malformed.");
  const auto name = line.substr(0, colon);
  const auto value = trim(line.substr(colon + 1));
  for (const char c : value)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f)
      return refuse(11, 400, "bad_header", "A header line is malformed.");
  if (head.headers.size() >= limits.fields_max)
    return refuse(6, 431, "too_many_headers", "The request has too many header fields.");
  if (is_single(name) && find(head.headers, name) != nullptr) {
    if (same_name(name, "Host")) return refuse(3, 400, "bad_host", "There must be one Host.");
    if (same_name(name, "Content-Length"))
      return refuse(2, 400, "bad_content_length", "There must be one Content-Length.");
    if (same_name(name, "Transfer-Encoding"))
      return refuse(1, 400, "bad_transfer_encoding", "There must be one Transfer-Encoding.");
    return refuse(6, 400, "doubled_header", "A header that must be single came twice.");
  }
  head.headers.emplace_back(name, value);
  return std::nullopt;
}

Check check_host(Head& head, const GateLimits& limits) {
  const auto* host = find(head.headers, "Host");
  if (host == nullptr) return refuse(3, 400, "bad_host", "There must be one Host.");
  if (!host_allowed(*host, limits.hosts))
    return refuse(3, 421, "unknown_host", "This server does not answer to that host name.");
  head.host = *host;
  return std::nullopt;
}

Check check_framing(Head& head) {
  const auto* coding = find(head.headers, "Transfer-Encoding");
  const auto* length = find(head.headers, "Content-Length");
  if (coding != nullptr) {
    const bool plain = same_name(*coding, "chunked") && head.minor_version == 1;
    if (!plain || length != nullptr)
      return refuse(1, 400, "bad_transfer_encoding", "The length of the body is ambiguous.");
    head.body = BodyKind::chunked;
  }
  if (length != nullptr) {
    // 18 digits fit 64 bits with room to spare.
    if (!is_digits(*length) || length->size() > 18)
      return refuse(2, 400, "bad_content_length", "Content-Length must be one number.");
    std::from_chars(length->data(), length->data() + length->size(), head.content_length);
    head.body = head.content_length == 0 ? BodyKind::none : BodyKind::length;
  }
  if (head.body != BodyKind::none && !has_body_method(head.method))
    return refuse(5, 400, "unexpected_body", "This method carries no body.");
  return std::nullopt;
}

Check check_connection(Head& head) {
  head.keep_alive = head.minor_version == 1 ? !lists(head.headers, "Connection", "close")
                                            : lists(head.headers, "Connection", "keep-alive");
  const auto* upgrade = find(head.headers, "Upgrade");
  head.upgrade_websocket = upgrade != nullptr && same_name(*upgrade, "websocket") &&
                           lists(head.headers, "Connection", "upgrade") && head.method == "GET" &&
                           head.minor_version == 1;
  if (const auto* expect = find(head.headers, "Expect"); expect != nullptr) {
    if (!same_name(*expect, "100-continue"))
      return refuse(11, 417, "expectation_failed", "That expectation is not understood.");
    head.expects_continue = head.minor_version == 1 && head.body != BodyKind::none;
  }
  return std::nullopt;
}

}  // namespace

HeaderScan scan_header(std::string_view bytes, const GateLimits& limits) {
  const auto seen = bytes.substr(0, limits.header_bytes_max);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const bool lone_lf = seen[i] == '\n' && (i == 0 || seen[i - 1] != '\r');
    const bool lone_cr = seen[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] != '\n';
    if (lone_lf || lone_cr || seen[i] == '\0')
      return {0, refuse(11, 400, "bad_line_end", "A header line ends in the wrong way.")};
    const bool empty_line = i >= 3 && seen.substr(i - 3, 4) == "\r\n\r\n";
    if (empty_line) return {i + 1, std::nullopt};
    if (i == 1 && seen.substr(0, 2) == "\r\n")
      return {0, refuse(11, 400, "bad_request_line", "The request starts with an empty line.")};
  }
  if (bytes.size() >= limits.header_bytes_max)
    return {0, refuse(6, 431, "header_too_large", "The header of the request is too large.")};
  return {};
}

boost::system::result<Head, GateRefusal> parse_head(std::string_view raw,
                                                    const GateLimits& limits) {
  Head head;
  const auto scan = scan_header(raw, limits);
  if (scan.refusal) return *scan.refusal;
  if (scan.size != raw.size()) return refuse(11, 400, "bad_header", "The header is not complete.");
  raw.remove_suffix(2);
  bool first = true;
  while (!raw.empty()) {
    const auto end = raw.find("\r\n");
    const auto line = raw.substr(0, end);
    raw.remove_prefix(end + 2);
    const auto refusal =
        first ? read_request_line(line, head, limits) : read_field(line, head, limits);
    if (refusal) return *refusal;
    first = false;
  }
  if (const auto refusal = check_host(head, limits)) return *refusal;
  if (const auto refusal = check_framing(head)) return *refusal;
  if (const auto refusal = check_connection(head)) return *refusal;
  return head;
}

bool host_allowed(std::string_view host, const std::vector<std::string>& allowed) {
  const auto bracket = host.rfind(']');
  const auto colon = host.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  const auto name = has_port ? host.substr(0, colon) : host;
  if (has_port) {
    const auto port = host.substr(colon + 1);
    if (!is_digits(port) || port.size() > 5) return false;
  }
  for (const auto& entry : allowed)
    if (same_name(entry, host) || same_name(entry, name)) return true;
  return false;
}

}  // namespace firsthand::http
