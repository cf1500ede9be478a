# SPDX-License-Identifier: Apache-2.0
"""The API as a signed-in person uses it. One connection, not thread-safe. Errors: ApiError, OSError."""
import http.client
import json
import uuid


class ApiError(Exception):
    pass


class Desk:
    def __init__(self, port, person):
        self.port = port
        self.connection = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
        self.cookie = None
        self.me = self.ask('POST', '/session', {'login': person['login'], 'password': person['password']})

    def ask(self, method, path, body=None):
        headers = {}
        if self.cookie:
            headers['Cookie'] = self.cookie
        if method == 'POST':
            headers['Idempotency-Key'] = str(uuid.uuid4())
        data = None
        if method != 'GET':
            headers['Content-Type'] = 'application/json'
            data = json.dumps(body or {}, ensure_ascii=False).encode()
        self.connection.request(method, f'/api/v1{path}', data, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        if response.status >= 300:
            raise ApiError(f'{method} {path}: {response.status} {text[:300]}')
        given = response.getheader('Set-Cookie')
        if given:
            self.cookie = given.split(';', 1)[0]
        return json.loads(text) if text else None


def metric(port, name):
    """The value of one counter in /metrics, 0 when it is not there yet."""
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
    connection.request('GET', '/metrics')
    for line in connection.getresponse().read().decode().splitlines():
        if line.startswith((name + ' ', name + '{')):
            return float(line.rsplit(' ', 1)[1])
    return 0.0
