// SPDX-License-Identifier: Apache-2.0
// Requests and responses as handlers see them: owned values, no library types.
//
// A refused request is answered with application/problem+json (RFC 9457): type, title, status,
// detail, code, field, instance. `code` is stable and for programs; `detail` is a sentence for
// people; `instance` is the trace id under which the log knows more. The server fills the instance
// in.
//
// Thread: values. Errors: header values with line breaks are dropped by the writer, never sent.
#pragma once

#include <any>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/http/text.hpp"

namespace firsthand::http {

struct Request {
  std::string method;
  std::string target;  // as sent
  std::string path;    // decoded once, no `..`
  Pairs query;         // decoded, in order
  Pairs headers;
  Pairs path_params;
  std::string body;
  std::string host;            // from the allow list
  std::string client_address;  // behind a configured proxy, the proxy's client
  bool secure = false;         // the client's connection is TLS
  std::string trace_id;        // 32 hex digits, new for every request
  std::any attachment;         // what the guard learned, for example who is signed in

  std::string_view header(std::string_view name) const;                      // empty when absent
  std::optional<std::string_view> query_value(std::string_view name) const;  // the first
  std::string_view param(std::string_view name) const;                       // from the pattern
  std::optional<std::string_view> cookie(std::string_view name) const;
};

struct Problem {
  int status = 500;
  std::string code;
  std::string sentence;
  std::string field;
  std::string instance;
};

struct Response {
  int status = 200;
  std::string content_type;  // none is sent when empty
  Pairs headers;
  std::string body;
  /// For bodies that many responses share; used instead of `body` when set.
  std::shared_ptr<const std::string> shared_body;
  /// Set by problem(); the body is written from it.
  std::optional<Problem> details;
  bool close = false;

  static Response json(int status, std::string text);
  static Response text(int status, std::string text);
  static Response html(int status, std::string text);
  static Response no_content();
  static Response redirect(std::string location, int status = 303);
  static Response problem(int status, std::string code, std::string sentence,
                          std::string field = {}, std::string instance = {});
  /// The same as problem(503, ...) with Retry-After.
  static Response busy(std::string code, std::string sentence, unsigned retry_after_seconds);

  Response& add_header(std::string name, std::string value);
  std::string_view header(std::string_view name) const;
  std::size_t body_size() const { return shared_body ? shared_body->size() : body.size(); }
};

std::string_view reason_phrase(int status);
/// The JSON text of a problem.
std::string to_json(const Problem& problem);
/// 128 random bits as 32 hex digits, from the system's generator.
std::string new_trace_id();

/// The status line and header of a response, with the security headers every response carries.
struct HeadStyle {
  bool keep_alive = true;
  bool secure = false;
  std::string_view html_policy;  // Content-Security-Policy for text/html
};
std::string render_head(const Response& response, const HeadStyle& style);

/// The console's policy: own scripts only; inline styles are needed by the list virtualiser.
inline constexpr std::string_view kConsolePolicy =
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws: wss:; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";

}  // namespace firsthand::http
