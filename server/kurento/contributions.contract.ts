import { expect, it } from 'vitest';
import type { ContractRig } from './testing/contract-rig.ts';

/** The widths of the test pictures, in pixels. */
const [large, small] = [640, 320];

/** The part of the contract about contributions; see `media-gateway.contract.ts`. */
export function describeContributions(openRig: () => ContractRig): void {
  it('a contribution reaches who receives it, and neither viewers nor those who receive another one', async () => {
    const rig = openRig();
    const pipeline = await rig.openPipeline();
    await rig.presents(pipeline, { isLarge: true });
    const guest = await rig.contributes(pipeline, 'guest', { isLight: true });
    const [viewer, receiver, other] = await Promise.all([
      rig.watches(pipeline),
      rig.receives(pipeline, 'guest'),
      rig.receives(pipeline, 'nobody'),
    ]);
    await Promise.all(
      [viewer, receiver].flatMap(({ peer }) => [peer.receives('audio', 25), peer.receives('video', 25)]),
    );
    await Promise.all([guest.flows('audio', true), guest.flows('video', true)]);
    expect([viewer.peer.width, receiver.peer.width]).toEqual([large, small]);
    expect(other.peer.received).toEqual({ audio: 0, video: 0 });
    for (const { failures } of [guest, viewer, receiver, other]) expect(failures).toEqual([]);
  });

  it('who receives a contribution before it is sent gets it once it is, and goes on when it is sent anew', async () => {
    const rig = openRig();
    const pipeline = await rig.openPipeline();
    const receiver = await rig.receives(pipeline, 'guest');
    const first = await rig.contributes(pipeline, 'guest');
    await Promise.all([receiver.peer.receives('audio', 25), receiver.peer.receives('video', 10)]);
    await first.leave();
    const keyframesBefore = receiver.peer.keyframes;
    await rig.contributes(pipeline, 'guest', { isLarge: true });
    await receiver.peer.conditions.until('a keyframe of the new link', () => {
      return receiver.peer.keyframes > keyframesBefore && receiver.peer.width === large;
    });
    await Promise.all([receiver.peer.receives('audio', 25), receiver.peer.receives('video', 10)]);
    expect(receiver.failures).toEqual([]);
  });

  it('two who contribute receive each other, without hearing themselves', async () => {
    const rig = openRig();
    const pipeline = await rig.openPipeline();
    await rig.contributes(pipeline, 'one', { isLarge: true });
    await rig.contributes(pipeline, 'two', { isLight: true });
    const [one, two] = await Promise.all([rig.receives(pipeline, 'two'), rig.receives(pipeline, 'one')]);
    await Promise.all([one, two].flatMap(({ peer }) => [peer.receives('audio', 25), peer.receives('video', 10)]));
    expect([one.peer.width, two.peer.width]).toEqual([small, large]);
    expect([one.peer.hearsLightSound, two.peer.hearsLightSound]).toEqual([true, false]);
  });

  it('a contribution that was released can be sent again under its name', async () => {
    const rig = openRig();
    const pipeline = await rig.openPipeline();
    const [guest, receiver] = [await rig.contributes(pipeline, 'guest'), await rig.receives(pipeline, 'guest')];
    await receiver.peer.receives('audio', 10);
    await Promise.all([guest.leave(), receiver.leave()]);
    await pipeline.releaseContribution('guest');
    await pipeline.releaseContribution('guest');
    await rig.contributes(pipeline, 'guest');
    const again = await rig.receives(pipeline, 'guest');
    await Promise.all([again.peer.receives('audio', 25), again.peer.receives('video', 10)]);
  });
}
