// SPDX-License-Identifier: Apache-2.0
// Both catalogues have the same keys and the same blanks; every key in the source exists, and none is unused.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { historyKinds } from '../history/sentence';
import { keyScopes, keyTable } from '../keys/table';
import en from './en.json';
import zh from './zh.json';

type Tree = { [key: string]: string | Tree };
const flat = (tree: Tree, above = ''): Map<string, string> =>
  new Map(Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [[above + key, value] as const] : [...flat(value, `${above}${key}.`)])));
const base = (key: string): string => key.replace(/_(one|other)$/, '');
const chinese = flat(zh as Tree);
const english = flat(en as Tree);
const blanks = (text: string): string => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort().join(' ');

const sources = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) && !name.includes('.test.') ? [readFileSync(path, 'utf8')] : [];
  });
const source = sources('src').join('\n');
const literal = new Set([...source.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map((match) => match[1]!));
for (const match of source.matchAll(/\bt\([^'"`()]*\?\s*'([\w.-]+)'\s*:\s*'([\w.-]+)'/g)) literal.add(match[1]!).add(match[2]!);
// t(`severity.${…}`) uses every key that begins so; so does word('outcome', …).
const prefixes = new Set([...source.matchAll(/\b(?:t|i18n\.t|exists)\(\s*`([\w.-]+[._])\$\{/g)].map((match) => match[1]!));
for (const match of source.matchAll(/\bword\('(\w+)'/g)) prefixes.add(`${match[1]}.`);
for (const match of source.matchAll(/`((?:history|history_plain)\.)\$\{/g)) prefixes.add(match[1]!);
prefixes.add('export.'); // the engine's: histories as files

describe('the catalogues', () => {
  it('have the same keys', () => {
    const keys = (map: Map<string, string>) => [...new Set([...map.keys()].map(base))].sort();
    expect(keys(english)).toEqual(keys(chinese));
  });
  it('have no empty text', () => expect([...chinese, ...english].filter(([, value]) => value.trim() === '')).toEqual([]));
  it('fill the same blanks', () => {
    const wrong = [...english].filter(([key, value]) => blanks(value) !== blanks(chinese.get(key) ?? chinese.get(`${base(key)}_other`) ?? chinese.get(base(key))!));
    expect(wrong.map(([key]) => key)).toEqual([]);
  });
  it('have every key the source asks for', () => {
    const known = new Set([...chinese.keys()].map(base));
    expect([...literal].filter((key) => !known.has(base(key)))).toEqual([]);
    expect([...prefixes].filter((prefix) => ![...known].some((key) => key.startsWith(prefix)))).toEqual([]);
  });
  it('have no key the source never uses', () => {
    const unused = [...new Set([...chinese.keys()].map(base))].filter((key) => !literal.has(key) && ![...prefixes].some((prefix) => key.startsWith(prefix)));
    expect(unused).toEqual([]);
  });
  it('have a sentence for every kind of history', () => {
    expect(historyKinds.filter((kind) => !chinese.has(`history.${kind}`) || !english.has(`history.${kind}`))).toEqual([]);
    const thin = historyKinds.filter((kind) => blanks(chinese.get(`history.${kind}`)!) !== '' && !chinese.has(`history_plain.${kind}`));
    expect(thin).toEqual([]);
  });
  it('name every key of the console, and where it works', () => {
    expect(Object.keys(keyTable).filter((id) => !chinese.has(`key.${id}`))).toEqual([]);
    expect(keyScopes.filter((scope) => !chinese.has(`key_scope.${scope}`))).toEqual([]);
  });
});
