// SPDX-License-Identifier: Apache-2.0
// Between the PBX and the door: what the PBX tells becomes events, and the commands that a decision
// left in the outbox go to the PBX after commit, at least once, with ids that make a repeat
// harmless. When PostgreSQL is away events are spooled and filed later. Runs on one executor;
// calls into it may come from any thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <optional>

#include "adapters/asio/signal.hpp"
#include "adapters/postgres/pool.hpp"
#include "adapters/runtime/emergency_desk.hpp"
#include "adapters/runtime/pbx_outbox.hpp"
#include "adapters/runtime/spool.hpp"
#include "adapters/telephony/ari_link.hpp"
#include "engine/door.hpp"

namespace firsthand::runtime {

class Telephone {
 public:
  Telephone(boost::asio::any_io_executor executor, telephony::AriOptions options, Door& door,
            postgres::Pool& pool, Spool& spool, std::function<bool()> database_up,
            std::function<std::vector<Reachable>()> reachable,
            std::function<UserId(std::string_view extension)> whose_telephone);

  void start();
  void stop();
  bool up() const;
  /// Another engine had taken our place in the PBX, and has lost its right to it.
  bool fenced() const { return ari_.state() == telephony::LinkState::fenced; }
  /// Called with the link's state when it changes; on the adapter's strand.
  void on_link(std::function<void(bool)> hook) { link_changed_ = std::move(hook); }
  /// There may be commands in the outbox.
  void wake() { wake_.notify(); }
  /// Tells a caller who waits something; nothing is stored of it. On the executor.
  void say(const std::string& channel, const std::string& media, std::uint64_t serial);
  const std::string& pbx() const { return pbx_; }
  /// Callers taken without the database are tried again, for as long as it runs.
  boost::asio::awaitable<void> watch_emergencies();
  /// Sends commands for as long as it runs.
  boost::asio::awaitable<void> send_commands();

 private:
  void hear(telephony::PbxEvent heard);
  void arrived(telephony::CallArrived call);
  /// The door has answered about a new caller: filed, or the database cannot take him.
  void settled(const telephony::CallArrived& call, bool filed);
  void answered(const telephony::LegAnswered& leg);
  void listener_leg(const telephony::PbxEvent& heard, const std::string& key);
  /// By the telephone's own key.
  void transfer(const telephony::TransferRequested& wish);
  void tell(std::string key, Happening what);
  /// Ends what the PBX did not hold when it was looked at, and does not hold now.
  void compare(const telephony::Snapshot& snapshot, std::chrono::steady_clock::time_point looked);
  /// What an engine before us had recorded goes on, under the same name.
  void go_on_recording(const std::vector<telephony::Record>& recordings);
  void record_told(const telephony::Record& record, const telephony::CommandResult& result);
  void carry_out(const PbxOutbox::Command& command);

  boost::asio::any_io_executor executor_;
  const std::string pbx_;
  Door& door_;
  postgres::Pool& pool_;
  PbxOutbox outbox_;
  Spool& spool_;
  net::Signal wake_;
  std::function<void(bool)> link_changed_;
  std::function<bool()> database_up_;
  std::function<UserId(std::string_view)> whose_telephone_;
  EmergencyDesk emergency_;
  /// Callers of whom the door has not said yet whether they are filed; and who has hung up by then.
  std::map<std::string, std::optional<telephony::CallEnded>> arriving_;
  /// What the PBX held after a connect when the database could not be asked about it, and when that
  /// was.
  std::optional<std::pair<telephony::Snapshot, std::chrono::steady_clock::time_point>> uncompared_;
  telephony::AriAdapter ari_;
};

}  // namespace firsthand::runtime
