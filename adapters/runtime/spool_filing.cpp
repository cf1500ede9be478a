// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/spool_filing.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "adapters/runtime/ask.hpp"
#include "adapters/runtime/rest.hpp"

namespace firsthand::runtime {

using boost::asio::awaitable;

namespace {
constexpr std::size_t kAtOnce = 256;
}  // namespace

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
  std::size_t filed = 0;  // from the beginning of the file on
  while (true) {
    // While the rest is filed more comes, and waits behind it: no pause until there is none.
    if (filed == 0) co_await rest(Millis{1000});
    if (spool.size() == 0) {
      filed = 0;
      continue;
    }
    auto events = spool.read();
    const std::size_t until = std::min(events.size(), filed + kAtOnce);
    // The door keeps their order, so they need not wait for one another.
    std::vector<Event> next(std::make_move_iterator(events.begin() + std::ptrdiff_t(filed)),
                            std::make_move_iterator(events.begin() + std::ptrdiff_t(until)));
    const auto answers = co_await ask_all(door, std::move(next));
    const auto away = std::find_if(answers.begin(), answers.end(), [](const DoorAnswer& answer) {
      return std::holds_alternative<Unavailable>(answer);
    });
    filed += static_cast<std::size_t>(away - answers.begin());
    if (away != answers.end()) {
      co_await rest(Millis{1000});
    } else if (spool.clear(filed)) {
      spdlog::info("telephone: {} spooled events are filed", filed);
      filed = 0;
    }
  }
}

}  // namespace firsthand::runtime
