// SPDX-License-Identifier: Apache-2.0
// What everybody sees of a call's recording, and what the one button does.
import { cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Call, CallRecording as Recorded } from '../api/types';
import { speak } from '../i18n';
import { useSettings } from '../settings';
import { CallRecording, nextStep } from './call_recording';

const recording = (more: Partial<Recorded> = {}): Recorded => ({ id: 7, state: 'recording', silent: false, may_pause: true, paused_until: null, ...more });
const call = (recorded: Recorded | null): Call => ({
  interaction_id: 1, state: 'talking', direction: 'inbound', number: '13800138000', customer_id: 2, customer_name: '王', queue_code: 'complaints',
  answered_at: null, channel: 'call', callback_id: null, case_number: null, agent: null, transfer: null, recording: recorded,
});

describe('the button of a recording', () => {
  it('begins, pauses and resumes what the rules allow', () => {
    expect(nextStep(call(null), 'off')).toBeNull();
    expect(nextStep(call(null), 'on_request')).toBe('begin');
    expect(nextStep(call(recording()), 'on')).toBe('pause');
    expect(nextStep(call(recording({ state: 'paused' })), 'on')).toBe('resume');
    expect(nextStep(call(recording({ may_pause: false })), 'on')).toBeNull();
  });
});

describe('the state of a recording', () => {
  afterEach(cleanup);
  const said = (recorded: Recorded | null) => {
    const { container } = render(<CallRecording call={call(recorded)} mode="on" />);
    const button = container.querySelector('button .sr-only')?.textContent ?? '';
    return [container.querySelector('[role="status"]')?.textContent, button];
  };
  it('is said in words, to screen readers as well', async () => {
    useSettings.setState({ language: 'en' });
    await speak();
    expect(said(recording())).toEqual(['Recording', 'Pause recording']);
    cleanup();
    expect(said(recording({ state: 'paused' }))).toEqual(['Recording paused', 'Resume recording']);
    cleanup();
    expect(said(recording({ silent: true }))).toEqual(['On hold, not recorded', 'Pause recording']);
    cleanup();
    expect(said(null)).toEqual(['Not recorded', 'Record']);
  });
  it('is nothing where calls are not recorded', () => {
    const { container } = render(<CallRecording call={call(null)} mode="off" />);
    expect(container.textContent).toBe('');
  });
});
