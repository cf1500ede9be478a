// SPDX-License-Identifier: Apache-2.0
// One line as what it means: a customer, a business fact, or what finance says of a customer; or
// the first mistake in it. Pure; any thread.
#pragma once

#include <variant>

#include "adapters/facts/line_reader.hpp"
#include "engine/business_fact.hpp"
#include "engine/model.hpp"

namespace firsthand::facts {

struct CustomerLine {
  std::string external_id, name, numbers, email, address, language, product;
  CustomerKind kind = CustomerKind::person;
  std::string account_owner;  ///< login, or ""
  /// Of all that the line says: the same line again is no news.
  std::string hash() const;
};

struct TotalsLine {
  std::string customer;
  std::int64_t invoiced_cents = 0, received_cents = 0, due_cents = 0;
};

std::variant<CustomerLine, Mistake> read_customer(const Line& line);
/// `company_currency`: balances are kept in one currency, and lines of another are refused.
std::variant<BusinessFact, Mistake> read_fact(const Line& line, const Mapping& mapping,
                                              const std::string& company_currency);
std::variant<TotalsLine, Mistake> read_totals(const Line& line, const Mapping& mapping);

}  // namespace firsthand::facts
