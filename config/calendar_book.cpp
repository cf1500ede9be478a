// SPDX-License-Identifier: Apache-2.0
#include "config/calendars.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "config/reader.hpp"
#include "config/zones.hpp"

namespace firsthand::config {
namespace {

std::vector<Date> read_dates(Reader& reader, std::string_view key) {
  std::vector<Date> dates;
  for (const std::string& written : reader.texts(key)) {
    if (const auto range = parse_dates(written)) {
      dates.insert(dates.end(), range->begin(), range->end());
    } else {
      reader.fail(key, {why::no_date_range, {{"written", written}}});
    }
  }
  return dates;
}

// A row names its dates: "days", a list with ranges, or "date", a single one.
std::vector<Date> read_row_dates(Reader& row) {
  if (!row.has("date")) return read_dates(row, "days");
  const auto date = row.parsed("date", parse_date, why::no_date);
  return date ? std::vector{*date} : std::vector<Date>{};
}

std::vector<Frame> read_frames(Reader& reader, std::string_view key) {
  std::vector<Frame> frames;
  for (const std::string& written : reader.texts(key)) {
    if (const auto frame = parse_frame(written)) {
      frames.push_back(*frame);
    } else {
      reader.fail(key, {why::no_frame, {{"written", written}}});
    }
  }
  std::sort(frames.begin(), frames.end(),
            [](const Frame& a, const Frame& b) { return a.from_min < b.from_min; });
  for (std::size_t i = 1; i < frames.size(); ++i) {
    if (frames[i].from_min < frames[i - 1].to_min) reader.fail(key, why::frames_overlap);
  }
  return frames;
}

template <class T>
void sort_by_date(std::vector<T>& list, Reader& reader, std::string_view key) {
  std::sort(list.begin(), list.end(), [](const T& a, const T& b) { return a.date < b.date; });
  for (std::size_t i = 1; i < list.size(); ++i) {
    if (list[i].date == list[i - 1].date) {
      reader.fail(key, {why::date_twice, {{"date", to_iso8601(list[i].date)}}});
    }
  }
}

void read_holidays(Reader& reader, std::vector<HolidayDate>& into) {
  reader.each("holidays", [&](Reader& row) {
    const std::string name_zh = row.text("name_zh");
    const std::string name_en = row.text("name_en");
    for (const Date date : read_row_dates(row)) into.push_back({date, name_zh, name_en});
  });
  sort_by_date(into, reader, "holidays");
}

std::optional<Date> read_complete_until(Reader& reader) {
  if (!reader.has("complete_until")) return std::nullopt;
  return reader.parsed("complete_until", parse_date, why::no_date);
}

WrittenCalendar read_calendar(Reader& reader, const CalendarBook& book) {
  WrittenCalendar result;
  CalendarDefinition& own = result.own;
  own.code = reader.code("code");
  own.name_zh = reader.text("name_zh");
  own.name_en = reader.text("name_en");
  own.zone = reader.text("zone");
  if (!own.zone.empty() && !Zone::find(own.zone)) {
    reader.fail("zone", {why::no_zone_here, {{"zone", own.zone}}});
  }
  own.always = reader.flag("always", false);
  bool any_hours = false;
  reader.below("week", [&](Reader& week) {
    for (std::size_t day = 0; day < kWeekdays.size(); ++day) {
      own.week[day] = read_frames(week, kWeekdays[day]);
      any_hours = any_hours || !own.week[day].empty();
    }
  });
  own.complete_until = read_complete_until(reader);
  read_holidays(reader, own.holidays);
  // Editors say "days".
  for (const std::string_view key : {"dates", "days"}) {
    reader.each(key, [&](Reader& row) {
      const std::string name_zh = row.text("name_zh");
      const std::string name_en = row.text("name_en");
      const std::vector<Frame> frames = read_frames(row, "hours");
      for (const Date date : read_row_dates(row)) {
        own.dates.push_back({date, frames, name_zh, name_en});
      }
    });
  }
  sort_by_date(own.dates, reader, reader.has("days") ? "days" : "dates");
  result.make_up_hours = read_frames(reader, "make_up_hours");
  result.holiday_set = reader.text("holiday_set", "");
  if (!result.holiday_set.empty()) {
    const HolidaySet* set = book.set(result.holiday_set);
    if (set == nullptr) {
      reader.fail("holiday_set", {why::no_holiday_set, {{"code", result.holiday_set}}});
    } else if (result.make_up_hours.empty() && !set->make_up_days.empty()) {
      reader.fail("make_up_hours", why::make_up_hours_missing);
    }
  }
  const bool any_days = !own.holidays.empty() || !own.dates.empty() || !result.holiday_set.empty();
  if (own.always && (any_hours || any_days)) {
    reader.fail("always", why::always_with_hours);
  }
  if (!own.always && !any_hours) {
    reader.fail("week", why::never_open);
  }
  return result;
}

HolidaySet read_set(Reader& reader) {
  HolidaySet set;
  set.code = reader.code("code");
  set.complete_until = read_complete_until(reader);
  read_holidays(reader, set.holidays);
  set.make_up_days = read_dates(reader, "make_up_days");
  std::sort(set.make_up_days.begin(), set.make_up_days.end());
  for (std::size_t i = 1; i < set.make_up_days.size(); ++i) {
    if (set.make_up_days[i] == set.make_up_days[i - 1]) {
      reader.fail("make_up_days", {why::date_twice, {{"date", to_iso8601(set.make_up_days[i])}}});
    }
  }
  for (const HolidayDate& holiday : set.holidays) {
    if (std::binary_search(set.make_up_days.begin(), set.make_up_days.end(), holiday.date)) {
      reader.fail("make_up_days", {why::holiday_too, {{"date", to_iso8601(holiday.date)}}});
    }
  }
  return set;
}

template <class T>
Value made(T data) {
  Value value;
  value.data = std::move(data);
  return value;
}

// "2026-10-01..2026-10-07" for dates that follow each other.
Value written_dates(const std::vector<Date>& dates) {
  Array list;
  for (std::size_t i = 0; i < dates.size();) {
    std::size_t last = i;
    while (last + 1 < dates.size() &&
           std::chrono::sys_days{dates[last + 1]} ==
               std::chrono::sys_days{dates[last]} + std::chrono::days{1}) {
      ++last;
    }
    std::string text = to_iso8601(dates[i]);
    if (last > i) text += ".." + to_iso8601(dates[last]);
    list.push_back(made(std::move(text)));
    i = last + 1;
  }
  return made(std::move(list));
}

Value written_frames(const std::vector<Frame>& frames) {
  Array list;
  for (const Frame& frame : frames) list.push_back(made(to_text(frame)));
  return made(std::move(list));
}

// One row for all dates that `same` says the same of, in the order of their first dates.
template <class T, class Same, class Write>
Value written_rows(const std::vector<T>& list, Same same, Write write) {
  Array rows;
  std::vector<bool> done(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (done[i]) continue;
    std::vector<Date> dates;
    for (std::size_t j = i; j < list.size(); ++j) {
      if (done[j] || !same(list[i], list[j])) continue;
      done[j] = true;
      dates.push_back(list[j].date);
    }
    Table row = write(list[i]);
    row.emplace("name_zh", made(list[i].name_zh));
    row.emplace("name_en", made(list[i].name_en));
    row.emplace("days", written_dates(dates));
    rows.push_back(made(std::move(row)));
  }
  return made(std::move(rows));
}

Value written_holidays(const std::vector<HolidayDate>& holidays) {
  const auto same = [](const HolidayDate& a, const HolidayDate& b) {
    return a.name_zh == b.name_zh && a.name_en == b.name_en;
  };
  return written_rows(holidays, same, [](const HolidayDate&) { return Table{}; });
}

Value written_date_hours(const std::vector<DateHours>& dates) {
  const auto same = [](const DateHours& a, const DateHours& b) {
    return a.frames == b.frames && a.name_zh == b.name_zh && a.name_en == b.name_en;
  };
  return written_rows(dates, same, [](const DateHours& row) {
    return Table{{"hours", written_frames(row.frames)}};
  });
}

Value written_set(const HolidaySet& set) {
  Table table{{"code", made(set.code)},
              {"holidays", written_holidays(set.holidays)},
              {"make_up_days", written_dates(set.make_up_days)}};
  if (set.complete_until) table.emplace("complete_until", made(to_iso8601(*set.complete_until)));
  return made(std::move(table));
}

Value written_calendar(const WrittenCalendar& calendar) {
  const CalendarDefinition& own = calendar.own;
  Table table{{"code", made(own.code)},
              {"name_zh", made(own.name_zh)},
              {"name_en", made(own.name_en)},
              {"zone", made(own.zone)}};
  if (own.always) table.emplace("always", made(true));
  Table week;
  for (std::size_t day = 0; day < kWeekdays.size(); ++day) {
    if (!own.week[day].empty()) {
      week.emplace(kWeekdays[day], written_frames(own.week[day]));
    }
  }
  if (!week.empty()) table.emplace("week", made(std::move(week)));
  if (!calendar.holiday_set.empty()) table.emplace("holiday_set", made(calendar.holiday_set));
  if (!calendar.make_up_hours.empty()) {
    table.emplace("make_up_hours", written_frames(calendar.make_up_hours));
  }
  if (!own.holidays.empty()) table.emplace("holidays", written_holidays(own.holidays));
  if (!own.dates.empty()) table.emplace("dates", written_date_hours(own.dates));
  if (own.complete_until) table.emplace("complete_until", made(to_iso8601(*own.complete_until)));
  return made(std::move(table));
}

template <class T>
bool names(const std::vector<T>& list, Date date) {
  const auto found = std::lower_bound(list.begin(), list.end(), date,
                                      [](const T& row, Date wanted) { return row.date < wanted; });
  return found != list.end() && found->date == date;
}

}  // namespace

const HolidaySet* CalendarBook::set(std::string_view code) const {
  const auto found = std::find_if(sets.begin(), sets.end(),
                                  [code](const HolidaySet& set) { return set.code == code; });
  return found == sets.end() ? nullptr : &*found;
}

const WrittenCalendar* CalendarBook::calendar(std::string_view code) const {
  const auto found =
      std::find_if(calendars.begin(), calendars.end(),
                   [code](const WrittenCalendar& row) { return row.own.code == code; });
  return found == calendars.end() ? nullptr : &*found;
}

Checked<CalendarBook> read_calendar_book(const Value& document, const std::string& file) {
  Errors errors;
  CalendarBook book;
  {
    Reader root{document, file, "", errors};
    root.each("holiday_set", [&](Reader& reader) {
      HolidaySet set = read_set(reader);
      if (book.set(set.code) != nullptr) reader.fail("code", why::used_twice);
      book.sets.push_back(std::move(set));
    });
    root.each("calendar",
              [&](Reader& reader) { book.calendars.push_back(read_calendar(reader, book)); });
    if (book.calendars.empty() && errors.empty()) root.fail("calendar", why::at_least_one);
  }
  std::set<std::string> codes;
  for (const WrittenCalendar& calendar : book.calendars) {
    const std::string& code = calendar.own.code;
    if (!code.empty() && !codes.insert(code).second) {
      errors.add(file, "calendar", Reason{why::code_twice, {{"code", code}}});
    }
  }
  if (!errors.empty()) return errors;
  return book;
}

Checked<CalendarBook> with_calendar(const CalendarBook& book, const std::string& code,
                                    const Value& entry) {
  Errors errors;
  CalendarBook result = book;
  Value calendar = entry;
  if (auto* table = std::get_if<Table>(&calendar.data)) {
    // What an answer says besides, so that it may be sent back as it came.
    for (const std::string_view key : {"known_until", "used_by", "note", "version"}) {
      if (const auto found = table->find(key); found != table->end()) table->erase(found);
    }
    table->emplace("code", made(code));
  }
  {
    Reader reader{calendar, "calendar", "", errors};
    reader.below("shared", [&](Reader& shared) {
      shared.texts("used_by");
      HolidaySet set = read_set(shared);
      const auto known =
          std::find_if(result.sets.begin(), result.sets.end(),
                       [&](const HolidaySet& other) { return other.code == set.code; });
      if (known == result.sets.end()) {
        result.sets.push_back(std::move(set));
      } else {
        *known = std::move(set);
      }
    });
    WrittenCalendar wanted = read_calendar(reader, result);
    if (wanted.own.code != code) reader.fail("code", why::other_calendar);
    const auto known =
        std::find_if(result.calendars.begin(), result.calendars.end(),
                     [&](const WrittenCalendar& row) { return row.own.code == code; });
    if (known == result.calendars.end()) {
      result.calendars.push_back(std::move(wanted));
    } else {
      *known = std::move(wanted);
    }
  }
  if (!errors.empty()) return errors;
  return result;
}

Value to_document(const CalendarBook& book) {
  Array sets;
  for (const HolidaySet& set : book.sets) sets.push_back(written_set(set));
  Array calendars;
  for (const WrittenCalendar& row : book.calendars) calendars.push_back(written_calendar(row));
  return made(
      Table{{"holiday_set", made(std::move(sets))}, {"calendar", made(std::move(calendars))}});
}

CalendarDefinition resolve(const WrittenCalendar& calendar, const HolidaySet* set) {
  CalendarDefinition result = calendar.own;
  if (set == nullptr) return result;
  if (!result.complete_until) result.complete_until = set->complete_until;
  for (const HolidayDate& shared : set->holidays) {
    if (!names(calendar.own.holidays, shared.date)) result.holidays.push_back(shared);
  }
  for (const Date date : set->make_up_days) {
    // The calendar's own word on that date stays.
    if (names(calendar.own.dates, date) || names(calendar.own.holidays, date)) continue;
    result.dates.push_back({date, calendar.make_up_hours, "调休上班", "make-up working day"});
  }
  const auto by_date = [](const auto& a, const auto& b) { return a.date < b.date; };
  std::sort(result.holidays.begin(), result.holidays.end(), by_date);
  std::sort(result.dates.begin(), result.dates.end(), by_date);
  return result;
}

Checked<std::vector<CalendarDefinition>> read_calendars(const Value& document,
                                                        const std::string& file) {
  const auto book = read_calendar_book(document, file);
  if (!book) return book.error();
  std::vector<CalendarDefinition> calendars;
  for (const WrittenCalendar& row : book->calendars) {
    calendars.push_back(resolve(row, book->set(row.holiday_set)));
  }
  return calendars;
}

}  // namespace firsthand::config
