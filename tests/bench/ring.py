# SPDX-License-Identifier: Apache-2.0
"""From a customer's INVITE to the record on the agent's screen, through a real Asterisk.

One agent is available, with a desk phone and the console's WebSocket. A customer calls, the `ring`
message comes, the customer gives up, the next one calls. The clock runs from the INVITE's send to
the whole message read, both here. The time to the ring on the desk phone is noted beside it.
Calls to an agent who has sat for a while, and calls to one whose telephone has only just stopped
ringing, are told apart: the second kind meets what is left of the first one's offer.
"""
import os
import sys
import time

from desk import Desk
from websocket import WebSocket

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e', 'phones'))
import phones  # noqa: E402
from sipphone import Phone  # noqa: E402

WAIT_S = 20
REST_S = 3


def free_again(desk, socket):
    """After a lost ring: the agent says that he is there, until the engine believes it."""
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        seen = desk.ask('GET', '/desk')
        if seen['desk']['presence'] == 'available' and not seen['offer']:
            while not socket.messages.empty():
                socket.messages.get()
            return
        if seen['desk']['presence'] not in ('offered', 'talking'):
            desk.ask('PUT', '/desk/presence', {'presence': 'available'})
        time.sleep(0.05)
    raise RuntimeError(f'the desk does not become free: {seen["desk"]}')


class Place:
    """The agent at his desk and a customer's line."""

    def __init__(self, port, person, database):
        self.database, self.rung = database, []
        self.desk = Desk(port, person)
        extension = self.desk.me['user']['extension']
        self.phone = Phone(phones.AGENT_IP, phones.AGENT_BASE + int(extension) - 1000, extension, phones.SERVER,
                           on_call=self.take)
        self.trunk = Phone(phones.TRUNK_IP, phones.TRUNK_PORT, 'trunk', phones.SERVER)
        ticket = self.desk.ask('POST', '/feed-ticket')['ticket']
        self.socket = WebSocket(port, f'/ws?ticket={ticket}')

    def take(self, call):
        self.rung.append(time.time())
        call.ring()

    def close(self):
        self.desk.ask('PUT', '/desk/presence', {'presence': 'offline'})
        self.socket.close()
        self.phone.close()
        self.trunk.close()

    def one_call(self, caller):
        """Seconds to the pop, to the desk phone, and from the filed call to the pop; None when missed."""
        self.rung.clear()
        begun = time.time()
        call = self.trunk.invite('7000', from_user=caller)
        try:
            got = self.socket.wait_for(lambda message: message['type'] == 'ring', WAIT_S)
            if not got:
                return None
            at, message = got
            until = time.monotonic() + 5
            while not self.rung and time.monotonic() < until:
                time.sleep(0.01)
            interaction = message['offer']['interaction_id']
            filed = self.database.one("select extract(epoch from min(at)) from history where kind = 'call_arrived' "
                                      f'and interaction_id = {interaction}')
            return at - begun, self.rung[0] - begun if self.rung else None, at - float(filed)
        finally:
            call.hang_up()
            call.wait_over(5)


def measure(port, person, callers, database, count):
    """`count` calls after a rest, and a third as many at once after another."""
    place = Place(port, person, database)
    found = {'rested': [], 'at_once': []}
    try:
        for i, caller in enumerate(callers[:count + count // 3]):
            kind = 'at_once' if i % 4 == 3 else 'rested'
            if kind == 'rested':
                time.sleep(REST_S)
            free_again(place.desk, place.socket)
            found[kind].append(place.one_call(caller))
    finally:
        place.close()
    report = {}
    for kind, calls in found.items():
        seen = [call for call in calls if call]
        report[kind] = {'calls': len(calls), 'missed': len(calls) - len(seen), 'pop_s': [call[0] for call in seen],
                        'phone_s': [call[1] for call in seen if call[1] is not None],
                        'filed_to_pop_s': [call[2] for call in seen]}
    return report
