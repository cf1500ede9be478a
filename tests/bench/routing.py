#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The measurements of `ops/bench routing`, against engines that it starts itself; see there.

    routing.py --data DIR --binary FILE [--rates 10,50,200] [--agents 100,1000,10000] [--waiting 1000] [--seconds N]

From the frame in which the PBX tells of a call to the offer read on the console's socket, both here.
The PBX is ari_stand_in.py. Agents beyond those with a console and callers beyond those who are
measured are what a big house looks like: available in another queue, waiting for people who talk. The first seconds do
not count: each connection of an engine that has just started plans its statements (20 ms for a customer's history).
The limit in the same run: what one writer needs for the two transactions between call and offer, the
rows of `limit.py`'s kind written by one connection with nothing decided. Exit 1 when a call found no
agent though one was free; never for being slow.
"""
import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

from ari_stand_in import StandIn, pace
from desk import Desk
from measure import cpu_seconds, spread
from pg import Connection
from websocket import Room

CONSOLES = 192  # as many as 200 calls a second of half a second each need
WARM_UP = (20, 3)  # calls a second, seconds
QUEUES = """
[[queue]]
code = "bench"
name_zh = "bench"
name_en = "bench"
dialled = ["9000"]
skills = ["bench"]
calendar = "always"
owner_wait = "1s"
max_wait = "30s"
wrap_up = "0s"

[[queue]]
code = "bench_long"
name_zh = "bench_long"
name_en = "bench_long"
dialled = ["9001"]
skills = ["bench_long"]
calendar = "always"
owner_wait = "1s"
max_wait = "1h"
wrap_up = "0s"
"""
PEOPLE = """
with made as (
  insert into user_account (id, login, name, role, extension, skills, password_hash)
  select nextval('firsthand_id'), 'bench' || n, 'Bench ' || n, 'agent', (100000 + n)::text,
         array[case when n <= {consoles} then 'bench' when n % 2 = 0 then 'bench_other' else 'bench_long' end],
         (select password_hash from user_account where login = {login})
  from generate_series(1, {count}) n returning id, skills)
insert into desk (user_id, presence, idle_since)
select id, case when skills[1] = 'bench_long' then 'talking' else 'available' end, now() from made where skills[1] <> 'bench'
"""


def say(text):
    print(f'bench: {text}', file=sys.stderr, flush=True)


def commit_limit(database, count=400):
    """Two small durable transactions one after the other, as a call and its offer are: milliseconds."""
    database.query('drop schema if exists bench cascade; create schema bench; '
                   'create table bench.interaction (like interaction including all); '
                   'create table bench.offer (like offer including all); create table bench.desk (like desk including all)')
    took = []
    for n in range(count):
        begun = time.perf_counter()
        database.query(f"begin; insert into bench.interaction (id, channel, direction, state, customer_id, enqueued_at) "
                       f"values ({n}, 'call', 'inbound', 'waiting', 1, now()); commit")
        database.query(f"begin; insert into bench.offer (id, interaction_id, agent_id, token, state, offered_at, expires_at) "
                       f"values ({n}, {n}, {n}, 't', 'open', now(), now()); "
                       f"update bench.interaction set state = 'offered' where id = {n}; commit")
        took.append(time.perf_counter() - begun)
    database.query('drop schema bench cascade')
    return spread(took)


class House:
    """An engine with so many agents at their desks."""

    def __init__(self, options, agents):
        self.options, self.agents, self.consoles = options, agents, min(CONSOLES, agents)
        self.database = Connection(os.environ['FIRSTHAND_POSTGRES_URL'])
        self.engine = None
        self.room = Room('ring')

    def start(self, ari_port, port, sign_in):
        defaults = os.path.join(self.options.data, 'bench-defaults')
        shutil.rmtree(defaults, ignore_errors=True)
        shutil.copytree(self.options.defaults, defaults)
        with open(os.path.join(defaults, 'queues.toml'), 'a', encoding='utf-8') as file:
            file.write(QUEUES)
        subprocess.run([self.options.binary, 'load-defaults', '--replace', '--directory', defaults], check=True,
                       stdout=subprocess.DEVNULL)
        self.database.query("delete from desk where user_id in (select id from user_account where login like 'bench%'); "
                            "update user_account set login = 'gone' || id, extension = '', skills = '{}', "
                            "version = version + 1 where login like 'bench%'")
        self.database.query(PEOPLE.format(consoles=self.consoles, count=self.agents, login=f"'{sign_in['login']}'"))
        environment = dict(os.environ, FIRSTHAND_HTTP_PORT=str(port), FIRSTHAND_TELEPHONY_ARI_URL=f'http://127.0.0.1:{ari_port}/ari',
                           FIRSTHAND_TELEPHONY_ARI_USER='bench', FIRSTHAND_TELEPHONY_ARI_PASSWORD='bench')
        log = open(os.path.join(self.options.data, 'log', f'routing-{self.agents}.log'), 'wb')
        self.engine = subprocess.Popen([self.options.binary, 'serve'], env=environment, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f'http://127.0.0.1:{port}/readyz', timeout=2) as answer:
                    if answer.status == 200:
                        break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError('the engine did not become ready')
        for n in range(1, self.consoles + 1):
            desk = Desk(port, {'login': f'bench{n}', 'password': sign_in['password']})
            ticket = desk.ask('POST', '/feed-ticket')['ticket']
            self.room.add(port, f'/ws?ticket={ticket}')
            desk.ask('PUT', '/desk/presence', {'presence': 'available'})

    def stop(self):
        self.room.close()
        if self.engine:
            self.engine.send_signal(signal.SIGTERM)
            self.engine.wait(30)

    def rings(self):
        """(time, number) of every offer that any console has read since the last look."""
        return [(at, message['pop']['number']) for at, message in self.room.taken()]


async def wait_until(holds, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        await asyncio.sleep(0.05)
    return False


async def run(options, agents, port):
    house = House(options, agents)
    pbx = StandIn()
    await pbx.start(port + 1)
    with open(os.path.join(options.data, 'sign-in.json'), encoding='utf-8') as file:
        sign_in = json.load(file)
    person = sign_in['users']['agent']
    runs, lost = [], 0
    try:
        await asyncio.to_thread(house.start, port + 1, port, person)
        if not await wait_until(lambda: pbx.socket is not None, 20):
            raise RuntimeError('the engine did not connect to the PBX')
        await asyncio.sleep(1)
        for n in range(options.waiting):
            pbx.arrive('9001', f'+8613{700000000 + n}', stays=True)
            if n % 50 == 49:
                await asyncio.sleep(0.2)
        waiting = 'select count(*) from interaction where state = \'waiting\' and queue_code = \'bench_long\''
        if not await wait_until(lambda: int(house.database.one(waiting)) >= options.waiting, 120):
            raise RuntimeError('not everybody waits')
        await pace(*WARM_UP, lambda n: pbx.arrive('9000', f'+86140{n:08d}'))
        await asyncio.sleep(2)
        house.rings()
        for turn, rate in enumerate(options.rates):
            sent = {}

            def one(n, turn=turn, sent=sent):
                number = f'+8615{turn}{agents % 97:02d}{n:06d}'
                sent[number] = time.time()
                pbx.arrive('9000', number)

            cpu, load, requests = cpu_seconds(house.engine.pid), os.getloadavg()[0], pbx.requests
            begun = time.time()
            await pace(rate, options.seconds, one)
            took = time.time() - begun
            await asyncio.sleep(3)
            first = {}
            for at, number in sorted(house.rings()):
                first.setdefault(number, at)
            times = [first[number] - at for number, at in sent.items() if number in first]
            lost += len(sent) - len(times)
            runs.append({'agents': agents, 'waiting': options.waiting, 'calls_a_second': rate, 'calls': len(sent),
                         'reached_a_second': round(len(sent) / took, 1), 'without_an_offer': len(sent) - len(times),
                         'offer_ms': spread(times), 'engine_cores': round((cpu_seconds(house.engine.pid) - cpu) / (took + 3), 2),
                         'requests_a_call': round((pbx.requests - requests) / max(1, len(sent)), 1), 'load': round(load, 1)})
            say(f'{agents} agents, {options.waiting} waiting, {rate} calls/s: offer after {runs[-1]["offer_ms"]} ms, '
                f'{runs[-1]["engine_cores"]} cores, {runs[-1]["without_an_offer"]} without')
    finally:
        await asyncio.to_thread(house.stop)
        pbx.server.close()
    return runs, lost


def numbers(text):
    return [int(part) for part in text.split(',')]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--data', required=True)
    parser.add_argument('--binary', required=True)
    parser.add_argument('--defaults', required=True)
    parser.add_argument('--pid', default='')  # of an engine that has ended by now
    parser.add_argument('--version', default='')
    parser.add_argument('--port', type=int, default=18380)
    parser.add_argument('--rates', type=numbers, default=[10, 50, 200])
    parser.add_argument('--agents', type=numbers, default=[100, 1000, 10000])
    parser.add_argument('--waiting', type=int, default=1000)
    parser.add_argument('--seconds', type=float, default=15)
    options = parser.parse_args()
    limit = commit_limit(Connection(os.environ['FIRSTHAND_POSTGRES_URL']))
    say(f'limit: two commits {limit} ms')
    runs, lost = [], 0
    for agents in options.agents:
        some, without = asyncio.run(run(options, agents, options.port))
        runs += some
        lost += without
    report = {'version': options.version, 'two_commits_ms': limit, 'runs': runs}
    with open(os.path.join(options.data, 'bench.json'), 'w', encoding='utf-8') as file:
        json.dump(report, file, indent=1)
    print(f'two commits of PostgreSQL alone: p50 {limit["p50"]} ms, p99 {limit["p99"]} ms')
    print('agents  waiting  calls/s  offer p50  p99 ms  max    cores  without an offer')
    for one in runs:
        ms = one['offer_ms']
        print(f'{one["agents"]:6}  {one["waiting"]:7}  {one["calls_a_second"]:7}  {ms.get("p50", 0):9}  {ms.get("p99", 0):6}  '
              f'{ms.get("max", 0):6}  {one["engine_cores"]:5}  {one["without_an_offer"]}')
    return 1 if lost else 0


if __name__ == '__main__':
    sys.exit(main())
