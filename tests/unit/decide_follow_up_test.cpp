// SPDX-License-Identifier: Apache-2.0
// The call after the resolution has a clock: whoever is to make it is told when it is forgotten,
// then the supervisors; it ends with the call, whatever becomes of the call.
#include <gtest/gtest.h>

#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;

struct Resolved {
  Resolved() {
    store.set_now(monday_ten());
    id = story.complaint_taken("+8613900000001", agent(1));
    story.resolves(id, agent(1));
    call = story.open_callback(id, CallbackKind::follow_up);
  }
  SlaClock clock() { return story.newest_clock(id, ClockKind::follow_up); }
  std::vector<UserId> told(std::string_view step) {
    std::vector<UserId> found;
    for (const auto& alert : story.alerts(id, ClockKind::follow_up, step))
      found.push_back(alert.recipient);
    return found;
  }
  void fires(std::string_view step) {
    while (told(step).empty()) story.next_timer();
  }
  User& person(UserId who) {
    return *std::find_if(rules.users.begin(), rules.users.end(),
                         [who](const User& user) { return user.id == who; });
  }

  Rules rules = company(FIRSTHAND_DEFAULTS);
  MemoryStore store{rules};
  Story story{store};
  CaseId id;
  Callback call;
};

TEST(FollowUpClock, runs_after_the_resolution_until_the_call_is_due) {
  Resolved day;
  ASSERT_EQ(day.story.facts(day.id).state, CaseState::resolved);
  const SlaClock clock = day.clock();
  EXPECT_TRUE(clock.live());
  EXPECT_EQ(clock.callback, day.call.id);
  EXPECT_EQ(clock.due_at, day.call.due_at);
  EXPECT_EQ(clock.ladder, "desk");
  EXPECT_EQ(day.call.due_at, moment("2030-03-05T18:00:00+08:00")) << "the next working day's end";
}

TEST(FollowUpClock, of_a_forgotten_call_alerts_who_is_to_call_then_those_who_lead) {
  Resolved day;
  day.fires("warn_75");
  EXPECT_EQ(day.told("warn_75"), std::vector{day.call.user});
  day.fires("breach");
  EXPECT_EQ(day.story.now(), day.call.due_at);
  EXPECT_EQ(day.told("breach"), (std::vector{day.call.user, kSupervisor}));
  EXPECT_NE(day.call.user, agent(1)) << "the owner has no part in it";
  day.fires("climb_1h");
  EXPECT_EQ(day.told("climb_1h"), day.rules.with_role(Role::manager));
  EXPECT_EQ(day.story.facts(day.id).escalation_level, 0);
  EXPECT_EQ(day.story.facts(day.id).state, CaseState::resolved);
}

TEST(FollowUpClock, alerts_whoever_calls_now) {
  Resolved day;
  const UserId other = day.call.user == agent(3) ? agent(4) : agent(3);
  day.story.must(by(kSupervisor).does(event::CallbackAssigned{day.call.id, other}));
  day.person(other).deputy = agent(5);
  day.person(other).deputy_from = day.story.now();
  day.person(other).deputy_until = day.story.now() + hours{100};
  day.fires("breach");
  EXPECT_EQ(day.told("breach"), (std::vector{agent(5), kSupervisor}));
}

TEST(FollowUpClock, is_met_by_the_answer_and_ends_with_the_call) {
  struct Row {
    const char* name;
    ClockState state;
    std::function<void(Resolved&)> act;
  };
  const Row rows[] = {
      {"answered", ClockState::met,
       [](Resolved& day) { day.story.reached(day.call.id, day.call.user, true); }},
      {"dissatisfied", ClockState::met,
       [](Resolved& day) { day.story.reached(day.call.id, day.call.user, false); }},
      {"called off", ClockState::cancelled,
       [](Resolved& day) {
         day.story.must(by(kSupervisor).does(event::CallbackCancelled{day.call.id, "不必回访"}));
       }},
      {"the customer returns", ClockState::cancelled,
       [](Resolved& day) {
         day.story.must(by(agent(1)).does(event::CaseReopened{day.id, "又坏了"}));
       }},
      {"closed by hand", ClockState::cancelled,
       [](Resolved& day) { day.story.must(by(agent(1)).does(event::CaseClosed{day.id})); }},
      {"never reached", ClockState::cancelled,
       [](Resolved& day) {
         for (int n = 0; n < 3; ++n) {
           day.story.must(by(day.call.user)
                              .does(event::CallbackAttempted{
                                  day.call.id, AttemptOutcome::no_answer, "", {}, {}}));
         }
       }},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Resolved day;
    day.story.pass(hours{1});
    row.act(day);
    EXPECT_EQ(day.clock().state, row.state);
    EXPECT_EQ(day.clock().ended_at, day.story.now());
    EXPECT_FALSE(day.clock().fire_at);
  }
}

TEST(FollowUpClock, stays_while_calls_fail_and_moves_with_another_time) {
  Resolved day;
  const SlaClock before = day.clock();
  day.story.must(
      by(day.call.user)
          .does(event::CallbackAttempted{day.call.id, AttemptOutcome::no_answer, "", {}, {}}));
  EXPECT_EQ(day.clock(), before);
  EXPECT_TRUE(day.story.callback(day.call.id).next_try_at);
  const Instant later = day.call.due_at + hours{24};
  day.story.must(by(kSupervisor).does(event::CallbackRescheduled{day.call.id, later, {}, {}}));
  EXPECT_NE(day.clock().id, before.id);
  EXPECT_EQ(day.clock().due_at, later);
  day.fires("breach");
  EXPECT_EQ(day.story.now(), later) << "the old promise alerts nobody";
}

TEST(FollowUpClock, of_rules_that_know_none_is_a_promised_calls) {
  Resolved day;
  for (auto& policy : day.rules.book.policies) {
    std::erase_if(policy.clocks,
                  [](const PolicyClock& clock) { return clock.kind == ClockKind::follow_up; });
  }
  const CaseId id = day.story.complaint_taken("+8613900000002", agent(2));
  day.story.resolves(id, agent(2));
  const SlaClock clock = day.story.live_clock(id, ClockKind::follow_up);
  EXPECT_EQ(clock.ladder, "department");
  EXPECT_EQ(clock.budget, day.rules.book.callbacks.follow_up_after);
}

TEST(FollowUpClock, keeps_to_the_hours_in_which_the_customer_wants_to_be_called) {
  Resolved day;
  const CaseId id = day.story.complaint_taken("+8613900000002", agent(2));
  event::CustomerEdited evenings{};
  evenings.customer = day.story.facts(id).customer;
  evenings.version = day.story.look().world.customers.at(evenings.customer).version;
  evenings.contact_hours = event::ContactHours{18 * 60, 20 * 60};
  day.story.must(by(agent(2)).does(evenings));
  day.story.resolves(id, agent(2));
  const Callback call = day.story.open_callback(id, CallbackKind::follow_up);
  EXPECT_EQ(call.window_from, moment("2030-03-05T18:00:00+08:00"));
  EXPECT_EQ(call.due_at, moment("2030-03-05T20:00:00+08:00"));
  EXPECT_EQ(day.story.live_clock(id, ClockKind::follow_up).due_at, call.due_at);
}

}  // namespace
}  // namespace firsthand::test
