-- SPDX-License-Identifier: Apache-2.0
-- Between which times of the day a customer wants to be called: minutes after midnight, by the
-- calendar of the callback rules.
alter table customer
  add column contact_from_min integer check (contact_from_min between 0 and 1439),
  add column contact_until_min integer check (contact_until_min between 0 and 1439),
  add constraint contact_hours_have_two_ends check ((contact_from_min is null) = (contact_until_min is null)
    and contact_from_min is distinct from coalesce(contact_until_min, -1));
