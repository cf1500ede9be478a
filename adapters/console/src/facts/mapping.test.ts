// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { guess, guessDates, headOf, mappingText, missing } from './mapping';

describe('the beginning of a file', () => {
  it('is read with its quotes, its mark and its separator', () => {
    const head = headOf('\uFEFF单号;类型;"客户, 编号"\r\nF1;发票;"K ""1"""\r\n\r\nF2;收款;"two\nlines"\r\n');
    expect(head).toEqual({ separator: ';', columns: ['单号', '类型', '客户, 编号'], rows: [['F1', '发票', 'K "1"'], ['F2', '收款', 'two\nlines']] });
    expect(headOf('').columns).toEqual([]);
  });
  it('says which column is which field, each once', () => {
    expect(guess('facts', ['单号', '类型', '客户', '日期', '金额', '备注'])).toEqual({ external_id: '单号', kind: '类型', customer: '客户', on_date: '日期', amount: '金额' });
    expect(guess('customers', ['external_id', 'name', 'phone'])).toEqual({ external_id: 'external_id', name: 'name', numbers: 'phone' });
    expect(guess('totals', ['客户编号', '开票', '收款', '应收'])).toEqual({ customer: '客户编号', invoiced: '开票', received: '收款', due: '应收' });
  });
  it('shows how days are written', () => {
    expect(guessDates(['2026/1/5', ''])).toBe('yyyy/mm/dd');
    expect(guessDates(['5.1.2026'])).toBe('dd.mm.yyyy');
    expect(guessDates(['20260105'])).toBe('yyyymmdd');
    expect(guessDates([])).toBe('yyyy-mm-dd');
  });
});

describe('a mapping', () => {
  const choices = { separator: ',', date_format: 'yyyy-mm-dd', decimal: '.', columns: { external_id: 'a' }, constants: { kind: 'invoice' } };
  it('lacks what is needed and not a constant', () => expect(missing('facts', choices)).toEqual(['customer', 'on_date', 'amount']));
  it('knows the usual words', () => expect(JSON.parse(mappingText('facts', choices)).words.kind['发票']).toBe('invoice'));
});
