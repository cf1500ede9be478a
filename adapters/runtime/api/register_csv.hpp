// SPDX-License-Identifier: Apache-2.0
// The complaint register as a file for a regulator: the columns, their headings in two languages,
// and the rows as text. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "adapters/postgres/reads/complaint_reads.hpp"

namespace firsthand::runtime::api {

/// `columns` empty: all. A code that is none is left out. Dates are the company's local days.
std::string register_csv(const std::vector<postgres::RegisterRow>& rows,
                         const std::vector<std::string>& columns, bool chinese, const Rules& rules);

}  // namespace firsthand::runtime::api
