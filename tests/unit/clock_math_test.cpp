// SPDX-License-Identifier: Apache-2.0
// SLA arithmetic: tables of settled cases, and properties over random calendars.
#include "engine/clock_math.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/unit/calendar_builder.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Pause pause(std::string_view from, std::string_view to) {
  return {at(from), at(to)};
}
Pause open_pause(std::string_view from) {
  return {at(from), std::nullopt};
}

std::string text(const Due& due) {
  switch (due.state) {
    case DueState::known: return to_iso8601(due.at);
    case DueState::paused: return "paused";
    case DueState::beyond_coverage: return "beyond coverage";
  }
  return "";
}

// A row says its result in local time, or names the state.
std::string expected(std::string_view written) {
  const auto instant = parse_iso8601(written);
  return instant ? to_iso8601(*instant) : std::string{written};
}

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

Calendar office_2026() {
  return CalendarIn("Asia/Shanghai")
      .weekdays({"09:00-12:00", "13:00-18:00"})
      .holiday("2026-02-16", "春节")
      .holiday("2026-02-17", "春节")
      .hours_on("2026-02-14", {"09:00-12:00", "13:00-18:00"}, "调休")
      .from_to("2026-01-01", "2026-12-31");
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

TEST(Step, points_of_the_ladder) {
  const Calendar calendar = office_2026();
  const Instant start = at("2026-03-02T16:00:00+08:00");
  struct Row {
    const char* name;
    Budget budget;
    StepPoint point;
    std::vector<Pause> pauses;
    const char* fires;
  };
  const Budget four = Budget::working(hours{4});  // due on Tuesday at 11:00
  const Row rows[] = {
      {"half is closing time", four, StepPoint::percent(50), {}, "2026-03-02T18:00:00+08:00"},
      {"80 percent", four, StepPoint::percent(80), {}, "2026-03-03T10:12:00+08:00"},
      {"100 percent is due", four, StepPoint::percent(100), {}, "2026-03-03T11:00:00+08:00"},
      {"150 percent", four, StepPoint::percent(150), {}, "2026-03-03T14:00:00+08:00"},
      {"due", four, StepPoint::offset(Seconds{0}), {}, "2026-03-03T11:00:00+08:00"},
      {"15 minutes before", four, StepPoint::offset(-minutes{15}), {}, "2026-03-03T10:45:00+08:00"},
      {"3 hours before, own time",
       four,
       StepPoint::offset(-hours{3}),
       {},
       "2026-03-02T17:00:00+08:00"},
      {"an hour after, over lunch",
       four,
       StepPoint::offset(minutes{90}),
       {},
       "2026-03-03T13:30:00+08:00"},
      {"before the start", four, StepPoint::offset(-hours{9}), {}, "2026-03-02T16:00:00+08:00"},
      {"zero percent", four, StepPoint::percent(0), {}, "2026-03-02T16:00:00+08:00"},
      {"pause moves it",
       four,
       StepPoint::percent(75),
       {pause("2026-03-02T17:00:00+08:00", "2026-03-03T09:30:00+08:00")},
       "2026-03-03T11:30:00+08:00"},
      {"fires before an open pause",
       four,
       StepPoint::percent(25),
       {open_pause("2026-03-02T17:00:00+08:00")},
       "2026-03-02T17:00:00+08:00"},
      {"waits for an open pause",
       four,
       StepPoint::percent(50),
       {open_pause("2026-03-02T17:00:00+08:00")},
       "paused"},
      {"calendar time",
       Budget::calendar(hours{10}),
       StepPoint::percent(50),
       {},
       "2026-03-02T21:00:00+08:00"},
      {"after due in calendar time",
       Budget::calendar(hours{1}),
       StepPoint::offset(hours{2}),
       {},
       "2026-03-02T19:00:00+08:00"},
      {"working days: half",
       Budget::working_days(1),
       StepPoint::percent(50),
       {},
       "2026-03-03T12:00:00+08:00"},
      {"working days: due",
       Budget::working_days(1),
       StepPoint::offset(Seconds{0}),
       {},
       "2026-03-03T18:00:00+08:00"},
      {"working days: 2 h before",
       Budget::working_days(1),
       StepPoint::offset(-hours{2}),
       {},
       "2026-03-03T16:00:00+08:00"},
      {"working days: an hour after",
       Budget::working_days(1),
       StepPoint::offset(hours{1}),
       {},
       "2026-03-04T10:00:00+08:00"},
      {"working days: open pause",
       Budget::working_days(1),
       StepPoint::percent(50),
       {open_pause("2026-03-02T17:00:00+08:00")},
       "paused"},
      {"working days: fires before an open pause",
       Budget::working_days(1),
       StepPoint::percent(10),
       {open_pause("2026-03-02T17:30:00+08:00")},
       "2026-03-02T17:00:00+08:00"},
      {"working days: what came before a pause stays where it was",
       Budget::working_days(1),
       StepPoint::percent(10),
       {pause("2026-03-02T17:30:00+08:00", "2026-03-03T19:00:00+08:00")},
       "2026-03-02T17:00:00+08:00"},
      {"working days: what comes behind a pause is a share of what is left",
       Budget::working_days(1),
       StepPoint::percent(50),
       {pause("2026-03-02T17:30:00+08:00", "2026-03-03T19:00:00+08:00")},
       "2026-03-04T13:15:00+08:00"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(text(step_at(start, row.budget, row.point, calendar, row.pauses)),
              expected(row.fires));
  }
}

TEST(Elapsed, clock_time_only) {
  const Calendar calendar = office_2026();
  const Instant start = at("2026-03-02T16:00:00+08:00");
  const std::vector<Pause> pauses{pause("2026-03-02T17:00:00+08:00", "2026-03-03T09:30:00+08:00")};
  EXPECT_EQ(elapsed(start, at("2026-03-03T11:00:00+08:00"), BudgetKind::working_time, calendar),
            hours{4});
  EXPECT_EQ(
      elapsed(start, at("2026-03-03T11:00:00+08:00"), BudgetKind::working_time, calendar, pauses),
      minutes{150});
  EXPECT_EQ(
      elapsed(start, at("2026-03-03T11:00:00+08:00"), BudgetKind::calendar_time, calendar, pauses),
      minutes{150});
  EXPECT_EQ(
      elapsed(start, at("2026-03-03T09:00:00+08:00"), BudgetKind::working_time, calendar, pauses),
      hours{1});
  EXPECT_EQ(elapsed(start, start, BudgetKind::working_time, calendar), Millis{0});
  EXPECT_EQ(elapsed(start, at("2026-03-01T00:00:00Z"), BudgetKind::calendar_time, calendar),
            Millis{0});
}

TEST(Explain, names_every_span) {
  const Calendar calendar = office_2026();
  const std::vector<Pause> pauses{pause("2026-02-14T14:00:00+08:00", "2026-02-14T15:00:00+08:00"),
                                  pause("2026-02-14T20:00:00+08:00", "2026-02-15T09:00:00+08:00")};
  const auto explained = explain(at("2026-02-13T17:00:00+08:00"), at("2026-02-18T10:00:00+08:00"),
                                 BudgetKind::working_time, calendar, pauses);
  struct Row {
    const char* from;
    ExplainKind kind;
    const char* name;
    Millis before;
  };
  const Row rows[] = {
      {"2026-02-13T17:00:00+08:00", ExplainKind::running, "", hours{0}},
      {"2026-02-13T18:00:00+08:00", ExplainKind::closed, "", hours{1}},
      {"2026-02-14T09:00:00+08:00", ExplainKind::running, "调休", hours{1}},
      {"2026-02-14T12:00:00+08:00", ExplainKind::closed, "", hours{4}},
      {"2026-02-14T13:00:00+08:00", ExplainKind::running, "调休", hours{4}},
      {"2026-02-14T14:00:00+08:00", ExplainKind::paused, "", hours{5}},
      {"2026-02-14T15:00:00+08:00", ExplainKind::running, "调休", hours{5}},
      {"2026-02-14T18:00:00+08:00", ExplainKind::closed, "", hours{8}},
      {"2026-02-16T00:00:00+08:00", ExplainKind::holiday, "春节", hours{8}},
      {"2026-02-18T00:00:00+08:00", ExplainKind::closed, "", hours{8}},
      {"2026-02-18T09:00:00+08:00", ExplainKind::running, "", hours{8}},
  };
  ASSERT_EQ(explained.spans.size(), std::size(rows));
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    SCOPED_TRACE(rows[i].from);
    EXPECT_EQ(explained.spans[i].span.from, at(rows[i].from));
    EXPECT_EQ(explained.spans[i].kind, rows[i].kind);
    EXPECT_EQ(explained.spans[i].name_zh, rows[i].name);
    EXPECT_EQ(explained.spans[i].used_up_before, rows[i].before);
  }
  EXPECT_EQ(explained.elapsed, hours{9});
  EXPECT_FALSE(explained.truncated);
}

TEST(Explain, is_bounded_and_says_what_it_does_not_know) {
  const Calendar calendar = office_2026();
  const Instant start = at("2026-12-31T17:00:00+08:00");
  const auto beyond = explain(start, start + hours{24}, BudgetKind::working_time, calendar);
  EXPECT_EQ(beyond.spans.back().kind, ExplainKind::uncovered);
  EXPECT_EQ(beyond.spans.back().span.to, start + hours{24});
  const auto cut =
      explain(at("2026-01-01T00:00:00Z"), start, BudgetKind::working_time, calendar, {}, 10);
  EXPECT_TRUE(cut.truncated);
  EXPECT_EQ(cut.spans.size(), 10u);
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

// ------------------------------------------------------------------------------- properties
class RandomWorld {
 public:
  explicit RandomWorld(std::uint64_t seed) : random_(seed) {}

  std::int64_t number(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>{low, high}(random_);
  }
  Calendar calendar() {
    static constexpr const char* kZones[] = {"Asia/Shanghai",     "Europe/Berlin",
                                             "America/New_York",  "Australia/Lord_Howe",
                                             "America/Sao_Paulo", "Africa/Cairo"};
    static const std::vector<std::vector<std::string_view>> kHours = {
        {"09:00-18:00"},
        {"08:30-12:00", "13:00-17:15"},
        {"22:00-06:00"},
        {"00:00-24:00"},
        {"00:00-01:30", "02:15-03:00", "23:00-24:00"},
        {"10:00-10:01"},
        {}};
    CalendarIn result{kZones[number(0, 5)]};
    bool any = false;
    for (std::size_t day = 0; day < 7; ++day) {
      const auto& frames = kHours[static_cast<std::size_t>(number(0, 6))];
      any = any || !frames.empty();
      result.weekday(day, frames);
    }
    if (!any) result.weekday(0, {"09:00-18:00"});
    for (int i = 0; i < 10; ++i) {
      const auto date = std::chrono::sys_days{on("2026-01-01")} + std::chrono::days{number(0, 364)};
      if (number(0, 1) == 0) {
        result.holiday(to_iso8601(Date{date}), "holiday");
      } else {
        result.hours_on(to_iso8601(Date{date}), kHours[static_cast<std::size_t>(number(0, 6))]);
      }
    }
    return result.from_to("2026-01-01", "2026-12-31");
  }
  std::vector<Pause> pauses(Instant start) {
    std::vector<Pause> result;
    for (auto count = number(0, 4); count > 0; --count) {
      const Instant from = start + minutes{number(-2000, 20'000)};
      result.push_back({from, from + minutes{number(0, 5000)}});
    }
    return result;
  }

 private:
  std::mt19937_64 random_;
};

TEST(DueProperty, due_and_elapsed_are_inverse) {
  int known = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    RandomWorld world{seed};
    const Calendar calendar = world.calendar();
    for (int round = 0; round < 10; ++round) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " round " + std::to_string(round));
      const Instant start = at("2026-02-01T00:00:00Z") + Seconds{world.number(0, 200 * 86'400)};
      const auto pauses = world.pauses(start);
      const bool calendar_time = world.number(0, 3) == 0;
      const Seconds length{world.number(1, 40'000)};
      const Budget budget = calendar_time ? Budget::calendar(length) : Budget::working(length);
      const Due answer = due(start, budget, calendar, pauses);
      if (!answer) {
        ASSERT_EQ(answer.state, DueState::beyond_coverage);
        continue;
      }
      ++known;
      ASSERT_EQ(elapsed(start, *answer, budget.kind, calendar, pauses), length);
      // It is the first such instant.
      ASSERT_LT(elapsed(start, *answer - Millis{1}, budget.kind, calendar, pauses), length);
      ASSERT_EQ(step_at(start, budget, StepPoint::percent(100), calendar, pauses).at, answer.at);
      // Half of it lies before, and is half of it.
      const Due half = step_at(start, budget, StepPoint::percent(50), calendar, pauses);
      ASSERT_TRUE(half);
      ASSERT_EQ(elapsed(start, *half, budget.kind, calendar, pauses), Millis{length} / 2);
      // A pause that begins then or later changes nothing; one before makes it unknown.
      auto more = pauses;
      more.push_back({*answer, std::nullopt});
      ASSERT_EQ(text(due(start, budget, calendar, more)), text(answer));
      more.back().from = *answer - Millis{1};
      ASSERT_EQ(due(start, budget, calendar, more).state, DueState::paused);
      // The explanation has no gap and adds up.
      const auto explained = explain(start, *answer, budget.kind, calendar, pauses);
      Instant reached = start;
      Millis running{0};
      for (const auto& span : explained.spans) {
        ASSERT_EQ(span.span.from, reached);
        ASSERT_LT(span.span.from, span.span.to);
        ASSERT_EQ(span.used_up_before, running);
        reached = span.span.to;
        if (span.kind == ExplainKind::running) running += span.span.to - span.span.from;
      }
      ASSERT_EQ(reached, *answer);
      ASSERT_EQ(running, length);
    }
  }
  EXPECT_GT(known, 2000);  // the property was tried, not skipped
}

// The slow way, minute by minute, with nothing but is_working().
TEST(DueProperty, agrees_with_walking_the_minutes) {
  for (std::uint64_t seed = 1001; seed <= 1040; ++seed) {
    RandomWorld world{seed};
    const Calendar calendar = world.calendar();
    const Instant start = at("2026-02-01T00:00:00Z") + minutes{world.number(0, 200 * 1440)};
    const auto pauses = world.pauses(start);
    const auto length = world.number(1, 1500);
    Instant walker = start;
    const Instant limit = std::min(start + std::chrono::days{60}, calendar.coverage().to);
    for (auto left = length; left > 0 && walker < limit; walker += minutes{1}) {
      bool paused = false;
      for (const Pause& p : pauses) paused = paused || (p.from <= walker && walker < *p.to);
      if (calendar.is_working(walker) && !paused) --left;
      if (left == 0) {
        ASSERT_EQ(text(due(start, Budget::working(minutes{length}), calendar, pauses)),
                  to_iso8601(walker + minutes{1}))
            << "seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace firsthand::test
