// SPDX-License-Identifier: Apache-2.0
import { useCombo } from './own_keys';
import type { KeyId } from './table';

export const showCombo = (combo: string): string =>
  combo.replace(/\+/g, ' ').replace('Enter', '↵').replace(/Shift /, '⇧ ');

/** For the call bar, where every pixel is needed. */
export const showShort = (combo: string): string =>
  combo.replace('Ctrl+', '^').replace('Shift+', '⇧').replace('Enter', '↵');

/** The key printed on its button. Hidden from screen readers: the button names itself. */
export function KeyCap({ id, short = false }: { id: KeyId; short?: boolean }) {
  const combo = useCombo(id);
  return (
    <kbd aria-hidden="true" className="keycap">
      {short ? showShort(combo) : showCombo(combo)}
    </kbd>
  );
}
