// SPDX-License-Identifier: Apache-2.0
#include "tests/support/redis_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace firsthand::test {

namespace {

constexpr std::chrono::seconds kStartLimit{20};

struct Freer {
  void operator()(redisContext* context) const { redisFree(context); }
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

std::string find_server() {
  const char* path = std::getenv("PATH");
  for (const char* name : {"redis-server", "valkey-server"}) {
    std::istringstream folders(path != nullptr ? path : "/usr/bin:/bin");
    for (std::string folder; std::getline(folders, folder, ':');) {
      std::string candidate = folder + "/" + name;
      if (access(candidate.c_str(), X_OK) == 0) return candidate;
    }
  }
  return std::string();
}

/// Below 32768, where no outgoing connection of a busy machine can sit.
std::uint16_t free_port() {
  std::random_device random;
  for (int attempt = 0; attempt < 200; ++attempt) {
    const auto port = static_cast<std::uint16_t>(20'000 + random() % 12'000);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    close(fd);
    if (bound) return port;
  }
  throw std::runtime_error("no free port");
}

std::string text_of(const redisReply& reply) {
  if (reply.type == REDIS_REPLY_INTEGER) return std::to_string(reply.integer);
  if (reply.type == REDIS_REPLY_NIL) return std::string();
  if (reply.type != REDIS_REPLY_ARRAY) return std::string(reply.str, reply.len);
  std::string all;
  for (std::size_t i = 0; i < reply.elements; ++i) all += text_of(*reply.element[i]) + "\n";
  return all;
}

}  // namespace

bool has_redis_server() {
  return !find_server().empty();
}

RedisServer::RedisServer(RedisServerOptions options) : options_(std::move(options)) {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "firsthand-redis-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  directory_ = pattern;
  // Another test may take the port between the look and the start: then the next one.
  for (int attempt = 0; attempt < 10; ++attempt) {
    port_ = free_port();
    try {
      start();
      return;
    } catch (const std::runtime_error&) {
      end(SIGKILL);
    }
  }
  throw std::runtime_error("redis-server does not start in " + directory_.string());
}

RedisServer::~RedisServer() {
  end(SIGKILL);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string RedisServer::url() const {
  const std::string credentials = options_.password.empty() ? "" : ":" + options_.password + "@";
  return "redis://" + credentials + "127.0.0.1:" + std::to_string(port_);
}

void RedisServer::spawn() {
  const std::string program = find_server();
  if (program.empty()) throw std::runtime_error("neither redis-server nor valkey-server is here");
  std::vector<std::string> words{program,     "--port",      std::to_string(port_),
                                 "--bind",    "127.0.0.1",   "--dir",
                                 directory_,  "--save",      "",
                                 "--logfile", "redis.log",   "--appendonly",
                                 "no",        "--databases", "4"};
  if (options_.keep_data) {
    words.insert(words.end(), {"--appendonly", "yes", "--appendfsync", "always"});
  }
  if (!options_.password.empty()) {
    words.insert(words.end(), {"--requirepass", options_.password});
  }
  words.insert(words.end(), options_.more.begin(), options_.more.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) {
    // A test that crashes takes its server along.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    const int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(null, 1);
    dup2(null, 2);
    execv(argv[0], argv.data());
    _exit(127);
  }
}

void RedisServer::start() {
  spawn();
  const auto limit = std::chrono::steady_clock::now() + kStartLimit;
  while (!answers()) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      throw std::runtime_error("redis-server ended at start");
    }
    if (std::chrono::steady_clock::now() > limit) throw std::runtime_error("redis-server is late");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

bool RedisServer::answers() {
  try {
    // The pid tells ours from another server that has the port.
    const std::string info = admin({"INFO", "server"});
    return info.find("process_id:" + std::to_string(pid_) + "\r") != std::string::npos &&
           admin({"PING"}) == "PONG";
  } catch (const std::runtime_error&) {
    return false;
  }
}

void RedisServer::end(int signal) {
  if (pid_ <= 0) return;
  ::kill(pid_, signal);
  if (signal != SIGKILL) ::kill(pid_, SIGCONT);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
}

void RedisServer::kill() {
  end(SIGKILL);
}
void RedisServer::stop() {
  end(SIGTERM);
}
void RedisServer::freeze() {
  ::kill(pid_, SIGSTOP);
}
void RedisServer::thaw() {
  ::kill(pid_, SIGCONT);
}

std::string RedisServer::admin(std::initializer_list<std::string> words) {
  const timeval patience{5, 0};
  const std::unique_ptr<redisContext, Freer> context(
      redisConnectWithTimeout("127.0.0.1", port_, patience));
  if (!context || context->err != 0) throw std::runtime_error("no connection to redis-server");
  redisSetTimeout(context.get(), patience);
  const auto run = [&context](const std::vector<std::string>& command) {
    std::vector<const char*> argv;
    std::vector<std::size_t> sizes;
    for (const std::string& word : command) {
      argv.push_back(word.data());
      sizes.push_back(word.size());
    }
    const std::unique_ptr<redisReply, Freer> reply(static_cast<redisReply*>(
        redisCommandArgv(context.get(), static_cast<int>(argv.size()), argv.data(), sizes.data())));
    if (!reply) throw std::runtime_error("redis-server does not answer");
    if (reply->type == REDIS_REPLY_ERROR) throw std::runtime_error(reply->str);
    return text_of(*reply);
  };
  if (!options_.password.empty()) run({"AUTH", options_.password});
  return run(std::vector<std::string>(words));
}

}  // namespace firsthand::test
