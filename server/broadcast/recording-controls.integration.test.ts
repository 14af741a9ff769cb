import { mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import { RecordingError } from '../../lib/recording-problems.ts';
import type { BroadcastView, RecordingPhase } from '../../lib/signaling.ts';
import { makeFolder } from '../platform/make-folder.ts';
import { RecordingLibrary } from '../recordings/recording-library.ts';
import { age, captureLogs, recordShow } from '../recordings/testing/recording-rig.ts';
import { ask, type Client, next, SignalingRig } from '../signaling/testing/signaling-rig.ts';
import { type SavedBroadcast, savedBroadcastSchema } from './broadcast-types.ts';

/*
 * The recording while a show is live: sockets, domain and library are real, and so are the files. Only the media server
 * is a double; the tests write the parts in its place.
 */

const channel = 'math-101';
let root: string;
let folder: string;
let library: RecordingLibrary;
let rig: SignalingRig;
let freeBytes: number | null;
const opened: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'rostrum-controls-')));
  folder = join(root, 'recordings');
  freeBytes = null;
  [library, rig] = await openServer();
});
afterEach(async () => {
  vi.useRealTimers();
  for (const one of opened.splice(0).reverse()) await one.close();
  await rm(root, { recursive: true, force: true });
});

/** A server on the folder, as after a start; `saved` holds the broadcasts that were on air before. */
async function openServer(saved: SavedBroadcast[] = []): Promise<[RecordingLibrary, SignalingRig]> {
  const held = new Set(saved.flatMap(({ recordingId }) => recordingId ?? []));
  const library = await RecordingLibrary.open({ folder, held, logger: captureLogs().logger });
  const rig = await SignalingRig.open({
    create: (recording) => library.create(recording),
    addPart: (id) => library.addPart(id),
    finish: (id) => library.finish(id),
    retitle: (id, title) => library.retitle(id, title),
    chapters: library.chapters,
    fail: (id, problem) => library.fail(id, problem),
    measure: (id) => library.measure(id),
    partSize: (id) => library.partSize(id),
    keepPreview: async () => {},
    space: async () => (freeBytes === null ? library.space() : { freeBytes }),
  });
  opened.push(library, rig);
  rig.registry.restore(saved);
  return [library, rig];
}

const set = (client: Client, recording: string) => ask(client, 'recording:set', { recording });
const view = () => rig.registry.view(channel).broadcast;
const reaches = (phase: RecordingPhase) => vi.waitFor(() => expect(view()?.recording).toBe(phase), 5_000);

/** Recorder number `count` writes a part of `seconds` seconds. */
async function writePart(count: number, seconds: number): Promise<void> {
  await vi.waitFor(() => expect(rig.gateway.recorders).toHaveLength(count));
  const path = fileURLToPath(String(rig.gateway.recorderUris.at(-1)));
  await recordShow(path, seconds * 1_000);
  await age(path);
  rig.gateway.recorders.at(-1)?.recording();
  await reaches('recording');
}

/** The presenter returns from another page. */
async function comeBack(resumeToken: string): Promise<Client> {
  const client = await rig.connect();
  const reply = await ask(client, 'broadcast:resume', { channel, resumeToken, sdpOffer: 'v=0' });
  expect(reply).toMatchObject({ ok: true });
  rig.gateway.links.at(-1)?.listener.flowChanged('video', true);
  expect(view()?.phase).toBe('live');
  return client;
}

describe('a recording', () => {
  it('pauses, continues, is finished while the show is on, and continues even then: always the same one', async () => {
    const { presenter } = await rig.goLive();
    await set(presenter, 'on');
    await writePart(1, 2);
    expect(await set(presenter, 'paused')).toMatchObject({
      data: { broadcast: { recording: 'paused', recordingId: null } },
    });
    await vi.waitFor(() => expect(rig.gateway.openRecorders).toBe(0));
    await set(presenter, 'on');
    await writePart(2, 3);
    const finished = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.recording === 'finished');
    await set(presenter, 'off');
    const recordingId = String((await finished).broadcast?.recordingId);
    expect(view()?.phase).toBe('live');
    const early = await library.get(recordingId);
    expect(early.state).toBe('ready');
    expect(early.durationMs).toBeGreaterThan(4_800);
    expect(early.durationMs).toBeLessThan(5_200);

    await set(presenter, 'on');
    await writePart(3, 2);
    expect(view()?.recordingId).toBeNull();
    await ask(presenter, 'broadcast:stop', {});
    await vi.waitFor(async () => expect((await library.get(recordingId)).state).toBe('ready'), 5_000);
    expect((await library.get(recordingId)).durationMs).toBeGreaterThan(6_800);
    expect(await library.list()).toHaveLength(1);
  });

  it('gets the title that its show has at the end', async () => {
    const rename = (client: Client, title: string) => ask(client, 'broadcast:rename', { title });
    const { presenter } = await rig.goLive({ record: true });
    await rename(presenter, 'Corrected at once');
    await writePart(1, 1);
    await vi.waitFor(async () => expect(await library.list()).toMatchObject([{ title: 'Corrected at once' }]));
    await set(presenter, 'off');
    await reaches('finished');
    await rename(presenter, 'Corrected late');
    await vi.waitFor(async () => expect(await library.list()).toMatchObject([{ title: 'Corrected late' }]));
    await set(presenter, 'on');
    await writePart(2, 1);
    await rename(presenter, 'At last');
    await ask(presenter, 'broadcast:stop', {});
    await vi.waitFor(
      async () => expect(await library.list()).toMatchObject([{ state: 'ready', title: 'At last' }]),
      5_000,
    );
  });

  it('that does not exist cannot be paused, and only the presenter controls it', async () => {
    const { presenter } = await rig.goLive();
    expect(await set(presenter, 'paused')).toMatchObject({ ok: true, data: { broadcast: { recording: 'off' } } });
    expect(await set(presenter, 'off')).toMatchObject({ ok: true, data: { broadcast: { recording: 'off' } } });
    expect(await set(presenter, 'loudly')).toMatchObject({ error: { code: 'bad-request' } });
    const other = await rig.connect();
    expect(await set(other, 'on')).toMatchObject({ error: { code: 'not-joined' } });
    expect(await ask(other, 'recording:measure', {})).toMatchObject({ error: { code: 'not-joined' } });
    expect(await library.list()).toEqual([]);
  });

  it('begins again when the finished one was deleted meanwhile', async () => {
    const { presenter } = await rig.goLive({ record: true });
    await writePart(1, 1);
    await set(presenter, 'off');
    await reaches('finished');
    const deleted = String(view()?.recordingId);
    await library.remove(deleted);
    await set(presenter, 'on');
    await writePart(2, 1);
    const [only, ...others] = await library.list();
    expect(others).toEqual([]);
    expect(only?.id).not.toBe(deleted);
  });

  it('handles quick presses in order, and leaves one recording and no recorder', async () => {
    const { presenter } = await rig.goLive({ record: true });
    await writePart(1, 1);
    const presses = ['off', 'on', 'paused', 'on', 'off', 'on', 'on', 'paused', 'off'];
    await Promise.all(presses.map((press) => set(presenter, press)));
    await reaches('finished');
    expect(rig.gateway.openRecorders).toBe(0);
    expect(await library.list()).toMatchObject([{ id: view()?.recordingId, state: 'ready' }]);
  });

  it('for which nothing arrived reports this when it is stopped', async () => {
    const { presenter } = await rig.goLive({ record: true });
    await vi.waitFor(() => expect(rig.gateway.recorders).toHaveLength(1));
    await set(presenter, 'off');
    await reaches('off');
    expect(view()).toMatchObject({
      recordingProblem: 'nothingCame',
      recordingId: null,
    });
  });
});

describe('a paused recording', () => {
  it('stays so when the media server dies, and when the presenter comes back', async () => {
    const { presenter, resumeToken } = await rig.goLive({ record: true });
    await writePart(1, 1);
    await set(presenter, 'paused');
    rig.registry.mediaServerLost(new AppError('media-server-unavailable', 'The media server is away.'));
    rig.registry.mediaServerRegained();
    const again = await comeBack(resumeToken);
    expect(view()?.recording).toBe('paused');
    expect(rig.gateway.recorders).toHaveLength(1);
    await set(again, 'on');
    await writePart(2, 1);
    expect(await library.list()).toHaveLength(1);
  });

  it('stays so when the server is killed, and goes on in the same file', async () => {
    const { presenter, resumeToken } = await rig.goLive({ record: true });
    await writePart(1, 1);
    await set(presenter, 'paused');
    await vi.waitFor(() => expect(rig.gateway.openRecorders).toBe(0));
    const saved = restored(rig.save());
    [library, rig] = await openServer(saved);
    const again = await comeBack(resumeToken);
    expect(view()?.recording).toBe('paused');
    expect(rig.gateway.recorders).toEqual([]);
    await set(again, 'on');
    await writePart(1, 2);
    await set(again, 'off');
    await reaches('finished');
    expect((await library.get(String(saved[0]?.recordingId))).durationMs).toBeGreaterThan(2_800);
    expect(await library.list()).toHaveLength(1);
  });
});

describe('a server that is killed', () => {
  it('knows afterwards what was finished, and can continue it', async () => {
    const { presenter, resumeToken } = await rig.goLive({ record: true });
    await writePart(1, 1);
    await set(presenter, 'off');
    await reaches('finished');
    const recordingId = view()?.recordingId;
    [library, rig] = await openServer(restored(rig.save()));
    await reaches('finished');
    expect(view()?.recordingId).toBe(recordingId);
    const again = await comeBack(resumeToken);
    await set(again, 'on');
    await writePart(1, 1);
    expect(await library.list()).toMatchObject([{ id: recordingId, state: 'recording' }]);
  });

  it('determines from the file how much of a part was recorded', async () => {
    const { resumeToken } = await rig.goLive({ record: true });
    await writePart(1, 1);
    const [saved] = restored(rig.save());
    if (saved === undefined) expect.unreachable('the show is kept');
    // The file was last written a minute ago, forty seconds into the part.
    [library, rig] = await openServer([{ ...saved, recordedMs: 5_000, partSince: Date.now() - 100_000 }]);
    const again = await comeBack(resumeToken);
    const reply = await ask(again, 'recording:measure', {});
    const recordedMs = reply.ok ? Number(reply.data.recordedMs) : 0;
    expect(recordedMs).toBeGreaterThan(43_000);
    expect(recordedMs).toBeLessThan(47_000);
  });
});

describe('a server that ends after a fault', () => {
  it('finishes the part that is being written, ends no show, and continues the recording in its next run', async () => {
    const { presenter, resumeToken } = await rig.goLive({ record: true });
    await writePart(1, 1);
    const told: string[] = [];
    presenter.on('broadcast:changed', ({ broadcast }) => told.push(String(broadcast?.phase)));
    await rig.registry.suspend();
    expect(rig.gateway.openRecorders).toBe(0);
    expect(view()?.phase).toBe('live');
    expect(told).not.toContain('ended');
    const saved = restored(rig.save());
    expect(saved).toMatchObject([{ record: 'on', partSince: null, recordingId: expect.any(String) }]);
    [library, rig] = await openServer(saved);
    const again = await comeBack(resumeToken);
    await writePart(1, 2);
    await set(again, 'off');
    await reaches('finished');
    expect((await library.get(String(saved[0]?.recordingId))).durationMs).toBeGreaterThan(2_800);
    expect(await library.list()).toHaveLength(1);
  });
});

describe('the measure of a recording', () => {
  it('counts what was recorded and not the pauses, and estimates how long it can go on', async () => {
    const measure = async () => {
      const reply = await ask(presenter, 'recording:measure', {});
      return reply.ok ? reply.data : {};
    };
    const { presenter } = await rig.goLive();
    expect(await measure()).toMatchObject({ recordedMs: 0, sizeBytes: 0, remainingMs: null });
    await set(presenter, 'on');
    await writePart(1, 2);
    const since = rig.save()[0]?.partSince ?? 0;
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(since + 4_000);
    const early = await measure();
    expect(early).toMatchObject({ recordedMs: 4_000, remainingMs: null });
    vi.setSystemTime(since + 8_000);
    const sizeBytes = Number(early.sizeBytes);
    freeBytes = sizeBytes * 10;
    expect(await measure()).toEqual({ recordedMs: 8_000, sizeBytes, freeBytes, remainingMs: 80_000 });
    await set(presenter, 'paused');
    vi.setSystemTime(since + 60_000);
    expect(await measure()).toMatchObject({ recordedMs: 8_000, sizeBytes });
    await set(presenter, 'off');
    await reaches('finished');
    const whole = await library.get(String(view()?.recordingId));
    expect(await measure()).toMatchObject({ recordedMs: whole.durationMs, sizeBytes: whole.sizeBytes });
  });
});

describe('a disk that refuses to write', () => {
  const full = new RecordingError('diskFull');

  it('because it is full is reported by name, affects only the recording, and is used again when there is free space', async () => {
    const { presenter } = await rig.goLive({ record: true });
    await writePart(1, 1);
    const told = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.recording === 'failed');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
    freeBytes = 1_000;
    rig.gateway.recorders[0]?.failed(full);
    expect((await told).broadcast).toMatchObject({ phase: 'live', recordingProblem: 'diskFull' });
    const viewer = await rig.connect();
    expect(await ask(viewer, 'viewer:join', { channel, sdpOffer: 'v=0' })).toMatchObject({ ok: true });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(rig.gateway.recorders).toHaveLength(1);
    freeBytes = 1e9;
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    await writePart(2, 1);
    expect(view()).toMatchObject({ phase: 'live', recordingProblem: null });
    expect(await library.list()).toHaveLength(1);
  });

  it('because the file was deleted is reported by name though the media server notices nothing, and recording goes on', async () => {
    const { presenter } = await rig.goLive({ record: true });
    await writePart(1, 1);
    const told = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.recording === 'failed');
    await rm(folder, { recursive: true });
    expect((await told).broadcast).toMatchObject({ phase: 'live', recordingProblem: 'notWritable' });
    await vi.waitFor(() => expect(rig.gateway.openRecorders).toBe(0));
    await makeFolder(folder);
    await set(presenter, 'on');
    await writePart(2, 1);
    expect(view()).toMatchObject({ phase: 'live', recordingProblem: null });
  });

  it('because its folder is gone is reported by name, and is tried again when the presenter asks for it', async () => {
    const { presenter } = await rig.goLive();
    await rm(folder, { recursive: true });
    await writeFile(folder, 'in the way');
    const told = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.recording === 'failed');
    await set(presenter, 'on');
    expect((await told).broadcast).toMatchObject({
      phase: 'live',
      recordingProblem: 'diskRefused',
    });
    await rm(folder);
    expect(await ask(presenter, 'recording:measure', {})).toMatchObject({ error: { code: 'recording-failed' } });
    await makeFolder(folder);
    await set(presenter, 'on');
    await writePart(1, 1);
    expect(view()).toMatchObject({ recording: 'recording', recordingProblem: null });
  });

  it('can be given up: what was recorded is finished, and nothing is retried', async () => {
    const { presenter } = await rig.goLive({ record: true });
    await writePart(1, 1);
    rig.gateway.recorders[0]?.failed(full);
    await reaches('failed');
    await set(presenter, 'off');
    await reaches('finished');
    expect((await library.get(String(view()?.recordingId))).state).toBe('ready');
    expect(view()?.recordingProblem).toBe('diskFull');
  });
});

describe('a recorder that cannot follow the picture', () => {
  it('is replaced immediately by another, in the same recording, without an error', async () => {
    const { presenter } = await rig.goLive({ record: true });
    await writePart(1, 1);
    const told: unknown[] = [];
    presenter.on('broadcast:changed', ({ broadcast }) => told.push(broadcast?.recordingProblem));
    rig.gateway.recorders[0]?.outdated();
    await writePart(2, 2);
    expect(new Set(told)).toEqual(new Set([null]));
    expect(rig.gateway.openRecorders).toBe(1);
    await set(presenter, 'off');
    await reaches('finished');
    expect((await library.get(String(view()?.recordingId))).durationMs).toBeGreaterThan(2_800);
    expect(await library.list()).toHaveLength(1);
  });

  it('and never began is not replaced forever, but reported by name', async () => {
    await rig.goLive({ record: true });
    await vi.waitFor(() => expect(rig.gateway.recorders).toHaveLength(1));
    rig.gateway.recorders[0]?.outdated();
    await reaches('failed');
    expect(view()?.recordingProblem).toBe('notBegun');
    expect(rig.gateway.recorders).toHaveLength(1);
  });
});

describe('a media server that reports nothing', () => {
  beforeEach(() => {
    const toFake = ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] as const;
    vi.useFakeTimers({ toFake: [...toFake], shouldAdvanceTime: true });
  });
  const told = (fits: (recording: RecordingPhase | undefined) => boolean) =>
    new Promise<BroadcastView | null>((resolve) => {
      const { presenter } = show;
      presenter.on('broadcast:changed', ({ broadcast }) => fits(broadcast?.recording) && resolve(broadcast));
    });
  let show: { presenter: Client };
  /** Lets `seconds` seconds pass, in each of which `came` bytes of each kind arrive. */
  async function pass(seconds: number, came: Partial<Record<'audio' | 'video', number>>): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      const { audio = 0, video = 0 } = rig.gateway.received;
      rig.gateway.received = { audio: audio + (came.audio ?? 0), video: video + (came.video ?? 0) };
      await vi.advanceTimersByTimeAsync(1_000);
      // The disk is real, and its calls take real time.
      for (let asked = 0; asked < 10; asked += 1) await stat(root);
    }
  }

  it('and does not begin to record is reported by name, and asked again until it does', async () => {
    show = await rig.goLive({ record: true });
    await vi.waitFor(() => expect(rig.gateway.recorders).toHaveLength(1));
    const failed = told((recording) => recording === 'failed');
    await pass(9, { audio: 4_000, video: 60_000 });
    expect(await failed).toMatchObject({ phase: 'live', recordingProblem: 'notBegun' });
    await pass(6, { audio: 4_000, video: 60_000 });
    await vi.waitFor(() => expect(rig.gateway.recorders).toHaveLength(2));
    // It is asked again, and the problem is still shown.
    expect(view()).toMatchObject({ recording: 'starting', recordingProblem: 'notBegun' });
    vi.useRealTimers();
    await writePart(2, 1);
    expect(view()).toMatchObject({ recording: 'recording', recordingProblem: null });
  });

  it('and does not let the file grow is reported by name, and asked again', async () => {
    show = await rig.goLive({ record: true });
    await writePart(1, 1);
    const failed = told((recording) => recording === 'failed');
    await pass(9, { audio: 4_000, video: 60_000 });
    expect(await failed).toMatchObject({ phase: 'live', recordingProblem: 'notWritable' });
    await pass(6, { audio: 4_000, video: 60_000 });
    await vi.waitFor(() => expect(rig.gateway.recorders).toHaveLength(2));
  });

  it('and does not let the file grow because the disk is full is reported as that, without a word from it', async () => {
    show = await rig.goLive({ record: true });
    await writePart(1, 1);
    const failed = told((recording) => recording === 'failed');
    freeBytes = 50_000;
    await pass(9, { audio: 4_000, video: 60_000 });
    expect(await failed).toMatchObject({ phase: 'live', recordingProblem: 'diskFull' });
  });

  it('because it waits for sound that does not arrive records the picture alone, and both once both arrive', async () => {
    show = await rig.goLive({ record: true });
    await vi.waitFor(() => expect(rig.gateway.recorders).toHaveLength(1));
    await pass(9, { video: 60_000 });
    await vi.waitFor(() => expect(rig.gateway.recorders).toHaveLength(2));
    expect(rig.gateway.recordedKinds).toEqual([['audio', 'video'], ['video']]);
    await writePart(2, 1);
    expect(view()).toMatchObject({ recording: 'recording', recordingProblem: null });
    await pass(6, { audio: 4_000, video: 60_000 });
    await vi.waitFor(() => expect(rig.gateway.recorders).toHaveLength(3));
    expect(rig.gateway.recordedKinds[2]).toEqual(['audio', 'video']);
    expect(rig.gateway.openRecorders).toBe(1);
    expect(await library.list()).toHaveLength(1);
  });
});

/** The broadcasts that a new run of the server reads from those that the previous one saved. */
function restored(saved: SavedBroadcast[]): SavedBroadcast[] {
  return savedBroadcastSchema.array().parse(JSON.parse(JSON.stringify(saved)));
}
