// SPDX-License-Identifier: Apache-2.0
// Tells those who wait that they are not forgotten, and about how long it takes. Nothing is stored:
// what an engine that has died would have said is said a little later by another. One executor.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <unordered_map>

#include "adapters/runtime/routing_picture.hpp"
#include "engine/rules.hpp"
#include "routing/expectation.hpp"

namespace firsthand::runtime {

class Announcer {
 public:
  /// `media` as the PBX port wants it; `serial` makes each announcement its own.
  using Say = std::function<void(const std::string& pbx, const std::string& channel,
                                 const std::string& media, std::uint64_t serial)>;
  explicit Announcer(Say say) : say_(std::move(say)) {}

  /// Every second or so.
  void look(const RoutingPicture& picture, const routing::HandlingTimes& times, const Rules& rules,
            std::chrono::steady_clock::time_point now);

 private:
  struct Told {
    std::chrono::steady_clock::time_point at;
    bool still_there = true;
  };
  Say say_;
  std::unordered_map<InteractionId, Told> told_;
  std::uint64_t serial_ = 0;
};

/// What a caller of this queue hears now: the queue's announcement, the time as far as it is worth
/// telling, the offer of a callback. "" = nothing.
std::string announcement(const Announcements& queue, bool callback_offered,
                         const routing::Expectation& expected);

}  // namespace firsthand::runtime
