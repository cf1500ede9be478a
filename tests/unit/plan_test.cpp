// SPDX-License-Identifier: Apache-2.0
// routing/plan: the stages and their bounded waits, as a table of situations.
#include "routing/plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace firsthand::routing {
namespace {

constexpr Instant kNoon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} +
                        std::chrono::hours{4}};
constexpr UserId kOwner{1}, kDeputy{2}, kTeam{3}, kSkilled{4}, kOther{5}, kOverflow{6};

Instant after(int seconds) {
  return kNoon + Seconds{seconds};
}

AgentState agent(UserId user, Presence presence, std::vector<std::string> skills = {}) {
  AgentState state;
  state.user = user;
  state.presence = presence;
  state.skills = std::move(skills);
  state.languages = {"zh"};
  state.idle_since = kNoon - Seconds{600 - static_cast<int>(user.value)};
  return state;
}

QueueRules complaints() {
  QueueRules rules;
  rules.code = "complaints";
  rules.skills = {"complaints"};
  rules.owner_wait = Seconds{30};
  rules.deputy_wait = Seconds{10};
  rules.team_wait = Seconds{10};
  rules.max_wait = Seconds{120};
  rules.overflow = "back_line";
  rules.overflow_skills = {"back_line"};
  rules.total_wait = Seconds{300};
  return rules;
}

Waiting caller() {
  Waiting waiting;
  waiting.interaction = InteractionId{100};
  waiting.queue = "complaints";
  waiting.owner = kOwner;
  waiting.deputies = {kDeputy};
  waiting.team = {kTeam};
  waiting.language = "zh";
  waiting.enqueued_at = kNoon;
  return waiting;
}

/// Everybody but the owner is there and free.
std::vector<AgentState> desk_with_owner(Presence owner) {
  return {agent(kOwner, owner, {"complaints"}), agent(kDeputy, Presence::available),
          agent(kTeam, Presence::available), agent(kSkilled, Presence::available, {"complaints"}),
          agent(kOverflow, Presence::available, {"back_line"})};
}

std::vector<OfferReason> reasons(const RoutingPlan& plan) {
  std::vector<OfferReason> out;
  for (const CandidateGroup& group : plan.groups) out.push_back(group.reason);
  return out;
}

using enum OfferReason;

struct OwnerRow {
  const char* name;
  Presence presence;
  int at;
  std::vector<OfferReason> groups;
  StageState state;
};

TEST(Plan, OwnerStageByPresence) {
  const OwnerRow rows[] = {
      {"free: asked now, alone", Presence::available, 0, {owner}, StageState::free},
      {"talking: waited for, nobody else is asked",
       Presence::talking,
       0,
       {},
       StageState::waited_for},
      {"talking, 29 s", Presence::talking, 29, {}, StageState::waited_for},
      // The wait is over at exactly owner_wait; the deputy is free and is asked alone.
      {"talking, 30 s", Presence::talking, 30, {deputy}, StageState::wait_over},
      {"wrapping up: waited for", Presence::wrap_up, 5, {}, StageState::waited_for},
      {"being rung for another call: waited for", Presence::offered, 5, {}, StageState::waited_for},
      {"on a break: skipped at once", Presence::on_break, 0, {deputy}, StageState::on_break},
      {"offline: skipped at once", Presence::offline, 0, {deputy}, StageState::offline},
      {"not responding: skipped",
       Presence::not_responding,
       0,
       {deputy},
       StageState::not_responding},
  };
  for (const OwnerRow& row : rows) {
    SCOPED_TRACE(row.name);
    const RoutingPlan got =
        plan(caller(), desk_with_owner(row.presence), complaints(), after(row.at));
    EXPECT_EQ(reasons(got), row.groups);
    ASSERT_FALSE(got.notes.empty());
    EXPECT_EQ(got.notes.front().stage, owner);
    EXPECT_EQ(got.notes.front().state, row.state);
    EXPECT_FALSE(got.exhausted);
  }
}

TEST(Plan, OwnerBecomingFreeWinsAlsoAfterTheWait) {
  const RoutingPlan got =
      plan(caller(), desk_with_owner(Presence::available), complaints(), after(80));
  EXPECT_EQ(reasons(got), (std::vector{owner, deputy, team, skills}));
  EXPECT_EQ(got.groups.front().agents, std::vector{kOwner});
}

TEST(Plan, StagesOpenOneAfterTheOther) {
  auto desk = desk_with_owner(Presence::talking);
  desk[1].presence = Presence::talking;  // deputy
  desk[2].presence = Presence::wrap_up;  // team
  const struct {
    int at;
    std::vector<OfferReason> groups;
    int next_change;
  } rows[] = {
      {0, {}, 30},   // owner
      {30, {}, 40},  // deputy
      {40, {}, 50},  // team
      {50, {skills}, 120}, {119, {skills}, 120}, {120, {skills, overflow}, 300},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.at);
    const RoutingPlan got = plan(caller(), desk, complaints(), after(row.at));
    EXPECT_EQ(reasons(got), row.groups);
    EXPECT_EQ(got.next_change_at, after(row.next_change));
  }
}

TEST(Plan, SkippedStagesAddNoWait) {
  auto desk = desk_with_owner(Presence::offline);
  desk[1].presence = Presence::offline;
  desk[2].presence = Presence::on_break;
  const RoutingPlan got = plan(caller(), desk, complaints(), after(0));
  EXPECT_EQ(reasons(got), std::vector{skills});
  EXPECT_EQ(got.groups.front().agents, std::vector{kSkilled});
}

TEST(Plan, ExhaustedAtTheTotalWaitAndNotBefore) {
  const auto desk = desk_with_owner(Presence::available);
  EXPECT_FALSE(plan(caller(), desk, complaints(), after(300) - Millis{1}).exhausted);
  const RoutingPlan got = plan(caller(), desk, complaints(), after(300));
  EXPECT_EQ(got.exhausted, Exhausted::wait_over);
  EXPECT_TRUE(got.groups.empty());
  EXPECT_FALSE(got.next_change_at);
}

TEST(Plan, WhatIsWrittenWaitsUntilItIsRead) {
  Waiting letter = caller();
  letter.written = true;
  const auto desk = desk_with_owner(Presence::available);
  for (const int at : {0, 300, 90'000}) {
    const RoutingPlan got = plan(letter, desk, complaints(), after(at));
    EXPECT_FALSE(got.exhausted);
    EXPECT_EQ(reasons(got).front(), owner);
  }
  EXPECT_FALSE(plan(letter, std::vector<AgentState>{}, complaints(), after(90'000)).exhausted);
  letter.closed = true;
  EXPECT_EQ(reasons(plan(letter, desk, complaints(), after(0))), (std::vector{owner, deputy}));
  const RoutingPlan night = plan(letter, std::vector<AgentState>{}, complaints(), after(0));
  EXPECT_TRUE(night.groups.empty());
  EXPECT_FALSE(night.exhausted) << "it is read in the morning";
}

TEST(Plan, WhoseHandsAreFullIsWaitedForAndThenOthersAreAsked) {
  Waiting letter = caller();
  letter.written = true;
  auto desk = desk_with_owner(Presence::available);
  desk[0].in_hand = complaints().slots;
  const RoutingPlan early = plan(letter, desk, complaints(), after(29));
  EXPECT_TRUE(early.groups.empty());
  EXPECT_EQ(early.notes.front().state, StageState::waited_for);
  EXPECT_EQ(reasons(plan(letter, desk, complaints(), after(30))).front(), deputy);
  for (AgentState& one : desk) one.in_hand = complaints().slots;
  const RoutingPlan full = plan(letter, desk, complaints(), after(200));
  EXPECT_TRUE(full.groups.empty());
  EXPECT_EQ(full.notes.back().state, StageState::full);
  EXPECT_EQ(reasons(plan(caller(), desk, complaints(), after(0))).front(), owner) << "but calls";
}

TEST(Plan, NobodyAtWorkEndsTheWaitEarlierWhenTheQueueSaysSo) {
  auto rules = complaints();
  rules.nobody_wait = Seconds{20};
  const std::vector<AgentState> nobody{agent(kOwner, Presence::offline, {"complaints"}),
                                       agent(kOther, Presence::available, {"billing"})};
  EXPECT_FALSE(plan(caller(), nobody, rules, after(19)).exhausted);
  EXPECT_EQ(plan(caller(), nobody, rules, after(20)).exhausted, Exhausted::nobody_there);
  EXPECT_FALSE(plan(caller(), desk_with_owner(Presence::talking), rules, after(20)).exhausted);
}

TEST(Plan, AnOwnerWhoRefusedIsNotAskedAgainYet) {
  auto waiting = caller();
  waiting.excluded = {{kOwner, after(60)}};
  const auto desk = desk_with_owner(Presence::available);
  const RoutingPlan got = plan(waiting, desk, complaints(), after(9));
  EXPECT_EQ(reasons(got), std::vector{deputy});
  EXPECT_EQ(got.notes.front().state, StageState::refused);
  EXPECT_EQ(reasons(plan(waiting, desk, complaints(), after(60))).front(), owner);
}

TEST(Plan, TheDeadLeaseIsNobody) {
  auto desk = desk_with_owner(Presence::available);
  desk[0].alive = false;
  const RoutingPlan got = plan(caller(), desk, complaints(), after(0));
  EXPECT_EQ(reasons(got), std::vector{deputy});
  EXPECT_EQ(got.notes.front().state, StageState::unreachable);
}

TEST(Plan, AShortPromiseShortensTheOwnersWait) {
  auto waiting = caller();
  waiting.slack = Seconds{12};
  const auto desk = desk_with_owner(Presence::talking);
  EXPECT_TRUE(plan(waiting, desk, complaints(), after(11)).groups.empty());
  EXPECT_EQ(reasons(plan(waiting, desk, complaints(), after(12))), std::vector{deputy});
}

TEST(Plan, WithoutAnOwnerTheQueueIsAskedLongestIdleFirst) {
  Waiting waiting = caller();
  waiting.owner = {};
  waiting.deputies.clear();
  waiting.team.clear();
  auto desk = desk_with_owner(Presence::available);
  desk[0].idle_since = kNoon - Seconds{10};
  desk[3].idle_since = kNoon - Seconds{900};
  RoutingPlan got = plan(waiting, desk, complaints(), after(0));
  ASSERT_EQ(reasons(got), std::vector{skills});
  EXPECT_EQ(got.groups.front().agents, (std::vector{kSkilled, kOwner}));
  desk[3].misses = 1;  // did not answer the last one
  got = plan(waiting, desk, complaints(), after(0));
  EXPECT_EQ(got.groups.front().agents, (std::vector{kOwner, kSkilled}));
}

TEST(Plan, SkillsAndLanguage) {
  Waiting waiting = caller();
  waiting.owner = {};
  waiting.deputies.clear();
  waiting.team.clear();
  waiting.skills = {"hardware"};
  waiting.language = "en";
  std::vector<AgentState> desk{agent(kSkilled, Presence::available, {"complaints"}),
                               agent(kOther, Presence::available, {"complaints", "hardware"})};
  // Nobody at work speaks it: the caller is not left alone for that.
  RoutingPlan got = plan(waiting, desk, complaints(), after(0));
  ASSERT_EQ(reasons(got), std::vector{skills});
  EXPECT_EQ(got.groups.front().agents, std::vector{kOther});
  EXPECT_TRUE(got.language_waived);
  // Somebody does, and is only busy: he is waited for.
  desk.push_back(agent(kTeam, Presence::talking, {"complaints", "hardware"}));
  desk.back().languages = {"en"};
  got = plan(waiting, desk, complaints(), after(0));
  EXPECT_TRUE(got.groups.empty());
  EXPECT_FALSE(got.language_waived);
}

TEST(Plan, WrapUpEndIsAReasonToLookAgain) {
  auto desk = desk_with_owner(Presence::wrap_up);
  desk[0].wrap_up_until = after(7);
  EXPECT_EQ(plan(caller(), desk, complaints(), after(0)).next_change_at, after(7));
}

TEST(Plan, SkillsWidenWithTime) {
  auto rules = complaints();
  rules.widening = {{Seconds{40}, {"general"}}, {Seconds{80}, {"hardware"}}};
  const Waiting waiting = [] {
    Waiting one = caller();
    one.owner = {};
    one.deputies.clear();
    one.team.clear();
    return one;
  }();
  const std::vector desk{agent(kSkilled, Presence::talking, {"complaints"}),
                         agent(kTeam, Presence::available, {"general"}),
                         agent(kOther, Presence::available, {"hardware"})};
  RoutingPlan got = plan(waiting, desk, rules, after(39));
  EXPECT_TRUE(got.groups.empty());
  EXPECT_EQ(got.next_change_at, after(40));
  got = plan(waiting, desk, rules, after(40));
  ASSERT_EQ(got.groups.size(), 1U);
  EXPECT_EQ(got.groups[0].agents, std::vector{kTeam});
  got = plan(waiting, desk, rules, after(80));
  ASSERT_EQ(got.groups.size(), 2U);
  EXPECT_EQ(got.groups[1].agents, std::vector{kOther});
}

TEST(Plan, TheLeastLoadedOfThoseWhoAreFree) {
  auto rules = complaints();
  Waiting waiting = caller();
  waiting.owner = {};
  waiting.deputies.clear();
  waiting.team.clear();
  auto desk = std::vector{agent(kSkilled, Presence::available, {"complaints"}),
                          agent(kOther, Presence::available, {"complaints"})};
  desk[0].idle_since = kNoon - Seconds{900};
  desk[0].load = 7;
  desk[1].load = 3;
  EXPECT_EQ(plan(waiting, desk, rules, after(0)).groups.front().agents,
            (std::vector{kSkilled, kOther}));
  rules.pick = Pick::least_loaded;
  EXPECT_EQ(plan(waiting, desk, rules, after(0)).groups.front().agents,
            (std::vector{kOther, kSkilled}));
}

TEST(Plan, OutOfHoursOnlyTheOwnerWhoIsThereIsAsked) {
  Waiting waiting = caller();
  waiting.closed = true;
  RoutingPlan got = plan(waiting, desk_with_owner(Presence::available), complaints(), after(0));
  EXPECT_EQ(reasons(got), (std::vector{owner, deputy}));
  auto desk = desk_with_owner(Presence::talking);
  desk[1].presence = Presence::offline;  // the deputy
  got = plan(waiting, desk, complaints(), after(0));
  EXPECT_EQ(got.exhausted, Exhausted::closed);
  EXPECT_TRUE(got.groups.empty());
}

TEST(Plan, APlaceThatIsKeptOutlastsTheQueuesWait) {
  Waiting waiting = caller();
  waiting.virtual_hold = true;
  auto rules = complaints();
  rules.virtual_hold = Seconds{1800};
  const auto desk = desk_with_owner(Presence::available);
  EXPECT_FALSE(plan(waiting, desk, rules, after(1799)).exhausted);
  EXPECT_EQ(plan(waiting, desk, rules, after(1800)).exhausted, Exhausted::wait_over);
}

TEST(Plan, TheStepsAreKeptAsWords) {
  auto desk = desk_with_owner(Presence::on_break);
  desk[1].presence = Presence::offline;
  EXPECT_EQ(steps(plan(caller(), desk, complaints(), after(0))),
            "owner:break deputy:offline team:free");
}

TEST(Plan, WhoIsAboutToLeaveIsRungByHisOwnCustomersOnly) {
  auto people = desk_with_owner(Presence::available);
  for (AgentState& one : people) one.shift = ShiftState::last_calls;
  const RoutingPlan his = plan(caller(), people, complaints(), after(0));
  ASSERT_EQ(his.groups.size(), 1u);
  EXPECT_EQ(his.groups[0].reason, OfferReason::owner);
  Waiting stranger = caller();
  stranger.owner = {};
  const RoutingPlan nobody = plan(stranger, people, complaints(), after(0));
  EXPECT_TRUE(nobody.groups.empty());
  EXPECT_EQ(steps(nobody), "deputy:shift_ends team:shift_ends skills:nobody");
  for (AgentState& one : people) one.shift = ShiftState::over;
  EXPECT_EQ(steps(plan(caller(), people, complaints(), after(0))),
            "owner:offline deputy:offline team:offline skills:nobody");
}

TEST(Plan, WhoIsAskedAboutALetterIsRungWhenNobodyElseIsFree) {
  std::vector<AgentState> people{agent(kSkilled, Presence::offered, {"complaints"}),
                                 agent(kOther, Presence::available, {"complaints"})};
  people[0].capacity_free = false;
  people[0].asked_about = InteractionId{7};
  Waiting stranger = caller();
  stranger.owner = {};
  stranger.deputies.clear();
  stranger.team.clear();
  const RoutingPlan both = plan(stranger, people, complaints(), after(0));
  ASSERT_EQ(both.groups.size(), 1u);
  EXPECT_EQ(both.groups[0].agents, (std::vector{kOther, kSkilled}));
  people.pop_back();
  const RoutingPlan only = plan(stranger, people, complaints(), after(0));
  ASSERT_EQ(only.groups.size(), 1u);
  EXPECT_EQ(only.groups[0].agents, std::vector{kSkilled});
  stranger.written = true;
  const RoutingPlan letter = plan(stranger, people, complaints(), after(0));
  EXPECT_TRUE(letter.groups.empty());
  EXPECT_EQ(steps(letter), "skills:waited_for");
}

TEST(Plan, NobodyIsNamedTwice) {
  auto waiting = caller();
  waiting.deputies = {kDeputy, kOwner};
  waiting.team = {kTeam, kDeputy, kOwner};
  const RoutingPlan got =
      plan(waiting, desk_with_owner(Presence::available), complaints(), after(200));
  std::vector<UserId> all;
  for (const auto& group : got.groups)
    all.insert(all.end(), group.agents.begin(), group.agents.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
  EXPECT_EQ(all.size(), 5U);
}

TEST(Plan, Sentences) {
  const RoutingPlan got =
      plan(caller(), desk_with_owner(Presence::on_break), complaints(), after(0));
  EXPECT_EQ(sentence(got.notes.front()), "owner on a break: skipped");
  const RoutingPlan busy =
      plan(caller(), desk_with_owner(Presence::talking), complaints(), after(0));
  EXPECT_EQ(sentence(busy.notes.front()), "owner busy: waited for until 2026-11-21T04:00:30Z");
}

TEST(QueueRulesOfTheBook, OverflowAddsItsOwnWait) {
  RuleBook book;
  Queue front, back;
  front.code = "complaints";
  front.max_wait_s = 120;
  front.owner_wait_s = 25;
  front.overflow = "back";
  front.head_starts.queue_s = 3;
  back.code = "back";
  back.skills = {"back_line"};
  back.max_wait_s = 60;
  book.queues = {front, back};
  const auto all = queue_rules(book);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].total_wait, Seconds{180});
  EXPECT_EQ(all[0].overflow_skills, std::vector<std::string>{"back_line"});
  EXPECT_EQ(all[0].owner_wait, Seconds{25});
  EXPECT_EQ(all[0].head_starts.queue_s, 3);
  EXPECT_EQ(all[1].total_wait, Seconds{60});
  EXPECT_TRUE(all[1].overflow.empty());
}

}  // namespace
}  // namespace firsthand::routing
