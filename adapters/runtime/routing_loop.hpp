// SPDX-License-Identifier: Apache-2.0
// Brings who waits and who is there together: looks at both after every commit, asks the pure plan,
// and proposes offers to the door, whose fence decides. Also the keeper of everything that ends by
// itself: offers, wrap-ups, back-offs, pauses, leases of consoles that never came back. One
// executor.
#pragma once

#include "adapters/runtime/batching_door.hpp"
#include "adapters/runtime/emergency_desk.hpp"
#include "adapters/runtime/projection.hpp"
#include "routing/match.hpp"

namespace firsthand::runtime {

/// How long a telephone rings before the next is tried.
struct RingTimes {
  Seconds owner{15};
  Seconds others{15};
};

class RoutingLoop {
 public:
  RoutingLoop(boost::asio::any_io_executor executor, Door& door, postgres::Pool& reads,
              Projection& projection, RulesSource rules, RingTimes ring,
              metrics::Registry& metrics);

  void wake() { wake_.notify(); }
  /// While the PBX cannot ring telephones nobody is offered a call.
  void telephony_up(bool up) { telephony_up_ = up; }
  /// Whether a person has a console open at any node: asked before a lease that has run out sends
  /// somebody offline, for another node may have let it run. Set before run().
  using ConsoleOpen = std::function<boost::asio::awaitable<bool>(UserId)>;
  void on_lease_ended(ConsoleOpen asked) { console_open_ = std::move(asked); }
  boost::asio::awaitable<void> run();
  /// Who was free when the desks were last seen, longest idle first. Any thread.
  std::vector<Reachable> reachable() const;

 private:
  struct Ending {
    std::string kind;  ///< offer, wrap_up, lease, pause
    std::int64_t id = 0;
    std::int64_t version = 0;
  };
  struct Look {
    std::vector<routing::Waiting> waiting;
    std::vector<routing::AgentState> agents;
    std::vector<Ending> endings;
    Instant now{};
    std::optional<Millis> until_next_ending;
  };
  boost::asio::awaitable<std::optional<Look>> look();
  boost::asio::awaitable<void> offer(const routing::Pair& pair, const Look& seen);
  boost::asio::awaitable<void> end(const Ending& ending);
  void keep_reachable(const Look& seen);

  Door& door_;
  postgres::Pool& reads_;
  Projection& projection_;
  RulesSource rules_;
  const RingTimes ring_;
  net::Signal wake_;
  std::atomic<bool> telephony_up_{false};
  ConsoleOpen console_open_;
  metrics::Counter& offered_;
  mutable std::mutex mutex_;
  std::vector<Reachable> reachable_;
};

/// 256 random bits as text, for offers, tickets and public pages.
std::string random_token();

}  // namespace firsthand::runtime
