import type { AppError } from '../../../lib/errors.ts';
import type { Candidate } from '../../../lib/signaling.ts';
import type { Selection } from '../../../lib/tiers.ts';
import type {
  ContributionRequest,
  LinkListener,
  MediaCodecs,
  MediaGateway,
  MediaKind,
  MixedContribution,
  ReceivedBytes,
  RecorderListener,
  RecordingRequest,
} from '../media-gateway.ts';

/** A link of a {@link ScriptedGateway}, which a test can control. */
export type ScriptedLink = {
  readonly role: 'presenter' | 'viewer' | 'loop' | 'contribution' | 'receiver';
  /** The contribution that it carries. */
  readonly contribution?: string;
  readonly listener: LinkListener;
  readonly candidates: Candidate[];
  /** What a viewer was sent, in order. */
  readonly selections: Selection[];
  closed: boolean;
};

/**
 * A double for the port, for tests of races that cannot be provoked in a real media server. It counts what is open, and
 * opens links only once `hold` resolves. The real gateway has its own suite in `server/kurento`.
 */
export class ScriptedGateway implements MediaGateway {
  readonly links: ScriptedLink[] = [];
  readonly recorders: RecorderListener[] = [];
  /** The codecs that each recorder was made for. */
  readonly recorded: MediaCodecs[] = [];
  /** The kinds that each recorder was made to record. */
  readonly recordedKinds: (readonly MediaKind[])[] = [];
  /** How much was received from the presenter, as the media server counts it. */
  received: ReceivedBytes = {};
  /** The codecs that the next presenter sends. */
  codecs: MediaCodecs = { audio: 'opus', video: 'VP8' };
  /** The kinds that the next presenter offers and the answer refuses. */
  refusedKinds: readonly MediaKind[] = [];
  /** The URI that each recorder was told to write to. */
  readonly recorderUris: string[] = [];
  /** What was to be mixed, in order. */
  readonly mixes: (readonly MixedContribution[])[] = [];
  /** Every mix first waits for this; a rejection makes it fail. */
  mixing: (contributions: readonly MixedContribution[]) => Promise<void> = async () => {};
  readonly releasedContributions: string[] = [];
  openPipelines = 0;
  openRecorders = 0;
  /** Every opening first waits for this; a rejection makes it fail. */
  hold: () => Promise<void> = async () => {};
  pipelineFailed: (error: AppError) => void = () => {};

  get openLinks(): number {
    return this.links.filter((link) => !link.closed).length;
  }

  async openPipeline(request: { failed: (error: AppError) => void }) {
    this.pipelineFailed = request.failed;
    await this.hold();
    this.openPipelines++;
    const links: { close(): Promise<void> }[] = [];
    const connect = async (role: ScriptedLink['role'], listener: LinkListener, contribution?: string) => {
      await this.hold();
      const link = this.#openLink(role, listener, contribution);
      links.push(link);
      if (role === 'presenter') for (const kind of this.refusedKinds) listener.unplayable(kind);
      return {
        ...link,
        codecs: this.codecs,
        received: async () => this.received,
        select: async (selection: Selection) => void link.selections.push(selection),
        probe: async () => true,
        feedback: async () => ({
          sentBytes: 0,
          sentPackets: 0,
          lostPackets: 0,
          estimateKbps: null,
          roundTripMs: null,
          nackCount: 0,
        }),
      };
    };
    return {
      connectPresenter: (offer: { listener: LinkListener }) => connect('presenter', offer.listener),
      connectTier: (offer: { listener: LinkListener }) => connect('presenter', offer.listener),
      connectViewer: (offer: { listener: LinkListener }) => connect('viewer', offer.listener),
      connectContribution: ({ name, listener }: ContributionRequest) => connect('contribution', listener, name),
      connectReceiver: ({ name, listener }: ContributionRequest) => connect('receiver', listener, name),
      releaseContribution: async (name: string) => void this.releasedContributions.push(name),
      mix: async (contributions: readonly MixedContribution[]) => {
        await this.hold();
        await this.mixing(contributions);
        this.mixes.push(contributions);
      },
      connectToItself: (offer: { listener: LinkListener }) => connect('loop', offer.listener),
      startRecording: async (recording: RecordingRequest) => {
        await this.hold();
        this.openRecorders++;
        this.recorders.push(recording.listener);
        this.recorderUris.push(recording.uri);
        this.recorded.push(recording.codecs);
        this.recordedKinds.push(recording.kinds);
        return { stop: async () => {}, close: once(() => this.openRecorders--) };
      },
      close: once(() => {
        this.openPipelines--;
        for (const link of links) void link.close();
      }),
      letGo: () => {},
    };
  }

  #openLink(role: ScriptedLink['role'], listener: LinkListener, contribution?: string) {
    const link: ScriptedLink = {
      ...{ role, listener, candidates: [], selections: [], closed: false },
      ...(contribution !== undefined && { contribution }),
    };
    this.links.push(link);
    return {
      selections: link.selections,
      sdpAnswer: `the answer to a ${role}`,
      addCandidate: async (candidate: Candidate) => void link.candidates.push(candidate),
      close: async () => {
        link.closed = true;
      },
    };
  }

  async describe() {
    return { type: 'scripted', version: '0' };
  }

  async listPipelines() {
    return [];
  }

  async releaseOrphans() {
    return 0;
  }

  async close() {}
}

function once(work: () => void): () => Promise<void> {
  let done = false;
  return async () => {
    if (done) return;
    done = true;
    work();
  };
}
