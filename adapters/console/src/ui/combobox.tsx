// SPDX-License-Identifier: Apache-2.0
// Type a code, the first letters or the name; Enter takes the first match. The list never opens over an
// input method's own window, and Enter during composition belongs to the input method.
import { type KeyboardEvent, type Ref, useId, useMemo, useState } from 'react';
import { composing } from '../keys/registry';

export interface ComboOption { value: string; label: string; hint: string; code: string; search: string[] }

/** Rank: code or initials begin with it, then a word does, then it is somewhere inside. */
export function matchOptions(options: ComboOption[], typed: string): ComboOption[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return options;
  const rank = (option: ComboOption): number => {
    if (option.code.toLowerCase().startsWith(wanted)) return 0;
    const all = option.search.map((word) => word.toLowerCase());
    if (all.some((word) => word.startsWith(wanted))) return 1;
    return all.some((word) => word.includes(wanted)) || option.label.toLowerCase().includes(wanted) ? 2 : 9;
  };
  return options
    .map((option) => ({ option, at: rank(option) }))
    .filter(({ at }) => at < 9)
    .sort((a, b) => a.at - b.at)
    .map(({ option }) => option);
}

interface Props {
  id: string; label: string; options: ComboOption[]; value: string; placeholder: string; empty: string;
  invalid?: boolean; describedBy?: string; inputRef?: Ref<HTMLInputElement>;
  onPick(value: string): void;
  onDone?(): void;
}

export function Combobox({ id, label, options, value, placeholder, empty, invalid, describedBy, inputRef, onPick, onDone }: Props) {
  const listId = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const open = typed !== null;
  const shown = useMemo(() => matchOptions(options, typed ?? ''), [options, typed]);
  const current = options.find((option) => option.value === value);

  const pick = (option: ComboOption) => {
    setTyped(null);
    onPick(option.value);
    onDone?.();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (composing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) return void (setTyped(''), setAt(0));
      setAt((old) => (shown.length === 0 ? 0 : (old + (event.key === 'ArrowDown' ? 1 : shown.length - 1)) % shown.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (open && shown[at]) pick(shown[at]);
      else if (!open && current) onDone?.();
    } else if (event.key === 'Escape' && open) {
      event.preventDefault();
      event.stopPropagation();
      setTyped(null);
    }
  };
  return (
    <div className="relative">
      <input
        id={id} ref={inputRef} className="field" role="combobox" autoComplete="off" aria-label={label} aria-expanded={open}
        aria-controls={listId} aria-autocomplete="list" aria-required="true" aria-invalid={invalid || undefined} aria-describedby={describedBy}
        aria-activedescendant={open && shown[at] ? `${listId}-${at}` : undefined}
        placeholder={placeholder} value={typed ?? current?.label ?? ''}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onFocus={(event) => event.target.select()}
        onBlur={() => setTyped(null)}
        onClick={() => typed === null && (setTyped(''), setAt(0))}
        onKeyDown={onKeyDown}
      />
      <ul id={listId} role="listbox" aria-label={label} hidden={!open} className="menu absolute left-0 right-0 top-full mt-1 max-h-72 overflow-auto">
        {open && shown.length === 0 && <li role="option" aria-selected="false" aria-disabled="true" className="menu-item text-muted">{empty}</li>}
        {open && shown.map((option, index) => (
          <li
            key={option.value} id={`${listId}-${index}`} role="option" aria-selected={index === at}
            className={`menu-item ${index === at ? 'bg-accent-soft' : ''}`}
            onMouseDown={(event) => {
              event.preventDefault(); // Keeps the focus in the input, so blur does not close before the click.
              pick(option);
            }}
          >
            <span className="font-semibold whitespace-nowrap">{option.label}</span>
            <span className="text-muted truncate min-w-0">{option.hint}</span>
            <span className="keycap ml-auto">{option.code}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
