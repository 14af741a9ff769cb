import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { EndReason } from '../../lib/broadcast-state.ts';
import { broadcastView } from '../../lib/browser/testing/signaling-doubles.ts';
import type { ErrorBody } from '../../lib/errors.ts';
import type { BroadcastView } from '../../lib/signaling.ts';
import { renderIn } from '../testing/render-in.tsx';
import { StudioSummary } from './studio-summary.tsx';

/** Renders the summary; returns the number of clicks on the button for another show. */
async function show(change: Partial<BroadcastView>, error: ErrorBody | null = null): Promise<() => number> {
  let asked = 0;
  const onAgain = () => {
    asked += 1;
  };
  await renderIn(<StudioSummary broadcast={broadcastView({ phase: 'ended', ...change })} {...{ error, onAgain }} />);
  return () => asked;
}

describe('the summary after a show', () => {
  test('shows the length and the number of viewers', async () => {
    await show({ endReason: 'stopped', startedAt: 1_000, endedAt: 91_000, peakViewers: 12 });
    expect([...document.querySelectorAll('dd')].map(({ textContent }) => textContent)).toEqual([
      '1:30',
      '12',
      'By you',
    ]);
    expect(screen.queryByText('It ended unexpectedly')).toBeNull();
  });

  test.each<[EndReason, string]>([
    ['presenter-gone', 'Your connection was gone for too long, so the server ended the broadcast.'],
    ['media-never-arrived', 'No sound or picture reached the server. A firewall or VPN may block them.'],
    ['media-failed', 'The media server failed. If it happens again, tell whoever runs the server.'],
    ['server-stopped', 'The server was stopped or is restarting. Try again in a minute.'],
  ])('explains why the show ended unexpectedly: %s', async (endReason, words) => {
    await show({ endReason });
    expect(screen.getByText('It ended unexpectedly')).toBeDefined();
    expect(screen.getByText(words)).toBeDefined();
  });

  test('explains that the show ended while the presenter was away', async () => {
    await show({ endReason: null }, { code: 'not-live', message: '' });
    expect(screen.getByText('It ended while you were away: the server waits only for a while.')).toBeDefined();
  });

  test.each<[string, Partial<BroadcastView>]>([
    ['It could not be recorded completely.', { recording: 'failed' }],
    ['The recording is ready.', { recording: 'finished', recordingId: 'one' }],
    ['The recording is ready in a moment.', { recording: 'finishing', recordingId: 'one' }],
  ])('says about the recording: “%s”', async (words, change) => {
    await show({ endReason: 'stopped', ...change });
    expect(screen.getByText(words, { exact: false })).toBeDefined();
    expect(screen.queryAllByRole('link')).toHaveLength(change.recordingId === undefined ? 0 : 1);
  });

  test('leads to the next show', async () => {
    const asked = await show({ endReason: 'stopped' });
    fireEvent.click(screen.getByRole('button', { name: 'Prepare another broadcast' }));
    expect(asked()).toBe(1);
  });
});
