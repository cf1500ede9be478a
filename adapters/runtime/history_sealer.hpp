// SPDX-License-Identifier: Apache-2.0
// Puts what was written to the history under seal, once a minute and a great backlog in pieces.
// Every node runs one; whoever comes first seals, the others find nothing to do. Runs on one
// executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

#include "adapters/metrics/registry.hpp"
#include "adapters/postgres/pool.hpp"

namespace firsthand::runtime {

class HistorySealer {
 public:
  HistorySealer(postgres::Pool& pool, metrics::Registry& metrics);

  boost::asio::awaitable<void> run();

 private:
  boost::asio::awaitable<int> seal();  ///< how many rows; 0 as well when it failed
  boost::asio::awaitable<double> measure();
  void say_whether_late(double waiting_s);

  postgres::Pool& pool_;
  metrics::Gauge& waiting_;
  metrics::Counter& sealed_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  bool late_ = false;
};

}  // namespace firsthand::runtime
