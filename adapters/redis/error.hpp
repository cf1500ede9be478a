// SPDX-License-Identifier: Apache-2.0
// What can go wrong with Redis, as a value. Nothing here throws for a Redis that is away or slow:
// the caller goes on without it (PostgreSQL owns every fact) and is only late.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <string>
#include <string_view>

namespace firsthand::redis {

enum class Errc {
  kUnavailable = 1,  // no link, link lost, or Redis says it cannot serve now
  kDeadline,         // no answer in time: the link was ended; whether the command ran is unknown
  kOverloaded,       // our own bound on waiting commands or bytes was reached; nothing was sent
  kProtocol,         // bytes that are not RESP2, or over the reply limits: the link was ended
  kServer,           // Redis refused the command itself; the detail is its sentence
  kUnexpectedReply,  // a reply of another shape than the command has
  kBadArgument,      // refused before sending
};

std::string_view name(Errc code);

struct Failure {
  Errc code;
  std::string detail;  // for logs, never holds ids of customers or secrets of ours
};

template <class T>
using Result = boost::system::result<T, Failure>;

/// Worth trying again later, as opposed to a fault of ours.
bool is_transient(Errc code);

/// Sorts the text of a Redis error reply: "READONLY You can't write…" is kUnavailable, "ERR …" is
/// kServer.
Failure classify_server_error(std::string_view text);

/// Lets Result<T>::value() throw std::runtime_error with both parts.
[[noreturn]] void throw_exception_from_error(const Failure& failure,
                                             const boost::source_location& where);

}  // namespace firsthand::redis
