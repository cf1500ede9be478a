// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres_server.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <random>
#include <stdexcept>
#include <thread>

namespace firsthand::test {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::seconds kStartLimit{60};
constexpr std::chrono::seconds kProgramLimit{120};

/// Debian keeps the server programs out of PATH, by major version: the highest is taken.
fs::path programs() {
  int best = 0;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
    const std::string name = entry.path().filename().string();
    int major = 0;
    std::from_chars(name.data(), name.data() + name.size(), major);
    if (major > best && fs::exists(entry.path() / "bin" / "initdb", none)) best = major;
  }
  if (best == 0) return fs::path();
  return fs::path("/usr/lib/postgresql") / std::to_string(best) / "bin";
}

std::string server_user() {
  return geteuid() == 0 ? "postgres" : "";
}

std::string random_word(std::size_t length) {
  static constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device random;
  std::string word;
  while (word.size() < length) word += kLetters[random() % kLetters.size()];
  return word;
}

void run_program(std::vector<std::string> words, const std::string& input, const fs::path& log) {
  ChildOptions options;
  options.words = std::move(words);
  options.user = server_user();
  options.log_file = log.string();
  options.pipes = true;
  options.environment = {"LC_ALL=C.UTF-8"};
  ChildProcess process(options);
  process.write(input);
  process.close_input();
  const auto deadline = std::chrono::steady_clock::now() + kProgramLimit;
  std::string output;
  while (const auto line = process.read_line(deadline)) output += *line + "\n";
  if (process.wait(deadline) != 0) {
    std::ifstream file(log);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    throw std::runtime_error(options.words[0] + " failed: " + output + text);
  }
}

/// As root, what the server writes belongs to its user; and that user must get there.
void give_to_server(const fs::path& path) {
  if (geteuid() != 0) return;
  const passwd* user = getpwnam("postgres");
  if (user == nullptr || chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) {
    throw std::runtime_error("cannot give " + path.string() + " to user postgres");
  }
}

bool reachable_by_all(fs::path path) {
  for (; path.has_relative_path(); path = path.parent_path()) {
    if ((fs::status(path).permissions() & fs::perms::others_exec) == fs::perms::none) return false;
  }
  return true;
}

/// Where data directories go: the build, so that nothing is left over elsewhere; root's server
/// cannot get into a closed home, then it is the machine's temporary directory.
fs::path workshop() {
  const fs::path build = FIRSTHAND_BINARY_DIRECTORY;
  return geteuid() != 0 || reachable_by_all(build) ? build : fs::temp_directory_path();
}

fs::path new_directory(const char* stem) {
  std::string pattern = (workshop() / (std::string(stem) + "-XXXXXX")).string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed: " + pattern);
  give_to_server(pattern);
  return pattern;
}

std::string read_word(const fs::path& path) {
  std::ifstream file(path);
  std::string word;
  file >> word;
  return word;
}

/// What initdb makes, once per build directory and PostgreSQL version, whoever comes first.
fs::path cluster_template() {
  const fs::path bin = programs();
  if (bin.empty()) throw std::runtime_error("PostgreSQL's server programs are not here");
  const fs::path made = workshop() / ("postgres-template-" + bin.parent_path().filename().string() +
                                      "-" + std::to_string(geteuid()));
  const int lock = open((made.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 || flock(lock, LOCK_EX) != 0)
    throw std::runtime_error("cannot lock " + made.string());
  if (!fs::exists(made / "PG_VERSION")) {
    const fs::path fresh = new_directory("postgres-new");
    const fs::path log = fresh.string() + ".log";
    const std::string password = random_word(24);
    const fs::path word_file = fresh.string() + ".pw";
    std::ofstream(word_file) << password << "\n";
    give_to_server(word_file);
    run_program(
        {(bin / "initdb").string(), "-D", fresh.string(), "-U", "postgres", "-E", "UTF8",
         "--locale=C.UTF-8", "--auth=scram-sha-256", "--pwfile=" + word_file.string(), "--no-sync"},
        "", log);
    // Single-user mode: no port and no socket before there is a password.
    run_program({(bin / "postgres").string(), "--single", "-D", fresh.string(), "-c", "fsync=off",
                 "postgres"},
                "create role firsthand login createdb createrole password '" + password + "'\n",
                log);
    fs::rename(word_file, fresh / "password");
    fs::remove(log);
    fs::rename(fresh, made);
  }
  close(lock);
  return made;
}

class Connection {
 public:
  explicit Connection(const std::string& url) : link_(PQconnectdb(url.c_str())) {
    if (PQstatus(link_) != CONNECTION_OK) {
      const std::string message = PQerrorMessage(link_);
      PQfinish(link_);
      throw std::runtime_error(message);
    }
    query("set client_min_messages = warning");
  }
  ~Connection() { PQfinish(link_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  std::string query(const std::string& sql) {
    PGresult* result = PQexec(link_, sql.c_str());
    const ExecStatusType status = PQresultStatus(result);
    std::string text;
    for (int row = 0; row < PQntuples(result); ++row) {
      text += (row > 0 ? "\n" : "") + std::string(PQgetvalue(result, row, 0));
    }
    PQclear(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
      throw std::runtime_error(sql + ": " + PQerrorMessage(link_));
    }
    return text;
  }

 private:
  PGconn* link_;
};

std::string identifier(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}

}  // namespace

bool has_postgres_server() {
  return std::getenv("FIRSTHAND_TEST_POSTGRES_URL") != nullptr || !programs().empty();
}

PostgresServer::PostgresServer(PostgresOptions options) : options_(std::move(options)) {
  const fs::path from = cluster_template();
  directory_ = new_directory("postgres-run");
  // cp keeps owners and modes, and shares blocks where the file system can.
  run_program({"/bin/cp", "-a", "--reflink=auto", from.string() + "/.", directory_.string() + "/"},
              "", directory_.string() + ".log");
  fs::remove(directory_.string() + ".log");
  password_ = read_word(directory_ / "password");
  // Another test may take the port between the look and the start: then the next one.
  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = free_loopback_port();
    try {
      start();
      return;
    } catch (const std::runtime_error&) {
      process_.end(SIGQUIT);
    }
  }
  throw std::runtime_error("PostgreSQL does not start; see " +
                           (directory_ / "server.log").string());
}

PostgresServer::~PostgresServer() {
  process_.end(SIGQUIT);
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

std::string PostgresServer::url(std::string_view database) const {
  return "postgresql://firsthand:" + password_ + "@127.0.0.1:" + std::to_string(port_) + "/" +
         std::string(database);
}

std::string PostgresServer::superuser_url(std::string_view database) const {
  return "postgresql://postgres:" + password_ + "@127.0.0.1:" + std::to_string(port_) + "/" +
         std::string(database);
}

void PostgresServer::start() {
  ChildOptions child;
  child.words = {(programs() / "postgres").string(), "-D", directory_.string(), "-p",
                 std::to_string(port_)};
  std::vector<std::string> settings{"listen_addresses=127.0.0.1",
                                    "unix_socket_directories=", "shared_buffers=32MB",
                                    "max_connections=150"};
  if (!options_.durable) {
    settings.insert(settings.end(), {"fsync=off", "full_page_writes=off"});
  }
  settings.insert(settings.end(), options_.more.begin(), options_.more.end());
  for (const std::string& setting : settings) {
    child.words.insert(child.words.end(), {"-c", setting});
  }
  child.user = server_user();
  child.log_file = (directory_ / "server.log").string();
  child.parent_died_signal = SIGQUIT;  // the postmaster then ends its processes too
  // A postmaster that was killed leaves this behind; its pid may be somebody else's by now.
  fs::remove(directory_ / "postmaster.pid");
  process_ = ChildProcess(child);
  const auto deadline = std::chrono::steady_clock::now() + kStartLimit;
  while (!answers()) {
    if (!process_.running()) throw std::runtime_error("PostgreSQL ended at its start");
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("PostgreSQL is late");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

/// Ready, and ours: another server may have the port.
bool PostgresServer::answers() const {
  std::ifstream file(directory_ / "postmaster.pid");
  std::string word;
  std::getline(file, word);
  return word == std::to_string(process_.pid()) && PQping(superuser_url().c_str()) == PQPING_OK;
}

std::vector<pid_t> PostgresServer::processes() const {
  std::vector<pid_t> result{process_.pid()};
  const std::string pid = std::to_string(process_.pid());
  std::ifstream file("/proc/" + pid + "/task/" + pid + "/children");
  for (pid_t child = 0; file >> child;) result.push_back(child);
  return result;
}

void PostgresServer::kill() {
  if (process_.pid() <= 0) return;
  const std::vector<pid_t> all = processes();
  for (const pid_t pid : all) ::kill(pid, SIGKILL);
  process_.end(SIGKILL);
  // A backend that still dies holds the port and the shared memory for a moment.
  const auto gone = [](pid_t pid) { return ::kill(pid, 0) != 0; };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (!std::all_of(all.begin(), all.end(), gone) &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

void PostgresServer::stop() {
  process_.end(SIGINT);
}

void PostgresServer::freeze() {
  // The postmaster first: it would replace what seems to have died.
  for (const pid_t pid : processes()) ::kill(pid, SIGSTOP);
}

void PostgresServer::thaw() {
  for (const pid_t pid : processes()) ::kill(pid, SIGCONT);
}

void PostgresServer::disconnect_all(std::string_view database) {
  Connection link(superuser_url());
  link.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" +
             std::string(database) + "'");
}

std::string with_database(std::string_view url, std::string_view database) {
  const auto host = url.find("://") == std::string_view::npos ? 0 : url.find("://") + 3;
  const auto query = std::min(url.find('?'), url.size());
  const auto slash = std::min(url.find('/', host), query);
  return std::string(url.substr(0, slash)) + "/" + std::string(database) +
         std::string(url.substr(query));
}

const std::string& shared_postgres_url() {
  static std::unique_ptr<PostgresServer> own;
  static const std::string url = [] {
    if (const char* named = std::getenv("FIRSTHAND_TEST_POSTGRES_URL")) return std::string(named);
    own = std::make_unique<PostgresServer>();
    return own->url();
  }();
  return url;
}

TestDatabase::TestDatabase(std::string maintenance_url, std::string_view template_name)
    : maintenance_url_(std::move(maintenance_url)), name_("test_" + random_word(16)) {
  Connection link(maintenance_url_);
  link.query("create database " + identifier(name_) +
             (template_name.empty() ? "" : " template " + identifier(template_name)));
  url_ = with_database(maintenance_url_, name_);
}

TestDatabase::~TestDatabase() {
  try {
    Connection(maintenance_url_)
        .query("drop database if exists " + identifier(name_) + " with (force)");
  } catch (const std::runtime_error&) {
    // The test may have ended the server for good; its directory goes with it.
  }
}

std::string TestDatabase::query(const std::string& sql) const {
  return Connection(url_).query(sql);
}

void ensure_template(const std::string& maintenance_url, const std::string& template_name,
                     const std::function<void(const std::string& url)>& prepare) {
  Connection link(maintenance_url);
  link.query("select pg_advisory_lock(hashtext('" + template_name + "'))");
  if (!link.query("select 1 from pg_database where datname = '" + template_name + "'").empty()) {
    return;  // the lock ends with the connection
  }
  // Under another name until it is whole: a program that dies in between leaves no half template.
  const std::string unfinished = template_name + "_unfinished";
  link.query("drop database if exists " + identifier(unfinished) + " with (force)");
  link.query("create database " + identifier(unfinished));
  prepare(with_database(maintenance_url, unfinished));
  link.query("alter database " + identifier(unfinished) + " rename to " + identifier(template_name));
}

}  // namespace firsthand::test
