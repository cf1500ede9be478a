// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

namespace firsthand::redis {

namespace {

Failure bad(std::string why) {
  return Failure{Errc::kBadArgument, "redis URL: " + why};
}

}  // namespace

Result<Address> parse_url(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed) return bad("not a URL like redis://[:password@]host:port[/db]");
  const boost::urls::url_view& view = *parsed;
  if (view.scheme() != "redis") return bad("the scheme must be redis");
  if (view.has_query() || view.has_fragment()) return bad("no query and no fragment is known");
  Address address;
  address.host = view.host_address();
  if (address.host.empty()) return bad("a host is needed");
  if (view.has_port()) {
    // Not port_number(): it wraps what is over 65535.
    const std::string port(view.port());
    const char* last = port.data() + port.size();
    const auto number = std::from_chars(port.data(), last, address.port);
    if (number.ec != std::errc() || number.ptr != last || address.port == 0) {
      return bad("the port must be 1 to 65535");
    }
  }
  address.user = view.user();
  address.password = view.password();
  if (!address.user.empty() && address.password.empty()) return bad("a user needs a password");
  const std::string path(view.path());
  if (path.size() > 1) {
    const char* last = path.data() + path.size();
    const auto number = std::from_chars(path.data() + 1, last, address.database);
    if (number.ec != std::errc() || number.ptr != last || address.database < 0) {
      return bad("the database must be a number");
    }
  }
  return address;
}

}  // namespace firsthand::redis
