// SPDX-License-Identifier: Apache-2.0
#include "config/calendars.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "config/reader.hpp"
#include "config/zones.hpp"

namespace firsthand::config {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays{"mon", "tue", "wed", "thu",
                                                    "fri", "sat", "sun"};

// What several calendars of one country share.
struct HolidaySet {
  std::vector<HolidayDate> holidays;
  std::vector<Date> make_up_days;
  std::optional<Date> complete_until;
};

std::vector<Date> read_dates(Reader& reader, std::string_view key) {
  std::vector<Date> dates;
  for (const std::string& written : reader.texts(key)) {
    if (const auto range = parse_dates(written)) {
      dates.insert(dates.end(), range->begin(), range->end());
    } else {
      reader.fail(key,
                  "\"" + written + "\" is not a date or a range such as 2026-10-01..2026-10-07");
    }
  }
  return dates;
}

std::vector<Frame> read_frames(Reader& reader, std::string_view key) {
  std::vector<Frame> frames;
  for (const std::string& written : reader.texts(key)) {
    if (const auto frame = parse_frame(written)) {
      frames.push_back(*frame);
    } else {
      reader.fail(key, "\"" + written + "\" is not a frame such as 09:00-18:00");
    }
  }
  std::sort(frames.begin(), frames.end(),
            [](const Frame& a, const Frame& b) { return a.from_min < b.from_min; });
  for (std::size_t i = 1; i < frames.size(); ++i) {
    if (frames[i].from_min < frames[i - 1].to_min) reader.fail(key, "has frames that overlap");
  }
  return frames;
}

void read_holidays(Reader& reader, std::vector<HolidayDate>& into) {
  reader.each("holidays", [&](Reader& row) {
    const std::string name_zh = row.text("name_zh");
    const std::string name_en = row.text("name_en");
    for (const Date date : read_dates(row, "days")) into.push_back({date, name_zh, name_en});
  });
}

std::optional<Date> read_complete_until(Reader& reader) {
  if (!reader.has("complete_until")) return std::nullopt;
  return reader.parsed("complete_until", parse_date, "a date such as 2026-12-31");
}

template <class T>
void sort_by_date(std::vector<T>& list, Reader& reader, std::string_view key) {
  std::sort(list.begin(), list.end(), [](const T& a, const T& b) { return a.date < b.date; });
  for (std::size_t i = 1; i < list.size(); ++i) {
    if (list[i].date == list[i - 1].date) {
      reader.fail(key, "names " + to_iso8601(list[i].date) + " twice");
    }
  }
}

CalendarDefinition read_calendar(Reader& reader, const std::map<std::string, HolidaySet>& sets) {
  CalendarDefinition result;
  result.code = reader.code("code");
  result.name_zh = reader.text("name_zh");
  result.name_en = reader.text("name_en");
  result.zone = reader.text("zone");
  if (!result.zone.empty() && !Zone::find(result.zone)) {
    reader.fail("zone", "\"" + result.zone + "\" is not a time zone of this machine");
  }
  result.always = reader.flag("always", false);
  bool any_hours = false;
  reader.below("week", [&](Reader& week) {
    for (std::size_t day = 0; day < kWeekdays.size(); ++day) {
      result.week[day] = read_frames(week, kWeekdays[day]);
      any_hours = any_hours || !result.week[day].empty();
    }
  });
  result.complete_until = read_complete_until(reader);
  read_holidays(reader, result.holidays);
  reader.each("dates", [&](Reader& row) {
    const std::string name_zh = row.text("name_zh");
    const std::string name_en = row.text("name_en");
    const std::vector<Frame> frames = read_frames(row, "hours");
    for (const Date date : read_dates(row, "days")) {
      result.dates.push_back({date, frames, name_zh, name_en});
    }
  });
  const std::vector<Frame> make_up_frames = read_frames(reader, "make_up_hours");
  const std::string set_name = reader.text("holiday_set", "");
  if (!set_name.empty()) {
    const auto set = sets.find(set_name);
    if (set == sets.end()) {
      reader.fail("holiday_set", "\"" + set_name + "\" is not defined in this file");
    } else {
      const HolidaySet& shared = set->second;
      result.holidays.insert(result.holidays.end(), shared.holidays.begin(), shared.holidays.end());
      if (!result.complete_until) result.complete_until = shared.complete_until;
      if (make_up_frames.empty() && !shared.make_up_days.empty()) {
        reader.fail("make_up_hours", "is missing: the holiday set has make-up working days");
      }
      for (const Date date : shared.make_up_days) {
        // The calendar's own hours of that date, if any, were read before and stay.
        if (std::none_of(result.dates.begin(), result.dates.end(),
                         [date](const DateHours& own) { return own.date == date; })) {
          result.dates.push_back({date, make_up_frames, "调休上班", "make-up working day"});
        }
      }
    }
  }
  sort_by_date(result.holidays, reader, "holidays");
  sort_by_date(result.dates, reader, "dates");
  if (result.always && (any_hours || !result.holidays.empty() || !result.dates.empty())) {
    reader.fail("always", "a calendar that never closes has no hours and no holidays");
  }
  if (!result.always && !any_hours) {
    reader.fail("week", "has no working hours; a clock would never fall due");
  }
  return result;
}

}  // namespace

Checked<std::vector<CalendarDefinition>> read_calendars(const Value& document,
                                                        const std::string& file) {
  Errors errors;
  std::vector<CalendarDefinition> calendars;
  {
    Reader root{document, file, "", errors};
    std::map<std::string, HolidaySet> sets;
    root.each("holiday_set", [&](Reader& reader) {
      HolidaySet set;
      const std::string code = reader.code("code");
      set.complete_until = read_complete_until(reader);
      read_holidays(reader, set.holidays);
      set.make_up_days = read_dates(reader, "make_up_days");
      for (const HolidayDate& holiday : set.holidays) {
        if (std::find(set.make_up_days.begin(), set.make_up_days.end(), holiday.date) !=
            set.make_up_days.end()) {
          reader.fail("make_up_days", to_iso8601(holiday.date) + " is a holiday too");
        }
      }
      if (!sets.emplace(code, std::move(set)).second) reader.fail("code", "is used twice");
    });
    root.each("calendar",
              [&](Reader& reader) { calendars.push_back(read_calendar(reader, sets)); });
    if (calendars.empty() && errors.empty()) root.fail("calendar", "at least one is needed");
  }
  refuse_doubles(calendars, file, "calendar", errors);
  if (!errors.empty()) return errors;
  return calendars;
}

Checked<Calendar> compile_calendar(const CalendarDefinition& definition, Date first, Date last) {
  const auto refused = [&](std::string reason) {
    Errors errors;
    errors.add("calendar " + definition.code, "", std::move(reason));
    return errors;
  };
  const auto zone = Zone::find(definition.zone);
  if (!zone) return refused("\"" + definition.zone + "\" is not a time zone of this machine");
  const std::chrono::sys_days begin{first};
  const std::chrono::sys_days end{last};
  if (!first.ok() || !last.ok() || end < begin ||
      end - begin >= std::chrono::days{kCompiledDaysMax}) {
    return refused("covers no dates, or more than " + std::to_string(kCompiledDaysMax) + " days");
  }
  std::map<Date, const HolidayDate*> holidays;
  for (const HolidayDate& holiday : definition.holidays) holidays.emplace(holiday.date, &holiday);
  std::map<Date, const DateHours*> dates;
  for (const DateHours& hours : definition.dates) dates.emplace(hours.date, &hours);

  // One day more on either side: a frame may begin before the first date or end after the last.
  Calendar::Parts parts;
  parts.code = definition.code;
  parts.name_zh = definition.name_zh;
  parts.name_en = definition.name_en;
  parts.zone = definition.zone;
  parts.always = definition.always;
  parts.complete_until = definition.complete_until;
  const std::chrono::days one{1};
  for (auto date = begin - one; date <= end + one; date += one) {
    const auto day = zone->day(Date{date});
    if (!day) return refused("the clock changes twice on " + to_iso8601(Date{date}));
    parts.days.push_back(*day);
  }
  const Calendar bare{parts};
  parts.coverage = {parts.days[1].from, parts.days.back().from};
  for (Day& day : parts.days) {
    if (definition.always) {
      day.kind = DayKind::working;
      day.closing = day.to;
      continue;
    }
    const auto weekday = std::chrono::weekday{std::chrono::sys_days{day.date}}.iso_encoding() - 1;
    const std::vector<Frame>* frames = &definition.week[weekday];
    if (const auto special = dates.find(day.date); special != dates.end()) {
      frames = &special->second->frames;
      day.date_specific = true;
      day.name_zh = special->second->name_zh;
      day.name_en = special->second->name_en;
    } else if (const auto holiday = holidays.find(day.date); holiday != holidays.end()) {
      day.kind = DayKind::holiday;
      day.name_zh = holiday->second->name_zh;
      day.name_en = holiday->second->name_en;
      continue;
    }
    for (const Frame& frame : *frames) {
      const Instant from = std::max(bare.at_local(day.date, std::chrono::minutes{frame.from_min}),
                                    parts.coverage.from);
      const Instant to = bare.at_local(day.date, std::chrono::minutes{frame.to_min});
      if (from >= to) continue;  // in a gap of the clock, or over before the first date
      parts.spans.push_back({from, to});
      day.kind = DayKind::working;
      day.closing = std::max(day.closing.value_or(to), to);
    }
  }
  parts.days.erase(parts.days.begin());
  parts.days.pop_back();
  std::erase_if(parts.spans, [&](const Span& span) { return span.from >= parts.coverage.to; });
  return Calendar{std::move(parts)};
}

}  // namespace firsthand::config
