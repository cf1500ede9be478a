// SPDX-License-Identifier: Apache-2.0
// The HTTP server from outside, with bytes as an attacker would send them.
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <future>
#include <random>
#include <thread>
#include <vector>

#include "adapters/asio/signal.hpp"
#include "tests/integration/http_harness.hpp"

namespace firsthand::http {
namespace {
using namespace std::chrono_literals;
using boost::asio::awaitable;

class HttpServer : public HttpFixture {
 protected:
  HttpServer() {
    add("GET", "/hello", [](Request&) -> awaitable<Response> {
      co_return Response::json(200, R"({"hello":"world"})");
    });
    add(
        "POST", "/echo",
        [](Request& request) -> awaitable<Response> {
          co_return Response::text(201, request.method + ':' + request.body);
        },
        1000);
    add("GET", "/broken", [](Request&) -> awaitable<Response> {
      throw std::runtime_error("password=secret at line 7");
      co_return Response();
    });
    add("GET", "/page",
        [](Request&) -> awaitable<Response> { co_return Response::html(200, "<p>hello</p>"); });
    add("GET", "/who/{name}", [](Request& request) -> awaitable<Response> {
      co_return Response::text(200, std::string(request.param("name")) + '@' +
                                        request.client_address + '?' +
                                        std::string(request.query_value("q").value_or("")));
    });
  }
};

TEST_F(HttpServer, AnswersAndKeepsTheConnection) {
  start();
  RawClient client(port);
  for (int i = 0; i < 3; ++i) {
    const auto reply = client.ask(get("/hello"));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, R"({"hello":"world"})");
    EXPECT_TRUE(reply.has("Content-Type: application/json\r\n"));
    EXPECT_TRUE(reply.has("X-Content-Type-Options: nosniff\r\n"));
    EXPECT_TRUE(reply.has("Referrer-Policy: no-referrer\r\n"));
    EXPECT_TRUE(reply.has("Content-Security-Policy: default-src 'none'"));
    EXPECT_TRUE(reply.has("Cache-Control: no-store\r\n"));
    EXPECT_FALSE(reply.has("Server:"));
    EXPECT_FALSE(reply.has("Connection: close"));
  }
  const auto page = client.ask(get("/page"));
  EXPECT_TRUE(page.has("Content-Security-Policy: default-src 'self'; script-src 'self'"));
  const auto who = client.ask(get("/who/%E5%BC%A0?q=a+b", "X-Forwarded-For: 203.0.113.1\r\n"));
  EXPECT_EQ(who.body, "张@127.0.0.1?a b");
  EXPECT_EQ(client.ask(post("/echo", "hi")).body, "POST:hi");
  const auto chunked = client.ask(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n");
  EXPECT_EQ(chunked.body, "POST:hello");
}

TEST_F(HttpServer, ClosesWhenAsked) {
  start();
  RawClient client(port);
  EXPECT_TRUE(client.ask(get("/hello", "Connection: close\r\n")).has("Connection: close\r\n"));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServer, AnswersHeadWithoutABody) {
  start();
  RawClient client(port);
  client.send("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto reply = client.read_reply(true);
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.has("Content-Length: 17\r\n"));
  // The next answer starts right after the header, so no body byte came.
  EXPECT_EQ(client.ask(get("/hello")).status, 200);
}

TEST_F(HttpServer, SaysWhatIsWrongAsAProblem) {
  start();
  RawClient client(port);
  const auto missing = client.ask(get("/nowhere"));
  EXPECT_EQ(missing.status, 404);
  EXPECT_TRUE(missing.has("Content-Type: application/problem+json\r\n"));
  const auto problem = boost::json::parse(missing.body);
  EXPECT_EQ(problem.at("code").as_string(), "not_found");
  EXPECT_EQ(problem.at("instance").as_string().size(), 32U);
  const auto wrong = client.ask(get("/echo"));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_TRUE(wrong.has("Allow: POST\r\n"));
}

TEST_F(HttpServer, NeverTellsWhatBroke) {
  start();
  RawClient client(port);
  const auto reply = client.ask(get("/broken"));
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.body.find("secret"), std::string::npos);
  const auto problem = boost::json::parse(reply.body);
  EXPECT_EQ(problem.at("code").as_string(), "internal_error");
  EXPECT_EQ(problem.at("instance").as_string().size(), 32U);
  EXPECT_EQ(client.ask(get("/hello")).status, 200);
  EXPECT_NE(registry.render().find("http_handler_failures_total 1\n"), std::string::npos);
}

struct Attack {
  std::string name;
  std::string bytes;
  int status;
  std::string code;
};

class HttpAttack : public HttpServer, public testing::WithParamInterface<Attack> {};

TEST_P(HttpAttack, IsRefusedAndClosed) {
  start();
  RawClient client(port);
  const auto reply = client.ask(GetParam().bytes);
  EXPECT_EQ(reply.status, GetParam().status);
  EXPECT_TRUE(reply.has("Connection: close\r\n"));
  EXPECT_NE(reply.body.find("\"code\":\"" + GetParam().code + '"'), std::string::npos)
      << reply.body;
  EXPECT_TRUE(client.is_closed());
}

const std::string kPost = "POST /echo HTTP/1.1\r\nHost: localhost\r\n";
const std::string kNext = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

INSTANTIATE_TEST_SUITE_P(
    Table, HttpAttack,
    testing::Values(
        Attack{"LengthAndChunked",
               kPost + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG", 400,
               "bad_transfer_encoding"},
        Attack{"UnknownCoding", kPost + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400,
               "bad_transfer_encoding"},
        Attack{"TwoLengths", kPost + "Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + kNext, 400,
               "bad_content_length"},
        Attack{"TwoHosts", "GET /hello HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400,
               "bad_host"},
        Attack{"NoHost", "GET /hello HTTP/1.1\r\n\r\n", 400, "bad_host"},
        Attack{"StrangeHost", "GET /hello HTTP/1.1\r\nHost: attacker.example\r\n\r\n", 421,
               "unknown_host"},
        Attack{"Pipelined", kNext + kNext, 400, "pipelining"},
        Attack{"PipelinedAfterABody", kPost + "Content-Length: 2\r\n\r\nhi" + kNext, 400,
               "pipelining"},
        Attack{"PipelinedAfterChunks",
               kPost + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kNext, 400, "pipelining"},
        Attack{
            "HeaderTooLarge",
            "GET /hello HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(9000, 'x') + "\r\n\r\n",
            431, "header_too_large"},
        Attack{"EndlessHeader", "GET /hello HTTP/1.1\r\nX: " + std::string(20000, 'x'), 431,
               "header_too_large"},
        Attack{"Folded", "GET /hello HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n", 400,
               "folded_header"},
        Attack{"LineFeeds", "GET /hello HTTP/1.1\nHost: localhost\n\n", 400, "bad_line_end"},
        Attack{"Traversal", "GET /assets/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 400,
               "bad_target"},
        Attack{"EncodedTraversal",
               "GET /assets/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 400,
               "bad_target"},
        Attack{"Trace", "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, "method_not_allowed"},
        Attack{"Trailer",
               kPost + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nCookie: sid=x\r\n\r\n",
               400, "trailers_refused"},
        Attack{"BrokenChunks", kPost + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "bad_body"},
        Attack{"BodyTooLarge", kPost + "Content-Length: 1001\r\n\r\n" + std::string(1001, 'x'), 413,
               "body_too_large"},
        Attack{"ChunksTooLarge",
               kPost + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') +
                   "\r\n0\r\n\r\n",
               413, "body_too_large"},
        Attack{"GetWithBody",
               "GET /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi", 400,
               "unexpected_body"},
        Attack{"TlsHello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400,
               "bad_line_end"},
        Attack{"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version_not_supported"}),
    [](const auto& row) { return row.param.name; });

TEST_F(HttpServer, EndsASlowHeader) {
  options.header_deadline = 50ms;
  start();
  RawClient silent(port);
  EXPECT_TRUE(silent.is_closed());
  RawClient slow(port);
  slow.send("GET /hello HTTP/1.1\r\nHost: lo");
  EXPECT_TRUE(slow.is_closed());
}

TEST_F(HttpServer, EndsASlowBody) {
  options.body_grace = 50ms;
  start();
  RawClient client(port);
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nx");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServer, EndsAnIdleConnection) {
  options.idle = 50ms;
  start();
  RawClient client(port);
  EXPECT_EQ(client.ask(get("/hello")).status, 200);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServer, SaysContinueWhenAsked) {
  start();
  RawClient client(port);
  const auto early = client.ask(kPost + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(early.status, 100);
  EXPECT_EQ(client.ask("hi").body, "POST:hi");
  RawClient large(port);
  const auto refused = large.ask(kPost + "Content-Length: 5000\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(refused.status, 413);
}

TEST_F(HttpServer, AsksTheGuardBeforeTheBody) {
  make().set_guard([](const Route& route, Request& request) -> awaitable<std::optional<Response>> {
    if (request.header("Authorization").empty())
      co_return Response::problem(401, "unauthorised", route.pattern);
    co_return std::nullopt;
  });
  start();
  RawClient client(port);
  // The body is announced but never sent: the answer does not wait for it.
  const auto refused = client.ask(kPost + "Content-Length: 10\r\n\r\n");
  EXPECT_EQ(refused.status, 401);
  EXPECT_TRUE(refused.has("Connection: close\r\n"));
  RawClient known(port);
  EXPECT_EQ(known.ask(post("/echo", "hi", "Authorization: x\r\n")).status, 201);
}

TEST_F(HttpServer, CapsSocketsOfOneAddress) {
  options.sockets_per_address_max = 2;
  start();
  auto first = std::make_unique<RawClient>(port);
  RawClient second(port);
  EXPECT_EQ(first->ask(get("/hello")).status, 200);
  EXPECT_EQ(second.ask(get("/hello")).status, 200);
  RawClient third(port);
  EXPECT_TRUE(third.is_closed());
  EXPECT_NE(registry.render().find("http_sockets_refused_total 1\n"), std::string::npos);
  first->ask(get("/hello", "Connection: close\r\n"));
  first.reset();
  // The place comes back; the server may need a moment to see the end of the first.
  bool welcome = false;
  for (const auto until = std::chrono::steady_clock::now() + 5s;
       !welcome && std::chrono::steady_clock::now() < until;)
    welcome = RawClient(port).ask(get("/hello")).status == 200;
  EXPECT_TRUE(welcome);
}

TEST_F(HttpServer, SurvivesRunningOutOfDescriptors) {
#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer) || __has_feature(address_sanitizer)
  // Its look at an object's type opens a pipe first, and calls a failure to do so a wrong type.
  GTEST_SKIP() << "the sanitizer needs descriptors itself";
#endif
#endif
  start();
  RawClient before(port);
  EXPECT_EQ(before.ask(get("/hello")).status, 200);
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  {
    RawClient waiting(port);  // in the kernel's queue; accepted or not, the limit comes now
    EXPECT_EQ(waiting.ask(get("/hello")).status, 200);
    RawClient late(port);
    ASSERT_EQ(late.ask(get("/hello")).status, 200);
    const int next = ::dup(0);
    ::close(next);
    // The client's socket takes the last number below the limit, so the server's accept has none.
    rlimit tight{static_cast<rlim_t>(next) + 1, limit.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
    RawClient refused(port);
    ASSERT_TRUE(refused.connected());
    refused.send(get("/hello"));
    for (const auto until = std::chrono::steady_clock::now() + 5s;
         registry.render().find("http_accept_failures_total 0\n") != std::string::npos &&
         std::chrono::steady_clock::now() < until;)
      EXPECT_EQ(before.ask(get("/hello")).status, 200);  // those inside are still served
    EXPECT_EQ(registry.render().find("http_accept_failures_total 0\n"), std::string::npos);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
    EXPECT_EQ(refused.read_reply().status, 200);
  }
}

TEST_F(HttpServer, FinishesRequestsWhenStopped) {
  std::promise<std::shared_ptr<net::Signal>> entered;
  add("GET", "/slow", [&entered](Request&) -> awaitable<Response> {
    auto executor = co_await boost::asio::this_coro::executor;
    auto signal = std::make_shared<net::Signal>(executor);
    entered.set_value(signal);
    const bool notified = co_await signal->wait();
    co_return Response::text(200, notified ? "done" : "cancelled");
  });
  start();
  RawClient idle(port);
  EXPECT_EQ(idle.ask(get("/hello")).status, 200);
  RawClient busy(port);
  busy.send(get("/slow"));
  auto signal = entered.get_future().get();
  std::thread stopping([this] { server->stop(10s); });
  EXPECT_TRUE(idle.is_closed());  // step one: nothing new
  while (RawClient(port).connected()) std::this_thread::yield();
  signal->notify();
  const auto reply = busy.read_reply();
  EXPECT_EQ(reply.body, "done");
  EXPECT_TRUE(reply.has("Connection: close\r\n"));
  stopping.join();
}

TEST_F(HttpServer, RunsOnAContextOfTheCaller) {
  boost::asio::io_context io;
  const auto bound = make().start(io);
  ASSERT_TRUE(bound.has_value());
  std::thread running([&io] { io.run(); });
  RawClient client(*bound);
  EXPECT_EQ(client.ask(get("/hello")).status, 200);
  std::promise<void> ended;
  boost::asio::co_spawn(io, server->shutdown(5s),
                        [&ended](std::exception_ptr) { ended.set_value(); });
  ended.get_future().get();
  EXPECT_TRUE(client.is_closed());
  running.join();  // nothing is left to run
}

TEST_F(HttpServer, ReportsAnAddressInUse) {
  start();
  ServerOptions same;
  same.port = port;
  Server second(same, router, registry);
  EXPECT_TRUE(second.start().has_error());
}

TEST_F(HttpServer, StaysUpUnderMutilatedRequests) {
  options.header_deadline = 20ms;
  options.body_grace = 20ms;
  start();
  std::mt19937 random(20261121);
  const std::vector<std::string> seeds = {
      get("/who/a?q=1"), post("/echo", "hello"),
      kPost + "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n"};
  for (int round = 0; round < 200; ++round) {
    auto bytes = seeds[random() % seeds.size()];
    for (auto cuts = random() % 4; cuts > 0; --cuts)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    RawClient client(port);
    client.send(bytes.substr(0, random() % 8 == 0 ? random() % bytes.size() : bytes.size()));
    ::shutdown(client.fd(), SHUT_WR);
    while (client.receive()) {
    }
    EXPECT_EQ(client.bytes().find("500 "), std::string::npos) << bytes;
  }
  RawClient client(port);
  EXPECT_EQ(client.ask(get("/hello")).status, 200);
}

}  // namespace
}  // namespace firsthand::http
