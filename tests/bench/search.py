#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long a search takes among a million cases: `ops/bench search`; see there.

    search.py --port N --data DIR --pid N --version TEXT [--customers N] [--cases N] [--questions N]

Fills the engine's database with made-up customers and cases (by SQL, the same ones each time), asks
the engine over HTTP, and tells each kind of question beside what a bare look-up by primary key costs
here and now. Exit 1 when something that must be found was not; never for being slow.
"""
import argparse
import hashlib
import http.client
import json
import os
import random
import secrets
import sys
import time
from urllib.parse import quote

from bench import machine, say, spread
from pg import Connection

SURNAMES = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜'
GIVEN = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文志新海燕云龙飞雪琴波鹏凯宇浩然子轩欣怡'
THINGS = ['洗衣机', '冰箱', '空调', '热水器', '电视机', '笔记本电脑', '打印机', '路由器', '手机', '电饭煲', '烤箱', '油烟机',
          '净水器', '扫地机器人', '投影仪', '显示器', '键盘', '耳机', '门锁', '摄像头', 'washing machine', 'fridge',
          'air conditioner', 'laptop', 'printer']
TROUBLES = ['漏水', '不制冷', '噪音太大', '无法开机', '屏幕有亮线', '自动断电', '遥控器失灵', '漏电跳闸', '一直报警', '门关不上',
            '修了两次还没好', '上门师傅没有来', '发票开错了', '重复扣款', '少了配件', '外壳有划痕', '保修期算错', '换货迟迟不到',
            'leaks water', 'does not start', 'is very loud', 'was billed twice', 'arrived broken', 'keeps restarting']
WISHES = ['要求尽快上门', '希望换新', '要求退款', '请主管回电', '要求赔偿误工费', '希望给个说法', 'wants a refund', 'wants a call back',
          '客户情绪激动', '已经打过三次电话', '说不解决就向消协投诉', '周末在家', '只能晚上接电话', '同意等到下周']


def array(values):
    return 'array[' + ','.join("'" + value + "'" for value in values) + ']'


def pick(values, salt):
    """One of the values, the same for the same row: hashes stand in for chance."""
    return f'({array(values)})[1 + (hashint8(i * 31 + {salt}) & 2147483647) % {len(values)}]'


def fill(database, customers, cases):
    say(f'making {customers:,} customers and {cases:,} cases')
    run = database.query
    run('alter table customer disable trigger user')
    run('alter table customer_number disable trigger user')
    run('alter table case_file disable trigger user')
    run('drop index customer_search_grams')
    run('drop index case_search_grams')
    given = f"{pick(GIVEN, 2)} || case when i % 3 = 0 then '' else {pick(GIVEN, 3)} end"
    base = 10_000_000
    run(f"""insert into customer (id, name, product, email, created_at)
        select {base} + i, case when i % 20 = 0 then {pick(['华东', '江南', '北方', '海城', '云山'], 4)} ||
            {pick(GIVEN, 5)} || {pick(GIVEN, 6)} || {pick(['贸易', '科技', '电器', '物流'], 7)} || '有限公司'
            else {pick(SURNAMES, 1)} || {given} end,
            'T' || 100 + i % 900 || ' SN-' || i, '', now() - (i % 1000) * interval '1 day'
        from generate_series(1, {customers}::bigint) i""")
    run(f"""insert into customer_number (customer_id, number)
        select {base} + i, '+861' || (30 + i % 70) || lpad(((i * 7919) % 100000000)::text, 8, '0')
        from generate_series(1, {customers}::bigint) i on conflict do nothing""")
    run('update customer set initials = initials(name) where id > 10000000')
    run(f"""insert into customer_search select c.id, words_of_customer(c) from customer c where c.id > {base}""")
    owner = database.one("select min(id) from user_account where role = 'agent'")
    run(f"""insert into case_file (id, number, kind, state, customer_id, channel, category, text, severity, owner_id,
            product, opened_at, told_how, closed_at)
        select 2 * {base} + i, 'GD9' || lpad(i::text, 9, '0'), 'complaint',
            case when i % 50 = 0 then 'open' else 'closed' end, {base} + 1 + (hashint8(i) & 2147483647) % {customers},
            'call', 'qt', {pick(THINGS, 11)} || {pick(TROUBLES, 12)} || '，' || {pick(TROUBLES, 13)} || '。' ||
              {pick(WISHES, 14)} || '，' || {pick(WISHES, 15)} || case when i % 10007 = 0 then '，蓝色水晶吊灯' else '' end,
            1 + i % 4, {owner}, 'T' || 100 + i % 900 || ' SN-' || (i * 3), now() - interval '900 days' + i *
              interval '1 minute', 'x', case when i % 50 = 0 then null else now() end
        from generate_series(1, {cases}::bigint) i""")
    run(f"""insert into case_search select f.id, words_of_case(f) from case_file f where f.id > 2 * {base}""")
    run('alter table customer enable trigger user')
    run('alter table customer_number enable trigger user')
    run('alter table case_file enable trigger user')
    for index in ('customer_search', 'case_search'):
        say(f'the index of {index}')
        begun = time.perf_counter()
        run(f"create index {index}_grams on {index} using gin (search_grams(words))")
        size = int(database.one(f"select pg_relation_size('{index}_grams')"))
        say(f'  {time.perf_counter() - begun:.0f} s, {size >> 20} MB')
    run('vacuum analyze')


def sampled(database, sql, count):
    values = [row[0] for row in database.query(sql)]
    random.Random(2026).shuffle(values)
    return (values * (1 + count // max(1, len(values))))[:count]


def kinds(database, count):
    """Name, questions, and whether something must be found."""
    from_table = 'from customer where id > 10000000 and id % 997 = 0'
    from_cases = 'from case_file where id > 20000000 and id % 1009 = 0'
    numbers = sampled(database, "select number from customer_number where customer_id % 997 = 0 and customer_id > 10000000",
                      count)
    return [
        ('number', numbers, True),
        ('part of a number', [number[6:11] for number in numbers], True),
        ('last four digits', [number[-4:] for number in numbers], True),
        ('name', sampled(database, f'select name {from_table}', count), True),
        ('part of a name', sampled(database, f'select right(name, 2) {from_table} and length(name) = 3', count), True),
        ('one character', list((SURNAMES * count)[:count]), True),
        ('initials', sampled(database, f'select initials {from_table}', count), True),
        ('pinyin', sampled(database, f"select array_to_string(syllables(name), '') {from_table}", count), True),
        ('device', sampled(database, f"select split_part(product, ' ', 2) {from_table}", count), True),
        ('case number', sampled(database, f'select number {from_cases}', count), True),
        ('part of a case number', sampled(database, f'select right(number, 6) {from_cases}', count), True),
        ('usual words', (TROUBLES * count)[:count], True),
        ('two words', [f'{a} {b}' for a, b in zip((THINGS * count)[:count], (TROUBLES * count)[3:count + 3])], True),
        ('a rare word', ['水晶吊灯'] * count, True),
        ('English words', (['billed twice', 'laptop leaks', 'wants refund', 'printer loud'] * count)[:count], True),
        ('nothing', [f'查无此事{i}' for i in range(count)], False),
    ]


class Engine:
    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection('127.0.0.1', port, timeout=120)
        self.token = token

    def get(self, path):
        begun = time.perf_counter()
        self.connection.request('GET', path, headers={'Authorization': 'Bearer ' + self.token})
        response = self.connection.getresponse()
        body = response.read()
        return time.perf_counter() - begun, response.status, body


def ask(engine, questions, needed):
    times, empty = [], 0
    for q in questions:
        taken, status, body = engine.get('/api/v1/search?limit=8&q=' + quote(q))
        if status != 200:
            raise SystemExit(f'search for {q}: {status} {body[:200]}')
        found = json.loads(body)
        times.append(taken)
        if needed and not found['customers'] and not found['cases']:
            say(f'not found: {q}')
            empty += 1
    return times, empty


def keystrokes(engine, database, count):
    """An order screen asks whether a customer exists, at each key."""
    times = []
    for name in sampled(database, 'select name from customer where id > 10000000 and id % 991 = 0', count):
        for length in range(1, len(name) + 1):
            taken, status, _ = engine.get('/api/v1/customers/exists?name=' + quote(name[:length]))
            if status != 200:
                return None
            times.append(taken)
    return times


def long_record(engine, database, entries=10_000):
    """A customer with so many entries: the page that opens, every page to the end, and the notes alone.
    They are of now: what is past may be sealed."""
    database.query(f"""insert into history (id, at, customer_id, kind, source, data)
        select nextval('firsthand_id'), now() + i * interval '1 millisecond', 10000001,
            case when i % 10 = 0 then 'note' else 'call_ended' end, 'bench',
            case when i % 10 = 0 then '{{"text": "{WISHES[0]}"}}' else '{{"talk_s": 61}}' end::jsonb
        from generate_series(1, {entries}) i""")
    database.query('analyze history')

    def read(question, after=''):
        taken, status, body = engine.get(f'/api/v1/customers/10000001/timeline?limit=100{question}&after={after}')
        if status != 200:
            raise SystemExit(f'timeline: {status} {body[:200]}')
        page = json.loads(body)
        return taken, len(page['items']), page['next']

    out, seen, after = {'each page': []}, 0, ''
    while after is not None:
        taken, found, after = read('', quote(after))
        out['each page'].append(taken)
        seen += found
    if seen < entries:
        raise SystemExit(f'the record of {entries} entries has shown {seen}')
    out['first page'] = [read('')[0] for _ in range(50)]
    out['its notes'] = [read('&kinds=note')[0] for _ in range(50)]
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--port', type=int, required=True)
    parser.add_argument('--pid', type=int, required=True)
    parser.add_argument('--data', required=True)
    parser.add_argument('--version', default='')
    parser.add_argument('--customers', type=int, default=500_000)
    parser.add_argument('--cases', type=int, default=1_000_000)
    parser.add_argument('--questions', type=int, default=60)
    options = parser.parse_args()
    database = Connection(os.environ['FIRSTHAND_POSTGRES_URL'])
    database.socket.settimeout(3600)  # an index over a million texts
    result = {'version': options.version, 'machine': machine(database), 'customers': options.customers,
              'cases': options.cases, 'search': {}}
    fill(database, options.customers, options.cases)
    token = secrets.token_urlsafe(32)
    database.query("insert into api_token (id, name, token_hash, scopes) values (nextval('firsthand_id'), 'bench-search', "
                   f"'\\x{hashlib.sha256(token.encode()).hexdigest()}', '{{read}}')")
    engine = Engine(options.port, token)
    missing = 0
    limits = []
    for name, questions, needed in kinds(database, options.questions):
        begun = time.perf_counter()
        for i in range(100):
            database.query(f'select text from case_file where id = {20_000_000 + 1 + i * 7919 % options.cases}')
        limits.append((time.perf_counter() - begun) / 100)
        ask(engine, questions[:3], False)
        times, empty = ask(engine, questions, needed)
        missing += empty
        result['search'][name] = spread(times)
        print(f'{name:24} p50 {spread(times)["p50"]:8.1f} ms   p99 {spread(times)["p99"]:8.1f} ms', flush=True)
    times = keystrokes(engine, database, options.questions)
    if times:
        result['exists'] = spread(times)
        print(f'{"exists, at each key":24} p50 {result["exists"]["p50"]:8.1f} ms   p99 {result["exists"]["p99"]:8.1f} ms')
    for name, times in long_record(engine, database).items():
        result['search']['10,000 entries, ' + name] = spread(times)
        print(f'{"10,000 entries, " + name:24} p50 {spread(times)["p50"]:8.1f} ms   p99 {spread(times)["p99"]:8.1f} ms')
    result['primary_key_ms'] = round(min(limits) * 1000, 3)
    print(f'{"by primary key, bare":24} {result["primary_key_ms"]:.2f} ms; load {os.getloadavg()[0]:.1f}')
    with open(os.path.join(options.data, 'bench.json'), 'w', encoding='utf-8') as file:
        json.dump(result, file, ensure_ascii=False, indent=1)
    return 1 if missing else 0


if __name__ == '__main__':
    sys.exit(main())
