// SPDX-License-Identifier: Apache-2.0
// Short notices at the bottom. They never take the focus; a failure stays until it is closed.
import { CircleCheck, TriangleAlert, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import { useErrorText } from './states';

export type Notice = { kind: 'done'; text: string } | { kind: 'error'; error: unknown };
interface Toasts { items: { id: number; notice: Notice }[] }
const useToasts = create<Toasts>(() => ({ items: [] }));
let last = 0;

export function notify(notice: Notice): void {
  const id = ++last;
  useToasts.setState(({ items }) => ({ items: [...items.slice(-2), { id, notice }] }));
  setTimeout(() => dismiss(id), notice.kind === 'done' ? 5000 : 12_000);
}
const dismiss = (id: number) => useToasts.setState(({ items }) => ({ items: items.filter((item) => item.id !== id) }));

export function ToastArea() {
  const { t } = useTranslation();
  const text = useErrorText();
  const items = useToasts((toasts) => toasts.items);
  return (
    <div className="fixed bottom-4 left-1/2 -translate-x-1/2 z-[70] flex flex-col gap-2 items-center" role="status" aria-live="polite">
      {items.map(({ id, notice }) => (
        <div key={id} className={`panel flex-row items-center gap-3 px-4 py-2 font-semibold shadow-float ${notice.kind === 'done' ? 'text-ok' : 'text-late'}`}>
          {notice.kind === 'done' ? <CircleCheck aria-hidden="true" size={18} /> : <TriangleAlert aria-hidden="true" size={18} />}
          <span>{notice.kind === 'done' ? notice.text : text(notice.error)}</span>
          <button type="button" className="btn btn-quiet btn-small text-ink" aria-label={t('action.close_notice')} onClick={() => dismiss(id)}>
            <X aria-hidden="true" size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
