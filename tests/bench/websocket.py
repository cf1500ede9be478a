# SPDX-License-Identifier: Apache-2.0
"""WebSocket clients (RFC 6455) with the standard library only: text frames, pings answered.

WebSocket: one, with a thread that reads and notes the time at which each message was there. Room: a hundred, read by one
thread, so that those who measure do not take the machine from those who are measured. Errors: OSError.
"""
import base64
import json
import os
import queue
import selectors
import socket
import struct
import threading
import time

MESSAGE_BYTES_MAX = 1 << 24


def connect(port, path):
    """The socket after the handshake, of which nothing more has been read."""
    link = socket.create_connection(('127.0.0.1', port), timeout=10)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    reader = link.makefile('rb', buffering=0)
    key = base64.b64encode(os.urandom(16)).decode()
    link.sendall((f'GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n'
                  f'Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n').encode())
    status = reader.readline().decode()
    if ' 101 ' not in status:
        raise OSError(f'no WebSocket: {status.strip()}')
    while reader.readline().strip():
        pass
    return link


def masked(text, opcode=1):
    """A frame as clients send it."""
    data, mask = text if isinstance(text, bytes) else text.encode(), os.urandom(4)
    head = bytes([0x80 | opcode])
    if len(data) < 126:
        head += bytes([0x80 | len(data)])
    else:
        head += bytes([0x80 | 126]) + struct.pack('!H', len(data))
    return head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data))


class WebSocket:
    def __init__(self, port, path):
        self.socket = connect(port, path)
        self.reader = self.socket.makefile('rb')
        self.socket.settimeout(None)
        self.lock = threading.Lock()
        self.messages = queue.Queue()  # (time.time(), message); None when it is over
        self.open = True
        threading.Thread(target=self.read, daemon=True).start()
        threading.Thread(target=self.beat, daemon=True).start()

    def send(self, text, opcode=1):
        with self.lock:
            self.socket.sendall(masked(text, opcode))

    def frame(self):
        head = self.reader.read(2)
        if len(head) < 2:
            raise OSError('closed')
        size = head[1] & 0x7f
        if size == 126:
            size = struct.unpack('!H', self.reader.read(2))[0]
        elif size == 127:
            size = struct.unpack('!Q', self.reader.read(8))[0]
        if size > MESSAGE_BYTES_MAX:
            raise OSError('too long')
        return head[0] & 0x80, head[0] & 0x0f, self.reader.read(size)

    def read(self):
        whole = b''
        try:
            while True:
                final, opcode, data = self.frame()
                at = time.time()
                if opcode == 8:
                    break
                if opcode == 9:
                    self.send(data, 10)
                elif opcode in (0, 1):
                    whole += data
                    if final:
                        self.messages.put((at, json.loads(whole)))
                        whole = b''
        except (OSError, ValueError):
            pass
        self.open = False
        self.messages.put(None)

    def beat(self):
        """Tells the engine every 5 s that somebody sits here."""
        try:
            while self.open:
                self.send('{"type":"ping"}')
                time.sleep(5)
        except OSError:
            self.open = False

    def wait_for(self, wanted, seconds):
        """The next message for which wanted(message) holds, as (time, message), or None."""
        until = time.monotonic() + seconds
        while True:
            try:
                got = self.messages.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                return None
            if got is None:
                raise OSError('the engine has closed the WebSocket')
            if wanted(got[1]):
                return got

    def close(self):
        self.open = False
        try:
            self.send(b'', 8)
            self.socket.close()
        except OSError:
            pass


class Room:
    """Consoles whose messages of one type are kept: (time.time(), message). What else comes is only skipped."""

    def __init__(self, kind):
        self.mark = f'"type":"{kind}"'.encode()
        self.selector = selectors.DefaultSelector()
        self.lock = threading.Lock()
        self.kept = queue.SimpleQueue()
        self.open = True
        threading.Thread(target=self.read, daemon=True).start()

    def add(self, port, path):
        link = connect(port, path)
        link.settimeout(5)
        with self.lock:
            self.selector.register(link, selectors.EVENT_READ, bytearray())

    def read(self):
        beaten = time.monotonic()
        while self.open:
            for key, _ in self.selector.select(0.2):
                try:
                    data = key.fileobj.recv(1 << 16)
                    at = time.time()
                    key.data.extend(data)
                    self.frames(key.fileobj, key.data, at)
                except OSError:
                    data = b''
                if not data:
                    with self.lock:
                        self.selector.unregister(key.fileobj)
            if time.monotonic() - beaten > 5:
                beaten = time.monotonic()
                for link in self.links():
                    link.sendall(masked('{"type":"ping"}'))

    def links(self):
        with self.lock:
            return [key.fileobj for key in self.selector.get_map().values()]

    def frames(self, link, data, at):
        """Takes the whole frames from the front of `data`; the engine sends none in parts."""
        while len(data) >= 2:
            size, begins = data[1] & 0x7f, 2
            if size == 126:
                size, begins = int.from_bytes(data[2:4], 'big'), 4
            elif size == 127:
                size, begins = int.from_bytes(data[2:10], 'big'), 10
            if len(data) < begins + size:
                return
            payload = bytes(data[begins:begins + size])
            opcode = data[0] & 0x0f
            del data[:begins + size]
            if opcode == 9:
                link.sendall(masked(payload, 10))
            elif opcode == 1 and self.mark in payload:
                self.kept.put((at, json.loads(payload)))

    def taken(self):
        """What was kept since the last time."""
        found = []
        while not self.kept.empty():
            found.append(self.kept.get())
        return found

    def close(self):
        self.open = False
        for link in self.links():
            link.close()
