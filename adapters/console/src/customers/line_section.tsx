// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';

interface Props { title: string; none: string; add?: string | false; onAdd?(): void; spaced?: boolean; children: ReactNode[] }

/** A part of the record: its lines under their title, what is said when there are none, and a button for one more. */
export function LineSection({ title, none, add, onAdd, spaced = false, children }: Props) {
  return (
    <section aria-label={title}>
      <h3 className="flex items-center gap-3 text-[15px] mb-1">{title}
        {add && <button type="button" className="btn btn-small ml-auto" onClick={onAdd}>{add}</button>}
      </h3>
      {children.length === 0 ? <p className="text-muted">{none}</p> : <ul className={`flex flex-col ${spaced ? 'gap-2' : ''}`}>{children}</ul>}
    </section>
  );
}
