-- SPDX-License-Identifier: Apache-2.0
-- A follow-up call has a clock: those that are open get theirs. The next change of the rules gives
-- them the ladder of their policy; until then the breach alone is told, on the ladder "desk".
insert into sla_clock (id, case_id, kind, cycle, callback_id, policy, policy_version, calendar, budget_kind,
  budget_s, ladder, started_at, due_at, state, fire_at, step)
select nextval('firsthand_id'), b.case_id, 'follow_up', f.cycle, b.id, '', 0, '', 'calendar_time',
  extract(epoch from b.due_at - b.promised_at)::bigint, 'desk', b.promised_at, b.due_at, 'running', b.due_at, 'breach'
from callback b join case_file f on f.id = b.case_id
where b.kind = 'follow_up' and b.state = 'open';
