// SPDX-License-Identifier: Apache-2.0
// Customers with overdue money or a contract that ends, and nobody in touch for long. Called on a
// pool thread with an open transaction.
#pragma once

#include "adapters/postgres/reads/rows.hpp"

namespace firsthand::postgres {

struct NeglectedCustomer {
  CustomerBrief customer;
  bool do_not_call = false;      ///< is written to or visited
  std::optional<UserRef> owner;  ///< of the account
  std::int64_t due_cents = 0, overdue_cents = 0;
  std::optional<std::string> contract_ends_on;
  OptionalStamp last_contact_at;   ///< none: never
  std::optional<UserRef> planned;  ///< who is to call already
};
BOOST_DESCRIBE_STRUCT(NeglectedCustomer, (),
                      (customer, do_not_call, owner, due_cents, overdue_cents, contract_ends_on,
                       last_contact_at, planned))

struct NeglectQuestion {
  Date today{};                 ///< the company's
  int days = 60;                ///< without an answered call, a visit, a reached callback
  int contract_days = 60;       ///< a contract that ends within so many days
  bool only_unplanned = false;  ///< and to whom nobody was sent in those days
  int limit = 200;
};
/// Who owes most first, then whose contract ends first.
std::vector<NeglectedCustomer> neglected_customers(Tx& tx, const NeglectQuestion& question);
/// How many such calls have been planned since then.
std::int64_t planned_since(Tx& tx, Instant since);

namespace statements {
extern const std::vector<Statement> kNeglectReads;
}

}  // namespace firsthand::postgres
