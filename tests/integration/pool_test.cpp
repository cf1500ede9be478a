// SPDX-License-Identifier: Apache-2.0
// The pool over a PostgreSQL that is killed, frozen out and started again.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "adapters/postgres/pool.hpp"
#include "tests/support/postgres_server.hpp"

namespace firsthand::test {
namespace {

using postgres::Failure;
using postgres::FailureKind;

postgres::PoolOptions options(const std::string& url, int connections, bool repeat) {
  postgres::PoolOptions out;
  out.connect.url = url;
  out.connect.role.clear();
  out.connections = connections;
  out.repeat_broken = repeat;
  out.backoff_min = Millis{10};
  out.backoff_max = Millis{50};
  return out;
}

/// The value, or what failed.
std::variant<int, Failure> ask(postgres::Pool& pool, const std::string& sql) {
  boost::asio::io_context io;
  std::variant<int, Failure> answer = -1;
  const auto here = std::this_thread::get_id();
  auto query = [&](postgres::Pool& p) -> boost::asio::awaitable<void> {
    auto work = [sql](postgres::Connection& connection) {
      postgres::Tx tx(connection);
      return tx.exec_sql(sql)[0][0].as<int>();
    };
    auto result = co_await postgres::run(p, std::move(work));
    EXPECT_EQ(std::this_thread::get_id(), here);  // back where the caller lives
    if (result) answer = *result;
    if (!result) answer = result.error();
  };
  boost::asio::co_spawn(io, query(pool), [](const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);
  });
  io.run();
  return answer;
}

FailureKind kind_of(const std::variant<int, Failure>& answer) {
  const auto* failure = std::get_if<Failure>(&answer);
  EXPECT_NE(failure, nullptr);
  return failure == nullptr ? FailureKind::other : failure->kind;
}

TEST(Pool, AnswersOnTheCallersThread) {
  postgres::Pool pool(options(shared_postgres_url(), 2, false));
  EXPECT_EQ(std::get<int>(ask(pool, "select 7")), 7);
  EXPECT_EQ(kind_of(ask(pool, "select 1/0")), FailureKind::data);
  EXPECT_EQ(std::get<int>(ask(pool, "select 8")), 8);
  EXPECT_TRUE(pool.up());
}

TEST(Pool, GoesDownAndComesBackWithItsServer) {
  PostgresServer server;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<bool> changes;
  postgres::PoolHooks hooks;
  hooks.up_changed = [&](bool up) {
    const std::lock_guard lock(mutex);
    changes.push_back(up);
    changed.notify_all();
  };
  postgres::Pool pool(options(server.url(), 1, false), hooks);
  EXPECT_EQ(std::get<int>(ask(pool, "select 1")), 1);
  server.kill();
  EXPECT_EQ(kind_of(ask(pool, "select 1")), FailureKind::broken);
  EXPECT_EQ(kind_of(ask(pool, "select 1")), FailureKind::unavailable);
  EXPECT_FALSE(pool.up());
  server.start();
  // The pool comes back by itself, with nobody asking.
  std::unique_lock lock(mutex);
  ASSERT_TRUE(
      changed.wait_for(lock, std::chrono::seconds{30}, [&] { return changes.size() >= 3; }));
  EXPECT_EQ(changes, (std::vector<bool>{true, false, true}));
  lock.unlock();
  EXPECT_EQ(std::get<int>(ask(pool, "select 2")), 2);
}

TEST(Pool, ReadsAreRepeatedWhenTheirConnectionWasCut) {
  PostgresServer server;
  const TestDatabase database(server.url());
  postgres::Pool pool(options(database.url(), 1, true));
  EXPECT_EQ(std::get<int>(ask(pool, "select 1")), 1);
  server.disconnect_all(database.name());
  EXPECT_EQ(std::get<int>(ask(pool, "select 2")), 2);
}

TEST(Pool, RefusesWhatItCannotKeep) {
  auto small = options(shared_postgres_url(), 1, false);
  small.queue_max = 2;
  std::promise<void> gate;
  const std::shared_future<void> open(gate.get_future());
  std::promise<void> started;
  std::atomic<int> ran{0};
  std::atomic<int> refused{0};
  {
    postgres::Pool pool(small);
    const auto failed = [&](const Failure& failure) {
      EXPECT_EQ(failure.kind, FailureKind::unavailable);
      ++refused;
    };
    pool.submit(
        [&](postgres::Connection&) {
          started.set_value();
          open.wait();
          ++ran;
        },
        failed);
    started.get_future().wait();
    for (int i = 0; i < 5; ++i) pool.submit([&](postgres::Connection&) { ++ran; }, failed);
    EXPECT_EQ(refused, 3);
    EXPECT_EQ(pool.queued(), 2u);
    gate.set_value();
  }
  // Every job has ended one way or the other.
  EXPECT_EQ(ran + refused, 6);
}

TEST(Pool, TellsAtOnceWhenNobodyListens) {
  postgres::Pool pool(options("postgresql://nobody@127.0.0.1:1/none", 2, true));
  EXPECT_EQ(kind_of(ask(pool, "select 1")), FailureKind::unavailable);
  EXPECT_FALSE(pool.up());
}

}  // namespace
}  // namespace firsthand::test
