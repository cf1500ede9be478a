// SPDX-License-Identifier: Apache-2.0
// One customer's whole story, told once from the first ring to the follow-up call.
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class WholeStory : public OnEveryStore {};
FIRSTHAND_ON_EVERY_STORE(WholeStory);

TEST_P(WholeStory, from_the_first_ring_to_the_follow_up) {
  Story& s = *story;
  const std::string caller = "+8613900000001";
  s.arrives_at_work(agent(1));
  s.pass(minutes{1});
  s.arrives_at_work(agent(2));

  // A customer calls; the longest idle agent answers and registers a complaint during the call.
  const InteractionId first = s.call_arrives(caller);
  EXPECT_FALSE(s.call(first).owner) << "no open case, no owner";
  s.answers_in_console(agent(1), s.is_offered(first, agent(1)));
  const Instant registered = s.now();
  const CaseId id = s.complains(first, agent(1));
  EXPECT_EQ(s.facts(id).owner, agent(1));
  EXPECT_EQ(s.call(first).case_id, id);
  s.hangs_up(first);
  s.wraps_up(agent(1));

  // The repair centre accepts, and then does nothing: the clock warns, breaches, alerts once.
  s.must(by(kRepairLiaison).does(event::DispatchAccepted{s.newest_dispatch(id).id}));
  while (s.now() < registered + hours{2}) s.next_timer();
  EXPECT_EQ(s.now(), registered + hours{2}) << "at the due instant, not at the next poll";
  const auto breach = s.alerts(id, ClockKind::callback, "breach");
  ASSERT_EQ(breach.size(), 2u);
  for (const auto& alert : breach) {
    EXPECT_EQ(alert.fired_at, registered + hours{2});
    s.must(by(alert.recipient).does(event::AlertAcknowledged{alert.id}));
  }

  // The same customer calls again: the owner is known on arrival, the promise's breach as well.
  const InteractionId second = s.call_arrives(caller);
  EXPECT_EQ(s.call(second).owner, agent(1));
  EXPECT_EQ(s.call(second).case_id, id);
  s.answers_by_phone(s.is_offered(second, agent(1), OfferReason::owner));
  s.hangs_up(second);
  s.wraps_up(agent(1));
  EXPECT_EQ(s.call(second).outcome, "handled");

  // The liaison calls back through the engine, reaches the customer; the owner resolves.
  EXPECT_EQ(s.refused(by(agent(1)).does(event::CaseResolved{id, "x"})), "not_told");
  const CallbackId promise = s.open_callback(id).id;
  const InteractionId outbound = s.dials(promise, kRepairLiaison);
  s.customer_answers(outbound);
  s.pass(minutes{4});
  s.must(pbx().does(event::OutboundLeg{outbound, "agent", "ended", "normal"}));
  s.reached(promise, kRepairLiaison);
  s.must(by(agent(1)).does(event::CaseResolved{id, "主板已更换,客户确认"}));

  // The follow-up call by somebody else: dissatisfied, so the same owner has it again.
  const Callback follow_up = s.open_callback(id, CallbackKind::follow_up);
  EXPECT_NE(follow_up.user, agent(1));
  s.at(follow_up.due_at - hours{1});
  s.reached(follow_up.id, follow_up.user, false);
  EXPECT_EQ(s.facts(id).owner, agent(1));
  EXPECT_EQ(s.facts(id).cycle, 2);
  s.reached(s.open_callback(id).id, agent(1));
  s.must(by(agent(1)).does(event::CaseResolved{id, "第二次解决"}));
  const Callback again = s.open_callback(id, CallbackKind::follow_up);
  s.reached(again.id, again.user, true);
  EXPECT_EQ(s.facts(id).state, CaseState::closed);

  // The history tells all of it, in order.
  const auto told = s.history(id);
  std::size_t at = 0;
  for (const char* step : {"case_registered",
                           "ownership",
                           "clock_started",
                           "dispatched",
                           "callback_promised",
                           "call_ended",
                           "dispatch_accepted",
                           "clock_warned",
                           "clock_breached",
                           "alert_acknowledged",
                           "call_arrived",
                           "offer_made",
                           "offer_accepted",
                           "call_answered",
                           "call_ended",
                           "callback_dialled",
                           "call_answered",
                           "call_ended",
                           "callback_attempt",
                           "callback_kept",
                           "dispatch_answered",
                           "resolved",
                           "follow_up_scheduled",
                           "callback_attempt",
                           "reopened",
                           "callback_kept",
                           "resolved",
                           "callback_attempt",
                           "closed"}) {
    while (at < told.size() && told[at] != step) ++at;
    ASSERT_LT(at, told.size()) << step << " is missing, or out of order";
    ++at;
  }
  const auto ledger = s.ledger(id);
  ASSERT_EQ(ledger.size(), 1u) << "nobody took the case from its owner";
  const auto alerts = s.file(id).alerts;
  for (const auto& alert : alerts) {
    const auto same = [&](const Alert& other) {
      return other.clock == alert.clock && other.stage == alert.stage &&
             other.recipient == alert.recipient;
    };
    EXPECT_EQ(std::count_if(alerts.begin(), alerts.end(), same), 1);
  }
}

}  // namespace
}  // namespace firsthand::test
