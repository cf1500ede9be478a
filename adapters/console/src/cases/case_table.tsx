// SPDX-License-Identifier: Apache-2.0
// The case list: only the visible rows exist, each a memoised line of 40 px; pages of 200 come as one scrolls.
// Who may name other owners marks several, by X or by their boxes.
import { Link, useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ListX } from 'lucide-react';
import { memo, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { itemsOf } from '../api/lists';
import { type CaseFilter, useCases } from '../api/queries';
import type { CaseRow } from '../api/types';
import { categoryName, named } from '../format';
import { useList } from '../keys/use_list';
import { useKeys } from '../keys/use_keys';
import { useMe } from '../session';
import { SlaBadge } from '../sla/badge';
import { Empty, Failed, Loading } from '../ui/states';
import { ReassignMany } from './reassign_many';
import { StateTag } from './state_tag';

const rowHeight = 40;
/** As many as one request names. */
const most = 100;
const columns = 'grid-cols-[172px_minmax(70px,1fr)_118px_minmax(90px,1.3fr)_112px_minmax(80px,1fr)_minmax(84px,1fr)_72px_164px]';
const heads = ['number', 'customer', 'phone', 'category', 'state', 'department', 'owner', 'severity', 'sla'] as const;

export function CaseTable({ filter }: { filter: CaseFilter }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const cases = useCases(filter);
  const rows = itemsOf(cases.data);
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 10 });
  const list = useList(
    rows.map((row) => row.id),
    (at) => void navigate({ to: '/cases/$number', params: { number: rows[at]!.number } }),
    (at) => virtual.scrollToIndex(at),
  );
  const marks = useMe().can.includes('reassign_case');
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const mark = useCallback((number: string) => setMarked((old) => {
    const next = new Set(old);
    if (!next.delete(number) && next.size < most) next.add(number);
    return next;
  }), []);
  useKeys({ mark: () => (marks && rows[list.at] ? mark(rows[list.at]!.number) : false) });
  const visible = virtual.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last > rows.length - 40 && cases.hasNextPage && !cases.isFetchingNextPage) void cases.fetchNextPage();
  }, [last, rows.length, cases]);

  if (cases.isPending) return <Loading rows={12} />;
  if (cases.isLoadingError && rows.length === 0) return <Failed error={cases.error} retry={() => void cases.refetch()} />;
  if (rows.length === 0) return <Empty title={t('case.none')} icon={<ListX aria-hidden="true" size={30} />}>{t('case.none_hint')}</Empty>;
  return (
    <>
      {marked.size > 0 && <ReassignMany marked={marked} onMarked={setMarked} />}
      <div
        ref={box} role="grid" aria-label={t('case.list')} aria-rowcount={cases.hasNextPage ? -1 : rows.length + 1} aria-activedescendant={`case-${list.at}`}
        tabIndex={0} data-list="" className="flex-1 min-h-0 overflow-auto outline-offset-[-2px]" onKeyDown={list.onKeyDown}
      >
        <div className="min-w-[980px]">
          <div role="row" aria-rowindex={1} className={`grid ${columns} gap-x-3 px-4 sticky top-0 z-10 bg-panel border-b border-line text-[13px] text-muted font-semibold`}>
            {heads.map((head) => <div key={head} role="columnheader" className="py-2 leading-tight self-center">{t(`case.${head}`)}</div>)}
          </div>
          <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
            {visible.map((item) => (
              <Row key={rows[item.index]!.id} row={rows[item.index]!} index={item.index} top={item.start} current={item.index === list.at} onChoose={list.choose} marked={marked.has(rows[item.index]!.number)} onMark={marks ? mark : null} />
            ))}
          </div>
        </div>
      </div>
    </>
  );
}

interface RowProps { row: CaseRow; index: number; top: number; current: boolean; onChoose(id: number): void; marked: boolean; onMark: ((number: string) => void) | null }

const Row = memo(function Row({ row, index, top, current, onChoose, marked, onMark }: RowProps) {
  const { t, i18n } = useTranslation();
  return (
    <div
      id={`case-${index}`} role="row" aria-rowindex={index + 2} aria-selected={current} onClick={() => onChoose(row.id)}
      className={`grid ${columns} gap-x-3 px-4 items-center absolute inset-x-0 border-b border-line hover:bg-accent-soft/60 ${current ? 'bg-accent-soft' : ''}`}
      style={{ height: rowHeight, transform: `translateY(${top}px)` }}
    >
      <div role="gridcell" className="truncate flex items-center gap-2">
        {onMark && <input type="checkbox" className="size-5 shrink-0 accent-(--accent)" tabIndex={-1} checked={marked} aria-label={t('reassign_many.mark', { number: row.number })} onChange={() => onMark(row.number)} />}
        <Link to="/cases/$number" params={{ number: row.number }} tabIndex={-1} className="link truncate">{row.number}</Link>
      </div>
      <div role="gridcell" className="truncate font-semibold">{row.customer.name}</div>
      <div role="gridcell" className="truncate text-muted">{row.customer.number}</div>
      <div role="gridcell" className="truncate">{categoryName(row, i18n.language)}</div>
      <div role="gridcell"><StateTag state={row.state} level={row.escalation_level} toVerify={row.to_verify} /></div>
      <div role="gridcell" className="truncate">{named(row.department, i18n.language)}</div>
      <div role="gridcell" className="truncate">{row.owner.name}</div>
      <div role="gridcell" className={row.severity >= 3 ? 'font-semibold text-risk' : ''}>{t(`severity.${row.severity}`)}</div>
      <div role="gridcell">{row.clock && <SlaBadge clock={row.clock} />}</div>
    </div>
  );
});
