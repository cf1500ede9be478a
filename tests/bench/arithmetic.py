#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a due time costs, asked of the engine's own command: `firsthand clock`.

    arithmetic.py BINARY [LINES]

The same lines twice, with a budget of a minute and with one of two years of working time. Both are
read, computed and written (without an explanation: `until` is the start), so that what the second
costs more is what the length of a budget costs. Each turn is told by its best of three.
"""
import json
import random
import subprocess
import sys
import time

OFFICE = {'timezone': 'Asia/Shanghai',
          'week': {day: [['09:00', '12:00'], ['13:00', '18:00']] for day in ('mon', 'tue', 'wed', 'thu', 'fri')},
          'holidays': ['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'],
          'days': {'2026-10-10': [['09:00', '12:00'], ['13:00', '18:00']]}}
TWO_YEARS_H = 2 * 261 * 8
TURNS = 3


def questions(budget, lines):
    chance = random.Random(2026)
    for _ in range(lines):
        start = f'2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T{chance.randint(0, 23):02}:30:00Z'
        yield json.dumps({'calendar': OFFICE, 'start': start, 'budget': {'working': budget}, 'until': start})


def seconds_for(binary, budget, lines):
    asked = ('\n'.join(questions(budget, lines)) + '\n').encode()
    best = None
    for _ in range(TURNS):
        begun = time.perf_counter()
        answered = subprocess.run([binary, 'clock'], input=asked, stdout=subprocess.PIPE, check=True).stdout
        taken = time.perf_counter() - begun
        answers = answered.decode().splitlines()
        if len(answers) != lines or not all('"due":"' in answer for answer in answers):
            raise RuntimeError(f'not every question was answered: {answers[:1]}')
        best = min(best or taken, taken)
    return best


def measure(binary, lines=20000):
    minute, two_years = seconds_for(binary, 'PT1M', lines), seconds_for(binary, f'PT{TWO_YEARS_H}H', lines)
    return {'lines': lines, 'lines_per_second': round(lines / two_years),
            'line_us': round(two_years / lines * 1e6, 2), 'line_of_a_minute_us': round(minute / lines * 1e6, 2),
            'two_years_more_us': round((two_years - minute) / lines * 1e6, 2)}


def table(figures):
    yield 'clock arithmetic: lines of firsthand clock, read, computed and written'
    yield f"  two years of work         {figures['line_us']:>9.2f} us a line, {figures['lines_per_second']} lines a second"
    yield (f"  a minute of work          {figures['line_of_a_minute_us']:>9.2f} us a line; "
           f"the length costs {figures['two_years_more_us']:.2f} us")


if __name__ == '__main__':
    print('\n'.join(table(measure(sys.argv[1], *map(int, sys.argv[2:3])))))
