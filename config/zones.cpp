// SPDX-License-Identifier: Apache-2.0
#include "config/zones.hpp"

#include <date/tz.h>

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
  const std::chrono::sys_days midnight{date};
  const date::sys_seconds from = beginning(zone, midnight);
  const date::sys_seconds to = beginning(zone, midnight + std::chrono::days{1});
  Day day;
  day.date = date;
  day.from = Instant{from.time_since_epoch()};
  day.to = Instant{to.time_since_epoch()};
  const date::sys_info info = zone.get_info(from);
  day.offset = info.offset;
  if (info.end < to) {
    const date::sys_info next = zone.get_info(info.end);
    if (next.end < to) return std::nullopt;
    // A change of name or of the daylight flag alone moves no clock.
    if (next.offset != info.offset) {
      day.shift = OffsetShift{Instant{info.end.time_since_epoch()}, next.offset - info.offset};
    }
  }
  return day;
}

}  // namespace firsthand::config
