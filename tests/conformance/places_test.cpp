// SPDX-License-Identifier: Apache-2.0
// Places in line: kept for whoever presses the digit, given back to whoever was cut off.
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kNumber = "+8613900000001";

class Places : public OnEveryStore {
 protected:
  Places() {
    story->arrives_at_work(agent(1));
    story->arrives_at_work(agent(2));
  }
  void presses(InteractionId call, const std::string& digit) {
    const Interaction was = story->call(call);
    story->must(pbx()
                    .once("digits:" + was.pbx_channel + ":" + std::to_string(++pressed_))
                    .does(event::DigitPressed{was.pbx, was.pbx_channel, digit}));
  }
  /// Presses the digit and is hung up on, as he was told he would be.
  InteractionId keeps_a_place() {
    const InteractionId call = story->call_arrives(kNumber);
    story->pass(seconds{20});
    presses(call, "1");
    story->hangs_up(call, "dropped");
    return call;
  }
  void leg(InteractionId call, std::string_view side, std::string_view what, std::string_view why,
           const std::string& leg_id) {
    story->must(pbx().does(
        event::OutboundLeg{call, std::string{side}, std::string{what}, std::string{why}, leg_id}));
  }
  static std::string customers(std::string agents) {
    agents[agents.find("-a") + 1] = 'c';
    return agents;
  }
  std::size_t commands(std::string_view verb) {
    std::size_t found = 0;
    for (const auto seen = store->look(); const auto& effect : seen.effects)
      found += effect.kind == EffectKind::pbx &&
               effect.key.find(":" + std::string{verb} + ":") != std::string::npos;
    return found;
  }
  int pressed_ = 0;
};
FIRSTHAND_ON_EVERY_STORE(Places);

TEST_P(Places, who_presses_the_digit_keeps_the_place_and_an_owned_promise) {
  const InteractionId call = keeps_a_place();
  const Interaction kept = story->call(call);
  EXPECT_EQ(kept.state, InteractionState::waiting);
  EXPECT_TRUE(kept.virtual_hold);
  EXPECT_EQ(kept.enqueued_at, store->now() - seconds{20});
  EXPECT_EQ(commands("say_goodbye"), 1u);
  const Callback promise = story->callback(kept.callback);
  EXPECT_EQ(promise.state, CallbackState::open);
  EXPECT_TRUE(promise.user);
  // Again, or another digit: nothing.
  presses(call, "1");
  presses(call, "5");
  EXPECT_EQ(commands("say_goodbye"), 1u);
  EXPECT_EQ(story->callbacks_of(kept.customer).size(), 1u);
}

TEST_P(Places, only_the_queues_digit_and_a_number_that_can_be_called) {
  const InteractionId other = story->call_arrives(kNumber);
  presses(other, "2");
  EXPECT_FALSE(story->call(other).virtual_hold);
  const InteractionId withheld = story->call_arrives("");
  presses(withheld, "1");
  EXPECT_FALSE(story->call(withheld).virtual_hold);
  story->answers_by_phone(story->is_offered(other, agent(1)));
  presses(other, "1");
  EXPECT_FALSE(story->call(other).virtual_hold) << "a digit in a talk is not ours";
  EXPECT_EQ(commands("say_goodbye"), 0u);
}

TEST_P(Places, the_turn_comes_agent_first_and_then_the_customer) {
  const InteractionId call = keeps_a_place();
  story->pass(minutes{10});
  const OfferId offer = story->is_offered(call, agent(1));
  EXPECT_EQ(commands("ring"), 0u);
  EXPECT_EQ(commands("call_back"), 1u);
  const std::string agents = story->offer(offer).leg;
  leg(call, "agent", "ringing", "", agents);
  leg(call, "agent", "answered", "", agents);
  EXPECT_EQ(story->offer(offer).state, OfferState::accepted);
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::talking);
  EXPECT_FALSE(story->call(call).answered_at) << "nobody has talked to the customer yet";
  leg(call, "customer", "answered", "", customers(agents));
  leg(call, "customer", "answered", "", customers(agents));
  EXPECT_EQ(story->call(call).state, InteractionState::talking);
  EXPECT_EQ(story->callback(story->call(call).callback).state, CallbackState::kept);
  story->pass(minutes{3});
  leg(call, "customer", "ended", "normal", customers(agents));
  EXPECT_EQ(story->call(call).outcome, "handled");
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::wrap_up);
}

TEST_P(Places, an_agent_who_does_not_take_it_leaves_the_place_where_it_was) {
  const InteractionId call = keeps_a_place();
  const Instant place = story->call(call).enqueued_at;
  const OfferId missed = story->is_offered(call, agent(1));
  const std::string first = story->offer(missed).leg;
  leg(call, "agent", "failed", "no_answer", first);
  EXPECT_EQ(story->offer(missed).state, OfferState::failed);
  EXPECT_EQ(story->call(call).state, InteractionState::waiting);
  EXPECT_EQ(story->call(call).enqueued_at, place);
  EXPECT_EQ(story->desk(agent(1)).misses, 1);
  const OfferId second = story->is_offered(call, agent(2));
  const std::string then = story->offer(second).leg;
  EXPECT_NE(first, then);
  leg(call, "agent", "answered", "", then);
  // What is told late of the first attempt is nothing to the second.
  leg(call, "agent", "ended", "withdrawn", first);
  leg(call, "customer", "failed", "busy", customers(first));
  EXPECT_EQ(story->call(call).state, InteractionState::offered);
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::talking);
}

TEST_P(Places, a_customer_who_is_not_reached_is_still_promised_a_call) {
  const InteractionId call = keeps_a_place();
  const OfferId offer = story->is_offered(call, agent(1));
  const std::string agents = story->offer(offer).leg;
  leg(call, "agent", "answered", "", agents);
  leg(call, "customer", "failed", "busy", customers(agents));
  EXPECT_EQ(story->call(call).state, InteractionState::ended);
  EXPECT_EQ(story->call(call).outcome, "callback");
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::available);
  const Callback promise = story->callback(story->call(call).callback);
  EXPECT_EQ(promise.state, CallbackState::open);
  EXPECT_EQ(promise.attempts, 1);
}

TEST_P(Places, a_ring_that_went_with_the_pbx_takes_its_offer_along) {
  const InteractionId call = keeps_a_place();
  const OfferId offer = story->is_offered(call, agent(1));
  leg(call, "agent", "ended", "engine_gap", "");  // as the look after a reconnect tells it
  EXPECT_EQ(story->offer(offer).state, OfferState::failed);
  EXPECT_EQ(story->call(call).state, InteractionState::waiting);
  EXPECT_FALSE(story->desk(agent(1)).interaction);
  story->is_offered(call, agent(2));
  EXPECT_EQ(story->call(call).state, InteractionState::offered);
}

TEST_P(Places, a_leg_of_a_ring_that_was_given_up_is_hung_up_when_it_answers) {
  const InteractionId call = keeps_a_place();
  const std::string first = story->offer(story->is_offered(call, agent(1))).leg;
  leg(call, "agent", "ended", "engine_gap", "");
  const std::string second = story->offer(story->is_offered(call, agent(2))).leg;
  leg(call, "agent", "answered", "", first);
  EXPECT_EQ(commands("hang_up"), 1u);
  EXPECT_EQ(story->call(call).state, InteractionState::offered) << "the second one rings on";
  leg(call, "agent", "answered", "", second);
  leg(call, "customer", "failed", "no_answer", customers(second));
  EXPECT_EQ(story->call(call).state, InteractionState::ended);
  leg(call, "customer", "answered", "", customers(second));
  EXPECT_EQ(commands("hang_up"), 2u) << "nobody waits for him any more";
}

TEST_P(Places, answered_in_the_console_the_telephone_takes_it_by_itself) {
  const InteractionId call = keeps_a_place();
  const OfferId offer = story->is_offered(call, agent(1));
  const std::string rung = story->offer(offer).leg;
  story->answers_in_console(agent(1), offer);
  EXPECT_EQ(commands("answer_back"), 1u);
  const std::string taken = story->call(call).leg;
  EXPECT_NE(taken, rung);
  leg(call, "agent", "failed", "withdrawn", rung);  // gave way to the other
  EXPECT_EQ(story->call(call).agent, agent(1));
  leg(call, "agent", "answered", "", taken);
  leg(call, "customer", "answered", "", customers(taken));
  EXPECT_EQ(story->call(call).state, InteractionState::talking);
}

TEST_P(Places, a_telephone_that_never_rang_gives_the_place_back) {
  const InteractionId call = keeps_a_place();
  const OfferId offer = story->is_offered(call, agent(1));
  story->answers_in_console(agent(1), offer);
  leg(call, "agent", "failed", "unreachable", story->call(call).leg);
  EXPECT_EQ(story->call(call).state, InteractionState::waiting);
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::not_responding);
}

TEST_P(Places, a_ring_that_ended_unseen_gives_the_place_back) {
  const InteractionId call = keeps_a_place();
  const OfferId offer = story->is_offered(call, agent(1));
  leg(call, "agent", "ended", "engine_gap", "");
  EXPECT_EQ(story->offer(offer).state, OfferState::failed) << "no offer is left open";
  EXPECT_EQ(story->call(call).state, InteractionState::waiting);
  EXPECT_FALSE(story->desk(agent(1)).interaction);
}

TEST_P(Places, a_place_whose_time_is_over_leaves_the_promise) {
  const InteractionId call = keeps_a_place();
  story->must(router().does(event::WaitExhausted{call, "wait_over"}));
  EXPECT_EQ(story->call(call).outcome, "callback");
  EXPECT_EQ(story->callback(story->call(call).callback).state, CallbackState::open);
  EXPECT_EQ(commands("release"), 0u) << "there is nobody in the PBX any more";
}

TEST_P(Places, while_it_rings_somewhere_the_agent_is_freed_without_a_miss) {
  const InteractionId call = story->call_arrives(kNumber);
  const OfferId offer = story->is_offered(call, agent(1));
  presses(call, "1");
  EXPECT_EQ(story->offer(offer).state, OfferState::withdrawn);
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::available);
  EXPECT_EQ(story->desk(agent(1)).misses, 0);
  EXPECT_EQ(story->call(call).state, InteractionState::waiting);
}

TEST_P(Places, who_was_cut_off_and_calls_again_has_the_old_place) {
  const InteractionId first = story->call_arrives(kNumber);
  const Instant place = story->call(first).enqueued_at;
  story->pass(seconds{50});
  story->hangs_up(first);
  story->pass(seconds{100});
  const InteractionId again = story->call_arrives(kNumber);
  EXPECT_EQ(story->call(again).place_at, place);
  EXPECT_EQ(story->call(again).enqueued_at, store->now()) << "what he waits counts anew";
  // Cut off once more: it is still the first place. Too late, or another number: none.
  story->hangs_up(again);
  const InteractionId third = story->call_arrives(kNumber);
  EXPECT_EQ(story->call(third).place_at, place);
  story->hangs_up(third);
  EXPECT_FALSE(story->call(story->call_arrives("+8613900000002")).place_at);
  story->pass(minutes{3} + seconds{1});
  EXPECT_FALSE(story->call(story->call_arrives(kNumber)).place_at);
}

TEST_P(Places, closed_is_said_and_a_callback_promised_for_when_somebody_is_there) {
  const InteractionId call = story->call_arrives(kNumber);
  story->must(router().does(event::WaitExhausted{call, "closed"}));
  EXPECT_EQ(story->call(call).outcome, "callback");
  EXPECT_EQ(commands("release"), 1u);
  EXPECT_EQ(story->callback(story->call(call).callback).state, CallbackState::open);
}

}  // namespace
}  // namespace firsthand::test
