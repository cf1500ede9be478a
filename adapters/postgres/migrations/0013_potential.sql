-- SPDX-License-Identifier: Apache-2.0
-- What a customer may yet be worth, as the account owner estimates: one input of the scoring rule. While
-- nobody has estimated it counts as nothing.
alter table customer add column potential integer check (potential between 0 and 100);
create or replace view customer_figures as
select c.id as customer_id,
  m.revenue as revenue_cents,
  m.margin as margin_percent,
  (select count(*) from case_file f where f.customer_id = any(g.ids)
    and f.kind = 'complaint' and f.opened_at > now() - interval '1 year') as complaints,
  (extract(epoch from now() - c.created_at) / 2629800)::double precision as tenure_months,
  coalesce(c.potential, 0)::double precision as potential
from customer c
cross join lateral (select customer_group(c.id) as ids) g
cross join lateral (
  select greatest(0, coalesce(sum(f.amount_cents), 0))::bigint as revenue,
    coalesce(100.0 * sum(f.amount_cents - f.cost_cents) filter (where f.cost_cents is not null)
      / nullif(sum(f.amount_cents) filter (where f.cost_cents is not null), 0), 0)::double precision as margin
  from business_fact f where f.customer_id = any(g.ids) and f.kind in ('invoice','fee')
    and f.on_date > (now() - interval '1 year')::date) m;
