// SPDX-License-Identifier: Apache-2.0
// The token of a link in a mail that may do one thing without signing in: "<id>.<expiry>.<HMAC>",
// where the HMAC-SHA-256 is over purpose, id and expiry, in hex, under a key of this installation.
// It carries nothing but the number of a row. Pure but for OpenSSL; any thread. Unix seconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace firsthand::codec {

struct LinkToken {
  std::int64_t id = 0;
  std::int64_t expires_s = 0;
};

enum class LinkVerdict : std::uint8_t { good, expired, forged };

std::string make_link_token(std::string_view key, std::string_view purpose, const LinkToken& token);

/// `into` is filled unless it is forged. Compares in constant time; forged is answered before
/// expired, so that nobody learns from a guess which rows there are.
LinkVerdict read_link_token(std::string_view key, std::string_view purpose, std::string_view text,
                            std::int64_t now_s, LinkToken& into);

}  // namespace firsthand::codec
