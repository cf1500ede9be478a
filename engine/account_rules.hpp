// SPDX-License-Identifier: Apache-2.0
// What the rules allow with accounts: who may claim one from the pool, and why not. Pure; any
// thread. decide() and the pool's list ask here, so what is shown is what happens.
#pragma once

#include <optional>

#include "engine/event.hpp"
#include "engine/rules.hpp"

namespace firsthand {

/// Accounts belong to the people who talk to customers; those who lead give them out.
constexpr bool claims_accounts(Role role) {
  return role == Role::agent || role == Role::back_line || role == Role::liaison;
}
constexpr bool gives_accounts(Role role) {
  return role == Role::supervisor || role == Role::manager || role == Role::administrator;
}

/// Midnight of the company's day: claims are counted from then.
Instant company_day(const Rules& rules, Instant now);

/// Until when whoever held this account last leaves it to others; none: anybody may claim it.
std::optional<Instant> cools_until(const Account& account, UserId who, const Rules& rules,
                                   Instant now);

/// Why this person may not claim this account now; `claimed_today` are earlier claims of the day.
std::optional<Refusal> why_not_claim(const Account& account, UserId who, int claimed_today,
                                     const Rules& rules, Instant now);

}  // namespace firsthand
