// SPDX-License-Identifier: Apache-2.0
// What rules make of clocks: retroactive starts, contacts, changes of policy, ladder and calendar
// while a clock runs, escalation, and who is told when people are away.
#include "engine/clock_rules.hpp"

#include <gtest/gtest.h>

#include "engine/recipients.hpp"
#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class ClockRules : public ::testing::Test {
 protected:
  ClockRules() {
    store.set_now(monday_ten());
    story.arrives_at_work(agent(1));
  }

  Policy& policy(std::string_view code) {
    for (Policy& each : rules.book.policies)
      if (each.code == code) return each;
    throw std::runtime_error("no such policy");
  }
  PolicyClock& clock_of(std::string_view code, ClockKind kind) {
    for (PolicyClock& each : policy(code).clocks)
      if (each.kind == kind) return each;
    throw std::runtime_error("no such clock");
  }
  Ladder& ladder(std::string_view code) {
    for (Ladder& each : rules.book.ladders)
      if (each.code == code) return each;
    throw std::runtime_error("no such ladder");
  }
  User& user(UserId id) {
    for (User& each : rules.users)
      if (each.id == id) return each;
    throw std::runtime_error("no such user");
  }
  CaseId taken() { return story.complaint_taken("+8613900000001", agent(1)); }
  std::int64_t recompute_case(CaseId id) {
    ++rules.revision;
    return story.must(timer().does(event::ClocksRecomputed{id})).id;
  }
  std::vector<std::string> mails_marked(CaseId id, std::string_view mark) {
    std::vector<std::string> found;
    const std::string about = "\"case\":" + std::to_string(id.value);
    for (const auto seen = story.look(); const Effect& effect : seen.effects) {
      if (effect.kind == EffectKind::mail && effect.payload.find(about) != std::string::npos &&
          effect.payload.find(mark) != std::string::npos)
        found.push_back(effect.key);
    }
    return found;
  }

  Rules rules = company(FIRSTHAND_DEFAULTS);
  MemoryStore store{rules};
  Story story{store};
};

// ------------------------------------------------------------------------------- starts
TEST_F(ClockRules, clocks_start_when_the_customer_spoke_and_old_warnings_stay_silent) {
  event::CaseRegistered told = complaint();
  told.number = "+8613900000002";
  told.channel = Channel::walk_in;
  told.received_at = monday_ten() - hours{72};  // Friday morning; 27 h working, 21 of them gone
  const CaseId id{story.must(by(agent(1)).does(told)).id};
  const SlaClock clock = story.live_clock(id, ClockKind::resolution);
  EXPECT_EQ(clock.started_at, *told.received_at);
  EXPECT_EQ(story.facts(id).opened_at, *told.received_at);
  EXPECT_GT(*clock.fire_at, story.now());
  story.timers_run();
  EXPECT_TRUE(story.alerts(id, ClockKind::resolution, "warn_50").empty());
  EXPECT_THROW(story.live_clock(id, ClockKind::first_response), std::exception)
      << "he stood there: that was the first response";
}

TEST_F(ClockRules, what_is_late_when_it_is_written_down_breaches_at_once_with_one_step) {
  event::CaseRegistered told = web_complaint("+8613900000003");
  told.received_at = monday_ten() - hours{24 * 30};
  const CaseId id{story.must(web().once("late").does(told)).id};
  story.timers_run();
  const SlaClock clock = story.newest_clock(id, ClockKind::resolution);
  EXPECT_EQ(clock.state, ClockState::breached);
  EXPECT_EQ(clock.breached_at, clock.due_at);
  EXPECT_LT(*clock.breached_at, monday_ten());
  EXPECT_TRUE(story.alerts(id, ClockKind::resolution, "warn_80").empty());
  EXPECT_FALSE(story.alerts(id, ClockKind::resolution, "breach").empty());
}

TEST_F(ClockRules, a_time_in_the_future_or_long_ago_is_refused) {
  event::CaseRegistered told = web_complaint("+8613900000004");
  told.received_at = monday_ten() + hours{1};
  EXPECT_EQ(story.refused(web().does(told)), "invalid");
  told.received_at = monday_ten() - hours{24 * 400};
  EXPECT_EQ(story.refused(web().does(told)), "invalid");
  told.received_at = monday_ten() + minutes{2};  // a sender's clock that is a little fast
  EXPECT_EQ(story.facts(CaseId{story.must(web().does(told)).id}).opened_at, monday_ten());
}

// ------------------------------------------------------------------------------- contacts
TEST_F(ClockRules, each_contact_begins_the_progress_clock_anew) {
  const CaseId id = taken();
  const SlaClock first = story.live_clock(id, ClockKind::progress_update);
  story.pass(hours{1});
  story.must(by(agent(1)).does(event::CustomerTold{id, "phone", "部件已到"}));
  const SlaClock second = story.live_clock(id, ClockKind::progress_update);
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(second.started_at, story.now());
  const auto file = story.file(id);
  const auto old = std::find_if(file.clocks.begin(), file.clocks.end(),
                                [&](const SlaClock& c) { return c.id == first.id; });
  EXPECT_EQ(old->state, ClockState::met);
  story.resolves(id, agent(1));
  EXPECT_THROW(story.live_clock(id, ClockKind::progress_update), std::exception);
}

TEST_F(ClockRules, a_final_response_runs_through_pauses_and_ends_with_the_resolution) {
  event::CaseRegistered told = web_complaint("+8613900000005");
  told.severity = 4;
  const CaseId id{story.must(web().once("urgent").does(told)).id};
  const SlaClock before = story.live_clock(id, ClockKind::final_response);
  EXPECT_EQ(*before.due_at - before.started_at, hours{24 * 30});
  story.must(by(agent(1)).does(event::ClocksPaused{id, "customer", story.now() + hours{48}}));
  EXPECT_EQ(story.live_clock(id, ClockKind::final_response).due_at, before.due_at);
  EXPECT_EQ(story.live_clock(id, ClockKind::resolution).state, ClockState::paused);
  story.pass(hours{2});
  story.must(by(story.facts(id).owner).does(event::ClocksResumed{id}));
  story.resolves(id, story.facts(id).owner);
  EXPECT_EQ(story.newest_clock(id, ClockKind::final_response).state, ClockState::met);
}

TEST_F(ClockRules, a_customer_who_calls_ends_the_wait_for_him) {
  const CaseId id = taken();
  const Instant due = *story.live_clock(id, ClockKind::resolution).due_at;
  story.must(by(agent(1)).does(event::ClocksPaused{id, "customer", story.now() + hours{48}}));
  story.pass(hours{1});
  story.arrives_at_work(agent(1));
  story.talks("+8613900000001", agent(1));
  EXPECT_EQ(story.facts(id).state, CaseState::dispatched);
  EXPECT_EQ(story.live_clock(id, ClockKind::resolution).due_at, due + hours{1});
  EXPECT_EQ(story.told_of(id, "unpaused"), 1u);
}

// ------------------------------------------------------------------------------- changes
TEST_F(ClockRules, a_longer_budget_moves_the_due_time_and_fires_no_step_again) {
  const CaseId id = taken();
  const SlaClock before = story.live_clock(id, ClockKind::resolution);
  while (story.alerts(id, ClockKind::resolution, "warn_50").empty()) story.next_timer();
  clock_of("repair", ClockKind::resolution).budget = Budget::working(hours{54});
  policy("repair").version = 2;
  EXPECT_GE(recompute_case(id), 1);
  const SlaClock after = story.live_clock(id, ClockKind::resolution);
  EXPECT_GT(*after.due_at, *before.due_at);
  EXPECT_EQ(after.policy_version, 2);
  EXPECT_EQ(after.revision, rules.revision);
  EXPECT_EQ(after.step, "warn_80") << "half of the new time lies ahead, but warn_50 has fired";
  while (story.newest_clock(id, ClockKind::resolution).state != ClockState::breached) {
    story.next_timer();
  }
  EXPECT_EQ(story.alerts(id, ClockKind::resolution, "warn_50").size(), 1u);
  EXPECT_EQ(story.newest_clock(id, ClockKind::resolution).breached_at, after.due_at);
}

TEST_F(ClockRules, what_a_change_makes_late_is_a_fact_at_once_and_told_in_digests) {
  const CaseId id = taken();
  story.pass(hours{8});
  story.timers_run();
  clock_of("repair", ClockKind::resolution).budget = Budget::working(hours{2});
  recompute_case(id);
  const SlaClock clock = story.newest_clock(id, ClockKind::resolution);
  EXPECT_EQ(clock.state, ClockState::breached);
  EXPECT_EQ(clock.breached_at, monday_ten() + hours{2});
  EXPECT_TRUE(story.alerts(id, ClockKind::resolution, "warn_50").empty()) << "passed over";
  EXPECT_EQ(story.alerts(id, ClockKind::resolution, "breach").size(), 2u);
  EXPECT_FALSE(mails_marked(id, "\"digest\":true").empty());
  const auto alerts = story.file(id).alerts.size();
  EXPECT_EQ(recompute_case(id), 0) << "the same rules again change nothing";
  story.timers_run();
  EXPECT_EQ(story.file(id).alerts.size(), alerts);
  // What has breached stays breached, however generous the next rules are.
  clock_of("repair", ClockKind::resolution).budget = Budget::working(hours{90});
  recompute_case(id);
  EXPECT_EQ(story.newest_clock(id, ClockKind::resolution).breached_at, monday_ten() + hours{2});
}

TEST_F(ClockRules, a_step_that_is_due_and_waits_for_its_timer_is_not_passed_over) {
  const CaseId id = taken();
  const SlaClock clock = story.live_clock(id, ClockKind::resolution);
  story.at(*clock.fire_at + minutes{1});
  recompute_case(id);
  EXPECT_EQ(story.live_clock(id, ClockKind::resolution).step, "warn_50");
  story.timers_run();
  EXPECT_EQ(story.alerts(id, ClockKind::resolution, "warn_50").size(), 1u);
}

TEST_F(ClockRules, a_pause_takes_back_no_step_that_was_due_before_it) {
  // A share of working days is known by their end, and a pause takes that away.
  clock_of("repair", ClockKind::resolution).budget = Budget::working_days(5);
  auto& steps = ladder("department").steps;
  LadderStep twin = steps.front();
  twin.name = "warn_50_twin";
  steps.insert(steps.begin(), twin);
  const CaseId id = taken();
  const SlaClock clock = story.live_clock(id, ClockKind::resolution);
  // The timers are late: the owner waits for the customer before they come.
  story.at(*clock.fire_at + Seconds{1});
  story.must(
      by(agent(1)).does(event::ClocksPaused{id, "waiting_for_customer", story.now() + hours{20}}));
  recompute_case(id);
  EXPECT_EQ(story.live_clock(id, ClockKind::resolution).fire_at, clock.fire_at);
  story.timers_run();
  EXPECT_EQ(story.alerts(id, ClockKind::resolution, "warn_50_twin").size(), 1u);
  EXPECT_EQ(story.alerts(id, ClockKind::resolution, "warn_50").size(), 1u);
  EXPECT_EQ(story.live_clock(id, ClockKind::resolution).step, "warn_80");
  EXPECT_EQ(story.live_clock(id, ClockKind::resolution).fire_at, std::nullopt);
}

TEST_F(ClockRules, a_step_taken_off_or_put_into_the_ladder_is_honoured) {
  const CaseId id = taken();
  auto& steps = ladder("department").steps;
  std::erase_if(steps, [](const LadderStep& s) { return s.name == "warn_50"; });
  LadderStep early = steps.front();
  early.name = "warn_60";
  early.at = StepPoint::percent(60);
  steps.insert(steps.begin(), early);
  recompute_case(id);
  EXPECT_EQ(story.live_clock(id, ClockKind::resolution).step, "warn_60");
  while (story.alerts(id, ClockKind::resolution, "warn_60").empty()) story.next_timer();
  EXPECT_EQ(story.live_clock(id, ClockKind::resolution).step, "warn_80");
}

TEST_F(ClockRules, a_timer_that_comes_between_a_change_of_ladder_and_its_job_loses_no_breach) {
  const CaseId id = taken();
  ladder("department").steps = {ladder("department").steps[2]};  // the breach alone
  while (story.newest_clock(id, ClockKind::resolution).state != ClockState::breached) {
    story.next_timer();
  }
  EXPECT_FALSE(story.alerts(id, ClockKind::resolution, "breach").empty());
}

TEST_F(ClockRules, steps_that_change_places_do_not_fire_again) {
  const CaseId id = taken();
  while (story.alerts(id, ClockKind::resolution, "warn_80").empty()) story.next_timer();
  auto& steps = ladder("department").steps;
  steps[0].at = StepPoint::percent(90);  // warn_50 now comes after warn_80
  std::swap(steps[0], steps[1]);
  while (story.newest_clock(id, ClockKind::resolution).state != ClockState::breached) {
    story.next_timer();
  }
  EXPECT_EQ(story.alerts(id, ClockKind::resolution, "warn_50").size(), 1u);
  EXPECT_EQ(story.alerts(id, ClockKind::resolution, "warn_80").size(), 2u);
}

TEST_F(ClockRules, a_clock_that_the_policy_has_no_more_is_cancelled) {
  const CaseId id = taken();
  std::erase_if(policy("repair").clocks,
                [](const PolicyClock& c) { return c.kind == ClockKind::progress_update; });
  recompute_case(id);
  EXPECT_EQ(story.newest_clock(id, ClockKind::progress_update).state, ClockState::cancelled);
}

TEST_F(ClockRules, a_promised_callback_keeps_its_time_whatever_the_rules_say) {
  const CaseId id = taken();
  const SlaClock before = story.live_clock(id, ClockKind::callback);
  clock_of("repair", ClockKind::callback).budget = Budget::working(minutes{1});
  recompute_case(id);
  EXPECT_EQ(story.live_clock(id, ClockKind::callback).due_at, before.due_at);
}

TEST_F(ClockRules, another_severity_gives_another_policy_at_once) {
  const CaseId id = taken();
  const Instant before = *story.live_clock(id, ClockKind::resolution).due_at;
  event::CaseEdited edit;
  edit.case_id = id;
  edit.version = story.facts(id).version;
  edit.severity = 4;
  story.must(by(agent(1)).does(edit));
  const SlaClock after = story.live_clock(id, ClockKind::resolution);
  EXPECT_EQ(after.policy, "urgent");
  EXPECT_LT(*after.due_at, before);
  EXPECT_EQ(after.started_at, monday_ten());
}

TEST_F(ClockRules, a_clock_armed_before_steps_had_names_fires_the_step_that_its_count_says) {
  const CaseId id = taken();
  SlaClock old = story.live_clock(id, ClockKind::resolution);
  old.step.clear();
  old.stage = 1;
  ASSERT_NE(next_step(old, rules), nullptr);
  EXPECT_EQ(next_step(old, rules)->name, "warn_80");
  arm(old, {}, rules);
  EXPECT_EQ(old.step, "warn_80");
}

TEST_F(ClockRules, offices_and_hours_of_arrival_choose_policies) {
  Policy special = policy("repair");
  special.code = "branch-nights";
  special.when.offices = {"suzhou"};
  special.when.arrivals = {Arrival::out_of_hours};
  rules.book.policies.insert(rules.book.policies.begin(), special);
  user(agent(1)).office = "suzhou";
  EXPECT_EQ(story.live_clock(taken(), ClockKind::resolution).policy, "repair");
  story.at(monday_ten() + hours{13});
  event::CaseRegistered told = complaint();
  told.number = "+8613900000009";
  told.owner = agent(1);
  const CaseId late{story.must(by(agent(1)).does(told)).id};
  EXPECT_EQ(story.live_clock(late, ClockKind::resolution).policy, "branch-nights");
}

// ------------------------------------------------------------------------------- people
TEST_F(ClockRules, an_unacknowledged_breach_climbs_to_a_back_line_handler_and_the_owner_stays) {
  for (int n = 1; n <= 3; ++n) user(back_line(n)).escalation_level = n;
  const CaseId id = taken();
  const UserId owner = story.facts(id).owner;
  while (story.alerts(id, ClockKind::callback, "climb_4h").empty()) story.next_timer();
  EXPECT_EQ(story.facts(id).escalation_level, 2);
  EXPECT_NE(story.facts(id).handler, back_line(1)) << "takes level one only";
  EXPECT_EQ(rules.user(story.facts(id).handler)->role, Role::back_line);
  EXPECT_EQ(story.facts(id).owner, owner);
  EXPECT_EQ(story.ledger(id).size(), 1u);
}

TEST_F(ClockRules, alerts_reach_somebody_who_is_there) {
  Case c;
  c.id = CaseId{7};
  c.owner = agent(1);
  c.department = kRepair;
  LadderStep step;
  step.recipients = {RecipientRole::owner, RecipientRole::liaison};
  const Instant now = monday_ten();
  using People = std::vector<std::pair<UserId, RecipientRole>>;
  EXPECT_EQ(recipients_of(subject_of(c), step, rules, now),
            (People{{agent(1), RecipientRole::owner}, {kRepairLiaison, RecipientRole::liaison}}));
  // A deputy stands in; without one the role passes it on.
  user(agent(1)).deputy = agent(2);
  user(agent(1)).deputy_from = now - hours{1};
  user(kRepairLiaison).deputy_from = now - hours{1};
  EXPECT_EQ(
      recipients_of(subject_of(c), step, rules, now),
      (People{{agent(2), RecipientRole::owner}, {kRepairHead, RecipientRole::department_head}}));
  user(agent(2)).deputy_from = now - hours{1};
  user(kRepairHead).disabled = true;
  EXPECT_EQ(recipients_of(subject_of(c), step, rules, now),
            (People{{kSupervisor, RecipientRole::supervisor}}));
  user(agent(2)).deputy_until = now;  // back again
  EXPECT_EQ(recipients_of(subject_of(c), step, rules, now),
            (People{{agent(2), RecipientRole::owner}, {kSupervisor, RecipientRole::supervisor}}));
  for (User& each : rules.users) each.disabled = true;
  EXPECT_EQ(recipients_of(subject_of(c), step, rules, now),
            (People{{agent(1), RecipientRole::owner}}))
      << "never nobody";
}

TEST_F(ClockRules, a_step_for_the_liaisons_reaches_the_owner_where_no_department_works) {
  Case c;
  c.id = CaseId{7};
  c.owner = agent(1);
  LadderStep step;
  step.recipients = {RecipientRole::liaison, RecipientRole::back_line};
  const auto reached = recipients_of(subject_of(c), step, rules, monday_ten());
  ASSERT_EQ(reached.size(), 2u);
  EXPECT_EQ(reached[0], std::pair(agent(1), RecipientRole::owner));
  EXPECT_EQ(rules.user(reached[1].first)->role, Role::back_line);
  c.department = kRepair;
  EXPECT_EQ(recipients_of(subject_of(c), step, rules, monday_ten())[0],
            std::pair(kRepairLiaison, RecipientRole::liaison));
}

TEST_F(ClockRules, a_step_for_the_handler_reaches_the_handler_and_else_the_owner) {
  Case c;
  c.id = CaseId{7};
  c.owner = agent(1);
  c.handler = back_line(1);
  LadderStep step;
  step.recipients = {RecipientRole::handler};
  const Instant now = monday_ten();
  using People = std::vector<std::pair<UserId, RecipientRole>>;
  EXPECT_EQ(recipients_of(subject_of(c), step, rules, now),
            (People{{back_line(1), RecipientRole::handler}}));
  user(back_line(1)).deputy = back_line(2);
  user(back_line(1)).deputy_from = now - hours{1};
  EXPECT_EQ(recipients_of(subject_of(c), step, rules, now),
            (People{{back_line(2), RecipientRole::handler}}));
  c.handler = {};
  EXPECT_EQ(recipients_of(subject_of(c), step, rules, now),
            (People{{agent(1), RecipientRole::handler}}));
  step.recipients = {RecipientRole::owner, RecipientRole::handler};
  EXPECT_EQ(recipients_of(subject_of(c), step, rules, now),
            (People{{agent(1), RecipientRole::owner}}))
      << "nobody is told twice";
}

}  // namespace
}  // namespace firsthand::test
