// SPDX-License-Identifier: Apache-2.0
// A refusal changes nothing: every way in which decide() can say no, as a row; and a look into its
// source, so that a new way cannot be forgotten here.
#include <gtest/gtest.h>

#include <boost/core/demangle.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tests/unit/refusals/afternoon.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;

std::string event_name(const Event& event) {
  const std::string full = std::visit(
      [](const auto& what) { return boost::core::demangle(typeid(what).name()); }, event.what);
  return full.substr(full.rfind(':') + 1);
}

void expect_nothing_changed(const Docket& docket) {
  EXPECT_TRUE(docket.now == docket.before);
  EXPECT_TRUE(docket.written.history.empty());
  EXPECT_TRUE(docket.written.ownership.empty());
  EXPECT_TRUE(docket.written.attempts.empty());
  EXPECT_TRUE(docket.written.effects.empty());
  EXPECT_TRUE(docket.written.feed.empty());
}

Rules without_back_line() {
  Rules lonely = rules();
  for (User& user : lonely.users) user.disabled |= user.role == Role::back_line;
  // And everybody enters his own customers.
  lonely.book.accounts.cut_offs = {{"", monday_ten() - hours{24}}};
  // And its hotlines never open.
  lonely.calendars.insert_or_assign("china-hotline", Calendar{Calendar::Parts{}});
  return lonely;
}

std::vector<Row> all_rows(Afternoon& a) {
  std::vector<Row> all;
  for (const auto& part :
       {call_rows(a), transfer_rows(a), recording_rows(a), register_rows(a), case_rows(a),
        work_rows(a), departure_rows(), account_rows(a), complaint_rows(a), record_rows(a),
        promise_rows(a), review_rows(a), neglect_rows(a)})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

Outcome decide_alone(Afternoon& a, const Row& row, const Rules& by_rules) {
  MemoryTx tx{a.store.rows(), a.story.now()};
  Wanted wanted;
  collect(row.event, wanted);
  Docket docket = tx.load(wanted);
  const Outcome outcome = decide(docket, row.event, by_rules, tx.now());
  expect_nothing_changed(docket);
  return outcome;
}

TEST(DecideRefuses, with_code_and_field_and_changes_nothing) {
  Afternoon a;
  const Rules lonely = without_back_line();
  for (const Row& row : all_rows(a)) {
    SCOPED_TRACE(row.name);
    const Outcome outcome = decide_alone(a, row, row.lonely ? lonely : rules());
    if (!outcome.refusal) {
      ADD_FAILURE() << "granted";
      continue;
    }
    EXPECT_EQ(outcome.refusal->code, row.code);
    EXPECT_EQ(outcome.refusal->field, row.field);
    EXPECT_TRUE(outcome.refusal->sentence.ends_with('.')) << outcome.refusal->sentence;
  }
}

/// (event, code) for every refusal written in the sources; "" as the event of a shared helper.
std::set<std::pair<std::string, std::string>> refusals_in_source() {
  std::set<std::pair<std::string, std::string>> found;
  const std::regex handler{R"(^Outcome Decision::(on\(const event::(\w+)|\w+))"};
  const std::regex says_no{R"re((?:refuse\(\s*"(\w+)"|(not_found)\("))re"};
  for (const auto& file : std::filesystem::directory_iterator{FIRSTHAND_ENGINE}) {
    if (file.path().extension() != ".cpp") continue;
    std::ifstream in{file.path()};
    std::string event, line;
    while (std::getline(in, line)) {
      if (std::smatch match; std::regex_search(line, match, handler)) event = match[2];
      for (std::sregex_iterator at{line.begin(), line.end(), says_no}, end; at != end; ++at)
        found.emplace(event, (*at)[1].matched ? (*at)[1].str() : "not_found");
    }
  }
  return found;
}

TEST(DecideRefuses, every_refusal_of_the_source_has_a_row) {
  Afternoon a;
  std::set<std::pair<std::string, std::string>> tried;
  for (const Row& row : all_rows(a)) {
    tried.emplace(event_name(row.event), row.code);
    tried.emplace("", row.code);
  }
  const auto written = refusals_in_source();
  EXPECT_GT(written.size(), 60u) << "the sources read differently now: mend this test";
  for (const auto& [event, code] : written)
    EXPECT_TRUE(tried.contains({event, code})) << event << " can refuse with " << code;
}

}  // namespace
}  // namespace firsthand::test
