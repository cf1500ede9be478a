-- SPDX-License-Identifier: Apache-2.0
-- Who is away and who stands in; and that nobody who has left is left with anything.

-- ---------------------------------------------------------------- absences
-- Planned ahead, several a person. What was planned is never rewritten: one that ends early says
-- when and by whom. Whoever has left is away for good, and the successor stands in.
create table absence (
  id bigint primary key,
  user_id bigint not null references user_account,
  deputy_id bigint references user_account,    -- null: nobody stands in
  from_at timestamptz not null,
  until_at timestamptz,                        -- null: until further notice
  reason text not null default '',
  by_user_id bigint references user_account,
  at timestamptz not null default now(),
  ended_at timestamptz,                        -- ended early, or taken back before it began
  ended_by bigint references user_account,
  span tstzrange not null generated always as (tstzrange(from_at,
    case when ended_at is null then until_at else greatest(from_at, ended_at) end)) stored,
  constraint absence_ends_later check (until_at > from_at),
  constraint nobody_stands_in_for_himself check (deputy_id <> user_id),
  constraint absence_one_at_a_time exclude using gist (int8range(user_id, user_id, '[]') with &&, span with &&)
);
create index absence_user on absence (user_id, from_at);
create index absence_deputy on absence (deputy_id) where deputy_id is not null;
insert into absence (id, user_id, deputy_id, from_at, until_at)
select nextval('firsthand_id'), id, nullif(deputy_id, id), deputy_from, deputy_until
from user_account where deputy_from is not null and (deputy_until is null or deputy_until > deputy_from);
alter table user_account drop column deputy_id, drop column deputy_from, drop column deputy_until;
grant select, insert, update (ended_at, ended_by) on absence to firsthand_engine;

-- ---------------------------------------------------------------- nobody is orphaned
-- Held until COMMIT: whoever is being given something cannot leave meanwhile, and somebody who is
-- leaving is waited for. Other nodes may know of a departure a few seconds late: this is the wall.
create function must_be_here(variadic people bigint[]) returns void language plpgsql as $$
begin
  if (select bool_or(p.disabled_at is not null) from
        (select disabled_at from user_account where id = any(people) order by id for share) p) then
    raise exception 'somebody who has left cannot be given anything' using errcode = 'FH002';
  end if;
end $$;

create function case_is_given() returns trigger language plpgsql as $$
begin
  perform must_be_here(new.owner_id, new.handler_user_id, new.hand_over_to);
  return null;
end $$;
create trigger case_given after insert on case_file for each row
  when (new.state <> 'closed') execute function case_is_given();
create trigger case_moved after update of owner_id, handler_user_id, hand_over_to, state on case_file for each row
  when (new.state <> 'closed' and ((old.owner_id, old.handler_user_id, old.hand_over_to, old.state = 'closed')
    is distinct from (new.owner_id, new.handler_user_id, new.hand_over_to, false)))
  execute function case_is_given();

create function callback_is_given() returns trigger language plpgsql as $$
begin
  perform must_be_here(new.user_id);
  return null;
end $$;
create trigger callback_given after insert on callback for each row
  when (new.state = 'open' and new.user_id is not null) execute function callback_is_given();
create trigger callback_moved after update of user_id, state on callback for each row
  when (new.state = 'open' and new.user_id is not null
    and (old.user_id, old.state) is distinct from (new.user_id, 'open'))
  execute function callback_is_given();

create function account_is_given() returns trigger language plpgsql as $$
begin
  perform must_be_here(new.owner_id);
  return null;
end $$;
create trigger account_given after insert on account for each row
  when (new.owner_id is not null) execute function account_is_given();
create trigger account_moved after update of owner_id on account for each row
  when (new.owner_id is not null and old.owner_id is distinct from new.owner_id)
  execute function account_is_given();

create function review_action_is_given() returns trigger language plpgsql as $$
begin
  perform must_be_here(new.assignee_id);
  return null;
end $$;
create trigger review_action_given after insert on review_action for each row
  when (new.state = 'open' and new.assignee_id is not null) execute function review_action_is_given();
create trigger review_action_moved after update of assignee_id, state on review_action for each row
  when (new.state = 'open' and new.assignee_id is not null
    and (old.assignee_id, old.state) is distinct from (new.assignee_id, 'open'))
  execute function review_action_is_given();

-- At COMMIT, so that the departure itself may lock the account and move the work in any order.
create function nothing_is_left_behind() returns trigger language plpgsql as $$
begin
  if exists (select from case_file where owner_id = new.id and state <> 'closed')
     or exists (select from callback where user_id = new.id and state = 'open')
     or exists (select from account where owner_id = new.id)
     or exists (select from review_action where assignee_id = new.id and state = 'open') then
    raise exception 'user_account % still owns something', new.id using errcode = 'FH002';
  end if;
  return null;
end $$;
create constraint trigger nobody_is_orphaned after update of disabled_at on user_account
  deferrable initially deferred for each row
  when (old.disabled_at is null and new.disabled_at is not null) execute function nothing_is_left_behind();
revoke delete, truncate on user_account from firsthand_engine;
