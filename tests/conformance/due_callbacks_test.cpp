// SPDX-License-Identifier: Apache-2.0
// Promised calls that are due stand in line: offered as any call, agent first, once each time.
#include "engine/legs.hpp"
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kNumber = "+8613900000001";

/// A company whose due calls stand in the line of complaints.
class DueCallbacks : public OnEveryStoreByOwnRules {
 protected:
  DueCallbacks() {
    in_force.book.callbacks.queue = "complaints";
    story->arrives_at_work(agent(2));
    file = story->complaint_taken(kNumber, agent(1));
    promise = story->open_callback(file).id;
    // The owner has taken the call from the department.
    story->must(by(agent(1)).does(event::CallbackAssigned{promise, agent(1)}));
    story->must(by(agent(1)).does(event::CallbackRescheduled{promise, now() + hours{2}}));
  }

  Instant now() const { return story->now(); }
  /// To the quarter of an hour before the promised time.
  InteractionId comes_due() {
    story->at(story->callback(promise).due_at - minutes{15});
    story->must(timer().does(event::CallbackDue{promise}));
    return in_line().value();
  }
  std::optional<InteractionId> in_line() {
    std::optional<InteractionId> found;
    for (const auto seen = store->look(); const auto& [id, call] : seen.world.interactions) {
      if (call.callback != promise || call.state == InteractionState::ended) continue;
      EXPECT_FALSE(found) << "two calls for one promise";
      found = id;
    }
    return found;
  }
  void leg(InteractionId call, std::string_view side, std::string_view what, std::string_view why,
           const std::string& name) {
    story->must(pbx().does(
        event::OutboundLeg{call, std::string{side}, std::string{what}, std::string{why}, name}));
  }
  /// Rings this agent, who answers; the name of the agent's leg.
  std::string answers(InteractionId call, UserId who) {
    const std::string name = story->offer(story->is_offered(call, who)).leg;
    leg(call, "agent", "answered", "", name);
    return name;
  }

  CaseId file;
  CallbackId promise;
};
FIRSTHAND_ON_EVERY_STORE(DueCallbacks);

TEST_P(DueCallbacks, stand_in_line_shortly_before_their_time_and_only_once) {
  EXPECT_EQ(story->refused(timer().does(event::CallbackDue{promise})), "too_early");
  const Interaction call = story->call(comes_due());
  EXPECT_EQ(call.direction, Direction::outbound);
  EXPECT_TRUE(call.virtual_hold);
  EXPECT_EQ(call.owner, agent(1)) << "who promised it is asked first";
  EXPECT_EQ(call.queue, "complaints");
  EXPECT_EQ(call.enqueued_at, now());
  story->must(timer().does(event::CallbackDue{promise}));
  EXPECT_EQ(in_line(), call.id);
  EXPECT_EQ(story->told_of(file, "callback_in_line"), 1u);
}

TEST_P(DueCallbacks, ring_the_agent_then_the_customer_and_somebody_says_what_came_of_it) {
  const InteractionId call = comes_due();
  const std::string agents = answers(call, agent(2));
  EXPECT_EQ(story->callback(promise).user, agent(1)) << "nobody has talked yet";
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::talking);
  leg(call, "customer", "answered", "", customers_leg(agents));
  EXPECT_EQ(story->call(call).state, InteractionState::talking);
  leg(call, "customer", "ended", "normal", customers_leg(agents));
  EXPECT_EQ(story->call(call).outcome, "handled");
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::wrap_up);
  // A talk is not yet an answer: only the agent knows whether the customer was told.
  EXPECT_EQ(story->callback(promise).state, CallbackState::open);
  EXPECT_EQ(story->callback(promise).user, agent(2));
  story->reached(promise, agent(2));
  EXPECT_EQ(story->callback(promise).state, CallbackState::kept);
  EXPECT_TRUE(story->facts(file).told_at);
}

TEST_P(DueCallbacks, a_customer_who_does_not_answer_is_tried_again_later) {
  const InteractionId call = comes_due();
  const std::string agents = answers(call, agent(2));
  leg(call, "customer", "failed", "busy", customers_leg(agents));
  EXPECT_EQ(story->call(call).state, InteractionState::ended);
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::available);
  const Callback tried = story->callback(promise);
  EXPECT_EQ(tried.attempts, 1);
  ASSERT_TRUE(tried.next_try_at);
  EXPECT_EQ(story->refused(timer().does(event::CallbackDue{promise})), "too_early");
  story->at(*tried.next_try_at);
  story->must(timer().does(event::CallbackDue{promise}));
  EXPECT_TRUE(in_line());
}

TEST_P(DueCallbacks, an_agent_who_misses_it_leaves_it_in_line) {
  const InteractionId call = comes_due();
  const std::string missed = story->offer(story->is_offered(call, agent(1))).leg;
  leg(call, "agent", "failed", "no_answer", missed);
  EXPECT_EQ(story->call(call).state, InteractionState::waiting);
  EXPECT_EQ(story->call(call).pbx, "");
  EXPECT_EQ(story->desk(agent(1)).misses, 1);
  EXPECT_NE(answers(call, agent(2)), missed);
}

TEST_P(DueCallbacks, who_is_told_meanwhile_is_not_called) {
  const InteractionId call = comes_due();
  const OfferId offer = story->is_offered(call, agent(2));
  story->reached(promise, agent(1));
  EXPECT_EQ(story->call(call).state, InteractionState::ended);
  EXPECT_EQ(story->offer(offer).state, OfferState::withdrawn);
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::available);
  EXPECT_EQ(story->desk(agent(2)).misses, 0);
}

TEST_P(DueCallbacks, dialled_from_the_list_it_leaves_the_line) {
  const InteractionId call = comes_due();
  const InteractionId dialled = story->dials(promise, agent(1));
  EXPECT_EQ(story->call(call).state, InteractionState::ended);
  EXPECT_EQ(in_line(), dialled);
  story->customer_answers(dialled);
}

TEST_P(DueCallbacks, nobody_dials_what_another_is_rung_for) {
  const InteractionId call = comes_due();
  (void)story->is_offered(call, agent(2));
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CallbackDialled{promise})), "already_dialling");
}

TEST_P(DueCallbacks, another_time_or_another_caller_moves_it) {
  const InteractionId call = comes_due();
  story->must(by(agent(1)).does(event::CallbackAssigned{promise, agent(2)}));
  EXPECT_EQ(story->call(call).owner, agent(2));
  story->must(by(agent(2)).does(event::CallbackRescheduled{promise, now() + hours{3}}));
  EXPECT_FALSE(in_line());
  EXPECT_EQ(story->refused(timer().does(event::CallbackDue{promise})), "too_early");
}

TEST_P(DueCallbacks, nobody_free_in_time_leaves_it_on_the_list) {
  const InteractionId call = comes_due();
  story->must(router().does(event::WaitExhausted{call, "wait_over"}));
  EXPECT_EQ(story->call(call).outcome, "callback");
  EXPECT_EQ(story->callback(promise).state, CallbackState::open);
}

TEST_P(DueCallbacks, late_ones_wait_for_the_morning) {
  story->at(story->callback(promise).due_at + hours{11});  // 23:00
  story->must(timer().does(event::CallbackDue{promise}));
  EXPECT_FALSE(in_line());
  const auto morning = story->callback(promise).next_try_at;
  ASSERT_TRUE(morning);
  EXPECT_EQ(*morning, moment("2030-03-05T08:00:00+08:00"));
  story->at(*morning);
  story->must(timer().does(event::CallbackDue{promise}));
  EXPECT_TRUE(in_line());
}

TEST_P(DueCallbacks, who_gave_up_waiting_is_called_at_once) {
  const InteractionId lost = story->call_arrives("+8613900000009");
  story->pass(seconds{40});
  story->hangs_up(lost);
  promise = story->call(lost).callback;
  ASSERT_EQ(story->callback(promise).kind, CallbackKind::abandoned);
  story->must(timer().does(event::CallbackDue{promise}));
  const InteractionId call = in_line().value();
  // He calls in himself: nobody has to call him any more.
  const InteractionId again = story->call_arrives("+8613900000009");
  story->answers_by_phone(story->is_offered(again, agent(2)));
  EXPECT_EQ(story->callback(promise).state, CallbackState::cancelled);
  EXPECT_EQ(story->call(call).state, InteractionState::ended);
}

TEST_P(DueCallbacks, without_a_queue_they_stay_on_the_lists) {
  in_force.book.callbacks.queue.clear();
  story->at(story->callback(promise).due_at);
  story->must(timer().does(event::CallbackDue{promise}));
  EXPECT_FALSE(in_line());
}

TEST_P(DueCallbacks, satisfaction_is_asked_from_the_list) {
  story->reached(promise, agent(1));
  story->resolves(file, agent(1));
  const Callback asked = story->open_callback(file, CallbackKind::follow_up);
  promise = asked.id;
  story->at(asked.due_at);
  story->must(timer().does(event::CallbackDue{promise}));
  EXPECT_FALSE(in_line());
}

}  // namespace
}  // namespace firsthand::test
