// SPDX-License-Identifier: Apache-2.0
// The seals over the history: made once a minute by whichever node comes first, looked at by
// `firsthand verify-history`. How they are computed stands in the migration. Needs an open
// transaction; verifying reads the whole history and may take minutes.
#pragma once

#include <string>
#include <vector>

#include "adapters/postgres/db.hpp"

namespace firsthand::postgres {

inline constexpr int kSealRows = 10000;

/// Seals what was written since the last seal, about so many rows; answers how many.
int seal_history(Tx& tx, int rows_max = kSealRows);

/// Of the oldest row without a seal; 0 when there is none.
struct SealLag {
  double oldest_s = 0;  ///< its age by its date
  /// Since it was written or since the last seal was made, whichever is later: sealing that gets on
  /// is not late, whatever the dates of the rows before it.
  double waiting_s = 0;
};
/// `sealing_for_s`: how long somebody has been sealing; counts while there is no seal at all.
SealLag history_seal_lag(Tx& tx, double sealing_for_s);

struct SealFinding {
  /// Of a row: changed, removed, inserted, erased (without an erasure that tells of it). Of a seal:
  /// seal_changed, chain_broken. Of the row that tells of an erasure: erasure_changed.
  std::string finding;
  std::int64_t seal = 0;     ///< 0 when none
  std::int64_t history = 0;  ///< the row; 0 when it is about a seal
  std::string at;            ///< of the row, or where the seal begins
};
struct SealReport {
  std::int64_t seals = 0, rows = 0, unsealed = 0;
  std::string head;  ///< the newest seal's hash: kept elsewhere, it proves all before it
  std::string head_at;
  bool expected_found = true;
  std::vector<SealFinding> findings;
};
/// `expected`: a head that was kept, "" for none.
SealReport verify_history(Tx& tx, const std::string& expected);

namespace statements {
extern const std::vector<Statement> kHistorySeal;
}

}  // namespace firsthand::postgres
