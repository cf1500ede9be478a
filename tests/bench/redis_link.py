# SPDX-License-Identifier: Apache-2.0
"""A few commands to Redis with the standard library only. Errors: RuntimeError, OSError."""
import socket
from urllib.parse import unquote, urlsplit


class Redis:
    def __init__(self, url, timeout=10):
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port or 6379), timeout=timeout)
        self.reader = self.socket.makefile('rb')
        if parts.password:
            self.command('AUTH', unquote(parts.password))

    def close(self):
        self.reader.close()
        self.socket.close()

    def send(self, *words):
        data = [str(word).encode() for word in words]
        self.socket.sendall(b'*%d\r\n' % len(data) + b''.join(b'$%d\r\n%s\r\n' % (len(word), word) for word in data))

    def answer(self):
        line = self.reader.readline()
        if not line:
            raise RuntimeError('Redis has closed the connection')
        kind, rest = line[:1], line[1:].strip()
        if kind == b'-':
            raise RuntimeError(rest.decode())
        if kind == b'$':
            return None if rest == b'-1' else self.reader.read(int(rest) + 2)[:-2].decode()
        if kind == b'*':
            return [self.answer() for _ in range(int(rest))]
        return int(rest) if kind == b':' else rest.decode()

    def command(self, *words):
        self.send(*words)
        return self.answer()

    def shut_down(self):
        """At once and without saving; there is no answer."""
        self.send('SHUTDOWN', 'NOSAVE')
        self.reader.readline()
        self.close()
