import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AppError } from '../../lib/errors.ts';
import type { CheckGate } from '../gates/key-guard.ts';
import type { Visitor } from '../gates/rate-limits.ts';
import type { PresenterKey } from '../storage/presenter-key.ts';
import {
  invitationRequired,
  linkExpired,
  ownerOnly,
  passcodeRequired,
  wrongChannel,
  wrongKey,
  wrongLink,
  wrongPasscode,
} from './access-errors.ts';
import { type AccessPolicy, type Action, anyone, may, type Principal } from './access-rules.ts';
import type { ChannelLocks } from './channel-locks.ts';
import type { PresenterKeys } from './presenter-keys.ts';
import { type Grant, SessionTokens } from './session-tokens.ts';
import { SignedLinks } from './signed-links.ts';

/** A person, as far as their credentials tell. */
export type Identity = {
  /** Who they are; several, if they have shown several credentials in one session. Never empty. */
  readonly principals: readonly Principal[];
  /** What proves it, for a session. */
  readonly grants: readonly Grant[];
};

/** A presenter who may use a channel. `keyId` is the id of their presenter key if they have one. */
export type AdmittedPresenter = { name: string; keyId: string | null };

/** The parts of the access checks. */
type AccessParts = {
  ownerKey: PresenterKey;
  keys: PresenterKeys;
  links: SignedLinks;
  tokens: SessionTokens;
  locks: ChannelLocks;
  policy: AccessPolicy;
  gate?: CheckGate;
  /** The address from which a request comes, behind proxies too; by default, that of its connection. */
  addressOf?: (request: IncomingMessage) => string;
};

/** How long a viewer who was let in may come back without showing the passcode or link again, in seconds. */
const ticketLifetimeS = 12 * 3_600;
/** How long a browser's session lasts, in seconds. Each grant in it may end earlier. */
export const sessionLifetimeS = 30 * 86_400;
/** A longer credential is not looked at. */
const maxCredentialLength = 4_096;

const openGate: CheckGate = { begin: () => ({ succeeded: () => undefined }) };
const nobody: Identity = { principals: [anyone], grants: [] };

/** Finds out who asks, and decides by access-rules.ts what they may do. */
export class Access {
  readonly keys: PresenterKeys;
  readonly locks: ChannelLocks;
  readonly policy: AccessPolicy;
  /** The address from which a request comes. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly #ownerKey: PresenterKey;
  readonly #ownerFingerprint: string;
  readonly #links: SignedLinks;
  readonly #tokens: SessionTokens;
  readonly #gate: CheckGate;

  constructor(parts: AccessParts) {
    this.keys = parts.keys;
    this.locks = parts.locks;
    this.policy = parts.policy;
    this.addressOf = parts.addressOf ?? (({ socket }) => socket.remoteAddress ?? '');
    this.#ownerKey = parts.ownerKey;
    this.#ownerFingerprint = createHash('sha256').update(`session of ${parts.ownerKey.text}`).digest('base64url');
    this.#links = parts.links;
    this.#tokens = parts.tokens;
    this.#gate = parts.gate ?? openGate;
  }

  /**
   * Who has this credential: the owner key, a presenter key, a signed link, or a token of ours.
   * @throws AppError `wrong-key`, `link-expired`, `wrong-link`, `too-many-requests`
   */
  async identify(credential: string, visitor: Visitor): Promise<Identity> {
    if (credential.length > maxCredentialLength) throw wrongKey();
    if (SessionTokens.hasForm(credential)) {
      const identity = await this.resume(credential);
      if (identity === nobody) throw (await this.#tokens.isExpiredShare(credential)) ? linkExpired() : wrongKey();
      return identity;
    }
    const isLink = SignedLinks.hasForm(credential) && !this.#ownerKey.matches(credential);
    const purpose = isLink ? 'link-check' : 'key-check';
    const attempt = this.#gate.begin(purpose, visitor);
    const grant = isLink ? await this.#checkLink(credential) : await this.#checkKey(credential);
    attempt.succeeded();
    return await this.#resolve(grant);
  }

  /** Who has this session; anyone if it is over, or nothing of it holds any more. */
  async resume(token: string): Promise<Identity> {
    return await this.#holderOfAll(await this.#tokens.read(token));
  }

  /** The same person, as far as their grants still hold. */
  async renew({ grants }: Identity): Promise<Identity> {
    return await this.#holderOfAll(grants);
  }

  async #holderOfAll(grants: readonly Grant[]): Promise<Identity> {
    const held = await Promise.all(grants.map(async (grant) => ({ grant, principal: await this.#holderOf(grant) })));
    const valid = held.flatMap(({ grant, principal }) => (principal === null ? [] : [{ grant, principal }]));
    if (valid.length === 0) return nobody;
    return { principals: valid.map(({ principal }) => principal), grants: valid.map(({ grant }) => grant) };
  }

  /** Whether any of what they have shown allows `action`. */
  allows({ principals }: Identity, action: Action): boolean {
    return principals.some((principal) => may(principal, action, this.policy));
  }

  /** @throws AppError `owner-only`, and as {@link identify} does */
  async requireOwner(credential: string, visitor: Visitor): Promise<void> {
    if (!this.allows(await this.identify(credential, visitor), { to: 'manage-keys' })) throw ownerOnly();
  }

  /** @throws AppError `wrong-channel`, `wrong-link` for a viewer's credential, and as {@link identify} does */
  async requirePresenter(credential: string, channel: string, visitor: Visitor): Promise<AdmittedPresenter> {
    const { principals } = await this.identify(credential, visitor);
    const presenters = principals.filter(({ role }) => role === 'owner' || role === 'presenter');
    if (presenters.length === 0) throw wrongLink('It is for viewers.');
    const admitted = presenters.find((principal) => may(principal, { to: 'present', channel }, this.policy));
    if (admitted === undefined) throw wrongChannel(channel);
    return admitted.role === 'presenter' ? admitted : { name: 'the owner', keyId: null };
  }

  /**
   * Lets a viewer in.
   * @returns what they have shown; it is asked again when the channel's passcode changes
   * @throws AppError `passcode-required`, `invitation-required`, and as {@link identify} does if that is the reason
   */
  async requireViewer(credential: string | undefined, channel: string, visitor: Visitor): Promise<Identity> {
    let fault: unknown = null;
    let identity = nobody;
    if (credential !== undefined) {
      try {
        identity = await this.identify(credential, visitor);
      } catch (error) {
        fault = error;
      }
    }
    // A credential that is wrong does no harm where none is needed.
    if (this.mayWatch(identity, channel)) return identity;
    // A ticket of ours ends with the passcode, and a new one is asked for.
    if (fault instanceof AppError && fault.code !== 'wrong-key') throw fault;
    throw this.refusal(channel);
  }

  mayWatch(identity: Identity, channel: string): boolean {
    return this.allows(identity, { to: 'watch', channel, isLocked: this.locks.isLocked(channel) });
  }

  /** Whether everyone may watch the channel. */
  isOpen(channel: string): boolean {
    return this.mayWatch(nobody, channel);
  }

  /** The error for a viewer who may not watch. */
  refusal(channel: string): AppError {
    return this.locks.isLocked(channel) ? passcodeRequired() : invitationRequired();
  }

  /**
   * Checks the passcode of a channel.
   * @returns a ticket that lets the viewer in until the passcode changes, for some hours; it contains no passcode
   * @throws AppError `wrong-passcode`, `too-many-requests`
   */
  async enter(channel: string, passcode: string, visitor: Visitor): Promise<string> {
    const attempt = this.#gate.begin('passcode-check', visitor);
    const version = await this.locks.check(channel, passcode);
    if (version === null) throw wrongPasscode();
    attempt.succeeded();
    return await this.#tokens.issue([{ by: 'passcode', channel, version }], ticketLifetimeS);
  }

  /**
   * A ticket for a viewer who came with a signed link. A short interruption of a long show must not end it for those
   * whose link has expired meanwhile. `null` if they came with anything else.
   */
  async ticketFor({ grants }: Identity, channel: string): Promise<string | null> {
    const link = grants.find((grant) => grant.by === 'link' && grant.channels.includes(channel));
    if (link?.by !== 'link') return null;
    const expiresAt = Math.max(link.expiresAt, Math.floor(Date.now() / 1_000) + ticketLifetimeS);
    return await this.#tokens.issue([{ ...link, role: 'viewer', channels: [channel], expiresAt }], ticketLifetimeS);
  }

  /**
   * A share link's token, with which a recording can be watched until a time in milliseconds since the epoch, or until
   * the version of its share links is another one.
   */
  async share(recordingId: string, version: number, until: number): Promise<string> {
    const expiresAt = Math.floor(until / 1_000);
    const lifetimeS = Math.max(0, expiresAt - Math.floor(Date.now() / 1_000));
    return await this.#tokens.issue([{ by: 'share', recordingId, version, expiresAt }], lifetimeS);
  }

  /**
   * The token for a browser's session, in which the grants of `former` are kept.
   * @throws AppError as {@link identify} does
   */
  async openSession(credential: string, visitor: Visitor, former: Identity): Promise<string> {
    const { grants } = await this.identify(credential, visitor);
    const known = new Set(grants.map((grant) => JSON.stringify(grant)));
    const others = former.grants.filter((grant) => !known.has(JSON.stringify(grant)));
    return await this.#tokens.issue([...others, ...grants], sessionLifetimeS);
  }

  async #checkKey(text: string): Promise<Grant> {
    if (this.#ownerKey.matches(text)) return { by: 'owner-key', fingerprint: this.#ownerFingerprint };
    const key = await this.keys.find(text);
    if (key === null) throw wrongKey();
    return { by: 'presenter-key', keyId: key.id };
  }

  async #checkLink(text: string): Promise<Grant> {
    return { by: 'link', ...(await this.#links.check(text)) };
  }

  async #resolve(grant: Grant): Promise<Identity> {
    const principal = await this.#holderOf(grant);
    if (principal === null) throw wrongKey();
    return { principals: [principal], grants: [grant] };
  }

  /** Who a grant makes of its holder; `null` if it no longer holds. */
  async #holderOf(grant: Grant): Promise<Principal | null> {
    switch (grant.by) {
      case 'owner-key':
        return grant.fingerprint === this.#ownerFingerprint ? { role: 'owner' } : null;
      case 'presenter-key': {
        const key = await this.keys.get(grant.keyId);
        return key === null ? null : { role: 'presenter', name: key.name, channels: key.channels, keyId: key.id };
      }
      case 'link': {
        const { role, name, channels, expiresAt } = grant;
        // A link that was accepted with some tolerance for the clock holds for that long, too.
        if (expiresAt + 30 < Date.now() / 1_000) return null;
        return role === 'presenter' ? { role, name, channels, keyId: null } : { role, channels };
      }
      case 'passcode':
        if (this.locks.version(grant.channel) !== grant.version) return null;
        return { role: 'viewer', channels: [grant.channel] };
      case 'share': {
        const { recordingId, version, expiresAt } = grant;
        return expiresAt < Date.now() / 1_000 ? null : { role: 'guest', recordingId, version };
      }
    }
  }
}
