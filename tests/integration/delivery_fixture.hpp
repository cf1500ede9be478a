// SPDX-License-Identifier: Apache-2.0
// Delivery rooms on a real PostgreSQL, handing over to a real SMTP server and a real webhook
// receiver. Each effect is followed from the outbox to the mail that names it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <regex>
#include <string>
#include <vector>

#include "adapters/runtime/delivery_room.hpp"
#include "tests/integration/pg_fixture.hpp"
#include "tests/support/smtp_server.hpp"

namespace firsthand::runtime {

constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr Millis kPatience{60'000};  // other builds may share this machine
inline const std::string kLiaison = "liaison@example.test";
inline const std::string kColleague = "colleague@example.test";

inline DeliveryOptions room_options(const postgres::ConnectOptions& connect, int smtp_port) {
  DeliveryOptions options;
  options.connect = connect;
  options.letterhead = {"https://cc.example.test", "示例公司", "Example", ""};
  options.mail.host = "127.0.0.1";
  options.mail.port = smtp_port;
  options.mail.tls = notify::MailTls::none;
  options.mail.from = {"service@example.test", "客服"};
  options.mail.timeout = Seconds{2};
  options.webhook.allow_private = true;
  options.webhook.allow_http = true;
  options.webhook.timeout = Seconds{1};
  options.webhook_secret = kSecret;
  options.pace.window = Millis{4000};
  options.lease = Millis{2000};
  options.retry_first = Millis{50};
  options.tries_max = 3;
  return options;
}

/// A delivery room with figures of its own, as a node has it.
struct Room {
  Room(const DeliveryOptions& options, RulesSource rules) : room(options, rules, metrics) {
    room.start();
  }
  metrics::Registry metrics;
  DeliveryRoom room;
};

struct Alerts {
  int first = 1;
  int count = 1;
  std::string to = kLiaison;
  std::int64_t recipient = test::kLiaison;
  int severity = 2;
  bool breach = true;
  std::string more = "{}";  ///< further facts, JSON
};

class Delivery : public testing::Test {
 protected:
  RulesSource rules() {
    return [this] { return company.rules(); };
  }
  DeliveryOptions options() { return room_options(company.options(), smtp.port()); }

  /// As decide() writes them: one effect an alert, each of a case of its own (GD-<n>).
  void write(const Alerts& alerts, const std::string& kind = "mail") {
    const bool mail = kind == "mail";
    company.run(
        "insert into outbox (id, kind, key, payload, at, next_try_at) select 100000 + i, '" + kind +
        "', '" + kind + ":alert:' || i || '" +
        (mail ? ":" + std::to_string(alerts.recipient) : "") +
        "', jsonb_build_object('what', 'alert', 'to', '" + alerts.to +
        "', 'name', '郭样例', 'recipient', " + std::to_string(alerts.recipient) +
        ", 'language', 'zh', 'case_number', 'GD-' || i, 'case', 201, 'category', 'wxcs', "
        "'clock_kind', 'callback', 'step', 'breach', 'breach', " +
        (alerts.breach ? "true" : "false") + ", 'severity', " + std::to_string(alerts.severity) +
        ", 'due_at', '2026-11-21T10:00:00.000Z', 'alert', i) || '" + alerts.more +
        "'::jsonb, clock_timestamp(), clock_timestamp() from generate_series(" +
        std::to_string(alerts.first) + ", " + std::to_string(alerts.first + alerts.count - 1) +
        ") i");
  }
  std::int64_t number(const std::string& sql) const { return std::stoll(company.value(sql)); }

  /// Asks the database again and again; there is no event to wait for on this side of it.
  bool becomes(const std::string& sql, const std::string& wanted) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (company.value(sql) != wanted) {
      // The mail server tells of each mail; a digest does not fit into a pipe that nobody reads.
      smtp.wait_for_mail(Millis{1}, [](const test::Mail&) { return false; });
      if (std::chrono::steady_clock::now() > until) {
        ADD_FAILURE() << sql << " is still " << company.value(sql) << ", not " << wanted;
        return false;
      }
      usleep(20'000);
    }
    return true;
  }
  bool all_done() { return becomes("select count(*) from outbox where done_at is null", "0"); }

  /// Which cases the mails to this address name, with how often, and the digests among them.
  struct Named {
    std::map<std::string, int> cases;
    int singles = 0;
    std::vector<test::Mail> digests;
  };
  Named named(const std::string& to = kLiaison) {
    static const std::regex number{R"(/(?:cases/|liaison\?case=)(GD-\d+))"};
    Named found;
    for (const test::Mail& mail : smtp.mails()) {
      if (mail.to != std::vector<std::string>{to}) continue;
      const bool digest = mail.subject.find("汇总") != std::string::npos;
      found.singles += digest ? 0 : 1;
      if (digest) found.digests.push_back(mail);
      for (std::sregex_iterator at{mail.text.begin(), mail.text.end(), number}, end; at != end;
           ++at) {
        ++found.cases[(*at)[1].str()];
      }
    }
    return found;
  }
  /// Every effect has one notice, sent; what is gathered names its digest.
  void expect_every_notice_sent_once() {
    EXPECT_EQ(
        company.value("select count(*) from outbox o where kind = 'mail' and (select count(*) "
                      "from notice n where n.effect_key = o.key) <> 1"),
        "0");
    EXPECT_EQ(company.value("select count(*) from notice n join outbox o on o.key = n.effect_key "
                            "where n.state <> 'sent' or n.sent_at is null"),
              "0");
    EXPECT_EQ(company.value("select count(*) from outbox o join notice n on n.effect_key = o.key "
                            "where o.outcome = 'digest' and not exists (select 1 from outbox d "
                            "where d.key = n.digest_key and d.outcome = 'sent')"),
              "0");
  }

  test::Company company;
  test::SmtpServer smtp;
};

}  // namespace firsthand::runtime
