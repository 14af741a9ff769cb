import { cleanup, fireEvent, screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { broadcastView } from '../../lib/browser/testing/signaling-doubles.ts';
import type { ViewerState } from '../../lib/browser/watch/viewer-state.ts';
import type { BroadcastView, UpcomingShow } from '../../lib/signaling.ts';
import { renderIn } from '../testing/render-in.tsx';
import { StageOverlay } from './stage-overlay.tsx';

const channel = 'math-101';
const live = broadcastView({ phase: 'live' });

function away(interruption: BroadcastView['interruption']): BroadcastView {
  return broadcastView({ phase: 'interrupted', interruption });
}

const inAMinute = () => Date.now() + 60_000;

/** Renders the overlay; returns the number of clicks on “Try again”. */
async function show(state: ViewerState, upcoming: UpcomingShow | null = null): Promise<() => number> {
  let tries = 0;
  const tryAgain = () => {
    tries += 1;
  };
  await renderIn(<StageOverlay {...{ state, upcoming, channel, newTab: false }} onTryAgain={tryAgain} />);
  return () => tries;
}

describe('the stage overlay', () => {
  test.each<[string, ViewerState]>([
    ['One moment…', { phase: 'idle' }],
    ['One moment…', { phase: 'asking', unanswered: null }],
    ['The server does not answer', { phase: 'asking', unanswered: { code: 'connection-lost', message: '' } }],
    ['The connection is blocked', { phase: 'asking', unanswered: { code: 'signaling-blocked', message: '' } }],
    ['Nothing is on air yet', { phase: 'waiting', broadcast: null }],
    ['The presenter is getting ready', { phase: 'waiting', broadcast: broadcastView({ phase: 'starting' }) }],
    ['Connecting…', { phase: 'connecting', broadcast: live }],
    ['This stream is full', { phase: 'full', broadcast: live, position: null }],
    [
      'You are next in line. You get in automatically when somebody leaves.',
      { phase: 'full', broadcast: live, position: 1 },
    ],
    [
      'You are number 21 in line. You get in automatically when somebody leaves.',
      { phase: 'full', broadcast: null, position: 21 },
    ],
    ['Reconnecting…', { phase: 'reconnecting', broadcast: live, stream: null, error: null }],
    [
      'This broadcast has ended',
      { phase: 'ended', broadcast: broadcastView({ phase: 'ended', endReason: 'stopped' }) },
    ],
    [
      'This broadcast was cut short',
      { phase: 'ended', broadcast: broadcastView({ phase: 'ended', endReason: 'server-stopped' }) },
    ],
    ['This browser cannot do live video', { phase: 'failed', error: { code: 'unsupported-browser', message: '' } }],
  ])('says “%s”', async (words, state) => {
    await show(state);
    expect(screen.getByText(words)).toBeDefined();
  });

  test('is empty while the picture is live', async () => {
    await show({ phase: 'live', broadcast: live, stream: Object.create(null) });
    expect(document.body.textContent).toBe('');
  });

  test('says why it reconnects', async () => {
    await show({ phase: 'reconnecting', broadcast: live, stream: null, error: null });
    expect(screen.getByText('Your connection was interrupted.')).toBeDefined();
  });

  test('announces the next show', async () => {
    const upcoming = { channel, title: 'Fractions', startsAt: inAMinute() };
    await show({ phase: 'waiting', broadcast: null }, upcoming);
    expect(screen.getByText('Fractions')).toBeDefined();
    expect(await screen.findByText('It starts here automatically.')).toBeDefined();
  });
});

describe('the stage overlay during an interruption', () => {
  const waits = (interruption: BroadcastView['interruption']): ViewerState[] => [
    { phase: 'waiting', broadcast: away(interruption) },
    { phase: 'live', broadcast: away(interruption), stream: Object.create(null) },
    { phase: 'reconnecting', broadcast: away(interruption), stream: null, error: null },
  ];

  test.each<[string, NonNullable<BroadcastView['interruption']>]>([
    ['The presenter will be right back', { by: 'presenter', until: inAMinute(), recurring: false }],
    ['One moment, the server is recovering', { by: 'media-server', until: inAMinute(), recurring: false }],
    ['The server is having trouble', { by: 'media-server', until: inAMinute(), recurring: true }],
  ])('says “%s” to viewers who wait, watch or reconnect', async (words, interruption) => {
    for (const state of waits(interruption)) {
      await show(state);
      expect(screen.getByText(words), state.phase).toBeDefined();
      cleanup();
    }
  });
});

describe('the buttons of the stage overlay', () => {
  test('retry after a failure', async () => {
    const tries = await show({ phase: 'failed', error: { code: 'media-never-arrived', message: '' } });
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(tries()).toBe(1);
  });

  test.each([
    ['link to the recording', '2026-11-22-math-101-aaaaaaaa', '/recordings/2026-11-22-math-101-aaaaaaaa'],
    ['offer nothing when there is no recording', null, null],
  ])('%s after a show', async (_, recordingId, href) => {
    await show({ phase: 'ended', broadcast: broadcastView({ phase: 'ended', endReason: 'stopped', recordingId }) });
    expect(screen.queryByRole('link', { name: 'Watch the recording' })?.getAttribute('href') ?? null).toBe(href);
  });
});
