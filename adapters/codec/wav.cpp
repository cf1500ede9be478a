// SPDX-License-Identifier: Apache-2.0
#include "adapters/codec/wav.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace firsthand::codec {
namespace {

constexpr std::size_t kChunkHead = 8;

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i > 0; --i)
    value = value << 8U | static_cast<unsigned char>(bytes[at + i - 1]);
  return value;
}

void put_number(std::string& bytes, std::size_t at, std::size_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i) & 0xFFU);
}

}  // namespace

std::optional<WavFacts> mend_wav(std::string& bytes) {
  const std::string_view all{bytes};
  if (all.size() < 12 || !all.starts_with("RIFF") || all.substr(8, 4) != "WAVE")
    return std::nullopt;
  std::uint32_t bytes_a_second = 0;
  for (std::size_t at = 12; at + kChunkHead <= all.size();) {
    const std::string_view name = all.substr(at, 4);
    const std::size_t length = number_at(all, at + 4);
    if (name == "fmt " && length >= 16 && at + kChunkHead + 16 <= all.size())
      bytes_a_second = number_at(all, at + kChunkHead + 8);
    if (name == "data") {
      if (bytes_a_second == 0) return std::nullopt;
      const std::size_t sound = all.size() - at - kChunkHead;
      if (length == 0 || length > sound) {
        put_number(bytes, at + 4, sound);
        put_number(bytes, 4, bytes.size() - kChunkHead);
      }
      const std::size_t heard = length == 0 || length > sound ? sound : length;
      return WavFacts{static_cast<std::int64_t>((heard + bytes_a_second / 2) / bytes_a_second)};
    }
    at += kChunkHead + length + length % 2;
  }
  return std::nullopt;
}

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 is not available");
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (unsigned int i = 0; i < length; ++i) {
    out += kHex[digest[i] >> 4U];
    out += kHex[digest[i] & 0xFU];
  }
  return out;
}

}  // namespace firsthand::codec
