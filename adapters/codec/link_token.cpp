// SPDX-License-Identifier: Apache-2.0
#include "adapters/codec/link_token.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>

namespace firsthand::codec {
namespace {

constexpr std::size_t kTokenMax = 128;
constexpr std::size_t kSignatureDigits = 64;

std::string signature(std::string_view key, std::string_view purpose, std::string_view part) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string message{purpose};
  message.append(":").append(part);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  const unsigned char* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                   reinterpret_cast<const unsigned char*>(message.data()),
                                   message.size(), digest.data(), &length);
  if (made == nullptr) throw std::runtime_error("HMAC-SHA256 is not available");
  std::string out;
  for (unsigned int i = 0; i < length; ++i) {
    out += kHex[digest[i] >> 4];
    out += kHex[digest[i] & 15];
  }
  return out;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || value <= 0) return {};
  return value;
}

}  // namespace

std::string make_link_token(std::string_view key, std::string_view purpose,
                            const LinkToken& token) {
  const std::string part = std::to_string(token.id) + "." + std::to_string(token.expires_s);
  return part + "." + signature(key, purpose, part);
}

LinkVerdict read_link_token(std::string_view key, std::string_view purpose, std::string_view text,
                            std::int64_t now_s, LinkToken& into) {
  if (key.empty() || text.size() > kTokenMax) return LinkVerdict::forged;
  const auto first = text.find('.');
  const auto last = text.rfind('.');
  if (first == std::string_view::npos || last == first) return LinkVerdict::forged;
  const std::string expected = signature(key, purpose, text.substr(0, last));
  const std::string_view given = text.substr(last + 1);
  if (given.size() != kSignatureDigits ||
      CRYPTO_memcmp(given.data(), expected.data(), kSignatureDigits) != 0) {
    return LinkVerdict::forged;
  }
  const auto id = whole_number(text.substr(0, first));
  const auto expires = whole_number(text.substr(first + 1, last - first - 1));
  if (!id || !expires) return LinkVerdict::forged;
  into = {*id, *expires};
  return now_s >= *expires ? LinkVerdict::expired : LinkVerdict::good;
}

}  // namespace firsthand::codec
