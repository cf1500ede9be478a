// SPDX-License-Identifier: Apache-2.0
// The HTTP gate: what a request's header must look like before anything else reads it. It works on
// the raw bytes, because the parser behind it accepts unknown transfer codings, merges chunk
// trailers into the header and takes missing or double Host fields. Whatever it refuses, closes.
//
// The rules (numbers are used in metrics and tests): 1 transfer coding exactly `chunked`, 2 one
// Content-Length in digits, 3 one Host from the allow list, 4 origin-form target decoded once,
// 5 methods by list and no body where none belongs, 6 sizes, folding and doubled fields, 7 no
// trailers, 8 body and chunk limits, 9 deadlines and socket caps, 10 no pipelining, 11 any parse
// error closes, 12 forwarded headers only from configured proxies. 7 to 9 act while the body and
// the socket are read (body.hpp, session.cpp); the rest is here. Sources: RFC 9110, RFC 9112.
//
// Thread: pure functions. Errors: a GateRefusal.
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/text.hpp"

namespace firsthand::http {

struct GateLimits {
  std::size_t header_bytes_max = 8 * 1024;
  std::size_t fields_max = 64;
  std::size_t target_bytes_max = 2 * 1024;
  /// Host names we answer to, without case. A name without a port matches any port.
  std::vector<std::string> hosts = {"127.0.0.1", "localhost", "[::1]"};
};

struct GateRefusal {
  int rule = 11;
  int status = 400;
  std::string_view code;      // stable, for programs
  std::string_view sentence;  // for people
};

enum class BodyKind { none, length, chunked };

/// A request's header after the gate, owned.
struct Head {
  std::string method;
  std::string target;  // raw
  std::string path;    // decoded once
  Pairs query;
  Pairs headers;
  std::string host;
  int minor_version = 1;
  bool keep_alive = true;
  bool upgrade_websocket = false;
  bool expects_continue = false;
  BodyKind body = BodyKind::none;
  std::uint64_t content_length = 0;
};

struct HeaderScan {
  std::size_t size = 0;  // bytes of the header with its empty line; 0 while more is needed
  std::optional<GateRefusal> refusal;
};

/// Looks at what has arrived so far: where the header ends, or that it never may.
HeaderScan scan_header(std::string_view bytes, const GateLimits& limits);

/// `raw` is one whole header with its empty line.
boost::system::result<Head, GateRefusal> parse_head(std::string_view raw, const GateLimits& limits);

bool host_allowed(std::string_view host, const std::vector<std::string>& allowed);

/// The methods that exist here, for Allow.
inline constexpr std::string_view kMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";

}  // namespace firsthand::http
