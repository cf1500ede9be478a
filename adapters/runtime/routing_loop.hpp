// SPDX-License-Identifier: Apache-2.0
// Brings who waits and who is there together: after every commit it asks the pure plan and proposes
// offers to the door, whose fence decides. Also the keeper of everything that ends by itself:
// offers, wrap-ups, back-offs, pauses, leases of consoles that never came back. One executor; what
// is said otherwise may come from any thread.
#pragma once

#include <set>

#include "adapters/asio/task_group.hpp"
#include "adapters/runtime/batching_door.hpp"
#include "adapters/runtime/emergency_desk.hpp"
#include "adapters/runtime/projection.hpp"
#include "adapters/runtime/routing_picture.hpp"
#include "routing/expectation.hpp"

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

  /// What a transaction of this node has changed. Any thread.
  void saved(const postgres::Saved& saved);
  /// Another node has changed something, or the rules have.
  void look_anew();
  /// While its PBX cannot ring telephones nobody is offered a call. Any thread.
  void telephony_up(const std::string& pbx, bool up);
  /// Whether a person has a console open at any node: asked before a lease that has run out sends
  /// somebody offline, for another node may have let it run. Set before run().
  using ConsoleOpen = std::function<boost::asio::awaitable<bool>(UserId)>;
  void on_lease_ended(ConsoleOpen asked) { console_open_ = std::move(asked); }
  /// Called every second with everybody who waits in line. Set before run().
  using LineHook = std::function<void(const RoutingPicture&, const routing::HandlingTimes&)>;
  void on_line(LineHook hook) { line_ = std::move(hook); }
  boost::asio::awaitable<void> run();
  /// Who was free when the desks were last seen, longest idle first. Any thread.
  std::vector<Reachable> reachable() const;

 private:
  boost::asio::awaitable<void> look_at_everything();
  boost::asio::awaitable<void> take_changes();
  boost::asio::awaitable<void> offer(routing::Pair pair);
  boost::asio::awaitable<void> end(Ending ending);
  boost::asio::awaitable<void> tell(Happening what);
  void match();
  /// Gives the callers away who are used up by the time.
  void give_up(const std::vector<routing::Spent>& exhausted);
  bool any_pbx() const;
  void keep_reachable();
  Instant now() const;

  Door& door_;
  postgres::Pool& reads_;
  Projection& projection_;
  RulesSource rules_;
  const RingTimes ring_;
  net::Signal wake_;
  std::atomic<bool> anew_{true};
  ConsoleOpen console_open_;
  LineHook line_;
  metrics::Counter& offered_;
  net::TaskGroup tasks_;

  RoutingPicture picture_;
  routing::HandlingTimes times_;
  std::shared_ptr<const Rules> rules_seen_;
  std::vector<routing::QueueRules> queues_;
  std::unordered_set<InteractionId> spent_;  ///< the door is being told
  bool looking_ = false;
  bool sound_ = false;  ///< the last look succeeded
  std::chrono::steady_clock::time_point looked_{};
  std::chrono::steady_clock::time_point loads_looked_{};
  std::chrono::steady_clock::time_point promises_looked_{};
  Millis look_took_{0};
  Millis ahead_{0};  ///< of PostgreSQL's clock over ours
  std::optional<Instant> next_change_;

  mutable std::mutex mutex_;
  std::vector<Interaction> interactions_;  ///< saved, not taken yet
  std::vector<Desk> desks_;
  std::vector<Reachable> reachable_;
  std::set<std::string, std::less<>> linked_;  ///< PBXs whose calls this node can command
};

/// 256 random bits as text, for offers, tickets and public pages.
std::string random_token();

}  // namespace firsthand::runtime
