// SPDX-License-Identifier: Apache-2.0
// Puts what was written to the history under seal, once a minute and a great backlog in pieces.
// Every node runs one; whoever comes first seals, the others find nothing to do. Runs on one
// executor.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "adapters/metrics/registry.hpp"
#include "adapters/postgres/pool.hpp"

namespace firsthand::runtime {

class HistorySealer {
 public:
  HistorySealer(postgres::Pool& pool, metrics::Registry& metrics);

  boost::asio::awaitable<void> run();

 private:
  postgres::Pool& pool_;
  metrics::Gauge& lag_;
  metrics::Counter& sealed_;
  bool late_ = false;
};

}  // namespace firsthand::runtime
