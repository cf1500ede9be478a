// SPDX-License-Identifier: Apache-2.0
// Any bytes as a calendar file, iCalendar or JSON: either days within the window that a calendar
// can take and that its document gives back, or an error that says why.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/calendar_import.hpp"
#include "config/document.hpp"

namespace {

using namespace firsthand;
using namespace firsthand::config;

void require(bool holds) {
  if (!holds) std::abort();
}

const ImportOptions& options() {
  static const ImportOptions window{parse_date("2024-01-01").value(),
                                    parse_date("2029-12-31").value(), "Asia/Shanghai"};
  return window;
}

WrittenCalendar office() {
  WrittenCalendar calendar;
  calendar.own.code = "office";
  calendar.own.name_zh = calendar.own.name_en = "Office";
  calendar.own.zone = "Asia/Shanghai";
  calendar.own.week[0] = {{9 * 60, 18 * 60}};
  return calendar;
}

void apply(const CalendarImport& import, bool shared) {
  CalendarBook book;
  book.calendars.push_back(office());
  if (shared) {
    book.sets.push_back({"set", {}, {}, std::nullopt});
    book.calendars.back().holiday_set = "set";
  }
  apply_import(import, ImportMode::replace, book.calendars.back(),
               shared ? &book.sets.back() : nullptr);
  const auto again = read_calendar_book(to_document(book), "fuzz");
  // Hours may overlap and be refused; what is read is the same.
  if (again) require(*again == book);
  const auto text = parse_json(to_json(to_document(book)), "fuzz");
  if (text && again) require(read_calendar_book(*text, "fuzz").has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto read : {import_ical, import_json}) {
    const auto import = read(text, options());
    if (!import) {
      require(!import.error().list.empty());
      continue;
    }
    require(import->ignored.size() <= kIgnoredShownMax);
    for (std::size_t i = 0; i < import->days.size(); ++i) {
      const Date date = import->days[i].date;
      require(date >= options().first && date <= options().last);
      require(i == 0 || import->days[i - 1].date < date);
    }
    apply(*import, false);
    apply(*import, true);
  }
  return 0;
}
