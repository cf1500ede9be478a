-- SPDX-License-Identifier: Apache-2.0
-- A shift ends for whoever came before its end: who comes back later stays of his own will. And a wrap-up that is
-- not extended beyond its longest.
alter table desk add column came_at timestamptz not null default now();
alter table desk add column wrap_up_limit timestamptz;
