// SPDX-License-Identifier: Apache-2.0
// Who else has this record open right now. Said and asked every few seconds while this tab is to be seen; a tab that
// closes says so, and one that dies is forgotten by the engine within 10 s.
import { PencilLine } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey, request } from '../api/client';

export interface Looker { id: number; name: string; typing: boolean }

const againMs = 4000;
const typingMs = 5000;
const tab = newKey();

/** `path` of a case or a customer: cases/GD…, customers/17. */
export function useLooking(path: string): Looker[] {
  const [others, setOthers] = useState<Looker[]>([]);
  useEffect(() => {
    let typed = -typingMs;
    let saidTyping = false;
    let gone = false;
    const typing = () => performance.now() - typed < typingMs;
    const say = async () => {
      if (document.visibilityState !== 'visible') return;
      saidTyping = typing();
      try {
        const { items } = await request<{ items: Looker[] }>(`${path}/looking`, { method: 'PUT', body: { tab, typing: saidTyping } });
        if (!gone) setOthers(items);
      } catch {
        // Nobody is better than somebody who may have left.
        if (!gone) setOthers([]);
      }
    };
    const leave = () => void request(`${path}/looking`, { method: 'PUT', body: { tab, leaves: true }, keepalive: true }).catch(() => undefined);
    const input = (event: Event) => {
      if (!(event.target instanceof Element) || !event.target.closest('main')) return;
      typed = performance.now();
      if (!saidTyping) void say();
    };
    const turn = () => (document.visibilityState === 'visible' ? void say() : leave());
    void say();
    const timer = setInterval(() => void say(), againMs);
    document.addEventListener('input', input);
    document.addEventListener('visibilitychange', turn);
    window.addEventListener('pagehide', leave);
    return () => {
      gone = true;
      clearInterval(timer);
      document.removeEventListener('input', input);
      document.removeEventListener('visibilitychange', turn);
      window.removeEventListener('pagehide', leave);
      setOthers([]);
      leave();
    };
  }, [path]);
  return others;
}

/** Hanzi: the family name; else the first letters of two words. */
export function initials(name: string): string {
  if (/^\p{Script=Han}/u.test(name)) return [...name][0]!;
  return name.split(/\s+/).map((word) => [...word][0] ?? '').join('').slice(0, 2).toUpperCase();
}

const shownMax = 3;

export function Looking({ path, className = '' }: { path: string; className?: string }) {
  const { t } = useTranslation();
  const others = useLooking(path);
  if (others.length === 0) return null;
  const more = others.slice(shownMax);
  return (
    <ul aria-label={t('looking.title')} className={`flex items-center gap-2 flex-wrap text-[13px] ${className}`} data-looking={others.length}>
      {others.slice(0, shownMax).map((other) => (
        <li key={other.id} className="flex items-center gap-1.5" title={t(other.typing ? 'looking.types' : 'looking.looks', { name: other.name })}>
          <span aria-hidden="true" className="grid place-items-center size-6 rounded-full bg-accent-soft text-accent-text font-bold text-[12px]">{initials(other.name)}</span>
          <span className="whitespace-nowrap">{t(other.typing ? 'looking.types' : 'looking.looks', { name: other.name })}</span>
          {other.typing && <PencilLine aria-hidden="true" size={13} />}
        </li>
      ))}
      {more.length > 0 && <li title={more.map((other) => other.name).join(' · ')}>{t('looking.more', { count: more.length })}</li>}
    </ul>
  );
}
