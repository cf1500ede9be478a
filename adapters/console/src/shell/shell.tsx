// SPDX-License-Identifier: Apache-2.0
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { Keyboard, Search } from 'lucide-react';
import { Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { flush, retryDelay, useOutbox } from '../api/outbox';
import { useDesk, useReference } from '../api/queries';
import type { Case } from '../api/types';
import { rememberRegistered } from '../desk/drafts';
import { Feed } from '../feed/feed';
import { makeRefetcher } from '../feed/refetch';
import { serverNow, useLive } from '../feed/state';
import { Tabs, thisBrowser, useTabs } from '../feed/tabs';
import { KeyCap } from '../keys/key_cap';
import { useCombo } from '../keys/own_keys';
import { isEditable } from '../keys/registry';
import { useKeys } from '../keys/use_keys';
import { hasPresence, useMe, useSession } from '../session';
import { later } from '../ui/later';
import { Loading } from '../ui/states';
import { ToastArea, notify } from '../ui/toasts';
import { AlertBell } from './alert_bell';
import { Bars } from './bars';
import { CallBar } from './call_bar';
import { Nav } from './nav';
import { PresenceMenu } from './presence_menu';
import { LanguageButton, ThemeButton } from './sign_in';
import { TransferStrip } from './transfer_strip';

const Palette = later(() => import('./palette').then((module) => module.Palette));
const KeySheet = later(() => import('./key_sheet').then((module) => module.KeySheet));
const OwnKeysDialog = later(() => import('../keys/own_keys_dialog').then((module) => module.OwnKeysDialog));
const SignInAgain = later(() => import('./sign_in_again').then((module) => module.SignInAgain));

export function Shell() {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const expired = useSession((session) => session.expired);
  const [open, setOpen] = useState<'none' | 'search' | 'keys' | 'own_keys'>('none');
  const sheetKey = useCombo('keys');
  useReference();
  useDesk(true);
  useFeed();
  useOutboxRetry();
  useRingNavigation();
  useKeys({
    search: () => setOpen('search'),
    search_slash: () => setOpen('search'),
    keys: () => setOpen('keys'),
  });
  return (
    <div className="h-full grid grid-cols-[minmax(0,1fr)] grid-rows-[auto_auto_minmax(0,1fr)]">
      <a href="#main" className="sr focus:not-sr-only focus:fixed focus:z-50 focus:bg-panel focus:p-2">{t('app.skip')}</a>
      <header id="top-bar" className="flex items-center gap-2 h-14 px-3 bg-panel border-b border-line">
        <span className="font-bold leading-tight w-[72px] shrink-0 text-[14px] pl-0.5">{t('app.short')}</span>
        <PresenceMenu />
        <CallBar />
        <button type="button" className="field flex items-center gap-2 flex-1 w-0! min-w-12 text-left text-muted overflow-hidden" onClick={() => setOpen('search')}>
          <Search aria-hidden="true" size={17} className="text-ink shrink-0" />
          <span className="truncate flex-1">{t('search.placeholder')}</span>
          <KeyCap id="search" />
        </button>
        <AlertBell />
        <LanguageButton />
        <ThemeButton />
        <button type="button" className="btn btn-icon" aria-label={t('keys.title')} title={`${t('keys.title')} (${sheetKey})`} onClick={() => setOpen('keys')}>
          <Keyboard aria-hidden="true" size={17} />
        </button>
      </header>
      <div>
        <Bars />
        <TransferStrip />
      </div>
      <div className="grid grid-cols-[84px_minmax(0,1fr)] min-h-0 max-[700px]:grid-cols-1 max-[700px]:grid-rows-[auto_minmax(0,1fr)]">
        <Nav />
        <main id="main" tabIndex={-1} className="min-h-0 min-w-0 p-3 outline-none overflow-auto">
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <ToastArea />
      <Suspense fallback={null}>
        {open === 'search' && <Palette open onClose={() => setOpen('none')} />}
        {open === 'keys' && <KeySheet open onClose={() => setOpen('none')} onOwn={() => setOpen('own_keys')} />}
        {open === 'own_keys' && <OwnKeysDialog onClose={() => setOpen('none')} />}
        {expired && <SignInAgain login={me.user.login} onDone={() => void client.invalidateQueries()} />}
      </Suspense>
    </div>
  );
}

function useFeed(): void {
  const client = useQueryClient();
  const me = useMe().user.id;
  const [visit, setVisit] = useState(0);
  useEffect(() => {
    const refetch = makeRefetcher(client);
    const feed = new Feed((message) => {
      // Between reading the desk and opening the feed a ring may have come or gone; and a call that no ring
      // announced brings its customer only by reading the desk.
      const onCall = (message.type === 'call' && message.call.state !== 'ended') || (message.type === 'desk' && message.desk.interaction_id !== null);
      const silent = onCall && useLive.getState().pop === null;
      if (message.type === 'hello' || silent) void client.invalidateQueries({ queryKey: ['desk'] });
      refetch(message);
    });
    const tabs = new Tabs(`firsthand.feed.${me}`, { hear: (news) => feed.hear(news), seq: () => useLive.getState().seq, now: serverNow }, thisBrowser());
    const here = () => tabs.here();
    const sleep = () => tabs.sleep();
    const leave = () => tabs.stop();
    // The browser brought the page back as it had been left.
    const back = (event: PageTransitionEvent) => event.persisted && setVisit((before) => before + 1);
    tabs.start();
    window.addEventListener('focus', here);
    window.addEventListener('pagehide', leave);
    window.addEventListener('pageshow', back);
    document.addEventListener('freeze', sleep);
    return () => {
      window.removeEventListener('focus', here);
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('pageshow', back);
      document.removeEventListener('freeze', sleep);
      tabs.stop();
      feed.forget();
    };
  }, [client, me, visit]);
}

/** Files what is waiting here, with growing pauses; at once when the database is back. */
function useOutboxRetry(): void {
  const { t } = useTranslation();
  const client = useQueryClient();
  const entries = useOutbox((outbox) => outbox.entries);
  const reachable = useLive((live) => live.link === 'open' && live.status.database);
  const expired = useSession((session) => session.expired);
  const tries = entries.reduce((most, entry) => Math.max(most, entry.tries), 0);
  const waiting = entries.some((entry) => !entry.refused);
  useEffect(() => {
    if (!waiting || expired) return;
    const go = () =>
      void flush((entry, answer) => {
        const filed = answer as Case | undefined;
        if (filed?.number && entry.draft) rememberRegistered(entry.draft, filed.number);
        notify({ kind: 'done', text: filed?.number ? t('outbox.filed', { number: filed.number }) : t('outbox.sent') });
        void client.invalidateQueries();
      });
    // Again and again: the tab whose turn it was may have closed meanwhile.
    const timer = setInterval(go, reachable ? Math.min(1000, retryDelay(tries)) * Math.max(1, tries) : retryDelay(tries));
    return () => clearInterval(timer);
  }, [waiting, tries, reachable, expired, client, t]);
}

/** A ring opens the desk in the tab where the person is, unless somebody is typing on another page; then the call bar alone tells. */
function useRingNavigation(): void {
  const navigate = useNavigate();
  const me = useMe();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const offerId = useLive((live) => live.offer?.id ?? null);
  useEffect(() => {
    if (offerId === null || !useTabs.getState().speaks || path === '/desk' || !hasPresence(me.user.role)) return;
    const busy = isEditable(document.activeElement) || document.querySelector('[role="dialog"]') !== null;
    if (!busy) void navigate({ to: '/desk' });
    // Only a new offer moves the page; walking away afterwards is the agent's choice.
  }, [offerId]); // eslint-disable-line react-hooks/exhaustive-deps
}
