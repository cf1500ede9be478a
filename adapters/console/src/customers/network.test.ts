// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { pictureSize, places } from './network';
import type { Network } from './record';

const node = (id: number, distance: number) => ({ id, distance, kind: 'person' as const, name: `示例${id}`, tier: 'standard' as const });

describe('the picture of the network', () => {
  const network: Network = {
    nodes: [node(1, 0), node(2, 1), node(3, 1), node(4, 2), node(5, 2)],
    links: [{ from: 1, to: 2, what: 'payer' }, { from: 3, to: 1, what: 'household' }, { from: 4, to: 3, what: 'user' }, { from: 3, to: 5, what: 'parent' }],
    more: false,
  };
  it('puts the customer in the middle', () => expect(places(network)[0]).toEqual({ id: 1, x: pictureSize / 2, y: pictureSize / 2 }));
  it('puts nobody onto somebody else, and all inside', () => {
    const all = places(network);
    expect(new Set(all.map((place) => `${place.x}.${place.y}`)).size).toBe(all.length);
    for (const { x, y } of all) expect(Math.max(Math.abs(x - pictureSize / 2), Math.abs(y - pictureSize / 2))).toBeLessThan(pictureSize / 2);
  });
  it('keeps those two steps away near the one through whom they are known', () => {
    const at = new Map(places(network).map((place) => [place.id, place]));
    const apart = (a: number, b: number) => Math.hypot(at.get(a)!.x - at.get(b)!.x, at.get(a)!.y - at.get(b)!.y);
    expect(apart(4, 3)).toBeLessThan(apart(4, 2));
    expect(apart(5, 3)).toBeLessThan(apart(5, 2));
  });
  it('has a place for sixty around one', () => {
    const many: Network = { nodes: [node(1, 0), ...Array.from({ length: 59 }, (_, index) => node(index + 2, 1))], links: [], more: true };
    expect(new Set(places(many).map((place) => `${place.x}.${place.y}`)).size).toBe(60);
  });
});
