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
    event::CaseRegistered walk_in;
    walk_in.kind = CaseKind::inquiry;
    walk_in.channel = Channel::walk_in;
    walk_in.category = "cpzx";
    walk_in.text = "想了解新机型";
    unreachable = CaseId{story.must(by(agent(1)).does(walk_in)).id};
    handed = story.complaint_taken("+8613900000006", agent(1));
    story.must(by(agent(1)).does(event::HandOverOffered{handed, agent(2), "休假"}));

    for (int turn = 0; turn < 20; ++turn) {
      story.pass(minutes{12});
      story.timers_run();
    }
    fresh = story.complaint_taken("+8613900000007", agent(1));
    dialled = story.complaint_taken("+8613900000008", agent(1));
    outbound = story.dials(story.open_callback(dialled).id, kRepairLiaison);
    follow_up = story.open_callback(resolved, CallbackKind::follow_up).id;

    ended = story.call_arrives("+8613900000011");
    story.hangs_up(ended);
    talking = story.talks("+8613900000012", agent(3));
    story.hangs_up(story.talks("+8613900000013", agent(6)));
    offered = story.call_arrives("+8613900000014");
    offer = story.is_offered(offered, agent(2));
    waiting = story.call_arrives("+8613900000015");
  }

  MemoryStore store{rules()};
  Story story{store};
  CaseId dispatched, resolved, closed, paused, returned, unreachable, handed, fresh, dialled;
  CallbackId kept, follow_up;
  InteractionId ended, talking, offered, waiting, outbound;
  OfferId offer;
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
  std::erase_if(lonely.users, [](const User& user) { return user.role == Role::back_line; });
  return lonely;
}

std::vector<Row> all_rows(Afternoon& a) {
  std::vector<Row> all;
  for (const auto& part : {call_rows(a), register_rows(a), case_rows(a), work_rows(a)})
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
