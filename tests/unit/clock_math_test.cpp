// SPDX-License-Identifier: Apache-2.0
// The steps of a ladder, the time a clock has used, and how it is explained.
#include <gtest/gtest.h>

#include "tests/unit/clock_rows.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

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

}  // namespace
}  // namespace firsthand::test
