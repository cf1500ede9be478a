// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/pbx_right.hpp"

#include <spdlog/spdlog.h>

#include "adapters/runtime/rest.hpp"
#include "engine/time.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;

constexpr Millis kLease{4000};
constexpr Millis kAskEvery{1000};
constexpr Millis kUntilFirstAnswer{100};
constexpr Millis kPatience{5000};

}  // namespace

PbxRight::PbxRight(redis::Client& redis, const std::string& pbx, const std::string& holder,
                   bool has_redis)
    : lock_(redis, pbx, holder, kLease), has_redis_(has_redis) {}

bool PbxRight::ours() const {
  return alone_ || Clock::now().time_since_epoch().count() < until_;
}

awaitable<redis::Result<bool>> PbxRight::ask() {
  if (lock_.held()) {
    auto renewing = lock_.renew();
    auto renewed = co_await std::move(renewing);
    // A Redis that has forgotten everything has forgotten us as well.
    if (!renewed || *renewed) co_return renewed;
  }
  auto acquiring = lock_.acquire();
  co_return co_await std::move(acquiring);
}

awaitable<void> PbxRight::run() {
  const auto began = Clock::now();
  bool answered = false;
  bool holder = false;
  while (true) {
    const auto asked_at = Clock::now();
    if (has_redis_) {
      auto asking = ask();
      const auto answer = co_await std::move(asking);
      if (answer) {
        if (holder != *answer)
          spdlog::info("telephone: the PBX is {} to command", *answer ? "ours" : "another node's");
        answered = true;
        holder = *answer;
        until_ = holder ? (asked_at + kLease).time_since_epoch().count() : 0;
        alone_ = false;
      } else {
        alone_ = holder || (!answered && Clock::now() - began > kPatience);
      }
    } else {
      alone_ = true;
    }
    const bool confirmed = holder && !alone_;
    if ((confirmed || !has_redis_) && confirmed_) confirmed_();
    co_await rest(answered || !has_redis_ ? kAskEvery : kUntilFirstAnswer);
  }
}

}  // namespace firsthand::runtime
