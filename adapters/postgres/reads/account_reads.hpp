// SPDX-License-Identifier: Apache-2.0
// Whose customers they are: the pool, the accounts of a person, those that lapse soon, and one
// account with its ledger. Called on a pool thread with an open transaction.
#pragma once

#include "adapters/postgres/reads/case_reads.hpp"

namespace firsthand::postgres {

/// Why this person may not claim it now: the code and sentence that a claim would be answered.
struct ClaimHindrance {
  std::string code, sentence;
  OptionalStamp until;  ///< of a cool-down
};
BOOST_DESCRIBE_STRUCT(ClaimHindrance, (), (code, sentence, until))

struct AccountRow {
  CustomerBrief customer;
  std::string kind, product;
  bool do_not_call = false;
  std::string state, office;  ///< the office is that of the owner, in the pool of the last one
  std::optional<UserRef> owner, previous_owner, developer, entered_by, entered_for;
  Stamp since;
  OptionalStamp followed_up_at, last_contact_at;
  std::int64_t open_cases = 0;
  std::optional<ClockView> clock;  ///< the hold period; none in the pool
  std::int64_t version = 1;
  std::optional<ClaimHindrance> hindrance;  ///< only of the pool
};
BOOST_DESCRIBE_STRUCT(AccountRow, (),
                      (customer, kind, product, do_not_call, state, office, owner, previous_owner,
                       developer, entered_by, entered_for, since, followed_up_at, last_contact_at,
                       open_cases, clock, version, hindrance))

struct AccountEntryView {
  std::string how, reason;
  std::optional<UserRef> owner, previous_owner, by;
  Stamp at;
};
BOOST_DESCRIBE_STRUCT(AccountEntryView, (), (how, reason, owner, previous_owner, by, at))

/// What one person has claimed since the company's midnight, and may.
struct Claims {
  int today = 0, per_day = 0;
  Stamp next_day_at;
};
BOOST_DESCRIBE_STRUCT(Claims, (), (today, per_day, next_day_at))

struct PoolFilter {
  std::string tier;    ///< or ""
  std::string office;  ///< whose last owner was there; or ""
  std::optional<Instant> since;
  std::string after;
  int limit = kPageDefault;
};
/// In the pool, newest first; nothing when the cursor is not one of ours. `me`: who would claim.
std::optional<Page<AccountRow>> list_pool(Tx& tx, const Rules& rules, UserId me,
                                          const PoolFilter& filter);

struct HeldFilter {
  std::int64_t owner = 0;  ///< 0: everybody's
  std::optional<Instant> due_before;
  std::string after;
  int limit = kPageDefault;
};
/// Held accounts, those that lapse first first.
std::optional<Page<AccountRow>> list_held(Tx& tx, const Rules& rules, const HeldFilter& filter);

Claims claims_of(Tx& tx, const Rules& rules, UserId who);

struct AccountFile {
  std::optional<AccountRow> account;
  std::vector<AccountEntryView> ledger;  ///< newest first
};
AccountFile read_account(Tx& tx, const Rules& rules, UserId me, std::int64_t customer);

namespace statements {
extern const std::vector<Statement> kAccountReads;
}

}  // namespace firsthand::postgres
