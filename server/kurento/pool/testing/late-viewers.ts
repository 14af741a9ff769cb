import type { ContractRig } from '../../testing/contract-rig.ts';

/**
 * Lets viewers join one after the other, each when the last keyframe is too old to be sent again, and checks that each
 * gets one at once. A viewer who asks too often is held back, but this is a new one every time.
 * @throws Error if one gets none in time
 */
export async function letViewersComeLate(rig: ContractRig, count: number): Promise<void> {
  const pipeline = await rig.openPipeline();
  await rig.presents(pipeline);
  const early = await rig.watches(pipeline);
  for (let number = 1; number <= count; number += 1) {
    // At 25 frames a second, this is more than a second.
    await early.peer.receives('video', 30);
    const late = await rig.watches(pipeline);
    await late.peer.conditions.until(`a keyframe for late viewer ${number}`, () => late.peer.keyframes > 0, 2_500);
    await late.leave();
  }
}

/**
 * Lets a viewer ask for a keyframe in the middle of the show, and checks that there is one soon.
 * @throws Error if there is none in time
 */
export async function letViewerAsk(rig: ContractRig): Promise<void> {
  const pipeline = await rig.openPipeline();
  await rig.presents(pipeline);
  const { peer } = await rig.watches(pipeline);
  for (let number = 1; number <= 2; number += 1) {
    // More than a second, so that the last keyframe is too old to be sent again.
    await peer.receives('video', 40);
    const before = peer.keyframes;
    // As a browser does for as long as it has no picture.
    const asking = setInterval(() => peer.requestKeyframe(), 300);
    try {
      await peer.conditions.until(`keyframe ${number} on request`, () => peer.keyframes > before, 5_000);
    } finally {
      clearInterval(asking);
    }
  }
}
