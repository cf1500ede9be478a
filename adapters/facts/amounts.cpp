// SPDX-License-Identifier: Apache-2.0
#include "adapters/facts/amounts.hpp"

#include <algorithm>
#include <array>

namespace firsthand::facts {
namespace {

constexpr std::int64_t kCentsMax = 1'000'000'000'000;
constexpr std::array<std::string_view, 5> kBlanks{" ", "\t", "\xE3\x80\x80", "\xC2\xA0", "\r"};
constexpr std::array<std::string_view, 3> kMoneySigns{"¥", "￥", "CNY"};

constexpr std::array<std::string_view, 8> kFormats{"yyyy-mm-dd", "yyyy/mm/dd",    "yyyy.mm.dd",
                                                   "yyyymmdd",   "dd.mm.yyyy",    "dd/mm/yyyy",
                                                   "mm/dd/yyyy", "yyyy年mm月dd日"};

bool take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

/// `least` to `most` digits from the front.
std::optional<int> take_number(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t count = 0;
  int value = 0;
  while (count < most && count < text.size() && text[count] >= '0' && text[count] <= '9')
    value = value * 10 + (text[count++] - '0');
  if (count < least) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    for (const auto blank : kBlanks) {
      if (text.starts_with(blank)) text.remove_prefix(blank.size()), again = true;
      if (text.ends_with(blank)) text.remove_suffix(blank.size()), again = true;
    }
  }
  return text;
}

std::optional<std::int64_t> parse_cents(std::string_view text, char decimal) {
  text = trimmed(text);
  bool negative = false;
  if (text.size() > 2 && text.front() == '(' && text.back() == ')') {
    negative = true;
    text = trimmed(text.substr(1, text.size() - 2));
  }
  const auto sign = [&] {
    if (negative || text.empty() || (text.front() != '-' && text.front() != '+')) return;
    negative = text.front() == '-';
    text = trimmed(text.substr(1));
  };
  sign();
  for (const auto money : kMoneySigns) {
    if (take(text, money)) text = trimmed(text);
  }
  sign();
  const char grouping = decimal == '.' ? ',' : '.';
  std::int64_t whole = 0;
  int cents = 0, decimals = -1, digits = 0;
  int group = -1;  // digits since the last grouping sign; -1: there was none
  const auto whole_group = [&group] { return group == -1 || group == 3; };
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      ++digits;
      const int value = c - '0';
      if (decimals < 0) {
        whole = whole * 10 + value;
        if (whole > kCentsMax) return std::nullopt;
        if (group >= 0) ++group;
      } else if (decimals < 2) {
        cents = cents * 10 + value;
        ++decimals;
      } else if (value != 0) {
        return std::nullopt;  // nobody owes a part of a cent
      }
    } else if (!whole_group()) {
      return std::nullopt;  // "12,50" is not twelve hundred and fifty
    } else if (c == decimal && decimals < 0 && digits > 0) {
      decimals = 0;
    } else if (decimals < 0 && digits > 0 && (c == grouping || c == ' ' || c == '\'')) {
      group = 0;
    } else {
      return std::nullopt;
    }
  }
  if (digits == 0 || (decimals < 0 && !whole_group())) return std::nullopt;
  if (decimals == 1) cents *= 10;
  const std::int64_t value = whole * 100 + cents;
  if (value > kCentsMax) return std::nullopt;
  return negative ? -value : value;
}

bool known_date_format(std::string_view format) {
  return std::find(kFormats.begin(), kFormats.end(), format) != kFormats.end();
}

std::optional<Date> parse_day(std::string_view text, std::string_view format) {
  text = trimmed(text);
  const bool joined = format == "yyyymmdd";
  std::optional<int> year, month, day;
  while (!format.empty()) {
    if (take(format, "yyyy")) {
      year = take_number(text, 4, 4);
      if (!year) return std::nullopt;
    } else if (take(format, "mm")) {
      month = take_number(text, joined ? 2 : 1, 2);
      if (!month) return std::nullopt;
    } else if (take(format, "dd")) {
      day = take_number(text, joined ? 2 : 1, 2);
      if (!day) return std::nullopt;
    } else {
      if (text.empty() || text.front() != format.front()) return std::nullopt;
      text.remove_prefix(1);
      format.remove_prefix(1);
    }
  }
  if (!text.empty() && text.front() != ' ' && text.front() != 'T') return std::nullopt;
  if (!year || !month || !day) return std::nullopt;
  const Date date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                  std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *year < 1990 || *year > 2100) return std::nullopt;
  return date;
}

}  // namespace firsthand::facts
