# SPDX-License-Identifier: Apache-2.0
"""Armed clocks in any number, put into PostgreSQL set-based: a customer, a case and a clock each.

The engine cannot tell them from its own. Every clock has calendar time and a ladder of the shipped
defaults, and stands before one of its steps; the step behind it comes long after the run. Used by
ops/bench clocks and by tests/faults.
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A step of a default ladder: `share` of the budget at which it fires, whom it alerts."""
    ladder: str
    name: str
    stage: int
    share: float
    kind: str


# One person each, on the console alone: what firing costs by itself.
QUIET = (Step('desk', 'warn_75', 0, 0.75, 'first_response'),)
# Two people and their mails; a breach with an acknowledgement; one person.
MIXED = (Step('department', 'warn_80', 1, 0.8, 'resolution'), Step('desk', 'breach', 1, 1.0, 'first_response'),
         Step('desk', 'warn_75', 0, 0.75, 'first_response'))
BUDGET_S = 36_000  # the next step of any of these is more than half an hour away
SLICE = 10_000  # clocks to a statement, each a few seconds

LOAD = """
with wanted as (
  select n, nextval('firsthand_id') as customer, nextval('firsthand_id') as case_id, nextval('firsthand_id') as clock,
         {due} as fire_at
  from generate_series({first}, {last}) n),
owners as (select array_agg(id order by id) as ids from user_account where role = 'agent' and disabled_at is null
           and not exists (select from absence a where a.user_id = user_account.id)),
places as (select array_agg(id order by id) as ids from department),
people as (
  insert into customer (id, name, created_at) select customer, {name} || n, now() from wanted),
files as (
  insert into case_file (id, number, kind, state, customer_id, channel, category, text, severity, owner_id,
                         department_id, opened_at)
  select case_id, {name} || '-' || clock, 'complaint', 'open', customer, 'api', 'fwtd', 'load', 2,
         owners.ids[1 + n % array_length(owners.ids, 1)], places.ids[1 + n % array_length(places.ids, 1)], now()
  from wanted, owners, places),
steps as (select * from (values {steps}) s(place, ladder, step, stage, share, kind))
insert into sla_clock (id, case_id, kind, policy, policy_version, calendar, budget_kind, budget_s, ladder, started_at,
                       due_at, state, stage, fire_at, step, revision)
select clock, case_id, kind, 'complaint', 1, 'always', 'calendar_time', {budget}, ladder,
       fire_at - make_interval(secs => share * {budget}), fire_at + make_interval(secs => (1 - share) * {budget}),
       'running', stage, fire_at, step,
       (select coalesce(max(revision), 0) from rule_change)
from wanted join steps on place = n % {count_of_steps}
"""


def load(database, count, due, steps=QUIET, name='Load'):
    """`due`: SQL for the instant of clock number n. PostgreSQL cuts it to milliseconds, as the engine does."""
    rows = ', '.join(f"({place}, '{s.ladder}', '{s.name}', {s.stage}, {s.share}, '{s.kind}')"
                     for place, s in enumerate(steps))
    for first in range(1, count + 1, SLICE):
        database.query(LOAD.format(due=f"date_trunc('milliseconds', {due})", first=first,
                                   last=min(first + SLICE - 1, count), steps=rows, budget=BUDGET_S,
                                   count_of_steps=len(steps), name=f"'{name}'"))


def lateness(database, name):
    """Seconds from due to fired of every step of these clocks, oldest due first."""
    return [float(row[0]) for row in database.query(
        'select extract(epoch from max(a.fired_at) - min(a.due_at)) from alert a join case_file c on c.id = a.case_id '
        f"where c.number like '{name}-%' group by a.clock_id, a.stage order by min(a.due_at)")]
