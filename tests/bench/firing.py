#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The measurements of `ops/bench clocks`, against an engine that it has started; see there.

    firing.py --data DIR [--rates 100,1000,5000] [--seconds N] [--herd N] [--without-redis yes|no]

Lateness is alert.fired_at - alert.due_at, both PostgreSQL's. The limit is a program that does with
the same rows and indexes what firing cannot do without: one compare-and-set of the clocks and one
insert of their alerts, in batches of one commit, one connection, nothing else. It takes turns with
the engine: over 20,000 clocks, and behind a herd over the herd's own, as many. Exit 1 when a step did
not fire, or fired twice; never for being slow.
"""
import argparse
import json
import os
import platform
import sys
import time

import clocks
from measure import cpu_seconds, spread
from pg import Connection, PgError, literal
from redis_link import Redis

BATCH = 128
LIMIT_CLOCKS = 20_000
CLAIM = """
with claimed as (
  update bench.sla_clock c set stage = c.stage + 1, version = c.version + 1, fire_at = c.due_at, step = 'breach'
  from unnest($1::bigint[], $2::bigint[], $3::integer[]) r(id, version, stage)
  where c.id = r.id and c.version = r.version and c.stage = r.stage and c.fire_at <= clock_timestamp()
  returning c.id, c.case_id, c.cycle, c.stage - 1 as stage, c.kind, c.due_at)
insert into bench.alert (id, clock_id, case_id, cycle, stage, step, clock_kind, recipient_id, role, needs_acknowledgement,
                         due_at, fired_at)
select nextval('firsthand_id'), s.id, s.case_id, s.cycle, s.stage, 'warn_75', s.kind, f.owner_id, 'owner', false, s.due_at,
       clock_timestamp()
from claimed s join case_file f on f.id = s.case_id"""


def say(text):
    print(f'bench: {text}', file=sys.stderr, flush=True)


def drop_schema(db):
    """The keys of its tables lead to the engine's: the lock on those is asked for, and let go again, until it is had."""
    for turn in range(60):
        try:
            return db.query("set lock_timeout = '200ms'; drop schema bench cascade; set lock_timeout = 0")
        except PgError:
            if turn == 59:
                raise
            time.sleep(0.1)


class Bench:
    def __init__(self, options):
        self.options = options
        self.url = os.environ['FIRSTHAND_POSTGRES_URL']
        self.database = Connection(self.url)
        self.redis_url = os.environ['FIRSTHAND_REDIS_URL']
        self.limits = []
        self.runs = []
        self.turn = 0

    def one(self, sql):
        return self.database.one(sql)

    def limit(self, name='Limit'):
        """Claims a second of these clocks, the better of both halves: a disturbed half is no limit."""
        db = self.database
        db.query('drop schema if exists bench cascade; create schema bench')
        for table in ('sla_clock', 'alert'):
            db.query(f'create table bench.{table} (like public.{table} including all)')
        db.query('alter table bench.alert add foreign key (clock_id) references bench.sla_clock, '
                 'add foreign key (case_id) references case_file, add foreign key (recipient_id) references user_account; '
                 'alter table bench.sla_clock add foreign key (case_id) references case_file; '
                 'create trigger breach_fact before update on bench.sla_clock for each row when (old.breached_at is not null and '
                 'new.breached_at is distinct from old.breached_at) execute function keep_breach_fact()')
        columns = ', '.join(row[0] for row in db.query(
            "select attname from pg_attribute where attrelid = 'public.sla_clock'::regclass and attnum > 0 and not "
            "attisdropped and attname not in ('fire_at', 'stage', 'version', 'due_at', 'state', 'ended_at') order by attnum"))
        db.query(f"insert into bench.sla_clock ({columns}, fire_at, stage, version, due_at, state) select {columns}, "
                 "now() - interval '1 minute', 0, 1, now() + interval '1 hour', 'running' from sla_clock where case_id in "
                 f"(select id from case_file where number like '{name}-%')")
        db.query('analyze bench.sla_clock')
        rows = db.query('select id, version, stage from bench.sla_clock order by id')
        db.prepare('claim', CLAIM)
        db.prepare('begin_it', 'begin')
        db.prepare('commit_it', 'commit')
        calls = [db.call('begin_it') + db.call('claim', *(literal(column) for column in zip(*rows[at:at + BATCH]))) +
                 db.call('commit_it') for at in range(0, len(rows), BATCH)]
        best, half = 0.0, len(calls) // 2
        for part in (calls[:half], calls[half:]):
            begun = time.perf_counter()
            for call in part:
                db.send(call)
            best = max(best, half * BATCH / (time.perf_counter() - begun))
        made = int(db.one('select count(*) from bench.alert'))
        db.query('deallocate all')
        drop_schema(db)
        if made != len(rows):
            raise RuntimeError(f'the limit program has claimed {made} of {len(rows)}')
        say(f'limit: {best:.0f} claims/s of {len(rows)}')
        return round(best, 1)

    def prepare_limit(self):
        clocks.load(self.database, LIMIT_CLOCKS, "now() + interval '1 day'", name='Limit')
        self.database.query('analyze case_file; analyze sla_clock; analyze customer')

    def fired(self, name):
        """Steps that fired, alerts beyond one for each (a step of these clocks has one recipient), and seconds for all."""
        rows = self.database.query(
            'select count(*), count(distinct (a.clock_id, a.cycle, a.step)), extract(epoch from max(a.fired_at) - min(a.due_at)) '
            f"from alert a join case_file c on c.id = a.case_id where c.number like '{name}-%'")[0]
        return int(rows[1]), int(rows[0]) - int(rows[1]), float(rows[2] or 0)

    def run(self, title, rate, count, with_redis):
        """`rate` clocks a second, or all in one second when it is 0."""
        self.turn += 1
        name = f'Run{self.turn}'
        ahead = 6 + count / self.options.load_rate
        begun = self.one(f"select date_trunc('second', clock_timestamp()) + make_interval(secs => {ahead:.0f})")
        due = (f"'{begun}'::timestamptz + make_interval(secs => " +
               (f'n / {rate}.0)' if rate else f'random())'))
        clocks.load(self.database, count, due, name=name)
        self.database.query('analyze customer; analyze case_file; analyze sla_clock')
        if with_redis:
            Redis(self.redis_url).command('FLUSHALL')  # rows written behind the engine's back: it must look anew
        left = float(self.one(f"select extract(epoch from '{begun}'::timestamptz - clock_timestamp())"))
        if left < 2:
            raise RuntimeError(f'loading {count} clocks took too long: --load-rate lower than {self.options.load_rate}')
        time.sleep(left)
        cpu, load = cpu_seconds(self.options.pid), os.getloadavg()[0]
        ends = f"'{begun}'::timestamptz + interval '{count / rate if rate else 1:.0f} seconds'"
        patience = time.monotonic() + (count / rate if rate else 1) + 30 + count / 500
        while time.monotonic() < patience:
            time.sleep(1)  # the look itself reads an index that is being rewritten: seldom
            if self.one(f'select clock_timestamp() > {ends} and not exists (select 1 from sla_clock where fire_at <= {ends})') == 't':
                break
        fired, doubled, took = self.fired(name)
        late = clocks.lateness(self.database, name)
        it = {'title': title, 'rate': rate, 'due': count, 'fired': fired, 'doubled': doubled,
              'with_redis': with_redis, 'lateness_ms': spread(late, (0.5, 0.99, 0.999)), 'load': load,
              'per_second': round(count / took, 1) if took else 0,
              'engine_cores': round((cpu_seconds(self.options.pid) - cpu) / max(took, 0.001), 2)}
        self.runs.append(it)
        say(f"{title}: {it['fired']} of {count}, lateness {it['lateness_ms']}, {it['per_second']:.0f}/s")
        if not rate:  # a herd stands beside the limit of as many clocks, its own
            it['limit_per_second'] = self.limit(name)

    def lose_redis(self, seconds):
        """100 a second, Redis killed in the middle."""
        self.turn += 1
        name, rate = f'Run{self.turn}', 100
        count = rate * seconds
        begun = self.one("select date_trunc('second', clock_timestamp()) + interval '6 seconds'")
        clocks.load(self.database, count, f"'{begun}'::timestamptz + make_interval(secs => n / {rate}.0)", name=name)
        Redis(self.redis_url).command('FLUSHALL')
        time.sleep(float(self.one(f"select extract(epoch from '{begun}'::timestamptz - clock_timestamp())")) + seconds / 2)
        Redis(self.redis_url).shut_down()
        time.sleep(seconds / 2 + 9)
        fired, doubled, _ = self.fired(name)
        late = clocks.lateness(self.database, name)
        self.runs.append({'title': 'Redis killed at 100/s', 'rate': rate, 'due': count, 'fired': fired, 'doubled': doubled,
                          'with_redis': None, 'lateness_ms': spread(late, (0.5, 0.99, 0.999)), 'load': os.getloadavg()[0]})
        say(f'Redis killed: {fired} of {count}, lateness {spread(late, (0.5, 0.99, 0.999))}')

    def all(self):
        options = self.options
        self.prepare_limit()
        self.limits.append(self.limit())
        plan = [(f'{rate}/s', rate, int(rate * options.seconds)) for rate in options.rates]
        if options.herd:
            plan.append((f'{options.herd} in one second', 0, options.herd))
        for title, rate, count in plan:
            self.run(title, rate, count, True)
            self.limits.append(self.limit())
        if options.without_redis == 'yes':
            self.lose_redis(10)
            for title, rate, count in plan:
                self.run(title + ', no Redis', rate, count, False)
            self.limits.append(self.limit())


def table(report):
    where = report['machine']
    yield f"firsthand {report['engine']}, {where['cores']} cores, PostgreSQL {where['postgresql']}, fsync {where['fsync']}"
    limit = report['limit_per_second']
    yield (f"limit of durable claims: {limit:.0f} /s (one writer, {BATCH} a commit; {len(report['limits'])} turns: "
           f"{', '.join(f'{each:.0f}' for each in report['limits'])})")
    yield f"{'':26}{'due':>8}{'fired':>8}{'p50':>9}{'p99':>9}{'p99.9':>9}{'max':>10} ms   {'fired/s':>8}{'/limit':>7}{'cores':>6}{'load':>6}"
    for it in report['runs']:
        late = it['lateness_ms']
        share = f"{it['per_second'] / it['limit_per_second']:.2f}" if it.get('limit_per_second') else ''
        yield (f"{it['title']:26}{it['due']:>8}{it['fired']:>8}" +
               ''.join(f'{late.get(name, float("nan")):>9.1f}' for name in ('p50', 'p99', 'p99.9')) +
               f"{late.get('max', float('nan')):>10.1f}      {it.get('per_second', 0):>8.0f}{share:>7}"
               f"{it.get('engine_cores', 0):>6.2f}{it['load']:>6.1f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--pid', type=int, required=True)
    parser.add_argument('--data', required=True)
    parser.add_argument('--version', default='')
    parser.add_argument('--rates', type=lambda text: [int(part) for part in text.split(',') if part], default=[100, 1000, 5000])
    parser.add_argument('--seconds', type=float, default=10)
    parser.add_argument('--herd', type=int, default=100_000)
    parser.add_argument('--load-rate', type=int, default=1000, help='clocks a second that can be put in')
    parser.add_argument('--without-redis', choices=('yes', 'no'), default='yes')
    options = parser.parse_args()
    bench = Bench(options)
    bench.all()
    database = bench.database
    report = {'engine': options.version, 'at': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime()),
              'machine': {'cores': os.cpu_count(), 'kernel': platform.release(),
                          'postgresql': database.one('show server_version'), 'fsync': database.one('show fsync')},
              'limits': bench.limits, 'limit_per_second': sorted(bench.limits)[len(bench.limits) // 2], 'runs': bench.runs}
    path = os.path.join(options.data, 'bench-clocks.json')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(report, file, ensure_ascii=False, indent=1)
        file.write('\n')
    print('\n'.join(table(report)))
    print(f'\nall of it: {path}')
    return 1 if any(it['fired'] != it['due'] or it['doubled'] for it in bench.runs) else 0


if __name__ == '__main__':
    sys.exit(main())
