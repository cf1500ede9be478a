// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/calendar_answers.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <set>
#include <stdexcept>

#include "adapters/runtime/rules_documents.hpp"
#include "config/document.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {

namespace json = boost::json;
using config::CalendarBook;
using config::WrittenCalendar;

namespace {

json::array listed(const std::vector<config::Frame>& frames) {
  json::array out;
  for (const auto& frame : frames) out.push_back(json::string(config::to_text(frame)));
  return out;
}

json::array listed(const std::vector<config::HolidayDate>& holidays) {
  json::array out;
  for (const auto& row : holidays) {
    out.push_back(json::object{
        {"date", to_iso8601(row.date)}, {"name_zh", row.name_zh}, {"name_en", row.name_en}});
  }
  return out;
}

json::array listed(const std::vector<Date>& dates) {
  json::array out;
  for (const Date date : dates) out.push_back(json::string(to_iso8601(date)));
  return out;
}

json::value shared_json(const CalendarBook& book, const std::string& code) {
  const config::HolidaySet* set = book.set(code);
  if (set == nullptr) return nullptr;
  json::array used_by;
  for (const auto& row : book.calendars) {
    if (row.holiday_set == code) used_by.push_back(json::string(row.own.code));
  }
  return json::object{{"code", set->code},
                      {"holidays", listed(set->holidays)},
                      {"make_up_days", listed(set->make_up_days)},
                      {"complete_until", date_or_null(set->complete_until)},
                      {"used_by", std::move(used_by)}};
}

// What would notice a change of this calendar.
json::object used_by(const RuleBook& rules, const std::string& code) {
  json::array policies;
  for (const Policy& policy : rules.policies) {
    const bool uses = std::any_of(policy.clocks.begin(), policy.clocks.end(),
                                  [&](const PolicyClock& clock) { return clock.calendar == code; });
    if (!uses) continue;
    policies.push_back(json::object{
        {"code", policy.code}, {"name_zh", policy.name_zh}, {"name_en", policy.name_en}});
  }
  json::array queues;
  for (const Queue& queue : rules.queues) {
    if (queue.calendar != code) continue;
    queues.push_back(
        json::object{{"code", queue.code}, {"name_zh", queue.name_zh}, {"name_en", queue.name_en}});
  }
  return {{"policies", std::move(policies)},
          {"queues", std::move(queues)},
          {"callbacks", rules.callbacks.calendar == code}};
}

}  // namespace

std::optional<StoredCalendars> read_calendar_document(postgres::Tx& tx) {
  const auto document = read_document(tx, "calendars");
  if (!document) return std::nullopt;
  const auto tree = config::parse_document(document->body, "calendars");
  if (!tree) throw std::runtime_error("calendars:\n" + tree.error().text());
  auto book = config::read_calendar_book(*tree, "calendars");
  if (!book) throw std::runtime_error("calendars:\n" + book.error().text());
  return StoredCalendars{std::move(*book), document->saved.version};
}

config::CalendarDefinition definition_of(const CalendarBook& book, const WrittenCalendar& row) {
  return config::resolve(row, book.set(row.holiday_set));
}

json::value date_or_null(const std::optional<Date>& date) {
  if (!date) return nullptr;
  return json::string(to_iso8601(*date));
}

json::object calendar_json(const CalendarBook& book, const WrittenCalendar& row,
                           const RuleBook& rules) {
  const auto& own = row.own;
  json::object week;
  for (std::size_t day = 0; day < config::kWeekdays.size(); ++day) {
    week.emplace(config::kWeekdays[day], listed(own.week[day]));
  }
  json::array days;
  for (const auto& date : own.dates) {
    days.push_back(json::object{{"date", to_iso8601(date.date)},
                                {"hours", listed(date.frames)},
                                {"name_zh", date.name_zh},
                                {"name_en", date.name_en}});
  }
  const auto known_until = definition_of(book, row).complete_until;
  return {{"code", own.code},
          {"name_zh", own.name_zh},
          {"name_en", own.name_en},
          {"zone", own.zone},
          {"always", own.always},
          {"week", std::move(week)},
          {"holiday_set", row.holiday_set},
          {"make_up_hours", listed(row.make_up_hours)},
          {"holidays", listed(own.holidays)},
          {"days", std::move(days)},
          {"complete_until", date_or_null(own.complete_until)},
          {"known_until", date_or_null(known_until)},
          {"shared", shared_json(book, row.holiday_set)},
          {"used_by", used_by(rules, own.code)}};
}

json::object day_json(const Calendar& calendar, const config::CalendarDefinition& definition,
                      const Day& day) {
  json::array frames;
  Millis working{0};
  if (definition.always) {
    frames.push_back(json::array{"00:00", "24:00"});
    working = day.to - day.from;
  } else if (day.kind == DayKind::working) {
    const auto weekday = std::chrono::weekday{std::chrono::sys_days{day.date}}.iso_encoding() - 1;
    const auto own = std::find_if(definition.dates.begin(), definition.dates.end(),
                                  [&](const auto& row) { return row.date == day.date; });
    const auto& hours = own == definition.dates.end() ? definition.week[weekday] : own->frames;
    for (const config::Frame& frame : hours) {
      const std::string text = config::to_text(frame);
      frames.push_back(json::array{text.substr(0, 5), text.substr(6)});
      working += calendar.at_local(day.date, std::chrono::minutes{frame.to_min}) -
                 calendar.at_local(day.date, std::chrono::minutes{frame.from_min});
    }
  }
  return {{"date", to_iso8601(day.date)},
          {"kind", std::string(word(day.kind))},
          {"date_specific", day.date_specific},
          {"name_zh", day.name_zh},
          {"name_en", day.name_en},
          {"frames", std::move(frames)},
          {"working_s", std::chrono::floor<Seconds>(working).count()}};
}

json::object import_json(const config::CalendarImport& import, json::object calendar) {
  json::array understood;
  std::set<int> years;
  for (const auto& day : import.days) {
    years.insert(static_cast<int>(day.date.year()));
    understood.push_back(json::object{{"date", to_iso8601(day.date)},
                                      {"kind", std::string(word(day.kind))},
                                      {"name_zh", day.name_zh},
                                      {"name_en", day.name_en},
                                      {"hours", listed(day.frames)}});
  }
  json::array ignored;
  for (const auto& row : import.ignored) {
    ignored.push_back(json::object{{"what", row.what},
                                   {"reason", std::string(word(row.reason))},
                                   {"date", date_or_null(row.date)}});
  }
  json::array year_list;
  for (const int year : years) year_list.push_back(year);
  return {{"calendar", std::move(calendar)},
          {"title", import.title},
          {"events", static_cast<std::int64_t>(import.events)},
          {"years", std::move(year_list)},
          {"understood", std::move(understood)},
          {"ignored", std::move(ignored)},
          {"ignored_total", static_cast<std::int64_t>(import.ignored_total)},
          {"complete_until", date_or_null(import.complete_until)}};
}

}  // namespace firsthand::runtime::api
