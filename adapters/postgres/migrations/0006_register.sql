-- SPDX-License-Identifier: Apache-2.0
-- The complaint register: its order, and who took a copy of it out of the house.
create index case_register on case_file (opened_at desc, id desc) where kind = 'complaint';
create index complaint_record_regulator on complaint_record (regulator, case_id) where regulator <> '';

create table register_export (                 -- append-only
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  by_user_id bigint not null references user_account,
  filter jsonb not null,
  row_count integer not null,
  full_numbers boolean not null                -- telephone numbers were not masked
);
grant select, insert on register_export to firsthand_engine;
