// SPDX-License-Identifier: Apache-2.0
// Calls that another telephone system reports and never reports the end of. After the bounds of
// call_sources.toml they are ended here: who waited is called back, a conversation ends unseen. A
// report that comes later still corrects it. Once a minute, on every node: whoever is second finds
// the call ended. On the executor it is awaited on.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "adapters/postgres/pool.hpp"
#include "adapters/runtime/rules_source.hpp"
#include "engine/door.hpp"

namespace firsthand::runtime {

class ObservedSweep {
 public:
  ObservedSweep(Door& door, postgres::Pool& pool, CallSourcesSource sources)
      : door_(door), pool_(pool), sources_(std::move(sources)) {}

  boost::asio::awaitable<void> run();
  /// One look; how many calls it ended. For tests as well.
  boost::asio::awaitable<int> look();

 private:
  Door& door_;
  postgres::Pool& pool_;
  const CallSourcesSource sources_;
};

namespace statements {
extern const std::vector<postgres::Statement> kObservedSweep;
}

}  // namespace firsthand::runtime
