-- SPDX-License-Identifier: Apache-2.0
-- What the finance and order systems know of a customer: contracts, orders, invoices, payments,
-- yearly fees. They are imported, never typed; whatever is due is derived from them.

-- ---------------------------------------------------------------- who is who in another system
create table customer_reference (
  source text not null,
  external_id text not null,                   -- the customer's id there
  customer_id bigint not null references customer,
  row_hash text not null default '',           -- of the line as it was imported last
  imported_at timestamptz not null default now(),
  primary key (source, external_id)
);
create index customer_reference_customer on customer_reference (customer_id);
create index customer_reference_external on customer_reference (external_id text_pattern_ops);

-- ---------------------------------------------------------------- runs of imports
create table import_run (
  id bigint primary key,
  kind text not null check (kind in ('customers','facts')),
  source text not null,
  file_name text not null default '',
  content_mark text not null,                  -- size and checksum: the same file goes on where it stopped
  mapping text not null default '',
  by_user_id bigint references user_account,
  client text not null default '',             -- or which other system
  request_key text,                            -- Idempotency-Key of whoever asked
  dry_run boolean not null,
  state text not null check (state in ('running','done','failed')),
  error text not null default '',
  lines bigint not null default 0,             -- read so far, without the header
  added bigint not null default 0,
  changed bigint not null default 0,
  unchanged bigint not null default 0,
  refused bigint not null default 0,
  last_line bigint not null default 0,         -- everything up to this line is committed
  bytes_total bigint not null default 0,
  bytes_done bigint not null default 0,
  told_to bigint not null default 0,           -- customers whose history has its line
  claimed_until timestamptz not null default now(),
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint ended_run_has_time check ((state = 'running') = (ended_at is null))
);
create index import_run_open on import_run (claimed_until) where state = 'running';
create index import_run_same on import_run (kind, source, content_mark, id);
create unique index import_run_request on import_run (client, coalesce(by_user_id, 0), request_key)
  where request_key is not null;

create table import_body (                     -- what was uploaded, until it is worked through
  run_id bigint primary key references import_run on delete cascade,
  body text not null
);

create table import_refusal (
  run_id bigint not null references import_run,
  line bigint not null,
  code text not null,
  sentence text not null,
  field text not null default '',
  text text not null default '',               -- the line, shortened
  primary key (run_id, line)
);

-- ---------------------------------------------------------------- the facts
create table business_fact (
  id bigint primary key default nextval('firsthand_id'),
  source text not null,
  kind text not null check (kind in ('contract','order','invoice','payment','fee')),
  external_id text not null,
  customer_id bigint not null references customer,
  on_date date not null,
  due_on date,                                 -- of invoices and fees; null: at once
  ends_on date,                                -- of contracts
  amount_cents bigint not null,
  cost_cents bigint,                           -- what it cost us, where the other system says so
  currency text not null,
  settles text not null default '',            -- of payments: the invoice or fee that it is for
  title text not null default '',
  imported_at timestamptz not null default now(),
  import_id bigint references import_run,      -- that wrote it last
  unique (source, kind, external_id)
);
create index business_fact_customer on business_fact (customer_id, on_date);
create index business_fact_import on business_fact (import_id, customer_id);
create index business_fact_contract_ends on business_fact (ends_on) where kind = 'contract' and ends_on is not null;

create table business_fact_change (            -- what a fact was before an import changed it
  id bigint generated always as identity primary key,
  fact_id bigint not null references business_fact,
  import_id bigint not null references import_run,
  at timestamptz not null default now(),
  before jsonb not null
);
create index business_fact_change_fact on business_fact_change (fact_id, id);
create index business_fact_change_import on business_fact_change (import_id);

-- Balances that were typed before there were facts become an invoice each, so that none is lost.
insert into business_fact (source, kind, external_id, customer_id, on_date, amount_cents, currency, title)
select 'opening-balance', 'invoice', id::text, id, (created_at at time zone 'UTC')::date, unpaid_balance_cents, 'CNY', '期初余额'
from customer where unpaid_balance_cents > 0;
alter table customer drop column unpaid_balance_cents;

-- ---------------------------------------------------------------- balances, derived
-- Invoiced and received of records that are one customer; fees are owed as invoices are.
create function customer_totals(records bigint[], out invoiced bigint, out received bigint)
language sql stable parallel safe as $$
  select coalesce(sum(amount_cents) filter (where kind in ('invoice','fee')), 0)::bigint,
         coalesce(sum(amount_cents) filter (where kind = 'payment'), 0)::bigint
  from business_fact where customer_id = any(records)
$$;

-- What is still open of each invoice and fee. A payment that names one settles it; what is more
-- than that, payments that name none, and credit notes cover the rest, the oldest due first.
create function customer_open_items(records bigint[])
returns table (fact_id bigint, due_on date, open_cents bigint) language sql stable parallel safe as $$
  with facts as (
    select * from business_fact where customer_id = any(records) and kind in ('invoice','fee','payment')
  ), named as (
    select source, settles, sum(amount_cents) as paid from facts
    where kind = 'payment' and settles <> '' group by 1, 2
  ), items as (
    select f.id, coalesce(f.due_on, f.on_date) as due, f.amount_cents as amount,
      least(f.amount_cents, greatest(0, coalesce(n.paid, 0))) as settled
    from facts f left join named n on n.source = f.source and n.settles = f.external_id
      -- One number may stand for an invoice and a fee: the money is the invoice's then.
      and (f.kind = 'invoice' or not exists (select 1 from facts i where i.kind = 'invoice'
        and i.source = f.source and i.external_id = f.external_id))
    where f.kind <> 'payment' and f.amount_cents > 0
  ), rest as (
    select coalesce((select sum(amount_cents) from facts where kind = 'payment'), 0)
      - coalesce((select sum(settled) from items), 0)
      - coalesce((select sum(amount_cents) from facts where kind <> 'payment' and amount_cents < 0), 0) as money
  ), lined_up as (
    select id, due, amount - settled as open,
      sum(amount - settled) over (order by due, id) as up_to from items
  )
  select id, due, least(open, greatest(0, up_to - money))::bigint from lined_up, rest
$$;

-- ---------------------------------------------------------------- figures of the scoring rule
-- Of the last year: money from invoices and fees; the margin where their cost is known.
create or replace view customer_figures as
select c.id as customer_id,
  m.revenue as revenue_cents,
  m.margin as margin_percent,
  (select count(*) from case_file f where f.customer_id = any(g.ids)
    and f.kind = 'complaint' and f.opened_at > now() - interval '1 year') as complaints,
  (extract(epoch from now() - c.created_at) / 2629800)::double precision as tenure_months,
  0::double precision as potential
from customer c
cross join lateral (select customer_group(c.id) as ids) g
cross join lateral (
  select greatest(0, coalesce(sum(f.amount_cents), 0))::bigint as revenue,
    coalesce(100.0 * sum(f.amount_cents - f.cost_cents) filter (where f.cost_cents is not null)
      / nullif(sum(f.amount_cents) filter (where f.cost_cents is not null), 0), 0)::double precision as margin
  from business_fact f where f.customer_id = any(g.ids) and f.kind in ('invoice','fee')
    and f.on_date > (now() - interval '1 year')::date) m;

-- ---------------------------------------------------------------- what finance says
create table reconciliation (
  id bigint primary key,
  source text not null,
  file_name text not null default '',
  by_user_id bigint references user_account,
  client text not null default '',
  at timestamptz not null default now(),
  customers integer not null,                  -- compared
  equal integer not null,
  differing integer not null,
  refused integer not null                     -- lines that could not be read
);
create table reconciliation_line (             -- what differs, and only that
  reconciliation_id bigint not null references reconciliation,
  place integer not null,
  state text not null check (state in ('differs','only_theirs','only_ours','unknown_customer','refused')),
  line bigint,
  reference text not null default '',
  customer_id bigint references customer,
  our_invoiced bigint, our_received bigint, our_due bigint,
  their_invoiced bigint, their_received bigint, their_due bigint,
  note text not null default '',
  primary key (reconciliation_id, place)
);

-- ---------------------------------------------------------------- nobody is in touch
-- A call to a customer whom nobody was in touch with shares the place of the call for a missed one.
alter table callback drop constraint callback_kind_check;
alter table callback add constraint callback_kind_check
  check (kind in ('promised','abandoned','follow_up','neglected'));

grant select, insert, update on customer_reference, import_run, business_fact to firsthand_engine;
grant select, insert, delete on import_body to firsthand_engine;
grant select, insert on import_refusal, business_fact_change, reconciliation, reconciliation_line to firsthand_engine;
grant usage, select on sequence business_fact_change_id_seq to firsthand_engine;
