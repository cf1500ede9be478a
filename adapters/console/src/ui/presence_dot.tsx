// SPDX-License-Identifier: Apache-2.0
import type { Presence } from '../api/types';

const colourOf: Record<Presence, string> = {
  available: 'bg-ok', offered: 'bg-warn', talking: 'bg-accent', wrap_up: 'bg-accent', break: 'bg-warn', offline: 'bg-quiet', not_responding: 'bg-late',
};

export const PresenceDot = ({ presence }: { presence: Presence }) => <span className={`size-2.5 rounded-full ${colourOf[presence]}`} aria-hidden="true" />;
