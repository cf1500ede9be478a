// SPDX-License-Identifier: Apache-2.0
// The picture of a clock: a time axis in the calendar's zone, bands for what counts and what does not, pins
// for start, now and due, a numbered dot for each step. Every band has a pattern and a word, so nothing is
// told by colour alone; the table beside it says the same in text.
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClockExplanation, ExplainedStep, SpanKind } from './explanation';
import { axisOf, dotsOf, kindsOf, pinsOf, scaleOf, typeSize } from './picture_parts';
import { type Placed, placeLabels, textWidth } from './scale';
import { zoneStamp } from './zone';

const row = 16;
const lane = 2 * row + 12;
const bar = lane + 14;
const thick = 28;
const times = bar + thick + 14;
const dates = times + row;
const height = dates + 6;

/** Colours and lines of a band; the lines differ, not only the colours. */
const looks: Record<SpanKind, { ground: string; ink: string; lines: string }> = {
  working: { ground: 'var(--accent-soft)', ink: 'var(--accent-text)', lines: '' },
  closed: { ground: 'var(--sunken)', ink: 'var(--line-strong)', lines: 'M2 2h1M6 6h1' },
  holiday: { ground: 'var(--warn-soft)', ink: 'var(--warn)', lines: 'M-2 10 10 -2M-2 2 2 -2M6 10 10 6' },
  paused: { ground: 'var(--quiet-soft)', ink: 'var(--quiet)', lines: 'M2 0v8M6 0v8' },
  uncovered: { ground: 'var(--risk-soft)', ink: 'var(--risk)', lines: 'M0 4h8M4 0v8' },
};

function Patterns({ id, kinds }: { id: string; kinds: SpanKind[] }) {
  return (
    <defs>
      {kinds.map((kind) => (
        <pattern key={kind} id={`${id}${kind}`} width="8" height="8" patternUnits="userSpaceOnUse">
          <rect width="8" height="8" fill={looks[kind].ground} />
          {looks[kind].lines !== '' && <path d={looks[kind].lines} stroke={looks[kind].ink} strokeWidth="1" opacity="0.7" fill="none" />}
        </pattern>
      ))}
    </defs>
  );
}

/** The same mark on the picture and in the list of steps. */
export function StepMark({ step, number, x, y }: { step: ExplainedStep; number: number; x: number; y: number }) {
  const fired = step.state === 'fired';
  const colour = step.state === 'skipped' ? 'var(--muted)' : fired ? 'var(--ink)' : 'var(--accent-text)';
  return (
    <g transform={`translate(${x} ${y})`} data-step={step.state}>
      <circle r="8" fill={fired ? colour : 'var(--panel)'} stroke={colour} strokeWidth={step.state === 'next' ? 2.5 : 1.5} strokeDasharray={step.state === 'skipped' ? '2 2' : undefined} />
      <text textAnchor="middle" y="4" fontSize="11" fontWeight="700" fill={fired ? 'var(--panel)' : colour}>{number}</text>
    </g>
  );
}

function useWidth(): [React.RefObject<HTMLDivElement | null>, number] {
  const ref = useRef<HTMLDivElement | null>(null);
  const [width, setWidth] = useState(860);
  useEffect(() => {
    const element = ref.current;
    if (!element || typeof ResizeObserver === 'undefined') return;
    const measure = () => setWidth(Math.max(280, Math.floor(element.clientWidth)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

interface Props { explanation: ClockExplanation; now: number; label: string; stepTitle(step: ExplainedStep): string }

export function ClockPicture({ explanation, now, label, stepTitle }: Props) {
  const { t, i18n } = useTranslation();
  const id = useId().replace(/[^\w]/g, '');
  const [box, width] = useWidth();
  const { calendar, clock } = explanation;
  const scale = scaleOf(explanation, i18n.language, width - 2);
  const axis = axisOf(scale, calendar.zone);
  const kinds = kindsOf(scale);
  const until = Date.parse(explanation.until);
  const late = clock.breached_at !== null;
  const pins = pinsOf(explanation, now).map((pin) => {
    const minute = pin.key === 'now' ? Math.floor(pin.at / 60_000) * 60_000 : pin.at;
    const text = `${t(`explain.pin_${pin.key}`)} ${zoneStamp(minute, calendar.zone, now)}`;
    return { ...pin, text, x: scale.x(pin.at), wide: textWidth(text, typeSize) + 8 };
  });
  const named = placeLabels(pins, scale.width, 2);
  const colour = (key: string) => (key === 'due' ? (late ? 'var(--late)' : 'var(--accent-text)') : key === 'met' ? 'var(--ok)' : 'var(--ink)');
  const used = scale.x(Math.min(now, clock.ended_at === null ? now : Date.parse(clock.ended_at)));
  const word = (each: Placed) => {
    const text = each.name !== '' && each.kind !== 'working' ? each.name : t(`explain.kind_${each.kind}`);
    return textWidth(text, typeSize) + 8 <= each.x1 - each.x0 ? text : '';
  };
  return (
    <div ref={box} className="min-w-0">
      <svg role="img" aria-label={label} width={width} height={height} viewBox={`-1 0 ${width} ${height}`} fontSize={typeSize} fill="var(--ink)">
        <Patterns id={id} kinds={kinds} />
        {scale.placed.map((each) => (
          <g key={each.from} data-span={each.kind}>
            <rect x={each.x0} y={bar} width={Math.max(0.5, each.x1 - each.x0)} height={thick} fill={`url(#${id}${each.kind})`}>
              <title>{`${each.name || t(`explain.kind_${each.kind}`)} ${zoneStamp(each.from, calendar.zone, now)} – ${zoneStamp(each.to, calendar.zone, now)}`}</title>
            </rect>
            {each.kind === 'working' && used > each.x0 && <rect x={each.x0} y={bar + thick - 5} width={Math.min(used, each.x1) - each.x0} height="5" fill="var(--accent)" />}
            <text x={(each.x0 + each.x1) / 2} y={bar + 17} textAnchor="middle" fontWeight="600" fill="var(--ink)" stroke={looks[each.kind].ground} strokeWidth="4" paintOrder="stroke" pointerEvents="none">{word(each)}</text>
          </g>
        ))}
        <rect x="0" y={bar} width={scale.width} height={thick} fill="none" stroke="var(--line-strong)" />
        {axis.days.map(({ at, x }) => <line key={at} x1={x} x2={x} y1={bar - 3} y2={dates} stroke="var(--line-strong)" strokeDasharray="2 3" />)}
        {axis.timeLabels.map((tick) => <text key={tick.key} x={tick.left} y={times} fill="var(--muted)" fontSize={typeSize - 1}>{tick.text}</text>)}
        {axis.dayLabels.map((tick) => <text key={tick.key} x={tick.left} y={dates} fill="var(--ink)">{tick.text}</text>)}
        {pins.map((pin) => (
          <line key={pin.key} data-pin={pin.key} x1={pin.x} x2={pin.x} y1={2 * row - 2} y2={bar + thick + (pin.key === 'now' ? 0 : 3)} stroke={colour(pin.key)} strokeWidth={pin.key === 'due' ? 2.5 : 1.5} strokeDasharray={pin.key === 'now' ? '4 3' : undefined} />
        ))}
        {named.map((pin) => (
          <text key={pin.key} x={pin.left + 4} y={(pin.row + 1) * row - 4} fontWeight="700" fill={colour(pin.key)} stroke="var(--panel)" strokeWidth="3" paintOrder="stroke">{pin.text}</text>
        ))}
        {dotsOf(explanation.steps, scale, until).map((dot) => (
          <g key={dot.number}>
            <title>{stepTitle(dot.step)}</title>
            <StepMark step={dot.step} number={dot.number} x={dot.x} y={lane} />
          </g>
        ))}
      </svg>
      <ul className="flex flex-wrap gap-x-4 gap-y-0.5 text-[13px] text-muted mt-1">
        {kinds.map((kind) => (
          <li key={kind} className="inline-flex items-center gap-1.5">
            <svg width="22" height="12" aria-hidden="true"><rect width="22" height="12" fill={`url(#${id}${kind})`} stroke="var(--line-strong)" /></svg>
            {t(`explain.kind_${kind}`)}
          </li>
        ))}
        {scale.placed.some((each) => each.folded) && <li>{t('explain.folded')}</li>}
      </ul>
    </div>
  );
}
