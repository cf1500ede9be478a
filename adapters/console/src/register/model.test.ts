// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { columns, fileColumns, firstColumns } from './model';

describe('the columns of the register', () => {
  it('are those of the file, in its order', () => {
    const source = readFileSync('../runtime/api/register_csv.cpp', 'utf8');
    expect([...source.matchAll(/Column\{"(\w+)"/g)].map((found) => found[1]).filter((code) => code !== 'currency')).toEqual([...columns]);
  });
  it('have what was done in every file, whatever the screen shows', () => {
    expect(firstColumns).not.toContain('resolution');
    expect(fileColumns(['number'])).toEqual(['number', 'root_cause_note', 'resolution']);
    expect(fileColumns([...columns])).toEqual([...columns, 'currency']);
  });
});
