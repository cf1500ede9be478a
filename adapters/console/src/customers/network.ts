// SPDX-License-Identifier: Apache-2.0
// Where each customer of the picture stands: the one in the middle, those one step away on a ring, and
// those two steps away on a second ring near the one through whom they are known. The same network is
// always drawn the same way.
import type { Network } from './record';

export interface Place { id: number; x: number; y: number }

export const pictureSize = 420;
const centre = pictureSize / 2;
const rings = [0, 110, 180];

export function places(network: Network): Place[] {
  const near = network.nodes.filter((node) => node.distance === 1);
  const angle = new Map<number, number>(near.map((node, index) => [node.id, (2 * Math.PI * index) / Math.max(near.length, 1) - Math.PI / 2]));
  const behind = new Map<number, number[]>();
  for (const node of network.nodes.filter((one) => one.distance === 2)) {
    const through = network.links
      .flatMap((link) => (link.from === node.id ? [link.to] : link.to === node.id ? [link.from] : []))
      .find((id) => angle.has(id));
    const key = through ?? near[0]?.id ?? 0;
    behind.set(key, [...(behind.get(key) ?? []), node.id]);
  }
  const room = (2 * Math.PI) / Math.max(near.length, 1);
  for (const [through, ids] of behind) {
    const middle = angle.get(through) ?? 0;
    ids.forEach((id, index) => angle.set(id, middle + room * 0.8 * ((index + 0.5) / ids.length - 0.5)));
  }
  return network.nodes.map((node) => {
    const radius = rings[Math.min(node.distance, 2)]!;
    const at = angle.get(node.id) ?? 0;
    return { id: node.id, x: Math.round(centre + radius * Math.cos(at)), y: Math.round(centre + radius * Math.sin(at)) };
  });
}
