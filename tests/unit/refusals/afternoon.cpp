// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/refusals/afternoon.hpp"

namespace firsthand::test {

using std::chrono::hours;
using std::chrono::minutes;

const Rules& rules() {
  // Calls to 8002 are recorded, without pauses; nobody has two forms in hand; no wrap-up is made
  // longer, and agent 3 stays on after his shift.
  static const Rules loaded = [] {
    Rules by = company(FIRSTHAND_DEFAULTS);
    Calendar::Parts morning;
    morning.code = "morning";
    morning.coverage = {monday_ten() - std::chrono::hours{100},
                        monday_ten() + std::chrono::hours{100}};
    morning.spans = {
        {monday_ten() - std::chrono::hours{2}, monday_ten() + std::chrono::minutes{1}}};
    by.calendars.emplace("morning", Calendar{std::move(morning)});
    by.book.shifts = {{"early", "早班", "Early", "morning", {"agent3"}, 60}};
    for (Queue& queue : by.book.queues) {
      queue.wrap_up_max_s = queue.wrap_up_s;
      if (queue.code == "repair") queue.recording = {RecordingMode::on, 30, false, 300};
      if (queue.code == "general") queue.written = {{Channel::web}, 1, 45};
    }
    return by;
  }();
  return loaded;
}

Afternoon::Afternoon() {
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
  story.arrives_at_work(kSalesLiaison);
  const auto recorded_call = [this](const char* number) {
    const InteractionId call = story.call_arrives(number, "8002");
    story.answers_by_phone(story.is_offered(call, agent(4)));
    return call;
  };
  const auto newest = [this] { return store.rows().world().recordings.rbegin()->first; };
  for (RecordingId* file : {&stored, &kept_recording}) {
    const InteractionId call = recorded_call("+8613900000017");
    story.must(pbx().does(event::RecordingTold{newest(), "began", ""}));
    story.hangs_up(call);
    story.wraps_up(agent(4));
    story.must(pbx().does(event::RecordingStored{newest(), std::string(64, 'a'), 44, 0}));
    *file = newest();
  }
  story.must(by(kSupervisor).does(event::RecordingHeld{kept_recording, "争议"}));
  consulted = recorded_call("+8613900000016");
  recorded = newest();
  event::TransferAsked asked_for;
  asked_for.interaction = consulted;
  asked_for.to = kSalesLiaison;
  asked_for.how = TransferHow::consult;
  asked_for.token = "t";
  story.must(by(agent(4)).does(asked_for));
  consult_offer = OfferId{store.rows().world().transfers.rbegin()->second.offer};
  story.must(by(kSupervisor).does(event::ListenAsked{talking, ListenMode::listen}));
  const auto form = [this](const char* number) {
    return story.facts(CaseId{story.must(web().does(web_complaint(number))).id}).interaction;
  };
  letter = form("+8613900000018");
  letter_in_hand = form("+8613900000019");
  story.answers_in_console(agent(1), story.is_offered(letter_in_hand, agent(1)));
}

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

}  // namespace firsthand::test
