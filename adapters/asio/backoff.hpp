// SPDX-License-Identifier: Apache-2.0
// Waits that double up to a bound, each cut by up to half at random, so that many nodes do not come
// back to a restarted server in the same instant.
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace firsthand::net {

class Backoff {
 public:
  Backoff(std::chrono::milliseconds least, std::chrono::milliseconds most)
      : least_(least), most_(most), next_(least), random_(std::random_device()()) {}

  std::chrono::milliseconds next() {
    const std::chrono::milliseconds full = next_;
    next_ = std::min(next_ * 2, most_);
    std::uniform_int_distribution<std::chrono::milliseconds::rep> spread(full.count() / 2,
                                                                         full.count());
    return std::chrono::milliseconds(spread(random_));
  }

  void reset() { next_ = least_; }

 private:
  std::chrono::milliseconds least_;
  std::chrono::milliseconds most_;
  std::chrono::milliseconds next_;
  std::minstd_rand random_;
};

}  // namespace firsthand::net
