// SPDX-License-Identifier: Apache-2.0
// Brings a database to this build's schema: the numbered files of migrations/, compiled in, each in
// one transaction, under an advisory lock so that two nodes starting together do it once. Forward
// only; a database newer than this build is refused. Needs the owner's rights, not the engine's.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "adapters/postgres/pool.hpp"

namespace firsthand::postgres {

struct Migration {
  int version;
  const char* name;  ///< "0001_schema"
  const char* sql;
};

/// What this build carries, in order. Generated.
std::span<const Migration> migrations();

struct MigrationReport {
  std::vector<std::string> applied;  ///< names, in order; empty = it was current
  int version = 0;                   ///< of the database now
};

/// Safe to repeat and to run on several nodes at once. Also makes the coming months' history
/// partitions.
Result<MigrationReport> migrate(const std::string& url);

}  // namespace firsthand::postgres
