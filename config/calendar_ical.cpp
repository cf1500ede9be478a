// SPDX-License-Identifier: Apache-2.0
// iCalendar through libical, the only file that sees it.
#include <libical/ical.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <set>
#include <tuple>
#include <utility>

#include "config/calendar_import.hpp"
#include "config/zones.hpp"

namespace firsthand::config {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;

// libical walks nested components by recursion.
constexpr int kNestingMax = 8;
constexpr std::size_t kOccurrencesMax = 20'000;

struct FreeComponent {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
struct FreeIterator {
  void operator()(icalrecur_iterator* iterator) const { icalrecur_iterator_free(iterator); }
};
using Component = std::unique_ptr<icalcomponent, FreeComponent>;
using Iterator = std::unique_ptr<icalrecur_iterator, FreeIterator>;

Errors failure(Reason reason) {
  Errors errors;
  errors.add("import", "", std::move(reason));
  return errors;
}

// Lines that were folded (RFC 5545 3.1) as one. Null bytes would end the text for libical.
std::string unfolded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\0') continue;
    std::size_t end = i;
    if (text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n') ++end;
    const bool line_end = text[end] == '\n';
    if (line_end && end + 1 < text.size() && (text[end + 1] == ' ' || text[end + 1] == '\t')) {
      i = end + 1;
      continue;
    }
    if (line_end) {
      out += "\r\n";
      i = end;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool begins(std::string_view line, std::string_view word) {
  const auto same = [](char a, char b) { return (a & ~0x20) == (b & ~0x20); };
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  return line.size() > word.size() && line[word.size()] == ':' &&
         std::equal(word.begin(), word.end(), line.begin(), same);
}

// What would cost libical its stack or us our time, before it reads a line.
std::optional<Reason> refused(std::string_view text) {
  int depth = 0;
  std::size_t components = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (begins(line, "BEGIN")) {
      if (++depth > kNestingMax) return why::nested_too_deeply;
      if (++components > 4 * kImportEventsMax) return why::too_many_components;
    } else if (begins(line, "END")) {
      if (--depth < 0) return why::end_without_begin;
    }
  }
  return std::nullopt;
}

std::string text_of(const char* text) {
  return text == nullptr ? std::string{} : std::string{text};
}

std::optional<Date> date_of(const icaltimetype& time) {
  if (time.year < 1 || time.year > 9999) return std::nullopt;
  const Date date{std::chrono::year{time.year},
                  std::chrono::month{static_cast<unsigned>(time.month)},
                  std::chrono::day{static_cast<unsigned>(time.day)}};
  return date.ok() ? std::optional{date} : std::nullopt;
}

// A wall clock time: minutes since the epoch as if local time were UTC.
using Local = std::chrono::sys_time<minutes>;

class IcalImport {
 public:
  IcalImport(const ImportOptions& options, CalendarImport& result)
      : options_(options), zone_(Zone::find(options.zone)), result_(result) {}

  // Overrides and marks are known only when every event has been seen once.
  void look(icalcomponent* event) {
    if (icalproperty* instance =
            icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY)) {
      if (const auto date = date_of(icalproperty_get_recurrenceid(instance))) {
        overridden_.emplace(text_of(icalcomponent_get_uid(event)), *date);
      }
    }
    marked_ = marked_ || mark_of(event).kind.has_value();
  }

  void read(icalcomponent* event) {
    ++result_.events;
    const SummaryMark mark = mark_of(event);
    const auto begin = first_time(event, ICAL_DTSTART_PROPERTY);
    const std::optional<Date> date = begin ? std::optional{day_of(begin->first)} : std::nullopt;
    const auto ignore = [&](IgnoredReason reason) { result_.ignore(mark.name, reason, date); };
    if (!begin) return ignore(IgnoredReason::no_date);
    if (icalcomponent_get_status(event) == ICAL_STATUS_CANCELLED) {
      return ignore(IgnoredReason::cancelled);
    }
    if (!mark.kind && text_of(icalcomponent_get_description(event)).starts_with("Observance")) {
      return ignore(IgnoredReason::observance);
    }
    if (!mark.kind && marked_) return ignore(IgnoredReason::unmarked);
    const auto [from, whole] = *begin;
    const Local to = end_of(event, from, whole);
    const bool whole_days =
        from == std::chrono::floor<days>(from) && to == std::chrono::floor<days>(to) && to > from;
    if (to - from > days{366}) return ignore(IgnoredReason::too_long);
    const bool make_up = mark.kind == ImportedKind::make_up;
    if (!whole_days && !(make_up && to > from && to - from < days{1})) {
      return ignore(IgnoredReason::part_of_day);
    }
    Wanted wanted{mark, {}, 1};
    if (whole_days) {
      wanted.length = static_cast<int>((to - from) / days{1});
    } else {
      const auto midnight = std::chrono::floor<days>(from);
      wanted.frames = {
          {static_cast<int>((from - midnight).count()), static_cast<int>((to - midnight).count())}};
    }
    std::set<Date> dates;
    if (!occurrences(event, day_of(from), dates)) return ignore(IgnoredReason::repeats_too_often);
    bool any = dates.empty();
    for (const Date first : dates) any = add(first, wanted) || any;
    if (!any) ignore(IgnoredReason::outside_window);
  }

 private:
  struct Wanted {
    SummaryMark mark;
    std::vector<Frame> frames;
    int length = 1;
  };

  static SummaryMark mark_of(icalcomponent* event) {
    SummaryMark mark = read_summary(text_of(icalcomponent_get_summary(event)));
    for (icalproperty* property = icalcomponent_get_first_property(event, ICAL_X_PROPERTY);
         property != nullptr; property = icalcomponent_get_next_property(event, ICAL_X_PROPERTY)) {
      if (text_of(icalproperty_get_x_name(property)) != "X-APPLE-SPECIAL-DAY") continue;
      const std::string value = text_of(icalproperty_get_x(property));
      if (value == "ALTERNATE-WORKDAY") mark.kind = ImportedKind::make_up;
      if (value == "WORK-HOLIDAY") mark.kind = ImportedKind::holiday;
    }
    return mark;
  }

  static Date day_of(Local time) { return Date{std::chrono::floor<days>(time)}; }

  // Times with a zone are taken as their place writes them; UTC becomes the calendar's local time.
  std::optional<Local> local(const icaltimetype& time) const {
    const auto date = date_of(time);
    if (!date || time.hour < 0 || time.hour > 24 || time.minute < 0 || time.minute > 59) {
      return std::nullopt;
    }
    const Local written =
        sys_days{*date} + minutes{time.is_date ? 0 : time.hour * 60 + time.minute};
    if (time.is_date || !icaltime_is_utc(time) || !zone_) return written;
    if (time.year < 1900 || time.year > 2200) return std::nullopt;
    for (const int shift : {-1, 0, 1}) {
      const auto day = zone_->day(Date{sys_days{*date} + days{shift}});
      if (!day || written < day->from || written >= day->to) continue;
      const bool shifted = day->shift && written >= day->shift->at;
      const Seconds offset = day->offset + (shifted ? day->shift->by : Seconds{0});
      return std::chrono::floor<minutes>(written + offset);
    }
    return std::nullopt;
  }

  // The first property of a kind, and whether it is a plain date.
  std::optional<std::pair<Local, bool>> first_time(icalcomponent* event,
                                                   icalproperty_kind kind) const {
    icalproperty* property = icalcomponent_get_first_property(event, kind);
    if (property == nullptr) return std::nullopt;
    const icalvalue* value = icalproperty_get_value(property);
    if (value == nullptr) return std::nullopt;
    const auto type = icalvalue_isa(value);
    if (type != ICAL_DATE_VALUE && type != ICAL_DATETIME_VALUE) return std::nullopt;
    const icaltimetype time =
        type == ICAL_DATE_VALUE ? icalvalue_get_date(value) : icalvalue_get_datetime(value);
    const auto at = local(time);
    if (!at) return std::nullopt;
    return std::pair{*at, time.is_date != 0};
  }

  Local end_of(icalcomponent* event, Local from, bool whole) const {
    if (const auto end = first_time(event, ICAL_DTEND_PROPERTY)) {
      // Some write the last day itself; RFC 5545 wants the day after.
      return whole && end->first == from ? from + days{1} : end->first;
    }
    if (icalproperty* property = icalcomponent_get_first_property(event, ICAL_DURATION_PROPERTY)) {
      const auto length = icaldurationtype_as_int(icalproperty_get_duration(property));
      return from + std::chrono::floor<minutes>(Seconds{length});
    }
    return whole ? from + days{1} : from;
  }

  // The first days of the event and its repetitions up to the window's end. False: a rule that is
  // not yearly.
  bool occurrences(icalcomponent* event, Date first, std::set<Date>& dates) {
    const std::string uid = text_of(icalcomponent_get_uid(event));
    const bool is_override =
        icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY) != nullptr;
    dates.insert(first);
    for (icalproperty* property = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY);
         property != nullptr && !is_override;
         property = icalcomponent_get_next_property(event, ICAL_RRULE_PROPERTY)) {
      if (!expand(icalproperty_get_rrule(property), first, dates)) return false;
    }
    for (icalproperty* property = icalcomponent_get_first_property(event, ICAL_RDATE_PROPERTY);
         property != nullptr;
         property = icalcomponent_get_next_property(event, ICAL_RDATE_PROPERTY)) {
      const icaldatetimeperiodtype extra = icalproperty_get_rdate(property);
      if (const auto date = date_of(extra.time)) dates.insert(*date);
    }
    for (icalproperty* property = icalcomponent_get_first_property(event, ICAL_EXDATE_PROPERTY);
         property != nullptr;
         property = icalcomponent_get_next_property(event, ICAL_EXDATE_PROPERTY)) {
      if (const auto at = local(icalproperty_get_exdate(property))) dates.erase(day_of(*at));
    }
    if (!is_override) {
      std::erase_if(dates, [&](Date date) { return overridden_.contains({uid, date}); });
    }
    return true;
  }

  bool expand(icalrecurrencetype rule, Date first, std::set<Date>& dates) {
    if (rule.freq != ICAL_YEARLY_RECURRENCE) return false;
    icaltimetype start{};
    start.is_date = 1;
    start.year = static_cast<int>(first.year());
    start.month = static_cast<int>(static_cast<unsigned>(first.month()));
    start.day = static_cast<int>(static_cast<unsigned>(first.day()));
    // Only days matter here: what repeats within a day is the same day.
    rule.by_hour[0] = rule.by_minute[0] = rule.by_second[0] = ICAL_RECURRENCE_ARRAY_MAX;
    const Iterator iterator{icalrecur_iterator_new(rule, start)};
    if (!iterator) return false;
    while (steps_ < kOccurrencesMax) {
      ++steps_;
      const icaltimetype next = icalrecur_iterator_next(iterator.get());
      if (icaltime_is_null_time(next)) return true;
      const auto date = date_of(next);
      if (!date || *date > options_.last) return true;
      dates.insert(*date);
    }
    return true;
  }

  bool add(Date first, const Wanted& wanted) {
    bool any = false;
    for (int i = 0; i < wanted.length; ++i) {
      const Date date{sys_days{first} + days{i}};
      if (date < options_.first || date > options_.last) continue;
      any = true;
      ImportedDay day;
      day.date = date;
      day.kind = wanted.mark.kind.value_or(ImportedKind::holiday);
      std::tie(day.name_zh, day.name_en) = both_names(wanted.mark.name);
      if (day.kind == ImportedKind::make_up) {
        std::tie(day.name_zh, day.name_en) = both_names("调休上班");
        if (!wanted.frames.empty()) {
          day.kind = ImportedKind::hours;
          day.frames = wanted.frames;
        }
      }
      result_.add(std::move(day));
    }
    return any;
  }

  const ImportOptions& options_;
  const std::optional<Zone> zone_;
  CalendarImport& result_;
  std::set<std::pair<std::string, Date>> overridden_;
  bool marked_ = false;
  std::size_t steps_ = 0;

 public:
  bool marked() const { return marked_; }
};

template <class Visit>
void each_event(icalcomponent* root, Visit visit) {
  const auto kind = icalcomponent_isa(root);
  if (kind == ICAL_VEVENT_COMPONENT) return visit(root);
  if (kind != ICAL_VCALENDAR_COMPONENT && kind != ICAL_XROOT_COMPONENT) return;
  for (auto at = icalcomponent_begin_component(root, ICAL_ANY_COMPONENT);
       icalcompiter_deref(&at) != nullptr; icalcompiter_next(&at)) {
    icalcomponent* child = icalcompiter_deref(&at);
    if (icalcomponent_isa(child) != ICAL_XROOT_COMPONENT) each_event(child, visit);
  }
}

// The name that publishers give a calendar.
std::string title_of(icalcomponent* root) {
  for (icalproperty* property = icalcomponent_get_first_property(root, ICAL_X_PROPERTY);
       property != nullptr; property = icalcomponent_get_next_property(root, ICAL_X_PROPERTY)) {
    if (text_of(icalproperty_get_x_name(property)) == "X-WR-CALNAME") {
      return text_of(icalproperty_get_x(property)).substr(0, 100);
    }
  }
  return {};
}

// A file that marks days off and has a year's worth of them is taken for that year's notice.
std::optional<Date> guess_complete_until(const CalendarImport& result) {
  constexpr int kNoticeDaysMin = 7;
  int count = 0;
  std::optional<std::chrono::year> year;
  for (const ImportedDay& day : result.days) {
    if (day.kind != ImportedKind::holiday) continue;
    if (year != day.date.year()) count = 0;
    year = day.date.year();
    ++count;
  }
  if (!year || count < kNoticeDaysMin) return std::nullopt;
  return Date{*year, std::chrono::December, std::chrono::day{31}};
}

}  // namespace

Checked<CalendarImport> import_ical(std::string_view text, const ImportOptions& options) {
  if (text.size() > kImportBytesMax) {
    return failure({why::too_large, {{"max", std::to_string(kImportBytesMax)}}});
  }
  // As some packagers build the library, a mistake in a file would end the process.
  static std::once_flag once;
  std::call_once(once, [] { icalerror_set_errors_are_fatal(0); });
  const std::string lines = unfolded(text);
  if (const auto reason = refused(lines)) return failure(*reason);
  const Component root{icalparser_parse_string(lines.c_str())};
  if (!root) return failure(why::no_icalendar);
  std::size_t events = 0;
  each_event(root.get(), [&](icalcomponent*) { ++events; });
  if (events == 0) return failure(why::no_events);
  if (events > kImportEventsMax) {
    return failure({why::too_many_events, {{"max", std::to_string(kImportEventsMax)}}});
  }
  CalendarImport result;
  icalcomponent* calendar = root.get();
  if (icalcomponent_isa(calendar) == ICAL_XROOT_COMPONENT) {
    calendar = icalcomponent_get_first_component(calendar, ICAL_VCALENDAR_COMPONENT);
  }
  if (calendar != nullptr) result.title = title_of(calendar);
  IcalImport import{options, result};
  each_event(root.get(), [&](icalcomponent* event) { import.look(event); });
  each_event(root.get(), [&](icalcomponent* event) { import.read(event); });
  if (import.marked()) result.complete_until = guess_complete_until(result);
  return result;
}

}  // namespace firsthand::config
