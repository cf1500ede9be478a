// SPDX-License-Identifier: Apache-2.0
// Random calendars, pauses and instants for property tests, and the slow way to compute with them:
// minute by minute over the wall clock of the C library, which reads the zone files by its own
// code. To be used inside a RapidCheck property; one thread, since the C library's zone is global.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <map>
#include <string>
#include <vector>

#include "engine/clock_math.hpp"
#include "tests/unit/calendar_builder.hpp"

namespace firsthand::test {

using std::chrono::days;
using std::chrono::minutes;

inline std::int64_t whole(std::int64_t low, std::int64_t high) {
  // Without its growing size: a date is as likely in December as in January.
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::int64_t>(low, high + 1));
}
inline bool one_in(int n) {
  return whole(1, n) == 1;
}

/// Zones that move their clocks by an hour, by half an hour, at midnight, in the south, or never.
inline const std::vector<std::string>& zones() {
  static const std::vector<std::string> all{
      "Europe/Berlin",    "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo",
      "Africa/Cairo",     "Asia/Beirut",      "America/Santiago",    "Pacific/Auckland",
      "America/Havana",   "Asia/Shanghai",    "Asia/Kathmandu",      "Africa/Casablanca",
      "America/St_Johns", "Europe/London",    "Pacific/Apia",        "UTC"};
  return all;
}

/// Up to three frames of a day that do not overlap; the last one may cross midnight. Times between
/// 23:00 and 04:00 (Apia's clocks go back at four) are whole hours: an end within an hour that
/// happens twice is a matter of rule, which the table tests settle.
inline std::vector<config::Frame> random_frames() {
  std::vector<int> edges;
  for (auto count = 2 * whole(0, 3); count > 0; --count) {
    const bool night = one_in(4);
    edges.push_back(static_cast<int>(night ? 60 * *rc::gen::element(0, 1, 2, 3, 23, 24)
                                           : 240 + 5 * whole(0, 228)));
  }
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  std::vector<config::Frame> frames;
  for (std::size_t i = 0; i + 1 < edges.size(); i += 2) frames.push_back({edges[i], edges[i + 1]});
  if (!frames.empty() && frames.back().to_min == 24 * 60 && one_in(2)) {
    frames.back().to_min += static_cast<int>(60 * whole(0, 8));
  }
  return frames;
}

struct World {
  config::CalendarDefinition definition;
  Calendar calendar;
  Instant start;  ///< whole minutes, as are the pauses
  std::vector<Pause> pauses;
};

inline std::vector<Pause> random_pauses(Instant start, bool may_stay_open = false) {
  std::vector<Pause> pauses;
  for (auto count = whole(0, 4); count > 0; --count) {
    const Instant from = start + minutes{whole(-3 * 1440, 12 * 1440)};
    pauses.push_back({from, from + minutes{whole(0, 3 * 1440)}});
  }
  if (may_stay_open && one_in(4)) {
    pauses.push_back({start + minutes{whole(-1440, 20 * 1440)}, std::nullopt});
  }
  return pauses;
}

inline World random_world() {
  World world;
  auto& definition = world.definition;
  definition.code = "random";
  definition.zone = *rc::gen::elementOf(zones());
  for (auto& frames : definition.week) frames = random_frames();
  if (std::all_of(definition.week.begin(), definition.week.end(),
                  [](const auto& frames) { return frames.empty(); })) {
    definition.week[2] = {{540, 1080}};
  }
  const std::chrono::year year{static_cast<int>(*rc::gen::element(2011, 2018, 2026, 2037, 2041))};
  const std::chrono::sys_days first = year / 1 / 1;
  std::map<Date, int> taken;
  for (auto count = whole(0, 30); count > 0; --count) {
    const Date date{first + days{whole(0, 365)}};
    if (taken[date]++ == 0) definition.holidays.push_back({date, "holiday", "holiday"});
  }
  for (auto count = whole(0, 10); count > 0; --count) {
    const Date date{first + days{whole(0, 365)}};
    if (taken[date]++ < 2) definition.dates.push_back({date, random_frames(), "hours", "hours"});
    taken[date] = 2;
  }
  world.calendar =
      config::compile_calendar(definition, Date{first - days{40}}, Date{first + days{500}}).value();
  world.start = first + minutes{whole(20 * 1440, 340 * 1440)};
  world.pauses = random_pauses(world.start);
  return world;
}

/// What the definition says of each minute from `from` on.
class Minutes {
 public:
  Minutes(const config::CalendarDefinition& definition, Instant from, days length) : from_(from) {
    const char* before = std::getenv("TZ");
    const std::string restore = before != nullptr ? before : "";
    ::setenv("TZ", definition.zone.c_str(), 1);
    ::tzset();
    for (Instant hour = from; hour < from + length; hour += minutes{60}) {
      // Asked for each minute only where the clock is changed.
      const Seconds before_hour = offset(hour);
      const bool steady = before_hour == offset(hour + minutes{60});
      for (Instant at = hour; at < hour + minutes{60}; at += minutes{1}) {
        look(definition, at, at + (steady ? before_hour : offset(at)));
      }
    }
    before != nullptr ? ::setenv("TZ", restore.c_str(), 1) : ::unsetenv("TZ");
    ::tzset();
  }

  bool working(Instant at) const {
    return working_[static_cast<std::size_t>((at - from_) / minutes{1})];
  }
  Instant end() const { return from_ + minutes{working_.size()}; }
  std::chrono::sys_days local_date(Instant at) const {
    return dates_[static_cast<std::size_t>((at - from_) / minutes{1})];
  }
  /// By the date on which the frame begins.
  const std::map<std::chrono::sys_days, Instant>& closings() const { return closings_; }

 private:
  static Seconds offset(Instant at) {
    const std::time_t seconds = std::chrono::floor<Seconds>(at).time_since_epoch().count();
    std::tm local{};
    ::localtime_r(&seconds, &local);
    return Seconds{local.tm_gmtoff};
  }

  void look(const config::CalendarDefinition& definition, Instant at, Instant local) {
    const auto date = std::chrono::floor<days>(local);
    const auto wall = static_cast<int>((local - date) / minutes{1});
    bool working = false;
    for (int back = 0; back < 2; ++back) {
      for (const config::Frame& frame : frames(definition, date - days{back})) {
        if (wall + 1440 * back < frame.from_min || wall + 1440 * back >= frame.to_min) continue;
        working = true;
        closings_[date - days{back}] = at + minutes{1};
      }
    }
    working_.push_back(working);
    dates_.push_back(date);
  }

  const std::vector<config::Frame>& frames(const config::CalendarDefinition& definition,
                                           std::chrono::sys_days date) {
    const auto [known, is_new] = frames_.try_emplace(date);
    if (!is_new) return known->second;
    known->second = definition.week[std::chrono::weekday{date}.iso_encoding() - 1];
    for (const auto& holiday : definition.holidays) {
      if (std::chrono::sys_days{holiday.date} == date) known->second.clear();
    }
    for (const auto& special : definition.dates) {
      if (std::chrono::sys_days{special.date} == date) known->second = special.frames;
    }
    return known->second;
  }

  Instant from_;
  std::vector<bool> working_;
  std::vector<std::chrono::sys_days> dates_;
  std::map<std::chrono::sys_days, Instant> closings_;
  std::map<std::chrono::sys_days, std::vector<config::Frame>> frames_;
};

}  // namespace firsthand::test
