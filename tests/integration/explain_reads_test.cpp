// SPDX-License-Identifier: Apache-2.0
// Why a clock is due when it is: that the answer adds up, for clocks of every kind and state. The
// dates are those of the Spring Festival of 2026 in Shanghai, with calendars compiled around it;
// only a clock that still runs is looked at from today.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/postgres/reads/explain_reads.hpp"
#include "adapters/runtime/api/schemas.hpp"
#include "config/defaults.hpp"
#include "tests/integration/pg_fixture.hpp"
#include "tests/integration/schema_check.hpp"

namespace firsthand::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// The answer as its reader sees it.
struct Answer {
  boost::json::value json;
  const boost::json::value& at(const char* name) const { return json.as_object().at(name); }
  std::string text(const char* name) const { return std::string(at(name).as_string()); }
};

class Explain : public ::testing::Test {
 protected:
  Explain() : rules_(*company.rules()) {
    const auto defaults = config::load_defaults(FIRSTHAND_DEFAULTS);
    for (const auto& definition : defaults.value().calendars) {
      const Date first{std::chrono::year{2025}, std::chrono::January, std::chrono::day{1}};
      const Date last{std::chrono::year{2030}, std::chrono::December, std::chrono::day{31}};
      rules_.calendars.insert_or_assign(definition.code,
                                        config::compile_calendar(definition, first, last).value());
    }
    rules_.versions["policies"] = 7;
    company.run(kClocks);
  }

  // 461: eight working hours over the festival with its make-up Saturday, paused twice, met in
  // time. 462: the same promise, late and unmet. 463: paused now. 464: five working days. 465:
  // thirty calendar days. 466: due behind the last published holiday. 467: a ladder that is gone.
  static constexpr const char* kClocks = R"sql(
insert into case_file (id, number, kind, state, customer_id, channel, category, text, severity, owner_id,
  department_id, reach_number, opened_at) values
 (301, 'GD2026020001', 'complaint', 'open', 101, 'call', 'wxcs', '解释', 3, 11,
  (select id from department where code = 'repair'), '+8613812345678', '2026-02-13 08:00+00'),
 (302, 'GD2026020002', 'complaint', 'waiting_for_customer', 101, 'call', 'wxcs', '暂停', 3, 11,
  (select id from department where code = 'repair'), '+8613812345678', '2026-02-13 08:00+00');
insert into clock_pause (id, case_id, from_at, until_at, planned_until, reason, by_user_id) values
 (351, 301, '2026-02-14 02:00+00', '2026-02-14 03:00+00', '2026-02-14 04:00+00', 'waiting_for_customer', 11),
 (352, 301, '2026-02-14 12:00+00', '2026-02-14 13:00+00', '2026-02-14 13:00+00', 'third_party', 12),
 (353, 302, '2026-02-14 02:00+00', null, '2036-01-01 00:00+00', 'waiting_for_parts', 15);
insert into sla_clock (id, case_id, kind, policy, policy_version, calendar, budget_kind, budget_s, ladder, started_at,
  due_at, state, breached_at, ended_at, step) values
 (461, 301, 'resolution', 'complaint', 1, 'china-office', 'working_time', 28800, 'department',
  '2026-02-13 08:00+00', '2026-02-14 08:00+00', 'met', null, '2026-02-14 07:00+00', ''),
 (462, 301, 'dispatch', 'complaint', 1, 'china-office', 'working_time', 28800, 'department',
  '2026-02-13 08:00+00', '2026-02-14 08:00+00', 'breached', '2026-02-14 08:00+00', null, 'climb_1h'),
 (463, 302, 'progress_update', 'complaint', 1, 'china-office', 'working_days', 2, 'desk',
  '2026-02-13 08:00+00', null, 'paused', null, null, 'breach'),
 (464, 301, 'resolution', 'gone', 3, 'china-office', 'working_days', 5, 'desk',
  '2026-02-13 08:00+00', '2026-02-27 10:00+00', 'cancelled', null, '2026-02-14 00:00+00', ''),
 (465, 302, 'final_response', 'urgent', 1, 'always', 'calendar_time', 2592000, 'regulator',
  '2026-02-13 08:00+00', '2026-03-15 08:00+00', 'breached', '2026-03-15 08:00+00', null, ''),
 (466, 301, 'resolution', 'complaint', 1, 'china-office', 'working_time', 28800, 'department',
  '2029-06-04 01:00+00', '2029-06-04 09:00+00', 'running', null, null, 'warn_50'),
 (467, 301, 'acknowledgement', 'complaint', 1, 'china-office', 'working_time', 28800, 'no-such-ladder',
  '2026-02-13 08:00+00', '2026-02-14 07:00+00', 'breached', '2026-02-14 07:00+00', null, '');
insert into alert (id, clock_id, case_id, cycle, stage, step, clock_kind, recipient_id, role, needs_acknowledgement,
  due_at, fired_at) values
 (651, 462, 301, 1, 0, 'warn_once_upon', 'dispatch', 11, 'owner', false, '2026-02-14 01:30+00', '2026-02-14 01:30:01+00'),
 (652, 462, 301, 1, 1, 'breach', 'dispatch', 13, 'liaison', true, '2026-02-14 08:00+00', '2026-02-14 08:00:00.25+00'),
 (653, 462, 301, 1, 1, 'breach', 'dispatch', 16, 'back_line', true, '2026-02-14 08:00+00', '2026-02-14 08:00:00.25+00');
)sql";

  std::optional<Answer> clock(std::int64_t id, std::int64_t of_case = 301) {
    postgres::Tx tx(company.connection(), postgres::Access::read_only);
    const auto place = postgres::place_of_clock(tx, id);
    if (!place || place->case_id != of_case) return std::nullopt;
    const auto found = postgres::explain_clock(tx, rules_, id);
    if (!found) return std::nullopt;
    Answer answer{boost::json::value_from(*found)};
    EXPECT_THAT(SchemaCheck(runtime::api::kSchemas).check("ClockExplanation", answer.json),
                IsEmpty())
        << id;
    adds_up(answer, id);
    return answer;
  }

  static const boost::json::array& list(const Answer& answer, const char* name) {
    return answer.at(name).as_array();
  }
  static std::string text(const boost::json::value& object, const char* name) {
    return std::string(object.at(name).as_string());
  }
  static const boost::json::object& step(const Answer& answer, const char* name) {
    for (const auto& each : list(answer, "steps")) {
      if (each.at("name") == name) return each.as_object();
    }
    throw std::out_of_range(name);
  }
  static std::vector<std::string> people(const boost::json::object& step) {
    std::vector<std::string> out;
    for (const auto& each : step.at("recipients").as_array()) {
      out.push_back(text(each, "role") + ":" + text(each, "name"));
    }
    return out;
  }
  /// Seconds of one kind up to an instant.
  static std::int64_t sum(const Answer& answer, const char* kind, const std::string& until = "9") {
    std::int64_t out = 0;
    for (const auto& span : list(answer, "spans")) {
      if (span.at("kind") == kind && text(span, "to") <= until) out += span.at("s").as_int64();
    }
    return out;
  }

  /// Spans follow each other from the start, one ends at the due time, and what runs up to there is
  /// the budget.
  static void adds_up(const Answer& answer, std::int64_t id) {
    const auto& clock = answer.at("clock").as_object();
    std::string at = text(clock, "started_at");
    bool due_is_a_border = clock.at("due_at").is_null();
    for (const auto& span : list(answer, "spans")) {
      EXPECT_EQ(text(span, "from"), at) << id;
      at = text(span, "to");
      due_is_a_border = due_is_a_border || clock.at("due_at") == at.c_str();
    }
    EXPECT_EQ(at, answer.text("until")) << id;
    EXPECT_TRUE(due_is_a_border) << id;
    if (!clock.at("due_at").is_null()) {
      EXPECT_EQ(sum(answer, "working", text(clock, "due_at")), answer.at("budget_s").as_int64())
          << id;
    }
  }

  Company company;
  Rules rules_;
};

TEST_F(Explain, AMetClockOverAHolidayAMakeUpDayAndTwoPauses) {
  const auto found = clock(461);
  ASSERT_TRUE(found);
  const Answer& met = *found;
  EXPECT_EQ(met.at("reproduced"), true);
  EXPECT_EQ(met.at("elapsed_s").as_int64(), 25200);  // an hour before its due time
  EXPECT_EQ(sum(met, "paused"), 3600);               // the pause in the evening has no effect
  EXPECT_EQ(list(met, "pauses").size(), 1u);         // and began when the clock was met
  EXPECT_EQ(text(list(met, "pauses")[0], "reason"), "waiting_for_customer");
  EXPECT_EQ(text(list(met, "pauses")[0].at("by"), "name"), "林测试");
  EXPECT_EQ(met.text("until"), "2026-02-14T08:00:00.000Z");
  bool make_up = false;
  for (const auto& span : list(met, "spans")) {
    make_up = make_up || text(span, "name_en") == "make-up working day";
  }
  EXPECT_TRUE(make_up);
  EXPECT_EQ(text(met.at("calendar"), "name_zh"), "中国办公时间");
  EXPECT_EQ(text(met.at("calendar"), "zone"), "Asia/Shanghai");
  EXPECT_GE(text(met.at("calendar"), "complete_until"), "2026-12-31");
  EXPECT_EQ(met.at("calendar").at("due_beyond"), false);
  EXPECT_EQ(text(met.at("policy"), "name_en"), "Complaints");
  EXPECT_EQ(met.at("policy").at("version").as_int64(), 1);
  EXPECT_EQ(met.at("policy").at("current_version").as_int64(), 7);
  for (const auto& each : list(met, "steps")) EXPECT_EQ(text(each, "state"), "skipped");
}

TEST_F(Explain, ALateClockSaysWhoWasAlertedAndWhoIsNext) {
  const auto found = clock(462);
  ASSERT_TRUE(found);
  const Answer& late = *found;
  EXPECT_EQ(text(list(late, "steps")[0], "name"), "warn_once_upon");  // of an older ladder
  EXPECT_EQ(text(list(late, "steps")[0], "state"), "fired");
  const auto& breach = step(late, "breach");
  EXPECT_EQ(breach.at("state"), "fired");
  EXPECT_EQ(breach.at("at"), "2026-02-14T08:00:00.000Z");
  EXPECT_EQ(breach.at("fired_at"), "2026-02-14T08:00:00.250Z");
  EXPECT_THAT(people(breach), ElementsAre("liaison:郭样例", "back_line:后线样例"));
  EXPECT_EQ(step(late, "warn_80").at("state"), "skipped");
  // The repair centre of the fixture has no head: the step passes to the supervisor, by name.
  const auto& next = step(late, "climb_1h");
  EXPECT_EQ(next.at("state"), "next");
  EXPECT_EQ(next.at("at"), "2026-02-14T09:00:00.000Z");
  EXPECT_THAT(people(next), ElementsAre("supervisor:主管样例"));
  const auto& later = step(late, "climb_4h");
  EXPECT_EQ(later.at("state"), "later");
  EXPECT_EQ(people(later).front(), "supervisor:");
  EXPECT_GT(late.text("until"), "2026-02-24");  // up to now, over the whole Spring Festival
  EXPECT_GT(sum(late, "holiday"), 8 * 86400);
  EXPECT_GT(late.at("elapsed_s").as_int64(), late.at("budget_s").as_int64());
}

TEST_F(Explain, APausedClockHasNoDueTimeButEverythingElse) {
  const auto found = clock(463, 302);
  ASSERT_TRUE(found);
  const Answer& paused = *found;
  EXPECT_TRUE(paused.at("clock").at("due_at").is_null());
  EXPECT_TRUE(list(paused, "pauses")[0].at("to").is_null());
  EXPECT_EQ(text(list(paused, "pauses")[0].at("by"), "name"), "主管样例");
  EXPECT_EQ(paused.text("until"), paused.text("now"));
  EXPECT_EQ(step(paused, "breach").at("state"), "next");
  EXPECT_TRUE(step(paused, "breach").at("at").is_null());
  // Friday 16:00 to 18:00, Saturday's make-up day 09:00 to 10:00.
  EXPECT_EQ(paused.at("elapsed_s").as_int64(), 3 * 3600);
  // To the end of the second working day: two hours of Friday, two whole days.
  EXPECT_EQ(paused.at("budget_s").as_int64(), (2 + 9 + 9) * 3600);
}

TEST_F(Explain, WorkingDaysAreToldInWorkingTime) {
  const auto found = clock(464);
  ASSERT_TRUE(found);
  const Answer& days = *found;
  EXPECT_EQ(text(days.at("clock"), "budget_kind"), "working_days");
  EXPECT_EQ(text(days.at("policy"), "name_zh"), "gone");  // a policy that is no more has its code
  EXPECT_EQ(sum(days, "holiday"), 9 * 86400);
}

TEST_F(Explain, ARegulatorsPeriodIsNeverPaused) {
  const auto found = clock(465, 302);
  ASSERT_TRUE(found);
  const Answer& period = *found;
  EXPECT_THAT(list(period, "pauses"), IsEmpty());
  EXPECT_EQ(sum(period, "paused"), 0);
  EXPECT_EQ(list(period, "spans").size(), 2u);  // before and behind its due time
}

TEST_F(Explain, SaysWhenTheDueTimeLiesBehindThePublishedHolidays) {
  const auto found = clock(466);
  ASSERT_TRUE(found);
  const Answer& beyond = *found;
  EXPECT_EQ(beyond.at("calendar").at("due_beyond"), true);
  EXPECT_EQ(beyond.at("reproduced"), true);
  EXPECT_THAT(people(step(beyond, "warn_50")), ElementsAre("owner:林测试"));
}

TEST_F(Explain, ALadderThatIsNoMoreLeavesTheBreach) {
  const auto found = clock(467);
  ASSERT_TRUE(found);
  const Answer& bare = *found;
  ASSERT_EQ(list(bare, "steps").size(), 1u);
  EXPECT_EQ(step(bare, "breach").at("state"), "fired");
  EXPECT_EQ(step(bare, "breach").at("fired_at"), "2026-02-14T07:00:00.000Z");
}

TEST_F(Explain, ATimePromisedBeforeTheCalendarChangedIsSaidToBeSo) {
  company.run("update sla_clock set due_at = '2026-02-14 09:00+00' where id = 461");
  postgres::Tx tx(company.connection(), postgres::Access::read_only);
  EXPECT_FALSE(postgres::explain_clock(tx, rules_, 461)->reproduced);
}

TEST_F(Explain, AClockIsItsCasesOnly) {
  EXPECT_FALSE(clock(463));
  EXPECT_FALSE(clock(999));
}

}  // namespace
}  // namespace firsthand::test
