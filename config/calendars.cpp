// SPDX-License-Identifier: Apache-2.0
#include "config/calendars.hpp"

#include <algorithm>
#include <map>

#include "config/zones.hpp"

namespace firsthand::config {

Checked<Calendar> compile_calendar(const CalendarDefinition& definition, Date first, Date last) {
  const auto refused = [&](Reason reason) {
    Errors errors;
    errors.add("calendar " + definition.code, "", std::move(reason));
    return errors;
  };
  const auto zone = Zone::find(definition.zone);
  if (!zone) return refused({why::no_zone_here, {{"zone", definition.zone}}});
  const std::chrono::sys_days begin{first};
  const std::chrono::sys_days end{last};
  if (!first.ok() || !last.ok() || end < begin ||
      end - begin >= std::chrono::days{kCompiledDaysMax}) {
    return refused({why::covers_nothing, {{"max", std::to_string(kCompiledDaysMax)}}});
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
    if (!day) return refused({why::zone_changes_twice, {{"date", to_iso8601(Date{date})}}});
    parts.days.push_back(*day);
  }
  const Calendar bare{parts};
  parts.coverage = {parts.days[1].from, parts.days.back().from};
  for (Day& day : parts.days) {
    if (definition.always) {
      if (day.from == day.to) continue;  // a date that the zone skipped
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

Errors check_working_time(const Calendar& calendar) {
  Errors errors;
  if (calendar.always()) return errors;
  Instant closed_from = calendar.coverage().from;
  const auto look = [&](Instant open_again) {
    if (open_again - closed_from <= std::chrono::days{kClosedDaysMax}) return;
    errors.add("calendar " + calendar.code(), "",
               Reason{why::closed_too_long,
                      {{"from", to_iso8601(calendar.local_date(closed_from))},
                       {"to", to_iso8601(calendar.local_date(open_again))}}});
  };
  for (const Span& span : calendar.spans()) {
    look(span.from);
    closed_from = span.to;
  }
  look(calendar.coverage().to);
  return errors;
}

}  // namespace firsthand::config
