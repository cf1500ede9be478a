// SPDX-License-Identifier: Apache-2.0
// One chunk of an import of customers: who is new, who has changed, who is known already, and what
// the door makes of them.
#pragma once

#include "adapters/runtime/import_job.hpp"

namespace firsthand::runtime {

struct ImportedCustomers {
  std::vector<postgres::Reference> references;
  postgres::ImportCounts counts;
  std::vector<postgres::LineRefusal> refusals;
};

/// Nothing: the database is away. No two lines may have the same id or a number in common.
boost::asio::awaitable<std::optional<ImportedCustomers>> import_customers(
    const ImportParts& parts, const postgres::ImportRun& run,
    const std::vector<facts::Line>& lines);

postgres::LineRefusal refused(const facts::Line& line, const facts::Mistake& mistake);

}  // namespace firsthand::runtime
