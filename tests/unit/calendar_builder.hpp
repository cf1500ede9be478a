// SPDX-License-Identifier: Apache-2.0
// Calendars for tests, written as sentences. Aborts the test on a calendar that does not compile.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/calendars.hpp"
#include "engine/calendar.hpp"
#include "engine/time.hpp"

namespace firsthand::test {

/// "2026-02-14T09:00:00+08:00".
inline Instant at(std::string_view text) {
  return parse_iso8601(text).value();
}
inline Date on(std::string_view text) {
  return parse_date(text).value();
}

inline std::vector<config::Frame> frames(const std::vector<std::string_view>& written) {
  std::vector<config::Frame> result;
  for (const auto text : written) result.push_back(config::parse_frame(text).value());
  return result;
}

class CalendarIn {
 public:
  explicit CalendarIn(std::string zone) {
    definition_.code = "test";
    definition_.zone = std::move(zone);
  }
  CalendarIn& weekdays(const std::vector<std::string_view>& hours) {
    for (std::size_t day = 0; day < 5; ++day) definition_.week[day] = frames(hours);
    return *this;
  }
  CalendarIn& daily(const std::vector<std::string_view>& hours) {
    for (auto& day : definition_.week) day = frames(hours);
    return *this;
  }
  CalendarIn& weekday(std::size_t monday_is_0, const std::vector<std::string_view>& hours) {
    definition_.week[monday_is_0] = frames(hours);
    return *this;
  }
  CalendarIn& holiday(std::string_view date, std::string name) {
    definition_.holidays.push_back({on(date), name, name});
    return *this;
  }
  CalendarIn& hours_on(std::string_view date, const std::vector<std::string_view>& hours,
                       std::string name = "special") {
    definition_.dates.push_back({on(date), frames(hours), name, name});
    return *this;
  }
  CalendarIn& always() {
    definition_.always = true;
    return *this;
  }
  Calendar from_to(std::string_view first, std::string_view last) const {
    return config::compile_calendar(definition_, on(first), on(last)).value();
  }

 private:
  config::CalendarDefinition definition_;
};

}  // namespace firsthand::test
