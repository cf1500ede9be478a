// SPDX-License-Identifier: Apache-2.0
// A real Redis (or Valkey) of the test's own: a free loopback port, a directory of its own, gone
// with the object. It can be killed, restarted and wiped. All calls block; they throw
// std::runtime_error when the server does not do as told.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

namespace firsthand::test {

struct RedisServerOptions {
  std::string password;
  bool keep_data = false;  // append-only file, synced: a restart finds what was there
  std::vector<std::string> more;
};

class RedisServer {
 public:
  explicit RedisServer(RedisServerOptions options = RedisServerOptions());
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const;

  /// SIGKILL, and waits until it is gone.
  void kill();
  /// On the same port, after kill() or stop().
  void start();
  /// SIGTERM, and waits.
  void stop();
  /// SIGSTOP and SIGCONT: alive, but answering nobody.
  void freeze();
  void thaw();
  void flush_all() { admin({"FLUSHALL"}); }
  /// One command over a connection of its own; the reply as text (arrays joined by line ends).
  std::string admin(std::initializer_list<std::string> words);

 private:
  void spawn();
  bool answers();
  void end(int signal);

  RedisServerOptions options_;
  std::filesystem::path directory_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

/// Whether this machine has redis-server or valkey-server; tests skip without.
bool has_redis_server();

}  // namespace firsthand::test
