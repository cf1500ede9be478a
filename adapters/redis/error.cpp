// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/error.hpp"

#include <array>
#include <stdexcept>

namespace firsthand::redis {

std::string_view name(Errc code) {
  switch (code) {
    case Errc::kUnavailable: return "unavailable";
    case Errc::kDeadline: return "deadline";
    case Errc::kOverloaded: return "overloaded";
    case Errc::kProtocol: return "protocol";
    case Errc::kServer: return "server";
    case Errc::kUnexpectedReply: return "unexpected_reply";
    case Errc::kBadArgument: return "bad_argument";
  }
  return "unknown";
}

bool is_transient(Errc code) {
  return code == Errc::kUnavailable || code == Errc::kDeadline || code == Errc::kOverloaded;
}

Failure classify_server_error(std::string_view text) {
  // States of the server, not faults of the command: it may be served elsewhere or later.
  static constexpr std::array<std::string_view, 12> kStates = {
      "READONLY", "LOADING",     "MOVED",   "ASK",        "OOM",        "BUSY",
      "TRYAGAIN", "CLUSTERDOWN", "MISCONF", "MASTERDOWN", "NOREPLICAS", "UNKILLABLE"};
  const std::string_view word = text.substr(0, text.find(' '));
  for (const std::string_view state : kStates) {
    if (word == state) return Failure{Errc::kUnavailable, std::string(text)};
  }
  // Said while closing a link it will not serve, before any command was read.
  if (text.starts_with("ERR max number of clients")) {
    return Failure{Errc::kUnavailable, std::string(text)};
  }
  return Failure{Errc::kServer, std::string(text)};
}

void throw_exception_from_error(const Failure& failure, const boost::source_location&) {
  throw std::runtime_error("redis " + std::string(name(failure.code)) + ": " + failure.detail);
}

}  // namespace firsthand::redis
