// SPDX-License-Identifier: Apache-2.0
// One PBX that routes by itself, by its manager port (AMI): keeps the connection alive, looks at
// what stands there after each connect, reports observed facts and sends the few commands that we
// have. start, stop, submit and up may be called from any thread; the sink and the completions run
// on the link's own strand and must not block. Nothing here outlives the executor's context. Errors
// never throw: a link that is down says so by LinkDown, once for each new reason.
//
// The protocol is clear text with the password in it: loopback or a management network only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "adapters/telephony/ami_actions.hpp"
#include "adapters/telephony/ami_calls.hpp"
#include "adapters/telephony/port.hpp"

namespace firsthand::telephony {

struct AmiOptions {
  AmiCallsOptions calls;
  AmiDialling dialling;
  std::string pbx_id = "pbx";
  std::string host = "127.0.0.1";
  std::uint16_t port = 5038;
  std::string user, secret;

  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds reply_timeout{5'000};
  std::chrono::milliseconds ping_every{10'000};  // silence for this and a reply's time ends it
  std::chrono::milliseconds look_every{60'000};
  std::chrono::milliseconds backoff_min{250};
  std::chrono::milliseconds backoff_max{10'000};
  std::size_t open_commands_max = 1'000;  // more are answered `unknown`

  /// Only the holder of the writer lock connects. Null: always ours.
  std::function<bool()> may_write = nullptr;
};

/// What stands in the PBX after a look: calls and legs that are not among these have ended.
struct Standing {
  Instant asked_at;
  std::vector<std::string> calls;
};

using AmiEvent = std::variant<ObservedCall, OrderedLeg, BeforeQueue, Standing, LinkUp, LinkDown>;

class AmiAdapter {
 public:
  using Sink = std::function<void(AmiEvent)>;
  using Done = std::function<void(CommandResult)>;

  AmiAdapter(boost::asio::any_io_executor executor, AmiOptions options, Sink sink);
  ~AmiAdapter();  // as stop()
  AmiAdapter(const AmiAdapter&) = delete;
  AmiAdapter& operator=(const AmiAdapter&) = delete;

  void start();
  /// Calls stay in the PBX. Open commands are answered `unknown`.
  void stop();
  /// While the link is not up the answer is `unknown` at once.
  void submit(AmiCommand command, Done done);
  bool up() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with the coroutines that are still unwinding
};

}  // namespace firsthand::telephony
