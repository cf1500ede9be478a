-- SPDX-License-Identifier: Apache-2.0
-- One row for each thing that changed, with everybody who hears of it, instead of a row a listener.
-- What stood there lives for 20 minutes: consoles that ask for it look at everything again.
truncate feed;
alter table feed drop column topic, add column topics text[] not null;
-- Rows come in the order of their time and are looked up by it to be forgotten only.
drop index feed_at;
create index feed_at on feed using brin (at);
