// SPDX-License-Identifier: Apache-2.0
// One of a few: a radio group. Digits choose while it has the focus, arrows move, and each chip shows its digit.
import { type KeyboardEvent, type ReactNode, type Ref, useRef } from 'react';
import { composing } from '../keys/registry';

export interface Choice<T extends string | number> { value: T; label: ReactNode; digit?: string }

interface Props<T extends string | number> {
  label: string;
  choices: Choice<T>[];
  value: T | null;
  onChange(value: T): void;
  groupRef?: Ref<HTMLDivElement>;
  small?: boolean;
}

export function ChipGroup<T extends string | number>({ label, choices, value, onChange, groupRef, small = false }: Props<T>) {
  const own = useRef<HTMLDivElement>(null);
  const chosen = Math.max(0, choices.findIndex((choice) => choice.value === value));
  const focusAt = (index: number) => {
    const box = own.current;
    box?.querySelectorAll<HTMLElement>('[role="radio"]')[index]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (composing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    const index = choices.findIndex((choice, at) => (choice.digit ?? String(at + 1)) === event.key);
    const step = event.key === 'ArrowRight' || event.key === 'ArrowDown' ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowUp' ? -1 : 0;
    const next = index >= 0 ? index : step !== 0 ? (chosen + step + choices.length) % choices.length : -1;
    if (next < 0) return;
    event.preventDefault();
    event.stopPropagation();
    onChange(choices[next]!.value);
    focusAt(next);
  };
  return (
    <div
      role="radiogroup" aria-label={label} className="flex flex-wrap gap-1.5" onKeyDown={onKeyDown}
      ref={(node) => {
        own.current = node;
        if (typeof groupRef === 'function') groupRef(node);
        else if (groupRef) groupRef.current = node;
      }}
    >
      {choices.map((choice, index) => (
        <button
          key={choice.value} type="button" role="radio" aria-checked={choice.value === value}
          tabIndex={index === chosen ? 0 : -1} className={`chip ${small ? 'chip-small' : ''}`} onClick={() => onChange(choice.value)}
        >
          <span className="digit" aria-hidden="true">{choice.digit ?? index + 1}</span>
          {choice.label}
        </button>
      ))}
    </div>
  );
}

/** The same under its label. */
export function ChipField<T extends string | number>(chips: Props<T>) {
  return (
    <div>
      <div className="label">{chips.label}</div>
      <ChipGroup {...chips} />
    </div>
  );
}
