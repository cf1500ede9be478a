// SPDX-License-Identifier: Apache-2.0
// WebSockets: our server with our client, and with a peer that only speaks raw bytes and so can
// misbehave.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/beast/core/error.hpp>
#include <future>
#include <mutex>
#include <thread>

#include "adapters/asio/net/websocket_client.hpp"
#include "tests/integration/http_harness.hpp"

namespace firsthand::http {
namespace {
using namespace std::chrono_literals;
using boost::asio::awaitable;

const std::string kUpgrade =
    "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// A masked frame as a browser would send it; the mask is zero, which leaves the text as it is.
std::string frame(int opcode, const std::string& text) {
  std::string out(1, static_cast<char>(0x80 | opcode));
  if (text.size() < 126) {
    out += static_cast<char>(0x80 | text.size());
  } else {
    out += static_cast<char>(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(text.size() >> shift);
  }
  return out + std::string(4, '\0') + text;
}

class HttpWebSocket : public HttpFixture {
 protected:
  HttpWebSocket() {
    handler.path = "/ws";
    handler.authorise = [](Request& request) -> awaitable<std::optional<Response>> {
      if (request.query_value("ticket") == "wrong")
        co_return Response::problem(401, "unauthorised", "No.");
      request.attachment = std::string("agent 7");
      co_return std::nullopt;
    };
    handler.on_open = [this](std::shared_ptr<WebSocket> socket) {
      opened.set_value(std::move(socket));
    };
    handler.on_message = [](WebSocket& socket, std::string_view text) -> awaitable<void> {
      if (text == "fail") throw std::runtime_error("broken hook");
      socket.send(std::any_cast<std::string>(socket.request().attachment) + ": " +
                  std::string(text));
      co_return;
    };
    handler.on_close = [this](WebSocket&) { closed.set_value(); };
  }

  void serve() {
    make().add_websocket(handler);
    start();
  }

  ~HttpWebSocket() override { server.reset(); }  // its hooks use what stands below

  /// Reads to the server's good-bye, answers it and closes, as a browser does. The code, or 0.
  static int close_code(RawClient& client) {
    std::size_t at = 0;
    while ((at = client.bytes().find('\x88')) == std::string::npos ||
           client.bytes().size() < at + 4)
      if (!client.receive()) return 0;
    client.send(frame(8, client.bytes().substr(at + 2, 2)));
    ::shutdown(client.fd(), SHUT_WR);
    while (client.receive()) {
    }
    return static_cast<unsigned char>(client.bytes()[at + 2]) * 256 +
           static_cast<unsigned char>(client.bytes()[at + 3]);
  }

  WebSocketHandler handler;
  std::promise<std::shared_ptr<WebSocket>> opened;
  std::promise<void> closed;
};

TEST_F(HttpWebSocket, EchoesInOrder) {
  serve();
  boost::asio::io_context io;
  auto work = [this](boost::asio::any_io_executor executor) -> awaitable<std::string> {
    net::WebSocketClient client(executor);
    const net::Headers headers = {{"Host", "localhost"}, {"Origin", "http://localhost"}};
    auto connecting = client.connect("127.0.0.1", port, "/ws", headers);
    const auto connected = co_await std::move(connecting);
    if (!connected) co_return connected.error().message();
    std::string heard;
    for (int i = 0; i < 3; ++i) {
      const auto sent = co_await client.send(std::to_string(i));
      if (!sent) co_return sent.error().message();
      const auto answer = co_await client.read();
      if (!answer) co_return answer.error().message();
      heard += *answer + ';';
    }
    co_await client.close();
    co_return heard;
  };
  auto heard = boost::asio::co_spawn(io, work(io.get_executor()), boost::asio::use_future);
  io.run();
  EXPECT_EQ(heard.get(), "agent 7: 0;agent 7: 1;agent 7: 2;");
  closed.get_future().get();
}

TEST_F(HttpWebSocket, RefusesBeforeTheUpgrade) {
  serve();
  RawClient client(port);
  auto upgrade = kUpgrade;
  upgrade.replace(upgrade.find("/ws"), 3, "/ws?ticket=wrong");
  const auto refused = client.ask(upgrade + "\r\n");
  EXPECT_EQ(refused.status, 401);
  const auto plain = client.ask(get("/ws"));
  EXPECT_EQ(plain.status, 426);
  EXPECT_TRUE(plain.has("Upgrade: websocket\r\n"));
  RawClient elsewhere(port);
  auto lost = kUpgrade;
  lost.replace(lost.find("/ws"), 3, "/wx");
  EXPECT_EQ(elsewhere.ask(lost + "\r\n").status, 404);
  RawClient old(port);
  auto version = kUpgrade;
  version.replace(version.find("Version: 13"), 11, "Version: 12");
  EXPECT_EQ(old.ask(version + "\r\n").status, 426);
}

TEST_F(HttpWebSocket, NeedsAnAuthoriseHook) {
  handler.authorise = nullptr;
  serve();
  RawClient client(port);
  EXPECT_EQ(client.ask(kUpgrade + "\r\n").status, 403);
}

TEST_F(HttpWebSocket, RefusesFramesBeforeTheAnswer) {
  serve();
  RawClient client(port);
  EXPECT_EQ(client.ask(kUpgrade + "\r\n" + frame(1, "early")).status, 400);
}

TEST_F(HttpWebSocket, ClosesWithTheReason) {
  serve();
  RawClient client(port);
  EXPECT_EQ(client.ask(kUpgrade + "\r\n").status, 101);
  auto socket = opened.get_future().get();
  EXPECT_TRUE(socket->send("last words"));
  socket->close(4001, "signed out");
  EXPECT_FALSE(socket->send("too late"));
  EXPECT_EQ(close_code(client), 4001);
  EXPECT_NE(client.bytes().find("last words"), std::string::npos);
  EXPECT_NE(client.bytes().find("signed out"), std::string::npos);
  closed.get_future().get();
}

TEST_F(HttpWebSocket, RefusesBinaryLargeAndBrokenMessages) {
  const auto outcome = [this](const std::string& sent) {
    RawClient client(port);
    opened = {};
    closed = {};
    EXPECT_EQ(client.ask(kUpgrade + "\r\n").status, 101);
    client.send(sent);
    const int code = close_code(client);
    closed.get_future().get();
    return code;
  };
  serve();
  EXPECT_EQ(outcome(frame(2, "bytes")), 1003);
  EXPECT_EQ(outcome(frame(1, std::string(64 * 1024 + 1, 'x'))), 1009);
  EXPECT_EQ(outcome(frame(1, "fail")), 1011);
  EXPECT_EQ(outcome(frame(1, "\xff\xfe")), 1007);
  EXPECT_EQ(outcome(frame(1, "fine") + frame(8, "\x03\xe8")), 1000);
}

TEST_F(HttpWebSocket, ClosesAReaderThatDoesNotKeepUp) {
  handler.limits.close_grace = 200ms;
  serve();
  RawClient client(port);
  EXPECT_EQ(client.ask(kUpgrade + "\r\n").status, 101);
  auto socket = opened.get_future().get();
  // The kernel's buffers take some megabytes; the queue behind them takes one and no more.
  const auto chunk = std::make_shared<const std::string>(64 * 1024, 'x');
  int sent = 0;
  while (sent < 10000 && socket->send(chunk)) ++sent;
  EXPECT_LT(sent, 10000);
  EXPECT_GE(sent, 16);
  EXPECT_FALSE(socket->send("later"));
  closed.get_future().get();
}

TEST_F(HttpWebSocket, CutsAPeerThatHasGoneSilent) {
  handler.limits.idle = 100ms;
  serve();
  RawClient client(port);
  EXPECT_EQ(client.ask(kUpgrade + "\r\n").status, 101);
  // Never reads, never answers the ping: within the idle time the connection is gone.
  closed.get_future().get();
}

TEST_F(HttpWebSocket, SaysServiceRestartWhenStopped) {
  serve();
  RawClient client(port);
  EXPECT_EQ(client.ask(kUpgrade + "\r\n").status, 101);
  auto socket = opened.get_future().get();
  std::thread stopping([this] { server->stop(10s); });
  EXPECT_EQ(close_code(client), 1012);
  stopping.join();
  closed.get_future().get();
  EXPECT_FALSE(socket->send("after the end"));
}

TEST_F(HttpWebSocket, TakesMessagesFromManyThreads) {
  serve();
  RawClient client(port);
  EXPECT_EQ(client.ask(kUpgrade + "\r\n").status, 101);
  auto socket = opened.get_future().get();
  std::vector<std::thread> senders;
  for (int t = 0; t < 4; ++t)
    senders.emplace_back([socket] {
      for (int i = 0; i < 500; ++i) EXPECT_TRUE(socket->send(std::string(8, 'm')));
    });
  for (auto& sender : senders) sender.join();
  while (client.bytes().size() < 4 * 500 * 10 && client.receive()) {
  }
  EXPECT_EQ(client.bytes().size(), 4U * 500 * 10);
}

TEST_F(HttpWebSocket, ClientNoticesAHalfOpenConnection) {
  // A listening socket that answers the upgrade and then nothing any more, as a dead host would.
  boost::asio::io_context io;
  auto listener = std::make_shared<RawListener>();
  std::thread peer([listener] { listener->answer_upgrade(); });
  auto work = [&](boost::asio::any_io_executor executor) -> awaitable<boost::system::error_code> {
    net::WebSocketClientOptions quick;
    quick.idle = 100ms;
    net::WebSocketClient client(executor, quick);
    auto connecting = client.connect("127.0.0.1", listener->port(), "/ws", net::Headers());
    const auto connected = co_await std::move(connecting);
    if (!connected) co_return connected.error();
    const auto heard = co_await client.read();
    if (!heard) co_return heard.error();
    co_return boost::system::error_code();
  };
  auto error = boost::asio::co_spawn(io, work(io.get_executor()), boost::asio::use_future);
  io.run();
  EXPECT_EQ(error.get(), boost::beast::error::timeout);
  peer.join();
}

}  // namespace
}  // namespace firsthand::http
