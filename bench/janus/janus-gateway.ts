import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { AppError } from '../../lib/errors.ts';
import {
  type BroadcastView,
  type ClientToServerEvents,
  type Reply,
  type RequestInput,
  type ServerToClientEvents,
  signalingPath,
} from '../../lib/signaling.ts';
import { Closer } from '../../server/closer.ts';
import { benchBroadcast } from '../servers/bench-broadcast.ts';
import type { JanusOptions } from './janus-configuration.ts';
import { JanusProcess } from './janus-process.ts';
import { type JanusLink, JanusRoom } from './janus-room.ts';
import { type JanusHandle, JanusSession } from './janus-session.ts';

type CandidateInput = RequestInput<'candidate:add'>;
type PeerSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

const bindAddress = '127.0.0.1';

/**
 * Janus behind enough of our signalling for the load client: one presenter in one video room, and viewers. No media
 * passes through it.
 */
export class JanusGateway {
  readonly #http = createServer();
  readonly #io: Server<ClientToServerEvents, ServerToClientEvents>;
  readonly #janus: JanusProcess;
  readonly #room: JanusRoom;
  readonly #closer: Closer;
  #broadcast: BroadcastView | null = null;

  private constructor(janus: JanusProcess, room: JanusRoom, closer: Closer) {
    this.#janus = janus;
    this.#room = room;
    this.#closer = closer;
    this.#io = new Server(this.#http, { path: signalingPath, serveClient: false, transports: ['websocket'] });
    this.#io.on('connection', (socket) => this.#greet(socket));
    closer.add(() => this.#io.close());
  }

  /** Starts a Janus, and listens on a free port of the loopback interface. */
  static async start(options: JanusOptions): Promise<JanusGateway> {
    const closer = new Closer();
    try {
      const janus = await closer.own(JanusProcess.start(options));
      const session = await closer.own(JanusSession.open(janus.url));
      const gateway = new JanusGateway(janus, await JanusRoom.create(session), closer);
      await new Promise<void>((resolve) => gateway.#http.listen(0, bindAddress, resolve));
      return gateway;
    } catch (error) {
      await closer.close();
      throw error;
    }
  }

  /** The address at which it listens, `http://host:port`. */
  get url(): string {
    // A server that listens on a TCP port has an address of this type.
    const { port } = this.#http.address() as AddressInfo;
    return `http://${bindAddress}:${port}`;
  }

  /** The process id of Janus. */
  get janusPid(): number {
    return this.#janus.pid;
  }

  /** Ends every connection, and Janus; may be called twice. */
  close(): Promise<void> {
    return this.#closer.close();
  }

  #greet(socket: PeerSocket): void {
    let link: Promise<JanusLink> | null = null;
    socket.on('broadcast:start', ({ channel, title, sdpOffer }, reply) => {
      const publishing = this.#room.publish(sdpOffer, () => {
        const broadcast = benchBroadcast({ channel, title, phase: 'live' });
        this.#broadcast = broadcast;
        socket.emit('broadcast:changed', { channel, broadcast });
      });
      link = publishing;
      socket.once('disconnect', () => {
        this.#broadcast = null;
      });
      void answer(reply, async () => {
        const { sdpAnswer } = await publishing;
        const broadcast = this.#broadcast ?? benchBroadcast({ channel, title, phase: 'starting' });
        return { broadcast, sdpAnswer, maxVideoKbps: 2_500, resumeToken: 'nothing can be resumed' };
      });
    });
    socket.on('channel:follow', ({ channel }, reply) => {
      reply({ ok: true, data: { channel, broadcast: this.#broadcast, upcoming: null } });
    });
    socket.on('viewer:join', ({ sdpOffer }, reply) => {
      void answer(reply, async () => {
        if (this.#broadcast === null) throw new AppError('not-live', 'No one is presenting.');
        link = this.#room.subscribe(sdpOffer);
        return { broadcast: this.#broadcast, sdpAnswer: (await link).sdpAnswer };
      });
    });
    socket.on('candidate:add', (candidate, reply) => {
      link?.then(({ handle }) => trickle(handle, candidate)).catch(() => {});
      reply({ ok: true, data: {} });
    });
    socket.on('disconnect', () => {
      link?.then(({ handle }) => handle.detach()).catch(() => {});
    });
  }
}

/** Passes a candidate to Janus, which expects its separate fields and does not accept an empty one. */
function trickle(handle: JanusHandle, { candidate, sdpMid, sdpMLineIndex }: CandidateInput): void {
  if (candidate !== '') handle.trickle({ candidate, sdpMid: sdpMid ?? '0', sdpMLineIndex: sdpMLineIndex ?? 0 });
}

/** Replies with the result of `work`; an error keeps Janus' wording, since only the benchmark receives it. */
async function answer<Data>(reply: (reply: Reply<Data>) => void, work: () => Promise<Data>): Promise<void> {
  try {
    reply({ ok: true, data: await work() });
  } catch (error) {
    if (error instanceof AppError) reply({ ok: false, error: error.toBody() });
    else reply({ ok: false, error: { code: 'media-failed', message: String(error) } });
  }
}
