import type { Candidate } from '../../lib/signaling.ts';
import { Closer } from '../../server/closer.ts';
import { fixed, markdownTable } from '../figures/results-table.ts';
import { OfferingPeer } from '../load/offering-peer.ts';
import { RpcSocket } from '../load/rpc-socket.ts';
import { wait, within } from '../platform/clock.ts';
import { deferred } from '../platform/deferred.ts';
import { readTotalUsage } from '../platform/process-usage.ts';
import type { MeasuredServer } from '../servers/measured-server.ts';

/** The cost of viewers to whom nothing is sent. Times are CPU times of the media process, in microseconds. */
export type IdleResult = { viewers: number; seconds: number; aloneCpuUs: number; idleCpuUs: number };

const settleMs = 3_000;

/**
 * Connects viewers to the endpoint of a presenter that never connects, and measures the CPU time of the media process;
 * before that, the same without viewers.
 * @throws Error if the media server cannot be reached over the Kurento Protocol
 */
export async function measureIdle(
  server: MeasuredServer,
  { viewers, seconds }: { viewers: number; seconds: number },
  signal: AbortSignal,
): Promise<IdleResult> {
  if (server.mediaUrl === null) throw new Error('Idle viewers need a media server that speaks the Kurento Protocol.');
  const closer = new Closer();
  try {
    await wait(settleMs, signal);
    const aloneCpuUs = await cpuIn(seconds, server.mediaPids, signal);
    const socket = await closer.own(RpcSocket.open(server.mediaUrl));
    const mediaPipeline = await socket.create('MediaPipeline');
    const presenter = await socket.create('WebRtcEndpoint', { mediaPipeline });
    const peers = new Map<string, OfferingPeer>();
    socket.onEvent(({ object, data }) => {
      // This is the only event that is subscribed to.
      const { candidate, sdpMid, sdpMLineIndex } = data.candidate as Required<Candidate>;
      peers.get(object)?.addCandidate({ candidate, sdpMid, sdpMLineIndex });
    });
    for (let viewer = 0; viewer < viewers; viewer += 1) {
      signal.throwIfAborted();
      const endpoint = await socket.create('WebRtcEndpoint', { mediaPipeline });
      await socket.invoke(presenter, 'connect', { sink: endpoint });
      await socket.request('subscribe', { object: endpoint, type: 'IceCandidateFound' });
      await closer.own(connect(socket, endpoint, peers, server.target.bindAddress ?? '127.0.0.1'));
    }
    await wait(settleMs, signal);
    const idleCpuUs = await cpuIn(seconds, server.mediaPids, signal);
    const lost = [...peers.values()].filter(({ state }) => state !== 'connected').length;
    if (lost > 0) throw new Error(`${lost} viewers lost their connection while idle.`);
    await socket.request('release', { object: mediaPipeline });
    return { viewers, seconds, aloneCpuUs, idleCpuUs };
  } finally {
    await closer.close();
  }
}

/** The result as a table of one row, in Markdown. */
export function idleTable({ viewers, seconds, aloneCpuUs, idleCpuUs }: IdleResult): string {
  const share = (cpuUs: number) => cpuUs / seconds / 1e4;
  return markdownTable(
    ['idle viewers', 'media CPU % of a core without them', 'with them', '% of a core per 100'],
    [
      [
        `${viewers}`,
        fixed(share(aloneCpuUs), 2),
        fixed(share(idleCpuUs), 2),
        fixed((share(idleCpuUs - aloneCpuUs) / viewers) * 100, 2),
      ],
    ],
  );
}

async function connect(
  socket: RpcSocket,
  endpoint: string,
  peers: Map<string, OfferingPeer>,
  bindAddress: string,
): Promise<OfferingPeer> {
  const connected = deferred<void>();
  const peer = new OfferingPeer({
    name: 'idle viewer',
    bindAddress,
    audio: { direction: 'RecvOnly' },
    video: { direction: 'RecvOnly' },
    videoCodecs: ['vp8', 'h264'],
    // The server learns our address from our checks, as it does with browsers that hide theirs.
    candidateFound: () => {},
    stateChanged: (state) => {
      if (state === 'connected') connected.resolve();
    },
    received: () => {},
  });
  peers.set(endpoint, peer);
  try {
    const sdpAnswer = await socket.invoke(endpoint, 'processOffer', { offer: await peer.offer() });
    peer.acceptAnswer(String(sdpAnswer));
    await socket.invoke(endpoint, 'gatherCandidates');
    await within(10_000, 'Connecting an idle viewer', connected.promise);
    return peer;
  } catch (error) {
    await peer.close();
    throw error;
  }
}

async function cpuIn(seconds: number, pids: readonly number[], signal: AbortSignal): Promise<number> {
  const before = await readTotalUsage(pids);
  await wait(seconds * 1_000, signal);
  return (await readTotalUsage(pids)).cpuUs - before.cpuUs;
}
