// SPDX-License-Identifier: Apache-2.0
// What happened, to the consoles that may hear of it: a real database, door, server and sockets.
#include "adapters/runtime/feed_hub.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>
#include <condition_variable>
#include <future>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <thread>

#include "adapters/asio/net/websocket_client.hpp"
#include "adapters/http/server.hpp"
#include "adapters/runtime/batching_door.hpp"
#include "tests/integration/pg_fixture.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;
namespace json = boost::json;

constexpr std::chrono::seconds kPatience{20};

class FeedHubTest : public testing::Test {
 protected:
  FeedHubTest()
      : pool_(pool_options()),
        sessions_(pool_, {}),
        door_(
            door_options(), [this] { return company_.rules(); }, metrics_),
        hub_(
            io_.get_executor(), door_, pool_, sessions_, [this] { return company_.rules(); },
            "test", [] { return FeedHub::Status{}; }),
        server_(http::ServerOptions{}, router_, metrics_) {
    door_.on_commit([this](postgres::Saved) { hub_.wake(); });
    door_.start();
    server_.add_websocket(hub_.handler());
    port_ = server_.start().value();
    boost::asio::co_spawn(io_, hub_.run(), [](std::exception_ptr) {});
    thread_ = std::thread{[this] { io_.run(); }};
  }
  ~FeedHubTest() override {
    server_.stop(std::chrono::seconds{2});
    io_.stop();
    thread_.join();
    door_.stop();
    pool_.stop();
  }

  void must(std::int64_t actor, Happening what) {
    std::promise<DoorAnswer> promise;
    door_.submit({"console:1", "", UserId{actor}, {}, std::move(what)},
                 [&promise](DoorAnswer answer) { promise.set_value(std::move(answer)); });
    const auto outcome = std::get<Outcome>(promise.get_future().get());
    ASSERT_FALSE(outcome.refusal) << outcome.refusal->sentence;
  }

  /// A console that listens; what it hears is kept until it is asked for.
  class Console {
   public:
    Console(FeedHubTest& test, std::int64_t user) {
      postgres::SignedInUser person;
      person.id = UserId{user};
      const auto rules = test.company_.rules();
      const User& user_of_rules = *rules->user(person.id);
      person.role = user_of_rules.role;
      if (user_of_rules.department)
        person.department = postgres::DepartmentRef{user_of_rules.department.value};
      ended_ = boost::asio::co_spawn(
          test.io_, listen(test.io_.get_executor(), test.port_, test.sessions_.new_ticket(person)),
          boost::asio::use_future);
      EXPECT_TRUE(hears([](const json::object& message) { return message.at("type") == "hello"; }));
    }
    bool is_closed(std::chrono::milliseconds within = kPatience) {
      return ended_.wait_for(within) == std::future_status::ready;
    }
    ~Console() { EXPECT_EQ(ended_.wait_for(kPatience), std::future_status::ready); }

    /// Whether a message of this kind comes, or has come.
    template <class Wanted>
    bool hears(Wanted wanted) {
      std::unique_lock lock{mutex_};
      return came_.wait_for(lock, kPatience,
                            [&] { return std::any_of(heard_.begin(), heard_.end(), wanted); });
    }
    std::vector<std::int64_t> case_versions() {
      const std::lock_guard lock{mutex_};
      std::vector<std::int64_t> versions;
      for (const auto& message : heard_) {
        if (message.at("type") == "event" && message.at("kind") == "case")
          versions.push_back(message.at("version").as_int64());
      }
      return versions;
    }

   private:
    awaitable<void> listen(boost::asio::any_io_executor executor, std::uint16_t port,
                           std::string ticket) {
      net::WebSocketClient client(executor);
      const net::Headers headers = {{"Host", "localhost"}, {"Origin", "http://localhost"}};
      const std::string target = "/ws?ticket=" + ticket;
      auto connecting = client.connect("127.0.0.1", port, target, headers);
      const auto connected = co_await std::move(connecting);
      if (!connected) co_return;
      while (true) {
        const auto text = co_await client.read();
        if (!text) co_return;
        {
          const std::lock_guard lock{mutex_};
          heard_.push_back(json::parse(*text).as_object());
        }
        came_.notify_all();
      }
    }

    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<json::object> heard_;
    std::future<void> ended_;
  };

  std::vector<std::unique_ptr<Console>> open(std::initializer_list<std::int64_t> users) {
    std::vector<std::unique_ptr<Console>> consoles;
    for (const std::int64_t user : users)
      consoles.push_back(std::make_unique<Console>(*this, user));
    return consoles;
  }

  postgres::PoolOptions pool_options() {
    postgres::PoolOptions out;
    out.connect = company_.options();
    out.connections = 2;
    return out;
  }
  DoorOptions door_options() {
    DoorOptions out;
    out.connect = company_.options();
    return out;
  }

  test::Company company_;
  metrics::Registry metrics_;
  boost::asio::io_context io_;
  postgres::Pool pool_;
  postgres::Sessions sessions_;
  BatchingDoor door_;
  FeedHub hub_;
  http::Router router_;
  http::Server server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

bool is_event(const json::object& message, std::string_view kind, std::int64_t id) {
  return message.at("type") == "event" && message.at("kind").as_string() == kind &&
         message.at("id") == id;
}

TEST_F(FeedHubTest, each_who_is_concerned_hears_of_a_change_once) {
  const auto consoles = open({test::kAgent, test::kOtherAgent, test::kLiaison, test::kSupervisor});
  must(test::kAgent,
       event::HandOverOffered{CaseId{test::kCase}, UserId{test::kOtherAgent}, "休假"});
  must(test::kOtherAgent, event::HandOverAnswered{CaseId{test::kCase}, true});
  // Whoever hears of a case by several topics, as a supervisor does, looks at it once a change.
  const std::vector<std::int64_t> each{2, 3};
  for (const auto& console : consoles) {
    EXPECT_TRUE(console->hears([](const json::object& message) {
      return is_event(message, "case", test::kCase) && message.at("version") == 3;
    }));
    EXPECT_EQ(console->case_versions(), each);
  }
  server_.stop(std::chrono::seconds{2});
}

TEST_F(FeedHubTest, whoever_leaves_hears_no_more) {
  auto consoles = open({test::kBackLine, test::kSupervisor});
  event::PersonDeparts departs;
  departs.user = UserId{test::kBackLine};
  departs.otherwise = UserId{test::kAgent};
  departs.reason = "离职";
  must(test::kSupervisor, departs);
  EXPECT_TRUE(consoles[0]->is_closed());
  EXPECT_FALSE(consoles[1]->is_closed(std::chrono::milliseconds{0}));
  server_.stop(std::chrono::seconds{2});
}

TEST_F(FeedHubTest, the_end_of_the_feed_is_its_newest_transaction_not_the_longest_text) {
  postgres::Connection connection(company_.options());
  postgres::Tx tx(connection);
  tx.exec_sql("delete from feed");
  tx.exec_sql(
      "insert into feed (id, xid, topics, kind, entity_id) values (1000001, '99', '{}', 'case', "
      "1), (1000002, '100', '{}', 'case', 1), (1000003, '100', '{}', 'case', 2)");
  const FeedPlace place = end_of_feed(tx);
  EXPECT_EQ(place.xid, "100");
  EXPECT_EQ(place.id, 1000003);
  server_.stop(std::chrono::seconds{2});
}

TEST_F(FeedHubTest, my_own_desk_comes_whole_and_to_supervisors_as_an_event) {
  const auto supervisor = open({test::kSupervisor});
  const auto own = open({test::kBackLine});
  must(test::kBackLine, event::PresenceSet{UserId{test::kBackLine}, Presence::on_break, "午餐"});
  EXPECT_TRUE(supervisor[0]->hears(
      [](const json::object& message) { return is_event(message, "desk", test::kBackLine); }));
  EXPECT_TRUE(own[0]->hears([](const json::object& message) {
    return message.at("type") == "desk" &&
           message.at("desk").at("user").at("id").as_int64() == test::kBackLine;
  }));
  server_.stop(std::chrono::seconds{2});
}

}  // namespace
}  // namespace firsthand::runtime
