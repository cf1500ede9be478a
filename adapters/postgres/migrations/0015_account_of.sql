-- SPDX-License-Identifier: Apache-2.0
-- The record on which a customer's account stands: the one that was kept, or one that it took in, as the engine
-- has it; null: nobody's customer yet.
create function account_of(customer bigint) returns bigint
language sql stable set search_path = public, pg_temp as $$
  select a.customer_id from account a where a.customer_id = any(customer_group(customer))
  order by a.customer_id <> customer_root(customer), a.customer_id limit 1
$$;
