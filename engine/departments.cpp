// SPDX-License-Identifier: Apache-2.0
#include "engine/departments.hpp"

namespace firsthand {

std::optional<Instant> return_until(Instant at, DepartmentId id, const Rules& rules) {
  const Department* department = rules.department(id);
  if (!department || department->return_limit_s == 0) return std::nullopt;
  return due(at, Budget::working(Seconds{department->return_limit_s}), rules.company()).value();
}

bool in_time_to_return(Instant at, DepartmentId id, const Rules& rules, Instant now) {
  const Department* department = rules.department(id);
  if (!department || department->return_limit_s == 0) return true;
  // Time outside working hours is nobody's: what ends at closing time may be returned until the
  // next opening.
  return elapsed(at, now, BudgetKind::working_time, rules.company()) <=
         Seconds{department->return_limit_s};
}

std::optional<Instant> chase_again_at(std::optional<Instant> chased_at, const Rules& rules) {
  const Seconds wait{rules.book.callbacks.chase_after_s};
  if (!chased_at || wait == Seconds{0}) return std::nullopt;
  return due(*chased_at, Budget::working(wait), rules.company()).value();
}

}  // namespace firsthand
