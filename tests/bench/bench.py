#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The measurements of ops/bench, against an engine that it has started; see there.

    bench.py --port N --data DIR [--seconds N] [--clocks N] [--calls N] [--pbx] ...

Every speed is told beside this machine's own limit of the same run, since a machine's load and disk
make any number by itself meaningless. Exit 1 when something acknowledged is not in PostgreSQL once,
or when a step did not fire; never for being slow.
"""
import argparse
import hashlib
import json
import os
import platform
import secrets
import signal
import sys
import time

import alerts
import arithmetic
import complaints
import limit
from measure import cpu_seconds, spread
from pg import Connection

ROUNDS = 2     # the engine and the limit take turns, so that a change of load meets both
TOKENS = 16    # one API client may send 100 complaints a second; a burst is shared by some
PER_CLIENT_AND_SECOND = 1500  # requests that a client process makes ahead
SHARES = (0.5, 0.95, 0.99)


def say(text):
    print(f'bench: {text}', file=sys.stderr, flush=True)


def machine(database):
    model = ''
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        for line in file:
            if line.startswith('model name'):
                model = line.split(':', 1)[1].strip()
                break
    settings = dict(database.query("select name, setting from pg_settings where name in "
                                   "('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers')"))
    return {'processor': model or platform.machine(), 'cores': os.cpu_count(), 'kernel': platform.release(),
            'memory_mb': os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') >> 20,
            'postgresql': database.one('show server_version'), 'postgresql_settings': settings,
            'python': platform.python_version(), 'load_before': os.getloadavg()}


def make_tokens(database):
    made = [secrets.token_urlsafe(32) for _ in range(TOKENS)]
    for token in made:
        stored = hashlib.sha256(token.encode()).hexdigest()
        database.query("insert into api_token (id, name, token_hash, scopes) values (nextval('firsthand_id'), "
                       f"'bench-{stored[:12]}', '\\x{stored}', '{{complaints}}')")
    return made


def complaint_figures(options, database, tokens):
    known = [row[0] for row in database.query(
        "select number from customer_number where number like '+861%' order by number limit 500")]
    first = 1
    total = {'numbers': [], 'times': [], 'others': {}, 'seconds': 0.0, 'cpu': 0.0, 'engine_cpu': 0.0, 'wal_bytes': 0}
    limits = []
    slow = complaints.measure(options.port, tokens, known, first, 4000, 1, 1, max(1.0, options.seconds / 5))
    first += 4000
    for turn in range(ROUNDS):
        say(f'complaints, turn {turn + 1} of {ROUNDS}: {options.connections} connections for {options.seconds / ROUNDS:g} s')
        begun = database.one('select clock_timestamp()')
        log, cpu = limit.wal_bytes(database), cpu_seconds(options.pid)
        per_client = int(PER_CLIENT_AND_SECOND * options.seconds / ROUNDS) + options.connections
        got = complaints.measure(options.port, tokens, known, first, per_client, options.clients, options.connections,
                                 options.seconds / ROUNDS)
        first += per_client * options.clients
        if got['ran_out']:
            say('the clients had too few requests ready: the engine is faster than this')
        total['engine_cpu'] += cpu_seconds(options.pid) - cpu
        total['wal_bytes'] += limit.wal_bytes(database) - log
        for name in ('numbers', 'times'):
            total[name] += got[name]
        for name in ('seconds', 'cpu'):
            total[name] += got[name]
        for what, count in got['others'].items():
            total['others'][what] = total['others'].get(what, 0) + count
        if not got['numbers']:
            raise RuntimeError(f'no complaint was acknowledged: {got["others"]}')
        say('the limit: the same rows, written by one connection')
        limits.append(limit.measure(Connection(options.postgres_url), got['numbers'], begun,
                                    max(1.0, options.seconds / ROUNDS / 2)))
    checked = complaints.missing(database, total['numbers'] + slow['numbers'])
    rate = len(total['numbers']) / total['seconds']
    caps = {kind: sum(each[kind]['cases'] for each in limits) / sum(each[kind]['seconds'] for each in limits)
            for kind in ('batched', 'single')}
    rows = {table: round(count, 2) for table, count in limits[-1]['rows_per_case'].items() if count}
    return {
        'per_second': round(rate, 1), 'seconds': round(total['seconds'], 2), 'acknowledged': len(total['numbers']),
        'other_answers': total['others'], 'connections': options.connections, 'client_processes': options.clients,
        'latency_ms': spread(total['times'], SHARES), 'latency_alone_ms': spread(slow['times'], SHARES),
        'limit_batched_per_second': round(caps['batched'], 1), 'limit_single_per_second': round(caps['single'], 1),
        'share_of_limit_batched': round(rate / caps['batched'], 3), 'share_of_limit_single': round(rate / caps['single'], 3),
        'rows_per_case': rows, 'rows_of_a_case': round(sum(rows.values()), 1),
        'wal_kb_per_case': round(total['wal_bytes'] / len(total['numbers']) / 1024, 1),
        'limit_wal_kb_per_case': round(sum(each['batched']['wal_bytes'] for each in limits) /
                                       sum(each['batched']['cases'] for each in limits) / 1024, 1),
        'engine_cores': round(total['engine_cpu'] / total['seconds'], 2),
        'client_cores': round(total['cpu'] / total['seconds'], 2),
        'checked': checked}


def alert_figures(options, database, people):
    say(f'alerts: {options.clocks} promises, due in {options.ahead} s each')
    agents = [people[name] for name in ('agent', 'agent2', 'agent3', 'agent4') if name in people]
    got = alerts.measure(options.port, agents, database, options.clocks, options.ahead)
    return {'clocks': got['clocks'], 'made_in_s': round(got['made_in_s'], 1), 'steps_due': got['steps_due'],
            'steps_fired': got['steps_fired'], 'alerts': got['alerts'], 'swept': got['swept'],
            'lateness_ms': spread(got['lateness_s'], SHARES),
            'breach_lateness_ms': spread(got['by_step'].get('breach', []), SHARES)}


def ring_figures(options, database, people):
    import ring
    say(f'calls: {options.calls} through the PBX')
    callers = [row[0] for row in database.query(
        "select '0' || min(substr(n.number, 4)) from customer_number n where n.number ~ '^[+]861[0-9]{10}$' and not exists "
        "(select 1 from case_file c where c.customer_id = n.customer_id and c.state <> 'closed') "
        f'group by n.customer_id order by n.customer_id limit {options.calls * 2}')]
    found = ring.measure(options.port, people['agent'], callers, database, options.calls)
    return {kind: {'calls': got['calls'], 'missed': got['missed'], 'invite_to_pop_ms': spread(got['pop_s'], SHARES),
                   'filed_to_pop_ms': spread(got['filed_to_pop_s'], SHARES), 'invite_to_desk_phone_ms': spread(got['phone_s'], SHARES)}
            for kind, got in found.items()}


def times(figures, *names):
    return '  '.join(f'{name} {figures[name]:g} ms' for name in names if name in figures) or 'nothing measured'


def table(report):
    where, load = report['machine'], report['machine']
    yield f"firsthand {report['engine']}, {where['cores']} cores ({where['processor']}), PostgreSQL {where['postgresql']}"
    yield (f"fsync {where['postgresql_settings']['fsync']}, load average {load['load_before'][0]:.1f} before, "
           f"{load['load_after'][0]:.1f} after" + ('; the machine was BUSY with other work' if report['busy'] else ''))
    it = report.get('complaints')
    if it:
        yield ''
        yield 'durable complaints: 201 after COMMIT; limit: the same rows, indexes and foreign keys, one writer, nothing else'
        yield f"  engine                    {it['per_second']:>9.1f} /s   {it['connections']} connections, {it['acknowledged']} in {it['seconds']:g} s"
        yield f"  limit, 128 cases a commit {it['limit_batched_per_second']:>9.1f} /s   engine / limit = {it['share_of_limit_batched']:.2f}"
        yield f"  limit, 1 case a commit    {it['limit_single_per_second']:>9.1f} /s   engine / limit = {it['share_of_limit_single']:.2f}"
        yield f"  latency, full load        {times(it['latency_ms'], 'p50', 'p99', 'max')}"
        yield f"  latency, one at a time    {times(it['latency_alone_ms'], 'p50', 'p99', 'max')}"
        yield (f"  a case is {it['rows_of_a_case']:g} rows, {it['wal_kb_per_case']:g} kB of log (limit {it['limit_wal_kb_per_case']:g}); "
               f"cores: engine {it['engine_cores']:g}, clients {it['client_cores']:g}")
        yield (f"  acknowledged {it['checked']['acknowledged']}, lost {it['checked']['lost']}, doubled {it['checked']['doubled']}"
               + (f"; other answers {it['other_answers']}" if it['other_answers'] else ''))
    it = report.get('alerts')
    if it:
        yield ''
        yield 'alerts: fired_at - due_at of each step (two warnings, one breach) of promised calls that nobody made'
        yield f"  steps fired {it['steps_fired']} of {it['steps_due']}, {it['alerts']} alerts; found by the sweep: {it['swept']:g}"
        yield f"  lateness                  {times(it['lateness_ms'], 'p50', 'p99', 'max')}"
        yield f"  of breaches               {times(it['breach_lateness_ms'], 'p50', 'p99', 'max')}"
    it = report.get('arithmetic')
    if it:
        yield ''
        yield from arithmetic.table(it)
    it = report.get('ring')
    yield ''
    if it:
        rested, again = it['rested'], it['at_once']
        yield f"ring to pop: {rested['calls']} calls through Asterisk to an agent at his desk, {rested['missed']} without a ring"
        yield f"  INVITE to record on screen   {times(rested['invite_to_pop_ms'], 'p50', 'p95', 'max')}"
        yield f"  of it, call filed to screen  {times(rested['filed_to_pop_ms'], 'p50', 'p95', 'max')}"
        yield f"  INVITE to desk phone rings   {times(rested['invite_to_desk_phone_ms'], 'p50', 'p95', 'max')}"
        yield f"  INVITE to record, {again['calls']} calls within a second of the agent's last ring, {again['missed']} without a ring"
        yield f"                               {times(again['invite_to_pop_ms'], 'p50', 'p95', 'max')}"
    else:
        yield 'ring to pop: not measured (ops/bench --pbx takes a real Asterisk)'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--port', type=int, required=True)
    parser.add_argument('--pid', type=int, required=True)
    parser.add_argument('--data', required=True)
    parser.add_argument('--version', default='')
    parser.add_argument('--seconds', type=float, default=20)
    parser.add_argument('--connections', type=int, default=256)
    parser.add_argument('--clients', type=int, default=2)
    parser.add_argument('--clocks', type=int, default=200)
    parser.add_argument('--ahead', type=int, default=15)
    parser.add_argument('--calls', type=int, default=30)
    parser.add_argument('--pbx', action='store_true')
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the client processes end with us
    options.postgres_url = os.environ['FIRSTHAND_POSTGRES_URL']
    with open(os.path.join(options.data, 'sign-in.json'), encoding='utf-8') as file:
        people = json.load(file)['users']
    database = Connection(options.postgres_url)
    report = {'engine': options.version, 'at': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime()),
              'machine': machine(database)}
    report['busy'] = report['machine']['load_before'][0] > 0.5 * (os.cpu_count() or 1)
    tokens = make_tokens(database)
    report['complaints'] = complaint_figures(options, database, tokens)
    report['alerts'] = alert_figures(options, database, people)
    say('clock arithmetic')
    report['arithmetic'] = arithmetic.measure(os.readlink(f'/proc/{options.pid}/exe'))
    if options.pbx:
        report['ring'] = ring_figures(options, database, people)
    report['machine']['load_after'] = os.getloadavg()
    database.close()
    path = os.path.join(options.data, 'bench.json')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(report, file, ensure_ascii=False, indent=1)
        file.write('\n')
    print('\n'.join(table(report)))
    print(f'\nall of it: {path}')
    checked = report['complaints']['checked']
    wrong = checked['lost'] or checked['doubled'] or report['alerts']['steps_fired'] != report['alerts']['steps_due']
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
