# SPDX-License-Identifier: Apache-2.0
"""What an engine sees of a PBX under load: ARI's event socket and its REST, without telephones.

A real Asterisk on the same two cores would be measured instead of the engine. This one answers
every request at once and makes calls in any number: each arrives, is rung for, is answered after
`ring_s`, talked on for `talk_s` and hung up. One asyncio loop. What is checked here is time, not
behaviour; that is what the trials with a real Asterisk are for.
"""
import asyncio
import base64
import datetime
import hashlib
import json
import struct
import time
import urllib.parse

MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3] + '+0000'


class StandIn:
    def __init__(self, app='engine', ring_s=0.4, talk_s=0.05):
        self.app, self.ring_s, self.talk_s = app, ring_s, talk_s
        self.started = now()
        self.channels = {}  # id -> what GET /channels tells
        self.callers = {}  # leg -> the caller's channel
        self.stay = set()  # callers who never hang up
        self.socket = None
        self.serial = 0
        self.name = f'bench-{time.time_ns()}'  # another one's calls are other calls
        self.requests = 0
        self.answered = 0

    async def start(self, port):
        self.server = await asyncio.start_server(self.serve, '127.0.0.1', port)

    # ------------------------------------------------------------------ the wire
    async def serve(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1')
                line, *fields = head.split('\r\n')
                method, target, _ = line.split(' ', 2)
                headers = {name.lower(): value.strip() for name, _, value in (field.partition(':') for field in fields)}
                if 'upgrade' in headers.get('connection', '').lower():
                    await self.events(headers, reader, writer)
                    return
                body = await reader.readexactly(int(headers.get('content-length', 0)))
                status, answer = self.request(method, target, body)
                data = b'' if answer is None else json.dumps(answer).encode()
                writer.write(f'HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\n'
                             f'Content-Length: {len(data)}\r\n\r\n'.encode() + data)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def events(self, headers, reader, writer):
        accept = base64.b64encode(hashlib.sha1((headers['sec-websocket-key'] + MAGIC).encode()).digest()).decode()
        writer.write(f'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
                     f'Sec-WebSocket-Accept: {accept}\r\n\r\n'.encode())
        self.socket = writer
        try:
            while True:  # only pings come
                first, second = await reader.readexactly(2)
                size = second & 0x7f
                if size == 126:
                    size = struct.unpack('!H', await reader.readexactly(2))[0]
                mask = await reader.readexactly(4)
                data = bytes(b ^ mask[i % 4] for i, b in enumerate(await reader.readexactly(size)))
                if first & 0x0f == 9:
                    self.frame(data, 10)
                elif first & 0x0f == 8:
                    return
        finally:
            self.socket = None

    def frame(self, data, opcode=1):
        if self.socket is None:
            return
        head = bytes([0x80 | opcode])
        head += bytes([len(data)]) if len(data) < 126 else bytes([126]) + struct.pack('!H', len(data))
        self.socket.write(head + data)

    def tell(self, kind, channel, **more):
        event = {'type': kind, 'timestamp': now(), 'application': self.app, 'channel': channel, **more}
        self.frame(json.dumps(event).encode())

    # ------------------------------------------------------------------ calls
    def arrive(self, dialled, number, stays=False):
        """The channel's id; the clock of whoever measures starts before."""
        self.serial += 1
        channel_id = f'{self.name}-{self.serial}'
        self.channels[channel_id] = {
            'id': channel_id, 'name': f'PJSIP/trunk-{self.serial:08x}', 'state': 'Ring', 'protocol_id': f'{self.serial}@bench',
            'caller': {'name': '', 'number': number}, 'creationtime': now(),
            'dialplan': {'context': 'from-trunk', 'exten': dialled, 'app_name': 'Stasis',
                         'app_data': f'{self.app},in,{dialled},{number}'}}
        if stays:
            self.stay.add(channel_id)
        self.tell('StasisStart', self.channels[channel_id], args=['in', dialled, number])
        return channel_id

    def end(self, channel_id, cause=16):
        channel = self.channels.pop(channel_id, None)
        if channel is None:
            return
        self.tell('StasisEnd', channel)
        self.tell('ChannelDestroyed', channel, cause=cause)

    def request(self, method, target, body):
        self.requests += 1
        url = urllib.parse.urlsplit(target)
        query = dict(urllib.parse.parse_qsl(url.query))
        path = url.path.removeprefix('/ari')
        parts = path.strip('/').split('/')
        loop = asyncio.get_running_loop()
        if method == 'GET':
            return self.look(path)
        if method == 'DELETE':
            if parts[0] == 'channels' and len(parts) == 2:
                if parts[1] not in self.channels:
                    return 404, {'message': 'Channel not found'}
                loop.call_soon(self.end, parts[1])
            return 204, None
        if path == '/channels':
            leg = query['channelId']
            self.channels[leg] = {'id': leg, 'name': query['endpoint'], 'state': 'Ringing', 'caller': {'name': '', 'number': ''},
                                  'dialplan': {'context': '', 'exten': '', 'app_name': 'Stasis',
                                               'app_data': f"{self.app},{query['appArgs']}"}, 'creationtime': now()}
            self.callers[leg] = query.get('originator', '')
            loop.call_later(self.ring_s, self.answer, leg, query['appArgs'].split(','))
            return 200, self.channels[leg]
        if parts[0] == 'bridges' and parts[-1] == 'addChannel':
            loop.call_later(self.talk_s, self.over, query['channel'].split(','))
            return 204, None
        return (200, {}) if parts[0] in ('bridges', 'applications') else (204, None)

    def answer(self, leg, args):
        channel = self.channels.get(leg)
        if channel is None:
            return
        channel['state'] = 'Up'
        self.answered += 1
        self.tell('StasisStart', channel, args=args)

    def over(self, channels):
        for channel in channels:
            if channel not in self.stay:
                self.end(channel)

    def look(self, path):
        if path == '/asterisk/info':
            return 200, {'status': {'startup_time': self.started}, 'system': {'version': '22.0.0'}}
        if path == '/channels':
            return 200, list(self.channels.values())
        if path == '/applications':
            return 200, [{'name': self.app, 'channel_ids': list(self.channels)}]
        if path == '/bridges':
            return 200, []
        return (200, self.channels[path.split('/')[2]]) if path.split('/')[2] in self.channels else (404, {'message': 'gone'})


async def pace(rate, seconds, each):
    """Calls each(n) `rate` times a second, as evenly as the loop can."""
    begun = time.monotonic()
    for n in range(int(rate * seconds)):
        wait = begun + n / rate - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        each(n)
