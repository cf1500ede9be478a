// SPDX-License-Identifier: Apache-2.0
// What is refused in the files of rules, and how it is told.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <ostream>
#include <set>
#include <string>

#include "config/defaults.hpp"
#include "config/document.hpp"

namespace firsthand::config {
namespace {

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
  for (const Error& error : list)
    EXPECT_FALSE(error.code.empty()) << "no screen can translate: " << error.reason;
}

#define FIRSTHAND_SHIFT(calendar)                                                        \
  "[[shift]]\ncode = \"s\"\nname_zh = \"班\"\nname_en = \"S\"\npeople = []\ncalendar = " \
  "\"" calendar "\"\n#"

INSTANTIATE_TEST_SUITE_P(
    Files, BrokenDefaultsRow,
    testing::Values(
        Broken{"not_toml", "queues.toml", "[[queue]]", "[[queue", "", "not valid TOML"},
        Broken{"unknown_key", "queues.toml", "wrap_up =", "wrapup =", "queue[0].wrapup",
               "known key"},
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
               "kind = \"pool_hold\"", "policy[0].clock[5].kind", "scope \"cases\""},
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
        Broken{"too_many_calls", "accounts.toml", "no_contact_calls_per_day = 100",
               "no_contact_calls_per_day = 10001", "no_contact_calls_per_day", "from 0 to 10000"},
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
        Broken{"wrap_up_max_too_short", "queues.toml", "wrap_up = \"30s\"",
               "wrap_up = \"30s\"\nwrap_up_max = \"20s\"", "queue[0].wrap_up_max", "shorter"},
        Broken{"wrap_up_mode", "queues.toml", "wrap_up = \"30s\"",
               "wrap_up = \"30s\"\nwrap_up_mode = \"never\"", "queue[0].wrap_up_mode", "optional"},
        Broken{"a_shift_without_an_end", "shifts.toml", "# [[shift]]", FIRSTHAND_SHIFT("always"),
               "shift[0].calendar", "around the clock"},
        Broken{"a_shift_of_no_calendar", "shifts.toml", "# [[shift]]", FIRSTHAND_SHIFT("gone"),
               "shift[0].calendar", "gone"},
        Broken{"no_digit", "queues.toml", "callback_digit = \"1\"", "callback_digit = \"one\"",
               "queue[0].callback_digit", "not one digit"},
        Broken{"no_sound", "queues.toml", "welcome = \"\"", "welcome = \"hello\"",
               "queue[0].announcements.welcome", "name of a sound"},
        Broken{"written_calls", "queues.toml", "channels = []", "channels = [\"call\"]",
               "queue[0].written.channels", "not a channel in writing"},
        Broken{"channel_twice", "queues.toml", "channels = []", "channels = [\"web\", \"web\"]",
               "queue[0].written.channels", "two queues"},
        Broken{"no_slots", "queues.toml", "slots = 3", "slots = 0", "queue[0].written.slots",
               "from 1 to 50"},
        Broken{"recorded_for_too_long", "queues.toml", "keep_days = 90", "keep_days = 4000",
               "queue[0].recording.keep_days", "from 1 to 3650"},
        Broken{"pause_without_end", "queues.toml", "pause_max = \"5m\"", "pause_max = \"2h\"",
               "queue[0].recording.pause_max", "from"},
        Broken{"recorded_sometimes", "queues.toml", "mode = \"off\"", "mode = \"sometimes\"",
               "queue[0].recording.mode", "on_request"},
        Broken{"widening_order", "queues.toml", "after = \"60s\", skills = [\"general\"] }]",
               "after = \"60s\", skills = [\"general\"] }, { after = \"60s\", skills = [\"x\"] }]",
               "queue[0].widening[1].after", "later than the step before"},
        Broken{"owner_wait_too_long", "queues.toml", "owner_wait = \"20s\"", "owner_wait = \"3m\"",
               "queue[0].owner_wait", "longer than max_wait"},
        Broken{"choice_with_both", "callbacks.toml", "within = \"1h working\"",
               "within = \"1h working\"\nat = \"10:00\"", "choice[0].within", "either"},
        Broken{"too_many_attempts", "callbacks.toml", "attempts_max = 3", "attempts_max = 300",
               "attempts_max", "from 1 to 20"}),
    [](const auto& row) { return row.param.name; });

TEST_F(BrokenDefaults, tells_the_mistakes_of_all_files_at_once) {
  replace("queues.toml", "wrap_up =", "wrapup =");
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
