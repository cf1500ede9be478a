-- SPDX-License-Identifier: Apache-2.0
-- Clocks of customers and of review actions; accounts and the pool; the complaint record; who a
-- customer is to others.

-- ---------------------------------------------------------------- what reviews agree on
create table review_action (
  id bigint primary key,
  title text not null,
  text text not null default '',
  department_id bigint references department,
  assignee_id bigint references user_account,  -- null: the department's liaisons
  case_id bigint references case_file,         -- the complaint that it grew from
  by_user_id bigint references user_account,
  agreed_at timestamptz not null,
  due_at timestamptz not null,
  state text not null check (state in ('open','done','cancelled')),
  result text not null default '',
  ended_by bigint references user_account,
  ended_at timestamptz,
  version bigint not null default 1,
  constraint somebody_does_it check (assignee_id is not null or department_id is not null),
  constraint ended_action_has_time check ((state = 'open') = (ended_at is null))
);
create index review_action_open on review_action (due_at, id) where state = 'open';
create index review_action_assignee on review_action (assignee_id) where state = 'open';

-- ---------------------------------------------------------------- a clock hangs on one of three
alter table sla_clock
  alter column case_id drop not null,
  add column customer_id bigint references customer,
  add column review_action_id bigint references review_action,
  add constraint clock_hangs_on_one check (num_nonnulls(case_id, customer_id, review_action_id) = 1);
create index sla_clock_customer on sla_clock (customer_id, id) where customer_id is not null;
create index sla_clock_review_action on sla_clock (review_action_id) where review_action_id is not null;
alter table alert
  alter column case_id drop not null,
  add column customer_id bigint references customer,
  add column review_action_id bigint references review_action,
  add constraint alert_is_about_one check (num_nonnulls(case_id, customer_id, review_action_id) = 1);
create index alert_customer on alert (customer_id, id) where customer_id is not null;
create index alert_review_action on alert (review_action_id) where review_action_id is not null;

-- ---------------------------------------------------------------- whose customer it is
create table account (
  customer_id bigint primary key references customer,
  state text not null check (state in ('held','pooled')),
  owner_id bigint references user_account,
  previous_owner_id bigint references user_account,
  developer_id bigint references user_account, -- who won the customer; the credit stays
  entered_by bigint references user_account,
  entered_for bigint references user_account,  -- on behalf of whom; null: for himself
  since timestamptz not null,
  followed_up_at timestamptz,
  version bigint not null default 1,
  constraint held_has_owner check ((state = 'held') = (owner_id is not null))
);
create index account_owner on account (owner_id) where owner_id is not null;
create index account_pool on account (since) where state = 'pooled';

create table account_entry (                   -- the ledger of accounts, append-only
  id bigint primary key,
  customer_id bigint not null references customer,
  owner_id bigint references user_account,
  previous_owner_id bigint references user_account,
  how text not null check (how in ('entered','claimed','assigned','extended','lapsed','released','departure')),
  reason text not null default '',
  by_user_id bigint references user_account,
  at timestamptz not null
);
create index account_entry_customer on account_entry (customer_id, id);
create index account_entry_claims on account_entry (by_user_id, at) where how = 'claimed';

-- ---------------------------------------------------------------- the complaint record
create table complaint_record (
  case_id bigint primary key references case_file,
  safety boolean not null default false,
  remedy_sought text not null default '',
  remedy_offered text not null default '',
  remedy_answer text not null default 'open' check (remedy_answer in ('open','accepted','refused')),
  root_cause text not null default '',
  root_cause_note text not null default '',
  justified boolean,                           -- null: not settled
  systemic boolean not null default false,
  regulator text not null default '',
  regulator_reference text not null default '',
  regulator_due_at timestamptz,
  letter_at timestamptz,
  letter text not null default '',
  version bigint not null default 1
);

create table compensation (
  id bigint primary key,
  case_id bigint not null references case_file,
  amount_cents bigint not null check (amount_cents > 0),
  currency text not null,
  what text not null default '',
  state text not null check (state in ('proposed','approved','refused','withdrawn')),
  proposed_by bigint not null references user_account,
  proposed_at timestamptz not null,
  decided_by bigint references user_account,   -- null: below the limit nobody has to approve
  decided_at timestamptz,
  decision_reason text not null default '',
  constraint second_person check (state not in ('approved','refused') or decided_by is null or decided_by <> proposed_by)
);
create index compensation_case on compensation (case_id, id);
create index compensation_open on compensation (proposed_at) where state = 'proposed';

-- ---------------------------------------------------------------- dispatches and callbacks
alter table dispatch
  add column chases integer not null default 0,
  add column chased_at timestamptz,
  add column disputed_at timestamptz,
  add column disputed_by bigint references user_account,
  add column dispute_reason text not null default '',
  add column dispute_settled_at timestamptz,
  add column extension_until timestamptz,
  add column extension_by bigint references user_account,
  add column extension_reason text not null default '';
alter table callback add column score integer check (score between 1 and 5);

-- ---------------------------------------------------------------- who a customer is to others
alter table customer
  add column merged_into bigint references customer,
  add constraint merged_into_another check (merged_into <> id);
create index customer_merged_into on customer (merged_into) where merged_into is not null;

create table company_role (                    -- a person inside a company
  id bigint primary key,
  company_id bigint not null references customer,
  person_id bigint not null references customer,
  role text not null check (role in ('decision_maker','payer','user','contact')),
  title text not null default '',
  from_at timestamptz not null,
  until_at timestamptz,
  by_user_id bigint references user_account,
  constraint company_is_not_person check (company_id <> person_id)
);
create unique index company_role_once on company_role (company_id, person_id, role) where until_at is null;
create index company_role_person on company_role (person_id, id);

create table relationship (
  id bigint primary key,
  customer_id bigint not null references customer,
  other_id bigint not null references customer,
  kind text not null check (kind in ('parent','household','introduced_by','dealer_of','pays_for')),
  note text not null default '',
  from_at timestamptz not null,
  until_at timestamptz,
  by_user_id bigint references user_account,
  constraint relationship_of_two check (customer_id <> other_id)
);
create unique index relationship_once on relationship (customer_id, other_id, kind) where until_at is null;
create index relationship_other on relationship (other_id, id);

create table customer_merge (
  id bigint primary key,
  kept_id bigint not null references customer,
  gone_id bigint not null references customer,
  reason text not null,
  by_user_id bigint references user_account,
  at timestamptz not null,
  undone_at timestamptz,
  undone_by bigint references user_account,
  undone_why text not null default '',
  constraint merge_of_two check (kept_id <> gone_id)
);
create unique index customer_merge_one_live on customer_merge (gone_id) where undone_at is null;
create index customer_merge_kept on customer_merge (kept_id, id);

create table tier_score (
  id bigint primary key,
  customer_id bigint not null references customer,
  at timestamptz not null,
  score integer not null check (score between 0 and 100),
  tier text not null check (tier in ('standard','silver','gold','key')),
  previous_tier text not null,
  why jsonb not null default '{}',
  rule_version integer not null,
  by_user_id bigint references user_account
);
create index tier_score_customer on tier_score (customer_id, id desc);

grant select, insert, update on review_action, account, complaint_record, compensation, company_role,
  relationship, customer_merge to firsthand_engine;
grant select, insert on account_entry, tier_score to firsthand_engine;
