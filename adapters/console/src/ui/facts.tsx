// SPDX-License-Identifier: Apache-2.0

/** What is known, name by name; what is empty is not shown. */
export function FactList({ facts, padded = false }: { facts: [string, string][]; padded?: boolean }) {
  return (
    <dl className={`grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-[14px] ${padded ? 'px-3 py-2.5' : ''}`}>
      {facts.filter(([, value]) => value !== '').map(([name, value]) => (
        <div key={name} className="contents"><dt className="text-muted whitespace-nowrap">{name}</dt><dd className="break-words">{value}</dd></div>
      ))}
    </dl>
  );
}
