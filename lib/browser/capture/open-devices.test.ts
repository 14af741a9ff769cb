import { afterEach, expect, test, vi } from 'vitest';
import { openLocalMedia } from './local-media.ts';

afterEach(() => vi.unstubAllGlobals());

/** The part of a stream that is used. */
class FakeStream {
  readonly kinds: readonly string[];
  constructor(kinds: readonly string[]) {
    this.kinds = kinds;
  }
  getTracks = () => this.kinds.map((kind) => ({ kind }));
  getVideoTracks = () => this.getTracks().filter(({ kind }) => kind === 'video');
  getAudioTracks = () => this.getTracks().filter(({ kind }) => kind === 'audio');
}

type Refusals = { video?: DOMException; audio?: DOMException; both?: DOMException };

/** A fake browser, which refuses the whole request when one of its kinds is unavailable. */
function browser(refusals: Refusals, permissions: Record<string, string> = {}) {
  const asked: string[] = [];
  const getUserMedia = ({ video, audio }: MediaStreamConstraints) => {
    const kinds = [...(video ? (['video'] as const) : []), ...(audio ? (['audio'] as const) : [])];
    asked.push(kinds.join('+'));
    const refusal = (kinds.length > 1 && refusals.both) || kinds.map((kind) => refusals[kind]).find(Boolean);
    return refusal ? Promise.reject(refusal) : Promise.resolve(new FakeStream(kinds));
  };
  vi.stubGlobal('MediaStream', FakeStream);
  vi.stubGlobal('navigator', {
    mediaDevices: { getUserMedia },
    permissions: {
      query: ({ name }: { name: string }) =>
        name in permissions ? Promise.resolve({ state: permissions[name] }) : Promise.reject(new TypeError(name)),
    },
  });
  return asked;
}

const both = { camera: 'any', microphone: 'any' };
const busy = new DOMException('Could not start video source', 'NotReadableError');
const missing = new DOMException('Requested device not found', 'NotFoundError');
const refused = new DOMException('Permission denied', 'NotAllowedError');
const deniedBySystem = new DOMException('Permission denied by system', 'NotAllowedError');

test.each([
  ['busy', busy, 'camera-busy'],
  ['missing', missing, 'camera-missing'],
  ['denied by the system', deniedBySystem, 'camera-blocked-by-system'],
])('a camera that is %s does not affect the microphone, and the reason is reported', async (_, refusal, code) => {
  browser({ video: refusal });
  expect(await openLocalMedia(both)).toEqual({
    camera: null,
    microphone: { kind: 'audio' },
    failures: [{ kind: 'camera', wanted: 'any', error: expect.objectContaining({ code }) }],
  });
});

test('a busy microphone does not affect the camera', async () => {
  browser({ audio: busy });
  expect(await openLocalMedia(both)).toMatchObject({
    camera: { kind: 'video' },
    microphone: null,
    failures: [{ kind: 'microphone', error: { code: 'camera-busy' } }],
  });
});

test('each of two failures has its own reason', async () => {
  browser({ video: busy, audio: missing });
  expect((await openLocalMedia(both)).failures).toMatchObject([
    { kind: 'camera', error: { code: 'camera-busy' } },
    { kind: 'microphone', error: { code: 'camera-missing' } },
  ]);
});

test('devices that open only one after the other are both used', async () => {
  browser({ both: busy });
  expect(await openLocalMedia(both)).toEqual({
    camera: { kind: 'video' },
    microphone: { kind: 'audio' },
    failures: [],
  });
});

test('both are requested together, so that the browser asks the person once', async () => {
  const asked = browser({});
  await openLocalMedia(both);
  expect(asked).toEqual(['video+audio']);
});

test('a person who has refused both is not asked again', async () => {
  for (const permissions of [{}, { camera: 'prompt', microphone: 'prompt' }]) {
    const asked = browser({ video: refused, audio: refused }, permissions);
    expect((await openLocalMedia(both)).failures).toHaveLength(2);
    expect(asked).toEqual(['video+audio']);
  }
});

test.each([['granted'], ['prompt']])(
  'a page that may not use the camera gets the microphone, for which the permission is "%s"',
  async (microphone) => {
    const asked = browser({ video: refused }, { camera: 'denied', microphone });
    expect(await openLocalMedia(both)).toMatchObject({
      microphone: { kind: 'audio' },
      failures: [{ kind: 'camera', error: { code: 'camera-blocked' } }],
    });
    expect(asked).toEqual(['video+audio', 'audio']);
  },
);

test('a denial by the system and a denial for the page are reported as different errors', async () => {
  browser({ video: deniedBySystem, audio: refused, both: deniedBySystem });
  expect((await openLocalMedia(both)).failures).toMatchObject([
    { kind: 'camera', error: { code: 'camera-blocked-by-system' } },
    { kind: 'microphone', error: { code: 'camera-blocked' } },
  ]);
});
