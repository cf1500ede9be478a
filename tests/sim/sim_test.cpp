// SPDX-License-Identifier: Apache-2.0
// Weeks from seeds, and the mutants that the checkers must find. FIRSTHAND_SIM_SEED=n plays one
// week; FIRSTHAND_SIM_SEEDS=n plays n of them (default 6).
#include <gtest/gtest.h>

#include <cstdlib>

#include "engine/words.hpp"
#include "tests/sim/week.hpp"

namespace firsthand::sim {
namespace {

const Rules& rules() {
  static const Rules loaded = test::company(FIRSTHAND_DEFAULTS);
  return loaded;
}

unsigned setting(const char* name, unsigned otherwise) {
  const char* value = std::getenv(name);
  return value ? static_cast<unsigned>(std::strtoul(value, nullptr, 10)) : otherwise;
}

std::string told(const Week& week) {
  const Counts& c = week.counts();
  const auto show = [](const char* what, std::size_t n) {
    return std::string{what} + " " + std::to_string(n) + "  ";
  };
  return show("calls", week.calls()) + show("cases", week.rows().world().cases.size()) +
         show("history", week.rows().history().size()) + show("told", c.told) +
         show("granted", c.granted) + show("refused", c.refused) +
         show("duplicates", c.duplicates) + show("batches", c.batches) +
         show("rollbacks", c.rollbacks) + show("crashes", c.crashes) +
         show("lost races", c.lost_races) + show("pauses at a fire", c.races) +
         show("old timers", c.old_timers) + show("skewed hours", c.skewed) +
         show("rule changes", week.rule_changes().made()) +
         show("recomputed", week.rule_changes().recomputed()) +
         show("by old rules", c.decided_by_old_rules) +
         show("absences", week.rule_changes().absences()) +
         show("merges", week.records().granted("merge")) +
         show("unmerges", week.records().granted("unmerge")) +
         show("calls moved", week.seen_of_records().comebacks()) +
         show("complaint records", week.records().granted("complaint record")) +
         show("letters", week.records().granted("letter")) +
         show("compensations", week.records().granted("compensation")) +
         show("decisions", week.records().granted("decision")) +
         show("dissatisfied", week.seen_of_records().dissatisfied()) +
         show("come back", week.records().granted("reopening"));
}

TEST(Simulation, working_weeks_keep_every_rule) {
  const unsigned first = setting("FIRSTHAND_SIM_SEED", 1);
  const unsigned count = std::getenv("FIRSTHAND_SIM_SEED") ? 1 : setting("FIRSTHAND_SIM_SEEDS", 6);
  for (unsigned seed = first; seed < first + count; ++seed) {
    Week week{rules(), {.seed = seed}};
    week.run();
    std::printf("seed %u: %s\n", seed, told(week).c_str());
    ASSERT_TRUE(week.violations().empty()) << "FIRSTHAND_SIM_SEED=" << seed << "\n"
                                           << text(week.violations());
    // A week in which little happens would keep every rule.
    EXPECT_GT(week.calls(), 300u);
    EXPECT_GT(week.rows().world().cases.size(), 80u);
    EXPECT_GT(week.rows().world().customer_clocks.size(), 5u);
    EXPECT_GT(week.rows().world().review_actions.size(), 10u);
    EXPECT_GT(week.counts().duplicates, 100u);
    EXPECT_GT(week.counts().rollbacks, 20u);
    EXPECT_GT(week.counts().crashes, 20u);
    EXPECT_GT(week.counts().races, 3u);
    EXPECT_GT(week.counts().skewed, 5u);
    EXPECT_EQ(week.rule_changes().made(), 4u);
    EXPECT_GT(week.rule_changes().recomputed(), 40u);
    EXPECT_GT(week.rule_changes().absences(), 2u);
    EXPECT_GT(week.records().granted("merge"), 20u);
    EXPECT_GT(week.records().granted("unmerge"), 20u);
    EXPECT_GT(week.seen_of_records().comebacks(), 2u);
    EXPECT_GT(week.records().granted("compensation"), 10u);
    EXPECT_GT(week.records().granted("decision"), 3u);
    EXPECT_GT(week.seen_of_records().dissatisfied(), 0u);
    EXPECT_GT(week.records().granted("reopening"), 5u);
  }
}

TEST(Simulation, the_same_seed_is_the_same_week) {
  const auto play = [] {
    Week week{rules(), {.seed = 7, .days = 1}};
    week.run();
    return told(week);
  };
  EXPECT_EQ(play(), play());
}

TEST(Simulation, unlocked_reads_are_fenced_by_the_keys) {
  std::size_t lost = 0;
  for (unsigned seed = 1; seed <= 2; ++seed) {
    Week week{rules(), {.seed = seed, .days = 2, .mutant = Mutant::stale_reads}};
    week.run();
    EXPECT_TRUE(week.violations().empty()) << text(week.violations());
    lost += week.counts().lost_races;
  }
  EXPECT_GT(lost, 0u) << "nobody ever lost a race: the fence was not tried";
}

struct Prey {
  Mutant mutant;
  std::set<int> rules;  ///< one of which must be found broken
  friend void PrintTo(const Prey& prey, std::ostream* out) { *out << word(prey.mutant); }
};

class Mutants : public ::testing::TestWithParam<Prey> {};

TEST_P(Mutants, are_found) {
  std::string seen;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    Week week{rules(), {.seed = seed, .days = 3, .mutant = GetParam().mutant}};
    week.run();
    for (const auto& violation : week.violations()) {
      if (GetParam().rules.contains(violation.rule)) return;
    }
    seen += text(week.violations());
  }
  FAIL() << "it lived through four weeks; found were only:\n" << seen;
}

INSTANTIATE_TEST_SUITE_P(
    List, Mutants,
    ::testing::Values(
        Prey{Mutant::no_offer_key, {7}}, Prey{Mutant::forgets_keys, {10, 7}},
        Prey{Mutant::answers_before_commit, {9, 7}}, Prey{Mutant::fires_twice, {8}},
        Prey{Mutant::skips_a_step, {8}}, Prey{Mutant::moves_a_breach, {8}},
        Prey{Mutant::forgets_the_callback, {6}}, Prey{Mutant::doubles_the_callback, {6}},
        Prey{Mutant::loses_the_call, {7}}, Prey{Mutant::rings_the_absent, {5}},
        Prey{Mutant::ignores_the_owner, {5}}, Prey{Mutant::forgets_the_ledger, {1, 2}},
        Prey{Mutant::hands_stay_full, {7}}, Prey{Mutant::orphans_a_promise, {1}},
        Prey{Mutant::takes_the_case, {2}}, Prey{Mutant::resolves_untold, {4, 8}},
        Prey{Mutant::loses_history, {11}}, Prey{Mutant::recompute_fires_again, {8}},
        Prey{Mutant::recompute_forgets_a_breach, {8}}, Prey{Mutant::recompute_hides_lateness, {8}},
        Prey{Mutant::recompute_skips_a_clock, {8}}, Prey{Mutant::moves_a_promise, {8}},
        Prey{Mutant::mails_skipped_steps, {8}}, Prey{Mutant::alerts_the_absent, {8}},
        Prey{Mutant::alerts_nobody, {8}}, Prey{Mutant::never_restarts_progress, {8}},
        Prey{Mutant::pauses_the_regulator, {8}}, Prey{Mutant::stage_not_bumped, {8}},
        Prey{Mutant::escalation_takes_the_case, {2}}, Prey{Mutant::forgets_when_it_was_said, {8}},
        Prey{Mutant::accepts_early_timers, {8}}, Prey{Mutant::climbs_regardless, {8}},
        Prey{Mutant::forgets_the_follow_up, {8}}, Prey{Mutant::forgets_clocks_without_a_case, {8}},
        Prey{Mutant::unmerge_forgets_a_call, {7}}, Prey{Mutant::merge_takes_the_cases, {2}},
        Prey{Mutant::forgets_the_merged, {5}},
        Prey{Mutant::approver_is_the_proposer, {kComplaintRecord}},
        Prey{Mutant::reopens_without_a_clock, {8}}),
    [](const auto& param) { return std::string{word(param.param.mutant)}; });

}  // namespace
}  // namespace firsthand::sim
