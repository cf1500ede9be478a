#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Desk phones and the public telephone network, steered by lines of JSON.

Standard input, one order a line:
  {"do":"agent","ext":"1001","mode":"ring"}   a desk phone: ring (until told), auto (answers at
                                              once), busy, decline, no_answer, broken (503), off (as
                                              if unplugged); a call whose Call-Info says
                                              answer-after=0 is answered
  {"do":"answer","ext":"1001"}                answers what rings there
  {"do":"decline","ext":"1001"}
  {"do":"hold","ext":"1001"}  {"do":"resume","ext":"1001"}
  {"do":"hangup","ext":"1001"}                ends that phone's call
  {"do":"call","id":"c1","from":"13800138000","to":"7000"}   a customer calls; "from" may be
                                              "anonymous"; an agent's own phone calls with "ext";
                                              "at":26061 calls the PBX on that port
  {"do":"digit","id":"c1","digit":"1"}
  {"do":"hangup","id":"c1"}                   cancels it while it rings, ends it afterwards
  {"do":"trunk","mode":"auto"}                how customers take calls that the engine places:
                                              ring, auto, busy, decline, no_answer, not_found,
                                              broken
  {"do":"trunk","number":"13800138000","mode":"busy"}        this customer only
  {"do":"answer","number":"13800138000"}      a customer that rings answers
  {"do":"hangup","number":"13800138000"}
  {"do":"transfer","ext":"1001","to":"1002"}  by the phone's own key (REFER)
  {"do":"dead"}                               the PBX has died: every call is over without a word
  {"do":"media"}                              from now on each call has sound: a tone by which it is known
  {"do":"listen","ext":"1001"}                what it hears now; customers' tones are "customer"
  {"do":"quit"}

Standard output, one event a line; "ext" for a desk phone, "id" for a customer's call, "number"
for a customer who is called:
  {"ev":"ready"}
  {"ev":"ringing","ext":"1001","from":"13800138000"}
  {"ev":"ringback"|"up"|"ended"|"failed",...}   "failed" has "code", the SIP status; "ended" has
                                              "how": byed (by us), ended (by the other side),
                                              cancelled, rejected
  {"ev":"hears","tones":["customer","1002"],"loud":5600,...}   music is loud without a known tone
  {"ev":"error","message":"…"}                the order cannot be carried out

Environment: PEER_SIP_PORT, PEER_AGENT_IP, PEER_AGENT_BASE, PEER_TRUNK_IP, PEER_TRUNK_PORT as in
ops/asterisk/peer.
"""
import json
import os
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from sipphone import Phone, header  # noqa: E402

SERVER = ('127.0.0.1', int(os.environ.get('PEER_SIP_PORT', '25060')))
AGENT_IP = os.environ.get('PEER_AGENT_IP', '127.0.0.3')
AGENT_BASE = int(os.environ.get('PEER_AGENT_BASE', '25100'))
TRUNK_IP = os.environ.get('PEER_TRUNK_IP', '127.0.0.2')
TRUNK_PORT = int(os.environ.get('PEER_TRUNK_PORT', '25080'))

REJECTS = {'busy': (486, 'Busy Here'), 'decline': (603, 'Decline'),
           'no_answer': (480, 'Temporarily Unavailable'), 'not_found': (404, 'Not Found'),
           'broken': (503, 'Service Unavailable')}
MODES = ('ring', 'auto', 'off', *REJECTS)

output_lock = threading.Lock()


def event(**what):
    with output_lock:
        print(json.dumps(what, ensure_ascii=False), flush=True)


CUSTOMER_TONE = 3000


def tone_of(extension):
    return 400 + 50 * (int(extension) % 50)


class Refused(Exception):
    pass


def take(call, mode):
    """What a phone in this mode does with an incoming call."""
    if mode in REJECTS:
        call.reject(*REJECTS[mode])
        return
    call.ring()
    # The console asks the desk phone to pick up by itself, as every desk phone can (intercom calls).
    asked = 'answer-after=0' in (header(call.invite or '', 'Call-Info') or '')
    if mode == 'auto' or asked:
        call.answer()


class Switchboard:
    def __init__(self):
        self.agents, self.agent_modes = {}, {}
        self.trunk_mode, self.number_modes = 'ring', {}
        self.media = False
        self.placed = {}   # id of a customer's call -> Call
        self.trunk = Phone(TRUNK_IP, TRUNK_PORT, 'trunk', SERVER, on_call=self.on_trunk_call,
                           on_state=self.tell)

    # what happened
    def names_of(self, call):
        named = {'id': call.label} if call.label else {}
        if call.phone is not self.trunk:
            return {**named, 'ext': call.phone.user, 'to' if call.outgoing else 'from': call.number}
        return named or {'number': self.dialled(call), 'from': call.number}

    @staticmethod
    def dialled(call):
        return call.local_uri.split(':', 1)[1].split('@')[0]

    def tell(self, call):
        state = call.state
        if state in ('ringing', 'ringback', 'up'):
            event(ev=state, **self.names_of(call))
        elif state.startswith('failed-'):
            event(ev='failed', code=int(state[7:]), **self.names_of(call))
        elif call.over:
            event(ev='ended', how=state, **self.names_of(call))

    def on_trunk_call(self, call):
        take(call, self.number_modes.get(self.dialled(call), self.trunk_mode))

    def on_agent_call(self, call):
        take(call, self.agent_modes.get(call.phone.user, 'ring'))

    # what is to be done
    def live(self, order, *states):
        """The newest call that the order means, in one of these states."""
        if 'id' in order:
            calls = [self.placed[order['id']]] if order['id'] in self.placed else []
        elif 'ext' in order:
            phone = self.agents.get(order['ext'])
            calls = list(phone.calls.values()) if phone else []
        elif 'number' in order:
            calls = [c for c in list(self.trunk.calls.values())
                     if not c.outgoing and self.dialled(c) == order['number']]
        else:
            raise Refused('needs id, ext or number')
        for call in reversed(calls):
            if (call.state in states) if states else not call.over:
                return call
        raise Refused('no such call')

    def mode(self, order):
        mode = order.get('mode', 'ring')
        if mode not in MODES:
            raise Refused(f'mode is one of {", ".join(MODES)}')
        return mode

    def do_agent(self, order):
        extension, mode = str(order['ext']), self.mode(order)
        self.agent_modes[extension] = mode
        if mode == 'off':
            phone = self.agents.pop(extension, None)
            if phone:
                phone.close()
        elif extension not in self.agents:
            port = AGENT_BASE + int(extension) - 1000
            self.agents[extension] = Phone(AGENT_IP, port, extension, SERVER, on_call=self.on_agent_call,
                                           on_state=self.tell)
            self.agents[extension].tone = tone_of(extension) if self.media else 0

    def do_dead(self, order):
        for phone in [self.trunk, *self.agents.values()]:
            for call in list(phone.calls.values()):
                call.set('ended')

    def do_media(self, order):
        self.media = True
        self.trunk.tone = CUSTOMER_TONE
        for extension, phone in self.agents.items():
            phone.tone = tone_of(extension)

    def do_listen(self, order):
        call = self.live(order, 'up')
        if not call.sound:
            raise Refused('this call has no sound')
        known = {'customer': CUSTOMER_TONE, **{ext: tone_of(ext) for ext in self.agents}}
        tones, loud = call.sound.tones(known)
        event(ev='hears', tones=sorted(tones), loud=loud, **self.names_of(call))

    def do_transfer(self, order):
        self.live(order, 'up').transfer(f'sip:{order["to"]}@{SERVER[0]}:{SERVER[1]}')

    def do_trunk(self, order):
        if 'number' in order:
            self.number_modes[order['number']] = self.mode(order)
        else:
            self.trunk_mode = self.mode(order)

    def do_call(self, order):
        key, to = order['id'], str(order.get('to', '7000'))
        if key in self.placed:
            raise Refused('this id has been used')
        if 'ext' in order:
            phone = self.agents.get(order['ext'])
            if not phone:
                raise Refused('this desk phone is off')
            self.placed[key] = phone.invite(to, label=key)
            return
        caller = str(order['from'])
        extra = 'Privacy: id\r\n' if caller == 'anonymous' else ''
        at = (SERVER[0], int(order['at'])) if 'at' in order else None
        self.placed[key] = self.trunk.invite(to, from_user=caller, extra=extra, label=key, at=at)

    def do_answer(self, order):
        self.live(order, 'ringing', 'incoming').answer()

    def do_decline(self, order):
        self.live(order, 'ringing', 'incoming').reject(603, 'Decline')

    def do_hangup(self, order):
        self.live(order).hang_up()

    def do_hold(self, order):
        self.live(order, 'up').hold()

    def do_resume(self, order):
        self.live(order, 'up').resume()

    def do_digit(self, order):
        self.live(order, 'up').digit(str(order['digit']))


def main():
    board = Switchboard()
    event(ev='ready')
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            order = json.loads(line)
            if order.get('do') == 'quit':
                break
            action = getattr(board, f'do_{order.get("do")}', None)
            if action is None:
                raise Refused('unknown order')
            action(order)
        except Refused as refusal:
            event(ev='error', message=str(refusal), order=order)
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            event(ev='error', message=f'{type(error).__name__}: {error}', order=line.strip())
    # Customers and agents put down their phones, so that no call stays behind in the PBX.
    for phone in [board.trunk, *board.agents.values()]:
        for call in list(phone.calls.values()):
            call.hang_up()
    threading.Event().wait(0.3)  # the answers to those BYEs are read by the phones


if __name__ == '__main__':
    main()
