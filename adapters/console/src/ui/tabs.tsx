// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';

interface Props<T> {
  label: string; names: readonly T[]; value: string | number | null; name(name: NoInfer<T>): ReactNode; onChange(name: NoInfer<T>): void;
  className?: string; children?: ReactNode;
}

/** Which of a few lists, ways or parts is shown; children stand behind the tabs. */
export function Tabs<T extends string | number>({ label, names, value, name, onChange, className = 'flex gap-1.5 flex-wrap', children }: Props<T>) {
  return (
    <div className={className} role="group" aria-label={label}>
      {names.map((each) => <button key={each} type="button" className="tab" aria-pressed={value === each} data-tab={each} onClick={() => onChange(each)}>{name(each)}</button>)}
      {children}
    </div>
  );
}
