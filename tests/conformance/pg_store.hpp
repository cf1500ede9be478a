// SPDX-License-Identifier: Apache-2.0
// A real PostgreSQL database as a Store: migrated, with the company's people in it, served through
// PgTx with the engine's own rights. One thread for one PgStore; several may share a database.
#pragma once

#include <memory>
#include <string>

#include "adapters/postgres/pg_tx.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/store.hpp"

namespace firsthand::test {

/// An own database with the schema and the company, gone with the object.
std::unique_ptr<TestDatabase> make_company_database(const Rules& rules);

/// PgTx with the test's clock in place of PostgreSQL's.
class PgTxAt {
 public:
  PgTxAt(postgres::PgTx& tx, Instant now) : tx_(tx), now_(now) {}
  Instant now() { return now_; }
  std::vector<Remembered> remember(std::span<const Event> events) { return tx_.remember(events); }
  Docket load(const Wanted& wanted) { return tx_.load(wanted); }
  void save(Docket& docket, std::span<const Event> events, std::span<const Outcome> outcomes) {
    tx_.save(docket, events, outcomes);
  }

 private:
  postgres::PgTx& tx_;
  const Instant now_;
};

class PgStore final : public Store {
 public:
  PgStore(const std::string& url, const Rules& rules);

  std::vector<Outcome> apply(std::span<const Event> batch) override { return apply(batch, rules_); }
  /// By the rules of another moment.
  std::vector<Outcome> apply(std::span<const Event> batch, const Rules& rules);
  Snapshot look() override;

  postgres::Connection& connection() { return connection_; }
  postgres::IdBlocks& ids() { return ids_; }

 private:
  const Rules& rules_;
  postgres::Connection connection_;
  postgres::IdBlocks ids_;
};

}  // namespace firsthand::test
