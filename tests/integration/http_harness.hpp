// SPDX-License-Identifier: Apache-2.0
// A real server on a free port and a client that sends bytes exactly as written, for the HTTP
// tests.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/http/server.hpp"
#include "adapters/metrics/registry.hpp"

namespace firsthand::http {

/// Blocking, with a limit of ten seconds on every wait so that a failure shows instead of hanging.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    timeval limit{10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~RawClient() { ::close(fd_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// False at the end of the stream, on a reset and when the limit passed.
  bool receive() {
    char buffer[16384];
    const auto got = ::recv(fd_, buffer, sizeof buffer, 0);
    timed_out_ = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (got <= 0) return false;
    bytes_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }

  struct Reply {
    int status = 0;
    std::string head;
    std::string body;
    bool has(std::string_view text) const { return head.find(text) != std::string::npos; }
  };

  Reply read_reply(bool head_only = false) {
    Reply reply;
    std::size_t end = 0;
    while ((end = bytes_.find("\r\n\r\n")) == std::string::npos)
      if (!receive()) return reply;
    reply.head = bytes_.substr(0, end + 4);
    bytes_.erase(0, end + 4);
    reply.status = std::stoi(reply.head.substr(9, 3));
    std::size_t length = 0;
    const auto at = reply.head.find("Content-Length: ");
    if (at != std::string::npos && !head_only) length = std::stoul(reply.head.substr(at + 16));
    while (bytes_.size() < length)
      if (!receive()) return reply;
    reply.body = bytes_.substr(0, length);
    bytes_.erase(0, length);
    return reply;
  }

  Reply ask(std::string_view bytes) {
    send(bytes);
    return read_reply();
  }

  /// True when the server ended the connection without another byte.
  bool is_closed() { return bytes_.empty() && !receive() && !timed_out_; }

  std::string& bytes() { return bytes_; }
  int fd() const { return fd_; }

 private:
  int fd_;
  bool connected_ = false;
  bool timed_out_ = false;
  std::string bytes_;
};

/// A peer that is not our server: it does on each connection what the test says.
class RawListener {
 public:
  RawListener() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in on{};
    on.sin_family = AF_INET;
    on.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof on;
    ::bind(fd_, reinterpret_cast<sockaddr*>(&on), size);
    ::listen(fd_, 16);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&on), &size);
    port_ = ntohs(on.sin_port);
  }
  ~RawListener() {
    for (const int fd : accepted_) ::close(fd);
    ::close(fd_);
  }
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;

  std::uint16_t port() const { return port_; }

  /// Accepts, reads one header and answers with `reply`; the connection stays open when wanted.
  std::string serve_one(const std::string& reply, bool keep_open) {
    const int fd = ::accept(fd_, nullptr, nullptr);
    std::string heard;
    char buffer[4096];
    while (heard.find("\r\n\r\n") == std::string::npos) {
      const auto got = ::recv(fd, buffer, sizeof buffer, 0);
      if (got <= 0) break;
      heard.append(buffer, static_cast<std::size_t>(got));
    }
    const auto answer = reply.empty() ? upgrade_answer(heard) : reply;
    ::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
    if (keep_open) {
      accepted_.push_back(fd);
    } else {
      ::close(fd);
    }
    return heard;
  }

  /// Answers a WebSocket upgrade and then says nothing any more.
  void answer_upgrade() { serve_one({}, true); }

 private:
  static std::string upgrade_answer(const std::string& heard) {
    constexpr std::string_view kField = "Sec-WebSocket-Key: ";
    const auto at = heard.find(kField) + kField.size();
    const auto key =
        heard.substr(at, heard.find("\r\n", at) - at) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest);
    unsigned char text[64];
    EVP_EncodeBlock(text, digest, sizeof digest);
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " +
           std::string(reinterpret_cast<const char*>(text)) + "\r\n\r\n";
  }

  int fd_;
  std::uint16_t port_ = 0;
  std::vector<int> accepted_;
};

class HttpFixture : public testing::Test {
 protected:
  void add(std::string method, std::string pattern, Handler handler,
           std::size_t body_limit = 64 * 1024) {
    Route route;
    route.method = std::move(method);
    route.pattern = std::move(pattern);
    route.handler = std::move(handler);
    route.body_limit = body_limit;
    route.access = "public";
    router.add(std::move(route));
  }

  Server& make() {
    server = std::make_unique<Server>(options, router, registry);
    return *server;
  }

  void start() {
    if (!server) make();
    const auto bound = server->start();
    ASSERT_TRUE(bound.has_value()) << bound.error().message();
    port = *bound;
  }

  static std::string get(const std::string& target, const std::string& fields = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
  }
  static std::string post(const std::string& target, const std::string& body,
                          const std::string& fields = {}) {
    return "POST " + target +
           " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + fields + "\r\n" + body;
  }

  metrics::Registry registry;
  Router router;
  ServerOptions options;
  std::unique_ptr<Server> server;
  std::uint16_t port = 0;
};

}  // namespace firsthand::http
