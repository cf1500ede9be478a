// SPDX-License-Identifier: Apache-2.0
// What the door's transaction must load when records are merged: the whole group of each customer,
// and for an un-merge what came since. Called within the transaction.
#pragma once

#include <set>

#include "adapters/postgres/db.hpp"
#include "engine/docket.hpp"

namespace firsthand::postgres {

/// Adds the records that these are merged into, and all that are merged into those.
void add_whole_groups(Tx& tx, std::set<CustomerId>& customers);

/// Adds the calls, cases and callbacks of these customers since the merges to be undone.
void want_since_merge(Tx& tx, const std::set<CustomerId>& customers, Wanted& wanted);

/// Records that loaded ones are merged into and that are not loaded: merged while a lock was
/// waited for.
std::set<CustomerId> missing_kept(const World& world);

}  // namespace firsthand::postgres
