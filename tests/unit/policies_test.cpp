// SPDX-License-Identifier: Apache-2.0
// The default files, the small languages they are written in, and what is refused in them.
#include "config/policies.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <fstream>
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

// ------------------------------------------------------------------------------- languages
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

// ------------------------------------------------------------------------------- defaults
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

// ------------------------------------------------------------------------------- refusals
// A copy of the default files in which one thing is changed.
class BrokenDefaults : public testing::Test {
 protected:
  BrokenDefaults() {
    std::string name = (std::filesystem::temp_directory_path() / "defaults-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    std::filesystem::copy(FIRSTHAND_DEFAULTS, directory_,
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing);
  }
  ~BrokenDefaults() override { std::filesystem::remove_all(directory_); }

  void replace(const std::string& file, const std::string& what, const std::string& with) {
    std::string text = read_file(directory_ / file).value();
    const auto found = text.find(what);
    ASSERT_NE(found, std::string::npos) << file << " has no " << what;
    text.replace(found, what.size(), with);
    std::ofstream{directory_ / file, std::ios::binary | std::ios::trunc} << text;
  }

  std::filesystem::path directory_;
};

struct Broken {
  const char* name;
  const char* file;
  const char* what;
  const char* with;
  const char* key;
  const char* reason;
};

void PrintTo(const Broken& row, std::ostream* out) {
  *out << row.name;
}

class BrokenDefaultsRow : public BrokenDefaults, public testing::WithParamInterface<Broken> {};

TEST_P(BrokenDefaultsRow, is_told) {
  const Broken& row = GetParam();
  replace(row.file, row.what, row.with);
  const auto loaded = load_defaults(directory_);
  ASSERT_FALSE(loaded);
  const auto& list = loaded.error().list;
  EXPECT_TRUE(std::any_of(list.begin(), list.end(), [&](const Error& error) {
    return error.file.find(row.file) != std::string::npos && error.key == row.key &&
           error.reason.find(row.reason) != std::string::npos;
  })) << loaded.error().text();
}

INSTANTIATE_TEST_SUITE_P(
    Files, BrokenDefaultsRow,
    testing::Values(
        Broken{"not_toml", "queues.toml", "[[queue]]", "[[queue", "", "not valid TOML"},
        Broken{"unknown_key", "queues.toml", "wrap_up", "wrapup", "queue[0].wrapup", "known key"},
        Broken{"missing", "departments.toml", "name_en = \"Sales\"", "", "department[0].name_en",
               "missing"},
        Broken{"wrong_type", "categories.toml", "severity = 3", "severity = \"3\"",
               "category[0].severity", "whole number"},
        Broken{"out_of_bounds", "categories.toml", "severity = 3", "severity = 5",
               "category[0].severity", "from 1 to 4"},
        Broken{"unknown_word", "policies.toml", "kind = \"acknowledgement\"", "kind = \"ack\"",
               "policy[0].clock[0].kind", "first_response"},
        Broken{"budget_without_kind", "policies.toml", "15m calendar", "15m",
               "policy[0].clock[0].budget", "2h working"},
        Broken{"clock_twice", "policies.toml", "kind = \"first_response\"",
               "kind = \"acknowledgement\"", "policy[0].clock[1].kind", "two clocks"},
        Broken{"unknown_category", "policies.toml", "\"wxzl\"", "\"zzzz\"",
               "policy[2].when.categories", "no category \"zzzz\""},
        Broken{"unknown_calendar", "policies.toml", "calendar = \"always\"", "calendar = \"moon\"",
               "policy[0].clock[0].calendar", "no calendar \"moon\""},
        Broken{"unknown_ladder", "policies.toml", "ladder = \"desk\"", "ladder = \"desks\"",
               "policy[0].clock[1].ladder", "no ladder \"desks\""},
        Broken{"conditions_on_the_last", "policies.toml", "name_en = \"Inquiries and all others\"",
               "name_en = \"x\"\nwhen = { severities = [1] }", "policy[5].when", "last policy"},
        Broken{"condition_on_cases", "policies.toml", "scope = \"customers\"\nwhen = { tiers",
               "scope = \"customers\"\nwhen = { channels = [\"web\"], tiers",
               "policy[6].when.channels", "not for a policy of the scope \"customers\""},
        Broken{"condition_on_customers", "policies.toml", "scope = \"reviews\"",
               "scope = \"reviews\"\nwhen = { tiers = [\"key\"] }", "policy[8].when.tiers",
               "condition on customers"},
        Broken{"clock_of_another_scope", "policies.toml", "kind = \"pool_hold\"",
               "kind = \"resolution\"", "policy[6].clock[1].kind", "no clock of a policy"},
        Broken{"hold_period_of_a_case", "policies.toml", "kind = \"progress_update\"",
               "kind = \"pool_hold\"", "policy[0].clock[4].kind", "scope \"cases\""},
        Broken{"no_such_scope", "policies.toml", "scope = \"reviews\"", "scope = \"meetings\"",
               "policy[8].scope", "cases, customers, reviews"},
        Broken{"customers_catch_all_too_early", "policies.toml",
               "when = { tiers = [\"key\"] }\nclock = [\n  { kind = \"callback\"",
               "clock = [\n  { kind = \"callback\"", "policy[6].when", "never apply"},
        Broken{"catch_all_too_early", "policies.toml", "when = { kinds = [\"service_request\"] }",
               "", "policy[4].when", "never apply"},
        Broken{"steps_out_of_order", "ladders.toml", "at = \"80%\"", "at = \"40%\"",
               "ladder[0].step", "\"warn_80\" is not in firing order"},
        Broken{"no_breach", "ladders.toml", "at = \"due\"", "at = \"90%\"", "ladder[0].step",
               "exactly one"},
        Broken{"two_breaches", "ladders.toml", "at = \"80%\"", "at = \"100%\"", "ladder[0].step",
               "exactly one"},
        Broken{"nobody_alerted", "ladders.toml", "recipients = [\"owner\"]", "recipients = []",
               "ladder[0].step[0].recipients", "nobody"},
        Broken{"waits_for_nothing", "ladders.toml", "at = \"80%\"",
               "at = \"80%\"\nif_unacknowledged = true", "ladder[0].step", "no earlier step"},
        Broken{"unknown_zone", "calendars.toml", "Asia/Shanghai", "Asia/Shanghi",
               "calendar[0].zone", "time zone"},
        Broken{"overlapping_frames", "calendars.toml", "mon = [\"09:00-18:00\"]",
               "mon = [\"09:00-18:00\", \"17:00-19:00\"]", "calendar[0].week.mon", "overlap"},
        Broken{"bad_frame", "calendars.toml", "mon = [\"09:00-18:00\"]", "mon = [\"9-18\"]",
               "calendar[0].week.mon", "not a frame"},
        Broken{"bad_date", "calendars.toml", "\"2024-02-04\"", "\"2024-02-31\"",
               "holiday_set[0].make_up_days", "2024-02-31"},
        Broken{"make_up_on_a_holiday", "calendars.toml", "\"2024-02-04\"", "\"2024-02-10\"",
               "holiday_set[0].make_up_days", "holiday too"},
        Broken{"always_with_hours", "calendars.toml", "name_en = \"Hotline hours, China\"",
               "name_en = \"x\"\nalways = true", "calendar[1].always", "never closes"},
        Broken{"no_hours", "calendars.toml", "always = true", "", "calendar[2].week",
               "no working hours"},
        Broken{"code_twice", "categories.toml", "code = \"wxzl\"", "code = \"wxcs\"", "category",
               "used twice"},
        Broken{"unknown_department", "categories.toml", "department = \"repair\"",
               "department = \"repairs\"", "category[0].department", "no department \"repairs\""},
        Broken{"unknown_choice", "categories.toml", "callback = \"two_hours\"",
               "callback = \"soon\"", "category[0].callback", "no callback choice \"soon\""},
        Broken{"bad_pinyin", "categories.toml", "pinyin = \"wxcs\"", "pinyin = \"WX\"",
               "category[0].pinyin", "initials"},
        Broken{"overflow_in_a_circle", "queues.toml", "dialled = [\"8009\"]",
               "dialled = [\"8009\"]\noverflow = \"complaints\"", "queue[0].overflow", "for ever"},
        Broken{"unknown_overflow", "queues.toml", "overflow = \"general\"", "overflow = \"gone\"",
               "queue[0].overflow", "no queue \"gone\""},
        Broken{"number_twice", "queues.toml", "[\"8003\"]", "[\"8002\"]", "queue[2].dialled",
               "two queues"},
        Broken{"calls_go_nowhere", "queues.toml", "[\"*\"]", "[\"8001\"]", "queue", "nowhere"},
        Broken{"owner_wait_too_long", "queues.toml", "owner_wait = \"20s\"", "owner_wait = \"3m\"",
               "queue[0].owner_wait", "longer than max_wait"},
        Broken{"choice_with_both", "callbacks.toml", "within = \"1h working\"",
               "within = \"1h working\"\nat = \"10:00\"", "choice[0].within", "either"},
        Broken{"too_many_attempts", "callbacks.toml", "attempts_max = 3", "attempts_max = 300",
               "attempts_max", "from 1 to 20"}),
    [](const auto& row) { return row.param.name; });

TEST_F(BrokenDefaults, tells_the_mistakes_of_all_files_at_once) {
  replace("queues.toml", "wrap_up", "wrapup");
  replace("categories.toml", "severity = 3", "severity = 9");
  replace("calendars.toml", "Asia/Shanghai", "Nowhere");
  std::filesystem::remove(directory_ / "ladders.toml");
  const auto loaded = load_defaults(directory_);
  ASSERT_FALSE(loaded);
  std::set<std::string> files;
  for (const Error& error : loaded.error().list) {
    files.insert(std::filesystem::path{error.file}.filename().string());
  }
  EXPECT_EQ(files, (std::set<std::string>{"calendars.toml", "categories.toml", "ladders.toml",
                                          "queues.toml"}));
}

TEST_F(BrokenDefaults, a_step_that_is_out_of_order_for_one_budget_only) {
  // 15 minutes before due comes after half of an hour, but before half of 15 minutes.
  replace("ladders.toml", "at = \"80%\"", "at = \"-15m\"");
  const auto loaded = load_defaults(directory_);
  ASSERT_FALSE(loaded);
  // Two policies give a department 15 minutes to accept.
  ASSERT_EQ(loaded.error().list.size(), 2u) << loaded.error().text();
  EXPECT_EQ(loaded.error().list.front().key, "policy[0].clock[0].ladder");
}

TEST(Defaults, the_untouched_copy_loads) {
  // Guards the table above: a row that fails must fail by its own change.
  EXPECT_TRUE(load_defaults(FIRSTHAND_DEFAULTS));
  EXPECT_FALSE(load_defaults("/nonexistent"));
}

}  // namespace
}  // namespace firsthand::config
