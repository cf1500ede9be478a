// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { asEdit, type Calendar, dayInfo, hoursFor, knownUntil, mine, minutesOf, monthDates, readHours, shift, weekdayOf, withDay } from './calendar';

const office: Calendar = {
  code: 'office', name_zh: '办公', name_en: 'Office', zone: 'Asia/Shanghai', always: false,
  week: { mon: ['09:00-12:00', '13:00-18:00'], tue: ['09:00-18:00'], wed: ['09:00-18:00'], thu: ['09:00-18:00'], fri: ['09:00-18:00'], sat: [], sun: [] },
  holiday_set: 'cn', make_up_hours: ['09:00-17:00'], holidays: [], days: [], complete_until: null, known_until: '2026-12-31',
  shared: { code: 'cn', holidays: [{ date: '2026-10-01', name_zh: '国庆节', name_en: 'National Day' }], make_up_days: ['2026-10-10'], complete_until: '2026-12-31', used_by: ['office'] },
  used_by: { policies: [], queues: [], callbacks: false },
};
const named = { name_zh: '厂庆', name_en: 'Our day', hours: ['09:00-12:00'] };

describe('a day', () => {
  it('is what the weekday, the set and the calendar say, in that order', () => {
    expect(dayInfo(office, '2026-10-09')).toMatchObject({ look: 'working', from: 'week' });
    expect(dayInfo(office, '2026-10-11')).toMatchObject({ look: 'closed', choice: 'usual' });
    expect(dayInfo(office, '2026-10-01')).toMatchObject({ look: 'holiday', name_zh: '国庆节', from: 'shared' });
    expect(dayInfo(office, '2026-10-10')).toMatchObject({ look: 'make_up', hours: ['09:00-17:00'], from: 'shared' });
    expect(dayInfo(withDay(office, '2026-10-01', 'hours', named), '2026-10-01')).toMatchObject({ look: 'short', from: 'own' });
    expect(dayInfo(withDay(office, '2026-10-10', 'holiday', named), '2026-10-10')).toMatchObject({ look: 'holiday', name_en: 'Our day' });
    expect(dayInfo(withDay(office, '2026-10-11', 'hours', named), '2026-10-11')).toMatchObject({ look: 'make_up' });
    expect(dayInfo(withDay(office, '2026-10-09', 'closed', named), '2026-10-09')).toMatchObject({ look: 'closed', choice: 'closed' });
    expect(dayInfo(withDay(office, '2026-10-09', 'hours', { ...named, hours: ['08:00-20:00'] }), '2026-10-09')).toMatchObject({ look: 'special' });
    expect(dayInfo({ ...office, always: true }, '2026-10-01').look).toBe('working');
  });
  it('goes back to what others say of it', () => {
    const changed = withDay(office, '2026-10-01', 'closed', named);
    expect(withDay(changed, '2026-10-01', 'usual', named)).toEqual(office);
    expect(changed.days).toHaveLength(1);
    expect(withDay(changed, '2026-10-01', 'holiday', named).days).toHaveLength(0);
  });
  it('begins with the hours that fit', () => {
    expect(hoursFor(office, '2026-10-12')).toEqual(['09:00-12:00', '13:00-18:00']);
    expect(hoursFor(office, '2026-10-11')).toEqual(['09:00-17:00']);
  });
});

describe('hours', () => {
  it('are read as people write them', () => {
    expect(readHours('9:00-12:00，13:00 – 18:00')).toEqual(['09:00-12:00', '13:00-18:00']);
    expect(readHours('22:00-06:00')).toEqual(['22:00-06:00']);
    expect(readHours('')).toEqual([]);
    expect(readHours('9-18')).toBeNull();
    expect(readHours('09:00-25:00')).toBeNull();
  });
  it('count past midnight', () => {
    expect(minutesOf(['22:00-06:00'])).toBe(480);
    expect(minutesOf(['00:00-24:00'])).toBe(1440);
  });
});

describe('dates', () => {
  it('do not depend on where the browser is', () => {
    expect(weekdayOf('2026-11-22')).toBe(6);
    expect(shift('2026-12-31', 1)).toBe('2027-01-01');
    expect(monthDates(2028, 2)).toHaveLength(29);
  });
});

describe('what is known', () => {
  it('ends where the notices end', () => {
    expect(knownUntil(office)).toBe('2026-12-31');
    expect(knownUntil({ ...office, shared: null })).toBe('none');
    expect(knownUntil({ ...office, complete_until: '2027-12-31' })).toBe('2027-12-31');
  });
});

describe('what is sent', () => {
  it('keeps what somebody else has changed where I have not', () => {
    const theirs = { ...office, name_en: 'Bureau', shared: { ...office.shared!, complete_until: '2027-12-31' } };
    const edited = withDay(office, '2026-12-24', 'closed', named);
    expect(mine(office, edited, theirs)).toEqual({ ...theirs, days: edited.days });
    expect(mine(office, { ...edited, name_en: 'Our office' }, theirs).name_en).toBe('Our office');
  });
  it('leaves out what the server says, and the set unless it changed', () => {
    expect(Object.keys(asEdit(office, office, ''))).not.toContain('shared');
    expect(Object.keys(asEdit(office, office, ''))).not.toContain('known_until');
    const changed = { ...office, shared: { ...office.shared!, complete_until: '2027-12-31' } };
    expect(asEdit(changed, office, 'why')).toMatchObject({ note: 'why', shared: { code: 'cn', complete_until: '2027-12-31' } });
  });
});
