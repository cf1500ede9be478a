// SPDX-License-Identifier: Apache-2.0
// Over random sequences of proposals and decisions by everybody: no sum above the limit is granted
// by one person, nobody decides what he proposed, what is decided stays decided, and no case is
// closed over an open question.
#include <gtest/gtest.h>

#include <random>

#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

const Rules& rules() {
  static const Rules loaded = company(FIRSTHAND_DEFAULTS);
  return loaded;
}

class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}
  int below(int n) { return static_cast<int>(engine_() % static_cast<unsigned>(n)); }
  template <class T>
  T pick(std::initializer_list<T> from) {
    return *(from.begin() + below(static_cast<int>(from.size())));
  }

 private:
  std::mt19937 engine_;
};

void expect_two_people(const CaseFile& file, std::int64_t limit) {
  std::int64_t alone = 0;
  for (const Compensation& each : file.compensations) {
    const bool decided =
        each.state == CompensationState::approved || each.state == CompensationState::refused;
    if (decided) {
      EXPECT_NE(each.decided_by, each.proposed_by);
    }
    if (each.state == CompensationState::approved && !each.decided_by) alone += each.amount_cents;
    if (each.decided_by && each.state != CompensationState::withdrawn) {
      const User* decider = rules().user(each.decided_by);
      ASSERT_NE(decider, nullptr);
      EXPECT_TRUE(decider->role == Role::supervisor || decider->role == Role::manager);
    }
  }
  EXPECT_LE(alone, limit);
  if (file.facts.state != CaseState::closed) return;
  for (const Compensation& each : file.compensations)
    EXPECT_NE(each.state, CompensationState::proposed);
}

class Compensations : public ::testing::TestWithParam<unsigned> {};

TEST_P(Compensations, are_never_granted_by_their_proposer) {
  Chance chance{GetParam()};
  MemoryStore store{rules()};
  store.set_now(monday_ten());
  Story story{store};
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  const std::int64_t limit = rules().book.complaints.compensation_limit_cents;
  std::vector<Compensation> before;
  int granted = 0;
  int refused = 0;
  for (int step = 0; step < 120; ++step) {
    const UserId who =
        chance.pick({agent(1), agent(2), kSupervisor, kManager, kRepairLiaison, UserId{}, kNobody});
    Happening what;
    switch (chance.below(8)) {
      case 0:
      case 1:
      case 2:
        what = event::CompensationProposed{
            id, chance.pick<std::int64_t>({1, 10'000, limit, limit + 1, 400'000}), "", "补偿"};
        break;
      case 3: what = event::CaseResolved{id, "已处理"}; break;
      case 4: what = event::CaseClosed{id}; break;
      case 5: what = event::CaseReopened{id, "客户来电"}; break;
      default: {
        const auto& all = story.file(id).compensations;
        if (all.empty()) continue;
        what = event::CompensationDecided{
            all[static_cast<std::size_t>(chance.below(static_cast<int>(all.size())))].id,
            chance.pick({CompensationState::approved, CompensationState::refused,
                         CompensationState::withdrawn}),
            chance.pick({"同意", ""})};
      }
    }
    Event event = by(who).does(what);
    if (chance.below(4) == 0) event.acting_for = chance.pick({agent(1), kSupervisor});
    (story.tell(event).refusal ? refused : granted) += 1;
    if (chance.below(6) == 0)
      story.tell(by(agent(1)).does(event::CustomerTold{id, "same_call", ""}));
    const CaseFile file = story.file(id);
    expect_two_people(file, limit);
    ASSERT_GE(file.compensations.size(), before.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (before[i].state == CompensationState::proposed) continue;
      EXPECT_EQ(before[i], file.compensations[i]);
    }
    before = file.compensations;
  }
  EXPECT_GT(granted, 5);
  EXPECT_GT(refused, 5);
}
INSTANTIATE_TEST_SUITE_P(Seeds, Compensations, ::testing::Range(1u, 41u));

}  // namespace
}  // namespace firsthand::test
