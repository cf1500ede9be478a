// SPDX-License-Identifier: Apache-2.0
// Who a step of a ladder reaches now: roles become people through deputies and absences. Pure; any
// thread.
#pragma once

#include <utility>
#include <vector>

#include "engine/model.hpp"
#include "engine/rules.hpp"

namespace firsthand {

/// Everybody once, in the first role that names them. An alert never reaches nobody: a role whose
/// people are all away passes it on (liaisons to their heads, everybody else to the supervisors).
std::vector<std::pair<UserId, RecipientRole>> recipients_of(const Case& c, const LadderStep& step,
                                                            const Rules& rules, Instant now);

}  // namespace firsthand
