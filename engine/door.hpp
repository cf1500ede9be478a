// SPDX-License-Identifier: Apache-2.0
// The door as its users see it: hand in an event, get the outcome after COMMIT. The runtime
// implements it with batches over PostgreSQL; adapters know only this. Thread-safe.
#pragma once

#include <functional>

#include "engine/event.hpp"

namespace firsthand {

/// Unavailable: PostgreSQL is away, or the queue is longer than the caller's deadline allows.
/// The event may or may not have been decided; sending it again with the same key is safe.
struct Unavailable {
  Seconds retry_after{1};
};

using DoorAnswer = std::variant<Outcome, Unavailable>;

class Door {
 public:
  virtual ~Door() = default;
  /// `done` runs on a door thread after COMMIT (or failure); post to your own executor.
  virtual void submit(Event event, std::function<void(DoorAnswer)> done) = 0;
};

}  // namespace firsthand
