// SPDX-License-Identifier: Apache-2.0
// One PBX: keeps the event socket to Asterisk alive, looks around after each connect (events are
// hints, what stands in the PBX is the truth), sends commands over HTTP and reports canonical
// events. start, stop, submit, state and stats may be called from any thread; the sink and the
// completions run on the adapter's own strand and must not block. Nothing here outlives the
// executor's context. Errors never throw: a link that is down shows in state() and LinkDown.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/telephony/ari_call_state.hpp"
#include "adapters/telephony/port.hpp"

namespace firsthand::telephony {

struct AriOptions {
  AriStateOptions calls;  // pbx_id, app, endpoints, leases
  std::string host = "127.0.0.1";
  std::uint16_t port = 8088;
  std::string user, password;  // sent in the Authorization header, never in the address
  std::string base = "/ari";

  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds request_timeout{5'000};
  // Below Asterisk's session_keep_alive (15 s unless http.conf says otherwise): a request that may
  // not be repeated must not meet a connection that is just being closed.
  std::chrono::milliseconds idle_connection{8'000};
  std::chrono::milliseconds idle_ping{10'000};  // two pings unanswered end the socket
  std::chrono::milliseconds backoff_min{250};
  std::chrono::milliseconds backoff_max{10'000};
  std::chrono::milliseconds reconcile_every{60'000};
  std::size_t buffered_frames_max = 50'000;  // while the snapshot is taken; more ends the socket
  std::size_t queued_requests_max = 10'000;  // more are refused
  int lanes = 4;                             // HTTP connections; a call stays on one

  // Only the holder of the writer lock connects and commands. Null: always ours.
  std::function<bool()> may_write = nullptr;
  // Other engines' applications on this PBX, and whether one of them has lost its writer.
  std::vector<std::string> peer_apps = {};
  std::function<bool(const std::string& app)> app_abandoned = nullptr;
};

enum class LinkState : std::uint8_t {
  stopped,
  waiting_for_lock,
  connecting,
  reconciling,
  up,
  fenced
};
std::string_view to_string(LinkState state);

struct AriStats {
  std::uint64_t frames = 0, bad_frames = 0, requests = 0, timeouts = 0, refusals_4xx = 0,
                errors_5xx = 0, connects = 0, reconcile_differences = 0;
  std::size_t live_calls = 0, live_legs = 0, queued_requests = 0;
  std::chrono::milliseconds last_request{0};
};

using EventSink = std::function<void(PbxEvent)>;
using CommandDone = std::function<void(CommandResult)>;

class AriAdapter {
 public:
  AriAdapter(boost::asio::any_io_executor executor, AriOptions options, EventSink sink);
  ~AriAdapter();  // as stop()
  AriAdapter(const AriAdapter&) = delete;
  AriAdapter& operator=(const AriAdapter&) = delete;

  void start();
  // Closes the socket; calls stay in the PBX. Open commands are answered `unknown`.
  void stop();
  // While the link is not up the answer is `unknown` (or `refused` when fenced) at once.
  void submit(PbxCommand command, CommandDone done);
  // What we believe to stand in the PBX, after all that was submitted before; told on the strand,
  // and not at all while the link is not up or not ours.
  void standing(std::function<void(const Snapshot&)> then);
  LinkState state() const;
  AriStats stats() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with the coroutines that are still unwinding
};

}  // namespace firsthand::telephony
