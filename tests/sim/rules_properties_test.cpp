// SPDX-License-Identifier: Apache-2.0
// The rules that always hold, over random days: what happens, how unlucky it goes and whether the
// company changes its rules meanwhile are all drawn anew. A failure prints how to repeat it
// (RC_PARAMS="reproduce=...").
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/sim/week.hpp"

namespace firsthand::sim {
namespace {

const Rules& rules() {
  static const Rules loaded = test::company(FIRSTHAND_DEFAULTS);
  return loaded;
}

unsigned up_to(unsigned most) {
  return *rc::gen::inRange(0u, most + 1);
}

RC_GTEST_PROP(RulesThatAlwaysHold, in_random_days, ()) {
  Plan plan;
  plan.seed = *rc::gen::inRange(1000u, 1'000'000u);
  plan.days = 1 + static_cast<int>(up_to(1));
  plan.rules_change = up_to(2) > 0;
  plan.misfortune = {.rollback_permille = up_to(60),
                     .crash_permille = up_to(60),
                     .duplicate_permille = up_to(300),
                     .late_permille = up_to(300),
                     .early_permille = up_to(100),
                     .wrong_order_permille = up_to(150),
                     .race_permille = up_to(50),
                     .skew_percent = up_to(60),
                     .roll_back_percent = up_to(30)};
  Week week{rules(), plan};
  week.run();
  RC_LOG() << text(week.violations());
  RC_ASSERT(week.violations().empty());
  RC_ASSERT(week.calls() > 30u);
}

}  // namespace
}  // namespace firsthand::sim
