// SPDX-License-Identifier: Apache-2.0
// Scores every customer once a month by the scoring rule in force: a few at a time go through the
// door as TierScored. The key names customer and month, so that several nodes score nobody twice.
// Runs on one executor.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "adapters/postgres/pool.hpp"
#include "adapters/runtime/rules_source.hpp"
#include "engine/door.hpp"

namespace firsthand::runtime {

class TierLoop {
 public:
  TierLoop(Door& door, postgres::Pool& pool, RulesSource rules)
      : door_(door), pool_(pool), rules_(std::move(rules)) {}

  boost::asio::awaitable<void> run();
  /// Those whose score is of an earlier month, a chunk behind `after`; answers the last one.
  boost::asio::awaitable<std::int64_t> chunk(std::int64_t after);

 private:
  Door& door_;
  postgres::Pool& pool_;
  const RulesSource rules_;
};

}  // namespace firsthand::runtime
