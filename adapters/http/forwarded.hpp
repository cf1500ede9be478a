// SPDX-License-Identifier: Apache-2.0
// Who is calling, and over what, when a reverse proxy stands in front (gate rule 12). Forwarded
// headers are believed only from configured proxies and taken out of every request, so that nothing
// behind the gate can read them by mistake. X-Forwarded-For and X-Forwarded-Proto are understood.
//
// Thread: pure. Errors: parse_network gives an empty optional.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/text.hpp"

namespace firsthand::http {

/// An address with the number of leading bits that count: 10.0.0.0/8, 192.0.2.7, 2001:db8::/32.
class Network {
 public:
  static std::optional<Network> parse(std::string_view text);
  bool contains(const boost::asio::ip::address& address) const;

 private:
  std::vector<unsigned char> bytes_;
  unsigned bits_ = 0;
};

struct Caller {
  std::string address;
  bool secure = false;  // the client spoke TLS to the proxy
};

bool is_trusted(const boost::asio::ip::address& address, const std::vector<Network>& proxies);

/// Takes the forwarded headers out and says who called.
Caller take_caller(const boost::asio::ip::address& peer, Pairs& headers,
                   const std::vector<Network>& proxies);

}  // namespace firsthand::http
