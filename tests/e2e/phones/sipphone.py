# SPDX-License-Identifier: Apache-2.0
"""A small scripted SIP phone over UDP, for loopback trials and tests.

Enough for calls in and out, CANCEL, BYE, hold by re-INVITE, blind REFER and DTMF by INFO. Sound is
one tone, sent and listened to while media is on; else the SDP names a port that nobody reads.
Standard library only. Each phone has a thread that
reads its socket; calls may be steered from any thread. `on_state(call)` is run on the phone's
thread at each change of a call's state.

States of a call: incoming, ringing, answered, up, inviting, progress, ringback, rejected,
cancelling, cancelled, byed, ended, failed-CODE. The last six, but cancelling, are final.
"""
import collections
import itertools
import math
import random
import re
import socket
import struct
import threading
import time

ALLOW = 'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, REFER, NOTIFY, INFO, UPDATE\r\n'
COMPACT = {'call-id': 'i', 'from': 'f', 'to': 't', 'via': 'v', 'contact': 'm'}
MESSAGE_BYTES_MAX = 65535
# SIP over UDP loses packets; timer T1 and the number of repeats as RFC 3261 has them.
RETRANSMIT_FIRST_S = 0.5
RETRANSMIT_COUNT = 6


def headers(message, name):
    wanted = (name.lower(), COMPACT.get(name.lower()))
    lines = message.split('\r\n\r\n', 1)[0].split('\r\n')[1:]
    pairs = (line.partition(':') for line in lines)
    return [value.strip() for key, _, value in pairs if key.strip().lower() in wanted]


def header(message, name):
    return next(iter(headers(message, name)), None)


def uri_of(value):
    found = re.search(r'<([^>]+)>', value or '')
    return found.group(1) if found else (value or '').split(';')[0].strip()


def user_of(value):
    found = re.search(r'sips?:([^@;>]+)@', value or '')
    return found.group(1) if found else ''


def tag_of(value):
    found = re.search(r'tag=([^;>\s]+)', value or '')
    return found.group(1) if found else None


def token(length=8):
    return ''.join(random.choice('0123456789abcdef') for _ in range(length))


class Call:
    FINAL = ('rejected', 'cancelled', 'byed', 'ended')

    def __init__(self, phone, call_id, label=None):
        self.phone, self.call_id, self.label = phone, call_id, label
        self.state, self.changed = 'new', threading.Condition()
        self.cseq, self.invite_cseq = random.randint(100, 900), 0
        self.local_tag, self.remote_tag = token(), None
        self.local_uri = self.remote_uri = self.remote_target = self.request_uri = None
        self.invite = self.branch = None
        self.outgoing, self.sdp_version = False, 1
        self.sound, self.far_media = None, None
        self.media_port = next(phone.media_ports)
        self.last_reply = ''

    @property
    def number(self):
        """The other side's number."""
        return user_of(self.remote_uri)

    @property
    def over(self):
        return self.state in self.FINAL or self.state.startswith('failed-')

    def set(self, state):
        with self.changed:
            if self.over:
                return
            self.state = state
            self.changed.notify_all()
        if state == 'up' and self.phone.tone:
            self.sound = Sound(self, self.phone.tone)
        elif self.over and self.sound:
            self.sound.over.set()
        self.phone.on_state(self)

    def learn_media(self, message):
        """Where the other side wants its sound, by its newest SDP."""
        ip = re.search(r'^c=IN IP4 (\S+)', message, re.M)
        port = re.search(r'^m=audio (\d+)', message, re.M)
        if ip and port:
            self.far_media = (ip.group(1), int(port.group(1)))

    def wait(self, *states, timeout=10):
        """True when the call gets into one of the states, False when it ends first or too late."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while self.state not in states:
                left = deadline - time.monotonic()
                if self.over or left <= 0:
                    return False
                self.changed.wait(left)
        return True

    def wait_over(self, timeout=None):
        with self.changed:
            return self.changed.wait_for(lambda: self.over, timeout)

    def sdp(self, mode='sendrecv'):
        self.sdp_version += 1
        ip = self.phone.ip
        return (f'v=0\r\no=- 1 {self.sdp_version} IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\n'
                f'm=audio {self.media_port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n'
                f'a=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\na={mode}\r\n')

    # the answering side
    def ring(self):
        self._reply(180, 'Ringing')
        self.set('ringing')

    def answer(self):
        self.set('answered')
        self._reply(200, 'OK', self.sdp())
        self.phone.repeat(self.last_reply, lambda: self.state == 'answered')

    def reject(self, code=486, reason='Busy Here'):
        self._reply(code, reason)
        self.set('rejected')

    # both sides
    def hang_up(self):
        """Ends the call, whatever its state is."""
        if self.state in ('up', 'answered'):
            self.set('byed')  # before its answer can set another state
            self._request('BYE')
        elif self.state in ('incoming', 'ringing'):
            self.reject(603, 'Decline')
        elif self.state in ('inviting', 'progress', 'ringback'):
            self._cancel()

    def hold(self):
        self._request('INVITE', self.sdp('sendonly'))

    def resume(self):
        self._request('INVITE', self.sdp('sendrecv'))

    def transfer(self, uri):
        self._request('REFER', extra=f'Refer-To: <{uri}>\r\nReferred-By: <{self.local_uri}>\r\n')

    def digit(self, digit):
        self._request('INFO', f'Signal={digit}\r\nDuration=160\r\n', content='application/dtmf-relay')

    # the wire
    def _reply(self, code, reason, body=''):
        self.last_reply = self.phone.reply(self.invite, code, reason, self.local_tag, body, contact=True)

    def _request(self, method, body='', extra='', cseq=None, content='application/sdp'):
        if cseq is None:
            self.cseq += 1
            cseq = self.cseq
        phone = self.phone
        to_tag = f';tag={self.remote_tag}' if self.remote_tag else ''
        kind = f'Content-Type: {content}\r\n' if body else ''
        phone.send(f'{method} {self.remote_target} SIP/2.0\r\n'
                   f'Via: SIP/2.0/UDP {phone.ip}:{phone.port};branch=z9hG4bK{token(12)};rport\r\n'
                   f'Max-Forwards: 70\r\nFrom: <{self.local_uri}>;tag={self.local_tag}\r\n'
                   f'To: <{self.remote_uri}>{to_tag}\r\nCall-ID: {self.call_id}\r\nCSeq: {cseq} {method}\r\n'
                   f'Contact: <sip:{phone.user}@{phone.ip}:{phone.port}>\r\n{extra}{kind}'
                   f'Content-Length: {len(body)}\r\n\r\n{body}')

    def _cancel(self):
        phone = self.phone
        self.set('cancelling')
        phone.send(f'CANCEL {self.request_uri} SIP/2.0\r\n'
                   f'Via: SIP/2.0/UDP {phone.ip}:{phone.port};branch={self.branch};rport\r\n'
                   f'Max-Forwards: 70\r\nFrom: <{self.local_uri}>;tag={self.local_tag}\r\n'
                   f'To: <{self.remote_uri}>\r\nCall-ID: {self.call_id}\r\n'
                   f'CSeq: {self.invite_cseq} CANCEL\r\nContent-Length: 0\r\n\r\n')


# G.711 mu-law, as ITU-T G.711 has it: each byte's value, and the byte nearest to a value.
def _mulaw_value(byte):
    byte = ~byte & 0xff
    value = (((byte & 0x0f) << 3) + 0x84) << ((byte & 0x70) >> 4)
    return 0x84 - value if byte & 0x80 else value - 0x84


MULAW = [_mulaw_value(byte) for byte in range(256)]
SAMPLES_PER_PACKET, PACKET_S, RATE = 160, 0.02, 8000
HEARD_PACKETS = 25
LOUDNESS, HEARD_LEAST = 8000, 1200


def tone_packet(hertz):
    """20 ms of a tone; a multiple of 50 Hz, so that the next packet goes on without a click."""
    samples = (LOUDNESS * math.sin(2 * math.pi * hertz * n / RATE) for n in range(SAMPLES_PER_PACKET))
    return bytes(min(range(256), key=lambda byte: abs(MULAW[byte] - value)) for value in samples)


def strength(samples, hertz):
    """How strong a tone is among samples (Goertzel's way)."""
    turn = 2 * math.cos(2 * math.pi * hertz / RATE)
    last = before = 0.0
    for sample in samples:
        last, before = sample + turn * last - before, last
    power = last * last + before * before - turn * last * before
    return 2 * math.sqrt(max(power, 0.0)) / max(len(samples), 1)


class Sound:
    """A call's RTP: its tone goes out, what comes in is kept for half a second."""

    def __init__(self, call, hertz):
        self.call, self.packet = call, tone_packet(hertz)
        self.over, self.heard = threading.Event(), collections.deque(maxlen=HEARD_PACKETS)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((call.phone.ip, call.media_port))
        self.socket.settimeout(0.1)
        for work in (self._send, self._receive):
            threading.Thread(target=work, daemon=True).start()

    def _send(self):
        number, stamp, source = 0, 0, random.randint(1, 0xffffffff)
        due = time.monotonic()
        while not self.over.is_set():
            head = struct.pack('!BBHII', 0x80, 0, number & 0xffff, stamp & 0xffffffff, source)
            try:
                if self.call.far_media:
                    self.socket.sendto(head + self.packet, self.call.far_media)
            except OSError:
                return
            number, stamp, due = number + 1, stamp + SAMPLES_PER_PACKET, due + PACKET_S
            self.over.wait(max(0.0, due - time.monotonic()))

    def _receive(self):
        while not self.over.is_set():
            try:
                data, _ = self.socket.recvfrom(2048)
            except socket.timeout:
                continue
            except OSError:
                break
            if len(data) == 12 + SAMPLES_PER_PACKET and data[1] & 0x7f == 0:
                self.heard.append(data[12:])
        self.socket.close()

    def tones(self, known):
        """Which of the known tones (name -> hertz) sound now, and how loud it is in all."""
        samples = [MULAW[byte] for packet in list(self.heard) for byte in packet]
        loud = math.sqrt(sum(s * s for s in samples) / len(samples)) if samples else 0.0
        return [name for name, hertz in known.items() if strength(samples, hertz) > HEARD_LEAST], round(loud)


class Phone:
    media_ports = itertools.count(40000, 2)

    def __init__(self, ip, port, user, server=('127.0.0.1', 25060), on_call=None, on_state=None):
        """on_call(call) is run on a thread of its own for each incoming call."""
        self.ip, self.port, self.user, self.server = ip, port, user, server
        self.on_call, self.on_state = on_call, on_state or (lambda call: None)
        self.calls, self.closing, self.tone = {}, False, 0
        self.servers = {}  # Call-ID -> the PBX that has the call, where it is not `server`
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((ip, port))
        self.port = self.socket.getsockname()[1]
        self.socket.settimeout(0.2)
        self.thread = threading.Thread(target=self._loop, daemon=True)
        self.thread.start()

    def close(self):
        self.closing = True
        self.thread.join(1)
        self.socket.close()

    def send(self, message):
        try:
            self.socket.sendto(message.encode(), self.servers.get(header(message, 'Call-ID'), self.server))
        except OSError:
            if not self.closing:
                raise

    def repeat(self, message, still_wanted):
        """Sends it again, at growing intervals, while it is still wanted."""
        def again(interval, left):
            if left and not self.closing and still_wanted():
                self.send(message)
                timer(interval * 2, left - 1)

        def timer(interval, left):
            clock = threading.Timer(interval, again, (interval, left))
            clock.daemon = True
            clock.start()

        timer(RETRANSMIT_FIRST_S, RETRANSMIT_COUNT)

    def reply(self, request, code, reason, local_tag, body='', contact=False):
        vias = ''.join(f'Via: {value}\r\n' for value in headers(request, 'Via'))
        to = header(request, 'To')
        if code > 100 and 'tag=' not in to:
            to += f';tag={local_tag}'
        mine = f'Contact: <sip:{self.user}@{self.ip}:{self.port}>\r\n' if contact else ''
        kind = 'Content-Type: application/sdp\r\n' if body else ''
        message = (f'SIP/2.0 {code} {reason}\r\n{vias}From: {header(request, "From")}\r\nTo: {to}\r\n'
                   f'Call-ID: {header(request, "Call-ID")}\r\nCSeq: {header(request, "CSeq")}\r\n'
                   f'{mine}{ALLOW}{kind}Content-Length: {len(body)}\r\n\r\n{body}')
        self.send(message)
        return message

    def invite(self, to_user, from_user=None, display=None, extra='', label=None, at=None):
        """label: the caller's own name for the call, there from its first state on; at: another PBX."""
        call = Call(self, f'{token(16)}@{self.ip}', label)
        if at:
            self.servers[call.call_id] = at
        user = from_user or self.user
        host, port = at or self.server
        call.outgoing = True
        call.local_uri, call.remote_uri = f'sip:{user}@{host}', f'sip:{to_user}@{host}:{port}'
        call.request_uri = call.remote_target = call.remote_uri
        call.branch = 'z9hG4bK' + token(12)
        call.cseq += 1
        call.invite_cseq = call.cseq
        self.calls[call.call_id] = call
        body = call.sdp()
        shown = f'"{display}" ' if display else ''
        message = (f'INVITE {call.request_uri} SIP/2.0\r\n'
                   f'Via: SIP/2.0/UDP {self.ip}:{self.port};branch={call.branch};rport\r\nMax-Forwards: 70\r\n'
                   f'From: {shown}<{call.local_uri}>;tag={call.local_tag}\r\nTo: <{call.remote_uri}>\r\n'
                   f'Call-ID: {call.call_id}\r\nCSeq: {call.invite_cseq} INVITE\r\n'
                   f'Contact: <sip:{user}@{self.ip}:{self.port}>\r\n{ALLOW}{extra}'
                   f'Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}')
        call.set('inviting')
        self.send(message)
        self.repeat(message, lambda: call.state == 'inviting')
        return call

    def _loop(self):
        while not self.closing:
            try:
                data, sender = self.socket.recvfrom(MESSAGE_BYTES_MAX)
            except socket.timeout:
                continue
            except OSError:
                return
            message = data.decode('utf8', 'replace')
            if not header(message, 'Call-ID') or not header(message, 'CSeq'):
                continue  # a keep-alive
            self.servers.setdefault(header(message, 'Call-ID'), sender)
            call = self.calls.get(header(message, 'Call-ID'))
            if message.startswith('SIP/2.0'):
                if call:
                    self._response(call, message)
            else:
                self._request(call, message)

    def _response(self, call, message):
        code = int(message.split(' ', 2)[1])
        cseq, method = header(message, 'CSeq').split()
        if method == 'BYE':
            call.set('ended')
        if method != 'INVITE':
            return
        if call.outgoing and tag_of(header(message, 'To')):
            call.remote_tag = tag_of(header(message, 'To'))
        if code < 300 and header(message, 'Contact'):
            call.remote_target = uri_of(header(message, 'Contact'))
        if code in (100, 183):
            if call.state == 'inviting':
                call.set('progress')
        elif code == 180:
            if call.state in ('inviting', 'progress'):
                call.set('ringback')
        elif 200 <= code < 300:
            call.learn_media(message)
            call._request('ACK', cseq=int(cseq))
            if call.state in ('inviting', 'progress', 'ringback'):
                call.set('up')
            elif call.state == 'cancelling':  # the answer crossed our CANCEL
                call.set('byed')
                call._request('BYE')
        elif code >= 300:
            target = call.request_uri if call.outgoing else call.remote_target
            self.send(f'ACK {target} SIP/2.0\r\nVia: {headers(message, "Via")[0]}\r\nMax-Forwards: 70\r\n'
                      f'From: {header(message, "From")}\r\nTo: {header(message, "To")}\r\n'
                      f'Call-ID: {call.call_id}\r\nCSeq: {cseq} ACK\r\nContent-Length: 0\r\n\r\n')
            if call.state == 'cancelling':
                call.set('cancelled')
            elif call.state != 'up':
                call.set(f'failed-{code}')

    def _request(self, call, message):
        method = message.split(' ', 1)[0]
        if method == 'INVITE' and call is None:
            self._incoming(message)
        elif method == 'INVITE':
            self._again(call, message)
        elif method == 'ACK':
            if call and call.state == 'answered':
                call.set('up')
        elif method == 'CANCEL':
            self.reply(message, 200, 'OK', call.local_tag if call else token())
            if call and call.state in ('incoming', 'ringing'):
                call._reply(487, 'Request Terminated')
                call.set('cancelled')
        elif method == 'BYE':
            self.reply(message, 200, 'OK', token())
            if call:
                call.set('ended')
        elif method == 'NOTIFY':
            self.reply(message, 200, 'OK', token())
            # a real phone leaves the call once its transfer has gone through
            if call and call.state == 'up' and '\r\n\r\nSIP/2.0 200' in message:
                call.hang_up()
        elif method in ('OPTIONS', 'UPDATE', 'INFO', 'MESSAGE'):
            self.reply(message, 200, 'OK', call.local_tag if call else token(), contact=True)
        else:
            self.reply(message, 405, 'Method Not Allowed', token())

    def _incoming(self, message):
        call = Call(self, header(message, 'Call-ID'))
        call.invite = message
        call.learn_media(message)
        call.remote_tag = tag_of(header(message, 'From'))
        call.remote_uri, call.local_uri = uri_of(header(message, 'From')), uri_of(header(message, 'To'))
        call.remote_target = uri_of(header(message, 'Contact'))
        self.calls[call.call_id] = call
        self.reply(message, 100, 'Trying', call.local_tag)
        call.set('incoming')
        if self.on_call:
            threading.Thread(target=self.on_call, args=(call,), daemon=True).start()

    def _again(self, call, message):
        if tag_of(header(message, 'To')) is None:  # a retransmission of the first one
            if call.last_reply:
                self.send(call.last_reply)
            return
        call.learn_media(message)
        asked = re.search(r'a=(sendrecv|sendonly|recvonly|inactive)', message)
        answer = {'sendonly': 'recvonly', 'recvonly': 'sendonly', 'inactive': 'inactive'}
        mode = answer.get(asked.group(1) if asked else '', 'sendrecv')
        self.reply(message, 200, 'OK', call.local_tag, call.sdp(mode), contact=True)
