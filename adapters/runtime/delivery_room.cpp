// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/delivery_room.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>

namespace firsthand::runtime {
namespace {

// Of the mails whose time has come everybody's first ones go first: whoever gets many does not hold
// up the others. Both checks of next_try_at are needed: the second holds for a row that another
// node has claimed between our look and our lock. Materialized, here and in the other claims: as
// "id in (…)" it may be asked once for each row that was ever written.
constexpr postgres::Statement kClaimMails{
    "delivery_claim_mails",
    "with mine as materialized ("
    "select x.id from outbox x join (select id, next_try_at, row_number() over (partition by "
    "payload->>'to' order by next_try_at, id) as turn from (select id, payload, next_try_at from "
    "outbox where kind = 'mail' and done_at is null and pace = 'single' and next_try_at <= "
    "statement_timestamp() order by next_try_at, id limit 256) due) t on t.id = x.id "
    "where x.done_at is null and x.next_try_at <= statement_timestamp() "
    "order by t.turn, t.next_try_at, x.id limit 16 for update of x skip locked) "
    "update outbox o set tries = o.tries + 1, next_try_at = clock_timestamp() + "
    "make_interval(secs => $1::float8) from mine where o.id = mine.id "
    "returning o.id, o.kind, o.key, o.payload, o.tries, o.at"};
constexpr postgres::Statement kClaimWebhooks{
    "delivery_claim_webhooks",
    "with due as materialized ("
    "select id from outbox where kind = 'webhook' and done_at is null and next_try_at <= "
    "statement_timestamp() order by next_try_at, id limit 16 for update skip locked) "
    "update outbox o set tries = o.tries + 1, next_try_at = clock_timestamp() + "
    "make_interval(secs => $1::float8) from due where o.id = due.id "
    "returning o.id, o.kind, o.key, o.payload, o.tries, o.at"};
constexpr postgres::Statement kGiveBack{
    "delivery_give_back",
    "update outbox set tries = tries - 1, next_try_at = clock_timestamp() where id = "
    "any($1::bigint[]) and done_at is null"};
constexpr postgres::Statement kNotice{
    "delivery_notice",
    "insert into notice (effect_key, channel, recipient, state, tries, last_error, sent_at) "
    "values ($1, $2, $3, $4, $5, $6, case when $4 = 'sent' then clock_timestamp() end) "
    "on conflict (effect_key, channel, recipient) do update set state = excluded.state, tries = "
    "excluded.tries, last_error = excluded.last_error, sent_at = excluded.sent_at "
    "where notice.state <> 'sent'"};
// What became of a digest became of everything in it.
constexpr postgres::Statement kGathered{
    "delivery_gathered",
    "update notice set state = $2, tries = $3, last_error = $4, sent_at = case when $2 = 'sent' "
    "then clock_timestamp() end where digest_key = $1 and state <> 'sent'"};
constexpr postgres::Statement kDone{
    "delivery_done", "update outbox set done_at = clock_timestamp(), outcome = $2 where id = $1"};
constexpr postgres::Statement kOff{"delivery_off",
                                   "update outbox set done_at = clock_timestamp(), outcome = 'off' "
                                   "where id = any($1::bigint[])"};
constexpr postgres::Statement kLater{"delivery_later",
                                     "update outbox set next_try_at = clock_timestamp() + "
                                     "make_interval(secs => $2::float8) where id = $1"};
constexpr postgres::Statement kLinkKey{
    "delivery_link_key", "select encode(value, 'hex') from installation where name = 'link_key'"};

constexpr double kWaitMax = 3600;

Instant wall_clock() {
  return std::chrono::floor<Millis>(std::chrono::system_clock::now());
}

double seconds(Millis time) {
  return std::chrono::duration<double>(time).count();
}

/// What a server has said, as it can be stored: plain characters, and not too many.
std::string storable(std::string_view text) {
  std::string out{text.substr(0, 500)};
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) c = '?';
  }
  return out;
}

bool is_digest(const std::string& key) {
  return key.rfind("mail:digest:", 0) == 0;
}

}  // namespace

DeliveryRoom::DeliveryRoom(DeliveryOptions options, RulesSource rules, metrics::Registry& metrics)
    : options_(std::move(options)),
      rules_(std::move(rules)),
      sorter_(options_.pace, rules_),
      mailer_(options_.mail),
      webhooks_(options_.webhook),
      letterhead_(options_.letterhead),
      sent_(metrics.counter("firsthand_notices_sent_total", "Mails and webhooks handed over.")),
      failed_(metrics.counter("firsthand_notices_failed_total", "Mails and webhooks given up.")),
      digests_(metrics.counter("firsthand_digests_sent_total",
                               "Mails that gathered several alerts; also counted as notices.")) {}

DeliveryRoom::~DeliveryRoom() {
  stop();
}

void DeliveryRoom::start() {
  for (Lane& lane : lanes_) {
    lane.thread = std::thread{[this, &lane] { work(lane); }};
  }
}

void DeliveryRoom::wake() {
  {
    const std::lock_guard lock{mutex_};
    for (Lane& lane : lanes_) lane.wake = true;
  }
  woken_.notify_all();
}

void DeliveryRoom::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  woken_.notify_all();
  for (Lane& lane : lanes_) {
    if (lane.thread.joinable()) lane.thread.join();
  }
}

bool DeliveryRoom::stopping() {
  const std::lock_guard lock{mutex_};
  return stopping_;
}

void DeliveryRoom::work(Lane& lane) {
  std::unique_ptr<postgres::Connection> connection;
  while (true) {
    std::size_t handed = 0;
    try {
      if (!connection) connection = std::make_unique<postgres::Connection>(options_.connect);
      handed = round(*connection, lane.kind);
    } catch (const std::exception& error) {
      spdlog::warn("notices: {}", postgres::failure_of(error).message);
      connection.reset();
    }
    std::unique_lock lock{mutex_};
    if (stopping_) return;
    if (handed == 0) {
      woken_.wait_for(lock, Millis{1000}, [&] { return lane.wake || stopping_; });
    }
    lane.wake = false;
    if (stopping_) return;
  }
}

std::size_t DeliveryRoom::round(postgres::Connection& connection, const std::string& kind) {
  const bool mails = kind == "mail";
  std::size_t settled = 0;
  if (mails) {
    if (letterhead_.link_key.empty()) {
      postgres::Tx tx{connection, postgres::Access::read_only};
      const auto rows = tx.exec(kLinkKey);
      if (!rows.empty()) letterhead_.link_key = postgres::read<std::string>(rows[0][0]);
    }
    settled = sorter_.round(connection);
  }
  const auto claimed = std::chrono::steady_clock::now();
  const std::vector<Item> items = claim(connection, kind);
  if (!mails && options_.webhook_url.empty() && !items.empty()) {
    // Switched off is no failure: no notice, no error, nothing to be tried again.
    std::vector<std::int64_t> ids;
    for (const Item& item : items) ids.push_back(item.id);
    postgres::Tx tx{connection};
    tx.exec(kOff, postgres::array_of(ids));
    tx.commit();
    return items.size();
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    // Slow receivers may use up the lease; what was not begun by then is another's, or for later.
    const bool late = std::chrono::steady_clock::now() - claimed > options_.lease / 2;
    if (i > 0 && (late || stopping())) {
      give_back(connection, items, i);
      break;
    }
    std::string recipient;
    const notify::Delivery delivery = deliver(items[i], recipient);
    record(connection, items[i], recipient, delivery);
  }
  return settled + items.size();
}

std::vector<DeliveryRoom::Item> DeliveryRoom::claim(postgres::Connection& connection,
                                                    const std::string& kind) {
  std::vector<Item> items;
  postgres::Tx tx{connection};
  const auto& statement = kind == "mail" ? kClaimMails : kClaimWebhooks;
  for (const auto& row : tx.exec(statement, seconds(options_.lease))) {
    Item item;
    postgres::Columns(row) >> item.id >> item.kind >> item.key >> item.payload >> item.tries >>
        item.at;
    items.push_back(std::move(item));
  }
  tx.commit();
  return items;
}

void DeliveryRoom::give_back(postgres::Connection& connection, const std::vector<Item>& items,
                             std::size_t from) {
  std::vector<std::int64_t> ids;
  for (std::size_t i = from; i < items.size(); ++i) ids.push_back(items[i].id);
  postgres::Tx tx{connection};
  tx.exec(kGiveBack, postgres::array_of(ids));
  tx.commit();
}

notify::Delivery DeliveryRoom::deliver(const Item& item, std::string& recipient) {
  using notify::DeliveryResult;
  if (item.kind == "webhook") {
    recipient = options_.webhook_url;
    return webhooks_.send({item.key, options_.webhook_url, options_.webhook_secret, item.payload},
                          wall_clock());
  }
  const auto rules = rules_();
  auto mail = notify::compose(item.key, item.payload, *rules, letterhead_, item.at);
  if (!mail) return {DeliveryResult::failed, mail.error().what, 0, {}};
  recipient = mail->to;
  if (options_.mail.host.empty())
    return {DeliveryResult::failed, "no mail server is configured", 0, {}};
  return mailer_.send(*mail, wall_clock());
}

void DeliveryRoom::record(postgres::Connection& connection, const Item& item,
                          const std::string& recipient, const notify::Delivery& delivery) {
  using notify::DeliveryResult;
  const bool over = delivery.result == DeliveryResult::failed || item.tries >= options_.tries_max;
  const std::string state = delivery.sent() ? "sent" : over ? "failed" : "pending";
  const std::string error = storable(delivery.error);
  postgres::Tx tx{connection};
  tx.exec(kNotice, item.key, item.kind == "webhook" ? "webhook" : "email", recipient, state,
          item.tries, error);
  if (is_digest(item.key)) tx.exec(kGathered, item.key, state, item.tries, error);
  if (delivery.sent() || over) {
    tx.exec(kDone, item.id, state);
  } else {
    const double first = seconds(options_.retry_first);
    const double wait =
        std::min(first * static_cast<double>(1 << std::min(item.tries - 1, 16)), kWaitMax);
    const double asked =
        delivery.retry_after ? static_cast<double>(delivery.retry_after->count()) : 0;
    tx.exec(kLater, item.id, std::max(wait, std::min(asked, kWaitMax)));
  }
  tx.commit();
  if (delivery.sent()) {
    sent_.add();
    if (is_digest(item.key)) digests_.add();
    spdlog::info("notices: {} sent, try {}", item.key, item.tries);
  } else {
    if (over) failed_.add();
    spdlog::log(over ? spdlog::level::err : spdlog::level::warn, "notices: {} not sent, try {}: {}",
                item.key, item.tries, error);
  }
}

}  // namespace firsthand::runtime
