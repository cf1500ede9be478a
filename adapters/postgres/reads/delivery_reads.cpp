// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/delivery_reads.hpp"

#include "adapters/postgres/reads/pages.hpp"

namespace firsthand::postgres {
namespace {

// One row of the outbox with its notice. What was gathered has the state of its digest.
#define FIRSTHAND_DELIVERY                                                                     \
  "select o.id, o.key, case o.kind when 'mail' then 'email' else o.kind end,"                  \
  " coalesce(n.recipient, o.payload->>'to', ''), coalesce(o.payload->>'what', ''),"            \
  " coalesce(o.payload->>'case_number', ''), case when o.done_at is null then 'pending'"       \
  "  when o.outcome = 'digest' then coalesce(n.state, 'pending') else o.outcome end as state," \
  " o.tries, coalesce(n.last_error, ''), o.at, n.sent_at,"                                     \
  " case when o.done_at is null then o.next_try_at end,"                                       \
  " case when o.done_at is not null then '' when o.pace = 'gather' then 'digest'"              \
  "  when o.pace = 'quiet' then 'quiet' else '' end,"                                          \
  " coalesce(n.digest_key, ''), coalesce((o.payload->>'count')::integer, 1),"                  \
  " coalesce(o.payload->>'title', ''), (o.payload->>'customer')::bigint,"                      \
  " (o.payload->>'review_action')::bigint"                                                     \
  " from outbox o left join lateral (select * from notice x where x.effect_key = o.key"        \
  "  and x.channel = case o.kind when 'mail' then 'email' else o.kind end"                     \
  "  order by x.state <> 'sent', x.at desc limit 1) n on true"                                 \
  " where o.kind in ('mail', 'webhook') and o.outcome <> 'off'"
#define FIRSTHAND_DELIVERY_PAGE " and o.id < $1 order by o.id desc limit $2"

constexpr Statement kAll{"deliveries_all",
                         FIRSTHAND_DELIVERY " and o.outcome <> 'digest'" FIRSTHAND_DELIVERY_PAGE};
constexpr Statement kPending{"deliveries_pending",
                             FIRSTHAND_DELIVERY " and o.done_at is null" FIRSTHAND_DELIVERY_PAGE};
constexpr Statement kSent{"deliveries_sent",
                          FIRSTHAND_DELIVERY " and o.outcome = 'sent'" FIRSTHAND_DELIVERY_PAGE};
// Dead letters are few and have an index of their own; the outbox is long.
constexpr Statement kFailed{
    "deliveries_failed", FIRSTHAND_DELIVERY
    " and o.outcome = 'failed' and o.key in"
    " (select effect_key from notice where state = 'failed')" FIRSTHAND_DELIVERY_PAGE};
constexpr Statement kOfCase{"deliveries_of_case",
                            "select * from (" FIRSTHAND_DELIVERY
                            " and o.payload->>'case_number' = $3"
                            ") d where ($4 = '' or d.state = $4) and d.id < $1"
                            " order by d.id desc limit $2"};
constexpr Statement kOne{"delivery_one", FIRSTHAND_DELIVERY " and o.id = $1"};
#undef FIRSTHAND_DELIVERY
#undef FIRSTHAND_DELIVERY_PAGE

constexpr Statement kFailedCount{
    "deliveries_failed_count",
    "select count(*) from outbox o where o.outcome = 'failed' and o.key in"
    " (select effect_key from notice where state = 'failed')"};

constexpr Statement kLock{"delivery_lock", "select id from outbox where id = $1 for update"};
constexpr Statement kAgain{
    "delivery_again",
    "update outbox set done_at = null, outcome = '', tries = 0, next_try_at = clock_timestamp(),"
    " pace = case kind when 'mail' then 'single' else '' end where id = $1"};
// A gathered alert that is sent again goes by itself; of a digest everything waits again.
constexpr Statement kNoticeAgain{
    "delivery_notice_again",
    "update notice set state = 'pending', tries = 0, sent_at = null,"
    " digest_key = case when effect_key = $1 then '' else digest_key end"
    " where state = 'failed' and (effect_key = $1 or digest_key = $1)"};
constexpr Statement kHistory{
    "delivery_history",
    "insert into history (id, at, customer_id, case_id, kind, actor_id, source, data)"
    " select nextval('firsthand_id'), clock_timestamp(), coalesce(f.customer_id, w.customer), f.id,"
    " 'notice_resent', $2,"
    " 'console:' || $2::bigint, jsonb_strip_nulls(jsonb_build_object('delivery', o.id, 'channel',"
    "  case o.kind when 'mail' then 'email' else o.kind end, 'what', o.payload->>'what',"
    "  'recipient', (o.payload->>'recipient')::bigint, 'review_action', w.review_action))"
    " from outbox o cross join lateral (select distinct nullif(item->>'case_number', '') as number,"
    "  (item->>'customer')::bigint as customer, (item->>'review_action')::bigint as review_action"
    "  from (select o.payload as item union all select jsonb_array_elements(case when"
    "   jsonb_typeof(o.payload->'items') = 'array' then o.payload->'items' else '[]' end)) i) w"
    " left join case_file f on f.number = w.number where o.id = $1"
    " and num_nonnulls(f.id, w.customer, w.review_action) > 0"};

constexpr Statement kWishes{"alert_wishes",
                            "select alert_mails, quiet_from_min, quiet_to_min, language"
                            " from user_account where id = $1"};
constexpr Statement kSetWishes{
    "set_alert_wishes",
    "update user_account set alert_mails = $2, quiet_from_min = $3, quiet_to_min = $4,"
    " language = $5, version = version + 1 where id = $1"};
constexpr Statement kLookAgain{
    "look_at_held_mails",
    "update outbox set next_try_at = clock_timestamp() where kind = 'mail' and done_at is null"
    " and pace in ('gather', 'quiet') and payload->>'to' ="
    "  (select email from user_account where id = $1) and (payload->>'recipient')::bigint = $1"};

constexpr Statement kLinkKey{
    "link_key", "select encode(value, 'hex') from installation where name = 'link_key'"};
constexpr Statement kLinkedAlert{
    "linked_alert",
    "select a.id, a.recipient_id, f.number, coalesce(v.title, c.name, ''), a.customer_id,"
    " a.review_action_id, a.clock_kind, r.language, r.disabled_at is not null,"
    " a.acknowledged_at, coalesce(k.name, '') from alert a"
    " join user_account r on r.id = a.recipient_id"
    " left join case_file f on f.id = a.case_id"
    " left join customer c on c.id = a.customer_id"
    " left join review_action v on v.id = a.review_action_id"
    " left join user_account k on k.id = a.acknowledged_by where a.id = $1"};

template <class Row>
DeliveryView take_delivery(const Row& row) {
  DeliveryView item;
  Columns(row) >> item.id >> item.key >> item.channel >> item.recipient >> item.what >>
      item.case_number >> item.state >> item.tries >> item.last_error >> item.at >> item.sent_at >>
      item.next_try_at >> item.waits_for >> item.digest_key >> item.count >> item.title >>
      item.customer_id >> item.review_action_id;
  return item;
}

pqxx::result select_page(Tx& tx, const DeliveryFilter& filter, std::int64_t before, int limit) {
  if (!filter.case_number.empty()) {
    return tx.exec(kOfCase, before, limit, filter.case_number, filter.state);
  }
  if (filter.state == "pending") return tx.exec(kPending, before, limit);
  if (filter.state == "sent") return tx.exec(kSent, before, limit);
  if (filter.state == "failed") return tx.exec(kFailed, before, limit);
  return tx.exec(kAll, before, limit);
}

}  // namespace

std::optional<DeliveryPage> list_deliveries(Tx& tx, const DeliveryFilter& filter) {
  const auto from = place_of(filter.after, kNewest);
  if (!from) return std::nullopt;
  const int limit = page_size(filter.limit);
  DeliveryPage page;
  for (const auto& row : select_page(tx, filter, from->b, limit + 1)) {
    page.items.push_back(take_delivery(row));
  }
  if (static_cast<int>(page.items.size()) > limit) {
    page.items.pop_back();
    page.next = to_cursor(0, page.items.back().id);
  }
  page.failed = failed_deliveries(tx);
  return page;
}

std::int64_t failed_deliveries(Tx& tx) {
  return read<std::int64_t>(tx.exec(kFailedCount)[0][0]);
}

std::optional<DeliveryView> read_delivery(Tx& tx, std::int64_t id) {
  const auto rows = tx.exec(kOne, id);
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  return take_delivery(row);
}

Resent resend_delivery(Tx& tx, std::int64_t id, std::int64_t user) {
  tx.exec(kLock, id);  // a room, or another person, may be at it
  const auto found = read_delivery(tx, id);
  if (!found) return Resent::no;
  if (found->state != "failed") return Resent::not_failed;
  tx.exec(kAgain, id);
  tx.exec(kNoticeAgain, found->key);
  tx.exec(kHistory, id, user);
  return Resent::yes;
}

std::optional<AlertWishes> read_alert_wishes(Tx& tx, std::int64_t user) {
  const auto rows = tx.exec(kWishes, user);
  if (rows.empty()) return std::nullopt;
  AlertWishes wishes;
  const pqxx::row row = rows[0];
  Columns(row) >> wishes.mails >> wishes.quiet_from_min >> wishes.quiet_to_min >> wishes.language;
  return wishes;
}

void set_alert_wishes(Tx& tx, std::int64_t user, const AlertWishes& wishes) {
  tx.exec(kSetWishes, user, wishes.mails, wishes.quiet_from_min, wishes.quiet_to_min,
          wishes.language);
  tx.exec(kLookAgain, user);
}

std::string link_key(Tx& tx) {
  const auto rows = tx.exec(kLinkKey);
  return rows.empty() ? std::string() : read<std::string>(rows[0][0]);
}

std::optional<LinkedAlert> read_linked_alert(Tx& tx, std::int64_t id) {
  const auto rows = tx.exec(kLinkedAlert, id);
  if (rows.empty()) return std::nullopt;
  LinkedAlert alert;
  const pqxx::row row = rows[0];
  Columns(row) >> alert.id >> alert.recipient >> alert.case_number >> alert.title >>
      alert.customer >> alert.review_action >> alert.clock_kind >> alert.language >>
      alert.recipient_left >> alert.acknowledged_at >> alert.acknowledged_by;
  return alert;
}

namespace statements {
const std::vector<Statement> kDeliveryReads{
    kAll,   kPending,     kSent,    kFailed, kOfCase,    kOne,       kFailedCount, kLock,
    kAgain, kNoticeAgain, kHistory, kWishes, kSetWishes, kLookAgain, kLinkKey,     kLinkedAlert};
}

}  // namespace firsthand::postgres
