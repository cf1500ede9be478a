# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL connection with the standard library only, protocol 3.0.

For the benchmark's own questions, and for measuring what one connection can write: statements
are parsed once, and a whole transaction is sent in one piece and answered in one piece, so that
this client costs next to nothing. Values travel as text. Not thread-safe. Errors: PgError.
"""
import base64
import hashlib
import hmac
import os
import socket
import struct
from urllib.parse import unquote, urlsplit


class PgError(Exception):
    pass


def literal(values):
    """A PostgreSQL array as text; None is NULL."""
    quoted = []
    for value in values:
        if value is None:
            quoted.append('NULL')
        else:
            quoted.append('"' + str(value).replace('\\', '\\\\').replace('"', '\\"') + '"')
    return '{' + ','.join(quoted) + '}'


def message(kind, body):
    return kind + struct.pack('!i', len(body) + 4) + body


def zero_ended(*texts):
    return b''.join(text.encode() + b'\0' for text in texts)


class Connection:
    def __init__(self, url):
        parts = urlsplit(url)
        self.user, self.password = unquote(parts.username or ''), unquote(parts.password or '')
        self.socket = socket.create_connection((parts.hostname, parts.port or 5432), timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.socket.makefile('rb', 1 << 16)
        start = struct.pack('!i', 196608) + zero_ended('user', self.user, 'database',
                                                        unquote(parts.path[1:]), 'application_name', 'bench', '')
        self.socket.sendall(struct.pack('!i', len(start) + 4) + start)
        self.sign_in()
        self.answers()

    def close(self):
        self.socket.sendall(message(b'X', b''))
        self.reader.close()
        self.socket.close()

    def receive(self):
        head = self.reader.read(5)
        if len(head) < 5:
            raise PgError('the server has closed the connection')
        body = self.reader.read(struct.unpack('!i', head[1:])[0] - 4)
        if head[:1] == b'E':
            fields = dict((f[:1], f[1:].decode()) for f in body.split(b'\0') if f)
            raise PgError(f'{fields.get(b"C")}: {fields.get(b"M")} {fields.get(b"D", "")}')
        return head[:1], body

    # --- SCRAM-SHA-256 (RFC 7677), or nothing when the server trusts us ----------------------
    def sign_in(self):
        kind, body = self.receive()
        code = struct.unpack('!i', body[:4])[0]
        if code == 0:
            return
        if code != 10 or b'SCRAM-SHA-256\0' not in body:
            raise PgError(f'the server wants authentication {code}; only SCRAM-SHA-256 is spoken here')
        nonce = base64.b64encode(os.urandom(18)).decode()
        first = f'n=,r={nonce}'
        said = b'n,,' + first.encode()
        self.socket.sendall(message(b'p', zero_ended('SCRAM-SHA-256') + struct.pack('!i', len(said)) + said))
        server_first = self.receive()[1][4:].decode()
        given = dict(part.split('=', 1) for part in server_first.split(','))
        if not given['r'].startswith(nonce):
            raise PgError('the server answers another nonce')
        salted = hashlib.pbkdf2_hmac('sha256', self.password.encode(), base64.b64decode(given['s']), int(given['i']))
        client_key = hmac.digest(salted, b'Client Key', 'sha256')
        without_proof = f'c=biws,r={given["r"]}'
        signed = ','.join((first, server_first, without_proof)).encode()
        signature = hmac.digest(hashlib.sha256(client_key).digest(), signed, 'sha256')
        proof = base64.b64encode(bytes(a ^ b for a, b in zip(client_key, signature))).decode()
        self.socket.sendall(message(b'p', f'{without_proof},p={proof}'.encode()))
        self.receive()
        self.receive()

    # --- questions --------------------------------------------------------------------------
    def answers(self):
        """Reads up to ReadyForQuery: the rows of all statements. An error is raised after it."""
        rows, failure = [], None
        while True:
            try:
                kind, body = self.receive()
            except PgError as error:
                if 'closed the connection' in str(error):
                    raise
                failure = error
                continue
            if kind == b'D':
                rows.append(self.row(body))
            elif kind == b'Z':
                if failure:
                    raise failure
                return rows

    @staticmethod
    def row(body):
        at, values = 2, []
        for _ in range(struct.unpack('!h', body[:2])[0]):
            size = struct.unpack('!i', body[at:at + 4])[0]
            at += 4
            values.append(None if size < 0 else body[at:at + size].decode())
            at += max(size, 0)
        return values

    def query(self, sql):
        self.socket.sendall(message(b'Q', zero_ended(sql)))
        return self.answers()

    def one(self, sql):
        return self.query(sql)[0][0]

    # --- prepared statements, many in one piece ---------------------------------------------
    def prepare(self, name, sql):
        self.socket.sendall(message(b'P', zero_ended(name, sql) + struct.pack('!h', 0)) + message(b'S', b''))
        self.answers()

    @staticmethod
    def call(name, *values):
        """The bytes that run this prepared statement, to be sent by send()."""
        bind = zero_ended('', name) + struct.pack('!hh', 0, len(values))
        for value in values:
            data = value.encode()
            bind += struct.pack('!i', len(data)) + data
        return message(b'B', bind + struct.pack('!h', 0)) + message(b'E', zero_ended('') + struct.pack('!i', 0))

    def send(self, calls):
        self.socket.sendall(calls + message(b'S', b''))
        return self.answers()
