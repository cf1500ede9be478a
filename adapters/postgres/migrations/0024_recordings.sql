-- SPDX-License-Identifier: Apache-2.0
-- Recordings of calls: a part from the moment in which somebody talks with the customer until they
-- part. The file lies in the PBX until it has been fetched, then in the engine's own directory.
create table recording (
  id bigint primary key,
  interaction_id bigint not null references interaction,
  part integer not null check (part > 0),
  name text not null unique,                    -- of the file, there and here
  agent_id bigint references user_account,
  state text not null check (state in ('starting','recording','paused','ended','kept','lost','deleted')),
  silent boolean not null default false,        -- the customer is on hold
  may_pause boolean not null default false,
  paused_by_id bigint references user_account,
  paused_at timestamptz,
  paused_until timestamptz,
  began_at timestamptz not null,
  ended_at timestamptz,
  keep_days integer not null check (keep_days between 1 and 3650),
  keep_until timestamptz,
  hold_reason text not null default '',         -- kept beyond that
  seconds bigint not null default 0,
  bytes bigint not null default 0,
  sha256 text not null default '',
  deleted_at timestamptz,
  deleted_why text not null default '',
  -- What the engine's keeper of the files notes; no decision hangs on it.
  at_pbx boolean not null default true,         -- a copy may still lie there
  file_gone_at timestamptz,                     -- of one that is deleted
  tries integer not null default 0,
  next_try_at timestamptz not null default now(),
  last_error text not null default '',
  constraint recording_part_once unique (interaction_id, part),
  constraint ended_recording_has_time check ((state in ('starting','recording','paused')) = (ended_at is null)),
  constraint kept_recording_has_digest check (state <> 'kept' or (sha256 <> '' and keep_until is not null)),
  constraint deleted_recording_has_time check ((state = 'deleted') = (deleted_at is not null))
);
create unique index recording_one_live on recording (interaction_id) where state in ('starting','recording','paused');
create index recording_paused on recording (paused_until) where state = 'paused';
create index recording_to_fetch on recording (next_try_at) where state = 'ended';
create index recording_to_remove on recording (next_try_at) where state = 'deleted' and (file_gone_at is null or at_pbx);
create index recording_left_at_pbx on recording (next_try_at) where state = 'kept' and at_pbx;
create index recording_to_expire on recording (keep_until) where state in ('kept','ended') and hold_reason = '';
grant select, insert, update on recording to firsthand_engine;

-- What somebody has said goes with the erasure; the files are removed after it.
create function erase_recordings() returns trigger language plpgsql as $$
begin
  update recording r set state = 'deleted', deleted_at = now(), deleted_why = 'erased', hold_reason = '',
      paused_until = null, next_try_at = now()
    from interaction i where i.id = r.interaction_id and i.customer_id = new.id
      and r.state in ('ended','kept');
  return null;
end $$;
create trigger customer_erased_recordings after update of erased_at on customer for each row
  when (new.erased_at is not null and old.erased_at is null) execute function erase_recordings();
