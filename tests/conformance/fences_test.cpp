// SPDX-License-Identifier: Apache-2.0
// What only PostgreSQL can show: two transactions racing for one thing, and rights that nobody who
// runs the engine has.
#include <barrier>
#include <thread>

#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

class Fences : public ::testing::Test {
 protected:
  Fences() {
    for (PgStore* store : {&left, &right}) store->set_now(monday_ten());
  }

  /// Both at once, on connections of their own; how often it was granted.
  int race(const Event& one, const Event& other) {
    std::barrier start{2};
    std::vector<Outcome> outcomes(2);
    const auto run = [&](PgStore& store, const Event& event, Outcome& outcome) {
      start.arrive_and_wait();
      for (int attempt = 0; attempt < 5; ++attempt) {
        try {
          outcome = store.apply({&event, 1}).at(0);
          return;
        } catch (const std::exception& error) {
          const auto failure = postgres::failure_of(error);
          const bool again = failure.kind == postgres::FailureKind::retry ||
                             failure.kind == postgres::FailureKind::constraint;
          if (!again) throw;
        }
      }
      throw std::runtime_error("the race does not end");
    };
    std::thread second{[&] { run(right, other, outcomes[1]); }};
    run(left, one, outcomes[0]);
    second.join();
    int granted = 0;
    for (const auto& outcome : outcomes) granted += !outcome.refusal && !outcome.duplicate;
    return granted;
  }

  std::string sqlstate_of(const std::string& sql) {
    try {
      postgres::Tx tx{left.connection()};
      tx.exec_sql(sql);
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

Event offering(InteractionId call, UserId who) {
  return router().does(event::OfferMade{call, who, OfferReason::skills, "t", Seconds{15}});
}

constexpr int kRounds = 12;

TEST_F(Fences, two_nodes_offer_one_call_to_two_agents_and_one_wins) {
  story.arrives_at_work(agent(1));
  story.arrives_at_work(agent(2));
  for (int round = 0; round < kRounds; ++round) {
    const InteractionId call = story.call_arrives("+861390000" + std::to_string(1000 + round));
    EXPECT_EQ(race(offering(call, agent(1)), offering(call, agent(2))), 1);
    story.hangs_up(call);
  }
}

TEST_F(Fences, two_nodes_offer_two_calls_to_one_agent_and_one_wins) {
  story.arrives_at_work(agent(1));
  for (int round = 0; round < kRounds; ++round) {
    const InteractionId one = story.call_arrives("+861390000" + std::to_string(1000 + round));
    const InteractionId two = story.call_arrives("+861390000" + std::to_string(2000 + round));
    EXPECT_EQ(race(offering(one, agent(1)), offering(two, agent(1))), 1);
    story.hangs_up(one);
    story.hangs_up(two);
  }
}

TEST_F(Fences, two_nodes_hear_a_new_number_and_make_one_customer) {
  for (int round = 0; round < kRounds; ++round) {
    const std::string number = "+861390000" + std::to_string(1000 + round);
    const auto arrives = [&](const std::string& side) {
      const std::string channel = side + std::to_string(round);
      return pbx().once(channel).does(event::CallArrived{"pbx1", channel, number, "400", {}});
    };
    EXPECT_EQ(race(arrives("left"), arrives("right")), 2);
  }
  EXPECT_EQ(left.look().world.customers.size(), static_cast<std::size_t>(kRounds));
}

TEST_F(Fences, two_nodes_are_told_the_same_event_and_one_decides) {
  for (int round = 0; round < kRounds; ++round) {
    const std::string number = "+861390000" + std::to_string(1000 + round);
    const Event told = web().once(number).does(web_complaint(number));
    EXPECT_EQ(race(told, told), 1);
  }
  EXPECT_EQ(left.look().world.cases.size(), static_cast<std::size_t>(kRounds));
}

TEST_F(Fences, two_nodes_fire_one_step_and_it_fires_once) {
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  for (int step = 0; step < 4; ++step) {
    const SlaClock clock = story.live_clock(id, ClockKind::callback);
    for (PgStore* store : {&left, &right}) store->set_now(*clock.fire_at);
    EXPECT_EQ(race(timer().does(firing(clock)), timer().does(firing(clock))), 1);
  }
  EXPECT_EQ(story.alerts(id, ClockKind::callback, "breach").size(), 2u);
}

TEST_F(Fences, the_schema_refuses_what_the_code_would_never_do) {
  story.arrives_at_work(agent(1));
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  const InteractionId call = story.call_arrives("+8613900000002");
  story.is_offered(call, agent(1));
  story.at(monday_ten() + std::chrono::hours{2});
  story.timers_run();
  struct Row {
    const char* name;
    std::string sql;
    const char* sqlstate;
  };
  const std::string one = std::to_string(id.value);
  const auto again = [](const char* table, const char* where) {
    // A copy of a row under another id.
    return "do $$ declare r " + std::string{table} + "; begin select * into r from " + table +
           " where " + where + " limit 1; r.id := 1; insert into " + table +
           " select (r).*; end $$";
  };
  const std::vector<Row> rows{
      {"a second open offer", again("offer", "state = 'open'"), "23505"},
      {"a second live dispatch", again("dispatch", "state = 'sent'"), "23505"},
      {"a second live callback", again("callback", "state = 'open'"), "23505"},
      {"an alert twice", again("alert", "true"), "23505"},
      {"a case number twice", again("case_file", "true"), "23505"},
      {"a channel twice", again("interaction", "true"), "23505"},
      {"a case without owner", "update case_file set owner_id = null where id = " + one, "23502"},
      {"an owner who does not exist", "update case_file set owner_id = 7 where id = " + one,
       "23503"},
      {"resolved, never told",
       "update case_file set state = 'resolved', told_at = null, told_how = '' where id = " + one,
       "23514"},
      {"closed at no time",
       "update case_file set state = 'closed', told_how = 'x' where id = " + one, "23514"},
      {"an ended call without an end", "update interaction set state = 'ended'", "23514"},
      {"a breach that moves",
       "update sla_clock set breached_at = now() where breached_at is not null", "FH001"},
      {"a breach undone", "update sla_clock set breached_at = null where breached_at is not null",
       "FH001"},
      {"history rewritten", "update history set kind = 'x'", "42501"},
      {"history deleted", "delete from history", "42501"},
      {"history emptied", "truncate history", "42501"},
      {"a part of the history deleted", "delete from history_default", "42501"},
      {"the ledger rewritten", "update ownership_entry set reason = 'x'", "42501"},
      {"the ledger deleted", "delete from ownership_entry", "42501"},
      {"a case deleted", "delete from case_file", "42501"},
      {"an alert deleted", "delete from alert", "42501"},
      {"an owner deleted", "delete from user_account where id = 101", "42501"},
  };
  for (const Row& row : rows) EXPECT_EQ(sqlstate_of(row.sql), row.sqlstate) << row.name;
  // Nor may whoever owns the tables: the owner of a case is referred to.
  EXPECT_THROW(database->query("delete from user_account where id = 101"), std::runtime_error);
}

TEST_F(Fences, a_batch_that_breaks_leaves_nothing) {
  story.arrives_at_work(agent(1));
  const auto before = left.look();
  // An actor the database does not know: the ledger's foreign key refuses it, and the whole batch.
  const std::vector<Event> batch{web().once("good").does(web_complaint("+8613900000001")),
                                 by(kNobody).once("bad").does(web_complaint("+8613900000002"))};
  EXPECT_THROW(left.apply(batch), std::exception);
  EXPECT_EQ(left.look().world, before.world);
  EXPECT_EQ(left.look().history.size(), before.history.size());
  // And nothing of it is remembered.
  EXPECT_FALSE(left.apply({batch.data(), 1}).at(0).duplicate);
}

}  // namespace
}  // namespace firsthand::test
