// SPDX-License-Identifier: Apache-2.0
// Takes mails and webhooks out of the outbox and hands them over, with retries. One thread and one
// connection of its own, because SMTP and HTTP block. Each (effect, channel, recipient) is one
// notice row, whatever is repeated. wake() from any thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "adapters/metrics/registry.hpp"
#include "adapters/notify/compose.hpp"
#include "adapters/notify/mailer.hpp"
#include "adapters/notify/webhook_sender.hpp"
#include "adapters/postgres/db.hpp"
#include "adapters/runtime/batching_door.hpp"

namespace firsthand::runtime {

struct DeliveryOptions {
  postgres::ConnectOptions connect;
  notify::Letterhead letterhead;
  notify::MailerSettings mail;
  notify::WebhookSettings webhook;
  std::string webhook_url;  ///< "" = webhooks are off
  std::string webhook_secret;
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
  };
  void work();
  std::size_t round(postgres::Connection& connection);
  notify::Delivery deliver(const Item& item, std::string& recipient);
  void record(postgres::Connection& connection, const Item& item, const std::string& recipient,
              const notify::Delivery& delivery);

  const DeliveryOptions options_;
  const RulesSource rules_;
  notify::Mailer mailer_;
  notify::WebhookSender webhooks_;
  metrics::Counter& sent_;
  metrics::Counter& failed_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;
  bool stopping_ = false;
  std::thread thread_;  // last: everything above outlives it
};

}  // namespace firsthand::runtime
