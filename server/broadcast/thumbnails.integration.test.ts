import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BroadcastView } from '../../lib/signaling.ts';
import { jpegOf } from '../../lib/testing/jpeg.ts';
import { openLogger } from '../logger.ts';
import { ask, type Client, key, next, SignalingRig, show } from '../signaling/testing/signaling-rig.ts';
import { Thumbnails } from './thumbnails.ts';

const image = jpegOf(320, 180);
let rig: SignalingRig;
beforeEach(async () => {
  rig = await SignalingRig.open();
});
afterEach(() => rig.close());

/** A page that shows the lobby; `next` resolves to the first view of its only show that fits. */
async function openLobby(): Promise<{
  client: Client;
  next: (fits: (show: BroadcastView) => boolean) => Promise<unknown>;
}> {
  const client = await rig.connect();
  await ask(client, 'lobby:follow', {});
  return {
    client,
    next: (fits) => next(client, 'lobby:changed', ({ broadcasts: [first] }) => first !== undefined && fits(first)),
  };
}

const hasPicture = ({ thumbnail }: BroadcastView) => thumbnail !== undefined;
const hasNone = ({ thumbnail }: BroadcastView) => thumbnail === undefined;

describe('a preview picture', () => {
  it('is kept as it was sent, and the lobby gets a new version with each', async () => {
    const { presenter } = await rig.goLive();
    const lobby = await openLobby();
    const shown = lobby.next(hasPicture);
    expect(await ask(presenter, 'broadcast:thumbnail', { image })).toMatchObject({ ok: true, data: { allowed: true } });
    await shown;
    const first = await rig.thumbnails.find('math-101');
    expect(Buffer.from(first?.bytes ?? [])).toEqual(Buffer.from(image));
    const renewed = lobby.next(({ thumbnail = 0 }) => thumbnail > (first?.version ?? 0));
    await ask(presenter, 'broadcast:thumbnail', { image: jpegOf(180, 320) });
    await renewed;
    expect((await rig.thumbnails.find('math-101'))?.version).toBeGreaterThan(first?.version ?? 0);
  });

  it('is no news for the viewers of the show', async () => {
    const { presenter } = await rig.goLive();
    const viewer = await rig.connect();
    const told: unknown[] = [];
    await ask(viewer, 'channel:follow', { channel: 'math-101' });
    viewer.on('broadcast:changed', (view) => told.push(view));
    const lobby = await openLobby();
    const shown = lobby.next(hasPicture);
    await ask(presenter, 'broadcast:thumbnail', { image });
    await shown;
    await ask(viewer, 'clock:read');
    expect(told).toEqual([]);
  });

  it.each([
    ['the camera is turned off', (presenter: Client) => ask(presenter, 'broadcast:camera', { cameraOn: false })],
    ['previews are forbidden', (presenter: Client) => ask(presenter, 'thumbnail:allow', { allowed: false })],
    ['the presenter is gone', async (presenter: Client) => void presenter.disconnect()],
  ])('is removed when %s', async (_, change) => {
    const { presenter } = await rig.goLive();
    const lobby = await openLobby();
    const shown = lobby.next(hasPicture);
    await ask(presenter, 'broadcast:thumbnail', { image });
    await shown;
    const removed = lobby.next(hasNone);
    await change(presenter);
    await removed;
    expect(await rig.thumbnails.find('math-101')).toBeNull();
  });

  it('is not taken while the camera is off, or for as long as previews are forbidden', async () => {
    const { presenter } = await rig.goLive();
    await ask(presenter, 'broadcast:camera', { cameraOn: false });
    expect(await ask(presenter, 'broadcast:thumbnail', { image })).toMatchObject({ data: { allowed: true } });
    await ask(presenter, 'broadcast:camera', { cameraOn: true });
    expect(await rig.thumbnails.find('math-101')).toBeNull();
    await ask(presenter, 'thumbnail:allow', { allowed: false });
    expect(await ask(presenter, 'broadcast:thumbnail', { image })).toMatchObject({ data: { allowed: false } });
    expect(await rig.thumbnails.find('math-101')).toBeNull();
    await ask(presenter, 'thumbnail:allow', { allowed: true });
    await ask(presenter, 'broadcast:thumbnail', { image });
    expect(await rig.thumbnails.find('math-101')).not.toBeNull();
  });

  it('stays forbidden on the device that takes the show over', async () => {
    const { presenter, resumeToken } = await rig.goLive();
    await ask(presenter, 'thumbnail:allow', { allowed: false });
    const other = await rig.connect();
    const live = next(other, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'live');
    await ask(other, 'broadcast:resume', { channel: show.channel, resumeToken, sdpOffer: 'v=0' });
    rig.gateway.links.at(-1)?.listener.flowChanged('video', true);
    await live;
    expect(await ask(other, 'broadcast:thumbnail', { image })).toMatchObject({ ok: true, data: { allowed: false } });
  });

  it('is not that of the next show on the channel', async () => {
    const { presenter } = await rig.goLive();
    await ask(presenter, 'broadcast:thumbnail', { image });
    await ask(presenter, 'broadcast:stop');
    expect(await rig.thumbnails.find('math-101')).toBeNull();
    await rig.goLive();
    expect(await rig.thumbnails.find('math-101')).toBeNull();
  });

  it('is not shown in the lobby for a channel that not everyone may watch', async () => {
    const { presenter } = await rig.goLive();
    await ask(presenter, 'broadcast:thumbnail', { image });
    await ask(presenter, 'passcode:set', { key, channel: 'math-101', passcode: 'seven blue chairs' });
    const lobby = await ask(await rig.connect(), 'lobby:follow', {});
    expect(lobby).toMatchObject({ ok: true, data: { broadcasts: [{ isLocked: true }] } });
    expect(JSON.stringify(lobby)).not.toContain('thumbnail');
  });

  it('is removed when no newer one comes', async () => {
    await rig.goLive();
    const thumbnails = new Thumbnails({ registry: rig.registry, logger: openLogger('silent'), lifetimeMs: 20 });
    const removed = new Promise<void>((resolve) => {
      thumbnails.onChanged((change) => {
        if (change === 'removed') resolve();
      });
    });
    thumbnails.put(rig.registry.get('math-101'), image);
    expect(await thumbnails.find('math-101')).not.toBeNull();
    await removed;
    expect(await thumbnails.find('math-101')).toBeNull();
    thumbnails.close();
  });

  it.each([
    ['more than 20,000 bytes', jpegOf(320, 180, 20_001)],
    ['more pixels than it needs', jpegOf(20_000, 20_000)],
    ['anything but a JPEG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['a text', 'data:image/jpeg;base64,/9j/'],
    ['nothing', undefined],
  ])('is refused if it is %s', async (_, wrong) => {
    const { presenter } = await rig.goLive();
    const reply = await ask(presenter, 'broadcast:thumbnail', { image: wrong });
    expect(reply).toMatchObject({ ok: false, error: { code: 'bad-request' } });
    expect(await rig.thumbnails.find('math-101')).toBeNull();
  });

  it('is taken from the presenter only', async () => {
    await rig.goLive();
    const stranger = await rig.connect();
    for (const [name, body] of [
      ['broadcast:thumbnail', { image }],
      ['thumbnail:allow', { allowed: false }],
    ] as const)
      expect(await ask(stranger, name, body)).toMatchObject({ ok: false, error: { code: 'not-joined' } });
  });
});
