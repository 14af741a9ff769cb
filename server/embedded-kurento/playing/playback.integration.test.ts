import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MediaKind, RtpPacket } from '../media/media-types.ts';
import type { MediaAddress } from './byte-source.ts';
import { FileStream } from './file-stream.ts';
import { openMediaFile } from './media-file.ts';
import { Playback } from './playback.ts';
import { asFault, type PlayerFault } from './player-fault.ts';
import { writeTestFile } from './testing/test-files.ts';

const timeoutMs = 700;

/** Plays a file, and keeps its output. */
class Show {
  readonly streams = { audio: new FileStream('audio'), video: new FileStream('video') };
  readonly packets: Record<MediaKind, RtpPacket[]> = { audio: [], video: [] };
  readonly faults: string[] = [];
  isOver = false;
  playback: Playback | null = null;

  constructor() {
    for (const kind of ['audio', 'video'] as const) {
      this.streams[kind].addConsumer({
        onPacket: (packet) => this.packets[kind].push(packet),
        onSenderClock: () => undefined,
      });
    }
  }

  async open(address: MediaAddress): Promise<Playback> {
    const uri = 'test';
    const signal = new AbortController().signal;
    const failed = (fault: PlayerFault) => void this.faults.push(fault.report.type);
    const file = await openMediaFile(address, { uri, timeoutMs, signal, onFault: failed });
    const ended = () => {
      this.isOver = true;
    };
    this.playback = new Playback(file, this.streams, { uri, aheadMs: 300, timeoutMs, listener: { failed, ended } });
    return this.playback;
  }

  /** The capture times of the frames, from the marks in them. */
  get captured(): number[] {
    const starts = this.packets.video.filter(({ bytes, payloadOffset }) => ((bytes[payloadOffset] ?? 0) & 0x10) !== 0);
    return starts.map(({ bytes, payloadOffset }) => bytes.readUInt32BE(payloadOffset + 4 + 100));
  }

  async ends(): Promise<void> {
    await vi.waitFor(() => expect(this.isOver).toBe(true), { timeout: 8000, interval: 10 });
  }
}

/** Waits until a second playback of the same file has delivered a third of a second. */
async function anotherPlays(path: string): Promise<void> {
  const other = new Show();
  (await other.open({ kind: 'file', path })).play();
  await vi.waitFor(() => expect(other.captured.length).toBeGreaterThan(8));
  other.playback?.close();
}

describe('playing', () => {
  let folder: string;
  let path: string;
  let show: Show;
  const servers: Server[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'playing-'));
    path = join(folder, 'show.webm');
    show = new Show();
    await writeTestFile(path);
  });
  afterEach(async () => {
    show.playback?.close();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await rm(folder, { recursive: true, force: true });
  });

  async function serve(listener: RequestListener): Promise<MediaAddress> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { kind: 'url', url: `http://127.0.0.1:${port}/show.webm`, headers: {} };
  }

  const every = (stepMs: number, fromMs: number, toMs: number) =>
    Array.from({ length: (toMs - fromMs) / stepMs }, (_, index) => fromMs + index * stepMs);

  it('R76: every frame is sent at its time, and sound follows without a gap', async () => {
    (await show.open({ kind: 'file', path })).play();
    await show.ends();
    expect(show.captured).toEqual(every(40, 0, 2000));
    const sound = show.packets.audio;
    expect(sound).toHaveLength(100);
    // A delay of the machine shows as a marker, as after a silence.
    for (const [index, { timestamp, marker }] of sound.entries()) {
      const step = (timestamp - (sound[index - 1]?.timestamp ?? 0)) >>> 0;
      expect([index, marker || step === 960]).toEqual([index, true]);
    }
    expect(sound[0]?.marker).toBe(true);
    expect(sound.filter(({ marker }) => marker).length).toBeLessThan(10);
    const [first, last] = [sound[0]?.arrivedAt ?? 0, sound.at(-1)?.arrivedAt ?? 0];
    expect(last - first).toBeGreaterThan(1900);
  });

  it('R78: a pause is a silence in RTP time, too', async () => {
    const playback = await show.open({ kind: 'file', path });
    playback.play();
    await vi.waitFor(() => expect(show.captured.length).toBeGreaterThan(5));
    playback.pause();
    const [before, count] = [playback.positionMs, show.captured.length];
    await anotherPlays(path);
    expect(playback.positionMs).toBe(before);
    expect(show.captured).toHaveLength(count);
    playback.play();
    await show.ends();
    expect(show.captured).toEqual(every(40, 0, 2000));
    const { video } = show.packets;
    for (const [index, packet] of video.entries()) {
      const previous = video[index - 1] ?? packet;
      const rtpMs = ((packet.timestamp - previous.timestamp) >>> 0) / 90;
      expect(Math.abs(rtpMs - (packet.arrivedAt - previous.arrivedAt))).toBeLessThan(150);
    }
  });

  it('R79: a seek begins with the frames that decoding needs, almost at once, and goes on from there', async () => {
    const playback = await show.open({ kind: 'file', path });
    playback.play();
    await vi.waitFor(() => expect(show.captured.length).toBeGreaterThan(2));
    await playback.seek(1500);
    const jumped = show.captured.length;
    expect(playback.positionMs).toBeGreaterThanOrEqual(1500);
    await show.ends();
    expect(show.captured.slice(jumped)).toEqual(every(40, 1000, 2000));
    const keyframe = show.packets.video.findLastIndex(({ keyframeStart }) => keyframeStart);
    const needed = show.packets.video.slice(keyframe, keyframe + (500 / 40) * 2);
    const spanMs = (((needed.at(-1)?.timestamp ?? 0) - (needed[0]?.timestamp ?? 0)) >>> 0) / 90;
    expect(spanMs).toBeLessThan(100);
  });

  it('R79: a seek beyond the end ends the playback', async () => {
    const playback = await show.open({ kind: 'file', path });
    playback.play();
    await playback.seek(99_999_999);
    await show.ends();
    expect(playback.positionMs).toBeLessThanOrEqual(2100);
  });

  it('D29: a consumer that joins in the middle gets everything since the keyframe', async () => {
    (await show.open({ kind: 'file', path })).play();
    await vi.waitFor(() => expect(show.captured.length).toBeGreaterThan(10));
    const since = show.streams.video.packetsSinceKeyframe(0);
    expect(since).toEqual(show.packets.video);
    expect(since[0]?.keyframeStart).toBe(true);
    expect(show.streams.video.history.find(since[3]?.sequenceNumber ?? -1)).toBe(since[3]);
  });

  it('D27: a track that no peer takes is left out, and the rest plays', async () => {
    const mp4 = join(folder, 'show.mp4');
    await writeTestFile(mp4, { video: 'avc', audio: 'aac', durationMs: 400 });
    const playback = await show.open({ kind: 'file', path: mp4 });
    expect(playback.file.leftOut).toEqual([{ kind: 'audio', codec: 'aac' }]);
    playback.play();
    await show.ends();
    expect(show.packets.audio).toEqual([]);
    expect(show.packets.video.length).toBeGreaterThan(9);
    await writeTestFile(mp4, { video: 'avc', isReordered: true });
    const other = await new Show().open({ kind: 'file', path: mp4 });
    expect(other.file.leftOut).toEqual([{ kind: 'video', codec: 'H264 with B-frames' }]);
    other.close();
  });

  it('R81, D28: a file that is cut anywhere plays as far as it goes, or is reported as a fault', async () => {
    const mp4 = join(folder, 'show.mp4');
    await writeTestFile(mp4, { video: 'avc', durationMs: 400 });
    for (const whole of [path, mp4]) {
      const bytes = await readFile(whole);
      const cut = join(folder, `cut.${whole.split('.').at(-1)}`);
      for (let part = 0; part < 24; part += 1) {
        // The beginning of the file matters most.
        const end = Math.floor(bytes.length * (part / 24) ** 2);
        await writeFile(cut, bytes.subarray(0, end));
        const one = new Show();
        const opened = await one.open({ kind: 'file', path: cut }).catch((error: unknown) => asFault(error, cut));
        if (opened instanceof Playback) {
          // A seek avoids waiting for the whole file.
          opened.play();
          await opened.seek(opened.file.durationMs).catch(() => undefined);
          await one.ends();
          opened.close();
        } else expect([end, opened.report.type]).toEqual([end, 'UNEXPECTED_ELEMENT_ERROR']);
      }
    }
  }, 60_000);

  it('R80: an address without ranges is played, and is not seekable', async () => {
    const bytes = await readFile(path);
    const playback = await show.open(await serve((_request, response) => response.end(bytes)));
    expect(playback.file.isSeekable).toBe(false);
    playback.play();
    await show.ends();
    expect(show.captured).toEqual(every(40, 0, 2000));
    expect(show.faults).toEqual([]);
  });

  it('R80: redirects are followed, and a login is sent', async () => {
    const bytes = await readFile(path);
    const logins: (string | undefined)[] = [];
    const address = await serve((request, response) => {
      logins.push(request.headers.authorization);
      if (request.url === '/show.webm') response.writeHead(302, { Location: '/there.webm' }).end();
      else response.end(bytes);
    });
    await show.open({ ...address, headers: { Authorization: 'Basic eDp5' } } as MediaAddress);
    expect(new Set(logins)).toEqual(new Set(['Basic eDp5']));
  });

  it('R81, D30: a server that stalls is given up, and the media received so far is played', async () => {
    await writeTestFile(path, { durationMs: 4000 });
    const bytes = await readFile(path);
    const most = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Length': bytes.length });
      response.write(bytes.subarray(0, bytes.length * 0.7));
    });
    (await show.open(most)).play();
    await show.ends();
    expect(show.faults).toEqual(['STREAM_ERROR_FAILED']);
    expect(show.captured.length).toBeGreaterThan(10);
    const silent = await serve(() => undefined);
    await expect(new Show().open(silent)).rejects.toMatchObject({ report: { type: 'STREAM_ERROR_FAILED' } });
  });

  it.skipIf(process.platform !== 'linux')(
    'R82: closing releases the file (only Linux shows which files are open)',
    async () => {
      const open = async () => {
        const handles = await readdir('/proc/self/fd');
        const links = await Promise.all(handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')));
        return links.filter((link) => link === path).length;
      };
      const playback = await show.open({ kind: 'file', path });
      playback.play();
      await vi.waitFor(() => expect(show.captured.length).toBeGreaterThan(2));
      expect(await open()).toBe(1);
      playback.close();
      await vi.waitFor(async () => expect(await open()).toBe(0));
      const count = show.captured.length;
      await anotherPlays(path);
      expect(show.captured).toHaveLength(count);
    },
  );
});
