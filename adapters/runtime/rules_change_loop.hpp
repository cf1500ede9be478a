// SPDX-License-Identifier: Apache-2.0
// Carries a saved change of the rules to the clocks that run: a few cases at a time go through the
// door as ClocksRecomputed, until no clock lags behind the newest revision. One node at a time
// works, by a lease in rule_change; when it dies another goes on where the clocks say it stopped,
// and nothing is done twice. It aims to hold the door for no longer than 60 ms and rests as long as
// it worked, so that calls and intake do not wait for it. Runs on one executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "adapters/asio/signal.hpp"
#include "adapters/metrics/registry.hpp"
#include "adapters/postgres/pool.hpp"
#include "adapters/runtime/rules_source.hpp"
#include "engine/door.hpp"

namespace firsthand::runtime {

class RulesChangeLoop {
 public:
  RulesChangeLoop(boost::asio::any_io_executor executor, Door& door, postgres::Pool& pool,
                  RulesSource rules, std::string node, metrics::Registry& metrics);

  /// The rules of this node are new ones. Any thread.
  void wake() { wake_.notify(); }
  boost::asio::awaitable<void> run();

  /// idle: nothing lags, or this node's rules are not the newest, or another node works on it.
  enum class Turn { idle, worked };
  /// One chunk.
  boost::asio::awaitable<Turn> turn();

 private:
  struct Lagging {
    event::ClocksRecomputed what;
    std::string mark;  ///< of the clocks that lag
    std::int64_t id() const {
      return what.case_id    ? what.case_id.value
             : what.customer ? what.customer.value
                             : what.review_action.value;
    }
  };
  struct Look {
    bool ours = false;
    std::vector<Lagging> matters;
  };
  Look look(postgres::Connection& connection, std::int64_t revision) const;
  void note(postgres::Connection& connection, std::int64_t revision, std::int64_t moved,
            bool end) const;
  void pace(Millis took);

  Door& door_;
  postgres::Pool& pool_;
  const RulesSource rules_;
  const std::string node_;
  net::Signal wake_;
  metrics::Counter& cases_;
  metrics::Counter& moved_;
  std::size_t chunk_;                    ///< clocks at a time
  std::int64_t revision_ = 0;            ///< of the rules that the two below belong to
  std::vector<std::int64_t> set_aside_;  ///< what could not be computed; tried again later
  Millis rest_{};
};

}  // namespace firsthand::runtime
