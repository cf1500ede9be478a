// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/delivery_room.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace firsthand::runtime {
namespace {

constexpr int kTriesMax = 12;  // 15 s doubling up to an hour: about five hours
constexpr postgres::Statement kClaim{"delivery_claim",
                                     "update outbox set tries = tries + 1, next_try_at = "
                                     "clock_timestamp() + interval '2 minutes' where id in ("
                                     "select id from outbox where kind in ('mail','webhook') and "
                                     "done_at is null and next_try_at <= clock_timestamp() "
                                     "order by next_try_at, id limit 16 for update skip locked) "
                                     "returning id, kind, key, payload, tries"};
constexpr postgres::Statement kNotice{
    "delivery_notice",
    "insert into notice (effect_key, channel, recipient, state, tries, last_error, sent_at) "
    "values ($1, $2, $3, $4, $5, $6, case when $4 = 'sent' then clock_timestamp() end) "
    "on conflict (effect_key, channel, recipient) do update set state = excluded.state, tries = "
    "excluded.tries, "
    "last_error = excluded.last_error, sent_at = excluded.sent_at where notice.state <> 'sent'"};
constexpr postgres::Statement kDone{
    "delivery_done", "update outbox set done_at = clock_timestamp(), outcome = $2 where id = $1"};
constexpr postgres::Statement kLater{"delivery_later",
                                     "update outbox set next_try_at = clock_timestamp() + "
                                     "make_interval(secs => $2::float8) where id = $1"};

Instant wall_clock() {
  return std::chrono::floor<Millis>(std::chrono::system_clock::now());
}

}  // namespace

DeliveryRoom::DeliveryRoom(DeliveryOptions options, RulesSource rules, metrics::Registry& metrics)
    : options_(std::move(options)),
      rules_(std::move(rules)),
      mailer_(options_.mail),
      webhooks_(options_.webhook),
      sent_(metrics.counter("firsthand_notices_sent_total", "Mails and webhooks handed over.")),
      failed_(metrics.counter("firsthand_notices_failed_total", "Mails and webhooks given up.")) {}

DeliveryRoom::~DeliveryRoom() {
  stop();
}

void DeliveryRoom::start() {
  thread_ = std::thread{[this] { work(); }};
}

void DeliveryRoom::wake() {
  {
    const std::lock_guard lock{mutex_};
    wake_ = true;
  }
  woken_.notify_one();
}

void DeliveryRoom::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  woken_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void DeliveryRoom::work() {
  std::unique_ptr<postgres::Connection> connection;
  while (true) {
    std::size_t handed = 0;
    try {
      if (!connection) connection = std::make_unique<postgres::Connection>(options_.connect);
      handed = round(*connection);
    } catch (const std::exception& error) {
      spdlog::warn("notices: {}", postgres::failure_of(error).message);
      connection.reset();
    }
    std::unique_lock lock{mutex_};
    if (stopping_) return;
    if (handed == 0) woken_.wait_for(lock, Millis{1000}, [this] { return wake_ || stopping_; });
    wake_ = false;
    if (stopping_) return;
  }
}

std::size_t DeliveryRoom::round(postgres::Connection& connection) {
  std::vector<Item> items;
  {
    postgres::Tx tx{connection};
    for (const auto& row : tx.exec(kClaim)) {
      Item item;
      postgres::Columns(row) >> item.id >> item.kind >> item.key >> item.payload >> item.tries;
      items.push_back(std::move(item));
    }
    tx.commit();
  }
  for (const Item& item : items) {
    if (item.kind == "webhook" && options_.webhook_url.empty()) {
      // Switched off is no failure: no notice, no error, nothing to be tried again.
      postgres::Tx tx{connection};
      tx.exec(kDone, item.id, "off");
      tx.commit();
      continue;
    }
    std::string recipient;
    const notify::Delivery delivery = deliver(item, recipient);
    record(connection, item, recipient, delivery);
    const std::lock_guard lock{mutex_};
    if (stopping_) break;
  }
  return items.size();
}

notify::Delivery DeliveryRoom::deliver(const Item& item, std::string& recipient) {
  using notify::DeliveryResult;
  if (item.kind == "webhook") {
    recipient = options_.webhook_url;
    return webhooks_.send({item.key, options_.webhook_url, options_.webhook_secret, item.payload},
                          wall_clock());
  }
  if (options_.mail.host.empty())
    return {DeliveryResult::failed, "no mail server is configured", 0, {}};
  const auto rules = rules_();
  auto mail = notify::compose(item.key, item.payload, *rules, options_.letterhead);
  if (!mail) return {DeliveryResult::failed, mail.error().what, 0, {}};
  recipient = mail->to;
  return mailer_.send(*mail, wall_clock());
}

void DeliveryRoom::record(postgres::Connection& connection, const Item& item,
                          const std::string& recipient, const notify::Delivery& delivery) {
  using notify::DeliveryResult;
  const bool over = delivery.result == DeliveryResult::failed || item.tries >= kTriesMax;
  const std::string state = delivery.sent() ? "sent" : over ? "failed" : "pending";
  postgres::Tx tx{connection};
  tx.exec(kNotice, item.key, item.kind == "webhook" ? "webhook" : "email", recipient, state,
          item.tries, delivery.error);
  if (delivery.sent() || over) {
    tx.exec(kDone, item.id, state);
  } else {
    const double wait =
        std::min(15.0 * static_cast<double>(1 << std::min(item.tries - 1, 8)), 3600.0);
    const double asked =
        delivery.retry_after ? static_cast<double>(delivery.retry_after->count()) : 0;
    tx.exec(kLater, item.id, std::max(wait, std::min(asked, 3600.0)));
  }
  tx.commit();
  if (delivery.sent()) {
    sent_.add();
    spdlog::info("notices: {} sent, try {}", item.key, item.tries);
  } else {
    if (over) failed_.add();
    spdlog::log(over ? spdlog::level::err : spdlog::level::warn, "notices: {} not sent, try {}: {}",
                item.key, item.tries, delivery.error);
  }
}

}  // namespace firsthand::runtime
