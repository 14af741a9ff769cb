import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { RawClient } from '../testing/raw-client.ts';
import { silentLog } from '../testing/silent-log.ts';

describe('envelopes', () => {
  let server: MediaServer;
  let client: RawClient;

  beforeAll(async () => {
    server = await openMediaServer({ log: silentLog });
    client = await RawClient.connect(server.url);
  });
  afterAll(() => server.close());

  it('R1: closes a socket at another path with 1002', async () => {
    const socket = new WebSocket(server.url.replace('/kurento', '/other'));
    const closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve([code, String(reason)])));
    expect(await closed).toEqual([1002, 'Invalid path']);
  });

  it('R1: ignores an access token behind the path', async () => {
    const other = await RawClient.connect(`${server.url}?access_token=x`);
    expect(await other.result('ping')).toEqual({ value: 'pong' });
    other.drop();
  });

  it('D2: refuses sockets of pages', async () => {
    const socket = new WebSocket(server.url, { origin: 'http://evil.example' });
    const refused = await new Promise((resolve) => socket.on('error', (error) => resolve(error.message)));
    expect(refused).toBe('Unexpected server response: 403');
  });

  it.each(['hello', '{"id":5,', '', '/* c */ {}'])('R2: answers %j, which is not JSON, with -32700', async (frame) => {
    client.sendText(frame);
    expect(await client.replyTo(null)).toEqual({
      id: null,
      jsonrpc: '2.0',
      error: { code: -32700, message: 'Parse error.' },
    });
  });

  it.each([
    '[]',
    '5',
    'null',
    '[{"id":1,"jsonrpc":"2.0","method":"ping"}]',
    '{"id":900,"method":"ping"}',
    '{"id":900,"jsonrpc":"1.0","method":"ping"}',
    '{"id":900,"jsonrpc":"2.0"}',
    '{"id":900,"jsonrpc":"2.0","method":5}',
    '{"id":{},"jsonrpc":"2.0","method":"ping"}',
    '{"id":900,"jsonrpc":"2.0","result":{}}',
  ])('R2: answers %s, which is not a request, with -32600', async (frame) => {
    client.sendText(frame);
    const error = { code: -32600, message: 'Invalid JSON-RPC request.' };
    expect(await client.replyTo(null)).toEqual({ id: null, jsonrpc: '2.0', error });
  });

  it('R2: answers parameters that are not an object with -32603', async () => {
    client.sendText('{"id":904,"jsonrpc":"2.0","method":"ping","params":[1]}');
    expect((await client.replyTo(904)).error?.code).toBe(-32603);
  });

  it('R2: still serves the socket after all of that', async () => {
    expect(await client.result('ping')).toEqual({ value: 'pong' });
  });

  it('R3: carries out a request without an id, and answers that it ignores the response', async () => {
    client.sendText('{"jsonrpc":"2.0","method":"ping"}');
    const message = 'Ignoring response because of a notification request';
    expect((await client.replyTo(null)).error).toEqual({ code: -32000, data: { value: 'pong' }, message });
  });

  it.each(['abc', 1.5])('R4: returns the id %j as it is', async (id) => {
    expect(await client.request('ping', {}, id)).toMatchObject({ id, result: { value: 'pong' } });
  });

  it('R4: accepts JSON in a binary frame', async () => {
    const socket = new WebSocket(server.url);
    await new Promise((resolve) => socket.once('open', resolve));
    const reply = new Promise((resolve) => socket.once('message', (data) => resolve(String(data))));
    socket.send(Buffer.from('{"id":910,"jsonrpc":"2.0","method":"ping","params":{}}'));
    expect(await reply).toBe('{"id":910,"jsonrpc":"2.0","result":{"value":"pong"}}');
    socket.terminate();
  });

  it('R20: an operation of a transaction that is not a request is reported as such', async () => {
    expect(await client.failure('transaction', { operations: [{ id: 0 }] })).toBe('-32600 Invalid JSON-RPC request.');
  });

  it('R5: reports which method or member is missing', async () => {
    expect(await client.failure('frobnicate')).toBe('-32601 Method not found.');
    expect(await client.failure('create')).toBe("-32000 'type' parameter is required");
    expect(await client.failure('invoke')).toBe("-32000 'operation' parameter is required");
    expect(await client.failure('invoke', { operation: 'getName' })).toBe("-32000 'object' parameter is required");
    expect(await client.failure('describe')).toBe("-32000 'object' parameter is required");
    expect(await client.failure('release')).toBe("-32000 'object' parameter is required");
    expect(await client.failure('subscribe', { object: 'manager_ServerManager' })).toBe(
      "-32000 'type' parameter is required",
    );
    expect(await client.failure('unsubscribe', { object: 'x' })).toBe("-32000 'subscription' parameter is required");
    expect(await client.failure('transaction')).toBe("-32000 'operations' parameter is required");
  });
});
