// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <span>

namespace firsthand::notify {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

struct Range {
  std::array<std::uint8_t, 16> prefix;
  int bits;
};

constexpr Range kPrivateV4[] = {
    {{0}, 8},
    {{10}, 8},
    {{100, 64}, 10},
    {{127}, 8},
    {{169, 254}, 16},
    {{172, 16}, 12},
    {{192, 0, 0}, 24},
    {{192, 0, 2}, 24},
    {{192, 88, 99}, 24},
    {{192, 168}, 16},
    {{198, 18}, 15},
    {{198, 51, 100}, 24},
    {{203, 0, 113}, 24},
    {{224}, 4},
    {{240}, 4},
};

// Only 2000::/3 is global unicast; inside it these are not plain hosts.
constexpr Range kPrivateV6[] = {
    {{0x20, 0x01, 0x00}, 23},        // protocol assignments, Teredo, ORCHID
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x3f, 0xff}, 20},              // documentation
};

bool in_range(std::span<const std::uint8_t> bytes, const Range& range) {
  int left = range.bits;
  for (std::size_t i = 0; left > 0; ++i, left -= 8) {
    const int bits = std::min(left, 8);
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - bits));
    if ((bytes[i] & mask) != (range.prefix[i] & mask)) return false;
  }
  return true;
}

bool in_any(std::span<const std::uint8_t> bytes, std::span<const Range> ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return in_range(bytes, range); });
}

}  // namespace

bool Address::is_v4() const {
  return std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
}

std::string Address::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (is_v4()) {
    inet_ntop(AF_INET, bytes.data() + 12, out.data(), out.size());
  } else {
    inet_ntop(AF_INET6, bytes.data(), out.data(), out.size());
  }
  return out.data();
}

std::optional<Address> address_of(const sockaddr* address) {
  Address out;
  if (address->sa_family == AF_INET) {
    std::copy(kMapped.begin(), kMapped.end(), out.bytes.begin());
    std::memcpy(out.bytes.data() + 12, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, 4);
    return out;
  }
  if (address->sa_family == AF_INET6) {
    std::memcpy(out.bytes.data(), &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, 16);
    return out;
  }
  return std::nullopt;
}

std::optional<Address> parse_address(std::string_view text) {
  const std::string copy{text};
  Address out;
  if (inet_pton(AF_INET, copy.c_str(), out.bytes.data() + 12) == 1) {
    std::copy(kMapped.begin(), kMapped.end(), out.bytes.begin());
    return out;
  }
  if (inet_pton(AF_INET6, copy.c_str(), out.bytes.data()) == 1) return out;
  return std::nullopt;
}

bool is_private(const Address& address) {
  const std::span<const std::uint8_t> bytes{address.bytes};
  if (address.is_v4()) return in_any(bytes.subspan(12), kPrivateV4);
  if (in_range(bytes,
               {{0x00, 0x64, 0xff, 0x9b}, 96})) {  // NAT64 carries an IPv4 address at its end
    return in_any(bytes.subspan(12), kPrivateV4);
  }
  if (in_range(bytes, {{0x20, 0x02}, 16})) {  // 6to4 carries one behind its prefix
    return in_any(bytes.subspan(2, 4), kPrivateV4);
  }
  const bool global = in_range(bytes, {{0x20}, 3});
  return !global || in_any(bytes, kPrivateV6);
}

}  // namespace firsthand::notify
