-- SPDX-License-Identifier: Apache-2.0
-- The whole picture once: who works here, who calls, what happens, what is promised.
-- Every id comes from one sequence, handed to engine nodes in blocks.

create sequence firsthand_id increment by 1 start with 1000;
create sequence case_number_sequence;

-- ---------------------------------------------------------------- people and places
create table office (
  id bigint primary key,
  code text not null unique,
  name text not null
);

create table department (
  id bigint primary key,
  code text not null unique,
  name_zh text not null,
  name_en text not null,
  email text not null default '',
  return_limit_s integer not null default 14400 check (return_limit_s >= 0)
);

create table user_account (
  id bigint primary key,
  login text not null unique check (login ~ '^[a-z0-9._-]{2,64}$'),
  name text not null,
  role text not null check (role in ('agent','back_line','liaison','supervisor','manager','administrator')),
  department_id bigint references department,
  is_department_head boolean not null default false,
  office_id bigint references office,
  email text not null default '',
  extension text not null default '',          -- the desk phone; '' = none
  skills text[] not null default '{}',
  languages text[] not null default '{zh}',
  language text not null default 'zh' check (language in ('zh','en')),
  deputy_id bigint references user_account,
  deputy_from timestamptz,
  deputy_until timestamptz,
  password_hash text not null default '',
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  version bigint not null default 1
);
create index user_account_department on user_account (department_id);

create table session (
  id_hash bytea primary key,
  user_id bigint not null references user_account,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  client_address text not null default ''
);
create index session_of_user on session (user_id);

create table api_token (
  id bigint primary key,
  name text not null unique,
  token_hash bytea not null unique,
  scopes text[] not null,                      -- 'complaints', 'telephony', 'read'
  signing_secret text not null default '',     -- Standard Webhooks secret of a pushing PBX
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

-- ---------------------------------------------------------------- customers
create table customer (
  id bigint primary key,
  kind text not null default 'person' check (kind in ('person','company')),
  name text not null,
  initials text not null default '',           -- pinyin initials, for search
  language text not null default 'zh',
  tier text not null default 'standard' check (tier in ('standard','silver','gold','key')),
  email text not null default '',
  address text not null default '',
  provisional boolean not null default false,
  do_not_call boolean not null default false,
  product text not null default '',            -- last product and serial number
  unpaid_balance_cents bigint not null default 0,
  created_at timestamptz not null,
  version bigint not null default 1
);
create index customer_name on customer (name text_pattern_ops);
create index customer_initials on customer (initials text_pattern_ops);

create table customer_number (
  customer_id bigint not null references customer,
  number text not null,                        -- E.164, or a short code as it is
  label text not null default '',
  primary key (number, customer_id)
);
create index customer_number_customer on customer_number (customer_id);

-- ---------------------------------------------------------------- interactions and offers
create table interaction (
  id bigint primary key,
  channel text not null check (channel in ('call','web','email','walk_in','field_visit','api')),
  direction text not null check (direction in ('inbound','outbound')),
  state text not null check (state in ('waiting','offered','talking','held','ended')),
  outcome text not null default '',            -- handled, abandoned, callback, released, failed, engine_gap ...
  customer_id bigint not null references customer,
  case_id bigint,
  callback_id bigint,                          -- an outbound call that tries this callback
  number text not null default '',             -- the other party
  dialled text not null default '',
  queue_code text not null default '',
  agent_id bigint references user_account,     -- who talks or talked
  owner_id bigint references user_account,     -- who should get it first
  stage integer not null default 0,            -- of plan(): owner, deputy, team, skills, overflow, callback
  stage_until timestamptz,
  enqueued_at timestamptz not null,
  answered_at timestamptz,
  ended_at timestamptz,
  pbx_id text not null default '',
  channel_id text not null default '',         -- the PBX's own id of the customer's leg
  leg_id text not null default '',             -- our id of the agent's leg that talks
  observed boolean not null default false,     -- seen through CTI events, not routed by us
  version bigint not null default 1,
  constraint ended_has_time check ((state = 'ended') = (ended_at is not null))
);
create unique index interaction_channel on interaction (pbx_id, channel_id) where channel_id <> '';
create index interaction_live on interaction (enqueued_at) where state <> 'ended';
create index interaction_customer on interaction (customer_id, enqueued_at desc);
create index interaction_case on interaction (case_id) where case_id is not null;
create index interaction_agent on interaction (agent_id, enqueued_at desc);

create table offer (
  id bigint primary key,
  interaction_id bigint not null references interaction,
  agent_id bigint not null references user_account,
  token text not null,
  leg_id text not null default '',
  reason text not null default '',             -- why this agent: owner, deputy, team, skills, overflow
  state text not null check (state in ('open','accepted','declined','expired','withdrawn','failed')),
  offered_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);
-- The fence: one open offer per interaction, one per agent. A unique violation means the race is lost.
create unique index offer_one_per_interaction on offer (interaction_id) where state = 'open';
create unique index offer_one_per_agent on offer (agent_id) where state = 'open';
create index offer_expiry on offer (expires_at) where state = 'open';
create index offer_interaction on offer (interaction_id);

create table desk (                            -- an agent at work: presence and the slot
  user_id bigint primary key references user_account,
  presence text not null default 'offline'
    check (presence in ('available','offered','talking','wrap_up','break','offline','not_responding')),
  reason text not null default '',
  since timestamptz not null default now(),
  idle_since timestamptz not null default now(),
  wrap_up_until timestamptz,
  interaction_id bigint,                       -- offered or talking
  misses integer not null default 0,
  lease_until timestamptz,                     -- a console or phone is there until then
  version bigint not null default 1
);

-- ---------------------------------------------------------------- cases
create table case_file (
  id bigint primary key,
  number text not null unique,
  kind text not null check (kind in ('complaint','inquiry','service_request')),
  state text not null check (state in ('open','dispatched','waiting_for_customer','escalated','resolved','closed')),
  customer_id bigint not null references customer,
  interaction_id bigint,                       -- the first contact
  channel text not null,
  category text not null,
  text text not null,
  severity integer not null check (severity between 1 and 4),
  owner_id bigint not null references user_account,      -- never empty: rule 1
  handler_user_id bigint references user_account,
  department_id bigint references department,            -- responsible department
  escalation_level integer not null default 0 check (escalation_level between 0 and 3),
  reach_number text not null default '',
  language text not null default 'zh',
  product text not null default '',
  cycle integer not null default 1,
  told_at timestamptz,                         -- when the customer was told, this cycle
  told_how text not null default '',
  resolution text not null default '',
  hand_over_to bigint references user_account, -- offered, not yet accepted
  hand_over_reason text not null default '',
  repeat_of text not null default '',          -- case number of the earlier one
  public_token text not null default '',       -- opens the customer's status page
  opened_at timestamptz not null,
  resolved_at timestamptz,
  closed_at timestamptz,
  version bigint not null default 1,
  constraint resolved_was_told check (state not in ('resolved','closed') or told_at is not null or told_how <> ''),
  constraint closed_has_time check ((state = 'closed') = (closed_at is not null))
);
create index case_customer on case_file (customer_id, opened_at desc);
create index case_owner_live on case_file (owner_id, id) where state <> 'closed';
create index case_department_live on case_file (department_id, id) where state <> 'closed';
create index case_state on case_file (state, id desc);
create index case_opened on case_file (opened_at desc, id desc);
create unique index case_public_token on case_file (public_token) where public_token <> '';

create table ownership_entry (                 -- the ownership ledger, append-only
  id bigint primary key,
  case_id bigint not null references case_file,
  owner_id bigint not null references user_account,
  previous_owner_id bigint references user_account,
  how text not null check (how in ('first_contact','hand_over','reassignment','departure')),
  reason text not null default '',
  by_user_id bigint references user_account,
  at timestamptz not null
);
create index ownership_entry_case on ownership_entry (case_id, id);

create table dispatch (
  id bigint primary key,
  case_id bigint not null references case_file,
  department_id bigint not null references department,
  state text not null check (state in ('sent','accepted','returned','answered','cancelled')),
  note text not null default '',
  by_user_id bigint references user_account,
  at timestamptz not null,
  accepted_by bigint references user_account,
  accepted_at timestamptz,
  return_reason text not null default '',
  suggested_department_id bigint references department,
  ended_by bigint references user_account,
  ended_at timestamptz,
  answer text not null default ''
);
create unique index dispatch_one_live on dispatch (case_id) where state in ('sent','accepted');
create index dispatch_department_live on dispatch (department_id, id) where state in ('sent','accepted');
create index dispatch_case on dispatch (case_id, id);

create table callback (                        -- a promise to call this number in this window
  id bigint primary key,
  kind text not null check (kind in ('promised','abandoned','follow_up')),
  case_id bigint references case_file,
  customer_id bigint not null references customer,
  interaction_id bigint,                       -- the call it grew from
  number text not null,
  caller text not null check (caller in ('owner','department')),
  user_id bigint references user_account,      -- who is to call; owner's or claimed by a liaison
  department_id bigint references department,
  window_from timestamptz not null,
  due_at timestamptz not null,
  state text not null check (state in ('open','kept','exhausted','cancelled')),
  attempts integer not null default 0,
  next_try_at timestamptz,
  ended_at timestamptz,
  ended_why text not null default '',
  promised_at timestamptz not null,
  satisfied boolean,                           -- follow-up calls
  version bigint not null default 1
);
-- One live callback per customer and matter, however often they call.
create unique index callback_one_live on callback (customer_id, coalesce(case_id, 0), (kind = 'follow_up')) where state = 'open';
create index callback_user_live on callback (user_id, due_at) where state = 'open';
create index callback_department_live on callback (department_id, due_at) where state = 'open';
create index callback_case on callback (case_id, id) where case_id is not null;
create index callback_customer on callback (customer_id, id);

create table callback_attempt (
  id bigint primary key,
  callback_id bigint not null references callback,
  number integer not null,
  by_user_id bigint references user_account,
  interaction_id bigint,
  at timestamptz not null,
  outcome text not null check (outcome in ('reached','no_answer','busy','wrong_number','refused','failed')),
  note text not null default ''
);
create index callback_attempt_callback on callback_attempt (callback_id, id);

-- ---------------------------------------------------------------- promises' clocks
create table sla_clock (
  id bigint primary key,
  case_id bigint not null references case_file,
  kind text not null,                          -- acknowledgement, first_response, callback, dispatch, resolution ...
  cycle integer not null default 1,
  callback_id bigint references callback,
  dispatch_id bigint references dispatch,
  policy text not null,
  policy_version integer not null,
  calendar text not null,
  budget_kind text not null check (budget_kind in ('working_time','calendar_time','working_days')),
  budget_s bigint not null,                    -- seconds, or days for working_days
  ladder text not null,
  started_at timestamptz not null,
  due_at timestamptz,                          -- null while a pause is open
  state text not null check (state in ('running','paused','met','breached','cancelled')),
  breached_at timestamptz,                     -- immutable once set
  ended_at timestamptz,
  stage integer not null default 0,            -- the next step of the ladder
  fire_at timestamptz,                         -- when that step is due; null = nothing left to fire
  version bigint not null default 1
);
create index sla_clock_armed on sla_clock (fire_at, id) where fire_at is not null;
create index sla_clock_case on sla_clock (case_id, id);

create table clock_pause (
  id bigint primary key,
  case_id bigint not null references case_file,
  from_at timestamptz not null,
  until_at timestamptz,
  planned_until timestamptz not null,          -- a pause ends by itself
  reason text not null,
  by_user_id bigint references user_account
);
create unique index clock_pause_one_open on clock_pause (case_id) where until_at is null;
create index clock_pause_planned on clock_pause (planned_until) where until_at is null;
create index clock_pause_case on clock_pause (case_id, id);

create table alert (                           -- one step of one clock's ladder reaching one recipient
  id bigint primary key,
  clock_id bigint not null references sla_clock,
  case_id bigint not null references case_file,
  cycle integer not null,
  stage integer not null,
  step text not null,                          -- warn, breach, climb ...
  clock_kind text not null,
  recipient_id bigint not null references user_account,
  role text not null,                          -- in which role the recipient got it
  needs_acknowledgement boolean not null,
  due_at timestamptz not null,                 -- the instant the step was due
  fired_at timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by bigint references user_account,
  constraint alert_once unique (clock_id, cycle, stage, recipient_id)
);
create index alert_recipient_open on alert (recipient_id, id) where acknowledged_at is null;
create index alert_case on alert (case_id, id);

-- ---------------------------------------------------------------- history, append-only, by month
create table history (
  id bigint not null,
  at timestamptz not null,
  customer_id bigint,
  case_id bigint,
  interaction_id bigint,
  kind text not null,
  actor_id bigint,                             -- null = the engine itself or another system
  acting_for_id bigint,
  source text not null,                        -- console, pbx1, web, api:<token>, timer ...
  data jsonb not null default '{}',
  primary key (id, at)
) partition by range (at);
create index history_case on history (case_id, id) where case_id is not null;
create index history_customer on history (customer_id, id desc) where customer_id is not null;
create index history_interaction on history (interaction_id, id) where interaction_id is not null;
create table history_default partition of history default;

-- Partitions are made ahead by `firsthand migrate` and by the engine once a day.
create function ensure_history_partitions(from_month date, months integer) returns void
language plpgsql security definer set search_path = public as $$
declare m date;
begin
  for i in 0..months - 1 loop
    m := (date_trunc('month', from_month) + make_interval(months => i))::date;
    if to_regclass(format('history_%s', to_char(m, 'YYYYMM'))) is null
       and not exists (select 1 from history_default where at >= m and at < m + interval '1 month') then
      execute format('create table history_%s partition of history for values from (%L) to (%L)',
                     to_char(m, 'YYYYMM'), m, (m + interval '1 month')::date);
    end if;
  end loop;
end $$;
select ensure_history_partitions((now() - interval '26 months')::date, 32);

-- ---------------------------------------------------------------- the door
create table remembered (                      -- events that have been decided, with what was answered
  source text not null,
  key text not null,
  at timestamptz not null default now(),
  reply jsonb,
  primary key (source, key)
);
create index remembered_at on remembered (at);

create table outbox (                          -- effects, written with the change that caused them
  id bigint primary key,
  kind text not null check (kind in ('pbx','mail','webhook')),
  key text not null unique,                    -- idempotency: the effect, once
  payload jsonb not null,
  at timestamptz not null,
  tries integer not null default 0,
  next_try_at timestamptz not null,
  done_at timestamptz,
  outcome text not null default ''
);
create index outbox_pending on outbox (kind, next_try_at, id) where done_at is null;

create table notice (                          -- exactly one row per (effect, channel, recipient)
  effect_key text not null,
  channel text not null check (channel in ('email','webhook','console')),
  recipient text not null,
  state text not null check (state in ('pending','sent','failed')),
  tries integer not null default 0,
  last_error text not null default '',
  at timestamptz not null default now(),
  sent_at timestamptz,
  primary key (effect_key, channel, recipient)
);

create table feed (                            -- what consoles must look at again: ids and versions only
  id bigserial primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default now(),
  topic text not null,                         -- desk:<user>, owner:<user>, department:<id>, wallboard, case:<id>
  kind text not null,                          -- case, callback, alert, offer, interaction, desk, customer, dispatch
  entity_id bigint not null,
  version bigint not null default 0,
  data jsonb                                   -- small facts of an offer or call; no personal data
);
create index feed_at on feed (at);
create index feed_cursor on feed (xid, id);   -- the tail reads behind (xid, id)

create table parked_event (                    -- a broken invariant: kept with its key, looked at by people
  id bigint primary key,
  source text not null,
  key text not null,
  at timestamptz not null default now(),
  event jsonb not null,
  why text not null
);

-- ---------------------------------------------------------------- policy documents, versioned
create table policy_document (
  name text not null,                          -- policies, ladders, categories, calendars, queues, departments
  version integer not null,
  body text not null,
  at timestamptz not null default now(),
  primary key (name, version)
);

-- ---------------------------------------------------------------- rights: the engine cannot rewrite history
do $$ begin
  if not exists (select 1 from pg_roles where rolname = 'firsthand_engine') then
    create role firsthand_engine nologin;
  end if;
end $$;
grant firsthand_engine to current_user;
grant usage on schema public to firsthand_engine;
grant select, insert, update, delete on all tables in schema public to firsthand_engine;
grant usage, select on all sequences in schema public to firsthand_engine;
revoke update, delete, truncate on history, ownership_entry from firsthand_engine;
do $$ declare t text; begin
  for t in select inhrelid::regclass::text from pg_inherits where inhparent = 'history'::regclass loop
    execute format('revoke all on %s from firsthand_engine', t);
  end loop;
end $$;
revoke delete, truncate on case_file, sla_clock, alert, callback, callback_attempt, dispatch, interaction, offer, customer, user_account from firsthand_engine;

-- Breach facts are immutable, whatever changes later.
create function keep_breach_fact() returns trigger language plpgsql as $$
begin
  if old.breached_at is not null and new.breached_at is distinct from old.breached_at then
    raise exception 'breached_at is immutable' using errcode = 'FH001';
  end if;
  return new;
end $$;
create trigger sla_clock_breach_fact before update on sla_clock for each row execute function keep_breach_fact();
