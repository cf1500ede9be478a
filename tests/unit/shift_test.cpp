// SPDX-License-Identifier: Apache-2.0
// engine/shift: who is on duty, until when, and when a shift is over.
#include "engine/shift.hpp"

#include <gtest/gtest.h>

#include "engine/rules.hpp"

namespace firsthand {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Instant kMidnight{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
constexpr Instant at(int hour, int minute = 0) {
  return kMidnight + hours{hour} + minutes{minute};
}

Calendar open_from_to(const std::string& code, std::vector<Span> spans) {
  Calendar::Parts parts;
  parts.code = code;
  parts.coverage = {kMidnight - hours{1000}, kMidnight + hours{1000}};
  parts.spans = std::move(spans);
  return Calendar{std::move(parts)};
}

class Shifts : public testing::Test {
 protected:
  Shifts() {
    rules.calendars.emplace("morning", open_from_to("morning", {{at(8), at(12)}}));
    rules.calendars.emplace("noon", open_from_to("noon", {{at(12), at(16)}}));
    rules.calendars.emplace("night", open_from_to("night", {{at(22), at(24)}, {at(24), at(30)}}));
    rules.book.shifts = {{"early", "早班", "Early", "morning", {"ann", "bob"}, 600},
                         {"late", "中班", "Late", "noon", {"bob"}, 1800},
                         {"night", "夜班", "Night", "night", {"eve"}, 600}};
  }
  static User person(const char* login) {
    User user;
    user.id = UserId{1};
    user.login = login;
    return user;
  }
  ShiftState state(const char* login, Instant now, Instant came) const {
    Desk desk;
    desk.presence = Presence::available;
    desk.came_at = came;
    return shift_state(rules, person(login), desk, now);
  }
  Rules rules;
};

TEST_F(Shifts, lasts_until_its_calendar_closes) {
  const auto duty = on_duty(rules, person("ann"), at(9));
  ASSERT_TRUE(duty);
  EXPECT_EQ(duty->until, at(12));
  EXPECT_EQ(duty->last_calls_from, at(11, 50));
  EXPECT_FALSE(on_duty(rules, person("ann"), at(12))) << "half open";
  EXPECT_FALSE(on_duty(rules, person("ann"), at(7, 59)));
  EXPECT_FALSE(on_duty(rules, person("zoe"), at(9))) << "in no shift";
}

TEST_F(Shifts, one_that_begins_where_another_ends_goes_on) {
  const auto duty = on_duty(rules, person("bob"), at(9));
  ASSERT_TRUE(duty);
  EXPECT_EQ(duty->until, at(16));
  EXPECT_EQ(duty->last_calls_from, at(15, 30));
  EXPECT_EQ(state("bob", at(11, 55), at(8)), ShiftState::on);
  const auto night = on_duty(rules, person("eve"), at(23));
  ASSERT_TRUE(night);
  EXPECT_EQ(night->until, at(30)) << "midnight is no end";
}

TEST_F(Shifts, its_last_minutes_are_for_their_own_customers) {
  EXPECT_EQ(state("ann", at(11, 49), at(8)), ShiftState::on);
  EXPECT_EQ(state("ann", at(11, 50), at(8)), ShiftState::last_calls);
  EXPECT_EQ(state("zoe", at(11, 50), at(8)), ShiftState::on);
}

TEST_F(Shifts, is_over_for_whoever_came_before_its_end) {
  EXPECT_EQ(state("ann", at(12), at(8)), ShiftState::over);
  EXPECT_EQ(state("ann", at(20), at(11, 59)), ShiftState::over);
  EXPECT_EQ(state("ann", at(12, 5), at(12, 1)), ShiftState::on) << "of his own will";
  EXPECT_EQ(state("ann", at(7, 55), at(7, 50)), ShiftState::on) << "early, and none has ended yet";
  EXPECT_EQ(state("zoe", at(20), at(8)), ShiftState::on);
}

}  // namespace
}  // namespace firsthand
