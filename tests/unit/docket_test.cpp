// SPDX-License-Identifier: Apache-2.0
// What a docket leaves behind: versions, and notes of what consoles must look at again.
#include "engine/docket.hpp"

#include <gtest/gtest.h>

namespace firsthand {
namespace {

constexpr CaseId kCase{9};
constexpr UserId kOwner{7}, kColleague{8};
constexpr DepartmentId kDepartment{3};

Docket docket_of_a_case() {
  World world;
  CaseFile& file = world.cases[kCase];
  file.facts.id = kCase;
  file.facts.owner = kOwner;
  file.facts.department = kDepartment;
  file.facts.version = 5;
  SlaClock clock;
  clock.id = ClockId{20};
  clock.case_id = kCase;
  clock.version = 1;
  file.clocks.push_back(clock);
  return Docket{std::move(world), [] { return std::int64_t{100}; }, [] { return std::int64_t{1}; }};
}

using Topics = std::vector<std::string>;

TEST(Docket, what_has_not_changed_is_no_news) {
  Docket docket = docket_of_a_case();
  docket.settle();
  EXPECT_TRUE(docket.written.feed.empty());
  EXPECT_EQ(docket.now.cases.at(kCase).facts.version, 5);
}

TEST(Docket, a_case_that_changed_is_one_note_for_all_who_hear_of_it) {
  Docket docket = docket_of_a_case();
  docket.case_file(kCase)->facts.owner = kColleague;
  docket.settle();
  ASSERT_EQ(docket.written.feed.size(), 1u);
  const FeedNote& note = docket.written.feed.front();
  EXPECT_EQ(note.kind, "case");
  EXPECT_EQ(note.entity, kCase.value);
  EXPECT_EQ(note.version, 6);
  EXPECT_EQ(note.topics, (Topics{"user:8", "user:7", "department:3", "supervision", "case:9"}));
}

TEST(Docket, a_clock_that_steps_is_to_be_looked_at_and_no_change_of_the_case) {
  Docket docket = docket_of_a_case();
  ++docket.case_file(kCase)->clocks.front().version;
  docket.settle();
  ASSERT_EQ(docket.written.feed.size(), 1u);
  EXPECT_EQ(docket.written.feed.front().version, 0);
  EXPECT_EQ(docket.now.cases.at(kCase).facts.version, 5);
}

TEST(Docket, an_alert_and_its_case_are_one_note_also_for_its_recipient) {
  Docket docket = docket_of_a_case();
  Alert alert;
  alert.id = AlertId{30};
  alert.clock = ClockId{20};
  alert.case_id = kCase;
  alert.recipient = kColleague;
  docket.case_file(kCase)->alerts.push_back(alert);
  docket.settle();
  ASSERT_EQ(docket.written.feed.size(), 1u);
  const FeedNote& note = docket.written.feed.front();
  EXPECT_EQ(note.kind, "alert");
  EXPECT_EQ(note.entity, kCase.value);
  EXPECT_EQ(note.version, 0);
  EXPECT_EQ(note.topics, (Topics{"user:8", "user:7", "department:3", "supervision", "case:9"}));
}

TEST(Docket, a_clock_is_found_by_its_id_also_when_it_was_started_in_this_batch) {
  Docket docket = docket_of_a_case();
  SlaClock clock;
  clock.id = ClockId{21};
  docket.case_file(kCase)->clocks.push_back(clock);
  EXPECT_EQ(docket.case_of(ClockId{20})->facts.id, kCase);
  EXPECT_EQ(docket.case_of(ClockId{21})->facts.id, kCase);
  EXPECT_EQ(docket.case_of(ClockId{22}), nullptr);
}

}  // namespace
}  // namespace firsthand
