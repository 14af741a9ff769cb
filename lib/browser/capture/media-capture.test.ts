import { beforeEach, expect, test, vi } from 'vitest';
import { AppError, type ErrorCode } from '../../errors.ts';
import type { DeviceKind, FailedDevice, MediaChoice } from './local-media.ts';
import { MediaCapture } from './media-capture.ts';
import { defaultPlan, type MediaRequest } from './media-plan.ts';
import { type Inputs, type Production, tracksOf } from './production.ts';
import type { SharedScreen } from './screen-capture.ts';

/** A track that knows whether it is running. */
class FakeTrack extends EventTarget {
  readyState: 'live' | 'ended' = 'live';
  enabled = true;
  contentHint = '';
  readonly applied: unknown[] = [];
  /** False if the browser cannot change a running microphone, like Chromium. */
  switchable = true;
  echoCancellation = true;
  readonly kind: string;
  readonly label: string;

  constructor(kind: string, label: string) {
    super();
    this.kind = kind;
    this.label = label;
  }

  getSettings = () => ({ deviceId: this.label, echoCancellation: this.echoCancellation });
  applyConstraints(constraints: MediaTrackConstraints) {
    this.applied.push(constraints);
    if (this.switchable && this.kind === 'audio') this.echoCancellation = constraints.echoCancellation === true;
    return Promise.resolve();
  }
  stop() {
    this.readyState = 'ended';
  }
  /** Ends the track: it is unplugged, or the browser ends its sharing. */
  vanish() {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
  get asTrack(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
}

/** The part of a stream that a media capture uses. */
function streamOf(tracks: readonly MediaStreamTrack[]): MediaStream {
  const ofKind = (kind: string) => tracks.filter((track) => track.kind === kind);
  return {
    getTracks: () => [...tracks],
    getVideoTracks: () => ofKind('video'),
    getAudioTracks: () => ofKind('audio'),
  } as MediaStream;
}

function setUp() {
  const cameras = ['c1', 'c2'];
  const tracks: FakeTrack[] = [];
  const track = (kind: string, label: string) => {
    const made = new FakeTrack(kind, label);
    tracks.push(made);
    return made.asTrack;
  };
  /** The devices that cannot be opened. */
  const refused = new Map<string, ErrorCode>();
  const openDevices = vi.fn((choice: MediaChoice) => {
    const failures: FailedDevice[] = [];
    const open = (kind: DeviceKind, first: string | undefined) => {
      const wanted = choice[kind];
      if (wanted === 'none') return null;
      const label = wanted === 'any' ? first : wanted;
      const code = label === undefined ? 'camera-missing' : refused.get(label);
      if (label !== undefined && code === undefined) return track(kind === 'camera' ? 'video' : 'audio', label);
      failures.push({ kind, wanted, error: new AppError(code ?? 'internal', 'It is unavailable.') });
      return null;
    };
    return Promise.resolve({ camera: open('camera', cameras[0]), microphone: open('microphone', 'm1'), failures });
  });
  const shareScreen = vi.fn(
    (): Promise<SharedScreen | null> =>
      Promise.resolve({ video: track('video', 'screen'), audio: track('audio', 'screen sound') }),
  );
  const produce = (wanted: typeof defaultPlan, inputs: Inputs): Production => ({
    ...inputs,
    stream: streamOf(tracksOf(inputs)),
    plan: {
      ...wanted,
      camera: inputs.camera?.label ?? (wanted.source === 'screen' ? wanted.camera : 'none'),
      microphone: inputs.microphone?.label ?? 'none',
    },
    size: null,
    composed: null,
    mixed: null,
  });
  const lost: MediaRequest[] = [];
  const capture = new MediaCapture((request) => lost.push(request), {
    openDevices,
    shareScreen,
    produce,
    microphoneAlone: (one) => streamOf([one]),
  });
  /** Opens what is requested in place of the current production. */
  let now: MediaStream | null = null;
  const change = async (request: MediaRequest) => {
    const stream = await capture.open(request);
    if (stream === null) return;
    capture.stop(now);
    now = stream;
  };
  const failed = (kind: DeviceKind, wanted: string): FailedDevice => ({
    kind,
    wanted,
    error: new AppError('camera-busy', 'Busy.'),
  });
  const busyMicrophone = () => ({ camera: null, microphone: null, failures: [failed('microphone', 'm1')] });
  /** Makes the browser behave like a phone: while one camera is running, no other one opens. */
  const onlyOneCamera = () => {
    const open = openDevices.getMockImplementation() ?? expect.unreachable('there is no implementation');
    openDevices.mockImplementation((choice) => {
      const isHeld = tracks.some(({ kind, readyState, label }) => kind === 'video' && readyState === 'live' && label);
      if (choice.camera === 'none' || !isHeld) return open(choice);
      return Promise.resolve({ camera: null, microphone: null, failures: [failed('camera', choice.camera)] });
    });
  };
  const running = () => tracks.filter(({ readyState }) => readyState === 'live').map(({ label }) => label);
  const find = (label: string) =>
    tracks.findLast((one) => one.label === label) ?? expect.unreachable(`There is no ${label}.`);
  return {
    capture,
    cameras,
    refused,
    openDevices,
    shareScreen,
    lost,
    change,
    running,
    find,
    failed,
    busyMicrophone,
    onlyOneCamera,
    end: () => capture.stop(now),
  };
}

let rig = setUp();
beforeEach(() => {
  rig = setUp();
});

test('a screen replaces the camera, which is turned off, and the microphone keeps running', async () => {
  await rig.change({});
  await rig.change({ source: 'screen' });
  expect(rig.running()).toEqual(['m1', 'screen', 'screen sound']);
  expect(rig.openDevices).toHaveBeenCalledTimes(1);
});

test('the screen stays when the camera is added, and the person is not asked again', async () => {
  await rig.change({});
  await rig.change({ source: 'screen' });
  await rig.change({ source: 'both' });
  await rig.change({ corner: 'top-left' });
  expect(rig.running()).toEqual(['m1', 'screen', 'screen sound', 'c1']);
  expect(rig.shareScreen).toHaveBeenCalledTimes(1);
  expect(rig.capture.state.get().plan).toMatchObject({ source: 'both', corner: 'top-left', camera: 'c1' });
});

test('the same source again asks for another screen', async () => {
  await rig.change({ source: 'screen' });
  await rig.change({ source: 'screen' });
  expect(rig.shareScreen).toHaveBeenCalledTimes(2);
  expect(rig.running()).toEqual(['m1', 'screen', 'screen sound']);
});

test('without a chosen screen the camera stays', async () => {
  await rig.change({});
  rig.shareScreen.mockResolvedValueOnce(null);
  await rig.change({ source: 'screen' });
  expect(rig.capture.state.get().plan.source).toBe('camera');
  expect(rig.running()).toEqual(['c1', 'm1']);
});

test('another quality is applied to the running camera', async () => {
  await rig.change({});
  await rig.change({ quality: { height: 360, frameRate: 15 } });
  expect(rig.find('c1').applied).toMatchObject([{ height: { ideal: 360 }, frameRate: { ideal: 15 } }]);
  expect(rig.openDevices).toHaveBeenCalledTimes(1);
});

test('music switches the running microphone, where the browser can', async () => {
  await rig.change({});
  await rig.change({ sound: 'music' });
  expect(rig.openDevices).toHaveBeenCalledTimes(1);
  expect(rig.find('m1').echoCancellation).toBe(false);
});

test('music opens the same microphone again, and nothing else, where the browser cannot switch it', async () => {
  await rig.change({});
  rig.find('m1').switchable = false;
  await rig.change({ sound: 'music' });
  expect(rig.openDevices).toHaveBeenLastCalledWith(
    { camera: 'none', microphone: 'm1' },
    expect.objectContaining({ sound: 'music' }),
  );
  expect(rig.running()).toEqual(['c1', 'm1']);
  expect(rig.capture.state.get().plan.sound).toBe('music');
});

test('an unplugged camera is reported, and another one is used', async () => {
  await rig.change({});
  rig.cameras.shift();
  rig.find('c1').vanish();
  expect(rig.lost).toEqual([{ camera: 'any' }]);
  await rig.change({ camera: 'any' });
  expect(rig.capture.state.get()).toMatchObject({
    plan: { camera: 'c2' },
    notice: { type: 'gone', kind: 'camera', name: 'c1', instead: 'c2' },
  });
});

test('without another camera the sound goes on', async () => {
  await rig.change({});
  rig.cameras.splice(0);
  rig.find('c1').vanish();
  await rig.change({ camera: 'any' });
  expect(rig.running()).toEqual(['m1']);
  expect(rig.capture.state.get().notice).toMatchObject({ type: 'gone', instead: null });
});

test('sharing that is ended by the browser’s own button falls back to the camera, and can be started again', async () => {
  await rig.change({ source: 'screen' });
  rig.find('screen').vanish();
  expect(rig.lost).toEqual([{ source: 'camera' }]);
  await rig.change({ source: 'camera' });
  expect(rig.running()).toEqual(['m1', 'c1']);
  expect(rig.capture.state.get()).toMatchObject({ notice: { type: 'screen-ended' }, suggested: 'screen' });
});

test('a screen can be shown without a camera and a microphone', async () => {
  rig.cameras.splice(0);
  rig.refused.set('m1', 'camera-missing');
  await rig.change({ source: 'both' });
  expect(rig.running()).toEqual(['screen', 'screen sound']);
  expect(rig.capture.state.get().notice).toMatchObject({
    type: 'without',
    devices: [{ kind: 'camera' }, { kind: 'microphone' }],
  });
});

test('a phone that opens one camera at a time closes the one for the other', async () => {
  await rig.change({});
  rig.onlyOneCamera();
  await rig.change({ camera: 'c2' });
  expect(rig.running()).toEqual(['m1', 'c2']);
});

test('a phone whose other camera does not open returns to the first one, and the presenter is notified', async () => {
  await rig.change({});
  rig.onlyOneCamera();
  rig.refused.set('c2', 'camera-busy');
  await rig.change({ camera: 'c2' });
  expect(rig.running()).toEqual(['m1', 'c1']);
  expect(rig.capture.state.get()).toMatchObject({ plan: { camera: 'c1' }, notice: { type: 'device-failed' } });
});

test('a camera that cannot be opened again is reported, and the sound goes on', async () => {
  await rig.change({});
  rig.onlyOneCamera();
  rig.refused.set('c1', 'camera-busy').set('c2', 'camera-busy');
  await rig.change({ camera: 'c2' });
  expect(rig.running()).toEqual(['m1']);
  expect(rig.capture.state.get()).toMatchObject({
    plan: { camera: 'none' },
    notice: { type: 'without', devices: [{ kind: 'camera', wanted: 'c2', standing: 'lost' }] },
  });
  expect(rig.capture.chosen.camera).toBe('c2');
  rig.refused.clear();
  await rig.change({ camera: 'c2' });
  expect(rig.running()).toEqual(['m1', 'c2']);
  expect(rig.capture.state.get().notice).toBeNull();
});

test('a camera that cannot be opened again is also reported if nothing else is sent', async () => {
  await rig.change({ microphone: 'none' });
  rig.onlyOneCamera();
  rig.refused.set('c1', 'camera-busy').set('c2', 'camera-busy');
  const failed = await rig.change({ camera: 'c2' }).catch((error: unknown) => error);
  rig.capture.fail({ camera: 'c2' }, failed);
  expect(rig.running()).toEqual([]);
  expect(rig.capture.state.get().notice).toMatchObject({
    type: 'without',
    devices: [{ kind: 'camera', wanted: 'c2', standing: 'lost', error: { code: 'camera-busy' } }],
  });
});

test('a microphone that does not open for music goes on with speech', async () => {
  await rig.change({});
  rig.find('m1').switchable = false;
  rig.openDevices.mockResolvedValueOnce(rig.busyMicrophone()).mockResolvedValueOnce(rig.busyMicrophone());
  await rig.change({ sound: 'music' });
  expect(rig.running()).toEqual(['c1', 'm1']);
  expect(rig.capture.state.get()).toMatchObject({ plan: { sound: 'speech' }, notice: { type: 'device-failed' } });
});

test('a busy camera does not affect the microphone, is reported, and stays the choice', async () => {
  rig.refused.set('c1', 'camera-busy');
  await rig.change({});
  expect(rig.running()).toEqual(['m1']);
  expect(rig.capture.state.get()).toMatchObject({
    plan: { camera: 'none', microphone: 'm1' },
    notice: { type: 'without', devices: [{ kind: 'camera', error: { code: 'camera-busy' }, standing: 'never had' }] },
  });
  expect(rig.capture.chosen).toMatchObject({ camera: 'any', microphone: 'm1' });
  rig.refused.clear();
  await rig.change({ camera: 'any', microphone: 'm1' });
  expect(rig.running()).toEqual(['m1', 'c1']);
  expect(rig.capture.chosen.camera).toBe('c1');
});

test('a busy microphone does not affect the camera', async () => {
  rig.refused.set('m1', 'camera-busy');
  await rig.change({});
  expect(rig.running()).toEqual(['c1']);
  expect(rig.capture.state.get().notice).toMatchObject({ devices: [{ kind: 'microphone' }] });
});

test('if neither is available, nothing is opened, and the failure that the person can fix is reported', async () => {
  rig.refused.set('c1', 'camera-missing').set('m1', 'camera-blocked-by-system');
  await expect(rig.change({})).rejects.toMatchObject({ code: 'camera-blocked-by-system' });
  expect(rig.running()).toEqual([]);
});

test('a device that the browser itself ends for another one is not reported as unplugged', async () => {
  await rig.change({});
  rig.openDevices.mockImplementationOnce(() => {
    rig.find('c1').vanish();
    return Promise.resolve({ camera: null, microphone: null, failures: [rig.failed('camera', 'c2')] });
  });
  await rig.change({ camera: 'c2' });
  expect(rig.lost).toEqual([]);
  expect(rig.running()).toEqual(['m1', 'c1']);
});

test('a failed request leaves everything as it is', async () => {
  await rig.change({});
  rig.refused.set('m2', 'camera-blocked');
  await expect(rig.change({ microphone: 'm2' })).rejects.toThrow();
  expect(rig.running()).toEqual(['c1', 'm1']);
  expect(rig.capture.state.get().plan.camera).toBe('c1');
});

test('the last screen source is suggested, and not opened without a click', async () => {
  rig.capture.recall({ ...defaultPlan, source: 'both' });
  await rig.change({});
  expect(rig.shareScreen).not.toHaveBeenCalled();
  expect(rig.capture.state.get()).toMatchObject({ plan: { source: 'camera' }, suggested: 'both' });
});

test('muting leaves the sound of the screen alone, and the end turns everything off', async () => {
  await rig.change({ source: 'both' });
  const stream = await rig.capture.open({ corner: 'top-left' });
  if (stream !== null) rig.capture.switchOn(stream, { camera: false, microphone: false });
  expect(rig.find('m1').enabled).toBe(false);
  expect(rig.find('c1').enabled).toBe(false);
  expect(rig.find('screen sound').enabled).toBe(true);
  rig.end();
  rig.capture.stop(stream);
  expect(rig.running()).toEqual([]);
});
