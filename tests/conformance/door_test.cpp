// SPDX-License-Identifier: Apache-2.0
// The one door: what is remembered, what is forgotten, what a batch is.
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

class TheDoor : public OnEveryStore {};
FIRSTHAND_ON_EVERY_STORE(TheDoor);

Event web_event(const std::string& number) {
  return web().once("complaint-of-" + number).does(web_complaint(number));
}

TEST_P(TheDoor, a_duplicate_in_a_later_batch_gets_the_earlier_reply) {
  const Reply first = story->must(web_event("+8613900000001"));
  const Snapshot before = story->look();
  const Outcome again = story->tell(web_event("+8613900000001"));
  EXPECT_TRUE(again.duplicate);
  EXPECT_FALSE(again.refusal);
  EXPECT_EQ(again.reply, first);
  EXPECT_EQ(story->look().world, before.world);
  EXPECT_EQ(story->look().history.size(), before.history.size());
}

TEST_P(TheDoor, a_duplicate_in_the_same_batch_gets_the_same_reply) {
  const auto outcomes = story->tell_all({web_event("+8613900000001"), web_event("+8613900000002"),
                                         web_event("+8613900000001"), web_event("+8613900000001")});
  EXPECT_FALSE(outcomes.at(0).duplicate);
  EXPECT_TRUE(outcomes.at(2).duplicate);
  EXPECT_EQ(outcomes.at(2).reply, outcomes.at(0).reply);
  EXPECT_EQ(outcomes.at(3).reply, outcomes.at(0).reply);
  EXPECT_NE(outcomes.at(0).reply.id, 0);
  EXPECT_EQ(story->look().world.cases.size(), 2u);
  // And in a third batch as well: what was remembered is the reply, not the repeat.
  EXPECT_EQ(story->tell(web_event("+8613900000001")).reply, outcomes.at(0).reply);
}

TEST_P(TheDoor, the_same_key_of_another_source_is_another_event) {
  event::CaseRegistered e = web_complaint("+8613900000001");
  story->must(web().once("k").does(e));
  e.public_token = "other";
  story->must(Speaker({}, "api:shop").once("k").does(e));
  EXPECT_EQ(story->look().world.cases.size(), 2u);
}

TEST_P(TheDoor, an_event_without_a_key_is_not_remembered) {
  event::CaseRegistered e = web_complaint("+8613900000001");
  story->must(web().does(e));
  e.public_token = "other";
  story->must(web().does(e));
  EXPECT_EQ(story->look().world.cases.size(), 2u);
}

TEST_P(TheDoor, a_refused_event_is_forgotten_and_may_come_again) {
  event::CaseRegistered e = web_complaint("");
  EXPECT_EQ(story->refused(web().once("k").does(e)), "not_reachable");
  EXPECT_TRUE(story->look().history.empty());
  e = web_complaint("+8613900000001");
  const Outcome mended = story->tell(web().once("k").does(e));
  EXPECT_FALSE(mended.refusal);
  EXPECT_FALSE(mended.duplicate);
  EXPECT_EQ(story->look().world.cases.size(), 1u);
}

TEST_P(TheDoor, a_refused_event_twice_in_a_batch_is_refused_twice) {
  const Event bad = web().once("k").does(web_complaint(""));
  const auto outcomes = story->tell_all({bad, bad});
  ASSERT_TRUE(outcomes.at(0).refusal);
  ASSERT_TRUE(outcomes.at(1).refusal);
  EXPECT_EQ(outcomes.at(1).refusal->code, "not_reachable");
  EXPECT_FALSE(story->tell(web().once("k").does(web_complaint("+8613900000001"))).refusal);
}

TEST_P(TheDoor, a_refusal_in_a_batch_leaves_the_others_alone) {
  const auto outcomes = story->tell_all(
      {web_event("+8613900000001"), web().once("bad").does(web_complaint("")),
       by(agent(1)).does(event::NoteAdded{CaseId{7}, "x"}), web_event("+8613900000002")});
  EXPECT_FALSE(outcomes.at(0).refusal);
  EXPECT_TRUE(outcomes.at(1).refusal);
  EXPECT_TRUE(outcomes.at(2).refusal);
  EXPECT_FALSE(outcomes.at(3).refusal);
  EXPECT_EQ(story->look().world.cases.size(), 2u);
}

TEST_P(TheDoor, a_hundred_mixed_events_are_one_batch) {
  for (int n = 1; n <= 4; ++n) story->arrives_at_work(agent(n));
  const CaseId known = story->complaint_taken("+8613900000050", agent(1));
  std::vector<Event> batch;
  for (int n = 0; n < 100; ++n) {
    const std::string name = std::to_string(n);
    const std::string number = "+86139000001" + std::to_string(10 + n % 40);
    switch (n % 5) {
      case 0: batch.push_back(web_event(number)); break;
      case 1:
        batch.push_back(
            pbx().once("a" + name).does(event::CallArrived{"pbx1", "b" + name, number, "400", {}}));
        break;
      case 2:
        batch.push_back(
            pbx()
                .once("e" + name)
                .does(event::CallEnded{"pbx1", "b" + std::to_string(n - 1), {}, "caller_hung_up"}));
        break;
      case 3: batch.push_back(by(agent(1)).does(event::NoteAdded{known, "第" + name})); break;
      case 4: batch.push_back(by(agent(1)).does(event::HandOverAnswered{known, true})); break;
    }
  }
  const auto outcomes = story->tell_all(batch);
  ASSERT_EQ(outcomes.size(), 100u);
  int refused = 0;
  for (const auto& outcome : outcomes) refused += outcome.refusal.has_value();
  EXPECT_EQ(refused, 20);
  const Snapshot seen = story->look();
  EXPECT_EQ(story->told_of(known, "note"), 20u);
  for (const auto& [id, call] : seen.world.interactions)
    EXPECT_EQ(call.state, InteractionState::ended);
  // Every caller who gave up has one live callback, however often he called.
  std::map<CustomerId, int> live;
  for (const auto& [id, promise] : seen.world.callbacks)
    live[promise.customer] += promise.kind == CallbackKind::abandoned;
  for (const auto& [customer, count] : live) EXPECT_LE(count, 1);
  // The numbers of one caller make one customer.
  std::set<std::string> numbers;
  for (const auto& [id, person] : seen.world.customers) {
    for (const auto& number : person.numbers) EXPECT_TRUE(numbers.insert(number).second) << number;
  }
}

TEST_P(TheDoor, history_is_in_the_order_of_what_happened) {
  const CaseId id = story->complaint_taken("+8613900000001", agent(1));
  const auto kinds = story->history(id);
  // Resolution, progress update and first response, which the talk has met; then the department's.
  const std::vector<std::string> wanted{"case_registered",   "ownership",     "clock_started",
                                        "clock_started",     "clock_started", "clock_met",
                                        "dispatched",        "clock_started", "clock_started",
                                        "callback_promised", "clock_started", "call_ended"};
  EXPECT_EQ(kinds, wanted);
  std::int64_t last = 0;
  Instant last_at{};
  for (const auto seen = story->look(); const auto& entry : seen.history) {
    EXPECT_GT(entry.id, last);
    EXPECT_GE(entry.at, last_at);
    last = entry.id;
    last_at = entry.at;
  }
}

}  // namespace
}  // namespace firsthand::test
