// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/refusals/afternoon.hpp"

namespace firsthand::test {

using std::chrono::hours;
using std::chrono::minutes;

std::vector<Row> register_rows(Afternoon& a) {
  const auto me = by(agent(1));
  const auto reg = [&](const std::function<void(event::CaseRegistered&)>& change) {
    return me.does(with(change));
  };
  const Instant past = a.story.now() - minutes{1};
  return {
      {"unknown category", reg([](auto& e) { e.category = "none"; }), "invalid", "category"},
      {"no text", reg([](auto& e) { e.text = ""; }), "invalid", "text"},
      {"severity 5", reg([](auto& e) { e.severity = 5; }), "invalid", "severity"},
      {"unknown choice", reg([](auto& e) { e.callback.choice = "never"; }), "invalid",
       "callback.choice"},
      {"promise in the past", reg([&](auto& e) { e.callback.at = past; }), "invalid",
       "callback.at"},
      {"unknown department", reg([](auto& e) { e.department = "kitchen"; }), "invalid",
       "department"},
      {"unknown call", reg([](auto& e) { e.interaction = InteractionId{7}; }), "not_found",
       "interaction_id"},
      {"unknown customer", reg([](auto& e) { e.customer = CustomerId{7}; }), "not_found",
       "customer_id"},
      {"no number", reg([](auto& e) { e.number = ""; }), "not_reachable", "number"},
      {"an inquiry's promise without a number", reg([](auto& e) {
         e.kind = CaseKind::inquiry;
         e.category = "cpzx";
         e.number = "";
       }),
       "not_reachable", "number"},
      {"owner unknown", reg([](auto& e) { e.owner = kNobody; }), "no_owner"},
  };
}

std::vector<Row> case_rows(Afternoon& a) {
  const auto me = by(agent(1));
  const CaseId none{7};
  const auto edited = [&](const std::function<void(event::CaseEdited&)>& change) {
    event::CaseEdited e = edit(a.fresh, a.story.facts(a.fresh).version);
    change(e);
    return me.does(e);
  };
  const Instant now = a.story.now();
  const CustomerId customer = a.story.facts(a.fresh).customer;
  event::CustomerEdited stale{customer, 999, {}, {}, {}, {}, {}, {}};
  event::CustomerEdited nameless{
      customer, a.story.look().world.customers.at(customer).version, "", {}, {}, {}, {}, {}};
  event::CustomerEdited too_promising = nameless;
  too_promising.name.reset();
  too_promising.potential = 101;
  return {
      {"estimate more than all", me.does(too_promising), "invalid", "potential"},
      {"note on no case", me.does(event::NoteAdded{none, "x"}), "not_found"},
      {"empty note", me.does(event::NoteAdded{a.fresh, ""}), "invalid", "text"},
      {"contact on no case", me.does(event::ContactAdded{none, a.talking, ""}), "not_found"},
      {"contact without a call", me.does(event::ContactAdded{a.fresh, InteractionId{7}, ""}),
       "not_found", "interaction_id"},
      {"another customer's call", me.does(event::ContactAdded{a.fresh, a.talking, ""}),
       "other_customer", "interaction_id"},
      {"edit no case", me.does(edit(none, 1)), "not_found"},
      {"edit an old version", me.does(edit(a.fresh, 999)), "version_mismatch"},
      {"edit to no category", edited([](auto& e) { e.category = "none"; }), "invalid", "category"},
      {"edit to severity 0", edited([](auto& e) { e.severity = 0; }), "invalid", "severity"},
      {"edit to no text", edited([](auto& e) { e.text = ""; }), "invalid", "text"},
      {"tell no case", me.does(event::CustomerTold{none, "reply_sent", ""}), "not_found"},
      {"tell a resolved case", me.does(event::CustomerTold{a.resolved, "reply_sent", ""}),
       "already_resolved"},
      {"told, but how", me.does(event::CustomerTold{a.fresh, "", ""}), "invalid", "how"},
      {"resolve no case", me.does(event::CaseResolved{none, "x"}), "not_found"},
      {"resolve a closed case", me.does(event::CaseResolved{a.closed, "x"}), "already_closed"},
      {"resolve another's case", by(agent(2)).does(event::CaseResolved{a.fresh, "x"}), "not_owner"},
      {"resolved, but how", me.does(event::CaseResolved{a.fresh, ""}), "invalid", "resolution"},
      {"resolve untold", me.does(event::CaseResolved{a.fresh, "x"}), "not_told"},
      {"resolve untold as supervisor", by(kSupervisor).does(event::CaseResolved{a.fresh, "x"}),
       "not_told"},
      {"close no case", me.does(event::CaseClosed{none}), "not_found"},
      {"close twice", me.does(event::CaseClosed{a.closed}), "already_closed"},
      {"close an open case", me.does(event::CaseClosed{a.fresh}), "not_resolved"},
      {"close another's case", by(agent(2)).does(event::CaseClosed{a.resolved}), "not_owner"},
      {"reopen no case", me.does(event::CaseReopened{none, "x"}), "not_found"},
      {"reopen an open case", me.does(event::CaseReopened{a.fresh, "x"}), "not_resolved"},
      {"reopen without a reason", me.does(event::CaseReopened{a.resolved, ""}), "invalid",
       "reason"},
      {"escalate no case", me.does(event::CaseEscalated{none, {}, "x"}), "not_found"},
      {"escalate a resolved case", me.does(event::CaseEscalated{a.resolved, {}, "x"}),
       "already_resolved"},
      {"escalate without a reason", me.does(event::CaseEscalated{a.fresh, {}, ""}), "invalid",
       "reason"},
      {"escalate to nobody", me.does(event::CaseEscalated{a.fresh, kNobody, "x"}), "not_found",
       "to"},
      {"escalate without a back line", me.does(event::CaseEscalated{a.fresh, {}, "x"}),
       "no_back_line", "", true},
      {"hand over no case", me.does(event::HandOverOffered{none, agent(2), "x"}), "not_found"},
      {"hand over a closed case", me.does(event::HandOverOffered{a.closed, agent(2), "x"}),
       "already_closed"},
      {"hand over another's case",
       by(agent(2)).does(event::HandOverOffered{a.fresh, agent(3), "x"}), "not_owner"},
      {"hand over to oneself", me.does(event::HandOverOffered{a.fresh, agent(1), "x"}), "invalid",
       "to"},
      {"hand over to a liaison", me.does(event::HandOverOffered{a.fresh, kRepairLiaison, "x"}),
       "invalid", "to"},
      {"hand over to a manager", me.does(event::HandOverOffered{a.fresh, kManager, "x"}), "invalid",
       "to"},
      {"hand over without a reason", me.does(event::HandOverOffered{a.fresh, agent(2), ""}),
       "invalid", "reason"},
      {"take over no case", me.does(event::HandOverAnswered{none, true}), "not_found"},
      {"take over what another was offered",
       by(agent(3)).does(event::HandOverAnswered{a.handed, true}), "no_hand_over"},
      {"reassign no case", by(kSupervisor).does(event::CaseReassigned{none, agent(2), "x"}),
       "not_found"},
      {"reassign as an agent", me.does(event::CaseReassigned{a.fresh, agent(2), "x"}), "forbidden"},
      {"reassign a closed case",
       by(kSupervisor).does(event::CaseReassigned{a.closed, agent(2), "x"}), "already_closed"},
      {"reassign to nobody", by(kSupervisor).does(event::CaseReassigned{a.fresh, kNobody, "x"}),
       "invalid", "to"},
      {"reassign to a liaison",
       by(kSupervisor).does(event::CaseReassigned{a.fresh, kRepairLiaison, "x"}), "invalid", "to"},
      {"reassign to a manager", by(kSupervisor).does(event::CaseReassigned{a.fresh, kManager, "x"}),
       "invalid", "to"},
      {"reassign to the owner", by(kSupervisor).does(event::CaseReassigned{a.fresh, agent(1), "x"}),
       "already_owner", "to"},
      {"reassign several as an agent", me.does(event::CasesReassigned{{a.fresh}, agent(2), "x"}),
       "forbidden"},
      {"reassign several to a liaison",
       by(kSupervisor).does(event::CasesReassigned{{a.fresh}, kRepairLiaison, "x"}), "invalid",
       "to"},
      {"reassign several without a reason",
       by(kSupervisor).does(event::CasesReassigned{{a.fresh}, agent(2), ""}), "invalid", "reason"},
      {"reassign without a reason",
       by(kSupervisor).does(event::CaseReassigned{a.fresh, agent(2), ""}), "invalid", "reason"},
      {"pause no case", me.does(event::ClocksPaused{none, "x", now + hours{1}}), "not_found"},
      {"pause a closed case", me.does(event::ClocksPaused{a.closed, "x", now + hours{1}}),
       "already_closed"},
      {"pause without a reason", me.does(event::ClocksPaused{a.fresh, "", now + hours{1}}),
       "invalid", "reason"},
      {"pause into the past", me.does(event::ClocksPaused{a.fresh, "x", now}), "invalid", "until"},
      {"pause for ever", me.does(event::ClocksPaused{a.fresh, "x", now + hours{24 * 31}}),
       "invalid", "until"},
      {"pause twice", me.does(event::ClocksPaused{a.paused, "x", now + hours{1}}),
       "already_paused"},
      {"resume no case", me.does(event::ClocksResumed{none, false}), "not_found"},
      {"resume what runs", me.does(event::ClocksResumed{a.fresh, false}), "not_paused"},
      {"resume too early", timer().does(event::ClocksResumed{a.paused, true}), "too_early"},
      {"edit no customer", me.does(event::CustomerEdited{CustomerId{7}, 1, {}, {}, {}, {}, {}, {}}),
       "not_found"},
      {"edit an old customer", me.does(stale), "version_mismatch"},
      {"edit the name away", me.does(nameless), "invalid", "name"},
      {"reveal no customer's number", me.does(event::NumberRevealed{CustomerId{7}, "x"}),
       "not_found"},
  };
}

std::vector<Row> work_rows(Afternoon& a) {
  const auto me = by(agent(1));
  const auto liaison = by(kRepairLiaison);
  const DispatchId none{7};
  const DispatchId fresh = a.story.newest_dispatch(a.fresh).id;
  const DispatchId old = a.story.newest_dispatch(a.dispatched).id;
  const DispatchId ended = a.story.newest_dispatch(a.returned).id;
  const CallbackId open = a.story.open_callback(a.fresh).id;
  const CallbackId no_callback{7};
  const Instant now = a.story.now();
  const SlaClock clock = a.story.live_clock(a.fresh, ClockKind::resolution);
  event::ClockFired stale = firing(clock);
  ++stale.version;
  const AlertId alert = a.story.alerts(a.dispatched, ClockKind::callback, "breach").at(0).id;
  const auto missed = AttemptOutcome::no_answer;
  return {
      {"dispatch no case", me.does(event::Dispatched{CaseId{7}, kSales, "", {}}), "not_found"},
      {"dispatch a resolved case", me.does(event::Dispatched{a.resolved, kSales, "", {}}),
       "already_resolved"},
      {"dispatch to no department", me.does(event::Dispatched{a.fresh, {}, "", {}}), "invalid",
       "department"},
      {"dispatch to an unknown department",
       me.does(event::Dispatched{a.fresh, kNoDepartment, "", {}}), "invalid", "department"},
      {"dispatch without a number", me.does(event::Dispatched{a.unreachable, kSales, "", {}}),
       "not_reachable", "number"},
      {"dispatch with a promise in the past",
       me.does(event::Dispatched{a.fresh, kSales, "", {"", now - minutes{1}, {}}}), "invalid",
       "callback.at"},
      {"dispatch with an unknown choice",
       me.does(event::Dispatched{a.fresh, kSales, "", {"never", {}, {}}}), "invalid",
       "callback.choice"},
      {"accept no dispatch", liaison.does(event::DispatchAccepted{none}), "not_found"},
      {"accept a returned dispatch", liaison.does(event::DispatchAccepted{ended}),
       "dispatch_ended"},
      {"accept another department's", by(kSalesLiaison).does(event::DispatchAccepted{fresh}),
       "forbidden"},
      {"return no dispatch", liaison.does(event::DispatchReturned{none, "x", {}}), "not_found"},
      {"return twice", liaison.does(event::DispatchReturned{ended, "x", {}}), "dispatch_ended"},
      {"return another department's",
       by(kSalesLiaison).does(event::DispatchReturned{fresh, "x", {}}), "forbidden"},
      {"return without a reason", liaison.does(event::DispatchReturned{fresh, "", {}}), "invalid",
       "reason"},
      {"return too late", liaison.does(event::DispatchReturned{old, "x", {}}),
       "too_late_to_return"},
      {"return, suggesting an unknown department",
       liaison.does(event::DispatchReturned{fresh, "x", kNoDepartment}), "invalid",
       "suggested_department"},
      {"answer no dispatch", liaison.does(event::DispatchAnswered{none, "x"}), "not_found"},
      {"answer a returned dispatch", liaison.does(event::DispatchAnswered{ended, "x"}),
       "dispatch_ended"},
      {"answer another department's", by(kSalesLiaison).does(event::DispatchAnswered{fresh, "x"}),
       "forbidden"},
      {"answer with nothing", liaison.does(event::DispatchAnswered{fresh, ""}), "invalid",
       "answer"},
      {"dial no callback", me.does(event::CallbackDialled{no_callback}), "not_found"},
      {"no callback comes due", timer().does(event::CallbackDue{no_callback}), "not_found"},
      {"a callback comes due before its time", timer().does(event::CallbackDue{open}), "too_early"},
      {"dial a kept callback", me.does(event::CallbackDialled{a.kept}), "callback_ended"},
      {"dial without a telephone", by(kManager).does(event::CallbackDialled{open}), "no_phone"},
      {"dial while talking", by(agent(3)).does(event::CallbackDialled{open}), "on_a_call"},
      {"dial what is being dialled",
       me.does(event::CallbackDialled{a.story.open_callback(a.dialled).id}), "already_dialling"},
      {"a leg of no call",
       pbx().does(event::OutboundLeg{InteractionId{7}, "agent", "answered", ""}), "not_found"},
      {"attempt on no callback", me.does(event::CallbackAttempted{no_callback, missed, "", {}, {}}),
       "not_found"},
      {"attempt on a kept callback", me.does(event::CallbackAttempted{a.kept, missed, "", {}, {}}),
       "callback_ended"},
      {"attempt on another's callback",
       by(agent(2)).does(event::CallbackAttempted{open, missed, "", {}, {}}), "forbidden"},
      {"follow-up without an answer",
       by(kSupervisor)
           .does(event::CallbackAttempted{a.follow_up, AttemptOutcome::reached, "", {}, {}}),
       "invalid", "satisfied"},
      {"move no callback", me.does(event::CallbackRescheduled{no_callback, now + hours{1}}),
       "not_found"},
      {"move a kept callback", me.does(event::CallbackRescheduled{a.kept, now + hours{1}}),
       "callback_ended"},
      {"move into the past", me.does(event::CallbackRescheduled{open, now}), "invalid", "at"},
      {"fire no clock", timer().does(event::ClockFired{ClockId{7}, 1}), "not_found"},
      {"fire a stale clock", timer().does(stale), "stale"},
      {"fire too early", timer().does(firing(clock)), "too_early"},
      {"recompute no case", timer().does(event::ClocksRecomputed{CaseId{7}}), "not_found"},
      {"acknowledge no alert", me.does(event::AlertAcknowledged{AlertId{7}}), "not_found"},
      {"acknowledge another's alert", me.does(event::AlertAcknowledged{alert}), "forbidden"},
  };
}

}  // namespace firsthand::test
