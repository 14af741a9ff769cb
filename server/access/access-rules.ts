/** The channels that a credential is good for. */
type Channels = 'all' | readonly string[];

/**
 * Who asks: the owner of the server; a presenter with a named key or a signed link; a viewer with a signed link or an
 * admission by passcode; a guest with the share link of a recording; or anyone.
 */
export type Principal =
  | { role: 'owner' }
  | {
      role: 'presenter';
      name: string;
      channels: Channels;
      /** The id of the presenter key; `null` for a signed link, which cannot be revoked. */
      keyId: string | null;
    }
  | { role: 'viewer'; channels: Channels }
  /** Who has a share link of one recording; `version` is that of the recording's share links when it was made. */
  | { role: 'guest'; recordingId: string; version: number }
  | { role: 'anyone' };

/** A person without any credential. */
export const anyone: Principal = { role: 'anyone' };

/** What is asked for. */
export type Action =
  /** Go live or announce a show on a channel, or set its passcode. */
  | { to: 'present'; channel: string }
  /** Follow and receive a channel; `isLocked` while it has a passcode. */
  | { to: 'watch'; channel: string; isLocked: boolean }
  /** See which recordings there are; each must be allowed by itself, too. */
  | { to: 'list-recordings' }
  /**
   * Watch or download a recording; `wasLocked` if its channel had a passcode during the show. `shareVersion` is that of
   * its share links now.
   */
  | { to: 'watch-recording'; channel: string; wasLocked: boolean; id: string; isPrivate: boolean; shareVersion: number }
  /** Change, share or delete a recording, and see it where it is not listed for everybody. */
  | { to: 'manage-recording'; channel: string }
  /** Make, list and revoke presenter keys. */
  | { to: 'manage-keys' }
  /** Read the details of the health check. */
  | { to: 'read-health' }
  /** See the media servers of a pool. */
  | { to: 'read-pool' }
  /** Empty a media server of a pool, or use it again. */
  | { to: 'drain' };

/** The owner's settings. */
export type AccessPolicy = Readonly<{
  /** `RECORDINGS_ACCESS`: `link` lists recordings for presenters only; `presenters` shows them to presenters only. */
  recordings: 'public' | 'link' | 'presenters';
  /** `WATCH_ACCESS`: `invited` admits viewers with a signed link, or with the passcode of a channel that has one. */
  watch: 'public' | 'invited';
}>;

/** The rules, all of them: whether `who` may do `action` on a server with this `policy`. */
export function may(who: Principal, action: Action, policy: AccessPolicy): boolean {
  if (who.role === 'owner') return true;
  switch (action.to) {
    case 'present':
    case 'manage-recording':
      return who.role === 'presenter' && isFor(who, action.channel);
    case 'watch':
      return isFor(who, action.channel) || (policy.watch === 'public' && !action.isLocked);
    case 'list-recordings':
      return who.role === 'presenter' || policy.recordings === 'public';
    case 'watch-recording':
      if (who.role === 'presenter' && isFor(who, action.channel)) return true;
      if (who.role === 'guest' && who.recordingId === action.id && who.version === action.shareVersion) return true;
      if (policy.recordings === 'presenters' || action.isPrivate) return false;
      return isFor(who, action.channel) || (policy.watch === 'public' && !action.wasLocked);
    case 'read-health':
    case 'read-pool':
    case 'drain':
    case 'manage-keys':
      return false;
  }
}

function isFor(who: Exclude<Principal, { role: 'owner' }>, channel: string): boolean {
  if (who.role === 'anyone' || who.role === 'guest') return false;
  return who.channels === 'all' || who.channels.includes(channel);
}
