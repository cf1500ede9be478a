-- SPDX-License-Identifier: Apache-2.0
-- Rows of one instant stay together in a seal, however many they are. The piece before this ended at the
-- oldest instant when that alone had more rows than a piece: it was empty, and so was every later one.
create or replace function seal_history(rows_max integer default 10000) returns integer
language plpgsql set search_path = public, pg_temp as $$
declare
  last history_seal;
  next history_seal;
  horizon timestamptz;
  oldest timestamptz;
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
  select min(h.at) into oldest from history h where h.at >= next.from_at and h.at < horizon;
  if next.to_at = oldest then
    select min(h.at) into next.to_at from history h where h.at > oldest and h.at < horizon;
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
-- How long rows wait is asked by the engine itself, which knows since when it seals.
drop function history_seal_lag();
