#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Several engines on one PostgreSQL and one Redis, while everything around the clocks fails.

    faults.py --binary FILE --data DIR [--nodes 3] [--clocks 100000] [--rate 50] [--seconds 40] [--seed N]

`rate` clocks a second become due while nodes are killed and started again, stopped for 3 s, and
Redis is wiped, killed and started empty, killed and started with an old dump; one node's clock is an
hour wrong. The order comes from the seed, which is printed. Afterwards PostgreSQL is asked from
outside, by what was loaded before any engine ran: every step that came due has one alert for each
person it is for, one line of history and one row of effects, none was early, none is missing, none is
doubled, and no other clock was touched. Then the check itself is checked: an alert is taken away and
one is doubled in a transaction that is rolled back, and both must be seen.

DIR holds the services (ops/services) and what the nodes write. Ends what it started, but not the
services. Exit 0 when nothing is missing and nothing doubled.
"""
import argparse
import glob
import http.client
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'bench'))
import clocks  # noqa: E402 - found through the line above
from pg import Connection  # noqa: E402
from redis_link import Redis  # noqa: E402

FAKETIME = next(iter(glob.glob('/usr/lib/*/faketime/libfaketimeMT.so.1')), None)
WRONG_BY_S = 3600


def say(text):
    print(f'faults: {text}', flush=True)


def get(port, path):
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=2)
    try:
        connection.request('GET', path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def alive(pid):
    try:
        with open(f'/proc/{pid}/stat', encoding='ascii') as file:
            return file.read().rsplit(') ', 1)[1][0] != 'Z'
    except OSError:
        return False


def ended(process):
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Node:
    def __init__(self, number, options, environment):
        self.name = f'node{number}'
        self.binary = options.binary
        self.port = options.port + number
        self.directory = os.path.join(options.data, self.name)
        os.makedirs(self.directory, exist_ok=True)
        self.environment = {**environment, 'FIRSTHAND_NODE_NAME': self.name, 'FIRSTHAND_HTTP_PORT': str(self.port),
                            'FIRSTHAND_DATA_DIRECTORY': self.directory}
        self.skewed = number == options.nodes and FAKETIME is not None
        if self.skewed:
            self.environment.update(LD_PRELOAD=FAKETIME, FAKETIME=f'+{WRONG_BY_S}s', FAKETIME_DONT_FAKE_MONOTONIC='1',
                                    DONT_FAKE_MONOTONIC='1')
        self.process = None
        self.fired = 0  # by processes that are gone

    def start(self):
        with open(os.path.join(self.directory, 'engine.log'), 'ab') as log:
            self.process = subprocess.Popen([self.binary, 'serve'], env=self.environment, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)

    def wait_until_ready(self):
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if get(self.port, '/readyz')[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f'{self.name} did not become ready; see {self.directory}/engine.log')

    def metric(self, name):
        found = re.search(rf'^{re.escape(name)} (\S+)$', get(self.port, '/metrics')[1], re.M)
        return float(found.group(1)) if found else 0.0

    def kill(self):
        self.process.kill()
        self.process.wait()


class World:
    def __init__(self, options):
        self.options = options
        self.url = os.environ['FIRSTHAND_POSTGRES_URL']
        self.redis_url = os.environ['FIRSTHAND_REDIS_URL']
        environment = {name: value for name, value in os.environ.items() if not name.startswith('FIRSTHAND_')}
        environment.update(FIRSTHAND_POSTGRES_URL=self.url, FIRSTHAND_REDIS_URL=self.redis_url, FIRSTHAND_LOG_LEVEL='info')
        if options.smtp_url:
            environment['FIRSTHAND_MAIL_SMTP_URL'] = options.smtp_url
        self.environment = environment
        self.nodes = [Node(number, options, environment) for number in range(1, options.nodes + 1)]
        self.random = random.Random(options.seed)
        self.done = []
        self.kills = 0
        self.continuing = []

    # --- faults ---------------------------------------------------------------------------------
    def kill_node(self):
        node = self.random.choice(self.nodes)
        node.kill()
        self.kills += 1
        time.sleep(0.5)
        node.start()
        return f'{node.name} killed and started again'

    def stop_node(self):
        node = self.random.choice(self.nodes)
        process = node.process
        process.send_signal(signal.SIGSTOP)
        timer = threading.Timer(3, lambda: process.poll() is None and process.send_signal(signal.SIGCONT))
        timer.start()
        self.continuing.append(timer)
        return f'{node.name} stopped for 3 s'

    def flush(self):
        Redis(self.redis_url).command('FLUSHALL')
        return 'FLUSHALL'

    def redis_store(self):
        return os.path.join(os.path.realpath(os.path.join(self.options.data, 'redis')), 'appendonlydir')

    def keep_dump(self):
        """What a backup of this moment would be; taken before the run, and given back in the middle of it."""
        link = Redis(self.redis_url)
        link.command('BGREWRITEAOF')
        while 'aof_rewrite_in_progress:1' in link.command('INFO', 'persistence'):
            time.sleep(0.1)
        shutil.rmtree(self.redis_store() + '.old', ignore_errors=True)
        subprocess.run(['cp', '-a', self.redis_store(), self.redis_store() + '.old'], check=True)

    def restart_redis(self, dump):
        pid = int(re.search(r'process_id:(\d+)', Redis(self.redis_url).command('INFO', 'server')).group(1))
        os.kill(pid, signal.SIGKILL)
        while alive(pid):
            time.sleep(0.02)
        shutil.rmtree(self.redis_store(), ignore_errors=True)
        if dump:
            subprocess.run(['cp', '-a', dump, self.redis_store()], check=True)
        time.sleep(0.5)
        fast = ['--fast'] if self.options.fast else []
        subprocess.run([os.path.join(ROOT, 'ops', 'services'), 'start', '--data', self.options.data, *fast], check=True,
                       stdout=subprocess.DEVNULL)

    def redis_empty(self):
        self.restart_redis(None)
        return 'Redis killed, back empty'

    def redis_back(self):
        self.restart_redis(self.redis_store() + '.old')
        return 'Redis killed, back with an old dump'

    # --- the run --------------------------------------------------------------------------------
    def load(self):
        """Clocks far ahead, half of them within what Redis keeps in view, and those that will come due."""
        options, database = self.options, Connection(self.url)
        count = options.rate * options.seconds
        far = max(0, options.clocks - count)
        begun = time.monotonic()
        clocks.load(database, far, f'now() + make_interval(secs => 1800 + n * 10800.0 / {max(far, 1)})', clocks.MIXED, 'Far')
        clocks.load(database, count, f"now() + interval '1 day' + make_interval(secs => n / {options.rate}.0)",
                    clocks.MIXED, 'Due')
        say(f'{far + count} clocks armed in {time.monotonic() - begun:.1f} s')
        # From here on the clocks are as they will be found; the engines start after it.
        ahead = options.ahead
        database.query(
            "update sla_clock set fire_at = fire_at - shift, started_at = started_at - shift, due_at = due_at - shift from "
            "(select min(fire_at) - date_trunc('milliseconds', clock_timestamp()) - "
            f"interval '{options.ahead} seconds' as shift from sla_clock s join case_file c on c.id = s.case_id where "
            "c.number like 'Due-%') x where case_id in (select id from case_file where number like 'Due-%'); "
            'create table faults_loaded as select s.id, s.cycle, s.stage, s.step, s.fire_at, s.ladder, s.version, '
            "c.number like 'Due-%' as due from sla_clock s join case_file c on c.id = s.case_id "
            "where c.number like 'Due-%' or c.number like 'Far-%'; "
            'analyze sla_clock; analyze case_file; analyze customer; analyze faults_loaded')
        database.close()

    def run(self):
        options, database = self.options, Connection(self.url)
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.wait_until_ready()
        first = float(database.one('select extract(epoch from min(fire_at) - clock_timestamp()) from faults_loaded where due'))
        say(f'{len(self.nodes)} nodes are ready; the first clock is due in {first:.1f} s')
        if first < 0.5:
            raise RuntimeError('the nodes came too late: --ahead N')
        time.sleep(first - 0.5)
        self.keep_dump()
        begun = time.monotonic()
        faults = [self.kill_node, self.kill_node, self.kill_node, self.flush, self.flush, self.stop_node, self.stop_node,
                  self.redis_empty, self.redis_back]
        self.random.shuffle(faults)
        gap = options.seconds / (len(faults) + 1)
        for place, fault in enumerate(faults):
            at = gap * (place + 0.6 + 0.8 * self.random.random())
            time.sleep(max(0.0, begun + at - time.monotonic()))
            since = time.monotonic() - begun
            said = fault()
            self.done.append((since, said))
            say(f'{since:5.1f} s: {said}')
        for timer in self.continuing:
            timer.join()
        until = begun + options.seconds + 40
        while time.monotonic() < until:
            left = int(database.one('select count(*) from faults_loaded f join sla_clock s using (id) where f.due and s.stage = f.stage'))
            if left == 0 and time.monotonic() > begun + options.seconds:
                break
            time.sleep(0.25)
        time.sleep(1)  # an engine that would fire again has had its chance
        database.close()

    def mails_are_out(self):
        database = Connection(self.url)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if database.one("select count(*) from outbox where kind = 'mail' and done_at is null and tries > 0") == '0':
                break
            time.sleep(0.5)
        database.close()

    def end(self):
        for timer in self.continuing:
            timer.cancel()
        for node in self.nodes:
            if node.process:
                ended(node.process)


# --- the check, from outside ----------------------------------------------------------------------
# For whom a step is, by the shipped ladders; the owners of the clocks loaded here are all at work.
CHECKS = {
    'due steps without an alert':
        'select count(*) from faults_loaded f where f.due and not exists (select 1 from alert a where a.clock_id = f.id '
        'and a.cycle = f.cycle and a.stage = f.stage and a.step = f.step)',
    'owners missing among the alerted':
        "select count(*) from faults_loaded f join sla_clock s using (id) join case_file c on c.id = s.case_id where f.due "
        'and not exists (select 1 from alert a where a.clock_id = f.id and a.stage = f.stage and a.recipient_id = c.owner_id)',
    'steps that alerted fewer people than their like':
        'select count(*) from (select f.ladder, f.step, c.department_id, f.id, count(a.id) as people from faults_loaded f '
        'join sla_clock s using (id) join case_file c on c.id = s.case_id left join alert a on a.clock_id = f.id where f.due '
        'group by 1, 2, 3, 4) x join (select ladder, step, department_id, max(people) as people from (select f.ladder, '
        'f.step, c.department_id, count(a.id) as people from faults_loaded f join sla_clock s using (id) join case_file c on '
        'c.id = s.case_id left join alert a on a.clock_id = f.id where f.due group by 1, 2, 3, f.id) y group by 1, 2, 3) z '
        'using (ladder, step, department_id) where x.people < z.people',
    'alerts doubled for a person':
        'select coalesce(sum(n - 1), 0) from (select count(*) as n from alert a join faults_loaded f on f.id = a.clock_id '
        'group by a.clock_id, a.cycle, a.step, a.recipient_id having count(*) > 1) x',
    'clocks fired more than once':
        'select count(*) from faults_loaded f join sla_clock s using (id) where f.due and '
        '(s.stage > f.stage + 1 or s.version > f.version + 1)',
    'clocks not moved on':
        'select count(*) from faults_loaded f join sla_clock s using (id) where f.due and s.stage <> f.stage + 1',
    'steps not once in the history':
        "select count(*) from faults_loaded f where f.due and 1 <> (select count(*) from history h join sla_clock s on "
        "s.case_id = h.case_id where s.id = f.id and h.kind in ('clock_warned', 'clock_breached'))",
    'alerts not once in the history':
        "select count(*) from alert a join faults_loaded f on f.id = a.clock_id where 1 <> (select count(*) from history h "
        "where h.case_id = a.case_id and h.kind in ('clock_warned', 'clock_breached') and h.data->'alerts' @> to_jsonb(a.id))",
    'mails not once in the outbox':
        "select count(*) from alert a join faults_loaded f on f.id = a.clock_id join user_account u on u.id = a.recipient_id "
        "where u.email <> '' and f.step in ('warn_80', 'breach') and 1 <> (select count(*) from outbox o where "
        "o.key = 'mail:alert:' || a.id || ':' || a.recipient_id)",
    'fired early':
        'select count(*) from alert a join faults_loaded f on f.id = a.clock_id where a.fired_at < f.fire_at',
    'clocks touched that were not due':
        'select count(*) from faults_loaded f join sla_clock s using (id) where not f.due and (s.version <> f.version or '
        's.stage <> f.stage or exists (select 1 from alert a where a.clock_id = f.id))',
}
MISSING = ('due steps without an alert', 'owners missing among the alerted', 'clocks not moved on',
           'steps that alerted fewer people than their like')


def check(database):
    return {name: int(database.one(sql)) for name, sql in CHECKS.items()}


def check_the_check(database):
    """An alert less must be missing, one more must be doubled; else the figures above mean nothing."""
    database.query("begin; delete from alert where id = (select min(a.id) from alert a join faults_loaded f on f.id = "
                   'a.clock_id where f.step = \'warn_75\')')
    less = check(database)
    database.query('rollback; begin; alter table alert drop constraint alert_once; insert into alert select '
                   "nextval('firsthand_id'), " + ', '.join(row[0] for row in database.query(
                       "select attname from pg_attribute where attrelid = 'alert'::regclass and attnum > 1 and not "
                       'attisdropped order by attnum')) +
                   ' from alert where id = (select min(a.id) from alert a join faults_loaded f on f.id = a.clock_id)')
    more = check(database)
    database.query('rollback')
    if not less['due steps without an alert'] or not more['alerts doubled for a person']:
        raise RuntimeError(f'the check does not see what it must see: {less} {more}')
    say('the check sees an alert that is taken away, and one that is doubled')


def curve(database, done):
    rows = database.query(
        'select floor(extract(epoch from f.fire_at - (select min(fire_at) from faults_loaded where due)) / 2)::int as slot, '
        'count(*), max(extract(epoch from a.fired_at - f.fire_at)), '
        'percentile_cont(0.5) within group (order by extract(epoch from a.fired_at - f.fire_at)) from faults_loaded f join '
        '(select clock_id, min(fired_at) as fired_at from alert group by clock_id) a on a.clock_id = f.id where f.due '
        'group by 1 order by 1')
    say('lateness by the time at which steps were due')
    for slot, count, worst, half in rows:
        begin = int(slot) * 2
        what = '; '.join(said for since, said in done if begin <= since - 0.5 < begin + 2)
        say(f'  {begin:3d} s {int(count):5d} steps  p50 {float(half) * 1000:7.1f} ms  max {float(worst) * 1000:7.1f} ms  {what}')
    late = sorted(float(row[0]) * 1000 for row in database.query(
        'select extract(epoch from min(a.fired_at) - f.fire_at) from faults_loaded f join alert a on a.clock_id = f.id '
        'where f.due group by f.id, f.fire_at'))
    if late:
        say('lateness of all: ' + ', '.join(f'{name} {late[min(len(late) - 1, int(len(late) * share))]:.1f} ms' for name, share in
                                           (('p50', .5), ('p90', .9), ('p99', .99), ('max', 1.0))))
    return late


def mails(directory, kills):
    """Message-IDs may repeat for what was in flight at a kill: 16 at most for each."""
    found = {}
    for path in glob.glob(os.path.join(directory, '*.eml')):
        with open(path, encoding='utf-8', errors='replace') as file:
            match = re.search(r'^message-id:\s*(\S+)', file.read(), re.M | re.I)
        if match:
            found[match.group(1)] = found.get(match.group(1), 0) + 1
    again = sum(found.values()) - len(found)
    say(f'mails: {sum(found.values())}, with the same Message-ID again: {again} ({kills} kills)')
    return again <= 16 * kills


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--binary', required=True)
    parser.add_argument('--data', required=True)
    parser.add_argument('--nodes', type=int, default=3)
    parser.add_argument('--clocks', type=int, default=100_000)
    parser.add_argument('--rate', type=int, default=50)
    parser.add_argument('--seconds', type=int, default=40)
    parser.add_argument('--ahead', type=int, default=15, help='from the loading to the first clock')
    parser.add_argument('--port', type=int, default=19080, help='the port below the first node\'s')
    parser.add_argument('--seed', type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument('--smtp-url', default='')
    parser.add_argument('--mails', default='')
    parser.add_argument('--fast', action='store_true', help='how the services were started')
    options = parser.parse_args()
    options.binary, options.data = os.path.abspath(options.binary), os.path.abspath(options.data)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the nodes end with us
    say(f'seed {options.seed}, load average {os.getloadavg()[0]:.1f}' + ('' if FAKETIME else '; no faketime: no wrong clock'))
    world = World(options)
    try:
        world.load()
        world.run()
        if options.mails:
            world.mails_are_out()
        for node in world.nodes:
            skew = node.metric('firsthand_clock_skew_seconds{against="postgres"}')
            say(f"{node.name}: fired {node.metric('firsthand_clock_steps_fired_total'):.0f} since its last start, swept "
                f"{node.metric('firsthand_clock_steps_swept_total'):.0f}, its clock is {skew:+.3f} s from PostgreSQL's")
            if node.skewed and abs(skew - WRONG_BY_S) > 2:
                raise RuntimeError('a node whose clock is an hour wrong has not noticed it')
    finally:
        world.end()
    database = Connection(world.url)
    late = curve(database, world.done)
    found = check(database)
    due = options.rate * options.seconds
    alerts = int(database.one('select count(*) from alert a join faults_loaded f on f.id = a.clock_id'))
    for name, count in found.items():
        if count:
            say(f'WRONG: {name}: {count}')
    missing = sum(found[name] for name in MISSING)
    others = sum(found.values()) - missing
    say(f'steps due {due}, fired {len(late)}, alerts {alerts}: missing {missing}, doubled or otherwise wrong {others}')
    check_the_check(database)
    fine = missing == 0 and others == 0 and len(late) == due
    if options.mails:
        fine = mails(options.mails, world.kills) and fine
    say('passed' if fine else f'FAILED with seed {options.seed}')
    return 0 if fine else 1


if __name__ == '__main__':
    sys.exit(main())
