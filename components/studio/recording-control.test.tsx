import { act, fireEvent, screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { broadcastView } from '../../lib/browser/testing/signaling-doubles.ts';
import { AppError } from '../../lib/errors.ts';
import type { RecordingMeasure } from '../../lib/recording-measure.ts';
import type { BroadcastView, RecordingMode, RecordingPhase } from '../../lib/signaling.ts';
import { renderIn } from '../testing/render-in.tsx';
import { RecordingControl } from './recording-control.tsx';

const plenty: RecordingMeasure = { recordedMs: 61_000, sizeBytes: 5e6, freeBytes: 5e10, remainingMs: 36e6 };

type Shown = {
  ready?: boolean;
  measure?: RecordingMeasure;
  onRecord?: (wish: RecordingMode) => Promise<void>;
};

/** Renders the control for a live broadcast without problems, apart from the given changes. */
async function show(change: Partial<BroadcastView>, options: Shown = {}): Promise<void> {
  const { ready = true, measure = plenty, onRecord = () => Promise.resolve() } = options;
  await renderIn(
    <RecordingControl
      broadcast={broadcastView({ phase: 'live', ...change })}
      ready={ready}
      onRecord={onRecord}
      onMeasure={() => Promise.resolve(measure)}
    />,
  );
  await act(async () => undefined);
}

const buttons = () => screen.getAllByRole('button').map((button) => button.getAttribute('aria-label'));

describe('the recording control', () => {
  test.each<[RecordingPhase, string, string[]]>([
    ['off', 'Not recorded', ['Start recording']],
    ['starting', 'Recording starts…', ['Pause recording', 'Stop recording']],
    ['recording', 'Recording', ['Pause recording', 'Stop recording']],
    ['paused', 'Recording paused', ['Resume recording', 'Stop recording']],
    ['finishing', 'Finishing the recording…', ['Start recording']],
    ['finished', 'Recording finished', ['Start recording']],
    ['failed', 'Recording failed. The broadcast goes on.', ['Try again to record', 'Stop recording']],
  ])('shows the phase %s and the buttons for it', async (recording, words, names) => {
    await show({ recording });
    expect(screen.getAllByRole('status')[0]?.textContent).toBe(words);
    expect(buttons()).toEqual(names);
  });

  test.each<[RecordingPhase, string, RecordingMode]>([
    ['off', 'Start recording', 'on'],
    ['recording', 'Pause recording', 'paused'],
    ['recording', 'Stop recording', 'off'],
    ['paused', 'Resume recording', 'on'],
    ['failed', 'Try again to record', 'on'],
  ])('in the phase %s sends one request for “%s”, even if clicked twice', async (recording, name, wish) => {
    const wishes: RecordingMode[] = [];
    const never = new Promise<void>(() => undefined);
    const onRecord = (asked: RecordingMode) => {
      wishes.push(asked);
      return never;
    };
    await show({ recording }, { onRecord });
    const button = screen.getByRole('button', { name });
    fireEvent.click(button);
    fireEvent.click(button);
    expect(wishes).toEqual([wish]);
    expect(button.getAttribute('aria-busy')).toBe('true');
  });

  test('is disabled while there is no connection to the server', async () => {
    await show({ recording: 'recording' }, { ready: false });
    for (const button of screen.getAllByRole('button')) expect(button).toHaveProperty('disabled', true);
  });

  test('shows an error when the server refuses', async () => {
    const onRecord = () => Promise.reject(new AppError('recording-failed', 'for the log'));
    await show({ recording: 'off' }, { onRecord });
    fireEvent.click(screen.getByRole('button', { name: 'Start recording' }));
    expect(await screen.findByRole('alert')).toBeDefined();
  });

  test('shows length, size and remaining room', async () => {
    await show({ recording: 'recording' });
    expect(screen.getByText('1:01 · 5.0 MB', { exact: false })).toBeDefined();
    expect(screen.getByText(/^Room for about 10 h/)).toBeDefined();
    expect(screen.queryByText('There is little room left to record')).toBeNull();
  });

  test('warns when the disk is nearly full', async () => {
    await show({ recording: 'recording' }, { measure: { ...plenty, remainingMs: 10 * 60_000 } });
    expect(screen.getByText('There is little room left to record')).toBeDefined();
  });

  test('links to a finished recording in a new tab, and to its download', async () => {
    await show({ recording: 'finished', recordingId: '2026-11-22-math-101-aaaaaaaa' });
    const [watch, download] = screen.getAllByRole('link');
    expect(watch?.getAttribute('target')).toBe('_blank');
    expect(download?.hasAttribute('download')).toBe(true);
  });
});
