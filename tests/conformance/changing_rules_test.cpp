// SPDX-License-Identifier: Apache-2.0
// Rules that change while clocks run by them.
#include "engine/clock_rules.hpp"
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;

/// The company with rules that a test changes; every store refers to them.
class ChangingRules : public OnEveryStoreByOwnRules {
 protected:
  ChangingRules() { id = story->complaint_taken("+8613900000001", agent(1)); }

  PolicyClock& policy_clock(ClockKind kind) {
    for (auto& policy : in_force.book.policies) {
      if (policy.code != "repair") continue;
      for (auto& clock : policy.clocks)
        if (clock.kind == kind) return clock;
    }
    throw std::runtime_error("the policy has no such clock");
  }
  Ladder& ladder(std::string_view code) {
    for (auto& one : in_force.book.ladders)
      if (one.code == code) return one;
    throw std::runtime_error("no such ladder");
  }
  User& person(UserId who) {
    for (auto& one : in_force.users)
      if (one.id == who) return one;
    throw std::runtime_error("no such person");
  }
  /// As a save in the settings, and the job behind it; answers how many clocks moved.
  std::int64_t rules_changed() {
    ++in_force.revision;
    for (auto& policy : in_force.book.policies) ++policy.version;
    return recomputed();
  }
  std::int64_t recomputed() {
    Event event = timer().does(event::ClocksRecomputed{id});
    event.source = "rules";
    return story->must(event).id;
  }
  /// No working hours on the local date of this instant.
  void close(Instant at) {
    const Calendar& was = in_force.calendar("china-office");
    Calendar::Parts parts;
    parts.code = was.code();
    parts.coverage = was.coverage();
    parts.days.assign(was.days().begin(), was.days().end());
    parts.spans.assign(was.spans().begin(), was.spans().end());
    const Day* day = was.day_at(at);
    std::erase_if(parts.spans,
                  [&](const Span& span) { return span.from >= day->from && span.from < day->to; });
    in_force.calendars.insert_or_assign("china-office", Calendar{std::move(parts)});
  }

  CaseId id;
};
FIRSTHAND_ON_EVERY_STORE(ChangingRules);

TEST_P(ChangingRules, a_running_clock_goes_by_the_new_rules_from_its_start) {
  policy_clock(ClockKind::dispatch).budget = Budget::working(hours{3});
  EXPECT_EQ(rules_changed(), 1);
  const SlaClock clock = story->live_clock(id, ClockKind::dispatch);
  EXPECT_EQ(clock.due_at, monday_ten() + hours{3});
  EXPECT_EQ(clock.revision, in_force.revision);
  EXPECT_EQ(story->told_of(id, "clock_recomputed"), 1u);
  const Snapshot before = store->look();
  EXPECT_EQ(recomputed(), 0) << "the same rules again change nothing";
  EXPECT_EQ(store->look().world, before.world);
  EXPECT_EQ(store->look().history.size(), before.history.size());
}

TEST_P(ChangingRules, what_a_change_makes_late_breaches_once_and_climbs_from_there) {
  story->at(monday_ten() + hours{4});
  story->timers_run();
  policy_clock(ClockKind::dispatch).budget = Budget::working(hours{2});
  rules_changed();
  const SlaClock late = story->live_clock(id, ClockKind::dispatch);
  EXPECT_EQ(late.breached_at, monday_ten() + hours{2});
  EXPECT_EQ(story->alerts(id, ClockKind::dispatch, "breach").size(), 2u);
  EXPECT_TRUE(story->alerts(id, ClockKind::dispatch, "warn_80").empty()) << "it is past warning";
  story->timers_run();
  recomputed();
  EXPECT_EQ(story->alerts(id, ClockKind::dispatch, "breach").size(), 2u);
  policy_clock(ClockKind::dispatch).budget = Budget::working(hours{90});
  rules_changed();
  EXPECT_EQ(story->live_clock(id, ClockKind::dispatch).breached_at, late.breached_at)
      << "what breached stays breached";
  story->at(monday_ten() + hours{24});
  story->timers_run();
  EXPECT_EQ(story->alerts(id, ClockKind::dispatch, "climb_4h").size(), 3u);
  EXPECT_TRUE(story->alerts(id, ClockKind::dispatch, "warn_50").empty());
}

TEST_P(ChangingRules, a_ladder_that_ends_does_not_begin_again) {
  // Its warnings are gone, so that the steps behind the breach are fewer than have fired.
  story->at(monday_ten() + hours{4});
  auto& steps = ladder("department").steps;
  steps.erase(steps.begin(), steps.begin() + 2);
  policy_clock(ClockKind::dispatch).budget = Budget::working(hours{1});
  rules_changed();
  story->at(monday_ten() + hours{30});
  story->timers_run();
  const SlaClock clock = story->live_clock(id, ClockKind::dispatch);
  EXPECT_EQ(clock.step, "");
  EXPECT_FALSE(clock.fire_at);
  for (const auto& alert : story->alerts(id, ClockKind::dispatch, "climb_1h"))
    EXPECT_GE(alert.due_at, monday_ten() + hours{4}) << "it was passed over";
}

TEST_P(ChangingRules, a_promise_to_the_customer_keeps_its_time_and_its_breach) {
  const auto promised = story->live_clock(id, ClockKind::callback).due_at;
  ASSERT_EQ(promised, monday_ten() + hours{2});
  close(monday_ten());
  rules_changed();
  EXPECT_EQ(story->live_clock(id, ClockKind::callback).due_at, promised);
  story->must(
      by(agent(1)).does(event::ClocksPaused{id, "customer_sends_photos", store->now() + hours{1}}));
  story->must(by(agent(1)).does(event::ClocksResumed{id, false}));
  EXPECT_EQ(story->live_clock(id, ClockKind::callback).due_at, promised) << "also when re-armed";
  story->at(*promised);
  story->timers_run();
  EXPECT_EQ(story->live_clock(id, ClockKind::callback).breached_at, promised);
  EXPECT_EQ(story->alerts(id, ClockKind::callback, "breach").size(), 2u);
}

TEST_P(ChangingRules, a_step_that_the_ladder_has_lost_gives_way_to_the_breach) {
  auto& steps = ladder("department").steps;
  steps.erase(steps.begin(), steps.begin() + 2);
  // Nobody has recomputed anything yet: the timer fires what is there.
  story->at(monday_ten() + hours{2});
  story->timers_run();
  EXPECT_TRUE(story->alerts(id, ClockKind::callback, "warn_50").empty());
  EXPECT_EQ(story->alerts(id, ClockKind::callback, "breach").size(), 2u);
  EXPECT_EQ(story->live_clock(id, ClockKind::callback).breached_at, monday_ten() + hours{2});
}

TEST_P(ChangingRules, a_promise_that_no_rule_gives_any_more_is_cancelled) {
  for (auto& policy : in_force.book.policies)
    std::erase_if(policy.clocks,
                  [](const PolicyClock& clock) { return clock.kind == ClockKind::dispatch; });
  rules_changed();
  EXPECT_EQ(story->newest_clock(id, ClockKind::dispatch).state, ClockState::cancelled);
  EXPECT_FALSE(story->newest_clock(id, ClockKind::dispatch).fire_at);
}

TEST_P(ChangingRules, escalation_by_the_ladder_leaves_the_owner) {
  story->at(monday_ten() + hours{3});
  story->timers_run();
  const Case& c = story->facts(id);
  EXPECT_EQ(c.escalation_level, 1);
  EXPECT_EQ(c.owner, agent(1));
  EXPECT_EQ(in_force.user(c.handler)->role, Role::back_line);
  EXPECT_EQ(story->ledger(id).size(), 1u);
  story->at(monday_ten() + hours{7});
  story->timers_run();
  EXPECT_EQ(story->facts(id).escalation_level, 2);
  EXPECT_EQ(story->facts(id).owner, agent(1));
}

TEST_P(ChangingRules, alerts_find_people_who_are_there) {
  person(kRepairLiaison).deputy_from = monday_ten();  // away, and nobody stands in
  person(back_line(1)).deputy_from = monday_ten();
  person(back_line(1)).deputy = kSupervisor;
  story->at(monday_ten() + hours{2});
  story->timers_run();
  const auto breach = story->alerts(id, ClockKind::callback, "breach");
  ASSERT_GE(breach.size(), 2u);
  EXPECT_EQ(breach[0].recipient, kRepairHead) << "the head of the liaison who is away";
  for (const auto& alert : breach) EXPECT_FALSE(in_force.away(alert.recipient, store->now()));
  // The head goes too: then it is the supervisor's.
  person(kRepairHead).deputy_from = store->now();
  story->at(monday_ten() + hours{3});
  story->timers_run();
  const auto climbed = story->alerts(id, ClockKind::callback, "climb_1h");
  ASSERT_EQ(climbed.size(), 1u);
  EXPECT_EQ(climbed[0].recipient, kSupervisor);
}

TEST_P(ChangingRules, who_has_owned_the_case_or_is_away_does_not_ask_how_it_was) {
  for (int n = 2; n <= 4; ++n)
    story->must(by(kSupervisor).does(event::CaseReassigned{id, agent(n), "轮换"}));
  person(agent(5)).deputy_from = monday_ten();
  story->reached(story->open_callback(id).id, agent(4));
  story->must(by(agent(4)).does(event::CaseResolved{id, "已换新机"}));
  const Callback call = story->open_callback(id, CallbackKind::follow_up);
  EXPECT_EQ(call.user, agent(6)) << "the only one who is here and had no hand in it";
  EXPECT_EQ(story->refused(by(kSupervisor).does(event::CallbackAssigned{call.id, agent(2)})),
            "worked_on_it");
}

TEST_P(ChangingRules, the_clocks_go_by_the_office_of_who_owns_the_case_now) {
  person(agent(2)).office = "harbin";
  Policy harbin = *in_force.book.policy_for(traits_of(story->facts(id), Tier::standard, in_force));
  harbin.code = "harbin";
  harbin.when.offices = {"harbin"};
  in_force.book.policies.insert(in_force.book.policies.begin(), harbin);
  EXPECT_NE(story->live_clock(id, ClockKind::resolution).policy, "harbin");
  story->must(by(kSupervisor).does(event::CaseReassigned{id, agent(2), "轮换"}));
  EXPECT_EQ(story->live_clock(id, ClockKind::resolution).policy, "harbin");
}

TEST_P(ChangingRules, a_step_that_is_due_fires_before_a_pause_has_its_effect) {
  const SlaClock resolution = story->live_clock(id, ClockKind::resolution);
  story->at(*resolution.fire_at + std::chrono::milliseconds{20});  // the timer is on its way
  story->must(
      by(agent(1)).does(event::ClocksPaused{id, "customer_sends_photos", store->now() + hours{1}}));
  EXPECT_EQ(story->refused(timer().does(firing(resolution))), "");
  EXPECT_EQ(story->alerts(id, ClockKind::resolution, resolution.step).size(), 1u);
  EXPECT_EQ(story->live_clock(id, ClockKind::resolution).state, ClockState::paused);
  EXPECT_FALSE(story->live_clock(id, ClockKind::resolution).fire_at);
}

TEST_P(ChangingRules, a_node_behind_the_times_leaves_its_clocks_to_be_recomputed) {
  const Rules old = in_force;
  policy_clock(ClockKind::resolution).budget = Budget::working(hours{40});
  rules_changed();
  const auto by_new = story->live_clock(id, ClockKind::resolution).due_at;
  const Rules newest = in_force;
  in_force = old;  // another node pauses and goes on by what it has read last
  story->must(
      by(agent(1)).does(event::ClocksPaused{id, "customer_sends_photos", store->now() + hours{1}}));
  story->must(by(agent(1)).does(event::ClocksResumed{id, false}));
  EXPECT_LT(story->live_clock(id, ClockKind::resolution).revision, newest.revision);
  in_force = newest;
  recomputed();
  EXPECT_EQ(story->live_clock(id, ClockKind::resolution).due_at, by_new);
}

}  // namespace
}  // namespace firsthand::test
