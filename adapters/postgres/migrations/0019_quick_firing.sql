-- SPDX-License-Identifier: Apache-2.0
-- A breach fact is asked about only where one would change: a herd of clocks that step on pays nothing.
drop trigger sla_clock_breach_fact on sla_clock;
create trigger sla_clock_breach_fact before update on sla_clock for each row
  when (old.breached_at is not null and new.breached_at is distinct from old.breached_at)
  execute function keep_breach_fact();
