// SPDX-License-Identifier: Apache-2.0
// When a clock is due: tables of settled cases.
#include <gtest/gtest.h>

#include "tests/unit/clock_rows.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

struct DueRow {
  const char* name;
  const char* start;
  Budget budget;
  std::vector<Pause> pauses;
  const char* due;
};

void check(const Calendar& calendar, const std::vector<DueRow>& rows) {
  for (const DueRow& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(text(due(at(row.start), row.budget, calendar, row.pauses)), expected(row.due));
  }
}

TEST(Due, working_time) {
  check(office_2026(),
        {
            {"inside a frame",
             "2026-03-02T09:30:00+08:00",
             Budget::working(hours{1}),
             {},
             "2026-03-02T10:30:00+08:00"},
            {"to the second",
             "2026-03-02T09:30:07+08:00",
             Budget::working(Seconds{3661}),
             {},
             "2026-03-02T10:31:08+08:00"},
            {"over lunch",
             "2026-03-02T11:30:00+08:00",
             Budget::working(hours{1}),
             {},
             "2026-03-02T13:30:00+08:00"},
            {"exactly at lunch",
             "2026-03-02T11:00:00+08:00",
             Budget::working(hours{1}),
             {},
             "2026-03-02T12:00:00+08:00"},
            {"exactly at closing",
             "2026-03-02T16:00:00+08:00",
             Budget::working(hours{2}),
             {},
             "2026-03-02T18:00:00+08:00"},
            {"exactly a week's end",
             "2026-03-02T09:00:00+08:00",
             Budget::working(hours{40}),
             {},
             "2026-03-06T18:00:00+08:00"},
            {"a second more",
             "2026-03-02T16:00:00+08:00",
             Budget::working(Seconds{7201}),
             {},
             "2026-03-03T09:00:01+08:00"},
            {"from before opening",
             "2026-03-02T07:00:00+08:00",
             Budget::working(hours{1}),
             {},
             "2026-03-02T10:00:00+08:00"},
            {"from closing time",
             "2026-03-02T18:00:00+08:00",
             Budget::working(hours{1}),
             {},
             "2026-03-03T10:00:00+08:00"},
            {"from Friday evening",
             "2026-03-06T19:00:00+08:00",
             Budget::working(minutes{30}),
             {},
             "2026-03-09T09:30:00+08:00"},
            {"make-up Saturday works",
             "2026-02-13T17:00:00+08:00",
             Budget::working(hours{2}),
             {},
             "2026-02-14T10:00:00+08:00"},
            {"holidays are skipped",
             "2026-02-14T17:00:00+08:00",
             Budget::working(hours{2}),
             {},
             "2026-02-18T10:00:00+08:00"},
            {"zero while open",
             "2026-03-02T10:00:00+08:00",
             Budget::working(Seconds{0}),
             {},
             "2026-03-02T10:00:00+08:00"},
            {"zero at the weekend",
             "2026-03-07T10:00:00+08:00",
             Budget::working(Seconds{0}),
             {},
             "2026-03-09T09:00:00+08:00"},
            {"zero at closing",
             "2026-03-02T18:00:00+08:00",
             Budget::working(Seconds{0}),
             {},
             "2026-03-03T09:00:00+08:00"},
            {"negative is zero",
             "2026-03-07T10:00:00+08:00",
             Budget::working(Seconds{-5}),
             {},
             "2026-03-09T09:00:00+08:00"},
            {"beyond the calendar",
             "2026-12-31T17:00:00+08:00",
             Budget::working(hours{2}),
             {},
             "beyond coverage"},
            {"to the calendar's last moment",
             "2026-12-31T17:00:00+08:00",
             Budget::working(hours{1}),
             {},
             "2026-12-31T18:00:00+08:00"},
            {"before the calendar",
             "2025-12-31T17:00:00+08:00",
             Budget::working(hours{1}),
             {},
             "beyond coverage"},
            {"absurd",
             "2026-03-02T10:00:00+08:00",
             Budget{BudgetKind::working_time, std::numeric_limits<std::int64_t>::max()},
             {},
             "beyond coverage"},
        });
}

TEST(Due, pauses) {
  const char* start = "2026-03-02T10:00:00+08:00";
  const Budget two = Budget::working(hours{2});  // 12:00 without pauses
  check(office_2026(),
        {
            {"inside",
             start,
             two,
             {pause("2026-03-02T10:30:00+08:00", "2026-03-02T11:00:00+08:00")},
             "2026-03-02T13:30:00+08:00"},
            {"before the start",
             start,
             two,
             {pause("2026-03-02T09:00:00+08:00", "2026-03-02T09:45:00+08:00")},
             "2026-03-02T12:00:00+08:00"},
            {"over the start",
             start,
             two,
             {pause("2026-03-02T09:00:00+08:00", "2026-03-02T10:15:00+08:00")},
             "2026-03-02T13:15:00+08:00"},
            {"over lunch only",
             start,
             Budget::working(hours{3}),
             {pause("2026-03-02T12:00:00+08:00", "2026-03-02T13:00:00+08:00")},
             "2026-03-02T14:00:00+08:00"},
            {"overnight only",
             start,
             Budget::working(hours{8}),
             {pause("2026-03-02T18:00:00+08:00", "2026-03-03T09:00:00+08:00")},
             "2026-03-03T10:00:00+08:00"},
            {"across closing",
             start,
             Budget::working(hours{7}),
             {pause("2026-03-02T17:00:00+08:00", "2026-03-03T10:00:00+08:00")},
             "2026-03-03T11:00:00+08:00"},
            {"exactly from the due time",
             start,
             two,
             {pause("2026-03-02T12:00:00+08:00", "2026-03-02T15:00:00+08:00")},
             "2026-03-02T12:00:00+08:00"},
            {"after the due time",
             start,
             two,
             {pause("2026-03-02T15:00:00+08:00", "2026-03-02T16:00:00+08:00")},
             "2026-03-02T12:00:00+08:00"},
            {"overlapping and unsorted",
             start,
             two,
             {pause("2026-03-02T10:50:00+08:00", "2026-03-02T11:10:00+08:00"),
              pause("2026-03-02T10:30:00+08:00", "2026-03-02T11:00:00+08:00")},
             "2026-03-02T13:40:00+08:00"},
            {"one inside another",
             start,
             two,
             {pause("2026-03-02T10:30:00+08:00", "2026-03-02T11:30:00+08:00"),
              pause("2026-03-02T10:40:00+08:00", "2026-03-02T10:50:00+08:00")},
             "2026-03-02T14:00:00+08:00"},
            {"the same twice counts once",
             start,
             two,
             {pause("2026-03-02T10:30:00+08:00", "2026-03-02T11:00:00+08:00"),
              pause("2026-03-02T10:30:00+08:00", "2026-03-02T11:00:00+08:00")},
             "2026-03-02T13:30:00+08:00"},
            {"empty and backwards",
             start,
             two,
             {pause("2026-03-02T10:30:00+08:00", "2026-03-02T10:30:00+08:00"),
              pause("2026-03-02T11:30:00+08:00", "2026-03-02T11:00:00+08:00")},
             "2026-03-02T12:00:00+08:00"},
            {"open", start, two, {open_pause("2026-03-02T11:00:00+08:00")}, "paused"},
            {"open from the start", start, two, {open_pause(start)}, "paused"},
            {"open after the due time",
             start,
             two,
             {open_pause("2026-03-02T13:30:00+08:00")},
             "2026-03-02T12:00:00+08:00"},
            {"open from the due time",
             start,
             two,
             {open_pause("2026-03-02T12:00:00+08:00")},
             "2026-03-02T12:00:00+08:00"},
            {"open over a closed one",
             start,
             two,
             {open_pause("2026-03-02T10:30:00+08:00"),
              pause("2026-03-02T10:40:00+08:00", "2026-03-02T10:50:00+08:00")},
             "paused"},
            {"zero in a pause",
             start,
             Budget::working(Seconds{0}),
             {pause("2026-03-02T09:00:00+08:00", "2026-03-02T11:00:00+08:00")},
             "2026-03-02T11:00:00+08:00"},
            {"zero in a pause until closing",
             start,
             Budget::working(Seconds{0}),
             {pause("2026-03-02T09:00:00+08:00", "2026-03-02T18:00:00+08:00"),
              pause("2026-03-03T08:00:00+08:00", "2026-03-03T09:30:00+08:00")},
             "2026-03-03T09:30:00+08:00"},
            {"calendar time",
             start,
             Budget::calendar(hours{24}),
             {pause("2026-03-02T20:00:00+08:00", "2026-03-02T23:00:00+08:00")},
             "2026-03-03T13:00:00+08:00"},
            {"calendar time, open",
             start,
             Budget::calendar(hours{24}),
             {open_pause("2026-03-02T20:00:00+08:00")},
             "paused"},
        });
}

TEST(Due, working_days) {
  check(office_2026(),
        {
            {"end of the third day",
             "2026-03-02T10:00:00+08:00",
             Budget::working_days(3),
             {},
             "2026-03-05T18:00:00+08:00"},
            {"over a make-up day and holidays",
             "2026-02-13T10:00:00+08:00",
             Budget::working_days(2),
             {},
             "2026-02-18T18:00:00+08:00"},
            {"today",
             "2026-03-02T10:00:00+08:00",
             Budget::working_days(0),
             {},
             "2026-03-02T18:00:00+08:00"},
            {"paused at a closing time",
             "2026-03-02T10:00:00+08:00",
             Budget::working_days(2),
             {pause("2026-03-03T10:00:00+08:00", "2026-03-04T17:00:00+08:00")},
             "2026-03-05T18:00:00+08:00"},
            {"paused until the very closing time",
             "2026-03-02T10:00:00+08:00",
             Budget::working_days(2),
             {pause("2026-03-03T10:00:00+08:00", "2026-03-03T18:00:00+08:00")},
             "2026-03-05T18:00:00+08:00"},
            {"paused within a day",
             "2026-03-02T10:00:00+08:00",
             Budget::working_days(2),
             {pause("2026-03-03T10:00:00+08:00", "2026-03-03T17:00:00+08:00")},
             "2026-03-04T18:00:00+08:00"},
            {"paused overnight",
             "2026-03-02T10:00:00+08:00",
             Budget::working_days(2),
             {pause("2026-03-03T18:00:00+08:00", "2026-03-04T09:00:00+08:00")},
             "2026-03-04T18:00:00+08:00"},
            {"today, paused at closing",
             "2026-03-02T10:00:00+08:00",
             Budget::working_days(0),
             {pause("2026-03-02T17:00:00+08:00", "2026-03-02T19:00:00+08:00")},
             "2026-03-03T18:00:00+08:00"},
            {"open",
             "2026-03-02T10:00:00+08:00",
             Budget::working_days(2),
             {open_pause("2026-03-03T10:00:00+08:00")},
             "paused"},
            {"open, too late to matter",
             "2026-03-02T10:00:00+08:00",
             Budget::working_days(1),
             {open_pause("2026-03-03T18:00:00+08:00")},
             "2026-03-03T18:00:00+08:00"},
            {"beyond", "2026-12-30T10:00:00+08:00", Budget::working_days(2), {}, "beyond coverage"},
        });
}

TEST(Due, daylight_saving_counts_real_seconds) {
  const Calendar berlin = CalendarIn("Europe/Berlin")
                              .weekdays({"09:00-18:00"})
                              .holiday("2013-03-29", "Karfreitag")
                              .from_to("2013-01-01", "2013-12-31");
  check(berlin, {
                    {"Good Friday, then summer time",
                     "2013-03-28T17:00:00+01:00",
                     Budget::working(hours{2}),
                     {},
                     "2013-04-01T10:00:00+02:00"},
                    {"from the holiday itself",
                     "2013-03-29T12:00:00+01:00",
                     Budget::working(hours{1}),
                     {},
                     "2013-04-01T10:00:00+02:00"},
                    {"calendar time over the gap",
                     "2013-03-30T12:00:00+01:00",
                     Budget::calendar(hours{24}),
                     {},
                     "2013-03-31T13:00:00+02:00"},
                });
  const Calendar round_the_clock =
      CalendarIn("America/New_York").daily({"00:00-24:00"}).from_to("2026-01-01", "2026-12-31");
  check(round_the_clock, {
                             {"gap: 23 hours",
                              "2026-03-08T00:00:00-05:00",
                              Budget::working(hours{23}),
                              {},
                              "2026-03-09T00:00:00-04:00"},
                             {"gap: 2 h from 01:30",
                              "2026-03-08T01:30:00-05:00",
                              Budget::working(hours{2}),
                              {},
                              "2026-03-08T04:30:00-04:00"},
                             {"overlap: 25 hours",
                              "2026-11-01T00:00:00-04:00",
                              Budget::working(hours{25}),
                              {},
                              "2026-11-02T00:00:00-05:00"},
                             {"overlap: an hour",
                              "2026-11-01T01:30:00-04:00",
                              Budget::working(hours{1}),
                              {},
                              "2026-11-01T01:30:00-05:00"},
                         });
  const Calendar nights =
      CalendarIn("America/New_York").daily({"02:30-05:00"}).from_to("2026-03-01", "2026-03-31");
  check(nights, {{"opening in the gap is at its end",
                  "2026-03-08T00:00:00-05:00",
                  Budget::working(hours{1}),
                  {},
                  "2026-03-08T04:00:00-04:00"}});
}

TEST(Due, midnight_frames) {
  const Calendar nights =
      CalendarIn("Asia/Shanghai").weekdays({"22:00-06:00"}).from_to("2026-03-01", "2026-03-31");
  check(nights, {
                    {"across midnight",
                     "2026-03-02T23:00:00+08:00",
                     Budget::working(hours{3}),
                     {},
                     "2026-03-03T02:00:00+08:00"},
                    {"into the next night",
                     "2026-03-03T05:00:00+08:00",
                     Budget::working(hours{2}),
                     {},
                     "2026-03-03T23:00:00+08:00"},
                    {"Saturday morning is Friday's",
                     "2026-03-07T05:00:00+08:00",
                     Budget::working(hours{2}),
                     {},
                     "2026-03-09T23:00:00+08:00"},
                    {"a day ends at six",
                     "2026-03-02T12:00:00+08:00",
                     Budget::working_days(1),
                     {},
                     "2026-03-04T06:00:00+08:00"},
                });
}

TEST(Due, round_the_clock_calendar_has_no_end) {
  const Calendar always = CalendarIn("Asia/Shanghai").always().from_to("2026-01-01", "2026-01-31");
  check(always, {
                    {"in 50 years",
                     "2026-01-15T00:00:00Z",
                     Budget::working(hours{24 * 366 * 50}),
                     {},
                     "2076-02-22T00:00:00Z"},
                    {"end of tomorrow there",
                     "2026-01-15T17:00:00Z",
                     Budget::working_days(1),
                     {},
                     "2026-01-18T00:00:00+08:00"},
                });
}

TEST(Due, two_years_of_working_time_is_a_handful_of_lookups) {
  const Calendar calendar = CalendarIn("Asia/Shanghai")
                                .weekdays({"09:00-12:00", "13:00-18:00"})
                                .from_to("2024-01-01", "2028-12-31");
  const Instant start = at("2024-01-02T10:00:00+08:00");
  const Due answer = due(start, Budget::working(hours{8 * 261 * 2}), calendar);
  ASSERT_TRUE(answer);
  EXPECT_GE(answer.at - start, std::chrono::days{730});
  // 2,600 spans: a binary search looks at 12 of them, a walk at a thousand.
  EXPECT_GT(answer.probes, 0u);
  EXPECT_LE(answer.probes, 2u * 12u);
  const Pause out[] = {{start + hours{1}, start + hours{2}},
                       {start + hours{48}, start + hours{96}}};
  EXPECT_LE(due(start, Budget::working(hours{8 * 261 * 2}), calendar, out).probes, 6u * 12u);
}

}  // namespace
}  // namespace firsthand::test
