import { afterEach, beforeEach, expect, it } from 'vitest';
import { ask, type Client, next, SignalingRig } from './testing/signaling-rig.ts';

let rig: SignalingRig;
beforeEach(async () => {
  rig = await SignalingRig.open();
});
afterEach(() => rig.close());

const channel = 'math-101';
const openTier = (presenter: Client, tier = 'low') => ask(presenter, 'tier:open', { tier, sdpOffer: 'v=0' });
const choose = (viewer: Client, choice: string, limit = 'high') => ask(viewer, 'picture:choose', { choice, limit });
const lastLink = () => rig.gateway.links.at(-1) ?? expect.unreachable('there is no link');

/** A viewer, and what was sent to them first. */
async function watch() {
  const viewer = await rig.connect();
  const selected = next(viewer, 'picture:selected');
  expect(await ask(viewer, 'viewer:join', { channel, sdpOffer: 'v=0' })).toMatchObject({ ok: true });
  const link = lastLink();
  return { viewer, link, selected: await selected };
}

it('a viewer is told what there is, chooses, and is moved once the presenter sends it', async () => {
  const { presenter } = await rig.goLive();
  expect(await openTier(presenter)).toMatchObject({ ok: true, data: { maxVideoKbps: 150 } });
  const tierLink = lastLink();
  await ask(presenter, 'tiers:measure', { high: 720, middle: null, low: 180 });
  const { viewer, link, selected } = await watch();
  const offered = [
    { tier: 'high', size: 720 },
    { tier: 'low', size: 180 },
  ];
  expect(selected).toEqual({ selection: 'high', cause: null, offered });

  const wanted = next(presenter, 'tiers:wanted');
  expect(await choose(viewer, 'low')).toMatchObject({ ok: true });
  expect(await wanted).toEqual({ tiers: ['low'] });
  expect(link.selections).toEqual([]);
  const moved = next(viewer, 'picture:selected');
  tierLink.listener.flowChanged('video', true);
  expect(await moved).toEqual({ selection: 'low', cause: null, offered });
  expect(link.selections).toEqual(['low']);
});

it('the links of tiers are no viewers, and end with the presenter', async () => {
  const { presenter } = await rig.goLive();
  await openTier(presenter, 'middle');
  await openTier(presenter, 'low');
  const tierLinks = rig.gateway.links.slice(1);
  const { viewer } = await watch();
  expect(rig.registry.view(channel).broadcast).toMatchObject({ viewers: 1, narrowViewers: 0 });
  for (const { listener } of tierLinks) listener.flowChanged('video', true);
  const low = next(viewer, 'picture:selected', ({ selection }) => selection === 'low');
  await choose(viewer, 'low');
  await low;
  const high = next(viewer, 'picture:selected', ({ selection }) => selection === 'high');
  presenter.disconnect();
  expect(await high).toMatchObject({ offered: [{ tier: 'high' }] });
  expect(tierLinks.map(({ closed }) => closed)).toEqual([true, true]);
});

it('candidates find the link of their tier, both ways', async () => {
  const { presenter } = await rig.goLive();
  const [main] = rig.gateway.links;
  await openTier(presenter);
  const tierLink = lastLink();
  const candidate = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 };
  await ask(presenter, 'candidate:add', { ...candidate, link: 'low' });
  await ask(presenter, 'candidate:add', candidate);
  expect(tierLink.candidates).toHaveLength(1);
  expect(main?.candidates).toHaveLength(1);
  const found = next(presenter, 'candidate:found');
  tierLink.listener.candidateFound(candidate);
  expect(await found).toEqual({ ...candidate, link: 'low' });
});

it('a tier that fails is told to the presenter, and can be sent again', async () => {
  const { presenter } = await rig.goLive();
  await openTier(presenter);
  const { AppError } = await import('../../lib/errors.ts');
  const closed = next(presenter, 'tier:closed');
  lastLink().listener.failed(new AppError('media-failed', 'It broke.'));
  expect(await closed).toMatchObject({ tier: 'low', error: { code: 'media-failed' } });
  expect(await openTier(presenter)).toMatchObject({ ok: true });
  expect(rig.gateway.links.map(({ closed: isClosed }) => isClosed)).toEqual([false, true, false]);
});

it('only the presenter sends tiers, and only viewers choose', async () => {
  const { presenter } = await rig.goLive();
  const { viewer } = await watch();
  const refused = { ok: false, error: { code: 'not-joined' } };
  expect(await openTier(viewer)).toMatchObject(refused);
  expect(await openTier(await rig.connect())).toMatchObject(refused);
  expect(await choose(presenter, 'low')).toMatchObject(refused);
  expect(await openTier(presenter, 'high')).toMatchObject({ error: { code: 'bad-request' } });
  expect(await choose(viewer, 'lowest')).toMatchObject({ error: { code: 'bad-request' } });
});
