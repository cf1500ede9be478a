// SPDX-License-Identifier: Apache-2.0
// Finding customers and reading one. Numbers come masked unless said otherwise. Called on a pool
// thread with an open transaction.
#pragma once

#include "adapters/postgres/reads/case_reads.hpp"

namespace firsthand::postgres {

struct CustomerSearch {
  std::string phone;  ///< E.164 or a short code: exact
  std::string q;      ///< part of a name, its reading or initials, of a number, a device
  int limit = 20;
};
/// Customers of all cases, or only of cases dispatched to `scope.department`.
std::vector<CustomerCard> search_customers(Tx& tx, const Scope& scope,
                                           const CustomerSearch& search);

/// `full_numbers`: the viewer is on a call with this customer.
std::optional<CustomerCard> read_customer(Tx& tx, std::int64_t id, bool full_numbers = false);

/// The nth number of the card, in full; nothing when there is none.
std::optional<std::string> number_of_customer(Tx& tx, std::int64_t id, int index);

struct CustomerFacts {
  bool exists = false;
  bool in_department = false;  ///< has a case dispatched to the viewer's department
  bool on_call = false;        ///< the viewer is offered or talks on a call with this customer
  std::int64_t account_owner = 0;
};
CustomerFacts customer_facts(Tx& tx, std::int64_t id, std::int64_t user, std::int64_t department);

namespace statements {
extern const std::vector<Statement> kCustomerReads;
}

}  // namespace firsthand::postgres
