// SPDX-License-Identifier: Apache-2.0
// Which column of somebody's file is which field: guessed from the header, corrected by a person, sent as the
// mapping that the engine reads. The engine reads the file; here only its beginning is looked at.
import type { FileKind } from './model';

export type Purpose = FileKind | 'totals';
export const fieldsOf: Record<Purpose, readonly string[]> = {
  customers: ['external_id', 'name', 'kind', 'numbers', 'email', 'address', 'language', 'product', 'account_owner'],
  facts: ['external_id', 'kind', 'customer', 'on_date', 'amount', 'due_on', 'ends_on', 'cost', 'currency', 'settles', 'title'],
  totals: ['customer', 'invoiced', 'received', 'due'],
};
export const required: Record<Purpose, readonly string[]> = {
  customers: ['external_id', 'name'],
  facts: ['external_id', 'kind', 'customer', 'on_date', 'amount'],
  totals: ['customer', 'invoiced', 'received'],
};
export const dateFormats = ['yyyy-mm-dd', 'yyyy/mm/dd', 'yyyy.mm.dd', 'yyyymmdd', 'yyyy年mm月dd日', 'dd.mm.yyyy', 'dd/mm/yyyy', 'mm/dd/yyyy'] as const;

/** What columns are often called. */
const names: Record<string, RegExp> = {
  external_id: /^(external_id|id|编号|单号|单据编?号|客户编号|customer_id)$/i,
  name: /^(name|名称|姓名|客户名称|客户姓名)$/i,
  kind: /^(kind|type|类型|单据类型|客户类型)$/i,
  numbers: /^(numbers?|phone|tel|mobile|电话|手机|联系电话)$/i,
  email: /^(e-?mail|邮箱|电子邮箱)$/i,
  address: /^(address|地址)$/i,
  language: /^(language|语言)$/i,
  product: /^(product|产品)$/i,
  account_owner: /^(account_owner|owner|负责人|客户经理)$/i,
  customer: /^(customer|customer_id|客户|客户编号)$/i,
  on_date: /^(on_date|date|日期|单据日期|开票日期)$/i,
  due_on: /^(due_on|due|due_date|到期日?|应收日期)$/i,
  ends_on: /^(ends_on|end_date|合同止|结束日期)$/i,
  amount: /^(amount|金额|价税合计)$/i,
  cost: /^(cost|成本)$/i,
  currency: /^(currency|币种)$/i,
  settles: /^(settles|invoice|核销单据|对应发票)$/i,
  title: /^(title|text|摘要|说明)$/i,
  invoiced: /^(invoiced|开票|已开票|开票金额)$/i,
  received: /^(received|收款|已收|已收金额)$/i,
  due: /^(due|应收|应收余额|欠款)$/i,
};
/** Their words that need no explanation. */
const words: Partial<Record<Purpose, Record<string, string>>> = {
  facts: { 合同: 'contract', 订单: 'order', 发票: 'invoice', 收款: 'payment', 回款: 'payment', 年费: 'fee', 维护费: 'fee' },
  customers: { 个人: 'person', 公司: 'company', 企业: 'company', 单位: 'company' },
};

export interface Head { separator: string; columns: string[]; rows: string[][] }

/** The header and the first rows; quotes as in RFC 4180. */
export function headOf(text: string, rowsMax = 3): Head {
  const start = text.replace(/^\uFEFF/, '').slice(0, 64 * 1024);
  const line = start.slice(0, start.search(/[\r\n]|$/));
  const separator = [',', ';', '\t', '|'].toSorted((a, b) => line.split(b).length - line.split(a).length)[0]!;
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endRow = () => {
    row.push(field.trim());
    field = '';
    if (row.some((each) => each !== '')) rows.push(row);
    row = [];
  };
  for (let at = 0; at < start.length && rows.length <= rowsMax; at++) {
    const c = start[at]!;
    if (quoted) {
      if (c !== '"') field += c;
      else if (start[at + 1] === '"') field += start[++at]!;
      else quoted = false;
    } else if (c === '"' && field === '') quoted = true;
    else if (c === separator) {
      row.push(field.trim());
      field = '';
    } else if (c === '\n') endRow();
    else if (c !== '\r') field += c;
  }
  if (rows.length <= rowsMax && (field !== '' || row.length > 0)) endRow();
  const [columns = [], ...first] = rows;
  return { separator, columns, rows: first.slice(0, rowsMax) };
}

/** Our field → their column; each column once. */
export function guess(purpose: Purpose, columns: string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const field of fieldsOf[purpose]) {
    const column = columns.find((each) => each === field) ?? columns.find((each) => names[field]!.test(each) && !Object.values(found).includes(each));
    if (column !== undefined) found[field] = column;
  }
  return found;
}

/** The date format that every sample fits; the first of all when there is none. */
export function guessDates(samples: string[]): string {
  const shapes: [string, RegExp][] = [
    ['yyyy-mm-dd', /^\d{4}-\d{1,2}-\d{1,2}/], ['yyyy/mm/dd', /^\d{4}\/\d{1,2}\/\d{1,2}/], ['yyyy.mm.dd', /^\d{4}\.\d{1,2}\.\d{1,2}/],
    ['yyyymmdd', /^\d{8}$/], ['yyyy年mm月dd日', /^\d{4}年/], ['dd.mm.yyyy', /^\d{1,2}\.\d{1,2}\.\d{4}/], ['dd/mm/yyyy', /^\d{1,2}\/\d{1,2}\/\d{4}/],
  ];
  const given = samples.filter((each) => each !== '');
  return shapes.find(([, shape]) => given.length > 0 && given.every((each) => shape.test(each)))?.[0] ?? 'yyyy-mm-dd';
}

export interface Choices { separator: string; date_format: string; decimal: string; columns: Record<string, string>; constants: Record<string, string> }
export function mappingText(purpose: Purpose, choices: Choices): string {
  const known = words[purpose];
  return JSON.stringify({ ...choices, ...(known ? { words: { kind: known } } : {}) });
}
export const missing = (purpose: Purpose, choices: Choices): string[] =>
  required[purpose].filter((field) => !choices.columns[field] && !choices.constants[field]);
