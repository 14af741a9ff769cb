import { AppError } from '../../errors.ts';
import type { Announcements, BroadcastView, Replies, RequestInput, RequestName } from '../../signaling.ts';
import type { StoredValues } from '../page/browser-storage.ts';
import type { Signaling } from '../signaling/signaling-client.ts';

/** A request that a test received, and functions to answer it. */
export type SeenRequest = {
  name: RequestName;
  body: unknown;
  answer: (data: unknown) => void;
  refuse: (error: AppError) => void;
};

/** A socket without a server: tests receive the requests, answer them, and send announcements. */
export class FakeSignaling implements Signaling {
  connected = false;
  opened = false;
  closed = false;
  /** Whether it connects in time, once it is opened. */
  answers = true;
  readonly seen: SeenRequest[] = [];
  readonly #handlers = new Map<string, Set<(body: never) => void>>();
  readonly #connectedHandlers = new Set<(recovered: boolean) => void>();
  readonly #disconnectedHandlers = new Set<() => void>();

  open(): void {
    this.opened = true;
  }

  close(): void {
    this.closed = true;
    this.connected = false;
  }

  request<Name extends RequestName>(name: Name, body: RequestInput<Name>): Promise<Replies[Name]> {
    if (!this.connected) return Promise.reject(new AppError('connection-lost', 'There is no connection.'));
    return new Promise((resolve, reject) => {
      // Tests pass whole replies, and are responsible for their shape.
      this.seen.push({ name, body, answer: (data) => resolve(data as Replies[Name]), refuse: reject });
    });
  }

  on<Name extends keyof Announcements>(name: Name, handler: (body: Announcements[Name]) => void): () => void {
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers.add(handler));
    return () => void handlers.delete(handler);
  }

  onConnected(handler: (recovered: boolean) => void): () => void {
    this.#connectedHandlers.add(handler);
    return () => void this.#connectedHandlers.delete(handler);
  }

  onDisconnected(handler: () => void): () => void {
    this.#disconnectedHandlers.add(handler);
    return () => void this.#disconnectedHandlers.delete(handler);
  }

  whenConnected(): Promise<void> {
    if (this.answers) return Promise.resolve();
    return Promise.reject(new AppError('connection-lost', 'The server did not answer.'));
  }

  connect(recovered = false): void {
    this.connected = true;
    for (const handler of [...this.#connectedHandlers]) handler(recovered);
  }

  disconnect(): void {
    this.connected = false;
    for (const handler of [...this.#disconnectedHandlers]) handler();
  }

  announce<Name extends keyof Announcements>(name: Name, body: Announcements[Name]): void {
    // The map holds handlers for every announcement; the name determines the type.
    for (const handler of [...(this.#handlers.get(name) ?? [])]) (handler as (body: Announcements[Name]) => void)(body);
  }

  /** The newest request of that name. */
  last(name: RequestName): SeenRequest {
    const found = this.seen.findLast((request) => request.name === name);
    if (found === undefined) throw new Error(`There was no ${name}.`);
    return found;
  }

  count(name: RequestName): number {
    return this.seen.filter((request) => request.name === name).length;
  }
}

/** The part of an RTCPeerConnection that a link uses. */
export class FakeConnection extends EventTarget {
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: { sdp: string } | null = null;
  closed = false;
  offer = 'offer';
  /** True for a browser that accepts only its own, unmodified description. */
  isStrict = false;
  readonly applied: string[] = [];
  /** The counters of received video; tests increase them. */
  readonly video = { type: 'inbound-rtp', kind: 'video', bytesReceived: 0, framesDecoded: 0, nackCount: 0 };
  /** The counters of received audio. */
  readonly audio = { type: 'inbound-rtp', kind: 'audio', bytesReceived: 0 };
  readonly receivers: { jitterBufferTarget: number | null }[] = [{ jitterBufferTarget: null }];

  getStats() {
    const path = { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.04 };
    return Promise.resolve(
      new Map<string, object>(Object.entries({ video: { ...this.video }, audio: { ...this.audio }, path })),
    );
  }

  getReceivers() {
    return this.receivers;
  }

  /** The senders; tests add theirs. */
  readonly senders: { track: { kind: string }; replaceTrack: () => Promise<void> }[] = [];

  getSenders() {
    return this.senders;
  }

  configuration: RTCConfiguration = { bundlePolicy: 'max-bundle' };

  getConfiguration() {
    return this.configuration;
  }

  setConfiguration(configuration: RTCConfiguration) {
    this.configuration = configuration;
  }

  addTransceiver() {
    return { sender: { getParameters: () => ({ encodings: [] }), setParameters: () => Promise.resolve() } };
  }

  createOffer() {
    return Promise.resolve({ type: 'offer', sdp: this.offer });
  }

  setLocalDescription(description: { sdp: string }) {
    if (this.isStrict && description.sdp !== this.offer) return Promise.reject(new Error('This is not my offer.'));
    this.localDescription = description;
    return Promise.resolve();
  }

  setRemoteDescription({ sdp }: { sdp: string }) {
    this.applied.push(sdp);
    return Promise.resolve();
  }

  addIceCandidate({ candidate }: { candidate: string }) {
    this.applied.push(candidate);
    return Promise.resolve();
  }

  close() {
    this.closed = true;
    this.connectionState = 'closed';
  }

  /** Makes the browser find a candidate. */
  find(candidate: string) {
    const event = new Event('icecandidate');
    this.dispatchEvent(Object.assign(event, { candidate: { candidate, sdpMid: '0', sdpMLineIndex: 0 } }));
  }

  turn(state: RTCPeerConnectionState) {
    this.connectionState = state;
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  /** This object, typed as the connection it replaces. */
  get asConnection(): RTCPeerConnection {
    // A double deliberately has only the parts that are used.
    return this as unknown as RTCPeerConnection;
  }
}

/** A storage that lasts as long as a test. */
export function fakeStorage(): StoredValues {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

/** A live broadcast, with a test's changes. */
export function broadcastView(change: Partial<BroadcastView> = {}): BroadcastView {
  return {
    broadcastId: 'first',
    channel: 'math-101',
    title: 'Math 101',
    phase: 'live',
    startedAt: 1_000,
    viewers: 0,
    endedAt: null,
    narrowViewers: 0,
    peakViewers: 0,
    cameraOn: true,
    picture: 'flowing',
    presenterHealth: 'unknown',
    uplinkMs: null,
    interruption: null,
    recording: 'off',
    recordingProblem: null,
    recordingId: null,
    endReason: null,
    ...change,
  };
}

/** Lets everything run that waits only for promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
