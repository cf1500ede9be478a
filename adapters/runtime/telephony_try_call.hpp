// SPDX-License-Identifier: Apache-2.0
// The calls that `firsthand telephony check` places, and ARI as it needs it: one request after the
// other. On one executor; errors are replies without a status.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/asio/net/http_client.hpp"
#include "adapters/runtime/telephony_findings.hpp"
#include "adapters/telephony/ari_link.hpp"

namespace firsthand::runtime {

class CheckedPbx {
 public:
  CheckedPbx(const boost::asio::any_io_executor& executor, const telephony::AriOptions& options);

  boost::asio::awaitable<AriAnswer> ask(std::string method, std::string path,
                                        std::string body = "");
  const telephony::AriOptions& options() const { return options_; }
  const net::Headers& headers() const { return headers_; }

 private:
  const telephony::AriOptions options_;
  const net::Headers headers_;
  net::HttpClient client_;
};

/// One call into the contract: a Local channel, whose inner end walks through the dialplan. Whoever
/// places one hangs it up.
class TryCall {
 public:
  /// `name` was never used before: ids are for ever.
  TryCall(CheckedPbx& pbx, std::string app, const std::string& name);

  /// `to_us`: the contract hands it to our application in the place of the engine's.
  boost::asio::awaitable<AriAnswer> place(std::string number, std::string context, bool to_us);
  /// Until the call stays where `there` holds, or the patience is over: then where it is. A call on
  /// its way is seen for a moment in a Stasis() that is about to fail.
  boost::asio::awaitable<Whereabouts> wait_until(std::function<bool(const Whereabouts&)> there,
                                                 std::chrono::milliseconds patience);
  /// The seconds that are left, as Asterisk writes them; "0" or "" without a lease.
  boost::asio::awaitable<std::string> lease();
  boost::asio::awaitable<bool> set_lease(std::string_view seconds);
  /// Both ends; one that is gone already is fine. True when nothing is left.
  boost::asio::awaitable<bool> hang_up();
  std::chrono::steady_clock::time_point begun() const { return begun_; }

 private:
  boost::asio::awaitable<std::optional<Whereabouts>> look();

  CheckedPbx& pbx_;
  const std::string app_, outside_, inside_;
  std::chrono::steady_clock::time_point begun_;
};

}  // namespace firsthand::runtime
