// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/migrate.hpp"

#include <chrono>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace firsthand::postgres {
namespace {

// Any constant will do, as long as it stays: "firsthand" in ASCII, cut to 63 bits.
constexpr const char* kLock = "select pg_advisory_lock(7379559227127849)";
constexpr const char* kUnlock = "select pg_advisory_unlock(7379559227127849)";

int version_of(Connection& connection) {
  Tx tx(connection);
  tx.exec_sql(
      "create table if not exists schema_migration ("
      "version integer primary key, name text not null, at timestamptz not null default now())");
  const auto rows = tx.exec_sql("select coalesce(max(version), 0) from schema_migration");
  const int version = rows[0][0].as<int>();
  tx.commit();
  return version;
}

void apply(Connection& connection, const Migration& migration) {
  Tx tx(connection);
  tx.exec_sql(migration.sql);
  tx.exec_sql("insert into schema_migration (version, name) values ($1, $2)", migration.version,
              migration.name);
  tx.commit();
}

// Roles belong to the whole server: a migration of another database on it may be making the same
// role at this moment, and PostgreSQL then fails one of the two.
bool met_another_migration(const pqxx::sql_error& error) {
  const std::string_view state = error.sqlstate();
  return state == "42710" || state == "23505" ||
         (state == "XX000" &&
          std::string_view{error.what()}.find("concurrently") != std::string_view::npos);
}

void apply_in_company(Connection& connection, const Migration& migration) {
  constexpr int kTimes = 6;
  for (int i = 1;; ++i) {
    try {
      return apply(connection, migration);
    } catch (const pqxx::sql_error& error) {
      if (i == kTimes || !met_another_migration(error)) throw;
    }
    std::this_thread::sleep_for(Millis{50 * i});
  }
}

MigrationReport migrate_locked(Connection& connection) {
  MigrationReport report;
  report.version = version_of(connection);
  const auto known = migrations();
  const int newest = known.empty() ? 0 : known.back().version;
  if (report.version > newest) {
    throw std::runtime_error("the database is at schema version " + std::to_string(report.version) +
                             ", newer than this build's " + std::to_string(newest) +
                             "; use a newer build");
  }
  for (const auto& migration : known) {
    if (migration.version <= report.version) continue;
    apply_in_company(connection, migration);
    report.applied.emplace_back(migration.name);
    report.version = migration.version;
  }
  Tx tx(connection);
  tx.exec_sql("select ensure_history_partitions(now()::date, 6)");
  tx.commit();
  return report;
}

}  // namespace

Result<MigrationReport> migrate(const std::string& url) {
  ConnectOptions options;
  options.url = url;
  options.application_name = "firsthand migrate";
  options.role.clear();
  options.statement_timeout = Millis{0};  // an index on a large table may take its time
  options.lock_timeout = Millis{30000};
  options.idle_in_transaction_timeout = Millis{0};
  try {
    Connection connection(options);
    // The session's lock ends with the connection, also when something below throws.
    pqxx::nontransaction(connection.raw()).exec(std::string(kLock));
    MigrationReport report = migrate_locked(connection);
    pqxx::nontransaction(connection.raw()).exec(std::string(kUnlock));
    return report;
  } catch (const std::exception& error) {
    return failure_of(error);
  }
}

}  // namespace firsthand::postgres
