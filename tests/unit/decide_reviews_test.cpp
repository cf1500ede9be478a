// SPDX-License-Identifier: Apache-2.0
// Who agrees on an action of a review, changes it and ends it, and what becomes of its day.
#include <gtest/gtest.h>

#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

using std::chrono::days;
using std::chrono::hours;

const Rules& rules() {
  static const Rules loaded = company(FIRSTHAND_DEFAULTS);
  return loaded;
}

class Reviews : public ::testing::Test {
 protected:
  Reviews() { store.set_now(monday_ten()); }

  event::ReviewActionAgreed wanted() const {
    event::ReviewActionAgreed e{};
    e.title = "包装加厚";
    e.text = "三起运输破损投诉，请改进包装";
    e.department = kRepair;
    e.due_at = story.now() + days{4} + hours{8};  // Friday at six, when the office closes
    return e;
  }
  ReviewActionId agreed(const event::ReviewActionAgreed& e) {
    return ReviewActionId{story.must(by(kSupervisor).does(e)).id};
  }
  ReviewActionFile action(ReviewActionId id) { return story.look().world.review_actions.at(id); }
  std::string ends(UserId who, ReviewActionId id, ReviewActionState how, std::string result) {
    return story.refused(by(who).does(event::ReviewActionEnded{id, how, std::move(result)}));
  }
  event::ReviewActionChanged changed(ReviewActionId id) {
    event::ReviewActionChanged e{};
    e.review_action = id;
    e.version = action(id).facts.version;
    e.reason = "例会改期";
    return e;
  }
  std::size_t told(std::string_view kind) {
    const auto seen = story.look();
    return static_cast<std::size_t>(
        std::count_if(seen.history.begin(), seen.history.end(),
                      [&](const HistoryEntry& entry) { return entry.kind == kind; }));
  }
  std::vector<std::string> mails(std::string_view what) {
    std::vector<std::string> keys;
    const std::string wanted_what = "\"what\":\"" + std::string{what} + "\"";
    for (const auto seen = story.look(); const auto& effect : seen.effects) {
      if (effect.kind == EffectKind::mail &&
          effect.payload.find(wanted_what) != std::string::npos) {
        keys.push_back(effect.key);
      }
    }
    return keys;
  }

  MemoryStore store{rules()};
  mutable Story story{store};
};

TEST_F(Reviews, the_day_that_was_agreed_on_has_a_clock) {
  const ReviewActionId id = agreed(wanted());
  const ReviewActionFile made = action(id);
  EXPECT_EQ(made.facts.state, ReviewActionState::open);
  EXPECT_EQ(made.facts.by, kSupervisor);
  ASSERT_EQ(made.clocks.size(), 1u);
  const SlaClock& clock = made.clocks.front();
  EXPECT_EQ(clock.kind, ClockKind::review_action);
  EXPECT_EQ(clock.review_action, id);
  EXPECT_FALSE(clock.case_id);
  EXPECT_EQ(clock.due_at, made.facts.due_at);
  EXPECT_EQ(clock.policy, "review-actions");
  EXPECT_EQ(clock.ladder, "review");
  EXPECT_EQ(clock.budget.kind, BudgetKind::working_time);
  EXPECT_EQ(clock.fire_at, story.now() + days{3} + hours{8}) << "a working day before";
  EXPECT_EQ(mails("review_action_agreed").size(), 1u) << "the liaison";
  EXPECT_EQ(told("review_action_agreed"), 1u);
}

TEST_F(Reviews, a_day_outside_working_hours_is_kept_to_the_second) {
  auto e = wanted();
  e.due_at = story.now() + days{5} + hours{10};  // Saturday evening
  const ReviewActionFile made = action(agreed(e));
  EXPECT_EQ(made.clocks.front().due_at, e.due_at);
  EXPECT_EQ(made.clocks.front().budget.kind, BudgetKind::calendar_time);
}

TEST_F(Reviews, without_a_day_the_policy_says_when) {
  auto e = wanted();
  e.due_at = Instant{};
  const ReviewActionFile made = action(agreed(e));
  EXPECT_EQ(made.facts.due_at, moment("2030-03-18T18:00:00+08:00")) << "ten working days";
  EXPECT_EQ(made.clocks.front().due_at, made.facts.due_at);
}

TEST_F(Reviews, warned_late_and_climbing) {
  auto e = wanted();
  e.assignee = kRepairLiaison;
  const ReviewActionId id = agreed(e);
  const auto reached = [&](std::string_view step) {
    std::vector<UserId> people;
    for (const auto made = action(id); const auto& alert : made.alerts)
      if (alert.step == step) people.push_back(alert.recipient);
    return people;
  };
  story.at(e.due_at - days{1});
  story.timers_run();
  EXPECT_EQ(reached("warn_1d"), std::vector{kRepairLiaison});
  story.at(e.due_at);
  story.timers_run();
  EXPECT_EQ(reached("breach"), std::vector{kRepairLiaison});
  EXPECT_EQ(action(id).clocks.front().breached_at, e.due_at);
  story.at(moment("2030-03-11T18:00:00+08:00"));  // Monday, nine working hours on
  story.timers_run();
  EXPECT_EQ(reached("climb_9h"), std::vector{kRepairHead});
  story.at(moment("2030-03-13T18:00:00+08:00"));
  story.timers_run();
  EXPECT_EQ(reached("climb_27h"), std::vector{kSupervisor});
  EXPECT_EQ(ends(kRepairLiaison, id, ReviewActionState::done, "已加厚"), "");
  const SlaClock ended = action(id).clocks.front();
  EXPECT_EQ(ended.state, ClockState::breached) << "late stays late";
  EXPECT_FALSE(ended.live());
}

TEST_F(Reviews, who_may_agree) {
  EXPECT_EQ(story.refused(by(back_line(1)).does(wanted())), "");
  EXPECT_EQ(story.refused(by(kManager).does(wanted())), "");
  EXPECT_EQ(story.refused(by(agent(1)).does(wanted())), "forbidden");
  EXPECT_EQ(story.refused(by(kRepairLiaison).does(wanted())), "forbidden");
  EXPECT_EQ(story.refused(by(kAdministrator).does(wanted())), "forbidden");
}

TEST_F(Reviews, what_is_refused) {
  const auto refused_field = [&](auto change) {
    auto e = wanted();
    change(e);
    const Outcome outcome = story.tell(by(kSupervisor).does(e));
    return outcome.refusal ? outcome.refusal->code + " " + outcome.refusal->field : "";
  };
  using E = event::ReviewActionAgreed;
  EXPECT_EQ(refused_field([](E& e) { e.title.clear(); }), "invalid title");
  EXPECT_EQ(refused_field([](E& e) { e.department = {}; }), "invalid assignee");
  EXPECT_EQ(refused_field([](E& e) { e.assignee = kNobody; }), "invalid assignee");
  EXPECT_EQ(refused_field([](E& e) { e.department = kNoDepartment; }), "invalid department");
  EXPECT_EQ(refused_field([&](E& e) { e.due_at = story.now(); }), "invalid due_at");
  EXPECT_EQ(refused_field([](E& e) { e.case_id = CaseId{4711}; }), "not_found ");
  EXPECT_TRUE(story.look().world.review_actions.empty());
}

TEST_F(Reviews, an_assignee_brings_the_department) {
  auto e = wanted();
  e.department = {};
  e.assignee = kTechnicalLiaison;
  EXPECT_EQ(action(agreed(e)).facts.department, kTechnical);
}

TEST_F(Reviews, another_day_ends_the_old_clock_and_starts_one) {
  const ReviewActionId id = agreed(wanted());
  auto e = changed(id);
  e.due_at = story.now() + days{7};
  story.must(by(back_line(1)).does(e));
  const ReviewActionFile after = action(id);
  ASSERT_EQ(after.clocks.size(), 2u);
  EXPECT_EQ(after.clocks[0].state, ClockState::cancelled);
  EXPECT_EQ(after.clocks[1].due_at, *e.due_at);
  EXPECT_TRUE(after.clocks[1].live());
  EXPECT_EQ(mails("review_action_changed").size(), 1u);
  EXPECT_EQ(story.refused(by(kSupervisor).does(e)), "version_mismatch");
}

TEST_F(Reviews, a_change_needs_a_reason_and_somebody_to_do_it) {
  const ReviewActionId id = agreed(wanted());
  auto e = changed(id);
  e.reason.clear();
  EXPECT_EQ(story.refused(by(kSupervisor).does(e)), "invalid");
  e = changed(id);
  e.due_at = story.now();
  EXPECT_EQ(story.refused(by(kSupervisor).does(e)), "invalid");
  e = changed(id);
  e.assignee = agent(2);
  EXPECT_EQ(story.refused(by(agent(2)).does(e)), "forbidden");
  story.must(by(kSupervisor).does(e));
  EXPECT_EQ(action(id).facts.assignee, agent(2));
  EXPECT_EQ(action(id).clocks.size(), 1u) << "the day stays";
  e = changed(id);
  e.assignee = UserId{};
  story.must(by(kSupervisor).does(e));
  EXPECT_FALSE(action(id).facts.assignee) << "the department's again";
}

TEST_F(Reviews, done_by_those_whose_it_is) {
  const ReviewActionId id = agreed(wanted());
  EXPECT_EQ(ends(kTechnicalLiaison, id, ReviewActionState::done, "x"), "forbidden");
  EXPECT_EQ(ends(kManager, id, ReviewActionState::done, "x"), "forbidden");
  EXPECT_EQ(ends(kRepairHead, id, ReviewActionState::done, ""), "invalid");
  EXPECT_EQ(ends(kRepairHead, id, ReviewActionState::done, "已换供应商"), "");
  EXPECT_EQ(action(id).facts.result, "已换供应商");
  EXPECT_EQ(action(id).facts.ended_by, kRepairHead);
  EXPECT_EQ(action(id).clocks.front().state, ClockState::met);
  EXPECT_EQ(ends(kRepairHead, id, ReviewActionState::done, "x"), "action_ended");
  EXPECT_EQ(story.refused(by(kSupervisor).does(changed(id))), "action_ended");
  EXPECT_EQ(told("review_action_done"), 1u);
}

TEST_F(Reviews, given_up_by_those_who_lead) {
  const ReviewActionId id = agreed(wanted());
  EXPECT_EQ(ends(kRepairLiaison, id, ReviewActionState::cancelled, "x"), "forbidden");
  EXPECT_EQ(ends(kManager, id, ReviewActionState::cancelled, ""), "invalid");
  EXPECT_EQ(ends(kManager, id, ReviewActionState::cancelled, "产品已停产"), "");
  EXPECT_EQ(action(id).clocks.front().state, ClockState::cancelled);
  EXPECT_EQ(told("review_action_cancelled"), 1u);
}

TEST_F(Reviews, what_grew_from_a_complaint_is_in_its_history) {
  story.arrives_at_work(agent(1));
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  auto e = wanted();
  e.case_id = id;
  agreed(e);
  const auto history = story.history(id);
  EXPECT_NE(std::find(history.begin(), history.end(), "review_action_agreed"), history.end());
}

}  // namespace
}  // namespace firsthand::test
