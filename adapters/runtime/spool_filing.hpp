// SPDX-License-Identifier: Apache-2.0
// Telephone events reach the door, now or later: what it cannot take is spooled and filed in order
// once it can. `file_or_spool` from any thread.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "adapters/runtime/spool.hpp"
#include "engine/door.hpp"

namespace firsthand::runtime {

/// Files a telephone event: through the door, or into the spool when the door is unavailable.
void file_or_spool(Door& door, Spool& spool, Event event);
/// Files what was spooled, in order, for as long as it runs.
boost::asio::awaitable<void> file_spooled(Door& door, Spool& spool);

}  // namespace firsthand::runtime
