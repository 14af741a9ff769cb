import { AppError, type ErrorBody, toErrorBody } from '../../errors.ts';
import { startLevelMeter } from '../capture/level-meter.ts';
import { openStorage } from '../page/browser-storage.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { PathEvidence, type RelayFailure, relayFailureOf } from '../rtc/path-evidence.ts';
import { createPeerConnection, preferVp8On, speaksWebRtc } from '../rtc/peer-connection.ts';
import { PeerLink } from '../rtc/peer-link.ts';
import { limitVideo } from '../rtc/sending.ts';
import { UplinkMemory } from '../rtc/uplink-memory.ts';
import { type Signaling, SignalingClient } from '../signaling/signaling-client.ts';
import { type Finding, findingsOf, measureConnection } from './connection-findings.ts';

/**
 * The progress of a test. `stream` is the media that came back; `relay` says why no relay helped a test whose media did
 * not get through.
 */
export type ConnectionTestState =
  | { phase: 'idle' }
  | { phase: 'running'; stream: MediaStream | null }
  | { phase: 'done'; findings: readonly Finding[] }
  | { phase: 'failed'; error: ErrorBody; relay: RelayFailure };

/** How long to let the bitrate grow, and then how long to measure, in milliseconds. */
type ConnectionTestTimes = { growMs: number; measureMs: number };

type Parts = {
  connectSignaling: () => Signaling;
  createConnection: () => RTCPeerConnection;
  times: ConnectionTestTimes;
  /** Where a presenter's test stores the uplink's capacity for the show. */
  uplink: UplinkMemory;
};
type Run = { stop(): void; readonly isOver: boolean; evidence: PathEvidence | null };

const byDefault: Parts = {
  connectSignaling: () => new SignalingClient(),
  createConnection: createPeerConnection,
  times: { growMs: 4_000, measureMs: 3_000 },
  uplink: new UplinkMemory(openStorage),
};

/**
 * Sends a picture to the media server and receives it back, to judge how presenting or watching will work from here.
 */
export class ConnectionTest {
  readonly #store = new Store<ConnectionTestState>({ phase: 'idle' });
  readonly state: ReadableStore<ConnectionTestState> = this.#store;
  readonly #parts: Parts;
  #run: Run | null = null;

  constructor(parts: Partial<Parts> = {}) {
    this.#parts = { ...byDefault, ...parts };
  }

  /**
   * Starts, unless it is already running.
   * @param own the media that a presenter would send; `null` tests for a viewer, with a generated picture
   */
  start(own: MediaStream | null): void {
    if (this.#run !== null) return;
    this.#store.set({ phase: 'running', stream: null });
    const cleanUps: (() => void)[] = [];
    let isOver = false;
    const run: Run = {
      evidence: null,
      get isOver() {
        return isOver;
      },
      stop() {
        isOver = true;
        for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp();
      },
    };
    this.#run = run;
    this.#test(own, run, cleanUps).then(
      (findings) => this.#finish(run, { phase: 'done', findings }),
      (error: unknown) => {
        const relay = run.evidence === null ? 'absent' : relayFailureOf(run.evidence.relays);
        this.#finish(run, { phase: 'failed', error: toErrorBody(error), relay });
      },
    );
  }

  /** Stops a running test, and forgets its findings. */
  reset(): void {
    this.#run?.stop();
    this.#run = null;
    this.#store.set({ phase: 'idle' });
  }

  #finish(run: Run, state: ConnectionTestState): void {
    run.stop();
    if (this.#run !== run) return;
    this.#run = null;
    this.#store.set(state);
  }

  async #test(own: MediaStream | null, run: Run, cleanUps: (() => void)[]): Promise<Finding[]> {
    if (!speaksWebRtc()) throw new AppError('unsupported-browser', 'This browser cannot do live video.');
    const { times, connectSignaling, createConnection, uplink } = this.#parts;
    const signaling = connectSignaling();
    cleanUps.push(() => signaling.close());
    const picture = own === null ? openTestPicture() : null;
    if (picture !== null) cleanUps.push(() => picture.close());
    const sent = own ?? picture?.stream ?? new MediaStream();
    signaling.open();
    await signaling.whenConnected();

    const connection = createConnection();
    const evidence = new PathEvidence(connection);
    run.evidence = evidence;
    const back = new MediaStream();
    connection.addEventListener('track', ({ track }) => back.addTrack(track));
    const senders = sent.getTracks().map((track) => {
      const transceiver = connection.addTransceiver(track, { direction: 'sendrecv', streams: [sent] });
      if (track.kind === 'video') preferVp8On(transceiver, 'send');
      return { kind: track.kind, sender: transceiver.sender };
    });
    let lose = (_: AppError): void => undefined;
    const over = new Promise<never>((_, reject) => {
      lose = reject;
      signaling.on('link:closed', ({ error }) => reject(new AppError(error.code, error.message)));
      signaling.onDisconnected(() => reject(new AppError('connection-lost', 'The connection to the server was lost.')));
      cleanUps.push(() => reject(new AppError('connection-lost', 'The test was stopped.')));
    });
    over.catch(() => undefined);
    let wantedKbps = 0;
    const connected = new Promise<void>((resolve, reject) => {
      // A test that breaks off has no findings: they would blame the network for being slow.
      const link = new PeerLink(signaling, connection, { onConnected: resolve, onLost: lose });
      cleanUps.push(() => link.close());
      link
        .negotiate(async (sdpOffer) => {
          const answer = await signaling.request('test:start', { sdpOffer });
          wantedKbps = answer.maxVideoKbps;
          return answer;
        })
        .catch(reject);
    });
    await Promise.race([connected, over]);
    for (const { kind, sender } of senders) if (kind === 'video') await limitVideo(sender, wantedKbps);
    if (!run.isOver) this.#store.set({ phase: 'running', stream: back });

    let loudness: number | null = null;
    const meter = startLevelMeter(sent, (level) => {
      loudness = Math.max(loudness ?? 0, level);
    });
    cleanUps.push(() => meter.close());
    await Promise.race([pause(times.growMs), over]);
    const before = await connection.getStats();
    await Promise.race([pause(times.measureMs), over]);
    const measure = measureConnection(before, await connection.getStats(), wantedKbps);
    if (own !== null) uplink.remember(measure.uploadKbps);
    return findingsOf({ ...measure, loudness }, evidence.relays, own === null ? 'viewer' : 'presenter');
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const width = 640;
const height = 360;
const tile = 8;

/** A generated picture, for connection tests without a camera. */
type TestPicture = { stream: MediaStream; close(): void };

/** Draws noise that changes with every frame, so that it needs about the same bitrate as a camera's picture. */
function openTestPicture(framesPerSecond = 30): TestPicture {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { alpha: false });
  const draw = () => {
    if (context === null) return;
    for (let y = 0; y < height; y += tile) {
      for (let x = 0; x < width; x += tile) {
        const shade = Math.floor(Math.random() * 160);
        context.fillStyle = `rgb(${shade} ${shade + 40} ${shade + 30})`;
        context.fillRect(x, y, tile, tile);
      }
    }
  };
  draw();
  const timer = setInterval(draw, 1000 / framesPerSecond);
  const stream = canvas.captureStream(framesPerSecond);
  return {
    stream,
    close() {
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
    },
  };
}
