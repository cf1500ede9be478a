# SPDX-License-Identifier: Apache-2.0
"""How late alerts are: cases whose promised call is due in a few seconds, and nobody calls.

The promises are made through the API, as an agent makes them. Each callback clock has two warnings
and a breach in that time. Lateness is alert.fired_at - alert.due_at, both PostgreSQL's, one value
for each step of each clock, however many people it alerts.
"""
import datetime
import threading
import time

from desk import Desk, metric
from pg import literal

PEOPLE = 4
STEPS = 3  # warn_50, warn_80, breach of the ladder "department"
SWEPT = 'firsthand_clock_steps_swept_total'


def promise(port, person, serials, ahead_s, numbers, failures):
    try:
        desk = Desk(port, person)
        for serial in serials:
            at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=ahead_s)
            made = desk.ask('POST', '/cases', {
                'customer': {'name': f'测试时限{serial:05d}', 'number': f'1991{serial:07d}'}, 'category': 'wxcs',
                'text': '客户要求尽快回电。', 'callback': {'at': at.isoformat(timespec='milliseconds').replace('+00:00', 'Z')}})
            numbers.append(made['number'])
    except Exception as error:  # noqa: BLE001 - of a thread: told by the caller
        failures.append(str(error))


def measure(port, people, database, count, ahead_s):
    swept = metric(port, SWEPT)
    numbers, failures = [], []
    threads = [threading.Thread(target=promise, args=(port, people[i % len(people)], range(i, count, PEOPLE), ahead_s,
                                                      numbers, failures)) for i in range(PEOPLE)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(failures[0])
    made_in = time.monotonic() - begun
    clocks = ("(select s.id from sla_clock s join case_file c on c.id = s.case_id where s.kind = 'callback' "
              f"and c.number = any('{literal(numbers)}'))")
    until = time.monotonic() + ahead_s + 30
    while time.monotonic() < until:
        fired = int(database.one(f'select count(distinct (clock_id, stage)) from alert where clock_id in {clocks}'))
        if fired >= count * STEPS:
            break
        time.sleep(0.25)
    rows = database.query(
        'select step, extract(epoch from max(fired_at) - min(due_at)), count(*) from alert '
        f'where clock_id in {clocks} group by clock_id, stage, step')
    by_step = {}
    for step, late, _ in rows:
        by_step.setdefault(step, []).append(float(late))
    return {'clocks': len(numbers), 'made_in_s': made_in, 'steps_due': count * STEPS, 'steps_fired': len(rows),
            'alerts': sum(int(row[2]) for row in rows), 'lateness_s': [float(row[1]) for row in rows],
            'by_step': by_step, 'swept': metric(port, SWEPT) - swept}
