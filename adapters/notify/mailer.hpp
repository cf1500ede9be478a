// SPDX-License-Identifier: Apache-2.0
// Hands mails to an SMTP server. send() blocks for at most the configured time, so it is called on
// a worker thread, never on the loop; several threads may share one Mailer (they take turns on its
// one connection, which is kept open between mails).
#pragma once

#include <memory>
#include <string>

#include "adapters/notify/delivery.hpp"
#include "adapters/notify/mail.hpp"

namespace firsthand::notify {

/// none: plain; starttls: required after the greeting; tls: from the first byte (port 465).
enum class MailTls { none, starttls, tls };

struct MailerSettings {
  std::string host;
  int port = 25;
  MailTls tls = MailTls::starttls;
  std::string user;  ///< "" = no authentication
  std::string password;
  MailSender from;
  std::string ehlo = "localhost";
  std::string ca_file;  ///< "" = the system's
  Seconds connect_timeout{5};
  Seconds timeout{20};
};

class Mailer {
 public:
  explicit Mailer(MailerSettings settings);
  ~Mailer();
  Mailer(const Mailer&) = delete;
  Mailer& operator=(const Mailer&) = delete;

  /// The connection lost after the data were sent is `retry`: the same Message-ID comes again.
  Delivery send(const Mail& mail, Instant now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firsthand::notify
