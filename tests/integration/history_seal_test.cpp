// SPDX-License-Identifier: Apache-2.0
// The history is only added to, and under seal: whoever changes, removes or puts in a row is found
// out, and the row is named.
#include <gmock/gmock.h>

#include <atomic>
#include <sstream>
#include <thread>

#include "adapters/runtime/verify_history.hpp"
#include "tests/integration/seal_fixture.hpp"

namespace firsthand::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HistorySeal : public SealedCompany {};

TEST_F(HistorySeal, SealsFollowOneAnother) {
  EXPECT_EQ(seal(), 5);
  EXPECT_EQ(seal(), 0);
  more(5000, 3);
  EXPECT_EQ(seal(), 3);
  more(6000, 2, "0 seconds");  // too young: its writer's neighbours may still be at work
  EXPECT_EQ(seal(), 0);
  const auto now = report();
  EXPECT_EQ(now.seals, 2);
  EXPECT_EQ(now.rows, 8);
  EXPECT_EQ(now.unsealed, 2);
  EXPECT_EQ(now.head.size(), 64u);
  EXPECT_THAT(now.findings, IsEmpty());
  EXPECT_TRUE(report(now.head).expected_found);
  EXPECT_FALSE(report(std::string(64, '0')).expected_found);
}

TEST_F(HistorySeal, ABacklogIsSealedInPieces) {
  for (int i = 0; i < 4; ++i) more(10000 + i * 10, 10, std::to_string(100 - i) + " seconds");
  postgres::Tx tx(company.connection());
  int sealed = 0;
  for (int i = 0; i < 40 && sealed < 45; ++i) {
    sealed += postgres::read<int>(tx.exec_sql("select seal_history(10)")[0][0]);
  }
  EXPECT_EQ(sealed, 45);
  EXPECT_GE(postgres::read<int>(tx.exec_sql("select count(*)::integer from history_seal")[0][0]),
            4);
  tx.commit();
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(HistorySeal, MoreOfOneInstantThanAPieceAreSealedTogether) {
  const auto piece = [this] {
    postgres::Tx tx(company.connection());
    const int rows = postgres::seal_history(tx, 10);
    tx.commit();
    return rows;
  };
  more(10000, 30, "4 days");  // before everything else: the first there is
  EXPECT_EQ(piece(), 30);
  EXPECT_EQ(piece(), 5);
  EXPECT_EQ(piece(), 0);
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(HistorySeal, WhatAnOpenTransactionHasWrittenWaits) {
  postgres::Connection other{company.options()};
  postgres::Tx slow(other);
  slow.exec_sql("insert into history (id, at, kind, source) values (7000, now(), 'note', 'x')");
  EXPECT_EQ(seal(), 5);  // not this one, though it is there for whoever looks
  slow.commit();
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(HistorySeal, WhatWasLoadedWithOldDatesIsNotLate) {
  const auto lag = [this](double sealing_for_s) {
    postgres::Tx tx(company.connection(), postgres::Access::read_only);
    return postgres::history_seal_lag(tx, sealing_for_s);
  };
  constexpr double kYear = 365 * 86400.0;
  for (int i = 0; i < 3; ++i) more(10000 + i * 10, 10, std::to_string(730 - i) + " days");
  EXPECT_GT(lag(7).oldest_s, kYear);
  EXPECT_NEAR(lag(7).waiting_s, 7, 1);  // nothing is under seal yet: since somebody has begun to
  {
    postgres::Tx tx(company.connection());
    tx.exec_sql("select seal_history(10)");
    tx.commit();
  }
  EXPECT_LT(lag(9000).waiting_s, 60);  // one seal was made just now
  while (seal() > 0) {
  }
  EXPECT_EQ(lag(9000).oldest_s, 0);
  EXPECT_EQ(lag(9000).waiting_s, 0);
  // An hour ago the last seal, ten minutes ago a row; and no seal since.
  const auto ago = [this](const std::string& sealed) {
    tamper(
        "update history_seal set to_at = now() - interval '1 hour', sealed_at = now() - interval "
        "'" +
        sealed + "' where id = (select max(id) from history_seal)");
  };
  ago("1 hour");
  more(20000, 1, "10 minutes");
  EXPECT_NEAR(lag(9000).oldest_s, 600, 60);
  EXPECT_NEAR(lag(9000).waiting_s, 600, 60);
  ago("2 minutes");
  EXPECT_NEAR(lag(9000).oldest_s, 600, 60);
  EXPECT_NEAR(lag(9000).waiting_s, 120, 60);
}

struct Tampering {
  const char* name;
  const char* sql;
  std::vector<std::string> found;
};

TEST_F(HistorySeal, TamperingIsFoundAndTheRowNamed) {
  seal();
  more(5000, 3);
  seal();
  const Tampering table[] = {
      {"a fact", "update history set data = '{\"text\": \"y\"}' where id = 907", {"changed 907"}},
      {"who did it", "update history set actor_id = 12 where id = 905", {"changed 905"}},
      {"for whom", "update history set acting_for_id = null where id = 904", {"changed 904"}},
      {"whose it is", "update history set customer_id = 102 where id = 901", {"changed 901"}},
      {"what happened", "update history set kind = 'told' where id = 5001", {"changed 5001"}},
      {"a row gone", "delete from history where id = 906", {"removed 906"}},
      {"the first and the last gone",
       "delete from history where id in (901, 5002)",
       {"removed 901", "removed 5002"}},
      {"a row put in",
       "insert into history (id, at, kind, source) values (8000, now() - interval '2 days', "
       "'note', 'x')",
       {"inserted 8000"}},
      {"another instant",
       "update history set at = at + interval '1 second' where id = 905",
       {"changed 905"}},
      {"dressed up as an erasure",
       "update history set data = '{}', erased = facts_digest(data, null) || facts_digest('{}', "
       "null)"
       " where id = 907",
       {"changed 907", "erased 907"}},
      {"really emptied, but nobody was erased",
       "update history set data = facts_without_words(data), salt = null, erased = "
       "facts_digest(data, salt) || facts_digest(facts_without_words(data), null) where id = 907",
       {"erased 907"}},
      {"another salt",
       "update history set salt = gen_random_uuid() where id = 907",
       {"changed 907"}},
      {"the seal as well",
       "update history set kind = 'told' where id = 905;"
       "update history_seal s set digests = (select string_agg(history_digest(h), '' order by "
       "h.at, h.id) from history h where h.at >= s.from_at and h.at < s.to_at) where id = 1",
       {"seal_changed 1"}},
      {"the seal and its hash",
       "update history_seal s set sealed_at = now(), rows = 4, ids = ids[1:4],"
       " digests = substr(digests, 1, 128) where id = 1; delete from history where id = 907;"
       " update history_seal s set hash = seal_hash(s) where id = 1",
       {"chain_broken 2"}},
      {"a seal gone", "delete from history_seal where id = 1", {"chain_broken 2"}},
  };
  for (const auto& tampering : table) {
    SCOPED_TRACE(tampering.name);
    postgres::ConnectOptions owner = company.options();
    owner.role.clear();
    postgres::Connection connection(owner);
    postgres::Tx tx(connection);
    tx.exec_sql(triggers("disable") + tampering.sql);
    std::vector<std::string> found;
    for (const auto& each : postgres::verify_history(tx, "").findings) {
      found.push_back(each.finding + " " +
                      std::to_string(each.history != 0 ? each.history : each.seal));
    }
    EXPECT_EQ(found, tampering.found);
  }
  EXPECT_THAT(findings(), IsEmpty());  // each was rolled back
}

TEST_F(HistorySeal, TheCommandSaysWhichRow) {
  seal();
  config::Settings settings;
  settings.postgres.url = company.url();
  std::ostringstream good;
  EXPECT_EQ(runtime::verify_history(settings, "", good), 0);
  EXPECT_THAT(good.str(), HasSubstr("5 rows under 1 seals"));
  EXPECT_EQ(runtime::verify_history(settings, std::string(64, 'a'), good), 1);
  tamper("update history set kind = 'told' where id = 905");
  std::ostringstream bad;
  EXPECT_EQ(runtime::verify_history(settings, "", bad), 1);
  EXPECT_THAT(bad.str(), HasSubstr("history row 905 of"));
  EXPECT_THAT(bad.str(), HasSubstr("was changed after it was sealed"));
  settings.postgres.url = company.url() + "_that_is_not_there";
  std::ostringstream nowhere;
  EXPECT_EQ(runtime::verify_history(settings, "", nowhere), 2);
  EXPECT_THAT(nowhere.str(), HasSubstr("could not be read"));
}

TEST_F(HistorySeal, NobodyRewritesNotEvenTheOwner) {
  seal();
  for (const char* sql :
       {"update history set kind = 'x' where id = 905", "delete from history where id = 905",
        "update history set data = '{}' where id = 907", "truncate history",
        "truncate history_default",
        "do $$ begin execute 'truncate history_' || to_char(now(), 'YYYYMM'); end $$",
        "update history_seal set rows = 1", "delete from history_seal", "truncate history_seal",
        "insert into erasure values (1, '{}'); delete from erasure"}) {
    EXPECT_EQ(sqlstate_of(sql), "FH003") << sql;
  }
  // Only as an erasure does it, exactly; and that is told of nowhere.
  company.run(
      "update history set data = facts_without_words(data), salt = null, erased = "
      "facts_digest(data, salt) || facts_digest(facts_without_words(data), null) where id = 907");
  EXPECT_THAT(findings(), ElementsAre("erased 907"));
}

TEST_F(HistorySeal, WhoeverComesTooLateBeginsAnew) {
  seal();
  EXPECT_EQ(sqlstate_of("insert into history (id, at, kind, source) values (7001, now() - interval "
                        "'1 hour', 'note', 'x')"),
            "40001");
  EXPECT_EQ(sqlstate_of("insert into history (id, at, kind, source) values (7001, now(), 'note', "
                        "'x')"),
            "");
}

TEST_F(HistorySeal, WritersAreWaitedForAndReadersAreNot) {
  postgres::Connection other{company.options()};
  postgres::Tx open(other);
  const auto begun = postgres::read<std::string>(open.exec_sql("select now()")[0][0]);
  const auto waits = [&] {
    postgres::Tx tx(company.connection());
    return tx.exec_sql("select coalesce(oldest_writer() <= $1::timestamptz, false)", begun)[0][0]
        .as<bool>();
  };
  EXPECT_FALSE(waits());
  open.exec_sql("insert into history (id, at, kind, source) values (7002, now(), 'note', 'x')");
  EXPECT_TRUE(waits());
}

TEST_F(HistorySeal, ManyNodesSealOneChain) {
  constexpr int kNodes = 4, kBacklog = 300;
  for (int i = 0; i < kBacklog / 10; ++i)
    more(10000 + i * 10, 10, std::to_string(3600 - i) + " seconds");
  std::atomic<int> sealed{0};
  std::vector<std::thread> nodes;
  for (int node = 0; node < kNodes; ++node) {
    nodes.emplace_back([&, node] {
      postgres::Connection connection{company.options()};
      for (int id = 20000 + node * 1000; sealed < 5 + kBacklog; ++id) {
        {
          postgres::Tx write(connection);
          write.exec_sql("insert into history (id, at, kind, source) values (" +
                         std::to_string(id) + ", now(), 'note', 'node')");
          write.commit();
        }
        postgres::Tx tx(connection);
        const int rows = postgres::read<int>(tx.exec_sql("select seal_history(7)")[0][0]);
        tx.commit();
        sealed += rows;
      }
    });
  }
  for (auto& node : nodes) node.join();
  EXPECT_THAT(findings(), IsEmpty());
  EXPECT_GE(report().seals, kBacklog / 10);
  EXPECT_EQ(company.value("select count(*) from history_seal a where id > 1 and not exists (select "
                          "from history_seal b where b.hash = a.previous and b.id = a.id - 1)"),
            "0");
}

}  // namespace
}  // namespace firsthand::test
