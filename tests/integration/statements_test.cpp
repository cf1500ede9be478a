// SPDX-License-Identifier: Apache-2.0
// Every named statement is one that a migrated database understands, and no name is used twice.
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "adapters/postgres/erasure.hpp"
#include "adapters/postgres/history_seal.hpp"
#include "adapters/postgres/import_store.hpp"
#include "adapters/postgres/people_store.hpp"
#include "adapters/postgres/reads/account_reads.hpp"
#include "adapters/postgres/reads/case_reads.hpp"
#include "adapters/postgres/reads/complaint_reads.hpp"
#include "adapters/postgres/reads/customer_reads.hpp"
#include "adapters/postgres/reads/delivery_reads.hpp"
#include "adapters/postgres/reads/desk_reads.hpp"
#include "adapters/postgres/reads/explain_reads.hpp"
#include "adapters/postgres/reads/fact_reads.hpp"
#include "adapters/postgres/reads/neglect_reads.hpp"
#include "adapters/postgres/reads/people_reads.hpp"
#include "adapters/postgres/reads/promise_reads.hpp"
#include "adapters/postgres/reads/record_reads.hpp"
#include "adapters/postgres/reads/recording_reads.hpp"
#include "adapters/postgres/reads/review_reads.hpp"
#include "adapters/postgres/reads/search_reads.hpp"
#include "adapters/postgres/reads/transfer_reads.hpp"
#include "adapters/postgres/reconciliation_store.hpp"
#include "adapters/postgres/sessions.hpp"
#include "adapters/runtime/observed_sweep.hpp"
#include "adapters/runtime/rules_documents.hpp"
#include "tests/integration/pg_fixture.hpp"

namespace firsthand::test {
namespace {

std::vector<postgres::Statement> all_statements() {
  namespace s = postgres::statements;
  std::vector<postgres::Statement> all;
  for (const auto* list : {&s::kRows,
                           &s::kCaseReads,
                           &s::kHistoryReads,
                           &s::kDeskReads,
                           &s::kWorkReads,
                           &s::kWallboardReads,
                           &s::kCustomerReads,
                           &s::kAccountReads,
                           &s::kSearchReads,
                           &s::kDeliveryReads,
                           &s::kExplainReads,
                           &s::kPeopleReads,
                           &s::kPeopleStore,
                           &s::kComplaintReads,
                           &s::kRegisterReads,
                           &s::kReviewReads,
                           &s::kPromiseReads,
                           &s::kSessions,
                           &s::kRecordReads,
                           &s::kRecordingReads,
                           &s::kFactReads,
                           &s::kNeglectReads,
                           &s::kImportStore,
                           &s::kReconciliations,
                           &s::kErasure,
                           &s::kHistorySeal,
                           &s::kTransferReads,
                           &runtime::statements::kObservedSweep,
                           &runtime::statements::kRulesDocuments}) {
    all.insert(all.end(), list->begin(), list->end());
  }
  return all;
}

TEST(Statements, EachPreparesOnAMigratedDatabase) {
  Company company(false);
  for (const auto& statement : all_statements()) {
    postgres::Tx tx(company.connection());
    // Asking the server directly: libpqxx 6 prepares only on first use.
    const std::string sql = std::string("prepare ") + statement.name + " as " + statement.sql;
    EXPECT_NO_THROW(tx.exec_sql(sql)) << statement.name;
  }
}

TEST(Statements, NamesAreUnique) {
  std::set<std::string> names;
  for (const auto& statement : all_statements()) {
    EXPECT_TRUE(names.insert(statement.name).second) << statement.name;
  }
  EXPECT_GE(names.size(), 40u);
}

TEST(Migrations, AreAppliedOnceAndRefuseANewerDatabase) {
  TestDatabase database(shared_postgres_url());
  const auto first = postgres::migrate(database.url());
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->applied.size(), postgres::migrations().size());
  const auto second = postgres::migrate(database.url());
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_TRUE(second->applied.empty());
  EXPECT_EQ(second->version, postgres::migrations().back().version);
  database.query("insert into schema_migration (version, name) values (9999, 'later')");
  const auto refused = postgres::migrate(database.url());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("newer"), std::string::npos) << refused.error().message;
}

// Roles belong to the whole server: databases that are made at the same time make them together.
TEST(Migrations, OfSeveralDatabasesAtOnceDoNotFailEachOther) {
  std::vector<std::unique_ptr<TestDatabase>> databases;
  for (int i = 0; i < 4; ++i) {
    databases.push_back(std::make_unique<TestDatabase>(shared_postgres_url()));
  }
  std::vector<std::future<std::string>> running;
  for (const auto& database : databases) {
    running.push_back(std::async(std::launch::async, [url = database->url()] {
      const auto migrated = postgres::migrate(url);
      return migrated ? std::string() : migrated.error().message;
    }));
  }
  for (auto& each : running) EXPECT_EQ(each.get(), "");
}

TEST(Rights, TheEngineCannotRewriteHistory) {
  Company company;
  for (const char* sql :
       {"update history set kind = 'x'", "delete from history", "truncate history",
        "update history_default set kind = 'x'", "delete from history_seal",
        "update history_seal set rows = 0", "delete from erasure",
        "insert into erasure values (1, '{}')", "update ownership_entry set reason = 'x'",
        "delete from ownership_entry", "delete from case_file", "delete from sla_clock",
        "delete from callback_attempt"}) {
    postgres::Tx tx(company.connection());
    try {
      tx.exec_sql(sql);
      ADD_FAILURE() << sql << " was allowed";
    } catch (const std::exception& error) {
      EXPECT_EQ(postgres::failure_of(error).sqlstate, "42501") << sql << ": " << error.what();
    }
  }
  postgres::Tx tx(company.connection());
  EXPECT_THROW(tx.exec_sql("update sla_clock set breached_at = now() where id = 301"),
               std::exception);
}

struct Caused {
  const char* sql;
  postgres::FailureKind kind;
};

TEST(Failures, AreTold) {
  using postgres::FailureKind;
  Company company(false);
  const Caused cases[] = {
      {"select 1/0", FailureKind::data},
      {"insert into office values (1, 'a', 'b'), (1, 'a', 'b')", FailureKind::constraint},
      {"do $$ begin raise exception 'x' using errcode = '40001'; end $$", FailureKind::retry},
      {"do $$ begin raise exception 'x' using errcode = '40P01'; end $$", FailureKind::retry},
      {"do $$ begin raise exception 'x' using errcode = 'FH001'; end $$", FailureKind::constraint},
      {"do $$ begin raise exception 'x' using errcode = '57P01'; end $$", FailureKind::broken},
      {"do $$ begin raise exception 'x' using errcode = '53300'; end $$", FailureKind::broken},
      {"set local statement_timeout = 1; select pg_sleep(1)", FailureKind::timeout},
      {"select nonsense", FailureKind::other},
  };
  for (const auto& caused : cases) {
    postgres::Tx tx(company.connection());
    try {
      tx.exec_sql(caused.sql);
      ADD_FAILURE() << caused.sql << " did not fail";
    } catch (const std::exception& error) {
      EXPECT_EQ(postgres::failure_of(error).kind, caused.kind) << caused.sql;
    }
  }
}

TEST(Arrays, GoThereAndBack) {
  Company company(false);
  postgres::Tx tx(company.connection());
  const std::vector<std::string> words{"a",       "",     "with \"quotes\"", "back\\slash",
                                       "{brace}", "NULL", "comma, and 中文"};
  const auto rows = tx.exec_sql(
      "select $1::text[], $2::bigint[], $3::timestamptz", postgres::array_of(words),
      postgres::array_of(std::vector<std::int64_t>{1, 2}), Instant{Millis{1764000000123}});
  EXPECT_EQ(postgres::read_array(rows[0][0].c_str()), words);
  EXPECT_STREQ(rows[0][1].c_str(), "{1,2}");
  EXPECT_EQ(postgres::read<Instant>(rows[0][2]), Instant{Millis{1764000000123}});
}

}  // namespace
}  // namespace firsthand::test
