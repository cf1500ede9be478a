-- SPDX-License-Identifier: Apache-2.0
-- When somebody wants to be called is theirs as well: it goes with the erasure.
create function forget_contact_hours() returns trigger language plpgsql as $$
begin
  new.contact_from_min := null;
  new.contact_until_min := null;
  return new;
end $$;
create trigger customer_erased before update of erased_at on customer for each row
  when (new.erased_at is not null and old.erased_at is null) execute function forget_contact_hours();
update customer set contact_from_min = null, contact_until_min = null
  where erased_at is not null and contact_from_min is not null;
