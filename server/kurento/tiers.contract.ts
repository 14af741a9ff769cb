import { expect, it } from 'vitest';
import type { ContractRig } from './testing/contract-rig.ts';

/** The widths of the test pictures, in pixels. */
const [large, small] = [640, 320];

/** The part of the contract about tiers of the picture; see `media-gateway.contract.ts`. */
export function describeTiers(openRig: () => ContractRig): void {
  async function showInTiers() {
    const rig = openRig();
    const pipeline = await rig.openPipeline();
    const presenter = await rig.presents(pipeline, { isLarge: true });
    const lower = await rig.sendsTier(pipeline, 'low');
    const viewer = await rig.watches(pipeline);
    const shows = (width: number) =>
      viewer.peer.conditions.until(`a keyframe ${width} pixels wide`, () => viewer.peer.width === width);
    await Promise.all([shows(large), viewer.peer.receives('audio', 25), lower.flows('video', true)]);
    return { rig, pipeline, presenter, lower, viewer, shows };
  }

  it('a viewer is moved to another tier and back, on the same link, and hears all the while', async () => {
    const { viewer, shows } = await showInTiers();
    for (const [tier, width] of [
      ['low', small],
      ['high', large],
      ['low', small],
    ] as const) {
      await viewer.link.select(tier);
      await shows(width);
      await Promise.all([viewer.peer.receives('video', 25), viewer.peer.receives('audio', 25)]);
      expect(viewer.peer.width).toBe(width);
    }
    expect(viewer.failures).toEqual([]);
    expect(viewer.unplayable).toEqual([]);
  });

  it('the last of several selections counts', async () => {
    const { viewer, shows } = await showInTiers();
    await Promise.all((['low', 'sound', 'high', 'low'] as const).map((selection) => viewer.link.select(selection)));
    // What was sent before is on its way still.
    await viewer.peer.receives('video', 50);
    await shows(small);
    await viewer.peer.receives('video', 25);
    expect(viewer.peer.width).toBe(small);
  });

  it('the sound alone has no picture, until one is selected', async () => {
    const { viewer, shows } = await showInTiers();
    await viewer.link.select('sound');
    await viewer.peer.receives('audio', 25);
    const before = viewer.peer.received.video;
    await viewer.peer.receives('audio', 50);
    expect(viewer.peer.received.video).toBe(before);
    await viewer.link.select('low');
    await shows(small);
    await viewer.peer.receives('video', 10);
  });

  it('one viewer’s tier is not the others’', async () => {
    const { rig, pipeline, viewer, shows } = await showInTiers();
    const other = await rig.watches(pipeline);
    await other.peer.receives('video', 10);
    await viewer.link.select('low');
    await shows(small);
    await other.peer.receives('video', 25);
    expect(other.peer.width).toBe(large);
  });

  it('a tier that stops and is sent again over another link goes on', async () => {
    const { rig, pipeline, lower, viewer, shows } = await showInTiers();
    await viewer.link.select('low');
    await shows(small);
    await lower.leave();
    await viewer.peer.receives('audio', 25);
    await rig.sendsTier(pipeline, 'low');
    await viewer.peer.receives('video', 25);
    expect(viewer.peer.width).toBe(small);
    expect(viewer.failures).toEqual([]);
  });

  it('a viewer is sent the light sound, and the full one again', async () => {
    const rig = openRig();
    const pipeline = await rig.openPipeline();
    await rig.presents(pipeline, { isLarge: true });
    const low = await rig.sendsTier(pipeline, 'low', true);
    const viewer = await rig.watches(pipeline);
    await Promise.all([viewer.peer.receives('audio', 25), low.flows('audio', true)]);
    expect(viewer.peer.hearsLightSound).toBe(false);
    for (const sound of ['light', 'full'] as const) {
      await viewer.link.select('sound', sound);
      await viewer.peer.conditions.until(sound, () => viewer.peer.hearsLightSound === (sound === 'light'));
      await viewer.peer.receives('audio', 25);
      expect(viewer.peer.hearsLightSound).toBe(sound === 'light');
    }
    await viewer.link.select('high');
    await Promise.all([viewer.peer.receives('video', 25), viewer.peer.receives('audio', 25)]);
    expect(viewer.failures).toEqual([]);
  });

  it('reports how well a viewer receives', async () => {
    const { viewer } = await showInTiers();
    const before = await viewer.link.feedback();
    await viewer.peer.receives('video', 50);
    const { sentBytes, sentPackets, lostPackets } = await viewer.link.feedback();
    expect(sentBytes).toBeGreaterThan(before.sentBytes);
    expect(sentPackets).toBeGreaterThanOrEqual(before.sentPackets + 25);
    expect(lostPackets).toBe(0);
  });

  it('probes a viewer’s downlink, which goes on to receive the same picture', async () => {
    const { viewer } = await showInTiers();
    for (const kbps of [500, 800, 0]) {
      expect(await viewer.link.probe(kbps)).toBe(true);
      await viewer.peer.receives('video', 10);
    }
    expect(viewer.peer.width).toBe(large);
  });
}
