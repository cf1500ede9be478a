// SPDX-License-Identifier: Apache-2.0
#include "config/iso_duration.hpp"

#include <array>
#include <cstdint>

namespace firsthand::config {
namespace {

constexpr int kDigitsMax = 12;
constexpr int kFractionDigitsMax = 9;

struct Part {
  char letter;
  bool in_time;  ///< after the T
  std::int64_t millis;
};
// In the order in which they may come.
constexpr std::array<Part, 5> kParts{{{'W', false, 604'800'000},
                                      {'D', false, 86'400'000},
                                      {'H', true, 3'600'000},
                                      {'M', true, 60'000},
                                      {'S', true, 1'000}}};

struct Number {
  std::int64_t whole = 0;
  std::int64_t fraction = 0;
  std::int64_t scale = 1;  ///< of the fraction: 10 to the number of its digits
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Nothing when there is no number, or too long a one.
bool take_number(std::string_view& text, Number& number) {
  int digits = 0;
  while (!text.empty() && is_digit(text.front())) {
    if (++digits > kDigitsMax) return false;
    number.whole = number.whole * 10 + (text.front() - '0');
    text.remove_prefix(1);
  }
  if (digits == 0) return false;
  if (text.empty() || (text.front() != '.' && text.front() != ',')) return true;
  text.remove_prefix(1);
  digits = 0;
  while (!text.empty() && is_digit(text.front())) {
    if (++digits > kFractionDigitsMax) return false;
    number.fraction = number.fraction * 10 + (text.front() - '0');
    number.scale *= 10;
    text.remove_prefix(1);
  }
  return digits > 0;
}

}  // namespace

boost::system::result<Millis, DurationRefused> parse_iso_duration(std::string_view text) {
  const DurationRefused malformed{"is no duration such as PT1H30M, P2DT12H, P8W or -PT15M"};
  const std::int64_t most = Millis{kIsoDurationMax}.count();
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (!text.starts_with('P')) return malformed;
  text.remove_prefix(1);
  std::int64_t total = 0;
  std::size_t next = 0;  // the first part that may still come
  bool in_time = false;
  bool ended = false;  // after weeks, and after a fraction, nothing may come
  bool any = false;
  while (!text.empty()) {
    if (!in_time && text.front() == 'T') {
      in_time = true;
      any = false;  // a T wants something behind it
      text.remove_prefix(1);
      continue;
    }
    Number number;
    if (ended || !take_number(text, number) || text.empty()) return malformed;
    const char letter = text.front();
    text.remove_prefix(1);
    if (letter == 'Y' || (letter == 'M' && !in_time)) {
      return DurationRefused{"has years or months, which are not always equally long; use days"};
    }
    while (next < kParts.size() &&
           (kParts[next].letter != letter || kParts[next].in_time != in_time)) {
      ++next;
    }
    if (next == kParts.size()) return malformed;
    const std::int64_t unit = kParts[next++].millis;
    if (number.whole > most / unit) return DurationRefused{"is longer than a hundred years", true};
    total += number.whole * unit + number.fraction * unit / number.scale;
    if (total > most) return DurationRefused{"is longer than a hundred years", true};
    ended = letter == 'W' || number.scale > 1;
    any = true;
  }
  if (!any) return malformed;
  return Millis{negative ? -total : total};
}

}  // namespace firsthand::config
