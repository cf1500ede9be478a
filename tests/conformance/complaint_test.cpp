// SPDX-License-Identifier: Apache-2.0
// The complaint record: its versions, the regulator's clock, compensation by two people, the final
// response, repeats.
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

using std::chrono::days;
using std::chrono::hours;

class Complaints : public OnEveryStore {
 protected:
  CaseId taken(const std::string& number = "+8613900000001") {
    return story->complaint_taken(number, agent(1));
  }
  ComplaintRecord record(CaseId id) { return story->file(id).complaint.value(); }
  int spoken_ = 0;
  /// As agent 1, who owns it, and at the version there is.
  std::string edit(CaseId id, event::ComplaintRecordEdited change) {
    const auto file = story->file(id);
    change.case_id = id;
    change.version = file.complaint ? file.complaint->version : 0;
    return story->refused(by(agent(1)).does(change));
  }
  CompensationId proposed(CaseId id, std::int64_t cents, UserId who = agent(1)) {
    story->must(by(who).does(event::CompensationProposed{id, cents, "", "误工补偿"}));
    return story->file(id).compensations.back().id;
  }
  Compensation compensation(CaseId id, std::size_t at) {
    return story->file(id).compensations.at(at);
  }
  std::string decided(CompensationId id, UserId who, CompensationState how,
                      const std::string& why = "同意") {
    return story->refused(by(who).does(event::CompensationDecided{id, how, why}));
  }
  std::string letter(CaseId id, const std::string& how = "mail") {
    return story->refused(by(agent(1)).does(event::FinalResponseSent{id, how, "尊敬的客户"}));
  }
  /// Told, resolved, and called by somebody else, who finds the customer satisfied.
  void solved_and_content(CaseId id) {
    story->resolves(id, agent(1));
    const Callback call = story->open_callback(id, CallbackKind::follow_up);
    story->reached(call.id, call.user, true);
  }
};
FIRSTHAND_ON_EVERY_STORE(Complaints);

TEST_P(Complaints, the_record_is_edited_by_version_and_history_tells_what_changed) {
  const CaseId id = taken();
  event::ComplaintRecordEdited change;
  change.remedy_sought = "refund";
  change.justified = "yes";
  EXPECT_EQ(edit(id, change), "");
  EXPECT_EQ(record(id).version, 1);
  EXPECT_EQ(record(id).remedy_sought, "refund");
  EXPECT_EQ(record(id).justified, std::optional{true});
  change.case_id = id;
  change.version = 0;
  EXPECT_EQ(story->refused(by(agent(1)).does(change)), "version_mismatch");
  event::ComplaintRecordEdited next;
  next.justified = "no";
  EXPECT_EQ(edit(id, next), "");
  EXPECT_EQ(record(id).version, 2);
  const auto seen = store->look();
  const auto& entry = *std::find_if(
      seen.history.rbegin(), seen.history.rend(),
      [](const HistoryEntry& each) { return each.kind == "complaint_record_edited"; });
  EXPECT_NE(entry.data.find("\"justified_from\""), std::string::npos) << entry.data;
  EXPECT_EQ(entry.data.find("remedy_sought"), std::string::npos) << entry.data;
  // The same again changes nothing and leaves no line.
  EXPECT_EQ(edit(id, next), "");
  EXPECT_EQ(record(id).version, 2);
  EXPECT_EQ(story->told_of(id, "complaint_record_edited"), 2u);
}

TEST_P(Complaints, only_a_complaint_has_a_record_and_only_the_lists_words_are_taken) {
  story->arrives_at_work(agent(1));
  event::CaseRegistered question = complaint(story->talks("+8613900000002", agent(1)));
  question.kind = CaseKind::inquiry;
  question.category = "cpzx";
  question.callback.choice = "";
  const CaseId asked{story->must(by(agent(1)).does(question)).id};
  event::ComplaintRecordEdited change;
  change.safety = true;
  EXPECT_EQ(edit(asked, change), "not_a_complaint");
  EXPECT_EQ(letter(asked), "not_a_complaint");
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CompensationProposed{asked, 1, "", "x"})),
            "not_a_complaint");
}

TEST_P(Complaints, safety_makes_it_urgent_and_keeps_it_so) {
  const CaseId id = taken();
  const auto before = story->live_clock(id, ClockKind::resolution);
  event::ComplaintRecordEdited change;
  change.safety = true;
  EXPECT_EQ(edit(id, change), "");
  EXPECT_EQ(story->facts(id).severity, 4);
  EXPECT_EQ(story->live_clock(id, ClockKind::resolution).policy, "urgent");
  EXPECT_LT(story->live_clock(id, ClockKind::resolution).due_at, before.due_at);
  event::CaseEdited lower{id, story->facts(id).version, {}, {}, {}, 2};
  EXPECT_EQ(story->refused(by(agent(1)).does(lower)), "safety_is_urgent");
}

TEST_P(Complaints, what_becomes_urgent_gets_the_clocks_of_the_urgent) {
  const CaseId id = taken();
  const auto has_clock = [this, id](ClockKind kind) {
    const auto clocks = story->file(id).clocks;
    return std::any_of(clocks.begin(), clocks.end(),
                       [kind](const SlaClock& one) { return one.live() && one.kind == kind; });
  };
  EXPECT_FALSE(has_clock(ClockKind::final_response));
  story->at(monday_ten() + days{2});
  story->timers_run();
  event::CaseEdited urgent{id, story->facts(id).version, {}, {}, {}, {}};
  urgent.severity = 4;
  story->must(by(agent(1)).does(urgent));
  // From when the customer complained, not from when somebody saw that it is urgent.
  EXPECT_EQ(story->live_clock(id, ClockKind::final_response).started_at,
            story->facts(id).opened_at);
  EXPECT_EQ(story->live_clock(id, ClockKind::final_response).policy, "urgent");
  event::CaseEdited usual{id, story->facts(id).version, {}, {}, {}, {}};
  usual.severity = 2;
  story->must(by(agent(1)).does(usual));
  EXPECT_FALSE(has_clock(ClockKind::final_response));
  urgent.version = story->facts(id).version;
  story->must(by(agent(1)).does(urgent));
  EXPECT_TRUE(has_clock(ClockKind::final_response));
}

TEST_P(Complaints, a_regulators_date_is_the_final_response_clock_and_stays) {
  const CaseId id = taken();
  const Instant due = monday_ten() + days{7} + hours{3};
  event::ComplaintRecordEdited change;
  change.regulator_due_at = due;
  EXPECT_EQ(edit(id, change), "invalid");  // whose?
  change.regulator = "market";
  change.regulator_reference = "演示-2030-17";
  change.safety = true;  // whose policy has a period of its own
  EXPECT_EQ(edit(id, change), "");
  SlaClock clock = story->live_clock(id, ClockKind::final_response);
  EXPECT_EQ(clock.due_at, due);
  EXPECT_EQ(clock.policy_version, 0);
  EXPECT_EQ(story->told_of(id, "clock_cancelled"), 0u) << "no other one began beside it";
  // Neither waiting for the customer nor other rules move it.
  story->must(
      by(agent(1)).does(event::ClocksPaused{id, "waiting_for_customer", monday_ten() + days{2}}));
  story->must(timer().does(event::ClocksRecomputed{id}));
  EXPECT_EQ(story->live_clock(id, ClockKind::final_response).due_at, due);
  // The regulator grants a week more.
  event::ComplaintRecordEdited later;
  later.regulator_due_at = due + days{7};
  EXPECT_EQ(edit(id, later), "");
  EXPECT_EQ(story->live_clock(id, ClockKind::final_response).due_at, due + days{7});
  // It was somebody else's: the policy's own period is back, from the complaint on.
  event::ComplaintRecordEdited none;
  none.regulator = "";
  EXPECT_EQ(edit(id, none), "");
  clock = story->live_clock(id, ClockKind::final_response);
  EXPECT_NE(clock.policy_version, 0);
  EXPECT_EQ(record(id).regulator_due_at, std::nullopt);
  EXPECT_EQ(record(id).regulator_reference, "");
}

TEST_P(Complaints, a_regulator_gets_a_letter_before_the_case_is_closed) {
  const CaseId id = taken();
  event::ComplaintRecordEdited change;
  change.regulator = "market";
  change.regulator_due_at = monday_ten() + days{10};
  ASSERT_EQ(edit(id, change), "");
  solved_and_content(id);
  EXPECT_EQ(story->facts(id).state, CaseState::resolved);
  EXPECT_TRUE(story->live_clock(id, ClockKind::final_response).live());
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CaseClosed{id})), "letter_missing");
  EXPECT_EQ(letter(id, "pigeon"), "invalid");
  EXPECT_EQ(letter(id), "");
  EXPECT_EQ(story->newest_clock(id, ClockKind::final_response).state, ClockState::met);
  EXPECT_EQ(record(id).letter, "尊敬的客户");
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CaseClosed{id})), "");
}

TEST_P(Complaints, a_letter_tells_the_customer) {
  const CaseId id = taken();
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CaseResolved{id, "已修好"})), "not_told");
  EXPECT_EQ(letter(id), "");
  EXPECT_EQ(story->facts(id).told_how, "letter");
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CaseResolved{id, "已修好"})), "");
}

TEST_P(Complaints, small_sums_are_granted_alone_but_not_many_of_them) {
  const CaseId id = taken();
  proposed(id, 30000);
  EXPECT_EQ(compensation(id, 0).state, CompensationState::approved);
  EXPECT_FALSE(compensation(id, 0).decided_by);
  proposed(id, 20000);  // the limit of 500 exactly
  EXPECT_EQ(compensation(id, 1).state, CompensationState::approved);
  const CompensationId third = proposed(id, 1);
  EXPECT_EQ(compensation(id, 2).state, CompensationState::proposed);
  EXPECT_EQ(decided(third, kSupervisor, CompensationState::approved), "");
  EXPECT_EQ(compensation(id, 2).decided_by, kSupervisor);
  EXPECT_EQ(decided(third, kManager, CompensationState::refused), "compensation_decided");
}

TEST_P(Complaints, a_large_sum_needs_a_second_person) {
  const CaseId id = taken();
  const CompensationId asked = proposed(id, 80000);
  EXPECT_EQ(decided(asked, agent(1), CompensationState::approved), "own_proposal");
  EXPECT_EQ(decided(asked, agent(2), CompensationState::approved), "forbidden");
  EXPECT_EQ(decided(asked, kSupervisor, CompensationState::withdrawn), "forbidden");
  EXPECT_EQ(decided(asked, kSupervisor, CompensationState::refused, ""), "invalid");
  const CompensationId own = proposed(id, 90000, kSupervisor);
  EXPECT_EQ(decided(own, kSupervisor, CompensationState::approved), "own_proposal");
  EXPECT_EQ(decided(own, kManager, CompensationState::refused, "没有依据"), "");
  // Nobody closes over an open question.
  solved_and_content(id);
  EXPECT_EQ(story->facts(id).state, CaseState::resolved);
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CaseClosed{id})), "compensation_undecided");
  EXPECT_EQ(decided(asked, agent(1), CompensationState::withdrawn), "");
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CaseClosed{id})), "");
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CompensationProposed{id, 100, "", "x"})),
            "already_closed");
}

TEST_P(Complaints, a_sum_is_some_money_for_something) {
  const CaseId id = taken();
  const auto asks = [&](std::int64_t cents, const char* currency, const char* what) {
    return story->refused(
        by(agent(1)).does(event::CompensationProposed{id, cents, currency, what}));
  };
  EXPECT_EQ(asks(0, "", "x"), "invalid");
  EXPECT_EQ(asks(-5, "", "x"), "invalid");
  EXPECT_EQ(asks(100, "USD", "x"), "invalid");
  EXPECT_EQ(asks(100, "CNY", ""), "invalid");
  EXPECT_EQ(asks(100, "CNY", "邮费"), "");
}

TEST_P(Complaints, supervisors_are_told_of_a_proposal_and_the_proposer_of_the_answer) {
  const CaseId id = taken();
  const auto mails = [&](const std::string& key) {
    std::size_t found = 0;
    for (const auto seen = store->look(); const auto& effect : seen.effects)
      found += effect.key.starts_with("mail:" + key);
    return found;
  };
  const CompensationId asked = proposed(id, 80000);
  EXPECT_EQ(mails("compensation:"), 1u);
  ASSERT_EQ(decided(asked, kManager, CompensationState::approved), "");
  EXPECT_EQ(mails("compensation_decided:"), 1u);
  // A lone supervisor's own proposal goes to the managers.
  proposed(id, 90000, kSupervisor);
  EXPECT_EQ(mails("compensation:"), 1u + rules().with_role(Role::manager).size());
}

TEST_P(Complaints, an_urgent_complaint_is_closed_with_its_root_cause) {
  const CaseId id = taken();
  event::ComplaintRecordEdited change;
  change.safety = true;
  ASSERT_EQ(edit(id, change), "");
  solved_and_content(id);
  EXPECT_EQ(story->facts(id).state, CaseState::resolved);
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CaseClosed{id})), "record_incomplete");
  change.root_cause = "design";
  change.justified = "yes";
  ASSERT_EQ(edit(id, change), "");
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CaseClosed{id})), "");
}

TEST_P(Complaints, a_repeat_is_linked_by_itself_and_corrected_by_hand) {
  const CaseId first = taken();
  story->pass(days{1});
  const CaseId second = taken();
  EXPECT_EQ(story->facts(second).repeat_of, story->facts(first).number);
  EXPECT_EQ(story->refused(by(agent(1)).does(event::RepeatLinked{second, {}})), "");
  EXPECT_EQ(story->facts(second).repeat_of, "");
  EXPECT_EQ(story->refused(by(agent(1)).does(event::RepeatLinked{first, second})), "invalid");
  EXPECT_EQ(story->refused(by(agent(1)).does(event::RepeatLinked{second, second})), "invalid");
  const CaseId other = taken("+8613900000099");
  EXPECT_EQ(story->refused(by(agent(1)).does(event::RepeatLinked{other, first})), "other_customer");
  EXPECT_EQ(story->refused(by(agent(1)).does(event::RepeatLinked{second, first})), "");
  EXPECT_EQ(story->facts(second).repeat_of, story->facts(first).number);
  EXPECT_EQ(story->told_of(second, "repeat_linked"), 1u);
  EXPECT_EQ(story->told_of(second, "repeat_unlinked"), 1u);
}

TEST_P(Complaints, another_product_is_another_matter) {
  const auto about = [&](const char* product) {
    event::CaseRegistered e = web_complaint("+8613900000005");
    e.product = product;
    e.public_token = "token-" + std::to_string(++spoken_);
    return CaseId{story->must(web().does(e)).id};
  };
  about("DM-300");
  EXPECT_EQ(story->facts(about("DM-900")).repeat_of, "");
  EXPECT_NE(story->facts(about("DM-300")).repeat_of, "");
}

TEST_P(Complaints, a_group_of_categories_is_not_chosen) {
  event::CaseRegistered e = web_complaint("+8613900000001");
  e.category = "wx";
  EXPECT_EQ(story->refused(web().does(e)), "invalid");
  const CaseId id = taken();
  event::CaseEdited edited{id, story->facts(id).version, "wx", {}, {}, {}};
  EXPECT_EQ(story->refused(by(agent(1)).does(edited)), "invalid");
}

}  // namespace
}  // namespace firsthand::test
