// SPDX-License-Identifier: Apache-2.0
// Every mistake of a rule document that was refused, each with its place.
import { ApiError } from '../api/client';
import { ErrorLine } from '../ui/states';

interface Mistake { path: string; message: string }

export function RuleErrors({ error }: { error: unknown }) {
  const list = error instanceof ApiError && Array.isArray(error.body.errors) ? (error.body.errors as Mistake[]) : [];
  if (list.length === 0) return <ErrorLine error={error} />;
  return (
    <ul role="alert" className="error flex flex-col gap-0.5 max-h-40 overflow-auto">
      {list.slice(0, 50).map((mistake, index) => (
        <li key={index}>{mistake.path !== '' && <code className="mr-2">{mistake.path}</code>}{mistake.message}</li>
      ))}
    </ul>
  );
}
