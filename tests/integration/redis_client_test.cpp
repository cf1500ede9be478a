// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/client.hpp"

#include <string>
#include <vector>

#include "adapters/asio/task_group.hpp"
#include "adapters/redis/writer_lock.hpp"
#include "tests/integration/redis_fixture.hpp"

namespace firsthand::redis {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
namespace asio = boost::asio;

class RedisClientTest : public RedisFixture {
 protected:
  Result<Reply> run(Client& client, Command command) {
    return await(client.command(std::move(command)));
  }

  asio::awaitable<void> echo(Client& client, int number, std::vector<std::string>& got) {
    Result<Reply> reply = co_await client.command(Command("ECHO", number));
    got[static_cast<std::size_t>(number)] = reply.value().text;
  }
  asio::awaitable<void> note(Client& client, Command command, std::vector<Result<Reply>>& got) {
    got.push_back(co_await client.command(std::move(command)));
  }

  // Filled by listeners, which live as long as the client: until TearDown.
  std::vector<bool> states_;
  std::vector<std::string> warnings_;
};

TEST_F(RedisClientTest, ManyAtOnceGetTheirOwnAnswers) {
  Client& redis = client();
  std::vector<std::string> got(500);
  for (int i = 0; i < 500; ++i) spawn(echo(redis, i, got));
  ASSERT_TRUE(eventually([&got] {
    return std::none_of(got.begin(), got.end(), [](const auto& text) { return text.empty(); });
  }));
  for (int i = 0; i < 500; ++i) EXPECT_EQ(got[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST_F(RedisClientTest, APipelineKeepsOrderAndErrorsStayInPlace) {
  Client& redis = client();
  std::vector<Command> commands;
  commands.push_back(Command("INCR", "n"));
  commands.push_back(Command("LPUSH", "n", "wrong type"));
  commands.push_back(Command("INCR", "n"));
  const auto replies = await(redis.pipeline(std::move(commands)));
  ASSERT_TRUE(replies);
  ASSERT_EQ(replies->size(), 3U);
  EXPECT_EQ((*replies)[0].integer, 1);
  EXPECT_TRUE((*replies)[1].is_error());
  EXPECT_EQ((*replies)[2].integer, 2);
}

TEST_F(RedisClientTest, BytesComeBackAsTheyWere) {
  Client& redis = client();
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte += static_cast<char>(i);
  const std::string value = every_byte + "\r\n$3\r\n" + std::string(1'000'000, '\0');
  ASSERT_TRUE(run(redis, Command("SET", every_byte, value)));
  const Result<Reply> back = run(redis, Command("GET", every_byte));
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->text == value);
}

TEST_F(RedisClientTest, AnErrorReplyIsAFailureWithItsSentence) {
  Client& redis = client();
  const Result<Reply> reply = run(redis, Command("NOSUCHCOMMAND"));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::kServer);
  EXPECT_NE(reply.error().detail.find("unknown command"), std::string::npos);
}

TEST_F(RedisClientTest, ComesBackAfterKillAndRestart) {
  Client& redis = client();
  redis.on_state([this](bool up) { states_.push_back(up); });
  for (int round = 0; round < 3; ++round) {
    server().kill();
    ASSERT_TRUE(eventually([&redis] { return !redis.up(); }));
    const Result<Reply> away = run(redis, Command("PING"));
    ASSERT_FALSE(away);
    EXPECT_EQ(away.error().code, Errc::kUnavailable);
    server().start();
    ASSERT_TRUE(eventually([&redis] { return redis.up(); }));
    EXPECT_EQ(run(redis, Command("PING")).value().text, "PONG");
  }
  EXPECT_EQ(states_, (std::vector<bool>{false, true, false, true, false, true}));
}

TEST_F(RedisClientTest, WaitingCommandsFailWhenTheServerDies) {
  Client& redis = client();
  server().freeze();
  std::vector<Result<Reply>> got;
  for (int i = 0; i < 10; ++i) spawn(note(redis, Command("PING"), got));
  io_.poll();
  server().kill();
  ASSERT_TRUE(eventually([&got] { return got.size() == 10; }));
  for (const Result<Reply>& reply : got) {
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, Errc::kUnavailable);
  }
}

TEST_F(RedisClientTest, AMissedDeadlineEndsTheLinkAndTheNextOneServes) {
  ClientOptions short_deadline = options();
  short_deadline.limits.command_deadline = 100ms;
  Client& redis = start_client(short_deadline);
  ASSERT_TRUE(eventually([&redis] { return redis.up(); }));
  server().freeze();
  const Result<Reply> late = run(redis, Command("INCR", "n"));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::kDeadline);
  ASSERT_TRUE(eventually([&redis] { return !redis.up(); }));
  server().thaw();
  // The late answer went down with its link: nobody takes it for the answer to this.
  ASSERT_TRUE(eventually([this, &redis] {
    if (!redis.up()) return false;
    const Result<Reply> echo = run(redis, Command("ECHO", "mine"));
    return echo.has_value() && echo->text == "mine";
  }));
}

TEST_F(RedisClientTest, WaitingCommandsAndBytesAreBounded) {
  ClientOptions small = options();
  small.limits.pending_commands_max = 4;
  small.limits.unsent_bytes_max = 1'000;
  Client& redis = start_client(small);
  ASSERT_TRUE(eventually([&redis] { return redis.up(); }));
  const Result<Reply> too_big = run(redis, Command("SET", "k", std::string(2'000, 'x')));
  ASSERT_FALSE(too_big);
  EXPECT_EQ(too_big.error().code, Errc::kOverloaded);
  server().freeze();
  std::vector<Result<Reply>> got;
  for (int i = 0; i < 10; ++i) spawn(note(redis, Command("PING"), got));
  ASSERT_TRUE(eventually([&got] { return got.size() == 6; }));
  for (const Result<Reply>& reply : got) EXPECT_EQ(reply.error().code, Errc::kOverloaded);
  server().thaw();
  ASSERT_TRUE(eventually([&got] { return got.size() == 10; }));
  for (std::size_t i = 6; i < 10; ++i) EXPECT_EQ(got[i].value().text, "PONG");
}

TEST_F(RedisClientTest, AForgottenScriptIsLoadedAgain) {
  Client& redis = client();
  WriterLock lock(redis, "main", "node-1", 60s);
  ASSERT_TRUE(await(lock.acquire()).value());
  const std::int64_t fence = lock.fence();
  for (int i = 0; i < 3; ++i) {
    server().admin({"SCRIPT", "FLUSH"});
    ASSERT_TRUE(await(lock.renew()).value());
  }
  EXPECT_EQ(lock.fence(), fence);
}

TEST_F(RedisClientTest, AReplicaIsUnavailableForWritesAndIsLeft) {
  Client& redis = client();
  redis.on_state([this](bool up) { states_.push_back(up); });
  server().admin({"REPLICAOF", "127.0.0.1", "1"});
  const Result<Reply> refused = run(redis, Command("SET", "k", "v"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kUnavailable);
  server().admin({"REPLICAOF", "NO", "ONE"});
  ASSERT_TRUE(eventually([this] { return states_ == (std::vector<bool>{false, true}); }));
  EXPECT_TRUE(run(redis, Command("SET", "k", "v")));
}

TEST_F(RedisClientTest, AnEvictingRedisIsReported) {
  EXPECT_EQ(client().eviction_policy(), "noeviction");
  server().admin({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  Client& redis = start_client(options());
  redis.on_warning([this](std::string_view text) { warnings_.emplace_back(text); });
  ASSERT_TRUE(eventually([&redis] { return redis.up(); }));
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_NE(warnings_[0].find("allkeys-lru"), std::string::npos);
}

TEST_F(RedisClientTest, AFullRedisIsUnavailable) {
  Client& redis = client();
  server().admin({"CONFIG", "SET", "maxmemory", "1"});
  const Result<Reply> refused = run(redis, Command("SET", "k", "v"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kUnavailable);
}

TEST_F(RedisClientTest, TellsTheServersTime) {
  Client& redis = client();
  const auto here = [] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  };
  const std::int64_t before = here();
  const Result<std::int64_t> there = await(redis.server_time_ms());
  ASSERT_TRUE(there);
  EXPECT_GE(*there, before - 1);
  EXPECT_LE(*there, here() + 1);
}

TEST_F(RedisClientTest, StopsWhileNobodyAnswers) {
  server().kill();
  Client& redis = start_client(options());
  redis.on_warning([this](std::string_view text) { warnings_.emplace_back(text); });
  ASSERT_TRUE(eventually([this] { return !warnings_.empty(); }));
  EXPECT_FALSE(redis.up());
  // TearDown checks that run() ends.
}

TEST_F(RedisClientTest, EndsWithTheGroupThatRunsIt) {
  std::vector<std::string> errors;
  net::TaskGroup group(io_.get_executor(), 4, [&errors](std::string_view name, std::exception_ptr) {
    errors.emplace_back(name);
  });
  Client connected(io_.get_executor(), options());
  ClientOptions nowhere = options();
  nowhere.address.port = 1;
  Client trying(io_.get_executor(), nowhere);
  trying.on_warning([this](std::string_view text) { warnings_.emplace_back(text); });
  ASSERT_TRUE(group.spawn("connected", connected.run()));
  ASSERT_TRUE(group.spawn("trying", trying.run()));
  ASSERT_TRUE(eventually([&] { return connected.up() && !warnings_.empty(); }));
  group.cancel();
  ASSERT_TRUE(eventually([&group] { return group.size() == 0; }));
  EXPECT_FALSE(connected.up());
  EXPECT_TRUE(errors.empty());
}

class RedisPasswordTest : public RedisClientTest {
  test::RedisServerOptions server_options() override {
    test::RedisServerOptions options;
    options.password = "p-ss.word";
    return options;
  }
};

TEST_F(RedisPasswordTest, SignsInAndSelectsTheDatabaseFirst) {
  ClientOptions with_password = options();
  with_password.address.password = "p-ss.word";
  with_password.address.database = 2;
  Client& redis = start_client(with_password);
  ASSERT_TRUE(eventually([&redis] { return redis.up(); }));
  ASSERT_TRUE(run(redis, Command("SET", "only-in-2", "v")));
  EXPECT_EQ(server().admin({"GET", "only-in-2"}), "");
  EXPECT_NE(server().admin({"INFO", "keyspace"}).find("db2:keys=1"), std::string::npos);
}

TEST_F(RedisPasswordTest, AWrongPasswordIsSaidOnce) {
  ClientOptions wrong = options();
  wrong.address.password = "guess";
  Client& redis = start_client(wrong);
  redis.on_warning([this](std::string_view text) { warnings_.emplace_back(text); });
  const auto attempts = [this] {
    const std::string stats = server().admin({"INFO", "stats"});
    const std::string field = "total_connections_received:";
    return std::stoi(stats.substr(stats.find(field) + field.size()));
  };
  const int before = attempts();
  // Each look is a connection of its own, so a hundred looks alone would not do it.
  int looks = 0;
  ASSERT_TRUE(eventually([&] { return attempts() - before > ++looks + 3; }));
  EXPECT_FALSE(redis.up());
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_NE(warnings_[0].find("WRONGPASS"), std::string::npos);
  EXPECT_EQ(warnings_[0].find("guess"), std::string::npos);
}

}  // namespace
}  // namespace firsthand::redis
