// SPDX-License-Identifier: Apache-2.0
// A real SMTP server of the test's own on a free loopback port. It keeps each mail; a test waits
// for one with a deadline and can make the server difficult. One thread at a time. Calls block and
// throw std::runtime_error when the server does not start.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/child_process.hpp"

namespace firsthand::test {

struct Mail {
  std::string from;             // of the envelope
  std::vector<std::string> to;  // of the envelope
  std::string subject;          // decoded
  std::string text;             // the plain text part, decoded
  std::string raw;              // as it was sent
};

class SmtpServer {
 public:
  SmtpServer();
  ~SmtpServer();
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;

  std::uint16_t port() const { return port_; }
  /// smtp://127.0.0.1:PORT
  std::string url() const;

  /// The first mail that fits and that no earlier call gave out; nullopt at the deadline.
  std::optional<Mail> wait_for_mail(
      std::chrono::milliseconds limit,
      const std::function<bool(const Mail&)>& fits = [](const Mail&) { return true; });
  /// All that have come so far, given out or not.
  const std::vector<Mail>& mails();
  /// How many mails were refused after DATA so far.
  int refused();

  /// The next mails are refused after DATA with this code, such as 451 or 554.
  void refuse_next(int code, int times = 1);
  /// The next mails are kept, but the connection is cut before the answer.
  void cut_next(int times = 1);
  /// The next mails are kept and never answered; the connection stays.
  void silence_next(int times = 1);
  /// 550 for this recipient from now on.
  void refuse_recipient(const std::string& address);

  /// SIGKILL; start() takes the same port again.
  void kill();
  void start();

 private:
  void command(const std::string& json);
  bool collect(std::chrono::steady_clock::time_point deadline);

  std::filesystem::path directory_;
  std::uint16_t port_ = 0;
  ChildProcess process_;
  std::vector<Mail> mails_;
  std::vector<bool> given_;
  int refused_ = 0;
  int commands_done_ = 0;
};

}  // namespace firsthand::test
