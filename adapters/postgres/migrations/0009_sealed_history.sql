-- SPDX-License-Identifier: Apache-2.0
-- The history is only added to, and under seal. A seal holds the digest of each row of a span of time
-- and the hash of the seal before it, so a row that is changed, removed or put in later is found, and
-- named. Rows are sealed when they are a few seconds old: writers never wait for one another's hashes.

-- The facts of a row may be somebody's words. They enter the seal through a digest with a salt of the
-- row's own: an erasure takes facts and salt together, and what stays tells nothing about them.
alter table history
  add column salt uuid default gen_random_uuid(),
  add column erased bytea;                     -- digests of the facts: as they were, as they are now
create index history_at on history using brin (at) with (pages_per_range = 32, autosummarize = on);
create table history_seal (
  id bigint primary key,
  from_at timestamptz not null,
  to_at timestamptz not null unique,           -- rows of [from_at, to_at)
  rows integer not null,
  ids bigint[] not null,
  digests bytea not null,                      -- 32 bytes a row, in the order of the ids
  previous bytea not null unique,              -- a chain: no two seals follow the same one
  hash bytea not null,
  sealed_at timestamptz not null default now()
);
create table erasure (                         -- which rows an erasure has taken the words from
  told_in bigint primary key,                  -- the row of the history that tells of it
  rows bigint[] not null
);

-- ---------------------------------------------------------------- digests
create function facts_digest(data jsonb, salt uuid) returns bytea
language sql immutable parallel safe as $$
  select sha256(coalesce(uuid_send(salt), '') || convert_to(data::text, 'UTF8'))
$$;
create function history_digest(h history) returns bytea language sql immutable parallel safe as $$
  select sha256(convert_to(jsonb_build_array(h.id, (extract(epoch from h.at) * 1000000)::bigint,
      h.customer_id, h.case_id, h.interaction_id, h.kind, h.actor_id, h.acting_for_id,
      h.source)::text, 'UTF8')
    || coalesce(substr(h.erased, 1, 32), facts_digest(h.data, h.salt)))
$$;
create function seal_hash(s history_seal) returns bytea language sql immutable parallel safe as $$
  select sha256(s.previous || convert_to(jsonb_build_array(s.id, extract(epoch from s.from_at)::text,
    extract(epoch from s.to_at)::text, s.rows, to_jsonb(s.ids))::text, 'UTF8') || s.digests)
$$;
-- What all rows of one erasure have become, in one digest.
create function erasure_digest(erased_rows bigint[]) returns bytea
language sql stable set search_path = public, pg_temp as $$
  select sha256(coalesce(string_agg(int8send(h.id) || coalesce(h.erased, ''), '' order by h.id), ''))
  from history h where h.id = any(erased_rows)
$$;

-- What an erasure leaves of the facts of a row: numbers, instants, and codes under the names that
-- only ever hold codes. Whatever else is a text may be somebody's words and goes.
create function facts_without_words(data jsonb) returns jsonb
language sql immutable parallel safe as $$
  select coalesce(jsonb_object_agg(key, value) filter (where kept), '{}')
         || case when bool_and(kept) then '{}' else '{"erased": true}'::jsonb end
  from (select key, value, case jsonb_typeof(value)
      when 'string' then value #>> '{}' = ''
        or value #>> '{}' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$'
        or key in ('number', 'number_from', 'repeat_of', 'case') and value #>> '{}' ~ '^GD[0-9]{4,20}$'
        or key in ('calendar', 'caller', 'category', 'category_from', 'channel', 'clock_kind', 'currency',
            'customer_kind', 'customer_kind_from', 'how', 'kind', 'outcome', 'policy', 'presence', 'queue',
            'regulator', 'relationship_kind', 'role', 'state', 'step', 'tier', 'tier_from', 'told_how')
          and value #>> '{}' ~ '^[A-Za-z][A-Za-z0-9_]{0,39}$'
      when 'object' then false
      when 'array' then not jsonb_path_exists(value, 'strict $.** ? (@.type() == "string")')
      else true end as kept
    from jsonb_each(data)) each_fact
$$;

-- ---------------------------------------------------------------- only added to
-- Whoever asks: a row stays as it was written, except that an erasure takes its words, exactly.
create function history_is_kept() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.data = facts_without_words(old.data) and new.salt is null
     and new.erased = coalesce(substr(old.erased, 1, 32), facts_digest(old.data, old.salt))
                      || facts_digest(new.data, null)
     and (new.id, new.at, new.kind, new.source) = (old.id, old.at, old.kind, old.source)
     and (new.customer_id, new.case_id, new.interaction_id, new.actor_id, new.acting_for_id)
       is not distinct from
         (old.customer_id, old.case_id, old.interaction_id, old.actor_id, old.acting_for_id) then
    return new;
  end if;
  raise exception 'the history is only added to' using errcode = 'FH003';
end $$;
create trigger history_kept before update or delete on history
  for each row execute function history_is_kept();

create function nothing_is_rewritten() returns trigger language plpgsql as $$
begin
  raise exception '% is only added to', tg_table_name using errcode = 'FH003';
end $$;
create trigger seals_kept before update or delete on history_seal
  for each row execute function nothing_is_rewritten();
create trigger seals_kept_whole before truncate on history_seal execute function nothing_is_rewritten();
create trigger erasures_kept before update or delete on erasure
  for each row execute function nothing_is_rewritten();
create trigger erasures_kept_whole before truncate on erasure execute function nothing_is_rewritten();
create trigger history_kept_whole before truncate on history execute function nothing_is_rewritten();

-- Each partition refuses to be emptied by itself; those that are still to come as well.
create function keep_history_whole() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare part regclass;
begin
  for part in select inhrelid from pg_inherits where inhparent = 'history'::regclass
      and not exists (select from pg_trigger where tgrelid = inhrelid and tgname = 'history_kept_whole') loop
    execute format('create trigger history_kept_whole before truncate on %s '
                   'execute function nothing_is_rewritten()', part);
  end loop;
end $$;
create or replace function ensure_history_partitions(from_month date, months integer) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
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
  perform keep_history_whole();
end $$;
select keep_history_whole();

-- ---------------------------------------------------------------- sealing
-- When the oldest transaction began that has written anything and is still open: its rows are dated by
-- its beginning. Who only reads (a backup, a report) is not waited for.
create function oldest_writer() returns timestamptz
language sql volatile security definer set search_path = public, pg_temp as $$
  select min(xact_start) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and backend_xid is not null
$$;

-- What is sealed is closed: whoever comes with a row of that time is sent back to begin anew, and is
-- dated anew. Rows are sealed when they are five seconds old; whoever took more than two of them for his
-- first one stands in line with the sealing, so that neither misses the other.
create function history_comes_in_time() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if now() < clock_timestamp() - interval '2 seconds' then
    perform pg_advisory_xact_lock_shared(hashtext('firsthand history'));
  end if;
  if (select min(at) from fresh) < (select to_at from history_seal order by to_at desc limit 1) then
    raise exception 'the history of that time is sealed' using errcode = 'serialization_failure';
  end if;
  return null;
end $$;
create trigger history_in_time after insert on history referencing new table as fresh
  for each statement execute function history_comes_in_time();

-- Seals what has been written since the last seal, about so many rows; answers how many. One at a
-- time: whoever finds another at work goes away again.
create function seal_history(rows_max integer default 10000) returns integer
language plpgsql set search_path = public, pg_temp as $$
declare
  last history_seal;
  next history_seal;
  horizon timestamptz;
begin
  if not pg_try_advisory_xact_lock(hashtext('firsthand history seal')) then return 0; end if;
  perform pg_advisory_xact_lock(hashtext('firsthand history'));
  select * into last from history_seal order by id desc limit 1;
  next.id := coalesce(last.id, 0) + 1;
  next.from_at := coalesce(last.to_at, '-infinity');
  next.previous := coalesce(last.hash, sha256('firsthand'));
  horizon := date_trunc('milliseconds',
    least(clock_timestamp() - interval '5 seconds', oldest_writer()));
  select h.at into next.to_at from history h
    where h.at >= next.from_at and h.at < horizon order by h.at offset rows_max limit 1;
  if next.to_at = next.from_at then  -- more than that of one instant: they stay together
    select min(h.at) into next.to_at from history h where h.at > next.from_at and h.at < horizon;
  end if;
  next.to_at := coalesce(next.to_at, horizon);
  select count(*), array_agg(h.id order by h.at, h.id),
         string_agg(history_digest(h), '' order by h.at, h.id)
    into next.rows, next.ids, next.digests
    from history h where h.at >= next.from_at and h.at < next.to_at;
  if next.rows = 0 then return 0; end if;
  next.sealed_at := clock_timestamp();
  next.hash := seal_hash(next);
  insert into history_seal select next.*;
  return next.rows;
end $$;

-- How old the oldest row is that could have been sealed and is not.
create function history_seal_lag() returns interval
language sql stable set search_path = public, pg_temp as $$
  select coalesce(clock_timestamp() - min(at), interval '0') from history
  where at >= coalesce((select max(to_at) from history_seal), '-infinity')
$$;

-- ---------------------------------------------------------------- verifying
-- Everything that is not as it was sealed. finding: changed, removed, inserted, erased (of a row of the
-- history); seal_changed, chain_broken (of a seal); erasure_changed (of the row that tells of one).
create function verify_history()
returns table (finding text, seal_id bigint, history_id bigint, at timestamptz)
language plpgsql set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  s history_seal;
  before bytea := sha256('firsthand');
  last_to timestamptz := '-infinity';
  last_id bigint := 0;
begin
  for s in select * from history_seal order by id loop
    if seal_hash(s) <> s.hash or cardinality(s.ids) <> s.rows
       or octet_length(s.digests) <> 32 * s.rows then
      return query select 'seal_changed', s.id, null::bigint, s.from_at;
    end if;
    if s.previous <> before or s.from_at <> last_to or s.id <> last_id + 1 then
      return query select 'chain_broken', s.id, null::bigint, s.from_at;
    end if;
    return query
      select case when h.id is null then 'removed' when w.id is null then 'inserted'
                  else 'changed' end, s.id, coalesce(h.id, w.id), h.at
      from (select one.id, substr(s.digests, (32 * one.n - 31)::integer, 32) as digest
            from unnest(s.ids) with ordinality as one(id, n)) w
      full join (select x.id, x.at, history_digest(x) as digest,
                   x.erased is not null and substr(x.erased, 33) <> facts_digest(x.data, null) as dressed
                 from history x where x.at >= s.from_at and x.at < s.to_at) h on h.id = w.id
      where h.id is null or w.id is null or h.digest <> w.digest or h.dressed
      order by 3;
    before := s.hash;
    last_to := s.to_at;
    last_id := s.id;
  end loop;
  return query
    select 'erased', null::bigint, h.id, h.at from history h where h.erased is not null
      and not exists (select from erasure e where h.id = any(e.rows)) order by h.id;
  return query
    select 'erasure_changed', null::bigint, h.id, h.at
    from history h left join erasure e on e.told_in = h.id
    where h.kind = 'customer_erased'
      and h.data->>'digest' is distinct from encode(erasure_digest(e.rows), 'hex') order by h.id;
end $$;

grant select, insert on history_seal to firsthand_engine;
grant select on erasure to firsthand_engine;
