// SPDX-License-Identifier: Apache-2.0
// Fires ladder steps at their instant. Sleeps until the next due time, from Redis when it knows,
// else from PostgreSQL; behind it a sweep every 5 s takes what slipped through, and counts it,
// because that number should stay 0. Firing is safe from any number of nodes: the door compares
// version and stage. Runs on one executor.
#pragma once

#include "adapters/metrics/registry.hpp"
#include "adapters/runtime/projection.hpp"
#include "engine/door.hpp"

namespace firsthand::runtime {

class ClockLoop {
 public:
  ClockLoop(boost::asio::any_io_executor executor, Door& door, postgres::Pool& reads,
            Projection& projection, metrics::Registry& metrics);

  /// A commit may have brought an earlier due time. Any thread.
  void wake() { wake_.notify(); }
  boost::asio::awaitable<void> run();
  /// The net behind it.
  boost::asio::awaitable<void> sweep();

 private:
  struct Step {
    ClockId clock;
    std::int64_t version = 0;
    int stage = 0;
    Instant fire_at{};
  };
  struct Look {
    std::vector<Step> due;
    std::optional<Millis> until_next;
  };
  boost::asio::awaitable<Look> look(Millis overdue_by);
  boost::asio::awaitable<std::vector<Step>> look_up(std::vector<DueStep> claimed);
  /// True when the door has decided about all of them.
  boost::asio::awaitable<bool> fire(std::vector<Step> steps);

  Door& door_;
  postgres::Pool& reads_;
  Projection& projection_;
  net::Signal wake_;
  metrics::Counter& fired_;
  metrics::Counter& swept_;
  metrics::Histogram& lateness_;
};

}  // namespace firsthand::runtime
