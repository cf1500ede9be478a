// SPDX-License-Identifier: Apache-2.0
// What finance says of each customer beside what the facts here come to. Only what differs is kept.
// Called on a pool thread with an open transaction.
#pragma once

#include "adapters/postgres/reads/rows.hpp"

namespace firsthand::postgres {

struct Totals {
  std::int64_t invoiced_cents = 0, received_cents = 0, due_cents = 0;
  friend bool operator==(const Totals&, const Totals&) = default;
};
BOOST_DESCRIBE_STRUCT(Totals, (), (invoiced_cents, received_cents, due_cents))

/// One customer as finance has it, or a line that could not be read (then `refused` says why).
struct TheirTotals {
  std::int64_t line = 0;
  std::string reference;
  Totals totals;
  std::string refused;
};

struct NewReconciliation {
  std::string source, file_name, client;
  std::int64_t by = 0;
  std::vector<TheirTotals> theirs;
};
/// Compares, keeps the report, answers its id.
std::int64_t reconcile(Tx& tx, const NewReconciliation& asked);

struct ReconciliationView {
  std::int64_t id = 0;
  std::string source, file_name;
  std::optional<UserRef> by;
  std::string client;
  Stamp at;
  int customers = 0, equal = 0, differing = 0, refused = 0;
};
BOOST_DESCRIBE_STRUCT(ReconciliationView, (),
                      (id, source, file_name, by, client, at, customers, equal, differing, refused))

struct DifferenceView {
  int place = 0;
  std::string state;  ///< differs, only_theirs, only_ours, unknown_customer, refused
  std::optional<std::int64_t> line;
  std::string reference;
  std::optional<std::int64_t> customer_id;
  std::string customer_name;
  std::optional<Totals> ours, theirs;
  std::int64_t difference_cents = 0;  ///< of what is due: ours less theirs
  std::string note;
};
BOOST_DESCRIBE_STRUCT(DifferenceView, (),
                      (place, state, line, reference, customer_id, customer_name, ours, theirs,
                       difference_cents, note))

/// The newest 50.
std::vector<ReconciliationView> list_reconciliations(Tx& tx);
std::optional<ReconciliationView> read_reconciliation(Tx& tx, std::int64_t id);
/// Behind `after`, the largest difference first.
std::vector<DifferenceView> differences(Tx& tx, std::int64_t id, int after, int limit);

namespace statements {
extern const std::vector<Statement> kReconciliations;
}

}  // namespace firsthand::postgres
