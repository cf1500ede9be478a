// SPDX-License-Identifier: Apache-2.0
// What the demo company's order and finance system knows: contracts, orders, invoices, payments and
// yearly fees of its business customers, as if they had been imported last night. Some invoices are
// not paid, some contracts end soon.
#pragma once

#include <functional>

#include "adapters/import/rows.hpp"

namespace firsthand::import {

/// After the customers are written. The history of it goes to `history`.
void keep_books(SqlSink& sink, HistoryWriter& history, const Rows& rows, Instant now,
                const std::function<std::int64_t()>& next_id);

}  // namespace firsthand::import
