// SPDX-License-Identifier: Apache-2.0
#include "config/zones.hpp"

#include <date/tz.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace firsthand::config {
namespace {

const date::time_zone& zone_of(const void* zone) {
  return *static_cast<const date::time_zone*>(zone);
}

// The first instant of a local date: after a gap when midnight does not exist, the earlier of the
// two when it happens twice.
date::sys_seconds beginning(const date::time_zone& zone, std::chrono::sys_days date) {
  const date::local_seconds midnight{date.time_since_epoch()};
  const date::local_info info = zone.get_info(midnight);
  if (info.result == date::local_info::nonexistent) return info.first.end;
  return date::sys_seconds{midnight.time_since_epoch() - info.first.offset};
}

// The zone files list changes of the clock up to 2037 and give a rule for the years after it, which
// the library does not read. Such rules go by weekdays within a month, and none of them has a
// change in January or February: a date after 2037 is as a date of the last listed years with the
// same month, day and weekday. The answer is that date, or the date itself when the zone has no
// such rule (it keeps one offset, or lists its later changes one by one).
std::chrono::sys_days listed_twin(const date::time_zone& zone, std::chrono::sys_days date) {
  const std::chrono::year_month_day wanted{date};
  constexpr std::chrono::year last_listed{2037};
  if (wanted.year() <= last_listed) return date;
  const auto change =
      date::floor<date::days>(zone.get_info(date::sys_days{date::year{9999} / 1 / 1}).begin);
  if (date::year_month_day{change}.year() != date::year{2037}) return date;
  if (wanted.month() <= std::chrono::February) {
    return last_listed / wanted.month() / std::min(wanted.day(), std::chrono::day{28});
  }
  std::chrono::year_month_day twin = last_listed / wanted.month() / wanted.day();
  while (std::chrono::weekday{twin} != std::chrono::weekday{date}) twin -= std::chrono::years{1};
  return twin;
}

}  // namespace

std::optional<Zone> Zone::find(std::string_view iana_name) {
  // The library reads files by this name; only the alphabet of zone names gets there.
  for (const char c : iana_name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool other = (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' || c == '+';
    if (!letter && !other) return std::nullopt;
  }
  try {
    return Zone{date::locate_zone(std::string{iana_name})};
  } catch (const std::runtime_error&) {
    return std::nullopt;  // the library's way to say that it knows no such zone
  }
}

std::optional<Day> Zone::day(Date date) const {
  const date::time_zone& zone = zone_of(zone_);
  const std::chrono::sys_days asked{date};
  const std::chrono::sys_days midnight = listed_twin(zone, asked);
  const std::chrono::days later = asked - midnight;
  const date::sys_seconds from = beginning(zone, midnight);
  const date::sys_seconds to = beginning(zone, midnight + std::chrono::days{1});
  Day day;
  day.date = date;
  day.from = Instant{from.time_since_epoch()} + later;
  day.to = Instant{to.time_since_epoch()} + later;
  const date::sys_info info = zone.get_info(from);
  day.offset = info.offset;
  if (info.end < to) {
    const date::sys_info next = zone.get_info(info.end);
    if (next.end < to) return std::nullopt;
    // A change of name or of the daylight flag alone moves no clock.
    if (next.offset != info.offset) {
      day.shift =
          OffsetShift{Instant{info.end.time_since_epoch()} + later, next.offset - info.offset};
    }
  }
  return day;
}

}  // namespace firsthand::config
