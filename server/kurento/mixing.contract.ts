import { expect, it } from 'vitest';
import type { ContractRig } from './testing/contract-rig.ts';

/** The widths of the test pictures and of the mix, in pixels. */
const [presenterWidth, mixWidth] = [640, 1_280];

/** A picture of this size takes much of a machine to make, which may have other work. */
const slow = { timeout: 60_000 };

/** The part of the contract about mixing; see `media-gateway.contract.ts`. */
export function describeMixing(openRig: () => ContractRig, mixes: boolean): void {
  /** A show with a guest, and a viewer who sees the presenter. */
  async function openShow(rig: ContractRig) {
    const pipeline = await rig.openPipeline();
    const presenter = await rig.presents(pipeline, { isLarge: true });
    const guest = await rig.contributes(pipeline, 'guest', { isLight: true });
    const viewer = await rig.watches(pipeline);
    await Promise.all([viewer.peer.receives('audio', 25), viewer.peer.receives('video', 25)]);
    await Promise.all([guest.flows('audio', true), guest.flows('video', true)]);
    expect(viewer.peer.width).toBe(presenterWidth);
    const sees = (width: number) =>
      viewer.peer.conditions.until(`width ${width}`, () => viewer.peer.width === width, 20_000);
    return { pipeline, presenter, guest, viewer, sees };
  }

  const guest = { name: 'guest', isMuted: false };

  if (!mixes) {
    it('a mix is refused in words, and viewers keep the presenter', async () => {
      const rig = openRig();
      const { pipeline, viewer } = await openShow(rig);
      await expect(pipeline.mix([guest])).rejects.toMatchObject({ name: 'AppError', code: 'mixing-unavailable' });
      await Promise.all([viewer.peer.receives('audio', 25), viewer.peer.receives('video', 25)]);
      expect(viewer.peer.width).toBe(presenterWidth);
      expect([viewer.failures, viewer.unplayable]).toEqual([[], []]);
    });
    return;
  }

  it(
    'viewers receive a mix in place of the presenter, and the presenter again afterwards, over the same link',
    slow,
    async () => {
      const rig = openRig();
      const { pipeline, presenter, viewer, sees } = await openShow(rig);
      await pipeline.mix([guest]);
      await sees(mixWidth);
      await Promise.all([viewer.peer.receives('audio', 25), viewer.peer.receives('video', 10)]);
      await pipeline.mix([]);
      await sees(presenterWidth);
      await Promise.all([viewer.peer.receives('audio', 25), viewer.peer.receives('video', 10)]);
      expect([viewer.failures, presenter.failures]).toEqual([[], []]);
    },
  );

  it('a presenter who comes back is in the mix, which goes on meanwhile', slow, async () => {
    const rig = openRig();
    const { pipeline, presenter, viewer, sees } = await openShow(rig);
    await pipeline.mix([guest]);
    await sees(mixWidth);
    await presenter.leave();
    await Promise.all([viewer.peer.receives('audio', 25), viewer.peer.receives('video', 10)]);
    const again = await rig.presents(pipeline, { isLarge: true });
    await again.flows('video', true);
    await Promise.all([viewer.peer.receives('audio', 25), viewer.peer.receives('video', 10)]);
    expect(viewer.peer.width).toBe(mixWidth);
    await pipeline.mix([]);
    await sees(presenterWidth);
    expect(viewer.failures).toEqual([]);
  });
}
