// SPDX-License-Identifier: Apache-2.0
#include "config/clock_question.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <set>
#include <string_view>
#include <utility>

#include "config/iso_duration.hpp"
#include "config/json_line.hpp"
#include "config/units.hpp"
#include "config/zones.hpp"

namespace firsthand::config {
namespace {

namespace json = boost::json;

constexpr std::string_view kWeekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::size_t kFramesMax = 48;
constexpr std::size_t kHolidaysMax = 20'000;
constexpr std::size_t kPausesMax = 10'000;
constexpr int kMinutesOfDay = 24 * 60;
constexpr Instant kFirstInstant{std::chrono::sys_days{std::chrono::year{1900} / 1 / 1}};
constexpr Instant kLastInstant{std::chrono::sys_days{std::chrono::year{2200} / 1 / 1}};

// The first mistake stays; what is read after it does not matter.
struct Mistake {
  std::optional<ClockRefused> first;

  void add(ClockRefusal code, std::string field, std::string message) {
    if (!first) first = ClockRefused{code, std::move(message), std::move(field)};
  }
};

std::string quoted(std::string_view text) {
  // member_path cuts what is too long to be repeated.
  return "\"" + member_path("", text) + "\"";
}

std::string_view text_of(const json::string& text) {
  return {text.data(), text.size()};
}

void allow_only(const json::object& object, const std::string& path,
                std::initializer_list<std::string_view> names, Mistake& mistake) {
  for (const auto& member : object) {
    const std::string_view name{member.key().data(), member.key().size()};
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      mistake.add(ClockRefusal::unknown, member_path(path, name), "is no member of this object");
    }
  }
}

// Null is as good as absent.
const json::value* member(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(json::string_view{name.data(), name.size()});
  return found != nullptr && !found->is_null() ? found : nullptr;
}

const json::value* needed(const json::object& object, const std::string& path,
                          std::string_view name, Mistake& mistake) {
  const json::value* found = member(object, name);
  if (found == nullptr) mistake.add(ClockRefusal::missing, member_path(path, name), "is missing");
  return found;
}

const json::object* as_object(const json::value& value, const std::string& path, Mistake& mistake) {
  if (!value.is_object()) mistake.add(ClockRefusal::wrong_type, path, "is not an object");
  return value.if_object();
}

const json::array* as_array(const json::value& value, const std::string& path, std::size_t most,
                            Mistake& mistake) {
  const json::array* array = value.if_array();
  if (array == nullptr) {
    mistake.add(ClockRefusal::wrong_type, path, "is not an array");
  } else if (array->size() > most) {
    mistake.add(ClockRefusal::out_of_range, path,
                "has more than " + std::to_string(most) + " elements");
    return nullptr;
  }
  return array;
}

const json::array* as_pair(const json::value& value, const std::string& path, const char* what,
                           Mistake& mistake) {
  const json::array* array = value.if_array();
  if (array != nullptr && array->size() == 2) return array;
  mistake.add(ClockRefusal::wrong_type, path, std::string{"is not a pair such as "} + what);
  return nullptr;
}

std::optional<std::string_view> as_text(const json::value& value, const std::string& path,
                                        Mistake& mistake) {
  if (const json::string* text = value.if_string()) return text_of(*text);
  mistake.add(ClockRefusal::wrong_type, path, "is not a string");
  return std::nullopt;
}

std::optional<Instant> as_instant(const json::value& value, const std::string& path,
                                  Mistake& mistake) {
  const auto text = as_text(value, path, mistake);
  if (!text) return std::nullopt;
  const auto at = parse_iso8601(*text);
  if (!at) {
    mistake.add(ClockRefusal::bad_value, path,
                quoted(*text) +
                    " is no instant such as 2013-03-21T09:30:00Z or "
                    "2013-03-21T10:30:00+01:00; a time without a zone is none");
  } else if (*at < kFirstInstant || *at >= kLastInstant) {
    mistake.add(ClockRefusal::out_of_range, path, "is not between the years 1900 and 2199");
    return std::nullopt;
  }
  return at;
}

std::optional<Date> as_date(std::string_view text, const std::string& path, Mistake& mistake) {
  const auto date = parse_date(text);
  if (!date)
    mistake.add(ClockRefusal::bad_value, path, quoted(text) + " is no date such as 2013-03-29");
  return date;
}

std::optional<int> as_minutes(const json::value& value, const std::string& path, Mistake& mistake) {
  const auto text = as_text(value, path, mistake);
  if (!text) return std::nullopt;
  const auto minutes = parse_time_of_day(*text);
  if (!minutes) {
    mistake.add(ClockRefusal::bad_value, path,
                quoted(*text) + " is no time of day between 00:00 and 24:00");
  }
  return minutes;
}

std::vector<Frame> as_frames(const json::value& value, const std::string& path, Mistake& mistake) {
  std::vector<Frame> frames;
  const json::array* list = as_array(value, path, kFramesMax, mistake);
  if (list == nullptr) return frames;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string at = element_path(path, i);
    const json::array* pair = as_pair((*list)[i], at, R"(["09:00","17:00"])", mistake);
    if (pair == nullptr) return frames;
    const auto from = as_minutes((*pair)[0], element_path(at, 0), mistake);
    const auto to = as_minutes((*pair)[1], element_path(at, 1), mistake);
    if (!from || !to) return frames;
    if (*from == kMinutesOfDay) {
      mistake.add(ClockRefusal::bad_value, element_path(at, 0),
                  "no frame begins at 24:00; it is 00:00 of the next day");
    } else if (*from == *to) {
      mistake.add(ClockRefusal::bad_value, at,
                  R"(begins and ends at one time; a whole day is ["00:00","24:00"])");
    }
    const Frame frame{*from, *to > *from ? *to : *to + kMinutesOfDay};
    for (const Frame& other : frames) {
      if (frame.from_min < other.to_min && other.from_min < frame.to_min) {
        mistake.add(ClockRefusal::conflict, at, "overlaps another frame of the same day");
      }
    }
    frames.push_back(frame);
  }
  std::sort(frames.begin(), frames.end(),
            [](const Frame& a, const Frame& b) { return a.from_min < b.from_min; });
  return frames;
}

HolidayDate as_holiday(const json::value& value, const std::string& path, Mistake& mistake) {
  HolidayDate holiday;
  if (const json::string* text = value.if_string()) {
    holiday.date = as_date(text_of(*text), path, mistake).value_or(Date{});
    return holiday;
  }
  const json::object* object = value.if_object();
  if (object == nullptr) {
    mistake.add(ClockRefusal::wrong_type, path, R"(is not a date, nor an object {"date","name"})");
    return holiday;
  }
  allow_only(*object, path, {"date", "name"}, mistake);
  if (const json::value* date = needed(*object, path, "date", mistake)) {
    const std::string at = member_path(path, "date");
    if (const auto text = as_text(*date, at, mistake)) {
      holiday.date = as_date(*text, at, mistake).value_or(Date{});
    }
  }
  if (const json::value* name = member(*object, "name")) {
    holiday.name_en = as_text(*name, member_path(path, "name"), mistake).value_or("");
    holiday.name_zh = holiday.name_en;
  }
  return holiday;
}

void read_week(const json::value& value, CalendarDefinition& calendar, Mistake& mistake) {
  const std::string path = "calendar.week";
  const json::object* week = as_object(value, path, mistake);
  if (week == nullptr) return;
  allow_only(*week, path, {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, mistake);
  for (std::size_t day = 0; day < calendar.week.size(); ++day) {
    if (const json::value* frames = member(*week, kWeekdays[day])) {
      calendar.week[day] = as_frames(*frames, member_path(path, kWeekdays[day]), mistake);
    }
  }
}

void read_holidays(const json::value& value, CalendarDefinition& calendar, Mistake& mistake) {
  const std::string path = "calendar.holidays";
  const json::array* list = as_array(value, path, kHolidaysMax, mistake);
  if (list == nullptr) return;
  std::set<Date> seen;
  for (std::size_t i = 0; i < list->size() && !mistake.first; ++i) {
    const std::string at = element_path(path, i);
    HolidayDate holiday = as_holiday((*list)[i], at, mistake);
    if (!seen.insert(holiday.date).second) {
      mistake.add(ClockRefusal::duplicate, at, to_iso8601(holiday.date) + " is a holiday already");
    }
    calendar.holidays.push_back(std::move(holiday));
  }
}

void read_days(const json::value& value, CalendarDefinition& calendar, Mistake& mistake) {
  const std::string path = "calendar.days";
  const json::object* days = as_object(value, path, mistake);
  if (days == nullptr) return;
  for (const auto& [key, frames] : *days) {
    const std::string_view name{key.data(), key.size()};
    const std::string at = member_path(path, name);
    const auto date = as_date(name, at, mistake);
    if (!date || mistake.first) return;
    calendar.dates.push_back({*date, as_frames(frames, at, mistake), "", ""});
  }
}

void read_budget(const json::value& value, ClockQuestion& question, Mistake& mistake) {
  const std::string path = "budget";
  const json::object* budget = as_object(value, path, mistake);
  if (budget == nullptr) return;
  allow_only(*budget, path, {"working", "calendar", "working_days"}, mistake);
  const json::value* working = member(*budget, "working");
  const json::value* calendar = member(*budget, "calendar");
  const json::value* days = member(*budget, "working_days");
  const int given = (working != nullptr) + (calendar != nullptr) + (days != nullptr);
  if (given != 1) {
    mistake.add(given == 0 ? ClockRefusal::missing : ClockRefusal::conflict, path,
                "has not exactly one of working, calendar and working_days");
    return;
  }
  if (days != nullptr) {
    const std::string at = "budget.working_days";
    question.kind = BudgetKind::working_days;
    // JSON knows one kind of number: 5.0 is 5.
    const double number = days->is_number() ? days->to_number<double>() : 0.5;
    if (!std::isfinite(number) || number != std::floor(number)) {
      mistake.add(ClockRefusal::wrong_type, at, "is not a whole number of days");
    } else if (std::abs(number) > kCompiledDaysMax) {
      mistake.add(ClockRefusal::out_of_range, at,
                  "is more than " + std::to_string(kCompiledDaysMax) + " days");
    } else {
      question.days = static_cast<std::int64_t>(number);
    }
    return;
  }
  question.kind = working != nullptr ? BudgetKind::working_time : BudgetKind::calendar_time;
  const std::string at = working != nullptr ? "budget.working" : "budget.calendar";
  const auto text = as_text(working != nullptr ? *working : *calendar, at, mistake);
  if (!text) return;
  const auto length = parse_iso_duration(*text);
  if (length) {
    question.own_time = *length;
  } else {
    mistake.add(length.error().too_long ? ClockRefusal::out_of_range : ClockRefusal::bad_value, at,
                quoted(*text) + " " + length.error().reason);
  }
}

void read_pauses(const json::value& value, ClockQuestion& question, Mistake& mistake) {
  const std::string path = "pauses";
  const json::array* list = as_array(value, path, kPausesMax, mistake);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size() && !mistake.first; ++i) {
    const std::string at = element_path(path, i);
    const json::array* pair = as_pair((*list)[i], at, R"(["2013-03-21T10:00:00Z",null])", mistake);
    if (pair == nullptr) return;
    const auto from = as_instant((*pair)[0], element_path(at, 0), mistake);
    std::optional<Instant> to;
    if (!(*pair)[1].is_null()) to = as_instant((*pair)[1], element_path(at, 1), mistake);
    if (!from) return;
    if (to && *to < *from) {
      mistake.add(ClockRefusal::bad_value, element_path(at, 1),
                  "is before the beginning of the pause");
    }
    question.pauses.push_back({*from, to});
  }
}

}  // namespace

Asked<ClockQuestion> read_clock_question(const json::object& line) {
  Mistake mistake;
  ClockQuestion question;
  allow_only(line, "", {"calendar", "start", "budget", "pauses", "until"}, mistake);
  if (const json::value* start = needed(line, "", "start", mistake)) {
    question.start = as_instant(*start, "start", mistake).value_or(Instant{});
  }
  if (const json::value* budget = needed(line, "", "budget", mistake)) {
    read_budget(*budget, question, mistake);
  }
  if (question.kind != BudgetKind::calendar_time) needed(line, "", "calendar", mistake);
  if (const json::value* pauses = member(line, "pauses")) read_pauses(*pauses, question, mistake);
  if (const json::value* until = member(line, "until")) {
    question.until = as_instant(*until, "until", mistake);
  }
  if (mistake.first) return *mistake.first;
  return question;
}

Asked<CalendarDefinition> read_clock_calendar(const json::value& value) {
  const std::string path = "calendar";
  Mistake mistake;
  CalendarDefinition calendar;
  calendar.code = path;
  if (const json::object* object = as_object(value, path, mistake)) {
    allow_only(*object, path, {"timezone", "week", "holidays", "days", "always"}, mistake);
    if (const json::value* zone = needed(*object, path, "timezone", mistake)) {
      const std::string at = "calendar.timezone";
      const auto name = as_text(*zone, at, mistake);
      if (name && !Zone::find(*name)) {
        mistake.add(ClockRefusal::bad_value, at,
                    quoted(*name) + " is not a time zone of this machine");
      }
      calendar.zone = name.value_or("");
    }
    if (const json::value* week = member(*object, "week")) read_week(*week, calendar, mistake);
    if (const json::value* list = member(*object, "holidays")) {
      read_holidays(*list, calendar, mistake);
    }
    if (const json::value* days = member(*object, "days")) read_days(*days, calendar, mistake);
    if (const json::value* always = member(*object, "always")) {
      if (always->is_bool()) {
        calendar.always = always->get_bool();
      } else {
        mistake.add(ClockRefusal::wrong_type, "calendar.always", "is neither true nor false");
      }
    }
  }
  const bool any_hours = std::any_of(calendar.week.begin(), calendar.week.end(),
                                     [](const auto& frames) { return !frames.empty(); });
  if (calendar.always && (any_hours || !calendar.holidays.empty() || !calendar.dates.empty())) {
    mistake.add(ClockRefusal::conflict, "calendar.always",
                "a calendar that never closes has no hours and no holidays");
  }
  if (mistake.first) return *mistake.first;
  std::sort(calendar.holidays.begin(), calendar.holidays.end(),
            [](const HolidayDate& a, const HolidayDate& b) { return a.date < b.date; });
  std::sort(calendar.dates.begin(), calendar.dates.end(),
            [](const DateHours& a, const DateHours& b) { return a.date < b.date; });
  return calendar;
}

}  // namespace firsthand::config
