// SPDX-License-Identifier: Apache-2.0
// A refusal changes nothing: every way in which decide() can say no, as a row; and a look into its
// source, so that a new way cannot be forgotten here.
#include <gtest/gtest.h>

#include <boost/core/demangle.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Rules& rules() {
  static const Rules loaded = company(FIRSTHAND_DEFAULTS);
  return loaded;
}

/// A Monday afternoon with something of everything.
struct Afternoon {
  Afternoon() {
    store.set_now(monday_ten());
    for (int n = 1; n <= 4; ++n) story.arrives_at_work(agent(n));
    story.arrives_at_work(agent(6));
    // Agent 5's console was last heard of in the morning.
    story.arrives_at_work(agent(5));
    story.must(by(agent(5)).does(event::PresenceBeat{agent(5), Seconds{15}}));

    dispatched = story.complaint_taken("+8613900000001", agent(1));
    resolved = story.complaint_taken("+8613900000002", agent(1));
    kept = story.open_callback(resolved).id;
    story.resolves(resolved, agent(1));
    closed = story.complaint_taken("+8613900000003", agent(1));
    story.resolves(closed, agent(1));
    story.must(by(agent(1)).does(event::CaseClosed{closed}));
    paused = story.complaint_taken("+8613900000004", agent(1));
    story.must(by(agent(1)).does(
        event::ClocksPaused{paused, "customer_sends_photos", story.now() + hours{30}}));
    returned = story.complaint_taken("+8613900000005", agent(1));
    story.must(by(kRepairLiaison)
                   .does(event::DispatchReturned{story.newest_dispatch(returned).id, "不是维修问题",
                                                 kTechnical}));
    event::ComplaintRecordEdited dangerous;
    dangerous.case_id = returned;
    dangerous.version = 0;
    dangerous.safety = true;
    story.must(by(agent(1)).does(dangerous));
    story.must(by(agent(1)).does(event::CompensationProposed{returned, 100, "", "邮费"}));
    story.must(by(agent(1)).does(event::CompensationProposed{returned, 80000, "", "误工"}));
    granted = story.file(returned).compensations.at(0).id;
    asked = story.file(returned).compensations.at(1).id;
    event::CaseRegistered walk_in;
    walk_in.kind = CaseKind::inquiry;
    walk_in.channel = Channel::walk_in;
    walk_in.category = "cpzx";
    walk_in.text = "想了解新机型";
    unreachable = CaseId{story.must(by(agent(1)).does(walk_in)).id};
    handed = story.complaint_taken("+8613900000006", agent(1));
    story.must(by(agent(1)).does(event::HandOverOffered{handed, agent(2), "休假"}));

    held = story.facts(fresh_customer()).customer;
    story.must(by(kSupervisor).does(event::AccountAssigned{held, agent(1), "客户要求"}));
    pooled = story.facts(resolved).customer;
    story.must(by(kSupervisor).does(event::AccountAssigned{pooled, agent(1), "客户要求"}));
    story.must(by(agent(1)).does(event::AccountAssigned{pooled, {}, "客户在外地"}));

    for (int turn = 0; turn < 20; ++turn) {
      story.pass(minutes{12});
      story.timers_run();
    }
    // Two disputes about whose work it is, one of them settled; a department that was chased.
    disputed = story.newest_dispatch(paused).id;
    settled = story.newest_dispatch(handed).id;
    for (const DispatchId id : {disputed, settled})
      story.must(by(kRepairLiaison).does(event::DispatchDisputed{id, "不是维修问题"}));
    story.must(by(kSupervisor).does(event::DisputeSettled{settled, false, {}, "是维修问题"}));
    story.must(by(agent(1)).does(event::DispatchChased{settled, ""}));
    story.must(
        by(kRepairLiaison).does(event::ExtensionAsked{settled, story.now() + hours{99}, "等配件"}));
    fresh = story.complaint_taken("+8613900000007", agent(1));
    dialled = story.complaint_taken("+8613900000008", agent(1));
    outbound = story.dials(story.open_callback(dialled).id, kRepairLiaison);
    follow_up = story.open_callback(resolved, CallbackKind::follow_up).id;
    action = ReviewActionId{story.must(by(kSupervisor).does(agreed({}))).id};
    done_action = ReviewActionId{story.must(by(kSupervisor).does(agreed({}))).id};
    story.must(by(kRepairLiaison)
                   .does(event::ReviewActionEnded{done_action, ReviewActionState::done, "好了"}));

    ended = story.call_arrives("+8613900000011");
    story.hangs_up(ended);
    talking = story.talks("+8613900000012", agent(3));
    story.hangs_up(story.talks("+8613900000013", agent(6)));
    offered = story.call_arrives("+8613900000014");
    offer = story.is_offered(offered, agent(2));
    waiting = story.call_arrives("+8613900000015");
  }

  event::ReviewActionAgreed agreed(
      const std::function<void(event::ReviewActionAgreed&)>& change) const {
    event::ReviewActionAgreed e{};
    e.title = "包装加厚";
    e.department = kRepair;
    e.due_at = story.now() + std::chrono::days{5};
    if (change) change(e);
    return e;
  }

  MemoryStore store{rules()};
  Story story{store};
  ReviewActionId action, done_action;
  CaseId dispatched, resolved, closed, paused, returned, unreachable, handed, fresh, dialled;
  CallbackId kept, follow_up;
  CompensationId granted, asked;
  InteractionId ended, talking, offered, waiting, outbound;
  OfferId offer;
  DispatchId disputed, settled;
  CustomerId held, pooled;  ///< accounts: agent 1's, and one that agent 1 gave up

 private:
  CaseId fresh_customer() { return story.complaint_taken("+8613900000009", agent(1)); }
};

struct Row {
  const char* name;
  Event event;
  const char* code;
  const char* field = "";
  bool lonely = false;  ///< by the rules of a company without a back line
};

event::CaseRegistered with(const std::function<void(event::CaseRegistered&)>& change) {
  event::CaseRegistered e = complaint();
  e.number = "+8613900000099";
  change(e);
  return e;
}

event::CaseEdited edit(CaseId id, std::int64_t version) {
  event::CaseEdited e;
  e.case_id = id;
  e.version = version;
  return e;
}

std::vector<Row> review_rows(Afternoon& a) {
  const auto lead = by(kSupervisor);
  using Agreed = event::ReviewActionAgreed;
  const auto agree = [&](const std::function<void(Agreed&)>& change) {
    return lead.does(a.agreed(change));
  };
  const auto change = [&](ReviewActionId id, const std::string& reason, std::int64_t version = 1) {
    event::ReviewActionChanged e{};
    e.review_action = id;
    e.version = version;
    e.reason = reason;
    return e;
  };
  auto nobody = change(a.action, "改期");
  nobody.assignee = kNobody;
  auto past = change(a.action, "改期");
  past.due_at = a.story.now();
  auto untitled = change(a.action, "改期");
  untitled.title = "";
  const auto end = [](UserId who, ReviewActionId id, const std::string& result,
                      ReviewActionState how = ReviewActionState::done) {
    return by(who).does(event::ReviewActionEnded{id, how, result});
  };
  const ReviewActionId none{7};
  return {
      {"an agent agrees", by(agent(1)).does(a.agreed({})), "forbidden"},
      {"agreed without a title", agree([](Agreed& e) { e.title = ""; }), "invalid", "title"},
      {"agreed with nobody", agree([](Agreed& e) { e.department = {}; }), "invalid", "assignee"},
      {"agreed with a stranger", agree([](Agreed& e) { e.assignee = kNobody; }), "invalid",
       "assignee"},
      {"agreed with no department", agree([](Agreed& e) { e.department = kNoDepartment; }),
       "invalid", "department"},
      {"agreed about no case", agree([](Agreed& e) { e.case_id = CaseId{7}; }), "not_found"},
      {"agreed for yesterday", agree([&](Agreed& e) { e.due_at = a.story.now(); }), "invalid",
       "due_at"},
      {"an unknown action", lead.does(change(none, "改期")), "not_found"},
      {"changed by a liaison", by(kRepairLiaison).does(change(a.action, "改期")), "forbidden"},
      {"changed as it was before", lead.does(change(a.action, "改期", 7)), "version_mismatch"},
      {"changed when done", lead.does(change(a.done_action, "改期", 2)), "action_ended"},
      {"changed without a reason", lead.does(change(a.action, "")), "invalid", "reason"},
      {"given to a stranger", lead.does(nobody), "invalid", "assignee"},
      {"moved to the past", lead.does(past), "invalid", "due_at"},
      {"without a title now", lead.does(untitled), "invalid", "title"},
      {"an unknown action is done", end(kSupervisor, none, "好"), "not_found"},
      {"done twice", end(kSupervisor, a.done_action, "好"), "action_ended"},
      {"done by others", end(kSalesLiaison, a.action, "好"), "forbidden"},
      {"done without a result", end(kRepairLiaison, a.action, ""), "invalid", "result"},
      {"given up without a reason", end(kSupervisor, a.action, "", ReviewActionState::cancelled),
       "invalid", "reason"},
  };
}

std::vector<Row> call_rows(Afternoon& a) {
  const auto me = by(agent(1));
  const InteractionId none{7};
  const OfferId no_offer{7};
  const std::string token = a.story.offer(a.offer).token;
  const auto how = event::AcceptedHow::console;
  const auto skills = OfferReason::skills;
  const auto offer_to = [&](InteractionId call, UserId who) {
    return router().does(event::OfferMade{call, who, skills, "t", Seconds{15}});
  };
  return {
      {"end of an unknown call", pbx().does(event::CallEnded{"pbx1", "x", {}, "gone"}),
       "not_found"},
      {"hold of an unknown call", pbx().does(event::CallHeld{none, true}), "not_found"},
      {"hold of a waiting call", pbx().does(event::CallHeld{a.waiting, true}), "not_talking"},
      {"hang up an unknown call", me.does(event::HangUpAsked{none}), "not_found"},
      {"hang up another's call", me.does(event::HangUpAsked{a.talking}), "not_your_call"},
      {"hold an unknown call", me.does(event::HoldAsked{none, true}), "not_found"},
      {"hold another's call", me.does(event::HoldAsked{a.talking, true}), "not_your_call"},
      {"hold a ringing call", by(agent(2)).does(event::HoldAsked{a.offered, true}), "not_talking"},
      {"offer an unknown call", offer_to(none, agent(4)), "not_found"},
      {"offer a call that talks", offer_to(a.talking, agent(4)), "not_waiting"},
      {"offer an outbound call", offer_to(a.outbound, agent(4)), "not_waiting"},
      {"offer to a busy agent", offer_to(a.waiting, agent(3)), "agent_not_available"},
      {"offer to nobody", offer_to(a.waiting, kNobody), "agent_not_available"},
      {"offer to one who never came", offer_to(a.waiting, kSupervisor), "agent_not_available"},
      {"offer to a lost console", offer_to(a.waiting, agent(5)), "agent_not_there"},
      {"accept an unknown offer", me.does(event::OfferAccepted{no_offer, "t", how}), "not_found"},
      {"accept another's offer", me.does(event::OfferAccepted{a.offer, token, how}), "offer_gone"},
      {"accept with a wrong token", by(agent(2)).does(event::OfferAccepted{a.offer, "t", how}),
       "offer_gone"},
      {"refuse an unknown offer", pbx().does(event::OfferRefused{no_offer, "", "busy"}),
       "not_found"},
      {"refuse another's offer", me.does(event::OfferRefused{a.offer, token, "declined"}),
       "offer_gone"},
      {"expiry of an unknown offer", timer().does(event::OfferExpired{no_offer}), "not_found"},
      {"expiry too early", timer().does(event::OfferExpired{a.offer}), "too_early"},
      {"give up an unknown call", router().does(event::WaitExhausted{none}), "not_found"},
      {"give up a ringing call", router().does(event::WaitExhausted{a.offered}), "not_waiting"},
      {"presence of nobody", me.does(event::PresenceSet{kNobody, Presence::available, ""}),
       "not_found"},
      {"presence of another", me.does(event::PresenceSet{agent(2), Presence::offline, ""}),
       "forbidden"},
      {"presence to talking",
       by(kManager).does(event::PresenceSet{kManager, Presence::talking, ""}), "invalid",
       "presence"},
      {"presence while talking",
       by(agent(3)).does(event::PresenceSet{agent(3), Presence::available, ""}), "on_a_call"},
      {"presence while ringing",
       by(agent(2)).does(event::PresenceSet{agent(2), Presence::offline, ""}), "on_a_call"},
      {"break without a reason",
       by(kManager).does(event::PresenceSet{kManager, Presence::on_break, ""}), "invalid",
       "reason"},
      {"beat of nobody", by(kNobody).does(event::PresenceBeat{kNobody, Seconds{15}}), "not_found"},
      {"lost without a lease", timer().does(event::PresenceLost{agent(1)}), "too_early"},
      {"lost who never came", timer().does(event::PresenceLost{kManager}), "too_early"},
      {"wrap-up is up too early",
       timer().does(event::WrapUp{agent(6), event::WrapUpAction::time_is_up}), "too_early"},
  };
}

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
  return {
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
      {"dial a kept callback", me.does(event::CallbackDialled{a.kept}), "callback_ended"},
      {"dial without a telephone", by(kSupervisor).does(event::CallbackDialled{open}), "no_phone"},
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
      {"fire no clock", timer().does(event::ClockFired{ClockId{7}, 1, 0}), "not_found"},
      {"fire a stale clock", timer().does(stale), "stale"},
      {"fire too early", timer().does(firing(clock)), "too_early"},
      {"recompute no case", timer().does(event::ClocksRecomputed{CaseId{7}}), "not_found"},
      {"acknowledge no alert", me.does(event::AlertAcknowledged{AlertId{7}}), "not_found"},
      {"acknowledge another's alert", me.does(event::AlertAcknowledged{alert}), "forbidden"},
  };
}

std::vector<Row> account_rows(Afternoon& a) {
  const auto claim = [](UserId who, CustomerId id, std::int64_t version) {
    return by(who).does(event::AccountClaimed{id, version});
  };
  const auto assign = [](UserId who, CustomerId id, UserId to, const char* reason) {
    return by(who).does(event::AccountAssigned{id, to, reason});
  };
  const auto extend = [](UserId who, CustomerId id, Instant until, const char* reason) {
    return by(who).does(event::AccountExtended{id, until, reason});
  };
  const auto follow = [](UserId who, CustomerId id, Channel channel, const char* words) {
    return by(who).does(event::AccountFollowedUp{id, channel, words});
  };
  event::CustomerCreated entered;
  entered.name = "示例戊";
  entered.entered_for = agent(2);
  event::CustomerCreated nobodys_entry = entered;
  nobodys_entry.entered_for = UserId{7777};
  const CustomerId nobodys = a.story.facts(a.fresh).customer;
  const Instant later = a.story.now() + hours{24};
  return {
      {"claim no customer", claim(agent(2), CustomerId{7}, 1), "not_found"},
      {"a supervisor claims", claim(kSupervisor, a.pooled, 1), "forbidden"},
      {"claim what was never anybody's", claim(agent(2), nobodys, 1), "not_in_pool"},
      {"claim a held account", claim(agent(2), a.held, 1), "account_taken"},
      {"claim what one gave up", claim(agent(1), a.pooled, 1), "cooling_down"},
      {"claim another version", claim(agent(2), a.pooled, 77), "version_mismatch"},
      {"an agent assigns", assign(agent(2), a.held, agent(3), "x"), "forbidden"},
      {"assign without a reason", assign(kSupervisor, a.held, agent(3), ""), "invalid", "reason"},
      {"assign to nobody known", assign(kSupervisor, a.held, kNobody, "x"), "invalid", "to"},
      {"assign to the owner", assign(kSupervisor, a.held, agent(1), "x"), "invalid", "to"},
      {"release what is in the pool", assign(kSupervisor, a.pooled, {}, "x"), "not_held"},
      {"an agent extends", extend(agent(1), a.held, later, "x"), "forbidden"},
      {"extend the pool", extend(kSupervisor, a.pooled, later, "x"), "not_held"},
      {"extend without a reason", extend(kSupervisor, a.held, later, ""), "invalid", "reason"},
      {"extend into the past", extend(kSupervisor, a.held, a.story.now(), "x"), "invalid", "until"},
      {"extend to an earlier day", extend(kSupervisor, a.held, later, "x"), "invalid", "until"},
      {"extend for years", extend(kSupervisor, a.held, later + hours{24 * 400}, "x"), "invalid",
       "until"},
      {"follow up the pool", follow(agent(1), a.pooled, Channel::email, "x"), "not_held"},
      {"follow up another's", follow(agent(2), a.held, Channel::email, "x"), "forbidden"},
      {"follow up by telephone", follow(agent(1), a.held, Channel::call, "x"), "invalid",
       "channel"},
      {"enter for a colleague after the last day", by(agent(1)).does(entered),
       "entry_for_others_closed", "entered_for", true},
      {"enter for somebody unknown", by(agent(1)).does(nobodys_entry), "invalid", "entered_for"},
      {"follow up without words", follow(agent(1), a.held, Channel::email, ""), "invalid", "text"},
  };
}

std::vector<Row> record_rows(Afternoon& a) {
  const auto me = by(agent(1));
  const CustomerId nobody{7};
  const auto customer = [&](const char* name, const char* number, CustomerKind kind) {
    event::CustomerCreated e;
    e.kind = kind;
    e.name = name;
    e.numbers = {number};
    return CustomerId{a.story.must(me.does(e)).id};
  };
  const CustomerId firm = customer("示例公司", "+8613900000061", CustomerKind::company);
  const CustomerId one = customer("示例甲", "+8613900000062", CustomerKind::person);
  const CustomerId two = customer("示例乙", "+8613900000063", CustomerKind::person);
  const CustomerId gone = customer("示例丙", "+8613900000064", CustomerKind::person);
  const CustomerId back = customer("示例丁", "+8613900000065", CustomerKind::person);
  const event::CompanyRoleBegun works{firm, one, CompanyRoleKind::user, "", {}};
  const event::CompanyRoleBegun pays{firm, one, CompanyRoleKind::payer, "", {}};
  const CompanyRoleId role{a.story.must(me.does(works)).id};
  const CompanyRoleId over{a.story.must(me.does(pays)).id};
  a.story.must(me.does(event::CompanyRoleEnded{over, {}}));
  const auto home = RelationshipKind::household;
  a.story.must(me.does(event::RelationshipBegun{one, two, home, ""}));
  const RelationshipId loose{
      a.story.must(me.does(event::RelationshipBegun{one, gone, home, ""})).id};
  a.story.must(me.does(event::RelationshipEnded{loose}));
  const MergeId merged{a.story.must(me.does(event::CustomersMerged{one, gone, "同"})).id};
  const MergeId undone{a.story.must(me.does(event::CustomersMerged{one, back, "同"})).id};
  a.story.must(me.does(event::CustomersUnmerged{undone, "否"}));
  event::CustomerCreated nameless, known;
  known.name = "示例甲";
  known.numbers = {"+8613900000062"};
  event::CustomerEdited edit_gone;
  edit_gone.customer = gone;
  const event::TierScored scored{one, 50, Tier::silver, "{}", 1};
  const auto tier = [&](CustomerId who, int score) {
    event::TierScored e = scored;
    e.customer = who;
    e.score = score;
    return me.does(e);
  };
  const Instant tomorrow = a.story.now() + hours{24};
  const auto begin = [&](CustomerId company, CustomerId person, std::optional<Instant> from) {
    return me.does(event::CompanyRoleBegun{company, person, CompanyRoleKind::user, "", from});
  };
  return {
      {"a customer without a name", me.does(nameless), "invalid", "name"},
      {"a customer who is known", me.does(known), "duplicate_customer", "numbers"},
      {"edit a merged record", me.does(edit_gone), "merged"},
      {"name a caller of no call", me.does(event::CallerNamed{InteractionId{7}, one}), "not_found"},
      {"name nobody as the caller", me.does(event::CallerNamed{a.talking, nobody}), "not_found"},
      {"name the caller of an ended call", me.does(event::CallerNamed{a.ended, one}), "call_ended"},
      {"a role of nobody", begin(firm, nobody, {}), "not_found"},
      {"a role in a person", begin(two, one, {}), "not_a_company", "company"},
      {"a role of a company", begin(firm, firm, {}), "not_a_person", "person"},
      {"a role from tomorrow on", begin(firm, two, tomorrow), "invalid", "from"},
      {"a role twice", me.does(works), "already_has_role", "role"},
      {"end no role", me.does(event::CompanyRoleEnded{CompanyRoleId{7}, {}}), "not_found"},
      {"end a role tomorrow", me.does(event::CompanyRoleEnded{role, tomorrow}), "invalid", "until"},
      {"end a role twice", me.does(event::CompanyRoleEnded{over, {}}), "already_ended"},
      {"a tie to nobody", me.does(event::RelationshipBegun{one, nobody, home, ""}), "not_found"},
      {"a tie to himself", me.does(event::RelationshipBegun{one, gone, home, ""}), "same_customer",
       "other"},
      {"a tie twice", me.does(event::RelationshipBegun{two, one, home, ""}), "already_related",
       "kind"},
      {"end no tie", me.does(event::RelationshipEnded{RelationshipId{7}}), "not_found"},
      {"end a tie twice", me.does(event::RelationshipEnded{loose}), "already_ended"},
      {"merge without a reason", me.does(event::CustomersMerged{one, two, ""}), "invalid",
       "reason"},
      {"merge nobody", me.does(event::CustomersMerged{one, nobody, "同"}), "not_found"},
      {"merge with himself", me.does(event::CustomersMerged{one, one, "同"}), "same_customer",
       "gone"},
      {"merge what is merged", me.does(event::CustomersMerged{two, gone, "同"}), "already_merged",
       "gone"},
      {"merge into what is merged", me.does(event::CustomersMerged{gone, two, "同"}),
       "already_merged", "kept"},
      {"merge a company and a person", me.does(event::CustomersMerged{firm, two, "同"}),
       "different_kinds", "gone"},
      {"undo no merge", me.does(event::CustomersUnmerged{MergeId{7}, "否"}), "not_found"},
      {"undo a merge twice", me.does(event::CustomersUnmerged{undone, "否"}), "already_undone"},
      {"undo without a reason", me.does(event::CustomersUnmerged{merged, ""}), "invalid", "reason"},
      {"score nobody", tier(nobody, 50), "not_found"},
      {"score a merged record", tier(gone, 50), "merged"},
      {"score beyond the scale", tier(one, 101), "invalid", "score"},
  };
}

std::vector<Row> promise_rows(Afternoon& a) {
  const auto me = by(agent(1));
  const auto liaison = by(kRepairLiaison);
  const auto boss = by(kSupervisor);
  const DispatchId fresh = a.story.newest_dispatch(a.fresh).id;
  const CallbackId open = a.story.open_callback(a.fresh).id;
  const CallbackId none{7};
  const Instant now = a.story.now();
  const Instant later = now + hours{99};
  const auto answered = [&](UserId who, std::optional<int> score) {
    return by(who).does(
        event::CallbackAttempted{a.follow_up, AttemptOutcome::reached, "", true, {}, score});
  };
  return {
      {"accept a disputed dispatch", liaison.does(event::DispatchAccepted{a.disputed}), "disputed"},
      {"chase another's case", by(agent(2)).does(event::DispatchChased{fresh, ""}), "not_owner"},
      {"chase a disputed dispatch", me.does(event::DispatchChased{a.disputed, ""}), "disputed"},
      {"chase again at once", me.does(event::DispatchChased{a.settled, ""}), "chased_already"},
      {"dispute another department's",
       by(kSalesLiaison).does(event::DispatchDisputed{a.disputed, "x"}), "forbidden"},
      {"dispute without a reason", liaison.does(event::DispatchDisputed{a.settled, ""}), "invalid",
       "reason"},
      {"dispute what may be returned", liaison.does(event::DispatchDisputed{fresh, "x"}),
       "not_too_late"},
      {"dispute twice", liaison.does(event::DispatchDisputed{a.disputed, "x"}), "disputed"},
      {"dispute what is settled", liaison.does(event::DispatchDisputed{a.settled, "x"}),
       "dispute_settled"},
      {"settle as the owner", me.does(event::DisputeSettled{a.disputed, true, {}, "x"}),
       "forbidden"},
      {"settle no dispute", boss.does(event::DisputeSettled{fresh, true, {}, "x"}), "not_disputed"},
      {"settle without a reason", boss.does(event::DisputeSettled{a.disputed, true, {}, ""}),
       "invalid", "reason"},
      {"settle to the same department",
       boss.does(event::DisputeSettled{a.disputed, true, kRepair, "x"}), "invalid", "department"},
      {"more time for another department",
       by(kSalesLiaison).does(event::ExtensionAsked{fresh, later, "x"}), "forbidden"},
      {"more time while disputed", liaison.does(event::ExtensionAsked{a.disputed, later, "x"}),
       "disputed"},
      {"more time twice", liaison.does(event::ExtensionAsked{a.settled, later, "x"}),
       "extension_open"},
      {"more time without a reason", liaison.does(event::ExtensionAsked{fresh, later, ""}),
       "invalid", "reason"},
      {"more time that is less", liaison.does(event::ExtensionAsked{fresh, now + hours{1}, "x"}),
       "invalid", "until"},
      {"grant another's", by(agent(2)).does(event::ExtensionAnswered{a.settled, true, ""}),
       "not_owner"},
      {"grant what nobody asked", me.does(event::ExtensionAnswered{fresh, true, ""}),
       "no_extension"},
      {"no more time, but why", me.does(event::ExtensionAnswered{a.settled, false, ""}), "invalid",
       "reason"},
      {"not told of no case", me.does(event::CustomerNotTold{CaseId{7}, "x"}), "not_found"},
      {"not told, another's case", by(agent(2)).does(event::CustomerNotTold{a.fresh, "x"}),
       "not_owner"},
      {"not told, and nobody says so", me.does(event::CustomerNotTold{a.fresh, "x"}),
       "not_told_by_department"},
      {"move another's callback",
       by(agent(2)).does(event::CallbackRescheduled{open, later, {}, {}}), "forbidden"},
      {"a window that ends first",
       me.does(event::CallbackRescheduled{open, later, later + hours{1}, {}}), "invalid", "from"},
      {"call no number", me.does(event::CallbackRescheduled{open, later, {}, ""}), "invalid",
       "number"},
      {"give no callback", me.does(event::CallbackAssigned{none, agent(2)}), "not_found"},
      {"give a kept callback", me.does(event::CallbackAssigned{a.kept, agent(2)}),
       "callback_ended"},
      {"give to nobody", me.does(event::CallbackAssigned{open, kNobody}), "invalid", "to"},
      {"take another's", by(agent(2)).does(event::CallbackAssigned{open, agent(2)}), "forbidden"},
      {"the owner asks how it was", boss.does(event::CallbackAssigned{a.follow_up, agent(1)}),
       "worked_on_it", "to"},
      {"call off no callback", me.does(event::CallbackCancelled{none, "x"}), "not_found"},
      {"call off a kept one", me.does(event::CallbackCancelled{a.kept, "x"}), "callback_ended"},
      {"call off without a reason", me.does(event::CallbackCancelled{open, ""}), "invalid",
       "reason"},
      {"call off another's", by(agent(2)).does(event::CallbackCancelled{open, "x"}), "forbidden"},
      {"call off untold", me.does(event::CallbackCancelled{open, "x"}), "not_told"},
      {"the owner has asked how it was", answered(agent(1), 5), "worked_on_it"},
      {"a score of 6", answered(kSupervisor, 6), "invalid", "score"},
      {"satisfied with a score of 1", answered(kSupervisor, 1), "invalid", "score"},
  };
}

std::string event_name(const Event& event) {
  const std::string full = std::visit(
      [](const auto& what) { return boost::core::demangle(typeid(what).name()); }, event.what);
  return full.substr(full.rfind(':') + 1);
}

void expect_nothing_changed(const Docket& docket) {
  EXPECT_TRUE(docket.now == docket.before);
  EXPECT_TRUE(docket.written.history.empty());
  EXPECT_TRUE(docket.written.ownership.empty());
  EXPECT_TRUE(docket.written.attempts.empty());
  EXPECT_TRUE(docket.written.effects.empty());
  EXPECT_TRUE(docket.written.feed.empty());
}

Rules without_back_line() {
  Rules lonely = rules();
  for (User& user : lonely.users) user.disabled |= user.role == Role::back_line;
  // And everybody enters his own customers.
  lonely.book.accounts.cut_offs = {{"", monday_ten() - hours{24}}};
  return lonely;
}

std::vector<Row> departure_rows() {
  const auto lets_go = [](UserId who, UserId otherwise, std::string reason = "离职",
                          std::vector<event::Receiver> receivers = {}) {
    return by(kSupervisor)
        .does(event::PersonDeparts{who, otherwise, std::move(receivers), std::move(reason)});
  };
  const auto receives = [](UserId who) { return event::Receiver{who, {CaseId{7}}, {}, {}, {}}; };
  const UserId leaver = agent(1);
  return {
      {"let somebody go as an agent",
       by(agent(2)).does(event::PersonDeparts{leaver, agent(3), {}, "x"}), "forbidden"},
      {"let oneself go", lets_go(kSupervisor, agent(3)), "forbidden"},
      {"let nobody go", lets_go(kNobody, agent(3)), "not_found", "user"},
      {"let go who has left", lets_go(back_line(1), agent(3)), "already_left", "", true},
      {"let go without a reason", lets_go(leaver, agent(3), ""), "invalid", "reason"},
      {"let the last administrator go", lets_go(kAdministrator, agent(3)), "last_administrator"},
      {"let go during a call", lets_go(agent(3), leaver), "on_a_call"},
      {"let go, and the rest to nobody", lets_go(leaver, {}), "invalid", "otherwise"},
      {"let go, and the rest to the leaver", lets_go(leaver, leaver), "invalid", "otherwise"},
      {"let go, and the rest to one who left", lets_go(leaver, back_line(1)), "invalid",
       "otherwise", true},
      {"let go, and one thing to two",
       lets_go(leaver, agent(2), "x", {receives(agent(3)), receives(agent(4))}), "invalid",
       "receivers"},
      {"let go, and something to nobody", lets_go(leaver, agent(2), "x", {receives(kNobody)}),
       "invalid", "receivers"},
  };
}

event::ComplaintRecordEdited record_of(
    CaseId id, std::int64_t version,
    const std::function<void(event::ComplaintRecordEdited&)>& change) {
  event::ComplaintRecordEdited e;
  e.case_id = id;
  e.version = version;
  change(e);
  return e;
}

std::vector<Row> complaint_rows(Afternoon& a) {
  const auto me = by(agent(1));
  const CaseId none{7};
  using event::CompensationDecided, event::CompensationProposed, event::FinalResponseSent;
  using State = CompensationState;
  using Record = event::ComplaintRecordEdited;
  const Instant soon = a.story.now() + hours{24};
  const auto edits = [&](CaseId id, auto change) { return me.does(record_of(id, 0, change)); };
  const auto safe = [](Record& e) { e.safety = true; };
  event::CaseEdited calmer = edit(a.returned, a.story.facts(a.returned).version);
  calmer.severity = 2;
  return {
      {"a record of no case", edits(none, safe), "not_found"},
      {"a record of an inquiry", edits(a.unreachable, safe), "not_a_complaint"},
      {"a record that has changed", edits(a.returned, safe), "version_mismatch"},
      {"a remedy that is none", edits(a.fresh, [](Record& e) { e.remedy_sought = "moon"; }),
       "invalid", "remedy_sought"},
      {"an offer that is none", edits(a.fresh, [](Record& e) { e.remedy_offered = "moon"; }),
       "invalid", "remedy_offered"},
      {"a cause that is none", edits(a.fresh, [](Record& e) { e.root_cause = "moon"; }), "invalid",
       "root_cause"},
      {"a regulator that is none", edits(a.fresh, [](Record& e) { e.regulator = "moon"; }),
       "invalid", "regulator"},
      {"neither yes nor no", edits(a.fresh, [](Record& e) { e.justified = "perhaps"; }), "invalid",
       "justified"},
      {"an answer to no offer",
       edits(a.fresh, [](Record& e) { e.remedy_answer = RemedyAnswer::accepted; }), "invalid",
       "remedy_answer"},
      {"a reference of nobody", edits(a.fresh, [](Record& e) { e.regulator_reference = "7"; }),
       "invalid", "regulator"},
      {"a regulator's date before the complaint",
       edits(a.fresh,
             [&](Record& e) {
               e.regulator = "market";
               e.regulator_due_at = monday_ten() - hours{100};
             }),
       "invalid", "regulator_due_at"},
      {"a regulator's date for a closed case",
       edits(a.closed,
             [&](Record& e) {
               e.regulator = "market";
               e.regulator_due_at = soon;
             }),
       "already_closed"},
      {"a safety complaint made minor", me.does(calmer), "safety_is_urgent", "severity"},
      {"money for no case", me.does(CompensationProposed{none, 1, "", "x"}), "not_found"},
      {"money for an inquiry", me.does(CompensationProposed{a.unreachable, 1, "", "x"}),
       "not_a_complaint"},
      {"money for a closed case", me.does(CompensationProposed{a.closed, 1, "", "x"}),
       "already_closed"},
      {"money from nobody", by(UserId{}).does(CompensationProposed{a.fresh, 1, "", "x"}),
       "forbidden"},
      {"no money", me.does(CompensationProposed{a.fresh, 0, "", "x"}), "invalid", "amount_cents"},
      {"money of another country", me.does(CompensationProposed{a.fresh, 1, "USD", "x"}), "invalid",
       "currency"},
      {"money for nothing", me.does(CompensationProposed{a.fresh, 1, "", ""}), "invalid", "what"},
      {"a decision on nothing",
       me.does(CompensationDecided{CompensationId{7}, State::approved, ""}), "not_found"},
      {"a decision twice",
       by(kSupervisor).does(CompensationDecided{a.granted, State::refused, "x"}),
       "compensation_decided"},
      {"another's proposal withdrawn",
       by(kSupervisor).does(CompensationDecided{a.asked, State::withdrawn, ""}), "forbidden"},
      {"an agent's approval", by(agent(2)).does(CompensationDecided{a.asked, State::approved, ""}),
       "forbidden"},
      {"one's own approval", me.does(CompensationDecided{a.asked, State::approved, ""}),
       "own_proposal"},
      {"an approval for the proposer",
       by(kSupervisor)
           .standing_in_for(agent(1))
           .does(CompensationDecided{a.asked, State::approved, ""}),
       "own_proposal"},
      {"a refusal without a word",
       by(kSupervisor).does(CompensationDecided{a.asked, State::refused, ""}), "invalid", "reason"},
      {"a decision that is none",
       by(kSupervisor).does(CompensationDecided{a.asked, State::proposed, ""}), "invalid",
       "decision"},
      {"a letter to no case", me.does(FinalResponseSent{none, "mail", "x"}), "not_found"},
      {"a letter about an inquiry", me.does(FinalResponseSent{a.unreachable, "mail", "x"}),
       "not_a_complaint"},
      {"a letter about a closed case", me.does(FinalResponseSent{a.closed, "mail", "x"}),
       "already_closed"},
      {"a letter by pigeon", me.does(FinalResponseSent{a.fresh, "pigeon", "x"}), "invalid", "how"},
      {"a letter without words", me.does(FinalResponseSent{a.fresh, "mail", ""}), "invalid",
       "text"},
      {"a repeat of nothing", me.does(event::RepeatLinked{a.fresh, none}), "not_found"},
      {"a repeat of another's", me.does(event::RepeatLinked{a.fresh, a.returned}), "other_customer",
       "of"},
      {"a repeat of itself", me.does(event::RepeatLinked{a.fresh, a.fresh}), "invalid", "of"},
  };
}

std::vector<Row> neglect_rows(Afternoon& a) {
  const auto me = by(kSupervisor);
  const auto customer = [&](const std::vector<std::string>& numbers) {
    event::CustomerCreated e;
    e.name = "示例客户";
    e.numbers = numbers;
    return CustomerId{a.story.must(by(agent(1)).does(e)).id};
  };
  const CustomerId one = customer({"+8613900000081"});
  const CustomerId quiet = customer({"+8613900000082"});
  const CustomerId owned = customer({"+8613900000083"});
  const CustomerId silent = customer({});
  event::CustomerEdited hush{};
  hush.customer = quiet;
  hush.version = 1;
  hush.do_not_call = true;
  a.story.must(by(agent(1)).does(hush));
  const auto sent = [&](CustomerId who, UserId to = {}, const char* why = "money_due") {
    return me.does(event::CustomerNeglected{who, to, why, 100, {}});
  };
  a.story.must(sent(owned));
  return {
      {"call nobody", sent(CustomerId{7}), "not_found"},
      {"call for no reason", sent(one, {}, "a feeling"), "invalid", "why"},
      {"send nobody", sent(one, UserId{7}), "invalid", "to"},
      {"call who is not to be called", sent(quiet), "do_not_call"},
      {"call without a number", sent(silent), "not_reachable"},
      {"send somebody twice", sent(owned), "already_owned"},
  };
}

std::vector<Row> all_rows(Afternoon& a) {
  std::vector<Row> all;
  for (const auto& part : {call_rows(a), register_rows(a), case_rows(a), work_rows(a),
                           departure_rows(), account_rows(a), complaint_rows(a), record_rows(a),
                           promise_rows(a), review_rows(a), neglect_rows(a)})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

Outcome decide_alone(Afternoon& a, const Row& row, const Rules& by_rules) {
  MemoryTx tx{a.store.rows(), a.story.now()};
  Wanted wanted;
  collect(row.event, wanted);
  Docket docket = tx.load(wanted);
  const Outcome outcome = decide(docket, row.event, by_rules, tx.now());
  expect_nothing_changed(docket);
  return outcome;
}

TEST(DecideRefuses, with_code_and_field_and_changes_nothing) {
  Afternoon a;
  const Rules lonely = without_back_line();
  for (const Row& row : all_rows(a)) {
    SCOPED_TRACE(row.name);
    const Outcome outcome = decide_alone(a, row, row.lonely ? lonely : rules());
    if (!outcome.refusal) {
      ADD_FAILURE() << "granted";
      continue;
    }
    EXPECT_EQ(outcome.refusal->code, row.code);
    EXPECT_EQ(outcome.refusal->field, row.field);
    EXPECT_TRUE(outcome.refusal->sentence.ends_with('.')) << outcome.refusal->sentence;
  }
}

/// (event, code) for every refusal written in the sources; "" as the event of a shared helper.
std::set<std::pair<std::string, std::string>> refusals_in_source() {
  std::set<std::pair<std::string, std::string>> found;
  const std::regex handler{R"(^Outcome Decision::(on\(const event::(\w+)|\w+))"};
  const std::regex says_no{R"re((?:refuse\(\s*"(\w+)"|(not_found)\("))re"};
  for (const auto& file : std::filesystem::directory_iterator{FIRSTHAND_ENGINE}) {
    if (file.path().extension() != ".cpp") continue;
    std::ifstream in{file.path()};
    std::string event, line;
    while (std::getline(in, line)) {
      if (std::smatch match; std::regex_search(line, match, handler)) event = match[2];
      for (std::sregex_iterator at{line.begin(), line.end(), says_no}, end; at != end; ++at)
        found.emplace(event, (*at)[1].matched ? (*at)[1].str() : "not_found");
    }
  }
  return found;
}

TEST(DecideRefuses, every_refusal_of_the_source_has_a_row) {
  Afternoon a;
  std::set<std::pair<std::string, std::string>> tried;
  for (const Row& row : all_rows(a)) {
    tried.emplace(event_name(row.event), row.code);
    tried.emplace("", row.code);
  }
  const auto written = refusals_in_source();
  EXPECT_GT(written.size(), 60u) << "the sources read differently now: mend this test";
  for (const auto& [event, code] : written)
    EXPECT_TRUE(tried.contains({event, code})) << event << " can refuse with " << code;
}

}  // namespace
}  // namespace firsthand::test
