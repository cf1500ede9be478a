// SPDX-License-Identifier: Apache-2.0
// A WebSocket client (RFC 6455) with Node's own modules: text in and out, pings answered.
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';

/** Resolves to a line; `heard` gets each text, `closed` is called once when it is over. */
export function open_line(url, { heard = () => undefined, closed = () => undefined, headers = {} } = {}) {
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      headers: { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': randomBytes(16).toString('base64'), ...headers },
      timeout: 5000,
    });
    asked.on('error', reject);
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('response', (answer) => {
      answer.resume();
      reject(new Error(`no WebSocket: ${answer.statusCode}`));
    });
    asked.on('upgrade', (_answer, socket, head) => {
      socket.setTimeout(0);
      const line = new Line(socket, heard);
      socket.on('error', () => undefined);
      socket.on('close', closed);
      line.take(head);
      socket.on('data', (bytes) => line.take(bytes));
      resolve(line);
    });
    asked.end();
  });
}

class Line {
  #socket;
  #heard;
  #bytes = Buffer.alloc(0);
  #text = [];

  constructor(socket, heard) {
    this.#socket = socket;
    this.#heard = heard;
  }

  send(text) {
    this.#frame(1, Buffer.from(text));
  }

  /** Without a good-bye, as a cable that is pulled. */
  cut() {
    this.#socket.destroy();
  }

  #frame(opcode, data) {
    if (this.#socket.destroyed) return;
    const mask = randomBytes(4);
    const size = data.length < 126 ? Buffer.from([0x80 | data.length]) : Buffer.from([0x80 | 126, data.length >> 8, data.length & 255]);
    this.#socket.write(Buffer.concat([Buffer.from([0x80 | opcode]), size, mask, data.map((byte, at) => byte ^ mask[at % 4])]));
  }

  take(more) {
    this.#bytes = Buffer.concat([this.#bytes, more]);
    for (;;) {
      if (this.#bytes.length < 2) return;
      let size = this.#bytes[1] & 127;
      let from = 2;
      if (size === 126) {
        if (this.#bytes.length < 4) return;
        size = this.#bytes.readUInt16BE(2);
        from = 4;
      } else if (size === 127) {
        if (this.#bytes.length < 10) return;
        size = Number(this.#bytes.readBigUInt64BE(2));
        from = 10;
      }
      if (this.#bytes.length < from + size) return;
      const [first] = this.#bytes;
      const data = this.#bytes.subarray(from, from + size);
      this.#bytes = this.#bytes.subarray(from + size);
      const opcode = first & 15;
      if (opcode === 9) this.#frame(10, data);
      else if (opcode === 8) return this.cut();
      else if (opcode < 2) {
        this.#text.push(Buffer.from(data));
        if (first & 128) {
          this.#heard(Buffer.concat(this.#text).toString('utf8'));
          this.#text = [];
        }
      }
    }
  }
}
