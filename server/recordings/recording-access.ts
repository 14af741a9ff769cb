import type { IncomingMessage } from 'node:http';
import type { Recording } from '../../lib/recording.ts';
import type { Access, Identity } from '../access/access.ts';
import { presentersOnly, wrongChannel, wrongKey } from '../access/access-errors.ts';
import { identityOf, visitorOf } from '../access/request-identity.ts';
import { bearerKey } from '../storage/presenter-key.ts';

/** Decides about requests for recordings, by the rules of server/access. */
export class RecordingAccess {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  /**
   * Returns a filter for the recordings that the sender of the request may see in the list.
   * @throws AppError `presenters-only`, and those of {@link identityOf}
   */
  async requireLister(request: IncomingMessage): Promise<(recording: Recording) => boolean> {
    const identity = await identityOf(request, this.#access);
    if (!this.#access.allows(identity, { to: 'list-recordings' })) throw presentersOnly();
    return (recording) => this.#mayWatch(identity, recording);
  }

  /**
   * Returns a check of whether the sender of the request may watch a recording, which throws AppError
   * `passcode-required`, `invitation-required`, `presenters-only` or `wrong-channel`.
   * @throws AppError `presenters-only` where no recording could be watched, and those of {@link identityOf}
   */
  async requireViewer(request: IncomingMessage): Promise<(recording: Recording) => void> {
    const identity = await identityOf(request, this.#access);
    const isPresenter = identity.principals.some(({ role }) => role === 'owner' || role === 'presenter');
    const areForPresenters = this.#access.policy.recordings === 'presenters';
    // Who may see none does not learn which there are.
    if (areForPresenters && !isPresenter) throw presentersOnly();
    return (recording) => {
      if (this.#mayWatch(identity, recording)) return;
      const { channel } = recording;
      if (isPresenter) throw wrongChannel(channel);
      // Where the channel is open again, there is no passcode or link that would help.
      throw this.#access.isOpen(channel) ? presentersOnly() : this.#access.refusal(channel);
    };
  }

  /**
   * Returns a check of whether the sender of the request may delete a recording, which throws AppError
   * `wrong-channel`. It needs the header, because a browser sends a cookie without its user's knowledge.
   * @throws AppError `wrong-key`, and those of {@link Access.identify}
   */
  async requireDeleter(request: IncomingMessage): Promise<(recording: Recording) => void> {
    const credential = bearerKey(request);
    if (credential === null) throw wrongKey();
    const identity = await this.#access.identify(credential, visitorOf(request, this.#access));
    if (!identity.principals.some(({ role }) => role === 'owner' || role === 'presenter')) throw wrongKey();
    return ({ channel }) => {
      if (!this.#access.allows(identity, { to: 'delete-recording', channel })) throw wrongChannel(channel);
    };
  }

  #mayWatch(identity: Identity, { channel, startedAt }: Recording): boolean {
    const wasLocked = this.#access.locks.wasLocked(channel, startedAt);
    return this.#access.allows(identity, { to: 'watch-recording', channel, wasLocked });
  }
}
