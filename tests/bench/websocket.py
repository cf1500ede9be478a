# SPDX-License-Identifier: Apache-2.0
"""A WebSocket client (RFC 6455) with the standard library only: text frames, pings answered.

A thread reads and notes the time at which each message was there. Errors: OSError.
"""
import base64
import json
import os
import queue
import socket
import struct
import threading
import time

MESSAGE_BYTES_MAX = 1 << 24


class WebSocket:
    def __init__(self, port, path):
        self.socket = socket.create_connection(('127.0.0.1', port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.socket.makefile('rb')
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f'GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n'
                             f'Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n'
                             'Sec-WebSocket-Version: 13\r\n\r\n').encode())
        status = self.reader.readline().decode()
        if ' 101 ' not in status:
            raise OSError(f'no WebSocket: {status.strip()}')
        while self.reader.readline().strip():
            pass
        self.socket.settimeout(None)
        self.lock = threading.Lock()
        self.messages = queue.Queue()  # (time.time(), message); None when it is over
        self.open = True
        threading.Thread(target=self.read, daemon=True).start()
        threading.Thread(target=self.beat, daemon=True).start()

    def send(self, text, opcode=1):
        data, mask = text if isinstance(text, bytes) else text.encode(), os.urandom(4)
        head = bytes([0x80 | opcode])
        if len(data) < 126:
            head += bytes([0x80 | len(data)])
        else:
            head += bytes([0x80 | 126]) + struct.pack('!H', len(data))
        with self.lock:
            self.socket.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

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
