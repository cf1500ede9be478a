// SPDX-License-Identifier: Apache-2.0
// Clocks that hang on no case: the callback of a call that was given up, what a review has given
// somebody to do, the hold period of an account.
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

class Matters : public OnEveryStore {
 protected:
  Clockwork clockwork(CustomerId id) { return story->look().world.customer_clocks[id]; }
  ReviewActionFile action(ReviewActionId id) { return story->look().world.review_actions.at(id); }
  static std::vector<Alert> of_step(const Clockwork& works, std::string_view step) {
    std::vector<Alert> found;
    for (const auto& alert : works.alerts)
      if (alert.step == step) found.push_back(alert);
    return found;
  }
  std::vector<std::string> history_of(CustomerId id) {
    std::vector<std::string> kinds;
    for (const auto seen = story->look(); const auto& entry : seen.history)
      if (entry.customer == id) kinds.push_back(entry.kind);
    return kinds;
  }
};
FIRSTHAND_ON_EVERY_STORE(Matters);

TEST_P(Matters, the_callback_of_a_call_that_was_given_up_warns_and_breaches) {
  story->arrives_at_work(agent(1));
  const InteractionId call = story->call_arrives("+8613900000001");
  story->hangs_up(call);
  const CustomerId customer = story->call(call).customer;
  const auto callbacks = story->callbacks_of(customer);
  ASSERT_EQ(callbacks.size(), 1u);
  const Callback promise = callbacks.front();
  EXPECT_FALSE(promise.case_id);
  const Clockwork started = clockwork(customer);
  ASSERT_EQ(started.clocks.size(), 1u);
  EXPECT_EQ(started.clocks[0].customer, customer);
  EXPECT_EQ(started.clocks[0].callback, promise.id);
  EXPECT_EQ(started.clocks[0].policy, "customers");
  EXPECT_EQ(started.clocks[0].due_at, promise.due_at);

  story->at(promise.due_at - minutes{7});
  story->timers_run();
  EXPECT_EQ(of_step(clockwork(customer), "warn_75").size(), 1u);
  story->at(promise.due_at);
  story->timers_run();
  const auto late = of_step(clockwork(customer), "breach");
  ASSERT_EQ(late.size(), 2u);
  EXPECT_EQ(late[0].recipient, promise.user);
  EXPECT_EQ(late[1].recipient, kSupervisor);
  EXPECT_EQ(late[0].customer, customer);
  EXPECT_FALSE(late[0].case_id);
  EXPECT_EQ(story->timers_run(), 0) << "nothing fires twice";

  // Acknowledged by its recipient only, once.
  EXPECT_EQ(story->refused(by(agent(6)).does(event::AlertAcknowledged{late[0].id})), "forbidden");
  story->must(by(promise.user).does(event::AlertAcknowledged{late[0].id}));
  story->must(by(promise.user).does(event::AlertAcknowledged{late[0].id}));
  EXPECT_EQ(of_step(clockwork(customer), "breach")[0].acknowledged_by, promise.user);

  // The customer is reached: late, and the clock is done.
  story->reached(promise.id, promise.user);
  const SlaClock ended = clockwork(customer).clocks.front();
  EXPECT_EQ(ended.state, ClockState::breached);
  EXPECT_EQ(ended.ended_at, story->now());
  EXPECT_FALSE(ended.fire_at);
  const auto told = history_of(customer);
  for (const char* kind :
       {"clock_started", "clock_warned", "clock_breached", "alert_acknowledged"}) {
    EXPECT_NE(std::find(told.begin(), told.end(), kind), told.end()) << kind;
  }
  EXPECT_EQ(std::count(told.begin(), told.end(), "alert_acknowledged"), 1);
}

TEST_P(Matters, a_caller_who_is_reached_in_time_leaves_no_alert) {
  story->arrives_at_work(agent(1));
  const InteractionId call = story->call_arrives("+8613900000001");
  story->hangs_up(call);
  const CustomerId customer = story->call(call).customer;
  const Callback promise = story->callbacks_of(customer).front();
  story->reached(promise.id, promise.user);
  story->at(promise.due_at + hours{4});
  EXPECT_EQ(story->timers_run(), 0);
  EXPECT_EQ(clockwork(customer).clocks.front().state, ClockState::met);
  EXPECT_TRUE(clockwork(customer).alerts.empty());
}

TEST_P(Matters, an_action_of_a_review_is_warned_breached_and_done_late) {
  event::ReviewActionAgreed wanted{};
  wanted.title = "包装加厚";
  wanted.department = kRepair;
  wanted.assignee = kRepairLiaison;
  wanted.due_at = story->now() + days{2};
  const ReviewActionId id{story->must(by(kSupervisor).does(wanted)).id};
  while (!action(id).clocks.front().breached_at) story->next_timer();
  EXPECT_EQ(story->now(), wanted.due_at) << "at the due instant";
  EXPECT_EQ(of_step(action(id), "warn_1d").size(), 1u);
  const auto late = of_step(action(id), "breach");
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(late[0].review_action, id);
  story->must(by(kRepairLiaison).does(event::AlertAcknowledged{late[0].id}));
  story->pass(days{10});
  story->timers_run();
  EXPECT_TRUE(of_step(action(id), "climb_9h").empty()) << "acknowledged";
  story->must(
      by(kRepairLiaison).does(event::ReviewActionEnded{id, ReviewActionState::done, "已改进"}));
  EXPECT_EQ(action(id).facts.state, ReviewActionState::done);
  EXPECT_EQ(action(id).facts.result, "已改进");
  EXPECT_FALSE(action(id).clocks.front().live());
}

TEST_P(Matters, another_day_moves_the_action_and_its_clock) {
  event::ReviewActionAgreed wanted{};
  wanted.title = "回访话术";
  wanted.department = kSales;
  wanted.due_at = story->now() + days{2};
  const ReviewActionId id{story->must(by(kManager).does(wanted)).id};
  event::ReviewActionChanged later{};
  later.review_action = id;
  later.version = action(id).facts.version;
  later.due_at = wanted.due_at + days{1};
  later.reason = "等待样机";
  const Reply reply = story->must(by(kManager).does(later));
  EXPECT_EQ(reply.version, action(id).facts.version);
  EXPECT_EQ(story->refused(by(kManager).does(later)), "version_mismatch");
  ASSERT_EQ(action(id).clocks.size(), 2u);
  story->at(wanted.due_at);
  story->timers_run();
  EXPECT_TRUE(of_step(action(id), "breach").empty()) << "the old day means nothing any more";
  story->at(*later.due_at);
  story->timers_run();
  EXPECT_EQ(of_step(action(id), "breach").size(), 1u) << "the department's liaison";
}

TEST_P(Matters, rules_that_are_the_same_move_nothing) {
  story->arrives_at_work(agent(1));
  const InteractionId call = story->call_arrives("+8613900000001");
  story->hangs_up(call);
  const CustomerId customer = story->call(call).customer;
  event::ReviewActionAgreed wanted{};
  wanted.title = "包装加厚";
  wanted.department = kRepair;
  wanted.due_at = story->now() + days{2};
  const ReviewActionId id{story->must(by(kSupervisor).does(wanted)).id};
  const World before = story->look().world;
  EXPECT_EQ(story->must(timer().does(event::ClocksRecomputed{{}, customer, {}})).id, 0);
  EXPECT_EQ(story->must(timer().does(event::ClocksRecomputed{{}, {}, id})).id, 0);
  const World after = story->look().world;
  EXPECT_EQ(after.customer_clocks, before.customer_clocks);
  EXPECT_EQ(after.review_actions, before.review_actions);
}

}  // namespace
}  // namespace firsthand::test
