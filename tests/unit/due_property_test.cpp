// SPDX-License-Identifier: Apache-2.0
// When a clock is due: properties over random calendars.
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/clock_rows.hpp"

namespace firsthand::test {
namespace {

using std::chrono::minutes;

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
