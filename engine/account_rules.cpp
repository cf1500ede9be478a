// SPDX-License-Identifier: Apache-2.0
#include "engine/account_rules.hpp"

namespace firsthand {
namespace {

Instant midnight(const Calendar& calendar, Instant at, int days_later) {
  const auto day = std::chrono::sys_days{calendar.local_date(at)} + std::chrono::days{days_later};
  return calendar.at_local(Date{day}, std::chrono::minutes{0});
}

}  // namespace

Instant company_day(const Rules& rules, Instant now) {
  return midnight(rules.company(), now, 0);
}

std::optional<Instant> cools_until(const Account& account, UserId who, const Rules& rules,
                                   Instant now) {
  if (account.state != AccountState::pooled || account.previous_owner != who) return std::nullopt;
  const Instant until =
      midnight(rules.company(), account.since, rules.book.accounts.cool_down_days);
  return until > now ? std::optional{until} : std::nullopt;
}

std::optional<Refusal> why_not_claim(const Account& account, UserId who, int claimed_today,
                                     const Rules& rules, Instant now) {
  if (account.state == AccountState::held) {
    const User* owner = rules.user(account.owner);
    return Refusal{
        "account_taken",
        "This account is not in the pool: " + (owner ? owner->name : "somebody") + " has it.", ""};
  }
  if (const auto until = cools_until(account, who, rules, now)) {
    return Refusal{"cooling_down",
                   "You held this account last. You may claim it again from " +
                       to_iso8601(rules.company().local_date(*until)) + ".",
                   ""};
  }
  const int most = rules.book.accounts.claims_per_day;
  if (claimed_today < most) return std::nullopt;
  return Refusal{"claims_used_up",
                 most == 0 ? "Accounts of the pool are given out by a supervisor."
                           : "You have claimed " + std::to_string(claimed_today) +
                                 " accounts today. That is all for one day.",
                 ""};
}

}  // namespace firsthand
