// SPDX-License-Identifier: Apache-2.0
// Between a PBX that routes calls itself (Asterisk with app_queue or FreePBX, by its manager port)
// and the door: what is observed becomes events, and the little that we may do there is done: calls
// to customers from an agent's telephone, hanging up, pausing the members of queues by presence,
// and taking a caller to the owner of his case before he stands in a queue. When PostgreSQL is away
// what is observed is spooled and filed later. Runs on one executor; the link's strand calls in.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <string>

#include "adapters/asio/signal.hpp"
#include "adapters/postgres/pool.hpp"
#include "adapters/runtime/pbx_outbox.hpp"
#include "adapters/runtime/rules_source.hpp"
#include "adapters/runtime/spool.hpp"
#include "adapters/telephony/ami_link.hpp"
#include "engine/door.hpp"

namespace firsthand::runtime {

class Switchboard {
 public:
  Switchboard(boost::asio::any_io_executor executor, telephony::AmiOptions options, Door& door,
              postgres::Pool& pool, Spool& spool, RulesSource rules);

  void start() { ami_.start(); }
  void stop() { ami_.stop(); }
  bool up() const { return ami_.up(); }
  /// Called with the link's state when it changes; on the link's strand.
  void on_link(std::function<void(bool)> hook) { link_changed_ = std::move(hook); }
  /// Something was committed: there may be commands in the outbox, or somebody has gone on a break.
  void wake() {
    commands_due_.notify();
    desks_changed_.notify();
  }
  /// Sends commands for as long as it runs.
  boost::asio::awaitable<void> send_commands();
  /// Pauses the members of queues as their desks say, for as long as it runs.
  boost::asio::awaitable<void> carry_presence();

 private:
  /// What a queue has been told of one agent: whether he is paused, and why.
  struct Told {
    bool paused = false;
    std::string reason;
    friend bool operator==(const Told&, const Told&) = default;
  };
  struct Owner {
    bool known = false;     ///< the call is recorded
    std::string extension;  ///< of the owner, or of who stands in; empty when nobody is free
  };

  void hear(telephony::AmiEvent heard);
  void tell(std::string key, Happening what);
  void observed(const telephony::ObservedCall& call);
  void ordered(const telephony::OrderedLeg& leg);
  void compare(telephony::Standing standing);
  boost::asio::awaitable<void> take_to_owner(std::string call);
  boost::asio::awaitable<std::optional<Owner>> owner_of(std::string call);
  void carry_out(const PbxOutbox::Command& command);
  boost::asio::awaitable<std::optional<std::map<std::string, Told>>> desks();
  void pause(const std::string& extension, const Told& wanted);

  boost::asio::any_io_executor executor_;
  const std::string pbx_;
  const bool pauses_;
  Door& door_;
  postgres::Pool& pool_;
  PbxOutbox outbox_;
  Spool& spool_;
  RulesSource rules_;
  net::Signal commands_due_, desks_changed_;
  std::map<std::string, Told> told_;  // by extension; on the executor
  std::function<void(bool)> link_changed_;
  telephony::AmiAdapter ami_;
};

}  // namespace firsthand::runtime
