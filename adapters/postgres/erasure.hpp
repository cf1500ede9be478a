// SPDX-License-Identifier: Apache-2.0
// Removing who a customer is, for good: name, numbers, addresses, what was said. Which columns that
// touches is written down once, in the migration that makes erase_customer(). Cases and the history
// stay, without words, and the seals over the history stay valid. Called on a pool thread with an
// open transaction.
#pragma once

#include <optional>
#include <string>

#include "adapters/postgres/db.hpp"

namespace firsthand::postgres {

/// "erased", or why not: not_found, already_erased, merged, legal_hold, open_cases,
/// open_callbacks, on_a_call.
std::string erase_customer(Tx& tx, std::int64_t customer, std::int64_t by,
                           const std::string& reason);

/// While there is a reason nothing of this customer is erased; "" ends the hold. False when there
/// is no such customer, or when it has been erased.
bool set_legal_hold(Tx& tx, std::int64_t customer, std::int64_t by, const std::string& reason);

struct Holding {
  std::string reason;  ///< of the legal hold; "" when there is none
  bool erased = false;
};
/// Nothing when there is no such customer.
std::optional<Holding> holding_of(Tx& tx, std::int64_t customer);

namespace statements {
extern const std::vector<Statement> kErasure;
}

}  // namespace firsthand::postgres
