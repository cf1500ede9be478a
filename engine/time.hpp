// SPDX-License-Identifier: Apache-2.0
// Instants and their text form. Every stored or exchanged time is UTC to the millisecond; local
// times exist only inside a Calendar. Pure, no locale, no time zone data; callable from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firsthand {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Seconds = std::chrono::seconds;
using Millis = std::chrono::milliseconds;
using Date = std::chrono::year_month_day;

namespace detail {

inline void append_padded(std::string& out, std::int64_t value, int width) {
  const std::string digits = std::to_string(value);
  for (int missing = width - static_cast<int>(digits.size()); missing > 0; --missing) out += '0';
  out += digits;
}

// Takes exactly `width` digits from the front of `text`.
inline std::optional<int> take_digits(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return value;
}

inline bool take_char(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

// Takes "YYYY-MM-DD" from the front of `text`; refuses days that do not exist.
inline std::optional<Date> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take_char(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take_char(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const Date date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                  std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return date;
}

}  // namespace detail

/// "2026-11-21".
inline std::string to_iso8601(const Date& date) {
  std::string out;
  detail::append_padded(out, static_cast<int>(date.year()), 4);
  out += '-';
  detail::append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  detail::append_padded(out, static_cast<unsigned>(date.day()), 2);
  return out;
}

/// "2026-11-21T10:00:00Z", with ".mmm" only when the milliseconds are not zero. Years 0000 to 9999.
inline std::string to_iso8601(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::hh_mm_ss time{at - day};
  std::string out = to_iso8601(Date{day});
  out += 'T';
  detail::append_padded(out, time.hours().count(), 2);
  out += ':';
  detail::append_padded(out, time.minutes().count(), 2);
  out += ':';
  detail::append_padded(out, time.seconds().count(), 2);
  if (time.subseconds() != Millis::zero()) {
    out += '.';
    detail::append_padded(out, time.subseconds().count(), 3);
  }
  out += 'Z';
  return out;
}

/// "YYYY-MM-DD" and nothing else.
inline std::optional<Date> parse_date(std::string_view text) {
  const auto date = detail::take_date(text);
  if (!text.empty()) return std::nullopt;
  return date;
}

/// Reads RFC 3339: "T" or a space between date and time, a fraction of up to 9 digits (cut to
/// milliseconds), "Z" or an offset "+08:00". A time without a zone is refused: it is no instant.
inline std::optional<Instant> parse_iso8601(std::string_view text) {
  const auto date = detail::take_date(text);
  if (!date) return std::nullopt;
  if (!detail::take_char(text, 'T') && !detail::take_char(text, 't') &&
      !detail::take_char(text, ' ')) {
    return std::nullopt;
  }
  const auto hour = detail::take_digits(text, 2);
  if (!hour || *hour > 23 || !detail::take_char(text, ':')) return std::nullopt;
  const auto minute = detail::take_digits(text, 2);
  if (!minute || *minute > 59 || !detail::take_char(text, ':')) return std::nullopt;
  const auto second = detail::take_digits(text, 2);
  if (!second || *second > 60) return std::nullopt;  // 60: a leap second is the next second
  int millis = 0;
  if (detail::take_char(text, '.')) {
    int digits = 0;
    int scale = 100;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      if (++digits > 9) return std::nullopt;
      millis += (text.front() - '0') * scale;
      scale /= 10;
      text.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
  }
  std::chrono::minutes offset{0};
  if (!detail::take_char(text, 'Z') && !detail::take_char(text, 'z')) {
    const bool east = detail::take_char(text, '+');
    if (!east && !detail::take_char(text, '-')) return std::nullopt;
    const auto offset_hour = detail::take_digits(text, 2);
    if (!offset_hour || *offset_hour > 23 || !detail::take_char(text, ':')) return std::nullopt;
    const auto offset_minute = detail::take_digits(text, 2);
    if (!offset_minute || *offset_minute > 59) return std::nullopt;
    offset = std::chrono::hours{*offset_hour} + std::chrono::minutes{*offset_minute};
    if (!east) offset = -offset;
  }
  if (!text.empty()) return std::nullopt;
  return Instant{std::chrono::sys_days{*date} + std::chrono::hours{*hour} +
                 std::chrono::minutes{*minute} + Seconds{*second} + Millis{millis}} -
         offset;
}

}  // namespace firsthand
