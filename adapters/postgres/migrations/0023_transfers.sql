-- SPDX-License-Identifier: Apache-2.0
-- Calls on their way from one agent to another, and supervisors who listen.
alter table interaction add column requeued_at timestamptz; -- waits again since then, in its old place

create table transfer (
  id bigint primary key,
  interaction_id bigint not null references interaction,
  from_id bigint not null references user_account,
  to_id bigint references user_account,        -- none: to a queue
  queue_code text not null default '',
  how text not null check (how in ('blind','consult')),
  state text not null check (state in ('ringing','returning','consulting','colleague_waits','conference','ended')),
  note text not null default '',
  offer_id bigint,
  leg_id text not null default '',             -- the consulted colleague's
  return_token text not null default '',       -- of the ring at from_id, should nobody take it
  began_at timestamptz not null,
  ended_at timestamptz,
  ended_why text not null default '',
  constraint ended_transfer_has_time check ((state = 'ended') = (ended_at is not null)),
  constraint transfer_leads_somewhere check ((to_id is null) = (queue_code <> ''))
);
create unique index transfer_one_live on transfer (interaction_id) where state <> 'ended';
create index transfer_interaction on transfer (interaction_id, id desc);

create table listening (
  id bigint primary key,
  interaction_id bigint not null references interaction,
  agent_id bigint not null references user_account,
  listener_id bigint not null references user_account,
  mode text not null check (mode in ('listen','whisper')),
  leg_id text not null default '',
  began_at timestamptz not null,
  answered_at timestamptz,
  ended_at timestamptz
);
create unique index listening_one_live on listening (listener_id) where ended_at is null;

grant select, insert, update on transfer, listening to firsthand_engine;
