// SPDX-License-Identifier: Apache-2.0
// SLA arithmetic on the days on which clocks are changed, at night, and over make-up weekends.
// Every row is told in local time with its offset, so that it can be read without a table of zones.
#include <gtest/gtest.h>

#include "engine/clock_math.hpp"
#include "tests/unit/calendar_builder.hpp"

namespace firsthand::test {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

struct Row {
  const char* name;
  const char* zone;
  std::vector<std::string_view> daily;
  const char* start;
  Budget budget;
  const char* due;
};

Calendar around(const Row& row) {
  const auto day = std::chrono::floor<days>(at(row.start));
  return CalendarIn(row.zone).daily(row.daily).from_to(to_iso8601(Date{day - days{10}}),
                                                       to_iso8601(Date{day + days{20}}));
}

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Calendar calendar = around(row);
    const Due answer = due(at(row.start), row.budget, calendar);
    ASSERT_TRUE(answer);
    EXPECT_EQ(to_iso8601(*answer), to_iso8601(at(row.due)));
    if (row.budget.kind == BudgetKind::working_days) continue;
    EXPECT_EQ(elapsed(at(row.start), *answer, row.budget.kind, calendar),
              Seconds{row.budget.amount});
    // Every row ends where the clock was running, so it can be walked back.
    const Due back = back_from(*answer, row.budget, calendar);
    ASSERT_TRUE(back);
    EXPECT_EQ(elapsed(*back, at(row.start), row.budget.kind, calendar), Millis{0});
  }
}

TEST(Zones, an_hour_is_lost_in_spring) {
  const auto small_hours = std::vector<std::string_view>{"01:00-05:00"};
  const auto night = std::vector<std::string_view>{"22:00-06:00"};
  const auto whole_day = std::vector<std::string_view>{"00:00-24:00"};
  check({
      {"Berlin: four hours on the wall are three", "Europe/Berlin", small_hours,
       "2026-03-29T01:00:00+01:00", Budget::working(hours{3}), "2026-03-29T05:00:00+02:00"},
      {"Berlin: the fourth is on Monday", "Europe/Berlin", small_hours, "2026-03-29T01:00:00+01:00",
       Budget::working(hours{4}), "2026-03-30T02:00:00+02:00"},
      {"Berlin: a frame inside the gap does not happen",
       "Europe/Berlin",
       {"02:00-03:00"},
       "2026-03-28T02:30:00+01:00",
       Budget::working(hours{1}),
       "2026-03-30T02:30:00+02:00"},
      {"Berlin: a frame that begins in the gap begins after it",
       "Europe/Berlin",
       {"02:30-04:00"},
       "2026-03-29T00:00:00+01:00",
       Budget::working(hours{1}),
       "2026-03-29T04:00:00+02:00"},
      {"Berlin: a frame that ends in the gap ends with it",
       "Europe/Berlin",
       {"01:00-02:30"},
       "2026-03-29T00:00:00+01:00",
       Budget::working(hours{1}),
       "2026-03-29T03:00:00+02:00"},
      {"New York: a night shift of seven hours", "America/New_York", night,
       "2026-03-07T22:00:00-05:00", Budget::working(hours{7}), "2026-03-08T06:00:00-04:00"},
      {"London: at one", "Europe/London", whole_day, "2026-03-29T00:00:00+00:00",
       Budget::working(hours{23}), "2026-03-30T00:00:00+01:00"},
      {"Lord Howe: half an hour", "Australia/Lord_Howe", small_hours, "2026-10-04T01:00:00+10:30",
       Budget::working(minutes{210}), "2026-10-04T05:00:00+11:00"},
      {"Troll: two hours",
       "Antarctica/Troll",
       {"00:00-06:00"},
       "2026-03-29T00:00:00+00:00",
       Budget::working(hours{4}),
       "2026-03-29T06:00:00+02:00"},
      {"Sao Paulo: midnight does not exist", "America/Sao_Paulo", whole_day,
       "2018-11-03T12:00:00-03:00", Budget::working(hours{24}), "2018-11-04T13:00:00-02:00"},
      {"Sao Paulo: a night without midnight", "America/Sao_Paulo", night,
       "2018-11-03T22:00:00-03:00", Budget::working(hours{7}), "2018-11-04T06:00:00-02:00"},
      {"Sao Paulo: that day begins at one",
       "America/Sao_Paulo",
       {"00:00-08:00"},
       "2018-11-03T12:00:00-03:00",
       Budget::working(hours{7}),
       "2018-11-04T08:00:00-02:00"},
      {"Cairo: across the midnight that is skipped",
       "Africa/Cairo",
       {"23:00-02:00"},
       "2026-04-23T23:00:00+02:00",
       Budget::working(hours{2}),
       "2026-04-24T02:00:00+03:00"},
      {"Beirut", "Asia/Beirut", whole_day, "2026-03-28T12:00:00+02:00", Budget::working(hours{24}),
       "2026-03-29T13:00:00+03:00"},
      {"Santiago, in September", "America/Santiago", night, "2026-09-05T22:00:00-04:00",
       Budget::working(hours{7}), "2026-09-06T06:00:00-03:00"},
      {"Auckland, in September", "Pacific/Auckland", night, "2026-09-26T22:00:00+12:00",
       Budget::working(hours{7}), "2026-09-27T06:00:00+13:00"},
      {"Berlin, by the rule after the listed years", "Europe/Berlin", small_hours,
       "2045-03-26T01:00:00+01:00", Budget::working(hours{3}), "2045-03-26T05:00:00+02:00"},
      {"Auckland likewise, in a leap year", "Pacific/Auckland", night, "2044-09-24T22:00:00+12:00",
       Budget::working(hours{7}), "2044-09-25T06:00:00+13:00"},
      {"Shanghai knows no such day", "Asia/Shanghai", night, "2026-03-28T22:00:00+08:00",
       Budget::working(hours{8}), "2026-03-29T06:00:00+08:00"},
  });
}

TEST(Zones, an_hour_happens_twice_in_autumn) {
  const auto small_hours = std::vector<std::string_view>{"01:00-05:00"};
  const auto night = std::vector<std::string_view>{"22:00-06:00"};
  check({
      {"Berlin: four hours on the wall are five", "Europe/Berlin", small_hours,
       "2026-10-25T01:00:00+02:00", Budget::working(hours{5}), "2026-10-25T05:00:00+01:00"},
      {"Berlin: the same wall time again", "Europe/Berlin", small_hours,
       "2026-10-25T01:30:00+02:00", Budget::working(hours{2}), "2026-10-25T02:30:00+01:00"},
      {"Berlin: the whole hour that happens twice",
       "Europe/Berlin",
       {"02:00-03:00"},
       "2026-10-25T00:00:00+02:00",
       Budget::working(hours{2}),
       "2026-10-25T03:00:00+01:00"},
      {"Berlin: an end that happens twice is the first",
       "Europe/Berlin",
       {"01:00-02:30"},
       "2026-10-25T00:00:00+02:00",
       Budget::working(minutes{90}),
       "2026-10-25T02:30:00+02:00"},
      {"Berlin: a beginning that happens twice is the first",
       "Europe/Berlin",
       {"02:30-04:00"},
       "2026-10-25T00:00:00+02:00",
       Budget::working(minutes{150}),
       "2026-10-25T04:00:00+01:00"},
      {"New York: a night shift of nine hours", "America/New_York", night,
       "2026-10-31T22:00:00-04:00", Budget::working(hours{9}), "2026-11-01T06:00:00-05:00"},
      {"Lord Howe: half an hour", "Australia/Lord_Howe", small_hours, "2026-04-05T01:00:00+11:00",
       Budget::working(minutes{270}), "2026-04-05T05:00:00+10:30"},
      {"Sao Paulo: the hour before midnight",
       "America/Sao_Paulo",
       {"22:00-24:00"},
       "2018-02-17T22:00:00-02:00",
       Budget::working(hours{3}),
       "2018-02-18T00:00:00-03:00"},
      {"Santiago, in April",
       "America/Santiago",
       {"20:00-24:00"},
       "2026-04-04T20:00:00-03:00",
       Budget::working(hours{5}),
       "2026-04-05T00:00:00-04:00"},
      {"Havana: the hour after midnight",
       "America/Havana",
       {"00:00-01:00"},
       "2024-11-03T00:00:00-04:00",
       Budget::working(hours{2}),
       "2024-11-03T01:00:00-05:00"},
      {"Auckland, in April", "Pacific/Auckland", night, "2026-04-04T22:00:00+13:00",
       Budget::working(hours{9}), "2026-04-05T06:00:00+12:00"},
      {"Cairo: midnight happens twice",
       "Africa/Cairo",
       {"20:00-24:00"},
       "2026-10-29T20:00:00+03:00",
       Budget::working(hours{5}),
       "2026-10-30T00:00:00+02:00"},
  });
}

TEST(Zones, calendar_time_is_real_time) {
  const auto hours_of_work = std::vector<std::string_view>{"09:00-17:00"};
  check({
      {"a day over spring", "Europe/Berlin", hours_of_work, "2026-03-28T12:00:00+01:00",
       Budget::calendar(hours{24}), "2026-03-29T13:00:00+02:00"},
      {"a day over autumn", "Europe/Berlin", hours_of_work, "2026-10-24T12:00:00+02:00",
       Budget::calendar(hours{24}), "2026-10-25T11:00:00+01:00"},
      {"over a leap day", "Asia/Shanghai", hours_of_work, "2024-02-28T12:00:00+08:00",
       Budget::calendar(hours{48}), "2024-03-01T12:00:00+08:00"},
      {"no leap day in 2100", "Asia/Shanghai", hours_of_work, "2100-02-28T12:00:00+08:00",
       Budget::calendar(hours{24}), "2100-03-01T12:00:00+08:00"},
  });
}

TEST(Zones, working_days_end_on_the_wall) {
  const auto office = std::vector<std::string_view>{"09:00-17:00"};
  check({
      {"over spring", "Europe/Berlin", office, "2026-03-28T12:00:00+01:00", Budget::working_days(1),
       "2026-03-29T17:00:00+02:00"},
      {"Apia: a date that was skipped is no day", "Pacific/Apia", office,
       "2011-12-29T12:00:00-10:00", Budget::working_days(1), "2011-12-31T17:00:00+14:00"},
      {"late in the evening it is tomorrow elsewhere", "Pacific/Auckland", office,
       "2026-06-01T23:00:00+12:00", Budget::working_days(1), "2026-06-02T17:00:00+12:00"},
      {"a night shift ends in the morning",
       "America/New_York",
       {"22:00-06:00"},
       "2026-03-06T12:00:00-05:00",
       Budget::working_days(1),
       "2026-03-08T06:00:00-04:00"},
  });
  const Calendar always = CalendarIn("Pacific/Apia").always().from_to("2011-12-20", "2012-01-10");
  EXPECT_EQ(due(at("2011-12-29T12:00:00-10:00"), Budget::working_days(1), always).value(),
            at("2012-01-01T00:00:00+14:00"));
}

// ---------------------------------------------------------------------------- night shifts
TEST(NightShift, of_five_days) {
  const Calendar calendar = CalendarIn("Asia/Shanghai")
                                .weekdays({"22:00-06:00"})
                                .holiday("2026-03-04", "holiday")  // a Wednesday
                                .from_to("2026-02-01", "2026-04-30");
  struct NightRow {
    const char* name;
    const char* start;
    Budget budget;
    const char* due;
  };
  const NightRow rows[] = {
      {"across midnight", "2026-03-02T23:00:00+08:00", Budget::working(hours{2}),
       "2026-03-03T01:00:00+08:00"},
      {"from the afternoon", "2026-03-02T15:00:00+08:00", Budget::working(hours{8}),
       "2026-03-03T06:00:00+08:00"},
      {"Tuesday's shift ends on the holiday, whose own does not begin", "2026-03-04T05:00:00+08:00",
       Budget::working(hours{2}), "2026-03-05T23:00:00+08:00"},
      {"Friday's ends on Saturday", "2026-03-07T05:00:00+08:00", Budget::working(hours{1}),
       "2026-03-07T06:00:00+08:00"},
      {"and then comes Monday's", "2026-03-07T05:00:00+08:00", Budget::working(minutes{61}),
       "2026-03-09T22:01:00+08:00"},
      {"zero on Saturday morning", "2026-03-07T06:00:00+08:00", Budget::working(Seconds{0}),
       "2026-03-09T22:00:00+08:00"},
      {"the end of the next day's shift", "2026-03-02T12:00:00+08:00", Budget::working_days(1),
       "2026-03-04T06:00:00+08:00"},
      {"back over midnight", "2026-03-03T01:00:00+08:00", Budget::working(-hours{2}),
       "2026-03-02T23:00:00+08:00"},
      {"back to the opening, not to the closing before", "2026-03-03T01:00:00+08:00",
       Budget::working(-hours{3}), "2026-03-02T22:00:00+08:00"},
      {"back over the holiday", "2026-03-05T23:00:00+08:00", Budget::working(-hours{2}),
       "2026-03-04T05:00:00+08:00"},
      {"back over the weekend", "2026-03-09T12:00:00+08:00", Budget::working(-minutes{1}),
       "2026-03-07T05:59:00+08:00"},
      {"a day back: last night is over", "2026-03-03T12:00:00+08:00", Budget::working_days(-1),
       "2026-03-03T06:00:00+08:00"},
      {"a day back: last night is not over", "2026-03-03T03:00:00+08:00", Budget::working_days(-1),
       "2026-02-28T06:00:00+08:00"},
  };
  for (const NightRow& row : rows) {
    SCOPED_TRACE(row.name);
    Budget positive = row.budget;
    positive.amount = std::abs(positive.amount);
    const Due answer = row.budget.amount < 0 ? back_from(at(row.start), positive, calendar)
                                             : due(at(row.start), row.budget, calendar);
    ASSERT_TRUE(answer);
    EXPECT_EQ(to_iso8601(*answer), to_iso8601(at(row.due)));
  }
}

// -------------------------------------------------------- make-up weekends of mainland China
Calendar china() {
  CalendarIn calendar{"Asia/Shanghai"};
  calendar.weekdays({"09:00-12:00", "13:00-18:00"});
  for (const char* date :
       {"2024-09-15", "2024-09-16", "2024-09-17", "2026-02-15", "2026-02-16", "2026-02-17",
        "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-21", "2026-02-22", "2026-02-23"}) {
    calendar.holiday(date, "holiday");
  }
  for (const char* date : {"2024-09-14", "2024-09-29", "2026-02-14", "2026-02-28"}) {
    calendar.hours_on(date, {"09:00-12:00", "13:00-18:00"}, "make-up");
  }
  return calendar.from_to("2024-01-01", "2026-12-31");
}

TEST(MakeUpDays, are_working_days) {
  const Calendar calendar = china();
  struct ChinaRow {
    const char* name;
    const char* start;
    Budget budget;
    const char* due;
  };
  const ChinaRow rows[] = {
      {"Friday to Saturday", "2026-02-13T17:00:00+08:00", Budget::working(hours{2}),
       "2026-02-14T10:00:00+08:00"},
      {"Saturday over nine holidays", "2026-02-14T17:00:00+08:00", Budget::working(hours{2}),
       "2026-02-24T10:00:00+08:00"},
      {"to Saturday's closing, not to the day after the holidays", "2026-02-13T10:00:00+08:00",
       Budget::working(hours{15}), "2026-02-14T18:00:00+08:00"},
      {"a week of six days", "2026-02-27T17:00:00+08:00", Budget::working(hours{10}),
       "2026-03-02T10:00:00+08:00"},
      {"the fifth working day", "2026-02-12T10:00:00+08:00", Budget::working_days(5),
       "2026-02-26T18:00:00+08:00"},
      {"zero on a holiday", "2026-02-18T10:00:00+08:00", Budget::working(Seconds{0}),
       "2026-02-24T09:00:00+08:00"},
      {"mid-autumn 2024", "2024-09-14T17:00:00+08:00", Budget::working(hours{2}),
       "2024-09-18T10:00:00+08:00"},
      {"a Sunday in 2024", "2024-09-28T10:00:00+08:00", Budget::working(hours{1}),
       "2024-09-29T10:00:00+08:00"},
      {"an ordinary Saturday is closed", "2024-09-21T10:00:00+08:00", Budget::working(hours{1}),
       "2024-09-23T10:00:00+08:00"},
  };
  for (const ChinaRow& row : rows) {
    SCOPED_TRACE(row.name);
    const Due answer = due(at(row.start), row.budget, calendar);
    ASSERT_TRUE(answer);
    EXPECT_EQ(to_iso8601(*answer), to_iso8601(at(row.due)));
  }
  EXPECT_EQ(back_from(at("2026-02-24T10:00:00+08:00"), Budget::working(hours{2}), calendar).value(),
            at("2026-02-14T17:00:00+08:00"));
  EXPECT_EQ(back_from(at("2026-02-24T18:00:00+08:00"), Budget::working_days(2), calendar).value(),
            at("2026-02-13T18:00:00+08:00"));
}

TEST(BackFrom, steps_over_pauses) {
  const Calendar calendar =
      CalendarIn("Asia/Shanghai").weekdays({"09:00-18:00"}).from_to("2026-02-01", "2026-04-30");
  const Instant end = at("2026-03-05T10:00:00+08:00");  // a Thursday
  const Pause over{at("2026-03-04T17:00:00+08:00"), at("2026-03-05T09:30:00+08:00")};
  const auto back = [&](Budget budget, std::vector<Pause> pauses) {
    const Due answer = back_from(end, budget, calendar, pauses);
    return answer ? to_iso8601(*answer + hours{8}) : std::string{"none"};
  };
  EXPECT_EQ(back(Budget::working(hours{1}), {}), "2026-03-05T09:00:00Z");
  EXPECT_EQ(back(Budget::working(minutes{30}), {over}), "2026-03-05T09:30:00Z");
  EXPECT_EQ(back(Budget::working(minutes{31}), {over}), "2026-03-04T16:59:00Z");
  EXPECT_EQ(back(Budget::calendar(hours{1}), {over}), "2026-03-04T16:30:00Z");
  EXPECT_EQ(back(Budget::working_days(1), {over}), "2026-03-03T18:00:00Z");
  // Days: paused until the very closing time, from it on, and seen from the evening.
  const Pause until_closing{at("2026-03-04T17:00:00+08:00"), at("2026-03-04T18:00:00+08:00")};
  EXPECT_EQ(back(Budget::working_days(1), {until_closing}), "2026-03-03T18:00:00Z");
  const Pause from_closing{at("2026-03-04T18:00:00+08:00"), at("2026-03-05T09:00:00+08:00")};
  EXPECT_EQ(back(Budget::working_days(1), {from_closing}), "2026-03-04T18:00:00Z");
  EXPECT_EQ(back_from(at("2026-03-05T20:00:00+08:00"), Budget::working_days(1), calendar).value(),
            at("2026-03-04T18:00:00+08:00"));
  // A pause that holds the end itself, one that begins with it, and one that is open.
  const Pause around{end - minutes{30}, end + hours{3}};
  EXPECT_EQ(back(Budget::working(minutes{15}), {around}), "2026-03-05T09:15:00Z");
  EXPECT_EQ(back(Budget::working(minutes{15}), {{end, std::nullopt}}), "2026-03-05T09:45:00Z");
  const Pause open{end - days{9}, std::nullopt};
  EXPECT_EQ(back_from(end, Budget::working(minutes{15}), calendar, {&open, 1}).state,
            DueState::paused);
  // An open one that is written in parts is open from the first.
  const Pause parts[] = {{end - hours{1}, end + hours{1}}, {end + hours{1}, std::nullopt}};
  EXPECT_EQ(back_from(end, Budget::working(minutes{15}), calendar, parts).state, DueState::paused);
  // Closed at midnight: what ends then is not a day before it.
  const Calendar always = CalendarIn("Asia/Shanghai").always().from_to("2026-02-01", "2026-04-30");
  EXPECT_EQ(back_from(at("2026-03-05T00:00:00+08:00"), Budget::working_days(1), always).value(),
            at("2026-03-04T00:00:00+08:00"));
  EXPECT_EQ(back_from(at("2026-03-05T00:00:00Z"), Budget::working_days(1), Calendar{}).value(),
            at("2026-03-04T00:00:00Z"));
  EXPECT_EQ(back_from(at("2026-03-05T00:00:01Z"), Budget::working_days(1), Calendar{}).value(),
            at("2026-03-05T00:00:00Z"));
  EXPECT_EQ(back(Budget::working(Seconds{0}), {}), "2026-03-05T10:00:00Z");
  EXPECT_EQ(back(Budget::working(hours{9 * 400}), {}), "none");
  EXPECT_EQ(back(Budget::working_days(400), {}), "none");
  EXPECT_EQ(back_from(at("2027-01-01T00:00:00Z"), Budget::working(hours{1}), calendar).state,
            DueState::beyond_coverage);
}

}  // namespace
}  // namespace firsthand::test
