import { act, fireEvent, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import type { GuestDeskState } from '../../../lib/browser/guests/guest-desk.ts';
import { Store } from '../../../lib/browser/page/store.ts';
import type { SoundMode } from '../../../lib/browser/rtc/sound-mode.ts';
import type { GuestsView } from '../../../lib/guests.ts';
import { renderIn } from '../../testing/render-in.tsx';
import { GuestDeskView } from './guest-desk-view.tsx';

const ada = {
  ...({ id: 'ada', name: 'Ada', place: 'green-room', isMuted: false } as const),
  ...{ cameraOn: false, microphoneOn: true, isConnected: true, isSending: true },
};
const empty: GuestsView = {
  guests: [],
  presenter: { name: '', isConnected: true, isSending: false },
  mixing: 'presenter',
  isMixed: true,
  layout: { arrangement: 'auto', main: null },
  invitations: [],
  declined: [],
};

async function show(view: Partial<GuestsView>, sound: SoundMode | null) {
  const stateOf = (change: Partial<GuestsView>): GuestDeskState => ({
    ...{ view: { ...empty, ...change }, streams: new Map(), speaking: new Set(), isBehind: false },
  });
  const state = new Store(stateOf(view));
  const done = () => Promise.resolve();
  const revoke = vi.fn(done);
  const invitation = { id: 'an-id', name: null, expiresAt: 1, token: 'a-token' };
  const desk = { state, revoke, invite: () => Promise.resolve(invitation), direct: done, arrange: done };
  await renderIn(<GuestDeskView desk={desk} channel="math-101" ready sound={sound} />);
  return { revoke, change: (next: Partial<GuestsView>) => act(() => state.set(stateOf(next))) };
}

const note = () => screen.queryByText('Put on headphones');

test('a presenter who sends music reads that headphones are needed, while guests are there', async () => {
  const { change } = await show({ guests: [] }, 'music');
  expect(note()).toBeNull();
  change({ guests: [ada] });
  expect(note()).not.toBeNull();
  change({ guests: [{ ...ada, isConnected: false }] });
  expect(note()).toBeNull();
});

test.each(['speech', null] as const)('with %s there is no echo, and no note about it', async (sound) => {
  await show({ guests: [ada] }, sound);
  expect(note()).toBeNull();
});

test('the presenter reads who does not want to come on stage, and dismisses it', async () => {
  const { revoke } = await show({ declined: [{ id: 'declined', name: 'Ada' }] }, 'speech');
  expect(screen.getByText('Ada does not want to come on stage now.')).not.toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss the answer of Ada' }));
  await act(async () => undefined);
  expect(revoke).toHaveBeenCalledWith('declined');
});

test('the presenter reads that viewers may not see everybody, as long as that is so', async () => {
  const { change } = await show({ guests: [ada], mixing: 'server', isMixed: false }, 'speech');
  expect(screen.queryByText('Viewers may not see everybody')).not.toBeNull();
  change({ guests: [ada], mixing: 'server' });
  expect(screen.queryByText('Viewers may not see everybody')).toBeNull();
});
