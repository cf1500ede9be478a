// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { centsOf } from './model';

describe('an amount that somebody types', () => {
  it.each([['12', 1200], ['12.3', 1230], ['12.34', 1234], ['1,234.50', 123450], ['￥500', 50000], [' 0.05 ', 5]])('%s', (typed, cents) => expect(centsOf(typed)).toBe(cents));
  it.each(['', '0', '0.00', '-5', '1.234', 'abc', '1e3', '12.'])('%s is none', (typed) => expect(centsOf(typed)).toBeNull());
});
