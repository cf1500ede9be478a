// SPDX-License-Identifier: Apache-2.0
// Who has a record open right now, at whichever node: one lease per tab and record, gone `ttl`
// after the last word of that tab. Only ids are kept here, and nobody decides by them.
//
// Thread: the client's executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "adapters/redis/client.hpp"

namespace firsthand::redis {

struct Looker {
  Id user = 0;
  bool typing = false;
  friend bool operator==(const Looker&, const Looker&) = default;
};

class Looking {
 public:
  static constexpr std::size_t kTabsMax = 200;  // at one record

  explicit Looking(Client& client);

  /// This tab looks at `record` ("case:17") until `ttl` has passed; a ttl of 0: it has left.
  /// Answers everybody's tabs there, this one among them.
  boost::asio::awaitable<Result<std::vector<Looker>>> see(std::string record, Id user,
                                                          std::string tab, bool typing,
                                                          std::chrono::milliseconds ttl);

 private:
  Client& client_;
  Keys keys_;
};

}  // namespace firsthand::redis
