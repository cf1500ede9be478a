-- SPDX-License-Identifier: Apache-2.0
-- Who may be the same customer under a name that is only nearly the same: trigrams for what is left out or
-- mistyped in longer names, the reading (customer_initials_exact, syllables) for other characters that
-- sound alike. The extension comes with the server and may be made by the database's owner.
create extension if not exists pg_trgm;
create index customer_name_alike on customer using gin (name gin_trgm_ops);
