// SPDX-License-Identifier: Apache-2.0
// Key names. Everything one script touches shares a hash tag, `{fh:route}:idle`, so that Redis
// Cluster keeps it on one node. The prefix lets installations share a Redis.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace firsthand::redis {

/// Row ids of PostgreSQL: the only thing about customers, interactions and agents that is kept
/// here.
using Id = std::int64_t;

class Keys {
 public:
  Keys(std::string_view prefix, std::string_view tag)
      : start_("{" + std::string(prefix) + ":" + std::string(tag) + "}:") {}

  std::string operator()(std::string_view name) const { return start_ + std::string(name); }
  std::string operator()(std::string_view name, Id id) const {
    return start_ + std::string(name) + std::to_string(id);
  }

 private:
  std::string start_;
};

}  // namespace firsthand::redis
