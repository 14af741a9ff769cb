import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIPv6, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { classes, Message, makeIntegrityKey, methods, parseMessage } from 'werift-ice';
import type { IceUrl } from '../ice/ice-settings.ts';
import type { TurnCredentials } from '../ice/turn-credentials.ts';

/** The answer of a STUN or TURN server. */
export type IceAnswer =
  /** The address that it sees us at, or that it relays for us. */
  | { kind: 'granted'; address: string }
  /** An error code of https://www.rfc-editor.org/rfc/rfc8656#section-19 and its text. */
  | { kind: 'refused'; code: number; text: string }
  /** Something answered that is no such server. */
  | { kind: 'strange' };

const timeoutMs = 4_000;
const firstRepeatMs = 500;
const headerBytes = 20;
/** UDP: https://www.rfc-editor.org/rfc/rfc8656#section-18.7 */
const requestedUdp = 17 << 24;
/** The request is to be repeated with the nonce of the answer: https://www.rfc-editor.org/rfc/rfc8489#section-9.2.5 */
const staleNonce = 438;

/**
 * Asks a STUN server for our address: https://www.rfc-editor.org/rfc/rfc8489#section-3
 * @throws Error if it does not answer
 */
export async function askStun(url: IceUrl): Promise<IceAnswer> {
  const path = await openPath(url);
  try {
    const reply = await path.ask(new Message(methods.BINDING, classes.REQUEST));
    return answerOf(reply, 'XOR-MAPPED-ADDRESS');
  } finally {
    path.close();
  }
}

/**
 * Asks a TURN server for a relayed address, and gives it back: https://www.rfc-editor.org/rfc/rfc8656#section-3
 * @throws Error if it does not answer, or its certificate is not valid
 */
export async function askTurn(url: IceUrl, { username, credential }: TurnCredentials): Promise<IceAnswer> {
  const path = await openPath(url);
  try {
    const allocation = () =>
      new Message(methods.ALLOCATE, classes.REQUEST).setAttribute('REQUESTED-TRANSPORT', requestedUdp);
    const challenge = await path.ask(allocation());
    let nonce = challenge?.getAttributeValue('NONCE');
    const realm = challenge?.getAttributeValue('REALM');
    if (realm === undefined || nonce === undefined) return answerOf(challenge, 'XOR-RELAYED-ADDRESS');
    const sign = (message: Message) =>
      message
        .setAttribute('USERNAME', username)
        .setAttribute('REALM', realm)
        .setAttribute('NONCE', nonce)
        .addMessageIntegrity(makeIntegrityKey(username, realm, credential));
    let reply = await path.ask(sign(allocation()));
    if (codeOf(reply) === staleNonce) {
      nonce = reply?.getAttributeValue('NONCE') ?? nonce;
      reply = await path.ask(sign(allocation()));
    }
    const answer = answerOf(reply, 'XOR-RELAYED-ADDRESS');
    if (answer.kind === 'granted') {
      const release = new Message(methods.REFRESH, classes.REQUEST).setAttribute('LIFETIME', 0);
      await path.ask(sign(release)).catch(() => null);
    }
    return answer;
  } finally {
    path.close();
  }
}

function answerOf(reply: Message | null, name: 'XOR-MAPPED-ADDRESS' | 'XOR-RELAYED-ADDRESS'): IceAnswer {
  const [address] = reply?.getAttributeValue(name) ?? [];
  if (address !== undefined) return { kind: 'granted', address };
  const [code, text] = reply?.getAttributeValue('ERROR-CODE') ?? [];
  return code === undefined ? { kind: 'strange' } : { kind: 'refused', code, text };
}

function codeOf(reply: Message | null): number | undefined {
  return reply?.getAttributeValue('ERROR-CODE')?.[0];
}

/** A way to a server. `ask` resolves to the reply, or to `null` if what comes back is none. */
type Path = { ask(request: Message): Promise<Message | null>; close(): void };

function openPath(url: IceUrl): Promise<Path> {
  return url.transport === 'udp' ? openUdp(url) : openStream(url);
}

async function openUdp({ host, port }: IceUrl): Promise<Path> {
  const { lookup } = await import('node:dns/promises');
  const { address, family } = await lookup(host);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  let failed = (_: Error): void => undefined;
  socket.on('error', (error) => failed(error));
  await new Promise<void>((resolve, reject) => {
    failed = reject;
    socket.connect(port, address, resolve);
  });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        const send = () => socket.send(request.bytes, () => undefined);
        const repeat = setInterval(send, firstRepeatMs);
        const timer = setTimeout(() => finish(() => reject(silence())), timeoutMs);
        const finish = (settle: () => void) => {
          clearInterval(repeat);
          clearTimeout(timer);
          socket.off('message', receive);
          settle();
        };
        const receive = (datagram: Buffer) => {
          const message = parseMessage(datagram);
          if (message === undefined || message.transactionId.equals(request.transactionId)) {
            finish(() => resolve(message ?? null));
          }
        };
        failed = (error) => finish(() => reject(error));
        socket.on('message', receive);
        send();
      }),
    close: () => socket.close(),
  };
}

async function openStream({ host, port, transport }: IceUrl): Promise<Path> {
  const socket: Socket =
    transport === 'tcp'
      ? connectTcp({ host, port })
      : connectTls({ host, port, ...(!isIPv6(host) && !/^[\d.]+$/.test(host) && { servername: host }) });
  let failed = (_: Error): void => undefined;
  let received = Buffer.alloc(0);
  let arrived = (): void => undefined;
  socket.on('error', (error) => failed(error));
  socket.on('close', () => failed(silence()));
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes]);
    arrived();
  });
  const inTime = <Result>(begin: (resolve: (result: Result) => void) => void) =>
    new Promise<Result>((resolve, reject) => {
      const timer = setTimeout(() => reject(silence()), timeoutMs);
      failed = (error) => {
        clearTimeout(timer);
        reject(error);
      };
      begin((result) => {
        clearTimeout(timer);
        resolve(result);
      });
    });
  try {
    await inTime<void>((resolve) => socket.once(transport === 'tcp' ? 'connect' : 'secureConnect', () => resolve()));
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return {
    ask: (request) =>
      inTime((resolve) => {
        arrived = () => {
          if (received.length < headerBytes) return;
          // A stream carries messages without frames of their own: https://www.rfc-editor.org/rfc/rfc8489#section-6.2.2
          const length = headerBytes + received.readUInt16BE(2);
          const message = parseMessage(received.subarray(0, length));
          if (received.length < length && received[0] !== undefined && received[0] < 0x40) return;
          received = received.subarray(length);
          resolve(message ?? null);
        };
        socket.write(request.bytes);
      }),
    close: () => socket.destroy(),
  };
}

function silence(): Error {
  return Object.assign(new Error('There was no answer in time.'), { code: 'no answer' });
}
