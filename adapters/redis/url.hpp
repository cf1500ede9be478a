// SPDX-License-Identifier: Apache-2.0
// redis://[[user]:password@]host[:port][/db] into its parts. TLS (rediss://) is not spoken here:
// put the link inside a tunnel or a private network.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/redis/error.hpp"

namespace firsthand::redis {

struct Address {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string user;      // empty: the default user
  std::string password;  // empty: no AUTH is sent
  int database = 0;
  friend bool operator==(const Address&, const Address&) = default;
};

/// kBadArgument with a sentence that does not repeat the password.
Result<Address> parse_url(std::string_view url);

}  // namespace firsthand::redis
