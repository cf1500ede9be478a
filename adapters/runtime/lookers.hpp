// SPDX-License-Identifier: Apache-2.0
// Who has a case or a customer open. Redis knows of every node's consoles; while it is away, or
// where there is none, a node knows its own. Nothing depends on it but faces on a screen.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/redis/looking.hpp"
#include "adapters/runtime/api/looking.hpp"

namespace firsthand::runtime {

/// This node's consoles. Pure but for what it remembers; any thread.
class LookersHere {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::size_t kTabsMax = 20'000;

  std::vector<redis::Looker> see(const api::Look& look, Time now, std::chrono::milliseconds ttl);

 private:
  struct Tab {
    redis::Looker looker;
    Time until;
  };
  void forget(Time now);

  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Tab> tabs_;  // by record and tab
  Time swept_{};
};

class Lookers {
 public:
  /// A console says it again every 4 s.
  static constexpr std::chrono::milliseconds kTtl{10'000};

  explicit Lookers(redis::Client& client);

  /// Notes the look and answers every tab's at that record. Any executor.
  boost::asio::awaitable<std::vector<api::Looker>> see(api::Look look);

 private:
  boost::asio::awaitable<redis::Result<std::vector<redis::Looker>>> ask_redis(api::Look look);

  redis::Client& client_;
  redis::Looking looking_;
  LookersHere here_;
};

}  // namespace firsthand::runtime
