import { expect, it } from 'vitest';
import type { GuestsView } from '../../guests.ts';
import type { Switches } from '../capture/camera.ts';
import { Store } from '../page/store.ts';
import { FakeStream } from '../testing/fake-stream.ts';
import { FakeSignaling } from '../testing/signaling-doubles.ts';
import { GuestDesk, type GuestDeskParts, type TakingPart } from './guest-desk.ts';
import type { ProgramSize } from './program-picture.ts';

const view: GuestsView = {
  // Somebody who is away has no connection that would have to be made here.
  guests: [
    {
      ...{ id: 'ada', name: 'Ada', place: 'on-air', isMuted: false },
      ...{ cameraOn: true, microphoneOn: true, isConnected: false, isSending: false },
    },
  ],
  presenter: { name: '', isConnected: true, isSending: false },
  mixing: 'presenter',
  isMixed: true,
  layout: { arrangement: 'auto', main: null },
  invitations: [],
  declined: [],
};

/** A desk without a network and a canvas. */
function openDesk(parts: Partial<GuestDeskParts>) {
  const signaling = new FakeSignaling();
  signaling.connect();
  const takingPart = new Store<TakingPart | null>({ signaling, view });
  const desk = new GuestDesk({
    takingPart,
    switches: new Store<Switches>({ camera: true, microphone: true }),
    own: new Store<MediaStream | null>(null),
    program: new Store<MediaStream | null>(null),
    size: () => ({ width: 1_280, height: 720, frameRate: 30 }),
    rememberedName: () => null,
    openProgram: () => null,
    ...parts,
  });
  desk.open();
  return { desk, signaling, takingPart };
}

it('the program gets the size that the presenter chooses while guests are on air', () => {
  let size: ProgramSize = { width: 1_280, height: 720, frameRate: 30 };
  const own = new Store<MediaStream | null>(null);
  const program = new Store<MediaStream | null>(null);
  const made: { size: ProgramSize; isStopped: boolean }[] = [];
  const stream = () => new FakeStream([]).asStream;
  const { desk } = openDesk({
    own,
    program,
    size: () => size,
    openProgram: (first) => {
      made.push({ size: first, isStopped: false });
      let sent = stream();
      return {
        get stream() {
          return sent;
        },
        show: () => undefined,
        resize: (next) => {
          const former = made.at(-1);
          made.push({ size: next, isStopped: false });
          sent = stream();
          const stop = () => {
            // Nobody is sent a track that has ended.
            expect(program.get()).toBe(sent);
            if (former !== undefined) former.isStopped = true;
          };
          return { stop } as MediaStreamTrack;
        },
        close: () => undefined,
      };
    },
  });
  const before = program.get();
  own.set(stream());
  expect(program.get()).toBe(before);
  size = { width: 640, height: 360, frameRate: 15 };
  own.set(stream());
  expect(program.get()).not.toBe(before);
  expect(made).toEqual([
    { size: { width: 1_280, height: 720, frameRate: 30 }, isStopped: true },
    { size: { width: 640, height: 360, frameRate: 15 }, isStopped: false },
  ]);
  desk.close();
});

it('the presenter has the name that this browser remembers, once, unless they have one already', () => {
  const { desk, signaling, takingPart } = openDesk({ rememberedName: () => 'Grace' });
  expect(signaling.last('guests:arrange').body).toEqual({ presenterName: 'Grace' });
  takingPart.set({ signaling, view: { ...view } });
  expect(signaling.count('guests:arrange')).toBe(1);
  desk.close();
  const other = new FakeSignaling();
  other.connect();
  const presenter = { ...view.presenter, name: 'Hopper' };
  openDesk({
    rememberedName: () => 'Grace',
    takingPart: new Store<TakingPart | null>({ signaling: other, view: { ...view, presenter } }),
  }).desk.close();
  expect(other.count('guests:arrange')).toBe(0);
  const nobody = openDesk({ rememberedName: () => null });
  expect(nobody.signaling.count('guests:arrange')).toBe(0);
  nobody.desk.close();
});
