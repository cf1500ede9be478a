// SPDX-License-Identifier: Apache-2.0
// A line between two servers that can go silent: it stays open, and nothing comes through any more, as when a firewall
// has forgotten it. Whoever connects anew is heard again.
import { connect, createServer } from 'node:net';

/** A relay to that port on this machine. */
export async function open_relay(port) {
  const lines = new Set();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const line = { silent: false, ends: [near, far] };
    lines.add(line);
    for (const [from, to] of [[near, far], [far, near]]) {
      from.on('data', (bytes) => { if (!line.silent) to.write(bytes); });
      from.on('error', () => undefined);
      from.on('close', () => { if (!line.silent) to.destroy(); });
    }
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: server.address().port,
    /** All lines that are open now. */
    fall_silent: () => { for (const line of lines) line.silent = true; },
    close: () => {
      server.close();
      for (const line of lines) for (const end of line.ends) end.destroy();
    },
  };
}
