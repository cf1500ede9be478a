// SPDX-License-Identifier: Apache-2.0
// Takes mails and webhooks out of the outbox and hands them over, with retries. A lane for mails
// and one for webhooks, each with a thread and a connection of its own, because SMTP and HTTP block
// and neither may hold up the other. Each (effect, channel, recipient) is one notice row, whatever
// is repeated. What was claimed by a node that is killed comes back when its lease has run out: a
// mail that was in flight then goes out once more, with the same Message-ID. Several nodes may have
// their rooms on one database. wake() from any thread.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "adapters/metrics/registry.hpp"
#include "adapters/notify/compose.hpp"
#include "adapters/notify/mailer.hpp"
#include "adapters/notify/webhook_sender.hpp"
#include "adapters/postgres/db.hpp"
#include "adapters/runtime/mail_sorter.hpp"

namespace firsthand::runtime {

struct DeliveryOptions {
  postgres::ConnectOptions connect;
  notify::Letterhead letterhead;  ///< its link_key is read from the database
  notify::MailerSettings mail;
  notify::WebhookSettings webhook;
  std::string webhook_url;  ///< "" = webhooks are off
  std::string webhook_secret;
  notify::PaceLimits pace;
  Millis lease{120'000};       ///< what was claimed and not answered for is free again after this
  Millis retry_first{15'000};  ///< doubles up to an hour
  int tries_max = 12;          ///< about five hours
};

class DeliveryRoom {
 public:
  DeliveryRoom(DeliveryOptions options, RulesSource rules, metrics::Registry& metrics);
  ~DeliveryRoom();

  void start();
  void wake();
  void stop();

 private:
  struct Item {
    std::int64_t id = 0;
    std::string kind, key, payload;
    int tries = 0;
    Instant at{};
  };
  struct Lane {
    const char* kind;
    bool wake = false;
    std::thread thread;
  };
  void work(Lane& lane);
  std::size_t round(postgres::Connection& connection, const std::string& kind);
  std::vector<Item> claim(postgres::Connection& connection, const std::string& kind);
  void give_back(postgres::Connection& connection, const std::vector<Item>& items,
                 std::size_t from);
  notify::Delivery deliver(const Item& item, std::string& recipient);
  void record(postgres::Connection& connection, const Item& item, const std::string& recipient,
              const notify::Delivery& delivery);
  bool stopping();

  const DeliveryOptions options_;
  const RulesSource rules_;
  MailSorter sorter_;
  notify::Mailer mailer_;
  notify::WebhookSender webhooks_;
  notify::Letterhead letterhead_;  ///< of the mail lane's thread alone
  metrics::Counter& sent_;
  metrics::Counter& failed_;
  metrics::Counter& digests_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool stopping_ = false;
  std::array<Lane, 2> lanes_{Lane{"mail", false, {}},
                             Lane{"webhook", false, {}}};  // last: see above
};

}  // namespace firsthand::runtime
