// SPDX-License-Identifier: Apache-2.0
// Who the demo company's customers are to each other: people in companies, relationships, a pair
// that may be one customer, one that has been merged, and scores. All of it is decided by the
// engine, so that it looks as if people had done it.
#pragma once

#include <functional>

#include "adapters/import/rows.hpp"
#include "engine/rules.hpp"

namespace firsthand::import {

/// After the customers are written; answers how many more there are. Its history goes to `history`.
std::size_t tie_customers(SqlSink& sink, HistoryWriter& history, const Rows& rows,
                          const Rules& rules, Instant now,
                          const std::function<std::int64_t()>& next_id);

}  // namespace firsthand::import
