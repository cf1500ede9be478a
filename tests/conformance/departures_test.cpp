// SPDX-License-Identifier: Apache-2.0
// Somebody leaves, told to every store; and what only PostgreSQL can show: whoever leaves while
// something is being given to him, and a hand that writes into the tables by itself.
#include <barrier>
#include <thread>

#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

Event departure(UserId who, UserId otherwise, std::vector<event::Receiver> receivers = {}) {
  return by(kSupervisor).does(event::PersonDeparts{who, otherwise, std::move(receivers), "离职"});
}

class Departures : public OnEveryStore {};
FIRSTHAND_ON_EVERY_STORE(Departures);

TEST_P(Departures, all_moves_in_one_step_and_nothing_can_be_given_afterwards) {
  for (int n = 1; n <= 2; ++n) story->arrives_at_work(agent(n));
  const CaseId one = story->complaint_taken("+8613900000001", agent(1));
  const CaseId two = story->complaint_taken("+8613900000002", agent(1));
  const CaseId three = story->complaint_taken("+8613900000003", agent(1));
  story->resolves(three, agent(1));
  const CaseId other = story->complaint_taken("+8613900000004", agent(2));

  story->must(departure(agent(1), agent(3), {{agent(2), {two}, {}, {}, {}}}));

  EXPECT_EQ(story->facts(one).owner, agent(3));
  EXPECT_EQ(story->facts(two).owner, agent(2));
  EXPECT_EQ(story->facts(three).owner, agent(3));
  for (const CaseId id : {one, two, three})
    EXPECT_EQ(story->ledger(id).back().how, OwnershipHow::departure);
  for (const auto& [id, promise] : story->look().world.callbacks)
    EXPECT_TRUE(promise.state != CallbackState::open || promise.user != agent(1));
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::offline);
  // The rules of this node have not heard of it; the store has.
  EXPECT_ANY_THROW(
      story->tell(by(kSupervisor).does(event::CaseReassigned{other, agent(1), "误派"})));
  event::CaseRegistered given = web_complaint("+8613900000009");
  given.owner = agent(1);
  EXPECT_ANY_THROW(story->tell(web().does(given)));
  EXPECT_EQ(story->facts(other).owner, agent(2));
}

class Leaving : public ::testing::Test {
 protected:
  Leaving() {
    for (PgStore* store : {&left, &right}) store->set_now(monday_ten());
  }

  /// Applies until it is decided; what the database refuses is tried again, as the door does.
  static std::string apply(PgStore& store, const Event& event, int tries) {
    std::string last;
    for (int attempt = 0; attempt < tries; ++attempt) {
      try {
        const auto outcome = store.apply({&event, 1}).at(0);
        return outcome.refusal ? outcome.refusal->code : "";
      } catch (const std::exception& error) {
        last = postgres::failure_of(error).sqlstate;
      }
    }
    return last;
  }

  std::int64_t count(const std::string& sql) {
    postgres::Tx tx{left.connection(), postgres::Access::read_only};
    return postgres::read<std::int64_t>(tx.exec_sql("select count(*) from " + sql)[0][0]);
  }
  std::string sqlstate_of(const std::string& sql) {
    try {
      postgres::Tx tx{left.connection()};
      tx.exec_sql(sql);
      tx.commit();
      return "";
    } catch (const std::exception& error) {
      return postgres::failure_of(error).sqlstate;
    }
  }

  std::unique_ptr<TestDatabase> database = make_company_database(rules());
  PgStore left{database->url(), rules()};
  PgStore right{database->url(), rules()};
  Story story{left};
};

TEST_F(Leaving, whatever_is_given_meanwhile_is_refused_or_goes_along) {
  for (int round = 0; round < 4; ++round) {
    const UserId leaver = agent(1 + round);
    std::vector<Event> given;
    for (int n = 0; n < 4; ++n) {
      event::CaseRegistered e =
          web_complaint("+86139000" + std::to_string(10000 + round * 100 + n));
      e.owner = leaver;
      given.push_back(web().does(e));
    }
    std::barrier start{2};
    std::thread giving{[&] {
      start.arrive_and_wait();
      for (const auto& event : given) apply(right, event, 1);
    }};
    start.arrive_and_wait();
    EXPECT_EQ(apply(left, departure(leaver, agent(6)), 20), "");
    giving.join();
    const std::string who = std::to_string(leaver.value);
    EXPECT_EQ(count("case_file where state <> 'closed' and owner_id = " + who), 0);
    EXPECT_EQ(count("callback where state = 'open' and user_id = " + who), 0);
  }
}

TEST_F(Leaving, no_hand_can_lock_an_account_that_owns_something) {
  story.arrives_at_work(agent(1));
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  const std::string lock = "update user_account set disabled_at = now() where id = ";
  EXPECT_EQ(sqlstate_of(lock + "101"), "FH002");
  EXPECT_EQ(sqlstate_of("delete from user_account where id = 101"), "42501");
  EXPECT_EQ(sqlstate_of(lock + "102"), "");
  EXPECT_EQ(sqlstate_of("update case_file set owner_id = 102"), "FH002");
  EXPECT_EQ(sqlstate_of("update case_file set handler_user_id = 102"), "FH002");
  EXPECT_EQ(sqlstate_of("update case_file set hand_over_to = 102"), "FH002");
  EXPECT_EQ(sqlstate_of("update callback set user_id = 102, caller = 'owner'"), "FH002");
  EXPECT_EQ(story.facts(id).owner, agent(1));
}

TEST_F(Leaving, the_account_is_locked_and_the_successor_stands_in_from_the_same_commit) {
  {
    postgres::Tx tx{left.connection()};
    tx.exec_sql(
        "insert into session (id_hash, user_id, expires_at) values ('\\x01', 101, now() + "
        "interval '1 hour')");
    tx.exec_sql(
        "insert into absence (id, user_id, deputy_id, from_at, until_at) values (1, 101, 102, "
        "now() + interval '1 day', now() + interval '2 days')");
    tx.commit();
  }
  story.must(departure(agent(1), agent(3)));
  EXPECT_EQ(count("session where user_id = 101"), 0);
  EXPECT_EQ(count("user_account where id = 101 and disabled_at is not null"), 1);
  EXPECT_EQ(count("absence where id = 1 and ended_by = 401 and isempty(span)"), 1);
  EXPECT_EQ(count("absence where user_id = 101 and deputy_id = 103 and until_at is null"), 1);
}

TEST_F(Leaving, a_node_that_dies_before_commit_has_moved_nothing) {
  story.arrives_at_work(agent(1));
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  {
    postgres::Tx tx{right.connection()};
    postgres::IdBlocks ids;
    postgres::PgTx dying{tx, ids};
    const Event event = departure(agent(1), agent(3));
    ASSERT_FALSE(firsthand::apply(dying, {&event, 1}, rules()).at(0).refusal);
  }  // its connection is gone, and the transaction with it
  EXPECT_EQ(story.facts(id).owner, agent(1));
  EXPECT_EQ(count("user_account where disabled_at is not null"), 0);
  EXPECT_EQ(count("outbox where key like 'mail:departure:%'"), 0);
  EXPECT_EQ(count("absence"), 0);
}

TEST_F(Leaving, absences_are_not_rewritten) {
  const std::string plan =
      "insert into absence (id, user_id, deputy_id, from_at, until_at) values ";
  EXPECT_EQ(sqlstate_of(plan + "(1, 101, 102, '2030-01-01', '2030-01-10')"), "");
  EXPECT_EQ(sqlstate_of(plan + "(2, 101, null, '2030-01-09', '2030-01-12')"), "23P01");
  EXPECT_EQ(sqlstate_of(plan + "(3, 101, null, '2030-01-10', null)"), "");
  EXPECT_EQ(sqlstate_of(plan + "(4, 102, 102, '2030-01-10', null)"), "23514");
  EXPECT_EQ(sqlstate_of("update absence set until_at = '2030-02-01' where id = 1"), "42501");
  EXPECT_EQ(sqlstate_of("delete from absence where id = 1"), "42501");
  EXPECT_EQ(sqlstate_of("update absence set ended_at = '2029-12-01' where id = 1"), "");
  EXPECT_EQ(sqlstate_of(plan + "(5, 101, null, '2030-01-01', '2030-01-10')"), "");
}

}  // namespace
}  // namespace firsthand::test
