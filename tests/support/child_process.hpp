// SPDX-License-Identifier: Apache-2.0
// A program run by a test: its end is this object's end, and it does not outlive a test that
// crashes. Start it on a thread that lives as long as the program is wanted: Linux counts the
// death of the starting thread as the death of the parent.
// Calls block; they throw std::runtime_error (std::system_error from the kernel).
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firsthand::test {

struct ChildOptions {
  std::vector<std::string> words;  // words[0] is the program's path
  std::string user;                // as root: run as this user; empty keeps root
  std::string log_file;            // standard error, and output unless piped; empty: /dev/null
  bool pipes = false;              // write() to its input, read_line() from its output
  int parent_died_signal = SIGKILL;
  std::vector<std::string> environment;  // NAME=value, added to ours
};

class ChildProcess {
 public:
  ChildProcess() = default;
  explicit ChildProcess(const ChildOptions& options);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  /// False once it has ended; collects its status.
  bool running();
  void signal(int number) const;
  /// Sends the signal and waits for the end, after `limit` with SIGKILL.
  void end(int number, std::chrono::milliseconds limit = std::chrono::seconds{20});

  /// Waits for its end by itself; its exit status, or 128 + the signal that ended it; -1 at the
  /// deadline.
  int wait(std::chrono::steady_clock::time_point deadline);

  void write(const std::string& text) const;
  void close_input();
  /// One line of its output without the line end; nullopt at the deadline or at its end.
  std::optional<std::string> read_line(std::chrono::steady_clock::time_point deadline);

 private:
  void close_pipes();

  pid_t pid_ = -1;
  int status_ = -1;  // as waitpid gave it, once it has ended
  int input_ = -1;   // our end of its standard input
  int output_ = -1;  // our end of its standard output
  std::string buffer_;
};

/// A free loopback port below 32768, where no outgoing connection of a busy machine can sit.
/// Another process may take it before its use: whoever binds it tries again.
std::uint16_t free_loopback_port();

}  // namespace firsthand::test
