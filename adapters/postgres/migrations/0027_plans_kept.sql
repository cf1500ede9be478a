-- SPDX-License-Identifier: Apache-2.0
-- PostgreSQL plans the body of an SQL function anew in each query that calls it, the body of a
-- PL/pgSQL function once a session. These two are called for every caller who is shown to anybody.
create or replace function customer_group(wanted bigint) returns bigint[]
language plpgsql stable parallel safe as $$
begin
  return (
    with recursive found(id) as (
      select customer_root(wanted)
      union select c.id from customer c join found f on c.merged_into = f.id)
    select array_agg(id) from found);
end $$;

create or replace function customer_totals(records bigint[], out invoiced bigint, out received bigint)
language plpgsql stable parallel safe as $$
begin
  select coalesce(sum(amount_cents) filter (where kind in ('invoice','fee')), 0)::bigint,
         coalesce(sum(amount_cents) filter (where kind = 'payment'), 0)::bigint
  into invoiced, received
  from business_fact where customer_id = any(records);
end $$;
