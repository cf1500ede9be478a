// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/refusals/afternoon.hpp"

namespace firsthand::test {

using std::chrono::hours;

namespace {

event::ComplaintRecordEdited record_of(
    CaseId id, std::int64_t version,
    const std::function<void(event::ComplaintRecordEdited&)>& change) {
  event::ComplaintRecordEdited e;
  e.case_id = id;
  e.version = version;
  change(e);
  return e;
}

}  // namespace

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

}  // namespace firsthand::test
