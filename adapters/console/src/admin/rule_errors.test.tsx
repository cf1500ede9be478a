// SPDX-License-Identifier: Apache-2.0
// Every reason that the engine can refuse a rule document for has its sentence in both languages; the engine's
// own list of them is read, so that a new one without a sentence fails here.
import { cleanup, render, screen } from '@testing-library/react';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiError } from '../api/client';
import { speak } from '../i18n';
import en from '../i18n/en.json';
import zh from '../i18n/zh.json';
import { useSettings } from '../settings';
import { RuleErrors } from './rule_errors';

const source = readFileSync('../../config/reasons.hpp', 'utf8');
const reasons = [...source.matchAll(/ReasonText \w+\{\s*"(\w+)",\s*"((?:[^"\\]|\\.)*)"\}/g)].map(([, code, sentence]) => ({ code: code!, sentence: sentence!.replaceAll('\\"', '"') }));
const blanks = (text: string, blank: RegExp) => [...text.matchAll(blank)].map((match) => match[1]).sort();

describe('the reasons of the engine', () => {
  it('are all read', () => {
    expect(reasons.length).toBe(source.match(/inline constexpr ReasonText/g)?.length);
    expect(new Set(reasons.map(({ code }) => code)).size).toBe(reasons.length);
  });
  for (const [language, sentences] of [['zh', zh.rule_mistake], ['en', en.rule_mistake]] as const) {
    it(`have a sentence in ${language}, with the same values in it`, () => {
      const told = sentences as Record<string, string>;
      expect(Object.keys(told).sort()).toEqual(reasons.map(({ code }) => code).sort());
      for (const { code, sentence } of reasons) expect(blanks(told[code]!, /\{\{(\w+)\}\}/g), code).toEqual(blanks(sentence, /\{(\w+)\}/g));
    });
  }
});

describe('a refused document', () => {
  afterEach(cleanup);
  const mistake = (code: string, values: Record<string, string>, message: string) => ({ path: 'policy[0].clock[1]', line: 7, code, values, message });
  const refused = new ApiError(422, 'invalid_rules', '', 'The document cannot be used as it is.', {
    errors: [
      mistake('no_budget', { written: '2 moons' }, '"2 moons" is not a budget'),
      mistake('clock_of_other_scope', { clock: 'pool_hold', scope: 'cases' }, '"pool_hold" is no clock of a policy of the scope "cases"'),
      mistake('of_a_newer_engine', {}, 'must rhyme'),
    ],
  });
  it('is told in the language of the screen, and what is unknown here in the words of the engine', async () => {
    useSettings.setState({ language: 'zh' });
    await speak();
    render(<RuleErrors error={refused} />);
    expect(screen.getByText(/“2 moons”不是时限/)).toBeTruthy();
    expect(screen.getByText(new RegExp(`“${zh.clock_kind.pool_hold}”不是范围为“${zh.policy_scope.cases}”`))).toBeTruthy();
    expect(screen.getByText(/must rhyme/)).toBeTruthy();
  });
  it('is told in English as well', async () => {
    useSettings.setState({ language: 'en' });
    await speak();
    render(<RuleErrors error={refused} />);
    expect(screen.getByText(/"2 moons" is not a budget such as/)).toBeTruthy();
  });
});
