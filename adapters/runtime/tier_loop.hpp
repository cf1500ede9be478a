// SPDX-License-Identifier: Apache-2.0
// Scores every customer once a month by the scoring rule in force: a few at a time go through the
// door as TierScored. The key names customer and month, so that several nodes score nobody twice.
// Runs on one executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>

#include "adapters/postgres/pool.hpp"
#include "engine/door.hpp"
#include "engine/rules.hpp"

namespace firsthand::runtime {

class TierLoop {
 public:
  using Rules = std::function<std::shared_ptr<const firsthand::Rules>()>;

  TierLoop(Door& door, postgres::Pool& pool, Rules rules)
      : door_(door), pool_(pool), rules_(std::move(rules)) {}

  boost::asio::awaitable<void> run();
  /// Those whose score is of an earlier month, a chunk behind `after`; answers the last one.
  boost::asio::awaitable<std::int64_t> chunk(std::int64_t after);

 private:
  Door& door_;
  postgres::Pool& pool_;
  const Rules rules_;
};

}  // namespace firsthand::runtime
