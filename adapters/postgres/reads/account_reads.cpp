// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/account_reads.hpp"

#include <limits>
#include <map>

#include "engine/account_rules.hpp"
#include "engine/clock_rules.hpp"
#include "engine/words.hpp"

namespace firsthand::postgres {
namespace {

// The account of a merged record stands for the customer while the record kept has none.
#define FIRSTHAND_COUNTS                                             \
  " (c.merged_into is null or not exists (select from account other" \
  "  where other.customer_id = customer_root(c.id)))"

constexpr Statement kRowsOf{
    "read_account_rows",
    "select a.customer_id, c.id, c.name, c.tier, coalesce((select n.number from customer_number n"
    "  where n.customer_id = c.id order by n.number limit 1), ''),"
    " c.kind, c.product, c.do_not_call, a.state, coalesce(f.code, ''),"
    " o.id, o.name, p.id, p.name, d.id, d.name, b.id, b.name, w.id, w.name,"
    " a.since, a.followed_up_at,"
    " (select max(i.answered_at) from interaction i where i.customer_id = c.id),"
    " (select count(*) from case_file x where x.customer_id = c.id"
    "   and x.state not in ('resolved', 'closed')), a.version"
    " from unnest($1::bigint[]) with ordinality as wanted(id, place)"
    " join account a on a.customer_id = wanted.id"
    " join customer own on own.id = a.customer_id"
    " join customer c on c.id = customer_root(own.id)"
    " left join user_account o on o.id = a.owner_id"
    " left join user_account p on p.id = a.previous_owner_id"
    " left join user_account d on d.id = a.developer_id"
    " left join user_account b on b.id = a.entered_by"
    " left join user_account w on w.id = a.entered_for"
    " left join office f on f.id = coalesce(o.office_id, p.office_id)"
    " order by wanted.place"};

constexpr Statement kHolds{
    "read_hold_clocks",
    "select k.customer_id, k.id, k.kind, k.state, k.started_at, k.due_at, k.breached_at,"
    " k.ended_at, k.cycle, k.policy, k.policy_version, k.calendar, k.budget_kind, k.budget_s,"
    " k.ladder from sla_clock k where k.customer_id = any($1::bigint[]) and k.kind = 'pool_hold'"
    " and k.ended_at is null"};

// $4 and $5: the cursor, newest first.
constexpr Statement kPool{
    "list_pool_ids",
    "select a.customer_id, (extract(epoch from a.since) * 1000000)::bigint"
    " from account a join customer c on c.id = a.customer_id where a.state = 'pooled'"
    " and" FIRSTHAND_COUNTS
    " and ($1 = '' or c.tier = $1)"
    " and ($2 = '' or exists (select from user_account u join office f on f.id = u.office_id"
    "  where u.id = a.previous_owner_id and f.code = $2))"
    " and ($3::timestamptz is null or a.since >= $3::timestamptz)"
    " and (a.since, a.customer_id) <"
    "  (timestamptz 'epoch' + $4::bigint * interval '1 microsecond', $5::bigint)"
    " order by a.since desc, a.customer_id desc limit $6"};

// An account without a hold period comes last: 'infinity' has no epoch, so a far time stands in.
constexpr Statement kHeld{
    "list_held_ids",
    "select h.id, h.due from (select a.customer_id as id, coalesce((select"
    "   (extract(epoch from k.due_at) * 1000000)::bigint from sla_clock k"
    "   where k.customer_id = a.customer_id and k.kind = 'pool_hold' and k.ended_at is null"
    "   order by k.id desc limit 1), 9000000000000000) as due"
    "  from account a join customer c on c.id = a.customer_id where a.state = 'held'"
    "   and" FIRSTHAND_COUNTS
    " and ($1::bigint = 0 or a.owner_id = $1::bigint)) h"
    " where h.due < $2::bigint and (h.due, h.id) > ($3::bigint, $4::bigint)"
    " order by h.due, h.id limit $5"};

#undef FIRSTHAND_COUNTS

constexpr Statement kAccountOf{"find_account",
                               "select a.id from account_of($1) as a(id) where a.id is not null"};

constexpr Statement kLedger{
    "read_account_entries",
    "select e.how, e.reason, o.id, o.name, p.id, p.name, b.id, b.name, e.at from account_entry e"
    " left join user_account o on o.id = e.owner_id"
    " left join user_account p on p.id = e.previous_owner_id"
    " left join user_account b on b.id = e.by_user_id"
    " where e.customer_id = $1 order by e.id desc limit 200"};

constexpr Statement kClaimsOf{"count_claims",
                              "select count(*) from account_entry where how = 'claimed'"
                              " and by_user_id = $1 and at >= $2"};

/// The console turns it amber at the ladder's first warning.
OptionalStamp first_warning(const Rules& rules, const SlaClock& clock) {
  const Ladder& ladder = ladder_of(clock, rules);
  if (ladder.steps.empty() || ladder.steps.front().is_breach()) return std::nullopt;
  const auto at = step_due(clock, ladder.steps.front(), {}, rules);
  return at ? OptionalStamp{Stamp{*at}} : std::nullopt;
}

std::map<std::int64_t, ClockView> hold_clocks(Tx& tx, const Rules& rules, const Ids& customers) {
  std::map<std::int64_t, ClockView> out;
  for (const auto& row : tx.exec(kHolds, array_of(customers))) {
    ClockView view;
    SlaClock clock;
    Columns columns(row);
    const auto customer = columns.template take<std::int64_t>();
    columns >> view.id >> view.kind >> view.state >> view.started_at >> view.due_at >>
        view.breached_at >> view.ended_at >> view.cycle >> view.policy >> view.policy_version >>
        view.calendar >> view.budget_kind >> view.budget_s >> clock.ladder;
    clock.kind = ClockKind::pool_hold;
    clock.calendar = view.calendar;
    clock.policy_version = view.policy_version;
    clock.budget = {from_word<BudgetKind>(view.budget_kind).value_or(BudgetKind::calendar_time),
                    view.budget_s};
    clock.started_at = view.started_at.at;
    if (view.due_at) clock.due_at = view.due_at->at;
    view.warn_at = first_warning(rules, clock);
    out.insert_or_assign(customer, std::move(view));
  }
  return out;
}

/// What the engine decides by, of a row.
Account engine_account(const AccountRow& row) {
  Account account;
  account.state = from_word<AccountState>(row.state).value_or(AccountState::held);
  if (row.owner) account.owner = UserId{row.owner->id};
  if (row.previous_owner) account.previous_owner = UserId{row.previous_owner->id};
  account.since = row.since.at;
  return account;
}

void add_hindrances(std::vector<AccountRow>& rows, const Rules& rules, UserId me, int claimed,
                    Instant now) {
  const User* person = rules.user(me);
  if (!person || !claims_accounts(person->role)) return;
  for (auto& row : rows) {
    const Account account = engine_account(row);
    if (account.state != AccountState::pooled) continue;
    const auto refusal = why_not_claim(account, me, claimed, rules, now);
    if (!refusal) continue;
    row.hindrance = ClaimHindrance{refusal->code, refusal->sentence, std::nullopt};
    if (const auto until = cools_until(account, me, rules, now))
      row.hindrance->until = Stamp{*until};
  }
}

std::vector<AccountRow> account_rows(Tx& tx, const Rules& rules, const Ids& ids) {
  std::vector<AccountRow> out;
  if (ids.empty()) return out;
  auto clocks = hold_clocks(tx, rules, ids);
  for (const auto& row : tx.exec(kRowsOf, array_of(ids))) {
    AccountRow item;
    Columns columns(row);
    const auto account = columns.template take<std::int64_t>();
    columns >> item.customer.id >> item.customer.name >> item.customer.tier >>
        item.customer.number >> item.kind >> item.product >> item.do_not_call >> item.state >>
        item.office;
    for (auto* who : {&item.owner, &item.previous_owner, &item.developer, &item.entered_by,
                      &item.entered_for}) {
      *who = take_optional_user(columns);
    }
    columns >> item.since >> item.followed_up_at >> item.last_contact_at >> item.open_cases >>
        item.version;
    item.customer.number = mask_number(item.customer.number);
    if (const auto clock = clocks.find(account); clock != clocks.end())
      item.clock = std::move(clock->second);
    out.push_back(std::move(item));
  }
  return out;
}

std::int64_t microseconds(Instant at) {
  return std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
}

}  // namespace

std::optional<Page<AccountRow>> list_pool(Tx& tx, const Rules& rules, UserId me,
                                          const PoolFilter& filter) {
  const auto from = dated_place_of(filter.after, kNewest);
  if (!from) return std::nullopt;
  const int limit = page_size(filter.limit);
  const auto rows =
      tx.exec(kPool, filter.tier, filter.office, filter.since, from->a, from->b, limit + 1);
  Ids ids = ids_of(rows);
  Page<AccountRow> page;
  page.next = cut(ids, rows, limit);
  page.items = account_rows(tx, rules, ids);
  add_hindrances(page.items, rules, me, claims_of(tx, rules, me).today, now_of(tx));
  return page;
}

std::optional<Page<AccountRow>> list_held(Tx& tx, const Rules& rules, const HeldFilter& filter) {
  const auto from = dated_place_of(filter.after, {0, 0});
  if (!from) return std::nullopt;
  const std::int64_t before = filter.due_before ? microseconds(*filter.due_before)
                                                : std::numeric_limits<std::int64_t>::max();
  const int limit = page_size(filter.limit);
  const auto rows = tx.exec(kHeld, filter.owner, before, from->a, from->b, limit + 1);
  Ids ids = ids_of(rows);
  Page<AccountRow> page;
  page.next = cut(ids, rows, limit);
  page.items = account_rows(tx, rules, ids);
  return page;
}

Claims claims_of(Tx& tx, const Rules& rules, UserId who) {
  const Instant day = company_day(rules, now_of(tx));
  Claims claims;
  claims.per_day = rules.book.accounts.claims_per_day;
  claims.next_day_at = Stamp{company_day(rules, day + std::chrono::hours{36})};
  claims.today = read<int>(tx.exec(kClaimsOf, who, day)[0][0]);
  return claims;
}

AccountFile read_account(Tx& tx, const Rules& rules, UserId me, std::int64_t customer) {
  AccountFile file;
  const Ids account = ids_of(tx.exec(kAccountOf, customer));
  auto rows = account_rows(tx, rules, account);
  if (rows.empty()) return file;
  add_hindrances(rows, rules, me, claims_of(tx, rules, me).today, now_of(tx));
  file.account = std::move(rows.front());
  for (const auto& row : tx.exec(kLedger, account.front())) {
    AccountEntryView entry;
    Columns columns(row);
    columns >> entry.how >> entry.reason;
    entry.owner = take_optional_user(columns);
    entry.previous_owner = take_optional_user(columns);
    entry.by = take_optional_user(columns);
    columns >> entry.at;
    file.ledger.push_back(std::move(entry));
  }
  return file;
}

namespace statements {
const std::vector<Statement> kAccountReads{kRowsOf,    kHolds,  kPool,    kHeld,
                                           kAccountOf, kLedger, kClaimsOf};
}

}  // namespace firsthand::postgres
