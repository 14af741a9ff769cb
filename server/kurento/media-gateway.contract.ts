import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MediaGateway } from '../broadcast/media-gateway.ts';
import { describeContributions } from './contributions.contract.ts';
import { describeMixing } from './mixing.contract.ts';
import { describeOffers } from './offers.contract.ts';
import { describeRecording } from './recording.contract.ts';
import { ContractRig, type Joined } from './testing/contract-rig.ts';
import { describeTiers } from './tiers.contract.ts';

/*
 * The contract of every media server behind the gateway, tested with real WebRTC connections. The suite does not know
 * which server it talks to.
 */

const garbage = 'v=0\r\nthis is not an offer\r\n';

/** What a media server can do that others cannot, and must then refuse in words. */
type MediaServerAbilities = {
  /** Whether it has Composite where the presenter sends to. */
  mixes: boolean;
  /** Whether it transcodes where viewers receive. */
  transcodes: boolean;
};

/**
 * Declares the suite for the media server that `connect` opens a gateway to. The server must share this machine's disk,
 * because the tests inspect recordings.
 */
export function describeMediaGateway(
  name: string,
  { mixes, transcodes }: MediaServerAbilities,
  connect: () => Promise<MediaGateway>,
): void {
  describe(name, () => {
    let gateway: MediaGateway;
    let rig: ContractRig;

    beforeAll(async () => {
      gateway = await connect();
    });
    afterAll(() => gateway.close());
    beforeEach(() => {
      rig = new ContractRig(gateway);
    });
    afterEach(() => rig.close());

    /** Checks that `act` leaves no pipeline behind. */
    async function leavesNothing(act: () => Promise<void>): Promise<void> {
      const before = await gateway.listPipelines();
      await act();
      expect(new Set(await gateway.listPipelines())).toEqual(new Set(before));
    }

    describe('pipelines', () => {
      it('the media server reports its type and version', async () => {
        expect(await gateway.describe()).toEqual({
          type: expect.stringMatching(/./),
          version: expect.stringMatching(/\d/),
        });
      });

      it('a broadcast has one MediaPipeline for as long as it is open', async () => {
        await leavesNothing(async () => {
          const before = await gateway.listPipelines();
          const pipeline = await rig.openPipeline();
          expect(await gateway.listPipelines()).toHaveLength(before.length + 1);
          await Promise.all([pipeline.close(), pipeline.close()]);
        });
      });

      it('a pipeline that closes while links are opening closes them too', async () => {
        await leavesNothing(async () => {
          const pipeline = await rig.openPipeline();
          const opening = [rig.presents(pipeline), rig.watches(pipeline), rig.watches(pipeline)];
          const settled = Promise.allSettled(opening);
          await pipeline.close();
          for (const { status } of await settled) expect(status).toBe('rejected');
        });
      });

      it('a closed pipeline accepts no links', async () => {
        const pipeline = await rig.openPipeline();
        await pipeline.close();
        await expect(rig.watches(pipeline)).rejects.toMatchObject({ name: 'AppError', code: 'media-failed' });
      });
    });

    describe('media', () => {
      it('sound and picture flow from the presenter to every viewer', async () => {
        const pipeline = await rig.openPipeline();
        const presenter = await rig.presents(pipeline);
        expect(presenter.link.codecs).toEqual({ audio: 'opus', video: 'VP8' });
        const viewers = await Promise.all([rig.watches(pipeline), rig.watches(pipeline)]);
        for (const { peer } of viewers) {
          await Promise.all([peer.receives('audio', 50), peer.receives('video', 25)]);
        }
        for (const { failures } of [presenter, ...viewers]) expect(failures).toEqual([]);
      });

      it('a viewer who waits for the presenter receives as soon as there is one', async () => {
        const pipeline = await rig.openPipeline();
        const viewer = await rig.watches(pipeline);
        await rig.presents(pipeline);
        await Promise.all([viewer.peer.receives('audio', 20), viewer.peer.receives('video', 10)]);
      });

      it('a viewer who joins late gets a keyframe without waiting for the next regular one', async () => {
        const pipeline = await rig.openPipeline();
        const presenter = await rig.presents(pipeline);
        const early = await rig.watches(pipeline);
        await early.peer.receives('video', 25);
        const requestsBefore = presenter.peer.keyframeRequests;
        const late = await rig.watches(pipeline);
        await late.peer.receives('video', 10);
        await late.peer.conditions.until('a keyframe', () => late.peer.keyframes > 0);
        const wasAsked = presenter.peer.keyframeRequests > requestsBefore;
        expect(wasAsked || late.peer.startedWithKeyframe).toBe(true);
      });

      it('both ends are notified when media begins and stops flowing', async () => {
        const pipeline = await rig.openPipeline();
        const presenter = await rig.presents(pipeline);
        const viewer = await rig.watches(pipeline);
        for (const { flows } of [presenter, viewer]) await Promise.all([flows('audio', true), flows('video', true)]);
        presenter.peer.mute();
        await Promise.all([presenter.flows('video', false), presenter.flows('audio', false)]);
      });

      it('a presenter with sound only is heard, even by viewers who would accept both kinds', async () => {
        const pipeline = await rig.openPipeline();
        const presenter = await rig.presents(pipeline, { kinds: ['audio'] });
        expect(presenter.link.codecs).toEqual({ audio: 'opus' });
        const viewer = await rig.watches(pipeline);
        await viewer.peer.receives('audio', 25);
        expect(viewer.peer.received.video).toBe(0);
      });

      it('a presenter with a picture only is seen', async () => {
        const pipeline = await rig.openPipeline();
        const presenter = await rig.presents(pipeline, { kinds: ['video'] });
        expect(presenter.link.codecs).toEqual({ video: 'VP8' });
        const viewer = await rig.watches(pipeline);
        await viewer.peer.receives('video', 10);
      });

      it.each(['before', 'after'] as const)(
        transcodes
          ? 'a viewer without the codec of the picture, who joins %s the presenter, hears the sound and sees the picture'
          : 'a viewer without a codec for the picture, who joins %s the presenter, hears the sound and is notified',
        async (order) => {
          const pipeline = await rig.openPipeline();
          if (order === 'after') await rig.presents(pipeline);
          const viewer = await rig.watches(pipeline, { videoCodec: 'H264' });
          if (order === 'before') await rig.presents(pipeline);
          await viewer.peer.receives('audio', 25);
          if (transcodes) {
            await viewer.peer.receives('video', 25);
            expect(viewer.peer.startedWithKeyframe).toBe(true);
          } else {
            await viewer.peer.conditions.until('the report', () => viewer.unplayable.includes('video'));
          }
          await viewer.peer.receives('audio', 25);
          expect(viewer.unplayable).toEqual(transcodes ? [] : ['video']);
          if (!transcodes) expect(viewer.peer.received.video).toBe(0);
          expect(viewer.failures).toEqual([]);
          expect(rig.pipelineFailures).toEqual([]);
        },
      );

      it('a presenter who comes back takes over the pipeline, and the viewers stay', async () => {
        const pipeline = await rig.openPipeline();
        const first = await rig.presents(pipeline);
        const viewer = await rig.watches(pipeline);
        await viewer.peer.receives('video', 10);
        first.peer.mute();
        const keyframesBefore = viewer.peer.keyframes;
        const second = await rig.presents(pipeline);
        await viewer.peer.conditions.until('a keyframe of the second presenter', () => {
          return viewer.peer.keyframes > keyframesBefore;
        });
        await first.leave();
        await Promise.all([viewer.peer.receives('video', 25), viewer.peer.receives('audio', 50)]);
        expect([viewer.failures, second.failures]).toEqual([[], []]);
      });

      it('viewers who leave do not disturb those who stay', async () => {
        const pipeline = await rig.openPipeline();
        await rig.presents(pipeline);
        const [stays, leaves] = await Promise.all([rig.watches(pipeline), rig.watches(pipeline)]);
        await leaves.peer.receives('video', 5);
        await leaves.leave();
        await stays.peer.receives('video', 25);
      });

      it('a peer connected to itself gets back what it sends, and viewers of the pipeline receive nothing of it', async () => {
        await leavesNothing(async () => {
          const pipeline = await rig.openPipeline();
          const viewer = await rig.watches(pipeline);
          const loop = await rig.loops(pipeline);
          await Promise.all([loop.peer.receives('audio', 50), loop.peer.receives('video', 25)]);
          expect(loop.peer.startedWithKeyframe).toBe(true);
          expect(viewer.peer.received).toEqual({ audio: 0, video: 0 });
          await loop.leave();
          await pipeline.close();
        });
      });
    });

    describe('negotiation', () => {
      it('candidates are reported to both ends, each with its m-line', async () => {
        const pipeline = await rig.openPipeline();
        const presenter = await rig.presents(pipeline);
        const viewer = await rig.watches(pipeline);
        await viewer.peer.receives('audio', 5);
        for (const { candidates } of [presenter, viewer]) {
          expect(candidates.length).toBeGreaterThan(0);
          for (const { candidate, sdpMid } of candidates) {
            expect(candidate).toMatch(/^candidate:/);
            expect(['audio', 'video']).toContain(sdpMid);
          }
        }
      });

      it('an invalid offer is refused with bad-offer, and the pipeline stays usable', async () => {
        const pipeline = await rig.openPipeline();
        const listener = { candidateFound() {}, flowChanged() {}, unplayable() {}, failed() {} };
        const request = { sdpOffer: garbage, maxVideoKbps: 1_000, listener };
        await expect(pipeline.connectPresenter(request)).rejects.toMatchObject({ name: 'AppError', code: 'bad-offer' });
        await expect(pipeline.connectViewer(request)).rejects.toMatchObject({ name: 'AppError', code: 'bad-offer' });
        await rig.presents(pipeline);
        const viewer = await rig.watches(pipeline);
        await viewer.peer.receives('audio', 5);
      });

      it('a viewer without a common codec is refused, or still sees the picture', async () => {
        const pipeline = await rig.openPipeline();
        await rig.presents(pipeline, { kinds: ['video'] });
        const joining = rig.watches(pipeline, { kinds: ['video'], videoCodec: 'H265' });
        const outcome = await joining.then(
          async (viewer: Joined) => {
            await viewer.peer.receives('video', 5);
            return 'seen';
          },
          (error: { code?: string }) => error.code,
        );
        expect(['seen', 'no-common-codec']).toContain(outcome);
      });

      it('candidates for a closed link are ignored', async () => {
        const pipeline = await rig.openPipeline();
        const { link, candidates, leave } = await rig.presents(pipeline);
        await leave();
        await link.close();
        const told = candidates.length;
        const candidate = 'candidate:1 1 UDP 2015363327 127.0.0.1 50000 typ host';
        await link.addCandidate({ candidate, sdpMid: 'audio', sdpMLineIndex: 0 });
        expect(candidates).toHaveLength(told);
      });

      it('the end of candidates is not an error', async () => {
        const pipeline = await rig.openPipeline();
        const { link } = await rig.presents(pipeline);
        await link.addCandidate({ candidate: '', sdpMid: 'audio', sdpMLineIndex: null });
      });
    });

    describeOffers(() => rig);

    describeRecording(() => rig);

    describe('tiers', () => describeTiers(() => rig));

    describe('contributions', () => describeContributions(() => rig));

    describe('mixing', () => describeMixing(() => rig, mixes));

    it('twenty random joins and leaves leave nothing behind', async () => {
      await leavesNothing(async () => {
        const pipeline = await rig.openPipeline();
        await rig.presents(pipeline);
        const present = new Set<Joined>();
        // Joins are likelier than leaves, and both overlap.
        const moves = Array.from({ length: 20 }, async () => {
          const [leaver] = present;
          if (leaver === undefined || Math.random() < 0.6) {
            present.add(await rig.watches(pipeline));
          } else {
            present.delete(leaver);
            await leaver.leave();
          }
        });
        await Promise.all(moves);
        const [viewer] = present;
        await viewer?.peer.receives('video', 5);
        await pipeline.close();
      });
    });
  });
}
