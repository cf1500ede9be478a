// SPDX-License-Identifier: Apache-2.0
// Which addresses a webhook may be sent to. Pure; any thread. Source: IANA's special-purpose
// address registries for IPv4 and IPv6.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firsthand::notify {

/// A numeric address; IPv4 is kept as ::ffff:a.b.c.d, so that there is one form to compare.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v4() const;
  std::string text() const;
  friend bool operator==(const Address&, const Address&) = default;
};

std::optional<Address> address_of(const sockaddr* address);
/// "10.0.0.1" or "2001:db8::1".
std::optional<Address> parse_address(std::string_view text);

/// Everything that is not a plain public unicast address: loopback, private, link-local, shared,
/// documentation, multicast, reserved; and IPv6 forms that carry such an IPv4 address inside.
bool is_private(const Address& address);

}  // namespace firsthand::notify
