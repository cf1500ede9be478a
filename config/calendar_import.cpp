// SPDX-License-Identifier: Apache-2.0
#include "config/calendar_import.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <utility>

#include "config/document.hpp"

namespace firsthand::config {
namespace {

// Longer words first: a shorter one may be a part of them.
constexpr std::array<std::string_view, 16> kWorkWords{
    "调休上班", "调休工作日", "调休补班",    "补班日",     "补班",   "上班",
    "（班）",   "(班)",       "【班】",      "[班]",       "〔班〕", "工作日",
    "Workday",  "workday",    "Working Day", "working day"};
constexpr std::array<std::string_view, 9> kRestWords{"放假调休", "放假", "假期",   "（休）", "(休)",
                                                     "【休】",   "[休]", "〔休〕", "（假）"};

struct KnownName {
  std::string_view zh;
  std::string_view en;
};
constexpr std::array<KnownName, 14> kKnownNames{
    {{"元旦", "New Year's Day"},
     {"除夕", "Chinese New Year's Eve"},
     {"春节", "Spring Festival"},
     {"春节", "Chinese New Year"},
     {"清明节", "Qingming Festival"},
     {"清明", "Qingming Festival"},
     {"劳动节", "Labour Day"},
     {"劳动节", "Labor Day"},
     {"端午节", "Dragon Boat Festival"},
     {"中秋节", "Mid-Autumn Festival"},
     {"国庆节", "National Day"},
     {"国庆节、中秋节", "National Day and Mid-Autumn Festival"},
     {"中秋节、国庆节", "Mid-Autumn Festival and National Day"},
     {"调休上班", "make-up working day"}}};

void erase_all(std::string& text, std::string_view word) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
    text.erase(at, word.size());
  }
}

// "第1天/共8天" as some publishers count.
void erase_day_count(std::string& text) {
  const auto from = text.find("第");
  if (from == std::string::npos) return;
  const std::string_view end = "天";
  const auto last = text.rfind(end);
  if (last == std::string::npos || last < from) return;
  const auto between = text.substr(from, last - from);
  if (between.find_first_of("0123456789") != std::string::npos) {
    text.erase(from, last + end.size() - from);
  }
}

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(" \t\r\n");
  if (from == std::string::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

// Cut at a whole character.
std::string at_most(std::string text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  text.resize(bytes);
  return text;
}

int year_of(Date date) {
  return static_cast<int>(date.year());
}

// ------------------------------------------------------------------------------- JSON
class JsonImport {
 public:
  JsonImport(const ImportOptions& options, CalendarImport& result, Errors& errors)
      : options_(options), result_(result), errors_(errors) {}

  void read(const Table& root) {
    if (const auto title = root.find("name"); title != root.end() && title->second.text()) {
      result_.title = *title->second.text();
    }
    const auto holidays = root.find("holidays");
    const auto days = root.find("days");
    if (holidays == root.end() && days == root.end()) {
      errors_.add("import", "", why::no_holidays_no_days);
      return;
    }
    if (holidays != root.end()) each(holidays->second, "holidays", false);
    if (days == root.end()) {
      // nothing more
    } else if (const Table* by_date = days->second.table()) {
      if (by_date->size() > kImportEventsMax) return too_many("days");
      for (const auto& [date, hours] : *by_date) {
        ++result_.events;
        const std::string path = "days." + date;
        ImportedDay day;
        day.frames = read_frames(hours, path);
        add(date, path, std::move(day), ImportedKind::hours);
      }
    } else {
      each(days->second, "days", true);
    }
    const auto year = root.find("year");
    if (year == root.end()) return;
    const auto* number = std::get_if<std::int64_t>(&year->second.data);
    if (number == nullptr || *number < 1900 || *number > 2200) {
      errors_.add("import", "year", why::no_year, year->second.line);
    } else {
      result_.complete_until = Date{std::chrono::year{static_cast<int>(*number)},
                                    std::chrono::December, std::chrono::day{31}};
    }
  }

 private:
  void too_many(const std::string& path) {
    errors_.add("import", path,
                Reason{why::too_many_entries, {{"max", std::to_string(kImportEventsMax)}}});
  }

  void each(const Value& list, const std::string& name, bool may_work) {
    const Array* rows = list.array();
    if (rows == nullptr) {
      errors_.add("import", name, why::no_list, list.line);
      return;
    }
    if (rows->size() > kImportEventsMax) return too_many(name);
    for (std::size_t i = 0; i < rows->size(); ++i) {
      ++result_.events;
      const Value& row = (*rows)[i];
      const std::string path = name + "[" + std::to_string(i) + "]";
      if (const std::string* date = row.text()) {
        add(*date, path, {}, ImportedKind::holiday);
      } else if (const Table* table = row.table()) {
        read_row(*table, path, may_work, row.line);
      } else {
        errors_.add("import", path, why::no_date_no_table, row.line);
      }
    }
  }

  void read_row(const Table& row, const std::string& path, bool may_work, int line) {
    const auto text = [&](std::string_view key) -> std::string {
      const auto found = row.find(key);
      return found != row.end() && found->second.text() ? *found->second.text() : std::string{};
    };
    ImportedDay day;
    std::tie(day.name_zh, day.name_en) = both_names(at_most(text("name"), 100));
    if (const auto name = text("name_zh"); !name.empty()) day.name_zh = at_most(name, 100);
    if (const auto name = text("name_en"); !name.empty()) day.name_en = at_most(name, 100);
    ImportedKind kind = ImportedKind::holiday;
    if (const auto off = row.find("isOffDay"); off != row.end()) {
      const bool* flag = std::get_if<bool>(&off->second.data);
      if (flag == nullptr) {
        errors_.add("import", path + ".isOffDay", why::no_flag, off->second.line);
        return;
      }
      if (!*flag) {
        kind = ImportedKind::make_up;
        day.name_zh = "调休上班";
        day.name_en = "make-up working day";
      }
    } else if (const auto hours = row.find("hours"); hours != row.end() && may_work) {
      kind = ImportedKind::hours;
      day.frames = read_frames(hours->second, path + ".hours");
    } else if (may_work) {
      errors_.add("import", path, why::neither_off_nor_hours, line);
      return;
    }
    add(text("date"), path + ".date", std::move(day), kind, line);
  }

  void add(std::string_view date, const std::string& path, ImportedDay day, ImportedKind kind,
           int line = 0) {
    const auto parsed = parse_date(date);
    if (!parsed) {
      errors_.add("import", path, Reason{why::not_a_date, {{"written", std::string(date)}}}, line);
      return;
    }
    day.date = *parsed;
    day.kind = kind;
    if (day.date < options_.first || day.date > options_.last) {
      result_.ignore(day.name_zh, IgnoredReason::outside_window, day.date);
      return;
    }
    result_.add(std::move(day));
  }

  // [["09:00","18:00"]] or ["09:00-18:00"].
  std::vector<Frame> read_frames(const Value& value, const std::string& path) {
    std::vector<Frame> frames;
    const Array* list = value.array();
    if (list == nullptr || list->size() > 24) {
      errors_.add("import", path, why::no_hours, value.line);
      return frames;
    }
    for (const Value& item : *list) {
      std::optional<Frame> frame;
      if (const std::string* text = item.text()) {
        frame = parse_frame(*text);
      } else if (const Array* pair = item.array();
                 pair != nullptr && pair->size() == 2 && (*pair)[0].text() && (*pair)[1].text()) {
        frame = parse_frame(*(*pair)[0].text() + "-" + *(*pair)[1].text());
      }
      if (!frame) {
        errors_.add("import", path, why::unreadable_hours, value.line);
      } else {
        frames.push_back(*frame);
      }
    }
    return frames;
  }

  const ImportOptions& options_;
  CalendarImport& result_;
  Errors& errors_;
};

template <class T>
void erase_date(std::vector<T>& list, Date date) {
  std::erase_if(list, [date](const T& row) { return row.date == date; });
}

template <class T>
void sort_dates(std::vector<T>& list) {
  std::sort(list.begin(), list.end(), [](const T& a, const T& b) { return a.date < b.date; });
}

}  // namespace

void CalendarImport::ignore(std::string what, IgnoredReason reason, std::optional<Date> date) {
  ++ignored_total;
  if (ignored.size() < kIgnoredShownMax) {
    ignored.push_back({at_most(std::move(what), 100), reason, date});
  }
}

void CalendarImport::add(ImportedDay day) {
  const auto at = std::lower_bound(days.begin(), days.end(), day.date,
                                   [](const ImportedDay& a, Date date) { return a.date < date; });
  if (at == days.end() || at->date != day.date) {
    days.insert(at, std::move(day));
    return;
  }
  if (at->kind == day.kind && at->name_zh == day.name_zh && at->frames == day.frames) return;
  if (at->kind == ImportedKind::holiday && day.kind == ImportedKind::holiday &&
      at->name_zh.size() + day.name_zh.size() < 60) {
    if (at->name_zh.find(day.name_zh) != std::string::npos) return;
    at->name_zh += "、" + day.name_zh;
    at->name_en += ", " + day.name_en;
    return;
  }
  ignore(day.name_zh, IgnoredReason::date_taken, day.date);
}

SummaryMark read_summary(std::string_view summary) {
  SummaryMark mark;
  std::string name(summary);
  const auto has = [&](std::string_view word) { return name.find(word) != std::string::npos; };
  if (std::any_of(kWorkWords.begin(), kWorkWords.end(), has)) {
    mark.kind = ImportedKind::make_up;
  } else if (std::any_of(kRestWords.begin(), kRestWords.end(), has)) {
    mark.kind = ImportedKind::holiday;
  }
  if (mark.kind) {
    for (const auto word : kWorkWords) erase_all(name, word);
    for (const auto word : kRestWords) erase_all(name, word);
    erase_day_count(name);
  }
  mark.name = at_most(trimmed(name), 100);
  return mark;
}

std::pair<std::string, std::string> both_names(const std::string& name) {
  for (const auto& [zh, en] : kKnownNames) {
    if (name == zh || name == en) return {std::string(zh), std::string(en)};
  }
  return {name, name};
}

Checked<CalendarImport> import_json(std::string_view text, const ImportOptions& options) {
  Errors errors;
  if (text.size() > kImportBytesMax) {
    errors.add("import", "", Reason{why::too_large, {{"max", std::to_string(kImportBytesMax)}}});
    return errors;
  }
  const auto document = parse_json(text, "import");
  if (!document) return document.error();
  CalendarImport result;
  JsonImport{options, result, errors}.read(*document->table());
  if (!errors.empty()) {
    if (errors.list.size() > kIgnoredShownMax) errors.list.resize(kIgnoredShownMax);
    return errors;
  }
  return result;
}

void apply_import(const CalendarImport& import, ImportMode mode, WrittenCalendar& calendar,
                  HolidaySet* set) {
  CalendarDefinition& own = calendar.own;
  if (mode == ImportMode::replace) {
    std::set<int> years;
    for (const ImportedDay& day : import.days) years.insert(year_of(day.date));
    const auto of_those_years = [&](const auto& row) { return years.contains(year_of(row.date)); };
    if (set != nullptr) {
      std::erase_if(set->holidays, of_those_years);
      std::erase_if(set->make_up_days, [&](Date date) { return years.contains(year_of(date)); });
    } else {
      std::erase_if(own.holidays, of_those_years);
      std::erase_if(own.dates, of_those_years);
    }
  }
  const auto weekday_hours = [&] {
    const auto open = std::find_if(own.week.begin(), own.week.end(),
                                   [](const auto& frames) { return !frames.empty(); });
    return open == own.week.end() ? std::vector<Frame>{} : *open;
  };
  const bool any_make_up =
      std::any_of(import.days.begin(), import.days.end(),
                  [](const ImportedDay& day) { return day.kind == ImportedKind::make_up; });
  if (any_make_up && calendar.make_up_hours.empty()) calendar.make_up_hours = weekday_hours();
  for (const ImportedDay& day : import.days) {
    std::string zh = day.name_zh.empty() ? "节假日" : day.name_zh;
    std::string en = day.name_en.empty() ? "holiday" : day.name_en;
    if (set != nullptr && day.kind != ImportedKind::hours) {
      erase_date(set->holidays, day.date);
      std::erase(set->make_up_days, day.date);
      if (day.kind == ImportedKind::holiday) {
        set->holidays.push_back({day.date, std::move(zh), std::move(en)});
      } else {
        set->make_up_days.push_back(day.date);
      }
      continue;
    }
    erase_date(own.holidays, day.date);
    erase_date(own.dates, day.date);
    if (day.kind == ImportedKind::holiday) {
      own.holidays.push_back({day.date, std::move(zh), std::move(en)});
    } else {
      const bool make_up = day.kind == ImportedKind::make_up;
      if (day.name_zh.empty()) {
        std::tie(zh, en) = both_names("调休上班");
        if (!make_up) std::tie(zh, en) = std::pair{"当日工作时间", "hours of this date"};
      }
      own.dates.push_back({day.date, make_up ? calendar.make_up_hours : day.frames, zh, en});
    }
  }
  if (set != nullptr) {
    sort_dates(set->holidays);
    std::sort(set->make_up_days.begin(), set->make_up_days.end());
  }
  sort_dates(own.holidays);
  sort_dates(own.dates);
}

}  // namespace firsthand::config
