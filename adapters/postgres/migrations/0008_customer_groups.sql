-- SPDX-License-Identifier: Apache-2.0
-- Records that are merged are read as one customer. What has been merged is a handful of rows, so
-- the group of a customer is found by walking the pointers.

create function customer_root(wanted bigint) returns bigint language plpgsql stable parallel safe as $$
declare
  here bigint := wanted;
  above bigint;
begin
  loop
    select merged_into into above from customer where id = here;
    if above is null then return here; end if;
    here := above;
  end loop;
end $$;

create function customer_group(wanted bigint) returns bigint[] language sql stable parallel safe as $$
  with recursive found(id) as (
    select customer_root(wanted)
    union select c.id from customer c join found f on c.merged_into = f.id)
  select array_agg(id) from found
$$;

create index customer_merge_gone on customer_merge (gone_id, id);

-- The timeline reads the newest entries of a customer in the order in which they are shown.
drop index history_customer;
create index history_customer on history (customer_id, at desc, id desc) where customer_id is not null;

-- Whether a customer is known is asked at each keystroke of an order screen: by the beginning of a
-- number, by an address of mail, by the beginning of a name (customer_name).
create index customer_number_prefix on customer_number (number text_pattern_ops);
create index customer_email on customer (lower(email)) where email <> '';

-- What the scoring rule of tiers looks at, of the last year. Money and potential are zero until
-- business records say otherwise.
create view customer_figures as
select c.id as customer_id,
  0::bigint as revenue_cents,
  0::double precision as margin_percent,
  (select count(*) from case_file f where f.customer_id = any(customer_group(c.id))
    and f.kind = 'complaint' and f.opened_at > now() - interval '1 year') as complaints,
  (extract(epoch from now() - c.created_at) / 2629800)::double precision as tenure_months,
  0::double precision as potential
from customer c;
grant select on customer_figures to firsthand_engine;
