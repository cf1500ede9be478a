// SPDX-License-Identifier: Apache-2.0
// Whose customers the demo company's customers are: most are held by somebody of the desk or of
// sales, some lapse this week, some are in the pool or were claimed from there. Decided by the
// engine, each at its time.
#pragma once

#include <functional>

#include "adapters/import/rows.hpp"
#include "engine/rules.hpp"

namespace firsthand::import {

/// After the customers are written. The history of it goes to `history`. Where no policy has a hold
/// period nobody is given anything.
void give_accounts(SqlSink& sink, HistoryWriter& history, const Rows& rows, const Rules& rules,
                   Instant now, const std::function<std::int64_t()>& next_id);

}  // namespace firsthand::import
