import { writeFile } from 'node:fs/promises';
import { LoadPresenter } from '../../bench/load/load-presenter.ts';
import { monotonicUs, wait } from '../../bench/platform/clock.ts';
import { type Recording, recordingPaths } from '../../lib/recording.ts';
import { recordingListSchema } from '../../lib/recording-schema.ts';
import type { BroadcastView } from '../../lib/signaling.ts';
import { expect, test } from '../fixtures.ts';
import { isSeekable, readFileInfo, readLastSent } from '../media/recorded-file.ts';
import { needsOwnMediaServer, unwrittenBytes, usesOtherMediaServer } from '../servers/media-server-choice.ts';
import { type RostrumServer, startRostrum } from '../servers/rostrum-server.ts';

const rounds = 4;
const showsAtOnce = 5;
/** The shows of a round begin within this time, in milliseconds. */
const beginWithinMs = 2_000;
/** Everything is killed within this time after the last show said that it is recorded, in milliseconds. */
const killWithinMs = 800;
/** What may be lost of what was announced as recorded, in milliseconds, beside what its media server had not written. */
const maxLossMs = 1_000;

/** A show that is on, and when its viewers were told that it is recorded. */
type RecordedShow = { channel: string; presenter: LoadPresenter; announcedUs: number };
/** A show whose server was killed. */
type KilledShow = { channel: string; announcedMs: number; killedUs: number };

test('everything is killed at random moments of twenty recordings, and none loses more than its last second', {
  tag: '@long',
}, async () => {
  needsOwnMediaServer('it is killed here, in the moment in which Rostrum is');
  // A Kurento has to be started for each round.
  test.setTimeout(usesOtherMediaServer ? 180_000 : 90_000);
  // Nobody comes back here, so a restored show need not wait for its presenter for long.
  const settings = { PRESENTER_GRACE_S: '1' };
  let server = await startRostrum(settings);
  const killed: KilledShow[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      killed.push(...(await recordAndKill(server, round)));
      // The next round records while this one's files wait for their repair, and is killed before all are done.
      server = await startRostrum(settings, server);
    }
    const recordings = await allReady(server, killed);
    const losses: number[] = [];
    const allowed: number[] = [];
    for (const [index, show] of killed.entries()) {
      const path = test.info().outputPath(`${show.channel}.webm`);
      const recording = recordings[index];
      if (recording === undefined) throw new Error(`There is no recording of ${show.channel}.`);
      losses.push(await lossOf(server, show, recording, path));
      allowed.push(maxLossOf(recording));
    }
    console.log(`killed ${killed.length}, lost, in ms: ${losses.toSorted((a, b) => a - b).join(' ')}`);
    expect(killed).toHaveLength(rounds * showsAtOnce);
    for (const [index, loss] of losses.entries()) expect(loss).toBeLessThanOrEqual(allowed[index] ?? 0);
  } finally {
    await server.close();
  }
});

/** Has five shows begin at random moments, and kills everything once all say that they are recorded. */
async function recordAndKill(server: RostrumServer, round: number): Promise<KilledShow[]> {
  // A moment that is drawn at random is the one thing for which there is no event to wait for.
  const beginning = Array.from({ length: showsAtOnce }, async (_, index) => {
    await wait(Math.random() * beginWithinMs);
    return beginShow(server, `killed-${round}-${index}`);
  });
  const shows = await Promise.all(beginning);
  try {
    if (unwrittenBytes > 0) await somethingIsWritten(server, shows);
    await wait(Math.random() * killWithinMs);
    await server.killEverything();
    // Late rather than early: presenters send on until they notice, so it is the loss that may come out too large.
    const killedUs = monotonicUs();
    return shows.map(({ channel, announcedUs }) => ({
      channel,
      announcedMs: (killedUs - announcedUs) / 1_000,
      killedUs,
    }));
  } finally {
    await Promise.all(shows.map(({ presenter }) => presenter.close()));
  }
}

/** Goes live and waits until the broadcast says that it is recorded. */
async function beginShow(server: RostrumServer, channel: string): Promise<RecordedShow> {
  const presenter = await LoadPresenter.start({ url: server.url }, { key: server.key, channel, record: true });
  const announcedUs = await new Promise<number>((resolve) => {
    const note = (broadcast: BroadcastView | null) => {
      if (broadcast?.recording === 'recording') resolve(monotonicUs());
    };
    presenter.link.own(presenter.link.signaling.on('broadcast:changed', ({ broadcast }) => note(broadcast)));
    note(presenter.broadcast);
  });
  return { channel, presenter, announcedUs };
}

/** Of each show something is on the disk: what a media server still keeps cannot be lost in part. */
async function somethingIsWritten(server: RostrumServer, shows: readonly RecordedShow[]): Promise<void> {
  const isWritten = ({ channel }: RecordedShow, all: readonly Recording[]) =>
    all.some((recording) => recording.channel === channel && recording.sizeBytes > 0);
  const written = async () => {
    const all = await listRecordings(server);
    return shows.filter((show) => isWritten(show, all)).length;
  };
  await expect.poll(written, { intervals: [100] }).toBe(shows.length);
}

async function listRecordings(server: RostrumServer): Promise<Recording[]> {
  const reply = await fetch(`${server.url}${recordingPaths.list}`);
  return recordingListSchema.parse(await reply.json()).recordings;
}

/** The recordings of these shows, in their order, once each is repaired; there is one of each. */
async function allReady(server: RostrumServer, shows: readonly KilledShow[]): Promise<Recording[]> {
  const states = async () => (await listRecordings(server)).map(({ state }) => state);
  await expect.poll(states, { timeout: 30_000 }).toEqual(shows.map(() => 'ready'));
  const recordings = await listRecordings(server);
  return shows.flatMap(({ channel }) => recordings.filter((recording) => recording.channel === channel));
}

/** What a recording may lack at its end, in milliseconds. */
function maxLossOf({ sizeBytes, durationMs }: Recording): number {
  return maxLossMs + (unwrittenBytes * (durationMs ?? 0)) / sizeBytes;
}

/** What the recording lacks at its end, in milliseconds; it opens, has picture and sound, and can be sought in. */
async function lossOf(server: RostrumServer, show: KilledShow, recording: Recording, path: string): Promise<number> {
  const reply = await fetch(`${server.url}${recordingPaths.media(recording.id)}`);
  await writeFile(path, Buffer.from(await reply.arrayBuffer()));
  const info = await readFileInfo(path);
  expect(info.codecs).toEqual(['vp8', 'opus']);
  expect(await isSeekable(path), `${show.channel} can be sought in`).toBe(true);
  expect(info.duration * 1_000).toBeGreaterThanOrEqual(show.announcedMs - maxLossOf(recording));
  const { videoUs, audioUs } = await readLastSent(path);
  return Math.round((show.killedUs - Math.min(videoUs, audioUs)) / 1_000);
}
