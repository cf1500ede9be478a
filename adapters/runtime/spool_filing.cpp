// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/spool_filing.hpp"

#include <spdlog/spdlog.h>

#include <memory>

#include "adapters/runtime/ask.hpp"
#include "adapters/runtime/rest.hpp"

namespace firsthand::runtime {

using boost::asio::awaitable;

void file_or_spool(Door& door, Spool& spool, Event event) {
  auto kept = std::make_shared<Event>(std::move(event));
  const auto keep = [kept, &spool] {
    if (!spool.append(*kept))
      spdlog::error("telephone: {} {} could not be spooled", kept->source, kept->key);
  };
  // What is spooled is filed first: an end must not overtake its beginning.
  if (spool.size() > 0) return keep();
  door.submit(*kept, [keep](DoorAnswer answer) {
    if (std::holds_alternative<Unavailable>(answer)) keep();
  });
}

awaitable<void> file_spooled(Door& door, Spool& spool) {
  while (true) {
    co_await rest(Millis{1000});
    if (spool.size() == 0) continue;
    const auto events = spool.read();
    bool all = true;
    for (const Event& event : events) {
      const DoorAnswer answer = co_await ask(door, event);
      if (std::holds_alternative<Unavailable>(answer)) {
        all = false;
        break;
      }
    }
    // What came meanwhile is behind what was read; it is filed again, and that changes nothing.
    if (all && spool.clear(events.size())) {
      spdlog::info("telephone: {} spooled events are filed", events.size());
    }
  }
}

}  // namespace firsthand::runtime
