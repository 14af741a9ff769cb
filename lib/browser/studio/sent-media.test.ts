import { expect, it } from 'vitest';
import { Store } from '../page/store.ts';
import { SentMedia } from './sent-media.ts';

const streamOf = (contentHint: string) => ({ getVideoTracks: () => [{ contentHint }] }) as unknown as MediaStream;

it('viewers are sent the program while there is one, and the presenter’s own stream otherwise', () => {
  const own = streamOf('motion');
  const program = new Store<MediaStream | null>(null);
  const sent = new SentMedia(() => own, new Store({ camera: true, microphone: true }), program);
  expect(sent.stream).toBe(own);
  const made = streamOf('motion');
  program.set(made);
  expect(sent.stream).toBe(made);
});

it('nothing is sent once the presenter has nothing, even if the program is still there', () => {
  const sent = new SentMedia(() => null, new Store({ camera: true, microphone: true }), new Store(streamOf('motion')));
  expect(sent.stream).toBeNull();
});

it('with the camera off there is no picture, unless a guest is in it', () => {
  const program = new Store<MediaStream | null>(null);
  const sent = new SentMedia(() => streamOf('motion'), new Store({ camera: false, microphone: true }), program);
  expect([sent.isPictureOn, sent.picture]).toEqual([false, null]);
  program.set(streamOf('motion'));
  expect([sent.isPictureOn, sent.picture]).toEqual([true, 'camera']);
});
