import { expect, vi } from 'vitest';
import type { LowerTier } from '../../tiers.ts';
import { Store } from '../page/store.ts';
import { UplinkMemory } from '../rtc/uplink-memory.ts';
import { PublisherConnection } from '../studio/publisher-connection.ts';
import { broadcastView, FakeConnection, FakeSignaling, fakeStorage, settle } from './signaling-doubles.ts';

export const plan = { key: 'key', channel: 'math-101', title: 'Math 101', record: true };
export const resumeToken = 'a-token-of-sixteen';

/** A presenter's connection without a server: its sockets, its media links, and the events it reported. */
export function setUpConnection(backoffMs: (attempt: number) => number = () => 100) {
  const sockets: FakeSignaling[] = [];
  const connections: FakeConnection[] = [];
  const events: string[] = [];
  const network = { isUp: true };
  // A double has only the parts that are used.
  const stream = { getTracks: () => [], getVideoTracks: () => [], getAudioTracks: () => [] } as unknown as MediaStream;
  const connection = new PublisherConnection(
    {
      uplink: new UplinkMemory(fakeStorage),
      withheldTiers: new Store<readonly LowerTier[]>([]),
      backoffMs,
      serverNow: () => null,
      connectSignaling: () => {
        const socket = new FakeSignaling();
        socket.answers = network.isUp;
        sockets.push(socket);
        return socket;
      },
      createPeerConnection: () => {
        const peer = new FakeConnection();
        connections.push(peer);
        return peer.asConnection;
      },
    },
    {
      stream: () => stream,
      onTicket: (ticket) => events.push(`ticket ${ticket.resumeToken}`),
      onBroadcast: ({ broadcastId, phase }) => events.push(`${broadcastId} ${phase}`),
      onDisconnected: () => events.push('disconnected'),
      onLost: ({ code }) => events.push(`lost ${code}`),
      onTakenOver: () => events.push('taken over'),
    },
  );
  const socket = () => sockets.at(-1) ?? expect.unreachable('no socket was opened');
  const tell = (change: Parameters<typeof broadcastView>[0]) =>
    socket().announce('broadcast:changed', { channel: plan.channel, broadcast: broadcastView(change) });
  const reply = (phase: 'starting' | 'interrupted', token = resumeToken) => ({
    broadcast: broadcastView({ phase }),
    sdpAnswer: 'answer',
    maxVideoKbps: 2_500,
    resumeToken: token,
  });
  const goLive = async () => {
    connection.start(plan);
    socket().connect();
    await settle();
    socket().last('broadcast:start').answer(reply('starting'));
    await settle();
    connections.at(-1)?.turn('connected');
    tell({ phase: 'live' });
    events.length = 0;
  };
  /** The link fails, and the next attempt asks to resume. */
  const askToResume = async () => {
    connections.at(-1)?.turn('failed');
    await vi.advanceTimersByTimeAsync(100);
    await settle();
    events.length = 0;
  };
  return { connection, sockets, connections, events, network, socket, tell, reply, goLive, askToResume };
}
