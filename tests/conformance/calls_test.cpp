// SPDX-License-Identifier: Apache-2.0
// Calls, offers and desks: nobody is lost, nobody is rung twice, nobody who is away is rung.
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

using std::chrono::minutes;

class Calls : public OnEveryStore {
 protected:
  Calls() {
    story->arrives_at_work(agent(1));
    story->arrives_at_work(agent(2));
  }
  std::size_t commands(std::string_view verb) {
    std::size_t found = 0;
    for (const auto seen = store->look(); const auto& effect : seen.effects)
      found += effect.kind == EffectKind::pbx &&
               effect.key.find(":" + std::string{verb} + ":") != std::string::npos;
    return found;
  }
  std::vector<Offer> offers_of(InteractionId call) {
    std::vector<Offer> found;
    for (const auto seen = store->look(); const auto& [id, made] : seen.world.offers)
      if (made.interaction == call) found.push_back(made);
    return found;
  }
};
FIRSTHAND_ON_EVERY_STORE(Calls);

TEST_P(Calls, a_call_is_answered_by_telephone) {
  const InteractionId call = story->call_arrives("+8613900000001");
  EXPECT_EQ(story->call(call).queue, "complaints");
  const OfferId offer = story->is_offered(call, agent(1));
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::offered);
  EXPECT_EQ(story->desk(agent(1)).interaction, call);
  EXPECT_EQ(commands("ring"), 1u);
  story->pass(Seconds{7});
  story->answers_by_phone(offer);
  EXPECT_EQ(story->call(call).state, InteractionState::talking);
  EXPECT_EQ(story->call(call).agent, agent(1));
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::talking);
  EXPECT_EQ(commands("connect"), 1u);
  story->hangs_up(call);
  EXPECT_EQ(story->call(call).outcome, "handled");
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::wrap_up);
  EXPECT_EQ(story->desk(agent(1)).wrap_up_until, store->now() + Seconds{30});
  story->wraps_up(agent(1));
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::available);
}

TEST_P(Calls, a_call_is_answered_in_the_console_and_then_by_its_telephone) {
  const InteractionId call = story->call_arrives("+8613900000001");
  const OfferId offer = story->is_offered(call, agent(1));
  story->answers_in_console(agent(1), offer);
  EXPECT_EQ(story->call(call).state, InteractionState::talking);
  EXPECT_EQ(commands("answer"), 1u);
  EXPECT_EQ(commands("connect"), 0u);
  story->answers_by_phone(offer);
  EXPECT_EQ(commands("connect"), 1u);
  EXPECT_EQ(story->refused(by(agent(1)).does(event::OfferAccepted{offer, story->offer(offer).token,
                                                                  event::AcceptedHow::console})),
            "offer_gone");
}

TEST_P(Calls, a_late_acceptance_is_refused_with_its_own_word) {
  const InteractionId call = story->call_arrives("+8613900000001");
  const OfferId offer = story->is_offered(call, agent(1));
  const std::string token = story->offer(offer).token;
  story->pass(Seconds{20});
  story->must(timer().does(event::OfferExpired{offer}));
  EXPECT_EQ(story->refused(
                by(agent(1)).does(event::OfferAccepted{offer, token, event::AcceptedHow::console})),
            "offer_gone");
  EXPECT_EQ(story->call(call).state, InteractionState::waiting);
}

TEST_P(Calls, a_declined_call_keeps_its_place_and_is_offered_to_the_next) {
  const InteractionId call = story->call_arrives("+8613900000001");
  const Instant place = story->call(call).enqueued_at;
  story->pass(Seconds{3});
  const OfferId offer = story->is_offered(call, agent(1));
  const std::string token = story->offer(offer).token;
  story->must(by(agent(1)).does(event::OfferRefused{offer, token, "declined"}));
  EXPECT_EQ(story->offer(offer).state, OfferState::declined);
  EXPECT_EQ(story->call(call).state, InteractionState::waiting);
  EXPECT_EQ(story->call(call).enqueued_at, place);
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::available);
  story->answers_by_phone(story->is_offered(call, agent(2)));
  EXPECT_EQ(story->call(call).agent, agent(2));
}

TEST_P(Calls, a_missed_call_backs_the_agent_off_and_the_third_for_good) {
  const InteractionId call = story->call_arrives("+8613900000001");
  for (int miss = 1; miss <= 3; ++miss) {
    const OfferId offer = story->is_offered(call, agent(1));
    story->pass(Seconds{20});
    story->must(timer().does(event::OfferExpired{offer}));
    const Desk desk = story->desk(agent(1));
    EXPECT_EQ(desk.presence, Presence::not_responding);
    EXPECT_EQ(desk.misses, miss);
    EXPECT_EQ(desk.wrap_up_until.has_value(), miss < 3);
    if (miss == 3) break;
    story->pass(Seconds{20 * miss});
    story->must(timer().does(event::WrapUp{agent(1), event::WrapUpAction::time_is_up}));
    EXPECT_EQ(story->desk(agent(1)).presence, Presence::available);
  }
  EXPECT_EQ(story->refused(router().does(
                event::OfferMade{call, agent(1), OfferReason::skills, "t", Seconds{15}})),
            "agent_not_available");
  story->arrives_at_work(agent(1));
  EXPECT_EQ(story->desk(agent(1)).misses, 0);
}

TEST_P(Calls, an_interaction_is_offered_to_one_agent_and_an_agent_one_interaction) {
  const InteractionId first = story->call_arrives("+8613900000001");
  const InteractionId second = story->call_arrives("+8613900000002");
  const auto offer = [](InteractionId call, UserId who) {
    return router().does(event::OfferMade{call, who, OfferReason::skills, "t", Seconds{15}});
  };
  const auto outcomes =
      story->tell_all({offer(first, agent(1)), offer(first, agent(2)), offer(second, agent(1))});
  EXPECT_FALSE(outcomes.at(0).refusal);
  EXPECT_EQ(outcomes.at(1).refusal->code, "not_waiting");
  EXPECT_EQ(outcomes.at(2).refusal->code, "agent_not_available");
  EXPECT_EQ(offers_of(first).size(), 1u);
  EXPECT_TRUE(offers_of(second).empty());
}

TEST_P(Calls, a_caller_who_gives_up_while_it_rings_frees_the_agent) {
  const InteractionId call = story->call_arrives("+8613900000001");
  const Instant idle_since = story->desk(agent(1)).idle_since;
  story->pass(Seconds{2});
  const OfferId offer = story->is_offered(call, agent(1));
  story->pass(Seconds{3});
  story->hangs_up(call);
  EXPECT_EQ(story->offer(offer).state, OfferState::withdrawn);
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::available);
  EXPECT_EQ(story->desk(agent(1)).idle_since, idle_since);
  EXPECT_EQ(story->desk(agent(1)).misses, 0);
  const auto promises = story->callbacks_of(story->call(call).customer);
  ASSERT_EQ(promises.size(), 1u);
  EXPECT_EQ(promises[0].user, agent(1)) << "who heard it ring owns it";
}

TEST_P(Calls, an_abandoned_call_is_an_owned_callback_and_the_second_does_not_double_it) {
  const InteractionId first = story->call_arrives("+8613900000001");
  story->pass(Seconds{40});
  story->hangs_up(first);
  EXPECT_EQ(story->call(first).outcome, "abandoned");
  story->pass(minutes{2});
  const InteractionId second = story->call_arrives("+8613900000001");
  EXPECT_EQ(story->call(second).customer, story->call(first).customer);
  story->hangs_up(second);
  const auto promises = story->callbacks_of(story->call(first).customer);
  ASSERT_EQ(promises.size(), 1u);
  EXPECT_EQ(promises[0].kind, CallbackKind::abandoned);
  EXPECT_EQ(promises[0].state, CallbackState::open);
  EXPECT_TRUE(promises[0].user);
  EXPECT_EQ(promises[0].number, "+8613900000001");
  EXPECT_EQ(promises[0].due_at, story->call(first).ended_at.value() + minutes{30});
  EXPECT_EQ(story->call(second).callback, promises[0].id);
  // He gets through the third time: nobody needs to call him back.
  story->talks("+8613900000001", agent(1));
  EXPECT_EQ(story->callback(promises[0].id).state, CallbackState::cancelled);
  EXPECT_EQ(story->callback(promises[0].id).ended_why, "customer_called_in");
}

TEST_P(Calls, whose_waits_are_used_up_is_promised_a_callback) {
  const InteractionId call = story->call_arrives("+8613900000001");
  story->pass(minutes{4});
  story->must(router().does(event::WaitExhausted{call}));
  EXPECT_EQ(story->call(call).outcome, "callback");
  EXPECT_TRUE(story->call(call).callback);
  EXPECT_EQ(commands("release"), 1u);
  story->hangs_up(call);  // the PBX's own report comes after
  EXPECT_EQ(story->call(call).outcome, "callback");
  EXPECT_EQ(story->callbacks_of(story->call(call).customer).size(), 1u);
}

TEST_P(Calls, a_call_is_held_and_taken_back_and_hung_up_by_the_agent) {
  const InteractionId call = story->talks("+8613900000001", agent(1));
  story->must(by(agent(1)).does(event::HoldAsked{call, true}));
  EXPECT_EQ(story->call(call).state, InteractionState::held);
  story->must(by(agent(1)).does(event::HoldAsked{call, false}));
  EXPECT_EQ(story->call(call).state, InteractionState::talking);
  story->must(pbx().does(event::CallHeld{call, true}));
  story->must(pbx().does(event::CallHeld{call, true}));
  EXPECT_EQ(story->call(call).state, InteractionState::held);
  story->must(by(agent(1)).does(event::HangUpAsked{call}));
  EXPECT_EQ(story->call(call).state, InteractionState::held) << "the PBX says when it has ended";
  EXPECT_EQ(commands("hang_up"), 1u);
  story->hangs_up(call, "agent_hung_up");
  EXPECT_EQ(story->call(call).outcome, "handled");
}

TEST_P(Calls, the_same_channel_is_one_call_whatever_the_key) {
  const event::CallArrived e{"pbx1", "same", "+8613900000001", "400", store->now()};
  const Reply first = story->must(pbx().once("k1").does(e));
  const Reply again = story->must(pbx().once("k2").does(e));
  EXPECT_EQ(first.id, again.id);
  EXPECT_EQ(store->look().world.interactions.size(), 1u);
}

TEST_P(Calls, a_call_that_ends_in_the_batch_it_arrived_in_is_a_callback) {
  const auto outcomes = story->tell_all(
      {pbx().once("a").does(event::CallArrived{"pbx1", "c", "+8613900000001", "400", {}}),
       pbx().once("e").does(event::CallEnded{"pbx1", "c", {}, "caller_hung_up"}),
       pbx().once("b").does(event::CallArrived{"pbx1", "d", "+8613900000001", "400", {}}),
       pbx().once("f").does(event::CallEnded{"pbx1", "d", {}, "caller_hung_up"})});
  for (const auto& outcome : outcomes) EXPECT_FALSE(outcome.refusal);
  EXPECT_EQ(store->look().world.customers.size(), 1u);
  EXPECT_EQ(store->look().world.callbacks.size(), 1u);
}

TEST_P(Calls, a_withheld_number_is_a_call_without_a_callback) {
  const InteractionId call = story->call_arrives("");
  story->hangs_up(call);
  EXPECT_EQ(story->call(call).outcome, "abandoned");
  EXPECT_TRUE(store->look().world.callbacks.empty());
  // Two of them are two customers: nobody knows better.
  EXPECT_NE(story->call(story->call_arrives("")).customer, story->call(call).customer);
}

TEST_P(Calls, an_engine_gap_ends_a_talk_and_keeps_a_waiting_caller) {
  const InteractionId talk = story->talks("+8613900000001", agent(1));
  const InteractionId waiting = story->call_arrives("+8613900000002");
  story->hangs_up(talk, "engine_gap");
  story->hangs_up(waiting, "engine_gap");
  EXPECT_EQ(story->call(talk).outcome, "engine_gap");
  EXPECT_EQ(story->call(waiting).outcome, "abandoned");
  EXPECT_EQ(story->callbacks_of(story->call(waiting).customer).size(), 1u);
}

TEST_P(Calls, an_end_that_was_known_or_meant_is_no_late_event) {
  const auto late_events = [&] {
    const auto seen = store->look();
    return std::count_if(seen.history.begin(), seen.history.end(),
                         [](const HistoryEntry& entry) { return entry.kind == "late_event"; });
  };
  const auto ends = [&](InteractionId call, const char* reason) {
    story->must(pbx().does(event::CallEnded{"pbx1", "", call, reason}));
  };
  const InteractionId talk = story->talks("+8613900000001", agent(1));
  story->hangs_up(talk);
  ends(talk, "engine_gap");  // the minute's look saw neither the channel nor the end
  EXPECT_EQ(story->call(talk).outcome, "handled");
  const InteractionId waiting = story->call_arrives("+8613900000002");
  story->must(router().does(event::WaitExhausted{waiting, "wait_over"}));
  ends(waiting, "released");
  EXPECT_EQ(story->call(waiting).outcome, "callback");
  EXPECT_EQ(late_events(), 0);
  ends(talk, "pbx_lost");
  EXPECT_EQ(late_events(), 1);
}

TEST_P(Calls, presence_breaks_wraps_up_and_ends) {
  const auto set = [&](Presence presence, const char* reason) {
    return story->refused(by(agent(1)).does(event::PresenceSet{agent(1), presence, reason}));
  };
  EXPECT_EQ(set(Presence::on_break, "lunch"), "");
  EXPECT_EQ(story->desk(agent(1)).reason, "lunch");
  EXPECT_EQ(set(Presence::available, ""), "");
  story->hangs_up(story->talks("+8613900000001", agent(1)));
  story->must(by(agent(1)).does(event::WrapUp{agent(1), event::WrapUpAction::extend}));
  EXPECT_EQ(story->desk(agent(1)).wrap_up_until, store->now() + Seconds{90});
  story->pass(Seconds{90});
  story->must(timer().does(event::WrapUp{agent(1), event::WrapUpAction::time_is_up}));
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::available);
  story->must(by(agent(1)).does(event::PresenceBeat{agent(1), Seconds{15}}));
  story->pass(Seconds{16});
  story->must(timer().does(event::PresenceLost{agent(1)}));
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::offline);
  EXPECT_EQ(story->desk(agent(1)).reason, "console_lost");
}

TEST_P(Calls, a_pbx_that_routes_by_itself_is_listened_to_in_any_order) {
  const auto report = [&](const char* what, const char* number) {
    event::CallObserved e{};
    e.pbx = "cti";
    e.call = "c1";
    e.what = what;
    e.number = number;
    e.extension = "1001";
    story->must(Speaker{{}, "cti"}.once(what).does(e));
  };
  report("ringing", "+8613900000001");
  report("answer", "");
  report("new_call", "+8613900000001");
  report("ringing", "");
  const auto calls = store->look().world.interactions;
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls.begin()->second.state, InteractionState::talking);
  EXPECT_EQ(calls.begin()->second.agent, agent(1));
  report("hangup", "");
  EXPECT_EQ(story->call(calls.begin()->first).outcome, "handled");
  EXPECT_TRUE(store->look().world.callbacks.empty());
}

// A manager port tells of every end as well, so the call is at the desk whose telephone rings.
TEST_P(Calls, an_observed_call_is_at_the_desk_whose_telephone_rings) {
  const auto report = [&](const char* what, UserId who) {
    event::CallObserved e{};
    e.pbx = "pbx1";
    e.call = "c1";
    e.what = what;
    e.number = "+8613900000001";
    e.agent = who;
    story->must(Speaker{{}, "pbx1"}.once(std::string{what} + std::to_string(who.value)).does(e));
  };
  const auto desk = [&](int n) { return story->desk(agent(n)); };
  story->must(by(agent(1)).does(event::PresenceSet{agent(1), Presence::available, ""}));
  story->must(by(agent(2)).does(event::PresenceSet{agent(2), Presence::available, ""}));
  report("new_call", {});
  report("ringing", agent(1));
  const InteractionId call = desk(1).interaction;
  ASSERT_TRUE(call);
  EXPECT_EQ(desk(1).presence, Presence::offered);
  // He does not answer; the queue rings the next.
  report("ringing", agent(2));
  EXPECT_EQ(desk(1).presence, Presence::available);
  EXPECT_FALSE(desk(1).interaction);
  EXPECT_EQ(desk(2).interaction, call);
  report("answer", agent(2));
  EXPECT_EQ(desk(2).presence, Presence::talking);
  event::HoldAsked hold{call, true};
  EXPECT_EQ(story->refused(by(agent(2)).does(hold)), "held_by_phone");
  report("transfer", agent(1));
  EXPECT_EQ(desk(1).presence, Presence::talking);
  EXPECT_EQ(desk(2).presence, Presence::wrap_up);
  report("hangup", {});
  EXPECT_EQ(desk(1).presence, Presence::wrap_up);
  EXPECT_FALSE(desk(1).interaction);
  EXPECT_EQ(story->call(call).outcome, "handled");
}

// The engine slept for longer than a lease, and an answer overtook the news.
TEST_P(Calls, whom_the_pbx_took_back_was_not_handled) {
  const InteractionId call = story->call_arrives("+8613900000001");
  story->answers_in_console(agent(1), story->is_offered(call, agent(1)));
  story->hangs_up(call, "lease_lost");
  EXPECT_EQ(story->call(call).outcome, "released");
  EXPECT_FALSE(story->desk(agent(1)).interaction);
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::wrap_up);
}

// Without a database he was only written down; whoever has one again queues him.
TEST_P(Calls, a_caller_whom_nobody_had_without_the_database_waits_as_everybody_does) {
  event::CallObserved seen{};
  seen.pbx = "pbx1";
  seen.call = "c3";
  seen.what = "new_call";
  seen.number = "+8613900000001";
  story->must(Speaker{{}, "pbx1"}.once("n").does(seen));
  event::CallArrived found;
  found.pbx = "pbx1";
  found.pbx_channel = "c3";
  found.number = seen.number;
  const InteractionId call{story->must(pbx().once("f").does(found)).id};
  EXPECT_FALSE(story->call(call).observed);
  EXPECT_EQ(commands("accept"), 1u);
  story->answers_by_phone(story->is_offered(call, agent(1)));
  EXPECT_EQ(story->call(call).state, InteractionState::talking);
  story->must(pbx().once("f2").does(found));
  EXPECT_EQ(story->call(call).state, InteractionState::talking) << "seen again";
}

// Nobody has a console open there: the telephone rings, and nobody becomes present by it.
TEST_P(Calls, an_observed_call_makes_nobody_present) {
  event::CallObserved e{};
  e.pbx = "pbx1";
  e.call = "c2";
  e.what = "ringing";
  e.number = "+8613900000001";
  e.agent = agent(3);
  story->must(Speaker{{}, "pbx1"}.once("r").does(e));
  EXPECT_EQ(story->desk(agent(3)).presence, Presence::offline);
  EXPECT_TRUE(story->desk(agent(3)).interaction);
  e.what = "hangup";
  story->must(Speaker{{}, "pbx1"}.once("h").does(e));
  EXPECT_FALSE(story->desk(agent(3)).interaction);
  EXPECT_EQ(store->look().world.callbacks.size(), 1u) << "a call given up is promised a call";
}

}  // namespace
}  // namespace firsthand::test
