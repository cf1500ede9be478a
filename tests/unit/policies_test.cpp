// SPDX-License-Identifier: Apache-2.0
// What the default files say.
#include "config/policies.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "config/company.hpp"
#include "config/defaults.hpp"
#include "config/document.hpp"
#include "tests/unit/calendar_builder.hpp"

namespace firsthand::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::at;
using test::on;

const Defaults& defaults() {
  static const Defaults loaded = load_defaults(FIRSTHAND_DEFAULTS).value();
  return loaded;
}

Calendar compiled(std::string_view code) {
  return compile_calendar(*defaults().calendar(code), on("2024-01-01"), on("2026-12-31")).value();
}

TEST(Defaults, load) {
  const auto loaded = load_defaults(FIRSTHAND_DEFAULTS);
  ASSERT_TRUE(loaded) << loaded.error().text();
  EXPECT_GE(loaded->rules.categories.size(), 14u);
  EXPECT_EQ(loaded->rules.departments.size(), 4u);
  EXPECT_GE(loaded->rules.version, 1);
  for (const Policy& policy : loaded->rules.policies) {
    EXPECT_EQ(policy.version, loaded->rules.version);
  }
}

TEST(Defaults, chinese_holidays_and_make_up_days) {
  const Calendar office = compiled("china-office");
  struct Year {
    int year;
    int holidays;
    int make_up;
  };
  // Counted in the State Council's notices.
  for (const Year& year :
       {Year{2024, 1 + 8 + 3 + 5 + 1 + 3 + 7, 8}, Year{2025, 1 + 8 + 3 + 5 + 3 + 8, 5},
        Year{2026, 3 + 9 + 3 + 5 + 3 + 3 + 7, 6}}) {
    SCOPED_TRACE(year.year);
    int holidays = 0;
    int make_up = 0;
    for (const Day& day : office.days()) {
      if (static_cast<int>(day.date.year()) != year.year) continue;
      holidays += day.kind == DayKind::holiday;
      if (!day.date_specific) continue;
      ++make_up;
      EXPECT_GE(std::chrono::weekday{std::chrono::sys_days{day.date}}.iso_encoding(), 6u)
          << to_iso8601(day.date);
      EXPECT_EQ(day.closing, office.at_local(day.date, hours{18}));
    }
    EXPECT_EQ(holidays, year.holidays);
    EXPECT_EQ(make_up, year.make_up);
  }
  EXPECT_TRUE(office.is_working(at("2026-02-14T10:00:00+08:00")));   // Saturday, made up
  EXPECT_FALSE(office.is_working(at("2026-02-24T08:59:59+08:00")));  // the first day back
  EXPECT_TRUE(office.is_working(at("2026-02-24T09:00:00+08:00")));
  EXPECT_FALSE(office.is_working(at("2025-10-08T10:00:00+08:00")));
  EXPECT_TRUE(office.is_working(at("2025-10-09T10:00:00+08:00")));
  EXPECT_EQ(office.day_on(on("2026-02-17"))->name_zh, "春节");
  EXPECT_EQ(office.day_on(on("2026-02-17"))->name_en, "Spring Festival");
  EXPECT_EQ(office.complete_until(), on("2026-12-31"));
  // The hotline answers on a holiday.
  EXPECT_TRUE(compiled("china-hotline").is_working(at("2026-02-17T21:59:59+08:00")));
  EXPECT_FALSE(compiled("china-hotline").is_working(at("2026-02-17T22:00:00+08:00")));
  EXPECT_TRUE(compiled("always").is_working(at("2099-02-17T22:00:00+08:00")));
}

TEST(Defaults, a_spring_festival_callback) {
  // Two hours from Saturday 2026-02-14 at 17:00: one is left on the made-up day, one after the
  // feast.
  EXPECT_EQ(
      due(at("2026-02-14T17:00:00+08:00"), Budget::working(hours{2}), compiled("china-office"))
          .value(),
      at("2026-02-24T10:00:00+08:00"));
}

TEST(Defaults, policies_are_found) {
  const RuleBook& rules = defaults().rules;
  struct Row {
    const char* name;
    CaseTraits traits;
    const char* policy;
  };
  const Row rows[] = {
      {"repair overdue", {CaseKind::complaint, "wxcs", 3, Tier::standard, Channel::call}, "repair"},
      {"safety first", {CaseKind::complaint, "wxcs", 4, Tier::key, Channel::call}, "urgent"},
      {"key account", {CaseKind::complaint, "fpwt", 1, Tier::key, Channel::web}, "key-account"},
      {"other complaint", {CaseKind::complaint, "xcbf", 2, Tier::gold, Channel::web}, "complaint"},
      {"service request",
       {CaseKind::service_request, "smyy", 1, Tier::standard, Channel::call},
       "service-request"},
      {"inquiry", {CaseKind::inquiry, "", 1, Tier::standard, Channel::api}, "standard"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Policy* policy = rules.policy_for(row.traits);
    ASSERT_NE(policy, nullptr);
    EXPECT_EQ(policy->code, row.policy);
    // What a department is asked to do always has a clock.
    EXPECT_NE(policy->clock(ClockKind::callback), nullptr);
    EXPECT_NE(policy->clock(ClockKind::dispatch), nullptr);
    EXPECT_NE(policy->clock(ClockKind::resolution), nullptr);
  }
  EXPECT_EQ(rules.policy("repair")->clock(ClockKind::callback)->budget, Budget::working(hours{2}));
}

TEST(Defaults, policies_without_a_case) {
  const RuleBook& rules = defaults().rules;
  const auto policy_of = [&](PolicyScope scope, Tier tier) {
    CaseTraits traits;
    traits.scope = scope;
    traits.tier = tier;
    return rules.policy_for(traits);
  };
  const Policy* standard = policy_of(PolicyScope::customers, Tier::standard);
  const Policy* key = policy_of(PolicyScope::customers, Tier::key);
  const Policy* review = policy_of(PolicyScope::reviews, Tier::standard);
  ASSERT_TRUE(standard && key && review);
  EXPECT_EQ(standard->clock(ClockKind::pool_hold)->budget, Budget::calendar(hours{24 * 90}));
  EXPECT_EQ(key->clock(ClockKind::pool_hold)->budget, Budget::calendar(hours{24 * 180}));
  EXPECT_NE(standard->clock(ClockKind::callback), nullptr);
  EXPECT_NE(review->clock(ClockKind::review_action), nullptr);
}

TEST(Documents, policies_saved_before_there_were_scopes_are_of_cases) {
  const auto read = [](const std::string& text) {
    const auto document = parse_document(text, "policies");
    return read_policies(document.value(), "policies");
  };
  const std::string clock =
      R"("clock":[{"kind":"resolution","budget":"4h working","calendar":"a","ladder":"b"}]})";
  const std::string old =
      R"({"policy":[{"code":"all","name_zh":"全部","name_en":"All",)" + clock + "]}";
  const auto policies = read(old);
  ASSERT_TRUE(policies) << policies.error().text();
  EXPECT_EQ(policies->front().scope, PolicyScope::cases);
  CaseTraits customer;
  customer.scope = PolicyScope::customers;
  RuleBook book;
  book.policies = *policies;
  EXPECT_EQ(book.policy_for(customer), nullptr) << "no such clock, then";
  // Without a policy of cases nothing would be watched.
  const auto none =
      read(R"({"policy":[{"code":"c","name_zh":"客户","name_en":"C","scope":"customers","clock":[)"
           R"({"kind":"pool_hold","budget":"90d calendar","calendar":"a","ladder":"b"}]}]})");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().list.front().key, "policy[0].scope");
}

TEST(Defaults, categories) {
  const RuleBook& rules = defaults().rules;
  const std::pair<const char*, const char*> expected[] = {
      {"wxcs", "repair"}, {"cpzl", "technical"}, {"xcbf", "marketing"},
      {"fpwt", "sales"},  {"thh", "sales"},      {"qt", ""}};
  for (const auto& [code, department] : expected) {
    ASSERT_NE(rules.category(code), nullptr) << code;
    EXPECT_EQ(rules.category(code)->department, department) << code;
  }
  EXPECT_EQ(rules.category("aqyh")->default_severity, 4);
  EXPECT_EQ(rules.category("wxcs")->name_zh, "维修超时");
}

TEST(Defaults, out_of_hours_budget) {
  const PolicyClock* clock = defaults().rules.policy("repair")->clock(ClockKind::acknowledgement);
  const Calendar hotline = compiled("china-hotline");
  EXPECT_EQ(budget_at(*clock, at("2026-03-02T10:00:00+08:00"), hotline),
            Budget::working(minutes{30}));
  EXPECT_EQ(budget_at(*clock, at("2026-03-02T23:00:00+08:00"), hotline), Budget::working(hours{1}));
}

TEST(Defaults, queues_by_dialled_number) {
  const RuleBook& rules = defaults().rules;
  EXPECT_EQ(rules.queue_for_dialled("8002")->code, "repair");
  EXPECT_EQ(rules.queue_for_dialled("+864000000000")->code, "complaints");
}

TEST(Callbacks, choices) {
  const CallbackRules& rules = defaults().rules.callbacks;
  const Calendar office = compiled("china-office");
  struct Row {
    const char* name;
    const char* choice;
    const char* now;
    const char* at;  // nullptr: not possible any more
  };
  const Row rows[] = {
      {"two hours", "two_hours", "2026-03-02T10:00:00+08:00", "2026-03-02T12:00:00+08:00"},
      {"two hours, Friday evening", "two_hours", "2026-03-06T17:00:00+08:00",
       "2026-03-09T10:00:00+08:00"},
      {"today by five", "today_17", "2026-03-02T10:00:00+08:00", "2026-03-02T17:00:00+08:00"},
      {"today by five, too late", "today_17", "2026-03-02T17:00:00+08:00", nullptr},
      {"tomorrow", "tomorrow_10", "2026-03-02T23:59:00+08:00", "2026-03-03T10:00:00+08:00"},
      {"tomorrow, past midnight there", "tomorrow_10", "2026-03-02T16:30:00Z",
       "2026-03-04T10:00:00+08:00"},
      {"next working day over the feast", "next_working_day_10", "2026-02-14T10:00:00+08:00",
       "2026-02-24T10:00:00+08:00"},
      {"next working day is made up", "next_working_day_10", "2026-02-13T10:00:00+08:00",
       "2026-02-14T10:00:00+08:00"},
      {"beyond the calendar", "next_working_day_10", "2026-12-31T10:00:00+08:00", nullptr},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const CallbackChoice* choice = RuleBook::by_code(rules.choices, row.choice);
    ASSERT_NE(choice, nullptr);
    const auto chosen = callback_at(*choice, at(row.now), office);
    ASSERT_EQ(chosen.has_value(), row.at != nullptr);
    if (chosen) {
      EXPECT_EQ(to_iso8601(*chosen), to_iso8601(at(row.at)));
    }
  }
}

TEST(Callbacks, quiet_hours) {
  CallbackRules rules;
  rules.quiet_from_min = 21 * 60;
  rules.quiet_to_min = 8 * 60;
  const Calendar office = compiled("china-office");
  struct Row {
    const char* at;
    const char* then;
  };
  const Row rows[] = {{"2026-03-02T20:59:59+08:00", "2026-03-02T20:59:59+08:00"},
                      {"2026-03-02T21:00:00+08:00", "2026-03-03T08:00:00+08:00"},
                      {"2026-03-03T02:00:00+08:00", "2026-03-03T08:00:00+08:00"},
                      {"2026-03-03T08:00:00+08:00", "2026-03-03T08:00:00+08:00"}};
  for (const Row& row : rows) {
    EXPECT_EQ(after_quiet_hours(rules, at(row.at), office), at(row.then)) << row.at;
  }
  rules.quiet_from_min = 12 * 60;
  rules.quiet_to_min = 13 * 60;
  EXPECT_EQ(after_quiet_hours(rules, at("2026-03-02T12:30:00+08:00"), office),
            at("2026-03-02T13:00:00+08:00"));
  EXPECT_EQ(after_quiet_hours(rules, at("2026-03-02T02:00:00+08:00"), office),
            at("2026-03-02T02:00:00+08:00"));
}

}  // namespace
}  // namespace firsthand::config
