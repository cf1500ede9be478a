// SPDX-License-Identifier: Apache-2.0
#include "tests/support/smtp_server.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace firsthand::test {
namespace {

constexpr std::chrono::seconds kPatience{20};

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

}  // namespace

SmtpServer::SmtpServer() {
  std::string pattern = (std::filesystem::temp_directory_path() / "firsthand-mail-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  directory_ = pattern;
  start();
}

SmtpServer::~SmtpServer() {
  process_.end(SIGKILL);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string SmtpServer::url() const {
  return "smtp://127.0.0.1:" + std::to_string(port_);
}

void SmtpServer::start() {
  ChildOptions options;
  // Debian's own interpreter: its packages are not seen by another one in PATH.
  options.words = {"/usr/bin/python3", FIRSTHAND_SOURCE_DIRECTORY "/ops/mail-catcher",
                   "--port",           std::to_string(port_),
                   "--directory",      directory_.string(),
                   "--with-parent"};
  options.pipes = true;
  options.log_file = (directory_ / "server.log").string();
  process_ = ChildProcess(options);
  const auto line = process_.read_line(std::chrono::steady_clock::now() + kPatience);
  if (!line) {
    throw std::runtime_error("the mail catcher does not start: " +
                             content_of(directory_ / "server.log"));
  }
  port_ = boost::json::parse(*line).at("port").to_number<std::uint16_t>();
}

void SmtpServer::kill() {
  process_.end(SIGKILL);
}

bool SmtpServer::collect(std::chrono::steady_clock::time_point deadline) {
  const auto line = process_.read_line(deadline);
  if (!line) return false;
  const boost::json::object event = boost::json::parse(*line).as_object();
  if (event.contains("done")) ++commands_done_;
  if (event.contains("refused")) ++refused_;
  if (const auto* path = event.if_contains("mail")) {
    Mail mail;
    mail.from = boost::json::value_to<std::string>(event.at("from"));
    mail.to = boost::json::value_to<std::vector<std::string>>(event.at("to"));
    mail.subject = boost::json::value_to<std::string>(event.at("subject"));
    mail.text = boost::json::value_to<std::string>(event.at("text"));
    mail.raw = content_of(std::filesystem::path(boost::json::value_to<std::string>(*path)));
    mails_.push_back(std::move(mail));
    given_.push_back(false);
  }
  return true;
}

std::optional<Mail> SmtpServer::wait_for_mail(std::chrono::milliseconds limit,
                                              const std::function<bool(const Mail&)>& fits) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  do {
    for (std::size_t i = 0; i < mails_.size(); ++i) {
      if (!given_[i] && fits(mails_[i])) {
        given_[i] = true;
        return mails_[i];
      }
    }
  } while (collect(deadline));
  return std::nullopt;
}

const std::vector<Mail>& SmtpServer::mails() {
  // The answer to a command comes after everything that happened before it.
  command("{}");
  return mails_;
}

int SmtpServer::refused() {
  command("{}");
  return refused_;
}

void SmtpServer::refuse_next(int code, int times) {
  command(boost::json::serialize(boost::json::object{{"refuse", code}, {"times", times}}));
}

void SmtpServer::cut_next(int times) {
  command(boost::json::serialize(boost::json::object{{"close", true}, {"times", times}}));
}

void SmtpServer::silence_next(int times) {
  command(boost::json::serialize(boost::json::object{{"silent", true}, {"times", times}}));
}

void SmtpServer::refuse_recipient(const std::string& address) {
  command(boost::json::serialize(boost::json::object{{"refuse_recipient", address}}));
}

void SmtpServer::command(const std::string& json) {
  const int before = commands_done_;
  process_.write(json + "\n");
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (commands_done_ == before) {
    if (!collect(deadline)) throw std::runtime_error("the mail catcher does not answer");
  }
}

}  // namespace firsthand::test
