// SPDX-License-Identifier: Apache-2.0
import { keyTable, type KeyId } from './registry';

export const showCombo = (combo: string): string =>
  combo.replace(/\+/g, ' ').replace('Enter', '↵').replace(/Shift /, '⇧ ');

/** The key printed on its button. Hidden from screen readers: the button names itself. */
export function KeyCap({ id, text }: { id?: KeyId; text?: string }) {
  return (
    <kbd aria-hidden="true" className="keycap">
      {text ?? showCombo(keyTable[id!].combo)}
    </kbd>
  );
}
