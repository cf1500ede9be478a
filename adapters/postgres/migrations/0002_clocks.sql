-- SPDX-License-Identifier: Apache-2.0
-- Rules that change while clocks run; ladders that name their next step; alerts as each person
-- wants them.

-- ---------------------------------------------------------------- rules
alter table policy_document
  add column by_user_id bigint references user_account,
  add column note text not null default '';

-- Every saved change of policies, ladders or calendars. Clocks carry the revision by which they
-- were last computed: one that lags behind the newest is still to be recomputed.
create table rule_change (
  revision bigint primary key generated always as identity,
  document text not null,
  version integer not null,
  by_user_id bigint references user_account,
  at timestamptz not null default now(),
  clocks_total integer not null default 0,     -- running when the change was saved
  clocks_moved integer not null default 0,     -- whose due time it changed, so far
  done_at timestamptz,                         -- no clock lags behind any more
  worker text not null default '',             -- the node that computes, for as long as ...
  worker_until timestamptz                     -- ... it says so; then any other goes on
);

-- ---------------------------------------------------------------- clocks
alter table sla_clock
  add column step text not null default '',    -- the ladder's step that fires next; '' = none left
  add column revision bigint not null default 0;
-- stage counts the steps that have fired: it only grows, also when the ladder is another one now.
-- A step is known by its name: where it stands in the ladder may change, that it has fired may not.
alter table alert drop constraint alert_once;
alter table alert add constraint alert_once unique (clock_id, cycle, step, recipient_id);
create index sla_clock_revision on sla_clock (revision, case_id) where ended_at is null;
-- Clocks of the first release do not know the name of their next step: computed anew, they do.
insert into rule_change (document, version, clocks_total)
select 'policies', max(version), (select count(*) from sla_clock where ended_at is null)
from policy_document where name = 'policies' having max(version) is not null;

-- ---------------------------------------------------------------- people
alter table user_account
  add column escalation_level integer not null default 1 check (escalation_level between 1 and 3),
  add column alert_mails text not null default 'each' check (alert_mails in ('each','digest')),
  add column quiet_from_min integer check (quiet_from_min between 0 and 1439),
  add column quiet_to_min integer check (quiet_to_min between 0 and 1439),
  add constraint quiet_hours_have_two_ends check ((quiet_from_min is null) = (quiet_to_min is null));

-- ---------------------------------------------------------------- notices
alter table notice add column digest_key text not null default '';   -- sent inside this digest
create index notice_failed on notice (at desc) where state = 'failed';
create index outbox_mail_to on outbox ((payload->>'to'), next_try_at) where kind = 'mail' and done_at is null;

-- What this installation keeps to itself: keys of the links in its mails.
create table installation (
  name text primary key,
  value bytea not null
);
insert into installation values ('link_key',
  decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

grant select, insert, update on rule_change, installation to firsthand_engine;

-- How a mail goes: '' not looked at yet; single; gather, waiting for the end of its recipient's
-- window; quiet, waiting for the end of the quiet hours. What was gathered is done with the outcome
-- 'digest', and the digest is an effect of its own.
alter table outbox add column pace text not null default '' check (pace in ('','single','gather','quiet'));
update outbox set pace = 'single' where kind = 'mail' and done_at is null and tries > 0;
create index outbox_to_send on outbox (next_try_at, id)
  where kind = 'mail' and done_at is null and pace = 'single';
create index outbox_to_sort on outbox (next_try_at, id)
  where kind = 'mail' and done_at is null and pace <> 'single';
create index notice_digest on notice (digest_key) where digest_key <> '';
-- One row a person: the window in which mails are counted. Whoever sorts this person's mails holds
-- the row's lock.
create table notice_pace (
  recipient_id bigint primary key,             -- 0: mails to nobody who has an account
  window_from timestamptz,                     -- null: no window was begun yet
  used integer not null default 0              -- single mails of alerts since then
);
grant select, insert, update on notice_pace to firsthand_engine;

-- ---------------------------------------------------------------- the index in Redis
-- Which build of the index of due times is the whole one. Redis may forget or go back in time, so
-- the nodes agree on it here.
create table redis_index (
  shard integer primary key,
  epoch bigint not null,
  mark bigint not null default 0,              -- a transaction that Redis has been told of
  node text not null default '',               -- who builds or has built it
  at timestamptz not null default now()
);
insert into redis_index (shard, epoch) values (0, 0);
grant select, insert, update on redis_index to firsthand_engine;
