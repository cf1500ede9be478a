// SPDX-License-Identifier: Apache-2.0
import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { KeyCap } from '../keys/key_cap';
import { useKeys } from '../keys/use_keys';
import { ErrorLine } from './states';

interface Props {
  open: boolean;
  title: string;
  onClose?: () => void;
  children: ReactNode;
  wide?: boolean;
  /** What a print of the page shows while it is open. */
  printed?: boolean;
  focus?: RefObject<HTMLElement | null>;
}

/** Escape closes the top layer; without onClose it cannot be dismissed. */
export function Dialog({ open, title, onClose, children, wide = false, printed = false, focus }: Props) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose?.()} disablePointerDismissal>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className={printed ? 'dialog dialog-printed' : 'dialog'} style={wide ? { width: 'min(1000px, calc(100vw - 32px))' } : undefined} initialFocus={focus}>
          <Base.Title className="text-lg mb-3">{title}</Base.Title>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

interface FormProps {
  busy: boolean; ready?: boolean; error: unknown; confirm: string;
  onConfirm(): void; onCancel(): void; children: ReactNode;
}

/** The body of a dialog that asks for a few words and confirms with Ctrl+Enter. */
export function DialogForm({ busy, ready = true, error, confirm, onConfirm, onCancel, children }: FormProps) {
  const { t } = useTranslation();
  const go = () => {
    if (!busy && ready) onConfirm();
  };
  useKeys({ confirm: go });
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      {children}
      <ErrorLine error={error} />
      <div className="flex justify-end gap-2 mt-1">
        <button type="button" className="btn" onClick={onCancel}>{t('action.cancel')}</button>
        <button type="submit" className="btn btn-primary" disabled={busy || !ready}>
          {confirm}
          <KeyCap id="confirm" />
        </button>
      </div>
    </form>
  );
}

interface CommandProps {
  title: string; confirm?: string; wide?: boolean; ready?: boolean; error?: unknown;
  command: { isPending: boolean; error: unknown };
  onConfirm(): void; onClose(): void; children: ReactNode;
}

/** Asks for what one command needs and sends it: while it is out nothing is sent twice, and a refusal is said here. */
export function CommandDialog({ title, confirm = title, wide = false, command, error = command.error, onClose, ...form }: CommandProps) {
  return (
    <Dialog open title={title} wide={wide} onClose={onClose}>
      <DialogForm busy={command.isPending} error={error} confirm={confirm} onCancel={onClose} {...form} />
    </Dialog>
  );
}
