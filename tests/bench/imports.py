#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The measurements of `ops/bench imports`; see there.

    imports.py --pid N --data DIR --version TEXT --binary FILE [--customers N] [--facts N]

Files of another system with a bad line in fifty, the same ones each time, are imported by the command
line, once and once more. Time, peak memory of the command, and what one connection writes of the same
facts into a table with the same keys and indexes. Exit 1 when a good line is missing, a bad one was not
reported, or the second run changed something; never for being slow.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import time

from pg import Connection, literal

BATCH = 1000


def say(text):
    print(f'bench: {text}', file=sys.stderr, flush=True)


def write_files(folder, customers, facts):
    """Answers how many lines of each are bad by themselves, and the good facts."""
    chance = random.Random(4711)
    bad = {'customers': 0, 'facts': 0}
    known, rows = set(), []
    with open(f'{folder}/customers.csv', 'w', encoding='utf-8', newline='') as file:
        file.write('external_id,name,kind,numbers,email\r\n')
        for i in range(customers):
            number = f'17{100_000_000 + i}'
            if chance.randrange(50) == 0:
                bad['customers'] += 1
                file.write(chance.choice((f'K{i},,person,{number},\r\n', f'K{i},客户 {i},robot,{number},\r\n',
                                          f'K{i},客户 {i},person,none,\r\n')))
            else:
                known.add(i)
                file.write(f'K{i},"客户, {i}",{"company" if i % 5 == 0 else "person"},{number},\r\n')
    with open(f'{folder}/facts.csv', 'w', encoding='utf-8', newline='') as file:
        file.write('external_id,kind,customer,on_date,amount,title\r\n')
        for i in range(facts):
            who = chance.randrange(customers)
            if chance.randrange(50) == 0:
                bad['facts'] += 1
                file.write(chance.choice((f'F{i},invoice,nobody,2026-01-05,1,\r\n', f'F{i},invoice,K{who},2026-02-30,1,\r\n',
                                          f'F{i},invoice,K{who},2026-01-05,a lot,\r\n')))
                continue
            kind, day = chance.choice(('invoice', 'payment')), f'2026-{1 + i % 9:02}-{10 + i % 18}'
            cents = 100 + chance.randrange(500_000)
            file.write(f'F{i},{kind},K{who},{day},{cents // 100}.{cents % 100:02},"line ""{i}"""\r\n')
            if who in known:
                rows.append((kind, f'F{i}', day, cents))
    return bad, len(known), rows


def run(binary, kind, path):
    """Seconds and the command's peak memory in MiB."""
    before = time.monotonic()
    child = subprocess.Popen([binary, 'import', kind, path, '--source', 'bench'], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f'bench: the import of {path} ended with {child.returncode}')
    return time.monotonic() - before, used.ru_maxrss / 1024


def limit(database, rows):
    """What one connection writes of the same rows, keys and indexes, and nothing else. Rows a second."""
    database.query('create schema if not exists bench')
    database.query('drop table if exists bench.business_fact')
    database.query('create table bench.business_fact (like business_fact including all)')
    customer = database.query('select min(id) from customer')[0][0]
    began = time.monotonic()
    for at in range(0, len(rows), BATCH):
        kinds, ids, days, cents = zip(*rows[at:at + BATCH])
        database.query("insert into bench.business_fact (source, kind, external_id, customer_id, on_date, amount_cents, "
                       f"currency) select 'bench', k, i, {customer}, d, c, 'CNY' from unnest('{literal(kinds)}'::text[], "
                       f"'{literal(ids)}'::text[], '{literal(days)}'::date[], '{literal(cents)}'::bigint[]) as r(k, i, d, c)")
    took = time.monotonic() - began
    database.query('drop schema bench cascade')
    return len(rows) / took


def main():
    parser = argparse.ArgumentParser()
    for name in ('--pid', '--data', '--version', '--binary'):
        parser.add_argument(name, required=True)
    parser.add_argument('--customers', type=int, default=40_000)
    parser.add_argument('--facts', type=int, default=200_000)
    options = parser.parse_args()
    database = Connection(os.environ['FIRSTHAND_POSTGRES_URL'])
    number = lambda sql: int(database.query(sql)[0][0])  # noqa: E731
    bad, good_customers, rows = write_files(options.data, options.customers, options.facts)
    wrong, figures = [], {'version': options.version, 'load': os.getloadavg()[0]}
    for turn in ('first', 'again'):
        for kind, count in (('customers', options.customers), ('facts', options.facts)):
            seconds, mebibytes = run(options.binary, kind, f'{options.data}/{kind}.csv')
            figures[f'{kind}_{turn}'] = {'lines': count, 'seconds': round(seconds, 1), 'per_second': round(count / seconds),
                                         'peak_mib': round(mebibytes)}
            say(f'{kind}, {turn}: {count} lines in {seconds:.1f} s, {count / seconds:.0f}/s, peak {mebibytes:.0f} MiB')
    if number("select count(*) from customer_reference where source = 'bench'") != good_customers:
        wrong.append('customers are missing')
    if number("select count(*) from business_fact where source = 'bench'") != len(rows):
        wrong.append('facts are missing')
    for kind, lines in (('customers', bad['customers']), ('facts', options.facts - len(rows))):
        reported = number("select count(*) from import_refusal f join import_run r on r.id = f.run_id where r.id = (select "
                          f"min(id) from import_run where source = 'bench' and kind = '{kind}')")
        if reported != lines:
            wrong.append(f'{reported} of {lines} bad lines of {kind} were reported')
    if number("select sum(added + changed) from import_run where source = 'bench' and id in (select max(id) from import_run "
              "where source = 'bench' group by kind)"):
        wrong.append('the second run changed something')
    figures['limit_per_second'] = round(limit(database, rows))
    say(f'one connection writes {figures["limit_per_second"]} such rows a second and nothing else; '
        f'the import is {figures["facts_first"]["per_second"] / figures["limit_per_second"]:.2f} of it')
    figures['wrong'] = wrong
    with open(f'{options.data}/bench.json', 'w', encoding='utf-8') as file:
        json.dump(figures, file, indent=2)
    for each in wrong:
        say(f'WRONG: {each}')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
