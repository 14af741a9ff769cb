import { Closer } from '../../server/closer.ts';
import { type Column, fixed, type Result, resultColumns, tableOf } from '../figures/results-table.ts';
import { LoadLink, type LoadTarget } from '../load/load-link.ts';
import { LoadPresenter } from '../load/load-presenter.ts';
import type { OfferedVideoCodec } from '../load/offering-peer.ts';
import { isRtcp } from '../media/rtp.ts';
import { abortedWhenStopped } from '../platform/interruption.ts';
import { type MeasuredServer, startRostrumAsNamed } from '../servers/measured-server.ts';
import { childrenOf } from '../servers/media-server-process.ts';
import { isKurentoNamed } from '../servers/named-kurento.ts';
import { measureLoad } from './measure-load.ts';

/** Four pictures of 640 × 360 have as many pixels as one of 1280 × 720. */
const otherShows = 4;
const load = { viewers: 50, seconds: 20, joinsPerSecond: 20, viewersPerProcess: 100, record: false, narrow: 0 };

/** A viewer that offers one codec, and counts the pictures that arrive. */
class CountingViewer {
  readonly #link: LoadLink;
  readonly #countedFrom = performance.now();
  #pictures = 0;

  private constructor(link: LoadLink) {
    this.#link = link;
  }

  static async join(target: LoadTarget, channel: string, codec: OfferedVideoCodec): Promise<CountingViewer> {
    const direction = { direction: 'RecvOnly' } as const;
    const lines = { name: 'viewer', audio: direction, video: direction, videoCodecs: [codec] };
    const link = await LoadLink.open(target, lines, (kind, packet) => {
      // The marker bit ends a picture (RFC 3550, section 5.1).
      if (kind === 'video' && !isRtcp(packet) && ((packet[1] ?? 0) & 0x80) !== 0) viewer.#pictures += 1;
    });
    const viewer = new CountingViewer(link);
    await link.negotiate((sdpOffer) => link.signaling.request('viewer:join', { channel, sdpOffer }));
    return viewer;
  }

  get picturesPerSecond(): number {
    return (this.#pictures * 1_000) / (performance.now() - this.#countedFrom);
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}

type Row = Result & { codec: OfferedVideoCodec; picturesPerSecond: number };

/** What it costs when the viewers of four other shows take `codec` only, and what 50 viewers of a show notice of it. */
async function measureBeside(server: MeasuredServer, codec: OfferedVideoCodec, signal: AbortSignal): Promise<Row> {
  const closer = new Closer();
  try {
    const { target, key } = server;
    const viewers: CountingViewer[] = [];
    const mediaPids = [...server.mediaPids];
    const result = await measureLoad({ ...server, mediaPids }, load, signal, async () => {
      for (let show = 1; show <= otherShows; show += 1) {
        const channel = `beside-${show}`;
        const presenter = await closer.own(LoadPresenter.start(target, { key, channel }));
        await presenter.waitForLive();
        viewers.push(await closer.own(CountingViewer.join(target, channel, codec)));
      }
      // The transcoder is a child of the embedded media server.
      for (const pid of server.mediaPids) mediaPids.push(...(await childrenOf(pid)));
    });
    const picturesPerSecond = Math.min(...viewers.map((viewer) => viewer.picturesPerSecond));
    return { ...result, server: 'rostrum', codec, picturesPerSecond };
  } finally {
    await closer.close();
  }
}

const heads = ['delivered %', 'delay p50/p99 ms'];
const columns: readonly Column<Row>[] = [
  { head: 'viewers of four other shows take', cell: ({ codec }) => codec.toUpperCase() },
  { head: 'their pictures/s', cell: ({ picturesPerSecond }) => fixed(picturesPerSecond, 1) },
  { head: 'all media processes, cores', cell: ({ mediaCpuUs, seconds }) => fixed(mediaCpuUs / seconds / 1e6, 2) },
  ...resultColumns
    .filter(({ head }) => heads.includes(head))
    .map(({ head, cell }) => ({ head: `50 viewers: ${head}`, cell })),
];

/** The table of {@link measureBeside} for a server that forwards VP8 only and one that makes H264 of it, twice each. */
export async function measureBesideTranscoding(): Promise<string> {
  const interrupted = abortedWhenStopped();
  const rows: Row[] = [];
  for (const codec of ['vp8', 'h264', 'vp8', 'h264'] as const) {
    const server = await startRostrumAsNamed({ profileDir: null });
    try {
      rows.push(await measureBeside(server, codec, interrupted));
    } finally {
      await server.close();
    }
  }
  return `${isKurentoNamed() ? 'Kurento' : 'The embedded media server'}:\n\n${tableOf(columns, rows)}`;
}
