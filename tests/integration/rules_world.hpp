// SPDX-License-Identifier: Apache-2.0
// Many running clocks under a small set of rules of the test's own, and the loop that carries a
// change of the rules to them: in this process, or in a child that is killed.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <string>
#include <thread>

#include "adapters/metrics/registry.hpp"
#include "adapters/postgres/pool.hpp"
#include "adapters/runtime/batching_door.hpp"
#include "adapters/runtime/rules_change_loop.hpp"
#include "adapters/runtime/rules_documents.hpp"
#include "adapters/runtime/rules_store.hpp"

namespace firsthand::test {

/// One policy with one clock, in calendar time, on the ladder "department" of the defaults.
inline std::string one_policy(const std::string& budget) {
  return R"({"policy":[{"code":"all","name_zh":"全部","name_en":"All","clock":[)"
         R"({"kind":"resolution","budget":")" +
         budget + R"( calendar","calendar":"always","ladder":"department"}]}]})";
}

/// `count` open cases of the department repair that came `hours` ago, each with the resolution
/// clock that one_policy("240h") of this revision gives, before its first warning.
inline std::string cases_sql(int first, int count, int hours, std::int64_t revision) {
  const std::string ids = "generate_series(" + std::to_string(first) + ", " +
                          std::to_string(first + count - 1) + ") as n";
  const std::string came = "now() - interval '" + std::to_string(hours) + " hours'";
  return "insert into customer (id, name, created_at) select 2000000 + n, '客户' || n, " + came +
         " from " + ids +
         ";insert into case_file (id, number, kind, state, customer_id, channel, category, text, "
         "severity, owner_id, department_id, opened_at) select 3000000 + n, 'GD' || n, "
         "'complaint', "
         "'open', 2000000 + n, 'call', 'wxcs', '机器不开机', 2, 21, (select id from department "
         "where "
         "code = 'repair'), " +
         came + " from " + ids +
         ";insert into sla_clock (id, case_id, kind, policy, policy_version, calendar, "
         "budget_kind, "
         "budget_s, ladder, started_at, due_at, state, step, fire_at, revision) select 4000000 + "
         "n, "
         "3000000 + n, 'resolution', 'all', 2, 'always', 'calendar_time', 864000, 'department', " +
         came + ", " + came + " + interval '240 hours', 'running', 'warn_50', " + came +
         " + interval '120 hours', " + std::to_string(revision) + " from " + ids + ";";
}

/// The same rules for what hangs on no case: `hold` of accounts, in calendar time.
inline std::string policies_with_customers(const std::string& hold) {
  return R"({"policy":[{"code":"all","name_zh":"全部","name_en":"All","clock":[)"
         R"({"kind":"resolution","budget":"240h calendar","calendar":"always","ladder":"department"}]},)"
         R"({"code":"customers","name_zh":"客户","name_en":"Customers","scope":"customers","clock":[)"
         R"({"kind":"pool_hold","budget":")" +
         hold +
         R"( calendar","calendar":"always","ladder":"pool"}]},)"
         R"({"code":"reviews","name_zh":"例会","name_en":"Reviews","scope":"reviews","clock":[)"
         R"({"kind":"review_action","budget":"48h calendar","calendar":"always","ladder":"review"}]}]})";
}

/// `count` accounts of the owner 21, held for `days_ago`, each with the clock that a hold of 90
/// days gives; and one review action of his with its clock.
inline std::string accounts_sql(int count, int days_ago, std::int64_t revision) {
  const std::string ids = "generate_series(1, " + std::to_string(count) + ") as n";
  const std::string since = "now() - interval '" + std::to_string(days_ago) + " days'";
  const std::string rev = std::to_string(revision);
  return "insert into customer (id, name, created_at) select 5000000 + n, '客户' || n, " + since +
         " from " + ids +
         ";insert into account (customer_id, state, owner_id, since) select 5000000 + n, 'held', "
         "21, " +
         since + " from " + ids +
         ";insert into sla_clock (id, customer_id, kind, policy, policy_version, calendar, "
         "budget_kind, budget_s, ladder, started_at, due_at, state, step, fire_at, revision) "
         "select 5100000 + n, 5000000 + n, 'pool_hold', 'customers', 2, 'always', "
         "'calendar_time', 7776000, 'pool', " +
         since + ", " + since + " + interval '90 days', 'running', 'warn_7d', " + since +
         " + interval '83 days', " + rev + " from " + ids +
         ";insert into review_action (id, title, assignee_id, agreed_at, due_at, state) values "
         "(5200000, '包装加厚', 21, now(), now() + interval '2 days', 'open');"
         "insert into sla_clock (id, review_action_id, kind, policy, policy_version, calendar, "
         "budget_kind, budget_s, ladder, started_at, due_at, state, step, fire_at, revision) "
         "values (5200001, 5200000, 'review_action', 'reviews', 2, 'always', 'calendar_time', "
         "172800, 'review', now(), now() + interval '2 days', 'running', 'warn_1d', now() + "
         "interval '39 hours', " +
         rev + ");";
}

inline constexpr const char* kRulesPeople = R"sql(
insert into user_account (id, login, name, role, department_id, is_department_head, email) values
 (21, 'owner', '首问样例', 'agent', null, false, 'owner@example.test'),
 (22, 'liaison', '接口样例', 'liaison', (select id from department where code = 'repair'), false, 'liaison@example.test'),
 (23, 'back_line', '后线样例', 'back_line', null, false, 'back@example.test'),
 (24, 'supervisor', '主管样例', 'supervisor', null, false, 'lead@example.test'),
 (25, 'administrator', '管理样例', 'administrator', null, false, '');
)sql";

/// A node, as far as a change of the rules concerns it.
class RulesNode {
 public:
  RulesNode(const postgres::ConnectOptions& connect, std::string name)
      : store_("china-office"),
        pool_(pool_options(connect)),
        door_(
            door_options(connect), [this] { return store_.current(); }, metrics_),
        loop_(
            io_.get_executor(), door_, pool_, [this] { return store_.current(); }, std::move(name),
            metrics_) {
    refresh(connect);
    door_.start();
  }
  ~RulesNode() {
    io_.stop();
    if (running_.joinable()) running_.join();
    door_.stop();
  }

  /// As in production, on a thread of its own: with its rests.
  void run() {
    boost::asio::co_spawn(io_, loop_.run(), [](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
    });
    running_ = std::thread{[this] { io_.run(); }};
  }

  void refresh(const postgres::ConnectOptions& connect) {
    postgres::Connection connection(connect);
    postgres::Tx tx(connection, postgres::Access::read_only);
    store_.refresh(tx);
  }
  std::shared_ptr<const Rules> rules() const { return store_.current(); }
  runtime::BatchingDoor& door() { return door_; }

  postgres::Pool& pool() { return pool_; }

  template <class T>
  T wait_for(boost::asio::awaitable<T> work) {
    std::optional<T> result;
    boost::asio::co_spawn(io_, std::move(work), [&](std::exception_ptr error, T value) {
      if (error) std::rethrow_exception(error);
      result = std::move(value);
    });
    io_.restart();
    while (!result) io_.run_one();
    return *result;
  }
  runtime::RulesChangeLoop::Turn turn() { return wait_for(loop_.turn()); }
  /// How many turns did something.
  int turn_until_idle() {
    int turns = 0;
    while (turn() == runtime::RulesChangeLoop::Turn::worked) ++turns;
    return turns;
  }

 private:
  static postgres::PoolOptions pool_options(const postgres::ConnectOptions& connect) {
    postgres::PoolOptions options;
    options.connect = connect;
    options.connections = 2;
    return options;
  }
  static runtime::DoorOptions door_options(const postgres::ConnectOptions& connect) {
    runtime::DoorOptions options;
    options.connect = connect;
    return options;
  }

  boost::asio::io_context io_;
  metrics::Registry metrics_;
  runtime::RulesStore store_;
  postgres::Pool pool_;
  runtime::BatchingDoor door_;
  runtime::RulesChangeLoop loop_;
  std::thread running_;
};

}  // namespace firsthand::test
