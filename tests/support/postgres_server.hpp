// SPDX-License-Identifier: Apache-2.0
// A real PostgreSQL for tests: either the test's own, on a free loopback port, to be killed,
// stopped, frozen and started again; or the one shared by a whole run of tests (ops/test names it
// in FIRSTHAND_TEST_POSTGRES_URL). Each test takes a database of its own, copied from a template
// that is made once. Start servers on a thread that stays (see child_process.hpp).
// Calls block and throw std::runtime_error when PostgreSQL does not do as told.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/child_process.hpp"

namespace firsthand::test {

struct PostgresOptions {
  bool durable = false;           // fsync as in production; killing the processes needs none
  std::vector<std::string> more;  // further settings, "name=value"
};

/// A server of the test's own. Its data are a copy of a directory that initdb made once for this
/// build; role firsthand is as in production: it may create databases and roles and is no
/// superuser.
class PostgresServer {
 public:
  explicit PostgresServer(PostgresOptions options = PostgresOptions());
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  std::uint16_t port() const { return port_; }
  /// As role firsthand.
  std::string url(std::string_view database = "postgres") const;
  /// As the superuser.
  std::string superuser_url(std::string_view database = "postgres") const;

  /// SIGKILL to the postmaster and to all of its processes, and waits until they are gone.
  void kill();
  /// An orderly fast stop.
  void stop();
  /// On the same port and the same data, after kill() or stop().
  void start();
  /// SIGSTOP and SIGCONT for all of its processes: connected, but answering nobody.
  void freeze();
  void thaw();
  /// Cuts every connection to this database.
  void disconnect_all(std::string_view database);

 private:
  std::vector<pid_t> processes() const;
  bool answers() const;

  PostgresOptions options_;
  std::filesystem::path directory_;
  std::string password_;
  std::uint16_t port_ = 0;
  ChildProcess process_;
};

/// A database that goes with the object.
class TestDatabase {
 public:
  /// `maintenance_url` names a database on that server from which databases can be made.
  /// An empty `template_name` gives an empty database.
  explicit TestDatabase(std::string maintenance_url, std::string_view template_name = "");
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& url() const { return url_; }
  const std::string& name() const { return name_; }
  /// One statement; the first column of the rows, one a line.
  std::string query(const std::string& sql) const;

 private:
  std::string maintenance_url_;
  std::string name_;
  std::string url_;
};

/// The maintenance URL of the server that this test program uses: the one named in
/// FIRSTHAND_TEST_POSTGRES_URL, else one of its own, started at the first call and kept until the
/// program ends.
const std::string& shared_postgres_url();

/// Makes a template database once per server, whichever of several test programs comes first:
/// `prepare` gets its URL, fills it (migrations, defaults) and closes its connections. Put what the
/// content depends on into the name, such as a hash of the migrations.
void ensure_template(const std::string& maintenance_url, const std::string& template_name,
                     const std::function<void(const std::string& url)>& prepare);

/// The same URL with another database.
std::string with_database(std::string_view url, std::string_view database);

/// Whether PostgreSQL's server programs are on this machine, or a server is named.
bool has_postgres_server();

}  // namespace firsthand::test
