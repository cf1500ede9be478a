// SPDX-License-Identifier: Apache-2.0
// The final response of one complaint as it stands: as it was sent, or as it would go out now.
// Called within a transaction.
#pragma once

#include <optional>
#include <string>

#include "adapters/postgres/reads/complaint_reads.hpp"

namespace firsthand::runtime::api {

struct FoundLetter {
  bool complaint = true;  ///< only a complaint has one
  bool written = false;   ///< it was sent, or there is a template in this language
  std::string text;
  std::optional<postgres::Stamp> sent_at;
};

/// `sent`: the letter as it was sent; else the template, filled in.
FoundLetter find_letter(postgres::Tx& tx, const Rules& rules, std::int64_t case_id,
                        const std::string& language, bool sent, Instant now);

}  // namespace firsthand::runtime::api
