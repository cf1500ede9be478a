# SPDX-License-Identifier: Apache-2.0
"""Complaints as fast as the engine acknowledges them.

Each client process keeps its connections busy: one request at a time on each, the next when the
answer is there. Only a 201 counts, and each 201's case number is looked for in PostgreSQL
afterwards. Requests are made before the clock starts.
"""
import json
import multiprocessing
import random
import selectors
import socket
import time
import uuid

SENTENCES = ('电脑开机后屏幕闪烁，重启三次仍然一样。', '上门维修约了两次都没有人来。', '键盘进水后保修被拒，客户不同意。',
             '配件等了两周还没有消息。', '风扇声音很大，夜里无法工作。', '发票抬头写错，需要重新开具。',
             '退款申请提交后一直没有答复。', '客服答应回电，但没有打来。', '更换的主板又坏了，要求换新机。',
             '笔记本电池鼓包，客户担心安全。')
CATEGORIES = ('wxcs', 'wxzl', 'pjqh')
SURNAMES = '赵钱孙李周吴郑王冯陈褚卫'


def body_of(generator, serial, known_numbers):
    """Every fifth comes from a customer who is known already; every second names a category, and goes to
    its department at once."""
    if known_numbers and serial % 5 == 0:
        number = generator.choice(known_numbers)
    else:
        number = f'1990{serial:07d}'
    body = {'customer': {'name': f'测试{generator.choice(SURNAMES)}{serial:07d}', 'phone': number},
            'text': ''.join(generator.choices(SENTENCES, k=generator.randint(2, 6))), 'channel': 'web'}
    if serial % 2:
        body['category'] = generator.choice(CATEGORIES)
    return body


def requests_of(port, tokens, known_numbers, first, count):
    generator = random.Random(first)
    made = []
    for serial in range(first, first + count):
        body = json.dumps(body_of(generator, serial, known_numbers), ensure_ascii=False).encode()
        made.append((f'POST /api/v1/complaints HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n'
                     f'Authorization: Bearer {tokens[serial % len(tokens)]}\r\n'
                     f'Content-Type: application/json\r\nIdempotency-Key: {uuid.UUID(int=generator.getrandbits(128), version=4)}\r\n'
                     f'Content-Length: {len(body)}\r\n\r\n').encode() + body)
    return made


class Line:
    """One keep-alive connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received, self.since = b'', 0.0

    def send(self, request):
        self.since = time.perf_counter()
        self.socket.sendall(request)

    def answer(self):
        """(status, body) when it is whole, else None."""
        data = self.socket.recv(65536)
        if not data:
            raise OSError('the engine closed the connection')
        self.received += data
        head, found, rest = self.received.partition(b'\r\n\r\n')
        if not found:
            return None
        size = int(head.lower().split(b'content-length:', 1)[1].split(b'\r\n', 1)[0])
        if len(rest) < size:
            return None
        self.received = rest[size:]
        return int(head[9:12]), rest[:size]


def client(port, tokens, known_numbers, first, count, connections, seconds, gate, results):
    requests = requests_of(port, tokens, known_numbers, first, count)
    requests.reverse()
    selector = selectors.DefaultSelector()
    lines = [Line(port) for _ in range(connections)]
    for line in lines:
        selector.register(line.socket, selectors.EVENT_READ, line)
    numbers, times, others, busy = [], [], {}, 0
    cpu = time.process_time()
    gate.wait()
    begun = time.perf_counter()
    until = begun + seconds
    for line in lines:
        line.send(requests.pop())
        busy += 1
    last = begun
    while busy:
        ready = selector.select(30)
        if not ready:
            others['no answer in 30 s'] = busy
            break
        for key, _ in ready:
            line = key.data
            try:
                answer = line.answer()
            except (OSError, ValueError, IndexError) as error:
                others[str(error)] = others.get(str(error), 0) + 1
                selector.unregister(line.socket)
                busy -= 1
                continue
            if answer is None:
                continue
            last = time.perf_counter()
            status, body = answer
            if status == 201:
                times.append(last - line.since)
                numbers.append(json.loads(body)['case_number'])
            else:
                others[str(status)] = others.get(str(status), 0) + 1
            if last < until and requests:
                line.send(requests.pop())
            else:
                busy -= 1
    results.put({'numbers': numbers, 'times': times, 'others': others, 'seconds': last - begun,
                 'ran_out': not requests, 'cpu': time.process_time() - cpu})


def measure(port, tokens, known_numbers, first, per_client, clients, connections, seconds):
    """Runs the clients; the sum of what they saw. `seconds` ends with the last answer."""
    context = multiprocessing.get_context('fork')
    gate, results = context.Barrier(clients), context.Queue()
    processes = [context.Process(target=client, args=(port, tokens, known_numbers, first + i * per_client, per_client,
                                                      connections // clients, seconds, gate, results), daemon=True)
                 for i in range(clients)]
    for process in processes:
        process.start()
    parts = [results.get(timeout=seconds + 120) for _ in processes]
    for process in processes:
        process.join()
    whole = {'numbers': [], 'times': [], 'others': {}, 'cpu': sum(part['cpu'] for part in parts),
             'seconds': max(part['seconds'] for part in parts), 'ran_out': any(part['ran_out'] for part in parts)}
    for part in parts:
        whole['numbers'] += part['numbers']
        whole['times'] += part['times']
        for what, count in part['others'].items():
            whole['others'][what] = whole['others'].get(what, 0) + count
    return whole


def missing(database, numbers):
    """What is wrong with the acknowledged numbers in PostgreSQL: nothing, when all is well."""
    database.query('create temp table acknowledged (number text)')
    database.prepare('acknowledge', 'insert into acknowledged select unnest($1::text[])')
    for at in range(0, len(numbers), 5000):
        database.send(database.call('acknowledge', '{' + ','.join(numbers[at:at + 5000]) + '}'))
    lost, doubled = database.query(
        'select count(*) filter (where found = 0), count(*) filter (where found > 1 or said > 1) from '
        '(select a.number, count(distinct c.id) as found, count(*) / greatest(count(distinct c.id), 1) as said '
        'from acknowledged a left join case_file c using (number) group by a.number) s')[0]
    database.query('drop table acknowledged; deallocate acknowledge')
    return {'acknowledged': len(numbers), 'lost': int(lost), 'doubled': int(doubled)}
