// SPDX-License-Identifier: Apache-2.0
// Calendar files as publishers write them: what is understood, what is left out and why.
#include "config/calendar_import.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "config/defaults.hpp"
#include "config/document.hpp"
#include "engine/words.hpp"

namespace firsthand::config {
namespace {

Date on(std::string_view text) {
  return parse_date(text).value();
}

const ImportOptions kWindow{on("2024-01-01"), on("2029-12-31"), "Asia/Shanghai"};

std::string calendar_of(const std::string& events) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n"
         "X-WR-CALNAME:节假日\r\n" +
         events + "END:VCALENDAR\r\n";
}
std::string event(const std::string& lines) {
  return "BEGIN:VEVENT\r\n" + lines + "END:VEVENT\r\n";
}

// "2026-10-01 holiday 国庆节" a line.
std::string told(const CalendarImport& import) {
  std::string out;
  for (const ImportedDay& day : import.days) {
    out += to_iso8601(day.date) + " " + std::string(word(day.kind));
    for (const Frame& frame : day.frames) out += " " + to_text(frame);
    out += " " + day.name_zh + "\n";
  }
  for (const Ignored& row : import.ignored) {
    out += "- " + row.what + ": " + std::string(word(row.reason)) + "\n";
  }
  return out;
}
std::string read(const std::string& events) {
  const auto import = import_ical(calendar_of(events), kWindow);
  return import ? told(*import) : import.error().text();
}
std::string read_json(const std::string& text) {
  const auto import = import_json(text, kWindow);
  return import ? told(*import) : import.error().text();
}

struct Row {
  const char* name;
  std::string events;
  const char* wanted;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}
class Ical : public testing::TestWithParam<Row> {};
TEST_P(Ical, is_read) {
  EXPECT_EQ(read(GetParam().events), GetParam().wanted);
}

const std::string kNationalDay = event(
    "UID:1\r\nDTSTART;VALUE=DATE:20261001\r\nDTEND;VALUE=DATE:20261004\r\n"
    "SUMMARY:国庆节（休）\r\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY\r\nTRANSP:TRANSPARENT\r\n");

INSTANTIATE_TEST_SUITE_P(
    Files, Ical,
    testing::Values(
        Row{"the_end_is_exclusive", kNationalDay,
            "2026-10-01 holiday 国庆节\n2026-10-02 holiday 国庆节\n2026-10-03 holiday 国庆节\n"},
        Row{"no_end_is_one_day", event("DTSTART;VALUE=DATE:20260101\r\nSUMMARY:元旦\r\n"),
            "2026-01-01 holiday 元旦\n"},
        Row{"the_end_that_is_the_beginning",
            event("DTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20260101\r\nSUMMARY:元旦\r\n"),
            "2026-01-01 holiday 元旦\n"},
        Row{"a_duration",
            event("DTSTART;VALUE=DATE:20260501\r\nDURATION:P2D\r\nSUMMARY:劳动节\r\n"),
            "2026-05-01 holiday 劳动节\n2026-05-02 holiday 劳动节\n"},
        Row{"make_up_days_by_mark",
            kNationalDay +
                event("DTSTART;VALUE=DATE:20261010\r\nDTEND;VALUE=DATE:20261011\r\n"
                      "SUMMARY:国庆节（班）\r\nX-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY\r\n") +
                event("DTSTART;VALUE=DATE:20261008\r\nSUMMARY:寒露\r\n"),
            "2026-10-01 holiday 国庆节\n2026-10-02 holiday 国庆节\n2026-10-03 holiday 国庆节\n"
            "2026-10-10 make_up 调休上班\n- 寒露: unmarked\n"},
        Row{"make_up_days_by_summary",
            event("DTSTART;VALUE=DATE:20260214\r\nSUMMARY:春节 补班 第1天/共2天\r\n") +
                event("DTSTART;VALUE=DATE:20260228\r\nSUMMARY:春节(班)\r\n") +
                event("DTSTART;VALUE=DATE:20260215\r\nSUMMARY:春节 假期 第1天/共9天\r\n") +
                event("DTSTART;VALUE=DATE:20260509\r\nSUMMARY:劳动节调休上班\r\n"),
            "2026-02-14 make_up 调休上班\n2026-02-15 holiday 春节\n2026-02-28 make_up 调休上班\n"
            "2026-05-09 make_up 调休上班\n"},
        Row{"folded_in_the_middle_of_a_character",
            event("DTSTART;VALUE=DATE:20260101\r\nSUMMARY:\xE5\x85\r\n \x83\xE6\x97\xA6\r\n"),
            "2026-01-01 holiday 元旦\n"},
        Row{"a_yearly_rule_within_the_window",
            event("DTSTART;VALUE=DATE:20000501\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Labour Day\r\n"
                  "EXDATE;VALUE=DATE:20250501,20270501\r\n"),
            "2024-05-01 holiday 劳动节\n2026-05-01 holiday 劳动节\n2028-05-01 holiday 劳动节\n"
            "2029-05-01 holiday 劳动节\n"},
        Row{"the_last_monday_of_may",
            event("DTSTART;VALUE=DATE:19710531\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;"
                  "UNTIL=20261231\r\nSUMMARY:Memorial Day\r\n"),
            "2024-05-27 holiday Memorial Day\n2025-05-26 holiday Memorial Day\n"
            "2026-05-25 holiday Memorial Day\n"},
        Row{"one_occurrence_moved",
            event("UID:a\r\nDTSTART;VALUE=DATE:20280610\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Day\r\n") +
                event("UID:a\r\nRECURRENCE-ID;VALUE=DATE:20290610\r\n"
                      "DTSTART;VALUE=DATE:20290612\r\nSUMMARY:Day\r\n"),
            "2028-06-10 holiday Day\n2029-06-12 holiday Day\n"},
        Row{"a_rule_that_is_not_yearly",
            event("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=SECONDLY\r\nSUMMARY:Tick\r\n"),
            "- Tick: repeats_too_often\n"},
        Row{"whole_days_as_times",
            event("DTSTART;TZID=Asia/Shanghai:20260101T000000\r\n"
                  "DTEND;TZID=Asia/Shanghai:20260103T000000\r\nSUMMARY:元旦\r\n"),
            "2026-01-01 holiday 元旦\n2026-01-02 holiday 元旦\n"},
        Row{"whole_days_in_utc",
            event("DTSTART:20251231T160000Z\r\nDTEND:20260101T160000Z\r\nSUMMARY:元旦\r\n"),
            "2026-01-01 holiday 元旦\n"},
        Row{"hours_of_a_make_up_day",
            event("DTSTART:20260214T090000\r\nDTEND:20260214T170000\r\nSUMMARY:春节补班\r\n"),
            "2026-02-14 hours 09:00-17:00 调休上班\n"},
        Row{"part_of_a_day",
            event("DTSTART:20260101T090000\r\nDTEND:20260101T100000\r\nSUMMARY:Call\r\n"),
            "- Call: part_of_day\n"},
        Row{"left_out",
            event("DTSTART;VALUE=DATE:20260102\r\nSTATUS:CANCELLED\r\nSUMMARY:Off\r\n") +
                event("DTSTART;VALUE=DATE:20260214\r\nSUMMARY:Valentine\r\n"
                      "DESCRIPTION:Observance\\nnot a day off\r\n") +
                event("SUMMARY:Nothing\r\n") +
                event("DTSTART;VALUE=DATE:20230101\r\nSUMMARY:Old\r\n") +
                event("DTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20280101\r\n"
                      "SUMMARY:Long\r\n"),
            "- Off: cancelled\n- Valentine: observance\n- Nothing: no_date\n"
            "- Old: outside_window\n- Long: too_long\n"},
        Row{"two_holidays_on_a_date",
            event("DTSTART;VALUE=DATE:20251006\r\nSUMMARY:国庆节\r\n") +
                event("DTSTART;VALUE=DATE:20251006\r\nSUMMARY:中秋节\r\n"),
            "2025-10-06 holiday 国庆节、中秋节\n"},
        Row{"work_and_rest_on_a_date",
            event("DTSTART;VALUE=DATE:20251006\r\nSUMMARY:国庆节（休）\r\n") +
                event("DTSTART;VALUE=DATE:20251006\r\nSUMMARY:国庆节（班）\r\n"),
            "2025-10-06 holiday 国庆节\n- 调休上班: date_taken\n"}),
    [](const auto& row) { return row.param.name; });

TEST(Ical, guesses_the_year_that_is_complete) {
  std::string events = kNationalDay;
  EXPECT_FALSE(import_ical(calendar_of(events), kWindow)->complete_until);
  events +=
      event("DTSTART;VALUE=DATE:20261004\r\nDTEND;VALUE=DATE:20261008\r\nSUMMARY:国庆节（休）\r\n");
  const auto import = import_ical(calendar_of(events), kWindow);
  ASSERT_TRUE(import);
  EXPECT_EQ(import->complete_until, on("2026-12-31"));
  EXPECT_EQ(import->title, "节假日");
  EXPECT_EQ(import->events, 2u);
}

TEST(Ical, refuses_what_is_none_or_too_much) {
  EXPECT_FALSE(import_ical("", kWindow));
  EXPECT_FALSE(import_ical("hello", kWindow));
  EXPECT_FALSE(import_ical(calendar_of(""), kWindow));
  EXPECT_EQ(import_ical("END:VEVENT\r\n", kWindow).error().text(),
            "import: has an END without its BEGIN\n");
  std::string nested;
  for (int i = 0; i < 20000; ++i) nested += "BEGIN:VEVENT\r\n";
  EXPECT_EQ(import_ical(calendar_of(nested), kWindow).error().text(),
            "import: is nested too deeply\n");
  std::string many;
  const std::string one = event("DTSTART;VALUE=DATE:20260101\r\nSUMMARY:x\r\n");
  for (std::size_t i = 0; i <= kImportEventsMax; ++i) many += one;
  EXPECT_EQ(import_ical(calendar_of(many), kWindow).error().text(),
            "import: has more than 5000 events\n");
  EXPECT_EQ(import_ical(std::string(kImportBytesMax + 1, 'x'), kWindow).error().text(),
            "import: is larger than 1048576 bytes\n");
}

TEST(Json, the_shape_of_the_clock_command) {
  EXPECT_EQ(read_json(R"({"holidays": ["2026-05-01", {"date": "2026-01-01", "name": "元旦"}],
                          "days": {"2026-02-14": [["09:00", "18:00"]], "2026-02-16": []}})"),
            "2026-01-01 holiday 元旦\n2026-02-14 hours 09:00-18:00 \n2026-02-16 hours \n"
            "2026-05-01 holiday \n");
}

TEST(Json, the_shape_of_a_year) {
  const auto import = import_json(
      R"({"$schema": "x", "year": 2026, "papers": [], "days": [
          {"name": "元旦", "date": "2026-01-01", "isOffDay": true},
          {"name": "元旦", "date": "2026-01-04", "isOffDay": false},
          {"name": "元旦", "date": "2020-01-04", "isOffDay": false}]})",
      kWindow);
  ASSERT_TRUE(import) << import.error().text();
  EXPECT_EQ(told(*import),
            "2026-01-01 holiday 元旦\n2026-01-04 make_up 调休上班\n- 调休上班: outside_window\n");
  EXPECT_EQ(import->days.front().name_en, "New Year's Day");
  EXPECT_EQ(import->complete_until, on("2026-12-31"));
}

TEST(Json, mistakes_have_their_path) {
  EXPECT_EQ(read_json("[]"), "import:1: must be a JSON object\n");
  EXPECT_EQ(read_json("{}"), "import: has neither \"holidays\" nor \"days\"\n");
  EXPECT_EQ(read_json(R"({"holidays": [7, "2026-02-30"], "days": {"2026-01-02": [["9", "18"]]}})"),
            "import:1: holidays[0]: must be a date or a table\n"
            "import: holidays[1]: \"2026-02-30\" is not a date\n"
            "import:1: days.2026-01-02: has hours that cannot be read\n");
  EXPECT_EQ(read_json(R"({"days": [{"date": "2026-01-01"}, {"date": "x", "isOffDay": true},
                                   {"date": "2026-01-01", "isOffDay": 1}]})"),
            "import:1: days[0]: says neither \"isOffDay\" nor \"hours\"\n"
            "import:1: days[1].date: \"x\" is not a date\n"
            "import:2: days[2].isOffDay: must be true or false\n");
}

// ---------------------------------------------------------------- into a calendar
CalendarBook shipped() {
  const auto path = std::filesystem::path{FIRSTHAND_DEFAULTS} / "calendars.toml";
  return read_calendar_book(read_toml(path).value(), "calendars").value();
}

DayKind kind_on(const CalendarDefinition& calendar, std::string_view date) {
  const auto compiled = compile_calendar(calendar, on(date), on(date));
  return compiled->day_on(on(date))->kind;
}

TEST(Import, goes_into_the_set_that_is_shared) {
  CalendarBook book = shipped();
  const auto import = import_json(
      R"({"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true},
                                 {"name": "元旦", "date": "2027-01-03", "isOffDay": false}]})",
      kWindow);
  ASSERT_TRUE(import);
  apply_import(*import, ImportMode::merge, book.calendars[0], &book.sets[0]);
  const auto definition = resolve(book.calendars[0], &book.sets[0]);
  EXPECT_EQ(kind_on(definition, "2027-01-01"), DayKind::holiday);
  EXPECT_EQ(kind_on(definition, "2027-01-03"), DayKind::working) << "a Sunday";
  EXPECT_EQ(kind_on(definition, "2026-10-01"), DayKind::holiday) << "other years stay";
  EXPECT_TRUE(book.calendars[0].own.holidays.empty());
  EXPECT_TRUE(read_calendar_book(to_document(book), "again").has_value());
}

TEST(Import, replaces_the_years_it_speaks_of) {
  CalendarBook book = shipped();
  const auto import = import_json(R"({"holidays": ["2026-12-25"]})", kWindow);
  ASSERT_TRUE(import);
  CalendarBook merged = book;
  apply_import(*import, ImportMode::merge, merged.calendars[0], &merged.sets[0]);
  EXPECT_EQ(kind_on(resolve(merged.calendars[0], &merged.sets[0]), "2026-10-01"), DayKind::holiday);
  apply_import(*import, ImportMode::replace, book.calendars[0], &book.sets[0]);
  const auto definition = resolve(book.calendars[0], &book.sets[0]);
  EXPECT_EQ(kind_on(definition, "2026-12-25"), DayKind::holiday);
  EXPECT_EQ(kind_on(definition, "2026-10-01"), DayKind::working);
  EXPECT_EQ(kind_on(definition, "2025-10-01"), DayKind::holiday);
  EXPECT_EQ(kind_on(definition, "2026-01-04"), DayKind::closed) << "no make-up day any more";
}

TEST(Import, goes_into_the_calendar_that_has_no_set) {
  CalendarBook book = shipped();
  WrittenCalendar& hotline = book.calendars[1];
  const auto import = import_json(
      R"({"days": [{"name": "春节", "date": "2026-02-17", "isOffDay": true},
                   {"name": "春节", "date": "2026-02-28", "isOffDay": false}]})",
      kWindow);
  ASSERT_TRUE(import);
  apply_import(*import, ImportMode::merge, hotline, nullptr);
  ASSERT_EQ(hotline.own.dates.size(), 1u);
  EXPECT_EQ(to_text(hotline.own.dates[0].frames.at(0)), "08:00-22:00") << "its weekday's hours";
  EXPECT_EQ(kind_on(hotline.own, "2026-02-17"), DayKind::holiday);
}

TEST(Book, own_days_win_over_the_sets) {
  CalendarBook book = shipped();
  WrittenCalendar& office = book.calendars[0];
  // A half day in a holiday, a holiday on a make-up day, another name for a holiday.
  office.own.dates.push_back({on("2026-02-16"), {{9 * 60, 12 * 60}}, "除夕", "New Year's Eve"});
  office.own.holidays.push_back({on("2026-02-28"), "厂休", "works holiday"});
  office.own.holidays.push_back({on("2026-10-01"), "厂庆", "our day"});
  const auto definition = resolve(office, &book.sets[0]);
  const auto compiled = compile_calendar(definition, on("2026-02-01"), on("2026-12-31")).value();
  EXPECT_EQ(compiled.day_on(on("2026-02-16"))->kind, DayKind::working);
  EXPECT_TRUE(compiled.day_on(on("2026-02-16"))->date_specific);
  EXPECT_EQ(compiled.day_on(on("2026-02-28"))->kind, DayKind::holiday);
  EXPECT_EQ(compiled.day_on(on("2026-10-01"))->name_zh, "厂庆");
  const auto again = read_calendar_book(to_document(book), "again");
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_TRUE(*again == book);
}

TEST(Book, the_shipped_calendars_survive_the_way_through_json) {
  const CalendarBook book = shipped();
  const auto text = to_json(to_document(book));
  const auto again = read_calendar_book(parse_document(text, "json").value(), "json");
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_TRUE(*again == book);
}

// The notices of the State Council for 2024, 2025 and 2026, day by day.
TEST(Defaults, mainland_china_as_published) {
  struct Year {
    const char* from;
    const char* to;
    int holidays_on_weekdays;
    std::vector<const char*> make_up;
  };
  const Year years[] = {
      {"2024-01-01",
       "2024-12-31",
       19,
       {"2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14",
        "2024-09-29", "2024-10-12"}},
      {"2025-01-01",
       "2025-12-31",
       18,
       {"2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"}},
      {"2026-01-01",
       "2026-12-31",
       19,
       {"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"}}};
  const CalendarBook book = shipped();
  const auto definition = resolve(book.calendars[0], &book.sets[0]);
  EXPECT_EQ(definition.complete_until, on("2026-12-31"));
  for (const Year& year : years) {
    const auto compiled = compile_calendar(definition, on(year.from), on(year.to)).value();
    std::vector<std::string> make_up;
    int on_weekdays = 0;
    for (const Day& day : compiled.days()) {
      const auto weekday = std::chrono::weekday{std::chrono::sys_days{day.date}}.iso_encoding();
      if (day.kind == DayKind::holiday && weekday < 6) ++on_weekdays;
      if (day.kind == DayKind::working && weekday >= 6) make_up.push_back(to_iso8601(day.date));
    }
    EXPECT_EQ(make_up, std::vector<std::string>(year.make_up.begin(), year.make_up.end()));
    EXPECT_EQ(on_weekdays, year.holidays_on_weekdays) << year.from;
  }
  const auto compiled = compile_calendar(definition, on("2025-01-01"), on("2025-12-31")).value();
  std::string spans;
  for (const Day& day : compiled.days()) {
    if (day.kind == DayKind::holiday) spans += to_iso8601(day.date).substr(5) + " ";
  }
  EXPECT_EQ(spans,
            "01-01 01-28 01-29 01-30 01-31 02-01 02-02 02-03 02-04 04-04 04-05 04-06 05-01 05-02 "
            "05-03 05-04 05-05 05-31 06-01 06-02 10-01 10-02 10-03 10-04 10-05 10-06 10-07 10-08 ");
}

}  // namespace
}  // namespace firsthand::config
