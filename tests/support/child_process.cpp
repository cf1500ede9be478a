// SPDX-License-Identifier: Apache-2.0
#include "tests/support/child_process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace firsthand::test {
namespace {

constexpr std::size_t kLineBytesMax = 1U << 20U;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

ChildProcess::ChildProcess(const ChildOptions& options) {
  // Everything that allocates happens before the fork: the child of a program with threads may
  // only make system calls.
  std::vector<std::string> words = options.words;
  std::vector<char*> argv = pointers(words);
  std::vector<std::string> variables = options.environment;
  // What is meant for tests is no setting of the engine's, which refuses what it does not know.
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable{*entry};
    if (!variable.starts_with("FIRSTHAND_TEST_") && !variable.starts_with("FIRSTHAND_SIM_"))
      variables.emplace_back(variable);
  }
  std::vector<char*> envp = pointers(variables);
  const std::string log = options.log_file.empty() ? "/dev/null" : options.log_file;
  const passwd* user = nullptr;
  if (!options.user.empty() && geteuid() == 0) {
    user = getpwnam(options.user.c_str());
    if (user == nullptr) throw std::runtime_error("no user " + options.user);
  }
  std::array<int, 2> to_child{-1, -1};
  std::array<int, 2> from_child{-1, -1};
  if (options.pipes &&
      (pipe2(to_child.data(), O_CLOEXEC) != 0 || pipe2(from_child.data(), O_CLOEXEC) != 0)) {
    fail("pipe2");
  }
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) fail("fork");
  if (pid_ == 0) {
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    dup2(options.pipes ? to_child[0] : null, 0);
    dup2(options.pipes ? from_child[1] : (output >= 0 ? output : null), 1);
    dup2(output >= 0 ? output : null, 2);
    // A session of its own: a Ctrl-C at the terminal ends the test, and that ends this.
    setsid();
    if (user != nullptr &&
        (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
      _exit(126);
    }
    prctl(PR_SET_PDEATHSIG, options.parent_died_signal);  // after setuid, which clears it
    if (getppid() != parent) _exit(125);
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  if (options.pipes) {
    close(to_child[0]);
    close(from_child[1]);
    input_ = to_child[1];
    output_ = from_child[0];
  }
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept {
  *this = std::move(other);
}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(status_, other.status_);
  std::swap(input_, other.input_);
  std::swap(output_, other.output_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

ChildProcess::~ChildProcess() {
  end(SIGKILL);
}

bool ChildProcess::running() {
  if (pid_ <= 0) return false;
  if (waitpid(pid_, &status_, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

int ChildProcess::wait(std::chrono::steady_clock::time_point deadline) {
  while (running()) {
    if (std::chrono::steady_clock::now() > deadline) return -1;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
}

void ChildProcess::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

void ChildProcess::end(int number, std::chrono::milliseconds limit) {
  if (pid_ > 0) {
    signal(number);
    if (number != SIGKILL) {
      signal(SIGCONT);
      const auto deadline = std::chrono::steady_clock::now() + limit;
      while (running() && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
    }
    if (pid_ > 0) {
      signal(SIGKILL);
      waitpid(pid_, &status_, 0);
      pid_ = -1;
    }
  }
  close_pipes();
}

void ChildProcess::close_input() {
  if (input_ >= 0) close(std::exchange(input_, -1));
}

void ChildProcess::close_pipes() {
  close_input();
  if (output_ >= 0) close(std::exchange(output_, -1));
}

void ChildProcess::write(const std::string& text) const {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = ::write(input_, text.data() + done, text.size() - done);
    if (count < 0 && errno != EINTR) fail("write to the child");
    if (count > 0) done += static_cast<std::size_t>(count);
  }
}

std::optional<std::string> ChildProcess::read_line(std::chrono::steady_clock::time_point deadline) {
  while (true) {
    if (const auto at = buffer_.find('\n'); at != std::string::npos) {
      std::string line = buffer_.substr(0, at);
      buffer_.erase(0, at + 1);
      return line;
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (output_ < 0 || left.count() <= 0 || buffer_.size() > kLineBytesMax) return std::nullopt;
    pollfd wanted{output_, POLLIN, 0};
    if (poll(&wanted, 1, static_cast<int>(left.count())) <= 0) continue;
    std::array<char, 4096> bytes{};
    const ssize_t count = read(output_, bytes.data(), bytes.size());
    if (count <= 0) return std::nullopt;
    buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

std::uint16_t free_loopback_port() {
  std::random_device random;
  for (int attempt = 0; attempt < 200; ++attempt) {
    const auto port = static_cast<std::uint16_t>(20'000 + random() % 12'000);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("socket");
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

}  // namespace firsthand::test
