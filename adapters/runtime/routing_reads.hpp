// SPDX-License-Identifier: Apache-2.0
// What routing reads from PostgreSQL: everybody who waits and everybody who is there, or only what
// it must know of a few who have just begun to wait. On a pool thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/postgres/db.hpp"
#include "engine/rules.hpp"
#include "routing/rules.hpp"

namespace firsthand::runtime {

/// Somebody who waits, and by which telephone line he can be told something.
struct InLine {
  routing::Waiting waiting;
  std::string pbx;
  std::string channel;  ///< of a caller in the PBX; "" when he has hung up and keeps the place
};

/// Something that time alone changes.
struct Ending {
  std::string kind;  ///< offer, lease, shift, pause, written, promise
  std::int64_t id = 0;
};

struct FullLook {
  std::vector<InLine> waiting;
  std::vector<Desk> desks;  ///< of everybody who is not offline
  std::vector<Ending> endings;
  std::optional<std::map<UserId, int>> loads;  ///< open cases, when they were asked for
  Instant now{};                               ///< by PostgreSQL's clock
};

/// What is not asked for every time.
struct LookWish {
  bool loads = false;
  bool promises = false;  ///< calls that have come due and stand in no line yet
};

FullLook look_at_everything(postgres::Connection& connection, const Rules& rules,
                            const LookWish& wish);
/// Those of them that wait; the others are left out.
std::vector<InLine> look_at(postgres::Connection& connection, const Rules& rules,
                            const std::vector<InteractionId>& interactions);

}  // namespace firsthand::runtime
