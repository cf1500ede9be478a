// SPDX-License-Identifier: Apache-2.0
// The HTTP client of the floor, and the floor's coroutine helpers, against real sockets and timers.
#include "adapters/asio/net/http_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <mutex>
#include <thread>

#include "adapters/asio/deadline.hpp"
#include "adapters/asio/signal.hpp"
#include "adapters/asio/task_group.hpp"
#include "tests/integration/http_harness.hpp"

namespace firsthand::http {
namespace {
using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::awaitable;
using net::HttpReply;
using Result = boost::system::result<HttpReply>;

class HttpClientTest : public HttpFixture {
 protected:
  HttpClientTest() {
    add("POST", "/echo", [](Request& request) -> awaitable<Response> {
      co_return Response::text(200, std::string(request.header("X-Who")) + ':' + request.body)
          .add_header("X-Seen", "yes");
    });
    add("GET", "/large", [](Request&) -> awaitable<Response> {
      co_return Response::text(200, std::string(100000, 'x'));
    });
    add("GET", "/never", [this](Request&) -> awaitable<Response> {
      auto executor = co_await asio::this_coro::executor;
      auto signal = std::make_shared<net::Signal>(executor);
      hold(signal);
      co_await signal->wait();
      co_return Response::no_content();
    });
  }
  ~HttpClientTest() override {
    // A handler still waiting would hold the server up, and no signal may outlive its context.
    {
      const std::scoped_lock lock(mutex);
      for (const auto& signal : held) signal->notify();
      held.clear();
    }
    server.reset();
  }

  void hold(std::shared_ptr<net::Signal> signal) {
    const std::scoped_lock lock(mutex);
    held.push_back(std::move(signal));
  }

  net::HttpClientOptions to(std::uint16_t wanted) {
    net::HttpClientOptions out;
    out.port = wanted;
    return out;
  }

  template <typename T>
  T run(awaitable<T> work) {
    auto future = asio::co_spawn(io, std::move(work), asio::use_future);
    io.restart();
    io.run();
    return future.get();
  }

  asio::io_context io;
  std::mutex mutex;
  std::vector<std::shared_ptr<net::Signal>> held;
};

TEST_F(HttpClientTest, KeepsItsConnection) {
  start();
  net::HttpClient client(io.get_executor(), to(port));
  for (int i = 0; i < 3; ++i) {
    const auto reply = run(client.request("POST", "/echo", {{"X-Who", "me"}}, "hello"));
    ASSERT_TRUE(reply.has_value()) << reply.error().message();
    EXPECT_EQ(reply->status, 200);
    EXPECT_EQ(reply->body, "me:hello");
    EXPECT_EQ(reply->header("x-seen"), "yes");
  }
  EXPECT_EQ(registry.gauge("http_sockets", "").value(), 1);
  const auto missing = run(client.request("GET", "/nowhere"));
  ASSERT_TRUE(missing.has_value());
  EXPECT_EQ(missing->status, 404);
}

TEST_F(HttpClientTest, GivesUpAtItsDeadline) {
  start();
  net::HttpClient client(io.get_executor(), to(port));
  const auto reply = run(client.request("GET", "/never", {}, {}, 50ms));
  ASSERT_TRUE(reply.has_error());
  EXPECT_EQ(reply.error(), asio::error::timed_out);
}

TEST_F(HttpClientTest, SharesFewConnections) {
  start();
  auto options_of_client = to(port);
  options_of_client.connections_max = 2;
  options_of_client.waiting_max = 6;
  net::HttpClient client(io.get_executor(), options_of_client);
  std::vector<std::future<Result>> replies;
  for (int i = 0; i < 9; ++i)
    replies.push_back(asio::co_spawn(io, client.request("POST", "/echo", {}, std::to_string(i)),
                                     asio::use_future));
  io.run();
  for (int i = 0; i < 8; ++i) {
    const auto reply = replies[static_cast<std::size_t>(i)].get();
    ASSERT_TRUE(reply.has_value()) << i << ' ' << reply.error().message();
    EXPECT_EQ(reply->body, ':' + std::to_string(i));
  }
  const auto refused = replies[8].get();
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error(), asio::error::no_buffer_space);
  EXPECT_LE(registry.gauge("http_sockets", "").value(), 2);
}

TEST_F(HttpClientTest, WaitsForAConnectionNoLongerThanTheDeadline) {
  start();
  auto single = to(port);
  single.connections_max = 1;
  net::HttpClient client(io.get_executor(), single);
  auto first = asio::co_spawn(io, client.request("GET", "/never", {}, {}, 300ms), asio::use_future);
  auto second = asio::co_spawn(io, client.request("GET", "/large", {}, {}, 50ms), asio::use_future);
  io.run();
  EXPECT_EQ(second.get().error(), asio::error::timed_out);
  EXPECT_EQ(first.get().error(), asio::error::timed_out);
}

TEST_F(HttpClientTest, RefusesAnAnswerThatIsTooLarge) {
  start();
  auto small = to(port);
  small.response_bytes_max = 1000;
  net::HttpClient client(io.get_executor(), small);
  EXPECT_TRUE(run(client.request("GET", "/large")).has_error());
}

TEST_F(HttpClientTest, SaysWhenNobodyListens) {
  std::uint16_t closed_port = 0;
  {
    const RawListener gone;
    closed_port = gone.port();
  }
  net::HttpClient client(io.get_executor(), to(closed_port));
  EXPECT_EQ(run(client.request("GET", "/")).error(), asio::error::connection_refused);
}

TEST_F(HttpClientTest, ReplacesAConnectionThatDied) {
  RawListener listener;
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  net::HttpClient client(io.get_executor(), to(listener.port()));
  std::thread peer([&] {
    listener.serve_one(answer, false);  // promises keep-alive, then closes
    listener.serve_one(answer, true);
  });
  EXPECT_EQ(run(client.request("GET", "/a"))->body, "ok");
  EXPECT_EQ(run(client.request("GET", "/b"))->body, "ok");
  peer.join();
}

TEST_F(HttpClientTest, FailsRequestsWhenClosed) {
  start();
  net::HttpClient client(io.get_executor(), to(port));
  auto waiting = asio::co_spawn(io, client.request("GET", "/never"), asio::use_future);
  asio::steady_timer timer(io, 50ms);
  timer.async_wait([&](boost::system::error_code) { client.close(); });
  io.run();
  EXPECT_EQ(waiting.get().error(), asio::error::operation_aborted);
  EXPECT_EQ(run(client.request("GET", "/large")).error(), asio::error::operation_aborted);
}

awaitable<int> after(std::chrono::milliseconds time, int value) {
  auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, time);
  co_await timer.async_wait(asio::use_awaitable);
  if (value < 0) throw std::runtime_error("negative");
  co_return value;
}

TEST_F(HttpClientTest, DeadlineEndsOnlyWhatIsLate) {
  EXPECT_EQ(run(net::with_deadline(after(1ms, 7), 10s)), 7);
  try {
    run(net::with_deadline(after(10s, 7), 10ms));
    ADD_FAILURE() << "came back";
  } catch (const boost::system::system_error& error) {
    EXPECT_EQ(error.code(), asio::error::timed_out);
  }
  // What the work throws arrives at once and is not mistaken for lateness.
  const auto started = std::chrono::steady_clock::now();
  EXPECT_THROW(run(net::with_deadline(after(1ms, -1), 10s)), std::runtime_error);
  EXPECT_LT(std::chrono::steady_clock::now() - started, 5s);
}

TEST_F(HttpClientTest, SignalRemembersOneNotify) {
  net::Signal signal(io.get_executor());
  signal.notify();
  signal.notify();
  EXPECT_TRUE(run(signal.wait_for(10s)));
  EXPECT_FALSE(run(signal.wait_for(1ms)));
  std::thread other([&] { signal.notify(); });
  EXPECT_TRUE(run(signal.wait_for(10s)));
  other.join();
}

TEST_F(HttpClientTest, TaskGroupReportsAndEnds) {
  std::vector<std::string> failed;
  net::TaskGroup group(io.get_executor(), 3, [&](std::string_view name, std::exception_ptr) {
    failed.emplace_back(name);
  });
  const auto task = [](int value, std::chrono::milliseconds time) -> awaitable<void> {
    co_await after(time, value);
  };
  EXPECT_TRUE(group.spawn("good", task(1, 1ms)));
  EXPECT_TRUE(group.spawn("bad", task(-1, 1ms)));
  EXPECT_TRUE(group.spawn("long", task(1, 60000ms)));
  EXPECT_FALSE(group.spawn("one too many", task(1, 1ms)));
  const auto whole = [&]() -> awaitable<bool> {
    while (group.size() > 1) co_await after(1ms, 0);
    group.cancel();
    co_await group.join();
    co_return group.size() == 0;
  };
  EXPECT_TRUE(run(whole()));
  EXPECT_EQ(failed, std::vector<std::string>{"bad"});
  EXPECT_FALSE(group.spawn("after the end", task(1, 1ms)));
}

}  // namespace
}  // namespace firsthand::http
