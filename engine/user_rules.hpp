// SPDX-License-Identifier: Apache-2.0
// What the rules allow with the accounts of the people who work here: how one must look, and what a
// change of it may not leave behind. Pure; any thread. The administrator's screen and the command
// line both ask here.
#pragma once

#include <optional>

#include "engine/event.hpp"
#include "engine/rules.hpp"

namespace firsthand {

inline constexpr std::size_t kPasswordMin = 12;  ///< characters of a password that somebody chose

/// What is somebody's now, as it stands in the transaction that changes the account.
struct UserHoldings {
  int cases = 0;  ///< owned or handled, and not closed
  int callbacks = 0;
  int accounts = 0;
  int review_actions = 0;
  int dispatches = 0;  ///< accepted for a department
  bool on_a_call = false;

  bool any() const { return cases + callbacks + accounts + review_actions + dispatches > 0; }
};

/// What the rest of the company says about the account that is wanted.
struct UserSurroundings {
  bool login_taken = false;
  bool extension_taken = false;      ///< by somebody whose account is not locked
  bool office_known = true;          ///< or none is named
  bool department_known = true;      ///< or none is named
  bool other_administrator = false;  ///< somebody else who is not locked
  bool oneself = false;              ///< whoever asks changes his own account
  UserHoldings holds;
};

/// Why the account may not become `wanted`; `before` is null for a new one. What was so before and
/// stays so is no reason.
std::optional<Refusal> why_not_user(const User& wanted, const User* before,
                                    const UserSurroundings& around, const Rules& rules);

/// Another role, department or lock: open screens show what is no longer this person's.
bool ends_sessions(const User& wanted, const User& before);

}  // namespace firsthand
