// SPDX-License-Identifier: Apache-2.0
// Empty, loading and failed: each says why and what to do.
import { RotateCcw } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';

export function useErrorText(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    if (!(error instanceof ApiError)) return t('error.unknown');
    if (i18n.exists(`error.${error.code}`)) return t(`error.${error.code}`);
    return error.detail || t('error.code', { code: error.code });
  };
}

export function ErrorLine({ error }: { error: unknown }) {
  const text = useErrorText();
  if (!error) return null;
  return <p role="alert" className="error">{text(error)}</p>;
}

export function Failed({ error, retry }: { error: unknown; retry(): void }) {
  const { t } = useTranslation();
  const text = useErrorText();
  return (
    <div role="alert" className="m-auto p-8 text-center flex flex-col items-center gap-3">
      <p>{text(error)}</p>
      <button type="button" className="btn" onClick={retry}>
        <RotateCcw aria-hidden="true" size={16} />
        {t('action.retry')}
      </button>
    </div>
  );
}

/** Nothing for 150 ms, then the same-sized skeleton, after 5 s a sentence. */
export function Loading({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation();
  const [stage, setStage] = useState(0);
  useEffect(() => {
    const timers = [setTimeout(() => setStage(1), 150), setTimeout(() => setStage(2), 5000)];
    return () => timers.forEach(clearTimeout);
  }, []);
  if (stage === 0) return null;
  return (
    <div className="p-3 flex flex-col gap-3 w-full" role="status" aria-label={t('state.loading')}>
      {stage === 2 && <p className="text-muted">{t('state.slow')}</p>}
      {Array.from({ length: rows }, (_, index) => <div key={index} className="h-9 rounded bg-quiet-soft" />)}
    </div>
  );
}

interface Query<T> { isPending: boolean; isLoadingError: boolean; error: unknown; data: T | undefined; refetch(): unknown }
interface LoadedProps<T> {
  of: Query<T>; rows?: number;
  /** Stands in place of the children when there is nothing to show. */
  empty?: ReactNode;
  children: ReactNode | ((data: T) => ReactNode);
}

/** What was asked for, once it is here: the skeleton until then, and why not when it cannot be read. */
export function Loaded<T>({ of, rows, empty, children }: LoadedProps<T>) {
  if (of.isPending) return <Loading rows={rows} />;
  if (of.isLoadingError) return <Failed error={of.error} retry={() => void of.refetch()} />;
  return empty || (typeof children === 'function' ? children(of.data!) : children);
}

export function Empty({ title, children, icon }: { title: string; children?: ReactNode; icon?: ReactNode }) {
  return (
    <div className="m-auto p-6 text-center text-muted flex flex-col items-center gap-2">
      {icon}
      <p className="font-semibold text-ink">{title}</p>
      {children}
    </div>
  );
}
