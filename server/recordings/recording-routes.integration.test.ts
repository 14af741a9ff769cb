import { mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorCodes } from '../../lib/error-codes.ts';
import { recordingPaths } from '../../lib/recording.ts';
import { recordingListSchema, recordingSchema } from '../../lib/recording-schema.ts';
import { createTestAccess } from '../access/testing/test-access.ts';
import { RecordingLibrary } from './recording-library.ts';
import { captureLogs, writeWebm } from './testing/recording-rig.ts';
import { testRoutes } from './testing/test-routes.ts';

type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

let folder: string;
let library: RecordingLibrary;
let server: Server;
let port: number;
let id: string;
let path: string;
let bytes: Buffer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recordings-'));
  const { logger } = captureLogs();
  library = await RecordingLibrary.open({ folder, logger });
  const routes = testRoutes({ library, access: createTestAccess('open-sesame'), logger, folder });
  server = createServer((incoming, response) => {
    if (!routes(incoming, response)) response.writeHead(418).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this form.
  port = (server.address() as AddressInfo).port;
  ({ id, path } = await record('Bruchrechnen „½“: Teil 1/2'));
  bytes = await readFile(path);
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await library.close();
  await rm(folder, { recursive: true, force: true });
});

async function record(title: string): Promise<{ id: string; path: string }> {
  const startedAt = new Date(2026, 10, 22, 14, 5).getTime();
  const made = await library.create({ channel: 'math-101', title, startedAt, codecs: { audio: 'opus', video: 'VP8' } });
  await writeWebm(fileURLToPath(made.uri), 2, 'whole');
  await library.finish(made.id);
  return { id: made.id, path: join(folder, made.id, 'media.webm') };
}

/** Requests the path exactly as written; fetch would normalise it. */
function ask(method: string, at: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', method, path: at, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

function errorOf(answer: Answer): { code: string; message: string } {
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  const { error } = JSON.parse(answer.body.toString());
  expect(errorCodes).toContain(error.code);
  expect(error.message).toMatch(/\.$/);
  return error;
}

describe('the routes of the recordings', () => {
  test('do not handle any other address', async () => {
    for (const at of ['/', '/api/recording', '/api/recordingsx', '/watch/math-101', '/API/recordings']) {
      expect((await ask('GET', at)).status).toBe(418);
    }
  });

  test('list the recordings and show one', async () => {
    const list = await ask('GET', recordingPaths.list);
    expect(list.status).toBe(200);
    expect(list.headers['cache-control']).toBe('no-store');
    const { recordings } = recordingListSchema.parse(JSON.parse(list.body.toString()));
    expect(recordings.map((recording) => recording.id)).toEqual([id]);
    const one = await ask('GET', recordingPaths.one(id));
    expect(recordings[0]).toMatchObject(recordingSchema.parse(JSON.parse(one.body.toString())));
    expect(one.body.toString()).not.toContain(folder);
  });

  test('serve the whole file inline', async () => {
    const answer = await ask('GET', recordingPaths.media(id));
    expect(answer.status).toBe(200);
    expect(answer.body.equals(bytes)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-type': 'video/webm',
      'accept-ranges': 'bytes',
      'content-length': String(bytes.length),
      'content-disposition': 'inline',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
    });
    expect(answer.headers.etag).toBeTruthy();
  });

  test.each([
    ['bytes=0-99', 0, 100],
    ['bytes=1000-1999', 1000, 2000],
    ['bytes=-500', -500, undefined],
    ['bytes=-99999999', 0, undefined],
    ['bytes= -123456789012345678901234567890', 0, undefined],
    ['bytes=0-99999999', 0, undefined],
  ])('serve the range %s', async (range, from, to) => {
    const answer = await ask('GET', recordingPaths.media(id), { range });
    expect(answer.status).toBe(206);
    expect(answer.body.equals(bytes.subarray(from, to))).toBe(true);
    expect(answer.headers['content-range']).toMatch(new RegExp(`^bytes \\d+-\\d+/${bytes.length}$`));
  });

  test('refuse a range beyond the end and report the length of the file', async () => {
    const answer = await ask('GET', recordingPaths.media(id), { range: `bytes=${bytes.length}-` });
    expect(answer.status).toBe(416);
    expect(answer.headers['content-range']).toBe(`bytes */${bytes.length}`);
    expect(errorOf(answer).code).toBe('bad-request');
    expect((await ask('GET', recordingPaths.media(id), { range: 'bytes=-0' })).status).toBe(416);
  });

  test('answer HEAD without a body, and a client that has the file with 304', async () => {
    const head = await ask('HEAD', recordingPaths.media(id));
    expect([head.status, head.body.length, head.headers['content-length']]).toEqual([200, 0, String(bytes.length)]);
    const again = await ask('GET', recordingPaths.media(id), { 'if-none-match': head.headers.etag ?? '' });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    const other = await ask('GET', recordingPaths.media(id), { range: 'bytes=0-9', 'if-range': '"another"' });
    expect([other.status, other.body.length]).toEqual([200, bytes.length]);
    const stale = await ask('GET', recordingPaths.media(id), { 'if-match': '"another"' });
    expect([stale.status, errorOf(stale).code]).toEqual([412, 'bad-request']);
  });

  test('offer the download under a descriptive name', async () => {
    const answer = await ask('GET', recordingPaths.download(id));
    expect(answer.status).toBe(200);
    const disposition = String(answer.headers['content-disposition']);
    expect(disposition).toMatch(/^attachment; filename="[ -~]+\.webm"; filename\*=UTF-8''[A-Za-z0-9%._~-]+$/);
    const [, encoded = ''] = disposition.split("filename*=UTF-8''");
    expect(decodeURIComponent(encoded)).toBe('math-101 – Bruchrechnen „½“ Teil 1 2 – 2026-11-22 14.05.webm');
  });

  test.each(['json', 'vtt'] as const)(
    'offer the conversation as %s under the name of the recording',
    async (format) => {
      const name = `math-101 – Bruchrechnen „½“ Teil 1 2 – 2026-11-22 14.05.${format}`;
      const nameOf = async () => {
        const { status, headers } = await ask('GET', recordingPaths.conversation(id, format));
        const { 'content-disposition': disposition = '' } = headers;
        return [status, disposition.split(';')[0], decodeURIComponent(disposition.split("UTF-8''")[1] ?? '')];
      };
      expect(await nameOf()).toEqual([200, 'attachment', name]);
      await writeFile(join(folder, id, `conversation.${format}`), 'kept');
      expect(await nameOf()).toEqual([200, 'attachment', name]);
      expect((await ask('GET', recordingPaths.conversation(id, format))).body.toString()).toBe('kept');
    },
  );

  test('do not serve a recording while it is being written', async () => {
    const { id: under } = await library.create({ channel: 'live', title: '', startedAt: 0, codecs: { audio: 'opus' } });
    for (const at of [recordingPaths.media(under), recordingPaths.download(under)]) {
      const answer = await ask('GET', at);
      expect([answer.status, errorOf(answer).code]).toEqual([409, 'recording-in-use']);
    }
    expect((await ask('GET', recordingPaths.one(under))).status).toBe(200);
  });

  test('refuse every address that is not exactly one of theirs', async () => {
    const one = recordingPaths.one(id);
    const attempts = [
      '/api/recordings/',
      '/api/recordings/..',
      '/api/recordings/../../etc/passwd',
      '/api/recordings/..%2f..%2fetc%2fpasswd',
      '/api/recordings/%2e%2e/media',
      '/api/recordings/%00',
      `/api/recordings/${id}%00/media`,
      `/api/recordings/${id}%2f..%2f${id}/media`,
      `/api/recordings/./${id}`,
      `/api/recordings//${id}`,
      `/api/recordings/${'a'.repeat(5000)}/media`,
      `/api/recordings/${id.toUpperCase()}/media`,
      '/api/recordings/2026-11-22-math-101-aaaaaaaa',
      '/api/recordings/%E0%A4%A',
      '/api/recordings/__proto__',
      `${one}/`,
      `${one}/manifest.json`,
      `${one}/media.webm`,
      `${one}/media/`,
      `${one}/media/../manifest.json`,
      `${one}/download/x`,
    ];
    for (const at of attempts) {
      const answer = await ask('GET', at);
      expect([at, answer.status]).toEqual([at, 404]);
      expect(errorOf(answer).code).toBe('recording-not-found');
      expect(answer.body.toString()).not.toContain(folder);
    }
  });

  test('do not follow a link out of the folder, and report a file that is gone', async () => {
    const secret = join(folder, 'secret.txt');
    await writeFile(secret, 'secret');
    await rename(path, `${path}.away`);
    const gone = await ask('GET', recordingPaths.media(id));
    expect([gone.status, errorOf(gone).code]).toEqual([404, 'recording-not-found']);
    await symlink(secret, path);
    const linked = await ask('GET', recordingPaths.media(id));
    expect([linked.status, linked.body.includes('secret')]).toEqual([404, false]);
    await rm(path);
    await rename(join(folder, id), join(folder, 'moved'));
    await symlink(join(folder, 'moved'), join(folder, id));
    await rename(join(folder, 'moved', 'media.webm.away'), join(folder, 'moved', 'media.webm'));
    expect((await ask('GET', recordingPaths.media(id))).status).toBe(404);
  });

  test('name the methods that an address supports', async () => {
    const answer = await ask('POST', recordingPaths.media(id));
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
    errorOf(answer);
    const other = await ask('PUT', recordingPaths.one(id));
    expect([other.status, other.headers.allow]).toEqual([405, 'GET, HEAD, PATCH, DELETE']);
    expect((await ask('DELETE', recordingPaths.list)).status).toBe(405);
  });

  test('delete only with the key', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer wrong', 'Basic open-sesame', `Bearer ${'a'.repeat(5000)}`]) {
      const answer = await ask('DELETE', recordingPaths.one(id), { authorization });
      expect([answer.status, errorOf(answer).code]).toEqual([401, 'wrong-key']);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    expect((await ask('DELETE', '/api/recordings/2026-11-22-math-101-aaaaaaaa')).status).toBe(401);
    const authorization = 'Bearer open-sesame';
    expect((await ask('DELETE', recordingPaths.one(id), { authorization })).status).toBe(204);
    expect((await ask('GET', recordingPaths.one(id))).status).toBe(404);
    expect((await ask('DELETE', recordingPaths.one(id), { authorization })).status).toBe(404);
    const { id: under } = await library.create({ channel: 'live', title: '', startedAt: 0, codecs: { audio: 'opus' } });
    expect((await ask('DELETE', recordingPaths.one(under), { authorization })).status).toBe(409);
  });

  test('survive a viewer who disconnects midway', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${recordingPaths.media(id)} HTTP/1.1\r\nHost: here\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    expect((await ask('GET', recordingPaths.list)).status).toBe(200);
  });
});
