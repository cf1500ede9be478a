// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/neglect_reads.hpp"

namespace firsthand::postgres {
namespace {

// $1 today, $2 days without contact, $3 days to the end of a contract, $4 only those to whom nobody
// was sent, $5 limit. First by the facts of each record, then by everything the customer is.
constexpr Statement kNeglected{
    "read_neglected",
    "with owing as (select customer_id from business_fact"
    "   where kind in ('invoice','fee','payment') group by 1 having"
    "   coalesce(sum(amount_cents) filter (where kind <> 'payment'), 0)"
    "    > coalesce(sum(amount_cents) filter (where kind = 'payment'), 0)"
    "   and min(coalesce(due_on, on_date)) filter (where kind <> 'payment') < $1::date),"
    " ending as (select customer_id from business_fact where kind = 'contract'"
    "   and ends_on >= $1::date and ends_on < $1::date + $3::integer),"
    " seen as (select c.id, c.name, c.tier, c.do_not_call, g.ids, t.invoiced - t.received as due,"
    "   (select min(ends_on) from business_fact f where f.customer_id = any(g.ids)"
    "     and f.kind = 'contract' and f.ends_on >= $1::date"
    "     and f.ends_on < $1::date + $3::integer) as ends_on,"
    "   (select max(at) from (select answered_at as at from interaction i"
    "      where i.customer_id = any(g.ids) and i.answered_at is not null"
    "     union all select ended_at from callback b"
    "      where b.customer_id = any(g.ids) and b.state = 'kept') x) as contact_at"
    "  from (select distinct customer_root(customer_id) as id"
    "    from (select customer_id from owing union select customer_id from ending) either) w"
    "  join customer c on c.id = w.id"
    "  cross join lateral (select customer_group(c.id) as ids) g"
    "  cross join lateral customer_totals(g.ids) t where c.erased_at is null),"
    " quiet as (select s.*, coalesce((select sum(open_cents) from customer_open_items(s.ids)"
    "    where due_on < $1::date), 0)::bigint as overdue from seen s"
    "  where contact_at is null or contact_at < now() - make_interval(days => $2::integer))"
    " select q.id, q.name, q.tier, coalesce((select min(n.number) from customer_number n"
    "   where n.customer_id = any(q.ids)), ''), q.do_not_call, o.id, o.name, greatest(0, q.due), "
    "q.overdue,"
    " q.ends_on::text, q.contact_at, p.id, p.name from quiet q"
    " left join lateral (select owner_id from account a where a.customer_id = any(q.ids)"
    "   order by a.customer_id <> q.id, a.customer_id limit 1) a on true"
    " left join user_account o on o.id = a.owner_id"
    " left join lateral (select user_id from callback b where b.customer_id = any(q.ids)"
    "   and b.case_id is null and b.kind <> 'follow_up' and b.state = 'open' limit 1) b on true"
    " left join user_account p on p.id = b.user_id"
    " where (q.overdue > 0 or q.ends_on is not null) and (not $4::boolean or not exists"
    "  (select 1 from callback b where b.customer_id = any(q.ids) and b.case_id is null"
    "    and (b.state = 'open' or b.kind = 'neglected'"
    "     and b.promised_at > now() - make_interval(days => $2::integer))))"
    " order by q.overdue desc, q.ends_on, q.id limit $5"};

constexpr Statement kPlanned{
    "read_planned_since",
    "select count(*) from callback where kind = 'neglected' and promised_at >= $1::timestamptz"};

}  // namespace

std::vector<NeglectedCustomer> neglected_customers(Tx& tx, const NeglectQuestion& question) {
  std::vector<NeglectedCustomer> out;
  for (const auto& row : tx.exec(kNeglected, to_iso8601(question.today), question.days,
                                 question.contract_days, question.only_unplanned, question.limit)) {
    NeglectedCustomer one;
    Columns columns(row);
    columns >> one.customer.id >> one.customer.name >> one.customer.tier >> one.customer.number;
    one.customer.number = mask_number(one.customer.number);
    columns >> one.do_not_call;
    one.owner = take_optional_user(columns);
    columns >> one.due_cents >> one.overdue_cents >> one.contract_ends_on >> one.last_contact_at;
    one.planned = take_optional_user(columns);
    out.push_back(std::move(one));
  }
  return out;
}

std::int64_t planned_since(Tx& tx, Instant since) {
  return read<std::int64_t>(tx.exec(kPlanned, since)[0][0]);
}

namespace statements {
const std::vector<Statement> kNeglectReads{kNeglected, kPlanned};
}

}  // namespace firsthand::postgres
