// SPDX-License-Identifier: Apache-2.0
// Token buckets by key (an address, a client), in memory, per node. Thread-safe. When there are too
// many keys, full buckets are forgotten first: they are the same as new ones.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace firsthand::runtime::api {

class TokenBuckets {
 public:
  using Clock = std::chrono::steady_clock;
  TokenBuckets(double capacity, double per_second, std::size_t keys_max = 20'000)
      : capacity_(capacity), per_second_(per_second), keys_max_(keys_max) {}

  bool take(const std::string& key, Clock::time_point now = Clock::now()) {
    const std::lock_guard lock(mutex_);
    if (buckets_.size() >= keys_max_) {
      std::erase_if(buckets_,
                    [&](const auto& each) { return tokens_at(each.second, now) >= capacity_; });
      if (buckets_.size() >= keys_max_) return false;  // under attack: nobody new
    }
    auto& bucket = buckets_.try_emplace(key, Bucket{capacity_, now}).first->second;
    bucket = {tokens_at(bucket, now), now};
    if (bucket.tokens < 1.0) return false;
    bucket.tokens -= 1.0;
    return true;
  }

 private:
  struct Bucket {
    double tokens;
    Clock::time_point at;
  };
  double tokens_at(const Bucket& bucket, Clock::time_point now) const {
    const std::chrono::duration<double> passed = now - bucket.at;
    return std::min(capacity_, bucket.tokens + passed.count() * per_second_);
  }

  const double capacity_;
  const double per_second_;
  const std::size_t keys_max_;
  std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace firsthand::runtime::api
