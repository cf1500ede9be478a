// SPDX-License-Identifier: Apache-2.0
// The memory store stands up to tampering as the schema would: every constraint refuses, and a
// refused or uncommitted batch leaves no trace.
#include "tests/support/memory_tx.hpp"

#include <gtest/gtest.h>

#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

const Rules& rules() {
  static const Rules loaded = company(FIRSTHAND_DEFAULTS);
  return loaded;
}

struct Tampering {
  const char* constraint;
  std::function<void(Docket&)> with;
};

Alert copy_of(const Alert& alert, std::int64_t id) {
  Alert made = alert;
  made.id = AlertId{id};
  return made;
}

class MemoryStoreRefuses : public ::testing::Test {
 protected:
  MemoryStoreRefuses() {
    store.set_now(monday_ten());
    story.arrives_at_work(agent(1));
    id = story.complaint_taken("+8613900000001", agent(1));
    other = story.complaint_taken("+8613900000002", agent(1));
    story.at(monday_ten() + std::chrono::hours{2});
    story.timers_run();
    call = story.call_arrives("+8613900000003");
    second = story.call_arrives("+8613900000004");
    offer = story.is_offered(call, agent(1));
  }

  Wanted everything() const {
    Wanted wanted;
    wanted.cases = {id, other};
    wanted.interactions = {call, second};
    wanted.offers = {offer};
    wanted.desks = {agent(1)};
    return wanted;
  }

  MemoryStore store{rules()};
  Story story{store};
  CaseId id, other;
  InteractionId call, second;
  OfferId offer;
};

TEST_F(MemoryStoreRefuses, what_the_schema_refuses) {
  const std::vector<Tampering> rows{
      {"offer_one_per_interaction",
       [&](Docket& d) {
         Offer copy = d.now.offers.at(offer);
         copy.id = OfferId{1};
         copy.agent = agent(2);
         d.now.offers.emplace(copy.id, copy);
       }},
      {"offer_one_per_agent",
       [&](Docket& d) {
         Offer copy = d.now.offers.at(offer);
         copy.id = OfferId{1};
         copy.interaction = second;
         d.now.offers.emplace(copy.id, copy);
       }},
      {"interaction_channel",
       [&](Docket& d) {
         d.now.interactions.at(second).pbx_channel = d.now.interactions.at(call).pbx_channel;
       }},
      {"ended_has_time",
       [&](Docket& d) { d.now.interactions.at(call).state = InteractionState::ended; }},
      {"desk_user_id_fkey", [](Docket& d) { d.desk(kNobody).misses = 1; }},
      {"case_file_owner_id_fkey", [&](Docket& d) { d.now.cases.at(id).facts.owner = {}; }},
      {"case_file_number_key",
       [&](Docket& d) { d.now.cases.at(id).facts.number = d.now.cases.at(other).facts.number; }},
      {"resolved_was_told",
       [&](Docket& d) { d.now.cases.at(id).facts.state = CaseState::resolved; }},
      {"closed_has_time",
       [&](Docket& d) {
         d.now.cases.at(id).facts.state = CaseState::closed;
         d.now.cases.at(id).facts.told_how = "x";
       }},
      {"dispatch_one_live",
       [&](Docket& d) {
         Dispatch copy = d.now.cases.at(id).dispatches.at(0);
         copy.id = DispatchId{1};
         d.now.cases.at(id).dispatches.push_back(copy);
       }},
      {"callback_one_live",
       [&](Docket& d) {
         Callback copy = d.now.callbacks.begin()->second;
         copy.id = CallbackId{1};
         d.now.callbacks.emplace(copy.id, copy);
       }},
      {"alert_once",
       [&](Docket& d) {
         auto& alerts = d.now.cases.at(id).alerts;
         alerts.push_back(copy_of(alerts.at(0), 1));
       }},
      {"breached_at",
       [&](Docket& d) {
         for (auto& clock : d.now.cases.at(id).clocks) clock.breached_at.reset();
       }},
      {"clock_pause_one_open",
       [&](Docket& d) {
         const ClockPause pause{PauseId{1}, id, monday_ten(), {}, monday_ten(), "x", agent(1)};
         d.now.cases.at(id).pauses = {pause, pause};
         d.now.cases.at(id).pauses.at(1).id = PauseId{2};
       }},
  };
  const Snapshot before = store.look();
  for (const Tampering& row : rows) {
    SCOPED_TRACE(row.constraint);
    MemoryTx tx{store.rows(), story.now()};
    Docket docket = tx.load(everything());
    row.with(docket);
    try {
      tx.save(docket, {}, {});
      ADD_FAILURE() << "was taken";
    } catch (const ConstraintViolation& violation) {
      EXPECT_EQ(violation.constraint, row.constraint);
    }
  }
  EXPECT_EQ(store.look().world, before.world);
}

TEST_F(MemoryStoreRefuses, what_is_not_committed) {
  const Snapshot before = store.look();
  const std::vector<Event> batch{
      web().once("k").does(web_complaint("+8613900000009")),
      pbx().once("e").does(event::CallEnded{"pbx1", story.call(call).pbx_channel, {}, "gone"})};
  {
    MemoryTx tx{store.rows(), story.now()};
    firsthand::apply(tx, batch, rules());
    EXPECT_FALSE(store.look().world == before.world);
  }
  EXPECT_EQ(store.look().world, before.world);
  EXPECT_EQ(store.look().history.size(), before.history.size());
  EXPECT_FALSE(store.rows().remembers("api:web", "k"));
  // The same batch once more, and to the end.
  for (const auto& outcome : story.tell_all(batch)) {
    EXPECT_FALSE(outcome.refusal);
    EXPECT_FALSE(outcome.duplicate);
  }
  EXPECT_TRUE(store.rows().remembers("api:web", "k"));
}

TEST_F(MemoryStoreRefuses, an_earlier_reading_of_a_freed_slot) {
  // The slot's index follows the rows: freed, taken, undone, taken again.
  {
    MemoryTx tx{store.rows(), story.now()};
    const Event ended = pbx().does(event::CallEnded{"", "", call, "gone"});
    firsthand::apply(tx, std::span{&ended, 1}, rules());
  }
  EXPECT_EQ(story.refused(router().does(
                event::OfferMade{second, agent(1), OfferReason::skills, "t", Seconds{15}})),
            "agent_not_available");
  story.must(pbx().does(event::CallEnded{"", "", call, "gone"}));
  story.is_offered(second, agent(1));
}

}  // namespace
}  // namespace firsthand::test
