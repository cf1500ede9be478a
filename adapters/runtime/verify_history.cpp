// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/verify_history.hpp"

#include <ostream>

#include "adapters/postgres/history_seal.hpp"

namespace firsthand::runtime {
namespace {

std::string sentence(const postgres::SealFinding& found) {
  const std::string row = "history row " + std::to_string(found.history) + " of " + found.at;
  const std::string seal = "seal " + std::to_string(found.seal) + " from " + found.at;
  if (found.finding == "changed") return row + " was changed after it was sealed";
  if (found.finding == "removed") {
    return "history row " + std::to_string(found.history) + " of seal " +
           std::to_string(found.seal) + " was removed";
  }
  if (found.finding == "inserted") return row + " was put in after its time was sealed";
  if (found.finding == "erased") return row + " has lost its words, and no erasure tells of it";
  if (found.finding == "seal_changed") return seal + " was changed";
  if (found.finding == "chain_broken") return seal + " does not follow the one before it";
  return row + " tells of an erasure whose rows have been changed since";
}

postgres::SealReport report_of(const config::Settings& settings, const std::string& expected) {
  postgres::ConnectOptions options;
  options.url = settings.postgres.url;
  options.statement_timeout = Millis{0};  // the whole history takes as long as it takes
  postgres::Connection connection{options};
  postgres::Tx tx{connection, postgres::Access::read_only};
  return postgres::verify_history(tx, expected);
}

}  // namespace

int verify_history(const config::Settings& settings, const std::string& expected,
                   std::ostream& out) {
  postgres::SealReport report;
  try {
    report = report_of(settings, expected);
  } catch (const std::exception& error) {
    out << "the history could not be read: " << error.what() << "\n";
    return 2;
  }
  for (const auto& found : report.findings) out << sentence(found) << "\n";
  if (!report.expected_found) out << "the expected seal " << expected << " is not in the chain\n";
  const bool good = report.findings.empty() && report.expected_found;
  out << (good ? "the history is as it was written: " : "the history is NOT as it was written: ")
      << report.rows << " rows under " << report.seals << " seals, the newest until "
      << report.head_at << ", " << report.unsealed << " rows not yet sealed\n"
      << "head " << report.head << "\n";
  return good ? 0 : 1;
}

}  // namespace firsthand::runtime
