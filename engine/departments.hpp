// SPDX-License-Identifier: Apache-2.0
// The times that bind a department and those who wait for it: until when work may be given back,
// and when it may be chased again. Pure; any thread. decide() and the screens ask here.
#pragma once

#include <optional>
#include <string_view>

#include "engine/rules.hpp"

namespace firsthand {

/// Case::told_how when the department has called the customer and the owner has not verified it.
inline constexpr std::string_view kToldByDepartment = "department_reached";

/// The end of the time in which work given at `at` may be returned; none: at any time.
std::optional<Instant> return_until(Instant at, DepartmentId department, const Rules& rules);
bool in_time_to_return(Instant at, DepartmentId department, const Rules& rules, Instant now);

/// When a department that was chased then may be chased again; none: at once.
std::optional<Instant> chase_again_at(std::optional<Instant> chased_at, const Rules& rules);

}  // namespace firsthand
