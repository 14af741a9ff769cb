import { WebSocket } from 'ws';
import { isJsonObject, type JsonObject } from '../rpc/json-rpc.ts';
import { RecordedPeer } from './recorded-peer.ts';
import { RecordedIds, type TranscriptLine } from './transcript.ts';

/** A difference between a transcript and this server, at one line (counted from 1). */
export type Difference = { line: number; what: string };

/** Extensions for a client's part that needs more than the transcript has. */
export type PlayerHooks = {
  /** Folders of the transcript, and those that replace them in this run. */
  places?: readonly (readonly [string, string])[];
  /** Lines at which a difference is expected, so that no match is awaited. */
  deviates?(line: number): boolean;
  /** Called for every note; may do what the client did then apart from its signalling. */
  noted?(note: string, peers: readonly RecordedPeer[]): void;
  /** Plays with live peers in place of the browsers. */
  withPeers?: boolean;
};

type Connection = {
  socket: WebSocket;
  frames: JsonObject[];
  closed: Promise<number>;
};

/** Operations whose result depends on this machine at this moment. */
const momentaryResults: ReadonlySet<string> = new Set([
  'getUsedMemory',
  'getUsedCpu',
  'getCreationTime',
  'getCpuCount',
  'getPosition',
]);

/** The suffix of the address, by the note that mentions it. */
const pathsByNote: ReadonlyMap<string, string> = new Map([
  ['wrong path /other', '/other'],
  ['path with trailing slash', '/'],
]);

const longTimeoutMs = 5_000;
/** Stop after this many unexpected differences: waiting for each of the rest would exceed the test's time limit. */
const maxUnexpected = 5;
const silenceMs = 150;

/** Plays the client's part of a transcript, and compares the server's messages with the recorded ones. */
export class TranscriptPlayer {
  readonly differences: Difference[] = [];
  readonly ids: RecordedIds;
  readonly #url: string;
  #note = '';
  readonly #hooks: PlayerHooks;
  readonly #connections = new Map<number, Connection>();
  /** The peers that made offers, by the current ids of their endpoints. */
  readonly #peers = new Map<string, RecordedPeer>();
  /** Operations whose result depends on the moment, by the ids of their requests. */
  readonly #momentary = new Set<string>();
  /** Peers by the requests that hold their offers. */
  readonly #awaitingAnswer = new Map<string, RecordedPeer>();
  /** Events of any socket, because a session's events go to the socket that used it last. */
  readonly #events: JsonObject[] = [];

  constructor(url: string, hooks: PlayerHooks = {}) {
    this.#url = url;
    this.#hooks = hooks;
    this.ids = new RecordedIds(hooks.places);
  }

  async play(lines: readonly TranscriptLine[]): Promise<void> {
    try {
      for (const [index, line] of lines.entries()) {
        await this.#step(index + 1, line, lines);
        const unexpected = this.differences.filter((difference) => this.#hooks.deviates?.(difference.line) !== true);
        if (unexpected.length >= maxUnexpected) return;
      }
    } finally {
      for (const { socket } of this.#connections.values()) socket.terminate();
      for (const peer of this.#peers.values()) peer.close();
    }
  }

  async #step(number: number, line: TranscriptLine, lines: readonly TranscriptLine[]): Promise<void> {
    if ('note' in line) {
      this.#note = line.note;
      this.#hooks.noted?.(line.note, [...this.#peers.values()]);
    } else if ('opened' in line) await this.#open(line.socket);
    else if ('closed' in line) await this.#close(number, line, lines);
    else if ('received' in line) await this.#compare(number, line.socket, line.received);
    else if ('text' in line) this.#connections.get(line.socket)?.socket.send(this.ids.translate(line.text));
    else this.#send(line.socket, line.sent);
  }

  async #open(number: number): Promise<void> {
    const socket = new WebSocket(`${this.#url}${pathsByNote.get(this.#note) ?? ''}`);
    const frames: JsonObject[] = [];
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.on('message', (data) => {
      const frame: JsonObject = JSON.parse(String(data));
      if (frame.method === 'onEvent') this.#hear(frame);
      else frames.push(frame);
    });
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    this.#connections.set(number, { socket, frames, closed });
  }

  #send(socket: number, recorded: JsonObject): void {
    const operation = isJsonObject(recorded.params) ? recorded.params.operation : undefined;
    const key = JSON.stringify(recorded.id);
    if (typeof operation === 'string' && momentaryResults.has(operation)) this.#momentary.add(key);
    else this.#momentary.delete(key);
    const frame: JsonObject = JSON.parse(this.ids.translate(JSON.stringify(recorded)));
    if (this.#hooks.withPeers === true) this.#speakForPeer(frame);
    this.#connections.get(socket)?.socket.send(JSON.stringify(frame));
  }

  /** Replaces the browser's part of a request by that of the live peer. */
  #speakForPeer({ id, params }: JsonObject): void {
    if (!isJsonObject(params) || !isJsonObject(params.operationParams)) return;
    const { operation, operationParams } = params;
    const endpoint = String(params.object);
    if (operation === 'processOffer') {
      const peer = new RecordedPeer(String(operationParams.offer));
      operationParams.offer = peer.offer;
      this.#peers.set(endpoint, peer);
      this.#awaitingAnswer.set(JSON.stringify(id), peer);
    } else if (operation === 'addIceCandidate' && isJsonObject(operationParams.candidate)) {
      const { candidate } = operationParams;
      operationParams.candidate = this.#peers.get(endpoint)?.candidateFor(candidate) ?? candidate;
    }
  }

  #hear(event: JsonObject): void {
    this.#events.push(event);
    const value = isJsonObject(event.params) && isJsonObject(event.params.value) ? event.params.value : {};
    if (value.type !== 'IceCandidateFound' || !isJsonObject(value.data)) return;
    this.#peers.get(String(value.object))?.addCandidate(value.data.candidate);
  }

  async #compare(number: number, socket: number, recorded: JsonObject): Promise<void> {
    const isEvent = recorded.method === 'onEvent';
    const timeoutMs = this.#hooks.deviates?.(number) === true ? silenceMs : longTimeoutMs;
    const what = isEvent
      ? await this.#compareEvent(recorded, timeoutMs)
      : await this.#compareReply(socket, recorded, timeoutMs);
    if (what !== null) this.differences.push({ line: number, what });
  }

  async #compareReply(number: number, recorded: JsonObject, timeoutMs: number): Promise<string | null> {
    const connection = this.#connections.get(number);
    if (connection === undefined) return 'the socket is gone';
    const find = (): JsonObject | undefined => {
      const index = connection.frames.findIndex(({ id }) => JSON.stringify(id) === JSON.stringify(recorded.id));
      return index < 0 ? undefined : connection.frames.splice(index, 1)[0];
    };
    const live = await waitFor(find, timeoutMs);
    if (live === undefined) return 'no reply now';
    if (isJsonObject(live.result)) this.#awaitingAnswer.get(JSON.stringify(live.id))?.answer(String(live.result.value));
    if (
      this.#momentary.has(JSON.stringify(recorded.id)) &&
      isJsonObject(live.result) &&
      isJsonObject(recorded.result)
    ) {
      const [before, now] = [typeof recorded.result.value, typeof live.result.value];
      return before === now ? null : `.result.value: a ${before} recorded, a ${now} now`;
    }
    return this.ids.difference(recorded, live);
  }

  async #compareEvent(recorded: JsonObject, timeoutMs: number): Promise<string | null> {
    let closest: string | null = null;
    const find = (): JsonObject | undefined => {
      for (const [index, live] of this.#events.entries()) {
        if (labelOf(live) !== this.ids.translate(labelOf(recorded))) continue;
        const difference = this.ids.difference(recorded, live);
        closest = difference ?? closest;
        if (difference === null) return this.#events.splice(index, 1)[0];
      }
      return undefined;
    };
    const live = await waitFor(find, timeoutMs);
    return live === undefined ? (closest ?? `no event now: ${labelOf(recorded)}`) : null;
  }

  /** The client closes with 1000; any other code is a drop, by the server if a request before had no answer. */
  async #close(
    number: number,
    line: { socket: number; closed: number },
    lines: readonly TranscriptLine[],
  ): Promise<void> {
    const connection = this.#connections.get(line.socket);
    if (connection === undefined) return;
    this.#connections.delete(line.socket);
    const own = lines.slice(0, number - 1).filter((other) => 'socket' in other && other.socket === line.socket);
    const last = own.at(-1);
    const isServers = last !== undefined && !('received' in last) && line.closed !== 1000;
    if (!isServers) {
      connection.socket.terminate();
      return;
    }
    const closed = await Promise.race([
      connection.closed,
      new Promise<null>((resolve) => setTimeout(resolve, silenceMs, null)),
    ]);
    const told = connection.frames.map((frame) => JSON.stringify(frame)).join();
    if (closed === null)
      this.differences.push({ line: number, what: `the socket stays open now, and sends ${told || 'nothing'}` });
    else if (closed !== line.closed && line.closed !== 1006) {
      this.differences.push({ line: number, what: `closed with ${closed} now` });
    }
    connection.socket.terminate();
  }
}

function labelOf(event: JsonObject): string {
  const value = isJsonObject(event.params) && isJsonObject(event.params.value) ? event.params.value : {};
  return `${String(value.type)} of ${String(value.object)}`;
}

async function waitFor<T>(find: () => T | undefined, timeoutMs: number): Promise<T | undefined> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = find();
    if (found !== undefined || performance.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
