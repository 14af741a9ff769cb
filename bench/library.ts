import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { recordingPaths } from '../lib/recording.ts';
import { createTestAccess } from '../server/access/testing/test-access.ts';
import { openLogger } from '../server/logger.ts';
import { RecordingLibrary } from '../server/recordings/recording-library.ts';
import { createRecordingId } from '../server/recordings/recordings-folder.ts';
import { testRoutes } from '../server/recordings/testing/test-routes.ts';

/*
 * `npm run bench:library -- --recordings 5000 --requests 200`: how long a library of many recordings takes to open, and
 * to answer requests for its list over HTTP, each on a connection that is open already. The CPU time is that of the
 * server and of the client, and tells more than the clock where other work is going on.
 */

const { values } = parseArgs({
  options: { recordings: { type: 'string', default: '5000' }, requests: { type: 'string', default: '200' } },
});
const words = ['Fractions', 'Choir', '한글 수업', 'Élan vital', 'Open day', 'Stars', 'Marks', 'Weekly news'];
const queries = {
  'first page': '',
  'by title': '?sort=title',
  'one channel': '?channel=channel-7',
  search: '?q=elan+12',
  'search without a match': '?q=nothing+like+this',
};

const folder = await mkdtemp(join(tmpdir(), 'bench-library-'));
try {
  await layDown(Number(values.recordings));
  await measure(Number(values.requests));
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function layDown(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const channel = `channel-${index % 40}`;
    const startedAt = Date.UTC(2026, 0, 1) + index * 3_600_000;
    const id = createRecordingId(channel, startedAt);
    await mkdir(join(folder, id));
    await writeFile(join(folder, id, 'media.mp4'), 'media');
    const manifest = {
      ...{ version: 1, id, channel, title: `${words[index % words.length]} ${index}`, startedAt, file: 'media.mp4' },
      ...{ durationMs: (index % 90) * 60_000, sizeBytes: index * 1_000, codecs: ['avc', 'opus'] },
      ...{ contentType: 'video/mp4', state: 'ready', failure: null },
    };
    await writeFile(join(folder, id, 'manifest.json'), JSON.stringify(manifest));
  }
}

async function measure(requests: number): Promise<void> {
  const rssMiB = () => Math.round(process.memoryUsage().rss / 2 ** 20);
  const [before, since] = [rssMiB(), performance.now()];
  const logger = openLogger('silent');
  const library = await RecordingLibrary.open({ folder, logger });
  const openedMs = performance.now() - since;
  const memory = rssMiB() - before;
  const routes = testRoutes({ library, access: createTestAccess('the owner key of the bench'), logger, folder });
  const server = createServer((request, response) => void routes(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this form.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const rows: Record<string, Record<'first ms' | 'p50 ms' | 'p95 ms' | 'CPU ms', number>> = {};
  for (const [name, query] of Object.entries(queries)) {
    const times: number[] = [];
    const used = process.cpuUsage();
    for (let index = 0; index < requests; index += 1) {
      const asked = performance.now();
      await (await fetch(origin + recordingPaths.list + query)).arrayBuffer();
      times.push(performance.now() - asked);
    }
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number) => Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 10) / 10;
    const { user, system } = process.cpuUsage(used);
    const [first, cpu] = [times[0] ?? 0, (user + system) / 1_000 / requests].map((ms) => Math.round(ms * 10) / 10);
    rows[name] = { 'first ms': first ?? 0, 'p50 ms': at(0.5), 'p95 ms': at(0.95), 'CPU ms': cpu ?? 0 };
  }
  console.log(`${values.recordings} recordings: opened in ${Math.round(openedMs)} ms, with ${memory} MiB of memory`);
  console.table(rows);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await library.close();
}
