// SPDX-License-Identifier: Apache-2.0
// `firsthand telephony check`: tries the contract with a live PBX, as ops/asterisk/README.md asks
// for it, and says what is wrong. It connects as an application of its own, so that a running
// engine keeps its calls, and leaves no channel and no application behind. What it concludes from
// replies is in telephony_findings.hpp.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <iosfwd>
#include <string>
#include <vector>

#include "adapters/runtime/telephony_findings.hpp"
#include "config/settings.hpp"

namespace firsthand::runtime {

struct TelephonyCheck {
  std::string pbx;                    ///< which of several; "": the first
  std::string number = "7000";        ///< of a queue: what a customer dials
  std::string context = "firsthand";  ///< of the dialplan contract
  std::vector<std::string> extensions;
  /// A call that goes where it should is there sooner.
  std::chrono::milliseconds patience{8000};
};

/// On one executor. Everything that can go wrong is a finding.
boost::asio::awaitable<Findings> check_telephony(const config::Settings& settings,
                                                 TelephonyCheck wish);

/// Asks the database for the extensions, checks, prints; the exit code: 0 or 1.
int telephony_check(const config::Settings& settings, TelephonyCheck wish, std::ostream& out);

}  // namespace firsthand::runtime
