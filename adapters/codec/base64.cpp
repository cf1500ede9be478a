// SPDX-License-Identifier: Apache-2.0
#include "adapters/codec/base64.hpp"

#include <cstdint>

namespace firsthand::codec {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = bytes.size() - i < 3 ? bytes.size() - i : 3;
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= count ? kAlphabet[group >> (18 - 6 * j) & 0x3f] : '=';
    }
  }
  return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
  std::string out;
  if (text.size() % 4 != 0) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t group = 0;
    std::size_t count = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const char c = text[i + j];
      const auto value = kAlphabet.find(c);
      if (value != std::string_view::npos && count == j) {
        group |= static_cast<std::uint32_t>(value) << (18 - 6 * j);
        ++count;
      } else if (c != '=' || j < 2 || i + 4 != text.size()) {
        return std::nullopt;
      }
    }
    for (std::size_t j = 0; j + 1 < count; ++j) {
      out += static_cast<char>(group >> (16 - 8 * j) & 0xff);
    }
  }
  if (base64_encode(out) != text) return std::nullopt;  // stray bits at the end
  return out;
}

}  // namespace firsthand::codec
