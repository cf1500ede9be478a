// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/forwarded.hpp"

#include <charconv>

namespace firsthand::http {
namespace ip = boost::asio::ip;

namespace {

std::vector<unsigned char> bytes_of(const ip::address& given) {
  // An IPv4 caller on a dual-stack socket shows as ::ffff:a.b.c.d and is the same caller.
  const bool mapped = given.is_v6() && given.to_v6().is_v4_mapped();
  if (given.is_v4() || mapped) {
    const auto v4 = mapped ? ip::make_address_v4(ip::v4_mapped, given.to_v6()) : given.to_v4();
    const auto bytes = v4.to_bytes();
    return {bytes.begin(), bytes.end()};
  }
  const auto bytes = given.to_v6().to_bytes();
  return {bytes.begin(), bytes.end()};
}

bool is_forwarding(std::string_view name) {
  constexpr std::string_view kPrefix = "X-Forwarded-";
  const bool prefixed =
      name.size() >= kPrefix.size() && same_name(name.substr(0, kPrefix.size()), kPrefix);
  return prefixed || same_name(name, "Forwarded") || same_name(name, "X-Real-IP");
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  boost::system::error_code error;
  const auto address = ip::make_address(std::string(text.substr(0, slash)), error);
  if (error) return std::nullopt;
  Network network;
  network.bytes_ = bytes_of(address);
  network.bits_ = static_cast<unsigned>(network.bytes_.size() * 8);
  if (slash != std::string_view::npos) {
    const auto digits = text.substr(slash + 1);
    unsigned bits = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (failed != std::errc{} || end != digits.data() + digits.size() || bits > network.bits_)
      return std::nullopt;
    network.bits_ = bits;
  }
  return network;
}

bool Network::contains(const ip::address& address) const {
  const auto other = bytes_of(address);
  if (other.size() != bytes_.size()) return false;
  for (unsigned bit = 0; bit < bits_; ++bit) {
    const unsigned mask = 0x80U >> (bit % 8);
    if ((bytes_[bit / 8] & mask) != (other[bit / 8] & mask)) return false;
  }
  return true;
}

bool is_trusted(const ip::address& address, const std::vector<Network>& proxies) {
  for (const auto& network : proxies)
    if (network.contains(address)) return true;
  return false;
}

Caller take_caller(const ip::address& peer, Pairs& headers, const std::vector<Network>& proxies) {
  Caller caller{peer.to_string(), false};
  if (is_trusted(peer, proxies)) {
    std::string chain;
    for (const auto& [name, value] : headers) {
      if (same_name(name, "X-Forwarded-For")) chain += (chain.empty() ? "" : ",") + value;
      if (same_name(name, "X-Forwarded-Proto")) caller.secure = same_name(value, "https");
    }
    // Each proxy appends, so the truth is read from the right up to the first stranger.
    const auto hops = comma_list(chain);
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
      boost::system::error_code error;
      const auto address = ip::make_address(std::string(*hop), error);
      if (error) break;
      caller.address = address.to_string();
      if (!is_trusted(address, proxies)) break;
    }
  }
  std::erase_if(headers, [](const auto& field) { return is_forwarding(field.first); });
  return caller;
}

}  // namespace firsthand::http
