-- SPDX-License-Identifier: Apache-2.0
-- People are administered in the console: what was done to an account is found by whose it is, and
-- somebody is always left who may do it.
create index history_of_person on history (((data->>'user')::bigint), id)
  where kind in ('person_made', 'person_edited', 'password_reset', 'person_departed');

-- At COMMIT and one after the other: two who lock each other, or leave at the same moment by different
-- ways, cannot both believe that the other stays.
create function somebody_administers() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(4715);
  if not exists (select from user_account where role = 'administrator' and disabled_at is null) then
    raise exception 'nobody would be left to administer the system' using errcode = 'FH004';
  end if;
  return null;
end $$;
create constraint trigger somebody_is_left after update of role, disabled_at on user_account
  deferrable initially deferred for each row
  when (old.role = 'administrator' and old.disabled_at is null
    and (new.role <> 'administrator' or new.disabled_at is not null))
  execute function somebody_administers();
