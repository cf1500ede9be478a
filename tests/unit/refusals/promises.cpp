// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/refusals/afternoon.hpp"

namespace firsthand::test {

using std::chrono::hours;

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

}  // namespace firsthand::test
