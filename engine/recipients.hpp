// SPDX-License-Identifier: Apache-2.0
// Who a step of a ladder reaches now: roles become people through deputies and absences. Pure; any
// thread.
#pragma once

#include <utility>
#include <vector>

#include "engine/model.hpp"
#include "engine/rules.hpp"

namespace firsthand {

/// Whom the alerts of a clock may concern.
struct Subject {
  UserId owner;    ///< who answers for it; none: an account in the pool, a department's action
  UserId handler;  ///< none: the owner
  DepartmentId department;
  int escalation_level = 0;
  std::int64_t salt = 0;  ///< the same one of many for the same subject
};
Subject subject_of(const Case& c);

/// Everybody once, in the first role that names them. An alert never reaches nobody: a role whose
/// people are all away passes it on (liaisons to their heads, everybody else to the supervisors).
std::vector<std::pair<UserId, RecipientRole>> recipients_of(const Subject& subject,
                                                            const LadderStep& step,
                                                            const Rules& rules, Instant now);

}  // namespace firsthand
