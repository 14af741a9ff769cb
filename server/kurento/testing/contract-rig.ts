import { randomUUID } from 'node:crypto';
import type { AppError } from '../../../lib/errors.ts';
import type { Candidate } from '../../../lib/signaling.ts';
import type { LowerTier } from '../../../lib/tiers.ts';
import type {
  BroadcastPipeline,
  MediaGateway,
  MediaKind,
  MediaLink,
  PresenterLink,
  ViewerLink,
} from '../../broadcast/media-gateway.ts';
import { TestPeer, type TestPeerOptions } from './test-peer.ts';

/** A test peer on a pipeline, and everything that its link reported. */
export type Joined<Link extends MediaLink = MediaLink> = {
  peer: TestPeer;
  link: Link;
  candidates: Candidate[];
  /** The kinds that flow now. */
  flowing: Set<MediaKind>;
  failures: AppError[];
  /** The kinds that were reported as unplayable, in order. */
  unplayable: MediaKind[];
  /** Waits until the media server reports that media of a kind flows through the link, or has stopped flowing. */
  flows(kind: MediaKind, flowing: boolean): Promise<void>;
  leave(): Promise<void>;
};

/** Opens pipelines and connects peers to them, and cleans up when the test is over. */
export class ContractRig {
  readonly gateway: MediaGateway;
  /** The failures of whole pipelines. */
  readonly pipelineFailures: AppError[] = [];
  readonly #peers = new Set<TestPeer>();
  readonly #pipelines = new Set<BroadcastPipeline>();

  constructor(gateway: MediaGateway) {
    this.gateway = gateway;
  }

  async openPipeline(): Promise<BroadcastPipeline> {
    const failed = (error: AppError) => this.pipelineFailures.push(error);
    const pipeline = await this.gateway.openPipeline({ broadcastId: randomUUID(), failed });
    this.#pipelines.add(pipeline);
    return pipeline;
  }

  /** Connects a presenter to the pipeline; it sends once the connection is established. */
  async presents(
    pipeline: BroadcastPipeline,
    options: Omit<TestPeerOptions, 'role'> = {},
  ): Promise<Joined<PresenterLink>> {
    return await this.#join({ ...options, role: 'presenter' }, (request) => pipeline.connectPresenter(request));
  }

  /** Sends a lower tier of the picture, of 320 × 180 pixels, and the light sound if `hasSound`. */
  async sendsTier(pipeline: BroadcastPipeline, tier: LowerTier, hasSound = false): Promise<Joined> {
    const kinds = hasSound ? (['audio', 'video'] as const) : (['video'] as const);
    const options = { role: 'presenter', kinds, isLight: true } as const;
    return await this.#join(options, (request) => pipeline.connectTier({ ...request, tier }));
  }

  /** Connects a viewer to the pipeline. */
  async watches(pipeline: BroadcastPipeline, options: Omit<TestPeerOptions, 'role'> = {}): Promise<Joined<ViewerLink>> {
    return await this.#join({ ...options, role: 'viewer' }, (request) => pipeline.connectViewer(request));
  }

  /** Sends a contribution. */
  async contributes(
    pipeline: BroadcastPipeline,
    name: string,
    options: Omit<TestPeerOptions, 'role'> = {},
  ): Promise<Joined> {
    return await this.#join({ ...options, role: 'presenter' }, (request) =>
      pipeline.connectContribution({ ...request, name }),
    );
  }

  /** Receives a contribution. */
  async receives(pipeline: BroadcastPipeline, name: string): Promise<Joined> {
    return await this.#join({ role: 'viewer' }, (request) => pipeline.connectReceiver({ ...request, name }));
  }

  /** Connects a peer that gets back what it sends. */
  async loops(pipeline: BroadcastPipeline): Promise<Joined> {
    return await this.#join({ role: 'loop' }, (request) => pipeline.connectToItself(request));
  }

  async close(): Promise<void> {
    for (const peer of this.#peers) peer.close();
    await Promise.all([...this.#pipelines].map((pipeline) => pipeline.close()));
  }

  async #join<Link extends MediaLink>(
    options: TestPeerOptions,
    connect: (request: Parameters<BroadcastPipeline['connectViewer']>[0]) => Promise<Link>,
  ): Promise<Joined<Link>> {
    const peer = new TestPeer(options);
    this.#peers.add(peer);
    const candidates: Candidate[] = [];
    const flowing = new Set<MediaKind>();
    const failures: AppError[] = [];
    const unplayable: MediaKind[] = [];
    const link = await connect({
      sdpOffer: peer.sdpOffer,
      maxVideoKbps: 2_500,
      listener: {
        candidateFound: (candidate) => {
          candidates.push(candidate);
          peer.addCandidate(candidate);
        },
        flowChanged: (kind, isFlowing) => {
          if (isFlowing) flowing.add(kind);
          else flowing.delete(kind);
          peer.conditions.changed();
        },
        unplayable: (kind) => {
          unplayable.push(kind);
          peer.conditions.changed();
        },
        failed: (error) => {
          failures.push(error);
          peer.conditions.changed();
        },
      },
    });
    peer.accept(link);
    return {
      peer,
      link,
      candidates,
      flowing,
      failures,
      unplayable,
      flows: (kind, isFlowing) =>
        peer.conditions.until(`${kind} flowing: ${isFlowing}`, () => flowing.has(kind) === isFlowing),
      leave: async () => {
        peer.close();
        this.#peers.delete(peer);
        await link.close();
      },
    };
  }
}
