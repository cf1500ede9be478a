// SPDX-License-Identifier: Apache-2.0
// A store as tests see it: events in, outcomes out, everything it holds to look at, and a clock
// that the test sets. The same story is told to the memory store and to PostgreSQL. One thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/apply.hpp"

namespace firsthand::test {

/// Everything a store holds, in id order.
struct Snapshot {
  World world;
  std::vector<OwnershipEntry> ownership;
  std::vector<CallbackAttempt> attempts;
  std::vector<HistoryEntry> history;
  std::vector<Effect> effects;
};

class Store {
 public:
  virtual ~Store() = default;

  /// One batch, one transaction: all of it or, when it throws, nothing.
  virtual std::vector<Outcome> apply(std::span<const Event> batch) = 0;
  virtual Snapshot look() = 0;

  Instant now() const { return now_; }
  void set_now(Instant now) { now_ = now; }

 protected:
  Instant now_{};
};

}  // namespace firsthand::test
