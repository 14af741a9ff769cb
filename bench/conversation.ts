import { constants, setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { Closer } from '../server/closer.ts';
import type { Histogram } from './figures/histogram.ts';
import { type Column, milliseconds, percent, type Result, resultColumns, tableOf } from './figures/results-table.ts';
import { ChatAudience, type ChatReport } from './load/chat-audience.ts';
import { measureLoad } from './measures/measure-load.ts';
import { abortedWhenStopped } from './platform/interruption.ts';
import { startRostrumAsNamed } from './servers/measured-server.ts';

/*
 * `npm run bench:conversation`: a show with viewers, first in silence and then with a conversation of many people, each on
 * a fresh server; how fast messages reach everybody, and whether the viewers' packets notice.
 */

const optionsSchema = z.object({
  clients: z.coerce.number().int().min(1).max(5_000).default(1_000),
  rate: z.coerce.number().min(1).max(1_000).default(50),
  viewers: z.coerce.number().int().min(1).max(200).default(50),
  seconds: z.coerce.number().int().min(2).max(300).default(20),
});

type Row = Result & { chat: ChatReport | null };

const times = (of: (chat: ChatReport) => Histogram) => (row: Row) =>
  row.chat === null
    ? '–'
    : [0.5, 0.95, 0.99].map((share) => milliseconds(of(row.chat ?? raise()).percentile(share))).join(' / ');

function raise(): never {
  throw new Error('There is no report.');
}

const chatColumns: readonly Column<Row>[] = [
  { head: 'people', cell: ({ chat }) => `${chat?.clients ?? 0}` },
  { head: 'messages', cell: ({ chat }) => `${chat?.sent ?? 0}` },
  {
    head: 'acknowledged %',
    cell: ({ chat }) => (chat === null ? '–' : percent(chat.acknowledged / chat.sent)),
  },
  {
    head: 'received %',
    cell: ({ chat }) => (chat === null ? '–' : percent(chat.received / (chat.sent * chat.clients))),
  },
  { head: 'to each p50/p95/p99 ms', cell: times(({ eachUs }) => eachUs) },
  { head: 'to the last p50/p95/p99 ms', cell: times(({ lastUs }) => lastUs) },
  { head: 'reply p50/p95/p99 ms', cell: times(({ replyUs }) => replyUs) },
];

const mediaHeads = ['viewers', 'delivered %', 'CPU µs/packet', 'delay p50/p99 ms'];
const mediaColumns: readonly Column<Row>[] = [
  { head: 'people who write', cell: ({ chat }) => `${chat?.clients ?? 0}` },
  ...resultColumns.filter(({ head }) => mediaHeads.includes(head)),
  {
    head: 'web server CPU %',
    cell: ({ webCpuUs, seconds }) => (webCpuUs === null ? '–' : (webCpuUs / seconds / 1e4).toFixed(0)),
  },
];

const interrupted = abortedWhenStopped();

const closer = new Closer();
try {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: process.argv.slice(2),
    options: { clients: text, rate: text, viewers: text, seconds: text },
  });
  const { clients, rate, viewers, seconds } = optionsSchema.parse(values);
  const open = () => closer.own(startRostrumAsNamed({ profileDir: null }));
  const load = { viewers, seconds, joinsPerSecond: 20, viewersPerProcess: 100, record: false, narrow: 0 };
  const quiet = await open();
  const silent = await measureLoad(quiet, load, interrupted);
  await quiet.close();
  const server = await open();
  const writing: { audience: ChatAudience | null } = { audience: null };
  const finishing: { report: Promise<ChatReport> | null } = { report: null };
  const busy = await measureLoad(server, load, interrupted, async (channel) => {
    // These people have machines of their own. Here they get the CPU time that servers and viewers leave.
    setPriority(constants.priority.PRIORITY_LOW);
    const audience = await ChatAudience.join(server.target.url, channel, clients);
    writing.audience = audience;
    audience.write(rate);
    // The window begins half a second later; the conversation is over before the show.
    setTimeout(
      () => {
        finishing.report = audience.close();
      },
      seconds * 1_000 + 500,
    );
  });
  const chat = (await (finishing.report ?? writing.audience?.close())) ?? null;
  const rows: Row[] = [
    { ...silent, server: 'rostrum', chat: null },
    { ...busy, server: 'rostrum', chat },
  ];
  console.log(`${tableOf(chatColumns, rows.slice(1))}\n\n${tableOf(mediaColumns, rows)}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await closer.close();
}
