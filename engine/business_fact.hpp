// SPDX-License-Identifier: Apache-2.0
// What other systems know of a customer: contracts, orders, invoices, payments, yearly fees. Facts
// are records and not decisions, so no event carries them. Value types; any thread.
#pragma once

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/time.hpp"

namespace firsthand {

enum class FactKind { contract, order, invoice, payment, fee };
BOOST_DESCRIBE_ENUM(FactKind, contract, order, invoice, payment, fee)

/// One fact as its own system writes it; `customer` is the customer's id there.
struct BusinessFact {
  FactKind kind = FactKind::invoice;
  std::string external_id;
  std::string customer;
  Date on{};
  std::optional<Date> due_on;   ///< of invoices and fees; none: at once
  std::optional<Date> ends_on;  ///< of contracts
  std::int64_t amount_cents = 0;
  std::optional<std::int64_t> cost_cents;  ///< what it cost us, where that is known
  std::string currency;
  std::string settles;  ///< of payments: the invoice or fee that is paid, or ""
  std::string title;
  friend bool operator==(const BusinessFact&, const BusinessFact&) = default;
};

}  // namespace firsthand
