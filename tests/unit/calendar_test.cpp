// SPDX-License-Identifier: Apache-2.0
// Instants as text; calendars compiled from zones, frames, holidays and date-specific hours.
#include "engine/calendar.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <random>

#include "tests/unit/calendar_builder.hpp"

namespace firsthand::test {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

TEST(Iso8601, reads_and_writes) {
  struct Row {
    const char* name;
    const char* text;
    const char* again;  // nullptr: refused
  };
  const Row rows[] = {
      {"utc", "2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z"},
      {"milliseconds", "2026-11-21T10:00:00.250Z", "2026-11-21T10:00:00.250Z"},
      {"fraction cut", "2026-11-21T10:00:00.123456789Z", "2026-11-21T10:00:00.123Z"},
      {"one digit fraction", "2026-11-21T10:00:00.5Z", "2026-11-21T10:00:00.500Z"},
      {"offset east", "2026-11-21T18:00:00+08:00", "2026-11-21T10:00:00Z"},
      {"offset west over midnight", "2026-11-21T22:00:00-05:30", "2026-11-22T03:30:00Z"},
      {"space", "2026-11-21 10:00:00Z", "2026-11-21T10:00:00Z"},
      {"leap day", "2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
      {"before the epoch", "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
      {"leap second", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
      {"no zone", "2026-11-21T10:00:00", nullptr},
      {"no such day", "2026-02-30T10:00:00Z", nullptr},
      {"hour 24", "2026-11-21T24:00:00Z", nullptr},
      {"empty fraction", "2026-11-21T10:00:00.Z", nullptr},
      {"long fraction", "2026-11-21T10:00:00.1234567890Z", nullptr},
      {"trailing", "2026-11-21T10:00:00Zx", nullptr},
      {"offset without colon", "2026-11-21T10:00:00+0800", nullptr},
      {"empty", "", nullptr},
      {"full width digits", "２026-11-21T10:00:00Z", nullptr},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto parsed = parse_iso8601(row.text);
    ASSERT_EQ(parsed.has_value(), row.again != nullptr);
    if (parsed) {
      EXPECT_EQ(to_iso8601(*parsed), row.again);
      EXPECT_EQ(parse_iso8601(to_iso8601(*parsed)), parsed);
    }
  }
  EXPECT_EQ(to_iso8601(on("2026-02-14")), "2026-02-14");
  EXPECT_FALSE(parse_date("2026-02-14 "));
}

Calendar shanghai_2026() {
  return CalendarIn("Asia/Shanghai")
      .weekdays({"09:00-12:00", "13:00-18:00"})
      .holiday("2026-02-16", "春节")
      .hours_on("2026-02-14", {"09:00-18:00"}, "调休")
      .hours_on("2026-02-13", {"09:00-12:00"}, "半天")
      .from_to("2026-02-01", "2026-03-31");
}

TEST(Calendar, working_and_next_working) {
  const Calendar calendar = shanghai_2026();
  struct Row {
    const char* name;
    const char* at;
    bool working;
    const char* next;
  };
  const Row rows[] = {
      {"opening", "2026-02-02T09:00:00+08:00", true, "2026-02-02T09:00:00+08:00"},
      {"a millisecond before opening", "2026-02-02T08:59:59.999+08:00", false,
       "2026-02-02T09:00:00+08:00"},
      {"closing is closed", "2026-02-02T12:00:00+08:00", false, "2026-02-02T13:00:00+08:00"},
      {"lunch", "2026-02-02T12:30:00+08:00", false, "2026-02-02T13:00:00+08:00"},
      {"after the half day", "2026-02-13T13:00:00+08:00", false, "2026-02-14T09:00:00+08:00"},
      {"make-up Saturday at noon", "2026-02-14T12:30:00+08:00", true, "2026-02-14T12:30:00+08:00"},
      {"Sunday before a holiday", "2026-02-15T10:00:00+08:00", false, "2026-02-17T09:00:00+08:00"},
      {"holiday Monday", "2026-02-16T10:00:00+08:00", false, "2026-02-17T09:00:00+08:00"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(calendar.is_working(at(row.at)), row.working);
    EXPECT_EQ(calendar.next_working(at(row.at)), at(row.next));
  }
  EXPECT_FALSE(calendar.next_working(at("2026-03-31T18:00:00+08:00")));
}

TEST(Calendar, says_what_a_day_is) {
  const Calendar calendar = shanghai_2026();
  const Day* make_up = calendar.day_at(at("2026-02-13T23:00:00Z"));  // already Saturday there
  ASSERT_NE(make_up, nullptr);
  EXPECT_EQ(make_up->date, on("2026-02-14"));
  EXPECT_EQ(make_up->kind, DayKind::working);
  EXPECT_TRUE(make_up->date_specific);
  EXPECT_EQ(make_up->name_zh, "调休");
  EXPECT_EQ(make_up->closing, at("2026-02-14T18:00:00+08:00"));
  const Day* holiday = calendar.day_on(on("2026-02-16"));
  ASSERT_NE(holiday, nullptr);
  EXPECT_EQ(holiday->kind, DayKind::holiday);
  EXPECT_EQ(holiday->name_zh, "春节");
  EXPECT_EQ(calendar.day_on(on("2026-02-15"))->kind, DayKind::closed);
  EXPECT_EQ(calendar.day_on(on("2026-04-01")), nullptr);
  EXPECT_EQ(calendar.day_at(at("2026-03-31T16:00:00Z")), nullptr);
}

TEST(Calendar, end_of_nth_working_day) {
  const Calendar calendar = shanghai_2026();
  struct Row {
    const char* name;
    const char* start;
    int n;
    const char* end;
  };
  const Row rows[] = {
      {"today", "2026-02-02T10:00:00+08:00", 0, "2026-02-02T18:00:00+08:00"},
      {"today is over", "2026-02-02T18:00:00+08:00", 0, "2026-02-03T18:00:00+08:00"},
      {"the start day is not counted", "2026-02-02T08:00:00+08:00", 1, "2026-02-03T18:00:00+08:00"},
      {"half day ends at noon", "2026-02-12T10:00:00+08:00", 1, "2026-02-13T12:00:00+08:00"},
      {"make-up day counts", "2026-02-12T10:00:00+08:00", 2, "2026-02-14T18:00:00+08:00"},
      {"holiday does not count", "2026-02-12T10:00:00+08:00", 3, "2026-02-17T18:00:00+08:00"},
      {"from a weekend", "2026-02-07T10:00:00+08:00", 1, "2026-02-09T18:00:00+08:00"},
      {"zero from a weekend", "2026-02-07T10:00:00+08:00", 0, "2026-02-09T18:00:00+08:00"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(calendar.end_of_nth_working_day(at(row.start), row.n), at(row.end));
  }
  EXPECT_FALSE(calendar.end_of_nth_working_day(at("2026-02-02T10:00:00+08:00"), 60));
  EXPECT_FALSE(calendar.end_of_nth_working_day(at("2027-02-02T10:00:00+08:00"), 1));
  EXPECT_EQ(Calendar{}.end_of_nth_working_day(at("2026-02-02T10:00:00Z"), 1),
            at("2026-02-04T00:00:00Z"));
}

TEST(Calendar, night_shift_belongs_to_the_day_it_begins) {
  const Calendar calendar = CalendarIn("Asia/Shanghai")
                                .weekdays({"22:00-06:00"})
                                .holiday("2026-03-04", "holiday")
                                .from_to("2026-03-02", "2026-03-06");
  EXPECT_TRUE(calendar.is_working(at("2026-03-04T05:59:59+08:00")));  // Tuesday's shift
  EXPECT_FALSE(calendar.is_working(at("2026-03-04T23:00:00+08:00")));
  EXPECT_FALSE(calendar.is_working(at("2026-03-05T05:00:00+08:00")));
  EXPECT_EQ(calendar.day_on(on("2026-03-03"))->closing, at("2026-03-04T06:00:00+08:00"));
  // Sunday's shift would reach into the first covered day; there is none. Friday's reaches out.
  EXPECT_FALSE(calendar.is_working(at("2026-03-02T05:00:00+08:00")));
  EXPECT_EQ(calendar.spans().back().to, at("2026-03-07T06:00:00+08:00"));
}

TEST(Calendar, frame_from_the_day_before_the_first) {
  const Calendar calendar =
      CalendarIn("Asia/Shanghai").daily({"22:00-06:00"}).from_to("2026-03-02", "2026-03-03");
  EXPECT_TRUE(calendar.is_working(at("2026-03-02T05:00:00+08:00")));
  EXPECT_EQ(calendar.spans().front().from, at("2026-03-02T00:00:00+08:00"));
}

TEST(Calendar, around_midnight_without_a_seam) {
  const Calendar calendar = CalendarIn("Asia/Shanghai")
                                .daily({"00:00-06:00", "22:00-24:00"})
                                .from_to("2026-03-02", "2026-03-04");
  EXPECT_EQ(calendar.spans().size(), 4u);  // the two halves of a night are one span
}

TEST(Calendar, local_times) {
  const Calendar new_york =
      CalendarIn("America/New_York").daily({"00:00-24:00"}).from_to("2026-03-01", "2026-11-30");
  struct Row {
    const char* name;
    const char* date;
    minutes wall;
    const char* instant;
  };
  const Row rows[] = {
      {"winter", "2026-03-07", hours{10}, "2026-03-07T10:00:00-05:00"},
      {"summer", "2026-03-09", hours{10}, "2026-03-09T10:00:00-04:00"},
      {"before the gap", "2026-03-08", minutes{119}, "2026-03-08T01:59:00-05:00"},
      {"begin of the gap", "2026-03-08", minutes{120}, "2026-03-08T03:00:00-04:00"},
      {"in the gap", "2026-03-08", minutes{150}, "2026-03-08T03:00:00-04:00"},
      {"end of the gap", "2026-03-08", minutes{180}, "2026-03-08T03:00:00-04:00"},
      {"after the gap", "2026-03-08", minutes{181}, "2026-03-08T03:01:00-04:00"},
      {"before the overlap", "2026-11-01", minutes{59}, "2026-11-01T00:59:00-04:00"},
      {"in the overlap: the first", "2026-11-01", minutes{90}, "2026-11-01T01:30:00-04:00"},
      {"after the overlap", "2026-11-01", minutes{120}, "2026-11-01T02:00:00-05:00"},
      {"24:00 is the next day", "2026-11-01", hours{24}, "2026-11-02T00:00:00-05:00"},
      {"30:00 is the next morning", "2026-10-31", hours{30}, "2026-11-01T06:00:00-05:00"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(to_iso8601(new_york.at_local(on(row.date), row.wall)), to_iso8601(at(row.instant)));
  }
  EXPECT_EQ(new_york.local_date(at("2026-11-02T04:59:59Z")), on("2026-11-01"));
  EXPECT_EQ(new_york.local_date(at("2026-11-02T05:00:00Z")), on("2026-11-02"));
  const Day* long_day = new_york.day_on(on("2026-11-01"));
  EXPECT_EQ(long_day->to - long_day->from, hours{25});
  EXPECT_EQ(new_york.day_on(on("2026-03-08"))->to - new_york.day_on(on("2026-03-08"))->from,
            hours{23});
}

TEST(Calendar, local_date_never_fails) {
  const Calendar calendar = shanghai_2026();
  EXPECT_EQ(calendar.local_date(at("2031-12-31T16:00:00Z")), on("2032-01-01"));
  EXPECT_EQ(calendar.local_date(at("2020-12-31T15:59:59Z")), on("2020-12-31"));
  EXPECT_EQ(calendar.at_local(on("2031-01-01"), hours{10}), at("2031-01-01T10:00:00+08:00"));
  EXPECT_EQ(Calendar{}.local_date(at("2026-12-31T23:59:59Z")), on("2026-12-31"));
}

TEST(Calendar, odd_zones) {
  // Midnight does not exist on 2018-11-04 in Sao Paulo; 2011-12-30 did not exist at all in Apia;
  // Lord Howe moves its clocks by half an hour.
  const Calendar paulo =
      CalendarIn("America/Sao_Paulo").daily({"00:00-24:00"}).from_to("2018-11-03", "2018-11-05");
  EXPECT_EQ(paulo.day_on(on("2018-11-04"))->from, at("2018-11-04T03:00:00Z"));
  EXPECT_EQ(paulo.at_local(on("2018-11-04"), minutes{0}), at("2018-11-04T03:00:00Z"));
  EXPECT_EQ(paulo.at_local(on("2018-11-04"), hours{9}), at("2018-11-04T09:00:00-02:00"));
  EXPECT_EQ(paulo.spans().size(), 1u);
  const Calendar apia =
      CalendarIn("Pacific/Apia").daily({"09:00-17:00"}).from_to("2011-12-28", "2012-01-02");
  EXPECT_EQ(apia.day_on(on("2011-12-30"))->from, apia.day_on(on("2011-12-30"))->to);
  EXPECT_EQ(apia.end_of_nth_working_day(at("2011-12-29T12:00:00-10:00"), 1),
            at("2011-12-31T17:00:00+14:00"));
  // Toronto's clocks went from 23:30 to 00:30 in 1919: midnight lies inside the gap.
  const Calendar toronto =
      CalendarIn("America/Toronto").daily({"00:00-24:00"}).from_to("1919-03-30", "1919-03-31");
  EXPECT_EQ(toronto.day_on(on("1919-03-31"))->from, at("1919-03-31T00:30:00-04:00"));
  const Calendar howe =
      CalendarIn("Australia/Lord_Howe").daily({"09:00-17:00"}).from_to("2026-10-03", "2026-10-05");
  ASSERT_TRUE(howe.day_on(on("2026-10-04"))->shift);
  EXPECT_EQ(howe.day_on(on("2026-10-04"))->shift->by, minutes{30});
}

TEST(Calendar, refuses_what_cannot_be_compiled) {
  config::CalendarDefinition definition;
  definition.code = "x";
  for (const char* zone : {"", "Mars/Olympus", "../../etc/passwd", "Asia/Shanghai\n"}) {
    definition.zone = zone;
    EXPECT_FALSE(compile_calendar(definition, on("2026-01-01"), on("2026-01-02"))) << zone;
  }
  definition.zone = "Asia/Shanghai";
  EXPECT_FALSE(compile_calendar(definition, on("2026-01-02"), on("2026-01-01")));
  EXPECT_FALSE(compile_calendar(definition, on("1926-01-02"), on("2026-01-01")));
  EXPECT_TRUE(compile_calendar(definition, on("2026-01-01"), on("2026-01-01")));
}

// The C library reads the same zone files by its own code: a wall clock to compare with. Frames
// keep away from the small hours, where a frame's end can be ambiguous.
TEST(Calendar, agrees_with_the_c_library) {
  const char* zones[] = {"Asia/Shanghai",    "Europe/Berlin",   "America/New_York",
                         "America/St_Johns", "Asia/Kathmandu",  "Australia/Lord_Howe",
                         "Africa/Cairo",     "America/Santiago"};
  std::mt19937_64 random{20260214};
  const char* before = std::getenv("TZ");
  const std::string restore = before != nullptr ? before : "";
  for (const char* zone : zones) {
    SCOPED_TRACE(zone);
    const Calendar calendar = CalendarIn(zone)
                                  .weekdays({"08:15-12:00", "13:30-17:45"})
                                  .weekday(5, {"22:00-06:00"})
                                  .from_to("2026-01-01", "2027-12-31");
    ::setenv("TZ", zone, 1);
    ::tzset();
    std::uniform_int_distribution<std::int64_t> minute{
        calendar.coverage().from.time_since_epoch() / minutes{1},
        calendar.coverage().to.time_since_epoch() / minutes{1} - 1};
    for (int i = 0; i < 4000; ++i) {
      const std::time_t seconds = minute(random) * 60;
      std::tm local{};
      ::localtime_r(&seconds, &local);
      const int wall = local.tm_hour * 60 + local.tm_min;
      const bool weekday = local.tm_wday >= 1 && local.tm_wday <= 5;
      const bool expected =
          (weekday && ((wall >= 495 && wall < 720) || (wall >= 810 && wall < 1065))) ||
          (local.tm_wday == 6 && wall >= 1320) || (local.tm_wday == 0 && wall < 360);
      const Instant instant{std::chrono::seconds{seconds}};
      ASSERT_EQ(calendar.is_working(instant), expected) << to_iso8601(instant);
      const Date date = calendar.local_date(instant);
      ASSERT_EQ(static_cast<int>(date.year()), local.tm_year + 1900) << to_iso8601(instant);
      ASSERT_EQ(static_cast<unsigned>(date.day()), static_cast<unsigned>(local.tm_mday))
          << to_iso8601(instant);
      ASSERT_EQ(calendar.local_offset(instant).count(), local.tm_gmtoff) << to_iso8601(instant);
    }
  }
  before != nullptr ? ::setenv("TZ", restore.c_str(), 1) : ::unsetenv("TZ");
  ::tzset();
}

}  // namespace
}  // namespace firsthand::test
