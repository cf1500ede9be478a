// SPDX-License-Identifier: Apache-2.0
// What a caller can expect who stands in line: the place, and about how long it takes. Pure; any
// thread.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "routing/floor.hpp"

namespace firsthand::routing {

/// How long calls of a queue take, talk and wrap-up: what was seen lately, older ones counting
/// less.
class HandlingTimes {
 public:
  explicit HandlingTimes(Seconds at_first = Seconds{240}) : at_first_(at_first) {}
  void seen(const std::string& queue, Seconds took);
  Seconds of(const std::string& queue) const;

 private:
  const Seconds at_first_;
  std::map<std::string, double> seconds_;
};

struct Expectation {
  InteractionId interaction;
  std::string queue;
  int place = 1;                ///< among those of the same queue; the next one is 1
  std::optional<Seconds> wait;  ///< none: nobody is at work who could answer
};

/// Of everybody who waits, in line. A queue with n people at work serves one caller in a handling
/// time divided by n; somebody free answers at once.
std::vector<Expectation> expectations(std::span<const Waiting> waiting, const Floor& floor,
                                      std::span<const QueueRules> rules,
                                      const HandlingTimes& times);

}  // namespace firsthand::routing
