// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/form_token.hpp"

#include <charconv>

#include "adapters/postgres/secrets.hpp"

namespace firsthand::runtime::api {
namespace {

constexpr Seconds kLife{2 * 3600};

std::int64_t seconds_of(Instant at) {
  return std::chrono::floor<Seconds>(at).time_since_epoch().count();
}

std::string sign(std::string_view secret, std::string_view signed_part) {
  return postgres::signature_of(secret, "form:" + std::string(signed_part));
}

}  // namespace

std::string new_form_token(std::string_view secret, Instant now) {
  const std::string part = std::to_string(seconds_of(now)) + "." + postgres::new_secret();
  return part + "." + sign(secret, part);
}

std::optional<std::string> read_form_token(std::string_view secret, std::string_view token,
                                           Instant now) {
  if (token.size() > 256) return std::nullopt;
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string_view::npos || last == first) return std::nullopt;
  if (!postgres::same_secret(sign(secret, token.substr(0, last)), token.substr(last + 1))) {
    return std::nullopt;
  }
  std::int64_t made = 0;
  const auto read = std::from_chars(token.data(), token.data() + first, made);
  if (read.ec != std::errc{}) return std::nullopt;
  const std::int64_t age = seconds_of(now) - made;
  if (age < -60 || age > kLife.count()) return std::nullopt;
  return std::string(token.substr(first + 1, last - first - 1));
}

}  // namespace firsthand::runtime::api
