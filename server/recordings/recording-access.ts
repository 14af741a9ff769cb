import type { IncomingMessage } from 'node:http';
import type { Recording } from '../../lib/recording.ts';
import type { Access, Identity } from '../access/access.ts';
import { linkExpired, presentersOnly, wrongChannel, wrongKey } from '../access/access-errors.ts';
import { identityOf, visitorOf } from '../access/request-identity.ts';
import { bearerKey } from '../storage/presenter-key.ts';

/** A recording, and the version of its share links; in lists, which no share link opens, it is left out. */
type AccessedRecording = Recording & { shareVersion?: number };

/** Decides about requests for recordings, by the rules of server/access. */
export class RecordingAccess {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  /**
   * Returns a filter for the recordings that the sender of the request may see in the list, or in the trash.
   * @throws AppError `presenters-only`, and those of {@link identityOf}
   */
  async requireLister(request: IncomingMessage, isTrash: boolean): Promise<(recording: Recording) => boolean> {
    const identity = await identityOf(request, this.#access);
    if (isTrash && !isPresenter(identity)) throw presentersOnly();
    if (!this.#access.allows(identity, { to: 'list-recordings' })) throw presentersOnly();
    return (recording) => {
      const isListed = !isTrash && recording.visibility === 'public' && this.#mayWatch(identity, recording);
      return isListed || this.#mayManage(identity, recording);
    };
  }

  /**
   * Returns a check of whether the sender of the request may watch a recording, which throws AppError
   * `passcode-required`, `invitation-required`, `presenters-only`, `wrong-channel` or `link-expired`.
   * @throws AppError `presenters-only` where no recording could be watched, and those of {@link identityOf}
   */
  async requireViewer(request: IncomingMessage): Promise<(recording: AccessedRecording) => void> {
    const identity = await identityOf(request, this.#access);
    const areForPresenters = this.#access.policy.recordings === 'presenters';
    const isGuest = identity.principals.some(({ role }) => role === 'guest');
    // People who may see none do not learn which there are.
    if (areForPresenters && !isPresenter(identity) && !isGuest) throw presentersOnly();
    return (recording) => {
      if (this.#mayWatch(identity, recording)) return;
      const { channel, visibility } = recording;
      if (isPresenter(identity)) throw wrongChannel(channel);
      if (identity.principals.some((who) => who.role === 'guest' && who.recordingId === recording.id))
        throw linkExpired();
      // Where the channel is open again, or the recording private, there is no passcode or link that would help.
      const isHopeless = areForPresenters || visibility === 'private' || this.#access.isOpen(channel);
      throw isHopeless ? presentersOnly() : this.#access.refusal(channel);
    };
  }

  /**
   * Returns a check of whether the sender of the request may change a recording, which throws AppError `wrong-channel`.
   * It needs the header, because a browser sends a cookie without its user's knowledge.
   * @throws AppError `wrong-key`, and those of {@link Access.identify}
   */
  async requireManager(request: IncomingMessage): Promise<(recording: Pick<Recording, 'channel'>) => void> {
    const credential = bearerKey(request);
    if (credential === null) throw wrongKey();
    const identity = await this.#access.identify(credential, visitorOf(request, this.#access));
    if (!isPresenter(identity)) throw wrongKey();
    return (recording) => {
      if (!this.#mayManage(identity, recording)) throw wrongChannel(recording.channel);
    };
  }

  /** A share link's token for a recording, valid until a time in milliseconds since the epoch. */
  share({ id, shareVersion }: { id: string; shareVersion: number }, until: number): Promise<string> {
    return this.#access.share(id, shareVersion, until);
  }

  #mayWatch(identity: Identity, { id, channel, startedAt, visibility, shareVersion = -1 }: AccessedRecording): boolean {
    const wasLocked = this.#access.locks.wasLocked(channel, startedAt);
    const isPrivate = visibility === 'private';
    return this.#access.allows(identity, { to: 'watch-recording', channel, wasLocked, id, isPrivate, shareVersion });
  }

  #mayManage(identity: Identity, { channel }: Pick<Recording, 'channel'>): boolean {
    return this.#access.allows(identity, { to: 'manage-recording', channel });
  }
}

function isPresenter({ principals }: Identity): boolean {
  return principals.some(({ role }) => role === 'owner' || role === 'presenter');
}
