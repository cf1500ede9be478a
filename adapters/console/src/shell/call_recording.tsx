// SPDX-License-Identifier: Apache-2.0
// Whether this call is being recorded, in words that everybody sees and hears, and the one button that changes it.
import { Circle, CircleOff, CirclePause } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../api/types';
import { stepRecording } from '../desk/commands';
import { KeyCap, showCombo } from '../keys/key_cap';
import { useCombo } from '../keys/own_keys';
import { useKeys } from '../keys/use_keys';

type Mode = 'off' | 'on' | 'on_request';
type Step = 'begin' | 'pause' | 'resume';

/** What the button would do now; nothing where there is nothing to press. */
export function nextStep(call: Call, mode: Mode): Step | null {
  const { recording } = call;
  if (!recording) return mode === 'off' ? null : 'begin';
  if (!recording.may_pause) return null;
  return recording.state === 'paused' ? 'resume' : 'pause';
}

/** In words, and as a sign: never by a colour alone. */
export function RecordingState({ call }: { call: Call }) {
  const { t } = useTranslation();
  const { recording } = call;
  const state = !recording ? 'none' : recording.state !== 'paused' && recording.silent ? 'silent' : recording.state;
  const Icon = state === 'recording' ? Circle : state === 'paused' ? CirclePause : CircleOff;
  return (
    <span data-recording={state} className={`flex items-center gap-1 text-[13px] whitespace-nowrap ${state === 'recording' ? 'text-late font-semibold' : 'text-muted'}`}>
      <Icon aria-hidden="true" size={14} fill={state === 'recording' ? 'currentColor' : 'none'} />
      <span>{t(`call.recording_${state}`)}</span>
    </span>
  );
}

export function CallRecording({ call, mode }: { call: Call; mode: Mode }) {
  const { t } = useTranslation();
  const step = nextStep(call, mode);
  const recordKey = useCombo('record');
  const press = () => {
    if (step) void stepRecording(step);
  };
  useKeys({ record: press }, step !== null);
  if (!call.recording && mode === 'off') return null;
  const label = step ? t(`call.recording_${step}`) : '';
  return (
    <>
      <span role="status"><RecordingState call={call} /></span>
      {step && (
        <button type="button" className="btn btn-icon" title={`${label} (${showCombo(recordKey)})`} onClick={press}>
          {step === 'pause' ? <CirclePause aria-hidden="true" size={16} /> : <Circle aria-hidden="true" size={16} />}
          <span className="sr-only">{label}</span><KeyCap id="record" short />
        </button>
      )}
    </>
  );
}
