import { randomUUID } from 'node:crypto';
import type { AppError } from '../../../lib/errors.ts';
import type { Candidate } from '../../../lib/signaling.ts';
import type { MediaGateway, MediaKind, MediaLink, PresenterLink, Stage } from '../../broadcast/media-gateway.ts';
import { TestPeer, type TestPeerOptions } from './test-peer.ts';

/** A test peer on a stage, and everything that its link told. */
export type Joined<Link extends MediaLink = MediaLink> = {
  peer: TestPeer;
  link: Link;
  candidates: Candidate[];
  /** What flows now. */
  flowing: Set<MediaKind>;
  failures: AppError[];
  /** The kinds that were reported as unplayable, in order. */
  unplayable: MediaKind[];
  /** Waits until media of a kind flows through the link, or ceases to, by the media server's own account. */
  flows(kind: MediaKind, flowing: boolean): Promise<void>;
  leave(): Promise<void>;
};

/** Opens stages and brings peers on them, and clears everything away when the test is over. */
export class ContractRig {
  readonly gateway: MediaGateway;
  /** What broke as a whole. */
  readonly stageFailures: AppError[] = [];
  readonly #peers = new Set<TestPeer>();
  readonly #stages = new Set<Stage>();

  constructor(gateway: MediaGateway) {
    this.gateway = gateway;
  }

  async openStage(): Promise<Stage> {
    const failed = (error: AppError) => this.stageFailures.push(error);
    const stage = await this.gateway.openStage({ broadcastId: randomUUID(), failed });
    this.#stages.add(stage);
    return stage;
  }

  /** Brings a presenter on stage who sends once the connection stands. */
  async presents(stage: Stage, options: Omit<TestPeerOptions, 'role'> = {}): Promise<Joined<PresenterLink>> {
    return await this.#join({ ...options, role: 'presenter' }, (request) => stage.connectPresenter(request));
  }

  /** Brings a viewer before the stage. */
  async watches(stage: Stage, options: Omit<TestPeerOptions, 'role'> = {}): Promise<Joined> {
    return await this.#join({ ...options, role: 'viewer' }, (request) => stage.connectViewer(request));
  }

  /** Brings somebody who gets back what they send. */
  async loops(stage: Stage): Promise<Joined> {
    return await this.#join({ role: 'loop' }, (request) => stage.connectToItself(request));
  }

  async close(): Promise<void> {
    for (const peer of this.#peers) peer.close();
    await Promise.all([...this.#stages].map((stage) => stage.close()));
  }

  async #join<Link extends MediaLink>(
    options: TestPeerOptions,
    connect: (request: Parameters<Stage['connectViewer']>[0]) => Promise<Link>,
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
          peer.happenings.changed();
        },
        unplayable: (kind) => {
          unplayable.push(kind);
          peer.happenings.changed();
        },
        failed: (error) => {
          failures.push(error);
          peer.happenings.changed();
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
        peer.happenings.until(`${kind} flowing: ${isFlowing}`, () => flowing.has(kind) === isFlowing),
      leave: async () => {
        peer.close();
        this.#peers.delete(peer);
        await link.close();
      },
    };
  }
}
