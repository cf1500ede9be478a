// SPDX-License-Identifier: Apache-2.0
// Nobody is forgotten: customers with overdue money or a contract that ends, and nobody in touch,
// become calls that somebody owns. Once a day by whichever node comes first (the event's key names
// customer and day; the engine makes no second one), or when a supervisor says so. On the executor
// it is awaited on.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "adapters/postgres/pool.hpp"
#include "adapters/postgres/reads/neglect_reads.hpp"
#include "adapters/runtime/rules_source.hpp"
#include "engine/door.hpp"

namespace firsthand::runtime {

/// The question as the rules in force ask it; days 0: they do not.
postgres::NeglectQuestion neglect_question(const Rules& rules, Instant now);
event::CustomerNeglected neglected(const postgres::NeglectedCustomer& customer, UserId to);

class NeglectLoop {
 public:
  NeglectLoop(Door& door, postgres::Pool& pool, RulesSource rules)
      : door_(door), pool_(pool), rules_(std::move(rules)) {}

  boost::asio::awaitable<void> run();
  /// One look; how many calls were planned. For tests as well.
  boost::asio::awaitable<int> look();

 private:
  Door& door_;
  postgres::Pool& pool_;
  const RulesSource rules_;
};

}  // namespace firsthand::runtime
