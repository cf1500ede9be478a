// SPDX-License-Identifier: Apache-2.0
// The small languages of the rule files: durations, budgets, points, frames, dates.
#include <gtest/gtest.h>

#include "config/document.hpp"
#include "config/policies.hpp"
#include "tests/unit/calendar_builder.hpp"

namespace firsthand::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(Units, durations) {
  struct Row {
    const char* text;
    std::optional<Seconds> value;
  };
  const Row rows[] = {{"90s", Seconds{90}},
                      {"15m", minutes{15}},
                      {"2h", hours{2}},
                      {"1h 30m", minutes{90}},
                      {"1h30m", minutes{90}},
                      {"3d", hours{72}},
                      {"0s", Seconds{0}},
                      {"", std::nullopt},
                      {"2", std::nullopt},
                      {"h", std::nullopt},
                      {"-2h", std::nullopt},
                      {"2 h", std::nullopt},
                      {"2w", std::nullopt},
                      {"99999d", std::nullopt},
                      {"2h x", std::nullopt},
                      {"1.5h", std::nullopt},
                      {"99999999999999999999s", std::nullopt}};
  for (const Row& row : rows) EXPECT_EQ(parse_duration(row.text), row.value) << row.text;
}

TEST(Units, budgets_and_points) {
  EXPECT_EQ(parse_budget("2h working"), Budget::working(hours{2}));
  EXPECT_EQ(parse_budget("48h calendar"), Budget::calendar(hours{48}));
  EXPECT_EQ(parse_budget("1 working day"), Budget::working_days(1));
  EXPECT_EQ(parse_budget("3 working days"), Budget::working_days(3));
  for (const char* bad : {"", "2h", "2h working days", "working", "2 days", "2h workingcalendar",
                          "-1 working days", "99999 working days"}) {
    EXPECT_FALSE(parse_budget(bad)) << bad;
  }
  EXPECT_EQ(parse_step_point("50%"), StepPoint::percent(50));
  EXPECT_EQ(parse_step_point("due"), StepPoint::offset(Seconds{0}));
  EXPECT_EQ(parse_step_point("-15m"), StepPoint::offset(-minutes{15}));
  EXPECT_EQ(parse_step_point("+1h"), StepPoint::offset(hours{1}));
  for (const char* bad : {"", "%", "50", "-50%", "1001%", "15m", "+", "due "}) {
    EXPECT_FALSE(parse_step_point(bad)) << bad;
  }
  for (const char* text : {"2h working", "1h 30m calendar", "1 working day", "3 working days"}) {
    EXPECT_EQ(to_text(*parse_budget(text)), text);
  }
  for (const char* text : {"50%", "due", "-15m", "+1h 30m"}) {
    EXPECT_EQ(to_text(*parse_step_point(text)), text);
  }
}

TEST(Units, frames_and_dates) {
  EXPECT_EQ(parse_frame("09:00-18:00"), (Frame{540, 1080}));
  EXPECT_EQ(parse_frame("22:00-06:00"), (Frame{1320, 1800}));
  EXPECT_EQ(parse_frame("00:00-24:00"), (Frame{0, 1440}));
  EXPECT_EQ(parse_frame("22:00-24:00"), (Frame{1320, 1440}));
  for (const char* bad : {"", "9:00-18:00", "09:00", "09:00-09:00", "24:00-06:00", "09:60-10:00",
                          "25:00-26:00", "09:00-18:00 "}) {
    EXPECT_FALSE(parse_frame(bad)) << bad;
  }
  EXPECT_EQ(parse_dates("2026-02-27..2026-03-01")->size(), 3u);
  for (const char* bad :
       {"", "2026-02-30", "2026-03-01..2026-02-27", "2026-01-01..2028-01-01", "2026-01-01.."}) {
    EXPECT_FALSE(parse_dates(bad)) << bad;
  }
}

}  // namespace
}  // namespace firsthand::config
