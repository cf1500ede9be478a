-- SPDX-License-Identifier: Apache-2.0
-- What a customer's erasure removes: every column that holds who somebody is, or what was said.
alter table customer
  add column erased_at timestamptz,
  add column legal_hold text not null default '';  -- why nothing may be erased; '' = it may
create index history_erased on history (id) where erased is not null;

-- Removes who a customer is, and what was said, from every table; cases, clocks and the history stay,
-- without words. Answers 'erased' or why not. With the owner's rights, for nobody else may write over
-- these: it is done here only, and tells of itself in the history.
create function erase_customer(which bigint, by_user bigint, why text) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  person customer;
  whole bigint[];
  again bigint[];
  matters bigint[];
  touches bigint[];
  numbers text[];
  words text[];
  erased_rows bigint[];
  told bigint;
begin
  if not exists (select from customer where id = which) then return 'not_found'; end if;
  loop  -- in the order of the ids, as the door locks them; a merge meanwhile makes it another group
    whole := customer_group(which);
    perform from customer where id = any(whole) order by id for update;
    again := customer_group(which);
    exit when again @> whole and whole @> again;
  end loop;
  select * into person from customer where id = which;
  if person.erased_at is not null then return 'already_erased'; end if;
  if person.merged_into is not null then return 'merged'; end if;
  if exists (select from customer where id = any(whole) and legal_hold <> '')
    then return 'legal_hold'; end if;
  if exists (select from case_file where customer_id = any(whole) and state <> 'closed')
    then return 'open_cases'; end if;
  if exists (select from callback where customer_id = any(whole) and state = 'open')
    then return 'open_callbacks'; end if;
  if exists (select from interaction where customer_id = any(whole) and state <> 'ended')
    then return 'on_a_call'; end if;
  select coalesce(array_agg(id), '{}') into matters from case_file where customer_id = any(whole);
  select coalesce(array_agg(id), '{}') into touches from interaction where customer_id = any(whole);
  select coalesce(array_agg(distinct number), '{}') into numbers from (
    select number from customer_number where customer_id = any(whole)
    union select reach_number from case_file where id = any(matters)
    union select number from callback where customer_id = any(whole)
    union select number from interaction where id = any(touches)) n where number <> '';
  select coalesce(array_agg(word), '{}') into words from (
    select unnest(numbers) union select email from customer where id = any(whole) and email <> ''
    union select number from case_file where id = any(matters)) w(word);

  -- What waits to be sent is let go with its words; what was sent is out of reach.
  delete from parked_event where exists (select from unnest(words) w where strpos(event::text, w) > 0);
  update outbox set payload = '{"erased": true}', outcome = case when done_at is null then 'erased' else outcome end,
      done_at = coalesce(done_at, now())
    where payload->>'case' = any(matters::text[]) or payload->>'customer' = any(whole::text[])
      or payload->>'interaction' = any(touches::text[])
      or exists (select from unnest(words) w where strpos(payload::text, '"' || w || '"') > 0);
  update notice n set state = 'failed', last_error = 'erased' from outbox o
    where o.key = n.effect_key and o.outcome = 'erased' and n.state = 'pending';

  update customer set name = '#' || id, initials = '', email = '', address = '', product = '', do_not_call = true,
    provisional = false, erased_at = now(), version = version + 1 where id = any(whole);
  delete from customer_number where customer_id = any(whole);
  update interaction set number = '', dialled = case direction when 'outbound' then '' else dialled end
    where id = any(touches);
  update case_file set text = '', product = '', resolution = '', reach_number = '', hand_over_reason = '',
    public_token = '', version = version + 1 where id = any(matters);
  update dispatch set note = '', answer = '', return_reason = '', dispute_reason = '', extension_reason = ''
    where case_id = any(matters);
  update callback set number = '', ended_why = '' where customer_id = any(whole);
  update callback_attempt set note = '' where callback_id in (select id from callback where customer_id = any(whole));
  update ownership_entry set reason = '' where case_id = any(matters);
  update complaint_record set remedy_sought = '', remedy_offered = '', root_cause_note = '', letter = '',
    regulator_reference = '', version = version + 1 where case_id = any(matters);
  update compensation set what = '', decision_reason = '' where case_id = any(matters);
  update review_action set title = '#' || id, text = '', result = '', version = version + 1
    where case_id = any(matters);
  update company_role set title = '' where company_id = any(whole) or person_id = any(whole);
  update relationship set note = '' where customer_id = any(whole) or other_id = any(whole);
  update customer_merge set reason = '', undone_why = '' where kept_id = any(whole) or gone_id = any(whole);
  update account_entry set reason = '' where customer_id = any(whole);
  update sla_clock set state = 'cancelled', ended_at = now(), fire_at = null, version = version + 1
    where customer_id = any(whole) and ended_at is null;
  delete from account where customer_id = any(whole);
  -- The money stays, for the books; who it was, and what it was called, does not.
  delete from customer_reference where customer_id = any(whole);
  update business_fact_change set before = before - 'title'
    where fact_id in (select id from business_fact where customer_id = any(whole));
  update business_fact set title = '' where customer_id = any(whole);
  update reconciliation_line set reference = '', note = '' where customer_id = any(whole);
  update import_refusal set text = '' where exists (select from unnest(words) w where strpos(text, w) > 0);

  -- Whose a row of the history is says its case or its call, as on the screen; and others' rows may
  -- tell of this customer.
  with taken as (
    select h.id, h.at from history h
    left join case_file f on f.id = h.case_id left join interaction i on i.id = h.interaction_id
    where h.erased is null and (
      (h.customer_id = any(whole) and coalesce(f.customer_id, i.customer_id, h.customer_id) = any(whole))
      or h.case_id = any(matters) or h.interaction_id = any(touches))
    union
    select h.id, h.at from history h where h.erased is null and h.customer_id in (
        select unnest(array[company_id, person_id]) from company_role
          where company_id = any(whole) or person_id = any(whole)
        union select unnest(array[customer_id, other_id]) from relationship
          where customer_id = any(whole) or other_id = any(whole)
        union select unnest(array[kept_id, gone_id]) from customer_merge
          where kept_id = any(whole) or gone_id = any(whole))
      and (h.kind like 'company\_role\_%' or h.kind like 'relationship\_%' or h.kind like 'customers\_%')
      and exists (select from unnest(array['company', 'person', 'customer', 'other', 'kept', 'gone']) key
                  where h.data->>key = any(whole::text[])))
  , emptied as (
    update history h set data = facts_without_words(h.data), salt = null,
      erased = facts_digest(h.data, h.salt) || facts_digest(facts_without_words(h.data), null)
    from taken t where h.id = t.id and h.at = t.at returning h.id)
  select coalesce(array_agg(id order by id), '{}') into erased_rows from emptied;

  told := nextval('firsthand_id');
  insert into erasure values (told, erased_rows);
  insert into history (id, at, customer_id, kind, actor_id, source, data) values (told, now(), which,
    'customer_erased', by_user, 'console:' || by_user, jsonb_build_object('reason', why,
      'rows', cardinality(erased_rows), 'digest', encode(erasure_digest(erased_rows), 'hex')));
  return 'erased';
end $$;
revoke all on function erase_customer(bigint, bigint, text) from public;
grant execute on function erase_customer(bigint, bigint, text) to firsthand_engine;
