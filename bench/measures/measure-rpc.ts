import { Closer } from '../../server/closer.ts';
import { Histogram } from '../figures/histogram.ts';
import { fixed, markdownTable, milliseconds, percent } from '../figures/results-table.ts';
import { RpcSocket } from '../load/rpc-socket.ts';
import { type Watched, WatchedShow } from '../load/watched-show.ts';
import { monotonicUs } from '../platform/clock.ts';
import type { MeasuredServer } from '../servers/measured-server.ts';

/** The requests to the media server: endpoints per second (`null`: as many as possible), and requests in flight. */
export type RpcLoad = { viewers: number; seconds: number; perSecond: number | null; inFlight: number };

/** How fast it answered, and the reception of the viewers. */
export type RpcResult = RpcLoad & {
  /** Endpoints that were created and released within the window. */
  endpoints: number;
  /** The time from sending a request to its answer. */
  repliesUs: Histogram;
  quiet: Watched;
  busy: Watched;
};

/**
 * Creates and releases WebRtcEndpoints while the media server carries a show.
 * @throws Error if the media server cannot be reached over the Kurento Protocol, or refuses a request
 */
export async function measureRpc(server: MeasuredServer, load: RpcLoad, signal: AbortSignal): Promise<RpcResult> {
  if (server.mediaUrl === null) throw new Error('This needs a media server that speaks the Kurento Protocol.');
  const closer = new Closer();
  try {
    const show = await WatchedShow.open(server, load.viewers, closer, signal);
    const socket = await closer.own(RpcSocket.open(server.mediaUrl));
    const mediaPipeline = await socket.create('MediaPipeline');
    const { watched: quiet } = await show.during(load.seconds, async () => {}, signal);
    const repliesUs = new Histogram();
    let endpoints = 0;
    const timed = async <Answer>(request: Promise<Answer>): Promise<Answer> => {
      const askedUs = monotonicUs();
      const answer = await request;
      repliesUs.record(monotonicUs() - askedUs);
      return answer;
    };
    const { watched: busy } = await show.during(
      load.seconds,
      async ({ fromUs, toUs }) => {
        let begun = 0;
        // An early request waits and a late one does not, so that the average rate is kept.
        const turn = async () => {
          if (load.perSecond === null) return;
          const dueUs = fromUs + (begun++ * 1e6) / load.perSecond;
          const earlyMs = (dueUs - monotonicUs()) / 1000;
          if (earlyMs >= 1) await new Promise((resolve) => setTimeout(resolve, earlyMs));
        };
        const lane = async () => {
          for (;;) {
            await turn();
            signal.throwIfAborted();
            if (monotonicUs() >= toUs) return;
            const object = await timed(socket.create('WebRtcEndpoint', { mediaPipeline }));
            await timed(socket.request('release', { object }));
            endpoints += 1;
          }
        };
        await Promise.all(Array.from({ length: load.inFlight }, lane));
      },
      signal,
    );
    await socket.request('release', { object: mediaPipeline });
    return { ...load, endpoints, repliesUs, quiet, busy };
  } finally {
    await closer.close();
  }
}

/** The result as a table of one row, in Markdown. */
export function rpcTable(result: RpcResult): string {
  const { viewers, seconds, perSecond, inFlight, endpoints, repliesUs, quiet, busy } = result;
  return markdownTable(
    [
      'viewers meanwhile',
      'requested /s',
      'in flight',
      'endpoints created and released /s',
      'reply p50/p99 ms',
      'delivered %',
      'delay p99 ms before',
      'and during',
    ],
    [
      [
        `${viewers}`,
        perSecond === null ? 'as many as possible' : `${perSecond}`,
        `${inFlight}`,
        fixed(endpoints / seconds, 0),
        `${milliseconds(repliesUs.percentile(0.5))} / ${milliseconds(repliesUs.percentile(0.99))}`,
        percent(busy.delivered),
        milliseconds(quiet.delaysUs.percentile(0.99)),
        milliseconds(busy.delaysUs.percentile(0.99)),
      ],
    ],
  );
}
