-- SPDX-License-Identifier: Apache-2.0
-- Where a caller stands in line: earlier than enqueued_at for whoever was cut off and came back soon.
-- virtual_hold: has hung up and is called when the turn comes.
alter table interaction
  add column place_at timestamptz,
  add column virtual_hold boolean not null default false,
  drop column stage,
  drop column stage_until;

-- Which calls of a customer broke off a moment ago.
create index interaction_given_up on interaction (customer_id, ended_at) where outcome = 'abandoned';
