// SPDX-License-Identifier: Apache-2.0
#include "adapters/codec/money.hpp"

#include <cstdlib>

namespace firsthand::codec {

std::string cents_text(std::int64_t cents) {
  const std::int64_t rest = std::abs(cents % 100);
  std::string out = cents < 0 && cents > -100 ? "-0" : std::to_string(cents / 100);
  return out + (rest < 10 ? ".0" : ".") + std::to_string(rest);
}

}  // namespace firsthand::codec
